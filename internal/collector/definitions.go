package collector

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/observation"
)

// definitionLanguages are the languages in which a definition must be told: the ones that figures are shown in.
func definitionLanguages() []string { return []string{"fi", "sv", "en"} }

// writtenDefinition is one entry of a definitions.yaml. What, Why and Limits are for the list of definitions that people
// read; the program itself needs the rest.
type writtenDefinition struct {
	ID     string            `yaml:"id"`
	Metric string            `yaml:"metric"`
	From   *observation.Date `yaml:"from"`
	Text   observation.Text  `yaml:"text"`
	What   string            `yaml:"what"`
	Why    string            `yaml:"why"`
	Limits []string          `yaml:"limits"`
}

// ParseDefinitions reads a kind's definitions.yaml: a list of {id, metric, from, text: {fi, sv, en}, what, why, limits}.
// Without from a definition is in force from the beginning. Every fault of the file is told at once.
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
		d := observation.Definition{ID: w.ID, Metric: w.Metric, Text: w.Text}
		if w.From != nil {
			d.From = *w.From
		}
		faults = append(faults, w.faults(i)...)
		faults = append(faults, clashes(d, out)...)
		out = append(out, d)
	}
	if len(faults) > 0 {
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
		if e.From == d.From {
			out = append(out, fmt.Errorf("%s and %s of %s come into force on the same day", e.ID, d.ID, d.Metric))
		}
	}
	return out
}
