package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"seuranta/internal/store/embedded/embeddedtest"
)

// failpointVariable makes the program under test kill itself, as kill -9 would, when it passes the place of that name.
const failpointVariable = "TEST_KILL_AT"

// speedVariable makes the clock of a program that goes on move so many times faster.
const speedVariable = "TEST_CLOCK_SPEED"

func TestMain(m *testing.M) {
	if os.Getenv("GORACE") == "" { // the program runs some hundred times, and would wait for a second at each end
		_ = os.Setenv("GORACE", "atexit_sleep_ms=20")
	}
	testscript.Main(m, map[string]func(){"seuranta": programUnderTest})
}

// programUnderTest is main, with places to die at.
func programUnderTest() {
	if path := os.Getenv(openVariable); path != "" {
		if err := openOnly(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	a := newApp(os.Stdout, os.Stderr, os.LookupEnv)
	a.speed, _ = strconv.Atoi(os.Getenv(speedVariable))
	if at := os.Getenv(failpointVariable); at != "" {
		a.failpoint = func(name string) {
			if name == at {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}
	}
	ctx, stop := untilStopped(func() bool { return a.rereads(os.Args[1:]) })
	code := run(ctx, os.Args[1:], a)
	stop()
	os.Exit(code)
}

// TestScripts runs testdata/script/*.txtar, which read like a session at a terminal.
func TestScripts(t *testing.T) {
	library := embeddedtest.Library(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("SEURANTA_LIBCHDB", library)
			env.Setenv("GORACE", os.Getenv("GORACE"))
			return nil
		},
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"code": exitCode, "keep": keepFound},
		RequireExplicitExec: true,
	})
}

// exitCode is `code N COMMAND…`: runs a command and wants that exit code.
func exitCode(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if exit, ok := err.(*exec.ExitError); ok {
		got = strings.TrimPrefix(exit.String(), "exit status ")
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// keepFound is `keep NAME REGEXP`: sets a variable to what the first group of an expression finds in what was printed last.
func keepFound(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: keep NAME REGEXP")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("nothing printed fits %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// program runs the program under test in dir and returns what it printed; it fails the test on another exit code.
func program(t *testing.T, dir string, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	out, errs, code := attempt(t, dir, nil, args...)
	if code != want {
		t.Fatalf("seuranta %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, out, errs)
	}
	return out, errs
}

// attempt runs the program under test with more of an environment; a killed program has the code -1.
func attempt(t *testing.T, dir string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := underTest(t, dir, env, args...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// underTest is the program under test, not yet started.
func underTest(t testing.TB, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := exec.LookPath("seuranta") // testscript.Main put it there
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "SEURANTA_LIBCHDB="+embeddedtest.Library(t)), env...)
	return cmd
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
