package store

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// noMoment asks for what is known now.
var noMoment time.Time

// Known returns, by alias, the items of an organisation that go by one of the aliases. Items that were taken back are not
// among them, and their aliases are free for others.
func (s *Store) Known(ctx context.Context, organisation string, aliases []string) (map[string]observation.Item, error) {
	return s.KnownAt(ctx, organisation, aliases, noMoment)
}

// KnownAt is Known as of a moment; the zero moment is now.
func (s *Store) KnownAt(ctx context.Context, organisation string, aliases []string, asOf time.Time) (map[string]observation.Item, error) {
	out := map[string]observation.Item{}
	held, err := s.holders(ctx, organisation, aliases, before(asOf))
	if err == nil {
		err = s.standing(ctx, organisation, held, asOf, out)
	}
	if err != nil {
		return nil, fmt.Errorf("read known items: %w", err)
	}
	return out, nil
}

// standing adds to out the items that have the addresses of held, where they stand.
func (s *Store) standing(ctx context.Context, organisation string, held map[string]string, asOf time.Time, out map[string]observation.Item) error {
	ids := slices.Sorted(maps.Values(held))
	items, err := s.itemsAt(ctx, organisation, slices.Compact(ids), asOf)
	if err != nil {
		return err
	}
	for alias, id := range held {
		if it, have := items[id]; have && it.Stands() {
			out[alias] = it
		}
	}
	return nil
}

// itemsAt returns items by id as they are known at a moment, also those that were taken back.
func (s *Store) itemsAt(ctx context.Context, organisation string, ids []string, asOf time.Time) (map[string]observation.Item, error) {
	if asOf.IsZero() {
		return s.currentItems(ctx, organisation, ids)
	}
	out := map[string]observation.Item{}
	for _, some := range chunked(ids) {
		versions, err := s.versions(ctx, organisation, some, before(asOf))
		if err != nil {
			return nil, err
		}
		for id, v := range versions {
			out[id] = observation.FoldItem(v)
		}
	}
	return out, nil
}

// holders returns, by alias, which item has it by what was committed before a millisecond: the one that took it last, for an
// address is only taken when it is free.
func (s *Store) holders(ctx context.Context, organisation string, aliases []string, until int64) (map[string]string, error) {
	var rows []observation.Alias
	for _, some := range chunked(aliases) {
		err := s.query(ctx, "store.aliases", func(scan func(...any) error) error {
			var a observation.Alias
			err := scan(&a.Organisation, &a.Alias, &a.Item, (*uint64)(&a.Version), &a.Run)
			rows = append(rows, a)
			return err
		}, organisation, set(some))
		if err != nil {
			return nil, err
		}
	}
	known, err := committed(ctx, s, rows, func(a observation.Alias) string { return a.Run }, until)
	out := map[string]string{}
	for _, a := range known { // oldest first
		out[a.Alias] = a.Item
	}
	return out, err
}

