package api_test

import (
	"slices"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// TestViewsOfPagesWithoutANameCountInTheSum: the sum is of all that the platform lists, a page is told only by its name.
func TestViewsOfPagesWithoutANameCountInTheSum(t *testing.T) {
	var out collectortest.Recorder
	teller := api.NewTeller(&out, lastWeek(), nil)
	err := teller.Pages("pages", "kotisivut", "https://www.example.fi", teller.Periods(observation.Day)[0], []api.Page{{Path: "/hanke", Views: 5}, {Views: 11}}, 10)
	rec := out.Recording()
	if err != nil || len(rec.Items) != 1 || len(rec.Observations) != 2 || max(rec.Observations[0].Value, rec.Observations[1].Value) != 16 {
		t.Errorf("told %+v and %+v (%v), want the page with 5 and 16 in all", rec.Items, rec.Observations, err)
	}
}

// TestSince: before its first day a platform has no number, and of the week with that day not the whole one.
func TestSince(t *testing.T) {
	var out collectortest.Recorder
	w := lastWeek()
	w.From -= 7
	teller := api.NewTeller(&out, w, nil)
	first := w.From + 9
	for i, p := range append(teller.Periods(observation.Day), teller.Periods(observation.Week)...) {
		g := observation.Week
		if p.Days() == 1 {
			g = observation.Day
		}
		if err := teller.Since(first, "days", "visitors", g, p, float64(i)); err != nil {
			t.Fatal(err)
		}
	}
	rec := out.Recording()
	var whole, part int
	for _, o := range rec.Observations {
		if o.Complete {
			whole++
		} else {
			part++
		}
	}
	untold := slices.DeleteFunc(rec.Coverage, func(c observation.Coverage) bool {
		return c.Result != observation.NotOffered || c.Reason != collector.ReasonBeforeStart
	})
	if whole != 5 || part != 1 || len(untold) != 10 {
		t.Errorf("%d whole numbers, %d of a part, %d periods before the start; want 5, 1 and 10", whole, part, len(untold))
	}
}

// TestTellingPages: a source that keeps no pages says nothing of them.
func TestTellingPages(t *testing.T) {
	kind := collector.Kind{Metrics: []string{"page_views", "views"}, Definitions: []observation.Definition{{Metric: "page_views"}, {Metric: "views"}}}
	if got := api.TellingPages(kind, 0); !slices.Equal(got.Metrics, []string{"views"}) || len(got.Definitions) != 1 {
		t.Errorf("without pages it tells %+v", got)
	}
	if got := api.TellingPages(kind, 1); len(got.Metrics) != 2 || len(got.Definitions) != 2 || len(kind.Metrics) != 2 {
		t.Errorf("with pages it tells %+v of %+v", got, kind)
	}
	for pages, faults := range map[int]int{-1: 1, 0: 0, 50: 0, 1000: 0, 1001: 1} {
		if got := api.FaultsOfPages(pages); len(got) != faults {
			t.Errorf("%d pages: %v", pages, got)
		}
	}
}

// TestPagesOfASiteInAFolder: the address of a page has the folder once.
func TestPagesOfASiteInAFolder(t *testing.T) {
	for _, site := range []string{"https://www.example.fi/blogi", "https://www.example.fi/blogi/"} {
		var out collectortest.Recorder
		teller := api.NewTeller(&out, lastWeek(), nil)
		err := teller.Pages("pages", "kotisivut", site, teller.Periods(observation.Day)[0], []api.Page{{Path: "/hanke/", Views: 5}}, 10)
		if items := out.Recording().Items; err != nil || len(items) != 1 || items[0].URL != "https://www.example.fi/blogi/hanke" {
			t.Errorf("of %s: %+v (%v)", site, items, err)
		}
	}
}
