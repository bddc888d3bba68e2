package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Forget removes for good what a tombstone means, from the history and from what counts now, and keeps the tombstone: what it
// means is not taken in again. The tombstone comes first, so that a removal that is interrupted goes on at the next opening.
// Nobody else may visit the source meanwhile. It returns the tombstone with what was removed.
//
// The rows are removed by changes of tables, which the engine makes in the background; Forget waits for their end. Then the
// embedded engine's files hold nothing of it any more. A server removes the files by its own settings (old_parts_lifetime, eight
// minutes).
func (s *Store) Forget(ctx context.Context, t observation.Tombstone) (observation.Tombstone, error) {
	release, err := s.forgetting(ctx)
	if err != nil {
		return t, fmt.Errorf("forget what %s told: %w", t.Source, err)
	}
	defer release()
	t, would, err := s.buried(ctx, t)
	if err != nil {
		return t, fmt.Errorf("forget what %s told: %w", t.Source, err)
	}
	t.At, t.Done, t.Removed = s.opt.Now().UTC().Truncate(time.Millisecond), !would.Any(), observation.Forgot{}
	if err = s.current(ctx); err == nil {
		err = s.noteTombstone(ctx, &t)
	}
	s.opt.Failpoint("forget:begun")
	if err == nil && !t.Done {
		err = s.removeOrHandOver(ctx, &t)
	}
	if err != nil {
		return t, fmt.Errorf("forget what %s told: %w", t.Source, err)
	}
	return t, nil
}

// forgettingClaim keeps a process that opens a store on a server from going on with a removal that another one is in the midst of.
const forgettingClaim, forgettingLease = "forget", 10 * time.Minute

// forgetting claims removals on a server until release is called. What the embedded engine has under way when it is opened was
// interrupted, so there nobody needs to ask.
func (s *Store) forgetting(ctx context.Context) (release func(), err error) {
	if s.info.Engine == "embedded" {
		return func() {}, nil
	}
	give, got, err := s.Claim(ctx, forgettingClaim, forgettingLease)
	if err == nil && !got {
		err = fmt.Errorf("%w: another process removes something just now, or was killed in the midst of it; run the command again in %s", ErrInUse, forgettingLease)
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = give(context.WithoutCancel(ctx)) }, nil // it runs out by itself otherwise
}

// Forgettable counts what Forget would remove now. Nothing is changed.
func (s *Store) Forgettable(ctx context.Context, t observation.Tombstone) (observation.Forgot, error) {
	_, would, err := s.buried(ctx, t)
	if err != nil {
		return would, fmt.Errorf("count what %s told: %w", t.Source, err)
	}
	return would, nil
}

// buried fills in what a tombstone tells besides what is asked for, and counts what there is of it.
func (s *Store) buried(ctx context.Context, t observation.Tombstone) (observation.Tombstone, observation.Forgot, error) {
	if t.ID == "" {
		var chance [4]byte
		_, _ = rand.Read(chance[:]) // it cannot fail
		t.ID = "f-" + hex.EncodeToString(chance[:])
	}
	days := t.Days.Intersect(storable())
	if days.Empty() {
		return t, observation.Forgot{}, errors.New("no day that can be stored is asked for")
	}
	t.Days = days
	for _, id := range t.Only {
		if err := s.known(ctx, &t, id); err != nil {
			return t, observation.Forgot{}, err
		}
	}
	slices.Sort(t.Addresses)
	t.Addresses = slices.Compact(t.Addresses)
	if err := s.applyLeftovers(ctx, "store.unapplied_runs"); err != nil {
		return t, observation.Forgot{}, err
	}
	g, err := s.grave(ctx, t)
	return t, g.count, err
}

