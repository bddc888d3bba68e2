package store

import (
	"context"
	"fmt"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store/embedded"
)

// ForgetFailpoints lists the places of a removal.
func ForgetFailpoints() []string {
	return []string{"forget:begun", "forget:numbers", "forget:history", "forget:items", "forget:swept"}
}

// remove takes away what a tombstone means, and marks it as done. What was taken away before is not counted twice.
func (s *Store) remove(ctx context.Context, t *observation.Tombstone) error {
	g, err := s.grave(ctx, *t)
	if err != nil {
		return err
	}
	if err := s.unparted(); err != nil {
		return err
	}
	if err := s.removeRows(ctx, *t, g); err != nil {
		return err
	}
	if err := s.sweep(ctx); err != nil {
		return err
	}
	s.opt.Failpoint("forget:swept")
	t.Done, t.Removed = true, t.Removed.Plus(g.count)
	if err := s.noteTombstone(ctx, t); err != nil {
		return err
	}
	if s.kept() != nil {
		return s.remember(ctx)
	}
	return nil
}

// removedFrom are the tables that rows are removed from.
var removedFrom = []string{"observations", "observations_current", "aliases", "items", "items_current", "states"}

// unparted has the folder of the embedded engine forget which parts the tables have: whole ones may be taken away, and that would
// look like damage.
func (s *Store) unparted() error {
	if s.shared == nil && !s.keeps {
		return nil
	}
	var tables []string
	for _, table := range removedFrom {
		tables = append(tables, s.info.Database+"."+table)
	}
	return embedded.ForgetParts(s.info.Place, tables)
}

// removeRows removes the rows. Those by which items are found go last of all, when the others are gone.
func (s *Store) removeRows(ctx context.Context, t observation.Tombstone, g grave) error {
	if t.Numbers {
		for _, table := range []string{"observations", "observations_current"} {
			if err := s.runIf(ctx, g.rows[table] > 0, "store.forget_"+table, numbersOf(t)...); err != nil {
				return err
			}
		}
	}
	s.opt.Failpoint("forget:numbers")
	orgs := set(organisations(t))
	for _, some := range chunked(g.items) {
		ids := set(some)
		for _, table := range []string{"observations", "observations_current"} {
			if err := s.runIf(ctx, g.rows[table] > 0, "store.forget_subjects_"+table, t.Organisation, ids); err != nil {
				return err
			}
		}
		for _, table := range []string{"aliases", "items"} {
			if err := s.run(ctx, "store.forget_"+table, orgs, ids); err != nil {
				return err
			}
		}
	}
	if err := s.removeRest(ctx, t); err != nil {
		return err
	}
	if err := s.settled(ctx); err != nil {
		return err
	}
	s.opt.Failpoint("forget:history")
	for _, some := range chunked(g.items) {
		if err := s.run(ctx, "store.forget_items_current", orgs, set(some)); err != nil {
			return err
		}
	}
	err := s.settled(ctx)
	s.opt.Failpoint("forget:items")
	return err
}

// removeRest removes what nobody sees: items of killed runs, and what the source remembers.
func (s *Store) removeRest(ctx context.Context, t observation.Tombstone) error {
	first, last, ok := seconds(t.Span())
	if err := s.runIf(ctx, ok && t.Items && len(t.Only)+len(t.Addresses) == 0, "store.forget_orphans", set(organisations(t)), t.Source, first, last, first, last); err != nil {
		return err
	}
	if err := s.unremember(ctx, t); err != nil {
		return err
	}
	return s.runIf(ctx, everything(t), "store.forget_states", t.Organisation, t.Source)
}

// unremember takes single items out of what the source remembers of its posts, and away what it remembered before.
func (s *Store) unremember(ctx context.Context, t observation.Tombstone) error {
	if !t.Items || len(t.Addresses) == 0 {
		return nil
	}
	var value, run string
	var version observation.Version
	err := s.query(ctx, "store.newest_state", func(scan func(...any) error) error { return scan(&value, (*uint64)(&version), &run) },
		t.Organisation, t.Source, observation.StatePosts, t.Organisation, t.Source, 1)
	if err != nil || run == "" {
		return err
	}
	if left := t.Unremember(value); left != value {
		version = observation.Next(version, s.opt.Now(), s.random)
		err = s.insert(ctx, "store.insert_states", 1, func(int) []any {
			return []any{t.Organisation, t.Source, observation.StatePosts, left, uint64(version), run}
		})
	}
	if err != nil {
		return err
	}
	return s.run(ctx, "store.forget_past_states", t.Organisation, t.Source, observation.StatePosts, uint64(version))
}

func (s *Store) runIf(ctx context.Context, needed bool, name string, args ...any) error {
	if !needed {
		return nil
	}
	return s.run(ctx, name, args...)
}

// removing is how long a removal may take. A table of a hundred million rows is written anew within it.
const removing = 30 * time.Minute

// settled waits until every change of the tables is made. Those that a killed process began go on by themselves.
func (s *Store) settled(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, removing)
	defer cancel()
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		open := 0
		err := s.query(ctx, "store.mutations", func(scan func(...any) error) error {
			var table, id string
			open++
			return scan(&table, &id)
		})
		if err != nil || open == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d changes of tables are under way still and go on by themselves; run the command again later: %w", open, ctx.Err())
		case <-time.After(wait):
		}
	}
}

// sweep has the files removed that the changes replaced, once what replaces them is on the disk.
func (s *Store) sweep(ctx context.Context) error {
	if s.shared != nil || s.keeps {
		if err := embedded.Flush(s.info.Place); err != nil {
			return err
		}
	}
	for _, table := range removedFrom {
		if err := s.run(ctx, "store.sweep_"+table); err != nil {
			return err
		}
	}
	return nil
}
