// Package instagram reads a professional account of Instagram by the Graph API of Meta: followers, reach by day, week and 28 days,
// what people did by the day, and the posts with what they came to. README.md says what Meta does not tell, and what a visit costs.
package instagram

import (
	"context"
	_ "embed"
	"fmt"
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

// settleDays are the days that Meta may still revise: its numbers are up to two days late.
const settleDays = 3

// backfillDays is how many days one visit to the past asks for: each costs two calls.
const backfillDays = 7

// Kind describes Instagram as a kind of source.
func Kind() collector.Kind {
	grains := api.Snapshots(append(counters(), "followers")...)
	metrics := []string{"followers", "publications", "reach", "gained", "lost"}
	for _, f := range families() {
		if f.ours != "reach" {
			metrics = append(metrics, f.ours)
		}
	}
	for _, m := range metrics {
		if m != "reach" && m != "followers" {
			grains[m] = []observation.Grain{observation.Day}
		}
	}
	return collector.Kind{
		Name: "instagram", New: func() collector.Config { return &Config{Login: loginFacebook, Version: graph.DefaultVersion} },
		Metrics: append(metrics, counters()...), Grains: []observation.Grain{observation.Day, observation.Week, observation.Days28}, MetricGrains: grains,
		SettleDays: settleDays, BackfillDays: backfillDays, Channels: []string{"instagram"}, Fetches: true, BaseURL: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// The parts of a source: what one kind of question tells.
const (
	partAccount = "account"
	partPosts   = "posts"
	partDays    = "days"
	partReach   = "reach"
)

type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// visit is one reading of a source.
type visit struct {
	*source
	graph   *graph.Graph
	window  collector.Window
	tell    *api.Teller
	feed    *api.Teller // of posts, which count on the days of the source
	account account
	first   observation.Date // the first day that Meta still tells of
	told    map[string]bool  // metrics, by grains, of which a number was told
	ways    *api.Ways        // what is told by another definition than usually
}

// Collect reads what cannot be read later first: how many follow now, and what the posts have come to.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	ways := api.NewWays(out)
	v := &visit{source: s, window: w, tell: api.NewTeller(ways, w, graph.Pacific()), feed: api.NewTeller(ways, w, nil), told: map[string]bool{}, ways: ways}
	v.window.Zone = v.tell.Zone()
	if len(v.feed.Periods(observation.Day)) == 0 && !v.feed.Now() && !v.tell.Now() {
		return nil
	}
	v.first = observation.DateOf(w.Now.In(v.window.Zone).AddDate(-2, 0, 0)) + 1
	var err error
	if v.graph, err = s.ask(w.Now); err == nil {
		v.account, err = s.look(ctx, v.graph)
	}
	if err == nil {
		err = v.level()
	}
	if err != nil {
		return s.explain("read", err)
	}
	return graph.Steps(ctx, v.step(v.expiry), v.step(v.posts), v.step(v.reaches), v.step(v.days))
}

// step is a step of a visit to an account that has answered.
func (v *visit) step(read func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error { return v.explain("read", there(read(ctx))) }
}

// there keeps an account that has just answered from being taken for one that is gone, of which nothing would be missing.
func there(err error) error {
	if collector.ResultOf(err) != observation.Gone {
		return err
	}
	return &api.BadAnswerError{Text: "Meta told of the account, and then that it is not there (" + err.Error() + ")"}
}

// explain says what was being done when something went wrong.
func (s *source) explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("instagram: %s %s: %w", doing, s.config.whose(), err)
}

// level tells how many follow the account.
func (v *visit) level() error {
	return v.tell.LevelOf(partAccount, "followers", "followers_count", v.account.Followers)
}

// expiry remembers when somebody has to connect anew. Where the account itself logged in, Meta tells it only to who puts the token into
// an address; of a connection it is known without that. That Meta did not say it takes nothing from the numbers: the next visit asks
// again.
func (v *visit) expiry(ctx context.Context) error {
	if !v.tell.Now() || v.config.Login == loginInstagram {
		return nil
	}
	if err := there(v.graph.RememberExpiry(ctx, partAccount)); err != nil && (graph.ForAll(err) || ctx.Err() != nil) {
		return err
	}
	return nil
}

// Check asks for the account, of a source that names none for those that the token sees, and what the token may do.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	g, err := s.ask(now)
	var a account
	if err == nil {
		a, err = s.look(ctx, g)
	}
	var n float64
	if err == nil {
		n, err = a.Followers.Need("followers_count")
	}
	var e graph.Expiry
	if err == nil {
		e, err = s.ends(ctx, g)
	}
	if err != nil {
		return "", s.explain("check", err)
	}
	said := fmt.Sprintf("%s (account %s) has %.0f followers; days are those of %s", a.Username, a.ID, n, graph.Pacific())
	if a.small() {
		said += "; of so few Meta does not tell who came and went"
	}
	return said + e.Words(), nil
}

// ends returns when somebody has to connect anew: as Meta says it, or, where the account itself logged in, as the connection knows it.
func (s *source) ends(ctx context.Context, g *graph.Graph) (graph.Expiry, error) {
	if s.config.Login != loginInstagram {
		return g.Expiry(ctx, partAccount)
	}
	if c := s.deps.Credential; s.config.Token.IsZero() && c != nil {
		return graph.Expiry{Token: c.Expires()}, nil
	}
	return graph.Expiry{}, nil
}
