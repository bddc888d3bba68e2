package store_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
	"seuranta/sql"
)

// ran collects the names of the queries that were run.
type ran struct {
	mu    sync.Mutex
	names map[string]bool
}

func (r *ran) add(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names[name] = true
}

// TestEveryQueryRunsOnBothEngines uses all that a store can do, and fails for a query that was not run by it. Statements
// on a server are ended over a second connection, which the embedded engine has when it is reached by HTTP.
func TestEveryQueryRunsOnBothEngines(t *testing.T) {
	engines := map[string]*ran{"embedded": {names: map[string]bool{}}, "server": {names: map[string]bool{}}}
	engines["http"] = engines["embedded"]
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) { useEverything(t, e, engines[e.Name]) })
	}
	for _, name := range []string{"embedded", "server"} {
		for _, query := range sql.Queries() {
			if !engines[name].names[query] {
				t.Errorf("%s never ran on %s: use it in useEverything", query, name)
			}
		}
		for query := range engines[name].names {
			if !slices.Contains(sql.Queries(), query) {
				t.Errorf("%s ran on %s, and is no file", query, name)
			}
		}
	}
}

func useEverything(t *testing.T, e storetest.Engine, r *ran) {
	ctx, record := context.Background(), func(o *store.Options) { o.Ran = r.add }
	looks, _ := e.Open(t, record)
	if err := looks.RunMigration(ctx, sql.Migration{Number: 98, Name: "more", Steps: []sql.Step{{Name: "x", UnlessColumn: "runs.run", SQL: "-"}}}); err != nil {
		t.Fatal(err)
	}
	s, open := e.Open(t, record)
	commit(t, s, crashCommit(1, 1))
	if !stopped(func() { commit(t, open(stopAt("commit:run")), crashCommit(1, 2)) }) {
		t.Fatal("it did not stop")
	}
	s = open(record)
	commit(t, s, crashCommit(1, 4)) // finds what the commit 2 of the same source left
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	check(s.RememberConfig(ctx, "c0ffee", []byte("x")))
	for _, sel := range []observation.Selection{all(), asOf(all())} {
		_, err := s.Observations(ctx, sel)
		check(err)
		_, err = s.Coverage(ctx, sel)
		check(err)
	}
	_, err := s.Runs(ctx, []string{"koske"}, 3, time.Time{})
	check(err)
	_, err = s.Status(ctx, []string{"koske"}, time.Time{})
	check(err)
	_, err = s.LastRuns(ctx)
	check(err)
	_, err = s.TypedFor(ctx, []observation.Source{{ID: "loki", Organisation: "koske"}}, time.Time{})
	check(err)
	_, err = s.Wrote(ctx, run("loki"))
	check(err)
	_, err = s.AliasesOf(ctx, "koske", "i1", time.Time{})
	check(err)
	_, err = s.Configs(ctx, time.Time{})
	check(err)
	_, err = s.Heard(ctx, []observation.Source{{ID: "loki", Organisation: "koske"}}, time.Time{})
	check(err)
	_, err = s.States(ctx, "koske", "loki")
	check(err)
	_, err = s.StatesNamed(ctx, []string{"koske"}, "offset")
	check(err)
	_, err = s.Failures(ctx, []observation.SourceKey{{Organisation: "koske", Source: "loki"}}, time.Time{})
	check(err)
	_, err = s.LastTwo(ctx, []observation.SourceKey{{Organisation: "koske", Source: "loki"}}, time.Time{})
	check(err)
	_, err = s.Lately(ctx, observation.SourceKey{Organisation: "koske", Source: "loki"}, time.Hour, time.Time{})
	check(err)
	_, err = s.ConfigSeen(ctx, "c0ffee")
	check(err)
	check(s.NoteAlarms(ctx, []observation.Alarm{{State: "stands"}}))
	_, err = s.Alarms(ctx, time.Time{})
	check(err)
	_, _, err = s.Claim(ctx, "tell", time.Minute)
	check(err)
	_, err = s.History(ctx, all())
	check(err)
	_, err = s.CoverageHistory(ctx, all())
	check(err)
	_, err = s.RunsByID(ctx, []string{"run-000001"})
	check(err)
	for _, at := range []time.Time{{}, time.Now()} {
		_, err = s.Items(ctx, everything(at))
		check(err)
		_, err = s.KnownAt(ctx, observation.Shared, addresses, at)
		check(err)
		_, err = s.Looks(ctx, observation.LookSelection{Organisations: []string{"koske"}, Channels: []string{"x"}, Metrics: []string{"reactions_total"}, Days: []observation.Date{observation.FirstDay}, Until: 1, AsOf: at})
		check(err)
	}
	_, _, err = s.ConfigAt(ctx, time.Time{})
	check(err)
	useForget(t, s)
	useArchive(t, e, s, record)
	day := observation.Day.Holding(observation.NewDate(2026, 12, 26))
	_, err = s.Retract(ctx, run("loki"), day, "x", nil)
	check(err)
	check(s.Exec(ctx, "ALTER TABLE observations DROP PARTITION 2026"))
	check(s.Exec(ctx, "ALTER TABLE observations_current DROP PARTITION 2026"))
	_, err = s.Rebuild(ctx, nil)
	check(err)
	if s.HasKiller() {
		s.Kill("no-such-statement")
	} else if e.Name != "embedded" {
		t.Errorf("%s has no second connection", e.Name)
	}
}

// useForget forgets everything of a source, and one item.
func useForget(t *testing.T, s *store.Store) {
	t.Helper()
	commit(t, s, observation.Commit{Run: run("kasin"), Items: []observation.Item{{ID: "item-post", Kind: "post", Aliases: []string{"k:1"}}},
		States: []observation.SourceState{{Key: observation.StatePosts, Value: `{"k:1":"2026-11-20"}`}}})
	days := observation.Period{From: observation.FirstDay, To: observation.LastDay + 1}
	for _, f := range []observation.Forgetting{{Items: true, Only: []string{"item-1", "item-post"}}, {Numbers: true, Items: true}} {
		f.Organisation, f.Source, f.Zone, f.Days = "koske", "kasin", "UTC", days
		if _, err := s.Forget(context.Background(), observation.Tombstone{Forgetting: f}); err != nil {
			t.Error(err)
		}
	}
}

func asOf(sel observation.Selection) observation.Selection {
	sel.AsOf = observation.LastDay.UTC()
	return sel
}

// The columns that Go reads and writes are those that the tables have, in number and name.
func TestInsertsFitTheTables(t *testing.T) {
	s, _ := storetest.Embedded(t)
	columns := map[string][]string{}
	types, rows, err := s.Rows(context.Background(), "SELECT table, name FROM system.columns WHERE database = currentDatabase() ORDER BY table, position")
	if err != nil || len(types) != 2 {
		t.Fatal(err)
	}
	for _, row := range rows {
		table, name := *row[0].(*string), *row[1].(*string)
		columns[table] = append(columns[table], name)
	}
	for _, query := range sql.Queries() {
		table, isInsert := strings.CutPrefix(query, "store.insert_")
		if !isInsert {
			continue
		}
		if want := "INSERT INTO " + table + " (" + strings.Join(columns[table], ", ") + ")"; sql.Query(query) != want {
			t.Errorf("%s is\n%s, and the table needs\n%s", query, sql.Query(query), want)
		}
	}
}
