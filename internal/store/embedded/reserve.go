//go:build linux && amd64

package embedded

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
)

// visitingFolder holds a lock file for each name that was ever reserved.
const visitingFolder = "visiting"

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
