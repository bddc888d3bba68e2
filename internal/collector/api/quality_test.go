package api_test

import (
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// TestWhatAPlatformSaysOfItsNumbers: what is withheld is never told as whole, of the site or of a page, and a sample is called so.
func TestWhatAPlatformSaysOfItsNumbers(t *testing.T) {
	for _, q := range []api.Quality{{}, {Reason: collector.ReasonWithheld}, {Basis: observation.Sample}, {Reason: collector.ReasonWithheld, Basis: observation.Sample}} {
		var out collectortest.Recorder
		teller := api.NewTeller(&out, lastWeek(), nil)
		day := teller.Periods(observation.Day)[0]
		if err := teller.As(q, "site", "views", observation.Day, day, 7); err != nil {
			t.Fatal(err)
		}
		if err := teller.PagesAs(q, "pages", "kotisivut", "", day, []api.Page{{Path: "/hanke", Views: 5}}, 10); err != nil {
			t.Fatal(err)
		}
		rec, basis := out.Recording(), observation.Collected
		if q.Basis != "" {
			basis = q.Basis
		}
		for _, o := range rec.Observations {
			if o.Complete != (q.Reason == "") || o.Basis != basis {
				t.Errorf("%+v: told %+v", q, o)
			}
		}
		for _, c := range rec.Coverage {
			if (c.Result == observation.OK) != (q.Reason == "") || c.Reason != q.Reason {
				t.Errorf("%+v: covered %+v", q, c)
			}
		}
		if want := map[bool]int{true: 2, false: 0}[q.Reason == ""]; len(rec.Observations) != 3 || len(rec.Complete) != want {
			t.Errorf("%+v: %d numbers, %d words that all was told, want 3 and %d", q, len(rec.Observations), len(rec.Complete), want)
		}
	}
}
