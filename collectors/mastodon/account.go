package mastodon

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// account is an account as its instance tells of it. Name, pictures, description and fields are not read.
type account struct {
	ID        string     `json:"id"`
	Acct      string     `json:"acct"`
	Followers api.Number `json:"followers_count"`
	Posts     api.Number `json:"statuses_count"`
	Created   string     `json:"created_at"`
	Suspended bool       `json:"suspended"`
	Limited   bool       `json:"limited"`
	Moved     *struct {
		Acct string `json:"acct"`
	} `json:"moved"`
}

// account asks for the account by its name, and holds its id against the one that it had: a name may be somebody else's after
// an instance was set up anew.
func (s *source) account(ctx context.Context, p *api.Platform) (*account, error) {
	user, instance := s.config.parts()
	name := user + "@" + instance
	var a account
	if _, err := p.Ask(ctx, api.Request{Path: "/api/v1/accounts/lookup", Query: url.Values{"acct": {user}}, Part: partAccount}, &a); err != nil {
		return nil, err
	}
	known := api.AccountID(s.deps.State, name)
	switch {
	case a.ID == "":
		return nil, api.Missing("id")
	case !strings.EqualFold(a.Acct, user):
		return nil, &api.BadAnswerError{Text: "the answer is of another account than the one that was asked for; is it at home on this instance?"}
	case known != "" && known != a.ID:
		return nil, fmt.Errorf("another account has its name now: the instance was set up anew, or the account was made anew; read it as a source of its own, under another id: %w", collector.ErrGone)
	}
	if err := a.standing(instance); err != nil {
		return nil, err
	}
	api.KeepAccountID(s.deps.State, name, a.ID)
	return &a, nil
}

// standing says why there is nothing to be read of an account that the instance still knows. Of one that is suspended it tells
// zeros, which are none.
func (a *account) standing(instance string) error {
	switch {
	case a.Suspended:
		return fmt.Errorf("the instance has suspended the account: %w", collector.ErrGone)
	case a.Moved != nil:
		return fmt.Errorf("the account has moved to %s, which belongs under account in the configuration now: %w", a.movedTo(instance), collector.ErrGone)
	}
	return nil
}

// movedTo returns the account that it is now, as settings name it: one of ours.
func (a *account) movedTo(instance string) string {
	to := Config{Account: a.Moved.Acct}
	if !strings.Contains(strings.TrimPrefix(to.Account, "@"), "@") {
		to.Account += "@" + instance
	}
	user, host := to.parts()
	if user == "" {
		return "another account"
	}
	return "@" + user + "@" + host
}

// tell tells how many follow the account now.
func (a *account) tell(t *api.Teller) error {
	return t.LevelOf(partAccount, "followers", "followers_count", a.Followers)
}

// words says what an account is, for check.
func (a *account) words(asked string) string {
	out := fmt.Sprintf("%s has the id %s", asked, a.ID)
	for _, n := range []struct {
		count api.Number
		what  string
	}{{a.Followers, "followers"}, {a.Posts, "posts, boosts and replies"}} {
		if n.count.Known {
			out += fmt.Sprintf(", %.0f %s", n.count.Value, n.what)
		}
	}
	if a.Limited {
		out += "; the instance limits it, so that others see it behind a warning: ask those who run it why"
	}
	return out
}

var _ collector.Checker = (*source)(nil)
