package report

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// metricView works out all that the page says of one series; n is its place on the page.
func (m maker) metricView(t track, n int) (metricView, error) {
	events, breaks := m.events(t), m.breaks(t)
	option, err := m.drawing(t, events, breaks).Option()
	if err != nil {
		return metricView{}, err
	}
	v := metricView{
		ID: t.Metric.ID, Anchor: fmt.Sprintf("m%d", n+1), Figure: chart.Plain(t.newest().now.ID), Name: locale.Sentence(m.metric(t.noun())),
		Channel:  m.channelName(t.Channel),
		Headline: m.headline(t), Subtitle: m.subtitle(t), Cards: m.cards(t), Glance: m.glance(t), Key: m.key(t, events, breaks),
		Option: template.JS(option), Summary: m.summary(t), Rows: m.rows(t),
		Caption:     m.l.Text("part.table.caption", "channel", m.channelName(t.Channel), "metric", m.metric(t.noun())),
		Definitions: m.definitions(t), Source: m.source(t),
	}
	for _, e := range events {
		v.Events = append(v.Events, e.noteView)
	}
	for _, b := range breaks {
		v.Breaks = append(v.Breaks, b.noteView)
	}
	return v, nil
}

// cards are the numbers above a chart: the week, the one before, the same week last year, the target, the newest whole month
// where the page tells it, and longer targets.
func (m maker) cards(t track) []cardView {
	w := t.newest()
	week := m.card(m.l.Text("card.week", "week", weekNumber(w.now)), &w.now)
	week.Main = true
	week.Lines = m.weekLines(w.now)
	return slices.Concat([]cardView{week, m.beforeCard(t), m.lastYearCard(t), m.targetCard(t)}, m.monthCards(t), m.goalCards(t))
}

// weekLines says below the large number how far it may be trusted.
func (m maker) weekLines(f indicator.Figure) []string {
	var lines []string
	state := stateOf(f)
	if state != indicator.OK && state != indicator.Zero && state != indicator.Missing && state != indicator.Partial {
		lines = append(lines, m.state(f))
	}
	if on := m.day(f); on != "" {
		lines = append(lines, on)
	}
	if f.Coverage.Expected > 0 && !looked(f) && state != indicator.Missing && state != indicator.NotApplicable {
		lines = append(lines, m.l.Text("card.measured", "coverage", m.coverage(f.Coverage)))
	}
	if note := m.note(f); note != "" {
		lines = append(lines, note)
	} else if state == indicator.Missing {
		lines = append(lines, m.reasons(f))
	}
	if m.unsettled(f) {
		lines = append(lines, m.l.Text("card.unsettled"))
	}
	return lines
}

// unsettled tells whether a figure has a number that its source may still revise.
func (m maker) unsettled(f indicator.Figure) bool {
	_, known := measured(f)
	return !f.Settled && (known || f.State == indicator.Bounded)
}

func (m maker) card(label string, f *indicator.Figure) cardView {
	c := cardView{Label: label, Value: m.l.Text("none.lastyear"), State: string(indicator.Missing)}
	if f != nil {
		c.Value, c.State, c.Figure = m.value(*f), string(stateOf(*f)), chart.Plain(f.ID)
	}
	return c
}

func (m maker) beforeCard(t track) cardView {
	w := t.newest()
	_, number := (w.now.Period.From - 7).ISOWeek()
	c := m.card(m.l.Text("card.before", "week", number), w.before)
	return m.withChange(c, m.compare(w.now, w.before, t.Breaks, "no.before.missing"))
}

func (m maker) lastYearCard(t track) cardView {
	w := t.newest()
	c := m.card(m.l.Text("card.lastyear", "year", yearBefore(w.now)), w.last)
	if !w.exact && w.last != nil {
		c.Label = m.l.Text("card.lastyear.near", "week", weekOfYear(*w.last))
	}
	c = m.withChange(c, m.compare(w.now, w.last, t.Breaks, "no.lastyear.missing"))
	if !w.exact && w.last != nil {
		c.Lines = append(c.Lines, m.near(w.now, *w.last))
	}
	return c
}

func (m maker) withChange(c cardView, by comparison) cardView {
	if by.ok() {
		c.Lines = append(c.Lines, m.l.Text("card.change", "change", by.Change))
	} else {
		c.Lines = append(c.Lines, by.None)
	}
	return c
}

func (m maker) targetCard(t track) cardView {
	w := t.newest()
	target := t.target(w.now)
	if target == nil {
		return cardView{Label: m.l.Text("card.target"), Value: notMeasurable, State: string(indicator.NotApplicable), Lines: []string{m.l.Text("target.none")}}
	}
	return cardView{Label: m.l.Text("card.target"), Value: m.l.Number(*target), State: string(indicator.OK), Lines: []string{m.pace(w.now, *target)}}
}

