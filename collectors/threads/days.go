package threads

import (
	"context"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

// firstDay is the first day that Threads tells of.
var firstDay = observation.NewDate(2024, time.April, 13)

// family is a number of a day: as it is told, and what makes it up as Threads calls that.
type family struct {
	ours   string
	theirs []string
}

// families are all that one question for a day asks for.
func families() []family {
	return []family{{"reactions", []string{"likes"}}, {"comments", []string{"replies"}}, {"shares", []string{"reposts", "quotes"}}, {"link_clicks", []string{"clicks"}}}
}

// offered returns the days that were asked for, without those that Threads does not tell of, of which that is said.
func (v *visit) offered(metrics ...string) []observation.Period {
	return slices.DeleteFunc(v.tell.Periods(observation.Day), func(p observation.Period) bool {
		for _, metric := range metrics {
			if p.From < firstDay {
				v.tell.Untold(partDays, metric, observation.Day, p, observation.NotOffered, collector.ReasonBeforeStart)
			}
		}
		return p.From < firstDay
	})
}

// mostDays is how many days one question for the views asks for.
const mostDays = 28

// views tells how often the account was viewed on each day, of which Threads has a series.
func (v *visit) views(ctx context.Context) error {
	days := v.offered("profile_views")
	for len(days) > 0 {
		n := 1
		for n < len(days) && days[n].To-days[0].From <= mostDays {
			n++
		}
		if err := v.viewsOf(ctx, days[:n]); err != nil {
			return err
		}
		days = days[n:]
	}
	return nil
}

// viewsOf tells the views of days that one question can ask for. The moment at which the last ends has to be among what is asked
// for, and nobody knows whether Threads counts until in: it is asked for an hour more.
func (v *visit) viewsOf(ctx context.Context, days []observation.Period) error {
	const theirs = "views"
	last := days[len(days)-1]
	q := url.Values{"since": {strconv.FormatInt(days[0].Start(v.window.Zone).Unix(), 10)}, "until": {strconv.FormatInt(last.End(v.window.Zone).Add(time.Hour).Unix(), 10)}}
	told, lacking, err := v.graph.Insights(ctx, graph.Insights{Path: v.path("threads_insights"), Scope: "account", Part: partDays, Metrics: []string{theirs}, Query: q})
	if err != nil {
		return err
	}
	for _, p := range days {
		value, _ := told[theirs].Day(p.From)
		if err := v.number("profile_views", p, value.Number, lacking[theirs]); err != nil {
			return err
		}
	}
	return nil
}

// days tells what was done on each day. Threads has it as a total of whatever is asked for, so every day is a question of its own.
func (v *visit) days(ctx context.Context) error {
	var ours, theirs []string
	for _, f := range families() {
		ours, theirs = append(ours, f.ours), append(theirs, f.theirs...)
	}
	for _, p := range v.offered(ours...) {
		told, lacking, err := v.graph.Insights(ctx, graph.Insights{Path: v.path("threads_insights"), Scope: "account", Part: partDays, Metrics: theirs, Query: graph.Seconds(p)})
		if err != nil {
			return err
		}
		for _, f := range families() {
			n, lack := f.of(told, lacking)
			if err := v.number(f.ours, p, n, lack); err != nil {
				return err
			}
		}
	}
	return nil
}

// of adds up what makes a number up. Where a part of it is not told there is none.
func (f family) of(told map[string]graph.Series, lacking map[string]api.Lack) (n api.Number, lack api.Lack) {
	n.Known = true
	for _, name := range f.theirs {
		value, ok := told[name].Lifetime()
		if l := lacking[name]; l.Result != "" {
			lack = l
		}
		if len(f.theirs) > 1 && ok && value.Number.Lack(name).Result != "" {
			return value.Number, lack // which the others would hide
		}
		n.Value += value.Number.Value
		n.Known = n.Known && ok
	}
	return n, lack
}

// number tells a number of a day, or why there is none: Threads refused it, or answered and left it out, which is no zero, or wrote
// something that nobody can count. Of a day more may have been taken back than was given.
func (v *visit) number(metric string, p observation.Period, n api.Number, lack api.Lack) error {
	own := n.Lack(metric)
	if metric == "reactions" && n.Known && n.Value == math.Trunc(n.Value) {
		own = api.Lack{}
	}
	switch {
	case own.Result == "":
		return v.tell.Number(partDays, metric, observation.Day, p, n.Value)
	case n.Known || lack.Result == "":
		lack = own
	}
	v.tell.Lacks(partDays, metric, observation.Day, p, lack)
	return nil
}
