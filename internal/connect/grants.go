package connect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"seuranta/internal/fetch"
)

// ErrScopes says that a person consented to less than was asked for.
var ErrScopes = errors.New("the platform gave less than was asked for")

// Exchange changes the code that a browser brought for a credential, and keeps it.
func (f *Flow) Exchange(ctx context.Context, session *fetch.Session, code string) (Standing, error) {
	a := f.account
	return a.get(ctx, session, func(ctx context.Context) (granted, error) {
		g, err := ask(ctx, session, a.Connection, grantCode(a.Connection, code, f.verifier, f.redirect))
		if err != nil {
			return g, f.unexchanged(err)
		}
		if missing := g.missing(a.Connection.Scopes); len(missing) > 0 {
			return granted{}, fmt.Errorf("%w: %s is missing; run seuranta connect %s again and allow all that the page in the browser lists, and see that the app may ask for it", ErrScopes, strings.Join(missing, ", "), a.Source)
		}
		return a.lengthen(ctx, session, g)
	})
}

// Paste keeps a finished token.
func (a Account) Paste(ctx context.Context, session *fetch.Session, token string) (Standing, error) {
	session.Hide(token)
	return a.get(ctx, session, func(ctx context.Context) (granted, error) {
		pasted := granted{access: token}
		long, err := a.lengthen(ctx, session, pasted)
		if no := (*refusal)(nil); errors.As(err, &no) { // it is of weeks already, or of another app: the first look tells
			return pasted, nil
		}
		return long, err
	})
}

// get gets a credential and keeps it.
func (a Account) get(ctx context.Context, session *fetch.Session, give func(context.Context) (granted, error)) (Standing, error) {
	h, err := a.file().take(ctx)
	if err != nil {
		return Standing{}, err
	}
	defer h.release()
	if err := h.prepare(); err != nil {
		return Standing{}, err
	}
	ctx, end := unhurried(ctx)
	defer end()
	g, err := give(ctx)
	if err != nil {
		return Standing{}, err
	}
	before, _ := a.file().read()
	r := record{Version: formVersion, Source: a.Source, Client: a.Connection.ClientID, Serial: before.Serial, Connected: a.now().UTC()}.with(g, a.now())
	return r.standing(a.Connection), h.keep(r)
}

// lengthen changes a short-lived token for one of weeks, where the platform has such.
func (a Account) lengthen(ctx context.Context, session *fetch.Session, g granted) (granted, error) {
	c := a.Connection
	if c.LongLived == "" || c.ClientID == "" || c.ClientSecret.IsZero() || g.refresh != "" {
		return g, nil
	}
	long, err := ask(ctx, session, c, grantLong(c, g.access))
	if no := (*refusal)(nil); errors.As(err, &no) && no.way && no.shut != "" {
		return g, fmt.Errorf("the platform gave a token of hours, and not the one of weeks that it is changed for; nothing was kept: %w", err)
	}
	if err != nil {
		return g, fmt.Errorf("the platform gave a token of hours, and not the one of weeks that it is changed for: try again in a while; nothing was kept: %w", err)
	}
	if long.scopes == nil {
		long.scopes = g.scopes
	}
	return long, nil
}

// missing returns the scopes that were asked for and not given, as far as the platform says which it gave. That it may be asked
// when nobody is there shows in the refresh token.
func (g granted) missing(asked []string) (out []string) {
	for _, scope := range asked {
		offline := strings.HasPrefix(scope, "offline") && g.refresh != ""
		if len(g.scopes) > 0 && !slices.Contains(g.scopes, scope) && !offline {
			out = append(out, scope)
		}
	}
	return out
}

// unexchanged says why a code gave no token.
func (f *Flow) unexchanged(err error) error {
	var no *refusal
	if !errors.As(err, &no) {
		return fmt.Errorf("change the browser's code for a token: %w; run seuranta connect %s again", err, f.account.Source)
	}
	todo := "a code is good for a few minutes and once only"
	switch {
	case no.code == "invalid_client" || no.code == "unauthorized_client":
		todo = "the platform does not know the app, or its secret is another one: look at client_id and client_secret"
	case strings.Contains(no.code, "redirect"):
		todo = "register exactly this redirect address at the platform: " + f.redirect
	}
	return fmt.Errorf("change the browser's code for a token: %s; run seuranta connect %s again: %w", todo, f.account.Source, no)
}
