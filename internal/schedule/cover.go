package schedule

import (
	"context"
	"errors"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// untold returns the periods of the window that the collector said nothing of, and apart from them those that are over where the
// source is and not where its platform cuts the days: nobody can tell them yet. What people type or hand over comes when it comes:
// nobody owes a day of it.
func (g *gather) untold(w collector.Window) (untold, early []observation.CoverageKey) {
	if g.source.Typed {
		return nil, nil
	}
	there := w
	if g.zone != nil {
		there.Zone = g.zone
	}
	said, looked := g.spoken()
	for _, metric := range g.source.Metrics {
		for _, grain := range owed(g.metrics[metric], g.source.GrainsOf(metric)) {
			over, ahead := there.Periods(grain), notOver(w.Periods(grain), there)
			if grain == observation.Snapshot {
				over, ahead = look(there, looked[metric] || !w.Current()), nil
			}
			silent := func(p observation.Period) (observation.CoverageKey, bool) {
				key := observation.CoverageKey{Organisation: g.source.Organisation, Source: g.source.ID, Channel: g.source.Channel, Metric: metric, Grain: grain, From: p.From}
				return key, !said[slot{key.Channel, metric, grain, p.From}]
			}
			untold, early = appendSome(untold, over, silent), appendSome(early, ahead, silent)
		}
	}
	return untold, early
}

// spoken returns the periods that something was said of, and the metrics of which it was said of any look.
func (g *gather) spoken() (said map[slot]bool, looked map[string]bool) {
	said, looked = map[slot]bool{}, map[string]bool{}
	for _, c := range g.coverage {
		said[slot{c.Channel, c.Metric, c.Grain, c.From}] = true
		looked[c.Metric] = looked[c.Metric] || c.Grain == observation.Snapshot
	}
	return said, looked
}

func appendSome(keys []observation.CoverageKey, periods []observation.Period, some func(observation.Period) (observation.CoverageKey, bool)) []observation.CoverageKey {
	for _, p := range periods {
		if key, ok := some(p); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// notOver returns those of some periods that are not over where a window is.
func notOver(periods []observation.Period, w collector.Window) []observation.Period {
	return slices.DeleteFunc(periods, func(p observation.Period) bool { return !p.End(w.Zone).After(w.Now) })
}

// look returns the day of the look that a visit owes: the past cannot be looked at, so it is one, as a collector would have told
// it, and none when that was told or only days long over were asked for.
func look(w collector.Window, told bool) []observation.Period {
	if told {
		return nil
	}
	day := w.Instant()
	return []observation.Period{{From: day, To: day + 1}}
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

// coverEarly says of periods that they are not over yet where the platform is. What is counted from items does not hang on that:
// items count on the days of the source, and of a visit that failed nobody knows what there was.
func (g *gather) coverEarly(early []observation.CoverageKey, failure error) {
	var counted []observation.CoverageKey
	for _, k := range early {
		if failure != nil && g.metrics[k.Metric].Shape == observation.Counted {
			counted = append(counted, k)
			continue
		}
		g.coverage = append(g.coverage, observation.Coverage{CoverageKey: k, Result: observation.Waiting, Reason: ReasonNotYet})
	}
	g.coverTheRest(counted, failure)
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

// withinReach is what was said of the periods that the source still offers, or offers already.
func (g *gather) withinReach() []observation.Coverage {
	return slices.DeleteFunc(slices.Clone(g.coverage), func(c observation.Coverage) bool { return outOfReach(c) || c.Reason == ReasonNotYet })
}

// unlessRejected is ok, unless something told could not be stored.
func (g *gather) unlessRejected() (result observation.Result, reason, detail string) {
	if len(g.rejected) == 0 {
		return observation.OK, "", ""
	}
	return observation.Partial, ReasonRejected, g.rejected[0].Error()
}
