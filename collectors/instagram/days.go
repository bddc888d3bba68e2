package instagram

import (
	"context"
	"maps"
	"math"
	"net/url"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

// family is a number of a day: as Meta calls it, and as it is told.
type family struct {
	theirs, ours string
	signed       bool // what people take back is taken off
}

// families are all that one question for a day asks for.
func families() []family {
	return []family{{"reach", "reach", false}, {"views", "media_views", false}, {"likes", "reactions", true}, {"comments", "comments", false}, {"shares", "shares", false},
		{"total_interactions", "engagements", true}, {"profile_views", "profile_views", false}, {"website_clicks", "link_clicks", false}}
}

// lack is why a number that Meta told, or did not, is none.
func (f family) lack(n api.Number) api.Lack {
	if f.signed && n.Known && n.Value == math.Trunc(n.Value) {
		return api.Lack{}
	}
	return n.Lack(f.theirs)
}

// days tells what was done on each day. Meta has it as a total of whatever is asked for, so every day is a question of its own.
func (v *visit) days(ctx context.Context) error {
	var days []observation.Period
	for _, p := range v.tell.Periods(observation.Day) {
		if p.From < v.first {
			v.before(p)
			continue
		}
		days = append(days, p)
	}
	for _, p := range days {
		if err := v.totals(ctx, p); err != nil {
			return err
		}
	}
	return v.moves(ctx, days)
}

// before says of a day that Meta no longer tells of it.
func (v *visit) before(p observation.Period) {
	for _, f := range families() {
		v.tell.Untold(partDays, f.ours, observation.Day, p, observation.NotOffered, collector.ReasonBeforeStart)
	}
	for _, metric := range []string{"gained", "lost"} {
		v.tell.Untold(partDays, metric, observation.Day, p, observation.NotOffered, collector.ReasonBeforeStart)
	}
}

// totalOf asks for a day as a total.
func totalOf(p observation.Period) url.Values {
	q := graph.Seconds(p)
	maps.Copy(q, url.Values{"period": {"day"}, "metric_type": {"total_value"}})
	return q
}

// totals tells the numbers of one day.
func (v *visit) totals(ctx context.Context, p observation.Period) error {
	var names []string
	for _, f := range families() {
		names = append(names, f.theirs)
	}
	told, lacking, err := v.graph.Insights(ctx, graph.Insights{Path: v.path("insights"), Scope: "account totals", Part: partDays, Metrics: names, Query: totalOf(p)})
	if err != nil {
		return err
	}
	for _, f := range families() {
		var n api.Number
		if total := told[f.theirs].Total; total != nil {
			n = total.Number
		}
		if err := v.number(f, partDays, observation.Day, p, n, lacking[f.theirs]); err != nil {
			return err
		}
	}
	return nil
}

// number tells a number of a period, or why there is none: Meta refused it, or answered and left it out, which is no zero, or wrote
// something that nobody can count. A metric that Meta told of another period a moment ago was not withdrawn.
func (v *visit) number(f family, part string, g observation.Grain, p observation.Period, n api.Number, lack api.Lack) error {
	own := f.lack(n)
	switch {
	case own.Result == "":
		v.told[f.ours+string(g)] = true
		return v.tell.Number(part, f.ours, g, p, n.Value)
	case n.Known || lack.Result == "":
		lack = own
	case lack.Result == observation.Retired && v.told[f.ours+string(g)]:
		lack = api.Lack{Result: observation.Failed, Reason: collector.ReasonBadAnswer}
	}
	v.tell.Lacks(part, f.ours, g, p, lack)
	return nil
}

// moves tells who came and who went. Of small accounts Meta does not tell it, and is not asked.
func (v *visit) moves(ctx context.Context, days []observation.Period) error {
	var open []observation.Period
	today := observation.DateOf(v.window.Now.In(v.window.Zone))
	for _, p := range days {
		if v.account.small() {
			for _, metric := range []string{"gained", "lost"} {
				v.tell.Untold(partDays, metric, observation.Day, p, observation.NotOffered, collector.ReasonWithheld)
			}
			continue
		}
		told, why, err := v.movesOf(ctx, p)
		switch {
		case err != nil:
			return err
		case told:
		case p.From < today-gainDays:
			v.tell.Lacks(partDays, "gained", observation.Day, p, why)
		default:
			open = append(open, p)
		}
	}
	return v.gains(ctx, open)
}

// What Meta calls those who came and those who went: what they are now.
const (
	came = "FOLLOWER"
	went = "NON_FOLLOWER"
)

// movesOf tells who came and went on a day, and whether who came was among it; else why that is not known where nothing else tells it.
func (v *visit) movesOf(ctx context.Context, p observation.Period) (gained bool, why api.Lack, err error) {
	const theirs = "follows_and_unfollows"
	q := totalOf(p)
	q.Set("breakdown", "follow_type")
	told, lacking, err := v.graph.Insights(ctx, graph.Insights{Path: v.path("insights"), Scope: "account moves", Part: partDays, Metrics: []string{theirs}, Query: q})
	if err != nil {
		return false, why, err
	}
	parts := map[string]float64{}
	if total := told[theirs].Total; total != nil {
		parts = total.Parts
	}
	if err := v.number(family{theirs: theirs, ours: "lost"}, partDays, observation.Day, p, part(parts, went), lacking[theirs]); err != nil {
		return false, why, err
	}
	n := part(parts, came)
	switch {
	case n.Known:
		return true, why, v.number(family{theirs: theirs, ours: "gained"}, partDays, observation.Day, p, n, why)
	case lacking[theirs].Result.NotApplicable(): // and what there is in its place tells of nothing so long ago
		return false, api.Lack{Result: observation.NotOffered, Reason: collector.ReasonBeforeStart}, nil
	case lacking[theirs].Result != "":
		return false, lacking[theirs], nil
	}
	return false, n.Lack(theirs), nil
}

func part(parts map[string]float64, name string) api.Number {
	n, ok := parts[name]
	return api.Number{Value: n, Known: ok}
}

// gainDays is how many days back Meta tells of follower_count.
const gainDays = 28

// gains tells who came on days of which it was not told together with who went, by follower_count: whatever the name says, that is
// how many came on a day, and not how many there are.
func (v *visit) gains(ctx context.Context, days []observation.Period) error {
	v.ways.By("gained", "instagram-follower-count-1")
	return v.series(ctx, family{theirs: "follower_count", ours: "gained"}, partDays, observation.Day, days)
}

// path is below the account.
func (v *visit) path(edge string) string { return "/" + v.account.ID + "/" + edge }
