package feed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/markup"
	"seuranta/internal/fetch"
)

// Check asks for each feed once and says what it holds, and how often it has to be visited. The error names every feed that
// cannot be read.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	var said []string
	var failed []error
	for _, f := range s.config.Feeds {
		text, err := s.look(ctx, f, now)
		switch {
		case ctx.Err() != nil:
			return "", fmt.Errorf("feed: check %s: %w", f.part(), ctx.Err())
		case err != nil:
			failed = append(failed, fmt.Errorf("feed: check %s: %w", f.part(), err))
		default:
			said = append(said, text)
		}
	}
	if n := len(s.config.Feeds); len(failed) > 0 && n > 1 {
		return "", fmt.Errorf("%d of %d feeds cannot be read: %w", len(failed), n, errors.Join(failed...))
	}
	return strings.Join(said, " · "), errors.Join(failed...)
}

// look asks for one feed and says what it holds.
func (s *source) look(ctx context.Context, f Feed, now time.Time) (string, error) {
	answer, err := s.deps.HTTP.Do(ctx, fetch.Request{URL: f.URL, Part: f.part(), Accept: accepted})
	if err != nil {
		return "", err
	}
	read, err := parsed(answer)
	if err != nil {
		return "", err
	}
	r := reader{role: s.config.Role, feed: f, part: f.part(), base: answer.URL, zone: time.UTC, now: now}
	entries, _ := r.entries(read)
	return fmt.Sprintf("%s: %d items", title(markup.Title(read.Title), f), len(entries)) + extent(entries, now), nil
}

func title(told string, f Feed) string {
	if told == "" {
		return f.part()
	}
	return fmt.Sprintf("%q", short(told))
}

// extent says how new the newest item is and how far back the feed reaches.
func extent(entries []entry, now time.Time) string {
	w := collector.Window{Now: now, Zone: time.UTC}
	newest := time.Time{}
	for _, e := range entries {
		if e.told.at.After(newest) {
			newest = e.told.at
		}
	}
	if newest.IsZero() {
		return ", none with a date"
	}
	said := ", the newest of " + newest.UTC().Format("2006-01-02 15:04 UTC")
	back := now.Sub(time.Unix(reach(entries, w), 0))
	switch {
	case back <= 0:
		return said + "; how far it reaches back cannot be told: its items are not in the order of their dates, or lack them"
	case back < 24*time.Hour:
		return said + fmt.Sprintf("; it holds less than a day (%s): visit it much more often than that", back.Round(time.Minute))
	}
	return said + fmt.Sprintf("; it holds %d days or more", int(back/(24*time.Hour)))
}
