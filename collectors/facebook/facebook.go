// Package facebook reads a Page of Facebook: who follows it, how often and by how many people its content is seen, and what became
// of each of its posts.
package facebook

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// settleDays is for how many days after a day Meta may still count for it.
const settleDays = 7

// Kind describes Pages of Facebook as a kind of source.
func Kind() collector.Kind {
	grains := api.Snapshots(append(counters(), "followers")...)
	flows := []string{"media_views", "impressions", "engagements", "profile_views", "gained", "lost", "publications"}
	for _, metric := range flows {
		grains[metric] = []observation.Grain{observation.Day}
	}
	return collector.Kind{
		Name: "facebook", New: func() collector.Config { return &Config{Version: graph.DefaultVersion} },
		Metrics:      slices.Concat([]string{"followers", "reach"}, flows, counters()),
		Grains:       []observation.Grain{observation.Day, observation.Week, observation.Days28}, // of reach
		MetricGrains: grains,
		SettleDays:   settleDays, Channels: []string{"facebook"}, Fetches: true, BaseURL: true, BackfillDays: 84,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// The parts of a source: what one kind of question tells.
const (
	partPage      = "page"
	partFollowers = "followers"
	partViews     = "views"
	partReach     = "reach"
	partActivity  = "activity"
	partPosts     = "posts"
)

type source struct {
	config Config
	deps   collector.Deps
}

// visit is one visit to a Page.
type visit struct {
	*source
	graph  *graph.Graph // as the Page
	page   graph.Page
	tell   *api.Teller
	window collector.Window // by the days of Meta
	feed   *api.Teller      // of posts, which count on the days of the source
	zone   *time.Location   // of the source
	ways   *api.Ways        // what is told by another definition than usually
}

// Collect reads what can not be read later first: how many follow now. What fails leaves the rest, unless there is no point in
// asking on.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	ways := api.NewWays(out)
	v := &visit{source: s, tell: api.NewTeller(ways, w, graph.Pacific()), window: w, feed: api.NewTeller(ways, w, nil), zone: w.Zone, ways: ways}
	v.window.Zone = graph.Pacific()
	if len(v.feed.Periods(observation.Day)) == 0 && !v.feed.Now() && !v.tell.Now() {
		return nil
	}
	person, err := graph.New(graph.Options{Deps: s.deps, Version: s.config.Version, Token: s.config.Token, AppSecret: s.config.ClientSecret, Now: w.Now})
	if err != nil {
		return s.explain(err)
	}
	if err := v.followers(ctx, person); err != nil {
		return v.explain(err) // of a page that could not be read nothing can
	}
	steps := []func(context.Context) error{func(ctx context.Context) error { return v.explain(v.expiry(ctx, person)) }}
	for _, q := range questions() {
		steps = append(steps, func(ctx context.Context) error { return v.explain(v.days(ctx, q)) })
	}
	return graph.Steps(ctx, append(steps, func(ctx context.Context) error { return v.explain(v.posts(ctx)) })...)
}

// explain says what was being done when something went wrong.
func (s *source) explain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("facebook: read %s: %w", s.config.Page, err)
}

// asPage becomes the Page, and holds its id against the one that it had: its name may be another Page's now.
func (s *source) asPage(ctx context.Context, person *graph.Graph) (*graph.Graph, graph.Page, error) {
	own, page, err := person.AsPage(ctx, s.config.Page, partPage)
	if err == nil {
		err = api.HoldAccountID(s.deps.State, s.config.Page, page.ID)
	}
	return own, page, err
}

// followers becomes the Page and tells how many follow it now. Those who like it are fewer or more, and another number.
func (v *visit) followers(ctx context.Context, person *graph.Graph) error {
	own, page, err := v.asPage(ctx, person)
	if err != nil {
		return err
	}
	v.graph, v.page = own, page
	return v.tell.LevelOf(partFollowers, "followers", "followers_count", page.Followers)
}

// expiry has the alarms know when somebody has to connect again. A visit to the past asks nothing about the present. That Meta
// did not say it takes nothing from the numbers: the next visit asks again.
func (v *visit) expiry(ctx context.Context, person *graph.Graph) error {
	if !v.feed.Now() {
		return nil
	}
	if err := person.RememberExpiry(ctx, partPage); err != nil && (graph.ForAll(err) || ctx.Err() != nil) {
		return err
	}
	return nil
}

// leastLikes is how many have to like a Page for Meta to tell what its content came to.
const leastLikes = 100

// many writes a number for check; one that Meta does not tell is no zero.
func many(n api.Number) string {
	if !n.Known {
		return "an unknown number of"
	}
	return fmt.Sprintf("%.0f", n.Value)
}

// small tells whether the Page is one of which Meta holds back what its content came to.
func (v *visit) small() bool { return v.page.Fans.Known && v.page.Fans.Value < leastLikes }

// Check asks for the Page, and what the token may do.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	g, err := graph.New(graph.Options{Deps: s.deps, Version: s.config.Version, Token: s.config.Token, AppSecret: s.config.ClientSecret, Now: now})
	if err != nil {
		return "", fmt.Errorf("facebook: check %s: %w", s.config.Page, err)
	}
	_, page, err := s.asPage(ctx, g)
	if err != nil {
		return "", fmt.Errorf("facebook: check %s: %w", s.config.Page, err)
	}
	out := fmt.Sprintf("%s (%s) has %s followers and %s likes; its days are those of Meta (Pacific time)", page.Name, page.ID, many(page.Followers), many(page.Fans))
	if page.Fans.Known && page.Fans.Value < leastLikes {
		out += fmt.Sprintf("; Meta tells views and reach only of Pages that %d like", leastLikes)
	}
	e, err := g.Expiry(ctx, partPage)
	if err != nil {
		return "", fmt.Errorf("facebook: check the token of %s: %w", s.config.Page, err)
	}
	return out + e.Words(), nil
}
