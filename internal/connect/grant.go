package connect

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
)

// part names answers to questions for tokens in the record of a visit.
const part = "credential"

// longestAnswer is how large an answer with a token may be.
const longestAnswer = 256 << 10

// question is one that asks for a token.
type question struct {
	address string
	form    url.Values
	client  bool  // it shows the app
	ways    []way // how it is put, the best first; nil is in the body alone
}

// grantCode changes the code that a browser brought for a token.
func grantCode(c collector.Connection, code, verifier, redirect string) question {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}}
	if verifier != "" {
		form.Set("code_verifier", verifier)
	}
	return question{address: c.Exchange, form: form, client: true}
}

// grantRefresh changes a refresh token for an access token.
func grantRefresh(c collector.Connection, refresh string) question {
	return question{address: c.Exchange, form: url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}, client: true}
}

// metaGrant is how Meta changes a short-lived token for one of weeks.
const metaGrant = "fb_exchange_token"

// grantLong changes a short-lived token for one of weeks. Threads, and Instagram where it is logged in to, document no other way than
// the address for it, which is the last one here, and only where the settings allow it.
func grantLong(c collector.Connection, access string) question {
	if c.LongLivedGrant == "" || c.LongLivedGrant == metaGrant {
		return question{address: c.LongLived, form: url.Values{"grant_type": {metaGrant}, metaGrant: {access}}, client: true}
	}
	form := url.Values{"grant_type": {c.LongLivedGrant}, "access_token": {access}, "client_secret": {c.ClientSecret.Reveal()}}
	return question{address: c.LongLived, form: form, ways: []way{asRead, inBody, inAddress}}
}

// grantRenew prolongs a token of weeks.
func grantRenew(c collector.Connection, access string) question {
	return question{address: c.Renew, form: url.Values{"grant_type": {c.RenewGrant}, "access_token": {access}}, ways: []way{asRead, inBody, inHead, inAddress}}
}

// request makes the request of a question. Asking twice does no harm: where the first answer is lost, asking again at once is
// what saves a refresh token at platforms that let one be shown again for a while, and at others all is lost anyway. No redirect
// is followed: no platform has one there, and what is asked is for the platform alone.
func (q question) request(c collector.Connection, w way) fetch.Request {
	r := fetch.Request{URL: q.address, Header: map[string][]string{}, Credential: true, Repeatable: true, Stay: true, Part: part, MaxBytes: longestAnswer, Accept: "application/json"}
	form := maps.Clone(q.form)
	if w == inHead || w == inAddress {
		w.read(&r, form)
		return r
	}
	if w == asRead {
		form.Set("method", "GET")
	}
	switch {
	case !q.client:
	case c.ClientInHeader && !c.ClientSecret.IsZero():
		r.Header["Authorization"] = []string{"Basic " + basic(c)}
	default:
		form.Set("client_id", c.ClientID)
		if !c.ClientSecret.IsZero() {
			form.Set("client_secret", c.ClientSecret.Reveal())
		}
	}
	r.Method, r.Body = "POST", []byte(form.Encode())
	r.Header["Content-Type"] = []string{"application/x-www-form-urlencoded"}
	return r
}

// basic returns what is shown of a client in the head of a request (RFC 6749, 2.3.1).
func basic(c collector.Connection) string {
	return base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(c.ClientID) + ":" + url.QueryEscape(c.ClientSecret.Reveal())))
}

// ask puts a question, and hides what it sends and what comes back. Its error is a *refusal where the platform said no.
func ask(ctx context.Context, session *fetch.Session, c collector.Connection, q question) (granted, error) {
	for _, key := range []string{"code", "code_verifier", "refresh_token", "access_token", "client_secret", metaGrant} {
		session.Hide(q.form.Get(key))
	}
	session.Hide(c.ClientSecret.Reveal())
	a, err := q.put(ctx, session, c)
	if err != nil {
		return granted{}, q.refused(c, err)
	}
	g, err := parseAnswer(a.Body)
	session.Hide(g.access, g.refresh)
	return g, err
}

// badAnswer is an answer that holds no token and is no refusal either.
type badAnswer struct{ text string }

// Error says what is wrong with it, and shows nothing of it.
func (e *badAnswer) Error() string { return e.text }

// Reason is the code that figures show.
func (e *badAnswer) Reason() string { return collector.ReasonBadAnswer }

// refusal is a platform's no.
type refusal struct {
	code string // its word for it
	way  bool   // it takes the question in no way that is known, which says nothing of the credential
	shut string // the ways that were tried, where one was left that the settings do not allow
	err  error  // of the client, nil where the answer came with a success
}

// Error names the platform's word.
func (e *refusal) Error() string {
	switch {
	case e.err == nil:
		return "the platform answered " + e.code
	case e.way && e.shut != "":
		return e.unasked()
	case e.way:
		return fmt.Sprintf("the platform takes the question in no way that is known (Meta says so, too, where the account was made a tester of the app and has not accepted that yet): %v", e.err)
	}
	return fmt.Sprintf("the platform answered %s: %v", e.code, e.err)
}

// unasked says what can be done about a way that the settings do not allow.
func (e *refusal) unasked() string {
	return fmt.Sprintf("the platform refused the question with the token in its %s (%s), and Meta documents no way for it but the address, which servers and proxies write down: seuranta puts no token there unless you allow it. "+
		"Write %s: true into the source to allow it, or have the app's dashboard make a token every 60 days and write that into the source, as %s (Meta answers so, too, where the account was made a tester of the app and has not accepted that yet): %v",
		e.shut, e.code, collector.AddressKey, collector.TokenKey, e.err)
}

// Unwrap returns the error of the client.
func (e *refusal) Unwrap() error { return e.err }

// refused gives an answer that is no success the meaning that the platform's own words have. What a server says while it is
// broken, or overrun, says nothing of a credential.
func (q question) refused(c collector.Connection, err error) error {
	var failed *fetch.Error
	if !errors.As(err, &failed) || failed.Status == 0 || failed.Status >= 500 || failed.Status == 429 {
		return err
	}
	no := parseRefusal(failed.Body())
	switch {
	case no.later:
		return &badAnswer{fmt.Sprintf("the platform cannot give a token now (%d)", failed.Status)}
	case no.code != "":
		return &refusal{code: no.code, way: no.way && q.ways != nil, shut: q.shut(c), err: failed}
	}
	return &badAnswer{fmt.Sprintf("the platform answered %d with something else than OAuth has when it was asked for a token; is a firewall or a proxy between?", failed.Status)}
}

// granted is what a platform gave.
type granted struct {
	access, refresh   string
	life, refreshLife time.Duration // 0 is not told
	scopes            []string
}
