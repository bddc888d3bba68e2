package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// NewRunID returns an id for a run: its start in milliseconds and chance, so that ids sort by time and never meet.
func NewRunID(start time.Time) string {
	var chance [8]byte
	_, _ = rand.Read(chance[:]) // it cannot fail
	return fmt.Sprintf("%012x-%s", start.UnixMilli(), hex.EncodeToString(chance[:]))
}

// Commit stores what a run told and returns the run with its counts and the moment of its commit. With an error that moment
// is zero, unless the run is known to be committed: then the next opening brings its answers into the current tables. A run
// without it may be committed all the same (the answer of the database was lost); doing it again under a new run id changes
// nothing then.
func (s *Store) Commit(ctx context.Context, c observation.Commit) (observation.Run, error) {
	c.Run.CommittedAt = time.Time{} // only this commit may tell it
	if err := s.refuse(c); err != nil {
		return c.Run, err
	}
	if c.Run.ID == "" {
		c.Run.ID = NewRunID(s.opt.Now())
	}
	if len(c.Items) > 0 || c.Retract != nil {
		s.telling.Lock() // sources that find one article at once must see each other's
		defer s.telling.Unlock()
	}
	c, err := s.strip(ctx, c)
	if err != nil {
		return c.Run, fmt.Errorf("commit run of %s: %w", c.Run.Source, err)
	}
	p, err := s.plan(ctx, c)
	if err != nil {
		return c.Run, fmt.Errorf("commit run of %s: %w", c.Run.Source, err)
	}
	run := c.Run
	run.New, run.Changed, run.Unchanged, run.Withdrawn = p.fresh, p.changed, p.unchanged, p.withdrawn
	run.CommittedAt, err = s.write(ctx, run, c, p)
	if err != nil {
		return run, fmt.Errorf("commit run of %s: %w", run.Source, err)
	}
	return run, nil
}

// refuse finds in a commit what must never be stored, before anything is.
func (s *Store) refuse(c observation.Commit) error {
	if c.Run.Organisation == "" || c.Run.Source == "" {
		return fmt.Errorf("commit a run: it names no organisation or no source")
	}
	for _, o := range c.Observations {
		if err := o.Validate(s.opt.Metrics); err != nil {
			return fmt.Errorf("commit run of %s: %w", c.Run.Source, err)
		}
	}
	for _, v := range c.Coverage {
		if err := v.Validate(); err != nil {
			return fmt.Errorf("commit run of %s: %w", c.Run.Source, err)
		}
	}
	for _, it := range c.Items {
		if it.ID == "" {
			return fmt.Errorf("commit run of %s: the item %q has no id", c.Run.Source, it.Title)
		}
	}
	return nil
}

// plan reads what counts now of what the commit speaks of, and decides what to write.
func (s *Store) plan(ctx context.Context, c observation.Commit) (plan, error) {
	p := newPlanner(c.Run, s.opt.Now(), s.random)
	days := daysOf(c).Intersect(storable())
	if days.Empty() && len(c.Items) == 0 {
		return p.plan, nil
	}
	// Another process may have died, or this one lost an answer, between a commit of this source and its application.
	if err := s.applyLeftovers(ctx, "store.unapplied_runs_of_source", c.Run.Organisation, c.Run.Source, c.Run.Organisation, c.Run.Source); err != nil {
		return plan{}, err
	}
	if err := s.planItems(ctx, p, c); err != nil {
		return plan{}, err
	}
	return p.plan, s.planAnswers(ctx, p, c, days)
}

// planAnswers plans the answers and the coverage of a commit.
func (s *Store) planAnswers(ctx context.Context, p *planner, c observation.Commit, days observation.Period) error {
	if days.Empty() {
		return nil
	}
	args := append([]any{c.Run.Organisation, c.Run.Source}, bounds(days)...)
	var o observationRow
	err := s.query(ctx, "store.source_observations", func(scan func(...any) error) error {
		row, err := o.scan(scan)
		p.know(*row)
		return err
	}, args...)
	if err != nil {
		return err
	}
	var v coverageRow
	err = s.query(ctx, "store.source_coverage", func(scan func(...any) error) error {
		row, err := v.scan(scan)
		p.covered[row.CoverageKey] = *row
		return err
	}, args...)
	p.commit(c)
	return err
}

