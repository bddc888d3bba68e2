package accesslog

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// stretch is a run of seconds from its first to its last line, in which no silence was longer than allowed.
type stretch struct{ from, to int64 }

// evidence is when the log was being written, as far as its lines show. What it holds in the end does not depend on the
// order in which the lines came.
type evidence struct {
	silence    int64 // seconds
	from, to   int64 // lines further away than the silence say nothing of these and are not kept
	stretches  []stretch
	last       int   // the stretch that grew last
	first, end int64 // the earliest and the latest line of all, near or far
}

func newEvidence(silence, from, to int64) *evidence {
	return &evidence{silence: silence, from: from, to: to, first: math.MaxInt64, end: math.MinInt64}
}

// add takes the time of a line.
func (e *evidence) add(at int64) {
	if e.last < len(e.stretches) {
		if s := e.stretches[e.last]; s.from <= at && at <= s.to {
			return
		}
	}
	e.first, e.end = min(e.first, at), max(e.end, at)
	if at < e.from-e.silence || at > e.to+e.silence {
		return
	}
	i, _ := slices.BinarySearchFunc(e.stretches, at, func(s stretch, at int64) int { return cmp.Compare(s.to+e.silence, at) })
	e.last = i
	if i == len(e.stretches) || at < e.stretches[i].from-e.silence {
		e.stretches = slices.Insert(e.stretches, i, stretch{at, at})
		return
	}
	s := &e.stretches[i]
	s.from, s.to = min(s.from, at), max(s.to, at)
	if next := i + 1; next < len(e.stretches) && e.stretches[next].from-s.to <= e.silence {
		s.to = e.stretches[next].to
		e.stretches = slices.Delete(e.stretches, next, next+1)
	}
}

// covered tells whether a stretch reaches over both ends of [from, to).
func (e *evidence) covered(from, to int64) bool {
	return slices.ContainsFunc(e.stretches, func(s stretch) bool { return s.from <= from && to <= s.to })
}

// touches tells whether any of [from, to) is covered.
func (e *evidence) touches(from, to int64) bool {
	return slices.ContainsFunc(e.stretches, func(s stretch) bool { return s.from < to && from <= s.to })
}

// gaps returns the parts of [from, to) that no stretch covers, in order. When it is not covered whole there is at least
// one; a lone line covers nothing.
func (e *evidence) gaps(from, to int64) []stretch {
	var out []stretch
	for _, s := range e.stretches {
		if s.to < from {
			continue
		}
		if gap := (stretch{from, min(s.from, to)}); gap.from < gap.to {
			out = append(out, gap)
		}
		from = max(from, s.to)
	}
	if from < to {
		out = append(out, stretch{from, to})
	}
	return out
}

const (
	// outOfTurn is by how many seconds a line may stand before or after its turn.
	outOfTurn = 24 * 60 * 60
	// firstStamp is the start of 1990, before the first web server: what is dated earlier was written under a clock that
	// was never set.
	firstStamp = 631152000
)

// lastStamp returns the latest second that a line read at now can tell: a day for clocks that differ and zones that are
// named wrongly. What is dated later was written under a wrong clock.
func lastStamp(now time.Time) int64 { return now.Unix() + outOfTurn }

// turns passes on to the evidence what the lines of a file show. A line whose clock was wrong shows nothing: one dated when
// there was no web or after the run, and a lone one that is out of its turn against both of its neighbours.
type turns struct {
	evidence *evidence
	latest   int64
	before   int64 // the line before, of those that were passed on
	began    bool  // whether there was one
	held     int64 // a line far from the one before: the next will tell
	holding  bool
}

// take takes the time of the next line.
func (t *turns) take(at int64) {
	if at < firstStamp || at > t.latest {
		return
	}
	if t.holding {
		t.settle(at)
	}
	if far := at - t.before; !t.began || far > outOfTurn || far < -outOfTurn {
		t.held, t.holding = at, true
		return
	}
	t.pass(at)
}

// settle decides on the line that is held, now that the next is known.
func (t *turns) settle(next int64) {
	t.holding = false
	ahead := (!t.began || t.held-t.before > outOfTurn) && t.held-next > outOfTurn
	behind := t.began && t.before-t.held > outOfTurn && next-t.held > outOfTurn
	if !ahead && !behind {
		t.pass(t.held)
	}
}

func (t *turns) pass(at int64) {
	t.before, t.began = at, true
	t.evidence.add(at)
}

// end ends a file and returns the time of its last line in turn; without any the earliest of all times.
func (t *turns) end() int64 {
	if t.holding && (!t.began || t.held > t.before) {
		t.pass(t.held)
	}
	last := int64(math.MinInt64)
	if t.began {
		last = t.before
	}
	t.began, t.holding = false, false
	return last
}
