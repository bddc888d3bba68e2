package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seuranta/internal/observation"
)

// collected is a row of collect's table: one part of one source.
type collected struct {
	Source    string              `json:"source"`
	Part      string              `json:"part"`
	Window    observation.Period  `json:"window"`
	Run       string              `json:"run"`
	New       int                 `json:"new"`
	Changed   int                 `json:"changed"`
	Unchanged int                 `json:"unchanged"`
	Withdrawn int                 `json:"withdrawn"`
	Result    observation.Result  `json:"result"`
	Reason    string              `json:"reason"`
	Detail    string              `json:"detail"`
	Told      []observation.Count `json:"told"`
}

func partsOf(coverage []observation.Coverage) string {
	var parts []string
	for _, c := range coverage {
		if c.Part != "" && !slices.Contains(parts, c.Part) {
			parts = append(parts, c.Part)
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ",")
}

func (a *app) printCollected(rows []collected) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"collected": rows})
	}
	if len(rows) == 0 {
		return nil
	}
	var cells [][]string
	for _, r := range rows {
		cells = append(cells, []string{r.Source, r.Part, r.Window.Label(), strconv.Itoa(r.New), strconv.Itoa(r.Changed), strconv.Itoa(r.Unchanged), resultWords(r)})
	}
	if err := table(a.out, []string{"source", "part", "window", "new", "changed", "unchanged", "result"}, cells); err != nil {
		return err
	}
	for _, r := range rows {
		for _, line := range toldLines(r.Told) {
			fmt.Fprintf(a.out, "%s: %s\n", r.Source, line)
		}
	}
	return nil
}

// toldLines writes a collector's counts: those of lines always, of the finer ones those that are not zero.
func toldLines(told []observation.Count) []string {
	var whole, finer []string
	for _, c := range told {
		text := strings.ReplaceAll(c.Name, "_", " ") + " " + strconv.FormatInt(c.N, 10)
		switch {
		case strings.HasPrefix(c.Name, "lines_"):
			whole = append(whole, text)
		case c.N != 0:
			finer = append(finer, text)
		}
	}
	var lines []string
	for _, list := range [][]string{whole, finer} {
		if len(list) > 0 {
			lines = append(lines, strings.Join(list, ", "))
		}
	}
	return lines
}

func resultWords(r collected) string {
	words := string(r.Result)
	if r.Reason != "" && r.Reason != words {
		words += " (" + r.Reason + ")"
	}
	if r.Detail != "" {
		words += ": " + r.Detail
	}
	return words
}

// verdictOf gives the exit code of several runs: 0 all well, 1 none told anything, else 3.
func verdictOf(rows []collected) error {
	well, bad := 0, 0
	for _, r := range rows {
		switch {
		case r.Result.Answered() || r.Result.NotApplicable():
			well++
		case r.Result != observation.Partial:
			bad++
		}
	}
	switch {
	case well == len(rows):
		return nil
	case bad == len(rows):
		return &exitError{code: exitFailed}
	}
	return &exitError{code: exitPartial}
}
