//go:build linux && amd64

package embeddedtest_test

import (
	"context"
	"testing"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	seen := map[string]bool{}
	var engine *embedded.Engine
	t.Run("group", func(t *testing.T) {
		for range 3 {
			e, name := embeddedtest.Database(t)
			if seen[name] || engine != nil && engine != e {
				t.Errorf("database %s, engine %p after %p", name, e, engine)
			}
			seen[name], engine = true, e
			if err := embeddedtest.Connect(t, e, name).Exec(context.Background(), "CREATE TABLE t (a UInt8) ENGINE = Memory"); err != nil {
				t.Error(err)
			}
		}
	})
	e, _ := embeddedtest.Database(t)
	if e == engine {
		t.Error("the engine was not closed when nobody used it")
	}
	var left uint64
	err := embeddedtest.Connect(t, e, "").QueryRow(context.Background(), "SELECT count() FROM system.databases WHERE startsWith(name, 'test_')").Scan(&left)
	if err != nil || left != 1 {
		t.Errorf("%d databases, %v", left, err)
	}
}

func TestOpenTakesOptions(t *testing.T) {
	folder := t.TempDir()
	e := embeddedtest.Open(t, func(o *embedded.Options) { o.Path, o.Database = folder, "own" })
	if err := embeddedtest.Connect(t, e, "").Exec(context.Background(), "CREATE DATABASE own"); err != nil {
		t.Error(err)
	}
}
