// Package counter is a throw-away kind: it shows what a new kind costs, and the suite of all kinds is tried on it. It reads
// daily views from a made-up platform that answers in pages of JSON.
package counter

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Kind describes the counter as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "counter", New: func() collector.Config { return &Config{} }, Metrics: []string{"views"}, Grains: []observation.Grain{observation.Day},
		SettleDays: 1, Channels: []string{"website"}, Fetches: true, BaseURL: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// Config is the settings of one source.
type Config struct {
	Token string `yaml:"token" secret:"true"`
}

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	if c.Token != "" {
		return nil
	}
	return []collector.Fault{{Key: "token", Message: `give the token of the counter, as "${COUNTER_TOKEN}"`}}
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector {
	return &source{*c, d}
}

type source struct {
	config Config
	deps   collector.Deps
}

// page is an answer of the platform: views is a pointer, because a field that is not there is no zero.
type page struct {
	Days []struct {
		Day   observation.Date `json:"day"`
		Views *float64         `json:"views"`
	} `json:"days"`
	Next string `json:"next"`
}

// Collect asks for the days of w, page after page. A day that no page has is a day without views: the platform leaves it out.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	days := w.Periods(observation.Day)
	if len(days) == 0 {
		return nil
	}
	next := fmt.Sprintf("%s/days?from=%s&to=%s", cmp.Or(s.deps.BaseURL, "https://counter.example.org"), days[0].From, days[len(days)-1].From)
	views := map[observation.Date]float64{}
	for next != "" {
		p, err := s.page(ctx, next)
		if err != nil {
			return fmt.Errorf("counter: read days %s: %w", w.Label(), err)
		}
		for _, d := range p.Days {
			views[d.Day] = *d.Views
		}
		next = p.Next
	}
	for _, d := range days {
		if err := s.tell(out, d, views); err != nil {
			return fmt.Errorf("counter: tell %s: %w", d.Label(), err)
		}
	}
	return nil
}

// page fetches one page and refuses what is none.
func (s *source) page(ctx context.Context, address string) (p page, err error) {
	a, err := s.deps.HTTP.Do(ctx, fetch.Request{URL: address, Part: "days", Credential: true, Accept: "application/json", Header: http.Header{"Authorization": {"Bearer " + s.config.Token}}})
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(a.Body, &p); err != nil || p.Days == nil {
		return p, fmt.Errorf("the answer is no page of days (%v)", err)
	}
	for _, d := range p.Days {
		if d.Views == nil {
			return p, fmt.Errorf("the answer has no views of %s", d.Day)
		}
	}
	return p, nil
}

func (s *source) tell(out collector.Sink, d observation.Period, views map[observation.Date]float64) error {
	key := observation.CoverageKey{Part: "days", Metric: "views", Grain: observation.Day, From: d.From}
	n, ok := views[d.From]
	if !ok {
		out.Cover(observation.Coverage{CoverageKey: key, Result: observation.NoData})
		return nil
	}
	out.Cover(observation.Coverage{CoverageKey: key, Result: observation.OK})
	return out.Observe(observation.Observation{Key: observation.Key{Metric: "views", Grain: observation.Day, From: d.From}, Part: "days", Value: n, Complete: true, Basis: observation.Collected})
}
