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
// object, or any; a ? behind it lets the field be null. A parameter is string, integer, boolean, a range of integers or the words
// that it may be; a * behind it lets it be a list with commas. Without parameters those of requests are not looked at.
type described struct {
	Source  string            `yaml:"source"`
	Read    string            `yaml:"read"`
	Answers []describedAnswer `yaml:"answers"`
}

type describedAnswer struct {
	Request     string            `yaml:"request"`
	Parameters  map[string]string `yaml:"parameters"`
	Fields      map[string]string `yaml:"fields"`
	Undescribed map[string]string `yaml:"undescribed"` // fields that real answers have beside the description, and where that is known from
}

// Described holds the recorded answers of all cases of a kind against the trimmed official description in a file: each field of
// an answer of 200 has to be in it, with its type, each field of it in some answer, and each request in some case.
//
// What is read of an answer is given by its request, as a value of the type that it is decoded into: each field of that has to be
// in the description, too.
func Described(t *testing.T, file string, read ...map[string]any) {
	t.Helper()
	d := readDescribed(t, file)
	all := recordedAnswers(t)
	for _, want := range d.Answers {
		for _, fault := range want.faults(all) {
			t.Error(fault)
		}
	}
	for _, each := range read {
		for request, value := range each {
			for _, fault := range d.unknown(request, value) {
				t.Error(fault)
			}
		}
	}
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

// faults returns what the answers and the description do not share.
func (d describedAnswer) faults(all []*answer) []string {
	method, path, _ := strings.Cut(d.Request, " ")
	form := regexp.MustCompile("^(?:" + path + ")$")
	r, asked := reading{describedAnswer: d, seen: map[string]bool{}}, false
	for _, a := range all {
		var body any
		if a.method != method || !form.MatchString(a.path) || a.status != 200 || json.Unmarshal(a.body, &body) != nil {
			continue // also a case of an answer that is none
		}
		asked = true
		r.walk(a.name, "", body)
		r.ask(a)
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

// walk reads a value that stands at a place of an answer.
func (r *reading) walk(name, at string, value any) {
	r.seen[at] = true
	want, known := r.Fields[at]
	if kind := kindOf(value); known && !allows(want, kind) {
		r.faults = append(r.faults, fmt.Sprintf("%s: %s of %s is %s, described as %s", name, at, r.Request, kind, want))
	}
	if _, excused := r.Undescribed[at]; strings.HasPrefix(want, "any") || excused {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			r.walk(name, strings.TrimPrefix(at+"."+key, "."), v[key])
		}
	case []any:
		for _, inner := range v {
			r.walk(name, at+"[]", inner)
		}
	default:
		if !known {
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
