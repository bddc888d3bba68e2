//go:build linux && amd64

package embedded

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// visitingFolder holds a lock file for each name that was ever reserved.
const visitingFolder = "visiting"

// turnName is reserved for the few moments in which a commit is made to count. The names of
// others have a dot.
const turnName = "commit"

// mostTurn is how long others may take in their turns.
const mostTurn = time.Minute

// Turn waits until no other process that shares the folder is in its turn, and takes it until
// release is called. One that is stopped in its turn is an error that names it.
func (s *Shared) Turn(ctx context.Context) (release func(), err error) {
	for end := time.Now().Add(mostTurn); ; {
		release, err := s.Reserve(turnName)
		process := Visitor(s.options.Path, turnName)
		switch {
		case !errors.Is(err, ErrBusy):
			return release, err
		case process > 0 && stopped(process), time.Now().After(end):
			return nil, fmt.Errorf("wait for the commit of another process: %w", silent(process))
		}
		if err := pause(ctx, 2*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// Visitor is the number of the process that reserved a name of a folder last, 0 when nobody
// did or that process has ended.
func Visitor(folder, name string) int {
	f, err := os.Open(filepath.Join(folder, visitingFolder, url.PathEscape(name)))
	if err != nil {
		return 0
	}
	defer f.Close()
	if process := written(f); process > 0 && !errors.Is(syscall.Kill(process, 0), syscall.ESRCH) {
		return process
	}
	return 0
}

// Reserve takes a name for the caller, over all processes that share the folder, until
// release is called or the process ends. It does not wait: a name that is taken is
// ErrBusy, with the number of the process that has it.
func (s *Shared) Reserve(name string) (release func(), err error) {
	if err := s.moved(); err != nil {
		return nil, err
	}
	dir := filepath.Join(s.options.Path, visitingFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(s.options.Path, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, url.PathEscape(name)), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unusable(s.options.Path, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, unusable(s.options.Path, err)
		}
		return nil, fmt.Errorf("%w by %s", ErrBusy, owner(f))
	}
	_, _ = f.WriteAt(fmt.Appendf(nil, "%-20d\n", os.Getpid()), 0) // on a full disk nobody is named
	return func() { f.Close() }, nil
}
