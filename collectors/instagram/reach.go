package instagram

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

// reaches tells how many people were reached in weeks and in 28 days, of which Meta has own numbers: those of days do not add up.
func (v *visit) reaches(ctx context.Context) error {
	reach := family{theirs: "reach", ours: "reach"}
	for _, g := range []observation.Grain{observation.Week, observation.Days28} {
		var periods []observation.Period
		for _, p := range v.stretches(g) {
			if p.From < v.first {
				v.tell.Untold(partReach, reach.ours, g, p, observation.NotOffered, collector.ReasonBeforeStart)
				continue
			}
			periods = append(periods, p)
		}
		if err := v.series(ctx, reach, partReach, g, periods); err != nil {
			v.unread(g, periods, err)
			return err
		}
	}
	return nil
}

// unread says of periods that they could not be read. Of 28 days nobody else would: any day begins some, and none is owed.
func (v *visit) unread(g observation.Grain, periods []observation.Period, err error) {
	for _, p := range periods {
		v.tell.Untold(partReach, "reach", g, p, collector.ResultOf(there(err)), collector.ReasonOf(there(err)))
	}
}

// stretches returns the periods that touch the days asked for and are over. Any day begins 28 days.
func (v *visit) stretches(g observation.Grain) []observation.Period {
	if g != observation.Days28 || !v.window.Asks(g) {
		return v.tell.Periods(g)
	}
	var out []observation.Period
	for from := max(observation.FirstDay, v.window.From-27); from < v.window.To; from++ {
		if p := (observation.Period{From: from, To: from + 28}); !p.End(v.window.Zone).After(v.window.Now) {
			out = append(out, p)
		}
	}
	return out
}

// mostEnds is how many days in a row one question for a series asks for: Meta takes thirty, of which one may be 25 hours long.
const mostEnds = 28

// series tells periods of which Meta tells a number for each day that they end with.
func (v *visit) series(ctx context.Context, f family, part string, g observation.Grain, periods []observation.Period) error {
	for len(periods) > 0 {
		n := 1
		for n < len(periods) && periods[n].To-periods[0].To < mostEnds {
			n++
		}
		if err := v.some(ctx, f, part, g, periods[:n]); err != nil {
			return err
		}
		periods = periods[n:]
	}
	return nil
}

// some tells periods that one question can ask for.
func (v *visit) some(ctx context.Context, f family, part string, g observation.Grain, periods []observation.Period) error {
	period := map[observation.Grain]string{observation.Day: "day", observation.Week: "week", observation.Days28: "days_28"}[g]
	q := ending(periods[0].To-1, periods[len(periods)-1].To-1, v.window.Zone)
	q.Set("period", period)
	told, lacking, err := v.graph.Insights(ctx, graph.Insights{Path: v.path("insights"), Scope: "account " + period, Part: part, Metrics: []string{f.theirs}, Query: q})
	if err != nil {
		return err
	}
	for _, p := range periods {
		value, _ := told[f.theirs].Day(p.To - 1)
		if err := v.number(f, part, g, p, value.Number, lacking[f.theirs]); err != nil {
			return err
		}
	}
	return nil
}

// ending asks for what ends with days, from the first to the last. The moment at which the last ends has to be among it, and
// nobody knows whether Meta counts until in: it is asked for an hour more, and what comes beside is not looked at.
func ending(first, last observation.Date, zone *time.Location) url.Values {
	return url.Values{"since": {strconv.FormatInt(first.Start(zone).Unix(), 10)}, "until": {strconv.FormatInt(last.End(zone).Add(time.Hour).Unix(), 10)}}
}
