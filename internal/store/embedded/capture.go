//go:build linux && amd64

package embedded

import (
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// mostCaught is the most that is kept of what the library says while it starts.
const mostCaught = 64 << 10

// caught runs f, in which the library starts, and returns what was written to the
// descriptors 1 and 2 meanwhile: the library tells there why it does not start, with stack
// traces and with bytes of broken files. Both are put back when f ends, also by a panic.
// What other goroutines write meanwhile is caught with it; programs open their store
// before they begin anything else.
//
// Should the process die inside the library, Go's own report still reaches the real
// standard error. What the library had said before is gone then: it lies in memory, and a
// second process that waits for this end is more than such a rare case is worth.
func caught(f func()) string {
	file, err := unix.MemfdCreate("seuranta-caught", unix.MFD_CLOEXEC)
	if err != nil {
		f() // better loud than not at all
		return ""
	}
	said := os.NewFile(uintptr(file), "caught")
	defer said.Close()
	func() {
		defer crashesTo(2)()
		for _, fd := range []int{1, 2} {
			defer divert(fd, file)()
		}
		f()
	}()
	b := make([]byte, mostCaught)
	n, _ := said.ReadAt(b, 0) // it ends before, as a rule
	return string(b[:n])
}

// divert lets a descriptor write into a file until the function that it returns is called.
// One that is closed is left alone.
func divert(fd, file int) (back func()) {
	kept, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return func() {}
	}
	back = func() { _ = unix.Close(kept) }
	if unix.Dup3(file, fd, 0) != nil {
		return back
	}
	return func() {
		_ = unix.Dup3(kept, fd, 0) // it was open a moment ago
		_ = unix.Close(kept)
	}
}

// crashesTo lets Go's report of a crash go to where a descriptor leads now, too, until the
// function that it returns is called.
func crashesTo(fd int) (back func()) {
	kept, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return func() {}
	}
	f := os.NewFile(uintptr(kept), "standard error")
	defer f.Close() // the runtime keeps a copy of its own
	if debug.SetCrashOutput(f, debug.CrashOptions{}) != nil {
		return func() {}
	}
	return func() { _ = debug.SetCrashOutput(nil, debug.CrashOptions{}) }
}