// longestPeriod is how many days a period may have at most: a leap year's.
const longestPeriod = 366

// daysOf returns the days in which the periods that c speaks of begin.
func daysOf(c observation.Commit) observation.Period {
	var p observation.Period
	reach := func(from, to observation.Date) {
		if p.Empty() {
			p = observation.Period{From: from, To: to}
		}
		p.From, p.To = min(p.From, from), max(p.To, to)
	}
	for _, o := range c.Observations {
		reach(o.From, o.From+1)
	}
	for _, v := range c.Coverage {
		reach(v.From, v.From+1)
	}
	for _, k := range c.Uncover {
		reach(k.From, k.From+1)
	}
	for _, done := range c.Complete {
		reach(done.From, done.From+1)
	}
	if c.Retract != nil {
		reach(c.Retract.From-longestPeriod, c.Retract.To) // a year that some of the days lie in began before them
	}
	return p
}

// begins returns the moment that a commit begins at: now, but later than every commit before it, of whatever process, and than
// every beginning of this one.
func (s *Store) begins(ctx context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, err := s.newestCommit(ctx)
	if err != nil {
		return time.Time{}, err
	}
	s.begun = max(s.opt.Now().UnixMilli(), stored+1, s.begun+1)
	return time.UnixMilli(s.begun).UTC(), nil
}

func (s *Store) newestCommit(ctx context.Context) (ms int64, err error) {
	err = s.query(ctx, "store.newest_commit", func(scan func(...any) error) error { return scan(&ms) })
	return ms, err
}

// publish puts the row into runs that makes a run count, and returns its moment. One run after the other, over all processes
// that share the engine: what was known at a moment would else change when a slow one came later with an earlier moment.
func (s *Store) publish(ctx context.Context, run observation.Run, begun time.Time) (time.Time, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.shared != nil {
		release, err := s.shared.Turn(ctx)
		if err != nil {
			return time.Time{}, err
		}
		defer release()
	}
	stored, err := s.newestCommit(ctx)
	if err != nil {
		return time.Time{}, err
	}
	s.newest = max(s.opt.Now().UnixMilli(), stored+1, s.newest+1, begun.UnixMilli())
	run.CommittedAt = time.UnixMilli(s.newest).UTC()
	return run.CommittedAt, s.insert(ctx, "store.insert_runs", 1, func(int) []any { return runValues(run) })
}

// write follows the order of a commit. Whatever stands before runs is invisible until runs has the row. The moment that it
// returns is zero until then.
func (s *Store) write(ctx context.Context, run observation.Run, c observation.Commit, p plan) (committed time.Time, err error) {
	if err := s.current(ctx); err != nil {
		return committed, err
	}
	begun, err := s.begins(ctx)
	if err != nil {
		return committed, err
	}
	version := observation.Next(0, begun, s.random) // unlike the clock's, this moment never goes back
	s.writing.Store(run.ID, true)
	defer s.writing.Delete(run.ID)
	states := lastOfEach(c.States)
	s.opt.Failpoint("commit:begin")
	steps := []struct {
		failpoint, insert string
		n                 int
		row               func(int) []any
	}{
		{"commit:observations", "store.insert_observations", len(p.observations), func(i int) []any { return p.observations[i].values() }},
		{"commit:coverage", "store.insert_coverage", len(p.coverage), func(i int) []any { return p.coverage[i].values() }},
		{"commit:items", "store.insert_items", len(p.items), func(i int) []any { return itemValues(stamped(p.items[i], run, version)) }},
		{"commit:aliases", "store.insert_aliases", len(p.aliases), func(i int) []any {
			return []any{p.aliases[i].Organisation, p.aliases[i].Alias, p.aliases[i].Item, uint64(version), run.ID}
		}},
		{"commit:states", "store.insert_states", len(states), func(i int) []any {
			return []any{run.Organisation, run.Source, states[i].Key, states[i].Value, uint64(version), run.ID}
		}},
	}
	for _, step := range steps {
		if err := s.insert(ctx, step.insert, step.n, step.row); err != nil {
			return committed, err
		}
		s.opt.Failpoint(step.failpoint)
	}
	if committed, err = s.publish(ctx, run, begun); err != nil {
		return time.Time{}, err
	}
	s.opt.Failpoint("commit:run")
	// From here on the run is committed: the caller's impatience must not keep its answers from the current tables.
	return committed, s.apply(context.WithoutCancel(ctx), run.ID, p)
}

