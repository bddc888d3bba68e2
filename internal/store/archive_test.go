package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
	"seuranta/sql"
)

// exported is an export of the store in a new folder.
func exported(t testing.TB, s *store.Store) (dir string, m store.Manifest) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "export")
	m, err := s.Export(context.Background(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, m
}

func restore(s *store.Store, dir string) (store.Restored, error) {
	a, err := store.ReadArchive(context.Background(), dir, nil)
	if err != nil {
		return store.Restored{}, err
	}
	return s.Restore(context.Background(), a, nil)
}

func restored(t testing.TB, s *store.Store, dir string) store.Restored {
	t.Helper()
	out, err := restore(s, dir)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sampleStore is a store with a row of every sort in every table.
func sampleStore(t *testing.T, e storetest.Engine) *store.Store {
	t.Helper()
	open := e.Database(t)
	fillWithSamples(t, open)
	return open()
}

// What is restored is the store that was exported, also on another engine and back: a reader sees the same, and an export of
// it is the same bytes.
func TestAnExportIsRestored(t *testing.T) {
	s := sampleStore(t, storetest.Engines()[0])
	dir, first := exported(t, s)
	want := shows(t, s)
	for _, e := range []storetest.Engine{storetest.Engines()[1], storetest.Engines()[0]} {
		to, _ := e.Open(t)
		out := restored(t, to, dir)
		if out.Current.Runs == 0 || out.Current.Observations == 0 || out.Current.Items == 0 || out.Current.Coverage == 0 || out.Anew || !out.KnownAt.Equal(first.KnownAt) {
			t.Errorf("%s: %+v", e.Name, out)
		}
		if diff := cmp.Diff(want, shows(t, to)); diff != "" {
			t.Errorf("restored on %s (-was +is):\n%s", e.Name, diff)
		}
		var again store.Manifest
		dir, again = exported(t, to)
		if diff := cmp.Diff(first.Files, again.Files); diff != "" {
			t.Errorf("the export of %s (-was +is):\n%s", e.Name, diff)
		}
		if err := to.Ready(context.Background()); err != nil {
			t.Error(err)
		}
		if r := commit(t, to, observation.Commit{Run: run("kasin"), Observations: []observation.Observation{views("2026-11-20", 1)}}); r.New != 1 {
			t.Errorf("a commit into it: %+v", r)
		}
	}
}

// Every table is exported, or can be made again from those that are, or tells who does something just now.
func TestNoTableIsForgotten(t *testing.T) {
	for _, e := range storetest.Engines()[:2] {
		s := sampleStore(t, e)
		_, m := exported(t, s)
		rows := map[string]int64{}
		for _, table := range m.Tables {
			rows[table.Name] = table.Rows
		}
		for _, table := range lines(t, s, "SELECT name FROM system.tables WHERE database = currentDatabase()") {
			table = strings.Trim(table, "'")
			switch table {
			case "applied", "coverage_current", "observations_current", "items_current", "claims", "migrations":
				continue
			}
			if rows[table] == 0 {
				t.Errorf("%s: nothing of %s is exported; give it the queries export_, empty_ and insert_ and a line of export_days, or name it as left out", e.Name, table)
			}
			for _, query := range []string{"store.export_", "store.empty_", "store.insert_"} {
				if query+table == "store.empty_tombstones" {
					continue // they stand whatever becomes of a restore
				}
				if !slices.Contains(sql.Queries(), query+table) {
					t.Errorf("there is no query %s%s", query, table)
				}
			}
		}
	}
}

// The tables and columns that the migrations are read for are those of every released schema, and all types are known.
func TestSchemaIsWhatTheEnginesHave(t *testing.T) {
	all, err := sql.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		text, err := os.ReadFile(stateFile(m))
		if err != nil {
			t.Fatal(err)
		}
		s := storetest.Engines()[0].Database(t)()
		statements, _ := parseState(t, string(text))
		for _, statement := range statements {
			if !strings.HasPrefix(statement, "INSERT") {
				if err := s.Exec(context.Background(), statement); err != nil {
					t.Fatal(err)
				}
			}
		}
		var want []string
		for _, table := range sql.Schema(all[:m.Number]) {
			for i, c := range table.Columns {
				want = append(want, fmt.Sprintf("'%s' '%s' '%s' %d", table.Name, c.Name, strings.ReplaceAll(c.Type, "'", `\'`), i+1))
				if !store.KnownType(c.Type) {
					t.Errorf("%s.%s: no export knows the type %s", table.Name, c.Name, c.Type)
				}
			}
		}
		got := lines(t, s, "SELECT table, name, type, position FROM system.columns WHERE database = currentDatabase() AND table != 'migrations'")
		if diff := cmp.Diff(sorted(want), got); diff != "" {
			t.Errorf("schema %d (-read off the migrations +there):\n%s", m.Number, diff)
		}
	}
}

// Nobody else may read what was exported, and what was never committed is not in it.
func TestAnExportIsClosedAndCommitted(t *testing.T) {
	s := sampleStore(t, storetest.Engines()[0])
	dir, m := exported(t, s)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(m.Files)+1 {
		t.Errorf("%d files, %v; the manifest names %d", len(entries), err, len(m.Files))
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
		}
	}
	for _, f := range m.Files {
		if text := unpacked(t, filepath.Join(dir, f.Name)); strings.Contains(text, "666") && f.Table != "configs" {
			t.Errorf("%s holds what was never committed:\n%s", f.Name, text)
		}
	}
	for range 2 { // a folder is not written into twice, and nothing of it is lost
		if _, err := s.Export(context.Background(), dir, nil); err == nil || !strings.Contains(err.Error(), "holds an export already; name a new folder") {
			t.Errorf("into the same folder: %v", err)
		}
	}
	if _, err := store.ReadArchive(context.Background(), dir, nil); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(dir, "manifest.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Export(context.Background(), dir, nil); err == nil || !strings.Contains(err.Error(), "is not empty; name a new folder") {
		t.Errorf("into a folder that is not empty: %v", err)
	}
	if _, err := store.ReadArchive(context.Background(), dir, nil); !errors.Is(err, store.ErrArchive) || !strings.Contains(err.Error(), "stopped before its end") {
		t.Errorf("without a manifest: %v", err)
	}
}

