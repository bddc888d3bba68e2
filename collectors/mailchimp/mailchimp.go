// Package mailchimp reads newsletters that are sent with Mailchimp: how many subscribe to a list, how many came and went, and what
// became of each letter.
package mailchimp

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

// Kind describes Mailchimp as a kind of source. Days are read again for some days, because Mailchimp does not say by which zone
// it cuts them: the newest may not be over there.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "mailchimp", New: func() collector.Config { return &Config{} },
		Metrics:      append([]string{"subscribers", "gained", "lost", "publications", "sends"}, counters()...),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(counters(), "subscribers")...),
		SettleDays:   3, Channels: []string{"newsletter"}, Fetches: true, BaseURL: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// counters are what Mailchimp counts of a letter as long as it lives.
func counters() []string {
	return []string{"sends_total", "bounces_total", "opens_total", "unique_opens_total", "clicks_total", "unique_clicks_total", "unsubscribes_total"}
}

// The parts of a source: what one kind of question tells.
const (
	partList     = "list"
	partActivity = "activity"
	partLetters  = "letters"
)

type source struct {
	config Config
	deps   collector.Deps
}

// visit is one visit to the list of a source.
type visit struct {
	*source
	platform *api.Platform
	window   collector.Window
	tell     *api.Teller
	first    observation.Date // on which there was the list
}

// Collect reads what can not be read later first: how many subscribe now.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	v := &visit{source: s, platform: s.platform(w.Now), window: w, tell: api.NewTeller(out, w, nil)}
	if len(v.days()) == 0 && !v.tell.Now() {
		return nil
	}
	for _, step := range []struct {
		what string
		read func(context.Context) error
	}{{"the subscribers", v.subscribers}, {"the months", v.months}, {"the activity", v.activity}, {"the letters", v.letters}} {
		if err := step.read(ctx); err != nil {
			return fmt.Errorf("mailchimp: read %s of list %s: %w", step.what, s.config.List, err)
		}
	}
	return nil
}

// days are those that were asked for and are over.
func (v *visit) days() []observation.Period { return v.tell.Periods(observation.Day) }

// Check asks for the list.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	l, err := s.list(ctx, s.platform(now))
	if err != nil {
		return "", fmt.Errorf("mailchimp: check list %s: %w", s.config.List, err)
	}
	n, err := l.Stats.MemberCount.Need("member_count")
	if err != nil {
		return "", fmt.Errorf("mailchimp: check list %s: %w", s.config.List, err)
	}
	return fmt.Sprintf("list %q has %.0f subscribers; days are taken to be those of %s; the key may do all that its user may, and does not expire", l.Name, n, now.Location()), nil
}
