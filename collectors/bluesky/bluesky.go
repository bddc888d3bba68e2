// Package bluesky reads an account on Bluesky: how many follow it, what it posted, and what each post came to.
package bluesky

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

// Kind describes Bluesky as a kind of source. All posts that were asked for come in one go, newest first: a backfill in stretches
// would read the same pages again and again.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "bluesky", New: func() collector.Config { return &Config{} },
		Metrics:      append([]string{"followers", "publications"}, counters()...),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(counters(), "followers")...),
		SettleDays:   1, Channels: []string{"bluesky"}, Fetches: true, BaseURL: true, BackfillDays: -1,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// counters are what Bluesky counts of a post as long as it stands.
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
	a, err := s.profile(ctx, p)
	if err == nil {
		err = a.tell(tell)
	}
	if err != nil {
		return fmt.Errorf("bluesky: read the account %s: %w", s.config.Handle, err)
	}
	if err := s.posts(ctx, p, a, tell); err != nil {
		return fmt.Errorf("bluesky: read the posts of %s: %w", s.config.Handle, err)
	}
	return nil
}

// posts tells the posts of the window and, at a visit of today, all that still change.
func (s *source) posts(ctx context.Context, p *api.Platform, a *profile, tell *api.Teller) error {
	since := tell.Reread(api.RereadDays)
	list, err := s.feed(ctx, p, a.DID, since.Start(tell.Zone()))
	if err != nil {
		return err
	}
	return tell.Posts(ctx, api.Posts{Kind: "bluesky", Channel: s.deps.ChannelID, Part: partPosts, Metrics: counters(), Since: since, First: api.Begins(a.Created, list.Posts, tell.Zone()),
		Lacking: api.Lacks(counters(), list.Posts), Unread: list.Unread, State: s.deps.State, Items: s.deps.Items}, list.Posts)
}

// Check asks for the account.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	p := s.platform(now)
	a, err := s.profile(ctx, p)
	if err != nil {
		return "", fmt.Errorf("bluesky: check the account %s: %w", s.config.Handle, err)
	}
	return fmt.Sprintf("%s; posts count on the days of %s; it is asked for without a credential, and %d calls are left of %d in five minutes",
		a.words(s.config.handle()), now.Location(), p.Allowance.Left(), callsInFive), nil
}
