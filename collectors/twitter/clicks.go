package twitter

import (
	"context"
	"errors"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// clickField holds what X shows of a post to nobody but the account, for thirty days.
const clickField = "non_public_metrics"

const (
	clicksMetric = "link_clicks_total"
	clicksDays   = 30 * 24 * time.Hour
	// settled is how long before now a question about posts has to end.
	settled = 15 * time.Second
)

// addClicks adds the clicks on links to posts of the last thirty days, and says where they are lacking why. Who may not see them
// sees the rest all the same.
func (v *visit) addClicks(ctx context.Context, r reading) error {
	l := v.clicksOf(r)
	if !v.config.Clicks || !v.tell.Now() || !l.to.After(l.from) {
		return nil
	}
	all, err := v.list(ctx, &l)
	lack, failed := lackOf(err)
	if err == nil {
		lack, failed = addTo(r.told, all, l.incomplete), nil
	}
	if lack.Result != "" {
		r.lacking[clicksMetric] = lack
	}
	return failed
}

// clicksOf is the question for clicks: from the oldest to the newest of the posts that were just read, and no further, because any
// other would cost a read. Where X left some out, all are taken to cost one.
func (v *visit) clicksOf(r reading) listing {
	l := listing{fields: "created_at," + clickField}
	first, end := v.window.Now.Add(time.Hour-clicksDays), v.window.Now.Add(-settled).Truncate(time.Second)
	for i, p := range r.told {
		if p.At.Before(first) || !p.At.Before(end) {
			continue
		}
		if l.free = append(l.free, r.ids[i]); l.from.IsZero() || p.At.Before(l.from) {
			l.from = p.At.Truncate(time.Second)
		}
		if !p.At.Before(l.to) {
			l.to = p.At.Add(time.Second)
		}
	}
	if l.to.After(end) {
		l.to = end
	}
	if r.incomplete {
		l.free = nil
	}
	return l
}

// lackOf says why there are no clicks. Only what is about to pass ends the visit.
func lackOf(err error) (api.Lack, error) {
	var unknown *unknownError
	switch {
	case err == nil:
		return api.Lack{}, nil
	case errors.As(err, &unknown) && unknown.value != "":
		return api.Lack{Result: observation.Retired}, nil
	case collector.ResultOf(err) == observation.Auth:
		return api.Lack{Result: observation.Auth}, nil
	}
	return api.Lack{Result: collector.ResultOf(err), Reason: collector.ReasonOf(err)}, err
}

// addTo adds clicks to posts. Without any, an answer that withholds some is one to somebody who may not see them.
func addTo(told []api.Post, all []post, withheld bool) api.Lack {
	clicks := map[string]api.Number{}
	for _, p := range all {
		clicks[p.first()] = p.Own.Clicks.Number
	}
	added := 0
	for i := range told {
		if n, ok := sum([]api.Number{clicks[told[i].ID]}); ok {
			told[i].Counts[clicksMetric] = n
			added++
		}
	}
	switch {
	case added > 0 || len(all) == 0 && !withheld:
		return api.Lack{}
	case withheld:
		return api.Lack{Result: observation.Auth}
	}
	return api.Lack{Result: observation.Failed, Reason: collector.ReasonBadAnswer}
}
