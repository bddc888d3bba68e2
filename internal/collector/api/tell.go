package api

import (
	"cmp"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Teller tells a sink what a platform answered for a window.
type Teller struct {
	out    collector.Sink
	window collector.Window // its zone is that of the platform's days
}

// NewTeller returns a teller for what a platform answers for w. The zone is the one that the platform cuts its days by, which
// its numbers then carry; nil is the source's own.
func NewTeller(out collector.Sink, w collector.Window, zone *time.Location) *Teller {
	if zone != nil {
		w.Zone = zone
		if sink, takes := out.(collector.ZoneSink); takes {
			sink.DaysOf(zone)
		}
	}
	return &Teller{out: out, window: w}
}

// Zone is the zone of the platform's days.
func (t *Teller) Zone() *time.Location { return t.window.Zone }

// Periods returns the periods of g that were asked for and are over where the platform is, oldest first; none where the window
// does not ask for g.
func (t *Teller) Periods(g observation.Grain) []observation.Period {
	if !t.window.Asks(g) {
		return nil
	}
	return t.window.Periods(g)
}

// Number tells a number of the channel as a whole, which is all that the platform has for a period: 0 is a zero.
func (t *Teller) Number(part, metric string, g observation.Grain, p observation.Period, value float64) error {
	return t.tell(part, metric, g, p, value, observation.Coverage{Result: observation.OK}, observation.Collected)
}

// Rough tells a number that the platform itself calls rough: it was counted on a sample or estimated.
func (t *Teller) Rough(part, metric string, g observation.Grain, p observation.Period, value float64, basis observation.Basis) error {
	return t.tell(part, metric, g, p, value, observation.Coverage{Result: observation.OK}, basis)
}

// AtLeast tells a number that the platform says is not the whole, and why, as a code of package collector.
func (t *Teller) AtLeast(part, metric string, g observation.Grain, p observation.Period, value float64, reason string) error {
	return t.tell(part, metric, g, p, value, observation.Coverage{Result: observation.Partial, Reason: reason}, observation.Collected)
}

// Quality is what a platform says of its own numbers. The zero value is one that was counted, and is the whole.
type Quality struct {
	Reason string            // why it is not the whole, as a code of package collector; "" where it is
	Basis  observation.Basis // how it came to be; "" is by counting
}

func (q Quality) basis() observation.Basis { return cmp.Or(q.Basis, observation.Collected) }

// As tells a number of which the platform says how good it is.
func (t *Teller) As(q Quality, part, metric string, g observation.Grain, p observation.Period, value float64) error {
	c := observation.Coverage{Result: observation.OK}
	if q.Reason != "" {
		c = observation.Coverage{Result: observation.Partial, Reason: q.Reason}
	}
	return t.tell(part, metric, g, p, value, c, q.basis())
}

func (t *Teller) tell(part, metric string, g observation.Grain, p observation.Period, value float64, c observation.Coverage, basis observation.Basis) error {
	t.cover(part, metric, g, p, c)
	whole := c.Result == observation.OK
	if whole {
		t.out.Complete(observation.Completion{Part: part, Metric: metric, Grain: g, From: p.From})
	}
	return t.out.Observe(observation.Observation{Key: observation.Key{Metric: metric, Grain: g, From: p.From}, Part: part, Value: value,
		Complete: whole, Basis: basis})
}

// Since tells a number of a period of a platform that counts from a first day on: nothing but why where the period was over
// before it, and a number that is not the whole where the day lies in the middle of the period.
func (t *Teller) Since(first observation.Date, part, metric string, g observation.Grain, p observation.Period, value float64) error {
	switch {
	case p.To <= first:
		t.Untold(part, metric, g, p, observation.NotOffered, collector.ReasonBeforeStart)
		return nil
	case p.From < first:
		return t.AtLeast(part, metric, g, p, value, collector.ReasonBeforeStart)
	}
	return t.Number(part, metric, g, p, value)
}

// Untold says why a period has no number.
func (t *Teller) Untold(part, metric string, g observation.Grain, p observation.Period, result observation.Result, reason string) {
	t.cover(part, metric, g, p, observation.Coverage{Result: result, Reason: reason})
}

// Lacks is Untold, with the words for whoever mends it.
func (t *Teller) Lacks(part, metric string, g observation.Grain, p observation.Period, why Lack) {
	t.cover(part, metric, g, p, why.coverage())
}

func (t *Teller) cover(part, metric string, g observation.Grain, p observation.Period, c observation.Coverage) {
	c.CoverageKey = observation.CoverageKey{Part: part, Metric: metric, Grain: g, From: p.From}
	if c.Reason == "" && !c.Result.Answered() {
		c.Reason = string(c.Result) // which says it all, and every language has words for it
	}
	t.out.Cover(c)
}

// Covered says that everything of a counted metric was told for every day that was asked for, from a first day on: the
// platform lists its items back to there. Days before it are said not to be offered.
func (t *Teller) Covered(part, metric string, first observation.Date) {
	for _, p := range t.Periods(observation.Day) {
		c := observation.Coverage{Result: observation.OK}
		if p.From < first {
			c = observation.Coverage{Result: observation.NotOffered, Reason: collector.ReasonBeforeStart}
		}
		t.cover(part, metric, observation.Day, p, c)
	}
}

// Now tells whether the window reaches to the moment of the visit, so that levels are to be looked at: those of the past cannot
// be looked at any more.
func (t *Teller) Now() bool { return t.window.Current() }

// Instant returns the day that what is looked at now is told for: the one whose end is nearest.
func (t *Teller) Instant() observation.Date { return t.window.Instant() }

// Level tells a level as it is now; of a window of the past it tells nothing.
func (t *Teller) Level(part, metric string, value float64) error {
	return t.LevelBy(observation.Collected, part, metric, value)
}

// LevelBy tells a level as it is now that came to be otherwise than by counting: the platform rounds it, or estimates it.
func (t *Teller) LevelBy(basis observation.Basis, part, metric string, value float64) error {
	if !t.Now() {
		return nil
	}
	return t.snapshot(part, metric, "", t.Instant(), t.window.Now, value, basis)
}

// NoLevel says why a level cannot be looked at now; of a window of the past it says nothing.
func (t *Teller) NoLevel(part, metric string, why Lack) {
	if day := t.Instant(); t.Now() {
		t.Lacks(part, metric, observation.Snapshot, observation.Period{From: day, To: day + 1}, why)
	}
}

// LevelOf tells a level as it is now as the platform wrote it. One that is not there, or is no count, is a failure of this level,
// and of nothing else that the visit reads.
func (t *Teller) LevelOf(part, metric, field string, n Number) error {
	if why := n.Lack(field); why.Result != "" {
		t.NoLevel(part, metric, why)
		return nil
	}
	return t.Level(part, metric, n.Value)
}

// LevelAt tells a level as it was at the end of a day, which the platform remembers.
func (t *Teller) LevelAt(part, metric string, day observation.Date, value float64) error {
	return t.snapshot(part, metric, "", day, day.End(t.window.Zone).Add(-time.Second), value, observation.Collected)
}

// snapshot tells what is true at an instant.
func (t *Teller) snapshot(part, metric, subject string, day observation.Date, at time.Time, value float64, basis observation.Basis) error {
	t.cover(part, metric, observation.Snapshot, observation.Period{From: day, To: day + 1}, observation.Coverage{Result: observation.OK})
	return t.out.Observe(observation.Observation{Key: observation.Key{Metric: metric, Subject: subject, Grain: observation.Snapshot, From: day},
		Part: part, ObservedAt: at, Value: value, Complete: true, Basis: basis})
}
