//go:build linux && amd64

package embedded_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// BenchmarkOpen opens and closes the engine with four sessions on a folder that
// holds one small table.
func BenchmarkOpen(b *testing.B) {
	o := embedded.Options{Library: embeddedtest.Library(b), Path: b.TempDir(), Database: "test_*"}
	for b.Loop() {
		e, err := embedded.Open(context.Background(), o)
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSelectOne(b *testing.B) {
	e, name := embeddedtest.Database(b)
	db := embeddedtest.Connect(b, e, name)
	var n uint8
	for b.Loop() {
		if err := db.QueryRow(background, "SELECT 1").Scan(&n); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInsert writes rows as narrow as the store's.
func BenchmarkInsert(b *testing.B) {
	for _, rows := range []int{1, 1_000, 20_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			e, name := embeddedtest.Database(b)
			db := embeddedtest.Connect(b, e, name)
			exec(b, db, "CREATE TABLE t (day Date, channel LowCardinality(String), metric LowCardinality(String), value Float64, version UInt64)"+
				" ENGINE = ReplacingMergeTree(version) PARTITION BY toYear(day) ORDER BY (channel, metric, day)")
			day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
			round := 0
			for b.Loop() {
				round++
				err := batch(background, db, "INSERT INTO t (day, channel, metric, value, version)", rows, func(i int) []any {
					return []any{day.AddDate(0, 0, i%365), fmt.Sprint("c", i%50), "views", float64(i), uint64(round)<<32 | uint64(i)}
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkShared asks and inserts as the process that runs the engine, and as its guest.
func BenchmarkShared(b *testing.B) {
	folder := b.TempDir()
	_, own := opened(b, folder)
	_, guest := opened(b, folder) // over the socket, as another process does
	for name, db := range map[string]driver.Conn{"owner": own, "guest": guest} {
		b.Run(name+"/query", func(b *testing.B) {
			for b.Loop() {
				if got := one(b, db, "SELECT toUInt64(1)"); got != 1 {
					b.Error(got)
				}
			}
		})
		b.Run(name+"/insert10000", func(b *testing.B) {
			for n := uint64(0); b.Loop(); n++ {
				err := batch(background, db, "INSERT INTO t (process, batch, n, s)", 10_000, func(i int) []any { return []any{uint64(0), n, uint64(i), "kotisivut"} })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/read100000", func(b *testing.B) {
			for b.Loop() {
				if err := drain(background, db, "SELECT number, toString(number) FROM numbers(100000)"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTakeOver ends the process that runs the engine, and asks its guest, which takes over.
func BenchmarkTakeOver(b *testing.B) {
	folder := b.TempDir()
	first, _ := opened(b, folder)
	for b.Loop() {
		b.StopTimer()
		next, db := opened(b, folder)
		if err := first.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if got := one(b, db, "SELECT toUInt64(1)"); got != 1 || !next.Owner().Here {
			b.Error(got)
		}
		first = next
	}
}

// BenchmarkStream reads a million numbers through the driver.
func BenchmarkStream(b *testing.B) {
	e, name := embeddedtest.Database(b)
	db := embeddedtest.Connect(b, e, name)
	for b.Loop() {
		if err := drain(background, db, "SELECT number FROM numbers(1000000)"); err != nil {
			b.Fatal(err)
		}
	}
}
