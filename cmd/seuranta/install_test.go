package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"seuranta/internal/store/embedded/embeddedtest"
)

// TestInstalled puts the program where `make install` puts it and works with it as somebody does who has no checkout: from
// another folder, with another home and nothing of ours in the environment.
func TestInstalled(t *testing.T) {
	root := t.TempDir()
	makes(t, "install", root)
	for _, name := range []string{"lib/seuranta/libchdb.so", "share/man/man1/seuranta.1.gz", "share/bash-completion/completions/seuranta",
		"share/zsh/site-functions/_seuranta", "share/fish/vendor_completions.d/seuranta.fish", "share/seuranta/seuranta.schema.json",
		"share/doc/seuranta/examples/seuranta.yaml", "share/doc/seuranta/install.md", "lib/sysusers.d/seuranta.conf", "lib/tmpfiles.d/seuranta.conf"} {
		if info, err := os.Stat(filepath.Join(root, "usr", name)); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	t.Run("five minutes", func(t *testing.T) { fiveMinutes(t, filepath.Join(root, "usr/bin/seuranta")) })
	t.Run("units", func(t *testing.T) { checkUnits(t, root) })
	makes(t, "uninstall", root)
	if left := regularFiles(t, root); len(left) > 0 {
		t.Errorf("make uninstall left %v", left)
	}
}

// makes runs a target of the Makefile on the program under test.
func makes(t *testing.T, target, root string) {
	t.Helper()
	self, err := exec.LookPath("seuranta")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("make", "--no-print-directory", "-C", "../..", target, "PREFIX=/usr", "DESTDIR="+root, "PROGRAM="+self, "LIBRARY="+embeddedtest.Library(t))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make %s: %v\n%s", target, err, out)
	}
}

// fiveMinutes is what the README has people do first.
func fiveMinutes(t *testing.T, program string) {
	home := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(program, args...)
		cmd.Dir, cmd.Env = home, []string{"PATH=/usr/bin:/bin", "HOME=/nowhere", "GORACE=atexit_sleep_ms=20"}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("seuranta %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("init", "--yes", "--name", "Koske", "--website", "https://koske.example", "--log", filepath.Join(home, "access.log"))
	writeFiles(t, home, map[string]string{"access.log": hourly(time.Date(2026, 11, 8, 0, 0, 0, 0, time.UTC))})
	const now = "2026-11-23T06:00:00Z"
	run("collect", "--from", "2026-11-10", "--now", now)
	if out := run("figures", "--period", "2026-W47", "--now", now); !strings.Contains(out, " 168 ") {
		t.Errorf("figures tells\n%s", out)
	}
	run("report", "weekly", "--out", "pages/", "--now", now, "--pictures=false")
	if page, err := os.ReadFile(filepath.Join(home, "pages/koske-2026-W47.fi.html")); err != nil || !strings.Contains(string(page), "Koske") {
		t.Errorf("the page: %v", err)
	}
	if out := run("explain", "koske/kotisivut/views/2026-W47", "--now", now); !strings.Contains(out, "24") {
		t.Errorf("explain tells\n%s", out)
	}
}

// hourly is a log of one view an hour, for sixteen days.
func hourly(from time.Time) string {
	var b strings.Builder
	for h := range 16 * 24 {
		b.WriteString(`192.0.2.7 - - [` + from.Add(time.Duration(h)*time.Hour).Format("02/Jan/2006:15:04:05 -0700") +
			`] "GET / HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"` + "\n")
	}
	return b.String()
}

// unfilled is the place of a path in a unit file as it lies in .packaging.
var unfilled = regexp.MustCompile(`@[A-Z]+@`)

// checkUnits has systemd look at the units, where there is one: with the paths of the folder they were put into.
func checkUnits(t *testing.T, root string) {
	folder := t.TempDir()
	var units []string
	for _, name := range []string{"seuranta.service", "seuranta-collect.service", "seuranta-collect.timer"} {
		text, err := os.ReadFile(filepath.Join(root, "usr/lib/systemd/system", name))
		if err != nil {
			t.Fatal(err)
		}
		if unfilled.Match(text) {
			t.Errorf("%s: a path is not filled in\n%s", name, text)
		}
		writeFiles(t, folder, map[string]string{name: strings.ReplaceAll(string(text), "/usr/bin/seuranta", root+"/usr/bin/seuranta")})
		units = append(units, filepath.Join(folder, name))
	}
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("there is no systemd-analyze here")
	}
	if out, err := exec.Command(tool, append([]string{"--man=no", "verify"}, units...)...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	for _, unit := range units[:2] { // the exposure is told from 0 to 10, the threshold ten times that
		if out, err := exec.Command(tool, "security", "--offline=yes", "--threshold=12", unit).CombinedOutput(); err != nil {
			t.Errorf("systemd-analyze security: %v\n%s", err, out)
		}
	}
}

func regularFiles(t *testing.T, root string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
