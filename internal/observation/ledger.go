package observation

import (
	"cmp"
	"slices"
	"time"
)

// Commit is what one run tells in one go: its answers, what it says of its periods, and what it claims to have told whole.
type Commit struct {
	Run          Run
	Observations []Observation
	Coverage     []Coverage
	Complete     []Completion
	CompleteDims []string // the dimensions that Complete speaks of; nil: of all, those that nobody told included
	Items        []Item
	States       []SourceState
	// Uncover are periods of the source of which nothing that was said counts any longer. Their answers and items stay.
	Uncover []CoverageKey
	// Retract, when it is not nil, takes back every answer and all coverage of the source in these days, and its items that
	// count at a moment of them.
	Retract *Period
}

// SpeaksOf tells whether the completions of c speak of numbers of these dimensions.
func (c Commit) SpeaksOf(dims string) bool {
	return c.CompleteDims == nil || slices.Contains(c.CompleteDims, dims)
}

// SourceState is one remembered value of a source, committed with the run that learned it.
type SourceState struct {
	Key   string
	Value string
}

// Ledger is the plain reference of what a reader must see: every commit kept as it was told, and the winner chosen when it
// is asked for. It is slow on purpose; stores are compared with it.
type Ledger struct {
	commits []Commit
}

// Add appends a commit. Its answers take the version of their place in the ledger: of two to one key in one commit the
// later counts as the newer.
func (l *Ledger) Add(c Commit) {
	stamp := func(i int) Version { return Version(len(l.commits)+1)<<32 | Version(i) }
	c.Observations = slices.Clone(c.Observations)
	for i := range c.Observations {
		c.Observations[i].Version = stamp(i)
		c.Observations[i].Organisation, c.Observations[i].Source = c.Run.Organisation, c.Run.Source
		c.Observations[i].ObservedAt = c.Observations[i].ObservedAt.Truncate(time.Second)
		if c.Observations[i].State == "" {
			c.Observations[i].State = Valid
		}
	}
	c.Coverage = slices.Clone(c.Coverage)
	for i := range c.Coverage {
		c.Coverage[i].Version = stamp(i)
		c.Coverage[i].Organisation, c.Coverage[i].Source = c.Run.Organisation, c.Run.Source
	}
	c.Uncover = slices.Clone(c.Uncover)
	for i := range c.Uncover {
		c.Uncover[i].Organisation, c.Uncover[i].Source = c.Run.Organisation, c.Run.Source
	}
	c.Items = slices.Clone(c.Items)
	for i := range c.Items {
		c.Items[i] = c.Items[i].AsTold(c.Run)
		c.Items[i].Version, c.Items[i].Run = stamp(i), c.Run.ID
	}
	l.commits = append(l.commits, c)
}

// Current returns what a reader sees of all that was committed before asOf (of everything when it is zero): one valid
// answer a key, sorted.
func (l *Ledger) Current(asOf time.Time) []Observation {
	best := map[Key]Observation{}
	for _, c := range l.until(asOf) {
		loc := zoneOf(c.Run)
		for _, o := range c.Observations {
			if p, seen := best[o.Key]; !seen || !o.SameAnswer(p) && o.Beats(p, loc) {
				best[o.Key] = o
			}
		}
		l.withdraw(best, c)
	}
	var out []Observation
	for _, o := range best {
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Observation) int { return a.Key.Compare(b.Key) })
	return out
}

// Looks returns what was seen of single items.
func (l *Ledger) Looks(sel LookSelection) []Observation {
	newest := map[Key]Observation{} // by item, counter, source and definition
	var out []Observation
	for _, o := range l.Current(sel.AsOf) {
		if o.Subject == "" || o.Dims != "" || o.Grain != Snapshot || !slices.Contains(sel.Organisations, o.Organisation) || !slices.Contains(sel.Channels, o.Channel) ||
			!slices.Contains(sel.Metrics, o.Metric) {
			continue
		}
		if slices.Contains(sel.Days, o.From) {
			out = append(out, o)
		}
		k := o.Key
		k.From = 0
		if have, known := newest[k]; o.From >= sel.Since && o.From <= sel.Until && (!known || o.From > have.From) {
			newest[k] = o
		}
	}
	for _, o := range newest {
		if !slices.Contains(sel.Days, o.From) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, CompareLooks)
	return out
}

// withdraw drops the answers that c says are gone: those of a completed period that it did not tell again, and those of
// retracted days.
func (l *Ledger) withdraw(best map[Key]Observation, c Commit) {
	told := map[Key]bool{}
	for _, o := range c.Observations {
		told[o.Key] = true
	}
	for k, o := range best {
		if k.Organisation != c.Run.Organisation || k.Source != c.Run.Source {
			continue
		}
		if c.Retract != nil && c.Retract.Touches(k.Period()) || !told[k] && c.SpeaksOf(o.Dims) && slices.ContainsFunc(c.Complete, func(done Completion) bool { return done.Covers(o) }) {
			delete(best, k)
		}
	}
}

