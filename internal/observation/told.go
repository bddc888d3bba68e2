package observation

import (
	"cmp"
	"slices"
	"time"
)

// maxAlias is the longest address that a store keeps, in bytes: longer ones do not fit into its statements.
const maxAlias = 8000

// AsTold returns the item as a store takes it from a run: times in whole seconds, unknown where they cannot be kept; lists
// sorted, each entry once; what nobody told filled in from the run. The source is the run's: it is who tells it.
func (i Item) AsTold(r Run) Item {
	i.Organisation, i.Source = cmp.Or(i.Organisation, r.Organisation), r.Source
	i.State = cmp.Or(i.State, Valid)
	i.PublishedAt, i.FirstSeen = wholeSecond(i.PublishedAt), wholeSecond(i.FirstSeen)
	if i.FirstSeen.IsZero() {
		i.FirstSeen = wholeSecond(r.StartedAt)
	}
	i.Tags, i.Projects = sortedOnce(i.Tags), sortedOnce(i.Projects)
	i.Aliases = slices.DeleteFunc(sortedOnce(i.Aliases), func(a string) bool { return a == "" || len(a) > maxAlias })
	return i
}

// wholeSecond returns t as a store keeps it.
func wholeSecond(t time.Time) time.Time {
	if !storable(t) {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

func sortedOnce(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// Retold returns what is known of i when it is told again as next. First sight wins: the id, the source, and when it was
// first seen and published stay. What people typed of it stays until they type something else. Another source than its own
// adds projects and notes and changes nothing else, or two sources that word one article differently would take turns; it
// cannot take the article back either. What was taken back comes back as whoever tells it next tells it.
func (i Item) Retold(next Item) Item {
	switch {
	case !i.valid() && !next.valid():
		return i
	case !i.valid():
		next.FirstSeen = i.FirstSeen
		next.PublishedAt = firstKnown(next.PublishedAt, i.PublishedAt)
		return next
	case next.Source != i.Source && !next.valid():
		return i
	case next.Source != i.Source:
		i.PublishedAt = firstKnown(i.PublishedAt, next.PublishedAt)
		i.Projects = sortedOnce(slices.Concat(i.Projects, next.Projects))
		i.Note, i.By = cmp.Or(next.Note, i.Note), cmp.Or(next.By, i.By)
		return i
	case !next.valid():
		i.State = Withdrawn
		return i
	}
	next.FirstSeen, next.PublishedAt = i.FirstSeen, firstKnown(i.PublishedAt, next.PublishedAt)
	if len(next.Projects) == 0 {
		next.Projects = i.Projects
	}
	next.Note, next.By = cmp.Or(next.Note, i.Note), cmp.Or(next.By, i.By)
	return next
}

// firstKnown returns the first time that is one.
func firstKnown(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// Stands tells whether the item was not taken back.
func (i Item) Stands() bool { return i.valid() }

// FoldItem returns what is known of an item after all versions of it, oldest first; there is at least one. It has the
// version and the run of the newest.
func FoldItem(versions []Item) Item {
	it := versions[0]
	for _, next := range versions[1:] {
		it = it.Retold(next)
		it.Version, it.Run = next.Version, next.Run
	}
	return it
}

// CompareItems orders items as readers see them: by the moment that they count at, then by id.
func CompareItems(a, b Item) int {
	return cmp.Or(a.At().Compare(b.At()), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Organisation, b.Organisation))
}

// Wants tells whether the selection asks for an item, whatever moment it is known at.
func (s ItemSelection) Wants(i Item) bool {
	at := i.At()
	return slices.Contains(s.Organisations, i.Organisation) && (len(s.Channels) == 0 || slices.Contains(s.Channels, i.Channel)) &&
		(len(s.Kinds) == 0 || slices.Contains(s.Kinds, i.Kind)) && !at.Before(s.From) && at.Before(s.To)
}
