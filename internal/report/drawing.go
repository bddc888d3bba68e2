package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// pinned is a note with its place on the axis, counted in weeks from the left edge.
type pinned struct {
	noteView
	on observation.Date
	at float64
}

// events are the letters over a chart and what they stand for.
func (m maker) events(t track) []pinned {
	found := slices.Clone(t.Events)
	slices.SortFunc(found, func(a, b observation.Event) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.What.In(m.l.Lang()), b.What.In(m.l.Lang())))
	})
	var out []pinned
	for _, e := range found {
		if t.period().Contains(e.On) {
			what := m.foreign(e.What)
			out = append(out, pinned{noteView{Mark: letter(len(out)), Date: m.l.Date(e.On), Text: what.Text, What: what}, e.On, t.place(e.On, 0.5)})
		}
	}
	return out
}

// letter counts A to Z, then AA.
func letter(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return letter(n/26-1) + letter(n%26)
}

// breaks are the numbers over a chart and what they stand for.
func (m maker) breaks(t track) []pinned {
	found := slices.Clone(t.Breaks)
	slices.SortFunc(found, func(a, b indicator.Break) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	var out []pinned
	for _, b := range found {
		if !t.period().Contains(b.On) {
			continue
		}
		note := m.breakNote(b)
		note.Mark = strconv.Itoa(len(out) + 1)
		out = append(out, pinned{note, b.On, t.place(b.On, 0)})
	}
	return out
}

// breakNote says what changed on a day.
func (m maker) breakNote(b indicator.Break) noteView {
	note := noteView{Date: m.l.Date(b.On)}
	switch b.Kind {
	case indicator.BreakBegan:
		note.Text = m.limit("break.line.began", "break.line.began.instead", b.On, b.Before)
		return note
	case indicator.BreakEnded:
		note.Text = m.limit("break.line.ended", "break.line.ended.instead", b.On, b.After)
		return note
	}
	key := "break.line"
	switch note.What = m.foreign(b.Text); {
	case note.What.Text == "":
	case b.Kind == indicator.BreakSuccession: // the text is the name of the heir
		key = "break.line.succession"
	default:
		key = "break.line.text"
	}
	line := m.l.Text(key, "date", note.Date, "kind", locale.Sentence(m.named("break.", b.Kind)), "text", gap)
	note.Text, note.Around = within(line, note.What)
	return note
}

// place is where on the axis a day lies; part is the share of the day that has passed.
func (t track) place(on observation.Date, part float64) float64 {
	for i, w := range t.weeks {
		if p := w.now.Period.Days(); p.Contains(on) {
			return float64(i) + (float64(on-p.From)+part)/float64(p.Days())
		}
	}
	return 0
}

// drawing is the chart of a track.
func (m maker) drawing(t track, events, breaks []pinned) chart.Weekly {
	c := chart.Weekly{Events: marks(t, events), Breaks: marks(t, breaks), Names: chart.Names{
		Now: m.metric(t.noun()), Before: m.l.Text("chart.before"), Partly: m.l.Text("chart.partial"),
		Between: m.l.Text("chart.range"), Unknown: m.l.Text("chart.gap"), NotMeasurable: m.l.Text("chart.none"),
	}}
	for i, w := range t.weeks {
		c.Weeks = append(c.Weeks, chart.Week{Label: m.axisLabel(w), Tip: m.tip(t, w, events, breaks), Now: point(w.now), Before: beforePoint(w)})
		if i > 0 {
			earlier := t.weeks[i-1]
			c.Weeks[i].Now.Cut = breakBetween(t.Breaks, earlier.now.Period, w.now.Period) != nil
			c.Weeks[i].Before.Cut = earlier.last != nil && w.last != nil && breakBetween(t.Breaks, earlier.last.Period, w.last.Period) != nil
		}
	}
	if target := t.target(t.newest().now); target != nil {
		c.Target = &chart.Level{Value: *target, Label: m.l.Text("target.line", "value", *target)}
	}
	return c
}

// marks gives all notes of one week one place, for their letters would cover each other.
func marks(t track, notes []pinned) []chart.Mark {
	var out []chart.Mark
	week := -1
	for _, n := range notes {
		if int(n.at) == week {
			out[len(out)-1].Label += " " + n.Mark
			continue
		}
		week = int(n.at)
		out = append(out, chart.Mark{At: n.at, Label: n.Mark})
	}
	return out
}

func point(f indicator.Figure) chart.Point {
	v, ok := measured(f)
	switch {
	case ok && f.State == indicator.Partial:
		return chart.Point{Kind: chart.Partly, Value: v}
	case ok:
		return chart.Point{Kind: chart.Whole, Value: v}
	case f.State == indicator.Bounded && f.Range != nil:
		return chart.Point{Kind: chart.Between, Low: f.Range.Low, High: f.Range.High}
	case f.State == indicator.NotApplicable:
		return chart.Point{Kind: chart.NotMeasurable}
	case stateOf(f) == indicator.Missing:
		return chart.Point{Kind: chart.Unknown}
	}
	return chart.Point{}
}

// beforePoint is the quiet line: only whole weeks stand on it, since nothing on it would tell the others. The table has them.
func beforePoint(w week) chart.Point {
	if w.last == nil {
		return chart.Point{}
	}
	if v, ok := measured(*w.last); ok && w.last.State != indicator.Partial {
		return chart.Point{Kind: chart.Whole, Value: v}
	}
	return chart.Point{}
}

// axisLabel is the week with its Monday below: a bare number of a week says nothing to most people.
func (m maker) axisLabel(w week) string {
	return m.l.Week(w.now.Period.From) + "\n" + m.l.Day(w.now.Period.From)
}

// tipWidth keeps a tip on a chart of a telephone's width.
const tipWidth = 40

// tip is what is said when the pointer is on a week. All of it also stands in the table.
func (m maker) tip(t track, w week, events, breaks []pinned) []string {
	head := locale.Sentence(m.l.Period(w.now.Period.Days())) + ", " + m.l.Dates(w.now.Period.Days())
	lines := slices.Concat(wrap(head, tipWidth), wrap(m.tipValue(t, w), tipWidth))
	if note := m.rowNote(w); note != "" {
		lines = append(lines, wrap(note, tipWidth)...)
	}
	if w.last != nil {
		lines = append(lines, wrap(m.l.Text("head.lastyear")+": "+m.lastYearCell(*w.last, w.exact), tipWidth)...)
	}
	for _, n := range slices.Concat(events, breaks) {
		if w.now.Period.Days().Contains(n.on) {
			lines = append(lines, wrap(n.Mark+": "+n.Text, tipWidth)...)
		}
	}
	return lines
}

func (m maker) tipValue(t track, w week) string {
	v, ok := measured(w.now)
	switch {
	case ok && w.now.State == indicator.Partial:
		return m.counted(t.noun(), v) + ", " + m.state(w.now)
	case ok:
		return m.counted(t.noun(), v)
	case w.now.State == indicator.Bounded && w.now.Range != nil:
		return m.unit(t.noun(), m.between(*w.now.Range), w.now.Range.High) + ", " + m.state(w.now)
	case w.now.State == indicator.Broken && len(w.now.Parts) > 0:
		return m.parts(w.now.Parts) + ", " + m.state(w.now)
	}
	return locale.Sentence(m.metric(t.noun())) + ": " + m.state(w.now)
}

// wrap breaks text into lines of at most width characters, at spaces; longer words are cut.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Split(text, " ") {
		for r := []rune(word); len(r) > width; r = []rune(word) {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			lines, word = append(lines, string(r[:width])), string(r[width:])
		}
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// key explains the marks that the chart has, and no others.
func (m maker) key(t track, events, breaks []pinned) []keyView {
	has := map[string]bool{"now": true, "event": len(events) > 0, "break": len(breaks) > 0, "target": t.target(t.newest().now) != nil}
	for _, w := range t.weeks {
		has["before"] = has["before"] || beforePoint(w).Kind != chart.Absent
		switch point(w.now).Kind {
		case chart.Partly:
			has["partial"] = true
		case chart.Unknown:
			has["gap"] = true
		case chart.NotMeasurable:
			has["none"] = true
		case chart.Between:
			has["range"] = true
		}
	}
	var out []keyView
	for _, k := range []keyView{
		{"now", m.l.Text("chart.now")}, {"before", m.l.Text("chart.before")}, {"partial", m.l.Text("chart.partial")},
		{"gap", m.l.Text("chart.gap")}, {"none", m.l.Text("chart.none")}, {"range", m.l.Text("chart.range")},
		{"target", m.l.Text("chart.target")}, {"event", m.l.Text("chart.event")}, {"break", m.l.Text("chart.break")},
	} {
		if has[k.Symbol] {
			out = append(out, k)
		}
	}
	return out
}
