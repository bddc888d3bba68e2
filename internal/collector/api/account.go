package api

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// stateAccount is what the account of a source is remembered under: its id at the platform, and the name that stood in the
// settings when it was looked up.
const stateAccount = "account"

// AccountID returns the id that a name was found to have at the platform, "" where it has to be looked up: for the first time, or
// because another name stands in the settings now. A name may change hands, an id does not.
func AccountID(state collector.State, name string) string {
	if state == nil {
		return ""
	}
	text, _ := state.Get(stateAccount)
	if id, of, ok := strings.Cut(text, " "); ok && of == name {
		return id
	}
	return ""
}

// KeepAccountID remembers which id a name was found to have.
func KeepAccountID(state collector.State, name, id string) {
	if state != nil && AccountID(state, name) != id {
		state.Set(stateAccount, id+" "+name)
	}
}

// ErrOther is an answer of another account than the one that was asked for, or that a source was read of before. Nothing of it is
// the account's.
var ErrOther error = &BadAnswerError{Text: "the answer is of another account than the one that was asked for"}

// HoldAccountID remembers which id a name was found to have. Another one than it had before is ErrOther: names change hands, and a token
// may be somebody else's.
func HoldAccountID(state collector.State, name, id string) error {
	if known := AccountID(state, name); known != "" && known != id {
		return ErrOther
	}
	KeepAccountID(state, name, id)
	return nil
}

// Known adds the fields of a post up by their metrics. A metric of which a field is not there is not told: half of a sum is no
// number. One of which a field counts nothing that can be counted is not told either, and lacking says so: it takes no other with it.
func Known(fields []Counter) (counts map[string]float64, lacking map[string]Lack) {
	counts, lacking = map[string]float64{}, map[string]Lack{}
	absent := map[string]bool{}
	for _, f := range fields {
		switch lack := f.Value.Lack(f.Field); {
		case lack.Reason == collector.ReasonNoNumber:
			absent[f.Metric] = true
		case lack.Result != "":
			lacking[f.Metric] = lack
		default:
			counts[f.Metric] += f.Value.Value
		}
	}
	for metric := range absent {
		delete(counts, metric)
	}
	for metric := range lacking {
		delete(counts, metric)
	}
	return counts, lacking
}

// Lacks says of counters why they are lacking. One that none of some posts has is a failure, because the platform answered without
// it, which is no zero and not its word that there is none; but for those that it is known to leave out where an account does not
// show them (hidden): those it does not offer. One that could not be read of single posts was read in part. Of no posts nothing is
// said.
func Lacks(metrics []string, posts []Post, hidden ...string) map[string]Lack {
	out := map[string]Lack{}
	if len(posts) == 0 {
		return out
	}
	for _, metric := range metrics {
		has, lack := sumUp(metric, posts)
		switch {
		case has && (lack.Result == "" || lack.Result.NotApplicable()):
		case has:
			out[metric] = Lack{observation.Partial, cmp.Or(lack.Reason, string(lack.Result)), lack.Detail}
		case lack.Result != "":
			out[metric] = lack
		case slices.Contains(hidden, metric):
			out[metric] = Lack{Result: observation.NotOffered}
		default:
			out[metric] = Lack{Result: observation.Failed, Reason: collector.ReasonNoNumber}
		}
	}
	return out
}

// sumUp tells whether any post has a counter, and why the first lacks it that does for a reason; that there was nothing to be
// measured of one is no fault beside one of another.
func sumUp(metric string, posts []Post) (has bool, lack Lack) {
	for _, p := range posts {
		if _, ok := p.Counts[metric]; ok {
			has = true
		}
		if l := p.Lacking[metric]; lack.Result == "" || lack.Result.NotApplicable() && l.Result != "" {
			lack = l
		}
	}
	return has, lack
}

// Begins returns the day from which on the posts of an account are listed: that on which it was made, as the platform writes it, or
// that of its oldest post where it brought posts along from elsewhere. It is the beginning of all days where nobody says it.
func Begins(made string, posts []Post, zone *time.Location) observation.Date {
	at, err := time.Parse(time.RFC3339, made)
	if err != nil {
		return 0
	}
	first := observation.DateOf(at.In(zone))
	for _, p := range posts {
		first = min(first, observation.DateOf(p.At.In(zone)))
	}
	return first
}
