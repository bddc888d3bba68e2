package indicator

import (
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// twoWays has a source that tells views in the usual way, and in another way where that fails.
func twoWays() *centre {
	site := newCentre()
	site.source(0).Definitions = append(site.source(0).Definitions, observation.Definition{ID: "views@loki-other", Metric: "views", Way: "other", Text: observation.Text{"en": "The other way."}})
	return site
}

// tellOther commits days of views that the source told in the other way.
func (c *centre) tellOther(from, words string) {
	commit := observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}}
	at := date(from)
	for _, word := range strings.Fields(words) {
		o, v := read(word, observation.Key{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: at, Definition: "views@loki-other@Europe/Helsinki"})
		v.CoverageKey = observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: at}
		commit.Observations, commit.Coverage = append(commit.Observations, o), append(commit.Coverage, v)
		at++
	}
	c.commit(commit)
}

// TestAnotherWayCountsAndIsNeverJoined: days that were told in another way than usually count, a week of both is broken into its parts,
// and of a day that was told in both the usual one counts.
func TestAnotherWayCountsAndIsNeverJoined(t *testing.T) {
	site := twoWays()
	site.tell("loki", "views", observation.Day, "2026-11-09", strings.Repeat("5 ", 10))
	site.tellOther("2026-11-17", "80 70 70 70 70 70")
	for p, want := range map[string]string{"2026-W46": "ok 35 7/7", "2026-11-17": "ok 5 1/1", "2026-11-20": "ok 70 1/1", "2026-11-19..2026-11-22": "ok 280 4/4",
		"2026-W47": "broken 15 280 7/7"} {
		if got := words(site.figure(t, "views", p)); got != want {
			t.Errorf("%s: got %s, want %s", p, got, want)
		}
	}
	s := site.series(t, "views", "2026-W47", 2)
	if got := breaks(s); got != "2026-11-19 definition views@loki-1@Europe/Helsinki→views@loki-other@Europe/Helsinki" {
		t.Errorf("breaks %s", got)
	}
	if len(s.Definitions) != 2 || s.Definitions[1].ID != "views@loki-other" || s.Breaks[0].Text["en"] != "The other way." {
		t.Errorf("definitions %+v, break %+v", s.Definitions, s.Breaks)
	}
	if s := site.series(t, "views", "2026-W46", 1); len(s.Definitions) != 1 {
		t.Errorf("of a week that nothing was told of in the other way: %+v", s.Definitions)
	}
}

// TestCountersOfTwoWaysAreNotSubtracted: what a post earned is the growth of a counter that was read in one way at both ends.
func TestCountersOfTwoWaysAreNotSubtracted(t *testing.T) {
	// visit tells of the post in the usual way, or in the other one.
	visit := func(p page, other bool, at, post string) {
		usual := p.source(0).Definitions
		if other {
			p.source(0).Definitions = []observation.Definition{{ID: "reactions_total@meta-other", Metric: "reactions_total"}}
		}
		p.visit(at, "reactions", post)
		p.source(0).Definitions = usual
	}
	for name, c := range map[string]struct {
		begin, end bool // in the other way
		want       string
	}{
		"usual at both ends": {false, false, "ok 4 1/1"},
		"other at both ends": {true, true, "ok 4 1/1"},
		"usual, then other":  {false, true, "missing 0/1"},
		"other, then usual":  {true, false, "missing 0/1"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPage()
			p.source(0).Definitions = append(p.source(0).Definitions, observation.Definition{ID: "reactions_total@meta-other", Metric: "reactions_total", Way: "other"})
			visit(p, c.begin, "16.11. 04:00", "a 9.11. 10:00 reactions=3")
			visit(p, c.end, "23.11. 04:00", "a 9.11. 10:00 reactions=7")
			f := p.figure(t, "reactions_earned", "2026-W47")
			if got := words(f); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if f := p.figure(t, "reactions_total", "2026-W46"); f.Value == nil || *f.Value != 7 {
				t.Errorf("what the post came to: %s", words(f))
			}
		})
	}
}
