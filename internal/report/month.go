package report

import (
	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
)

// months returns the figures of whole months that belong to a series. One that a goal shows already is left out.
func (m maker) months(t track) []indicator.Figure {
	var out []indicator.Figure
	for _, f := range m.in.Months {
		if f.Organisation == t.Organisation.ID && f.Channel == t.Channel.ID && f.Indicator == t.Metric.ID && f.Dims == t.Dims && f.Beside == "" && !t.hasGoal(f.ID) {
			out = append(out, f)
		}
	}
	return out
}

func (t track) hasGoal(id string) bool {
	for _, g := range t.goals {
		if g.ID == id {
			return true
		}
	}
	return false
}

// monthCards are the cards of whole months: plans of communication speak of views a month.
func (m maker) monthCards(t track) []cardView {
	var out []cardView
	for _, f := range m.months(t) {
		c := m.card(locale.Sentence(m.l.Period(f.Period.Days())), &f)
		c.Lines = m.weekLines(f)
		out = append(out, c)
	}
	return out
}

// glanceMonths are the same in the table at the top.
func (m maker) glanceMonths(t track) []monthView {
	var out []monthView
	for _, f := range m.months(t) {
		v := monthView{Figure: chart.Plain(f.ID), Text: m.l.Period(f.Period.Days()) + ": " + m.value(f)}
		if state := m.stateUnlessWhole(f); state != "" {
			v.Text += ", " + state
		}
		out = append(out, v)
	}
	return out
}

// monthFigures lists them for JSON and CSV.
func monthFigures(months []indicator.Figure) []roleFigure {
	var out []roleFigure
	for i := range months {
		out = append(out, roleFigure{&months[i], "month"})
	}
	return out
}
