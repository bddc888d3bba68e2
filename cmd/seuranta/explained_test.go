package main

import (
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
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
