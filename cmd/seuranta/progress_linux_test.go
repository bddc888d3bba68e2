package main

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// barsOn draws a bar of half the work on a stream and returns what is seen of it.
func barsOn(t *testing.T, stream, seen *os.File, json bool) string {
	t.Helper()
	a := newApp(io.Discard, stream, os.LookupEnv)
	a.json = json
	b := a.progress("verkkoloki")
	for _, done := range []int64{25, 50, 75} {
		b.to(done, 100)
		time.Sleep(120 * time.Millisecond) // it is drawn ten times a second at most
	}
	b.done()
	if _, err := stream.WriteString("the end\n"); err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(readUntil(seen, "the end"), "the end")
	return strings.TrimPrefix(text, "\r\n") // the end of the line before
}

// TestABarOnATerminal: how far long work is stands on a terminal, and goes when it is done; nothing of it stands in a pipe or
// beside --json.
func TestABarOnATerminal(t *testing.T) {
	screen, tty := terminalPair(t)
	if seen := barsOn(t, tty, screen, false); !strings.Contains(seen, "verkkoloki") || !strings.Contains(seen, "50%") && !strings.Contains(seen, "75%") || !strings.HasSuffix(seen, "\r") {
		t.Errorf("on a terminal there is %q", seen)
	}
	if seen := barsOn(t, tty, screen, true); seen != "" {
		t.Errorf("with --json there is %q", seen)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = r.Close(), w.Close() }()
	if seen := barsOn(t, w, r, false); seen != "" {
		t.Errorf("in a pipe there is %q", seen)
	}
}

// TestCollectShowsItsProgress: `collect` draws a bar for each source on a terminal, and standard output is the same without.
func TestCollectShowsItsProgress(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske}]
channels: [{id: sivut, kind: website}]
sources: [{id: verkkoloki, kind: accesslog, channel: sivut, paths: [access.log]}]
`, "access.log": strings.Repeat(`192.0.2.1 - - [02/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 100 "-" "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"`+"\n", 60_000)})
	args := []string{"collect", "--from", "2026-11-01", "--to", "2026-11-02", "--now", "2026-11-09T06:00:00Z"}
	screen, tty := terminalPair(t)
	cmd := underTest(t, dir, nil, args...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, tty
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != exitPartial {
		t.Fatal(err, out.String())
	}
	if _, err := tty.WriteString("the end\n"); err != nil {
		t.Fatal(err)
	}
	if seen := readUntil(screen, "the end"); !strings.Contains(seen, "verkkoloki") || !strings.Contains(seen, "%") {
		t.Errorf("on a terminal there is %q", seen)
	}
	if strings.ContainsAny(out.String(), "\r%") || !strings.Contains(out.String(), "SOURCE") {
		t.Errorf("standard output is %q", out.String())
	}
	if _, errs := program(t, dir, exitPartial, args...); strings.ContainsAny(errs, "\r%") {
		t.Errorf("in a pipe there is %q", errs)
	}
}
