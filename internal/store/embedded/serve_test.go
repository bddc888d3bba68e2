//go:build linux && amd64

package embedded_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// overSocket serves the engine on a socket and connects the driver to it.
func overSocket(t *testing.T, e *embedded.Engine, database string) driver.Conn {
	t.Helper()
	path := filepath.Join(t.TempDir(), "engine.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: e}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	conn, err := clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{"socket:0"}, Auth: clickhouse.Auth{Database: database},
		DialContext: func(ctx context.Context, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestSocketSpeaksTheSameProtocol(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := overSocket(t, e, name)
	exec(t, db, "CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
	const n = 50_000
	if err := batch(background, db, "INSERT INTO t (n, s)", n, func(i int) []any { return []any{uint64(i), "x\n\n"} }); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(background, "SELECT n FROM t WHERE s = {s:String} ORDER BY n", clickhouse.Named("s", "x\n\n"))
	if err != nil {
		t.Fatal(err)
	}
	i := uint64(0)
	for ; rows.Next(); i++ {
		var got uint64
		if err := rows.Scan(&got); err != nil || got != i {
			t.Fatalf("row %d is %d, %v", i, got, err)
		}
	}
	if i != n || rows.Err() != nil {
		t.Errorf("%d of %d rows, %v", i, n, rows.Err())
	}
}

func TestSocketCarriesErrors(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := overSocket(t, e, name)
	if got := code(t, db.Exec(background, "SELECT * FROM nope")); got != 60 {
		t.Errorf("code %d", got)
	}
	const late = "SELECT number, throwIf(number = 300000) FROM numbers(1000000) SETTINGS max_block_size = 10000, max_threads = 1"
	if got := code(t, drain(background, db, late)); got != 395 {
		t.Errorf("in the middle of a result: code %d", got)
	}
}

func TestSocketClientThatGoesAwayStopsItsStatement(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := overSocket(t, e, name)
	for id, statement := range map[string]string{"aggregate": endless["aggregate"], "stream": endless["stream"]} {
		ctx, cancel := context.WithTimeout(clickhouse.Context(background, clickhouse.WithQueryID(id)), 200*time.Millisecond)
		if err := drain(ctx, db, statement); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", id, err)
		}
		cancel()
		local := embeddedtest.Connect(t, e, name)
		if !within(patience, func() bool { return running(t, local, id) == 0 }) {
			t.Errorf("%s still runs", id)
		}
	}
	allFree(t, e)
}

func TestSocketOfAClosedEngine(t *testing.T) {
	e := embeddedtest.Open(t)
	path := filepath.Join(t.TempDir(), "engine.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: e}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", path) },
	}}
	defer client.CloseIdleConnections()
	e.Close()
	response, err := client.Post("http://socket/", "text/plain", strings.NewReader("SELECT 1"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	words, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(words), "closed") {
		t.Errorf("%s: %s", response.Status, words)
	}
}