// known adds what is known of one item that is meant: its addresses and, when the item itself is to go, its day and what counts it.
func (s *Store) known(ctx context.Context, t *observation.Tombstone, id string) error {
	if !t.Items {
		return nil
	}
	for _, organisation := range []string{t.Organisation, observation.Shared} {
		items, err := s.currentItems(ctx, organisation, []string{id})
		if err != nil {
			return err
		}
		it, have := items[id]
		if !have {
			continue
		}
		aliases, err := s.AliasesOf(ctx, organisation, id, noMoment)
		if err != nil {
			return err
		}
		for _, a := range aliases {
			t.Addresses = append(t.Addresses, observation.HashAddress(a))
		}
		zone, err := time.LoadLocation(t.Zone)
		if err != nil {
			return err
		}
		t.Days = observation.Day.Holding(observation.DateOf(it.At().In(zone)))
		if it.Stands() {
			t.Partly = observation.CountedIn(it)
		}
	}
	return nil
}

// grave is what there is of a tombstone: the items, and how many rows of each table.
type grave struct {
	items []string
	count observation.Forgot
	rows  map[string]uint64 // by table
}

// organisations are those that the items of a source may be of.
func organisations(t observation.Tombstone) []string {
	return []string{t.Organisation, observation.Shared}
}

// grave looks what there is.
func (s *Store) grave(ctx context.Context, t observation.Tombstone) (g grave, err error) {
	g.rows = map[string]uint64{}
	add := func(scan func(...any) error) error {
		var table string
		var n uint64
		err := scan(&table, &n)
		g.rows[table] += n
		return err
	}
	if t.Numbers {
		args := numbersOf(t)
		if err := s.query(ctx, "store.forgettable_numbers", add, append(args, args...)...); err != nil {
			return g, err
		}
	}
	if g.items, err = s.itemsOf(ctx, t); err != nil {
		return g, err
	}
	for _, some := range chunked(g.items) {
		ids := set(some)
		if err := s.query(ctx, "store.forgettable_subjects", add, t.Organisation, ids, t.Organisation, ids); err != nil {
			return g, err
		}
		if err := s.countOf(ctx, g.rows, "aliases", "store.forgettable_aliases", set(organisations(t)), ids); err != nil {
			return g, err
		}
	}
	if everything(t) {
		if err := s.countOf(ctx, g.rows, "states", "store.forgettable_states", t.Organisation, t.Source); err != nil {
			return g, err
		}
	}
	numbers := max(g.rows["observations"], g.rows["observations_current"])
	g.count = observation.Forgot{Numbers: int64(numbers), Items: int64(len(g.items)), Addresses: int64(g.rows["aliases"]), States: int64(g.rows["states"])}
	return g, nil
}

// countOf adds the one number that a query gives to what is known of a table.
func (s *Store) countOf(ctx context.Context, rows map[string]uint64, table, name string, args ...any) error {
	return s.query(ctx, name, func(scan func(...any) error) error {
		var n uint64
		err := scan(&n)
		rows[table] += n
		return err
	}, args...)
}

// everything tells whether nothing at all is to be left of a source up to a day: then what it remembers goes as well, or it would
// take for told what is gone.
func everything(t observation.Tombstone) bool {
	return t.Numbers && t.Items && len(t.Metrics) == 0 && len(t.Only) == 0 && !t.Subjects && t.Days.From == observation.FirstDay
}

// itemsOf returns the ids of the items that are to go.
func (s *Store) itemsOf(ctx context.Context, t observation.Tombstone) (ids []string, err error) {
	if !t.Items {
		return nil, nil
	}
	orgs := set(organisations(t))
	if len(t.Only) > 0 {
		err = s.query(ctx, "store.forgettable_only", func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		}, orgs, set(t.Only), orgs, set(t.Only))
		return ids, err
	}
	first, last, ok := seconds(t.Span())
	if !ok || len(t.Addresses) > 0 {
		return nil, nil
	}
	err = s.query(ctx, "store.forgettable_items", func(scan func(...any) error) error {
		var organisation, id string
		err := scan(&organisation, &id)
		ids = append(ids, id)
		return err
	}, orgs, t.Source, first, last)
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// numbersOf returns the parameters by which statements choose the numbers of a tombstone.
func numbersOf(t observation.Tombstone) []any {
	args := []any{t.Organisation, t.Source, flag(len(t.Metrics) == 0), someOf(t.Metrics), flag(t.Subjects), flag(len(t.Only) == 0), someOf(t.Only)}
	for _, g := range []observation.Grain{observation.Day, observation.Week, observation.Days28, observation.Month, observation.Quarter, observation.Year} {
		first, last := t.Bounds(g)
		if last < first || last < observation.FirstDay { // the database would take it for another day
			first, last = observation.FirstDay+1, observation.FirstDay
		}
		args = append(args, max(first, observation.FirstDay).String(), min(last, observation.LastDay).String())
	}
	return args
}

