// Package mailman reads how many members a list of a Mailman 3 has, from the REST interface of its core. README.md tells the
// rules.
//
// A level is never added up over lists, because people are in several of them; so a source is one list, and each list a channel
// of its own. No member is ever asked for: the core tells the count with the list itself.
package mailman

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

const (
	metric = "members"
	part   = "list"
)

// Kind describes lists of Mailman as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name:        "mailman",
		New:         func() collector.Config { return &Config{} },
		Metrics:     []string{metric},
		Grains:      []observation.Grain{observation.Snapshot},
		Channels:    []string{"mailing_list", "newsletter", "other"},
		Fetches:     true,
		BaseURL:     true,
		SelfHosted:  true,
		Definitions: collector.MustDefinitions(definitions),
		Sample:      sample,
	}
}

// source is one configured list.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// list is what the core answers of a list. It holds nothing of its members but how many they are.
type list struct {
	ID      string     `json:"list_id"`
	Address string     `json:"fqdn_listname"`
	Name    string     `json:"display_name"`
	Members api.Number `json:"member_count"`
}

// Collect tells how many members the list has now. Of the past the core knows nothing.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	teller := api.NewTeller(out, w, nil)
	if !teller.Now() {
		return nil
	}
	l, members, err := s.read(ctx)
	if err != nil {
		return fmt.Errorf("mailman: read members of %s: %w", s.config.List, err)
	}
	if err := teller.Level(part, metric, members); err != nil {
		return fmt.Errorf("mailman: tell members of %s: %w", l.ID, err)
	}
	return nil
}

// Check asks for the list once, and says its name and how many members it has.
func (s *source) Check(ctx context.Context, _ time.Time) (string, error) {
	l, members, err := s.read(ctx)
	if err != nil {
		return "", fmt.Errorf("mailman: check %s: %w", s.config.List, err)
	}
	return fmt.Sprintf("list %q (%s): %.0f members; the password lets do everything on this server, and does not lapse", l.Name, l.ID, members), nil
}

// read asks the core for the list.
func (s *source) read(ctx context.Context) (list, float64, error) {
	var l list
	_, err := s.platform().Ask(ctx, api.Request{Path: "/3.1/lists/" + url.PathEscape(s.config.List), Part: part}, &l)
	if err != nil {
		return l, 0, explained(err)
	}
	members, err := l.members(s.config.List)
	return l, members, err
}

// members returns how many members a list has, once it is sure that it is the one that was asked for.
func (l list) members(want string) (float64, error) {
	switch {
	case l.ID == "":
		return 0, api.Missing("list_id")
	case !strings.EqualFold(l.ID, want) && !strings.EqualFold(l.Address, want):
		return 0, &api.BadAnswerError{Text: "the answer is about another list"}
	}
	return l.Members.Need("member_count")
}

// platform is the core; it stands in front of its address without the version that people copy along.
func (s *source) platform() *api.Platform {
	base := strings.TrimSuffix(strings.TrimSuffix(s.deps.BaseURL, "/3.0"), "/3.1")
	return &api.Platform{HTTP: s.deps.HTTP, Base: base, Header: api.Basic(s.config.User, s.config.Password.Reveal())}
}

// explained says what to do about an error where the core's answer leaves one cause.
func explained(err error) error {
	var failed *fetch.Error
	if errors.As(err, &failed) && failed.Class == fetch.NotFound {
		return fmt.Errorf("there is no such list on this server, or base_url is not that of its REST interface; write list as mailman lists shows it: %w", err)
	}
	return err
}
