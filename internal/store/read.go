package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Observations returns the answers that count, one a key, of the periods that begin in the selection; sorted by
// organisation, channel, metric, grain, day, source, subject, dims and definition.
func (s *Store) Observations(ctx context.Context, sel observation.Selection) ([]observation.Observation, error) {
	var out pile[observation.Observation]
	var row observationRow
	var rank uint64 // of the last of out
	err := s.selected(ctx, "store.read_observations", sel, func(scan func(...any) error) error {
		o, err := row.scan(scan)
		switch last := out.last(); {
		case last == nil || last.Key != o.Key:
			out.add(o.Observation)
			rank = o.rank
		case o.rank > rank: // a snapshot has a row an instant; only what beat all before it was written
			*last, rank = o.Observation, o.rank
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read observations: %w", err)
	}
	return out.all(), nil
}

// Coverage returns how the periods of the selection were answered, one row a period, metric and part.
func (s *Store) Coverage(ctx context.Context, sel observation.Selection) ([]observation.Coverage, error) {
	var out pile[observation.Coverage]
	var row coverageRow
	err := s.selected(ctx, "store.read_coverage", sel, func(scan func(...any) error) error {
		c, err := row.scan(scan)
		out.add(c.Coverage)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read coverage: %w", err)
	}
	graves, err := s.Tombstones(ctx)
	rows := graves.Cover(out.all(), sel)
	if len(rows) > len(out.all()) {
		slices.SortFunc(rows, compareCoverage)
	}
	return rows, err
}

// compareCoverage orders coverage as it is read.
func compareCoverage(a, b observation.Coverage) int {
	return cmp.Or(cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Grain, b.Grain),
		cmp.Compare(a.From, b.From), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Part, b.Part))
}

// selected runs the query of name, or its _as_of twin when the selection names a moment.
func (s *Store) selected(ctx context.Context, name string, sel observation.Selection, row func(func(...any) error) error) error {
	sel.Period = sel.Intersect(storable())
	if sel.Empty() {
		return nil
	}
	grains := make([]string, len(sel.Grains))
	for i, g := range sel.Grains {
		grains[i] = string(g)
	}
	args := append([]any{set(sel.Organisations), set(sel.Channels), set(sel.Metrics), set(grains)}, bounds(sel.Period)...)
	if !sel.AsOf.IsZero() {
		name, args = name+"_as_of", append(args, before(sel.AsOf))
	}
	return s.query(ctx, name, row, args...)
}

// before returns the first millisecond whose commits are not known as of a moment; the zero moment is now, and knows all.
func before(asOf time.Time) int64 {
	if asOf.IsZero() {
		return math.MaxInt64
	}
	return asOf.Add(time.Millisecond - 1).UnixMilli() // commits have whole milliseconds
}

// storable returns the days that the database knows; the oldest servers take any other for one of these.
func storable() observation.Period {
	return observation.Period{From: observation.FirstDay, To: observation.LastDay + 1}
}

// bounds returns the first and the last day of p as parameters.
func bounds(p observation.Period) []any { return []any{p.From.String(), (p.To - 1).String()} }

// Runs returns the newest runs of the organisations that were committed before asOf (of all, when it is zero), newest first.
func (s *Store) Runs(ctx context.Context, organisations []string, limit int, asOf time.Time) ([]observation.Run, error) {
	if len(organisations) == 0 {
		return nil, nil
	}
	var out []observation.Run
	err := s.query(ctx, "store.latest_runs", func(scan func(...any) error) error {
		r, err := scanRun(scan)
		out = append(out, r)
		return err
	}, set(organisations), before(asOf), limit)
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	return out, nil
}

// LastRuns returns the newest run of every source that ever told something, whether the configuration still names it or not, by
// organisation and source.
func (s *Store) LastRuns(ctx context.Context) ([]observation.Run, error) {
	var ids []string
	err := s.query(ctx, "store.last_runs", func(scan func(...any) error) error {
		var organisation, source, run string
		err := scan(&organisation, &source, &run)
		ids = append(ids, run)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the last runs: %w", err)
	}
	runs, err := s.RunsByID(ctx, ids)
	slices.SortFunc(runs, func(a, b observation.Run) int {
		return cmp.Or(cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Source, b.Source))
	})
	return runs, err
}

// Status returns the state of every source of the organisations that ever ran, as it was known at asOf (now, when it is zero).
func (s *Store) Status(ctx context.Context, organisations []string, asOf time.Time) ([]observation.SourceStatus, error) {
	if len(organisations) == 0 {
		return nil, nil
	}
	var runs []string
	first, answered := map[observation.SourceKey]int64{}, map[observation.SourceKey]int64{}
	err := s.query(ctx, "store.newest_run_of_each_source", func(scan func(...any) error) error {
		var key observation.SourceKey
		var run string
		var begun, at int64
		err := scan(&key.Organisation, &key.Source, &run, &begun, &at)
		runs, first[key], answered[key] = append(runs, run), begun, at
		return err
	}, set(organisations), before(asOf))
	if err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	newest, err := s.RunsByID(ctx, runs)
	if err != nil {
		return nil, err
	}
	out := make([]observation.SourceStatus, 0, len(newest))
	for _, r := range newest {
		st := observation.SourceStatus{Organisation: r.Organisation, Source: r.Source, Run: r.ID, Started: r.StartedAt, At: r.CommittedAt, Result: r.Result, Reason: r.Reason,
			Detail: r.Detail, Config: r.Config, Failing: r.Failing}
		st.First = fromMilli(first[st.Key()])
		if at := answered[st.Key()]; at > 0 {
			st.Answered = time.UnixMilli(at).UTC()
		}
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b observation.SourceStatus) int {
		return cmp.Or(strings.Compare(a.Organisation, b.Organisation), strings.Compare(a.Source, b.Source))
	})
	return out, nil
}

// Newest returns when the newest commit was made; the zero time when nothing was committed yet.
func (s *Store) Newest(ctx context.Context) (time.Time, error) {
	newest, err := s.newestCommit(ctx)
	if err != nil || newest == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(newest).UTC(), nil
}

// States returns what a source remembers.
func (s *Store) States(ctx context.Context, organisation, source string) (map[string]string, error) {
	out := map[string]string{}
	err := s.query(ctx, "store.states", func(scan func(...any) error) error {
		var name, value string
		err := scan(&name, &value)
		out[name] = value
		return err
	}, organisation, source, organisation, source)
	if err != nil {
		return nil, fmt.Errorf("read what %s remembers: %w", source, err)
	}
	return out, nil
}

// pile gathers values whose number is not known before the last of them, without moving those that it has.
type pile[T any] struct{ layers [][]T }

const smallestLayer, largestLayer = 64, 8192

func (p *pile[T]) add(v T) {
	top := len(p.layers) - 1
	if top < 0 || len(p.layers[top]) == cap(p.layers[top]) {
		p.layers = append(p.layers, make([]T, 0, min(largestLayer, smallestLayer<<min(len(p.layers), 10))))
		top++
	}
	p.layers[top] = append(p.layers[top], v)
}

// last returns the value added last, nil when there is none.
func (p *pile[T]) last() *T {
	if len(p.layers) == 0 {
		return nil
	}
	top := p.layers[len(p.layers)-1]
	return &top[len(top)-1]
}

// all returns the values in the order in which they were added.
func (p *pile[T]) all() []T { return slices.Concat(p.layers...) }
