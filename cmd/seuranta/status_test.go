package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// reasonCodes returns the reasons that packages declare beside the plain results.
func reasonCodes(t *testing.T, patterns ...string) (codes []string) {
	t.Helper()
	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: no files (%v)", pattern, err)
		}
		for _, path := range paths {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 && strings.HasPrefix(spec.Names[0].Name, "Reason") {
					if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
						codes = append(codes, strings.Trim(lit.Value, `"`))
					}
				}
				return true
			})
		}
	}
	return codes
}

// TestAdviceOnEveryReason goes over every reason that a run can give: each has words that say what to do.
func TestAdviceOnEveryReason(t *testing.T) {
	at := time.Now()
	codes := reasonCodes(t, "../../internal/collector/*.go", "../../internal/schedule/*.go", "../../collectors/*/*.go")
	if len(codes) < 8 {
		t.Fatalf("only %v", codes)
	}
	for _, code := range codes {
		r := standing{Source: "loki", LastRun: &at, Result: observation.Partial, Reason: code, Measured: 30, Expected: 30}
		if got := advice(r); got == advice(standing{Source: "loki", LastRun: &at, Result: observation.Partial}) || strings.Contains(got, "SOURCE") {
			t.Errorf("%s: %q", code, got)
		}
	}
	for _, result := range observation.Results() {
		r := standing{Source: "loki", LastRun: &at, Result: result, Measured: 30, Expected: 30}
		if got := advice(r); (got == "") != result.Answered() || strings.Contains(got, "SOURCE") {
			t.Errorf("%s: %q", result, got)
		}
	}
}

// TestAdviceOnWhatRanWell holds what is said of a source that gave no reason.
func TestAdviceOnWhatRanWell(t *testing.T) {
	at := time.Now()
	for want, r := range map[string]standing{
		"run `seuranta collect loki`":                           {Expected: 30},
		"is anything running `seuranta collect --due`?":         {LastRun: &at, Result: observation.OK, Late: true},
		"`seuranta figures --period last-month` names the days": {LastRun: &at, Result: observation.NoData, Measured: 29, Expected: 30},
	} {
		r.Source = "loki"
		if got := advice(r); got != want {
			t.Errorf("%+v: %q, want %q", r, got, want)
		}
	}
}

// TestADayOfASourceInPartsIsWholeWhenAllAnswered: a source of three feeds of which one is dead does not look well.
func TestADayOfASourceInPartsIsWholeWhenAllAnswered(t *testing.T) {
	row := func(part string, from observation.Date, r observation.Result) observation.Coverage {
		return observation.Coverage{CoverageKey: observation.CoverageKey{Source: "uutiset", Part: part, Metric: "media_hits", Grain: observation.Day, From: from}, Result: r}
	}
	got := wholeDays(observation.Source{ID: "uutiset"}, []observation.Coverage{
		row("a", 1, observation.OK), row("b", 1, observation.NoData), row("a", 2, observation.OK), row("b", 2, observation.Failed),
		row("a", 3, observation.Partial), row("b", 3, observation.OK), row("a", 4, observation.OK),
	})
	if got["media_hits"] != 2 {
		t.Errorf("%d days are whole, want the 1st and the 4th", got["media_hits"])
	}
}
