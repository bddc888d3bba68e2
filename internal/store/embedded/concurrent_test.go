//go:build linux && amd64

package embedded_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/store/embedded/embeddedtest"
)

// TestManyGoroutines mixes inserts, reads with parameters and settings, streams,
// errors and cancelled statements from 64 goroutines on four sessions: each answer
// must be that goroutine's own.
func TestManyGoroutines(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	exec(t, db, "CREATE TABLE t (w UInt32, i UInt32, s String, x UInt64) ENGINE = MergeTree ORDER BY (w, i)")
	const workers, rounds, rows = 64, 5, 200
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for round := range rounds {
				if err := oneRound(db, w, round, rows); err != nil {
					t.Errorf("goroutine %d, round %d: %v", w, round, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := one(t, db, "SELECT uniqExact(s, x) FROM t"); n != workers*rounds*rows {
		t.Errorf("%d rows, want %d", n, workers*rounds*rows)
	}
	allFree(t, e)
}

func oneRound(db driver.Conn, w, round, rows int) error {
	err := batch(background, db, "INSERT INTO t (w, i, s, x)", rows, func(i int) []any {
		n := round*rows + i
		return []any{uint32(w), uint32(n), fmt.Sprintf("w%d\n\n;%d'", w, n), uint64(w)<<32 | 0x0a0a<<16 | uint64(n)}
	})
	if err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	if err := readOwn(db, w, (round+1)*rows); err != nil {
		return err
	}
	if err := streamOwn(db, w, rand.IntN(5000)); err != nil {
		return err
	}
	if err := settingsOwn(db, w, round); err != nil {
		return err
	}
	if db.Exec(background, "SELECT * FROM nope") == nil {
		return fmt.Errorf("no error for a table that is not there")
	}
	ctx, cancel := context.WithTimeout(background, 10*time.Millisecond)
	defer cancel()
	if db.Exec(ctx, endless["aggregate"]) == nil {
		return fmt.Errorf("no error for a statement without end")
	}
	return nil
}

// readOwn sees the goroutine's own writes, at once and whole.
func readOwn(db driver.Conn, w, n int) error {
	var count, sum uint64
	err := db.QueryRow(background, "SELECT count(), sum(i) FROM t WHERE w = {w:UInt32}", clickhouse.Named("w", w)).Scan(&count, &sum)
	if want := uint64(n * (n - 1) / 2); err != nil || count != uint64(n) || sum != want {
		return fmt.Errorf("read: %d rows of %d, sum %d of %d, %v", count, n, sum, want, err)
	}
	return nil
}

func streamOwn(db driver.Conn, w, n int) error {
	rows, err := db.Query(background, "SELECT number + {o:UInt64} FROM numbers({n:UInt64})",
		clickhouse.Named("o", w*1_000_000), clickhouse.Named("n", n))
	if err != nil {
		return err
	}
	defer rows.Close()
	i := 0
	for ; rows.Next(); i++ {
		var v uint64
		if err := rows.Scan(&v); err != nil || v != uint64(w*1_000_000+i) {
			return fmt.Errorf("stream: row %d is %d, %v", i, v, err)
		}
	}
	if i != n || rows.Err() != nil {
		return fmt.Errorf("stream: %d rows of %d, %w", i, n, rows.Err())
	}
	return nil
}

func settingsOwn(db driver.Conn, w, round int) error {
	id := fmt.Sprintf("%d-%d", w, round)
	ctx := clickhouse.Context(background, clickhouse.WithQueryID(id),
		clickhouse.WithSettings(clickhouse.Settings{"max_execution_time": 100 + w}))
	var ours bool
	var seconds, number uint64
	err := db.QueryRow(ctx, "SELECT endsWith(getSetting('log_comment'), {id:String}), toUInt64(getSetting('max_execution_time')), {n:UInt64}",
		clickhouse.Named("id", " "+id), clickhouse.Named("n", round)).Scan(&ours, &seconds, &number)
	if err != nil || !ours || seconds != uint64(100+w) || number != uint64(round) {
		return fmt.Errorf("settings: %v %d %d, %v", ours, seconds, number, err)
	}
	return nil
}
