package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// History returns every version of the answers that the selection asks for, also those that took one back: of a key the
// oldest first, in the order of Observations. With a moment it returns those that were known then.
func (s *Store) History(ctx context.Context, sel observation.Selection) ([]observation.Past[observation.Observation], error) {
	var rows []observation.Observation
	var row observationRow
	err := s.past(ctx, "store.observations_past", sel, func(scan func(...any) error) error {
		o, err := row.scan(scan)
		rows = append(rows, o.Observation)
		return err
	})
	out, err := dated(ctx, s, err, rows, sel.AsOf, func(o observation.Observation) (string, bool) { return o.Run, o.State == observation.Withdrawn })
	if err != nil {
		return nil, fmt.Errorf("read the history of observations: %w", err)
	}
	return out, nil
}

// CoverageHistory is History for coverage.
func (s *Store) CoverageHistory(ctx context.Context, sel observation.Selection) ([]observation.Past[observation.Coverage], error) {
	var rows []rankedCoverage
	var row coverageRow
	err := s.past(ctx, "store.coverage_past", sel, func(scan func(...any) error) error {
		c, err := row.scan(scan)
		rows = append(rows, *c)
		return err
	})
	found, err := dated(ctx, s, err, rows, sel.AsOf, func(c rankedCoverage) (string, bool) { return c.Run, c.withdrawn })
	if err != nil {
		return nil, fmt.Errorf("read the history of coverage: %w", err)
	}
	var out []observation.Past[observation.Coverage]
	for _, p := range found {
		out = append(out, observation.Past[observation.Coverage]{What: p.What.Coverage, Withdrawn: p.Withdrawn, CommittedAt: p.CommittedAt})
	}
	return out, nil
}

// ItemHistory returns every version of items of an organisation: item by item as their ids sort, the oldest first. With a
// moment it returns those that were known then.
func (s *Store) ItemHistory(ctx context.Context, organisation string, ids []string, asOf time.Time) ([]observation.Past[observation.Item], error) {
	var rows []observation.Item
	for _, some := range chunked(ids) {
		versions, err := s.versions(ctx, organisation, some, before(asOf))
		if err != nil {
			return nil, fmt.Errorf("read the history of items: %w", err)
		}
		for _, id := range slices.Sorted(maps.Keys(versions)) {
			rows = append(rows, versions[id]...)
		}
	}
	return dated(ctx, s, nil, rows, asOf, func(it observation.Item) (string, bool) { return it.Run, !it.Stands() })
}

// RunsByID returns the runs of these ids that were committed, in the order of their commits.
func (s *Store) RunsByID(ctx context.Context, ids []string) ([]observation.Run, error) {
	var out []observation.Run
	for _, some := range chunked(ids) {
		err := s.query(ctx, "store.runs_by_id", func(scan func(...any) error) error {
			r, err := scanRun(scan)
			out = append(out, r)
			return err
		}, set(some))
		if err != nil {
			return nil, fmt.Errorf("read runs: %w", err)
		}
	}
	slices.SortStableFunc(out, func(a, b observation.Run) int { return a.CommittedAt.Compare(b.CommittedAt) })
	return slices.CompactFunc(out, func(a, b observation.Run) bool { return a.ID == b.ID }), nil
}

// past runs a query of versions that takes a selection, whatever its moment.
func (s *Store) past(ctx context.Context, name string, sel observation.Selection, row func(func(...any) error) error) error {
	sel.AsOf = noMoment
	return s.selected(ctx, name, sel, row)
}

// commits returns when runs were committed, in milliseconds, of those that were.
func (s *Store) commits(ctx context.Context, runs []string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, some := range chunked(runs) {
		err := s.query(ctx, "store.commits", func(scan func(...any) error) error {
			var run string
			var ms int64
			err := scan(&run, &ms)
			out[run] = ms
			return err
		}, set(some))
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// committed returns the rows of runs that were committed before a millisecond, in their order.
func committed[T any](ctx context.Context, s *Store, rows []T, run func(T) string, until int64) ([]T, error) {
	runs := make([]string, len(rows))
	for i, r := range rows {
		runs[i] = run(r)
	}
	at, err := s.commits(ctx, runs)
	return slices.DeleteFunc(rows, func(r T) bool {
		ms, have := at[run(r)]
		return !have || ms >= until
	}), err
}

// dated adds to rows when they became known, and leaves out those that did not by a moment. An err is handed on.
func dated[T any](ctx context.Context, s *Store, err error, rows []T, asOf time.Time, of func(T) (run string, withdrawn bool)) ([]observation.Past[T], error) {
	if err != nil {
		return nil, err
	}
	runs := make([]string, len(rows))
	for i, r := range rows {
		runs[i], _ = of(r)
	}
	at, err := s.commits(ctx, runs)
	var out []observation.Past[T]
	for _, r := range rows {
		run, withdrawn := of(r)
		if ms, have := at[run]; have && ms < before(asOf) {
			out = append(out, observation.Past[T]{What: r, Withdrawn: withdrawn, CommittedAt: time.UnixMilli(ms).UTC()})
		}
	}
	return out, err
}
