package connect_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/connect"
)

// What is wrong with the file, and what is said of it. Who only has to close it need not connect anew.
func TestAFileThatDoesNotDo(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(a connect.Account, text string) error
		anew  bool
		says  string
	}{
		"open":     {func(a connect.Account, _ string) error { return os.Chmod(a.Path(), 0o640) }, false, "chmod 600"},
		"cut off":  {func(a connect.Account, s string) error { return os.WriteFile(a.Path(), []byte(s[:len(s)/2]), 0o600) }, true, "cut off"},
		"empty":    {func(a connect.Account, _ string) error { return os.Truncate(a.Path(), 0) }, true, "cut off"},
		"followed": {func(a connect.Account, s string) error { return os.WriteFile(a.Path(), []byte(s+"{}"), 0o600) }, true, "cut off"},
		"nothing":  {func(a connect.Account, _ string) error { return os.WriteFile(a.Path(), []byte("{}"), 0o600) }, true, "cut off"},
		"newer form": {func(a connect.Account, s string) error {
			return os.WriteFile(a.Path(), []byte(strings.Replace(s, `"version": 1`, `"version": 2`, 1)), 0o600)
		}, true, "cut off"},
		"of another": {func(a connect.Account, s string) error {
			return os.WriteFile(a.Path(), []byte(strings.ReplaceAll(s, "x-koske", "x-iso")), 0o600)
		}, true, "of another source"},
		"huge": {func(a connect.Account, s string) error {
			return os.WriteFile(a.Path(), []byte(s+strings.Repeat(" ", 1e5)), 0o600)
		}, true, "too large"},
		"a link": {func(a connect.Account, _ string) error {
			return errors.Join(os.Rename(a.Path(), a.Path()+"2"), os.Symlink(a.Path()+"2", a.Path()))
		}, true, "is a link"},
		"a folder": {func(a connect.Account, _ string) error {
			return errors.Join(os.Remove(a.Path()), os.Mkdir(a.Path(), 0o700))
		}, true, "is no file"},
		"a pipe": {func(a connect.Account, _ string) error {
			return errors.Join(os.Remove(a.Path()), syscall.Mkfifo(a.Path(), 0o600))
		}, true, "is no file"},
	} {
		p, c := newPlatform(t), newClock()
		a := connected(t, p, c)
		text, _ := os.ReadFile(a.Path())
		if err := test.spoil(a, string(text)); err != nil {
			t.Fatal(err)
		}
		_, _, err := renewed(t, a, c)
		if err == nil || errors.Is(err, collector.ErrAuth) != test.anew || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), "x-koske.oauth") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		silent(t, fmt.Sprintf("%v %+v", err, err))
		if _, err := a.Look(); err == nil || p.questions() != 1 {
			t.Errorf("%s: the platform was asked, %v", name, err)
		}
		if _, err := through(t, a); (err == nil) != (name != "a folder") {
			t.Errorf("%s: connecting anew: %v", name, err)
		}
	}
}

// A folder that cannot be written: the platform is not asked for what could not be kept.
func TestNoWayToKeepTheCredential(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	if err := errors.Join(os.Mkdir(a.Path()+".next", 0o700), os.WriteFile(a.Path()+".next/x", nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	_, _, err := renewed(t, a, c)
	if err == nil || errors.Is(err, collector.ErrAuth) || p.questions() != 1 || !strings.Contains(err.Error(), a.Folder) {
		t.Errorf("%v after %d questions", err, p.questions())
	}
	if a.Prepare(t.Context()) == nil {
		t.Error("a person is sent to the browser")
	}
	if err := os.RemoveAll(a.Path() + ".next"); err != nil || !works(t, p, a, c) {
		t.Errorf("it does not work when there is a way again: %v", err)
	}
}

// Links that somebody put into the folder in the place of files that are written: what they lead to stays as it is.
func TestLinksInTheFolder(t *testing.T) {
	for name, works := range map[string]bool{".next": true, ".lock": false} {
		p, c := newPlatform(t), newClock()
		a := connected(t, p, c)
		victim := filepath.Join(t.TempDir(), "victim")
		_ = os.Remove(a.Path() + name)
		if err := errors.Join(os.WriteFile(victim, []byte("of somebody else"), 0o600), os.Symlink(victim, a.Path()+name)); err != nil {
			t.Fatal(err)
		}
		_, token, err := renewed(t, a, c)
		if (err == nil && p.access[token.Reveal()]) != works || err != nil && (p.questions() != 1 || errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "is a link")) {
			t.Errorf("%s: %v after %d questions", name, err, p.questions())
		}
		silent(t, fmt.Sprint(err))
		if text, _ := os.ReadFile(victim); string(text) != "of somebody else" {
			t.Errorf("%s: the file that the link leads to holds %q", name, text)
		}
	}
}

// What the platform answered is on the disk, and cannot be put into its place: this visit goes on with it, and the next one finds it.
func TestTheFileCannotBePutIntoItsPlace(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	before, _ := os.ReadFile(a.Path())
	a.Failpoint = func(point string) {
		if point == "written" {
			_ = errors.Join(os.Remove(a.Path()), os.MkdirAll(a.Path()+"/x", 0o700))
		}
	}
	credential, _, _ := renewed(t, a, c)
	for range 2 {
		if token, err := credential.Token(t.Context()); err != nil || !p.access[token.Reveal()] || p.questions() != 2 {
			t.Errorf("the visit ends: %v after %d questions", err, p.questions())
		}
	}
	a.Failpoint = nil
	if err := errors.Join(os.RemoveAll(a.Path()), os.WriteFile(a.Path(), before, 0o600)); err != nil || !works(t, p, a, c) {
		t.Errorf("the refresh token is lost: %v", err)
	}
}

// A full disk, of a process that may write no file of more than 4 KB: likewise.
func TestFullDisk(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	c.pass(3 * time.Hour)
	out, err := renewElsewhere(t, p, a, c, fullDisk)
	if err != nil || !strings.Contains(out, "make room there") || strings.Contains(out, collector.ErrAuth.Error()) || p.questions() != 1 {
		t.Errorf("%q %v after %d questions", out, err, p.questions())
	}
	if !works(t, p, a, c) {
		t.Error("it does not work when there is room again")
	}
}

func TestTheFolder(t *testing.T) {
	a := newPlatform(t).account(filepath.Join(t.TempDir(), "secrets"), newClock())
	if err := os.Mkdir(a.Folder, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := a.Prepare(t.Context()); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Error(err)
	}
	if err := errors.Join(os.Remove(a.Folder), os.WriteFile(a.Folder, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := a.Prepare(t.Context()); err == nil || !strings.Contains(err.Error(), "is no folder") {
		t.Error(err)
	}
}
