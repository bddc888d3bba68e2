package store_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// dataFolder is a folder of the embedded engine with commits in it; copies of it are harmed.
func dataFolder(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	s := openFolder(t, folder)
	defer closed(t, s)
	migrate(t, s)
	for i := range 6 {
		commit(t, s, crashCommit(33, i))
	}
	if err := s.RememberConfig(context.Background(), "c0ffee", []byte("x")); err != nil {
		t.Fatal(err)
	}
	return folder
}

func tryFolder(t *testing.T, folder string) (*store.Store, string, error) {
	t.Helper()
	var log bytes.Buffer
	s, err := store.Open(context.Background(), store.Options{Path: folder, Library: embeddedtest.Library(t), Log: slog.New(slog.NewTextHandler(&log, nil))})
	return s, log.String(), err
}

func openFolder(t *testing.T, folder string) *store.Store {
	t.Helper()
	s, _, err := tryFolder(t, folder)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closed(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// figures are what counts now: what people see on a page.
func figures(t *testing.T, s *store.Store) any {
	t.Helper()
	coverage, err := s.Coverage(context.Background(), all())
	if err != nil {
		t.Fatal(err)
	}
	for i := range coverage { // where first answers are lost, a later run tells what was measured
		coverage[i].Run, coverage[i].Version = "", 0
	}
	things, err := s.Items(context.Background(), everything(time.Time{}))
	if err != nil {
		t.Fatal(err)
	}
	return []any{read(t, s, all()), coverage, things}
}

func copyOf(t *testing.T, folder string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "data")
	if out, err := exec.Command("cp", "-a", folder, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return to
}

var partName = regexp.MustCompile(`^(\w+?)_(\d+)_(\d+)_\d+$`)

// partOf is a part of a table that no other one has taken the place of.
func partOf(t *testing.T, folder, table string) string {
	t.Helper()
	description, err := os.ReadFile(filepath.Join(folder, "metadata", "seuranta", table+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	_, id, _ := strings.Cut(string(description), "UUID '")
	id, _, _ = strings.Cut(id, "'")
	found, _ := filepath.Glob(filepath.Join(folder, "store", id[:3], id, "*_*_*_*"))
	spans := map[string][2]int{}
	newest := ""
	for _, f := range found {
		m := partName.FindStringSubmatch(filepath.Base(f))
		if m == nil {
			continue
		}
		first, _ := strconv.Atoi(m[2])
		last, _ := strconv.Atoi(m[3])
		if old, have := spans[m[1]]; !have || last > old[1] || last == old[1] && first <= old[0] {
			spans[m[1]], newest = [2]int{first, last}, f
		}
	}
	if newest == "" {
		t.Fatalf("%s has no part", table)
	}
	return newest
}

// harms are the ways in which a table is damaged.
var harms = map[string]func(t *testing.T, folder, table string){
	"cut": func(t *testing.T, folder, table string) {
		if err := os.Truncate(filepath.Join(partOf(t, folder, table), "data.bin"), 10); err != nil {
			t.Fatal(err)
		}
	},
	"deleted": func(t *testing.T, folder, table string) {
		newest := partName.FindStringSubmatch(filepath.Base(partOf(t, folder, table)))
		same, _ := filepath.Glob(filepath.Join(filepath.Dir(partOf(t, folder, table)), newest[1]+"_*"))
		for _, part := range same { // also those that it was merged from, which would take its place
			if err := os.RemoveAll(part); err != nil {
				t.Fatal(err)
			}
		}
	},
	"garbled": func(t *testing.T, folder, table string) {
		if err := os.WriteFile(filepath.Join(partOf(t, folder, table), "columns.txt"), []byte("\x1b[2J\x00\xff"), 0o600); err != nil {
			t.Fatal(err)
		}
	},
	"undescribed": func(t *testing.T, folder, table string) {
		if err := os.Remove(filepath.Join(folder, "metadata", "seuranta", table+".sql")); err != nil {
			t.Fatal(err)
		}
	},
	"described as garbage": func(t *testing.T, folder, table string) {
		if err := os.WriteFile(filepath.Join(folder, "metadata", "seuranta", table+".sql"), []byte("\x1b[2Jgarbage"), 0o600); err != nil {
			t.Fatal(err)
		}
	},
	"described by nothing": func(t *testing.T, folder, table string) {
		if err := os.Truncate(filepath.Join(folder, "metadata", "seuranta", table+".sql"), 0); err != nil {
			t.Fatal(err)
		}
	},
}

var (
	toMove   = regexp.MustCompile(`has a broken (?:part|description) (/\S+?)(?: \(|;)`)
	toRemove = regexp.MustCompile(`remove (/\S+)(?: and (/\S+?))?\. The next command`)
)

// accept does to the letter what the message about damage says.
func accept(t *testing.T, told error) {
	t.Helper()
	away := t.TempDir()
	message := told.Error()
	for i, m := range toMove.FindAllStringSubmatch(message, -1) {
		if err := os.Rename(m[1], filepath.Join(away, string(rune('a'+i)))); err != nil {
			t.Fatal(err)
		}
	}
	m := toRemove.FindStringSubmatch(message)
	moves := strings.Contains(message, "move what is named above")
	if moves != toMove.MatchString(message) || m == nil && !moves {
		t.Fatalf("it does not say what to do: %s", message)
	}
	if m == nil {
		return
	}
	for _, path := range slices.DeleteFunc(m[1:], func(s string) bool { return s == "" }) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

var tables = []string{"observations_current", "observations", "runs", "applied", "migrations", "coverage", "coverage_current", "items", "states", "configs", "items_current", "aliases"}

// One part or the description of any table is damaged. The message about it, followed to the letter, leads to a store that
// shows what it showed before: the current tables are made again from the history, and the history has back from them what
// counts now.
func TestAnyTableIsDamaged(t *testing.T) {
	sound := dataFolder(t)
	s := openFolder(t, sound)
	before := figures(t, s)
	closed(t, s)
	for i, table := range tables {
		for how, harm := range harms {
			if i >= 2 && how != "deleted" && how != "undescribed" {
				continue // they do not depend on the table
			}
			t.Run(table+" "+how, func(t *testing.T) {
				folder := copyOf(t, sound)
				harm(t, folder, table)
				derived := strings.HasSuffix(table, "_current") || table == "applied"
				checkTold(t, folder, table, derived)
				checkHealed(t, folder, before)
			})
		}
	}
}

// checkTold opens a damaged folder and accepts the loss.
func checkTold(t *testing.T, folder, table string, derived bool) {
	t.Helper()
	s, _, err := tryFolder(t, folder)
	if err == nil {
		closed(t, s)
	}
	if !errors.Is(err, embedded.ErrDamaged) || !strings.Contains(err.Error(), "table seuranta."+table+" ") || !strings.Contains(err.Error(), "The next command then makes again what the history still holds.") {
		t.Fatalf("it is not told: %v", err)
	}
	if strings.Contains(err.Error(), "it can be made again without loss") != derived || strings.Contains(err.Error(), "what only it held is lost") == derived {
		t.Errorf("what the loss means: %v", err)
	}
	if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' && r != '\n' || r == '\ufffd' }) {
		t.Errorf("it holds what a terminal obeys: %q", err)
	}
	accept(t, err)
}

// checkHealed opens a folder whose loss was accepted.
func checkHealed(t *testing.T, folder string, before any) {
	t.Helper()
	s, log, err := tryFolder(t, folder)
	if err != nil {
		t.Fatalf("after the advice was followed: %v", err)
	}
	if !strings.Contains(log, "level=INFO msg=\"rebuild the current answers from the history\"") {
		t.Errorf("it is not logged: %s", log)
	}
	if diff := cmp.Diff(before, figures(t, s)); diff != "" {
		t.Errorf("the figures are others:\n%s", diff)
	}
	if err := s.Ready(context.Background()); err != nil {
		t.Error(err)
	}
	commit(t, s, crashCommit(33, 7))
	after := figures(t, s)
	closed(t, s)
	s, log, err = tryFolder(t, folder)
	if err != nil || log != "" {
		t.Fatalf("the second opening after it: %v %s", err, log)
	}
	defer closed(t, s)
	if diff := cmp.Diff(after, figures(t, s)); diff != "" {
		t.Errorf("at the second opening the figures are others:\n%s", diff)
	}
}

// The old advice was to remove the list of the tables. Folders in which that was done have no mark.
func TestATableThatNobodyRemembers(t *testing.T) {
	sound := dataFolder(t)
	s := openFolder(t, sound)
	before := figures(t, s)
	closed(t, s)
	for _, table := range tables {
		folder := copyOf(t, sound)
		harms["undescribed"](t, folder, table)
		for _, name := range []string{"seuranta.tables", "seuranta.parts"} {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
		s := openFolder(t, folder)
		if table == "migrations" {
			migrate(t, s)
		}
		if diff := cmp.Diff(before, figures(t, s)); diff != "" {
			t.Errorf("without %s the figures are others:\n%s", table, diff)
		}
		closed(t, s)
	}
}

// What is lost in the history and in the current tables alike was not measured; it is no zero.
func TestLostTwice(t *testing.T) {
	sound := dataFolder(t)
	for _, how := range []string{"cut", "deleted", "undescribed"} {
		folder, harm := copyOf(t, sound), harms[how]
		harm(t, folder, "observations")
		harm(t, folder, "observations_current")
		for range 3 { // the engine names one broken part at a time
			if s, _, err := tryFolder(t, folder); err == nil {
				closed(t, s)
				break
			} else {
				accept(t, err)
			}
		}
		s := openFolder(t, folder)
		answered := map[observation.CoverageKey]bool{}
		for _, o := range read(t, s, all()) {
			answered[observation.CoverageKey{Organisation: o.Organisation, Source: o.Source, Channel: o.Channel, Part: o.Part, Metric: o.Metric, Grain: o.Grain, From: o.From}] = true
		}
		coverage, err := s.Coverage(context.Background(), all())
		if err != nil {
			t.Fatal(err)
		}
		lost := 0
		for _, c := range coverage {
			if c.Result == observation.OK && !answered[c.CoverageKey] {
				lost++
			}
		}
		if lost > 0 {
			t.Errorf("%s: %d periods look like measured zeros", how, lost)
		}
		closed(t, s)
	}
}

// A rebuild that is killed anywhere is carried on by the next opening.
func TestKilledRebuild(t *testing.T) {
	sound := dataFolder(t)
	s := openFolder(t, sound)
	before := figures(t, s)
	closed(t, s)
	for _, place := range store.RebuildFailpoints() {
		c := newCrashSite(t, 33)
		c.Path, c.Failpoint = copyOf(t, sound), place
		harms["deleted"](t, c.Path, "observations_current")
		checkTold(t, c.Path, "observations_current", true)
		start := time.Now()
		c.killed(c.start())
		t.Logf("killed at %s after %s", place, time.Since(start).Round(time.Millisecond))
		s, log, err := tryFolder(t, c.Path)
		if err != nil {
			t.Fatalf("killed at %s: %v", place, err)
		}
		if !strings.Contains(log, "rebuild the current answers") {
			t.Errorf("killed at %s it is not carried on: %s", place, log)
		}
		if diff := cmp.Diff(before, figures(t, s)); diff != "" {
			t.Errorf("killed at %s the figures are others:\n%s", place, diff)
		}
		closed(t, s)
	}
}
