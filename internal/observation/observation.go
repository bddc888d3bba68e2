package observation

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Basis says how a number came to be; funders ask for it.
type Basis string

// The bases.
const (
	Collected Basis = "collected"
	Sample    Basis = "sample"
	Estimate  Basis = "estimate"
	Entered   Basis = "entered"
)

// State of an answer: it holds, or it was taken back.
type State string

// The states.
const (
	Valid     State = "value"
	Withdrawn State = "withdrawn"
)

// Key says what a number is about. Two observations with one key are two answers to one question.
type Key struct {
	Organisation string `json:"organisation"`
	Source       string `json:"source"`
	Channel      string `json:"channel"`
	Metric       string `json:"metric"`
	Subject      string `json:"subject"` // "" is the channel itself, else an item's id
	Dims         string `json:"dims"`    // sorted k=v, comma between; mostly ""
	Grain        Grain  `json:"grain"`
	From         Date   `json:"from"`
	Definition   string `json:"definition"` // the counting rule that the source used
}

// Compare orders keys by their fields, for output that never changes.
func (k Key) Compare(o Key) int {
	return cmp.Or(
		cmp.Compare(k.Organisation, o.Organisation), cmp.Compare(k.Source, o.Source), cmp.Compare(k.Channel, o.Channel),
		cmp.Compare(k.Metric, o.Metric), cmp.Compare(k.Subject, o.Subject), cmp.Compare(k.Dims, o.Dims),
		cmp.Compare(k.Grain, o.Grain), cmp.Compare(k.From, o.From), cmp.Compare(k.Definition, o.Definition),
	)
}

// Period returns the days that the number is about.
func (k Key) Period() Period { return Period{From: k.From, To: k.Grain.Next(k.From)} }

// Dims writes dimensions in their one form: sorted by name, k=v, a comma between.
func Dims(m map[string]string) string {
	parts := make([]string, 0, len(m))
	for k, v := range m {
		parts = append(parts, k+"="+v)
	}
	slices.Sort(parts)
	return strings.Join(parts, ",")
}

// Largest is the largest number that is stored, either side of zero: up to it whole numbers are exact, and no sum of what a store
// can hold is beyond all numbers.
const Largest = 1 << 53

// Observation is one number about one subject over one period, as one source told it at one moment. A collector fills in
// what it knows; the store adds organisation, source, version and run.
type Observation struct {
	Key
	Part       string    `json:"part"`        // which part of the source told it
	ObservedAt time.Time `json:"observed_at"` // the second in which a snapshot was true; zero for every other grain
	Value      float64   `json:"value"`       // finite, at most Largest; what is not known is not an observation
	Complete   bool      `json:"complete"`    // false when the part it came from was not answered whole
	Basis      Basis     `json:"basis"`
	State      State     `json:"state"`
	Note       string    `json:"note,omitempty"`
	By         string    `json:"by,omitempty"` // the role that typed it, never a person
	Version    Version   `json:"version"`
	Run        string    `json:"run"`
}

// Validate refuses what must never be stored.
func (o Observation) Validate(metrics Metrics) error {
	m, known := metrics[o.Metric]
	switch {
	case !known:
		return fmt.Errorf("observation of %q: no such metric", o.Metric)
	case m.Shape == Counted || m.Shape == Rate:
		return fmt.Errorf("observation of %s: a %s metric is never stored", o.Metric, m.Shape)
	}
	err := cmp.Or(o.Grain.validate(o.From), o.validateInstant(m), o.validateAnswer())
	if err != nil {
		return fmt.Errorf("observation of %s on %s: %w", o.Metric, o.From, err)
	}
	return nil
}

// validateInstant keeps what is true at an instant apart from what is true of a period.
func (o Observation) validateInstant(m Metric) error {
	switch {
	case (o.Grain == Snapshot) == o.ObservedAt.IsZero():
		return fmt.Errorf("a snapshot, and nothing else, carries the instant it was true")
	case o.Grain == Snapshot && !storable(o.ObservedAt):
		return fmt.Errorf("the instant %s cannot be stored", o.ObservedAt)
	case o.Grain == Snapshot && m.Shape != Level && !m.Lifetime:
		return fmt.Errorf("a %s metric is told of a period, not of an instant", m.Shape)
	case o.Grain != Snapshot && m.Lifetime:
		return fmt.Errorf("a lifetime counter is told of an instant, not of a %s", o.Grain)
	}
	return nil
}

