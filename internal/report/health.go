package report

import (
	"cmp"
	"slices"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
)

// health says of every source how it stands, those in trouble first.
func (m maker) health() healthView {
	var v healthView
	troubled := 0
	for _, s := range m.sources() {
		well := !inTrouble(s)
		if !well {
			troubled++
		}
		v.Sources = append(v.Sources, sourceView{ID: chart.Plain(s.Source), Words: m.sourceWords(s), Well: well})
	}
	slices.SortStableFunc(v.Sources, func(a, b sourceView) int { return cmp.Compare(rank(a.Well), rank(b.Well)) })
	v.Well = troubled == 0
	switch {
	case len(v.Sources) == 0:
	case troubled > 0:
		v.Summary = m.l.Text("health.trouble", "n", troubled)
	default:
		v.Summary = m.l.Text("health.well", "n", len(v.Sources))
	}
	return v
}

func rank(well bool) int {
	if well {
		return 1
	}
	return 0
}

// sources lists each source once, by its id. Where series tell different things of one, the worse counts.
func (m maker) sources() []indicator.SourceHealth {
	var all []indicator.SourceHealth
	for _, s := range m.in.Series {
		all = append(all, s.Sources...)
	}
	slices.SortFunc(all, func(a, b indicator.SourceHealth) int {
		return cmp.Or(
			cmp.Compare(a.Source, b.Source), cmp.Compare(rank(!inTrouble(a)), rank(!inTrouble(b))), a.LastGood.Compare(b.LastGood),
			cmp.Compare(a.Result, b.Result), cmp.Compare(a.Reason, b.Reason),
		)
	})
	return slices.CompactFunc(all, func(a, b indicator.SourceHealth) bool { return a.Source == b.Source })
}

func inTrouble(s indicator.SourceHealth) bool {
	return s.Late || s.LastGood.IsZero() || !s.Result.Answered() && !s.Result.NotApplicable()
}

func (m maker) sourceWords(s indicator.SourceHealth) string {
	when, age := m.l.Instant(s.LastGood.In(m.zone)), m.l.Age(m.in.Now.Sub(s.LastGood))
	reason := m.reason(cmp.Or(s.Reason, string(s.Result)))
	switch {
	case s.LastGood.IsZero():
		if s.LastRun.IsZero() {
			reason = m.reason("no_run")
		}
		return m.l.Text("health.never", "reason", reason)
	case s.Result.NotApplicable():
		return m.l.Text("health.ended", "reason", reason, "when", when)
	case !s.Result.Answered():
		return m.l.Text("health.bad", "reason", reason, "when", when, "age", age)
	case s.Late:
		return m.l.Text("health.late", "when", when, "age", age)
	}
	return m.l.Text("health.ok", "when", when)
}
