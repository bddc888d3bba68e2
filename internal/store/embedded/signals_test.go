//go:build linux && amd64

package embedded_test

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"seuranta/internal/store/embedded/embeddedtest"
)

// handlers reads the kernel's notes on all signals.
func handlers(t *testing.T) (all [65][4]uint64) {
	t.Helper()
	for s := 1; s < len(all); s++ {
		_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), 0, uintptr(unsafe.Pointer(&all[s])), 8, 0, 0)
		if errno != 0 {
			t.Fatalf("signal %d: %v", s, errno)
		}
	}
	return all
}

func TestSignalHandlersAreKept(t *testing.T) {
	before := handlers(t)
	e := embeddedtest.Open(t)
	if got := handlers(t); got != before {
		t.Errorf("after Open:\n%v\nbefore:\n%v", got, before)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if got := handlers(t); got != before {
		t.Errorf("after Close:\n%v\nbefore:\n%v", got, before)
	}
}

func TestNilDereferenceIsAPanicStill(t *testing.T) {
	embeddedtest.Open(t)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	var p *struct{ n int }
	t.Log(p.n)
}

func TestTerminationReachesNotify(t *testing.T) {
	e := embeddedtest.Open(t)
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGTERM)
	defer signal.Stop(got)
	db := embeddedtest.Connect(t, e, "")
	exec(t, db, "SELECT 1")
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-got:
	case <-time.After(5 * time.Second):
		t.Error("SIGTERM did not arrive")
	}
}
