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
	drawDay := func() observation.Date { return base + observation.Date(rapid.IntRange(0, 3).Draw(t, "day")) }
	c.Run.StartedAt = time.Date(2026, 12, 30, rapid.IntRange(0, 90).Draw(t, "hour"), 0, 0, 5e8, time.UTC)
	if rapid.IntRange(0, 2).Draw(t, "tells items") == 0 {
		for range rapid.IntRange(1, 4).Draw(t, "items") {
			c.Items = append(c.Items, drawItem(t))
		}
	}
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
		c.Coverage = append(c.Coverage, drawCoverage(t, drawDay()))
	}
	for range rapid.IntRange(0, 2).Draw(t, "completions") {
		o := drawObservation(t, drawDay())
		c.Complete = append(c.Complete, observation.Completion{Part: o.Part, Channel: o.Channel, Metric: o.Metric, Grain: o.Grain, From: o.From, Definition: o.Definition})
	}
	for range rapid.IntRange(0, 1).Draw(t, "uncovered") {
		c.Uncover = append(c.Uncover, drawCoverage(t, drawDay()).CoverageKey)
	}
	c.CompleteDims = rapid.SampledFrom([][]string{nil, nil, {""}, {"device=mobile"}}).Draw(t, "dims of completions")
	return c
}

// drawItem makes an item out of few things, so that sources contradict each other and quarrel about addresses.
func drawItem(t *rapid.T) observation.Item {
	some := func(name string, of ...string) []string {
		return of[:rapid.IntRange(0, len(of)).Draw(t, name)]
	}
	it := observation.Item{ID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id"), Organisation: rapid.SampledFrom([]string{"", observation.Shared}).Draw(t, "organisation"),
		Channel: rapid.SampledFrom([]string{"", "kotisivut"}).Draw(t, "channel"), Kind: rapid.SampledFrom([]string{"article", "post"}).Draw(t, "kind"),
		Title: rapid.SampledFrom([]string{"Otsikko", "'); DROP TABLE items; --\n\n"}).Draw(t, "title"), Tags: some("tags", "uutiset", "sote"), Projects: some("projects", "luonto", "arki"),
		Note: rapid.SampledFrom([]string{"", "", "soitto"}).Draw(t, "note"), Aliases: some("aliases", "url:x", "guid:'y", "url:z")}
	if rapid.IntRange(0, 2).Draw(t, "has a date") > 0 {
		it.PublishedAt = time.Date(2026, 12, 30, rapid.IntRange(0, 90).Draw(t, "published"), 0, 0, 3e8, time.UTC)
	}
	if rapid.IntRange(0, 5).Draw(t, "is withdrawn") == 0 {
		it.State = observation.Withdrawn
	}
	return it
}

// everything selects all items of the organisations of these tests.
func everything(asOf time.Time) observation.ItemSelection {
	return observation.ItemSelection{Organisations: []string{"koske", observation.Shared}, AsOf: asOf,
		Span: observation.Span{From: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}}
}

// visibleItems is what a reader sees of items, in the order in which they came.
func visibleItems(items []observation.Item) []string {
	var out []string
	for _, it := range items {
		it.Version, it.Run = 0, ""
		out = append(out, fmt.Sprintf("%+v", it))
	}
	return out
}

func drawCoverage(t *rapid.T, day observation.Date) observation.Coverage {
	k := observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: day}
	v := observation.Coverage{CoverageKey: k, Result: rapid.SampledFrom(observation.Results()).Draw(t, "result"),
		Reason: rapid.SampledFrom([]string{"", "log_silent"}).Draw(t, "reason")}
	if v.Result == observation.Partial {
		at := k.From.Start(time.UTC).Add(time.Duration(rapid.IntRange(0, 999).Draw(t, "fraction")) * time.Millisecond)
		v.Gaps = []observation.Span{{From: at, To: at.Add(time.Hour)}}
	}
	return v
}

