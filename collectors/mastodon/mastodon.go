// Package mastodon reads an account on Mastodon, on any instance: how many follow it, what it posted, and what each post came to.
package mastodon

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Kind describes Mastodon as a kind of source. All posts that were asked for come in one go, newest first: a backfill in stretches
// would read the same pages again and again.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "mastodon", New: func() collector.Config { return &Config{} },
		Metrics:      append([]string{"followers", "publications"}, counters()...),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(counters(), "followers")...),
		SettleDays:   1, Channels: []string{"mastodon"}, Fetches: true, BaseURL: true, BackfillDays: -1,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// counters are what Mastodon counts of a post as long as it stands.
func counters() []string { return []string{"reactions_total", "comments_total", "shares_total"} }

// The parts of a source: what one kind of question tells.
const (
	partAccount = "account"
	partPosts   = "posts"
)

type source struct {
	config Config
	deps   collector.Deps
}

// Collect reads what can not be read later first: how many follow now.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	tell := api.NewTeller(out, w, nil)
	if len(tell.Periods(observation.Day)) == 0 && !tell.Now() {
		return nil
	}
	p := s.platform(w.Now)
	a, err := s.account(ctx, p)
	if err == nil {
		err = a.tell(tell)
	}
	if err != nil {
		return fmt.Errorf("mastodon: read the account %s: %w", s.config.Account, err)
	}
	if err := s.posts(ctx, p, a, tell); err != nil {
		return fmt.Errorf("mastodon: read the posts of %s: %w", s.config.Account, err)
	}
	return nil
}

// posts tells the posts of the window and, at a visit of today, all that still change.
func (s *source) posts(ctx context.Context, p *api.Platform, a *account, tell *api.Teller) error {
	since := tell.Reread(api.RereadDays)
	list, err := s.statuses(ctx, p, a.ID, since.Start(tell.Zone()))
	if err != nil {
		return err
	}
	return tell.Posts(ctx, api.Posts{Kind: "mastodon", Channel: s.deps.ChannelID, Part: partPosts, Metrics: counters(), Since: since, First: api.Begins(a.Created, list.Posts, tell.Zone()),
		Lacking: api.Lacks(counters(), list.Posts), Unread: list.Unread, State: s.deps.State, Items: s.deps.Items}, list.Posts)
}

// Check asks for the account.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	p := s.platform(now)
	a, err := s.account(ctx, p)
	if err != nil {
		return "", fmt.Errorf("mastodon: check the account %s: %w", s.config.Account, err)
	}
	how := "without a token"
	if !s.config.Token.IsZero() {
		how = "with a token, which ends when it is revoked on the server"
	}
	return fmt.Sprintf("%s; posts count on the days of %s; it is asked for %s, and %d calls are left of %d in five minutes",
		a.words(s.config.Account), now.Location(), how, p.Allowance.Left(), callsInFive), nil
}
