package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// soon is how long a stopped program may take, on a slow machine and with the race detector.
const soon = 15 * time.Second

// ends waits for a program that was told to stop.
func ends(t *testing.T, cmd *exec.Cmd, within time.Duration) int {
	t.Helper()
	late := time.AfterFunc(within, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	if !late.Stop() {
		t.Errorf("it did not end within %s", within)
	}
	return cmd.ProcessState.ExitCode()
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// TestStoppedDemoLeavesNothing stops a demo at several moments of its work, by each of the ways to stop it.
func TestStoppedDemoLeavesNothing(t *testing.T) {
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
	for i, after := range []time.Duration{50, 150, 300, 600, 1000, 1500, 2200} {
		sig := signals[i%len(signals)]
		t.Run(fmt.Sprintf("%s after %d ms", sig, after), func(t *testing.T) {
			temp := t.TempDir()
			cmd := underTest(t, "", []string{"TMPDIR=" + temp}, shortDemo()...)
			var errs strings.Builder
			cmd.Stderr = &errs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(after * time.Millisecond)
			_ = cmd.Process.Signal(sig) // it may have come to its end
			switch code := ends(t, cmd, soon); code {
			case exitFailed:
				wantEmpty(t, temp)
				if !strings.HasSuffix(errs.String(), "seuranta: stopped\n") {
					t.Errorf("it ended with %q", errs.String())
				}
			case -1:
				wantEmpty(t, temp) // the signal came before anybody listened
			case exitOK:
				t.Log("it had come to its end")
			default:
				t.Errorf("exit code %d: %s", code, errs.String())
			}
		})
	}
}

// TestTwoDemos lives through some weeks twice, the second time served on a terminal: the pages are the same to the byte.
func TestTwoDemos(t *testing.T) {
	first := filepath.Join(t.TempDir(), "demo")
	outlivesTheTerminal(t, "--once", "--keep", first)

	temp := t.TempDir()
	screen, tty := terminalPair(t)
	cmd := underTest(t, "", []string{"TMPDIR=" + temp}, shortDemo()...)
	cmd.Stdout = tty
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	isServed(t, readyAddress(t, screen))
	folders, err := filepath.Glob(filepath.Join(temp, "seuranta-demo-*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("the folders of the demo: %v, %v", folders, err)
	}
	wantSamePages(t, first, folders[0])

	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if code := ends(t, cmd, soon); code != 0 {
		t.Errorf("exit code %d", code)
	}
	wantEmpty(t, temp)
}

// shortDemo are the words of the shortest demo.
func shortDemo(more ...string) []string {
	return append([]string{"demo", "--weeks", "9", "--pictures=false", "--now", demoNow}, more...)
}

// outlivesTheTerminal hangs up while a demo is at work: who starts the program so that it is not hung up wants it to go on.
func outlivesTheTerminal(t *testing.T, more ...string) {
	t.Helper()
	cmd := underTest(t, "", []string{"TMPDIR=" + t.TempDir()}, shortDemo(more...)...)
	cmd.Path, cmd.Args = "/bin/sh", append([]string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`}, cmd.Args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		time.Sleep(50 * time.Millisecond)
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	if code := ends(t, cmd, 10*time.Minute); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func isServed(t *testing.T, address string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the page: %s", answer.Status)
	}
}

// wantSamePages compares the pages of two demos of one moment.
func wantSamePages(t *testing.T, first, second string) {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(first, "pages", "*"))
	if err != nil || len(pages) != 3*4+1 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, p := range pages {
		if a, b := unsettled(t, first, p), unsettled(t, second, filepath.Join(second, "pages", filepath.Base(p))); a != b {
			t.Errorf("%s differs between two demos of one moment", filepath.Base(p))
		}
	}
}

// readyAddress reads a screen until the program says where it serves.
func readyAddress(t *testing.T, screen *os.File) string {
	t.Helper()
	lines := bufio.NewScanner(screen)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "ready "); ok {
			return address
		}
	}
	t.Fatalf("nothing is ready: %v", lines.Err())
	return ""
}
