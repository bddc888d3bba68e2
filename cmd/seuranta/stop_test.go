package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// soon is how long a stopped program may take, on a slow machine and with the race detector.
const soon = 4 * time.Second

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
			cmd := underTest(t, "", []string{"TMPDIR=" + temp}, "demo", "--weeks", "9", "--pictures=false", "--now", demoNow)
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

// TestNohupOutlivesTheTerminal: who starts the program so that it is not hung up wants it to go on.
func TestNohupOutlivesTheTerminal(t *testing.T) {
	cmd := underTest(t, "", []string{"TMPDIR=" + t.TempDir()}, "demo", "--weeks", "9", "--pictures=false", "--now", demoNow)
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
	if code := ends(t, cmd, 3*time.Minute); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestServingDemoLeavesNothing serves on a terminal and hangs up.
func TestServingDemoLeavesNothing(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT} {
		temp := t.TempDir()
		screen, tty := terminalPair(t)
		cmd := underTest(t, "", []string{"TMPDIR=" + temp}, "demo", "--weeks", "9", "--pictures=false", "--now", demoNow)
		cmd.Stdout = tty
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		answer, err := http.Get(readyAddress(t, screen))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("the page: %s", answer.Status)
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if code := ends(t, cmd, soon); code != 0 {
			t.Errorf("%s: exit code %d", sig, code)
		}
		wantEmpty(t, temp)
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
