//go:build linux && amd64

package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/store"
	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// tryMigrate opens a folder and migrates it.
func tryMigrate(t *testing.T, folder string) error {
	t.Helper()
	s, _, err := tryFolder(t, folder)
	if err != nil {
		return err
	}
	_, err = s.Migrate(context.Background())
	closed(t, s)
	return err
}

// Tables are made on a disk that is nearly full: it is told in words, nothing is left that the next run stumbles over, and
// with room on the disk all goes on.
func TestMigrateOnAFullDisk(t *testing.T) {
	for _, kB := range []int{4, 16, 24, 32, 48, 64, 96, 128, 512, 4096, 15_000, 16_500, 17_000, 24_000} {
		mount, remount := embeddedtest.Disk(t, kB)
		if mount == "" {
			return
		}
		folder := filepath.Join(mount, "data")
		for range 2 {
			switch err := tryMigrate(t, folder); {
			case err == nil && kB < 16_384:
				t.Errorf("%d kB: it was migrated", kB)
			case err != nil && (!embedded.IsFull(err) || !strings.Contains(err.Error(), "make room") || kB > 20_000):
				t.Errorf("%d kB: %v", kB, err)
			}
		}
		remount(0, "size=64m")
		works(t, fmt.Sprintf("after %d kB", kB), folder)
	}
}

func works(t *testing.T, what, folder string) {
	t.Helper()
	for range 2 {
		if err := tryMigrate(t, folder); err != nil {
			t.Errorf("%s: with room %v", what, err)
			return
		}
	}
	s := openFolder(t, folder)
	commit(t, s, crashCommit(5, 0))
	before := figures(t, s)
	closed(t, s)
	s = openFolder(t, folder)
	defer closed(t, s)
	if diff := cmp.Diff(before, figures(t, s)); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

// An older program made tables on such a disk and left empty descriptions of which nobody knows.
func TestEmptyDescriptionsOfAnOlderProgram(t *testing.T) {
	for _, empty := range [][]string{tables, {"runs"}, {"migrations"}, {"applied", "configs"}} {
		folder := filepath.Join(t.TempDir(), "data")
		if err := tryMigrate(t, folder); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"seuranta.tables", "seuranta.parts"} {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
		for _, table := range empty {
			harms["described by nothing"](t, folder, table)
		}
		works(t, fmt.Sprint("empty were ", empty), folder)
	}
}

// A step whose description was not written whole has failed, whatever the engine says.
func TestDescriptionsAreChecked(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	place := "migrate:0001:coverage"
	s, err := store.Open(context.Background(), store.Options{Path: folder, Library: embeddedtest.Library(t), Failpoint: func(name string) {
		if name == place {
			harms["described by nothing"](t, folder, "coverage")
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(context.Background()); err != nil { // it was whole when the step ended
		t.Fatal(err)
	}
	place = ""
	if err := s.Exec(context.Background(), "TRUNCATE TABLE migrations"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(context.Background()); !embedded.IsFull(err) || !strings.Contains(err.Error(), "coverage.sql was not written whole; nothing was removed: make room") {
		t.Errorf("an empty description: %v", err)
	}
	closed(t, s)
}
