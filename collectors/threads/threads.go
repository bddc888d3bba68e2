// Package threads reads an account of Threads by Meta's API: followers, what people did by the day, and the posts with what they
// came to. README.md says what Threads does not tell, and what a visit costs.
package threads

import (
	"context"
	_ "embed"
	"errors"
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

// Kind describes Threads as a kind of source.
func Kind() collector.Kind {
	metrics := []string{"followers", "publications", "profile_views"}
	for _, f := range families() {
		metrics = append(metrics, f.ours)
	}
	return collector.Kind{
		Name: "threads", New: func() collector.Config { return &Config{} },
		Metrics: append(metrics, counters()...), Grains: []observation.Grain{observation.Day}, MetricGrains: api.Snapshots(append(counters(), "followers")...),
		SettleDays: 3, BackfillDays: 14, Channels: []string{"threads"}, Fetches: true, BaseURL: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// The parts of a source: what one kind of question tells.
const (
	partAccount = "account"
	partPosts   = "posts"
	partDays    = "days"
)

type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// visit is one reading of a source.
type visit struct {
	*source
	graph  *graph.Graph
	window collector.Window
	tell   *api.Teller
	feed   *api.Teller // of posts, which count on the days of the source
}

// ask returns Threads as this source asks it.
func (s *source) ask(now time.Time) (*graph.Graph, error) {
	return graph.New(graph.Options{Deps: s.deps, Host: host, Version: version, Token: s.config.Token, Now: now})
}

// Collect reads what cannot be read later first: how many follow now, and what the posts have come to.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	v := &visit{source: s, window: w, tell: api.NewTeller(out, w, graph.Pacific()), feed: api.NewTeller(out, w, nil)}
	v.window.Zone = v.tell.Zone()
	if len(v.feed.Periods(observation.Day)) == 0 && !v.feed.Now() && !v.tell.Now() {
		return nil
	}
	var err error
	if v.graph, err = s.ask(w.Now); err == nil {
		err = v.level(ctx)
	}
	if err != nil {
		return s.explain("read", err)
	}
	return graph.Steps(ctx, v.step(v.posts), v.step(v.views), v.step(v.days))
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
	return &api.BadAnswerError{Text: "Threads told of the account, and then that it is not there (" + err.Error() + ")"}
}

// explain says what was being done when something went wrong.
func (s *source) explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("threads: %s %s: %w", doing, s.config.named(), err)
}

// level tells how many follow the account.
func (v *visit) level(ctx context.Context) error {
	if !v.tell.Now() {
		return nil
	}
	n, lack, err := v.followers(ctx, v.graph)
	if err != nil {
		return err
	}
	if lack.Result != "" {
		v.tell.NoLevel(partAccount, "followers", lack)
		return nil
	}
	return v.tell.Level(partAccount, "followers", n)
}

// followers asks how many follow the account, or why that cannot be known.
func (s *source) followers(ctx context.Context, g *graph.Graph) (float64, api.Lack, error) {
	const theirs = "followers_count"
	told, lacking, err := g.Insights(ctx, graph.Insights{Path: s.path("threads_insights"), Scope: "account", Part: partAccount, Metrics: []string{theirs}})
	if err == nil {
		err = s.hold(told[theirs].Of)
	}
	if err != nil || lacking[theirs].Result != "" {
		return 0, lacking[theirs], err
	}
	value, _ := told[theirs].Lifetime()
	return value.Number.Value, value.Number.Lack(theirs), nil
}

// hold holds the id of the account that an answer is of, where that says it, against the one that was asked for, or else the one that the
// token was of before.
func (s *source) hold(id string) error {
	switch {
	case !accountForm.MatchString(id):
		return nil
	case s.config.Account != "" && s.config.Account != id:
		return api.ErrOther
	}
	if err := api.HoldAccountID(s.deps.State, s.config.whose(), id); err != nil {
		return fmt.Errorf("the token is of another account than before; write account: %q where that one is meant now, and another source where both are: %w", id, err)
	}
	return nil
}

// path is below the account.
func (s *source) path(edge string) string { return "/" + s.config.whose() + "/" + edge }

// Check asks how many follow the account.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	g, err := s.ask(now)
	if err != nil {
		return "", s.explain("check", err)
	}
	n, lack, err := s.followers(ctx, g)
	switch {
	case err == nil && lack.Result == observation.Auth:
		err = fmt.Errorf("the token may not see insights: connect again and allow threads_manage_insights: %w", collector.ErrAuth)
	case err == nil && lack.Result == observation.Failed && lack.Reason != collector.ReasonNoNumber:
		err = errors.New(lack.Detail)
	case err == nil && lack.Result != "":
		return fmt.Sprintf("the account answers, and Threads does not tell how many follow it; days are those of %s", graph.Pacific()), nil
	}
	if err != nil {
		return "", s.explain("check", err)
	}
	var e graph.Expiry
	if c := s.deps.Credential; s.config.Token.IsZero() && c != nil {
		e.Token = c.Expires()
	}
	return fmt.Sprintf("the account has %.0f followers; days are those of %s", n, graph.Pacific()) + e.Words(), nil
}
