//go:build linux && amd64

package embedded_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

var background = context.Background()

func TestParametersComeBackExactly(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	for _, want := range []string{
		"", "a", "a'b", `a\b`, "a\nb\tc", `\N`, `\'; DROP TABLE x; --`, "a\n\nDROP TABLE y;",
		"日本\x00x", "file('/etc/passwd')", strings.Repeat("z", 200_000),
	} {
		var got string
		if err := db.QueryRow(background, "SELECT {s:String}", clickhouse.Named("s", want)).Scan(&got); err != nil || got != want {
			t.Errorf("named %.30q: got %.40q, %v", want, got, err)
		}
		if err := db.QueryRow(background, "SELECT ?", want).Scan(&got); err != nil || got != want {
			t.Errorf("positional %.30q: got %.40q, %v", want, got, err)
		}
		var list []string
		if err := db.QueryRow(background, "SELECT {l:Array(String)}", clickhouse.Named("l", []string{want, "b"})).Scan(&list); err != nil || len(list) != 2 || list[0] != want {
			t.Errorf("in an array %.30q: got %.40q, %v", want, list, err)
		}
	}
	var none *string
	if err := db.QueryRow(background, "SELECT {s:Nullable(String)}", clickhouse.Named("s", nil)).Scan(&none); err != nil || none != nil {
		t.Errorf("NULL: got %v, %v", none, err)
	}
}

func TestSettingsHoldForOneStatement(t *testing.T) {
	e := embeddedtest.Open(t, func(o *embedded.Options) {
		o.Sessions, o.Profile = 2, map[string]string{"max_execution_time": "77", "session_timezone": "Asia/Tokyo"}
	})
	db := embeddedtest.Connect(t, e, "")
	ask := func(ctx context.Context) string {
		t.Helper()
		var threads, seconds, zone string
		if err := db.QueryRow(ctx, "SELECT toString(getSetting('max_threads')), toString(getSetting('max_execution_time')), timezone()").
			Scan(&threads, &seconds, &zone); err != nil {
			t.Fatal(err)
		}
		return threads + " " + seconds + " " + zone
	}
	usual := ask(background)
	if !strings.HasSuffix(usual, " 77 UTC") {
		t.Fatalf("the profile does not hold: %s", usual)
	}
	set := clickhouse.Context(background, clickhouse.WithSettings(clickhouse.Settings{"max_threads": 7, "max_execution_time": 33}))
	bad := clickhouse.Context(background, clickhouse.WithSettings(clickhouse.Settings{"max_threads": "many"}))
	for range 10 {
		if got := ask(set); got != "7 33 UTC" {
			t.Fatalf("settings of the statement: %s", got)
		}
		if err := db.Exec(bad, "SELECT 1"); err == nil {
			t.Fatal("a bad value was taken")
		}
		if got := ask(background); got != usual {
			t.Fatalf("settings stayed behind: %s, not %s", got, usual)
		}
	}
}

func TestErrorsCarryTheirCode(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	unknown := clickhouse.Context(background, clickhouse.WithSettings(clickhouse.Settings{"no_such_setting": 7}))
	locked := clickhouse.Context(background, clickhouse.WithSettings(clickhouse.Settings{"readonly": 1}))
	for _, c := range []struct {
		ctx       context.Context
		statement string
		code      int32
	}{
		{background, "SELECT * FROM nope", 60},
		{background, "SELEC 1", 62},
		{background, "SELECT throwIf(1)", 395},
		{background, "DROP TABLE nope", 60},
		{background, "SELECT number, throwIf(number = 300000) FROM numbers(1000000) SETTINGS max_block_size = 10000, max_threads = 1", 395},
		{background, "SELECT sleep(3) SETTINGS max_execution_time = 1, timeout_overflow_mode = 'throw'", 159},
		{background, "SELECT groupArray(number) FROM numbers(100000000) SETTINGS max_memory_usage = 10000000", 241},
		{unknown, "SELECT 1", 115},
		{locked, "SELECT 1", 115},
	} {
		if got := code(t, drain(c.ctx, db, c.statement)); got != c.code {
			t.Errorf("%s: code %d, want %d", c.statement, got, c.code)
		}
	}
}

func TestEmptyResults(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	rows, err := db.Query(background, "SELECT 1 AS a WHERE 0")
	if err != nil {
		t.Fatal(err)
	}
	if rows.Next() || rows.Err() != nil {
		t.Errorf("rows of an empty result: %v", rows.Err())
	}
	for _, statement := range []string{"SHOW TABLES", "EXISTS TABLE nope", "DESCRIBE TABLE system.one", "EXPLAIN SELECT 1"} {
		if err := drain(background, db, statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestQueryIDIsKept(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	for _, id := range []string{"plain", "my-'id", `a\`, "a\nb\x00c", "ä", "1' OR 1 = 1 --"} {
		var comment string
		ctx := clickhouse.Context(background, clickhouse.WithQueryID(id))
		if err := db.QueryRow(ctx, "SELECT getSetting('log_comment')").Scan(&comment); err != nil {
			t.Errorf("%q: %v", id, err)
			continue
		}
		number, kept, _ := strings.Cut(comment, " ")
		if _, err := strconv.ParseUint(number, 10, 64); err != nil || kept != id {
			t.Errorf("log_comment %q: want a number and %q", comment, id)
		}
	}
}

func TestVersion(t *testing.T) {
	e, _ := embeddedtest.Database(t)
	if e.Version() != embedded.TestedVersion {
		t.Errorf("engine %s, tested is %s", e.Version(), embedded.TestedVersion)
	}
}

// code is the engine's code of an error, 0 for none.
func code(t testing.TB, err error) int32 {
	t.Helper()
	var e *clickhouse.Exception
	if err != nil && !errors.As(err, &e) {
		t.Errorf("not an error of the engine: %v", err)
	}
	if e == nil {
		return 0
	}
	return e.Code
}
