package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Looks returns what was seen of single items, as they are asked for, each answer once: by item, counter and source, in the order
// of time.
func (s *Store) Looks(ctx context.Context, sel observation.LookSelection) ([]observation.Observation, error) {
	if sel.Empty() {
		return nil, nil
	}
	best := map[observation.Key]ranked{}
	args := []any{set(sel.Organisations), set(sel.Channels), set(sel.Metrics)}
	if days := storableDays(sel.Days); len(days) > 0 {
		if err := s.look(ctx, "store.read_looks", sel.AsOf, best, append(slices.Clone(args), set(days))...); err != nil {
			return nil, err
		}
	}
	if days := (observation.Period{From: sel.Since, To: sel.Until + 1}).Intersect(storable()); !days.Empty() {
		if err := s.look(ctx, "store.read_newest_looks", sel.AsOf, best, append(args, bounds(days)...)...); err != nil {
			return nil, err
		}
	}
	out := make([]observation.Observation, 0, len(best))
	for _, o := range best {
		out = append(out, o.Observation)
	}
	slices.SortFunc(out, observation.CompareLooks)
	return out, nil
}

// look runs one of the queries and keeps of each key what beat the rest: a snapshot has a row an instant.
func (s *Store) look(ctx context.Context, name string, asOf time.Time, best map[observation.Key]ranked, args ...any) error {
	if !asOf.IsZero() {
		name, args = name+"_as_of", append(args, before(asOf))
	}
	var row observationRow
	err := s.query(ctx, name, func(scan func(...any) error) error {
		o, err := row.scan(scan)
		if err == nil {
			if have, known := best[o.Key]; !known || o.rank > have.rank {
				best[o.Key] = *o
			}
		}
		return err
	}, args...)
	if err != nil {
		return fmt.Errorf("read what was seen of items: %w", err)
	}
	return nil
}

// storableDays writes the days that the database knows.
func storableDays(days []observation.Date) []string {
	var out []string
	for _, d := range days {
		if storable().Contains(d) {
			out = append(out, d.String())
		}
	}
	return out
}

// ItemsByID returns items of an organisation by their ids as they stand, or stood at a moment; those that were taken back are not
// among them.
func (s *Store) ItemsByID(ctx context.Context, organisation string, ids []string, asOf time.Time) ([]observation.Item, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	known, err := s.itemsAt(ctx, organisation, ids, asOf)
	if err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	var out []observation.Item
	for _, it := range known {
		if it.Stands() {
			out = append(out, it)
		}
	}
	slices.SortFunc(out, observation.CompareItems)
	return out, nil
}
