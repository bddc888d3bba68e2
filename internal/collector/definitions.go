package collector

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/observation"
)

// definitionLanguages are the languages in which a definition must be told: the ones that figures are shown in.
func definitionLanguages() []string { return []string{"fi", "sv", "en"} }

// writtenDefinition is one entry of a definitions.yaml. What, Why and Limits are for the list of definitions that people
// read; the program itself needs the rest.
type writtenDefinition struct {
	ID       string            `yaml:"id"`
	Metric   string            `yaml:"metric"`
	From     *observation.Date `yaml:"from"`
	Until    *observation.Date `yaml:"until"`
	Replaces string            `yaml:"replaces"`
	Way      string            `yaml:"way"`
	Text     observation.Text  `yaml:"text"`
	What     string            `yaml:"what"`
	Why      string            `yaml:"why"`
	Limits   []string          `yaml:"limits"`
}

// ParseDefinitions reads a kind's definitions.yaml: a list of {id, metric, from, until, replaces, text: {fi, sv, en}, what, why,
// limits}. Without from a definition is in force from the beginning, without until it goes on; until is the first day of which
// there is no such number any more, and replaces the metric that took up until from. A kind that has numbers in several ways which
// count otherwise says by way of which one an entry is. Every fault of the file is told at once.
func ParseDefinitions(b []byte) ([]observation.Definition, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	var written []writtenDefinition
	if err := decoder.Decode(&written); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read definitions: %w", err)
	}
	var faults []error
	out := make([]observation.Definition, 0, len(written))
	for i, w := range written {
		d := w.definition()
		faults = append(faults, w.faults(i)...)
		faults = append(faults, clashes(d, out)...)
		out = append(out, d)
	}
	if faults = append(faults, succeed(out)...); len(faults) > 0 {
		return nil, fmt.Errorf("read definitions: %w", errors.Join(faults...))
	}
	return out, nil
}

// MustDefinitions is ParseDefinitions for a file that is built into the program, where a fault is a bug; every kind has a
// test that calls it.
func MustDefinitions(b []byte) []observation.Definition {
	out, err := ParseDefinitions(b)
	if err != nil {
		panic(err)
	}
	return out
}

// OneRule is the first definition of a file that is built into the program, for each of the metrics: for a kind that takes
// all of them in the same way.
func OneRule(b []byte, metrics []string) []observation.Definition {
	rule := MustDefinitions(b)[0]
	out := make([]observation.Definition, len(metrics))
	for i, m := range metrics {
		out[i] = rule
		out[i].Metric = m
	}
	return out
}

func (w writtenDefinition) definition() observation.Definition {
	d := observation.Definition{ID: w.ID, Metric: w.Metric, Replaces: w.Replaces, Way: w.Way, Text: w.Text}
	if w.From != nil {
		d.From = *w.From
	}
	if w.Until != nil {
		d.Until = *w.Until
	}
	return d
}

// faults tells what the i-th entry lacks.
func (w writtenDefinition) faults(i int) []error {
	var out []error
	lacks := func(what string) { out = append(out, fmt.Errorf("entry %d (%s): %s is missing", i+1, w.ID, what)) }
	if w.ID == "" {
		lacks("id")
	}
	if w.Metric == "" {
		lacks("metric")
	}
	for _, lang := range definitionLanguages() {
		if w.Text[lang] == "" {
			lacks("text in " + lang)
		}
	}
	return out
}

// clashes tells which earlier definition leaves open whether it or d is in force, or is meant by d's id.
func clashes(d observation.Definition, earlier []observation.Definition) []error {
	var out []error
	for _, e := range earlier {
		if e.Metric != d.Metric {
			continue
		}
		if e.ID == d.ID {
			out = append(out, fmt.Errorf("%s of %s is defined twice", d.ID, d.Metric))
		}
		if e.From == d.From && e.Way == d.Way {
			out = append(out, fmt.Errorf("%s and %s of %s come into force on the same day", e.ID, d.ID, d.Metric))
		}
	}
	return out
}

// succeed notes, with each definition that ended, the metric that came in its place, and tells what cannot be of the days on which
// definitions end and metrics take each other's place.
func succeed(all []observation.Definition) []error {
	var out []error
	for i := range all {
		d := &all[i]
		wrong := func(format string, args ...any) {
			out = append(out, fmt.Errorf("%s of %s: "+format, slices.Concat([]any{d.ID, d.Metric}, args)...))
		}
		alike := func(e observation.Definition) bool { return e.Metric == d.Metric && e.Way == d.Way }
		later := func(e observation.Definition) bool { return alike(e) && e.From > d.From }
		earlier := func(e observation.Definition) bool { return alike(e) && e.From < d.From }
		switch {
		case d.Until != 0 && d.Until <= d.From:
			wrong("until %s is not after from %s", d.Until, d.From)
		case d.Until != 0 && slices.ContainsFunc(all, later):
			wrong("until is for the last definition of a metric; this one ends where the next begins")
		case d.Replaces == "":
		case d.From == 0:
			wrong("replaces needs from, the day on which %s ended", d.Replaces)
		case slices.ContainsFunc(all, earlier):
			wrong("replaces is for the first definition of a metric; the others take the place of the one before")
		default:
			if !replace(all, *d) {
				wrong("it replaces %s from %s, and no definition of %s has until: %s", d.Replaces, d.From, d.Replaces, d.From)
			}
		}
	}
	return out
}

// replace notes in whose place a metric came, and tells whether that ended on the day on which this one began.
func replace(all []observation.Definition, by observation.Definition) (found bool) {
	for i := range all {
		if all[i].Metric == by.Replaces && all[i].Way == by.Way && all[i].Until == by.From && by.Replaces != by.Metric {
			all[i].ReplacedBy, found = by.Metric, true
		}
	}
	return found
}
