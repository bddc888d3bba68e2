// Package schedule decides which source owes which days and runs collectors: once for a person, or unattended.
package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Store is what running a collector needs of a store.
type Store interface {
	Commit(context.Context, observation.Commit) (observation.Run, error)
	States(ctx context.Context, organisation, source string) (map[string]string, error)
}

// Job is one visit to one source.
type Job struct {
	Source   observation.Source
	Settings collector.Config
	Days     observation.Period
	Now      time.Time
	Dir      string // relative paths of the settings start here
	Config   string // hash of the configuration
	Program  string // version of this program
	Backfill bool
	Metrics  observation.Metrics
	Log      *slog.Logger
	Progress func(done, total int64) // may be nil
}

// Outcome is what a visit came to.
type Outcome struct {
	Run      observation.Run
	Coverage []observation.Coverage
	Rejected []error // numbers that can never be stored
}

// Run visits the source and commits what it told, also when the collector failed half way: what was told is kept, and the
// periods that nothing was said of carry the error's class. The returned error is the collector's, or that of the commit.
func Run(ctx context.Context, store Store, job Job) (Outcome, error) {
	states, err := store.States(ctx, job.Source.Organisation, job.Source.ID)
	if err != nil {
		return Outcome{}, err
	}
	g := newGather(job, states)
	c := job.Settings.New(collector.Deps{Log: job.Log, State: g.state, Dir: job.Dir})
	window := collector.Window{Period: job.Days, Grains: job.Source.Grains, Now: job.Now, Zone: job.Source.Zone}
	failure := c.Collect(ctx, window, g)
	g.coverTheRest(window, failure)
	commit := g.commit(job, failure)
	// What was told is kept even when the time is up or somebody stopped the run.
	run, err := store.Commit(context.WithoutCancel(ctx), commit)
	out := Outcome{Run: run, Coverage: g.coverage, Rejected: g.rejected}
	if err != nil {
		return out, err
	}
	if failure != nil {
		return out, fmt.Errorf("collect %s: %w", job.Source.ID, failure)
	}
	return out, nil
}

// gather is the sink of one run.
type gather struct {
	source       observation.Source
	metrics      observation.Metrics
	progress     func(done, total int64)
	observations []observation.Observation
	items        []observation.Item
	coverage     []observation.Coverage
	complete     []observation.Completion
	answers      []observation.Answer
	told         []observation.Count
	rejected     []error
	state        *memory
}

func newGather(job Job, states map[string]string) *gather {
	progress := job.Progress
	if progress == nil {
		progress = func(int64, int64) {}
	}
	return &gather{source: job.Source, metrics: job.Metrics, progress: progress, state: &memory{now: states, changed: map[string]string{}}}
}

// Observe fills in what the source's entry in the configuration says, and refuses what can never be stored.
func (g *gather) Observe(o observation.Observation) error {
	o.Organisation, o.Source = g.source.Organisation, g.source.ID
	if o.Channel == "" {
		o.Channel = g.source.Channel
	}
	if o.Definition == "" {
		o.Definition = g.source.DefinitionID(o.Metric, o.From)
	}
	o.ObservedAt = o.ObservedAt.Truncate(time.Second)
	if err := o.Validate(g.metrics); err != nil {
		g.rejected = append(g.rejected, err)
		return err
	}
	g.observations = append(g.observations, o)
	return nil
}

// Item takes an item.
func (g *gather) Item(it observation.Item) error {
	if it.ID == "" {
		err := fmt.Errorf("item %q has no id", it.Title)
		g.rejected = append(g.rejected, err)
		return err
	}
	g.items = append(g.items, it)
	return nil
}

// Cover takes what was said of a period.
func (g *gather) Cover(c observation.Coverage) {
	c.Organisation, c.Source = g.source.Organisation, g.source.ID
	if c.Channel == "" {
		c.Channel = g.source.Channel
	}
	for i, s := range c.Gaps {
		c.Gaps[i] = observation.Span{From: s.From.UTC().Truncate(time.Second), To: s.To.UTC().Truncate(time.Second)}
	}
	g.coverage = append(g.coverage, c)
}

