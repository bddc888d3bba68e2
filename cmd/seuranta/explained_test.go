package main

import (
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// TestFirstSightsAreMarked: of an item without a date it is said that its moment is that of the first sight, in each language.
func TestFirstSightsAreMarked(t *testing.T) {
	at := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	for lang, want := range map[string]string{"fi": "nähty ensi kerran", "sv": "först sedd", "en": "first seen"} {
		l, err := locale.For(lang)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		e := explained{Trace: indicator.Trace{Items: []indicator.TracedItem{{ID: "a", Title: "Undated", At: at, FirstSeen: true}, {ID: "b", Title: "Dated", At: at}}}}
		if err := (teller{&app{out: &out}, e, l}).items(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if marked := strings.Contains(line, "2026-11-22 04:00Z ("+want+")"); marked != strings.Contains(line, "Undated") {
				t.Errorf("%s: %s", lang, line)
			}
		}
	}
}

// TestBackfillsAreMarked: a run that fetched days afterwards is told from one that was due, by itself and among the visits.
func TestBackfillsAreMarked(t *testing.T) {
	days := observation.Period{From: observation.NewDate(2026, time.November, 16), To: observation.NewDate(2026, time.November, 23)}
	due, late := observation.Run{ID: "due", Window: days}, observation.Run{ID: "late", Window: days, Backfill: true}
	for lang, want := range map[string]string{"fi": "(haettu takautuvasti)", "sv": "(hämtat i efterhand)", "en": "(backfill)"} {
		l, err := locale.For(lang)
		if err != nil {
			t.Fatal(err)
		}
		var visits strings.Builder
		if err := (teller{&app{out: &visits}, explained{Runs: []observation.Run{due, late}}, l}).runs(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(visits.String()) {
			if strings.Contains(line, want) != strings.HasPrefix(line, "late") {
				t.Errorf("%s: among the visits: %s", lang, line)
			}
		}
		for _, r := range []observation.Run{due, late} {
			var alone strings.Builder
			if err := (teller{&app{out: &alone}, explained{}, l}).run(explainedRun{Run: r}); err != nil || strings.Contains(alone.String(), want) != r.Backfill {
				t.Errorf("%s: %s by itself (%v):\n%s", lang, r.ID, err, alone.String())
			}
		}
	}
}
