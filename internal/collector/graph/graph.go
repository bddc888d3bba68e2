package graph

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
)

// Host is where the Graph API of Facebook and of Instagram accounts that belong to a Page is.
const Host = "https://graph.facebook.com"

// Options are what a source asks Meta with.
type Options struct {
	Deps    collector.Deps   // Credential, HTTP, State and BaseURL of it
	Host    string           // "" is Host
	Version string           // as v26.0; see FaultsOfVersion
	Token   collector.Secret // pasted; else Deps.Credential is shown
	// AppSecret has every question carry a proof that who holds the token is the app: apps may demand it. Empty is without.
	AppSecret collector.Secret
	Now       time.Time // of the visit
	// Pause waits, so as to go slow; nil waits by the clock. Tests set it.
	Pause func(context.Context, time.Duration) error
}

// Graph is the Graph API as one source asks it.
type Graph struct {
	platform   api.Platform
	token      collector.Secret
	credential collector.Credential
	renewed    bool // a token was got in place of one that was refused
	appSecret  collector.Secret
	usage      *usage
	refused    map[string]refusedMetric // of this visit, by scope and name
	state      collector.State
	now        func() time.Time
}

// New returns the Graph API. It asks nothing yet. An error is that there is no credential, or of a version that has ended.
func New(o Options) (*Graph, error) {
	if err := ended(o.Version, o.Now); err != nil {
		return nil, err
	}
	if err := new(api.Platform).Bearer(o.Token, o.Deps.Credential); err != nil {
		return nil, err
	}
	g := &Graph{token: o.Token, credential: o.Deps.Credential, appSecret: o.AppSecret, state: o.Deps.State, now: api.Clock(o.Now), refused: map[string]refusedMetric{}}
	g.platform = api.Platform{HTTP: o.Deps.HTTP, Base: cmp.Or(o.Deps.BaseURL, o.Host, Host) + "/" + o.Version, Refusal: refusal}
	g.usage = &usage{state: o.Deps.State, now: g.now, pause: o.Pause}
	g.platform.Rest = g.usage.rest
	return g, nil
}

// Ask is one question.
type Ask struct {
	Path  string // below the version, with its / in front
	Query url.Values
	Part  string // of the source
}

// Get puts a question and reads the answer into a value. What Meta has no answer to is an error of which Permission, Withdrawn
// and package collector tell what it means.
func (g *Graph) Get(ctx context.Context, a Ask, into any) error {
	answer, err := g.fetch(ctx, api.Request{Path: a.Path, Query: a.Query, Part: a.Part})
	if err != nil {
		return err
	}
	if err := api.Decode(answer.Body, into); err != nil {
		return fmt.Errorf("%s: %w", a.Path, err)
	}
	return nil
}

// mostTries is how often a question is put that Meta says to put again. What comes with a status of 5xx the client has put again
// by itself.
const mostTries = 3

// fetch puts a question as often as it takes, and not at all while Meta wants to be left alone.
func (g *Graph) fetch(ctx context.Context, r api.Request) (*fetch.Answer, error) {
	for try := 1; ; try++ {
		if err := g.usage.spare(ctx); err != nil {
			return nil, err
		}
		answer, err := g.once(ctx, r)
		if err == nil || try == mostTries || !again(err) {
			return answer, err
		}
	}
}

// once puts a question once.
func (g *Graph) once(ctx context.Context, r api.Request) (*fetch.Answer, error) {
	r, err := g.signed(ctx, r)
	if err != nil {
		return nil, err
	}
	answer, err := g.platform.Fetch(ctx, r)
	if err == nil {
		g.usage.heed(answer.Header)
		return answer, nil
	}
	if again, renewing := g.renew(ctx, r, err); again {
		return g.once(ctx, r)
	} else if renewing != nil {
		return nil, renewing
	}
	var failed *fetch.Error
	if errors.As(err, &failed) {
		g.usage.heed(failed.Header())
	}
	return nil, g.usage.waiting(err)
}

// renew gets another token, once, in place of a connected one that Meta refused although it should have been good.
func (g *Graph) renew(ctx context.Context, r api.Request, err error) (again bool, renewing error) {
	renewer, renews := g.credential.(collector.Renewer)
	if !renews || !g.token.IsZero() || g.renewed || !means(err, credential) {
		return false, nil
	}
	g.renewed = true
	refused := strings.TrimPrefix(r.Header["Authorization"][0], "Bearer ")
	if _, renewing := renewer.Renew(ctx, collector.NewSecret(refused)); renewing != nil {
		return false, fmt.Errorf("%w (%v)", renewing, err) // that Meta refused the old one is no fault where nobody could be asked for a new one
	}
	return true, nil
}

// signed shows the token in the head of a question, and with it the proof of the app.
func (g *Graph) signed(ctx context.Context, r api.Request) (api.Request, error) {
	token, err := g.shown(ctx)
	if err != nil {
		return r, err
	}
	r.Header = maps.Clone(r.Header)
	if r.Header == nil {
		r.Header = map[string][]string{}
	}
	r.Header["Authorization"] = []string{"Bearer " + token.Reveal()}
	if g.appSecret.IsZero() {
		return r, nil
	}
	values := url.Values{}
	if maps.Copy(values, r.Query); r.Form != nil {
		maps.Copy(values, r.Form)
	}
	values.Set("appsecret_proof", proof(g.appSecret, token))
	if r.Form != nil {
		r.Form = values
	} else {
		r.Query = values
	}
	return r, nil
}

// shown is the token that is good now.
func (g *Graph) shown(ctx context.Context) (collector.Secret, error) {
	if !g.token.IsZero() {
		return g.token, nil
	}
	return g.credential.Token(ctx)
}

// proof is the token signed with the secret of the app. It is good for nothing without the token.
func proof(secret, token collector.Secret) string {
	sum := hmac.New(sha256.New, []byte(secret.Reveal()))
	sum.Write([]byte(token.Reveal()))
	return hex.EncodeToString(sum.Sum(nil))
}