func drawObservation(t *rapid.T, day observation.Date) observation.Observation {
	o := observation.Observation{
		Key:  observation.Key{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: day, Definition: rapid.SampledFrom([]string{"accesslog-1", "accesslog-1", "accesslog-2"}).Draw(t, "definition")},
		Part: rapid.SampledFrom([]string{"log", "log", "archive"}).Draw(t, "part"), Value: float64(rapid.IntRange(0, 2).Draw(t, "value")),
		Complete: rapid.IntRange(0, 2).Draw(t, "complete") > 0, Basis: rapid.SampledFrom([]observation.Basis{observation.Collected, observation.Entered}).Draw(t, "basis"),
	}
	o.Dims = rapid.SampledFrom([]string{"", "", "device=mobile"}).Draw(t, "dims")
	if rapid.IntRange(0, 1).Draw(t, "snapshot") == 0 {
		o.Metric, o.Grain = "followers", observation.Snapshot
		o.ObservedAt = day.UTC().Add(time.Duration(rapid.IntRange(-4, 60).Draw(t, "half hours"))*30*time.Minute + time.Duration(rapid.IntRange(0, 3).Draw(t, "fraction"))*300*time.Millisecond)
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
		out = append(out, fmt.Sprintf("%+v value=%v complete=%v part=%s at=%s basis=%s note=%q by=%q", o.Key, o.Value, o.Complete, o.Part, o.ObservedAt.UTC().Format(time.RFC3339Nano), o.Basis, o.Note, o.By))
	}
	return sorted(out)
}

func visibleCoverage(cs []observation.Coverage) []string {
	var out []string
	for _, c := range cs {
		var gaps []string
		for _, g := range c.Gaps {
			gaps = append(gaps, g.From.UTC().Format(time.RFC3339)+" to "+g.To.UTC().Format(time.RFC3339))
		}
		out = append(out, fmt.Sprintf("%+v %s %s %s", c.CoverageKey, c.Result, c.Reason, gaps))
	}
	return sorted(out)
}

// drawClock moves the clock; it may be set back.
func drawClock(t *rapid.T, clock time.Time) time.Time {
	return clock.Add(time.Duration(rapid.IntRange(-3600, 7200).Draw(t, "clock")) * time.Second)
}

// TestPlannerShowsWhatTheLedgerShows holds the decisions of a commit against the ledger, without a database.
func TestPlannerShowsWhatTheLedgerShows(t *testing.T) {
	for seed := range 40 { // rapid's own number of checks is set for databases
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				clock := time.Date(2027, 1, 10, 8, 0, 0, 0, time.UTC)
				var memory store.Memory
				var ledger observation.Ledger
				for range rapid.IntRange(1, 12).Draw(t, "commits") {
					clock = drawClock(t, clock)
					c := drawCommit(t)
					ledger.Add(c)
					memory.Commit(c, clock, rapid.Bool().Draw(t, "killed"))
				}
				os, cs := memory.Current()
				if diff := cmp.Diff(visible(ledger.Current(time.Time{})), visible(os)); diff != "" {
					t.Fatalf("the planner shows something else (-ledger +planner):\n%s", diff)
				}
				if diff := cmp.Diff(visibleCoverage(ledger.Coverage(time.Time{})), visibleCoverage(cs)); diff != "" {
					t.Fatalf("the planner shows other coverage (-ledger +planner):\n%s", diff)
				}
				items, known := memory.Items()
				if diff := cmp.Diff(sorted(visibleItems(ledger.Items(everything(time.Time{})))), sorted(visibleItems(items))); diff != "" {
					t.Fatalf("the planner shows other items (-ledger +planner):\n%s", diff)
				}
				if diff := cmp.Diff(knownTo(&ledger, time.Time{}), known); diff != "" {
					t.Fatalf("the planner shows other addresses (-ledger +planner):\n%s", diff)
				}
			})
		})
	}
}

// TestPlannerWritesNothingTwice: what was just told changes nothing when it is told again.
func TestPlannerWritesNothingTwice(t *testing.T) {
	for seed := range 10 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				clock := time.Date(2027, 1, 10, 8, 0, 0, 0, time.UTC)
				var memory store.Memory
				c := drawCommit(t)
				c.Observations = c.Observations[:min(1, len(c.Observations))]
				memory.Commit(c, clock, false)
				fresh, changed, unchanged, withdrawn := memory.Commit(c, clock, false)
				items := map[string]bool{}
				for _, it := range c.Items {
					items[it.Organisation+it.ID] = true
				}
				if fresh+changed+withdrawn != 0 || unchanged != len(c.Observations)+len(items) {
					t.Fatalf("told again: %d new, %d changed, %d unchanged, %d withdrawn", fresh, changed, unchanged, withdrawn)
				}
			})
		})
	}
}

// addresses are those that drawItem and crashCommit tell, and one that nobody does.
var addresses = []string{"url:x", "guid:'y", "url:z", "url:unknown", "url:0", "url:1", "url:2"}

// knownTo tells by whose name each address goes in a ledger.
func knownTo(l *observation.Ledger, asOf time.Time) map[string]string {
	out := map[string]string{}
	for _, organisation := range everything(asOf).Organisations {
		for alias, it := range l.Known(organisation, addresses, asOf) {
			out[organisation+" "+alias] = it.ID
		}
	}
	return out
}

