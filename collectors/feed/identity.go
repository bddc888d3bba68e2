package feed

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"seuranta/internal/address"
	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// group is the entries that are of one item, and the item if it is known.
type group struct {
	entries []*entry
	aliases []string // sorted
	known   *observation.Item
}

// tellItems tells the items of all feeds, each once, and notes in the entries which items they are. When it cannot be asked
// what is known already nothing is told, because a known item would come again as a new one; the feeds have failed then.
func (s *source) tellItems(ctx context.Context, visits []*visit, w collector.Window, out collector.Sink) {
	groups, err := s.identify(ctx, visits)
	if err != nil {
		for _, v := range visits {
			v.entries, v.unchanged, v.err = nil, false, cmp.Or(v.err, err)
		}
		return
	}
	doubled, stock := 0, 0
	for _, g := range groups {
		doubled += len(g.entries) - 1
		if g.isStock() {
			stock++
			continue
		}
		it := g.item(w.Now)
		it.Aliases = s.scoped(g.told())
		for _, e := range g.entries {
			e.id, e.item.PublishedAt, e.item.FirstSeen = it.ID, it.PublishedAt, it.FirstSeen
		}
		_ = out.Item(it) // what cannot be stored is counted by the sink
	}
	out.Tell("items_doubled", int64(doubled))
	out.Tell("items_of_old_stock", int64(stock))
}

// identify joins the entries of all feeds to items, those that are known and new ones, in the order of their ids.
func (s *source) identify(ctx context.Context, visits []*visit) ([]*group, error) {
	known, err := s.known(ctx, visits)
	if err != nil {
		return nil, err
	}
	for _, v := range visits {
		for i := range v.entries {
			v.entries[i].settle(known)
		}
		v.findStock()
	}
	groups := joined(visits)
	byID := map[string]*group{}
	for _, g := range groups {
		g.known = g.among(known)
		id := s.newID(g)
		if g.known != nil {
			id = g.known.ID
		}
		if other := byID[id]; other != nil {
			other.entries, other.aliases = append(other.entries, g.entries...), append(other.aliases, g.aliases...)
			continue
		}
		byID[id] = g
	}
	out := make([]*group, 0, len(byID))
	for id, g := range byID {
		slices.SortFunc(g.entries, before)
		slices.Sort(g.aliases)
		g.aliases = slices.Compact(g.aliases)
		for _, e := range g.entries {
			e.id = id
		}
		out = append(out, g)
	}
	for _, v := range visits {
		v.compare()
	}
	slices.SortFunc(out, func(a, b *group) int { return cmp.Compare(a.entries[0].id, b.entries[0].id) })
	return out, nil
}

// before orders entries: those of the site's own feed first, then by the names of the feeds, whose order in the configuration
// does not matter.
func before(a, b *entry) int {
	rank := func(e *entry) int {
		if e.atHome {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.part, b.part), cmp.Compare(a.position, b.position))
}

// joined returns the entries of all feeds in groups that share aliases.
func joined(visits []*visit) []*group {
	holder := map[string]*group{}
	into := map[*group]*group{}
	root := func(g *group) *group {
		for into[g] != nil {
			g = into[g]
		}
		return g
	}
	var all []*group
	for _, v := range visits {
		for i := range v.entries {
			g := &group{entries: []*entry{&v.entries[i]}}
			all = append(all, g)
			for _, a := range v.entries[i].aliases {
				if other := holder[a]; other != nil && root(other) != g {
					into[root(other)] = g
				}
				holder[a] = g
			}
		}
	}
	for _, g := range all {
		if r := root(g); r != g {
			r.entries = append(r.entries, g.entries...)
		}
	}
	all = slices.DeleteFunc(all, func(g *group) bool { return into[g] != nil })
	for _, g := range all {
		for _, e := range g.entries {
			g.aliases = append(g.aliases, e.aliases...)
		}
		slices.Sort(g.aliases)
		g.aliases = slices.Compact(g.aliases)
	}
	return all
}

// mostAsked is how many aliases are asked for at a time.
const mostAsked = 1000

