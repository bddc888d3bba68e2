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
		"run `seuranta collect loki`":                                        {Expected: 30},
		"is anything running `seuranta serve`, or `seuranta collect --due`?": {LastRun: &at, Result: observation.OK, Late: true},
		"hand over a new file: `seuranta import FILE --source loki`":         {LastRun: &at, Result: observation.OK, Late: true, Kind: "sheet", typed: true},
		"`seuranta figures --period last-month` names the days":              {LastRun: &at, Result: observation.NoData, Measured: 29, Expected: 30},
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

// TestASheetThatIsReadByItselfIsLateLikeEverySource: when nothing reads it any more, that is what is wrong.
func TestASheetThatIsReadByItselfIsLateLikeEverySource(t *testing.T) {
	read := time.Date(2026, 11, 10, 8, 0, 0, 0, time.UTC)
	s := observation.Source{ID: "lista", Kind: "sheet", Typed: true, Schedule: "30 7 * * *", Zone: time.UTC, Metrics: []string{"followers"}, Grains: []observation.Grain{observation.Day}}
	for at, want := range map[time.Time]bool{read.Add(time.Hour): false, read.AddDate(0, 0, 3): true} {
		late, _, err := lateness(s, read, nil, at)
		if err != nil || late != want {
			t.Errorf("at %s: late %t, %v", at, late, err)
		}
	}
	r := standing{Source: "lista", Kind: "sheet", LastRun: &read, Result: observation.OK, Late: true, typed: true, scheduled: true}
	if wrong(r) != "late; last: ok" || !strings.Contains(advice(r), "is anything running") {
		t.Errorf("%s: %s", wrong(r), advice(r))
	}
	if r.Result, r.Reason = observation.Failed, "stopped"; wrong(r) != "late; last: failed (stopped)" {
		t.Errorf("late after a visit that was stopped: %s", wrong(r))
	}
}

// TestWhatPeopleFeedIsLateWhenItsFigureHasLapsed: status and the head of a page count from the day typed for, not from when.
func TestWhatPeopleFeedIsLateWhenItsFigureHasLapsed(t *testing.T) {
	s := observation.Source{ID: "kasin", Kind: "entry", Typed: true, Remind: "month", Zone: time.UTC, Metrics: []string{"followers"}}
	typedOn := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	all := []observation.SourceStatus{{Source: "kasin", At: typedOn, Answered: typedOn, Result: observation.OK}}
	for _, c := range []struct {
		typedFor, at string
		late         bool
	}{
		{"2026-09-14", "2026-10-01", false}, {"2026-09-14", "2026-10-02", true}, {"2026-09-14", "2026-11-22", true}, {"2026-11-02", "2026-11-22", false},
		{"2026-11-02", "2026-12-01", false}, {"2026-11-02", "2026-12-02", true}, {"", "2027-12-02", false},
	} {
		newest := map[string]observation.Date{}
		if day, err := observation.ParseDate(c.typedFor); err == nil {
			newest["kasin"] = day
		}
		at, err := time.Parse(time.DateOnly, c.at)
		if err != nil {
			t.Fatal(err)
		}
		late, due, err := lateness(s, typedOn, newest, at)
		h, failed := healthOf(s, all, newest, at)
		if late != c.late || h.Late != c.late || !h.Typed || !h.LastGood.Equal(typedOn) || (due == 0) != (c.typedFor == "") || err != nil || failed != nil {
			t.Errorf("typed for %s, at %s: late %v, on the page %v, due %s, %v, %v; want late %v", c.typedFor, c.at, late, h.Late, due, err, failed, c.late)
		}
		unminded := s
		unminded.Remind = ""
		if late, due, err := lateness(unminded, typedOn, newest, at); late || due != 0 || err != nil {
			t.Errorf("nobody is reminded, and it is late %v, due %s, %v", late, due, err)
		}
	}
}

// TestAdviceOnALogOfEvents names the command for events where nothing else is typed.
func TestAdviceOnALogOfEvents(t *testing.T) {
	at := time.Now()
	r := standing{Source: "tapahtumat", Kind: "entry", LastRun: &at, Result: observation.OK, Late: true, typed: true, events: true}
	if got := advice(r); !strings.Contains(got, "seuranta record event") || !strings.Contains(got, "--source tapahtumat") || !strings.Contains(got, "--none") || wrong(r) != "the next is due" {
		t.Errorf("%q, %q", got, wrong(r))
	}
	if r.events = false; !strings.Contains(advice(r), "record tapahtumat METRIC VALUE") {
		t.Errorf("%q", advice(r))
	}
}
