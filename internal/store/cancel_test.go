package store_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// slow are statements that run for hours when nobody stops them.
var slow = map[string]string{
	"aggregate": "SELECT sum(sipHash64(number)) AS slow_one FROM (SELECT number FROM system.numbers LIMIT 100000000000)",
	"sort":      "SELECT number AS slow_one FROM (SELECT number FROM system.numbers LIMIT 100000000000) ORDER BY sipHash64(number) LIMIT 1000",
	"stream":    "SELECT number AS slow_one FROM system.numbers",
	"insert":    "INSERT INTO sink SELECT number AS slow_one FROM system.numbers",
}

// running tells whether a slow statement still runs.
func running(t *testing.T, s *store.Store) bool {
	t.Helper()
	_, rows, err := s.Rows(context.Background(), "SELECT query FROM system.processes WHERE positionCaseInsensitive(query, 'slow_one') > 0 AND positionCaseInsensitive(query, 'system.processes') = 0")
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) > 0
}

func eventually(t *testing.T, within time.Duration, what string, f func() bool) {
	t.Helper()
	for start := time.Now(); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > within {
			t.Fatalf("not within %s: %s", within, what)
		}
	}
}

// A cancelled statement returns at once, and does not go on behind its caller's back.
func testCancellation(t *testing.T, e storetest.Engine) {
	s, reopen := e.Open(t)
	observer := reopen()
	if err := s.Exec(context.Background(), "CREATE TABLE sink (n UInt64) ENGINE = MergeTree ORDER BY sipHash64(n)"); err != nil {
		t.Fatal(err)
	}
	for what, statement := range slow {
		run := func(ctx context.Context) error { return s.QueryText(ctx, statement) }
		if what == "insert" {
			run = func(ctx context.Context) error { return s.Exec(ctx, statement) }
		}
		var took, gone time.Duration
		for range 3 { // a busy machine may hold one of them up
			if took, gone = cancelled(t, observer, what, run); took <= 200*time.Millisecond && gone <= 2*time.Second {
				break
			}
		}
		t.Logf("%s: returned after %s, gone after %s", what, took.Round(time.Microsecond), gone.Round(time.Millisecond))
		if took > 200*time.Millisecond || gone > 2*time.Second {
			t.Errorf("the cancelled %s returned after %s, and was gone after %s", what, took, gone)
		}
	}
	if err := s.Exec(context.Background(), "DROP TABLE sink"); err != nil {
		t.Error(err)
	}
	commit(t, s, crashCommit(1, 1)) // the store works on
}

// cancelled cancels a statement once it is seen to run, and returns how long after that it returned and was gone.
func cancelled(t *testing.T, observer *store.Store, what string, run func(context.Context) error) (took, gone time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	eventually(t, 20*time.Second, what+" runs", func() bool { return running(t, observer) })
	at := time.Now()
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the cancelled %s ended with %v", what, err)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("the cancelled %s does not return", what)
	}
	took = time.Since(at)
	eventually(t, 20*time.Second, what+" is gone", func() bool { return !running(t, observer) })
	return took, time.Since(at)
}

func testDeadline(t *testing.T, e storetest.Engine) {
	var asked atomic.Int32
	s, reopen := e.Open(t, func(o *store.Options) {
		o.Ran = func(query string) {
			if query == "store.running" {
				asked.Add(1)
			}
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := s.QueryText(ctx, slow["aggregate"]); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %s", took)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if s.HasKiller() && asked.Load() < 3 {
		t.Error("closing did not wait until the server has ended the statement")
	}
	if e.Name == "server" && running(t, reopen()) {
		t.Error("the store is closed, and its statement still runs on the server")
	}
}

// A commit is cancelled at each of its places: before the run counts nothing is to be seen, from then on it is as if it had
// not been cancelled.
func testCancelledCommits(t *testing.T, e storetest.Engine) {
	places, err := store.Failpoints()
	if err != nil {
		t.Fatal(err)
	}
	place, stop := "", func() {}
	s, _ := e.Open(t, func(o *store.Options) {
		o.Failpoint = func(name string) {
			if name == place {
				stop()
			}
		}
	})
	var ledger observation.Ledger
	committed := false
	for i, at := range places {
		if strings.HasPrefix(at, "migrate:") {
			continue
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		place, stop = at, cancel
		c := crashCommit(9, i)
		c.Run.CommittedAt = time.Now() // what a caller left there counts for nothing
		r, err := s.Commit(ctx, c)
		committed = committed || at == "commit:run"
		if committed != (err == nil) || err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled at %s: %v", at, err)
		}
		if r.CommittedAt.IsZero() == committed {
			t.Errorf("cancelled at %s it was committed: %v, and its moment is %s", at, committed, r.CommittedAt)
		}
		if committed {
			c.Run = r
			ledger.Add(c)
		}
		place = ""
		compareWithLedger(t, s, &ledger, time.Time{})
	}
}

// Each insert of a commit fails in its turn, because its table is gone. A run has a moment of commit only when its row in
// runs was written.
func testFailedCommits(t *testing.T, e storetest.Engine) {
	for table, at := range map[string]string{"observations": "commit:begin", "coverage": "commit:begin", "items": "commit:begin", "states": "commit:begin", "runs": "commit:begin",
		"observations_current": "commit:run", "coverage_current": "commit:run", "applied": "commit:run"} {
		var s *store.Store
		s, _ = e.Open(t, func(o *store.Options) {
			o.Failpoint = func(name string) {
				if name == at {
					if err := s.Exec(context.Background(), "DROP TABLE "+table); err != nil {
						t.Error(err)
					}
				}
			}
		})
		c := crashCommit(9, 1)
		c.Run.CommittedAt = time.Now()
		r, err := s.Commit(context.Background(), c)
		statement := "insert_" + table
		if table == "runs" { // what it holds is asked for before
			statement = "newest_commit"
		}
		if committed := at == "commit:run"; err == nil || r.CommittedAt.IsZero() == committed || !strings.Contains(err.Error(), statement+":") {
			t.Errorf("without %s its moment is %s: %v", table, r.CommittedAt, err)
		}
	}
}
