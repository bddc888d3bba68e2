//go:build linux && amd64

package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// tryOpen opens an engine on a folder and, when that works, closes it.
func tryOpen(t *testing.T, folder string) error {
	t.Helper()
	e, err := embedded.Open(background, embedded.Options{Library: embeddedtest.Library(t), Path: folder, Database: "test_*", Derived: []string{"test_d.a"}})
	if err == nil {
		err = e.Close()
	}
	return err
}

// wantError checks the kind of an error and that its words hold what helps.
func wantError(t *testing.T, err, kind error, words ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("got %v, want %v", err, kind)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v: does not say %q", err, w)
		}
	}
}

func TestFolderOfAnotherProcess(t *testing.T) {
	folder := t.TempDir()
	p := play(t, "hold", folder)
	if got := p.line(t); got != "ready" {
		t.Fatal(got)
	}
	wantError(t, tryOpen(t, folder), embedded.ErrLocked, folder, fmt.Sprintf("process %d works on it", p.cmd.Process.Pid))
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		t.Error(err)
	}
	if err := tryOpen(t, folder); err != nil {
		t.Errorf("after the other process ended: %v", err)
	}
}

func TestOneEngineAProcess(t *testing.T) {
	folder := t.TempDir()
	e := embeddedtest.Open(t, func(o *embedded.Options) { o.Path = folder })
	wantError(t, tryOpen(t, t.TempDir()), embedded.ErrLocked, folder)
	wantError(t, tryOpen(t, folder), embedded.ErrLocked, folder)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := tryOpen(t, t.TempDir()); err != nil {
		t.Errorf("another folder after the first was closed: %v", err)
	}
}

// TestNamesOfFolders opens folders whose names mean something to a pattern, a shell or XML.
func TestNamesOfFolders(t *testing.T) {
	for _, name := range []string{"a b", "[ab", "*?", "ä€", "a'b\"c", "a&b<c>", "$HOME `x`", "a\nb"} {
		folder := filepath.Join(t.TempDir(), name)
		if err := tryOpen(t, folder); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestDanglingLink(t *testing.T) {
	path, target := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "gone")
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	wantError(t, tryOpen(t, path), embedded.ErrFolder, path, "it is a link to "+target+", which does not exist")
	if err := os.Mkdir(target, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := tryOpen(t, path); err != nil {
		t.Errorf("a link to a folder: %v", err)
	}
}

func TestPathIsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, tryOpen(t, path), embedded.ErrFolder, path, "a file stands in its place")
	if b, err := os.ReadFile(path); err != nil || string(b) != "mine" {
		t.Errorf("the file is now %q, %v", b, err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []embedded.Options{
		{Database: ""}, {Database: "a.*"}, {Database: "a` TO default"}, {Database: "d", Sessions: -1},
		{Database: "d", Profile: map[string]string{"a><b": "1"}}, {Database: "d", Profile: map[string]string{"readonly": "1"}},
	} {
		o.Library, o.Path = embeddedtest.Library(t), filepath.Join(t.TempDir(), "data")
		if _, err := embedded.Open(background, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
		if _, err := os.Stat(o.Path); err == nil {
			t.Error("the folder was made all the same")
		}
	}
}

func TestProfileIsChecked(t *testing.T) {
	folder := t.TempDir()
	for name, want := range map[string]int32{"no_such_setting": 115, "max_threads": 27} {
		_, err := embedded.Open(background, embedded.Options{
			Library: embeddedtest.Library(t), Path: folder, Database: "d", Profile: map[string]string{name: "many"},
		})
		if got := code(t, err); got != want || !strings.Contains(err.Error(), "profile") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := tryOpen(t, folder); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestOpenWhoseContextIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	cancel()
	folder := t.TempDir()
	if _, err := embedded.Open(ctx, embedded.Options{Library: embeddedtest.Library(t), Path: folder, Database: "d"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := tryOpen(t, folder); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestFolderOfAnotherClickHouse holds the lock that every ClickHouse takes.
func TestFolderOfAnotherClickHouse(t *testing.T) {
	folder := t.TempDir()
	f, err := os.Create(filepath.Join(folder, "status"))
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	wantError(t, tryOpen(t, folder), embedded.ErrLocked, "another ClickHouse")
	f.Close()
	if err := tryOpen(t, folder); err != nil {
		t.Errorf("after it ended: %v", err)
	}
}

// fill takes all the space that is left.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size >= 1; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}

func TestFullDisk(t *testing.T) {
	disk, _ := embeddedtest.Disk(t, 64<<10)
	if disk == "" {
		return
	}
	data, filler := filepath.Join(disk, "data"), filepath.Join(disk, "filler")
	here := func(o *embedded.Options) { o.Path = data }
	fill(t, filler)
	wantError(t, tryOpen(t, data), embedded.ErrFull, "make room")
	if !embedded.IsFull(tryOpen(t, data)) {
		t.Error("IsFull does not know it")
	}
	remove(t, filler)
	var rows uint64
	t.Run("insert until it is full", func(t *testing.T) { rows = insertUntilFull(t, embeddedtest.Open(t, here)) })
	fill(t, filler)
	t.Run("read without space", func(t *testing.T) {
		db := embeddedtest.Connect(t, embeddedtest.Open(t, here), "test_full")
		if got := one(t, db, "SELECT count() FROM t"); got != rows {
			t.Errorf("%d rows, want %d", got, rows)
		}
	})
	remove(t, filler)
	t.Run("go on with space", func(t *testing.T) {
		db := embeddedtest.Connect(t, embeddedtest.Open(t, here), "test_full")
		exec(t, db, "INSERT INTO t VALUES ('x')")
		if got := one(t, db, "SELECT count() FROM t"); got != rows+1 {
			t.Errorf("%d rows, want %d", got, rows+1)
		}
	})
}

// insertUntilFull gives the number of acknowledged rows after checking that they are
// all there, and no more.
func insertUntilFull(t *testing.T, e *embedded.Engine) (rows uint64) {
	db := embeddedtest.Connect(t, e, "test_full")
	exec(t, embeddedtest.Connect(t, e, ""), "CREATE DATABASE test_full")
	exec(t, db, "CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY tuple()")
	for range 100 {
		err := db.Exec(background, "INSERT INTO t SELECT randomString(1000) FROM numbers(4000)")
		if err != nil {
			if !embedded.IsFull(err) {
				t.Errorf("a full disk is not told: %v", err)
			}
			break
		}
		rows += 4000
	}
	if got := one(t, db, "SELECT count() FROM t"); got != rows || rows == 0 || rows == 400_000 {
		t.Errorf("%d rows, %d acknowledged", got, rows)
	}
	return rows
}

func TestReadOnlyDisk(t *testing.T) {
	disk, remount := embeddedtest.Disk(t, 64<<10)
	if disk == "" {
		return
	}
	data := filepath.Join(disk, "data")
	if err := tryOpen(t, data); err != nil {
		t.Fatal(err)
	}
	remount(unix.MS_RDONLY, "")
	wantError(t, tryOpen(t, data), embedded.ErrReadOnly, data, "mount it for writing")
	wantError(t, tryOpen(t, filepath.Join(disk, "new")), embedded.ErrReadOnly, "mount it for writing")
	remount(0, "")
	if err := tryOpen(t, data); err != nil {
		t.Errorf("after it was mounted for writing: %v", err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
