package accesslog

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// bareNote says of a number that the format of the log told no agents.
const bareNote = "the log names no user agents: bots are told by their behaviour alone"

// answer tells everything that was counted.
func (c *counting) answer(out collector.Sink) error {
	for _, p := range c.plan.days {
		from, _ := c.plan.indices(p)
		cover := c.coverage(p)
		if err := c.tell(out, observation.Day, p, metricViews, cover, c.views[from]); err != nil {
			return err
		}
		if err := c.tell(out, observation.Day, p, metricVisitors, cover, c.visitors[from]); err != nil {
			return err
		}
	}
	for i, p := range c.plan.weeks {
		if err := c.tell(out, observation.Week, p, metricVisitors, c.coverage(p), c.weekly[i]); err != nil {
			return err
		}
	}
	c.tellLines(out)
	return nil
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
	if from, to := c.plan.indices(p); slices.Contains(c.bare[from:to], true) {
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
	gaps, holes := c.evidence.gaps(from, to), c.logs.holesIn(from, to)
	if len(gaps) == 0 && len(holes) == 0 && c.evidence.covered(from, to) {
		return observation.Coverage{Result: observation.OK}
	}
	out := observation.Coverage{Result: observation.Partial, Reason: c.reason(gaps, holes), Detail: details(holes)}
	if !c.evidence.touches(from, to) {
		out.Result = observation.Failed
		if len(holes) == 0 {
			out.Reason = collector.ReasonLogMissing
		}
	}
	for _, h := range holes {
		gaps = append(gaps, stretch{h.from, h.to})
	}
	for _, g := range merged(gaps) {
		out.Gaps = append(out.Gaps, observation.Span{From: time.Unix(g.from, 0).In(c.plan.zone), To: time.Unix(g.to, 0).In(c.plan.zone)})
	}
	return out
}

// reason returns the gravest reason why a period is not covered whole: a file could not be read, or there is none, or it
// fell silent.
func (c *counting) reason(gaps []stretch, holes []hole) string {
	out := collector.ReasonLogSilent
	for _, g := range gaps {
		if !c.logs.reaches(c.evidence, g) {
			out = collector.ReasonLogMissing
		}
	}
	for _, h := range holes {
		if h.reason == collector.ReasonLogDamaged {
			return h.reason
		}
		out = h.reason
	}
	return out
}

// reaches tells whether there are lines both before and after a gap.
func (s *logSet) reaches(e *evidence, gap stretch) bool {
	return (s.older || e.first <= gap.from) && (s.younger || gap.to <= e.end)
}

// holesIn returns the parts of holes that lie in [from, to).
func (s *logSet) holesIn(from, to int64) []hole {
	var out []hole
	for _, h := range s.holes {
		h.from, h.to = max(h.from, from), min(h.to, to)
		if h.from < h.to {
			out = append(out, h)
		}
	}
	return out
}

// details names the files behind holes.
func details(holes []hole) string {
	var names []string
	for _, h := range holes {
		names = append(names, h.detail)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// merged joins stretches that overlap, in order.
func merged(gaps []stretch) []stretch {
	slices.SortFunc(gaps, func(a, b stretch) int { return int(max(-1, min(1, a.from-b.from))) })
	var out []stretch
	end := int64(math.MinInt64)
	for _, g := range gaps {
		if g.from < end {
			out[len(out)-1].to = max(end, g.to)
		} else {
			out = append(out, g)
		}
		end = out[len(out)-1].to
	}
	return out
}

// tellLines tells what became of the lines and files. Read = counted + filtered + rejected, always.
func (c *counting) tellLines(out collector.Sink) {
	counts, filtered, rejected, read := c.lines.sums()
	out.Tell("lines_read", read)
	out.Tell("lines_counted", counts)
	out.Tell("lines_filtered", filtered)
	out.Tell("lines_rejected", rejected)
	for k := counted + 1; k < classes; k++ {
		out.Tell(k.String(), c.lines[k])
	}
	out.Tell("files_read", int64(len(c.logs.files)))
	out.Tell("files_copies", int64(c.logs.copies))
	out.Tell("files_outside", int64(c.logs.skipped))
}
