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

// failsInARow is how often a source fails before it is a fault: servers have bad moments.
const failsInARow = 2

// Fault is one thing that is wrong.
type Fault struct {
	Kind         string
	Organisation string // "" for what concerns the whole installation
	Source       string // "" for what concerns no source
	Since        time.Time
	Until        time.Time // when a credential ends
	Step         int       // how grave it is; only credentials have more than one step
	Detail       string    // why a source failed, as a code; bytes free and in all of a disk; what the store says
}

// ID names the fault, the same for as long as it stands and when it comes again.
func (f Fault) ID() string {
	return strings.Join(slices.DeleteFunc([]string{f.Organisation, f.Source, f.Kind}, func(s string) bool { return s == "" }), "/")
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
	Failures          observation.Failures
	Reason            string // of its newest visit, as a code
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

// Faults returns what is wrong, sorted by organisation, source and kind.
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
	return cmp.Or(cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Kind, b.Kind))
}

// faults are those of one source. One that fails is not called late, too: both have one cause.
func (s Source) faults(now time.Time) (out []Fault) {
	one := Fault{Organisation: s.Organisation, Source: s.Source, Step: 1, Detail: s.Reason}
	switch {
	case s.Failures.Runs >= failsInARow:
		one.Kind, one.Since = SourceFailed, s.Failures.Since
		out = append(out, one)
	case s.Late && !s.Answered.IsZero():
		one.Kind, one.Since = SourceLate, s.Answered
		out = append(out, one)
	}
	if step := credentialStep(s.CredentialExpires, now); step > 0 {
		out = append(out, Fault{Organisation: s.Organisation, Source: s.Source, Kind: CredentialExpires, Since: s.CredentialExpires.Add(-soon), Until: s.CredentialExpires, Step: step})
	}
	return out
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

// PastReason tells whether a visit that answered in part for this reason may only lack days that are long over: whether the
// newest day was answered decides then if the source is well.
func PastReason(reason string) bool {
	switch reason {
	case collector.ReasonLogSilent, collector.ReasonLogMissing, collector.ReasonLogDamaged, collector.ReasonFeedSilent:
		return true
	}
	return false
}
