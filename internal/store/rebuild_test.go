package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// look reads all that a reader can see.
func look(t testing.TB, s *store.Store, moments ...time.Time) map[string]any {
	t.Helper()
	out := map[string]any{}
	runs, err := s.Runs(context.Background(), []string{"koske"}, 1000, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range append(moments, time.Time{}) {
		sel := all()
		sel.AsOf = at
		coverage, err := s.Coverage(context.Background(), sel)
		if err != nil {
			t.Fatal(err)
		}
		out["at "+at.Format(time.RFC3339Nano)] = []any{read(t, s, sel), coverage, items(t, s, at)}
	}
	out["runs"] = runs
	for _, source := range []string{"loki", "kasin"} {
		states, err := s.States(context.Background(), "koske", source)
		if err != nil {
			t.Fatal(err)
		}
		out[source] = states
	}
	return out
}

// items reads all items, and those that go by the addresses of crash commits.
func items(t testing.TB, s *store.Store, asOf time.Time) []any {
	t.Helper()
	all, err := s.Items(context.Background(), everything(asOf))
	if err != nil {
		t.Fatal(err)
	}
	known, err := s.KnownAt(context.Background(), observation.Shared, addresses, asOf)
	if err != nil {
		t.Fatal(err)
	}
	return []any{all, known}
}

// fed commits a few runs of two sources, with withdrawals, snapshots and retractions, and returns the moments of the commits.
func fed(t testing.TB, s *store.Store, n int) (moments []time.Time) {
	t.Helper()
	for i := range n {
		moments = append(moments, commit(t, s, crashCommit(21, i)).CommittedAt)
	}
	return moments
}

// A rebuild shows what was shown before, whatever the current tables have lost, and a second one changes nothing.
func testRebuild(t *testing.T, e storetest.Engine) {
	s, open := e.Open(t)
	moments := fed(t, s, 18)[15:]
	before := look(t, s, moments...)
	for _, harm := range []string{"", "TRUNCATE TABLE observations_current", "DROP TABLE coverage_current", "DROP TABLE applied", "TRUNCATE TABLE items_current", "DROP TABLE items_current"} {
		if harm != "" {
			if err := s.Exec(context.Background(), harm); err != nil {
				t.Fatal(err)
			}
		}
		var told [][2]int64
		done, err := s.Rebuild(context.Background(), func(n, total int64) { told = append(told, [2]int64{n, total}) })
		if err != nil {
			t.Fatalf("%s: %v", harm, err)
		}
		if done.Doubted != 0 || done.Returned != (store.Rows{}) || done.Current.Runs != 18 || done.Current.Observations == 0 || done.Current.Coverage == 0 || done.Current.Items == 0 || len(done.Migrations) == 0 || len(told) == 0 {
			t.Errorf("%s: %+v, progress %v", harm, done, told)
		}
		if diff := cmp.Diff(before, look(t, s, moments...)); diff != "" {
			t.Errorf("after %s a reader sees something else:\n%s", harm, diff)
		}
	}
	s = open()
	if r := commit(t, s, crashCommit(21, 18)); r.CommittedAt.Before(moments[2]) {
		t.Errorf("a commit after it: %+v", r)
	}
}

// What only the current tables still have goes back to the history: what counts now is as it was.
func testRebuildCompletesTheHistory(t *testing.T, e storetest.Engine) {
	s, _ := e.Open(t)
	fed(t, s, 18)
	now := func() any {
		coverage, err := s.Coverage(context.Background(), all())
		if err != nil {
			t.Fatal(err)
		}
		for i := range coverage { // where the first answers are lost, a later run tells what was measured
			coverage[i].Run, coverage[i].Version = "", 0
		}
		things, err := s.Items(context.Background(), everything(time.Time{}))
		if err != nil {
			t.Fatal(err)
		}
		return []any{read(t, s, all()), coverage, things}
	}
	before := now()
	for _, table := range []string{"observations", "coverage", "items", "runs"} {
		if err := s.Exec(context.Background(), "DROP TABLE "+table); err != nil {
			t.Fatal(err)
		}
		if err := s.Ready(context.Background()); err == nil || !strings.Contains(err.Error(), "of its tables "+table+" gone") || !strings.Contains(err.Error(), "seuranta migrate --rebuild") {
			t.Errorf("without %s it is ready: %v", table, err)
		}
		if _, err := s.Migrate(context.Background()); err == nil || !strings.Contains(err.Error(), "seuranta migrate --rebuild") {
			t.Errorf("without %s it was migrated: %v", table, err)
		}
		done, err := s.Rebuild(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if done.Returned == (store.Rows{}) {
			t.Errorf("nothing was given back to %s: %+v", table, done)
		}
		if diff := cmp.Diff(before, now()); diff != "" {
			t.Errorf("without %s a reader sees something else:\n%s", table, diff)
		}
	}
}

// A day whose answers are lost is no zero: not now, and not as known on earlier days.
func testWhatIsLostIsNoZero(t *testing.T, e storetest.Engine) {
	s, _ := e.Open(t)
	covered := func(day string, values ...float64) observation.Commit {
		c := observation.Commit{Run: run("loki")}
		for _, v := range values {
			c.Observations = append(c.Observations, views(day, v))
		}
		c.Coverage = []observation.Coverage{{CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: views(day, 0).From}, Result: observation.OK}}
		return c
	}
	first := commit(t, s, covered("2026-11-20", 5)).CommittedAt.Add(time.Millisecond)
	second := commit(t, s, covered("2026-11-20", 7)).CommittedAt.Add(time.Millisecond)
	commit(t, s, covered("2025-11-20", 9))
	commit(t, s, covered("2025-11-21")) // nobody came
	days := func(at time.Time) (out []string) {
		sel := all()
		sel.AsOf = at
		coverage, err := s.Coverage(context.Background(), sel)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range coverage {
			out = append(out, c.From.String())
		}
		return out
	}
	lose := func(statements ...string) {
		t.Helper()
		for _, text := range statements {
			if err := s.Exec(context.Background(), text); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // the second one changes nothing
			if _, err := s.Rebuild(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	lose("OPTIMIZE TABLE observations_current FINAL", "ALTER TABLE observations DROP PARTITION 2026") // the answer 5 is lost, 7 stands in the current table
	if got := days(first); len(got) != 0 {
		t.Errorf("as first known, what is lost was measured: %v", got)
	}
	if got := days(second); len(got) != 1 {
		t.Errorf("as known later, what is there was not measured: %v", got)
	}
	if got, values := days(time.Time{}), read(t, s, all()); len(got) != 3 || len(values) != 2 {
		t.Errorf("now %v are measured, %v", got, values)
	}
	lose("ALTER TABLE observations DROP PARTITION 2025", "TRUNCATE TABLE observations_current") // now 9 is lost for good
	if got, values := days(time.Time{}), read(t, s, all()); len(got) != 1 || got[0] != "2026-11-20" || len(values) != 1 || values[0].Value != 7 {
		t.Errorf("in the end %v are measured, %v", got, values)
	}
	if r := commit(t, s, covered("2025-11-20", 9)); r.New != 1 {
		t.Errorf("what was lost cannot be told again: %+v", r)
	}
	if got := days(time.Time{}); len(got) != 2 {
		t.Errorf("told again, %v are measured", got)
	}
}

// A rebuild that is stopped at any place is carried on by the next one.
func testARebuildIsCarriedOn(t *testing.T, e storetest.Engine) {
	if e.Name == "http" {
		t.Skip("the embedded engine was tried already")
	}
	s, open := e.Open(t)
	moments := fed(t, s, 4)[2:]
	before := look(t, s, moments...)
	for _, place := range store.RebuildFailpoints() {
		killed := open(stopAt(place))
		if !stopped(func() { _, _ = killed.Rebuild(context.Background(), nil) }) {
			t.Fatalf("it did not stop at %s", place)
		}
		half := open() // applies what is not marked
		if diff := cmp.Diff(before, look(t, half, moments...)); diff != "" {
			t.Errorf("stopped at %s, and opened, a reader sees something else:\n%s", place, diff)
		}
		if _, err := half.Rebuild(context.Background(), nil); err != nil {
			t.Errorf("after %s: %v", place, err)
		}
		if diff := cmp.Diff(before, look(t, half, moments...)); diff != "" {
			t.Errorf("stopped at %s, and rebuilt, a reader sees something else:\n%s", place, diff)
		}
	}
}
