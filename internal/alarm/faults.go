// Package alarm finds what is wrong, remembers it, and tells people: once when it begins, once when it gets graver, once when
// it is over. What is wrong follows from what is known by plain rules (Faults); what was told stands in the store, so that
// neither a restart nor a second process tells it again.
//
// Telling is at least once: what was sent is noted after it was sent, and a process that dies in between leaves the letter to
// be sent again, under the same id. Two processes do not send at the same time: who tells claims it, and a claim runs out.
package alarm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// The kinds of fault.
const (
	SourceFailed      = "source_failed"      // it failed twice in a row
	SourceLate        = "source_late"        // it should have answered and did not
	CredentialExpires = "credential_expires" // within two weeks, or it has
	DiskFull          = "disk_full"          // nearly
	StoreUnreachable  = "store_unreachable"  // told by whoever runs, as nothing can be remembered then
)

// Kinds lists the kinds of fault.
func Kinds() []string {
	return []string{SourceFailed, SourceLate, CredentialExpires, DiskFull, StoreUnreachable}
}

// The steps of a credential that ends. A step is told when it is reached.
const (
	stepSoon     = 1 // within 14 days
	stepVerySoon = 2 // within 3 days
	stepEnded    = 3
)

const (
	soon     = 14 * 24 * time.Hour
	verySoon = 3 * 24 * time.Hour
)

// What counts as a full disk, and how much more has to be free until it no longer does: a disk at the limit must not be told
// of again and again.
const (
	leastShare, leastBytes = 0.05, 1 << 30
	enoughShare            = 0.07
	enoughBytes            = 5 << 28
)

// Fault is one thing that is wrong.
type Fault struct {
	Kind         string
	Organisation string // "" for what concerns the whole installation
	Source       string // "" for what concerns no source
	Part         string // of the source, as a feed of several; "" is the whole
	Since        time.Time
	Until        time.Time // when a credential ends
	Step         int       // how grave it is; only credentials have more than one step
	Detail       string    // why a source failed, as a code; bytes free and in all of a disk; what the store says
}

// ID names the fault, the same for as long as it stands and when it comes again.
func (f Fault) ID() string {
	return strings.Join(slices.DeleteFunc([]string{f.Organisation, f.Source, f.Kind, f.Part}, func(s string) bool { return s == "" }), "/")
}

// Severity is error for what costs numbers already, and warning for what will.
func (f Fault) Severity() string {
	if f.Kind == SourceLate || f.Kind == CredentialExpires && f.Step < stepEnded {
		return "warning"
	}
	return "error"
}

// Source is how a source stands.
type Source struct {
	observation.SourceKey
	Visits            []observation.SourceStatus // the newest two that tell how it does, the newest first
	FailingSince      time.Time                  // the first of its visits since the last good one
	Open              bool                       // its newest day was not answered whole
	Late              bool
	Answered          time.Time // when it last told something; zero when it never did
	CredentialExpires time.Time // zero where nobody knows
}

// Disk is the disk that the store lies on, in bytes.
type Disk struct{ Free, Total uint64 }

// Known is all that faults follow from.
type Known struct {
	Now        time.Time
	Sources    []Source
	Disk       *Disk // nil where the store is on a server: whoever runs that looks after its disk
	DiskStands bool  // the disk was nearly full when it was looked at last
}

// Faults returns what is wrong, sorted by organisation, source, kind and part.
func Faults(k Known) []Fault {
	var out []Fault
	for _, s := range k.Sources {
		out = append(out, s.faults(k.Now)...)
	}
	if k.Disk.full(k.DiskStands) {
		out = append(out, Fault{Kind: DiskFull, Since: k.Now, Step: 1, Detail: k.Disk.detail()})
	}
	slices.SortFunc(out, compare)
	return out
}

func compare(a, b Fault) int {
	return cmp.Or(cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Part, b.Part))
}

