package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// drawCommit makes a commit about very few keys, so that answers meet, contradict and withdraw each other.
func drawCommit(t *rapid.T) observation.Commit {
	source := rapid.SampledFrom([]string{"loki", "kasin"}).Draw(t, "source")
	c := observation.Commit{Run: run(source)}
	base := observation.NewDate(2026, 12, 30)
	drawDay := func() observation.Date { return base + observation.Date(rapid.IntRange(0, 4).Draw(t, "day")) }
	if rapid.IntRange(0, 9).Draw(t, "retracts") == 0 {
		from := drawDay()
		c.Retract = &observation.Period{From: from, To: from + observation.Date(rapid.IntRange(1, 3).Draw(t, "days"))}
		c.Run.Kind, c.Run.Note = store.RetractKind, "wrong settings"
		return c
	}
	for range rapid.IntRange(0, 6).Draw(t, "observations") {
		c.Observations = append(c.Observations, drawObservation(t, drawDay()))
	}
	for range rapid.IntRange(0, 3).Draw(t, "coverage") {
		k := observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: drawDay()}
		result := rapid.SampledFrom([]observation.Result{observation.OK, observation.NoData, observation.Partial, observation.Failed, observation.Auth, observation.Gone}).Draw(t, "result")
		v := observation.Coverage{CoverageKey: k, Result: result, Reason: rapid.SampledFrom([]string{"", "log_silent"}).Draw(t, "reason")}
		if result == observation.Partial {
			at := k.From.Start(time.UTC)
			v.Gaps = []observation.Span{{From: at, To: at.Add(time.Hour)}}
		}
		c.Coverage = append(c.Coverage, v)
	}
	for range rapid.IntRange(0, 2).Draw(t, "completions") {
		c.Complete = append(c.Complete, observation.Completion{Part: "log", Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: drawDay(), Definition: "accesslog-1"})
	}
	return c
}

func drawObservation(t *rapid.T, day observation.Date) observation.Observation {
	o := observation.Observation{
		Key:  observation.Key{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: day, Definition: rapid.SampledFrom([]string{"accesslog-1", "accesslog-1", "accesslog-2"}).Draw(t, "definition")},
		Part: "log", Value: float64(rapid.IntRange(0, 2).Draw(t, "value")), Complete: rapid.IntRange(0, 2).Draw(t, "complete") > 0, Basis: observation.Collected,
	}
	if rapid.IntRange(0, 2).Draw(t, "snapshot") == 0 {
		o.Metric, o.Grain = "followers", observation.Snapshot
		o.ObservedAt = day.UTC().Add(time.Duration(rapid.IntRange(-2, 30).Draw(t, "hour")) * time.Hour)
	}
	if rapid.IntRange(0, 3).Draw(t, "subject") == 0 {
		o.Subject = "/hanke'); DROP TABLE runs; --\n\n"
	}
	return o
}

// visible is what a reader sees of an answer: which run told it first and under which version is the store's own affair.
func visible(os []observation.Observation) []string {
	var out []string
	for _, o := range os {
		out = append(out, fmt.Sprintf("%+v value=%v complete=%v at=%s basis=%s", o.Key, o.Value, o.Complete, o.ObservedAt.UTC().Format(time.RFC3339), o.Basis))
	}
	return out
}

func visibleCoverage(cs []observation.Coverage) []string {
	var out []string
	for _, c := range cs {
		out = append(out, fmt.Sprintf("%+v %s %s %v", c.CoverageKey, c.Result, c.Reason, c.Gaps))
	}
	return out
}

func TestStoreShowsWhatTheLedgerShows(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, e storetest.Engine) {
		rapid.Check(t, func(rt *rapid.T) {
			clock := time.Date(2027, 1, 10, 8, 0, 0, 0, time.UTC)
			now := func(o *store.Options) { o.Now = func() time.Time { return clock } }
			s, reopen := e.Open(t, now)
			var ledger observation.Ledger
			var moments []time.Time
			for range rapid.IntRange(1, 8).Draw(rt, "commits") {
				clock = clock.Add(time.Duration(rapid.IntRange(-3600, 7200).Draw(rt, "clock")) * time.Second) // it may be set back
				if rapid.IntRange(0, 4).Draw(rt, "reopens") == 0 {
					s = reopen(now)
				}
				c := drawCommit(rt)
				c.Run = commit(t, s, c)
				ledger.Add(c)
				moments = append(moments, c.Run.CommittedAt)
			}
			moments = append(moments, time.Time{})
			for _, at := range moments {
				compareWithLedger(rt, s, &ledger, at)
			}
		})
	})
}

func compareWithLedger(t *rapid.T, s *store.Store, ledger *observation.Ledger, asOf time.Time) {
	sel := all()
	sel.AsOf = asOf
	got, err := s.Observations(context.Background(), sel)
	if err != nil {
		t.Fatal(err)
	}
	coverage, err := s.Coverage(context.Background(), sel)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sorted(visible(ledger.Current(asOf))), sorted(visible(got))); diff != "" {
		t.Fatalf("as of %v the store shows something else (-ledger +store):\n%s", asOf, diff)
	}
	if diff := cmp.Diff(sorted(visibleCoverage(ledger.Coverage(asOf))), sorted(visibleCoverage(coverage))); diff != "" {
		t.Fatalf("as of %v the store shows other coverage (-ledger +store):\n%s", asOf, diff)
	}
}
