//go:build linux && amd64

package embedded_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/store/embedded/embeddedtest"
)

// batch inserts n rows as fill makes them.
func batch(ctx context.Context, db driver.Conn, statement string, n int, fill func(i int) []any) error {
	b, err := db.PrepareBatch(ctx, statement)
	if err != nil {
		return err
	}
	for i := range n {
		if err := b.Append(fill(i)...); err != nil {
			return err
		}
	}
	return b.Send()
}

// TestInsertOfAnyContent goes over the bytes 0A 0A in numbers and strings, at which
// the engine would cut data that stands in the statement.
func TestInsertOfAnyContent(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	exec(t, db, "CREATE TABLE t (n UInt64, f Float64, s String) ENGINE = MergeTree ORDER BY n")
	const n = 200_000
	evil := []string{"", "\n\nDROP TABLE t;", "\x00\n\n\x00", "';--", strings.Repeat("\n", 100)}
	err := batch(background, db, "INSERT INTO t (n, f, s)", n, func(i int) []any {
		return []any{uint64(i), math.Float64frombits(0x0a0a0a0a0a0a0a0a + uint64(i)), evil[i%len(evil)]}
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(background, "SELECT n, f, s FROM t ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	i := 0
	for ; rows.Next(); i++ {
		var number uint64
		var f float64
		var s string
		if err := rows.Scan(&number, &f, &s); err != nil {
			t.Fatal(err)
		}
		if number != uint64(i) || math.Float64bits(f) != 0x0a0a0a0a0a0a0a0a+uint64(i) || s != evil[i%len(evil)] {
			t.Fatalf("row %d: got %d, %v, %q", i, number, f, s)
		}
	}
	if i != n || rows.Err() != nil {
		t.Errorf("%d of %d rows, %v", i, n, rows.Err())
	}
}

func TestInsertOfManyBytes(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	exec(t, db, "CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY tuple()")
	big := strings.Repeat("0123456789abcde\n", 1<<16) // 1 MiB
	for _, n := range []int{1, 40} {
		if err := batch(background, db, "INSERT INTO t (s)", n, func(int) []any { return []any{big} }); err != nil {
			t.Fatal(err)
		}
	}
	if got := one(t, db, "SELECT sum(length(s)) FROM t"); got != 41<<20 {
		t.Errorf("%d bytes, want %d", got, 41<<20)
	}
}

func TestInsertErrors(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	exec(t, db, "CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
	if _, err := db.PrepareBatch(background, "INSERT INTO nope (n)"); code(t, err) != 60 {
		t.Errorf("a table that is not there: %v", err)
	}
	for _, c := range []struct {
		statement, body string
		code            string
	}{
		{"INSERT INTO t FORMAT Native", "", "108"},
		{"INSERT INTO t FORMAT TSV", "1\n", "48"},
		{"INSERT INTO t SELECT 1", "x", "48"},
		{"SELECT 1 FORMAT Native", "x", "48"},
		{"INSERT INTO t FORMAT Native", "\x01\x05\x01n\x06UInt64\x01", "33"},
		{"DROP TABLE t; INSERT INTO t FORMAT Native", "x", "62"},
		{"INSERT INTO t FROM INFILE 'x' FORMAT Native", "x", "497"},
	} {
		r := request(t, background, c.body, "query", c.statement, "database", name)
		if got := answerCode(t, e, r); got != c.code {
			t.Errorf("%s with %q: code %s, want %s", c.statement, c.body, got, c.code)
		}
	}
	if n := one(t, db, "SELECT count() FROM t"); n != 0 {
		t.Errorf("%d rows came in", n)
	}
	allFree(t, e)
}

func TestCompressionIsRefused(t *testing.T) {
	e, _ := embeddedtest.Database(t)
	encoded := request(t, background, "SELECT 1")
	encoded.Header.Set("Content-Encoding", "gzip")
	parts := request(t, background, "SELECT 1")
	parts.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	for name, r := range map[string]*http.Request{
		"compress": request(t, background, "SELECT 1", "compress", "1"), "encoded": encoded, "external tables": parts,
	} {
		if got := answerCode(t, e, r); got != "48" {
			t.Errorf("%s: code %q", name, got)
		}
	}
}

// TestInsertWhoseDataBreaksOff proves that a body with an error inserts nothing and
// that one which never comes does not outlive the context.
func TestInsertWhoseDataBreaksOff(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	exec(t, db, "CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n")
	good := []byte("\x01\x01\x01n\x05UInt8\x07")
	broken := errors.New("the sender is gone")
	r := request(t, background, "", "query", "INSERT INTO t FORMAT Native", "database", name)
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(good), failing{broken}))
	if _, err := e.RoundTrip(r); !errors.Is(err, broken) {
		t.Errorf("a broken body: %v", err)
	}
	ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
	defer cancel()
	silent, _ := io.Pipe()
	r = request(t, ctx, "", "query", "INSERT INTO t FORMAT Native", "database", name)
	r.Body = silent
	start := time.Now()
	if _, err := e.RoundTrip(r); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 250*time.Millisecond {
		t.Errorf("a silent body: %v after %v", err, time.Since(start))
	}
	if n := one(t, db, "SELECT count() FROM t"); n != 0 {
		t.Errorf("%d rows came in", n)
	}
	r = request(t, background, string(good), "query", "INSERT INTO t FORMAT Native", "database", name)
	if got := answerCode(t, e, r); got != "" || one(t, db, "SELECT sum(n) FROM t") != 7 {
		t.Errorf("the whole body: code %s", got)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// answerCode is the code with which the engine answers, "" when it took the request.
func answerCode(t testing.TB, e http.RoundTripper, r *http.Request) string {
	t.Helper()
	response, err := e.RoundTrip(r)
	if err != nil {
		t.Error(err)
		return fmt.Sprint(err)
	}
	defer response.Body.Close()
	return response.Header.Get("X-ClickHouse-Exception-Code")
}
