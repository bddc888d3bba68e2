package store_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"seuranta/internal/store"
	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
	"seuranta/internal/store/storetest"
)

// twice sends every batch two times, as a guest does that lost the answer to the first. Merges are not waited for.
type twice struct {
	engine *embedded.Engine
	sent   atomic.Int64
}

func (w *twice) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Query().Get("query") == "" {
		return w.engine.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	w.sent.Add(1)
	first := r.Clone(r.Context())
	first.Body = io.NopCloser(bytes.NewReader(body))
	if response, err := w.engine.RoundTrip(first); err != nil || response.StatusCode != http.StatusOK {
		return response, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return w.engine.RoundTrip(r)
}

// tolerant are the tests of the contract that look at what is shown, and not at how many rows are there before a merge.
var tolerant = []func(t *testing.T, e storetest.Engine){
	testStoreShowsWhatTheLedgerShows, testCancelledCommits, testMigrateFromNothing, testRebuild, testWhatIsLostIsNoZero, testInterruptedRuns, testRunsAndStatus, testFirstSightWins,
	testItemsAreTakenBack, testItemsOfASpan, testItemsAreLost, testHistory, testRunsByID, testConfigAt, testRetractable, testTypedFor, testHeard, testUncovered,
	testAlarmsAreKept, testOnlyOneClaims, testFailuresInARow, testVisitsLately, testStatesNamed,
}

// The store shows the same when every batch was inserted twice.
func TestEveryBatchTwice(t *testing.T) {
	engine, _ := embeddedtest.Database(t) // keeps the engine open from one test to the next
	way := &twice{engine: engine}
	e := storetest.Engine{Name: "embedded", Database: func(t testing.TB) storetest.Open {
		_, database := embeddedtest.Database(t)
		return func(mod ...func(*store.Options)) *store.Store {
			var o store.Options
			for _, m := range mod {
				m(&o)
			}
			s, err := store.OpenOver(context.Background(), way, engine, database, o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		}
	}}
	for _, f := range tolerant {
		t.Run(nameOf(f), func(t *testing.T) { f(t, e) })
	}
	if way.sent.Load() == 0 {
		t.Error("no batch was sent")
	}
}
