//go:build linux && amd64

package embedded_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// endless are statements that would run for hours.
var endless = map[string]string{
	"aggregate": "SELECT max(sipHash64(number)) FROM numbers(200000000000)",
	"sort":      "SELECT number FROM numbers(300000000) ORDER BY sipHash64(number) LIMIT 1",
	"stream":    "SELECT number FROM numbers(200000000000)",
	"insert":    "INSERT INTO sink SELECT number FROM numbers(200000000000)",
}

// What a cancel promises.
const (
	promisedReturn = 200 * time.Millisecond
	promisedGone   = time.Second
)

// patience is for what must happen but has no promised time, on a busy machine.
const patience = 20 * time.Second

func TestCancelStopsTheStatement(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	exec(t, db, "CREATE TABLE sink (n UInt64) ENGINE = MergeTree ORDER BY sipHash64(n)")
	for id, statement := range endless {
		var took, gone time.Duration
		for range 3 { // a busy machine may hold one of them up
			if took, gone = cancelled(t, e, db, name, id, statement); took <= promisedReturn && gone <= promisedGone {
				break
			}
		}
		t.Logf("%s: returned after %v, gone after %v", id, took.Round(time.Microsecond), gone.Round(time.Millisecond))
		if took > promisedReturn || gone > promisedGone {
			t.Errorf("%s: returned %v after the cancel, gone after %v", id, took, gone)
		}
	}
	allFree(t, e)
}

// cancelled runs a statement, cancels it once it is seen to run, and returns how long after that it returned and was gone.
func cancelled(t *testing.T, e *embedded.Engine, db driver.Conn, database, id, statement string) (took, gone time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	stopped := make(chan time.Time, 1)
	go func() {
		ran := within(patience, func() bool { return running(t, db, id) > 0 })
		at := time.Now()
		cancel()
		if !ran {
			at = time.Time{}
		}
		stopped <- at
	}()
	err := roundTrip(e, request(t, ctx, statement, "database", database, "query_id", id))
	end := time.Now()
	at := <-stopped
	if at.IsZero() || !errors.Is(err, context.Canceled) {
		t.Fatalf("%s: %v, seen to run: %t", id, err, !at.IsZero())
	}
	if !within(patience, func() bool { return running(t, db, id) == 0 }) {
		t.Fatalf("%s still runs %v after the cancel", id, patience)
	}
	return end.Sub(at), time.Since(at)
}