// lastOfEach drops what is remembered twice: with one version neither would be the newer one.
func lastOfEach(states []observation.SourceState) (out []observation.SourceState) {
	for i, st := range states {
		if !slices.ContainsFunc(states[i+1:], func(later observation.SourceState) bool { return later.Key == st.Key }) {
			out = append(out, st)
		}
	}
	return out
}

// stamped returns the item as a version that a run tells.
func stamped(it observation.Item, run observation.Run, version observation.Version) observation.Item {
	it.Run, it.Version = run.ID, version
	return it
}

// apply brings the answers of a committed run into the current tables. It may run any number of times, in any order.
func (s *Store) apply(ctx context.Context, run string, p plan) error {
	err := s.insert(ctx, "store.insert_observations_current", len(p.observations), func(i int) []any { return p.observations[i].values() })
	if err != nil {
		return err
	}
	s.opt.Failpoint("apply:observations")
	if err := s.renewItems(ctx, p.items); err != nil {
		return err
	}
	s.opt.Failpoint("apply:items")
	err = s.insert(ctx, "store.insert_coverage_current", len(p.coverage), func(i int) []any { return p.coverage[i].values() })
	if err != nil {
		return err
	}
	s.opt.Failpoint("apply:coverage")
	err = s.insert(ctx, "store.insert_applied", 1, func(int) []any { return []any{run, s.opt.Now().UnixMilli()} })
	s.opt.Failpoint("apply:mark")
	return err
}

// applyLeftovers applies the runs that a killed process committed and did not apply, those that the query name finds.
func (s *Store) applyLeftovers(ctx context.Context, name string, args ...any) error {
	type leftover struct{ organisation, source, run string }
	var left []leftover
	err := s.query(ctx, name, func(scan func(...any) error) error {
		var l leftover
		var ms int64
		err := scan(&l.organisation, &l.source, &l.run, &ms)
		left = append(left, l)
		return err
	}, args...)
	if err != nil {
		return err
	}
	for _, l := range left {
		if _, own := s.writing.Load(l.run); own {
			continue
		}
		if err := s.applyAgain(ctx, l.organisation, l.source, l.run); err != nil {
			return fmt.Errorf("finish what the interrupted run %s left: %w", l.run, err)
		}
	}
	return nil
}

func (s *Store) applyAgain(ctx context.Context, organisation, source, run string) error {
	if !s.visitedByAnother(organisation, source) {
		s.opt.Log.Info("finish interrupted run", "source", source, "run", run)
	}
	var p plan
	var o observationRow
	err := s.query(ctx, "store.run_observations", func(scan func(...any) error) error {
		row, err := o.scan(scan)
		p.observations = append(p.observations, *row)
		return err
	}, organisation, source, run)
	if err != nil {
		return err
	}
	var v coverageRow
	err = s.query(ctx, "store.run_coverage", func(scan func(...any) error) error {
		row, err := v.scan(scan)
		p.coverage = append(p.coverage, *row)
		return err
	}, organisation, source, run)
	if err != nil {
		return err
	}
	err = s.query(ctx, "store.run_items", func(scan func(...any) error) error {
		var it observation.Item
		err := scan(&it.Organisation, &it.ID)
		p.items = append(p.items, it)
		return err
	}, run)
	if err != nil {
		return err
	}
	return s.apply(ctx, run, p)
}
