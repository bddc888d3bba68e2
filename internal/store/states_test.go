package store_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
	"seuranta/sql"
)

var keepState = flag.Bool("keep-state", false, "write sql/states of the newest schema")

const statesFolder = "../../sql/states"

// Marks of a file of sql/states: what stands between two of them is a statement, or a line that a reader must see.
const (
	tableMark = "-- table\n"
	rowMark   = "-- row\n"
	showsMark = "-- shows "
)

func stateFile(m sql.Migration) string {
	return filepath.Join(statesFolder, fmt.Sprintf("%04d_%s.sql", m.Number, m.Name))
}

// TestReleasedSchemas brings every schema that was ever released up to date and reads its rows back. With -keep-state it
// first writes the newest one: the statements of its migrations as they are now, rows, and what a reader sees of them.
func TestReleasedSchemas(t *testing.T) {
	all, err := sql.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	if *keepState {
		writeState(t, all)
	}
	for _, m := range all {
		text, err := os.ReadFile(stateFile(m))
		if err != nil {
			t.Errorf("the schema of migration %04d is not kept, run this test with -keep-state: %v", m.Number, err)
			continue
		}
		for _, e := range storetest.Engines()[:2] {
			t.Run(fmt.Sprintf("%04d/%s", m.Number, e.Name), func(t *testing.T) { bringUpToDate(t, e, all, m.Number, string(text)) })
		}
	}
}

