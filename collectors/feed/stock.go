package feed

import (
	"encoding/json"
	"slices"

	"seuranta/internal/collector"
)

// What a feed holds without a date when it is first seen was published some day before: nobody knows which. It is no item and
// counts on no day. What comes later without a date is new, and counts for the day on which it is first seen.

// stock is the marks of the aliases of what a feed held without a date at its first good visit. It is written then, once.
type stock struct {
	Aliases []string `json:"aliases"` // sorted
}

// isStock tells whether the entries are of something that was there before the first visit, on a day that nobody knows. What
// is stored as an item already is none, nor what some feed has a date of.
func (g *group) isStock() bool {
	old := false
	for _, e := range g.entries {
		if !e.told.at.IsZero() {
			return false
		}
		old = old || e.old
	}
	return old && g.known == nil
}

// findStock notes in the entries without a date which were there at the first visit, and remembers those of this one if it is
// the first, or the first that shows that the feed was empty by mistake before.
func (v *visit) findStock() {
	first := len(v.memory.Measured) == 0 || !v.memory.Had && v.sinceEmpty() == begins
	for i := range v.entries {
		e := &v.entries[i]
		if !e.told.at.IsZero() {
			continue
		}
		e.old = first || v.stock.has(e)
		if first {
			v.stock.add(e)
		}
	}
}

func (s *stock) has(e *entry) bool {
	return slices.ContainsFunc(e.aliases, func(a string) bool {
		_, found := slices.BinarySearch(s.Aliases, idMark(digest(a)))
		return found
	})
}

func (s *stock) add(e *entry) {
	for _, a := range e.aliases {
		mark := idMark(digest(a))
		if at, found := slices.BinarySearch(s.Aliases, mark); !found {
			s.Aliases = slices.Insert(s.Aliases, at, mark)
		}
	}
}

// save remembers the stock, if there is any.
func (s *stock) save(state collector.State, part string) {
	if text, err := json.Marshal(s); err == nil && len(s.Aliases) > 0 {
		state.Set("stock:"+part, string(text))
	}
}