// glance is the metric's line in the table at the top of the page.
func (m maker) glance(t track) glanceView {
	w := t.newest()
	v := glanceView{Value: m.value(w.now), State: m.stateUnlessWhole(w.now), Change: notMeasurable, LastYear: notMeasurable, Target: notMeasurable, Months: m.glanceMonths(t)}
	if c := m.compare(w.now, w.before, t.Breaks, "no.before.missing"); c.ok() {
		v.Change = c.Change
	}
	if w.last != nil {
		v.LastYear = m.value(*w.last)
	}
	if target := t.target(w.now); target != nil {
		v.Target = m.l.Number(*target)
	}
	for _, g := range t.goals {
		v.Goals = append(v.Goals, m.glanceGoal(g))
	}
	return v
}

// stateUnlessWhole names the state where the number alone would mislead.
func (m maker) stateUnlessWhole(f indicator.Figure) string {
	switch stateOf(f) {
	case indicator.OK, indicator.Zero, indicator.Missing:
		return ""
	}
	return m.state(f)
}

// rows is the table below a chart, newest week first: what one looks for on a Monday stands on top.
func (m maker) rows(t track) []rowView {
	var out []rowView
	for _, w := range slices.Backward(t.weeks) {
		r := rowView{
			Figure: chart.Plain(w.now.ID), Week: m.weekWithYear(w.now), Dates: m.l.Dates(w.now.Period.Days()),
			Value: m.value(w.now), Code: string(stateOf(w.now)), State: m.state(w.now), Note: m.rowNote(w),
			Change: m.rowChange(w, t), LastYear: notMeasurable,
		}
		if w.last != nil {
			r.LastYear, r.LastFigure = m.lastYearCell(*w.last, w.exact), chart.Plain(w.last.ID)
		}
		out = append(out, r)
	}
	return out
}

func (m maker) rowChange(w week, t track) string {
	c := m.compare(w.now, w.before, t.Breaks, "no.before.missing")
	_, known := measured(w.now)
	if w.before == nil || !known && w.now.State != indicator.Bounded {
		return notMeasurable
	}
	return c.words()
}

func (m maker) lastYearCell(last indicator.Figure, exact bool) string {
	text := m.value(last)
	if s := m.stateUnlessWhole(last); s != "" && last.State != indicator.NotApplicable {
		text += " (" + s + ")"
	}
	if !exact {
		text += ", " + m.weekWithYear(last)
	}
	return text
}

// weekWithYear writes a week as tables do: vk 47/2026.
func (m maker) weekWithYear(f indicator.Figure) string {
	year, _ := f.Period.From.ISOWeek()
	return m.l.Week(f.Period.From) + "/" + strconv.Itoa(year)
}

func (m maker) rowNote(w week) string {
	note := m.note(w.now)
	if stateOf(w.now) == indicator.Partial || boundedInPart(w.now) {
		note = joined(m.l.Text("card.measured", "coverage", m.coverage(w.now.Coverage)), note)
	}
	if m.unsettled(w.now) {
		note = joined(note, m.l.Text("card.unsettled"))
	}
	return note
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// definitions says what is counted, in the words of those who count it.
func (m maker) definitions(t track) []definitionView {
	defs := slices.Clone(t.Definitions)
	slices.SortFunc(defs, func(a, b observation.Definition) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.ID, b.ID))
	})
	var out []definitionView
	for _, d := range defs {
		out = append(out, definitionView{ID: chart.Plain(d.ID), Text: m.foreign(d.Text), Since: m.inForce(d, defs)})
	}
	return out
}

// inForce says from when until when a definition of those holds: until the next, or until the source ended the metric.
func (m maker) inForce(d observation.Definition, all []observation.Definition) string {
	next := slices.ContainsFunc(all, func(o observation.Definition) bool { return o.Metric == d.Metric && o.From == d.Until })
	var out []string
	if d.From != 0 {
		out = append(out, m.l.Text("def.since", "date", m.l.Date(d.From)))
	}
	switch {
	case d.Until != 0 && next:
		out = append(out, m.l.Text("def.before", "date", m.l.Date(d.Until)))
	case d.Until != 0:
		out = append(out, m.l.Text("def.until", "date", m.l.Date(d.Until)))
	}
	if len(out) == 0 {
		return m.l.Text("def.always")
	}
	return strings.Join(out, " ")
}

// source says where the newest number comes from, how it came to be and how much of its week was measured.
func (m maker) source(t track) string {
	f := t.newest().now
	names, basis := slices.Clone(f.Sources), cmp.Or(f.Basis, observation.Collected)
	for _, s := range t.Sources {
		if len(f.Sources) == 0 {
			names = append(names, s.Source)
			if s.Typed {
				basis = observation.Entered
			}
		}
	}
	slices.Sort(names)
	for i := range names {
		names[i] = chart.Plain(names[i])
	}
	if len(names) == 0 {
		return ""
	}
	text := m.l.Text("def.source", "sources", m.l.List(slices.Compact(names)), "basis", locale.Sentence(m.named("basis.", string(basis))))
	if looked(f) {
		return text
	}
	return text + " " + m.l.Text("def.source.days", "week", weekNumber(f), "coverage", m.coverage(f.Coverage))
}
