//go:build linux && amd64

package embedded_test

import (
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// stay says where the process thinks it is in time, on an engine that was opened.
func stay(e *embedded.Engine) {
	fmt.Println(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC).Local().Format("15:04"))
	fmt.Fprintln(os.Stderr, "standard error is open")
	e.Close()
}

// started runs a role to its end and gives what it printed.
func started(t *testing.T, role, folder string, change func(*osexec.Cmd)) (stdout, stderr string, err error) {
	t.Helper()
	cmd := osexec.Command(os.Args[0], folder)
	cmd.Env = append(os.Environ(), roleVariable+"="+role, "SEURANTA_LIBCHDB="+embeddedtest.Library(t), "GORACE=atexit_sleep_ms=20")
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	change(cmd)
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// The engine knows few time zones and starts with no other; Go's own zone stays the caller's.
func TestTimeZoneOfTheCaller(t *testing.T) {
	for zone, local := range map[string]string{"": "12:00", "UTC": "12:00", "UTC+3": "12:00", "EET-2EEST": "12:00", "Nowhere/Foo": "12:00", ":": "12:00",
		"Europe/Helsinki": "15:00", ":/etc/passwd": "12:00", "\x1b[2J": "12:00"} {
		stdout, stderr, err := started(t, "stay", t.TempDir(), func(c *osexec.Cmd) { c.Env = append(c.Env, "TZ="+zone) })
		if err != nil || stdout != local+"\n" || stderr != "standard error is open\n" {
			t.Errorf("TZ=%q: it is %q, %v\n%s", zone, stdout, err, stderr)
		}
	}
}

func TestWorkingFolderIsGone(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(gone, 0o700); err != nil {
		t.Fatal(err)
	}
	program, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, err := started(t, "stay", t.TempDir(), func(c *osexec.Cmd) {
		c.Path, c.Args = "/bin/sh", []string{"sh", "-c", `rmdir "$0"; exec "$1" "$2"`, gone, program, c.Args[1]}
		c.Dir = gone
	})
	if err == nil || !strings.Contains(stdout, "the current folder no longer exists; change to another") || stderr != "" {
		t.Errorf("it says %q and %q, %v", stdout, stderr, err)
	}
}

// Descriptors that are closed stay closed, or are somebody else's; nothing is written into them.
func TestClosedDescriptors(t *testing.T) {
	program, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	folder := made(t)
	truncate(t, filepath.Join(part(t, folder, "a"), "data.bin"), 10)
	for _, closed := range []string{"2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-", "2>&-"} {
		_, stderr, err := started(t, "stay", folder, func(c *osexec.Cmd) {
			c.Path, c.Args = "/bin/sh", []string{"sh", "-c", `exec "$0" "$1" ` + closed, program, c.Args[1]}
		})
		exit, ok := err.(*osexec.ExitError)
		if !ok || exit.ExitCode() != 1 || stderr != "" {
			t.Errorf("%s: %v %q", closed, err, stderr)
		}
	}
}

// What the engine says while it does not start is put into words and shown nowhere else.
func TestNothingBesidesOurWords(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, folder string){
		"a cut part":            func(t *testing.T, folder string) { truncate(t, filepath.Join(part(t, folder, "a"), "data.bin"), 10) },
		"a garbled part":        func(t *testing.T, folder string) { garble(t, filepath.Join(part(t, folder, "a"), "columns.txt")) },
		"a garbled description": func(t *testing.T, folder string) { garble(t, filepath.Join(folder, "metadata", "test_d", "a.sql")) },
		"an unremembered one": func(t *testing.T, folder string) {
			remove(t, filepath.Join(folder, "seuranta.tables"))
			garble(t, filepath.Join(folder, "metadata", "test_d", "a.sql"))
		},
		"a garbled database": func(t *testing.T, folder string) { garble(t, filepath.Join(folder, "metadata", "test_d.sql")) },
		"a garbled uuid":     func(t *testing.T, folder string) { garble(t, filepath.Join(folder, "uuid")) },
	} {
		folder := made(t)
		harm(t, folder)
		stdout, stderr, err := started(t, "stay", folder, func(*osexec.Cmd) {})
		if stderr != "" && stderr != "standard error is open\n" || strings.ContainsFunc(stdout, func(r rune) bool { return r < ' ' && r != '\n' || r == '\ufffd' }) || strings.Contains(stdout, "Stack trace") {
			t.Errorf("%s: %v\n%q\n%s", name, err, stdout, stderr)
		}
	}
}

func garble(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("\x1b[2J\x07garbage\x00\xff\n\x1b]0;x"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whoever has no right to a folder is told what to give. It needs a user who is not allowed everything.
func TestFoldersWithoutTheRight(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	const nobody = 65534
	for _, name := range []string{".", "metadata", "store", "store/*", "store/*/*", "metadata/*.sql", "store/*/*/0_*"} {
		folder := made(t)
		open := filepath.Dir(filepath.Dir(folder))
		if err := os.Chmod(open, 0o755); err != nil {
			t.Fatal(err)
		}
		program := filepath.Join(open, "program") // that of the test lies where only its owner may look
		if out, err := osexec.Command("cp", os.Args[0], program).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		if out, err := osexec.Command("chown", "-R", "65534:65534", open).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		found, err := filepath.Glob(filepath.Join(folder, name))
		if err != nil || len(found) == 0 {
			t.Fatalf("no %s, %v", name, err)
		}
		for _, f := range found {
			if err := os.Chmod(f, 0); err != nil {
				t.Fatal(err)
			}
		}
		stdout, stderr, err := started(t, "stay", folder, func(c *osexec.Cmd) {
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			c.Path, c.Dir = program, "/"
			c.Env = append(c.Env, "TMPDIR=/tmp")
		})
		if err != nil && strings.Contains(err.Error(), "permission denied") {
			t.Skipf("another user cannot run this test: %v", err)
		}
		if err == nil || stderr != "" || !strings.Contains(stdout, "the right to") || strings.Contains(stdout, "Stack trace") {
			t.Errorf("%s at mode 0: %v\n%s\n%s", name, err, stdout, stderr)
		}
	}
}

// A sound folder opens though a start failed without a reason of its own; where every start fails it does not.
func TestAStartThatFailsByChanceIsTriedAgain(t *testing.T) {
	folder := made(t)
	before := contents(t, folder)
	open := func(n int) error {
		e, err := embedded.OpenAfter(background, n, embedded.Options{Library: embeddedtest.Library(t), Path: folder, Database: "test_*"})
		if err == nil {
			err = e.Close()
		}
		return err
	}
	if err := open(1); err != nil {
		t.Error(err)
	}
	wantError(t, open(2), embedded.ErrFolder, "the engine gave no session")
	if err := open(0); err != nil {
		t.Error(err)
	}
	if len(contents(t, folder)) != len(before) {
		t.Error("the folder holds other files")
	}
}
