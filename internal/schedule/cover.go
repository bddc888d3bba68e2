package schedule

import (
	"context"
	"errors"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// untold returns the periods of the window that the collector said nothing of. What people type or hand over comes when it
// comes: nobody owes a day of it.
func (g *gather) untold(w collector.Window) []observation.CoverageKey {
	if g.source.Typed {
		return nil
	}
	current := w.Current()
	if g.zone != nil {
		w.Zone = g.zone // a day that is not over there cannot be told yet
	}
	said := map[slot]bool{}
	snapshots := map[string]bool{} // metrics that some snapshot was spoken of
	for _, c := range g.coverage {
		said[slot{c.Channel, c.Metric, c.Grain, c.From}] = true
		snapshots[c.Metric] = snapshots[c.Metric] || c.Grain == observation.Snapshot
	}
	var out []observation.CoverageKey
	for _, metric := range g.source.Metrics {
		for _, grain := range owed(g.metrics[metric], g.source.GrainsOf(metric)) {
			periods := w.Periods(grain)
			if grain == observation.Snapshot {
				periods = newest(periods, snapshots[metric] || !current)
			}
			for _, p := range periods {
				if !said[slot{g.source.Channel, metric, grain, p.From}] {
					out = append(out, observation.CoverageKey{Organisation: g.source.Organisation, Source: g.source.ID, Channel: g.source.Channel, Metric: metric, Grain: grain, From: p.From})
				}
			}
		}
	}
	return out
}

// newest returns the last of the days: the past cannot be looked at, so one snapshot is all that a visit owes, and none when
// that was told or only days long over were asked for.
func newest(days []observation.Period, told bool) []observation.Period {
	if told || len(days) == 0 {
		return nil
	}
	return days[len(days)-1:]
}

// owed returns at which grains a source of these grains owes a metric. A level is looked at at an instant where the source
// can do so. What adds is told at the finest grain, and at those that it does not make up; unique people at every grain.
func owed(m observation.Metric, told []observation.Grain) []observation.Grain {
	looked := slices.Contains(told, observation.Snapshot)
	if m.Shape == observation.Rate || m.Lifetime && !looked {
		return nil
	}
	if m.Lifetime {
		return []observation.Grain{observation.Snapshot}
	}
	return m.Shape.Needed(told)
}

// coverTheRest says of the periods that nothing was said of what the collector's error means. Where there was none, saying
// nothing is the collector's fault.
func (g *gather) coverTheRest(untold []observation.CoverageKey, failure error) {
	c := observation.Coverage{Result: observation.Failed, Reason: ReasonNotTold, Detail: "the collector said nothing of this period"}
	if failure != nil {
		c = observation.Coverage{Result: collector.ResultOf(failure), Reason: reasonOf(failure), Detail: detailOf(failure)}
	}
	if c.Result == observation.Partial {
		c.Result = observation.Failed // nothing was said of this period: it is not known to be answered in part
	}
	for _, k := range untold {
		said := c
		if fault := g.refused[slot{k.Channel, k.Metric, k.Grain, k.From}]; fault != nil && failure == nil {
			said.Reason, said.Detail = ReasonRejected, fault.Error()
		}
		said.CoverageKey = k
		g.coverage = append(g.coverage, said)
	}
}

func reasonOf(failure error) string {
	var broken *PanicError
	if errors.As(failure, &broken) {
		return ReasonPanic
	}
	return collector.ReasonOf(failure)
}

// detailOf says what went wrong. What somebody stopped has no fault of its own to tell.
func detailOf(failure error) string {
	if errors.Is(failure, context.Canceled) {
		return "stopped before its end; the next run makes up for it"
	}
	return failure.Error()
}

// result sums up the run: its error, else what its periods came to.
func (g *gather) result(failure error) (result observation.Result, reason, detail string) {
	if failure == nil {
		return g.sum()
	}
	result = collector.ResultOf(failure)
	var broken *PanicError
	if result == observation.Failed && len(g.observations) > 0 && !errors.Is(failure, context.Canceled) && !errors.As(failure, &broken) {
		result = observation.Partial
	}
	return result, reasonOf(failure), detailOf(failure)
}

// sum sums the periods up: whole when all were answered or could not be measured; the class of the worst when nothing was
// told; else in part, for the reason of the worst. A visit that was good, and could answer for no day yet, is whole, too: the
// days before what the source offers are no fault of it.
func (g *gather) sum() (result observation.Result, reason, detail string) {
	var worst, absent observation.Coverage
	counts := map[observation.Result]int{}
	within := g.withinReach()
	if len(within) == 0 {
		return g.unlessRejected()
	}
	for _, c := range within {
		counts[c.Result]++
		switch {
		case c.Result.NotApplicable():
			absent = c
		case c.Result.Answered():
		case worst.Result == "" || worst.Result == observation.Partial && c.Result != observation.Partial:
			worst = c
		}
	}
	answered := counts[observation.OK] + counts[observation.NoData]
	switch {
	case worst.Result == "" && answered == 0 && absent.Result != "":
		return absent.Result, absent.Reason, absent.Detail
	case worst.Result == "" && counts[observation.OK] == 0 && answered > 0:
		return observation.NoData, "", ""
	case worst.Result == "":
		return g.unlessRejected()
	case answered+counts[observation.Partial] == 0:
		return worst.Result, worst.Reason, worst.Detail
	}
	return observation.Partial, worst.Reason, worst.Detail
}

// withinReach is what was said of the periods that the source still offers.
func (g *gather) withinReach() []observation.Coverage {
	return slices.DeleteFunc(slices.Clone(g.coverage), outOfReach)
}

// unlessRejected is ok, unless something told could not be stored.
func (g *gather) unlessRejected() (result observation.Result, reason, detail string) {
	if len(g.rejected) == 0 {
		return observation.OK, "", ""
	}
	return observation.Partial, ReasonRejected, g.rejected[0].Error()
}