// currentItems returns items of an organisation by id as they stand, also those that were taken back.
func (s *Store) currentItems(ctx context.Context, organisation string, ids []string) (map[string]observation.Item, error) {
	out := map[string]observation.Item{}
	for _, some := range chunked(ids) {
		var row itemRow
		err := s.query(ctx, "store.known_items", func(scan func(...any) error) error {
			it, err := row.scan(scan)
			old, have := out[it.ID]
			if !have || it.Version > old.Version || it.Version == old.Version && old.State == moved {
				out[it.ID] = *it
			}
			return err
		}, organisation, set(some))
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// versions returns, by id, the versions of items that were committed before a millisecond, oldest first.
func (s *Store) versions(ctx context.Context, organisation string, ids []string, until int64) (map[string][]observation.Item, error) {
	var rows []observation.Item
	var row itemRow
	err := s.query(ctx, "store.item_versions", func(scan func(...any) error) error {
		it, err := row.scan(scan)
		rows = append(rows, *it)
		return err
	}, organisation, set(ids))
	if err != nil {
		return nil, err
	}
	rows = slices.CompactFunc(rows, func(a, b observation.Item) bool { return a.ID == b.ID && a.Version == b.Version && a.Run == b.Run })
	known, err := committed(ctx, s, rows, func(it observation.Item) string { return it.Run }, until)
	out := map[string][]observation.Item{}
	for _, it := range known {
		out[it.ID] = append(out[it.ID], it)
	}
	return out, err
}

// Items returns the items of a selection as they stand, or stood, oldest first.
func (s *Store) Items(ctx context.Context, sel observation.ItemSelection) ([]observation.Item, error) {
	first, last, ok := seconds(sel.Span)
	if !ok || len(sel.Organisations) == 0 {
		return nil, nil
	}
	read := s.itemsNow
	if !sel.AsOf.IsZero() {
		read = s.itemsAsOf
	}
	out, err := read(ctx, sel, first, last)
	if err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	return out, nil
}

func (s *Store) itemsNow(ctx context.Context, sel observation.ItemSelection, first, last int64) ([]observation.Item, error) {
	var out pile[observation.Item]
	var row itemRow
	err := s.query(ctx, "store.read_items", func(scan func(...any) error) error {
		it, err := row.scan(scan)
		if before := out.last(); before == nil || before.ID != it.ID || before.Organisation != it.Organisation {
			out.add(*it)
		}
		return err
	}, set(sel.Organisations), first, last, flag(len(sel.Channels) == 0), someOf(sel.Channels), flag(len(sel.Kinds) == 0), someOf(sel.Kinds))
	return out.all(), err
}

// someOf is set for a list that may be empty; a set may not.
func someOf(list []string) any {
	if len(list) == 0 {
		list = []string{""}
	}
	return set(list)
}

// itemsAsOf makes the items of their versions.
func (s *Store) itemsAsOf(ctx context.Context, sel observation.ItemSelection, first, last int64) ([]observation.Item, error) {
	var out []observation.Item
	err := s.folded(ctx, "store.read_items_as_of", func(versions []observation.Item) error {
		if it := observation.FoldItem(versions); it.Stands() && sel.Wants(it) {
			out = append(out, it)
		}
		return nil
	}, set(sel.Organisations), set(sel.Organisations), first, last, before(sel.AsOf))
	slices.SortFunc(out, observation.CompareItems)
	return out, err
}

// folded runs a query of versions of items, sorted by item and version, and calls each with those of one item.
func (s *Store) folded(ctx context.Context, name string, each func(versions []observation.Item) error, args ...any) error {
	var versions []observation.Item
	var row itemRow
	err := s.query(ctx, name, func(scan func(...any) error) error {
		it, err := row.scan(scan)
		if err == nil && len(versions) > 0 && (versions[0].ID != it.ID || versions[0].Organisation != it.Organisation) {
			err = each(versions)
			versions = versions[:0]
		}
		versions = append(versions, *it)
		return err
	}, args...)
	if err == nil && len(versions) > 0 {
		err = each(versions)
	}
	return err
}

// seconds returns the first and the last second that the span holds, of those that the database knows.
func seconds(s observation.Span) (first, last int64, ok bool) {
	first = max(s.From.Add(time.Second-1).Unix(), 0)
	last = min(s.To.Add(time.Second-1).Unix()-1, math.MaxUint32)
	return first, last, first <= last
}

// A statement has room for a quarter of a megabyte on the oldest server, and a byte may take two of it.
const (
	chunkValues = 1000
	chunkBytes  = 80_000
)

// chunked cuts a list into pieces that fit into a statement, each value in one of them.
func chunked(values []string) (out [][]string) {
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	size := 0
	for _, v := range values {
		if len(out) == 0 || size+len(v) > chunkBytes || len(out[len(out)-1]) == chunkValues {
			out, size = append(out, nil), 0
		}
		out[len(out)-1] = append(out[len(out)-1], v)
		size += len(v) + len(`'',`)
	}
	return out
}
