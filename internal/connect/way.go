package connect

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
)

// way is how a question for a token is put.
type way int

const (
	// inBody is what OAuth has: a POST with all in its body.
	inBody way = iota
	// asRead is a POST that says that it is to be taken for a GET, as Meta's manual of its Graph API has it for questions that are
	// too long for an address. Of the hosts of Threads and Instagram it does not say so.
	asRead
	// inHead is a GET with the token in its head, as every other question to Meta is put here.
	inHead
	// inAddress is a GET with all in its address: what Meta's manuals show, and where secrets do not belong, because servers and
	// proxies write addresses down. It comes last, when the platform has said that it takes the other ways not, and only where the
	// settings allow it.
	inAddress
)

// read makes a question a GET.
func (w way) read(r *fetch.Request, form url.Values) {
	if w == inHead {
		r.Header["Authorization"] = []string{"Bearer " + form.Get("access_token")}
		form.Del("access_token")
	}
	r.URL += "?" + form.Encode()
}

// put puts a question in the best way that the platform takes.
func (q question) put(ctx context.Context, session *fetch.Session, c collector.Connection) (a *fetch.Answer, err error) {
	for _, w := range q.open(c) {
		a, err = session.Do(ctx, q.request(c, w))
		if !w.missed(err) {
			break
		}
	}
	return a, err
}

// open returns the ways in which a question may be put.
func (q question) open(c collector.Connection) []way {
	if q.ways == nil {
		return []way{inBody}
	}
	return slices.DeleteFunc(slices.Clone(q.ways), func(w way) bool { return w == inAddress && !c.TokenInAddress })
}

// shut names the ways that are open where one is not, "" where all are.
func (q question) shut(c collector.Connection) string {
	switch open := q.open(c); {
	case q.ways == nil || len(open) == len(q.ways):
		return ""
	case slices.Contains(open, inHead):
		return "body and in its head"
	}
	return "body"
}

// missed tells whether the platform refused the way in which it was asked, and not what it was asked. Nothing that anybody else on
// the way may answer counts: only Meta's own words.
func (w way) missed(err error) bool {
	var failed *fetch.Error
	if !errors.As(err, &failed) || failed.Status < 400 || failed.Status >= 500 || failed.Status == 429 {
		return false
	}
	no := parseRefusal(failed.Body())
	return no.way || w == inHead && no.meta && !no.later // who does not look at the head says that there is no token, or a bad one
}
