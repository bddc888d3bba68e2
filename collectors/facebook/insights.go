package facebook

import (
	"context"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

// The days on which Meta ended metrics, in all versions of its API. What it has instead counts otherwise.
var (
	impressionsEnd = observation.NewDate(2025, 11, 15) // page_impressions; page_media_view counts views in its place
	reachEnd       = observation.NewDate(2026, 6, 15)  // page_impressions_unique; page_total_media_view_unique counts viewers
)

// figure is a metric of ours as Meta calls it, for the periods that lie between two days.
type figure struct {
	metric, meta string
	since, until observation.Date // zero is open
	outside      api.Lack         // what is said of periods that lie wholly outside; none where another figure speaks of them
}

// question is figures that are asked for together.
type question struct {
	part    string
	grain   observation.Grain
	figures []figure
}

// questions are the families of metrics, each one request: what becomes of one is nothing to the others. Meta has reach for days,
// weeks and 28 days, each its own count of people, which do not add up.
func questions() []question {
	notYet := api.Lack{Result: observation.NotOffered, Reason: collector.ReasonBeforeStart}
	out := []question{
		{partFollowers, observation.Day, []figure{{metric: "followers", meta: "page_follows"}, {metric: "gained", meta: "page_daily_follows"}, {metric: "lost", meta: "page_daily_unfollows_unique"}}},
		{partViews, observation.Day, []figure{{metric: "media_views", meta: "page_media_view", since: impressionsEnd, outside: notYet}}},
		{partViews, observation.Day, []figure{{metric: "impressions", meta: "page_impressions", until: impressionsEnd, outside: api.Lack{Result: observation.Retired}}}},
		{partActivity, observation.Day, []figure{{metric: "engagements", meta: "page_post_engagements"}, {metric: "profile_views", meta: "page_views_total"}}},
	}
	for _, g := range []observation.Grain{observation.Day, observation.Week, observation.Days28} {
		out = append(out, question{partReach, g, []figure{{metric: "reach", meta: "page_total_media_view_unique", since: reachEnd}}},
			question{partReach, g, []figure{{metric: "reach", meta: "page_impressions_unique", until: reachEnd}}})
	}
	return out
}

// holds tells whether a figure is told of a period. Of one that lies across the day on which Meta began to count otherwise there is
// none: part of it was counted by each rule.
func (f figure) holds(p observation.Period) (whole, across bool) {
	whole = p.From >= f.since && (f.until == 0 || p.To <= f.until)
	return whole, p.From < f.since && f.since < p.To
}

// mostYears is how far back Meta tells, in days.
const mostYears = 2 * 365

// today is the day at Meta.
func (v *visit) today() observation.Date { return observation.DateOf(v.window.Now.In(v.window.Zone)) }

// periods returns the periods that touch the days asked for and are over. Any day begins 28 days.
func (v *visit) periods(g observation.Grain) []observation.Period {
	if g != observation.Days28 || !v.window.Asks(g) {
		return v.tell.Periods(g)
	}
	var out []observation.Period
	for from := max(observation.FirstDay, v.window.From-27); from < min(v.window.To, v.today()-27); from++ {
		out = append(out, observation.Period{From: from, To: from + 28})
	}
	return out
}

// days answers a question for the days asked for.
func (v *visit) days(ctx context.Context, q question) error {
	open := make([][]observation.Period, len(q.figures))
	var ends observation.Period // the days that periods end with
	for i, f := range q.figures {
		for _, p := range v.periods(q.grain) {
			if !v.offered(q, f, p) {
				continue
			}
			if open[i] = append(open[i], p); ends.Empty() {
				ends = observation.Period{From: p.To - 1, To: p.To}
			}
			ends = observation.Period{From: min(ends.From, p.To-1), To: max(ends.To, p.To)}
		}
	}
	for _, some := range graph.Chunks(ends, graph.MostDays) {
		if err := v.some(ctx, q, open, some); err != nil {
			return err
		}
	}
	return nil
}

// offered tells whether Meta may have a figure of a period, and says why where it has none.
func (v *visit) offered(q question, f figure, p observation.Period) bool {
	whole, across := f.holds(p)
	beforeStart := api.Lack{Result: observation.NotOffered, Reason: collector.ReasonBeforeStart}
	switch {
	case across, whole && p.To <= v.today()-mostYears:
		v.untold(q, f, p, beforeStart)
		return false
	case !whole && f.outside.Result != "":
		v.untold(q, f, p, f.outside)
	}
	return whole
}

// untold says why a period has no number. A level of the past is nothing that is owed.
func (v *visit) untold(q question, f figure, p observation.Period, lack api.Lack) {
	if f.metric != "followers" {
		v.tell.Untold(q.part, f.metric, q.grain, p, lack.Result, lack.Reason)
	}
}

// some asks for the periods that end on some days, and tells them, or why there is no number of them.
func (v *visit) some(ctx context.Context, q question, open [][]observation.Period, ends observation.Period) error {
	here, metrics := q.within(open, ends)
	if len(metrics) == 0 {
		return nil
	}
	series, lacking, failed := v.insights(ctx, q, metrics, ends)
	if failed != nil && graph.ForAll(failed) {
		return failed
	}
	for i, f := range q.figures {
		for _, p := range here[i] {
			if failed != nil {
				v.untold(q, f, p, lackOf(failed))
			} else if err := v.number(q, f, p, series[f.meta], lacking); err != nil {
				return err
			}
		}
	}
	return failed
}

// within returns the periods of each figure that end on some days, and what Meta calls the figures that have any.
func (q question) within(open [][]observation.Period, ends observation.Period) (here [][]observation.Period, metrics []string) {
	here = make([][]observation.Period, len(open))
	for i, periods := range open {
		for _, p := range periods {
			if p.To > ends.From && p.To <= ends.To {
				here[i] = append(here[i], p)
			}
		}
		if len(here[i]) > 0 {
			metrics = append(metrics, q.figures[i].meta)
		}
	}
	return here, metrics
}

// insights asks for metrics of periods that end on some days.
func (v *visit) insights(ctx context.Context, q question, metrics []string, ends observation.Period) (map[string]graph.Series, map[string]api.Lack, error) {
	period := map[observation.Grain]string{observation.Day: "day", observation.Week: "week", observation.Days28: "days_28"}[q.grain]
	query := graph.Dates(ends)
	query.Set("period", period)
	return v.graph.Insights(ctx, graph.Insights{Path: "/" + v.page.ID + "/insights", Scope: "page " + period, Part: q.part, Metrics: metrics, Query: query})
}

// number tells what Meta answered for a period, or why that is no number. Meta tells of the periods that end on each day.
func (v *visit) number(q question, f figure, p observation.Period, s graph.Series, lacking map[string]api.Lack) error {
	lack, lacks := lacking[f.meta]
	value, told := s.Day(p.To - 1)
	n, err := value.Number.Need(f.meta)
	switch {
	case lacks:
		v.untold(q, f, p, lack)
	case !told || v.small() && n == 0:
		v.untold(q, f, p, v.silence(p, s))
	case err != nil:
		v.untold(q, f, p, api.Lack{Result: observation.Failed, Reason: collector.ReasonBadAnswer})
	case f.metric != "followers":
		return v.tell.Number(q.part, f.metric, q.grain, p, n)
	case !v.tell.Now() || p.From != v.tell.Instant(): // which was looked at just now
		return v.tell.LevelAt(q.part, f.metric, p.From, n)
	}
	return nil
}

// silence is why Meta tells no number of a period: the Page is too small; the day lies before the first that Meta tells of; else
// nobody knows, and it is no zero.
func (v *visit) silence(p observation.Period, s graph.Series) api.Lack {
	first := observation.LastDay
	for _, value := range s.Values {
		first = min(first, graph.DayOf(value.End))
	}
	switch {
	case v.small():
		return api.Lack{Result: observation.NotOffered, Reason: collector.ReasonWithheld}
	case p.To <= v.today()-settleDays && p.To-1 < first:
		return api.Lack{Result: observation.NotOffered, Reason: collector.ReasonBeforeStart}
	}
	return api.Lack{Result: observation.Failed, Reason: collector.ReasonNoNumber}
}
