// Package entry is what people type: the figures that no platform hands over, appearances at events, and their corrections.
// `seuranta record` types; this package says what a source takes and makes an answer of it.
//
// A typed number says all that is known of its day or period. Nothing is said of the others: that nobody typed is not zero.
package entry

import (
	"context"
	_ "embed"
	"maps"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Appearances is the counted metric that a source may list: it says that appearances are typed there.
const Appearances = "appearances"

// Kind describes typing as a kind of source.
func Kind() collector.Kind {
	var metrics []string
	for id, m := range observation.StandardMetrics() {
		if m.Shape != observation.Counted && m.Shape != observation.Rate && !m.Lifetime {
			metrics = append(metrics, id)
		}
	}
	slices.Sort(metrics)
	metrics = append(metrics, Appearances)
	return collector.Kind{
		Name:            "entry",
		New:             func() collector.Config { return &Config{} },
		Metrics:         metrics,
		Grains:          observation.Grains(),
		MetricGrains:    grainsOf(metrics),
		Channels:        collector.ChannelKinds(),
		ChannelOptional: true,
		Typed:           true,
		Definitions:     definitionsOf(metrics),
		Sample:          sample,
	}
}

// definitionsOf is the one rule of this kind, for each of the metrics: a number is what somebody typed.
func definitionsOf(metrics []string) []observation.Definition {
	return collector.OneRule(definitions, metrics)
}

// grainsOf returns at which grains the metrics are typed: a level on a day, an appearance on its day, everything else for
// whatever period.
func grainsOf(metrics []string) map[string][]observation.Grain {
	out := map[string][]observation.Grain{}
	for _, m := range metrics {
		switch {
		case IsLevel(m):
			out[m] = []observation.Grain{observation.Snapshot}
		case m == Appearances:
			out[m] = []observation.Grain{observation.Day}
		default:
			out[m] = []observation.Grain{observation.Day, observation.Week, observation.Month, observation.Quarter, observation.Year}
		}
	}
	return out
}

// IsLevel tells whether a metric is true on a day. Those that a configuration declares are flows.
func IsLevel(metric string) bool {
	return observation.StandardMetrics()[metric].Shape == observation.Level
}

// silent is the collector of what is typed: there is nothing to fetch.
type silent struct{}

// Collect tells nothing and covers nothing.
func (silent) Collect(context.Context, collector.Window, collector.Sink) error { return nil }

// Tells returns what the source takes.
func (c *Config) Tells() collector.Telling {
	t := collector.Telling{Metrics: slices.Clone(c.Metrics), MetricGrains: grainsOf(c.Metrics), Channels: collector.ChannelKinds(), ChannelOptional: true,
		Typed: true, Silent: true, Definitions: definitionsOf(c.Metrics)}
	for _, g := range observation.Grains() {
		for grains := range maps.Values(t.MetricGrains) {
			if slices.Contains(grains, g) && !slices.Contains(t.Grains, g) {
				t.Grains = append(t.Grains, g)
			}
		}
	}
	return t
}

var _ collector.Teller = (*Config)(nil)