func bringUpToDate(t *testing.T, e storetest.Engine, all []sql.Migration, number int, text string) {
	open := e.Database(t)
	old := open()
	statements, want := parseState(t, text)
	for _, s := range statements {
		if err := old.Exec(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range all[:number] {
		if !strings.Contains(text, m.SHA256) {
			t.Errorf("migration %04d is no longer the one that was released; a released migration never changes", m.Number)
		}
	}
	for _, m := range migrate(t, old) {
		if ran := m.Steps > 0; ran != (m.Number > number) {
			t.Errorf("%d steps of %s ran on schema %d", m.Steps, m.Name, number)
		}
	}
	s := open() // a new program opens it, and finishes the run that was interrupted
	if err := s.Ready(context.Background()); err != nil {
		t.Error(err)
	}
	got := shows(t, s)
	if number == 1 { // which did not tell yet what a reader sees of items
		want = slices.Insert(want, len(want), "item koske i1 loki \"\" \"\" page 1795413600000 0001-01-01T00:00:00Z \"Etusivu\" \"\" \"\" \"\" [] [] \"\" \"\" of sample-0")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schema %d shows something else (-kept +now):\n%s", number, diff)
	}
	for _, m := range migrate(t, s) {
		if m.Steps != 0 {
			t.Errorf("a second run does %d steps of %s", m.Steps, m.Name)
		}
	}
	if r := commit(t, s, observation.Commit{Run: run("kasin"), Observations: []observation.Observation{views("2026-11-20", 1)}}); r.New != 1 {
		t.Errorf("a commit into it: %+v", r)
	}
}

func parseState(t *testing.T, text string) (statements, shows []string) {
	t.Helper()
	for part := range strings.SplitSeq(text, "\n"+tableMark) {
		for i, s := range strings.Split(part, "\n"+rowMark) {
			s, seen, _ := strings.Cut(s, "\n"+showsMark)
			if !strings.HasPrefix(s, "-- ") {
				statements = append(statements, strings.TrimSpace(s))
			} else if i > 0 {
				t.Fatalf("a comment among the statements: %s", s)
			}
			for line := range strings.SplitSeq(strings.TrimSpace(seen), "\n"+showsMark) {
				if line != "" {
					shows = append(shows, line)
				}
			}
		}
	}
	return statements, shows
}

// shows tells what a reader sees of all that the sample holds, in a form that new fields do not change.
func shows(t *testing.T, s *store.Store) (out []string) {
	t.Helper()
	sel := all()
	for _, o := range read(t, s, sel) {
		out = append(out, fmt.Sprintf("observation %s %s %s %s %q %q %s %s %s %s = %v %v %s %s %q %q at %s of %s", o.Organisation, o.Source, o.Channel, o.Metric, o.Subject, o.Dims,
			o.Grain, o.From, o.Definition, o.Part, o.Value, o.Complete, o.Basis, o.State, o.Note, o.By, o.ObservedAt.Format(time.RFC3339), o.Run))
	}
	coverage, err := s.Coverage(context.Background(), sel)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range coverage {
		out = append(out, fmt.Sprintf("coverage %s %s %s %s %s %s %s = %s %q %q %d gaps, subjects %q of %s", c.Organisation, c.Source, c.Channel, c.Part, c.Metric, c.Grain, c.From,
			c.Result, c.Reason, c.Detail, len(c.Gaps), c.Subjects, c.Run))
	}
	runs, err := s.Runs(context.Background(), []string{"koske"}, 100, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		out = append(out, fmt.Sprintf("run %s %s %s %s %s %d %s %q %q %d answers, %d told, %d %d %d %d", r.ID, r.Source, r.Kind, r.Zone, r.Window.Label(), r.CommittedAt.UnixMilli(), r.Result, r.Reason, r.Note,
			len(r.Answers), len(r.Told), r.New, r.Changed, r.Unchanged, r.Withdrawn))
	}
	states, err := s.States(context.Background(), "koske", "loki")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range alarms(t, s, time.Time{}) {
		out = append(out, fmt.Sprintf("alarm %s %s %s %q: %s %d since %d until %d, %d tries, %q at %d", a.Organisation, a.Source, a.Fault, a.Way, a.State, a.Step, a.Since.UnixMilli(), a.Until.UnixMilli(), a.Tries, a.Detail, a.NotedAt.UnixMilli()))
	}
	return append(append(out, fmt.Sprintf("state %q", states)), showsItems(t, s)...)
}

// showsItems tells what a reader sees of the items of the sample, and of their addresses.
func showsItems(t *testing.T, s *store.Store) (out []string) {
	t.Helper()
	things, err := s.Items(context.Background(), everything(time.Time{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range things {
		out = append(out, fmt.Sprintf("item %s %s %s %q %q %s %d %s %q %q %q %q %q %q %q %q of %s", it.Organisation, it.ID, it.Source, it.Channel, it.Outlet, it.Kind,
			it.FirstSeen.UnixMilli(), it.PublishedAt.Format(time.RFC3339), it.Title, it.URL, it.Language, it.Text, it.Tags, it.Projects, it.Note, it.By, it.Run))
	}
	for _, organisation := range []string{"koske", observation.Shared} {
		known, err := s.Known(context.Background(), organisation, addresses)
		if err != nil {
			t.Fatal(err)
		}
		for _, alias := range slices.Sorted(maps.Keys(known)) {
			out = append(out, fmt.Sprintf("alias %s %s is %s", organisation, alias, known[alias].ID))
		}
	}
	return out
}

// writeState writes the file of the newest schema.
func writeState(t *testing.T, all []sql.Migration) {
	t.Helper()
	newest := all[len(all)-1]
	open := storetest.Engines()[0].Database(t)
	fillWithSamples(t, open)
	s := open()
	var b strings.Builder
	fmt.Fprintf(&b, "-- %04d %s: the schema as it was released, with rows, and what a reader sees of them.\n-- Written by `go test ./internal/store -run TestReleasedSchemas -keep-state`; it never changes once it is released.\n", newest.Number, newest.Name)
	b.WriteString("\n" + tableMark + sql.Query("store.create_migrations") + "\n")
	for _, m := range all {
		for _, step := range m.Steps {
			b.WriteString("\n" + tableMark + step.SQL + "\n")
		}
	}
	for _, table := range lines(t, s, "SELECT name FROM system.tables WHERE database = currentDatabase()") {
		writeRows(t, &b, s, strings.Trim(table, "'"))
	}
	for _, line := range shows(t, s) {
		b.WriteString("\n" + showsMark + line)
	}
	b.WriteString("\n")
	if err := os.WriteFile(stateFile(newest), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// writeRows writes the rows of a table as statements, in an order that does not depend on the engine.
func writeRows(t *testing.T, b *strings.Builder, s *store.Store, table string) {
	t.Helper()
	columns, rows, err := s.Rows(context.Background(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	var names, out []string
	for _, c := range columns {
		names = append(names, c.Name())
	}
	for _, row := range rows {
		var cells []string
		for i, cell := range row {
			cells = append(cells, literal(cell, columns[i].DatabaseTypeName()))
		}
		out = append(out, fmt.Sprintf("\n%sINSERT INTO %s (%s)\nSELECT %s\n", rowMark, table, strings.Join(names, ", "), strings.Join(cells, ", ")))
	}
	slices.Sort(out)
	b.WriteString(strings.Join(out, ""))
}

// literal writes a value as SQL that every engine reads alike.
func literal(cell any, kind string) string {
	quote := func(s string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(s) + "'"
	}
	switch v := cell.(type) {
	case *string:
		return quote(*v)
	case *time.Time:
		if kind == "Date" {
			return fmt.Sprintf("toDate('%s')", v.Format("2006-01-02"))
		}
		return fmt.Sprintf("toDateTime(%d)", v.Unix())
	case *[]string:
		return list(*v, "emptyArrayString()", quote)
	case *[]time.Time:
		return list(*v, "emptyArrayDateTime()", func(at time.Time) string { return fmt.Sprintf("toDateTime(%d)", at.Unix()) })
	case *[]int32:
		return list(*v, "emptyArrayInt32()", func(n int32) string { return fmt.Sprint(n) })
	case *[]int64:
		return list(*v, "emptyArrayInt64()", func(n int64) string { return fmt.Sprint(n) })
	case *uint8:
		return fmt.Sprint(*v)
	case *uint32:
		return fmt.Sprint(*v)
	case *uint64:
		return fmt.Sprint(*v)
	case *int64:
		return fmt.Sprint(*v)
	case *float64:
		return fmt.Sprint(*v)
	}
	panic(fmt.Sprintf("no literal for %T", cell))
}

func list[T any](values []T, empty string, item func(T) string) string {
	if len(values) == 0 {
		return empty
	}
	var out []string
	for _, v := range values {
		out = append(out, item(v))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// fillWithSamples makes a store with a row of every sort in every table: answers changed, withdrawn, incomplete and
// retracted, snapshots, coverage with gaps, items with their addresses, a state, a configuration, a run that was interrupted behind its commit
// and one before it.
func fillWithSamples(t *testing.T, open storetest.Open) {
	t.Helper()
	clock := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	place := ""
	s := open(func(o *store.Options) {
		o.Now = func() time.Time { return clock }
		o.Failpoint = func(name string) {
			if name == place {
				panic(name)
			}
		}
	})
	migrate(t, s)
	if err := s.RememberConfig(context.Background(), "c0ffee", []byte("organisations:\n  - {id: koske}\n")); err != nil {
		t.Fatal(err)
	}
	fault := observation.Alarm{AlarmKey: observation.AlarmKey{Organisation: "koske", Source: "loki", Fault: "source_failed"}, State: "stands", Since: clock.Add(-time.Hour), Detail: "log_missing"}
	told := fault
	told.Way = "mail"
	note(t, s, fault, told)
	note(t, s, observation.Alarm{AlarmKey: observation.AlarmKey{Way: "webhook"}, State: "failing", Since: clock, Until: clock.Add(time.Minute), Tries: 1, Detail: "the server's\n"})
	if _, got, err := s.Claim(context.Background(), "alarms", time.Minute); !got || err != nil {
		t.Fatal(got, err)
	}
	grave := observation.Tombstone{ID: "f-1", Reason: "asked for", Forgetting: observation.Forgetting{Organisation: "koske", Source: "unohdettu", Zone: "UTC", Numbers: true, Metrics: []string{"views"},
		Days: observation.Period{From: observation.FirstDay, To: observation.NewDate(2026, 11, 1)}}}
	if _, err := s.Forget(context.Background(), grave); err != nil {
		t.Fatal(err)
	}
	for i, c := range samples(clock) {
		clock = clock.Add(time.Minute)
		c.Run.ID, c.Run.StartedAt = fmt.Sprintf("sample-%d", i), clock
		place = map[int]string{4: "commit:states", 5: "commit:run"}[i]
		if was := stopped(func() { commit(t, s, c) }); was != (place != "") {
			t.Fatalf("sample %d: stopped %v", i, was)
		}
	}
}

func samples(now time.Time) []observation.Commit {
	a, b := subject(views("2026-12-30", 5), "/a"), subject(views("2027-01-02", 3), "/b's\n\n\\")
	a.Dims, a.Note, a.By, a.Basis = "device=mobile", "typed", "planner", observation.Entered
	day := observation.Day.Holding(a.From)
	full := run("loki")
	full.Window, full.Answers, full.Told, full.Grains = observation.Week.Holding(a.From), []observation.Answer{{Part: "log", Status: 200, Size: 9, SHA256: "ab"}}, []observation.Count{{Name: "lines", N: 12}}, []observation.Grain{observation.Day}
	gap := observation.Span{From: now, To: now.Add(time.Hour)}
	partial := observation.Coverage{CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: b.From}, Result: observation.Partial, Reason: "log_silent", Gaps: []observation.Span{gap}, Subjects: []string{"/b"}}
	article := observation.Item{ID: "i2", Organisation: observation.Shared, Outlet: "Yle", Kind: "article", Title: "Ilman päivää", URL: "https://yle.fi/a/1", Language: "fi", Text: "Ingressi's\n\n\\",
		Tags: []string{"sote", "koti"}, Projects: []string{"luontohyvaks"}, Note: "soitto", By: "planner", FirstSeen: now, Aliases: []string{"url:x", "guid:'y"}}
	dated := article
	dated.PublishedAt, dated.Aliases = now.Add(-48*time.Hour), []string{"url:x", "url:z"}
	return []observation.Commit{
		{Run: full, Observations: []observation.Observation{a, b, incomplete(views("2026-12-31", 7)), snapshot("2026-12-31T20:00:00Z", 100)}, Coverage: []observation.Coverage{partial},
			Items: []observation.Item{{ID: "i1", Kind: "page", Title: "Etusivu", FirstSeen: now}, article}, States: []observation.SourceState{{Key: "offset", Value: "12"}}},
		{Run: run("loki"), Observations: []observation.Observation{subject(views("2027-01-02", 4), b.Subject), views("2026-12-31", 9), snapshot("2026-12-31T21:30:00Z", 101)}},
		{Run: run("loki"), Complete: []observation.Completion{completes(b)}, Items: []observation.Item{dated, {ID: "i1", Kind: "page", State: observation.Withdrawn}}},
		{Run: observation.Run{Organisation: "koske", Source: "loki", Kind: store.RetractKind, Zone: "Europe/Helsinki", Result: observation.OK, Note: "wrong log"}, Retract: &day},
		{Run: run("loki"), Observations: []observation.Observation{views("2026-12-31", 666)}, States: []observation.SourceState{{Key: "offset", Value: "666"}}},
		{Run: run("loki"), Observations: []observation.Observation{views("2027-01-03", 8)}, States: []observation.SourceState{{Key: "offset", Value: "13"}}},
	}
}
