//go:build linux && amd64

package embedded_test

import (
	"fmt"
	"io"
	"net"
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/store/embedded"
)

// held counts the descriptors and the goroutines of this process.
func held(t *testing.T) (descriptors, goroutines int) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open), runtime.NumGoroutine()
}

// manyGuests is how many guests come and go in the life of one engine.
const manyGuests = 2000

// A process that runs the engine for long keeps nothing of guests that are gone, also of those that were rude.
func TestManyGuestsComeAndGo(t *testing.T) {
	folder := t.TempDir()
	_, own := opened(t, folder)
	come := func() {
		guest, err := tryShare(t, folder)
		if err != nil {
			t.Fatal(err)
		}
		db, err := connect(guest, sharedDatabase)
		if err != nil {
			t.Fatal(err)
		}
		if got := one(t, db, "SELECT toUInt64(1)"); got != 1 || guest.Owner().Here {
			t.Errorf("%d, %+v", got, guest.Owner())
		}
		db.Close()
		if err := guest.Close(); err != nil {
			t.Error(err)
		}
	}
	leave := func() { // in the midst of a request
		c, err := net.Dial("unix", filepath.Join(folder, "seuranta.sock"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nSELECT"); err != nil {
			t.Error(err)
		}
		c.Close()
	}
	for range 50 {
		come()
	}
	var descriptors, goroutines int
	const some = 8 // the engine itself opens and closes files
	settled := func() bool {
		d, g := held(t)
		return d <= descriptors+some && g <= goroutines+some
	}
	descriptors, goroutines = held(t)
	for i := range manyGuests {
		come()
		if i%4 == 0 {
			leave()
		}
	}
	if !within(10*time.Second, settled) {
		d, g := held(t)
		t.Errorf("descriptors %d → %d, goroutines %d → %d", descriptors, d, goroutines, g)
	}
	if got := one(t, own, "SELECT toUInt64(1)"); got != 1 {
		t.Error(got)
	}
}

// What a process says while it takes the engine over is neither lost nor held back.
func TestNothingThatOthersSayIsLost(t *testing.T) {
	stdout, stderr, err := started(t, "chat", t.TempDir(), func(*osexec.Cmd) {})
	body, count, _ := strings.Cut(stdout, "numbers ")
	n, _ := strconv.Atoi(strings.TrimSpace(count))
	if err != nil || n == 0 {
		t.Fatalf("%d numbers, %v", n, err)
	}
	for name, said := range map[string]string{"output": body, "error": stderr} {
		there := map[string]bool{}
		for line := range strings.Lines(said) {
			there[strings.TrimSpace(line)] = true
		}
		if len(there) != n {
			t.Errorf("standard %s has %d of %d numbers", name, len(there), n)
		}
	}
}

// asNobody runs a role as another user, who may look at the folder and at the test's program.
func asNobody(t *testing.T, role, folder string) (stdout string, err error) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	const nobody = 65534
	open := filepath.Dir(folder)
	for p := open; p != "/tmp" && p != "/"; p = filepath.Dir(p) {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(open, "program")
	if out, err := osexec.Command("cp", os.Args[0], program).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	stdout, _, err = started(t, role, folder, func(c *osexec.Cmd) {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		c.Path, c.Dir = program, "/"
	})
	if err != nil && strings.Contains(err.Error(), "permission denied") {
		t.Skipf("another user cannot run this test: %v", err)
	}
	return stdout, err
}

// Another user is let in neither by the guest's side nor, when every right on the files was given away, by the owner's.
func TestOtherUsersAreNoGuests(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	opened(t, folder)
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(folder, "seuranta.sock"), 0o666); err != nil {
		t.Fatal(err)
	}
	stdout, err := asNobody(t, "share", folder)
	if want := fmt.Sprintf("process %d of user 0 works on it; run the command as that user", os.Getpid()); err == nil || !strings.Contains(stdout, want) {
		t.Errorf("it says %q, %v", stdout, err)
	}
	if stdout, err = asNobody(t, "knock", folder); err != nil || stdout != "EOF\n" {
		t.Errorf("the socket answers %q, %v", stdout, err)
	}
}

// knock asks at the socket without looking who is there, and says what came back.
func knock(o embedded.Options) {
	c, err := net.Dial("unix", filepath.Join(o.Path, "seuranta.sock"))
	exitOn(err)
	_, _ = io.WriteString(c, "GET /about HTTP/1.0\r\n\r\n") // the other side may be gone
	_, err = c.Read(make([]byte, 100))
	if err != nil && strings.Contains(err.Error(), "reset") {
		err = io.EOF // what was not read is told so
	}
	fmt.Println(err)
}
