package observation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"
)

// ReasonForgotten is why a number is not there that was told once: it was forgotten, or would have been.
const ReasonForgotten = "forgotten"

// Forgetting is what is to be forgotten of a source, and not to be taken in again.
type Forgetting struct {
	Organisation string   `json:"organisation"`
	Source       string   `json:"source"`
	Channel      string   `json:"channel"`
	Zone         string   `json:"zone"` // by which items count on days
	Days         Period   `json:"days"`
	Over         bool     `json:"over"`     // only periods that lie in the days with all of theirs; else every one that one of the days lies in
	Numbers      bool     `json:"numbers"`  // those of Metrics
	Metrics      []string `json:"metrics"`  // empty: all
	Subjects     bool     `json:"subjects"` // of the numbers only those of single items
	Items        bool     `json:"items"`    // the items that count on the days, and every number of them
	Only         []string `json:"only"`     // the ids of the only items that are meant; empty: all
}

// Forgot counts the rows that a removal took away, of all versions.
type Forgot struct {
	Numbers   int64 `json:"numbers"`
	Items     int64 `json:"items"` // not their versions
	Addresses int64 `json:"addresses"`
	States    int64 `json:"states"`
}

// Any tells whether there was anything.
func (f Forgot) Any() bool { return f != Forgot{} }

// Plus adds counts.
func (f Forgot) Plus(g Forgot) Forgot {
	return Forgot{f.Numbers + g.Numbers, f.Items + g.Items, f.Addresses + g.Addresses, f.States + g.States}
}

// Tombstone stands in the place of what was forgotten: by which rule and when, and how much it was. It never holds a value.
type Tombstone struct {
	ID     string `json:"id"`
	Rule   string `json:"rule"`   // of the terms of a platform; "" where people asked for it
	Reason string `json:"reason"` // that they gave
	Forgetting
	// Addresses are those of the items that are meant, as HashAddress tells them: told again under another id they are known.
	Addresses []string `json:"addresses"`
	// Partly are the counted metrics that lack one of the items on the days.
	Partly  []string  `json:"partly"`
	At      time.Time `json:"at"`
	Done    bool      `json:"done"` // else the removal was interrupted, and goes on
	Removed Forgot    `json:"removed"`
	Version Version   `json:"-"`
}

// Name is what figures name it by.
func (t Tombstone) Name() string {
	if t.Rule != "" {
		return t.Rule
	}
	return t.ID
}

// HashAddress writes an address so that it can be known again and not be read.
func HashAddress(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:])
}

// meets tells whether the days speak of a period.
func (f Forgetting) meets(p Period) bool {
	if f.Over {
		return f.Days.Holds(p)
	}
	return f.Days.Touches(p)
}

// speaksOf tells whether it is about numbers of a metric.
func (f Forgetting) speaksOf(metric string) bool {
	return f.Numbers && (len(f.Metrics) == 0 || slices.Contains(f.Metrics, metric))
}

// Number tells whether a number is forgotten, as far as that does not follow from its item.
func (f Forgetting) Number(o Observation) bool {
	if o.Organisation != f.Organisation {
		return false
	}
	if len(f.Only) > 0 && f.Items {
		return slices.Contains(f.Only, o.Subject)
	}
	return o.Source == f.Source && f.speaksOf(o.Metric) && (!f.Subjects || o.Subject != "") &&
		(len(f.Only) == 0 || slices.Contains(f.Only, o.Subject)) && f.meets(o.Period())
}

// Item tells whether an item is forgotten.
func (t Tombstone) Item(i Item) bool {
	if !t.Items || i.Organisation != t.Organisation && i.Organisation != Shared {
		return false
	}
	if len(t.Only)+len(t.Addresses) > 0 {
		return slices.Contains(t.Only, i.ID) || slices.ContainsFunc(i.Aliases, func(a string) bool { return slices.Contains(t.Addresses, HashAddress(a)) })
	}
	return i.Source == t.Source && t.Days.Contains(DateOf(i.At().In(t.zone())))
}

func (f Forgetting) zone() *time.Location { return zoneOf(Run{Zone: f.Zone}) }

// Span returns the moments of the days.
func (f Forgetting) Span() Span { return Span{From: f.Days.Start(f.zone()), To: f.Days.End(f.zone())} }

// single tells whether only some items are meant.
func (t Tombstone) single() bool { return len(t.Only)+len(t.Addresses) > 0 }

