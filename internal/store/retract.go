package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"seuranta/internal/observation"
)

// Retract takes back every answer and all coverage of a source in some days, and its items that count at a moment of them,
// for a reason that explain will show. What the source remembers is forgotten with it: it would take for told what was taken
// back, and say that nothing is new. Kept picks out of that, by name, what speaks of nothing that was taken back; nil keeps nothing.
func (s *Store) Retract(ctx context.Context, run observation.Run, days observation.Period, reason string, kept func(states map[string]string) map[string]string) (observation.Run, error) {
	if reason == "" {
		run.CommittedAt = noMoment
		return run, fmt.Errorf("retract %s: a reason is needed, it will be asked for later", run.Source)
	}
	run.Kind, run.Note, run.Window, run.Result = RetractKind, reason, days, observation.OK
	states, err := s.States(ctx, run.Organisation, run.Source)
	if err != nil {
		return run, err
	}
	var keep map[string]string
	if kept != nil {
		keep = kept(states)
	}
	c := observation.Commit{Run: run, Retract: &days}
	for _, key := range slices.Sorted(maps.Keys(states)) {
		c.States = append(c.States, observation.SourceState{Key: key, Value: keep[key]})
	}
	return s.Commit(ctx, c)
}

// RetractKind is the kind of the runs that people make to take something back.
const RetractKind = "retract"

// Retractable counts what a retraction would take back.
type Retractable struct {
	Observations int
	Items        int
	Periods      int // of coverage
}

// Retractable counts what Retract would take back now. Nothing is changed.
func (s *Store) Retractable(ctx context.Context, run observation.Run, days observation.Period) (Retractable, error) {
	p, err := s.plan(ctx, observation.Commit{Run: run, Retract: &days})
	if err != nil {
		return Retractable{}, fmt.Errorf("count what %s told: %w", run.Source, err)
	}
	return Retractable{Observations: p.withdrawn - len(p.items), Items: len(p.items), Periods: len(p.coverage)}, nil
}
