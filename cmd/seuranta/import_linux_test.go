package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestImportOfAnotherFileThanShown changes a file while somebody looks at how it would be read.
func TestImportOfAnotherFileThanShown(t *testing.T) {
	for change, code := range map[string]int{"": exitOK, "Pvm;Tilaajat\n1.10.2026;9\n": exitFailed} {
		dir := t.TempDir()
		writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske}]
channels: [{id: linkedin, kind: linkedin}]
sources: [{id: taulukko, kind: sheet, channel: linkedin}]
`, "a.csv": "Pvm;Seuraajat\n1.10.2026;5\n"})
		screen, tty := terminalPair(t)
		cmd := underTest(t, dir, nil, "import", "a.csv", "--now", "2026-11-22T10:00:00Z")
		var out strings.Builder
		cmd.Stdin, cmd.Stderr, cmd.Stdout = tty, tty, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill(); _ = screen.Close() })
		readUntil(screen, "[y/N]")
		if change != "" {
			if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte(change), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := screen.WriteString("y\n"); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		stop.Stop()
		if got := cmd.ProcessState.ExitCode(); got != code || strings.Contains(out.String(), "stored: 1 new") != (code == exitOK) {
			t.Errorf("changed to %q: exit code %d, %s", change, got, out.String())
		}
	}
}

// readUntil reads what a program writes until it has written some words, or until there is no more.
func readUntil(from *os.File, words string) {
	seen, b := "", make([]byte, 4096)
	for !strings.Contains(seen, words) {
		n, err := from.Read(b)
		seen += string(b[:n])
		if err != nil {
			return
		}
	}
}