// whole tells whether nothing is left that a period of a metric could be told by.
func (t Tombstone) whole(k CoverageKey) bool {
	if k.Organisation != t.Organisation || k.Source != t.Source || t.single() || !t.meets(k.Period()) {
		return false
	}
	if isCounted(k.Metric) {
		return t.Items
	}
	return t.speaksOf(k.Metric) && !t.Subjects
}

// partly tells whether something is missing of what a period counts.
func (t Tombstone) partly(k CoverageKey) bool {
	return k.Organisation == t.Organisation && k.Source == t.Source && t.single() && slices.Contains(t.Partly, k.Metric) && t.meets(k.Period())
}

// isCounted tells whether a metric is counted from items. Declared metrics never are.
func isCounted(metric string) bool {
	return slices.Contains([]string{"publications", "media_hits", "stories", "outlets", "appearances"}, metric)
}

// CountedIn returns the counted metrics that an item is counted by.
func CountedIn(i Item) (metrics []string) {
	for _, id := range []string{"appearances", "media_hits", "publications"} {
		if (Metric{ID: id}).Counts(i) {
			metrics = append(metrics, id)
		}
	}
	return metrics
}

// detail says by what and when something was forgotten; Forgotten reads it.
func (t Tombstone) detail() string { return t.Name() + " " + DateOf(t.At.In(t.zone())).String() }

// Forgotten returns the rule, or else the tombstone, by which coverage says that something was forgotten, and the day.
func (c Coverage) Forgotten() (rule string, on Date, ok bool) {
	name, day, _ := strings.Cut(c.Detail, " ")
	d, err := ParseDate(day)
	return name, d, c.Reason == ReasonForgotten && err == nil
}

// Tombstones are all that stand, the oldest first: a rule of a platform's terms leaves one each time that more falls under it.
type Tombstones []Tombstone

// series are tombstones that mean the same but for how far their days reach, the shortest first: those of one rule.
type series []Tombstone

// series groups tombstones.
func (all Tombstones) series() (out []series) {
	for _, t := range all {
		at := slices.IndexFunc(out, func(s series) bool { return s[0].sameBut(t) })
		if at < 0 {
			at, out = len(out), append(out, nil)
		}
		out[at] = append(out[at], t)
	}
	for _, s := range out {
		slices.SortStableFunc(s, func(a, b Tombstone) int { return cmp.Or(cmp.Compare(a.Days.To, b.Days.To), a.At.Compare(b.At)) })
	}
	return out
}

// widest is the one that goes furthest.
func (s series) widest() Tombstone { return s[len(s)-1] }

// whole returns the first one that leaves nothing of a period.
func (s series) whole(k CoverageKey) *Tombstone {
	if !s.widest().whole(k) {
		return nil
	}
	return &s[sort.Search(len(s)-1, func(i int) bool { return s[i].whole(k) })]
}

// Widest leaves out those that another one goes further than.
func (all Tombstones) Widest() (out Tombstones) {
	for _, s := range all.series() {
		out = append(out, s.widest())
	}
	return out
}

// sameBut tells whether two tombstones mean the same but for how far their days reach.
func (t Tombstone) sameBut(o Tombstone) bool {
	return t.Organisation == o.Organisation && t.Source == o.Source && t.Zone == o.Zone && t.Days.From == o.Days.From && t.Over == o.Over && t.Numbers == o.Numbers &&
		t.Subjects == o.Subjects && t.Items == o.Items && slices.Equal(t.Metrics, o.Metrics) && slices.Equal(t.Only, o.Only) && slices.Equal(t.Addresses, o.Addresses) && slices.Equal(t.Partly, o.Partly)
}

// Strip returns a commit without what is forgotten, and how many numbers and items it left out. Numbers of an item that is told
// in the same commit are left out with it, and so is that the source saw it.
func (all Tombstones) Strip(c Commit) (Commit, Forgot) {
	var left Forgot
	gone := map[string]bool{}
	items := slices.Clone(c.Items)
	items = slices.DeleteFunc(items, func(i Item) bool {
		told := i.AsTold(c.Run)
		forgotten := slices.ContainsFunc(all, func(t Tombstone) bool { return t.Item(told) })
		gone[i.ID] = gone[i.ID] || forgotten
		return forgotten
	})
	numbers := slices.DeleteFunc(slices.Clone(c.Observations), func(o Observation) bool {
		o.Organisation, o.Source = c.Run.Organisation, c.Run.Source
		return o.Subject != "" && gone[o.Subject] || slices.ContainsFunc(all, func(t Tombstone) bool { return t.Number(o) })
	})
	left.Items, left.Numbers = int64(len(c.Items)-len(items)), int64(len(c.Observations)-len(numbers))
	c.Items, c.Observations = items, numbers
	c.States = slices.Clone(c.States)
	for i, state := range c.States {
		for _, t := range all {
			if state.Key == StatePosts && t.Organisation == c.Run.Organisation {
				c.States[i].Value = t.Unremember(c.States[i].Value)
			}
		}
	}
	return c, left
}

