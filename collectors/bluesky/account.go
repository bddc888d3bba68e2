package bluesky

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// profile is an account as Bluesky tells of it. A count that is absent, which its description allows and gives no meaning, is no zero. Name, picture and description are not read.
type profile struct {
	DID       string     `json:"did"`
	Handle    string     `json:"handle"`
	Followers api.Number `json:"followersCount"`
	Posts     api.Number `json:"postsCount"`
	Created   string     `json:"createdAt"`
}

// profile asks for the account: by its handle until its DID is known, and by that from then on, because a handle may change and
// be taken by somebody else.
func (s *source) profile(ctx context.Context, p *api.Platform) (*profile, error) {
	known := api.AccountID(s.deps.State, s.config.handle())
	var a profile
	_, err := p.Ask(ctx, api.Request{Path: "/app.bsky.actor.getProfile", Query: url.Values{"actor": {cmp.Or(known, s.config.handle())}}, Part: partAccount}, &a)
	if err != nil {
		return nil, err
	}
	switch {
	case !didForm.MatchString(a.DID):
		return nil, api.Missing("did")
	case known != "" && a.DID != known:
		return nil, api.ErrOther
	}
	api.KeepAccountID(s.deps.State, s.config.handle(), a.DID)
	return &a, nil
}

// tell tells how many follow the account now.
func (a *profile) tell(t *api.Teller) error {
	return t.LevelOf(partAccount, "followers", "followersCount", a.Followers)
}

// words says what an account is, for check.
func (a *profile) words(asked string) string {
	out := "the account " + a.DID
	switch {
	case asked == a.DID || asked == strings.ToLower(a.Handle):
		out += " is called @" + short(a.Handle)
	default:
		out += fmt.Sprintf(" is called @%s now and no longer @%s; its series goes on, and the configuration may say the new handle", short(a.Handle), asked)
	}
	for _, n := range []struct {
		count api.Number
		what  string
	}{{a.Followers, "followers"}, {a.Posts, "posts, reposts and replies"}} {
		if n.count.Known {
			out += fmt.Sprintf(", %.0f %s", n.count.Value, n.what)
		}
	}
	return out
}

var _ collector.Checker = (*source)(nil)
