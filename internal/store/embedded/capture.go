//go:build linux && amd64

package embedded

import (
	"bytes"
	"io"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
)

// mostCaught is the most that is kept of what the library says while it starts.
const mostCaught = 64 << 10

// caught runs f, in which the library starts, and returns what was written to standard error
// meanwhile, when f failed: the library tells there why it does not start, with stack traces
// and with bytes of broken files. Standard error is put back when f ends, also by a panic.
//
// When f succeeds the library has said nothing of use. What others wrote is passed on then: a
// process that takes a folder over starts the engine in the midst of its work. Standard
// output is never touched, for the same reason.
//
// Should the process die inside the library, Go's own report still reaches the real
// standard error. What the library had said before is gone then: it lies in memory, and a
// second process that waits for this end is more than such a rare case is worth.
func caught(f func() error) (said string, err error) {
	const standardError = 2
	file, err := unix.MemfdCreate("seuranta-caught", unix.MFD_CLOEXEC)
	if err != nil {
		return "", f() // better loud than not at all
	}
	net := os.NewFile(uintptr(file), "caught")
	defer net.Close()
	err = func() error {
		defer crashesTo(standardError)()
		defer divert(standardError, file)()
		return f()
	}()
	if err == nil {
		passOn(net, standardError)
		return "", nil
	}
	b := make([]byte, mostCaught)
	n, _ := net.ReadAt(b, 0) // it ends before, as a rule
	return string(b[:n]), err
}

// greeting begins the one line that the library says of itself when it starts well: with a
// log, while a failure is being diagnosed.
const greeting = "Logging errors to "

// passOn writes what a file holds to a descriptor, if that is open: line by line, so that
// none is torn apart by what others write there meanwhile. While there is more it looks
// again: a write that had begun before the descriptor was put back may still go on.
func passOn(from *os.File, to int) {
	kept, err := unix.FcntlInt(uintptr(to), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return
	}
	f := os.NewFile(uintptr(kept), "standard error")
	defer f.Close()
	const end = 1 << 40
	for at := int64(0); ; time.Sleep(2 * time.Millisecond) {
		said, _ := io.ReadAll(io.NewSectionReader(from, at, end)) // it lies in memory
		if len(said) == 0 {
			return
		}
		for line := range bytes.Lines(said) {
			if bytes.HasPrefix(line, []byte(greeting)) {
				continue
			}
			if _, err := f.Write(line); err != nil {
				return // who cannot be told is not told
			}
		}
		at += int64(len(said))
	}
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
