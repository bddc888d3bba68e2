//go:build linux && amd64

package embedded_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// TestKilledProcessLosesNothing kills a process that inserts, at random moments, and
// looks for every batch that was acknowledged; the one under way is whole or absent.
func TestKilledProcessLosesNothing(t *testing.T) {
	folder := t.TempDir()
	here := func(o *embedded.Options) { o.Path = folder }
	t.Run("prepare", func(t *testing.T) {
		db := embeddedtest.Connect(t, embeddedtest.Open(t, here), "")
		exec(t, db, "CREATE DATABASE test_kill")
		exec(t, db, "CREATE TABLE test_kill.t (batch UInt64, n UInt64, s String) ENGINE = MergeTree ORDER BY (batch, n)")
	})
	acknowledged := map[string]bool{}
	for round := range 9 {
		p := play(t, "write", folder)
		if round%3 > 0 { // else it may be killed while it opens the folder
			acknowledged[p.line(t)] = true
		}
		time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for _, n := range p.rest() {
			acknowledged[n] = true
		}
		t.Run(fmt.Sprint("look", round), func(t *testing.T) { lookFor(t, embeddedtest.Open(t, here), acknowledged) })
	}
	t.Logf("%d batches of %d rows", len(acknowledged), rowsOfABatch)
}

func lookFor(t *testing.T, e *embedded.Engine, acknowledged map[string]bool) {
	db := embeddedtest.Connect(t, e, "")
	rows, err := db.Query(background, "SELECT toString(batch), count() FROM test_kill.t GROUP BY batch")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := 0
	for rows.Next() {
		var n string
		var count uint64
		if err := rows.Scan(&n, &count); err != nil {
			t.Fatal(err)
		}
		if count != rowsOfABatch {
			t.Errorf("batch %s has %d rows of %d", n, count, rowsOfABatch)
		}
		if acknowledged[n] {
			found++
		}
	}
	if found != len(acknowledged) {
		t.Errorf("%d of %d acknowledged batches are there", found, len(acknowledged))
	}
}
