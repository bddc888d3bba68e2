package report

import (
	"cmp"
	"slices"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
)

// slowView is a row of the table of what is told less often than by the week: its newest period that is over.
type slowView struct {
	Figure, Name, Section, Period, Value, State, Code string
	Before, LastYear, Target, Note                    string
}

// slow brings the series of longer grains into the order of the page.
func (m maker) slow() []indicator.Series {
	var out []indicator.Series
	for _, s := range m.in.Slow {
		if len(s.Points) > 0 {
			out = append(out, m.placed(s))
		}
	}
	slices.SortStableFunc(out, func(a, b indicator.Series) int {
		return cmp.Or(
			cmp.Compare(m.plan.Place(a.Channel.Kind), m.plan.Place(b.Channel.Kind)), cmp.Compare(m.channelPlace(track{Series: a}), m.channelPlace(track{Series: b})),
			cmp.Compare(a.Channel.ID, b.Channel.ID), cmp.Compare(a.Organisation.ID, b.Organisation.ID), cmp.Compare(a.Metric.ID, b.Metric.ID),
		)
	})
	return out
}

func (m maker) slowRows() []slowView {
	var out []slowView
	for _, s := range m.slow() {
		out = append(out, m.slowRow(s))
	}
	return out
}

func (m maker) slowRow(s indicator.Series) slowView {
	last := len(s.Points) - 1
	now := s.Points[last]
	v := slowView{
		Figure: chart.Plain(now.ID), Name: locale.Sentence(m.metric(s.Metric)), Section: m.channelName(s.Channel), Period: m.l.Period(now.Period.Days()),
		Value: m.value(now), State: m.stateUnlessWhole(now), Code: string(stateOf(now)), Before: notMeasurable, LastYear: notMeasurable, Target: notMeasurable, Note: m.note(now),
	}
	if last > 0 {
		v.Before = m.value(s.Points[last-1])
	}
	if last < len(s.YearBefore) {
		v.LastYear = m.value(s.YearBefore[last])
	}
	if s.Target != nil {
		v.Target = m.l.Number(*s.Target)
	}
	return v
}

// slowFigures lists the figures of the table with those that they are held against.
func slowFigures(all []indicator.Series) []roleFigure {
	var out []roleFigure
	for _, s := range all {
		last := len(s.Points) - 1
		role := string(s.Grain)
		out = append(out, roleFigure{&s.Points[last], role})
		if last > 0 {
			out = append(out, roleFigure{&s.Points[last-1], role})
		}
		if last < len(s.YearBefore) {
			out = append(out, roleFigure{&s.YearBefore[last], role + "_year_before"})
		}
	}
	return out
}

// slowTable is the table in the text twin.
func (w words) slowTable(rows []slowView) []string {
	cells := [][]string{w.heads("head.section", "head.metric", "head.period", "head.value", "head.before", "head.yearbefore", "head.target", "head.reason", "head.figure")}
	for _, r := range rows {
		value := r.Value
		if r.State != "" {
			value += ", " + r.State
		}
		cells = append(cells, []string{r.Section, r.Name, r.Period, value, r.Before, r.LastYear, r.Target, r.Note, r.Figure})
	}
	return columns(cells)
}
