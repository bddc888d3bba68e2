// Package mailerlite reads newsletters that are sent with MailerLite: how many subscribe to an account or to a group of it, and what
// became of each letter.
package mailerlite

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

// Kind describes MailerLite as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "mailerlite", New: func() collector.Config { return &Config{} },
		Metrics:      append([]string{"subscribers", "publications", "sends"}, counters()...),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(counters(), "subscribers")...),
		SettleDays:   1, Channels: []string{"newsletter"}, Fetches: true, BaseURL: true,
		Spacing:     time.Minute / 120,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// counters are what MailerLite counts of a letter as long as it lives.
func counters() []string {
	return []string{"sends_total", "bounces_total", "opens_total", "unique_opens_total", "clicks_total", "unique_clicks_total", "unsubscribes_total"}
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
	a, err := s.audience(ctx)
	if err == nil {
		err = tell.Level(partList, "subscribers", a.active)
	}
	if err != nil {
		return fmt.Errorf("mailerlite: read the subscribers of %s: %w", s.config.whose(), err)
	}
	issues, first, err := s.letters(ctx)
	if !a.since.IsZero() {
		first = a.since
	}
	if err == nil {
		letters := api.Letters{Kind: "mailerlite", Channel: s.deps.ChannelID, Part: partLetters, Metrics: counters(), First: dayOf(first, tell.Zone())}
		err = tell.Issues(letters, issues)
	}
	if err != nil {
		return fmt.Errorf("mailerlite: read the letters of %s: %w", s.config.whose(), err)
	}
	return nil
}

// dayOf returns the day of a moment, the beginning of all days where there is none.
func dayOf(at time.Time, zone *time.Location) observation.Date {
	if at.IsZero() {
		return 0
	}
	return observation.DateOf(at.In(zone))
}

// Check asks how many subscribe.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	a, err := s.audience(ctx)
	if err != nil {
		return "", fmt.Errorf("mailerlite: check %s: %w", s.config.whose(), err)
	}
	return fmt.Sprintf("%s has %.0f active subscribers; letters count on the days of %s; the token may do all that its user may, and ends with that user", a.name, a.active, now.Location()), nil
}
