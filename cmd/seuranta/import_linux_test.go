package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/store/embedded/embeddedtest"
)

// TestImportOfAnotherFileThanShown changes a file after it was shown: nothing of it is stored.
func TestImportOfAnotherFileThanShown(t *testing.T) {
	dir, library := t.TempDir(), embeddedtest.Library(t)
	writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske}]
channels: [{id: linkedin, kind: linkedin}]
sources: [{id: taulukko, kind: sheet, channel: linkedin, columns: {Pvm: date, Seuraajat: "metric:followers"}}]
`, "a.csv": "Pvm;Seuraajat\n1.10.2026;5\n"})
	var out strings.Builder
	a := newApp(&out, io.Discard, func(name string) (string, bool) { return library, name == "SEURANTA_LIBCHDB" })
	a.configPath, a.nowText = filepath.Join(dir, "seuranta.yaml"), "2026-11-22T10:00:00Z"
	d, err := a.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.store.Close()
	path := filepath.Join(dir, "a.csv")
	s, shown, err := a.looked(t.Context(), d.Config, path, importFlags{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("Pvm;Seuraajat\n1.10.2026;6\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.storeFile(t.Context(), d, s, path, shown, importFlags{yes: true}); err == nil || !strings.Contains(err.Error(), "nothing was stored: a.csv was changed after it was shown") {
		t.Errorf("changed: %v\n%s", err, out.String())
	}
	if err := os.WriteFile(path, []byte("Pvm;Seuraajat\n1.10.2026;5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.storeFile(t.Context(), d, s, path, shown, importFlags{}); err != nil || !strings.Contains(out.String(), "stored: 1 new") {
		t.Errorf("as it was: %v\n%s", err, out.String())
	}
}

// TestWithdrawalIsAskedFor hands over a file that lacks a number told before. What is stored after a yes is what was counted,
// whatever became of the file meanwhile.
func TestWithdrawalIsAskedFor(t *testing.T) {
	for answer, code := range map[string]int{"y\n": exitOK, "\n": exitUsage} {
		dir := t.TempDir()
		writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske}]
channels: [{id: linkedin, kind: linkedin}]
sources: [{id: taulukko, kind: sheet, channel: linkedin, columns: {Pvm: date, Seuraajat: "metric:followers"}}]
`, "a.csv": "Pvm;Seuraajat\n1.10.2026;5\n2.10.2026;6\n3.10.2026;7\n", "b.csv": "Pvm;Seuraajat\n1.10.2026;5\n3.10.2026;8\n"})
		program(t, dir, exitOK, "import", "a.csv", "--now", "2026-11-22T10:00:00Z")
		screen, tty := terminalPair(t)
		cmd := underTest(t, dir, nil, "import", "b.csv", "--now", "2026-11-22T10:00:00Z")
		var out strings.Builder
		cmd.Stdin, cmd.Stderr, cmd.Stdout = tty, tty, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill(); _ = screen.Close() })
		if seen := readUntil(screen, "[y/N]"); !strings.Contains(seen, "1 number told before is no longer in the file and would be taken back. Is that right?") {
			t.Errorf("it asks %q", seen)
		}
		if err := os.WriteFile(filepath.Join(dir, "b.csv"), []byte("Pvm;Tilaajat\n1.10.2026;9\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := screen.WriteString(answer); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		stop.Stop()
		if got := cmd.ProcessState.ExitCode(); got != code || strings.Contains(out.String(), "stored: 0 new, 1 changed, 1 unchanged, 1 taken back") != (code == exitOK) {
			t.Errorf("answered %q: exit code %d, %s", answer, got, out.String())
		}
	}
}

// readUntil returns what a program writes until it has written some words, or until there is no more.
func readUntil(from *os.File, words string) string {
	seen, b := "", make([]byte, 4096)
	for !strings.Contains(seen, words) {
		n, err := from.Read(b)
		seen += string(b[:n])
		if err != nil {
			break
		}
	}
	return seen
}
