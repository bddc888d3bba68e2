package collector

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/observation"
)

// Retention is a rule of a platform's terms: what was got from it may be kept for so many days, and is forgotten then. What no
// rule of the kind names may be kept.
//
// The age of a number is counted from the end of the period that it is about, that of an item from its publication. Nothing
// is known sooner than that, so nothing is kept for longer than the rule allows, whenever it was fetched.
type Retention struct {
	ID string // as `forget --list` and every figure that lacks something by it name it: linkedin-posts
	// Metrics are those whose numbers are forgotten; nil where only items are.
	Metrics []string
	// Subjects restricts the rule to numbers of single items: what the channel itself came to by day or week stays. Otherwise
	// the rule is of the numbers of the channel and of its items alike.
	Subjects bool
	// Items says that what the source published is forgotten: title, text, addresses, and all that is stored of it.
	Items  bool
	Days   int              // that it may be kept for
	Text   observation.Text // what the rule is, and what stays, as people read it
	Source string           // the address of the terms …
	Read   observation.Date // … and the day on which they were read
}

// Retainer is implemented by settings under which not all rules of the kind hold: what people export themselves may be kept where
// what the platform's programming interface told may not.
type Retainer interface {
	Retains(rules []Retention) []Retention
}

// writtenRetention is one entry of a retention.yaml.
type writtenRetention struct {
	ID       string            `yaml:"id"`
	Metrics  []string          `yaml:"metrics"`
	Subjects bool              `yaml:"subjects"`
	Items    bool              `yaml:"items"`
	Days     int               `yaml:"days"`
	Text     observation.Text  `yaml:"text"`
	Read     *observation.Date `yaml:"read"`
	Source   string            `yaml:"source"`
}

// ParseRetention reads a kind's retention.yaml: a list of {id, metrics, subjects, items, days, text: {fi, sv, en}, source, read},
// where source is the address of the terms and read the day on which they were read. Every fault of the file is told at once.
func ParseRetention(b []byte) ([]Retention, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	var written []writtenRetention
	if err := decoder.Decode(&written); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read retention: %w", err)
	}
	var faults []error
	out := make([]Retention, 0, len(written))
	for i, w := range written {
		for _, fault := range w.faults() {
			faults = append(faults, fmt.Errorf("entry %d (%s): %s", i+1, w.ID, fault))
		}
		if slices.ContainsFunc(out, func(r Retention) bool { return r.ID == w.ID }) {
			faults = append(faults, fmt.Errorf("entry %d: there are two rules %s", i+1, w.ID))
		}
		out = append(out, w.rule())
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("read retention: %w", errors.Join(faults...))
	}
	return out, nil
}

// MustRetention is ParseRetention for a file that is built into the program, where a fault is a bug; every kind that has one
// has a test that calls it.
func MustRetention(b []byte) []Retention {
	out, err := ParseRetention(b)
	if err != nil {
		panic(err)
	}
	return out
}

func (w writtenRetention) rule() Retention {
	r := Retention{ID: w.ID, Metrics: w.Metrics, Subjects: w.Subjects, Items: w.Items, Days: w.Days, Text: w.Text, Source: w.Source}
	if w.Read != nil {
		r.Read = *w.Read
	}
	return r
}

// ruleID is what an id of a rule looks like: it stands in figures and on command lines.
var ruleID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,59}$`)

// faults tells what an entry lacks, or says twice.
func (w writtenRetention) faults() []string {
	var out []string
	wrong := func(is bool, what string) {
		if is {
			out = append(out, what)
		}
	}
	wrong(!ruleID.MatchString(w.ID), "id is missing, or is not of small letters, digits and hyphens")
	wrong(len(w.Metrics) == 0 && !w.Items, "it forgets nothing: name metrics, or say items: true")
	wrong(slices.Contains(w.Metrics, ""), "a metric without a name")
	wrong(w.Subjects && len(w.Metrics) == 0, "subjects says of which numbers the metrics are forgotten, and there are no metrics")
	wrong(w.Days < 1, "days is missing, or below 1")
	wrong(!strings.HasPrefix(w.Source, "https://"), "source is missing: the https address of the terms")
	wrong(w.Read == nil, "read is missing: the day on which the terms were read")
	for _, lang := range definitionLanguages() {
		wrong(w.Text[lang] == "", "text in "+lang+" is missing")
	}
	return out
}
