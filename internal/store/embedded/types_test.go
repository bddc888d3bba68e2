//go:build linux && amd64

package embedded_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/store/embedded/embeddedtest"
)

// TestTypesComeBack sends a value of each type that the store uses through a batch
// and a query.
func TestTypesComeBack(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	moment := time.Date(2024, 3, 31, 1, 2, 3, 0, time.UTC)
	one, none := int64(-7), (*int64)(nil)
	for _, c := range []struct {
		kind string
		want any
	}{
		{"UInt8", uint8(255)},
		{"UInt16", uint16(65535)},
		{"UInt32", uint32(1 << 31)},
		{"UInt64", uint64(1 << 63)},
		{"Int64", int64(-1 << 63)},
		{"Float64", 213312.0},
		{"Bool", true},
		{"String", "a\x00\n\n'ä"},
		{"FixedString(4)", "abcd"},
		{"LowCardinality(String)", "low"},
		{"Nullable(Int64)", &one},
		{"Nullable(Int64)", none},
		{"Date", day},
		{"DateTime('UTC')", moment},
		{"DateTime64(3, 'UTC')", moment.Add(456 * time.Millisecond)},
		{"Enum8('a' = 1, 'b' = 2)", "b"},
		{"Array(String)", []string{"x", "", "y"}},
		{"Array(Array(UInt64))", [][]uint64{{1}, {}, {2, 3}}},
		{"Map(String, UInt64)", map[string]uint64{"k": 9}},
	} {
		exec(t, db, "DROP TABLE IF EXISTS t SYNC")
		exec(t, db, "CREATE TABLE t (v "+c.kind+") ENGINE = Memory")
		if err := batch(background, db, "INSERT INTO t (v)", 3, func(int) []any { return []any{c.want} }); err != nil {
			t.Errorf("%s: %v", c.kind, err)
			continue
		}
		rows, err := db.Query(background, "SELECT v FROM t")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for ; rows.Next(); n++ {
			got := scanLike(t, rows.Scan, c.want)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s:\n%s", c.kind, diff)
			}
		}
		if n != 3 || rows.Err() != nil {
			t.Errorf("%s: %d rows, %v", c.kind, n, rows.Err())
		}
		rows.Close()
	}
}
