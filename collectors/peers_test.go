//go:build peers && linux

package collectors

// Tests against real servers, unpacked from Debian packages by .tools/unpack and started in scratch folders: make test-peers.
// Nothing is skipped here: a server that cannot be had fails the test.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
)

// nobody is who servers run as when the tests are run by root: databases and interpreters refuse that.
const nobody = 65534

// asNobody has a command run as nobody, where the tests are run by root, and end when the tests do.
func asNobody(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
}

// scratch makes a folder that the servers of a test write to. Its path is short, because sockets lie in it.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if os.Geteuid() == 0 {
		err = os.Chown(dir, nobody, nobody)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// unpacked returns the folder of a set of .tools/unpack. Where nobody may not look into the project, it is a copy.
func unpacked(t *testing.T, set, program string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	tree := filepath.Join(filepath.Dir(dir), ".tools", "debian", set)
	if _, err := os.Stat(filepath.Join(tree, program)); err != nil {
		t.Fatalf("the servers of the set %s are not there: run `make setup-peers` (%v)", set, err)
	}
	look := exec.Command("test", "-x", filepath.Join(tree, program))
	asNobody(look)
	if look.Run() == nil {
		return tree
	}
	copied := filepath.Join(scratch(t), set)
	if err := os.CopyFS(copied, os.DirFS(tree)); err != nil {
		t.Fatal(err)
	}
	return copied
}

// freePort returns a port of loopback that nobody listens to.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// write writes a file that the servers may read.
func write(t *testing.T, path, format string, args ...any) string {
	t.Helper()
	if err := os.WriteFile(path, fmt.Appendf(nil, format, args...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// start starts a server and waits until it is there, as ready tells. It is stopped at the end of the test.
func start(t *testing.T, dir, name string, env []string, ready func() error, argv ...string) {
	t.Helper()
	log := filepath.Join(dir, name+".out")
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = dir, out, out, env
	asNobody(cmd)
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { stop(cmd, ended) })
	for err = ready(); err != nil; err = ready() {
		select {
		case end := <-ended:
			ended <- end
			t.Fatalf("%s ended before it was there: %v\n%s", name, end, logs(dir))
		case <-time.After(50 * time.Millisecond):
		}
		if time.Since(begun) > 2*time.Minute {
			t.Fatalf("%s is not there after two minutes: %v\n%s", name, err, logs(dir))
		}
	}
	t.Logf("%s is there after %v", name, time.Since(begun).Round(time.Millisecond))
}

// stop ends a server and all that it started.
func stop(cmd *exec.Cmd, ended chan error) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}

// logs returns the ends of what the servers in a folder wrote.
func logs(dir string) string {
	var out bytes.Buffer
	paths, _ := filepath.Glob(filepath.Join(dir, "*.out"))
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		fmt.Fprintf(&out, "%s:\n%s\n", filepath.Base(path), text[max(0, len(text)-2000):])
	}
	return out.String()
}

// listens tells whether somebody listens at an address.
func listens(network, address string) func() error {
	return func() error {
		c, err := net.Dial(network, address)
		if err == nil {
			err = c.Close()
		}
		return err
	}
}

// desk is a store with the sources of a configuration, which are visited as the program visits them.
type desk struct {
	*config.Config
	store *store.Store
	http  *fetch.Client
}

// openDesk opens an empty store for a configuration. secrets are the names of files of secrets beside it, each with what stands
// in it.
func openDesk(t *testing.T, text string, secrets ...string) *desk {
	t.Helper()
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "seuranta.yaml"), "%s", text)
	for i := 0; i < len(secrets); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, secrets[i]), []byte(secrets[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(path, Kinds(), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	engine, database := embeddedtest.Database(t)
	s, err := store.OpenEngine(t.Context(), engine, database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Migrate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	client := fetch.New(fetch.Options{Program: "Seuranta/test", Contact: "viestinta@example.org", Log: slog.New(slog.DiscardHandler), Spacing: -1})
	t.Cleanup(client.Close)
	return &desk{c, s, client}
}

// visit visits a source for some days.
func (d *desk) visit(t *testing.T, source string, days observation.Period, now time.Time) schedule.Outcome {
	t.Helper()
	for _, s := range d.Sources {
		if s.ID != source {
			continue
		}
		ctx, done := context.WithTimeout(t.Context(), time.Minute)
		defer done()
		out, err := schedule.Run(ctx, d.store, schedule.Job{Source: s.Source, Settings: s.Settings, Days: days, Now: now, Dir: t.TempDir(), Config: d.Hash,
			Program: "test", Metrics: d.Desk.Metrics, Log: slog.New(slog.DiscardHandler), HTTP: d.http, Policy: s.Policy()})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(out.Rejected...); err != nil {
			t.Error(err)
		}
		return out
	}
	t.Fatalf("there is no source %s", source)
	return schedule.Outcome{}
}

// well visits a source, which must answer.
func (d *desk) well(t *testing.T, source string, days observation.Period, now time.Time) schedule.Outcome {
	t.Helper()
	out := d.visit(t, source, days, now)
	if out.Failure != nil || out.Run.Result != observation.OK {
		t.Fatalf("the visit to %s ends %s (%s): %v", source, out.Run.Result, out.Run.Reason, out.Failure)
	}
	return out
}

// figure returns the only figure that an ask has.
func (d *desk) figure(t *testing.T, ask indicator.Ask, now time.Time) indicator.Figure {
	t.Helper()
	figures, err := indicator.New(d.Desk, d.store, now, time.Time{}).Figures(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if len(figures) != 1 {
		t.Fatalf("%+v has %d figures, want one", ask, len(figures))
	}
	return figures[0]
}