func unpacked(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A stopped export leaves nothing behind.
func TestAStoppedExport(t *testing.T) {
	s := sampleStore(t, storetest.Engines()[0])
	ctx, cancel := context.WithCancel(context.Background())
	stops, _ := storetest.Embedded(t, func(o *store.Options) {
		o.Ran = func(query string) {
			if query == "store.export_runs" {
				cancel()
			}
		}
	})
	dir, _ := exported(t, s)
	restored(t, stops, dir)
	for _, into := range []string{filepath.Join(t.TempDir(), "new"), t.TempDir()} {
		if _, err := stops.Export(ctx, into, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("a stopped export: %v", err)
		}
		if left, err := os.ReadDir(into); len(left) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("it left %v, %v", left, err)
		}
	}
}

// While others commit, an export holds whole runs and nothing else.
func TestExportWhileOthersCommit(t *testing.T) {
	for _, e := range storetest.Engines()[:2] {
		s, open := e.Open(t)
		other := open()
		var stop atomic.Bool
		ended := make(chan struct{})
		commits := 0
		go func() {
			defer close(ended)
			for ; !stop.Load(); commits++ {
				commit(t, other, crashCommit(3, commits))
			}
		}()
		for range 3 {
			dir, _ := exported(t, s)
			to, _ := e.Open(t)
			restored(t, to, dir)
			if bad := lines(t, to, "SELECT run FROM observations WHERE run NOT IN (SELECT run FROM runs)"); len(bad) > 0 {
				t.Errorf("%s: rows of runs that are not there: %v", e.Name, bad)
			}
			if bad := to.Short(t.Context()); bad > 0 {
				t.Errorf("%s: %d sources whose runs told more than is there", e.Name, bad)
			}
		}
		stop.Store(true)
		<-ended
	}
}

