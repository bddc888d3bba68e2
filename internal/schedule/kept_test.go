package schedule

import (
	"context"
	"path/filepath"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
)

// openKept opens a store in a folder, which two processes may share.
func openKept(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: path, Library: embeddedtest.Library(t), Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCallsOutlastTheVisit: what a visit spent is known to the next, whether the collector broke down, or the visit was never
// stored, as when the process is killed; what else it remembered is not. A look without a commit keeps its calls, too, and nothing
// else, and a visit that is under way learns of them.
func TestCallsOutlastTheVisit(t *testing.T) {
	s := openKept(t, filepath.Join(t.TempDir(), "data"))
	visit := func(stored bool, f func(state collector.State)) {
		t.Helper()
		v, err := Look(t.Context(), s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, state collector.State) error {
			f(state)
			tellAll(w, out)
			return nil
		}))
		if err == nil && stored {
			_, err = v.Store(t.Context(), s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	spend := func(calls, offset string) func(collector.State) {
		return func(state collector.State) { state.Set("calls", calls); state.Set("offset", offset) }
	}
	knows := func(calls, offset string) {
		t.Helper()
		state := Remembered(t.Context(), s, website(t))
		gotCalls, _ := state.Get("calls")
		if gotOffset, _ := state.Get("offset"); gotCalls != calls || gotOffset != offset {
			t.Errorf("it knows of calls %q and offset %q, want %q and %q", gotCalls, gotOffset, calls, offset)
		}
	}
	knows("", "")
	visit(true, spend("1", "10"))
	knows("1", "10")
	visit(false, spend("1 2", "20"))
	knows("1 2", "10")
	visit(true, func(state collector.State) { spend("1 2 3", "30")(state); panic("broken") })
	knows("1 2 3", "10")
	visit(true, func(state collector.State) {
		spend("1 2 3 4", "40")(Remembered(t.Context(), s, website(t)))
		if got, _ := state.Get("calls"); got != "1 2 3 4" {
			t.Errorf("a visit under way knows of the calls %q", got)
		}
	})
	knows("1 2 3 4", "10")
}

// TestCallsOfABreakdownAreStored: also where the store keeps nothing before the commit, a breakdown gives no calls back.
func TestCallsOfABreakdownAreStored(t *testing.T) {
	var s shelf
	_, _ = run(t, &s, job(t, website(t), func(_ context.Context, _ collector.Window, _ collector.Sink, state collector.State) error {
		state.Set("calls", "1 2")
		state.Set("offset", "20")
		panic("broken")
	}))
	if got := s.commits[0].States; len(got) != 1 || got[0].Key != "calls" || got[0].Value != "1 2" {
		t.Errorf("it stored %v, want the calls alone", got)
	}
}
