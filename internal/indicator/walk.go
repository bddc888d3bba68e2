package indicator

import (
	"slices"

	"seuranta/internal/observation"
)

// walk goes through the days of a period and takes, for each, what the first source that answered tells.
type walk struct {
	verdict
	q      *question
	s      *shelf
	p      observation.Period
	over   observation.Period    // the days of p that are over
	grains [][]observation.Grain // by source: what it may be read at here, finest first
	depth  int                   // which of them is read: 0 the finest
	used   observation.Date      // days before it have been counted
	tried  []tile                // what the candidates of the day at hand were asked for, in vain
}

// tile is a period that a source was asked about.
type tile struct {
	observation.Period
	teller *teller
	grain  observation.Grain
}

// weigh looks through a period. What adds is read at the finest grain of each source that fills it, or where none does, as
// weeks do not fill a month, at the finest of which anything lies in it. Of unique people the coarsest grain
// that was measured whole says most: the period's own answer, else months rather than days. Where none was measured whole, as
// weeks never are of a month, the one of which most days were measured does.
func weigh(q *question, s *shelf, p, over observation.Period) verdict {
	w := walk{q: q, s: s, p: p, over: over, used: never}
	w.settled, w.tracing = q.settled(p), s.tracing
	if over.Empty() {
		w.gap(p, ReasonNotYet, "", false)
		return w.verdict
	}
	if q.counts != nil {
		return w.count()
	}
	deepest := 0
	for _, t := range q.tellers {
		grains := t.fitting(p)
		if q.metric.Shape == observation.Unique || len(grains) == 0 {
			grains = t.lying(p)
		}
		w.grains = append(w.grains, grains)
		deepest = max(deepest, len(grains)-1)
	}
	if q.metric.Shape != observation.Unique || deepest == 0 {
		return w.at(0)
	}
	return w.deepest(deepest)
}

// deepest returns the coarsest reading that is whole; else the period's own answer as far as it was told, else that of most
// days, the finer of two.
func (w walk) deepest(depth int) verdict {
	coarsest := w.at(depth)
	found := coarsest
	for most := coarsest; depth > 0 && !found.whole(); {
		depth--
		if found = w.at(depth); found.whole() {
			break
		}
		if found.measured >= most.measured {
			most = found
		}
		if depth == 0 {
			found = most
		}
	}
	if !found.whole() && coarsest.single {
		coarsest.measured, coarsest.gaps = found.measured, found.gaps
		return coarsest
	}
	if _, between := fold(w.q.metric.Shape, found.values); between != nil && !found.lacks() && !found.broken(w.q.metric.Shape) {
		found.whyNotWhole(w.p, coarsest.gaps)
	}
	return found
}

// lacks tells whether there are gaps: a day that never was is none, it is only told.
func (v *verdict) lacks() bool {
	return slices.ContainsFunc(v.gaps, func(g Gap) bool { return g.Reason != ReasonNoDay })
}

// whyNotWhole makes sure that a range says why there is no number.
func (v *verdict) whyNotWhole(p observation.Period, own []Gap) {
	reason := ReasonNotWhole
	if len(own) > 0 && own[0].Reason != ReasonNoRun {
		reason = own[0].Reason
	}
	v.gap(p, reason, v.sources[0], true)
}

// at reads at one depth.
func (w walk) at(depth int) verdict {
	w.depth = depth
	for d := w.over.From; d < w.over.To; {
		d = w.step(d)
	}
	return w.verdict
}

// there returns the sources that may answer for a day; without any, or on a day that never was, it notes why, and there is
// false.
func (w *walk) there(d observation.Date) (candidates []*teller, there bool) {
	candidates = w.q.candidates(d)
	switch {
	case len(candidates) == 0 || !w.q.lives(d):
		w.gap(observation.Day.Holding(d), ReasonNotAlive, "", false)
	case neverWas(d, candidates):
		w.gap(observation.Day.Holding(d), ReasonNoDay, candidates[0].ID, false)
	default:
		return candidates, true
	}
	return nil, false
}

// step reads what the day lies in, and returns the day after it.
func (w *walk) step(d observation.Date) observation.Date {
	candidates, there := w.there(d)
	if !there {
		return d + 1
	}
	w.tried = w.tried[:0]
	next := forever
	for _, t := range candidates {
		tile, fits := w.tile(t, d)
		switch {
		case !fits, oneDay(tile.grain) && !t.has(d):
			continue
		case tile.To > w.over.To: // it will come
		case w.take(tile, d):
			return tile.To
		default:
			w.tried = append(w.tried, tile)
		}
		next = min(next, tile.To)
	}
	switch {
	case len(w.tried) > 0:
		w.miss(observation.Period{From: d, To: next})
	case next == forever:
		next = d + 1
		w.lack(observation.Period{From: d, To: next}, ReasonNotWhole, candidates[0])
	default:
		w.gap(observation.Period{From: d, To: min(next, w.over.To)}, ReasonNotYet, candidates[0].ID, false)
	}
	return next
}

// tile returns the period of a source that a day lies in, when all of it lies in the period asked for and none of it was
// counted already.
func (w *walk) tile(t *teller, d observation.Date) (tile, bool) {
	grains := w.grains[t.index]
	if w.q.loose(t) {
		return w.looseTile(t, d)
	}
	if len(grains) == 0 {
		return tile{}, false
	}
	g := grains[min(w.depth, len(grains)-1)]
	if oneDay(g) {
		return tile{observation.Period{From: d, To: d + 1}, t, g}, true
	}
	p := g.Holding(d)
	return tile{p, t, g}, w.p.Holds(p) && p.From >= w.used
}

