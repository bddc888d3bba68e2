package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
	"seuranta/sql"
)

// lines returns the rows of a statement as text.
func lines(t testing.TB, s *store.Store, text string) []string {
	t.Helper()
	_, rows, err := s.Rows(context.Background(), text)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range rows {
		var cells []string
		for _, cell := range row {
			cells = append(cells, literal(cell, ""))
		}
		out = append(out, strings.Join(cells, " "))
	}
	return sorted(out)
}

const columnsOfAllTables = "SELECT table, name, type FROM system.columns WHERE database = currentDatabase()"

func migrate(t testing.TB, s *store.Store) []store.Migrated {
	t.Helper()
	done, err := s.Migrate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func testMigrateFromNothing(t *testing.T, e storetest.Engine) {
	s := e.Database(t)()
	if err := s.Ready(context.Background()); !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "holds no tables of seuranta yet; run `seuranta migrate`") {
		t.Errorf("ready: %v", err)
	}
	if n, err := s.Schema(context.Background()); n != 0 || err != nil {
		t.Errorf("schema %d, %v", n, err)
	}
	if _, err := s.Commit(context.Background(), observation.Commit{Run: run("loki")}); err == nil {
		t.Error("something was committed into no tables")
	}
	all, err := sql.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range migrate(t, s) {
		if m.Number != all[i].Number || m.Name != all[i].Name || m.Steps != len(all[i].Steps) {
			t.Errorf("migrated %+v", m)
		}
	}
	if err := s.Ready(context.Background()); err != nil {
		t.Error(err)
	}
	if n, err := s.Schema(context.Background()); n != len(all) || err != nil {
		t.Errorf("schema %d, %v", n, err)
	}
}

func testASecondMigrationChangesNothing(t *testing.T, e storetest.Engine) {
	s, _ := e.Open(t)
	commit(t, s, crashCommit(1, 1))
	all := "SELECT number, name, sha256, applied_ms FROM migrations"
	before := append(lines(t, s, columnsOfAllTables), lines(t, s, all)...)
	for _, m := range migrate(t, s) {
		if m.Steps != 0 {
			t.Errorf("%d steps of %s ran again", m.Steps, m.Name)
		}
	}
	if diff := cmp.Diff(before, append(lines(t, s, columnsOfAllTables), lines(t, s, all)...)); diff != "" {
		t.Error(diff)
	}
}

func testAMigrationIsCarriedOn(t *testing.T, e storetest.Engine) {
	want, _ := e.Open(t)
	places, err := store.Failpoints()
	if err != nil {
		t.Fatal(err)
	}
	open := e.Database(t)
	for _, place := range places {
		if !strings.HasPrefix(place, "migrate:") {
			continue
		}
		s := open(stopAt(place))
		if !stopped(func() { migrate(t, s) }) {
			t.Fatalf("it did not stop at %s", place)
		}
		if err := s.Ready(context.Background()); !strings.HasSuffix(place, ":recorded") && !errors.Is(err, store.ErrSchema) {
			t.Errorf("stopped at %s it is ready: %v", place, err)
		}
	}
	s := open()
	migrate(t, s)
	if diff := cmp.Diff(lines(t, want, columnsOfAllTables), lines(t, s, columnsOfAllTables)); diff != "" {
		t.Error(diff)
	}
}

// stopAt makes a store stop at a place: with a panic, that stopped recovers from.
func stopAt(place string) func(*store.Options) {
	return func(o *store.Options) {
		o.Failpoint = func(name string) {
			if name == place {
				panic(place)
			}
		}
	}
}

func stopped(f func()) (was bool) {
	defer func() { was = recover() != nil }()
	f()
	return false
}

func testOlderAndNewerStores(t *testing.T, e storetest.Engine) {
	open := e.Database(t)
	s := open()
	if err := s.Exec(context.Background(), sql.Query("store.create_migrations")); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(context.Background()); !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "older than this program (to be done: 0001 base") {
		t.Errorf("ready: %v", err)
	}
	migrate(t, s)
	if err := s.Insert(context.Background(), "store.insert_migrations", [][]any{{uint32(99), "later", "", int64(1)}}); err != nil {
		t.Fatal(err)
	}
	s = open() // opening is no reason to fail: `status` wants to tell what is wrong
	_, err := s.Migrate(context.Background())
	for what, err := range map[string]error{"migrate": err, "ready": s.Ready(context.Background())} {
		if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "newer version of seuranta (schema 99, ") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What an interrupted run left in a store of a newer program is that program's affair.
