package observation

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestSucceeded: which words count of a part that is gone and of the one that came for it. What figures make of it is told by
// the tests of internal/indicator.
func TestSucceeded(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 11, 20, h, 0, 0, 0, time.UTC) }
	heard := func(part string, first, answered time.Time) Heard {
		return Heard{Organisation: "koske", Source: "syote", Part: part, First: first, Answered: answered}
	}
	row := func(part string, day Date, r Result) Coverage {
		return Coverage{CoverageKey: CoverageKey{Organisation: "koske", Source: "syote", Part: part, Metric: "publications", Grain: Day, From: day}, Result: r}
	}
	all := []Heard{heard("old", at(1), at(2)), heard("new", at(3), at(4)), heard("stays", at(1), at(4)), heard("dead", at(1), time.Time{}), heard("same", at(2), at(2))}
	sources := []Source{{ID: "syote", Organisation: "koske", Parts: []string{"new", "stays", "same"}}, {ID: "loki", Organisation: "koske"}}
	elsewhere := row("new", 1, OK)
	elsewhere.Metric = "media_hits"
	other := row("old", 1, Failed)
	other.Organisation = "iso"
	for name, c := range map[string]struct{ in, want []Coverage }{
		"nothing":                     {nil, nil},
		"the new one answered":        {[]Coverage{row("old", 1, Failed), row("new", 1, OK)}, []Coverage{row("new", 1, OK)}},
		"the old one answered":        {[]Coverage{row("old", 1, NoData), row("new", 1, Failed)}, []Coverage{row("old", 1, NoData)}},
		"in part":                     {[]Coverage{row("old", 1, Gone), row("new", 1, Partial)}, []Coverage{row("new", 1, Partial)}},
		"both in part":                {[]Coverage{row("old", 1, Partial), row("new", 1, Partial)}, []Coverage{row("old", 1, Partial), row("new", 1, Partial)}},
		"another day":                 {[]Coverage{row("old", 1, Failed), row("new", 2, OK)}, []Coverage{row("old", 1, Failed), row("new", 2, OK)}},
		"another metric":              {[]Coverage{row("old", 1, Failed), elsewhere}, []Coverage{row("old", 1, Failed), elsewhere}},
		"another organisation":        {[]Coverage{other, row("new", 1, OK)}, []Coverage{other, row("new", 1, OK)}},
		"one that was there before":   {[]Coverage{row("old", 1, Failed), row("stays", 1, OK)}, []Coverage{row("old", 1, Failed), row("stays", 1, OK)}},
		"in the run of the last word": {[]Coverage{row("old", 1, Failed), row("same", 1, OK)}, []Coverage{row("old", 1, Failed), row("same", 1, OK)}},
		"one that never answered":     {[]Coverage{row("dead", 1, Failed), row("stays", 1, OK)}, []Coverage{row("stays", 1, OK)}},
		"two that are there":          {[]Coverage{row("stays", 1, Failed), row("new", 1, OK)}, []Coverage{row("stays", 1, Failed), row("new", 1, OK)}},
		"the whole, before its parts": {[]Coverage{row("", 1, Failed), row("new", 1, OK)}, []Coverage{row("", 1, Failed), row("new", 1, OK)}},
	} {
		t.Run(name, func(t *testing.T) {
			before := append([]Coverage(nil), c.in...)
			if d := cmp.Diff(c.want, Succeeded(c.in, sources, all)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if d := cmp.Diff(before, c.in); d != "" {
				t.Errorf("it changed what it was given:\n%s", d)
			}
		})
	}
	if got := WithFormer([]Coverage{row("new", 1, OK), row("", 2, OK)}, sources); len(got) != 0 {
		t.Errorf("%v has former parts", got)
	}
	if got := WithFormer([]Coverage{row("new", 1, OK), row("old", 1, OK)}, sources); len(got) != 1 || got[0].ID != "syote" {
		t.Errorf("%v has former parts, want syote", got)
	}
}
