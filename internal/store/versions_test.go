//go:build linux && amd64

package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/store"
)

// migratedFurther marks the tables as those of a later version of the program.
func migratedFurther(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.Insert(context.Background(), "store.insert_migrations", [][]any{{uint32(99), "later", "", int64(1)}}); err != nil {
		t.Fatal(err)
	}
}

// wantNewer wants what was tried to fail because the tables are of a later version, and the use of the store to have ended.
func wantNewer(t *testing.T, s *store.Store, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "newer version of seuranta (schema 99, ") {
		t.Errorf("it says %v", err)
	}
	select {
	case <-s.Life().Done():
		if err := context.Cause(s.Life()); !errors.Is(err, store.ErrSchema) {
			t.Errorf("its life ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("its life goes on")
	}
}

// A program that goes on while a later version renews the tables writes nothing into them any more.
func TestTablesAreRenewedByALaterVersion(t *testing.T) {
	for what, try := range map[string]func(s *store.Store) error{
		"commit":  func(s *store.Store) error { _, err := s.Commit(context.Background(), crashCommit(1, 1)); return err },
		"refresh": func(s *store.Store) error { return s.Refresh(context.Background()) },
	} {
		t.Run(what, func(t *testing.T) {
			s := openShared(t, newOrder(t, ""))
			migrated(t, s)
			migratedFurther(t, s)
			wantNewer(t, s, try(s))
			if got := lines(t, s, "SELECT run FROM observations"); len(got) > 0 {
				t.Errorf("%d answers were written", len(got))
			}
		})
	}
}

// It does not take such tables over either.
func TestTablesOfALaterVersionAreNotTakenOver(t *testing.T) {
	o := newOrder(t, "visit")
	c := startChild(t, o)
	c.line(t)
	s := openShared(t, o)
	migratedFurther(t, s)
	c.kill()
	_, err := s.Runs(context.Background(), []string{"koske"}, 9, time.Time{})
	wantNewer(t, s, err)
}

// A guest does not put up with an engine that an older version of the program runs on its tables.
func TestOwnerThatIsOlderThanTheTables(t *testing.T) {
	o := newOrder(t, "old")
	s := openShared(t, o)
	migrated(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c := startChild(t, o)
	c.line(t)
	s = openShared(t, o)
	_, err := s.Commit(context.Background(), crashCommit(1, 1))
	for what, err := range map[string]error{"commit": err, "ready": s.Ready(context.Background())} {
		if want := fmt.Sprintf("process %d, which is seuranta 0.0.1-old and has the store open, is older", c.cmd.Process.Pid); !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	c.end(t)
	commit(t, s, crashCommit(1, 1))
}

// A commit that was begun before another process made one, and is made after it, is of a later moment: what was known at the
// other's moment stays what it was.
func TestASlowCommitComesAfterAFasterOne(t *testing.T) {
	o := newOrder(t, "once")
	o.Journal = filepath.Join(filepath.Dir(o.Path), "go")
	if err := os.WriteFile(o.Journal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	s, err := store.Open(context.Background(), store.Options{Path: o.Path, Library: o.Library, Program: "parent", Failpoint: func(place string) {
		if place == "commit:states" {
			once.Do(func() {
				faster := startChild(t, o)
				if said := faster.end(t); said[len(said)-1] != "committed" {
					t.Errorf("the faster one says %q", said)
				}
			})
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	migrated(t, s)
	slow := commit(t, s, crashCommit(7, 1))
	runs, err := s.Runs(context.Background(), []string{"koske"}, 9, time.Time{})
	if err != nil || len(runs) != 2 || runs[0].ID != slow.ID || !runs[0].CommittedAt.After(runs[1].CommittedAt) {
		t.Errorf("the runs, newest first, are %+v, %v", runs, err)
	}
}

// said is a log that a test reads.
type said struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(b)
}

func (s *said) has(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(s.String(), what)
}

// Runs that are merely under way, in this process or in another, are not said to be interrupted; those of a killed one are.
func TestOnlyWhatIsLeftBehindIsCalledInterrupted(t *testing.T) {
	o := newOrder(t, "slow")
	var log said
	var once sync.Once
	var s *store.Store
	s, err := store.Open(context.Background(), store.Options{Path: o.Path, Library: o.Library, Log: slog.New(slog.NewTextHandler(&log, nil)), Failpoint: func(place string) {
		if place == "commit:run" {
			once.Do(func() {
				if err := s.Refresh(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	migrated(t, s)
	commit(t, s, crashCommit(7, 1))
	slow := func(seed uint64) *child {
		o.Seed, o.Failpoint = seed, "commit:run"
		c := startChild(t, o)
		for c.line(t) != "there" {
		}
		return c
	}
	refresh := func() {
		t.Helper()
		if err := s.Refresh(context.Background()); err != nil {
			t.Error(err)
		}
	}
	c := slow(2)
	refresh()
	if log.has("interrupted") {
		t.Errorf("it says\n%s", log.String())
	}
	if got := lines(t, s, "SELECT run FROM applied WHERE run = 'run-2-000000'"); len(got) != 1 {
		t.Errorf("the run is applied %d times", len(got))
	}
	c.kill()
	slow(3).kill()
	refresh()
	if !log.has("run=run-3-000000") {
		t.Errorf("of what was left behind it says\n%s", log.String())
	}
}