func (o Observation) validateAnswer() error {
	switch {
	case math.IsNaN(o.Value) || math.IsInf(o.Value, 0):
		return fmt.Errorf("%v is not a number that can be stored", o.Value)
	case math.Abs(o.Value) > Largest:
		return fmt.Errorf("%v is larger than anything that can be counted: %d is the largest number that is stored", o.Value, int64(Largest))
	case o.Definition == "":
		return fmt.Errorf("the definition is missing")
	case !sortedDims(o.Dims):
		return fmt.Errorf("the dimensions %q are not in their one form, sorted k=v with a comma between", o.Dims)
	case !slices.Contains([]Basis{Collected, Sample, Estimate, Entered}, o.Basis):
		return fmt.Errorf("unknown basis %q", o.Basis)
	case o.State != "" && o.State != Valid:
		return fmt.Errorf("an answer cannot be told as %q: what is no longer told is withdrawn by a completion", o.State)
	}
	return nil
}

// sortedDims tells whether s is what Dims writes: another order would make another key of the same thing.
func sortedDims(s string) bool {
	if s == "" {
		return true
	}
	last := ""
	for part := range strings.SplitSeq(s, ",") {
		name, _, found := strings.Cut(part, "=")
		if !found || name <= last {
			return false
		}
		last = name
	}
	return true
}

// storable tells whether t fits into the seconds that a store has for instants: from 1970, whose first second stands for
// no instant at all, into February 2106.
func storable(t time.Time) bool { return t.Unix() > 0 && t.Unix() <= math.MaxUint32 }

// SameAnswer tells whether o says of its key just what p says of it. An equal snapshot of another instant is another
// answer: whether a day was read near its end is worth knowing, and decides which of the day's snapshots counts. Not so of
// numbers that people entered: they name the day and nobody knows the moment better, so a table read on another day says
// nothing new. An equal value from another part is another answer: which part told it last decides which completion takes
// it back.
func (o Observation) SameAnswer(p Observation) bool {
	return o.Value == p.Value && (o.Basis == Entered || o.ObservedAt.Equal(p.ObservedAt)) && o.Part == p.Part &&
		o.Complete == p.Complete && o.State == p.State && o.Basis == p.Basis && o.Note == p.Note && o.By == p.By
}

// Beats tells whether answer o is to be shown rather than answer p of the same key: a complete one rather than an
// incomplete one, of snapshots the one nearer to the end of the day, which is one of the zone that its definition names, else of
// loc; then the newer one.
func (o Observation) Beats(p Observation, loc *time.Location) bool {
	if o.Complete != p.Complete {
		return o.Complete
	}
	if o.Grain == Snapshot {
		end := o.From.End(o.dayZone(loc))
		if a, b := end.Sub(o.ObservedAt).Abs(), end.Sub(p.ObservedAt).Abs(); a != b {
			return a < b
		}
	}
	return o.Version > p.Version
}

// zones are those that definitions name, once they were loaded.
var zones sync.Map

// dayZone returns the zone of the days that the number is told for, as its definition names it; loc where it names none.
func (o Observation) dayZone(loc *time.Location) *time.Location {
	at := strings.LastIndexByte(o.Definition, '@')
	if at < 0 || o.Definition[at+1:] == loc.String() {
		return loc
	}
	if zone, known := zones.Load(o.Definition[at+1:]); known {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(o.Definition[at+1:])
	if err != nil {
		zone = loc
	}
	zones.Store(o.Definition[at+1:], zone)
	return zone
}

// Version orders the answers to one key: milliseconds since 1970 in the upper 48 bits, random bits of the writing process
// in the lower 16. In JSON it is a string, because it does not fit into a JSON number.
type Version uint64

const versionRandomBits = 16

// Time returns the moment in v, to the millisecond.
func (v Version) Time() time.Time { return time.UnixMilli(int64(v >> versionRandomBits)).UTC() }

// MarshalText writes v in decimal.
func (v Version) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(v), 10), nil }

// UnmarshalText reads what MarshalText writes.
func (v *Version) UnmarshalText(b []byte) error {
	n, err := strconv.ParseUint(string(b), 10, 64)
	*v = Version(n)
	return err
}

// Next returns a version that comes after stored even when the clock went back: (max(now, stored + 1 ms), random).
func Next(stored Version, now time.Time, random uint16) Version {
	ms := max(uint64(max(0, now.UnixMilli())), uint64(stored>>versionRandomBits)+1)
	return Version(ms<<versionRandomBits | uint64(random))
}
