// Package collectortest holds what the tests of every kind of source share.
package collectortest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Recorder is a sink that keeps all it is told. Its zero value is ready; like every sink it serves one goroutine at a time.
type Recorder struct {
	// OnProgress, when it is set, is called with every report of progress: a test can meddle in the middle of a run.
	OnProgress func(done, total int64)

	told Recording
}

var (
	_ collector.Sink     = (*Recorder)(nil)
	_ collector.ZoneSink = (*Recorder)(nil)
)

// Recording is what a collector told, each list in an order that does not depend on the order of telling, so that two
// recordings can be compared as they are.
type Recording struct {
	Observations []observation.Observation
	Items        []observation.Item
	Coverage     []observation.Coverage
	Complete     []observation.Completion
	Answers      []observation.Answer
	Counts       map[string]int64 // by name, added up
	// Zone is that by which the source cuts its days, where it told one.
	Zone string `json:",omitempty"`
	// States are what the source remembers after the visit, of a case that was played; a Recorder alone knows none.
	States map[string]string `json:",omitempty"`
}

// Observe keeps o.
func (r *Recorder) Observe(o observation.Observation) error {
	r.told.Observations = append(r.told.Observations, o)
	return nil
}

// Item keeps i.
func (r *Recorder) Item(i observation.Item) error {
	r.told.Items = append(r.told.Items, i)
	return nil
}

// Cover keeps c.
func (r *Recorder) Cover(c observation.Coverage) { r.told.Coverage = append(r.told.Coverage, c) }

// DaysOf keeps the zone.
func (r *Recorder) DaysOf(zone *time.Location) { r.told.Zone = zone.String() }

// Complete keeps c.
func (r *Recorder) Complete(c observation.Completion) { r.told.Complete = append(r.told.Complete, c) }

// Answered keeps a.
func (r *Recorder) Answered(a observation.Answer) { r.told.Answers = append(r.told.Answers, a) }

// Tell adds n to the count called name.
func (r *Recorder) Tell(name string, n int64) {
	if r.told.Counts == nil {
		r.told.Counts = map[string]int64{}
	}
	r.told.Counts[name] += n
}

// Progress passes the report on to OnProgress.
func (r *Recorder) Progress(done, total int64) {
	if r.OnProgress != nil {
		r.OnProgress(done, total)
	}
}

// Recording returns all that was told so far, sorted. It shares nothing with the recorder.
func (r *Recorder) Recording() Recording {
	out := Recording{
		Observations: slices.Clone(r.told.Observations),
		Items:        slices.Clone(r.told.Items),
		Coverage:     slices.Clone(r.told.Coverage),
		Complete:     slices.Clone(r.told.Complete),
		Answers:      slices.Clone(r.told.Answers),
		Counts:       maps.Clone(r.told.Counts),
		Zone:         r.told.Zone,
	}
	slices.SortStableFunc(out.Observations, func(a, b observation.Observation) int {
		return cmp.Or(a.Key.Compare(b.Key), a.ObservedAt.Compare(b.ObservedAt), cmp.Compare(a.Value, b.Value))
	})
	slices.SortStableFunc(out.Items, func(a, b observation.Item) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(out.Coverage, func(a, b observation.Coverage) int { return a.CoverageKey.Compare(b.CoverageKey) })
	slices.SortStableFunc(out.Complete, func(a, b observation.Completion) int {
		return cmp.Or(
			cmp.Compare(a.Part, b.Part), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Metric, b.Metric),
			cmp.Compare(a.Grain, b.Grain), cmp.Compare(a.From, b.From), cmp.Compare(a.Definition, b.Definition))
	})
	sortAnswers(out.Answers)
	return out
}

func sortAnswers(all []observation.Answer) {
	slices.SortStableFunc(all, func(a, b observation.Answer) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.SHA256, b.SHA256))
	})
}