// Coverage returns what a reader sees of the periods, under the same rules.
func (l *Ledger) Coverage(asOf time.Time) []Coverage {
	best := map[CoverageKey]Coverage{}
	for _, c := range l.until(asOf) {
		for _, v := range c.Coverage {
			if p, seen := best[v.CoverageKey]; !seen || v.Beats(p) {
				best[v.CoverageKey] = v
			}
		}
		for k := range best {
			if k.Organisation == c.Run.Organisation && k.Source == c.Run.Source && (c.Retract != nil && c.Retract.Touches(k.Period()) || slices.Contains(c.Uncover, k)) {
				delete(best, k)
			}
		}
	}
	var out []Coverage
	for _, v := range best {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b Coverage) int { return a.CoverageKey.Compare(b.CoverageKey) })
	return out
}

// Heard returns when each part of the sources was first spoken of and when it answered last, sorted.
func (l *Ledger) Heard(sources []Source, asOf time.Time) []Heard {
	known := map[partKey]Heard{}
	for _, c := range l.until(asOf) {
		for _, v := range c.Coverage {
			k := v.partKey()
			h, seen := known[k]
			if !seen {
				h = Heard{Organisation: v.Organisation, Source: v.Source, Part: v.Part, First: c.Run.CommittedAt}
			}
			if v.Result.Answered() {
				h.Answered = c.Run.CommittedAt
			}
			known[k] = h
		}
	}
	var out []Heard
	for k, h := range known {
		if k.part != "" && slices.ContainsFunc(sources, func(s Source) bool { return s.Key() == k.SourceKey }) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b Heard) int {
		return cmp.Or(cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Part, b.Part))
	})
	return out
}

// things are the items and addresses of one organisation or more, as they are after some commits.
type things struct {
	items   map[itemKey]Item
	holders map[itemKey]string // of an address, in the place of the id: the item that has it
}

type itemKey struct{ organisation, id string }

// Items returns the items that a reader sees of all that was committed before the selection's moment, sorted.
func (l *Ledger) Items(sel ItemSelection) []Item {
	var out []Item
	for _, it := range l.things(sel.AsOf).items {
		if it.Stands() && sel.Wants(it) {
			out = append(out, it)
		}
	}
	slices.SortFunc(out, CompareItems)
	return out
}

// ItemsByID returns the items of an organisation that go by the ids and stand, sorted.
func (l *Ledger) ItemsByID(organisation string, ids []string, asOf time.Time) []Item {
	var out []Item
	for k, it := range l.things(asOf).items {
		if k.organisation == organisation && it.Stands() && slices.Contains(ids, k.id) {
			out = append(out, it)
		}
	}
	slices.SortFunc(out, CompareItems)
	return out
}

// Known returns, by alias, the items of an organisation that go by one of the aliases.
func (l *Ledger) Known(organisation string, aliases []string, asOf time.Time) map[string]Item {
	out, now := map[string]Item{}, l.things(asOf)
	for _, a := range aliases {
		if it, ok := now.items[itemKey{organisation, now.holders[itemKey{organisation, a}]}]; ok && it.Stands() {
			out[a] = it
		}
	}
	return out
}

func (l *Ledger) things(asOf time.Time) things {
	now := things{map[itemKey]Item{}, map[itemKey]string{}}
	for _, c := range l.until(asOf) {
		for _, it := range c.Items {
			now.tell(it)
		}
		if c.Retract != nil {
			now.retract(c.Run, *c.Retract)
		}
	}
	return now
}

// tell takes in one telling. The addresses told with it become the item's, but for those that another one has that stands.
func (t things) tell(it Item) {
	k := itemKey{it.Organisation, it.ID}
	aliases := it.Aliases
	it.Aliases = nil
	old, have := t.items[k]
	if have {
		version, run := it.Version, it.Run
		it = old.Retold(it)
		it.Version, it.Run = version, run
	}
	if !have && !it.Stands() {
		return
	}
	t.items[k] = it
	for _, a := range aliases {
		at := itemKey{it.Organisation, a}
		if it.Stands() && !t.items[itemKey{it.Organisation, t.holders[at]}].stands() {
			t.holders[at] = it.ID
		}
	}
}

// stands is Stands for what may not be there at all.
func (i Item) stands() bool { return i.ID != "" && i.Stands() }

// retract takes back the items of a source that count at a moment of days, its own and those of the shared organisation.
func (t things) retract(r Run, days Period) {
	for k, it := range t.items {
		mine := it.Source == r.Source && (it.Organisation == r.Organisation || it.Organisation == Shared)
		if mine && it.Stands() && days.Contains(DateOf(it.At().In(zoneOf(r)))) {
			it.State, it.Run = Withdrawn, r.ID
			t.items[k] = it
		}
	}
}

func (l *Ledger) until(asOf time.Time) []Commit {
	if asOf.IsZero() {
		return l.commits
	}
	var out []Commit
	for _, c := range l.commits {
		if c.Run.CommittedAt.Before(asOf) {
			out = append(out, c)
		}
	}
	return out
}

func zoneOf(r Run) *time.Location {
	loc, err := time.LoadLocation(r.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}
