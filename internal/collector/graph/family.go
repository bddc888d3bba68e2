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

// Family asks for metrics with one question and, where Meta refuses it because of one of them, with one question each. It returns
// why metrics could not be had: withdrawn, which is remembered, so that trying it costs one question a week; not permitted;
// or not told of so few people. Every other failure is an error.
func (g *Graph) Family(ctx context.Context, f Family) (map[string]api.Lack, error) {
	lacking := map[string]api.Lack{}
	var good, doubtful []string
	for _, m := range f.Metrics {
		switch tried := g.triedAt(f.Scope, m); {
		case tried.IsZero():
			good = append(good, m)
		case g.now().Sub(tried) < tryAfter:
			lacking[m] = api.Lack{Result: observation.Retired}
		default:
			doubtful = append(doubtful, m)
		}
	}
	if len(good) > 0 {
		err := f.Ask(ctx, good)
		switch {
		case means(err, withdrawn, unknown) && len(good) > 1:
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

// outcome takes in what became of a question for metrics.
func (g *Graph) outcome(scope string, metrics []string, err error, lacking map[string]api.Lack) error {
	var lack api.Lack
	switch {
	case err == nil:
		g.remember(scope, metrics, time.Time{})
		return nil
	case means(err, withdrawn):
		g.remember(scope, metrics, g.now())
		lack = api.Lack{Result: observation.Retired}
	case means(err, permission):
		lack = api.Lack{Result: observation.Auth}
	case means(err, withheld):
		lack = api.Lack{Result: observation.NotOffered, Reason: collector.ReasonWithheld}
	default:
		return err
	}
	for _, m := range metrics {
		lacking[m] = lack
	}
	return nil
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
