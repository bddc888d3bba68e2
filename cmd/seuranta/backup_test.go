package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/world"
)

// sameAfterRestore exports the store of a demo and restores it into a new folder. Figures, what explains them, the standing of
// the sources and every form of the weekly page are the same to the byte.
func sameAfterRestore(t *testing.T, dir string) {
	t.Helper()
	backup, fresh := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "fresh")
	files := map[string]string{"seuranta.yaml": readFile(t, filepath.Join(dir, "seuranta.yaml"))}
	for name := range world.Secrets() { // no export holds them
		files["secrets/"+name] = readFile(t, filepath.Join(dir, "secrets", name))
	}
	writeFiles(t, fresh, files)
	ask := func(dir string, args ...string) string {
		t.Helper()
		out, _ := program(t, ".", exitOK, append(args, "--config", filepath.Join(dir, "seuranta.yaml"), "--now", demoNow)...)
		return out
	}
	ask(dir, "export", backup)
	ask(fresh, "restore", backup)
	questions := [][]string{{"status", "--json"},
		{"figures", "--period", "2026", "--json"}, {"figures", "--period", "2026-W47", "--lang", "fi"}, {"figures", "--period", "2026-W40", "--as-of", "2026-10-20", "--json"},
		{"explain", "esimerkkikeskus/uutiskirje/subscribers/2026-W40"}, {"explain", "esimerkkikeskus/topic:rahapelihaitat/media_hits/2026-W42", "--json"},
		{"explain", "esimerkkikeskus/kotisivut/views/2026-W47", "--as-of", "2026-11-22"}}
	for _, q := range questions {
		if was, is := ask(dir, q...), ask(fresh, q...); was != is || len(was) < 200 {
			t.Errorf("seuranta %s says something else after the restore:\n%s\nand before:\n%s", strings.Join(q, " "), is, was)
		}
	}
	for _, d := range []string{dir, fresh} {
		ask(d, "report", "weekly", "--week", "2026-W47", "--out", filepath.Join(backup, filepath.Base(d))+"/")
	}
	pages, err := filepath.Glob(filepath.Join(backup, filepath.Base(dir), "*"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, p := range pages {
		if readFile(t, p) != readFile(t, filepath.Join(backup, "fresh", filepath.Base(p))) {
			t.Errorf("%s is another page after the restore", filepath.Base(p))
		}
	}
}

// TestExportBesideTheDaemon: an export may be made while a daemon collects; a restore into its store is refused.
func TestExportBesideTheDaemon(t *testing.T) {
	dir := daemonFolder(t)
	daemon := serving(t, dir)
	daemon.until(t, "it collects", func() bool { return strings.Contains(daemon.said(), "source collected") })
	for _, name := range []string{"first", "second"} {
		out, _ := program(t, dir, exitOK, "export", name)
		if !strings.Contains(out, "runs-2026.jsonl.gz") {
			t.Errorf("it was exported:\n%s", out)
		}
	}
	_, errs := program(t, dir, exitFailed, "restore", "first")
	if !strings.Contains(errs, "another process has the store open: process ") || !strings.Contains(errs, "end it and run the command again") {
		t.Errorf("a restore beside the daemon: %s", errs)
	}
	other := filepath.Join(dir, "other")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, other, map[string]string{"seuranta.yaml": readFile(t, filepath.Join(dir, "seuranta.yaml"))})
	program(t, dir, exitOK, "restore", "second", "--config", "other/seuranta.yaml")
	if out, _ := program(t, other, exitOK, "status", "--now", "2026-11-16T18:00:00Z", "--json"); !strings.Contains(out, `"loki"`) || !strings.Contains(out, "2026-11-16T") {
		t.Errorf("status of what was restored:\n%s", out)
	}
}

// TestAKilledRestoreIsBegunAnew: no command takes a half-filled store for one, and the next restore throws away what there is.
func TestAKilledRestoreIsBegunAnew(t *testing.T) {
	dir := t.TempDir()
	desk := `organisations: [{id: koske}]
channels: [{id: linkedin, kind: linkedin}]
sources: [{id: kasin, kind: entry, channel: linkedin, metrics: [followers]}]
`
	writeFiles(t, dir, map[string]string{"seuranta.yaml": desk, "fresh/seuranta.yaml": desk})
	program(t, dir, exitOK, "record", "linkedin", "followers", "46", "--on", "2026-11-20", "--now", "2026-11-21T06:00:00Z")
	program(t, dir, exitOK, "export", "backup")
	for _, place := range []string{"restore:marked", "restore:history", "restore:filled", "restore:renewed"} {
		_, _, code := attempt(t, dir, []string{failpointVariable + "=" + place}, "restore", "backup", "--config", "fresh/seuranta.yaml")
		if code != -1 {
			t.Fatalf("it was not killed at %s", place)
		}
		_, errs := program(t, dir, exitFailed, "figures", "--config", "fresh/seuranta.yaml")
		if !strings.Contains(errs, "a restore into it was stopped before its end; run `seuranta restore` with the same folder again") {
			t.Errorf("after %s: %s", place, errs)
		}
	}
	if out, _ := program(t, dir, exitOK, "restore", "backup", "--config", "fresh/seuranta.yaml"); !strings.Contains(out, "what an interrupted restore had left was thrown away") {
		t.Errorf("it says\n%s", out)
	}
	for _, question := range []string{"figures", "status"} {
		args := []string{question, "--json", "--now", "2026-11-23T06:00:00Z"}
		was, _ := program(t, dir, exitOK, args...)
		if is, _ := program(t, dir, exitOK, append(args, "--config", "fresh/seuranta.yaml")...); is != was {
			t.Errorf("%s says\n%s\nand said\n%s", question, is, was)
		}
	}
}
