//go:build linux && amd64

package embedded_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// sharedDatabase is what the processes of these tests share; its table keeps one of equal rows, as the store's do.
const sharedDatabase = "test_shared"

func connect(over http.RoundTripper, database string) (driver.Conn, error) {
	return clickhouse.Open(&clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{"embedded:0"}, Auth: clickhouse.Auth{Database: database}, MaxOpenConns: 64,
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return over, nil }})
}

// makeTable makes the database and its table on an engine that was opened just now.
func makeTable(ctx context.Context, e *embedded.Engine) error {
	db, err := connect(e, "default")
	if err != nil {
		return err
	}
	defer db.Close()
	for _, statement := range []string{"CREATE DATABASE IF NOT EXISTS test_shared",
		"CREATE TABLE IF NOT EXISTS test_shared.t (process UInt64, batch UInt64, n UInt64, s String) ENGINE = ReplacingMergeTree ORDER BY (process, batch, n)"} {
		if err := db.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return e.Remember([]string{sharedDatabase + ".t"})
}

// opened shares the folder with whoever else does, until the end of the test.
func opened(t testing.TB, folder string) (*embedded.Shared, driver.Conn) {
	t.Helper()
	s, err := tryShare(t, folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	db, err := connect(s, sharedDatabase)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return s, db
}

func tryShare(t testing.TB, folder string) (*embedded.Shared, error) {
	return embedded.OpenShared(background, embedded.Options{Library: embeddedtest.Library(t), Path: folder, Database: "test_*", Program: "this one"}, makeTable)
}

// share says who runs the engine, and shares the folder until its standard input ends.
func share(s *embedded.Shared) {
	fmt.Println(s.Owner().Process)
	_, _ = io.Copy(io.Discard, os.Stdin)
	exitOn(s.Close())
}

// chat writes numbers to standard output and to standard error while it opens the engine and closes it, and then how many.
func chat(o embedded.Options) {
	stop, ended := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for ; ; n++ {
			select {
			case <-stop:
				ended <- n
				return
			default:
				fmt.Println(n)
				fmt.Fprintln(os.Stderr, n)
			}
		}
	}()
	for range 3 {
		s, err := embedded.OpenShared(background, o, makeTable)
		exitOn(err)
		exitOn(s.Close())
	}
	close(stop)
	fmt.Println("numbers", <-ended)
}

const rowsAdded = 1000

// add inserts batches, and prints how many there are, until its standard input ends.
func add(s *embedded.Shared) {
	db, err := connect(s, sharedDatabase)
	exitOn(err)
	fmt.Println(s.Owner().Process)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	for n := uint64(0); ; n++ {
		exitOn(insertOne(db, uint64(os.Getpid()), n))
		fmt.Println(n)
		select {
		case <-ended:
			exitOn(s.Close())
			return
		default:
		}
	}
}

func insertOne(db driver.Conn, process, n uint64) error {
	return batch(background, db, "INSERT INTO t (process, batch, n, s)", rowsAdded, func(i int) []any {
		return []any{process, n, uint64(i), "row\n\n"}
	})
}

// turn keeps its turn until its standard input ends.
func turn(s *embedded.Shared) {
	release, err := s.Turn(background)
	exitOn(err)
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	release()
	exitOn(s.Close())
}
