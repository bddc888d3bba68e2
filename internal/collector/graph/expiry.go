package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/collector/api"
)

// Expiry is when a person has to connect anew.
type Expiry struct {
	Token  time.Time // the token ends; zero is never, or not known
	Data   time.Time // the app may no longer see the person's data, 90 days after the person last confirmed it; zero likewise
	Scopes []string  // what the token may do
}

// First is when the first of the two is; zero where neither is known.
func (e Expiry) First() time.Time {
	if e.Token.IsZero() || !e.Data.IsZero() && e.Data.Before(e.Token) {
		return e.Data
	}
	return e.Token
}

// Words say when a person has to connect anew, and what the token may do, to be put behind other words; "" where neither is known.
func (e Expiry) Words() string {
	out := ""
	if at := e.First(); !at.IsZero() {
		out += "; somebody has to connect again by " + at.Format(time.DateOnly)
	}
	if len(e.Scopes) > 0 {
		out += "; the token has the permissions " + strings.Join(e.Scopes, ", ")
	}
	return out
}

// What is remembered of the token: when it ends, which the alarms look at, and the day on which that was asked.
const (
	stateExpires = "credential_expires"
	stateAsked   = "meta_expiry_asked"
)

// RememberExpiry asks once a day when the token ends, and has the alarms know. Where Meta does not tell, what is known of the
// connection holds.
func (g *Graph) RememberExpiry(ctx context.Context, part string) error {
	if g.state == nil {
		return nil
	}
	today := g.now().UTC().Format(time.DateOnly)
	if asked, _ := g.state.Get(stateAsked); asked == today {
		return nil
	}
	e, err := g.Expiry(ctx, part)
	if bad := (*api.BadAnswerError)(nil); errors.As(err, &bad) {
		return nil // a side question that is answered with nonsense takes nothing from the numbers; the next visit asks again
	}
	if err != nil {
		return err
	}
	at := e.First()
	if at.IsZero() && g.credential != nil {
		at = g.credential.Expires()
	}
	g.state.Set(stateAsked, today)
	if !at.IsZero() {
		g.state.Set(stateExpires, at.UTC().Format(time.RFC3339))
	} else if had, _ := g.state.Get(stateExpires); had != "" {
		g.state.Set(stateExpires, "")
	}
	return nil
}

// Expiry asks Meta about the token itself. Its address would have to hold the token, so the question goes in the body of another
// (a batch of one). A token that may not ask about itself is no error: then nothing is known.
func (g *Graph) Expiry(ctx context.Context, part string) (Expiry, error) {
	token, err := g.shown(ctx)
	if err != nil {
		return Expiry{}, err
	}
	about := url.Values{"input_token": {token.Reveal()}}
	batch, err := json.Marshal([]map[string]string{{"method": "GET", "relative_url": "debug_token?" + about.Encode()}})
	if err != nil {
		return Expiry{}, err
	}
	answer, err := g.fetch(ctx, api.Request{Path: "/", Form: url.Values{"batch": {string(batch)}, "include_headers": {"false"}}, Part: part})
	if means(err, permission, unknown, withdrawn) {
		return Expiry{}, nil
	}
	if err != nil {
		return Expiry{}, err
	}
	return expiryOf(answer.Body, g.now())
}

// expiryOf reads the answer to a batch of one.
func expiryOf(body []byte, now time.Time) (Expiry, error) {
	var batch []*struct {
		Code int    `json:"code"`
		Body string `json:"body"`
	}
	if err := api.Decode(body, &batch); err != nil {
		return Expiry{}, err
	}
	if len(batch) != 1 || batch[0] == nil || batch[0].Code != 200 {
		return Expiry{}, nil
	}
	var about struct {
		Data struct {
			Expires int64    `json:"expires_at"`
			Data    int64    `json:"data_access_expires_at"`
			Scopes  []string `json:"scopes"`
		} `json:"data"`
	}
	if err := api.Decode([]byte(batch[0].Body), &about); err != nil {
		return Expiry{}, err
	}
	return Expiry{Token: moment(about.Data.Expires, now), Data: moment(about.Data.Data, now), Scopes: about.Data.Scopes}, nil
}

// farthest is how far ahead an end is believed, in years; what is said to lie behind it is never, or told in another unit.
const farthest = 10

func moment(seconds int64, now time.Time) time.Time {
	if seconds <= 0 || seconds > now.AddDate(farthest, 0, 0).Unix() {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
