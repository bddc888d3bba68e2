package indicator

import (
	"slices"

	"seuranta/internal/observation"
)

// earned looks by how much the counters of all items grew in some days, whenever they were published.
func (t *tally) earned(days observation.Period) {
	none, groups := true, t.q.groups(days.To-1)
	for _, g := range groups {
		could := t.looks(g, days)
		for _, it := range t.earning(g, days) {
			if t.itemEarned(g, it, days, could) {
				none = false
			}
		}
		none = none && !could
	}
	if none && t.expected == 0 {
		t.none = true
		if len(groups) == 0 {
			t.gap(days, ReasonNotAlive, "", false)
		}
	}
}

// looks finds out whether the sources of a channel were asked at both ends of the days, and notes why not; could is false where
// the counter could not be measured.
func (t *tally) looks(g []*teller, days observation.Period) (could bool) {
	end, ended := t.bestLook(g, days.To)
	switch {
	case ended && end.Result.NotApplicable():
		t.lookGap(g[0], days, days.To, reasonOf(end))
		return false
	case ended && heard(end.Result):
		t.looked = true
	default:
		t.lacking = true
		t.lookGap(g[0], days, days.To, whyNot(end, ended))
	}
	if start, began := t.bestLook(g, days.From); !began || !heard(start.Result) {
		t.unlooked = append(t.unlooked, Gap{From: days.From - 1, To: days.From, Reason: whyNot(start, began), Source: g[0].ID})
	}
	return true
}

// bestLook returns what the sources of a channel said of their counters at a midnight: that of the first that answered.
func (t *tally) bestLook(g []*teller, midnight observation.Date) (best observation.Coverage, seen bool) {
	for _, of := range g {
		said, ok := t.s.lookedAt(of, midnight)
		t.note(of, midnight)
		if ok && (!seen || heard(said.Result) && !heard(best.Result)) {
			best, seen = said, true
		}
	}
	return best, seen
}

// note keeps, for explaining, what was said of the looks that stand for a midnight.
func (t *tally) note(of *teller, midnight observation.Date) {
	for d := midnight - 2; t.tracing && d <= midnight; d++ {
		c := t.s.cell(of, observation.Snapshot, d)
		if said, seen := c.said(); seen && !said.Result.Answered() {
			t.said = append(append(t.said, c.coverage), c.parts...)
		}
	}
}

func whyNot(said observation.Coverage, seen bool) string {
	if !seen {
		return ReasonNoRun
	}
	return reasonOf(said)
}

// lookGap notes why the last day before a midnight has no look.
func (t *tally) lookGap(of *teller, days observation.Period, midnight observation.Date, reason string) {
	t.gap(observation.Period{From: max(days.From, midnight-1), To: midnight}, reason, of.ID, false)
}

// earning lists the items of the channel of some sources that may have earned something in the days.
func (t *tally) earning(g []*teller, days observation.Period) []sightedItem {
	channel, pubs := g[0].Channel, t.s.pubs
	found := map[string]sightedItem{}
	for d := days.From; d < days.To; d++ {
		for _, i := range pubs.counted(d) {
			if i.Channel == channel {
				found[i.ID] = sightedItem{Item: i}
			}
		}
	}
	for _, id := range t.s.sights.ids[rowName{channel: channel, metric: t.q.told()}] {
		if it, known := t.s.sights.items[id]; known && pubs.question.counts(it.n, it.Item) {
			found[id] = it
		}
	}
	var out []sightedItem
	for _, it := range found {
		out = append(out, it)
	}
	slices.SortFunc(out, byMoment)
	return out
}

// itemEarned counts what an item earned by the first of the sources that knows it; false where it is none of those whose counters
// are read in these days.
func (t *tally) itemEarned(g []*teller, it sightedItem, days observation.Period, could bool) bool {
	var pieces []piece
	follows, whole := false, false
	for _, of := range g {
		c := t.counter(of, it, days)
		if !c.publishedBy(days.To) || c.goneBy(days.From) || !c.followed(days) {
			continue
		}
		follows = true
		if some, all := c.growth(days); all || len(pieces) == 0 {
			pieces, whole = some, all
		}
		if whole {
			break
		}
	}
	if !follows || !could && len(pieces) == 0 {
		return false
	}
	t.take(it.Item, pieces, whole)
	t.noteChanges(pieces)
	if !whole {
		t.noteUnlooked()
	}
	return true
}

// noteUnlooked notes why the first midnight has no looks, where that matters.
func (t *tally) noteUnlooked() {
	for _, g := range t.unlooked {
		t.gap(observation.Period{From: g.From, To: g.To}, g.Reason, g.Source, false)
	}
	t.unlooked = nil
}

// noteChanges notes the days on which the rule changed: what came between the last look by one and the first by the other is
// in neither part.
func (t *tally) noteChanges(pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		day := observation.Day.Holding(pieces[i].from)
		same := func(g Gap) bool {
			return g.From == day.From && g.Reason == ReasonRedefined && g.Source == pieces[i].source
		}
		if !slices.ContainsFunc(t.gaps, same) {
			t.gap(day, ReasonRedefined, pieces[i].source, true)
		}
	}
}
