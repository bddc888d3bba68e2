//go:build linux && amd64

package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/store/embedded"
)

// processNumber is what a role that shares says first: who runs the engine.
func (p *process) processNumber(t *testing.T) int {
	t.Helper()
	line := p.line(t)
	n, err := strconv.Atoi(line)
	if err != nil {
		t.Fatalf("it says %q", line)
	}
	return n
}

// end lets a role end in good order and gives what it said meanwhile.
func (p *process) end(t *testing.T) []string {
	t.Helper()
	p.stdin.Close()
	lines := p.rest()
	if p.cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("the other process ended with %v: %q", p.cmd.ProcessState, lines)
	}
	return lines
}

// Two processes read and write at once, whichever of them runs the engine, and nothing is lost when that one ends first.
func TestTwoProcessesShare(t *testing.T) {
	folder := t.TempDir()
	p := play(t, "add", folder)
	if got := p.processNumber(t); got != p.cmd.Process.Pid {
		t.Errorf("process %d runs the engine", got)
	}
	s, db := opened(t, folder)
	if o := s.Owner(); o.Here || o.Process != p.cmd.Process.Pid || o.Program != "the other one" || o.Engine == "" || s.Engine() != nil {
		t.Errorf("the engine is said to be %+v", o)
	}
	const mine = 10
	for n := range uint64(mine) {
		if err := insertOne(db, 1, n); err != nil {
			t.Fatal(err)
		}
	}
	theirs := len(p.end(t))
	if got := one(t, db, "SELECT count() FROM t FINAL"); got != uint64(mine+theirs)*rowsAdded || theirs == 0 {
		t.Errorf("%d rows of %d and %d batches", got, mine, theirs)
	}
	if o := s.Owner(); !o.Here || o.Process != os.Getpid() || s.Engine() == nil {
		t.Errorf("now the engine is said to be %+v", o)
	}
	q := play(t, "add", folder)
	if got := q.processNumber(t); got != os.Getpid() {
		t.Errorf("process %d runs the engine", got)
	}
	theirs += len(q.end(t))
	if got := one(t, db, "SELECT count() FROM t FINAL"); got != uint64(mine+theirs)*rowsAdded {
		t.Errorf("%d rows of %d and %d batches", got, mine, theirs)
	}
}

// One process at a time is in its turn; the others wait, but not for one that is stopped.
func TestTurns(t *testing.T) {
	folder := t.TempDir()
	p := play(t, "turn", folder)
	p.line(t)
	s, _ := opened(t, folder)
	waiting, cancel := context.WithTimeout(background, 100*time.Millisecond)
	defer cancel()
	if _, err := s.Turn(waiting); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another has it: %v", err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	_, err := s.Turn(background)
	wantError(t, err, embedded.ErrSilent, fmt.Sprintf("process %d is stopped", p.cmd.Process.Pid))
	if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	had := make(chan error, 1)
	go func() {
		release, err := s.Turn(background)
		if err == nil {
			release()
		}
		had <- err
	}()
	p.end(t)
	if err := <-had; err != nil {
		t.Error(err)
	}
}
