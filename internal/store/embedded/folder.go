//go:build linux && amd64

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

const lockFile = "seuranta.lock"

// folder is a data folder that this process has to itself.
type folder struct {
	path string
	lock *os.File
	// leave, when it is set, is called before others may take the folder.
	leave func()
}

// inProcess says which folder this process has open. The library keeps one engine
// in process-wide variables, so the place for this is a process-wide variable too.
var inProcess struct {
	sync.Mutex
	path string
}

// takeFolder makes the folder if need be and locks it. What the engine would tell
// on standard error only is looked for here first.
func takeFolder(path string) (*folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	if target, dangling := danglingLink(path); dangling {
		return nil, fmt.Errorf("open the data folder %s: %w (it is a link to %s, which does not exist); make that folder or choose another storage.path",
			path, ErrFolder, target)
	}
	// With this folder the engine starts the tasks that DROP … SYNC waits for;
	// without it, that statement hangs for ever on a new database.
	if err := os.MkdirAll(filepath.Join(path, "metadata"), 0o700); err != nil {
		return nil, unusable(path, err)
	}
	f, err := os.OpenFile(filepath.Join(path, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unusable(path, err)
	}
	if err := lock(f, path); err != nil {
		f.Close()
		return nil, err
	}
	taken := &folder{path: path, lock: f}
	if err := noOtherEngine(path); err != nil {
		_ = taken.release() // what is wrong is told already
		return nil, err
	}
	return taken, nil
}

// moved fails when the path leads no longer to the folder whose lock this is. Everything
// is read and written by its path: what belongs to one folder must not get into another.
// A folder that was moved and that a link in its old place leads to is the same one.
func (f *folder) moved() error {
	mine, err := f.lock.Stat()
	if err != nil {
		return nil // it is given back
	}
	found, err := os.Stat(filepath.Join(f.path, lockFile))
	switch {
	case err == nil && os.SameFile(mine, found):
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
		return nil // nobody can tell
	}
	return fmt.Errorf("use the data folder %s: %w; nothing more is written by it: see to it that the right folder is there, and start it again", f.path, ErrMoved)
}

// danglingLink tells where a link leads that leads nowhere: making a folder in its place
// would fail with "file exists".
func danglingLink(path string) (target string, dangling bool) {
	target, err := os.Readlink(path)
	if err != nil {
		return "", false
	}
	_, err = os.Stat(path)
	return target, errors.Is(err, fs.ErrNotExist)
}

// workingFolder fails when the folder that the process works in was removed: the engine
// does not start there and cannot say why.
func workingFolder(path string) error {
	if _, err := unix.Getwd(); err != nil {
		return fmt.Errorf("open the data folder %s: %w: the current folder no longer exists; change to another", path, ErrFolder)
	}
	return nil
}

// reachable fails when something of the engine's cannot be used by this user: the engine
// would tell it with a stack trace, and what cannot be looked at must not pass for lost.
func reachable(path string) error {
	for _, pattern := range []string{".", "metadata", "metadata/*.sql", "store", "store/*", "store/*/*", "store/*/*/*.sql", "data", "tmp", "flags"} {
		for _, p := range glob(path, pattern) {
			mode := uint32(unix.R_OK | unix.W_OK | unix.X_OK)
			if strings.HasSuffix(p, ".sql") {
				mode = unix.R_OK
			}
			if err := unix.Access(p, mode); err != nil && !errors.Is(err, syscall.ENOENT) {
				return unusable(path, &fs.PathError{Op: "use", Path: p, Err: err})
			}
		}
	}
	return nil
}

// glob lists the paths in a folder, whose own name may hold any character, that fit a
// pattern, which is well formed.
func glob(folder, pattern string) (paths []string) {
	found, _ := fs.Glob(os.DirFS(folder), pattern)
	for _, f := range found {
		paths = append(paths, filepath.Join(folder, f))
	}
	return paths
}

// noOtherEngine looks at the lock of the engine itself, which a ClickHouse that is
// not ours holds.
func noOtherEngine(path string) error {
	f, err := os.Open(filepath.Join(path, "status"))
	if err != nil {
		return nil // a folder that no engine has run on yet
	}
	defer f.Close() // gives the lock back
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("open the data folder %s: %w: another ClickHouse works on it; stop that", path, errForeign)
	}
	return nil
}

// errTaken is the ErrLocked of a folder that another process of this program has.
var errTaken = fmt.Errorf("%w", ErrLocked)

// errForeign is the ErrLocked of a folder that another ClickHouse has.
var errForeign = fmt.Errorf("%w", ErrLocked)

// lock takes the folder for this process and leaves its number for others to read.
// The number has a fixed width, so that writing it needs no space on a full disk.
func lock(f *os.File, path string) error {
	inProcess.Lock()
	defer inProcess.Unlock()
	if inProcess.path != "" {
		return fmt.Errorf("open the data folder %s: %w: this process already has %s open, and can have one at a time",
			path, ErrLocked, inProcess.path)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return unusable(path, err)
		}
		return fmt.Errorf("open the data folder %s: %w: %s works on it; wait until it ends, or stop it",
			path, errTaken, owner(f))
	}
	if _, err := f.WriteAt(fmt.Appendf(nil, "%-20d\n", os.Getpid()), 0); err != nil && !errors.Is(err, syscall.ENOSPC) {
		return unusable(path, err)
	}
	inProcess.path = path
	return nil
}

func owner(f *os.File) string {
	if pid := written(f); pid > 0 {
		return fmt.Sprintf("process %d", pid)
	}
	return "another process"
}

// written is the number of the process that took the lock last, 0 when it cannot be told.
func written(f *os.File) int {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0) // shorter than b, always
	pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err != nil {
		return 0
	}
	return pid
}

// holder is the same for the lock of a folder.
func holder(path string) int {
	f, err := os.Open(filepath.Join(path, lockFile))
	if err != nil {
		return 0
	}
	defer f.Close()
	return written(f)
}

func (f *folder) release() error {
	if f.leave != nil {
		f.leave()
	}
	inProcess.Lock()
	defer inProcess.Unlock()
	inProcess.path = ""
	return f.lock.Close()
}

// unusable says in words why the folder cannot be used and what to do.
func unusable(path string, err error) error {
	cause, advice := ErrFolder, "choose another storage.path"
	switch {
	case errors.Is(err, syscall.EISDIR):
		advice = "remove that folder: a file of this program belongs there"
	case errors.Is(err, syscall.EROFS):
		cause, advice = ErrReadOnly, "mount it for writing or choose another storage.path"
	case errors.Is(err, fs.ErrPermission):
		cause, advice = ErrReadOnly, "give the program's user the right to write there"
	case errors.Is(err, syscall.ENOSPC):
		cause, advice = ErrFull, "nothing was changed; make room on the disk"
	case errors.Is(err, syscall.ENOTDIR):
		advice = "a file stands in its place: move it away or choose another storage.path"
	}
	return fmt.Errorf("open the data folder %s: %w (%s); %s", path, cause, printable(err.Error()), advice)
}