// take counts what a source told of a period. What was answered without a number is a zero, unless a number there must be;
// what was answered in part counts with what was told, and as a gap.
func (w *walk) take(t tile, d observation.Date) bool {
	c := w.s.cell(t.teller, t.grain, t.From)
	if c == nil || c.answer == nil && !w.nothing(t, c) {
		return false
	}
	said, seen := c.said()
	if c.held { // what was said later does not undo what holds
		said, seen = observation.Coverage{}, false
	}
	next := stretch{source: t.teller.ID, from: d, to: t.To}
	value, basis, complete := 0.0, observation.Collected, true
	if c.answer != nil {
		value, basis, complete = c.answer.Value, c.answer.Basis, c.answer.Complete
		next.definition = c.answer.Definition
	} else {
		next.definition, next.guessed = t.teller.rule(t.From).id, true
	}
	w.add(next, value, basis)
	w.hear(t.teller.ID)
	w.remember(t, c)
	if c.answer == nil {
		w.note(c)
	}
	w.used, w.single = t.To, t.Period == w.p
	if w.endKnown = complete && (!seen || said.Result.Answered()); w.endKnown {
		w.measured += w.expect(next.days(), t.teller, "", false)
		return true
	}
	w.note(c)
	w.expect(next.days(), t.teller, partlyBecause(said), true)
	return true
}

// remember keeps what an answer is shown with: the day of a snapshot and, for explaining, the answer itself.
func (w *walk) remember(t tile, c *cell) {
	day := t.From
	if c.answer != nil {
		day = c.answer.From
	}
	if t.grain == observation.Snapshot {
		w.on = &day
	}
	if w.tracing && c.answer != nil {
		w.answers = append(w.answers, c.answer)
	}
}

// note keeps, for explaining, what was said of a period that was not answered whole, or in which there was nothing.
func (w *walk) note(c *cell) {
	if w.tracing && c != nil && c.coverage != nil {
		w.said = append(append(w.said, c.coverage), c.parts...)
	}
}

// noteLog keeps, for explaining, what makes a day of a log of events a known one.
func (w *walk) noteLog(t *teller, c *cell) {
	switch {
	case !w.tracing || !t.Typed:
	case c.held:
		w.log = append(w.log, c.since)
	default:
		w.log = append(w.log, c.coverage)
	}
}

// nothing tells whether a period was answered and there was nothing. Of a level that must be said, and of what people type:
// a number that is not told is not a level of 0, nor one that nobody typed a 0, nor one of days that the source has none of.
func (w *walk) nothing(t tile, c *cell) bool {
	said, seen := c.said()
	if _, outside := t.teller.outside(t.Period); outside != "" {
		return false
	}
	must := w.q.metric.Shape == observation.Level || t.teller.Typed
	return seen && said.Result.Answered() && !c.other && (!must || said.Result == observation.NoData)
}

// partlyBecause says why an answer is not whole.
func partlyBecause(said observation.Coverage) string {
	if said.Result == "" || said.Result.Answered() && said.Reason == "" {
		return string(observation.Partial)
	}
	return reasonOf(said)
}

// expect counts the days that a source was to measure, and notes why it did not, if there is a reason. Days on which the
// channel was not there, and days that never were, are not counted.
func (w *walk) expect(days observation.Period, t *teller, reason string, partly bool) int {
	n := 0
	for d := days.From; d < days.To; d++ {
		day := observation.Day.Holding(d)
		switch {
		case !w.q.lives(d):
			w.gap(day, ReasonNotAlive, "", false)
			continue
		case !t.has(d):
			w.gap(day, ReasonNoDay, t.ID, false)
			continue
		case reason != "":
			w.gap(day, reason, t.ID, partly)
		}
		n++
	}
	w.expected += n
	return n
}

// lack notes days that were to be measured and were not.
func (w *walk) lack(days observation.Period, reason string, t *teller) {
	w.expect(days, t, reason, false)
	w.endKnown = false
}

// miss notes days that no source answered for. They were not measurable only when no source could have measured them; else
// the reason is that of the first source that said one.
func (w *walk) miss(days observation.Period) {
	var best excuse
	for _, t := range w.tried {
		w.note(w.s.cell(t.teller, t.grain, t.From))
		if e := w.excuse(t); best.reason == "" || e.weight() > best.weight() {
			best = e
		}
	}
	if t := w.ended(days); t != nil && !best.unmeasurable {
		best = excuse{reason: string(observation.Retired), teller: t, unmeasurable: true}
	}
	if best.unmeasurable {
		w.gap(days, best.reason, best.teller.ID, false)
		last := &w.gaps[len(w.gaps)-1]
		if best.teller.limit(last); last.Rule != "" {
			w.forgotten += days.Days()
		}
		return
	}
	w.lack(days, best.reason, best.teller)
}

// ended returns a source that tells the metric no longer on days of which nothing but what people type was asked for: what a
// platform ended nobody can read off it and type.
func (w *walk) ended(days observation.Period) *teller {
	if slices.ContainsFunc(w.tried, func(t tile) bool { return !t.teller.Typed }) {
		return nil
	}
	for _, t := range w.q.tellers {
		if _, reason := t.outside(days); reason == string(observation.Retired) {
			return t
		}
	}
	return nil
}
