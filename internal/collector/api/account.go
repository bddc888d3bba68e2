package api

import (
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

// Known adds the fields of a post up by their metrics. A metric of which a field is not there is not told: half of a sum is no
// number. A field that is there and counts nothing that can be counted is an error.
func Known(fields []Counter) (map[string]float64, error) {
	out, lacks := map[string]float64{}, map[string]bool{}
	for _, f := range fields {
		if !f.Value.Known {
			lacks[f.Metric] = true
			continue
		}
		n, err := f.Value.Need(f.Field)
		if err != nil {
			return nil, err
		}
		out[f.Metric] += n
	}
	for metric := range lacks {
		delete(out, metric)
	}
	return out, nil
}

// Lacks says of each counter that none of some posts has that the platform does not offer it. Of no posts nothing is said.
func Lacks(metrics []string, posts []Post) map[string]Lack {
	out := map[string]Lack{}
	for _, metric := range metrics {
		has := len(posts) == 0
		for _, p := range posts {
			if _, ok := p.Counts[metric]; ok {
				has = true
				break
			}
		}
		if !has {
			out[metric] = Lack{Result: observation.NotOffered}
		}
	}
	return out
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
