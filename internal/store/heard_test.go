package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store/storetest"
)

// testHeard: when a part of a source was first spoken of, and when it answered last, now and as known before; what was taken
// back was said all the same, and a run that was not committed says nothing.
func testHeard(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	day := observation.NewDate(2026, 11, 20)
	says := func(part string, n int, r observation.Result) observation.Coverage {
		return observation.Coverage{Result: r, CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: part, Metric: "views", Grain: observation.Day, From: day + observation.Date(n)}}
	}
	var at []time.Time
	tell := func(c observation.Commit) { at = append(at, d.tell(c).CommittedAt) }
	tell(observation.Commit{Coverage: []observation.Coverage{says("a", 0, observation.OK), says("", 0, observation.OK)}})
	tell(observation.Commit{Coverage: []observation.Coverage{says("a", 1, observation.NoData), says("b", 1, observation.Failed)}})
	tell(observation.Commit{Coverage: []observation.Coverage{says("a", 2, observation.Partial), says("b", 2, observation.Auth)}})
	tell(observation.Commit{Uncover: []observation.CoverageKey{says("a", 1, "").CoverageKey}})
	tell(observation.Commit{Coverage: []observation.Coverage{says("b", 400, observation.OK)}}) // in another year
	tell(observation.Commit{Run: run("muu"), Coverage: []observation.Coverage{says("a", 0, observation.OK)}})
	ask := func(asOf time.Time, ids ...string) []observation.Heard {
		t.Helper()
		sources := []observation.Source{{ID: "loki", Organisation: "iso"}}
		for _, id := range ids {
			sources = append(sources, observation.Source{ID: id, Organisation: "koske"})
		}
		got, err := d.store.Heard(context.Background(), sources, asOf)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	heard := func(part string, first, answered time.Time) observation.Heard {
		return observation.Heard{Organisation: "koske", Source: "loki", Part: part, First: first, Answered: answered}
	}
	for name, c := range map[string]struct{ got, want []observation.Heard }{
		"now":                     {ask(time.Time{}, "loki"), []observation.Heard{heard("a", at[0], at[1]), heard("b", at[1], at[4])}},
		"before b answered":       {ask(at[4], "loki"), []observation.Heard{heard("a", at[0], at[1]), heard("b", at[1], time.Time{})}},
		"after the first":         {ask(at[1], "loki"), []observation.Heard{heard("a", at[0], at[0])}},
		"before all":              {ask(at[0], "loki"), nil},
		"nobody":                  {ask(time.Time{}), nil},
		"as the ledger has it":    {ask(time.Time{}, "loki"), d.ledger.Heard([]observation.Source{{ID: "loki", Organisation: "koske"}}, time.Time{})},
		"as the ledger had it":    {ask(at[4], "loki"), d.ledger.Heard([]observation.Source{{ID: "loki", Organisation: "koske"}}, at[4])},
		"two sources of one part": {ask(time.Time{}, "loki", "muu")[2:], []observation.Heard{{Organisation: "koske", Source: "muu", Part: "a", First: at[5], Answered: at[5]}}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, c.got, c.want)
		}
	}
	if got, err := d.store.Heard(context.Background(), nil, time.Time{}); err != nil || got != nil {
		t.Errorf("of no source: %v, %v", got, err)
	}
}
