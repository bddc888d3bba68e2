package indicator

import (
	"fmt"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Reasons that a judge gives, beside those that runs carry.
const (
	ReasonNoRun     = "no_run"     // nobody ever asked the source about these days
	ReasonNotAlive  = "not_alive"  // outside the life of channel, source or organisation
	ReasonNoDay     = "no_day"     // there was no such day: the zone of the source's days left it out
	ReasonNotYet    = "not_yet"    // the days have not come, or are not over where the source counts them
	ReasonNotWhole  = "not_whole"  // what the source tells does not make up the period as a whole
	ReasonOtherRule = "other_rule" // told by another definition than the one in force: to be collected again
	ReasonRedefined = "redefined"  // of what items earned: on this day two definitions counted
	ReasonNotTold   = "not_told"   // the source answered, but told no number where there must be one

	ReasonBeforeStart = collector.ReasonBeforeStart // the source did not tell the metric yet
)

// verdict is what the days of a period say together, before it becomes a figure.
type verdict struct {
	forgotten int // days of which everything was forgotten
	stretches []stretch
	values    []float64 // of all stretches, oldest first
	expected  int       // days
	measured  int
	gaps      []Gap
	sources   []string // in the order in which they first counted
	basis     observation.Basis
	endKnown  bool // the newest of the days that were to be measured was measured whole
	single    bool // one answer speaks of the whole period
	settled   bool // no source may still revise it

	on     *observation.Date // the day of the newest snapshot
	newest observation.Basis // of the newest answer

	tracing bool // keep what follows
	answers []*observation.Observation
	said    []*observation.Coverage // of what was not answered whole, and of zeros
	items   []*observation.Item
	log     []*observation.Coverage // of days that a log of events is known of, or was, where it holds still
}

// stretch is a run of answers of one source by one definition.
type stretch struct {
	source, definition string
	from, to           observation.Date
	values             []float64
	guessed            bool // nothing but zeros without a number, of which only the rule is known and not the zone
}

// whole tells whether all that was to be measured was.
func (v *verdict) whole() bool { return v.expected > 0 && v.measured == v.expected }

// add adds one answer.
func (v *verdict) add(next stretch, value float64, basis observation.Basis) {
	v.values = append(v.values, value)
	v.basis, v.newest = weaker(v.basis, basis), basis
	if n := len(v.stretches) - 1; n >= 0 && v.stretches[n].goesOn(next) {
		last := &v.stretches[n]
		last.values, last.to = append(last.values, value), next.to
		if last.guessed {
			last.definition, last.guessed = next.definition, next.guessed
		}
		return
	}
	next.values = []float64{value}
	v.stretches = append(v.stretches, next)
}

// hear names a source that counted.
func (v *verdict) hear(source string) {
	if len(v.sources) == 0 || v.sources[len(v.sources)-1] != source && !slices.Contains(v.sources, source) {
		v.sources = append(v.sources, source)
	}
}

func (s stretch) days() observation.Period { return observation.Period{From: s.from, To: s.to} }

// goesOn tells whether next is of the same source and definition.
func (s stretch) goesOn(next stretch) bool {
	same := s.definition == next.definition || (s.guessed || next.guessed) && sameRule(s.definition, next.definition)
	return s.source == next.source && same
}

// weaker returns the basis that claims less: what is partly an estimate is one.
func weaker(a, b observation.Basis) observation.Basis {
	order := []observation.Basis{"", observation.Collected, observation.Entered, observation.Sample, observation.Estimate}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// gap notes days, joined to the last gap when it goes on for the same reason.
func (v *verdict) gap(days observation.Period, reason, source string, partly bool) {
	if days.Empty() {
		return
	}
	next := Gap{From: days.From, To: days.To, Reason: reason, Source: source, Partly: partly}
	next.forgotten()
	if n := len(v.gaps) - 1; n >= 0 {
		last := &v.gaps[n]
		if last.To == days.From && last.Reason == next.Reason && last.Rule == next.Rule && last.Source == source && last.Partly == partly {
			last.To, last.On = days.To, max(last.On, next.On)
			return
		}
	}
	v.gaps = append(v.gaps, next)
}

// forgotten reads out of a reason by what and when something was forgotten, as reasonOf wrote it there.
func (g *Gap) forgotten() {
	code, detail, _ := strings.Cut(g.Reason, " ")
	if rule, on, ok := (observation.Coverage{Reason: code, Detail: detail}).Forgotten(); ok {
		g.Reason, g.Rule, g.On = code, rule, on
	}
}

// broken tells whether numbers of several definitions would have to become one. Of a level only the last counts.
func (v *verdict) broken(shape observation.Shape) bool {
	return shape != observation.Level && slices.ContainsFunc(v.stretches, func(s stretch) bool { return s.definition != v.stretches[0].definition })
}

// parts tells the stretches as parts of a figure.
func (v *verdict) parts(shape observation.Shape) []Part {
	var out []Part
	for _, s := range v.stretches {
		p := Part{Definition: s.definition, From: s.from, To: s.to, Source: s.source}
		p.Value, p.Range = fold(shape, s.values)
		out = append(out, p)
	}
	return out
}

// fold makes one number of several as far as the shape allows it. One alone is what it is, and of several nobodies there
// is nobody.
func fold(shape observation.Shape, values []float64) (*float64, *observation.Range) {
	if len(values) == 1 {
		return &values[0], nil
	}
	total := shape.Fold(observation.OverTime, values)
	if total.Refused != nil || total.Range != nil && total.Range.High != 0 {
		return nil, total.Range
	}
	return &total.Value, nil
}

// lessWhatIsForgotten has days that were forgotten count as not measured beside others that count: their number is a part of the
// whole. By themselves they are not applicable.
func (v *verdict) lessWhatIsForgotten() {
	if v.expected > 0 {
		v.expected += v.forgotten
	}
}

// conclude decides the state, the first that applies, and the value that goes with it.
func (f *Figure) conclude(shape observation.Shape, v verdict) {
	refusal := shape.Allows(observation.OverTime)
	switch {
	case v.expected == 0:
		f.State = NotApplicable
	case refusal != nil:
		f.State, f.Note = Refused, refusal.Error()
	case v.broken(shape):
		f.State, f.Parts = Broken, v.parts(shape)
	case len(v.values) == 0:
		f.State = Missing
	default:
		f.total(shape, v)
	}
}

// total folds the answers. A range of nobody is a number only when all was measured.
func (f *Figure) total(shape observation.Shape, v verdict) {
	value, between := fold(shape, v.values)
	if shape == observation.Unique && !v.single && !v.whole() {
		between = shape.Fold(observation.OverTime, v.values).Range
	}
	if between != nil {
		f.State, f.Range = Bounded, between
		return
	}
	f.Value, f.Parts = value, v.parts(shape)
	switch {
	case !v.whole() && !(shape == observation.Level && v.endKnown):
		f.State = Partial
	case *value == 0:
		f.State = Zero
	default:
		f.State = OK
	}
}

// String names a gap for logs and tests.
func (g Gap) String() string {
	return fmt.Sprintf("%s..%s %s (%s)", g.From, g.To-1, g.Reason, g.Source)
}
