package schedule

import (
	"cmp"

	"seuranta/internal/observation"
)

// stretchDays is how many days of the past are asked for, and committed, at once where a kind does not say it: four weeks, so
// that no week is asked for twice.
const stretchDays = 28

// Stretches cuts days of the past into the visits that fetch them, newest first: whole weeks, so many that being stopped loses
// little. days is how many at once, 0 is the usual; below 0 all are one.
func Stretches(p observation.Period, days int) []observation.Period {
	if p.Empty() {
		return nil
	}
	if days < 0 {
		return []observation.Period{p}
	}
	step := observation.Date(max(7, cmp.Or(days, stretchDays)/7*7))
	var out []observation.Period
	for to := p.To; to > p.From; {
		from := max(p.From, observation.Week.Start(to-1)-step+7)
		out = append(out, observation.Period{From: from, To: to})
		to = from
	}
	return out
}

// Told tells whether a source has answered for all that it can tell of the days of p, as known shows: every period of every
// metric that touches them, but for levels, which can only be looked at when they are.
func Told(s observation.Source, metrics observation.Metrics, known []observation.Coverage, p observation.Period) bool {
	settled := map[observation.CoverageKey]bool{}
	for _, c := range observation.Spoken(known) {
		if c.Source == s.ID {
			key := observation.CoverageKey{Metric: c.Metric, Grain: c.Grain, From: c.From}
			good := c.Result.Answered() || c.Result.NotApplicable() || outOfReach(c)
			settled[key] = good && (settled[key] || !seen(settled, key))
		}
	}
	for _, metric := range s.Metrics {
		for _, grain := range owed(metrics[metric], s.GrainsOf(metric)) {
			for _, q := range grain.Split(p) {
				if grain != observation.Snapshot && p.Holds(q) && !settled[observation.CoverageKey{Metric: metric, Grain: grain, From: q.From}] {
					return false
				}
			}
		}
	}
	return true
}

// BeforeItsTime tells whether a visit found that a source offers nothing of the days that it was asked for: what lies before
// them need not be asked for.
func BeforeItsTime(coverage []observation.Coverage) bool {
	asked := false
	for _, c := range coverage {
		if c.Grain == observation.Snapshot {
			continue
		}
		if !c.Result.NotApplicable() && !outOfReach(c) {
			return false
		}
		asked = true
	}
	return asked
}
