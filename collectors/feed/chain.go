package feed

import (
	"cmp"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// conclude takes a good visit into the memory: how far the chain of visits reaches that nothing can have been missed in.
func (v *visit) conclude(w collector.Window) {
	if v.err != nil {
		return
	}
	now := w.Now.Unix()
	if v.unchanged {
		v.memory.goOn(now)
		return
	}
	v.memory.ETag, v.memory.Modified = v.answer.ETag, v.answer.LastModified
	v.memory.measure(v.links(w.Zone), reach(v.entries, w), now)
	sorted := newestFirst(v.entries, w)
	v.contents.hold(sorted, w.Zone, w.Now)
	if len(sorted) > 0 {
		v.memory.Had = true
		v.memory.Newest, v.memory.Rhythm = rhythm(sorted, w.Now)
	}
}

// link is how a feed's answer joins the one before it.
type link int

const (
	begins   link = iota // there was none before it
	joins                // nothing can have come and gone between them
	dangling             // what the one before it held is gone
)

// links tells how the answer joins the last good one.
func (v *visit) links(zone *time.Location) link {
	switch {
	case len(v.memory.Measured) == 0:
		return begins
	case !v.memory.Had:
		return v.sinceEmpty()
	}
	newer := v.contents.newerHalf()
	for _, e := range v.entries {
		if newer[idMark(e.id)] {
			return joins
		}
	}
	return dangling
}

// sinceEmpty tells how the answer joins an empty one: items older than that show that it was empty by mistake.
func (v *visit) sinceEmpty() link {
	last := v.memory.Measured[len(v.memory.Measured)-1].To
	for _, e := range v.entries {
		if at := e.told.at; !at.IsZero() && at.Unix() < last-secondsPerDay {
			return begins
		}
	}
	return joins
}

const secondsPerDay = 24 * 60 * 60

// measure adds the stretch that an answer measures: it reaches back to from, and it is of now.
func (m *memory) measure(l link, from, now int64) {
	switch l {
	case joins:
		m.goOn(now)
		return
	case begins:
		m.Measured = nil
	}
	m.Measured = append(m.Measured, stretch{min(from, now), now})
	if n := len(m.Measured); n > 1 && m.Measured[n-1].From <= m.Measured[n-2].To {
		m.Measured[n-2].To = now
		m.Measured = m.Measured[:n-1]
	}
	if n := len(m.Measured); n > mostStretches {
		m.Measured = m.Measured[n-mostStretches:]
	}
}

// goOn carries the chain on to now.
func (m *memory) goOn(now int64) {
	last := &m.Measured[len(m.Measured)-1]
	last.To = max(last.To, now)
}

// since returns the moment from which on a feed that holds this item, and lists the newest first, holds all there is. Where
// only the day is told the rest of that day may be missing.
func (e *entry) since(w collector.Window) time.Time {
	at := e.told.at
	if e.told.day {
		at = observation.DateOf(at.In(w.Zone)).End(w.Zone)
	}
	if at.After(w.Now) {
		return w.Now
	}
	return at
}

// reach returns how far back an answer holds all there is. That can be told only of a list of dated items, the newest first,
// by the day they were published or changed; of any other nothing is certain but that it was read now. Nor is it of a feed
// without items: what it held before may have been taken out of it.
func reach(all []entry, w collector.Window) int64 {
	if len(all) == 0 {
		return w.Now.Unix()
	}
	var published, moved []int64
	for i := range all {
		e := &all[i]
		if e.told.at.IsZero() {
			return w.Now.Unix()
		}
		at := e.since(w).Unix()
		published = append(published, at)
		moved = append(moved, max(at, min(e.moved.Unix(), w.Now.Unix())))
	}
	one, strayed := tail(published)
	other, strayedToo := tail(moved)
	if strayedToo < strayed {
		one, strayed = other, strayedToo
	} else if strayedToo == strayed {
		one = max(one, other)
	}
	if strayed*4 > len(all) {
		return w.Now.Unix()
	}
	return one
}

// enoughToTurn is how many items show that a list grows downwards; in a shorter one an item may be pinned to the top.
const enoughToTurn = 5

// tail returns the oldest of the moments of a list, and how many stand out of their turn: older than one after them, as an
// item is that is pinned to the top. A list that grows downwards is turned over first, if it is long enough to show that.
func tail(list []int64) (oldest int64, strayed int) {
	up := 0
	for i := 1; i < len(list); i++ {
		up += cmp.Compare(list[i], list[i-1])
	}
	if up > 0 && len(list) >= enoughToTurn {
		list = slices.Clone(list)
		slices.Reverse(list)
	}
	var inTurn []int64 // the oldest first
	for _, at := range slices.Backward(list) {
		if n := len(inTurn); n > 0 && at < inTurn[n-1] {
			strayed++
			continue
		}
		inTurn = append(inTurn, at)
	}
	return withoutOutliers(inTurn)[0], strayed
}

// withoutOutliers leaves out the oldest moments as long as they lie absurdly far from the rest: items that are pinned to the
// end of a list.
func withoutOutliers(inTurn []int64) []int64 {
	const month = 30 * secondsPerDay
	for len(inTurn) > 4 {
		longest := int64(0)
		for i := 2; i < len(inTurn); i++ {
			longest = max(longest, inTurn[i]-inTurn[i-1])
		}
		if alone := inTurn[1] - inTurn[0]; alone < month || alone < 20*longest {
			break
		}
		inTurn = inTurn[1:]
	}
	return inTurn
}

// newestFirst returns the entries in the order in which new ones push them out, as well as that can be told.
func newestFirst(all []entry, w collector.Window) []*entry {
	out := make([]*entry, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	at := func(e *entry) time.Time {
		switch {
		case e.told.at.IsZero():
			return w.Now
		case e.moved.After(e.told.at):
			return e.moved
		}
		return e.told.at
	}
	slices.SortStableFunc(out, func(a, b *entry) int { return at(b).Compare(at(a)) })
	return out
}

// enoughItems is how many dated items tell the rhythm of a feed.
const enoughItems = 10

// rhythm returns the date of the newest item and the longest time between two, 0 when there are too few to tell.
func rhythm(all []*entry, now time.Time) (newest, longest int64) {
	var dates []int64
	for _, e := range all {
		if at := e.told.at; !at.IsZero() {
			dates = append(dates, min(at.Unix(), now.Unix()))
		}
	}
	slices.Sort(dates)
	if len(dates) == 0 {
		return 0, 0
	}
	for i := 1; i < len(dates); i++ {
		longest = max(longest, dates[i]-dates[i-1])
	}
	if len(dates) < enoughItems {
		longest = 0
	} else {
		longest = max(longest, 1)
	}
	return dates[len(dates)-1], longest
}