func testStoreShowsWhatTheLedgerShows(t *testing.T, e storetest.Engine) {
	rapid.Check(t, func(rt *rapid.T) {
		clock := time.Date(2027, 1, 10, 8, 0, 0, 0, time.UTC)
		now := func(o *store.Options) { o.Now = func() time.Time { return clock } }
		s, reopen := e.Open(t, now)
		var ledger observation.Ledger
		moments := []time.Time{{}}
		for range rapid.IntRange(1, 8).Draw(rt, "commits") {
			clock = drawClock(rt, clock)
			if rapid.IntRange(0, 4).Draw(rt, "reopens") == 0 {
				s = reopen(now)
			}
			c := drawCommit(rt)
			c.Run = commit(t, s, c)
			ledger.Add(c)
			moments = append(moments, c.Run.CommittedAt)
		}
		for _, at := range moments {
			compareWithLedger(rt, s, &ledger, at)
		}
	})
}

// fataler is what *testing.T and *rapid.T share.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// compareWithLedger holds what a store shows of the organisation koske against a ledger.
func compareWithLedger(t fataler, s *store.Store, ledger *observation.Ledger, asOf time.Time) {
	t.Helper()
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
	if diff := cmp.Diff(visible(ledger.Current(asOf)), visible(got)); diff != "" {
		t.Fatalf("as of %v the store shows something else (-ledger +store):\n%s", asOf, diff)
	}
	if diff := cmp.Diff(visibleCoverage(ledger.Coverage(asOf)), visibleCoverage(coverage)); diff != "" {
		t.Fatalf("as of %v the store shows other coverage (-ledger +store):\n%s", asOf, diff)
	}
	compareItems(t, s, ledger, asOf)
	compareLooks(t, s, ledger, asOf)
}

// compareLooks holds what was seen of single items, and the items by their ids, against a ledger.
func compareLooks(t fataler, s *store.Store, ledger *observation.Ledger, asOf time.Time) {
	t.Helper()
	first := observation.NewDate(2026, 12, 30)
	for _, days := range [][]observation.Date{nil, {first}, {first, first + 1, first - 200_000}} {
		sel := observation.LookSelection{Organisations: []string{"koske"}, Channels: []string{"kotisivut"}, Metrics: []string{"followers"}, Days: days, Since: first + 1, Until: first + 2, AsOf: asOf}
		got, err := s.Looks(context.Background(), sel)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(visible(ledger.Looks(sel)), visible(got)); diff != "" {
			t.Fatalf("as of %v the store saw other things of items on %v (-ledger +store):\n%s", asOf, days, diff)
		}
	}
	ids := []string{"a", "b", "c", "x"}
	got, err := s.ItemsByID(context.Background(), "koske", ids, asOf)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(visibleItems(ledger.ItemsByID("koske", ids, asOf)), visibleItems(got)); diff != "" {
		t.Fatalf("as of %v items by their ids are others (-ledger +store):\n%s", asOf, diff)
	}
}

// selections are some ways to ask for items as of a moment.
func selections(asOf time.Time) []observation.ItemSelection {
	day := everything(asOf)
	day.Span = observation.Span{From: time.Date(2026, 12, 30, 22, 0, 0, 1, time.UTC), To: time.Date(2026, 12, 31, 22, 0, 0, 1, time.UTC)}
	ours := everything(asOf)
	ours.Organisations, ours.Channels, ours.Kinds = []string{"koske", "iso"}, []string{"kotisivut"}, []string{"article", "page"}
	return []observation.ItemSelection{everything(asOf), day, ours}
}

// compareItems holds the items of a store, and by whose name their addresses go, against a ledger.
func compareItems(t fataler, s *store.Store, ledger *observation.Ledger, asOf time.Time) {
	t.Helper()
	for i, sel := range selections(asOf) {
		got, err := s.Items(context.Background(), sel)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(visibleItems(ledger.Items(sel)), visibleItems(got)); diff != "" {
			t.Fatalf("as of %v selection %d shows other items (-ledger +store):\n%s", asOf, i, diff)
		}
	}
	known := map[string]string{}
	for _, organisation := range everything(asOf).Organisations {
		items, err := s.KnownAt(context.Background(), organisation, addresses, asOf)
		if err != nil {
			t.Fatal(err)
		}
		for alias, it := range items {
			known[organisation+" "+alias] = it.ID
		}
	}
	if diff := cmp.Diff(knownTo(ledger, asOf), known); diff != "" {
		t.Fatalf("as of %v the store shows other addresses (-ledger +store):\n%s", asOf, diff)
	}
}
