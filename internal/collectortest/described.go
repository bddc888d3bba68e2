package collectortest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// described is a trimmed list of the fields of a platform's answers, taken from its official machine-readable description. As
// a file it reads
//
//	source: https://github.com/OWNER/REPOSITORY/blob/TAG/api.json
//	read: 2026-11-22
//	answers:
//	  - request: GET /api/v0/stats/total
//	    parameters: {limit: 1..100, filter: all|new, cursor: string}
//	    fields: {total: integer, "stats[].day": string, "stats[].hourly[]": integer}
//	    undescribed: {"stats[].extra": why it is there all the same}
//
// where a request is a method and a regular expression of the whole path, and a type is string, integer, number, boolean,
// object, or any; a ? behind it lets the field be null. A parameter is string, integer, boolean, a range of integers, the words
// that it may be, or fields: names of described fields; a * behind it lets it be a list with commas. Without parameters those of
// requests are not looked at.
//
// Where the platform's own description can be had by a machine, official names the file, each answer says which shapes of it stand
// where (official: {"": ChannelListResponse}) and which holds the parameters (asked: youtube.channels.list), and the trimmed list is
// held against that as well. What the official one leaves out stands in elsewhere, with where it is known from: a place of the
// answer and all below it ("" is all of it), a parameter ?name, or a word of one, ?name=word, or all words, ?name=*; once for all
// answers, or of an answer. Where there is no official one, pages says what the list was taken from.
type described struct {
	Source   string            `yaml:"source"`
	Read     string            `yaml:"read"`
	Official officialFiles     `yaml:"official"`
	Pages    string            `yaml:"pages"`
	All      map[string]string `yaml:"elsewhere"` // of all answers
	Answers  []describedAnswer `yaml:"answers"`
}

type describedAnswer struct {
	Request     string            `yaml:"request"`
	Official    map[string]string `yaml:"official"`
	Asked       string            `yaml:"asked"`
	Parameters  map[string]string `yaml:"parameters"`
	Fields      map[string]string `yaml:"fields"`
	Elsewhere   map[string]string `yaml:"elsewhere"`
	Undescribed map[string]string `yaml:"undescribed"` // fields that real answers have beside the description, and where that is known from

	everywhere map[string]string // what stands elsewhere for all answers
}

// Described holds the recorded answers of all cases of a kind against the trimmed official description in a file: each field of
// an answer of 200 has to be in it, with its type, each field of it in some answer, and each request in some case.
//
// What is read of an answer is given by its request, as a value of the type that it is decoded into, or several as []any: each field
// of that has to be in the description, too. Then all that is asked has to be described, and no type of the package that reads JSON may be left out:
// those that read something else than an answer of 200 stand under Beside.
func Described(t *testing.T, file string, read ...map[string]any) {
	t.Helper()
	d := readDescribed(t, file)
	all := recordedAnswers(t)
	faults := d.recorded(all)
	for _, each := range read {
		faults = append(append(faults, d.unasked(all)...), d.decoded(t, each)...)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
	d.holdOfficial(t)
}

// DescribedTypes holds what a package reads of answers against a trimmed description, where the cases are elsewhere.
func DescribedTypes(t *testing.T, file string, read map[string]any) {
	t.Helper()
	d := readDescribed(t, file)
	for _, fault := range d.decoded(t, read) {
		t.Error(fault)
	}
	d.holdOfficial(t)
}

// holdOfficial holds the trimmed description against the official one.
func (d described) holdOfficial(t *testing.T) {
	if d.Official.none() {
		return
	}
	t.Run("official", func(t *testing.T) {
		m := d.Official.read(t)
		for _, a := range d.Answers {
			a.everywhere = d.All
			for _, fault := range a.unofficial(m) {
				t.Error(fault)
			}
		}
	})
}

// recorded returns what the recorded answers and the description do not share.
func (d described) recorded(all []*answer) (faults []string) {
	for _, want := range d.Answers {
		faults = append(faults, want.faults(all)...)
	}
	return faults
}

// unasked returns the recorded requests that are not described.
func (d described) unasked(all []*answer) (faults []string) {
	for _, a := range all {
		if !slices.ContainsFunc(d.Answers, func(want describedAnswer) bool { return want.is(a) }) {
			faults = append(faults, fmt.Sprintf("%s: %s %s is asked, which is not described", a.name, a.method, a.path))
		}
	}
	return faults
}

func readDescribed(t *testing.T, file string) described {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d described
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&d); err != nil || d.Source == "" || d.Read == "" || len(d.Answers) == 0 {
		t.Fatalf("%s: want source, read and answers (%v)", file, err)
	}
	return d
}

// recordedAnswers returns the answers of all cases, which may also be told apart by visits.
func recordedAnswers(t *testing.T) []*answer {
	t.Helper()
	var out []*answer
	for _, pattern := range []string{"testcases/*/answers", "testcases/*/visit-*/answers"} {
		folders, _ := filepath.Glob(pattern)
		for _, folder := range folders {
			answers, err := readAnswers(folder)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, answers...)
		}
	}
	return out
}

// reading is what was seen of the answers to one described request.
type reading struct {
	describedAnswer
	seen   map[string]bool
	faults []string
}

// is tells whether an answer is one to the described request.
func (d describedAnswer) is(a *answer) bool {
	method, path, _ := strings.Cut(d.Request, " ")
	return a.method == method && regexp.MustCompile("^(?:"+path+")$").MatchString(a.path)
}

// faults returns what the answers and the description do not share.
func (d describedAnswer) faults(all []*answer) []string {
	r, asked := reading{describedAnswer: d, seen: map[string]bool{}}, false
	for _, a := range all {
		if !d.is(a) {
			continue
		}
		r.ask(a)
		var body any
		if a.status == 200 && json.Unmarshal(a.body, &body) == nil { // also a case of an answer that is none
			asked = true
			r.walk(a.name, "", body, false)
		}
	}
	if !asked {
		return []string{"no case has an answer to " + d.Request}
	}
	for _, field := range slices.Sorted(maps.Keys(d.Fields)) {
		if !r.seen[field] {
			r.faults = append(r.faults, fmt.Sprintf("no answer to %s has %s, which is described", d.Request, field))
		}
	}
	return r.faults
}

// walk reads a value that stands at a place of an answer. What stands loose, within something of which not all is described, may be there.
func (r *reading) walk(name, at string, value any, loose bool) {
	r.seen[at] = true
	want, known := r.Fields[at]
	if kind := kindOf(value); known && !allows(want, kind) {
		r.faults = append(r.faults, fmt.Sprintf("%s: %s of %s is %s, described as %s", name, at, r.Request, kind, want))
	}
	if _, excused := r.Undescribed[at]; strings.HasPrefix(want, "any") || excused {
		loose = true
	}
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			r.walk(name, strings.TrimPrefix(at+"."+key, "."), v[key], loose)
		}
	case []any:
		for _, inner := range v {
			r.walk(name, at+"[]", inner, loose)
		}
	default:
		if !known && !loose {
			r.faults = append(r.faults, fmt.Sprintf("%s: %s has %s, which the description does not have", name, r.Request, at))
		}
	}
}

// allows tells whether a described type has room for a kind of value.
func allows(want, kind string) bool {
	want, nullable := strings.CutSuffix(want, "?")
	return want == "any" || want == kind || nullable && kind == "null" || want == "number" && kind == "integer"
}

// kindOf names the type of a JSON value.
func kindOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}
