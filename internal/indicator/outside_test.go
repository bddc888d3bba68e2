package indicator

import (
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// succeeded has a source that told views until Saturday 14 November 2026 and visits since the 15th.
func succeeded() *centre {
	site := newCentre()
	*site.source(0) = source("loki", "views visits", "day")
	end := date("2026-11-15")
	site.source(0).Definitions = []observation.Definition{{ID: "loki-1", Metric: "views", Until: end, ReplacedBy: "visits"}, {ID: "loki-1", Metric: "visits", From: end, Replaces: "views"}}
	return site
}

// TestAMetricThatTookTheOthersPlace: days of which a source has no such number are not applicable, whoever said so, with the day and
// the metric of the other side; what was told counts.
func TestAMetricThatTookTheOthersPlace(t *testing.T) {
	for name, c := range map[string]struct{ views, visits, wantViews, wantVisits, wantAfter string }{
		"the source never said so": {"5 5 5 5 5 5", "- - - - - - 7", "ok 30 6/6 [15.11. withdrawn]", "ok 7 1/1 [9.11.–14.11. before_start]", "not_applicable 0/0 [16.11.–22.11. withdrawn]"},
		"it said so":               {"5 5 5 5 5 5 withdrawn withdrawn", "not_offered - - - - - 7", "ok 30 6/6 [15.11. withdrawn]", "ok 7 1/1 [9.11. not_offered] [10.11.–14.11. before_start]", "not_applicable 0/0 [16.11.–22.11. withdrawn]"},
		"the visits failed":        {"5 5 5 5 5 auth auth failed", "auth auth - - - - 7", "partial 25 5/6 [14.11. auth] [15.11. withdrawn]", "ok 7 1/1 [9.11.–14.11. before_start]", "not_applicable 0/0 [16.11.–22.11. withdrawn]"},
		"it told a number":         {"5 5 5 5 5 5 5 - 3", "- - - - - 1 7", "ok 35 7/7", "ok 8 2/2 [9.11.–13.11. before_start]", "ok 3 1/1 [16.11. withdrawn] [18.11.–22.11. withdrawn]"},
		"answered is no zero":      {"5 5 5 5 5 5 ok ok", "ok ok ok ok ok ok 7", "ok 30 6/6 [15.11. withdrawn]", "ok 7 1/1 [9.11.–14.11. before_start]", "not_applicable 0/0 [16.11.–22.11. withdrawn]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := succeeded()
			site.tell("loki", "views", observation.Day, "2026-11-09", c.views)
			site.tell("loki", "visits", observation.Day, "2026-11-09", c.visits)
			views, visits, after := site.figure(t, "views", "2026-W46"), site.figure(t, "visits", "2026-W46"), site.figure(t, "views", "2026-W47")
			if got := words(views); got != c.wantViews {
				t.Errorf("views: got %s, want %s", got, c.wantViews)
			}
			if got := words(visits); got != c.wantVisits {
				t.Errorf("visits: got %s, want %s", got, c.wantVisits)
			}
			if got := words(after); got != c.wantAfter {
				t.Errorf("the week after: got %s, want %s", got, c.wantAfter)
			}
			for _, f := range []Figure{views, visits, after} {
				wantMarks(t, f)
			}
		})
	}
}

// wantMarks wants the day and the other metric in each gap that the change is the reason of.
func wantMarks(t *testing.T, f Figure) {
	t.Helper()
	instead := map[string]string{"withdrawn": "visits", "before_start": "views"}
	for _, g := range f.Gaps {
		if want := instead[g.Reason]; want != g.Instead || want != "" && g.On != date("2026-11-15") {
			t.Errorf("%s: %+v, want %q instead since 15 November", f.ID, g, want)
		}
	}
}

// TestBothMetricsBearTheMark: the series of both break on the day, and know the other.
func TestBothMetricsBearTheMark(t *testing.T) {
	site := succeeded()
	site.tell("loki", "views", observation.Day, "2026-11-02", strings.Repeat("5 ", 13))
	site.tell("loki", "visits", observation.Day, "2026-11-15", strings.Repeat("7 ", 8))
	for metric, want := range map[string]string{"views": "2026-11-15 ended views→visits", "visits": "2026-11-15 began views→visits"} {
		s := site.series(t, metric, "2026-W47", 4)
		if got := breaks(s); got != want {
			t.Errorf("%s: got %s, want %s", metric, got, want)
		}
	}
	if s := site.series(t, "visits", "2026-W45", 2); len(s.Breaks) > 0 {
		t.Errorf("weeks before the day have the breaks %s", breaks(s))
	}
}

// TestNobodyTypesWhatThePlatformEnded: of days after the end of a metric nothing is missing that people would have to type; what they
// typed all the same counts.
func TestNobodyTypesWhatThePlatformEnded(t *testing.T) {
	site := succeeded()
	typed := source("kasin", "views", "day week")
	typed.Typed, typed.Definitions[0].ID = true, "kasin-1"
	site.desk.Sources = append(site.desk.Sources, typed)
	site.channel().Primary = map[string][]observation.Preference{"views": {{Source: "kasin"}}}
	site.tell("kasin", "views", observation.Week, "2026-11-02", "70")
	for p, want := range map[string]string{"2026-W45": "ok 70 7/7", "2026-W46": "missing 0/6 [9.11.–14.11. not_typed] [15.11. withdrawn]", "2026-W47": "not_applicable 0/0 [16.11.–22.11. withdrawn]"} {
		if got := words(site.figure(t, "views", p)); got != want {
			t.Errorf("%s: got %s, want %s", p, got, want)
		}
	}
	site.tell("kasin", "views", observation.Week, "2026-11-16", "90")
	if got := words(site.figure(t, "views", "2026-W47")); got != "ok 90 7/7" {
		t.Errorf("typed all the same: %s", got)
	}
}

// TestWeeksAcrossTheDay: of unique people, whose weeks have answers of their own, the week that the day lies in has none.
func TestWeeksAcrossTheDay(t *testing.T) {
	site := newCentre()
	*site.source(0) = source("loki", "visitors", "day week")
	site.source(0).Definitions = []observation.Definition{{ID: "loki-1", Metric: "visitors", From: date("2026-11-11")}}
	site.tell("loki", "visitors", observation.Day, "2026-11-11", "3 3 3 3 3")
	site.tell("loki", "visitors", observation.Week, "2026-11-16", "11")
	for p, want := range map[string]string{"2026-W45": "not_applicable 0/0 [2.11.–8.11. before_start]", "2026-W47": "ok 11 7/7"} {
		if got := words(site.figure(t, "visitors", p)); got != want {
			t.Errorf("%s: got %s, want %s", p, got, want)
		}
	}
	if f := site.figure(t, "visitors", "2026-W46"); f.State != Bounded || f.Range.Low != 3 || f.Range.High != 15 || f.Coverage.Expected != 5 {
		t.Errorf("the week of the day: %s", words(f))
	}
}
