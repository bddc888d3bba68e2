package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/store/embedded"
)

// TestTheFolderIsReplacedUnderADaemon: the daemon ends and says why, a restored backup and a new store are sound, and a folder
// with a link in its old place is the same one.
func TestTheFolderIsReplacedUnderADaemon(t *testing.T) {
	for name, c := range map[string]struct {
		replace string // a shell does so; backup is a copy of before
		ends    bool
		holds   bool // what stands there afterwards holds the number that was typed before
	}{
		"moved":    {"mv data disk2", true, false},
		"removed":  {"rm -rf data", true, false},
		"restored": {"rm -rf data; cp -a backup data", true, true},
		"linked":   {"", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := daemonFolder(t)
			record := func(day, value string) {
				program(t, dir, exitOK, "record", "linkedin", "followers", value, "--on", day, "--now", daemonNow, "--yes")
			}
			record("2026-11-10", "120")
			inShell(t, dir, "cp -a data backup")
			r := serving(t, dir)
			record("2026-11-11", "121")
			if c.replace == "" {
				linked(t, dir)
			} else {
				inShell(t, dir, c.replace)
			}
			if c.ends {
				if code := ends(t, r.Cmd, 20*time.Second); code != exitFailed || !strings.Contains(r.said(), embedded.ErrMoved.Error()) {
					t.Errorf("the daemon ended with %d\n%s", code, r.said())
				}
			}
			record("2026-11-12", "122")
			figures, _ := program(t, dir, exitOK, "figures", "--indicator", "followers", "--period", "2026-11-10", "--format", "csv", "--now", daemonNow)
			if strings.Contains(figures, ",120,") != c.holds {
				t.Errorf("the figures are\n%s", figures)
			}
			if !c.ends {
				time.Sleep(2 * time.Second)
				r.get(t, "/healthz")
			}
		})
	}
}

// linked moves the folder and leaves a link to it, so quickly that hardly anybody looks in between.
func linked(t *testing.T, dir string) {
	t.Helper()
	data, moved, link := filepath.Join(dir, "data"), filepath.Join(dir, "disk2"), filepath.Join(dir, "link")
	for _, err := range []error{os.Symlink("disk2", link), os.Rename(data, moved), os.Rename(link, data)} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func inShell(t *testing.T, dir, script string) {
	t.Helper()
	cmd := exec.Command("sh", "-ec", script)
	cmd.Dir = dir
	for range 5 { // what is removed may be written into
		if out, err := cmd.CombinedOutput(); err == nil {
			return
		} else if !strings.Contains(script, "rm -rf") {
			t.Fatalf("%s: %v %s", script, err, out)
		}
		cmd = exec.Command("sh", "-ec", script)
		cmd.Dir = dir
	}
	t.Fatal(script)
}

// TestTheDaemonEndsBesideAnotherStore: what it does at its end does not get into the store that took the place of its own.
func TestTheDaemonEndsBesideAnotherStore(t *testing.T) {
	dir := daemonFolder(t)
	program(t, dir, exitOK, "record", "linkedin", "followers", "120", "--on", "2026-11-10", "--now", daemonNow, "--yes")
	r := serving(t, dir)
	if err := os.Rename(filepath.Join(dir, "data"), filepath.Join(dir, "disk2")); err != nil {
		t.Fatal(err)
	}
	_ = r.Process.Signal(os.Interrupt) // at once, before it may have noticed
	program(t, dir, exitOK, "record", "linkedin", "followers", "7", "--on", "2026-11-10", "--now", daemonNow, "--yes")
	ends(t, r.Cmd, 20*time.Second)
	program(t, dir, exitOK, "status", "--now", daemonNow)
}
