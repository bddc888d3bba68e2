package observation

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Result is what a run came to for one period of one metric of one part of a source.
type Result string

// The results. Which error of a collector gives which is told by the collector contract.
const (
	OK         Result = "ok"
	NoData     Result = "nodata" // the source answered and has nothing: zero
	Partial    Result = "partial"
	Failed     Result = "failed"
	Waiting    Result = "waiting" // the source asked to be left alone until a time
	Auth       Result = "auth"
	Budget     Result = "budget"
	Gone       Result = "gone"
	NotOffered Result = "not_offered"
	Retired    Result = "withdrawn" // the source no longer has the metric
)

// Results lists every result.
func Results() []Result {
	return []Result{OK, NoData, Partial, Failed, Waiting, Auth, Budget, Gone, NotOffered, Retired}
}

// Answered tells whether the source said all there is for the period.
func (r Result) Answered() bool { return r == OK || r == NoData }

// NotApplicable tells whether there was nothing to be measured.
func (r Result) NotApplicable() bool { return r == Gone || r == NotOffered || r == Retired }

// weight orders results of one period: an answer is not undone by a later failure.
func (r Result) weight() int {
	switch {
	case r.Answered():
		return 2
	case r == Partial:
		return 1
	}
	return 0
}

// Span is a half-open stretch of time.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// CoverageKey names one period of one metric of one part of a source.
type CoverageKey struct {
	Organisation string `json:"organisation"`
	Source       string `json:"source"`
	Channel      string `json:"channel"`
	Part         string `json:"part"`
	Metric       string `json:"metric"`
	Grain        Grain  `json:"grain"`
	From         Date   `json:"from"`
}

// Compare orders keys by their fields.
func (k CoverageKey) Compare(o CoverageKey) int {
	return cmp.Or(
		cmp.Compare(k.Organisation, o.Organisation), cmp.Compare(k.Source, o.Source), cmp.Compare(k.Channel, o.Channel),
		cmp.Compare(k.Part, o.Part), cmp.Compare(k.Metric, o.Metric), cmp.Compare(k.Grain, o.Grain), cmp.Compare(k.From, o.From),
	)
}

// Period returns the days that the coverage is about.
func (k CoverageKey) Period() Period { return Period{From: k.From, To: k.Grain.Next(k.From)} }

// Coverage is what a run says of one period: whether the source answered, and if not, why. From it, and only from it,
// comes the difference between zero, missing, partial and not applicable.
type Coverage struct {
	CoverageKey
	Result   Result   `json:"result"`
	Reason   string   `json:"reason"` // a code that the languages translate: log_silent, credentials
	Detail   string   `json:"detail"` // technical words for whoever mends it
	Gaps     []Span   `json:"gaps"`   // stretches inside the period that were not answered
	Subjects []string `json:"subjects"`
	Version  Version  `json:"version"`
	Run      string   `json:"run"`
}

// Validate refuses what must never be stored.
func (c Coverage) Validate() error {
	err := c.Grain.validate(c.From)
	if !slices.Contains(Results(), c.Result) {
		err = cmp.Or(err, fmt.Errorf("unknown result %q", c.Result))
	}
	if err != nil {
		return fmt.Errorf("coverage of %s on %s: %w", c.Metric, c.From, err)
	}
	return nil
}

// Beats tells whether c is to be shown rather than d of the same key: an answer rather than a part of it, that rather than
// none, then the newer one.
func (c Coverage) Beats(d Coverage) bool {
	return cmp.Or(cmp.Compare(c.Result.weight(), d.Result.weight()), cmp.Compare(c.Version, d.Version)) > 0
}

// Answer is one answer of a source's server as it came over the wire. The bytes are not kept, they may hold people.
type Answer struct {
	Part   string `json:"part"`
	Status int    `json:"status"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Count is one named count that a collector tells beside its numbers.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Failing is a part of a source that a run could not read, or not whole.
type Failing struct {
	Part   string `json:"part"`
	Reason string `json:"reason"` // a code that the languages translate
}

// Run is one visit to one source: the unit that is committed, shown and explained.
type Run struct {
	ID           string    `json:"id"`
	Organisation string    `json:"organisation"`
	Source       string    `json:"source"`
	Kind         string    `json:"kind"`
	Zone         string    `json:"zone"` // the source's day zone
	StartedAt    time.Time `json:"started_at"`
	CommittedAt  time.Time `json:"committed_at"`
	Result       Result    `json:"result"` // the worst of its periods
	Backfill     bool      `json:"backfill"`
	Calls        int       `json:"calls"`
	Cost         float64   `json:"cost"`
	Answers      []Answer  `json:"answers"`
	Window       Period    `json:"window"`  // the days it was asked for
	Grains       []Grain   `json:"grains"`  // and at which grains
	Reason       string    `json:"reason"`  // of the worst period
	Detail       string    `json:"detail"`  // technical words for whoever mends it
	Told         []Count   `json:"told"`    // what the collector counted on its way: lines read, lines rejected
	Config       string    `json:"config"`  // sha256 of the configuration in force
	Program      string    `json:"program"` // version of this program
	New          int       `json:"new"`
	Changed      int       `json:"changed"`
	Unchanged    int       `json:"unchanged"`
	Withdrawn    int       `json:"withdrawn"`
	Note         string    `json:"note"`    // why, when people made it: the reason of a retraction
	Failing      []Failing `json:"failing"` // of several parts those that were not read whole
}

// Completion says that a part told everything that a metric has in a period: its keys that were not told again are gone.
// Keys of another definition than the one in force were told under another rule and stay.
type Completion struct {
	Part       string
	Channel    string
	Metric     string
	Grain      Grain
	From       Date
	Definition string
}

// CompletionOf returns the only completion that speaks of o.
func CompletionOf(o Observation) Completion {
	return Completion{Part: o.Part, Channel: o.Channel, Metric: o.Metric, Grain: o.Grain, From: o.From, Definition: o.Definition}
}

// Covers tells whether o is one of the keys that the completion speaks of.
func (c Completion) Covers(o Observation) bool { return c == CompletionOf(o) }

// SourceKey names a source of an organisation.
type SourceKey struct{ Organisation, Source string }

// Key returns the name of the source.
func (s Source) Key() SourceKey { return SourceKey{s.Organisation, s.ID} }

// Key returns the name of the source.
func (s SourceStatus) Key() SourceKey { return SourceKey{s.Organisation, s.Source} }

// SourceStatus is how a source did at its newest run.
type SourceStatus struct {
	Organisation string
	Source       string
	Run          string
	Started      time.Time // as the clock was then; what was due is told by it
	At           time.Time // when it was committed: later than every commit before, also when the clock was set back
	Result       Result
	Reason       string
	Detail       string
	First        time.Time // when the first run was
	Answered     time.Time // when a run last told something; zero when none did
	Config       string    // hash of the configuration that the newest run was made with
	Failing      []Failing // the parts that it could not read whole, of several
}
