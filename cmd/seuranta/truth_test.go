package main

import (
	"strings"
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/world"
)

// TestWhatNoTruthKnowsIsNotShown: a figure of the page that is wrong, or that the truth does not know, is named and fails the demo.
func TestWhatNoTruthKnowsIsNotShown(t *testing.T) {
	w, err := world.New(t.Context(), world.Options{End: observation.NewDate(2026, 11, 23), Weeks: 9, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	truth := w.OnPage()[0]
	week := truth.Grain.Holding(truth.From)
	figure := func(metric string, p observation.Period, value float64) indicator.Figure {
		f := indicator.Figure{ID: "esimerkkikeskus/" + truth.Target + "/" + metric + "/" + p.Label(), Indicator: metric, State: indicator.State(truth.State), Value: &value, Period: indicator.Period{From: p.From, To: p.To, Label: p.Label()}}
		f.Coverage.Measured, f.Coverage.Expected = truth.Measured, truth.Expected
		return f
	}
	long := observation.Week.Holding(week.From - 40*7)
	before := figure(truth.Metric, long, 0)
	before.Value = nil
	right := figure(truth.Metric, week, *truth.Value)
	for name, c := range map[string]struct {
		more       indicator.Figure
		fault, out string
	}{
		"wrong":            {figure(truth.Metric, week, *truth.Value+1), "not the truth on the page: ", ""},
		"unknown":          {figure("invented", week, 5), "on the page and not in the truth: esimerkkikeskus/" + truth.Target + "/invented/2026-W47", ""},
		"unknown, no year": {figure("invented", long, 5), "on the page and not in the truth: ", ""},
		"excused":          {before, "", "page: 1 figures are right, 1 are in no truth\npage: in no truth are 1 of the time before the made-up year, and without a number\n"},
	} {
		var out, errs strings.Builder
		a := newApp(&out, &errs, func(string) (string, bool) { return "", false })
		err := a.provePage([]indicator.Figure{right, c.more}, w)
		if (err != nil) != (c.fault != "") || !strings.Contains(errs.String(), c.fault) || out.String() != c.out {
			t.Errorf("%s: %v, %q, %q", name, err, errs.String(), out.String())
		}
	}
}
