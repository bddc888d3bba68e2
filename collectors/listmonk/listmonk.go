// Package listmonk reads a list of a listmonk of one's own: how many confirmed subscribers it has, and what became of the
// letters that were sent to it. README.md tells the rules.
package listmonk

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// The parts of a source.
const (
	partList    = "list"
	partLetters = "letters"
)

// perPage is how many campaigns listmonk gives at most in one answer.
const perPage = 50

// counters are the lifetime counters that listmonk keeps of a campaign. Views and clicks are events, not people.
func counters() []string { return []string{"sends_total", "opens_total", "clicks_total"} }

// Kind describes lists of listmonk as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name:         "listmonk",
		New:          func() collector.Config { return &Config{} },
		Metrics:      append([]string{"subscribers", "publications", "sends"}, counters()...),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(counters(), "subscribers")...),
		SettleDays:   7,
		Channels:     []string{"newsletter", "mailing_list", "other"},
		Fetches:      true,
		BaseURL:      true,
		SelfHosted:   true,
		Definitions:  collector.MustDefinitions(definitions),
		Sample:       sample,
	}
}

// source is one configured list.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// Collect tells the subscribers of the list as they are now, and the letters that were sent to it.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if w.Empty() || w.Start(w.Zone).After(w.Now) {
		return nil
	}
	teller := api.NewTeller(out, w, nil)
	l, err := s.list(ctx)
	if err != nil {
		return fmt.Errorf("listmonk: read list %s: %w", s.config.List, err)
	}
	return errors.Join(s.tellList(teller, l), s.tellLetters(ctx, teller, l))
}

// tellList tells how many subscribers the list has.
func (s *source) tellList(t *api.Teller, l list) error {
	n, err := l.audience()
	if err == nil {
		err = t.Level(partList, "subscribers", n)
	}
	if err != nil {
		return fmt.Errorf("listmonk: read subscribers of list %s: %w", s.config.List, err)
	}
	return nil
}

// tellLetters tells the letters that were sent to the list since it was made.
func (s *source) tellLetters(ctx context.Context, t *api.Teller, l list) error {
	born, err := l.born(t.Zone())
	if err != nil {
		return fmt.Errorf("listmonk: read list %s: %w", s.config.List, err)
	}
	letters, err := s.letters(ctx, l)
	if err == nil {
		err = t.Issues(api.Letters{Kind: "listmonk", Channel: s.deps.ChannelID, Part: partLetters, Metrics: counters(), First: born}, letters)
	}
	if err != nil {
		return fmt.Errorf("listmonk: read campaigns of list %s: %w", s.config.List, err)
	}
	return nil
}

// list asks for all lists that the user may see, which is the only way to find one by its uuid, and finds the source's.
func (s *source) list(ctx context.Context) (list, error) {
	var a answer[list]
	query := url.Values{"page": {"1"}, "per_page": {"all"}}
	if _, err := s.platform().Ask(ctx, api.Request{Path: "/api/lists", Query: query, Part: partList}, &a); err != nil {
		return list{}, err
	}
	return find(a, s.config.List)
}

// letters asks for all campaigns, page after page, and keeps those that went to the list.
func (s *source) letters(ctx context.Context, l list) ([]api.Issue, error) {
	var out []api.Issue
	err := api.Through(func(_, page int) (came, all int, err error) {
		var a answer[campaign]
		query := url.Values{"page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(perPage)}, "order_by": {"created_at"}, "order": {"asc"}, "no_body": {"true"}}
		if _, err := s.platform().Ask(ctx, api.Request{Path: "/api/campaigns", Query: query, Part: partLetters}, &a); err != nil {
			return 0, 0, err
		}
		issues, err := issuesOf(a, l.ID)
		out = append(out, issues...)
		return len(a.Data.resultsOrNone()), a.total(), err
	})
	return out, err
}

// Check asks for the lists once, and says the name of the source's and how many subscribers it has.
func (s *source) Check(ctx context.Context, _ time.Time) (string, error) {
	l, err := s.list(ctx)
	n := 0.0
	if err == nil {
		n, err = l.audience()
	}
	if err != nil {
		return "", fmt.Errorf("listmonk: check list %s: %w", s.config.List, err)
	}
	return fmt.Sprintf("list %q (id %d, %s opt-in): %.0f subscribers; the user may see lists, and the token does not lapse", l.Name, l.ID, l.Optin, n), nil
}

func (s *source) platform() *api.Platform {
	return &api.Platform{HTTP: s.deps.HTTP, Base: s.deps.BaseURL, Header: api.Basic(s.config.User, s.config.Token.Reveal()), Refusal: refusal}
}

// refusal reads the failures that have more causes than one: listmonk says 403 to a wrong token and to a user who may not.
func refusal(status int, _ []byte) error {
	if status != 401 && status != 403 {
		return nil
	}
	return fmt.Errorf("%w: listmonk does not take the user and its token, or the role of the user lacks lists:get_all or campaigns:get_all", collector.ErrAuth)
}
