package api_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestPagesThatNameTheNext(t *testing.T) {
	pages := map[string]string{"": "a", "a": "b", "b": ""}
	var asked []string
	if err := api.Follow(func(cursor string) (string, error) { asked = append(asked, cursor); return pages[cursor], nil }); err != nil || !slices.Equal(asked, []string{"", "a", "b"}) {
		t.Errorf("asked for %q, %v", asked, err)
	}
	n := 0
	endless := func(string) (string, error) { n++; return strconv.Itoa(n), nil }
	pages["b"] = "a"
	for what, ask := range map[string]func(string) (string, error){"a circle": func(cursor string) (string, error) { return pages[cursor], nil }, "no end": endless} {
		if err := api.Follow(ask); collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%s: %v, want a bad answer", what, err)
		}
	}
	if n != 2000 {
		t.Errorf("asked for %d pages of a list without end", n)
	}
	broken := errors.New("broken")
	if err := api.Follow(func(string) (string, error) { return "a", broken }); !errors.Is(err, broken) {
		t.Errorf("%v, want what went wrong", err)
	}
}

// TestLevelsThatAreNotCounted: a level that the platform rounds is called so, and one that it does not tell is missing with a
// reason; of the past there is neither.
func TestLevelsThatAreNotCounted(t *testing.T) {
	w := lastWeek()
	for _, now := range []bool{true, false} {
		var out collectortest.Recorder
		if !now {
			w.From, w.To = w.From-30, w.To-30
		}
		teller := api.NewTeller(&out, w, nil)
		if err := teller.LevelBy(observation.Estimate, "account", "followers", 1230); err != nil {
			t.Fatal(err)
		}
		teller.NoLevel("account", "members", api.Lack{Result: observation.NotOffered, Reason: collector.ReasonPlan})
		rec := out.Recording()
		if !now {
			if len(rec.Observations)+len(rec.Coverage) > 0 {
				t.Errorf("of the past: %+v", rec)
			}
			continue
		}
		if o := rec.Observations; len(o) != 1 || o[0].Basis != observation.Estimate || o[0].Value != 1230 || !o[0].ObservedAt.Equal(w.Now) {
			t.Errorf("told %+v", o)
		}
		if c := rec.Coverage; len(c) != 2 || c[1].Metric != "members" || c[1].Result != observation.NotOffered || c[1].Reason != collector.ReasonPlan || c[1].From != c[0].From {
			t.Errorf("covered %+v", c)
		}
	}
}
