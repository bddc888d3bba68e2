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

// words says things about figures in one language.
type words struct {
	l    *locale.Locale
	base float64 // the smallest number that a percentage is told of
}

// notMeasurable stands for the number of what could not be measured.
const notMeasurable = "–"

// metric names a metric: näyttökerrat. One that a configuration declares has the name that it gives, else its id.
func (w words) metric(m observation.Metric) string {
	if w.l.Has("metric."+m.ID) || len(m.Name) == 0 {
		return w.named("metric.", m.ID)
	}
	return cmp.Or(chart.Plain(m.Name.In(w.l.Lang())), chart.Plain(m.ID))
}

func (w words) named(group, id string) string {
	if w.l.Has(group + id) {
		return w.l.Text(group + id)
	}
	return chart.Plain(id)
}

// counted writes a number with what it counts: 812 näyttökertaa.
func (w words) counted(m observation.Metric, v float64) string {
	return w.unit(m, w.l.Number(v), v)
}

func (w words) unit(m observation.Metric, number string, n float64) string {
	for _, id := range []string{m.ID, m.Counter, m.Unit} {
		if w.l.Has("unit." + id) {
			return number + " " + w.l.Text("unit."+id, "n", n)
		}
	}
	if m.Unit == "" || m.Unit == m.ID { // nobody said what one of it is
		return locale.Sentence(w.metric(m)) + ": " + number
	}
	return number + " " + chart.Plain(m.Unit)
}

// value writes the number of a figure, or what stands in its place.
func (w words) value(f indicator.Figure) string {
	if v, ok := measured(f); ok {
		return w.l.Number(v)
	}
	switch {
	case f.State == indicator.NotApplicable:
		return notMeasurable
	case f.State == indicator.Bounded && f.Range != nil:
		return w.between(*f.Range)
	case f.State == indicator.Broken && len(f.Parts) > 0:
		return w.parts(f.Parts)
	}
	return w.state(f)
}

func (w words) between(r observation.Range) string {
	return w.l.Text("value.range", "low", r.Low, "high", r.High)
}

// boundedInPart tells whether a range is of the measured days of a period alone: of all of its days it is no upper bound.
func boundedInPart(f indicator.Figure) bool {
	return f.State == indicator.Bounded && f.Range != nil && f.Coverage.Measured < f.Coverage.Expected
}

// parts writes the numbers on either side of a break: 120 / 90.
func (w words) parts(parts []indicator.Part) string {
	out := []string{}
	for _, p := range parts {
		if p.Value == nil {
			out = append(out, notMeasurable)
			continue
		}
		out = append(out, w.l.Number(*p.Value))
	}
	return strings.Join(out, " / ")
}

// state names how far a figure may be trusted.
func (w words) state(f indicator.Figure) string { return w.l.Text("state." + string(stateOf(f))) }

// stateOf is the state of a figure; one that claims a number and has none is missing.
func stateOf(f indicator.Figure) indicator.State {
	_, ok := measured(f)
	if !ok && slices.Contains([]indicator.State{indicator.OK, indicator.Zero, indicator.Partial, ""}, f.State) {
		return indicator.Missing
	}
	return f.State
}

// reason names why something was not measured.
func (w words) reason(code string) string {
	if code != "" && w.l.Has("reason."+code) {
		return w.l.Text("reason." + code)
	}
	return w.l.Text("reason.other")
}

// gapReason names why days were not measured; of what was forgotten also by what and when, of what the source tells only from a day
// or until a day also what it tells instead.
func (w words) gapReason(g indicator.Gap) string {
	if kind := limitOf(g); kind != "" {
		if kind == indicator.BreakBegan {
			return w.limit("note.began", "note.began.instead", g.On, g.Instead)
		}
		return w.limit("note.ended", "note.ended.instead", g.On, g.Instead)
	}
	if g.Rule == "" {
		return w.reason(g.Reason)
	}
	return w.l.Text("note.forgotten", "rule", g.Rule, "on", w.l.Date(g.On))
}

// limitOf tells which kind of break lies at the end of a gap, "" where none does.
func limitOf(g indicator.Gap) string {
	switch {
	case g.On == 0 || g.Rule != "":
	case g.Reason == indicator.ReasonBeforeStart:
		return indicator.BreakBegan
	case g.Reason == string(observation.Retired):
		return indicator.BreakEnded
	}
	return ""
}

