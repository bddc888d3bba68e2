// Package accesslog counts page views and visitors in the access logs of web servers: Apache, nginx and whatever else
// writes the common or the combined format, with or without the virtual host before it. README.md tells the rules.
//
// Addresses are in memory while a run lasts, as hashes under a salt that ends with it. Nothing made of them is stored.
package accesslog

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

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
		Channels:    []string{"website"},
		Definitions: collector.MustDefinitions(definitions),
		Sample:      sample,
	}
}

// largestTable bounds the memory for visitors: 24 bytes a slot, and while it grows the half of it once more.
const largestTable = 1 << 20

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
	logs := openLogs(s.dir, s.config.Paths, w.Now)
	defer logs.close()
	silence := int64(s.config.Silence / time.Second)
	from, to := p.span()
	logs.choose(from-silence, to+silence)
	m := &meter{ctx: ctx, tell: out.Progress}
	if err := logs.dropCopies(m); err != nil {
		return fmt.Errorf("accesslog: %w", err)
	}
	c := newCounting(p, logs, m, s.config.Vhosts, silence, s.limit)
	if err := c.run(); err != nil {
		return fmt.Errorf("accesslog: %w", err)
	}
	if err := c.answer(out); err != nil {
		return fmt.Errorf("accesslog: %w", err)
	}
	return logs.fault()
}

// fault returns what went wrong with some files: the others were counted.
func (s *logSet) fault() error {
	if len(s.faults) == 0 {
		return nil
	}
	all := errors.Join(s.faults...)
	if len(s.files) == 0 {
		return fmt.Errorf("accesslog: %w", all)
	}
	return fmt.Errorf("accesslog: %w: %w", collector.ErrPartial, all)
}