// StatePosts is the name under which a source remembers which posts there were, as JSON: the days that they are of, by one of
// their addresses each.
const StatePosts = "posts"

// Unremember returns what a source remembers under StatePosts without the single items that are forgotten.
func (t Tombstone) Unremember(value string) string {
	var posts map[string]json.RawMessage
	if !t.Items || len(t.Addresses) == 0 || json.Unmarshal([]byte(value), &posts) != nil {
		return value
	}
	before := len(posts)
	maps.DeleteFunc(posts, func(address string, _ json.RawMessage) bool {
		return slices.Contains(t.Addresses, HashAddress(address))
	})
	text, err := json.Marshal(posts)
	if err != nil || len(posts) == before {
		return value
	}
	return string(text)
}

// Cover returns coverage as it is told now that some was forgotten: what such periods are missing, they do not lack by any fault.
// In the periods of the selection that were never spoken of nothing can be told any more either.
func (all Tombstones) Cover(rows []Coverage, sel Selection) []Coverage {
	mine := slices.DeleteFunc(slices.Clone(all), func(t Tombstone) bool { return !slices.Contains(sel.Organisations, t.Organisation) })
	if len(mine) == 0 {
		return rows
	}
	series, spoken := mine.series(), map[CoverageKey]bool{}
	for i := range rows {
		rows[i].forget(series)
		k := rows[i].CoverageKey
		k.Part = ""
		spoken[k] = true
	}
	for _, s := range series {
		for _, k := range s.widest().periods(sel) {
			if !spoken[k] {
				spoken[k] = true
				rows = append(rows, Coverage{CoverageKey: k, Result: OK})
				rows[len(rows)-1].forget(series)
			}
		}
	}
	return rows
}

// forget says of one period what it is missing.
func (c *Coverage) forget(by []series) {
	var first *Tombstone
	for _, s := range by {
		if t := s.whole(c.CoverageKey); t != nil && (first == nil || t.At.Before(first.At)) {
			first = t
		}
	}
	if first != nil {
		c.Result, c.Reason, c.Detail, c.Gaps, c.Subjects = NotOffered, ReasonForgotten, first.detail(), nil, nil
		return
	}
	for _, s := range by {
		if t := s.widest(); c.Result.Answered() && t.partly(c.CoverageKey) {
			c.Result, c.Reason, c.Detail = Partial, ReasonForgotten, t.detail()
		}
	}
}

// Whole tells whether nothing is left that a period could be told by.
func (all Tombstones) Whole(k CoverageKey) bool {
	return slices.ContainsFunc(all, func(t Tombstone) bool { return t.whole(k) })
}

// periods lists those that a tombstone may speak of in a selection.
func (t Tombstone) periods(sel Selection) (out []CoverageKey) {
	if t.single() || !slices.Contains(sel.Channels, t.Channel) {
		return nil
	}
	days := sel.Period.Intersect(Period{From: max(t.Days.From-366, FirstDay), To: min(t.Days.To, LastDay+1)})
	for _, metric := range sel.Metrics {
		for _, g := range sel.Grains {
			for d := days.From; d < days.To && (t.speaksOf(metric) || isCounted(metric)); d++ {
				k := CoverageKey{Organisation: t.Organisation, Source: t.Source, Channel: t.Channel, Metric: metric, Grain: g, From: d}
				if g.Start(d) == d && t.whole(k) {
					out = append(out, k)
				}
			}
		}
	}
	return out
}

// Bounds returns the first and the last day on which periods of a grain begin that the days speak of; there are none where the
// last lies before the first.
func (f Forgetting) Bounds(g Grain) (first, last Date) {
	if f.Over {
		last = g.Start(f.Days.To) - 1
		if g == Days28 {
			last = f.Days.To - 28
		}
		return f.Days.From, last
	}
	first = g.Start(f.Days.From)
	if g == Days28 {
		first = f.Days.From - 27
	}
	return first, f.Days.To - 1
}
