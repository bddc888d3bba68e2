//go:build linux && amd64

package embeddedtest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Disk mounts a disk of some kB for the test and gives a way to mount it anew with other options. Without the right to mount
// it runs the test again where it has that right, and gives "". Where nobody may mount the test is skipped; the project's own
// checks must be able to.
func Disk(t *testing.T, kB int) (folder string, remount func(flags uintptr, options string)) {
	t.Helper()
	folder = t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%dk", kB)); err != nil {
		if os.Geteuid() == 0 {
			cannotMount(t, err.Error())
		}
		again(t)
		return "", nil
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	return folder, func(flags uintptr, options string) {
		t.Helper()
		if err := unix.Mount("", folder, "", unix.MS_REMOUNT|flags, options); err != nil {
			t.Fatal(err)
		}
	}
}

// again runs the test in a name space in which it may mount.
func again(t *testing.T) {
	t.Helper()
	cmd := exec.Command("unshare", "-Urm", os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "SEURANTA_LIBCHDB="+Library(t))
	out, err := cmd.CombinedOutput()
	if err != nil && !strings.Contains(string(out), "=== RUN") {
		cannotMount(t, string(out))
	}
	t.Logf("in a name space of its own:\n%s", out)
	if err != nil {
		t.Error(err)
	}
}

func cannotMount(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("cannot mount a disk: %s", why)
	}
	t.Skipf("cannot mount a disk: %s", why)
}
