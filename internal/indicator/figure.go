// Package indicator judges what is stored: it makes figures of observations and coverage, says in which state each one is
// and why, and never shows a number that its shape forbids.
package indicator

import (
	"time"

	"seuranta/internal/observation"
)

// State is the one word for how far a figure may be trusted.
type State string

// The states, in the order in which the first that applies is taken.
const (
	NotApplicable State = "not_applicable" // nothing in the period was measurable
	Suppressed    State = "suppressed"     // a small cell in public output
	Refused       State = "refused"        // the shape forbids the number
	Broken        State = "broken"         // the definition changed inside the period: parts instead of a value
	Missing       State = "missing"        // measurable, but nothing was measured
	Bounded       State = "bounded"        // unique people without an answer of their own: a range
	Partial       State = "partial"        // a part of the period, or of its items, was not measured
	Zero          State = "zero"           // measured, and there was nothing
	OK            State = "ok"
)

// States lists the states in their order of precedence.
func States() []State {
	return []State{NotApplicable, Suppressed, Refused, Broken, Missing, Bounded, Partial, Zero, OK}
}

// Figure is one number of a page, a report or a sheet, with all that is needed to defend it. Its JSON is the contract of
// `figures --format json`.
type Figure struct {
	ID           string             `json:"id"`
	Organisation string             `json:"organisation"`
	Project      string             `json:"project"`
	Channel      string             `json:"channel"`
	Topic        string             `json:"topic"`
	Dims         string             `json:"dims"` // what it was told for, as region=keski-suomi; such figures are never added
	Indicator    string             `json:"indicator"`
	Shape        observation.Shape  `json:"shape"`
	Beside       string             `json:"beside"` // the source that was asked alone, beside the figure that counts; "" is that one
	Period       Period             `json:"period"`
	Value        *float64           `json:"value"` // nil when nothing was measured, never 0 instead
	Range        *observation.Range `json:"range"`
	Numerator    *float64           `json:"numerator"`
	Base         *float64           `json:"base"`
	Unit         string             `json:"unit"`
	State        State              `json:"state"`
	Settled      bool               `json:"settled"` // false while the source may still revise it
	Open         bool               `json:"open"`    // true while the period runs
	Basis        observation.Basis  `json:"basis"`
	Target       *float64           `json:"target"`
	Pace         Pace               `json:"pace"`
	Coverage     Coverage           `json:"coverage"`
	Parts        []Part             `json:"parts"`
	Sources      []string           `json:"sources"`
	Note         string             `json:"note"` // the gaps in plain words of the language asked for

	// On is the day of the snapshot that counts, of a level that is looked at on days: a typed one may be of long before.
	On *observation.Date `json:"on"`

	// Deleted is how many of the items that count are no longer to be seen where they were published.
	Deleted int `json:"deleted,omitempty"`

	// Gaps are the stretches that were not measured, each with its reason; Note is made of them.
	Gaps []Gap `json:"gaps"`
}

// Period is the days of a figure and the name they were asked by.
type Period struct {
	From  observation.Date `json:"from"`
	To    observation.Date `json:"to"`
	Label string           `json:"label"`
}

// Days returns the days of the period.
func (p Period) Days() observation.Period { return observation.Period{From: p.From, To: p.To} }

// Coverage counts what was to be measured and what was.
type Coverage struct {
	Expected int    `json:"expected"`
	Measured int    `json:"measured"`
	Unit     string `json:"unit"` // days, weeks, items, parts
}

// Part is a stretch of a figure that one source told by one definition.
type Part struct {
	Definition string             `json:"definition"`
	From       observation.Date   `json:"from"`
	To         observation.Date   `json:"to"`
	Value      *float64           `json:"value"`           // nil where the shape allows only a range
	Range      *observation.Range `json:"range,omitempty"` // of unique people over several periods
	Source     string             `json:"source,omitempty"`
}

// Gap is a run of days that were not measured, or not whole, for one reason.
type Gap struct {
	From   observation.Date `json:"from"`
	To     observation.Date `json:"to"` // half-open
	Reason string           `json:"reason"`
	Source string           `json:"source"`
	// Partly is true when something of these days was measured all the same.
	Partly bool `json:"partly"`
	// Rule and On say of what was forgotten by which rule or tombstone, and when; of days that fell under a rule one after the
	// other, when the last of them did.
	Rule string           `json:"rule,omitempty"`
	On   observation.Date `json:"on,omitzero"`
	// Instead is the metric that the source tells of these days in place of this one. On is the day then on which the one ended and
	// the other began.
	Instead string `json:"instead,omitempty"`
}

// Pace tells how a figure stands against its target.
type Pace string

// The paces; a figure without a target or a value has none.
const (
	NoPace Pace = ""
	Ahead  Pace = "ahead"
	Behind Pace = "behind"
	Met    Pace = "met"
)

// Series is one metric of one target, period after period, ready to be drawn.
type Series struct {
	Organisation observation.Organisation
	Channel      observation.Channel  // without an id where the target is another
	Topic        *observation.Topic   // the target, when it is one
	Project      *observation.Project // the target, when it is one
	Dims         string               // what the numbers were told for
	Metric       observation.Metric
	Grain        observation.Grain
	Points       []Figure // oldest first, one a period, none left out
	YearBefore   []Figure // beside each point: the same week of the year before; Exact tells where it is not
	Exact        []bool
	Breaks       []Break             // of all days from the first of YearBefore to the last of Points, oldest first
	Events       []observation.Event // that lie in the days of Points and concern the channel
	Target       *float64            // what every period of Grain is to reach
	Goals        []Figure            // figures of longer periods that have a target, as far as they have come
	Definitions  []observation.Definition
	Sources      []SourceHealth
}

// Break is a day from which on numbers are not to be compared with those before.
type Break struct {
	On     observation.Date
	Kind   string // one of the kinds below
	Before string // ids of what was …
	After  string // … and what is
	Text   observation.Text
}

// The kinds of break. A switch of source is told as one break, even when its definition is another too.
const (
	BreakDefinition = "definition" // the rule of counting, or the zone of the days, changed
	BreakSource     = "source"
	BreakSuccession = "succession" // one organisation carries on another's series
	BreakBegan      = "began"      // the source tells the metric from this day on: Before is the one that it told until then, "" none
	BreakEnded      = "ended"      // the source tells the metric no longer: After is the one that it tells since then, "" none
)

// SourceHealth is how a source stands at the moment of rendering.
type SourceHealth struct {
	Source   string
	Kind     string
	LastRun  time.Time // zero: it never ran
	LastGood time.Time // zero: it never answered
	Result   observation.Result
	Reason   string
	Detail   string
	Late     bool
	Typed    bool                  // fed by people: Late tells that the next number is due
	Failing  []observation.Failing // of a source of several parts those that its newest run did not read whole
}
