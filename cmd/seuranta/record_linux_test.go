package main

import (
	"strings"
	"testing"
	"time"
)

// TestAskedAtATerminal types a number far from the one before where somebody can be asked.
func TestAskedAtATerminal(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske}]
channels: [{id: linkedin, kind: linkedin}]
sources: [{id: kasin, kind: entry, channel: linkedin, metrics: [followers]}]
`})
	program(t, dir, exitOK, "record", "linkedin", "followers", "1003", "--now", "2026-11-21T10:00:00Z")
	for _, c := range []struct {
		answer string
		code   int
		stored bool
	}{{"n\n", exitUsage, false}, {"\n", exitUsage, false}, {"kyllä\n", exitOK, true}} {
		screen, tty := terminalPair(t)
		cmd := underTest(t, dir, nil, "record", "linkedin", "followers", "101", "--now", "2026-11-22T10:00:00Z")
		var out strings.Builder
		cmd.Stdin, cmd.Stderr, cmd.Stdout = tty, tty, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		asked := make(chan string, 1)
		go func() {
			seen, b := "", make([]byte, 4096)
			for !strings.Contains(seen, "[y/N]") {
				n, err := screen.Read(b)
				seen += string(b[:n])
				if err != nil {
					break
				}
			}
			asked <- seen
		}()
		select {
		case seen := <-asked:
			if !strings.Contains(seen, "101 is far from 1003 of 2026-11-21. Is it right?") {
				t.Fatalf("it asks %q", seen)
			}
		case <-time.After(2 * time.Minute):
			_ = cmd.Process.Kill()
			t.Fatal("nobody was asked")
		}
		if _, err := screen.WriteString(c.answer); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != c.code || strings.Contains(out.String(), "stored: followers") != c.stored {
			t.Errorf("answer %q: exit code %d, %s", c.answer, got, out.String())
		}
	}
}
