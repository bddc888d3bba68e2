package graph

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// Family is metrics that are asked for by one question.
type Family struct {
	// Scope is what Meta's word holds for that a metric does not exist: of Pages by the day another than of posts.
	Scope   string
	Metrics []string // as Meta calls them
	// Ask puts the question for some of the metrics.
	Ask func(ctx context.Context, metrics []string) error
}

// stateWithdrawn is what is remembered: the metrics that Meta has withdrawn, by scope and name, with when that was last tried.
const stateWithdrawn = "meta_withdrawn"

// tryAfter is for how long a withdrawn metric is not asked for.
const tryAfter = 7 * 24 * time.Hour

// Family asks for metrics with one question and, where Meta refuses it, which may be because of one of them, with one question
// each. It returns why metrics could not be had: withdrawn, which is remembered, so that trying it costs one question a week; not
// permitted; not told of so few people; or refused for a reason that nobody knows, which is a failure of that metric and no other.
// An error is what is wrong with more than these metrics: with the token, the account or the app, the allowance, or the way to Meta.
func (g *Graph) Family(ctx context.Context, f Family) (map[string]api.Lack, error) {
	lacking := map[string]api.Lack{}
	good, doubtful := g.sort(f, lacking)
	if len(good) > 0 {
		switch err := f.Ask(ctx, good); {
		case len(good) > 1 && ofOne(err):
			doubtful = append(good, doubtful...)
		default:
			if err := g.outcome(f.Scope, good, err, lacking); err != nil {
				return lacking, err
			}
		}
	}
	for _, m := range doubtful {
		if err := g.outcome(f.Scope, []string{m}, f.Ask(ctx, []string{m}), lacking); err != nil {
			return lacking, err
		}
	}
	return lacking, nil
}

// sort tells the metrics that are asked for together from those that were refused before, each of which is asked for alone. What
// is not asked for now is lacking.
func (g *Graph) sort(f Family, lacking map[string]api.Lack) (good, doubtful []string) {
	for _, m := range f.Metrics {
		tried, refused := g.triedAt(f.Scope, m), g.refused[f.Scope+" "+m]
		switch {
		case !tried.IsZero() && g.now().Sub(tried) < tryAfter:
			lacking[m] = api.Lack{Result: observation.Retired}
		case refused.times >= mostRefused:
			lacking[m] = refused.lack
		case !tried.IsZero(), refused.times > 0:
			doubtful = append(doubtful, m)
		default:
			good = append(good, m)
		}
	}
	return good, doubtful
}

// ofOne tells whether a refusal may be because of one of the metrics that were asked for.
func ofOne(err error) bool {
	return means(err, withdrawn, permission) || means(err, unknown, tooMuch) && fails(err)
}

// fails tells whether an error is a failure of what was asked, and not one of all that could be asked.
func fails(err error) bool { return collector.ResultOf(err) == observation.Failed }

// mostRefused is how often in a row a visit is refused a metric until it asks for it no more: each time costs a question.
const mostRefused = 3

// refusedMetric is what a visit was told of a metric in place of a number, and how often in a row.
type refusedMetric struct {
	lack  api.Lack
	times int
}

// outcome takes in what became of a question for metrics.
func (g *Graph) outcome(scope string, metrics []string, err error, lacking map[string]api.Lack) error {
	var lack api.Lack
	switch {
	case err == nil:
		g.remember(scope, metrics, time.Time{})
	case means(err, withdrawn):
		g.remember(scope, metrics, g.now())
		lack = api.Lack{Result: observation.Retired}
	case means(err, permission):
		lack = api.Lack{Result: observation.Auth, Detail: err.Error()}
	case means(err, withheld):
		lack = api.Lack{Result: observation.NotOffered, Reason: collector.ReasonWithheld}
	case means(err, early):
		lack = api.Lack{Result: observation.NotOffered, Reason: collector.ReasonBeforeStart}
	case means(err, unknown, tooMuch, transient) && fails(err):
		lack = api.Lack{Result: observation.Failed, Reason: collector.ReasonOf(err), Detail: err.Error()}
	default:
		return err
	}
	for _, m := range metrics {
		if lack.Result != "" {
			lacking[m] = lack
		}
		g.count(scope+" "+m, lack)
	}
	return nil
}

// count counts how often in a row a metric was refused; what Meta has no number of for a good reason is no refusal.
func (g *Graph) count(name string, lack api.Lack) {
	if lack.Result == "" || lack.Result.NotApplicable() {
		delete(g.refused, name)
		return
	}
	g.refused[name] = refusedMetric{lack, g.refused[name].times + 1}
}

// tried are the withdrawn metrics by scope and name, with when they were last asked for.
func (g *Graph) tried() map[string]time.Time {
	out := map[string]time.Time{}
	if g.state == nil {
		return out
	}
	if text, ok := g.state.Get(stateWithdrawn); ok {
		_ = json.Unmarshal([]byte(text), &out) // what cannot be read is not known
	}
	return out
}

// triedAt is when a withdrawn metric was last asked for; zero for one of which that is not known. A moment that is ahead is of a
// clock that was wrong, and tells only that it was withdrawn.
func (g *Graph) triedAt(scope, metric string) time.Time {
	at := g.tried()[scope+" "+metric]
	if at.After(g.now()) {
		return time.Unix(0, 0)
	}
	return at
}

// remember takes in when metrics were found to be withdrawn; zero is that they are not.
func (g *Graph) remember(scope string, metrics []string, at time.Time) {
	if g.state == nil {
		return
	}
	known := g.tried()
	before := len(known)
	for _, m := range metrics {
		delete(known, scope+" "+m)
	}
	if at.IsZero() && len(known) == before {
		return
	}
	if !at.IsZero() {
		for _, m := range slices.Sorted(slices.Values(metrics)) {
			known[scope+" "+m] = at.UTC().Truncate(time.Second)
		}
	}
	if text, err := json.Marshal(known); err == nil {
		g.state.Set(stateWithdrawn, string(text))
	}
}
