package instagram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
)

// account is an account as Meta tells of it.
type account struct {
	ID        string     `json:"id"`
	UserID    string     `json:"user_id"` // where the account itself logged in: id is then another in each app
	Username  string     `json:"username"`
	Followers api.Number `json:"followers_count"`
}

// fewFollowers is below how many Meta does not tell who came and went.
const fewFollowers = 100

func (a account) small() bool { return a.Followers.Known && a.Followers.Value < fewFollowers }

// ask returns Meta as this source asks it.
func (s *source) ask(now time.Time) (*graph.Graph, error) {
	o := graph.Options{Deps: s.deps, Version: s.config.Version, Token: s.config.Token, AppSecret: s.config.ClientSecret, Now: now}
	if s.config.Login == loginInstagram {
		o.Host, o.AppSecret = hostInstagram, collector.Secret{}
	}
	return graph.New(o)
}

// look asks for the account: the one that the settings name, the one that logged in, or the only one that the token sees.
func (s *source) look(ctx context.Context, g *graph.Graph) (a account, err error) {
	switch {
	case s.config.Login == loginInstagram:
		err = g.Get(ctx, graph.Ask{Path: "/" + cmp.Or(s.config.Account, "me"), Query: url.Values{"fields": {"user_id,username,followers_count"}}, Part: partAccount}, &a)
		a.ID = a.UserID
	case s.config.Account != "":
		err = g.Get(ctx, graph.Ask{Path: "/" + s.config.Account, Query: url.Values{"fields": {"id,username,followers_count"}}, Part: partAccount}, &a)
	default:
		a, err = s.only(ctx, g)
	}
	if err == nil {
		err = s.hold(a)
	}
	return a, err
}

// hold holds the id of an account against the one that was asked for, or else the one that the token saw before.
func (s *source) hold(a account) error {
	switch {
	case a.ID == "":
		return api.Missing("id")
	case s.config.Account != "" && s.config.Account != a.ID:
		return api.ErrOther
	case s.config.Account != "":
		return nil
	}
	if err := api.HoldAccountID(s.deps.State, "", a.ID); err != nil {
		return fmt.Errorf("the token is of another account than before; write account: %q where that one is meant now, and another source where both are: %w", a.ID, err)
	}
	return nil
}

// linked is a Page with the account that is linked to it.
type linked struct {
	Linked *account `json:"instagram_business_account"`
}

// only returns the account that the token sees by its Pages, where that is one.
func (s *source) only(ctx context.Context, g *graph.Graph) (account, error) {
	var all []account
	fields := url.Values{"fields": {"instagram_business_account{id,username,followers_count}"}, "limit": {"100"}}
	err := graph.List(ctx, g, graph.Ask{Path: "/me/accounts", Query: fields, Part: partAccount}, func(page linked) (bool, error) {
		if page.Linked != nil {
			all = append(all, *page.Linked)
		}
		return true, nil
	})
	switch {
	case err != nil:
		return account{}, err
	case len(all) == 0:
		return account{}, fmt.Errorf("the token sees no Page with an account of Instagram: link the account to a Page, as a professional account, and connect as somebody who manages the Page: %w", collector.ErrAuth)
	case len(all) > 1:
		return account{}, errors.New("the token sees several accounts: write one of them, as account: \"" + all[0].ID + "\": " + named(all))
	}
	return all[0], nil
}

func named(all []account) string {
	out := make([]string, len(all))
	for i, a := range all {
		out[i] = a.ID + " is " + a.Username
	}
	return strings.Join(out, ", ")
}
