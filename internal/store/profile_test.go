package store

import (
	"testing"

	"seuranta/internal/store/embedded/embeddedtest"
)

// TestTheEngineRemembersNoQueries: what the engine would remember of every condition grows with each visit of a daemon.
func TestTheEngineRemembersNoQueries(t *testing.T) {
	s, err := Open(t.Context(), Options{Path: t.TempDir(), Library: embeddedtest.Library(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var n uint64
	if err := s.conn.QueryRow(t.Context(), "SELECT count() FROM migrations WHERE name = 'none of them'").Scan(&n); err != nil || n != 0 {
		t.Fatal(n, err)
	}
	var kept int64
	if err := s.conn.QueryRow(t.Context(), "SELECT value FROM system.metrics WHERE metric = 'QueryConditionCacheEntries'").Scan(&kept); err != nil || kept != 0 {
		t.Errorf("it remembers %d conditions, %v", kept, err)
	}
}
