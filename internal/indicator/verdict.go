package indicator

import (
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Reasons that a judge gives, beside those that runs carry.
const (
	ReasonNoRun    = "no_run"    // nobody ever asked the source about these days
	ReasonNotAlive = "not_alive" // outside the life of channel, source or organisation
	ReasonNotYet   = "not_yet"   // the days have not come
	ReasonNotWhole = "not_whole" // days were measured, the period as a whole was not
)

// verdict is what the days of a period say together, before it becomes a figure.
type verdict struct {
	values   []float64
	parts    []Part
	expected int
	measured int
	gaps     []Gap
	absent   string // why days were left out as not applicable
	sources  []string
	basis    observation.Basis
	own      *float64 // the period's own answer, of unique people
	settles  int      // days
}

// judge makes the figure of one question for one period.
func (j *Judge) judge(q question, all shelves, p observation.Period) Figure {
	s := all[shelfKey{q.channel.ID, q.metric.ID}]
	f := Figure{ID: figureID(q, p, j.asOf), Organisation: q.channel.Organisation, Channel: q.channel.ID, Indicator: q.metric.ID,
		Shape: q.metric.Shape, Unit: q.metric.Unit, Period: Period{From: p.From, To: p.To, Label: p.Label()}}
	zone := q.organisation.Zone
	f.Open = p.End(zone).After(j.now)
	v := j.weigh(q, s, p)
	f.Coverage = Coverage{Expected: v.expected, Measured: v.measured, Unit: "days"}
	f.Gaps, f.Sources, f.Basis = v.gaps, v.sources, v.basis
	f.Settled = !f.Open && !(p.To + observation.Date(v.settles)).Start(zone).After(j.now)
	f.conclude(q.metric.Shape, v)
	f.aim(q.channel, p, j.closed(p, zone))
	return f
}

// figureID names a figure by what it was asked for; explain reads it back.
func figureID(q question, p observation.Period, asOf time.Time) string {
	id := q.channel.Organisation + "/" + q.channel.ID + "/" + q.metric.ID + "/" + p.Label()
	if !asOf.IsZero() {
		id += "@" + asOf.UTC().Format(time.RFC3339)
	}
	return id
}

// closed returns the days of p that are over.
func (j *Judge) closed(p observation.Period, zone *time.Location) observation.Period {
	today := observation.DateOf(j.now.In(zone))
	p.To = max(p.From, min(p.To, today))
	return p
}

// weigh walks the days of p.
func (j *Judge) weigh(q question, s *shelf, p observation.Period) verdict {
	var v verdict
	over := j.closed(p, q.organisation.Zone)
	alive := j.life(q, over)
	if over.Empty() {
		v.absent = ReasonNotYet
	} else if alive.Empty() {
		v.absent = ReasonNotAlive
	}
	v.notAlive(over, alive)
	for d := alive.From; d < alive.To; d++ {
		v.day(q, s, d)
	}
	if q.metric.Shape == observation.Unique && v.expected > 0 {
		v.whole(q, s, p)
	}
	return v
}

func (v *verdict) notAlive(over, alive observation.Period) {
	if alive.From > over.From {
		v.gap(observation.Period{From: over.From, To: min(alive.From, over.To)}, ReasonNotAlive, "", false)
	}
	if alive.To < over.To && alive.To > over.From {
		v.gap(observation.Period{From: alive.To, To: over.To}, ReasonNotAlive, "", false)
	}
}

// dayGrain is the grain whose answers are gathered day by day.
func dayGrain(shape observation.Shape) observation.Grain {
	if shape == observation.Level {
		return observation.Snapshot
	}
	return observation.Day
}

// day adds one day, as the first source that answered for it tells it.
func (v *verdict) day(q question, s *shelf, d observation.Date) {
	candidates := q.candidates(d)
	if len(candidates) == 0 {
		v.absent = ReasonNotAlive
		v.gap(observation.Day.Holding(d), ReasonNotAlive, "", false)
		return
	}
	grain := dayGrain(q.metric.Shape)
	for _, source := range candidates {
		at := slot{source.ID, grain, d}
		answer, told := s.answers[at]
		covered, seen := s.coverage[at]
		if told || seen && covered.Result.Answered() {
			v.take(source, q.metric, d, answer, told, covered, seen)
			return
		}
	}
	v.miss(candidates, s, grain, d)
}

// take adds the answer of a day. A day that was answered without a number is a zero; one that was answered in part counts
// with what was told, and as a gap.
func (v *verdict) take(source observation.Source, metric observation.Metric, d observation.Date, answer observation.Observation, told bool, covered observation.Coverage, seen bool) {
	v.expected++
	v.values = append(v.values, answer.Value)
	definition := answer.Definition
	v.basis = answer.Basis
	if !told {
		definition, v.basis = source.DefinitionID(metric.ID, d), observation.Collected
	}
	v.part(definition, d, answer.Value)
	v.settles = max(v.settles, source.SettleDays)
	if !slices.Contains(v.sources, source.ID) {
		v.sources = append(v.sources, source.ID)
	}
	if seen && !covered.Result.Answered() || told && !answer.Complete {
		v.gap(observation.Day.Holding(d), reasonOf(covered), source.ID, true)
		return
	}
	v.measured++
}

// miss notes a day that no source answered for, with the reason of the preferred one.
func (v *verdict) miss(candidates []observation.Source, s *shelf, grain observation.Grain, d observation.Date) {
	reason, source := ReasonNoRun, candidates[0].ID
	for _, c := range candidates {
		covered, seen := s.coverage[slot{c.ID, grain, d}]
		if !seen {
			continue
		}
		reason, source = reasonOf(covered), c.ID
		if covered.Result.NotApplicable() {
			v.absent = reason
			v.gap(observation.Day.Holding(d), reason, source, false)
			return
		}
		break
	}
	v.expected++
	v.gap(observation.Day.Holding(d), reason, source, false)
}

func reasonOf(c observation.Coverage) string {
	if c.Reason != "" {
		return c.Reason
	}
	if c.Result == "" {
		return ReasonNoRun
	}
	return string(c.Result)
}

// gap notes days, joined to the last gap when it goes on for the same reason.
func (v *verdict) gap(days observation.Period, reason, source string, partly bool) {
	if n := len(v.gaps) - 1; n >= 0 {
		last := &v.gaps[n]
		if last.To == days.From && last.Reason == reason && last.Source == source && last.Partly == partly {
			last.To = days.To
			return
		}
	}
	v.gaps = append(v.gaps, Gap{From: days.From, To: days.To, Reason: reason, Source: source, Partly: partly})
}

// part adds a day's value to the stretch of its definition.
func (v *verdict) part(definition string, d observation.Date, value float64) {
	if n := len(v.parts) - 1; n >= 0 && v.parts[n].Definition == definition {
		sum := *v.parts[n].Value + value
		v.parts[n].To, v.parts[n].Value = d+1, &sum
		return
	}
	v.parts = append(v.parts, Part{Definition: definition, From: d, To: d + 1, Value: &value})
}

// whole looks for the period's own answer: of unique people the days say nothing exact about the week.
func (v *verdict) whole(q question, s *shelf, p observation.Period) {
	for _, source := range q.candidates(max(p.From, q.channel.Life.From)) {
		for _, grain := range source.Grains {
			if !p.Is(grain) || grain == observation.Day {
				continue
			}
			answer, told := s.answers[slot{source.ID, grain, p.From}]
			covered := s.coverage[slot{source.ID, grain, p.From}]
			if !told && !covered.Result.Answered() {
				v.notWhole(p, covered, source.ID)
				continue
			}
			v.own = &answer.Value
			v.sources, v.basis = []string{source.ID}, observation.Collected
			v.parts = []Part{{Definition: source.DefinitionID(q.metric.ID, p.From), From: p.From, To: p.To, Value: v.own}}
			if told {
				v.basis, v.parts[0].Definition = answer.Basis, answer.Definition
			}
			return
		}
	}
}

// notWhole makes sure that a range says why there is no number.
func (v *verdict) notWhole(p observation.Period, covered observation.Coverage, source string) {
	if len(v.gaps) == 0 {
		v.gap(p, ReasonNotWhole, source, true)
	}
}

// conclude decides the state, the first that applies, and the value that goes with it.
func (f *Figure) conclude(shape observation.Shape, v verdict) {
	f.Parts = v.parts
	if v.own != nil {
		f.State, f.Value = OK, v.own
		if *v.own == 0 {
			f.State = Zero
		}
		return
	}
	if err := shape.Allows(observation.OverTime); err != nil {
		f.State, f.Note = Refused, err.Error()
		return
	}
	switch {
	case v.expected == 0:
		f.State = NotApplicable
		f.Parts = nil
	case shape == observation.Flow && changed(v.parts):
		f.State = Broken
	case len(v.values) == 0:
		f.State = Missing
	default:
		f.total(shape, v)
	}
}

// total folds the days.
func (f *Figure) total(shape observation.Shape, v verdict) {
	total := shape.Fold(observation.OverTime, v.values)
	whole := v.measured == v.expected
	if f.Days().Days() == 1 && shape == observation.Unique { // a day's own answer is no range
		total = observation.Total{Value: v.values[0]}
	}
	switch {
	case total.Refused != nil:
		f.State, f.Note = Refused, total.Refused.Error()
		return
	case total.Range != nil && !(whole && total.Range.High == 0):
		f.State, f.Range = Bounded, total.Range
		f.Parts = nil
		return
	}
	f.Value = &total.Value
	switch {
	case !whole && !(shape == observation.Level && endsMeasured(v)):
		f.State = Partial
	case total.Value == 0:
		f.State = Zero
	default:
		f.State = OK
	}
}

// Days returns the days of the figure.
func (f *Figure) Days() observation.Period { return f.Period.Days() }

// endsMeasured tells whether the last days of a level are known: what it was in between does not matter.
func endsMeasured(v verdict) bool {
	return len(v.parts) > 0 && (len(v.gaps) == 0 || v.gaps[len(v.gaps)-1].To <= v.parts[len(v.parts)-1].To)
}

// changed tells whether more than one definition counted.
func changed(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool { return p.Definition != parts[0].Definition })
}

// aim puts the target beside the figure, and how it stands against it.
func (f *Figure) aim(channel observation.Channel, p, over observation.Period) {
	for _, t := range channel.Targets {
		if t.Metric != f.Indicator || !p.Is(t.Grain) || t.Life.Within(p).Empty() {
			continue
		}
		value := t.Value
		f.Target = &value
		f.Pace = pace(f.Value, t.Value, t.Value*float64(over.Days())/float64(p.Days()), f.Open)
		return
	}
}

// pace tells how a value stands against a target; due is what it should be by now while the period is open.
func pace(value *float64, target, due float64, open bool) Pace {
	switch {
	case value == nil:
		return NoPace
	case *value >= target:
		return Met
	case open && *value >= due:
		return Ahead
	}
	return Behind
}

// String names a gap for logs and tests.
func (g Gap) String() string {
	return fmt.Sprintf("%s..%s %s (%s)", g.From, g.To-1, g.Reason, g.Source)
}