// Complete takes a claim to have told everything, of the definition in force.
func (g *gather) Complete(c observation.Completion) {
	if c.Channel == "" {
		c.Channel = g.source.Channel
	}
	if c.Definition == "" {
		c.Definition = g.source.DefinitionID(c.Metric, c.From)
	}
	g.complete = append(g.complete, c)
}

func (g *gather) Answered(a observation.Answer) { g.answers = append(g.answers, a) }
func (g *gather) Tell(name string, n int64) {
	g.told = append(g.told, observation.Count{Name: name, N: n})
}
func (g *gather) Progress(done, total int64) { g.progress(done, total) }

// coverTheRest says of every period of the window that the collector said nothing of what its error means.
func (g *gather) coverTheRest(w collector.Window, failure error) {
	if failure == nil {
		return
	}
	said := map[observation.CoverageKey]bool{}
	for _, c := range g.coverage {
		c.Part = ""
		said[c.CoverageKey] = true
	}
	result := collector.ResultOf(failure)
	if result == observation.Partial {
		result = observation.Failed // nothing was said of this period: it is not known to be answered in part
	}
	for _, grain := range w.Grains {
		for _, p := range w.Periods(grain) {
			for _, metric := range g.source.Metrics {
				k := observation.CoverageKey{Organisation: g.source.Organisation, Source: g.source.ID, Channel: g.source.Channel, Metric: metric, Grain: grain, From: p.From}
				if !said[k] && g.tells(metric, grain) {
					g.coverage = append(g.coverage, observation.Coverage{CoverageKey: k, Result: result, Reason: collector.ReasonOf(failure), Detail: failure.Error()})
				}
			}
		}
	}
}

// tells tells whether the kind has the metric at the grain: what adds is told by the day only.
func (g *gather) tells(metric string, grain observation.Grain) bool {
	return g.metrics[metric].Shape != observation.Flow || grain == g.source.Grains[0]
}

// commit makes the commit of what was gathered.
func (g *gather) commit(job Job, failure error) observation.Commit {
	run := observation.Run{Organisation: job.Source.Organisation, Source: job.Source.ID, Kind: job.Source.Kind, Zone: job.Source.Zone.String(),
		StartedAt: job.Now, Window: job.Days, Grains: job.Source.Grains, Backfill: job.Backfill, Calls: len(g.answers), Answers: g.answers,
		Told: g.told, Config: job.Config, Program: job.Program}
	run.Result, run.Reason, run.Detail = g.result(failure)
	return observation.Commit{Run: run, Observations: g.observations, Coverage: g.coverage, Complete: g.complete, Items: g.items, States: g.state.all()}
}

// result sums up the run: its error, else ok when at least one period was answered and none failed, else partial.
func (g *gather) result(failure error) (result observation.Result, reason, detail string) {
	if failure != nil {
		result = collector.ResultOf(failure)
		if result == observation.Failed && len(g.observations) > 0 && !errors.Is(failure, context.Canceled) {
			result = observation.Partial
		}
		return result, collector.ReasonOf(failure), failure.Error()
	}
	whole := 0
	var worst observation.Coverage
	for _, c := range g.coverage {
		if c.Result.Answered() || c.Result.NotApplicable() {
			whole++
		} else if worst.Result == "" || c.Result != observation.Partial {
			worst = c
		}
	}
	switch {
	case whole == len(g.coverage):
		return observation.OK, "", ""
	case whole == 0 && worst.Result != observation.Partial:
		return worst.Result, worst.Reason, worst.Detail
	}
	return observation.Partial, worst.Reason, worst.Detail
}

// memory is the small memory of a source during a run.
type memory struct {
	now     map[string]string
	changed map[string]string
}

func (m *memory) Get(key string) (string, bool) {
	if v, ok := m.changed[key]; ok {
		return v, true
	}
	v, ok := m.now[key]
	return v, ok
}

func (m *memory) Set(key, value string) {
	if old, ok := m.Get(key); !ok || old != value {
		m.changed[key] = value
	}
}

func (m *memory) all() []observation.SourceState {
	var out []observation.SourceState
	for _, k := range slices.Sorted(maps.Keys(m.changed)) {
		out = append(out, observation.SourceState{Key: k, Value: m.changed[k]})
	}
	return out
}
