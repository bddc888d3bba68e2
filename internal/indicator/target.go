package indicator

import (
	"slices"

	"seuranta/internal/observation"
)

// target returns what the metric is to reach in p: the target in force on its last day, else the first that was in force
// on some day of it.
func (q *question) target(p observation.Period) (observation.Target, bool) {
	var found observation.Target
	ok := false
	for _, t := range q.channel.Targets {
		if t.Metric != q.metric.ID || !p.Is(t.Grain) || t.Grain == observation.Snapshot {
			continue
		}
		if days(t.Life).Contains(p.To - 1) {
			return t, true
		}
		if !ok && !t.Life.Within(p).Empty() {
			found, ok = t, true
		}
	}
	return found, ok
}

// aim puts a target beside the figure, and how it stands against it. elapsed is the share of the target's period that is
// over.
func (f *Figure) aim(t observation.Target, elapsed float64, open bool) {
	due := t.Value
	if f.Shape == observation.Flow || f.Shape == observation.Counted { // a level does not grow from nothing, nor do unique people add up
		due *= elapsed
	}
	value := t.Value
	f.Target = &value
	f.Pace = pace(f.Value, t.Value, due, open)
}

// pace tells how a value stands against a target; due is what it should be by now while the period is open.
func pace(value *float64, target, due float64, open bool) Pace {
	switch {
	case value == nil:
		return NoPace
	case *value >= target:
		return Met
	case open && *value >= due:
		return Ahead
	}
	return Behind
}

// goals returns the running figures of the longer periods that have a target, in the order of the desk.
func (q *question) goals(s *shelf, j *Judge, last observation.Date) []Figure {
	var out []Figure
	seen := map[observation.Grain]bool{}
	for _, t := range q.channel.Targets {
		whole, longer := goalPeriod(t.Grain, last)
		if t.Metric != q.metric.ID || !longer || seen[t.Grain] {
			continue
		}
		seen[t.Grain] = true
		if t, ok := q.target(whole); ok {
			out = append(out, j.goal(q, s, t, whole, last+7))
		}
	}
	return out
}

// goalPeriod returns the period of a grain that the week beginning at last is counted to: the one that its Thursday lies
// in. 28 days end with the week. ok is false for grains that are no longer than the week.
func goalPeriod(g observation.Grain, last observation.Date) (p observation.Period, ok bool) {
	switch g {
	case observation.Day, observation.Snapshot, observation.Week:
		return p, false
	case observation.Days28:
		return observation.Period{From: last + 7 - 28, To: last + 7}, true
	}
	return g.Holding(last + 3), true
}

// goal judges a longer period from its start to the end of the week, or of the last period before it that its source tells.
func (j *Judge) goal(q *question, s *shelf, t observation.Target, whole observation.Period, end observation.Date) Figure {
	so := observation.Period{From: whole.From, To: min(whole.To, end)}
	slow := s.slow()
	for _, c := range q.candidates(so.To - 1) {
		grains := c.fitting(whole)
		if slow != "" {
			grains = slices.DeleteFunc(slices.Clone(grains), func(g observation.Grain) bool { return g != slow })
		}
		if len(grains) == 0 {
			continue
		}
		if told := grains[0].Start(so.To); !oneDay(grains[0]) && told > so.From {
			so.To = told
		}
		break
	}
	f := j.judge(s, so).Figure
	f.aim(t, float64(so.Days())/float64(whole.Days()), so.To < whole.To)
	return f
}
