package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Fault is one thing wrong with a configuration file: where it stands, what is wrong and what to do about it. Line and
// Column count from 1, Column in characters.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// String writes the fault the way compilers do, so that editors can jump to it: seuranta.yaml:12:5: …
func (f Fault) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// Faults are all the faults of a file, in the order of their places, none of them twice.
type Faults []Fault

// Error lists the faults, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// maxFaults bounds what is told of one file; who reads a thousand faults is helped no more by the next.
const maxFaults = 1000

type place struct{ line, column int }

func placeOf(n *yaml.Node) place { return place{line: n.Line, column: n.Column} }

// reporter gathers the faults of a file. Places are named by path: channels[2].targets[0].metric.
type reporter struct {
	file    string
	places  map[string]place
	dotted  map[string]string // path → its last key, where that cannot be told from the path: it holds signs that paths are made of
	faulty  map[string]bool   // paths that have a fault in them, and the paths that these lie in
	taints  map[string]string // path → ${NAME} or token_file, where its value was taken from
	around  map[string]string // the paths that these lie in
	values  map[string]string // value that no message may show → from where it was taken, or ***
	files   []string          // where secrets were looked for, absolute
	secrets map[string]bool   // paths that take secrets
	lacks   map[string]bool   // those of them that were left empty, because the secret could not be had
	lacking []string          // why
	faults  Faults
	more    int
}

func newReporter(file string) *reporter {
	return &reporter{
		file: file, places: map[string]place{}, dotted: map[string]string{}, faulty: map[string]bool{},
		taints: map[string]string{}, around: map[string]string{}, values: map[string]string{},
		secrets: map[string]bool{}, lacks: map[string]bool{},
	}
}

// fault tells that what stands at a path is wrong, and what to do. Values of the file may be shown in wrong only: it is
// left out where the value was taken from elsewhere.
func (r *reporter) fault(at, wrong, todo string) { r.faultIn(r.place(at), at, wrong, todo) }

// faultIn is fault for a place that has no path of its own, such as the second of two equal keys.
func (r *reporter) faultIn(p place, at, wrong, todo string) {
	for path := at; ; path = parentOf(path) {
		r.faulty[path] = true
		if path == "" {
			break
		}
	}
	if len(r.faults) == maxFaults {
		r.more++
		return
	}
	if from, ok := r.taints[at]; ok {
		wrong = fmt.Sprintf("the value taken from %s does not fit here; it is not shown", from)
	}
	message := wrong
	if todo != "" {
		message += "; " + todo
	}
	label, dotted := r.dotted[at]
	if !dotted {
		label = labelOf(at)
	}
	if label != "" {
		message = label + ": " + message
	}
	r.faults = append(r.faults, Fault{File: r.file, Line: p.line, Column: p.column, Message: message})
}

// place returns where a path stands, or the nearest thing around it that stands in the file.
func (r *reporter) place(at string) place {
	for {
		if p, ok := r.places[at]; ok {
			return p
		}
		if at == "" {
			return place{1, 1}
		}
		at = parentOf(at)
	}
}

// taint remembers that the value at a path was taken from elsewhere and must never be shown.
func (r *reporter) taint(at, value, from string) {
	r.taints[at] = from
	r.values[value] = from
	for path := at; path != ""; path = parentOf(path) {
		r.around[path] = from
	}
}

// tainted tells from where a value at, in or around a path was taken.
func (r *reporter) tainted(at string) (from string, ok bool) {
	if from, ok = r.around[at]; ok {
		return from, true
	}
	for path := at; path != ""; path = parentOf(path) {
		if from, ok = r.taints[path]; ok {
			return from, true
		}
	}
	return "", false
}

// oneLine keeps what a file or a kind put into a message from breaking the line or steering a terminal.
func oneLine(message string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, message)
}

// err returns the faults as an error, or nil when there are none.
func (r *reporter) err() error {
	if len(r.faults) == 0 {
		return nil
	}
	faults := slices.Clone(r.faults)
	sieve := newSieve(r.values)
	for i, f := range faults {
		faults[i].Message = oneLine(cut(sieve.redact(f.Message), maxMessage))
	}
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	faults = withoutDoubles(faults)
	if r.more > 0 {
		last := faults[len(faults)-1]
		last.Message = fmt.Sprintf("there are %d more faults; mend these first", r.more)
		faults = append(faults, last)
	}
	return &faults
}

func withoutDoubles(faults Faults) Faults {
	seen := make(map[Fault]bool, len(faults))
	return slices.DeleteFunc(faults, func(f Fault) bool {
		double := seen[f]
		seen[f] = true
		return double
	})
}

// under returns the path of a key of the mapping at a path. A path shows no secret that somebody wrote for a key.
func under(at, key string) string {
	if veiled(key) != key {
		key = hidden
	}
	if at == "" {
		return key
	}
	return at + "." + key
}

// entry returns the path of an entry of the list at a path.
func entry(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }

// parentOf returns the path of what a path lies in.
func parentOf(at string) string { return at[:max(0, strings.LastIndexAny(at, ".["))] }

// keyOf returns the last key of a path; entries have the key of their list.
func keyOf(at string) string {
	for strings.HasSuffix(at, "]") {
		at = parentOf(at)
	}
	return at[strings.LastIndex(at, ".")+1:]
}

// labelOf names what a path is about at the head of a message.
func labelOf(at string) string {
	key := clip(keyOf(at))
	if i, err := strconv.Atoi(strings.TrimSuffix(at[strings.LastIndex(at, "[")+1:], "]")); err == nil && strings.HasSuffix(at, "]") {
		return fmt.Sprintf("entry %d of %s", i+1, key)
	}
	return key
}