// known returns the items that are known by the aliases and marks of the entries.
func (s *source) known(ctx context.Context, visits []*visit) (map[string]observation.Item, error) {
	out := map[string]observation.Item{}
	var aliases []string
	for _, v := range visits {
		for i := range v.entries {
			aliases = append(aliases, v.entries[i].marks()...)
		}
	}
	slices.Sort(aliases)
	for part := range slices.Chunk(s.scoped(slices.Compact(aliases)), mostAsked) {
		found, err := s.deps.Items.Known(ctx, s.organisation(), part)
		if err != nil {
			return nil, fmt.Errorf("look up which items are known: %w", err)
		}
		for a, it := range found {
			out[strings.TrimPrefix(a, s.scope())] = it
		}
	}
	return out, nil
}

// marks are the aliases of the entry and the mark of its link.
func (e *entry) marks() []string {
	if e.linked == "" {
		return e.aliases
	}
	return append(slices.Clone(e.aliases), e.linked)
}

// told are the aliases that are told with the item.
func (g *group) told() []string {
	out := slices.Clone(g.aliases)
	for _, e := range g.entries {
		if e.linked != "" {
			out = append(out, e.linked)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// scope is what aliases of our own publications begin with: one that stands in two channels is two publications.
func (s *source) scope() string {
	if s.config.Role == roleMedia {
		return ""
	}
	return s.deps.ChannelID + "|"
}

// scoped returns aliases as they are stored.
func (s *source) scoped(aliases []string) []string {
	out := make([]string, len(aliases))
	for i, a := range aliases {
		out[i] = s.scope() + a
	}
	return out
}

// organisation is that of the items: what others write is shared by all who follow it. "" is the source's own.
func (s *source) organisation() string {
	if s.config.Role == roleMedia {
		return observation.Shared
	}
	return ""
}

// among returns the known item that a group is: of several the one seen first.
func (g *group) among(known map[string]observation.Item) *observation.Item {
	var best *observation.Item
	for _, a := range g.aliases {
		it, ok := known[a]
		if ok && (best == nil || cmp.Or(it.FirstSeen.Compare(best.FirstSeen), cmp.Compare(it.ID, best.ID)) < 0) {
			best = &it
		}
	}
	return best
}

// newID makes the id of a new item from the best of its aliases, so that it does not depend on the order of feeds.
func (s *source) newID(g *group) string {
	var best string
	for _, kind := range []string{ofArticle, ofURL, ofGUID, ofTitle} {
		for _, a := range g.aliases {
			if best == "" && strings.HasPrefix(a, kind) {
				best = a
			}
		}
	}
	return digest(s.organisation() + "\n" + s.scope() + best)[:24]
}

// item puts an item together. Of a known one id, dates and place stay; the rest follows a feed that tells something else of
// it than at the last visit. What a feed tells as before, or for the first time, changes nothing: two feeds that word one
// article differently would take turns.
func (g *group) item(now time.Time) observation.Item {
	if g.known == nil {
		return g.fresh(now)
	}
	it := *g.known
	it.Version, it.Run = 0, ""
	for _, e := range g.entries {
		if e.last != "" && e.last != mark(e.content) {
			e.amend(&it)
			break
		}
	}
	return it
}

// fresh returns an item that is seen for the first time.
func (g *group) fresh(now time.Time) observation.Item {
	it := g.entries[0].item
	it.ID, it.FirstSeen = g.entries[0].id, now.UTC().Truncate(time.Second)
	for _, e := range g.entries {
		if it.PublishedAt.IsZero() {
			it.PublishedAt = e.told.at
		}
	}
	return it
}

// amend writes what the entry tells into a known item. An address that only differs in how it leads there is no news.
func (e *entry) amend(it *observation.Item) {
	it.Title, it.Text, it.Tags, it.Language = e.item.Title, e.item.Text, e.item.Tags, e.item.Language
	old, _ := address.Canonical(it.URL)
	if canonical, _ := address.Canonical(e.item.URL); canonical != old {
		it.URL = e.item.URL
	}
}