// A store that holds anything is not restored into, and stays what it was.
func TestRestoreWantsAnEmptyStore(t *testing.T) {
	s := sampleStore(t, storetest.Engines()[0])
	dir, _ := exported(t, s)
	for _, e := range storetest.Engines()[:2] {
		full, _ := e.Open(t)
		commit(t, full, crashCommit(1, 1))
		before := shows(t, full)
		_, err := restore(full, dir)
		if !errors.Is(err, store.ErrNotEmpty) || !strings.Contains(err.Error(), " 1 runs") || !strings.Contains(err.Error(), "in the configuration name") {
			t.Errorf("into a full store: %v", err)
		}
		if diff := cmp.Diff(before, shows(t, full)); diff != "" {
			t.Error(diff)
		}
		empty, _ := e.Open(t)
		if err := empty.RememberConfig(context.Background(), "abc", []byte("x")); err != nil { // as `check` does on the new machine
			t.Fatal(err)
		}
		restored(t, empty, dir)
	}
}

// A restore that was killed at any place leaves a store that no command takes for ready, and is begun anew by the next.
func TestAnInterruptedRestore(t *testing.T) {
	for _, e := range storetest.Engines()[:2] {
		s := sampleStore(t, e)
		dir, m := exported(t, s)
		want := shows(t, s)
		clock := time.Now()
		for _, place := range store.RestoreFailpoints() {
			later := func(o *store.Options) {
				clock = clock.Add(5 * time.Minute) // the claim of the killed one has run out
				at := clock
				o.Now = func() time.Time { return at }
			}
			killed, open := e.Open(t, stopAt(place), later)
			if !stopped(func() { _, _ = restore(killed, dir) }) {
				t.Fatalf("it did not stop at %s", place)
			}
			next := open(later)
			if err := next.Ready(context.Background()); (place == "restore:finished") != (err == nil) || err != nil && !errors.Is(err, store.ErrUnfinished) {
				t.Errorf("killed at %s: ready %v", place, err)
			}
			if place != "restore:finished" {
				if out := restored(t, next, dir); !out.Anew {
					t.Errorf("killed at %s: %+v", place, out)
				}
			}
			if diff := cmp.Diff(want, shows(t, next)); diff != "" {
				t.Errorf("%s: killed at %s (-was +is):\n%s", e.Name, place, diff)
			}
			if _, again := exported(t, next); !cmp.Equal(m.Files, again.Files) {
				t.Errorf("%s: killed at %s, the export is another one", e.Name, place)
			}
		}
	}
}

// Of an export whose restore was interrupted nothing is left when another one is restored.
func TestAnotherExportAfterAnInterruptedRestore(t *testing.T) {
	for _, e := range storetest.Engines()[:2] {
		first, _ := exported(t, sampleStore(t, e))
		s, _ := e.Open(t)
		commit(t, s, crashCommit(1, 1))
		second, m := exported(t, s)
		killed, open := e.Open(t, stopAt("restore:renewed"))
		if !stopped(func() { _, _ = restore(killed, first) }) {
			t.Fatal("it did not stop")
		}
		to := open(func(o *store.Options) { o.Now = func() time.Time { return time.Now().Add(time.Hour) } })
		restored(t, to, second)
		if diff := cmp.Diff(shows(t, s), shows(t, to)); diff != "" {
			t.Errorf("%s (-was +is):\n%s", e.Name, diff)
		}
		_, again := exported(t, to)
		if again.Files = slices.DeleteFunc(again.Files, func(f store.ArchiveFile) bool { return f.Table == "tombstones" }); !cmp.Equal(m.Files, again.Files) { // what was forgotten stays so
			t.Errorf("%s: the export is another one", e.Name)
		}
	}
}

