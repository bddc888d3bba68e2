package accesslog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// bareNote says of a number that the format of the log told no agents.
const bareNote = "the log names no user agents: bots are told by their behaviour alone"

// answer tells everything that was counted. Its error is that a number can not be stored; all others are told.
func (c *counting) answer(out collector.Sink) error {
	var faults []error
	for _, p := range c.plan.days {
		day, _ := c.plan.indices(p)
		cover := c.coverage(p)
		faults = append(faults,
			c.tell(out, observation.Day, p, metricViews, cover, c.sums.views[day]),
			c.tell(out, observation.Day, p, metricVisitors, cover, c.sums.visitors[day]))
	}
	for i, p := range c.plan.weeks {
		faults = append(faults, c.tell(out, observation.Week, p, metricVisitors, c.coverage(p), c.sums.weekly[i]))
	}
	c.tellLines(out)
	return errors.Join(faults...)
}

// tell tells one number and what is behind it. Views of a part of a period are a lower bound and told as incomplete;
// visitors of a part of it say nothing of the whole.
func (c *counting) tell(out collector.Sink, g observation.Grain, p observation.Period, metric string, cover observation.Coverage, n int64) error {
	cover.Part, cover.Metric, cover.Grain, cover.From = part, metric, g, p.From
	out.Cover(cover)
	whole := cover.Result == observation.OK
	if whole {
		out.Complete(observation.Completion{Part: part, Metric: metric, Grain: g, From: p.From})
	}
	if !whole && (metric != metricViews || cover.Result != observation.Partial) {
		return nil
	}
	o := observation.Observation{
		Key:  observation.Key{Metric: metric, Grain: g, From: p.From},
		Part: part, Value: float64(n), Complete: whole, Basis: observation.Collected, State: observation.Valid,
	}
	if from, to := c.plan.indices(p); slices.Contains(c.sums.bare[from:to], true) {
		o.Note = bareNote
	}
	if err := out.Observe(o); err != nil {
		return fmt.Errorf("tell %s of %s: %w", metric, p.Label(), err)
	}
	return nil
}

// coverage tells how far the log covers a period.
func (c *counting) coverage(p observation.Period) observation.Coverage {
	from, to := c.plan.bounds(p)
	gaps, troubles := c.sums.evidence.gaps(from, to), c.logs.troublesIn(from, to)
	if len(troubles) == 0 && c.sums.evidence.covered(from, to) {
		return observation.Coverage{Result: observation.OK}
	}
	out := observation.Coverage{Result: observation.Partial, Reason: c.reason(gaps, troubles), Detail: paths(troubles)}
	if !c.sums.evidence.touches(from, to) {
		out.Result = observation.Failed
		if len(troubles) == 0 {
			out.Reason = collector.ReasonLogMissing
		}
	}
	for _, t := range troubles {
		gaps = append(gaps, stretch{t.from, t.to})
	}
	for _, g := range merged(gaps) {
		out.Gaps = append(out.Gaps, observation.Span{From: time.Unix(g.from, 0).In(c.plan.zone), To: time.Unix(g.to, 0).In(c.plan.zone)})
	}
	return out
}

// reason returns the gravest reason why a period is not covered whole: a file could not be read, or there is none, or the
// log fell silent between lines.
func (c *counting) reason(gaps []stretch, troubles []trouble) string {
	out := collector.ReasonLogSilent
	for _, g := range gaps {
		if !c.reachesOver(g) {
			out = collector.ReasonLogMissing
		}
	}
	for _, t := range troubles {
		if t.reason == collector.ReasonLogDamaged {
			return t.reason
		}
		out = t.reason
	}
	return out
}

// reachesOver tells whether there are lines both before and after a gap.
func (c *counting) reachesOver(gap stretch) bool {
	e := c.sums.evidence
	return (c.logs.older || e.first <= gap.from) && gap.to <= e.end
}

// troublesIn returns the troubles that touch [from, to), cut to it.
func (s *logSet) troublesIn(from, to int64) []trouble {
	var out []trouble
	for _, t := range s.troubles {
		t.from, t.to = max(t.from, from), min(t.to, to)
		if t.from < t.to {
			out = append(out, t)
		}
	}
	return out
}

// merged joins stretches that meet or overlap, in order.
func merged(gaps []stretch) []stretch {
	slices.SortFunc(gaps, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	var out []stretch
	for _, g := range gaps {
		if n := len(out); n > 0 && g.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, g.to)
			continue
		}
		out = append(out, g)
	}
	return out
}

// tellLines tells what became of the lines and files. Read = counted + filtered + rejected, always.
func (c *counting) tellLines(out collector.Sink) {
	counts, filtered, rejected, read := c.sums.lines.sums()
	out.Tell("lines_read", read)
	out.Tell("lines_counted", counts)
	out.Tell("lines_filtered", filtered)
	out.Tell("lines_rejected", rejected)
	for k := counted + 1; k < classes; k++ {
		out.Tell(k.String(), c.sums.lines[k])
	}
	out.Tell("files_read", int64(len(c.logs.files)))
	out.Tell("files_copies", int64(c.logs.copies))
	out.Tell("files_outside", int64(c.logs.outside))
}