// finishing is how long the opening of a store waits for the removals that it goes on with.
const finishing = 2 * time.Minute

// FinishForgetting goes on with removals that were interrupted, and makes those that other processes which share the engine wait
// for: only the one that runs it changes tables. Who runs it for long calls this every few seconds.
func (s *Store) FinishForgetting(ctx context.Context) {
	all, err := s.Tombstones(ctx)
	if err == nil && slices.ContainsFunc(all, func(t observation.Tombstone) bool { return !t.Done }) {
		s.finishForgetting(ctx)
	}
}

// finishForgetting goes on with the removals that a killed process began. It hinders nobody from opening the store: what cannot be
// removed now is tried again at the next opening.
func (s *Store) finishForgetting(ctx context.Context) {
	if s.Info().Guest || s.Ready(ctx) != nil || !s.removing.TryLock() {
		return
	}
	defer s.removing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, finishing)
	defer cancel()
	all, err := s.Tombstones(ctx)
	all = slices.DeleteFunc(all, func(t observation.Tombstone) bool { return t.Done })
	if err == nil && len(all) > 0 {
		err = s.finishAll(ctx, all)
	}
	if errors.Is(err, ErrInUse) {
		return
	}
	if err != nil {
		s.opt.Log.Warn("what is to be forgotten is not removed yet", "error", err)
	}
}

func (s *Store) finishAll(ctx context.Context, interrupted observation.Tombstones) error {
	release, err := s.forgetting(ctx)
	if err != nil {
		return err
	}
	defer release()
	for i := range interrupted {
		s.opt.Log.Info("finish an interrupted removal", "source", interrupted[i].Source, "tombstone", interrupted[i].Name())
		if err := s.remove(ctx, &interrupted[i]); err != nil {
			return err
		}
	}
	return nil
}

// removeOrHandOver removes what a tombstone means that was noted as begun. Only the process that runs the embedded engine changes
// tables: the others wait until it has done so, or has ended.
func (s *Store) removeOrHandOver(ctx context.Context, t *observation.Tombstone) error {
	for end := time.Now().Add(finishing); s.Info().Guest; {
		all, err := s.Tombstones(ctx)
		if err != nil {
			return err
		}
		if at := slices.IndexFunc(all, func(o observation.Tombstone) bool { return sameRemoval(o, *t) }); at >= 0 && all[at].Done {
			*t = all[at]
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%w: process %d runs the engine and has not removed it yet; nothing of it is taken in any more, and it is removed as soon as that process ends or comes to it", ErrInUse, s.Info().Process)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	s.removing.Lock()
	defer s.removing.Unlock()
	return s.remove(ctx, t)
}

// ForgetAgain removes what came to be there again of what stands as forgotten: by a restore, or by a commit that was planned before.
func (s *Store) ForgetAgain(ctx context.Context) (observation.Forgot, error) {
	all, err := s.Tombstones(ctx)
	var sum observation.Forgot
	for _, t := range all.Widest() {
		if err != nil {
			break
		}
		var g grave
		if g, err = s.grave(ctx, t); err == nil && (g.count.Any() || !t.Done) {
			sum = sum.Plus(g.count)
			t.Done = false
			if err = s.noteTombstone(ctx, &t); err == nil {
				err = s.removeOrHandOver(ctx, &t)
			}
		}
	}
	if err != nil {
		return sum, fmt.Errorf("remove again what was forgotten: %w", err)
	}
	return sum, nil
}
