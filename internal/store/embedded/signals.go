//go:build linux && amd64

package embedded

import (
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// guarded are the signals that the library sets back to their defaults whenever a
// session is opened. Without Go's handlers a nil dereference ends the process
// instead of becoming a panic.
var guarded = []syscall.Signal{
	syscall.SIGILL, syscall.SIGTRAP, syscall.SIGABRT, syscall.SIGBUS,
	syscall.SIGFPE, syscall.SIGSEGV, syscall.SIGSYS,
}

// disposition is the kernel's struct sigaction of amd64: handler, flags, restorer
// and mask, eight bytes each. It is kept as it is, never looked into.
type disposition [4]uint64

// keepSignals runs f and puts back what it did to the guarded signals.
func keepSignals(f func()) error {
	saved := make([]disposition, len(guarded))
	for i, s := range guarded {
		if err := sigaction(s, nil, &saved[i]); err != nil {
			return fmt.Errorf("read the handler of %v: %w", s, err)
		}
	}
	f()
	for i, s := range guarded {
		if err := sigaction(s, &saved[i], nil); err != nil {
			return fmt.Errorf("put back the handler of %v: %w", s, err)
		}
	}
	return nil
}

func sigaction(s syscall.Signal, set, old *disposition) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s),
		uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
