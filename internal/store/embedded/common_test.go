//go:build linux && amd64

package embedded_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// drain reads a result to its end and gives the first error.
func drain(ctx context.Context, db driver.Conn, statement string, args ...any) error {
	rows, err := db.Query(ctx, statement, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
	}
	err = rows.Err()
	rows.Close()
	return err
}

func exec(t testing.TB, db driver.Conn, statement string, args ...any) {
	t.Helper()
	if err := db.Exec(background, statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// one gives the single number of a result.
func one(t testing.TB, db driver.Conn, statement string, args ...any) (n uint64) {
	t.Helper()
	if err := db.QueryRow(background, statement, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return n
}

// scanLike scans a row's only value into a new variable of the type of want.
func scanLike(t testing.TB, scan func(...any) error, want any) any {
	t.Helper()
	got := reflect.New(reflect.TypeOf(want))
	if err := scan(got.Interface()); err != nil {
		t.Fatal(err)
	}
	return got.Elem().Interface()
}
