package indicator

import (
	"slices"
	"strings"

	"seuranta/internal/observation"
)

// place puts the n-th item that was read where the question counts it: on the day of its moment, in the zone of the source
// that answers for it. That is its own source if it may answer for the day, else the first that may.
func (s *shelf) place(n int, i *observation.Item) {
	q := s.question
	if q.counts == nil || !q.counts(n, i) {
		return
	}
	day, ok := q.dayOf(i)
	if !ok || !s.days.Contains(day) {
		return
	}
	if s.items == nil {
		s.items = make([][]*observation.Item, s.days.Days())
	}
	at := day - s.days.From
	s.items[at] = append(s.items[at], i)
}

// dayOf returns the day that an item is counted on; ok is false when no source may answer for it.
func (q *question) dayOf(i *observation.Item) (day observation.Date, ok bool) {
	if own := q.teller(i.Source); own != nil {
		day = observation.DateOf(i.At().In(own.Zone))
		if slices.Contains(q.candidates(day), own) {
			return day, true
		}
	}
	near := q.candidates(today(i.At(), q.organisation.Zone))
	if len(near) == 0 {
		return 0, false
	}
	return observation.DateOf(i.At().In(near[0].Zone)), true
}

func (q *question) teller(source string) *teller {
	for _, t := range q.tellers {
		if t.ID == source {
			return t
		}
	}
	return nil
}

// counted returns the items of a day.
func (s *shelf) counted(d observation.Date) []*observation.Item {
	if s.items == nil || !s.days.Contains(d) {
		return nil
	}
	return s.items[d-s.days.From]
}

// account is what the sources say of a day together.
type account struct {
	answered, part []*teller
	lacking        tile // of the first that did not answer whole
	reason         string
}

// count goes through the days one by one: the items of a day are its number, and what the sources say of the day tells
// whether that is all of them.
func (w walk) count() verdict {
	for d := w.over.From; d < w.over.To; d++ {
		if candidates, there := w.there(d); there {
			w.countDay(d, candidates)
		}
	}
	return w.verdict
}

// countDay counts one day. What was answered, or answered in part, counts, also when there was nothing; what was not counts
// only where there is something all the same.
func (w *walk) countDay(d observation.Date, candidates []*teller) {
	day := observation.Day.Holding(d)
	leading := w.leading(d, candidates)
	a := w.account(d, leading)
	items := w.s.counted(d)
	if len(items) == 0 && len(a.answered)+len(a.part) == 0 {
		w.miss(day)
		return
	}
	typed := len(a.answered) > 0 && leading[0].Typed
	for _, t := range slices.Concat(a.answered, a.part) {
		w.hear(t.ID)
	}
	for _, i := range items {
		t := w.q.teller(i.Source)
		if t == nil {
			t = leading[0]
		}
		w.hear(t.ID)
		typed = typed || t.Typed || i.By != ""
	}
	if w.tracing {
		w.items = append(w.items, items...)
	}
	basis := observation.Collected
	if typed {
		basis = observation.Entered
	}
	w.add(stretch{source: names(leading), definition: countedRule(w.q.metric.ID), from: d, to: d + 1}, float64(len(items)), basis)
	if w.endKnown = a.reason == ""; w.endKnown {
		w.measured += w.expect(day, leading[0], "", false)
		return
	}
	w.expect(day, a.lacking.teller, a.reason, true)
}

// leading are the sources whose answer is needed, of those that had the day: what people type beside what is read by itself
// only adds to it.
func (w *walk) leading(d observation.Date, candidates []*teller) []*teller {
	var read, all []*teller
	for _, t := range candidates {
		if !t.has(d) {
			continue
		}
		if all = append(all, t); !t.Typed {
			read = append(read, t)
		}
	}
	if len(read) == 0 {
		return all
	}
	return read
}

func names(tellers []*teller) string {
	if len(tellers) == 1 {
		return tellers[0].ID
	}
	var ids []string
	for _, t := range tellers {
		ids = append(ids, t.ID)
	}
	return strings.Join(ids, "+")
}

// lack is what a source did not answer, and why.
type lack struct {
	tile
	reason string
}

// madeUp tells whether one source's answer makes up for that of another: both see the publications of one channel.
func (w *walk) madeUp(lacking, answered *teller) bool {
	return w.q.metric.ID == publications && lacking.Channel == answered.Channel
}

// account asks the sources for a day. Those of a channel see the same publications, and one that answers is enough, of each
// channel where there are several, as it is where only people tell. Media are watched by many sources, each of others: all have
// to answer. A log of events that holds is an answer: what was said later does not undo it.
func (w *walk) account(d observation.Date, leading []*teller) account {
	var a account
	var lacks []lack
	w.tried = w.tried[:0]
	for _, t := range leading {
		tile := tile{observation.Day.Holding(d), t, observation.Day}
		c := w.s.cell(t, observation.Day, d)
		said, seen := c.said()
		switch {
		case c != nil && c.held, seen && said.Result.Answered():
			a.answered = append(a.answered, t)
			w.noteLog(t, c)
			continue
		case seen && c.inPart():
			a.part = append(a.part, t)
		}
		w.tried = append(w.tried, tile)
		w.note(c)
		excuse := w.excuse(tile)
		if seen && said.Result.NotApplicable() && len(leading) > 1 {
			continue
		}
		lacks = append(lacks, lack{tile, excuse.reason})
	}
	lacks = slices.DeleteFunc(lacks, func(l lack) bool {
		return slices.ContainsFunc(a.answered, func(t *teller) bool { return w.madeUp(l.teller, t) || leading[0].Typed })
	})
	if len(lacks) > 0 {
		a.lacking, a.reason = lacks[0].tile, lacks[0].reason
	}
	if a.reason == "" && len(a.answered) == 0 && len(w.tried) > 0 { // nobody could measure it, and yet there may be something
		a.lacking, a.reason = w.tried[0], w.excuse(w.tried[0]).reason
	}
	return a
}
