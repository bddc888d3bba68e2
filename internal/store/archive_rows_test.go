package store_test

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
	"seuranta/internal/store/storetest"
)

// A row that lies there twice, as it does until parts are merged when a batch was sent again, is exported once.
func TestNoRowIsExportedTwice(t *testing.T) {
	for _, e := range storetest.Engines()[:2] {
		s := sampleStore(t, e)
		_, first := exported(t, s)
		for _, table := range first.Tables {
			if err := s.Exec(t.Context(), "INSERT INTO "+table.Name+" SELECT * FROM "+table.Name); err != nil {
				t.Fatal(err)
			}
		}
		if _, again := exported(t, s); !cmp.Equal(first.Files, again.Files) {
			t.Errorf("%s: of doubled rows the export is another one:\n%s", e.Name, cmp.Diff(first.Files, again.Files))
		}
	}
}

// Texts that JSON has no word for, numbers that are none, and the ends of what can be stored come back as they were.
func TestUncommonValuesAreRestored(t *testing.T) {
	for _, e := range storetest.Engines()[:2] {
		s, _ := e.Open(t)
		r := commit(t, s, observation.Commit{Run: run("loki")})
		row := func(text string, day time.Time, at int64, value float64, version uint64) []any {
			return []any{"koske", text, text, "views", text, "", "day", day, "d-1", text, time.Unix(at, 0), value, uint8(255), "", "value", text, "", version, version, r.ID}
		}
		rows := [][]any{
			row("\xff\xfe\x00", observation.FirstDay.UTC(), 0, math.Inf(1), 0), row("a\n\"\\\u2028<&>\x7f\x01", observation.LastDay.UTC(), math.MaxUint32, math.Copysign(0, -1), math.MaxUint64),
			row(`{"base64":"x"}`, observation.FirstDay.UTC(), 1, 5e-324, 1<<53+1), row("ä€😀", observation.FirstDay.UTC(), 1, math.MaxFloat64, 1<<63), row("", observation.FirstDay.UTC(), 1, 0.1+0.2, 7),
		}
		if err := s.Insert(t.Context(), "store.insert_observations", rows); err != nil {
			t.Fatal(err)
		}
		dir, m := exported(t, s)
		to, _ := e.Open(t)
		restored(t, to, dir)
		const all = "SELECT * FROM observations"
		if diff := cmp.Diff(lines(t, s, all), lines(t, to, all)); diff != "" {
			t.Errorf("%s (-was +is):\n%s", e.Name, diff)
		}
		if _, again := exported(t, to); !cmp.Equal(m.Files, again.Files) {
			t.Errorf("%s: the export is another one", e.Name)
		}
	}
}

// A year of more rows than one statement reads is exported and restored whole, its days in their order.
func TestAYearOfManyPieces(t *testing.T) {
	for _, e := range storetest.Engines()[:2] {
		s, _ := e.Open(t)
		r := commit(t, s, observation.Commit{Run: run("loki")})
		const rows = 5_000
		s.ReadAtMost(rows * 2 / 5)
		err := s.Exec(t.Context(), `INSERT INTO observations SELECT 'koske', 'loki', 'kotisivut', 'views', toString(number), '', 'day', toDate(20454 + number % 400), 'd-1', 'log',
			toDateTime(0, 'UTC'), number, 1, 'collected', 'value', '', '', number, number, '`+r.ID+`' FROM system.numbers LIMIT `+strconv.Itoa(rows))
		if err != nil {
			t.Fatal(err)
		}
		dir, m := exported(t, s)
		if m.Tables[0].Rows != rows || m.Files[0].Year != 2026 || m.Files[1].Year != 2027 || m.Files[0].Rows <= rows*4/5 {
			t.Errorf("%s: %+v", e.Name, m.Files)
		}
		before := ""
		for line := range strings.Lines(unpacked(t, filepath.Join(dir, m.Files[0].Name))) {
			_, day, _ := strings.Cut(line, `"from_day":"`)
			if day[:10] < before {
				t.Fatalf("%s: %s stands behind %s", e.Name, day[:10], before)
			}
			before = day[:10]
		}
		to, _ := e.Open(t)
		if out := restored(t, to, dir); out.Current.Observations != rows {
			t.Errorf("%s: %d of %d rows count after the restore", e.Name, out.Current.Observations, rows)
		}
		const sum = "SELECT count() AS n, sum(value) AS s, sum(version) AS v, sum(toUInt64(subject)) AS u, sum(toUInt64(from_day)) AS d FROM observations"
		if diff := cmp.Diff(lines(t, s, sum), lines(t, to, sum)); diff != "" {
			t.Errorf("%s (-was +is):\n%s", e.Name, diff)
		}
	}
}
