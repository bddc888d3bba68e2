// Package accesslog counts page views and visitors in the access logs of web servers: Apache, nginx and whatever else
// writes the common or the combined format, with or without the virtual host before it. README.md tells the rules.
//
// Addresses are in memory while a run lasts, as hashes under a salt that ends with it. Nothing made of them is stored.
package accesslog

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Metrics and part of this kind.
const (
	metricViews    = "views"
	metricVisitors = "visitors"
	part           = "log"
)

// Kind describes access logs as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name:        "accesslog",
		New:         func() collector.Config { return &Config{Silence: defaultSilence} },
		Metrics:     []string{metricViews, metricVisitors},
		Grains:      []observation.Grain{observation.Day, observation.Week},
		SettleDays:  2,
		Method:      observation.MethodLog,
		Channels:    []string{"website"},
		Definitions: collector.MustDefinitions(definitions),
		Sample:      sample,
	}
}

const (
	// largestTable bounds the memory for visitors: 24 bytes a slot, and while it grows half of that once more.
	largestTable = 1 << 20
	// mostDays is as many as the table can tell apart.
	mostDays = math.MaxUint16 - 1
)

// source is one configured set of logs.
type source struct {
	config Config
	dir    string
	limit  int // of the table of visitors
}

var _ collector.Checker = (*source)(nil)

// Collect counts the closed days of w, and the weeks that are closed and touch it.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	p := newPlan(w)
	if p.size() == 0 {
		return nil
	}
	if p.size() > mostDays {
		return fmt.Errorf("accesslog: count %s: these are more than %d days, ask for less at a time", w.Label(), mostDays)
	}
	logs := openLogs(ctx, s.dir, s.config.Paths, w.Now)
	defer logs.close()
	if err := ctx.Err(); err != nil {
		return inWords(err)
	}
	from, _ := p.span()
	logs.choose(from - s.config.silenceSeconds())
	m := &meter{ctx: ctx, tell: out.Progress}
	if err := logs.dropCopies(m); err != nil {
		return inWords(err)
	}
	c := newCounting(p, logs, m, s.config, w.Now, s.limit)
	if err := c.run(); err != nil {
		return inWords(err)
	}
	if err := c.answer(out); err != nil {
		return fmt.Errorf("accesslog: %w", err)
	}
	return logs.fault()
}
