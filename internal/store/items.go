package store

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"seuranta/internal/observation"
)

// itemKey names an item, or an address in the place of its id.
type itemKey struct{ organisation, id string }

func compareKeys(a, b itemKey) int {
	return cmp.Or(cmp.Compare(a.organisation, b.organisation), cmp.Compare(a.id, b.id))
}

// itemPlanner decides what a commit changes of items and of the addresses that they go by.
type itemPlanner struct {
	run     observation.Run
	stored  map[itemKey]observation.Item // what stands, and what was taken back
	now     map[itemKey]observation.Item // the same, as this commit leaves it
	told    map[itemKey]bool
	held    map[itemKey]string // whose an address is, whether or not that item stands
	holders map[itemKey]string // the same, as this commit leaves it
}

func newItemPlanner(run observation.Run) *itemPlanner {
	return &itemPlanner{run: run, stored: map[itemKey]observation.Item{}, now: map[itemKey]observation.Item{}, told: map[itemKey]bool{},
		held: map[itemKey]string{}, holders: map[itemKey]string{}}
}

// know takes in an item as it stands.
func (p *itemPlanner) know(it observation.Item) {
	k := itemKey{it.Organisation, it.ID}
	p.stored[k], p.now[k] = it, it
}

// tell plans one telling.
func (p *itemPlanner) tell(it observation.Item) {
	k := itemKey{it.Organisation, it.ID}
	p.told[k] = true
	aliases := it.Aliases
	it.Aliases = nil
	old, have := p.now[k]
	if have {
		it = old.Retold(it)
	}
	if !have && !it.Stands() {
		return // there is nothing to take back
	}
	p.now[k] = it
	if it.Stands() {
		p.take(it, aliases)
	}
}

// take makes addresses the item's, but for those that another item has that stands.
func (p *itemPlanner) take(it observation.Item, aliases []string) {
	for _, a := range aliases {
		at := itemKey{it.Organisation, a}
		holder, have := p.now[itemKey{it.Organisation, p.holders[at]}]
		if !have || !holder.Stands() {
			p.holders[at] = it.ID
		}
	}
}

// retract plans the taking back of the source's items that count at a moment of days.
func (p *itemPlanner) retract(days observation.Span) {
	for k, it := range p.now {
		mine := it.Source == p.run.Source && (it.Organisation == p.run.Organisation || it.Organisation == observation.Shared)
		if at := it.At(); mine && it.Stands() && !at.Before(days.From) && at.Before(days.To) {
			it.State = observation.Withdrawn
			p.now[k] = it
		}
	}
}