// roundTrip runs a statement without the driver and reads its result to the end.
func roundTrip(e *embedded.Engine, r *http.Request) error {
	response, err := e.RoundTrip(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// TestDriverTellsWhyAStatementEnded cancels through the driver, in each of the ways
// in which it waits for the engine.
func TestDriverTellsWhyAStatementEnded(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	exec(t, db, "CREATE TABLE sink (n UInt64) ENGINE = Null")
	for id, statement := range endless {
		ctx, cancel := context.WithTimeout(clickhouse.Context(background, clickhouse.WithQueryID(id)), 100*time.Millisecond)
		if err := drain(ctx, db, statement); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", id, err)
		}
		cancel()
	}
	allFree(t, e)
}

func TestDeadlineThatIsOver(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	exec(t, db, "SELECT 1")
	ctx, cancel := context.WithDeadline(background, time.Now().Add(-time.Second))
	defer cancel()
	if err := db.Exec(ctx, "CREATE TABLE t (a UInt8) ENGINE = Memory"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if n := one(t, db, "SELECT count() FROM system.tables WHERE database = ?", name); n != 0 {
		t.Error("the statement ran")
	}
	allFree(t, e)
}

func TestBodyGivesItsSessionBack(t *testing.T) {
	e, _ := embeddedtest.Database(t)
	for name, end := range map[string]func(r *http.Response, cancel func()){
		"closed unread":    func(r *http.Response, _ func()) { r.Body.Close() },
		"closed in part":   func(r *http.Response, _ func()) { _, _ = io.CopyN(io.Discard, r.Body, 1<<20); r.Body.Close() },
		"closed twice":     func(r *http.Response, _ func()) { r.Body.Close(); r.Body.Close() },
		"left behind":      func(_ *http.Response, cancel func()) { cancel() },
		"closed in a read": func(r *http.Response, _ func()) { go r.Body.Close(); _, _ = io.Copy(io.Discard, r.Body) },
	} {
		ctx, cancel := context.WithCancel(background)
		response, err := e.RoundTrip(request(t, ctx, endless["stream"]))
		if err != nil {
			t.Fatal(err)
		}
		end(response, cancel)
		if !within(patience, func() bool { return e.Free() == e.Sessions() }) {
			t.Errorf("%s: %d of %d sessions are free", name, e.Free(), e.Sessions())
		}
		if n, err := response.Body.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("%s: a read afterwards gives %d, %v", name, n, err)
		}
		cancel()
	}
}

func TestWaitingForASessionEndsWithTheContext(t *testing.T) {
	e := embeddedtest.Open(t, func(o *embedded.Options) { o.Sessions = 1 })
	response, err := e.RoundTrip(request(t, background, endless["stream"]))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := e.RoundTrip(request(t, ctx, "SELECT 1")); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 250*time.Millisecond {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
	response.Body.Close()
	if _, err := e.RoundTrip(request(t, background, "SELECT 1")); err != nil {
		t.Errorf("after the body was closed: %v", err)
	}
}

func TestCloseEndsWhatRuns(t *testing.T) {
	e := embeddedtest.Open(t)
	open, err := e.RoundTrip(request(t, background, endless["stream"]))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 8)
	for range cap(ended) { // some run, some wait for a session
		go func() {
			_, err := e.RoundTrip(request(t, background, endless["aggregate"]))
			ended <- err
		}()
	}
	time.Sleep(200 * time.Millisecond)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for range cap(ended) {
		if err := <-ended; !errors.Is(err, embedded.ErrClosed) {
			t.Errorf("a running statement ended with %v", err)
		}
	}
	if _, err := open.Body.Read(make([]byte, 1)); !errors.Is(err, embedded.ErrClosed) {
		t.Errorf("an open result ended with %v", err)
	}
	if _, err := e.RoundTrip(request(t, background, "SELECT 1")); !errors.Is(err, embedded.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
}

func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	e := embeddedtest.Open(t)
	for range 20 {
		ctx, cancel := context.WithTimeout(background, 5*time.Millisecond)
		if r, err := e.RoundTrip(request(t, ctx, endless["aggregate"])); err == nil {
			r.Body.Close()
		}
		cancel()
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if !within(patience, func() bool { return runtime.NumGoroutine() <= before }) {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
	}
}

// TestKillHitsNobodyElse cancels statements that share a query id with statements
// that are to live.
func TestKillHitsNobodyElse(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	same := clickhouse.Context(background, clickhouse.WithQueryID("same"))
	done := make(chan error)
	go func() {
		for range 15 {
			if err := drain(same, db, "SELECT sum(sleepEachRow(0.001)) FROM numbers(3)"); err != nil {
				done <- err
				return
			}
		}
		close(done)
	}()
	for live := true; live; {
		ctx, cancel := context.WithTimeout(same, 3*time.Millisecond)
		_ = db.Exec(ctx, endless["aggregate"]+" SETTINGS max_threads = 1")
		cancel()
		select {
		case err := <-done:
			live = false
			if err != nil {
				t.Errorf("a statement that was not cancelled: %v", err)
			}
		default:
		}
	}
	allFree(t, e)
}

// running counts the statements whose log_comment ends in the query id.
func running(t testing.TB, db driver.Conn, id string) uint64 {
	t.Helper()
	return one(t, db, "SELECT count() FROM system.processes WHERE endsWith(Settings['log_comment'], ?)", " "+id)
}

func allFree(t testing.TB, e *embedded.Engine) {
	t.Helper()
	if !within(patience, func() bool { return e.Free() == e.Sessions() }) {
		t.Errorf("%d of %d sessions are free", e.Free(), e.Sessions())
	}
}

func within(d time.Duration, ok func() bool) bool {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return true
		}
	}
	return ok()
}

// request is a statement as the driver sends it.
func request(t testing.TB, ctx context.Context, statement string, values ...string) *http.Request {
	v := url.Values{"default_format": {"Native"}}
	for i := 0; i+1 < len(values); i += 2 {
		v.Set(values[i], values[i+1])
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://embedded:0/?"+v.Encode(), strings.NewReader(statement))
	if err != nil {
		t.Error(err)
	}
	return r
}