// faults are those of one source. One that fails is not called late, too: both have one cause.
func (s Source) faults(now time.Time) (out []Fault) {
	failed := s.failed()
	switch {
	case len(failed) > 0:
		out = failed
	case s.Late && !s.Answered.IsZero():
		out = append(out, Fault{Kind: SourceLate, Organisation: s.Organisation, Source: s.Source, Since: s.Answered, Step: 1})
	}
	if step := credentialStep(s.CredentialExpires, now); step > 0 {
		out = append(out, Fault{Organisation: s.Organisation, Source: s.Source, Kind: CredentialExpires, Since: s.CredentialExpires.Add(-soon), Until: s.CredentialExpires, Step: step})
	}
	return out
}

// failed returns what failed in both of the last two visits, as servers have bad moments: the source, or some of its parts.
func (s Source) failed() (out []Fault) {
	if len(s.Visits) < 2 {
		return nil
	}
	newest, before := s.Visits[0], s.Visits[1]
	one := Fault{Kind: SourceFailed, Organisation: s.Organisation, Source: s.Source, Since: before.At, Step: 1}
	if s.fails(newest) && s.fails(before) {
		if one.Detail = cmp.Or(newest.Reason, string(newest.Result)); !s.FailingSince.IsZero() {
			one.Since = s.FailingSince
		}
		return []Fault{one}
	}
	parts := s.parts(newest)
	if s.fails(newest) { // with all of its parts
		parts = s.parts(before)
	}
	for _, p := range parts {
		one.Part, one.Detail = p.Part, p.Reason
		if s.fails(before) || slices.ContainsFunc(s.parts(before), func(b observation.Failing) bool { return b.Part == p.Part }) {
			out = append(out, one)
		}
	}
	return out
}

// fails tells whether a visit failed as a whole.
func (s Source) fails(v observation.SourceStatus) bool {
	switch v.Result {
	case observation.Failed, observation.Auth, observation.Budget, observation.Gone:
		return true
	case observation.Partial:
		return len(v.Failing) == 0 && s.matters(v.Reason)
	}
	return false
}

// parts are the parts of a source that a visit could not read.
func (s Source) parts(v observation.SourceStatus) []observation.Failing {
	return slices.DeleteFunc(slices.Clone(v.Failing), func(f observation.Failing) bool { return !s.matters(f.Reason) })
}

// matters tells whether a reason is a fault that lasts. Some speak of days that nobody can read any more, and some may:
// whether the newest day was answered decides then.
func (s Source) matters(reason string) bool {
	switch reason {
	case collector.ReasonFeedShort, collector.ReasonRolledOver, collector.ReasonStopped, string(observation.Waiting):
		return false
	}
	return s.Open || !PastReason(reason)
}

// credentialStep returns how near the end of a credential is, 0 when it is not.
func credentialStep(ends, now time.Time) int {
	switch left := ends.Sub(now); {
	case ends.IsZero() || left > soon:
		return 0
	case left > verySoon:
		return stepSoon
	case left > 0:
		return stepVerySoon
	}
	return stepEnded
}

// full tells whether a disk is nearly full; one that was is so until there is clearly more room.
func (d *Disk) full(was bool) bool {
	if d == nil || d.Total == 0 {
		return false
	}
	share, bytes := leastShare, uint64(leastBytes)
	if was {
		share, bytes = enoughShare, enoughBytes
	}
	return d.Free < bytes || float64(d.Free) < share*float64(d.Total)
}

func (d *Disk) detail() string {
	return strconv.FormatUint(d.Free, 10) + " " + strconv.FormatUint(d.Total, 10)
}

// diskOf reads what detail wrote.
func diskOf(detail string) Disk {
	free, total, _ := strings.Cut(detail, " ")
	var d Disk
	d.Free, _ = strconv.ParseUint(free, 10, 64)
	d.Total, _ = strconv.ParseUint(total, 10, 64)
	return d
}

// PastReason tells whether who answered in part for this reason may only lack days that are long over.
func PastReason(reason string) bool {
	switch reason {
	case collector.ReasonLogSilent, collector.ReasonLogMissing, collector.ReasonLogDamaged, collector.ReasonFeedSilent:
		return true
	}
	return false
}
