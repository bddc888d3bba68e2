// Package twitter reads an account on X: followers and posts with what they came to, by its API, and the analytics that X lets
// the account's owner download. README.md says what each of them tells, and what it costs.
package twitter

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// The parts of a source: what one kind of question tells.
const (
	partAccount = "account"
	partPosts   = "posts"
	partExport  = "export"
)

// Kind describes accounts on X as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "twitter", New: func() collector.Config {
			return &Config{API: v2, Reads: defaultReads, PostsDays: defaultPostsDays, Clicks: true}
		},
		Metrics:      slices.Concat(metricsOf(v2, true), exported()),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(countersOf(v2, true), "followers")...),
		Channels:     []string{"x"}, Fetches: true, BaseURL: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// metricsOf lists what an API tells.
func metricsOf(version version, clicks bool) []string {
	return append([]string{"followers", "publications"}, countersOf(version, clicks)...)
}

// countersOf lists what an API counts of a post as long as it stands. The old one tells reposts without quotes, and replies to
// nobody but its largest customers, so shares and comments are not told by it.
func countersOf(version version, clicks bool) []string {
	switch {
	case version == legacy:
		return []string{"reactions_total"}
	case clicks:
		return []string{"impressions_total", "reactions_total", "comments_total", "shares_total", "link_clicks_total"}
	}
	return []string{"impressions_total", "reactions_total", "comments_total", "shares_total"}
}

type source struct {
	config Config
	deps   collector.Deps
}

var (
	_ collector.Checker  = (*source)(nil)
	_ collector.Importer = (*source)(nil)
)

// Collect reads how many follow now, and then the posts: the one read that followers cost is spent first.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	tell := api.NewTeller(out, w, nil)
	if s.config.handed() || len(tell.Periods(observation.Day)) == 0 && !tell.Now() {
		return nil
	}
	if s.config.API == legacy {
		return s.readLegacy(ctx, w, out, tell)
	}
	v, err := s.visit(w, out, tell)
	if err != nil {
		return fmt.Errorf("twitter: ask for %s: %w", s.config.whose(), err)
	}
	err = v.read(ctx)
	out.Tell("reads", int64(v.reads.made))
	return err
}

// visit is one visit to an account.
type visit struct {
	*source
	platform *api.Platform
	reads    *reads
	window   collector.Window
	out      collector.Sink
	tell     *api.Teller
	account  account
}

// visit prepares to ask.
func (s *source) visit(w collector.Window, out collector.Sink, tell *api.Teller) (*visit, error) {
	p, err := s.platform(w.Now)
	if err != nil {
		return nil, err
	}
	return &visit{source: s, platform: p, reads: s.budget(w.Now), window: w, out: out, tell: tell}, nil
}

// read reads the account, then its posts.
func (v *visit) read(ctx context.Context) error {
	if err := v.followers(ctx); err != nil {
		return fmt.Errorf("twitter: read the followers of %s: %w", v.config.whose(), err)
	}
	if err := v.posts(ctx); err != nil {
		return fmt.Errorf("twitter: read the posts of %s: %w", v.config.whose(), err)
	}
	return nil
}