// finish adds to a plan what is news, in the order of the keys, and counts what was told.
func (p *itemPlanner) finish(to *plan) {
	for _, k := range slices.SortedFunc(maps.Keys(p.now), compareKeys) {
		now, old := p.now[k], p.stored[k]
		news := !now.SameItem(old)
		if news {
			to.items = append(to.items, now)
		}
		if news || p.told[k] {
			to.count(old.ID != "" && old.Stands(), now.Stands(), news)
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(p.holders), compareKeys) {
		if item := p.holders[k]; item != p.held[k] {
			to.aliases = append(to.aliases, observation.Alias{Organisation: k.organisation, Alias: k.id, Item: item})
		}
	}
	for k := range p.told {
		if _, have := p.now[k]; !have {
			to.unchanged++ // told as taken back, and never known
		}
	}
}

// count counts one item that stood or not, stands or not, and of which something new was told or not.
func (to *plan) count(stood, stands, news bool) {
	switch {
	case stands && !stood:
		to.fresh++
	case stood && !stands:
		to.withdrawn++
	case stood && news:
		to.changed++
	default:
		to.unchanged++
	}
}

// planItems reads what is known of the items that a commit speaks of, and plans them.
func (s *Store) planItems(ctx context.Context, p *planner, c observation.Commit) error {
	if len(c.Items) == 0 && c.Retract == nil {
		return nil
	}
	items := newItemPlanner(c.Run)
	told := make([]observation.Item, len(c.Items))
	for i, it := range c.Items {
		told[i] = it.AsTold(c.Run)
		if told[i].FirstSeen.IsZero() {
			told[i].FirstSeen = s.opt.Now().UTC()
		}
	}
	if err := s.learn(ctx, items, told); err != nil {
		return err
	}
	for _, it := range told {
		items.tell(it)
	}
	if c.Retract != nil {
		days := observation.Span{From: c.Retract.Start(p.loc), To: c.Retract.End(p.loc)}
		if err := s.learnRetracted(ctx, items, days); err != nil {
			return err
		}
		items.retract(days)
	}
	items.finish(&p.plan)
	return nil
}

// learn reads what is known of told items, of the addresses told with them, and of the items that have those.
func (s *Store) learn(ctx context.Context, p *itemPlanner, told []observation.Item) error {
	aliases, ids := map[string][]string{}, map[string][]string{} // by organisation
	for _, it := range told {
		aliases[it.Organisation] = append(aliases[it.Organisation], it.Aliases...)
		ids[it.Organisation] = append(ids[it.Organisation], it.ID)
	}
	for _, organisation := range slices.Sorted(maps.Keys(ids)) {
		held, err := s.holders(ctx, organisation, aliases[organisation], before(noMoment))
		if err != nil {
			return err
		}
		for alias, item := range held {
			k := itemKey{organisation, alias}
			p.held[k], p.holders[k] = item, item
			ids[organisation] = append(ids[organisation], item)
		}
		known, err := s.currentItems(ctx, organisation, ids[organisation])
		if err != nil {
			return err
		}
		for _, it := range known {
			p.know(it)
		}
	}
	return nil
}

// learnRetracted reads the items of the source that count at a moment of days, but for those that are known already.
func (s *Store) learnRetracted(ctx context.Context, p *itemPlanner, days observation.Span) error {
	first, last, ok := seconds(days)
	if !ok {
		return nil
	}
	var row itemRow
	return s.query(ctx, "store.source_items", func(scan func(...any) error) error {
		it, err := row.scan(scan)
		if _, have := p.stored[itemKey{it.Organisation, it.ID}]; !have {
			p.know(*it)
		}
		return err
	}, set([]string{p.run.Organisation, observation.Shared}), p.run.Source, first, last)
}

// renewItems brings items into the current table as the history has them now. Where an item counted at another moment once,
// that place is marked as left.
func (s *Store) renewItems(ctx context.Context, items []observation.Item) error {
	ids := map[string][]string{}
	for _, it := range items {
		ids[it.Organisation] = append(ids[it.Organisation], it.ID)
	}
	for _, organisation := range slices.Sorted(maps.Keys(ids)) {
		for _, some := range chunked(ids[organisation]) {
			versions, err := s.versions(ctx, organisation, some, before(noMoment))
			if err != nil {
				return err
			}
			var rows [][]any
			for _, id := range slices.Sorted(maps.Keys(versions)) {
				rows = append(rows, placed(versions[id])...)
			}
			if err := s.insertRows(ctx, "store.insert_items_current", rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// moved is the state of a place in the current table that an item has left.
const moved observation.State = "moved"

// placed returns the rows of the current table that an item's versions, oldest first, lead to.
func placed(versions []observation.Item) [][]any {
	it := observation.FoldItem(versions)
	rows := [][]any{currentItemValues(it, it.At())}
	left := map[int64]bool{it.At().Unix(): true}
	for _, v := range versions {
		if at := v.At(); !left[at.Unix()] {
			left[at.Unix()] = true
			gone := observation.Item{Organisation: it.Organisation, ID: it.ID, State: moved, Version: it.Version, Run: it.Run}
			rows = append(rows, currentItemValues(gone, at))
		}
	}
	return rows
}

func (s *Store) insertRows(ctx context.Context, name string, rows [][]any) error {
	return s.insert(ctx, name, len(rows), func(i int) []any { return rows[i] })
}
