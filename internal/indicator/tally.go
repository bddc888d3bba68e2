package indicator

import (
	"cmp"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// tally is what the items of a target come to in a period, before it becomes a figure. Its expected and measured are items.
type tally struct {
	verdict
	q        *question
	s        *shelf
	deleted  int     // of those that count
	pieces   []piece // of single items
	none     bool    // nothing could be measured
	lacking  bool    // something was not looked at, of which nobody knows what there was
	looked   bool    // something was
	unlooked []Gap   // midnights at which the days begin that no source was asked at
}

// tally looks through the items of a period.
func (j *Judge) tally(s *shelf, p, over observation.Period) tally {
	q := s.question
	t := tally{q: q, s: s}
	t.settled, t.tracing = q.settled(p), s.tracing
	days := q.living(over)
	switch {
	case q.earned() && q.metric.Shape.Grows() != nil, q.dims != "":
	case over.Empty():
		t.gap(p, ReasonNotYet, "", false)
		t.none = true
	case days.Empty():
		t.gap(over, ReasonNotAlive, "", false)
		t.none = true
	case q.earned():
		t.earned(days)
	default:
		t.reached(j, over)
	}
	t.add()
	return t
}

// living returns the days of a period from the first to the last on which the target was there.
func (q *question) living(over observation.Period) observation.Period {
	hull := observation.Period{From: forever, To: never}
	for _, life := range q.alive {
		if in := life.Intersect(over); !in.Empty() {
			hull = observation.Period{From: min(hull.From, in.From), To: max(hull.To, in.To)}
		}
	}
	if hull.To < hull.From {
		return observation.Period{From: over.From, To: over.From}
	}
	return hull
}

// groups lists the sources that may answer on a day, those of one channel together, the preferred first.
func (q *question) groups(d observation.Date) [][]*teller {
	var out [][]*teller
	for _, t := range q.candidates(d) {
		i := slices.IndexFunc(out, func(g []*teller) bool { return g[0].Channel == t.Channel })
		if i < 0 {
			i, out = len(out), append(out, nil)
		}
		out[i] = append(out[i], t)
	}
	return out
}

// counter returns the counter of an item as a source told it by the end of some days, or, of what items have come to, until now.
func (t *tally) counter(of *teller, it sightedItem, days observation.Period) counter {
	metric, until := t.q.told(), time.Unix(1<<40, 0)
	seen := t.s.sights.seen[sightName{of.ID, metric, it.ID}]
	if t.q.earned() {
		until = days.To.Start(of.Zone).Add(near)
		n := len(seen)
		for n > 0 && !seen[n-1].ObservedAt.Before(until) {
			n--
		}
		seen = seen[:n]
	}
	return counter{of, it.Item, seen, t.s.sights.latest(lookName{of.ID, metric}, until)}
}

// take counts what was found of an item.
func (t *tally) take(it *observation.Item, pieces []piece, whole bool) {
	t.expected++
	if whole {
		t.measured++
	}
	if slices.Contains(it.Tags, observation.Deleted) {
		t.deleted++
	}
	t.pieces = append(t.pieces, pieces...)
	if t.tracing {
		t.items = append(t.items, it)
		for _, p := range pieces {
			t.answers = append(t.answers, p.of...)
		}
	}
}

// add puts the numbers of the items into the verdict: by source and rule, the older first.
func (t *tally) add() {
	slices.SortStableFunc(t.pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.source, b.source), cmp.Compare(a.definition, b.definition))
	})
	for _, p := range t.pieces {
		t.values = append(t.values, p.value)
		t.basis = weaker(t.basis, p.basis)
		t.hear(p.source)
		i := slices.IndexFunc(t.stretches, func(s stretch) bool { return s.source == p.source && sameRule(s.definition, p.definition) })
		if i < 0 {
			i, t.stretches = len(t.stretches), append(t.stretches, p.stretch)
		}
		s := &t.stretches[i]
		s.values, s.to = append(s.values, p.value), max(s.to, p.to)
	}
}

// redefined tells whether one source counted by two rules. Those of several channels are rules of their own, and what they
// counted adds all the same.
func (t *tally) redefined() bool {
	return slices.ContainsFunc(t.stretches, func(s stretch) bool {
		return slices.ContainsFunc(t.stretches, func(o stretch) bool { return o.source == s.source && !sameRule(o.definition, s.definition) })
	})
}

// whole tells whether all that there was is known.
func (t *tally) whole() bool { return t.measured == t.expected && !t.lacking }

// tell makes the figure of a tally.
func (f *Figure) tell(t tally) {
	f.Coverage = Coverage{Expected: t.expected, Measured: t.measured, Unit: "items"}
	f.Deleted = t.deleted
	refusal := t.q.metric.Shape.Grows()
	switch {
	case t.none:
		f.State = NotApplicable
	case t.q.earned() && refusal != nil:
		f.State, f.Note = Refused, refusal.Error()
	case len(t.values) == 0 && (t.expected > 0 || !t.looked):
		f.State = Missing
	case t.redefined():
		f.State, f.Parts = Broken, t.parts()
	default:
		f.come(t)
	}
}

// come tells what the items come to together.
func (f *Figure) come(t tally) {
	total := observation.Total{}
	if len(t.values) > 0 {
		total = t.q.metric.OverItems(t.values)
	}
	if r := total.Range; r != nil && (r.High != 0 || !t.whole()) {
		f.State, f.Range = Bounded, r
		return
	}
	f.Value, f.Parts = &total.Value, t.parts()
	switch {
	case !t.whole():
		f.State = Partial
	case total.Value == 0:
		f.State = Zero
	default:
		f.State = OK
	}
}

// parts tells what each source counted by each rule.
func (t *tally) parts() []Part {
	var out []Part
	for _, s := range t.stretches {
		total := t.q.metric.OverItems(s.values)
		p := Part{Definition: s.definition, From: s.from, To: s.to, Source: s.source, Range: total.Range}
		if total.Range == nil {
			p.Value = &total.Value
		}
		out = append(out, p)
	}
	return out
}