func testANewerStoreIsLeftAlone(t *testing.T, e storetest.Engine) {
	s, open := e.Open(t, stopAt("commit:run"))
	if !stopped(func() { commit(t, s, crashCommit(1, 1)) }) {
		t.Fatal("it did not stop")
	}
	if err := s.Insert(context.Background(), "store.insert_migrations", [][]any{{uint32(99), "later", "", int64(1)}}); err != nil {
		t.Fatal(err)
	}
	if got := lines(t, open(), "SELECT run FROM observations_current"); len(got) > 0 {
		t.Errorf("%d answers were applied", len(got))
	}
}

func testManyMigrateAtOnce(t *testing.T, e storetest.Engine) {
	open := e.Database(t)
	var group sync.WaitGroup
	for range 4 {
		s := open()
		group.Go(func() {
			if _, err := s.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if err := open().Ready(context.Background()); err != nil {
		t.Error(err)
	}
}

// A step that adds a column has no IF NOT EXISTS on the oldest server; it looks first.
func testAddingAColumnTwice(t *testing.T, e storetest.Engine) {
	s, open := e.Open(t)
	m := sql.Migration{Number: 98, Name: "more", Steps: []sql.Step{{Name: "runs_mood", UnlessColumn: "runs.mood", SQL: "ALTER TABLE runs ADD COLUMN mood String"}}}
	s = open(stopAt("migrate:0098:runs_mood"))
	if !stopped(func() { _ = s.RunMigration(context.Background(), m) }) {
		t.Fatal("it did not stop")
	}
	for range 2 {
		if err := open().RunMigration(context.Background(), m); err != nil {
			t.Fatal(err)
		}
	}
	if got := lines(t, s, "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'runs' AND name = 'mood'"); len(got) != 1 {
		t.Errorf("columns %v", got)
	}
}

// A run that was interrupted in this process, not killed, is finished before the next run of its source is compared.
func testInterruptedRuns(t *testing.T, e storetest.Engine) {
	clock := time.Date(2027, 1, 10, 8, 0, 0, 0, time.UTC)
	place, options := "", func(o *store.Options) {
		o.Now = func() time.Time { return clock }
	}
	s, _ := e.Open(t, options, func(o *store.Options) {
		o.Failpoint = func(name string) {
			if name == place {
				panic(name)
			}
		}
	})
	var ledger observation.Ledger
	places, err := store.Failpoints()
	if err != nil {
		t.Fatal(err)
	}
	committed := false
	for i, at := range places {
		if strings.HasPrefix(at, "migrate:") {
			continue
		}
		clock = clock.Add(-time.Minute) // a clock that goes back must not help an older answer
		place = at
		c := crashCommit(7, i*2)
		if !stopped(func() { commit(t, s, c) }) {
			t.Fatalf("it did not stop at %s", at)
		}
		if committed = committed || at == "commit:run"; committed {
			c.Run.CommittedAt = runOf(t, s, c.Run.ID).CommittedAt
			ledger.Add(c)
		}
		place = ""
		c = crashCommit(8, i*2) // of the same source
		c.Run.ID = fmt.Sprint("next-", i)
		c.Run = commit(t, s, c)
		ledger.Add(c)
		compareWithLedger(t, s, &ledger, time.Time{})
		compareWithLedger(t, s, &ledger, c.Run.CommittedAt)
	}
}

func runOf(t *testing.T, s *store.Store, id string) observation.Run {
	t.Helper()
	runs, err := s.Runs(context.Background(), []string{"koske"}, 1, time.Time{})
	if err != nil || len(runs) != 1 || runs[0].ID != id {
		t.Fatalf("the newest run is %+v, %v; want %s", runs, err, id)
	}
	return runs[0]
}