// useArchive exports a store and restores it, twice because the first time is interrupted.
func useArchive(t *testing.T, e storetest.Engine, s *store.Store, record func(*store.Options)) {
	t.Helper()
	dir, _ := exported(t, s)
	killed, open := e.Open(t, record, stopAt("restore:marked"))
	if !stopped(func() { _, _ = restore(killed, dir) }) {
		t.Fatal("it did not stop")
	}
	restored(t, open(record, func(o *store.Options) { o.Now = func() time.Time { return time.Now().Add(time.Hour) } }), dir)
}

// Two do not restore into one store at once.
func TestTwoRestoresAtOnce(t *testing.T) {
	dir, _ := exported(t, sampleStore(t, storetest.Engines()[0]))
	var second error
	var other *store.Store
	s, open := storetest.Server(t, func(o *store.Options) {
		o.Failpoint = func(name string) {
			if name == "restore:history" {
				_, second = restore(other, dir)
			}
		}
	})
	other = open()
	restored(t, s, dir)
	if !errors.Is(second, store.ErrInUse) {
		t.Errorf("the second: %v", second)
	}
}

// resealed changes a file of an export and its entry in the manifest, as somebody would who means harm.
func resealed(t testing.TB, dir, name string, change func(text string) string) {
	t.Helper()
	text := change(unpacked(t, filepath.Join(dir, name)))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	reseal(t, dir, name, packed.Bytes(), int64(len(text)))
}

func reseal(t testing.TB, dir, name string, packed []byte, size int64) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), packed, 0o600); err != nil {
		t.Fatal(err)
	}
	editManifest(t, dir, func(m *store.Manifest) {
		for i, f := range m.Files {
			if f.Name == name {
				sum := sha256.Sum256(packed)
				m.Files[i].Bytes, m.Files[i].Unpacked, m.Files[i].SHA256 = int64(len(packed)), size, hex.EncodeToString(sum[:])
			}
		}
	})
}

func editManifest(t testing.TB, dir string, edit func(m *store.Manifest)) {
	t.Helper()
	path := filepath.Join(dir, "manifest.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m store.Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	edit(&m)
	if b, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// todaysExport is the export of schema 4 with the rows of sql/states/0004_failing.sql, as it was made then.
const todaysExport = "testdata/export-0004"

var keepExport = flagKeepExport()

// copied is a copy of the kept export that a test may spoil.
func copied(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(todaysExport)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// An export of this schema can be restored for ever, and one of an older schema has the new columns' defaults.
func TestReleasedExports(t *testing.T) {
	if *keepExport {
		dir, m := exported(t, sampleStore(t, storetest.Engines()[0]))
		if m.Schema != 4 {
			t.Fatal("the export of schema 4 never changes")
		}
		if err := os.CopyFS(todaysExport, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := sql.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	state, err := os.ReadFile(stateFile(all[3]))
	if err != nil {
		t.Fatal(err)
	}
	_, want := parseState(t, string(state))
	older := copied(t)
	resealed(t, older, "runs-2026.jsonl.gz", func(text string) string {
		return strings.ReplaceAll(text, `,"failing_part":[],"failing_reason":[]}`, "}")
	})
	editManifest(t, older, func(m *store.Manifest) {
		m.Schema = 3
		for i := range m.Tables {
			m.Tables[i].Columns = slices.DeleteFunc(m.Tables[i].Columns, func(c sql.Column) bool { return strings.HasPrefix(c.Name, "failing_") })
		}
	})
	for _, e := range storetest.Engines()[:2] {
		for schema, dir := range map[int]string{3: older, 4: todaysExport} {
			s, _ := e.Open(t)
			if out := restored(t, s, dir); out.Schema != schema {
				t.Errorf("%+v", out)
			}
			if diff := cmp.Diff(want, shows(t, s)); diff != "" {
				t.Errorf("schema %d on %s (-kept +now):\n%s", schema, e.Name, diff)
			}
		}
	}
}
