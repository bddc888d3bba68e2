package api

import (
	"cmp"
	"encoding/json"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Export is the days that a file of a platform spoke of. Platforms count on for some days, so that of two files which tell the same day
// the one that reaches further knows it better, in whatever order they are handed over.
type Export struct {
	observation.Period
	What  string `json:"what,omitempty"`  // of a platform that has several kinds of files
	Taken int64  `json:"taken,omitempty"` // when it was downloaded, as its name says; 0 where that does not
	// Reach is how far the file reached, where the period is only a part of it: of other days it was taken back; 0 is the whole.
	Reach observation.Date `json:"reach,omitempty"`
}

// Exports are the files that a source took in, as it remembers them.
type Exports struct {
	state collector.State
	known []Export
}

// CountOlder is what a run counts numbers by that it left out, because a newer file told their days.
const CountOlder = "numbers_of_an_older_export_left_out"

const (
	stateExports = "exports"
	mostExports  = 400 // that are remembered
)

// KnownExports returns the files that a source took in.
func KnownExports(state collector.State) *Exports {
	x := &Exports{state: state}
	if state != nil {
		if text, ok := state.Get(stateExports); ok {
			_ = json.Unmarshal([]byte(text), &x.known) // what cannot be read is not known
		}
	}
	return x
}

// Newer tells whether a file that was taken in knows a day better than e. Of two that reach as far that is the one that was
// downloaded later, where both their names say when; else the one that comes now, be it a copy that was corrected.
func (x *Exports) Newer(e Export, day observation.Date) bool {
	return slices.ContainsFunc(x.known, func(k Export) bool {
		return k.What == e.What && k.Contains(day) && k.Compare(e) > 0
	})
}

// Compare orders files of one kind by how much they know: by how far they reach, then by when they were downloaded where that is known
// of both.
func (e Export) Compare(o Export) int {
	reach := cmp.Compare(max(e.To, e.Reach), max(o.To, o.Reach))
	if e.Taken == 0 || o.Taken == 0 {
		return reach
	}
	return cmp.Or(reach, cmp.Compare(e.Taken, o.Taken))
}

// without returns what is left of a file of which some days were taken back.
func (e Export) without(days observation.Period) (out []Export) {
	e.Reach = max(e.To, e.Reach)
	for _, p := range []observation.Period{{From: e.From, To: min(e.To, days.From)}, {From: max(e.From, days.To), To: e.To}} {
		if !p.Empty() {
			e.Period = p
			out = append(out, e)
		}
	}
	return out
}

// ExportsBeside returns what a source still remembers of its files, by name, when what it told of some days was taken back: of these any
// file may tell again, while an older one still overwrites nothing of all others.
func ExportsBeside(states map[string]string, days observation.Period) map[string]string {
	var known, left []Export
	if json.Unmarshal([]byte(states[stateExports]), &known) != nil {
		return nil
	}
	for _, e := range known {
		if e.Touches(days) {
			left = append(left, e.without(days)...)
		} else {
			left = append(left, e)
		}
	}
	text, err := json.Marshal(left)
	if len(left) == 0 || err != nil {
		return nil
	}
	return map[string]string{stateExports: string(text)}
}

// Keep remembers a file, and forgets those whose days lie within it and that know them no better.
func (x *Exports) Keep(e Export) {
	x.known = slices.DeleteFunc(x.known, func(k Export) bool { return k.What == e.What && e.Holds(k.Period) && k.Compare(e) <= 0 })
	x.known = append(x.known, e)
	x.known = x.known[max(0, len(x.known)-mostExports):]
	if text, err := json.Marshal(x.known); err == nil && x.state != nil {
		x.state.Set(stateExports, string(text))
	}
}
