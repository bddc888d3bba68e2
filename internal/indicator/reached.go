package indicator

import (
	"slices"

	"seuranta/internal/observation"
)

// reached looks what the publications of some days have come to until now. How many there were is what the figure of the
// publications says, with its gaps.
func (t *tally) reached(j *Judge, over observation.Period) {
	pubs := weigh(t.s.pubs.question, t.s.pubs, over, over)
	t.gaps, t.looked = append(t.gaps, pubs.gaps...), len(pubs.values) > 0
	t.lacking = !pubs.whole()
	if pubs.expected == 0 {
		t.none = true
		return
	}
	could := t.couldBeRead(over)
	growing := false
	for _, it := range t.published(over) {
		growing = t.itemReached(it, over) || growing
	}
	t.settled = !growing && over.To <= t.q.today
	t.none = t.none || !could && len(t.pieces) == 0
}

// published lists the publications of some days, each once.
func (t *tally) published(over observation.Period) []*observation.Item {
	var out []*observation.Item
	for d := over.From; d < over.To; d++ {
		for _, i := range t.s.pubs.counted(d) {
			if !slices.ContainsFunc(out, func(have *observation.Item) bool { return have.ID == i.ID }) {
				out = append(out, i)
			}
		}
	}
	return out
}

// couldBeRead tells whether any source could tell the counter when it was last asked, and notes why the others could not.
func (t *tally) couldBeRead(over observation.Period) bool {
	could := false
	for _, of := range t.q.tellers {
		said, seen := t.s.lookedLast(of, over.From)
		if seen && said.Result.NotApplicable() {
			t.gap(over, reasonOf(said), of.ID, false)
			continue
		}
		could = true
		if seen && !heard(said.Result) {
			t.gap(over, reasonOf(said), of.ID, true)
		}
	}
	return could
}

// itemReached counts what an item has come to; it returns whether its counter is still read, and so may grow.
func (t *tally) itemReached(it *observation.Item, over observation.Period) (growing bool) {
	unmeasurable := 0
	var group []*teller
	for _, of := range t.q.candidates(min(over.To, t.q.today) - 1) {
		if of.Channel == it.Channel {
			group = append(group, of)
		}
	}
	for _, of := range group {
		c := t.counter(of, sightedItem{Item: it}, over)
		o := c.newest()
		if o == nil {
			if said, seen := t.s.lookedLast(of, over.From); seen && said.Result.NotApplicable() {
				unmeasurable++
			}
			continue
		}
		s := stretch{source: of.ID, definition: o.Definition, from: o.From, to: o.From + 1}
		t.take(it, []piece{{s, o.Value, o.Basis, []*observation.Observation{o}}}, true)
		return c.read()
	}
	if len(group) == 0 || unmeasurable == len(group) { // its source does not tell this counter
		return false
	}
	t.take(it, nil, false)
	return false
}
