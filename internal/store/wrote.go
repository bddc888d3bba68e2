package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Wrote is what one run changed.
type Wrote struct {
	Observations []observation.Observation // also those that it took back
	Coverage     []observation.Coverage    // that was news
	Items        map[string][]string       // ids by organisation
}

// Wrote returns what a run changed, sorted; what it told and was known before is not kept with it.
func (s *Store) Wrote(ctx context.Context, r observation.Run) (Wrote, error) {
	out := Wrote{Items: map[string][]string{}}
	var o observationRow
	err := s.query(ctx, "store.run_observations", func(scan func(...any) error) error {
		row, err := o.scan(scan)
		out.Observations = append(out.Observations, row.Observation)
		return err
	}, r.Organisation, r.Source, r.ID)
	if err != nil {
		return out, fmt.Errorf("read what run %s wrote: %w", r.ID, err)
	}
	var c coverageRow
	err = s.query(ctx, "store.run_coverage", func(scan func(...any) error) error {
		row, err := c.scan(scan)
		if !row.withdrawn {
			out.Coverage = append(out.Coverage, row.Coverage)
		}
		return err
	}, r.Organisation, r.Source, r.ID)
	if err != nil {
		return out, fmt.Errorf("read what run %s said: %w", r.ID, err)
	}
	err = s.query(ctx, "store.run_items", func(scan func(...any) error) error {
		var organisation, id string
		err := scan(&organisation, &id)
		out.Items[organisation] = append(out.Items[organisation], id)
		return err
	}, r.ID)
	if err != nil {
		return out, fmt.Errorf("read the items of run %s: %w", r.ID, err)
	}
	out.Observations = slices.CompactFunc(out.Observations, func(a, b observation.Observation) bool { return a.Key == b.Key && a.Version == b.Version })
	out.Coverage = slices.CompactFunc(out.Coverage, func(a, b observation.Coverage) bool { return a.CoverageKey == b.CoverageKey })
	return out, nil
}

// AliasesOf returns the addresses that an item took until a moment (now, when it is zero), each once, the oldest first.
func (s *Store) AliasesOf(ctx context.Context, organisation, item string, asOf time.Time) ([]string, error) {
	type taken struct{ alias, run string }
	var rows []taken
	err := s.query(ctx, "store.item_aliases", func(scan func(...any) error) error {
		var t taken
		err := scan(&t.alias, &t.run)
		rows = append(rows, t)
		return err
	}, organisation, item)
	if err == nil {
		rows, err = committed(ctx, s, rows, func(t taken) string { return t.run }, before(asOf))
	}
	if err != nil {
		return nil, fmt.Errorf("read the addresses of item %s: %w", item, err)
	}
	var out []string
	for _, t := range rows {
		if !slices.Contains(out, t.alias) {
			out = append(out, t.alias)
		}
	}
	return out, nil
}

// ConfigLife is a configuration and when it was in use.
type ConfigLife struct {
	Hash  string    `json:"hash"`
	First time.Time `json:"first"` // when it was first seen, or a run first made with it
	Last  time.Time `json:"last"`  // when a run was last made with it; zero: none was
	Runs  int       `json:"runs"`
}

// Configs returns every configuration that was known before a moment (now, when it is zero), in the order in which they came up.
func (s *Store) Configs(ctx context.Context, asOf time.Time) ([]ConfigLife, error) {
	var out []ConfigLife
	err := s.query(ctx, "store.config_lives", func(scan func(...any) error) error {
		var c ConfigLife
		var first, last, runs int64
		err := scan(&c.Hash, &first, &last, &runs)
		c.First, c.Runs = time.UnixMilli(first).UTC(), int(runs)
		if last > 0 {
			c.Last = time.UnixMilli(last).UTC()
		}
		out = append(out, c)
		return err
	}, before(asOf), before(asOf))
	if err != nil {
		return nil, fmt.Errorf("read the configurations: %w", err)
	}
	return out, nil
}

// ConfigText returns the text of a configuration, nothing where it is not kept.
func (s *Store) ConfigText(ctx context.Context, hash string) (text []byte, err error) {
	err = s.query(ctx, "store.config_text", func(scan func(...any) error) error { return scan(&text) }, hash)
	if err != nil {
		return nil, fmt.Errorf("read the configuration %s: %w", hash, err)
	}
	return text, nil
}
