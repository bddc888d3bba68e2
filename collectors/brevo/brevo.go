// Package brevo reads newsletters that are sent with Brevo (once Sendinblue): how many subscribe to a list, and what became of each
// letter.
package brevo

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

// Kind describes Brevo as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "brevo", New: func() collector.Config { return &Config{} },
		Metrics:      append([]string{"subscribers", "publications", "sends"}, counters()...),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(counters(), "subscribers")...),
		SettleDays:   1, Channels: []string{"newsletter"}, Fetches: true, BaseURL: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// counters are what Brevo counts of a letter as long as it lives.
func counters() []string {
	return []string{"sends_total", "delivered_total", "bounces_total", "opens_total", "unique_opens_total", "clicks_total", "unique_clicks_total", "unsubscribes_total"}
}

// The parts of a source: what one kind of question tells.
const (
	partList    = "list"
	partLetters = "letters"
)

type source struct {
	config Config
	deps   collector.Deps
}

// Collect reads what can not be read later first: how many subscribe now.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	tell := api.NewTeller(out, w, nil)
	if len(tell.Periods(observation.Day)) == 0 && !tell.Now() {
		return nil
	}
	first, err := s.subscribers(ctx, tell)
	if err != nil {
		return fmt.Errorf("brevo: read the subscribers of list %d: %w", s.config.List, err)
	}
	v := &visit{source: s, platform: s.platform(s.allowance(w.Now)), window: w, tell: tell, out: out, first: first}
	if err := v.letters(ctx); err != nil {
		return fmt.Errorf("brevo: read the letters of list %d: %w", s.config.List, err)
	}
	return nil
}

type list struct {
	ID               int64      `json:"id"`
	Name             string     `json:"name"`
	Created          string     `json:"createdAt"`
	TotalSubscribers api.Number `json:"totalSubscribers"`
}

// list asks for the list, which costs nothing of the hour's calls. What comes has to be that list.
func (s *source) list(ctx context.Context) (l list, n float64, err error) {
	path := fmt.Sprintf("/contacts/lists/%d", s.config.List)
	if _, err = s.platform(nil).Ask(ctx, api.Request{Path: path, Part: partList}, &l); err != nil {
		return l, 0, err
	}
	if l.ID != s.config.List {
		return l, 0, api.Missing("id")
	}
	n, err = l.TotalSubscribers.Need("totalSubscribers")
	return l, n, err
}

// subscribers tells how many subscribe now: totalSubscribers, without those that may not be written to any more, whom
// uniqueSubscribers holds. It returns the day on which the list was made: before that nothing could be sent to it.
func (s *source) subscribers(ctx context.Context, tell *api.Teller) (observation.Date, error) {
	l, n, err := s.list(ctx)
	if err != nil {
		return 0, err
	}
	if err := tell.Level(partList, "subscribers", n); err != nil {
		return 0, err
	}
	made, err := time.Parse(time.RFC3339, l.Created)
	if err != nil {
		return 0, api.Missing("createdAt")
	}
	return observation.DateOf(made.In(tell.Zone())), nil
}

// Check asks for the list.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	l, n, err := s.list(ctx)
	if err != nil {
		return "", fmt.Errorf("brevo: check list %d: %w", s.config.List, err)
	}
	said := fmt.Sprintf("list %q has %.0f subscribers; letters count on the days of %s", l.Name, n, now.Location())
	if left := s.allowance(now).Left(); left >= 0 {
		said += fmt.Sprintf("; %d of %d calls for letters are left in this hour", left, callsAnHour)
	}
	return said + "; the key may do all that its account may, and does not expire", nil
}
