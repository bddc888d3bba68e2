// Package lianamailer reads what happened to a list of LianaMailer: who joined and left, counted by the day, and what became of
// the letters that were sent to it. README.md tells the rules, and what of them is not verified.
//
// LianaMailer tells events, each with the person whom it befell. They are counted as they come; of a person only the number
// that LianaMailer gave them is looked at, and only to count nobody twice.
package lianamailer

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
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

// usualPlace is where LianaMailer is asked.
const usualPlace = "https://rest.lianamailer.com"

// counters are the lifetime counters that come out of the events of a letter.
func counters() []string {
	return []string{"sends_total", "unique_opens_total", "opens_total", "unique_clicks_total", "clicks_total"}
}

// Kind describes lists of LianaMailer as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name:         "lianamailer",
		New:          func() collector.Config { return &Config{} },
		Metrics:      append([]string{"gained", "lost", "publications", "sends"}, counters()...),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(counters()...),
		SettleDays:   2,
		Channels:     []string{"newsletter", "mailing_list", "other"},
		Fetches:      true,
		BaseURL:      true,
		Spacing:      250 * time.Millisecond, // four calls a second
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

// Collect tells who joined and left by the day, and the letters of the window with what became of them.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if w.Empty() || w.Start(w.Zone).After(w.Now) {
		return nil
	}
	v := &visit{source: s, window: w, clock: api.Clock(w.Now), teller: api.NewTeller(out, w, nil)}
	first, err := v.firstDay(ctx)
	if err != nil {
		return fmt.Errorf("lianamailer: read how far the events of list %s go back: %w", s.config.List, err)
	}
	moves, letters := v.tellMoves(ctx, first), v.tellLetters(ctx, first)
	out.Tell("events_of_no_list", v.homeless)
	return errors.Join(moves, letters)
}

// Check asks for the oldest letter that LianaMailer knows of, which shows that it takes the signature and that the user may read
// events.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	v := &visit{source: s, window: collector.Window{Now: now, Zone: now.Location()}, clock: api.Clock(now)}
	told, err := v.ask(ctx, partList, typeSent, began, now, 0, 1)
	if err != nil {
		return "", fmt.Errorf("lianamailer: check list %s: %w", s.config.List, err)
	}
	known := "it knows of no letter yet"
	if len(told) > 0 {
		known = "it knows of letters since " + told[0].at.In(now.Location()).Format(time.DateOnly)
	}
	return fmt.Sprintf("user %s in %s may read events, %s; whether there is a list %s the first visit shows; the secret holds until Liana takes it back",
		s.config.User, s.config.Realm, known, s.config.List), nil
}

func (s *source) platform() *api.Platform {
	base := s.deps.BaseURL
	if base == "" {
		base = usualPlace
	}
	return &api.Platform{HTTP: s.deps.HTTP, Base: base, Refusal: refusal}
}

// authWords are those of messages about the signature or the rights of the user.
var authWords = regexp.MustCompile(`(?i)unauthori[sz]|not authori[sz]|authenticat|signature|credential|forbidden|permission|access denied`)

// refusal reads the failures that come as answers: {"succeed": false, "message": "…"}, or a message in place of what was asked for.
func refusal(status int, body []byte) error {
	var a struct {
		Succeed *bool           `json:"succeed"`
		Message string          `json:"message"`
		Items   json.RawMessage `json:"items"`
		Result  json.RawMessage `json:"result"`
	}
	if status != 200 && status != 400 && status != 401 && status != 403 || json.Unmarshal(body, &a) != nil {
		return nil
	}
	failed := a.Succeed != nil && !*a.Succeed
	if !failed && (a.Message == "" || a.Items != nil || a.Result != nil) {
		return nil
	}
	if authWords.MatchString(a.Message) || status == 401 || status == 403 {
		return fmt.Errorf("%w: LianaMailer does not take the user, realm and secret, or the user may not read events", collector.ErrAuth)
	}
	return &api.BadAnswerError{Text: "LianaMailer says that it failed" + quoted(a.Message)}
}

// quoted shows a message unless there may be a person in it.
func quoted(message string) string {
	if runes := []rune(message); message == "" || len(runes) > 200 || collector.Personal(message) != "" {
		return ""
	}
	return fmt.Sprintf(": %q", message)
}
