package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"seuranta/internal/observation"
)

// tombstones are those that stand, as they were last read. Every read of coverage and every commit asks for them, and they
// change about once a day.
type tombstones struct {
	sync.Mutex
	newest uint64
	all    observation.Tombstones
}

// States of a tombstone: of a removal that is under way or was interrupted, and of one that is done.
const (
	removalBegun = "begun"
	removalDone  = "done"
)

// Tombstones returns what was forgotten, the oldest first. A rule leaves one each time that it reaches further.
func (s *Store) Tombstones(ctx context.Context) (observation.Tombstones, error) {
	s.graves.Lock()
	defer s.graves.Unlock()
	var newest uint64
	err := s.query(ctx, "store.newest_tombstone", func(scan func(...any) error) error { return scan(&newest) })
	if err == nil && newest != s.graves.newest {
		if s.graves.all, err = s.readTombstones(ctx); err == nil {
			s.graves.newest = newest
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read what was forgotten: %w", err)
	}
	return slices.Clone(s.graves.all), nil
}

// readTombstones reads all rows, of which the newest of each removal tells how far it came.
func (s *Store) readTombstones(ctx context.Context) (observation.Tombstones, error) {
	var out observation.Tombstones
	err := s.query(ctx, "store.tombstones", func(scan func(...any) error) error {
		t, err := scanTombstone(scan)
		if n := len(out); n > 0 && sameRemoval(out[n-1], t) {
			out = out[:n-1]
		}
		out = append(out, t)
		return err
	})
	slices.SortStableFunc(out, func(a, b observation.Tombstone) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

func sameRemoval(a, b observation.Tombstone) bool {
	return a.Organisation == b.Organisation && a.Source == b.Source && a.ID == b.ID && a.At.Equal(b.At) && a.Days == b.Days
}

func scanTombstone(scan func(...any) error) (t observation.Tombstone, err error) {
	var first, last time.Time
	var over, numbers, subjects, items uint8
	var state string
	var removed []int64
	var at int64
	err = scan(&t.ID, &t.Rule, &t.Reason, &t.Organisation, &t.Source, &t.Channel, &t.Zone, &first, &last, &over, &numbers, &t.Metrics, &subjects, &items,
		&t.Only, &t.Addresses, &t.Partly, &state, &removed, &at, (*uint64)(&t.Version))
	t.Days = observation.Period{From: observation.DateOf(first), To: observation.DateOf(last) + 1}
	t.Over, t.Numbers, t.Subjects, t.Items = over != 0, numbers != 0, subjects != 0, items != 0
	t.Metrics, t.Only, t.Addresses, t.Partly = listed(t.Metrics), listed(t.Only), listed(t.Addresses), listed(t.Partly)
	t.At, t.Done = fromMilli(at), state == removalDone
	if len(removed) == 4 {
		t.Removed = observation.Forgot{Numbers: removed[0], Items: removed[1], Addresses: removed[2], States: removed[3]}
	}
	return t, err
}

// noteTombstone adds a row, later than all others.
func (s *Store) noteTombstone(ctx context.Context, t *observation.Tombstone) error {
	var newest observation.Version
	err := s.query(ctx, "store.newest_tombstone", func(scan func(...any) error) error { return scan((*uint64)(&newest)) })
	if err != nil {
		return err
	}
	t.Version = observation.Next(newest, s.opt.Now(), s.random)
	state := removalBegun
	if t.Done {
		state = removalDone
	}
	r := t.Removed
	return s.insert(ctx, "store.insert_tombstones", 1, func(int) []any {
		return []any{t.ID, t.Rule, t.Reason, t.Organisation, t.Source, t.Channel, t.Zone, day(t.Days.From), day(t.Days.To - 1), flag(t.Over), flag(t.Numbers), t.Metrics,
			flag(t.Subjects), flag(t.Items), t.Only, t.Addresses, t.Partly, state, []int64{r.Numbers, r.Items, r.Addresses, r.States}, toMilli(t.At), uint64(t.Version)}
	})
}

// strip leaves out of a commit what is forgotten, and counts it in the run.
func (s *Store) strip(ctx context.Context, c observation.Commit) (observation.Commit, error) {
	all, err := s.Tombstones(ctx)
	if err != nil || len(all) == 0 {
		return c, err
	}
	c, left := all.Widest().Strip(c)
	if n := left.Numbers + left.Items; n > 0 {
		c.Run.Told = append(slices.Clone(c.Run.Told), observation.Count{Name: toldForgotten, N: n})
	}
	return c, nil
}

// toldForgotten is the name under which a run counts the numbers and items that it told and that are forgotten.
const toldForgotten = "forgotten"
