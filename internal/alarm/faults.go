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
	SourceFailed      = "source_failed"      // it failed twice in a row, or once for good, or waits for long
	SourceLate        = "source_late"        // it should have answered and did not
	CredentialExpires = "credential_expires" // within two weeks, or it has
	DiskFull          = "disk_full"          // nearly
	StoreUnreachable  = "store_unreachable"  // told by whoever runs, as nothing can be remembered then
)

// Kinds lists the kinds of fault.
func Kinds() []string {
	return []string{SourceFailed, SourceLate, CredentialExpires, DiskFull, StoreUnreachable}
}

// neverAnswered is the detail of a source that is late with its first answer.
const neverAnswered = "never"

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
	Lately            []observation.SourceStatus // of one that waits, or has a part that does: all of a day and more, the newest first
	FailingSince      time.Time                  // the first of its visits since the last good one
	Open              bool                       // its newest day was not answered whole
	Late              bool
	Answered          time.Time // when it last told something; zero when it never did
	Expected          time.Time // of one that never did: when it could have done so first
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
	case s.Late && s.Answered.IsZero():
		out = append(out, Fault{Kind: SourceLate, Organisation: s.Organisation, Source: s.Source, Since: s.Expected, Step: 1, Detail: neverAnswered})
	case s.Late:
		out = append(out, Fault{Kind: SourceLate, Organisation: s.Organisation, Source: s.Source, Since: s.Answered, Step: 1})
	}
	if step := credentialStep(s.CredentialExpires, now); step > 0 {
		out = append(out, Fault{Organisation: s.Organisation, Source: s.Source, Kind: CredentialExpires, Since: s.CredentialExpires.Add(-soon), Until: s.CredentialExpires, Step: step})
	}
	return out
}

// failed returns what failed in both of the last two visits, as servers have bad moments, or once in a way that does not pass by
// itself, or waits for long: the source, or some of its parts.
func (s Source) failed() []Fault {
	one := Fault{Kind: SourceFailed, Organisation: s.Organisation, Source: s.Source, Step: 1}
	if n := s.failures(); n > 1 || n == 1 && final(reason(s.Visits[0])) {
		one.Detail, one.Since = reason(s.Visits[0]), s.Visits[n-1].At
		if !s.FailingSince.IsZero() {
			one.Since = s.FailingSince
		}
		return []Fault{one}
	}
	if long(s.Lately) && !slices.ContainsFunc(s.Lately, s.heard) {
		one.Detail, one.Since = string(observation.Waiting), s.Lately[len(s.Lately)-1].At
		return []Fault{one}
	}
	return s.failedParts(one)
}

// failures counts how many of the newest visits failed as a whole.
func (s Source) failures() (n int) {
	for n < len(s.Visits) && s.fails(s.Visits[n]) {
		n++
	}
	return n
}

// final tells whether who fails for a reason does so until somebody does something.
func final(reason string) bool {
	return reason == string(observation.Auth) || reason == string(observation.Gone)
}

// reason is why a visit failed, as a code.
func reason(v observation.SourceStatus) string { return cmp.Or(v.Reason, string(v.Result)) }

// failedParts are those that the newest visit which read some parts names, and that none read before. one says whose they are.
func (s Source) failedParts(one Fault) (out []Fault) {
	visits := s.Visits
	if len(s.Lately) > 0 {
		visits = s.Lately
	}
	i := slices.IndexFunc(visits, s.heard)
	if i < 0 {
		return nil
	}
	for _, p := range visits[i].Failing {
		since, lost := s.lost(visits, p.Part)
		if one.Part, one.Detail, one.Since = p.Part, p.Reason, since; lost {
			out = append(out, one)
		}
	}
	return out
}

// lost tells whether a part was not read in the last two visits in which it did not wait, or in the last for good, or that it
// waits for long, and since when.
func (s Source) lost(visits []observation.SourceStatus, part string) (since time.Time, lost bool) {
	failed, forGood := 0, false
	for _, v := range visits {
		switch why := s.unread(v, part); why {
		case "":
			return since, forGood
		case string(observation.Waiting):
		default:
			failed++
			forGood = forGood || failed == 1 && final(why)
		}
		if since = v.At; failed == 2 {
			return since, true
		}
	}
	return since, forGood || long(visits)
}

// unread tells why a visit did not read a part, "" when it did or when that is no fault that lasts.
func (s Source) unread(v observation.SourceStatus, part string) string {
	if !s.heard(v) {
		return reason(v)
	}
	for _, f := range v.Failing {
		if f.Part == part && (f.Reason == string(observation.Waiting) || s.matters(f.Reason)) {
			return f.Reason
		}
	}
	return ""
}

// heard tells whether a visit brought anything.
func (s Source) heard(v observation.SourceStatus) bool {
	return v.Result != observation.Waiting && !s.fails(v)
}

// LongWait is how long who asks to be left alone, again and again, may do so before that is a fault: a day, but visits of
// a source that is read once a day do not lie a day apart to the second.
const LongWait = 23*time.Hour + 30*time.Minute

// long tells whether visits, the newest first, stretch over a long wait.
func long(visits []observation.SourceStatus) bool {
	return len(visits) > 1 && visits[0].At.Sub(visits[len(visits)-1].At) >= LongWait
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
	if d == nil {
		d = &Disk{}
	}
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