// limit says that a source began or ended to tell a metric on a day, and what it tells instead where there is something.
func (w words) limit(alone, beside string, on observation.Date, instead string) string {
	if instead == "" {
		return w.l.Text(alone, "date", w.l.Date(on))
	}
	return w.l.Text(beside, "date", w.l.Date(on), "metric", w.metric(observation.Metric{ID: instead}))
}

// reasons names the reasons of a figure's gaps, each once, in one order: weeks with the same reasons are told together.
func (w words) reasons(f indicator.Figure) string {
	var out []string
	for _, g := range gapsOf(f) {
		if r := w.gapReason(g); !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return w.reason("")
	}
	slices.Sort(out)
	return w.l.List(out)
}

// gapsOf returns the gaps of a figure in a fixed order.
func gapsOf(f indicator.Figure) []indicator.Gap {
	gaps := slices.Clone(f.Gaps)
	slices.SortFunc(gaps, func(a, b indicator.Gap) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Source, b.Source))
	})
	return gaps
}

// looked tells whether a figure is a level that was read: the days before the reading do not matter to it, and somebody who
// looks once a week misses nothing.
func looked(f indicator.Figure) bool {
	_, ok := measured(f)
	return ok && f.Shape == observation.Level && f.On != nil && f.Coverage.Unit == "days"
}

// note says which days of a figure were not measured and why: each reason once, with all its days.
func (w words) note(f indicator.Figure) string {
	var order []string
	found := map[string][]indicator.Gap{}
	for _, g := range gapsOf(f) {
		if looked(f) && g.To <= *f.On {
			continue
		}
		text := w.gapReason(g)
		if found[text] == nil {
			order = append(order, text)
		}
		found[text] = append(found[text], g)
	}
	out := w.itemsNote(f)
	for _, reason := range order {
		if dates := w.gapDates(found[reason], f.Period.Days()); dates != "" {
			reason = w.l.Text("note.gap", "dates", dates, "reason", reason)
		}
		out = append(out, reason)
	}
	if len(out) == 0 && f.Note != "" {
		out = append(out, chart.Plain(f.Note))
	}
	return strings.Join(out, "; ")
}

// gapDates writes the days of gaps, of a mixture those that are known in part apart: 8.9.2026 osittain ja 9.–23.9.2026
// kokonaan. Gaps of all of the period need no days.
func (w words) gapDates(gaps []indicator.Gap, all observation.Period) string {
	var partly, wholly []string
	gaps = touching(gaps)
	for _, g := range gaps {
		days := observation.Period{From: g.From, To: g.To}
		switch {
		case days.Empty(), days == all:
		case g.Partly:
			partly = append(partly, w.l.Dates(days))
		default:
			wholly = append(wholly, w.l.Dates(days))
		}
	}
	if len(partly) == 0 {
		return w.l.List(wholly)
	}
	out := []string{w.l.Text("note.partly", "dates", w.l.List(partly))}
	if len(wholly) > 0 {
		out = append(out, w.l.Text("note.wholly", "dates", w.l.List(wholly)))
	}
	if !gaps[0].Partly {
		slices.Reverse(out)
	}
	if len(partly)+len(wholly) > 2 {
		return strings.Join(out, ", ")
	}
	return w.l.List(out)
}

// touching joins gaps of one reason that touch or overlap, those that are alike.
func touching(gaps []indicator.Gap) []indicator.Gap {
	var out []indicator.Gap
	for _, g := range gaps {
		if n := len(out) - 1; n >= 0 && g.From <= out[n].To && g.Partly == out[n].Partly {
			out[n].To = max(out[n].To, g.To)
			continue
		}
		out = append(out, g)
	}
	return out
}

// coverage says how much of a figure was measured: 7/7 päivää.
func (w words) coverage(c indicator.Coverage) string {
	unit := chart.Plain(c.Unit)
	if w.l.Has("coverage." + c.Unit) {
		unit = w.l.Text("coverage."+c.Unit, "n", c.Expected)
	}
	return w.l.Text("coverage", "measured", c.Measured, "expected", c.Expected, "unit", unit)
}

// span names a run of weeks: viikot 22–47/2026.
func (w words) span(p observation.Period) string {
	if p.Is(observation.Week) {
		return w.l.Period(p)
	}
	fromYear, from := p.From.ISOWeek()
	toYear, to := (p.To - 1).ISOWeek()
	first := strconv.Itoa(from)
	if fromYear != toYear {
		first += "/" + strconv.Itoa(fromYear)
	}
	return w.l.Text("weeks.range", "from", first, "to", strconv.Itoa(to)+"/"+strconv.Itoa(toYear))
}
