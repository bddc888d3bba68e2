//go:build linux && amd64

package store_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
)

// child is a process that shares a store with others.
type child struct {
	order
	cmd   *exec.Cmd
	lines *bufio.Scanner
	stdin io.Closer
	said  []string
}

func startChild(t *testing.T, o order) *child {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	cmd.Stderr = &strings.Builder{}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return &child{order: o, cmd: cmd, lines: bufio.NewScanner(out), stdin: in}
}

// line is the next thing that a child says.
func (c *child) line(t *testing.T) string {
	t.Helper()
	if !c.lines.Scan() {
		_ = c.cmd.Wait()
		t.Fatalf("the child is silent: %s", c.cmd.Stderr)
	}
	c.said = append(c.said, c.lines.Text())
	return c.lines.Text()
}

func (c *child) rest() []string {
	for c.lines.Scan() {
		c.said = append(c.said, c.lines.Text())
	}
	_ = c.cmd.Wait()
	return c.said
}

func (c *child) kill() []string {
	_ = c.cmd.Process.Kill()
	return c.rest()
}

// end lets a child end in good order.
func (c *child) end(t *testing.T) []string {
	t.Helper()
	c.stdin.Close()
	said := c.rest()
	if !c.cmd.ProcessState.Success() {
		t.Errorf("the child ended with %v: %s", c.cmd.ProcessState, c.cmd.Stderr)
	}
	return said
}

func newOrder(t *testing.T, role string) order {
	return order{Role: role, Path: filepath.Join(t.TempDir(), "data"), Library: embeddedtest.Library(t), Seed: 1}
}

func openShared(t *testing.T, o order) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: o.Path, Library: o.Library, Program: "parent"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func migrated(t *testing.T, s *store.Store) {
	t.Helper()
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// Processes commit while those that run the engine are killed or end, again and again. Whatever was acknowledged is there,
// whole and once, now and as known before; nothing is left unapplied.
func TestProcessesShareAStore(t *testing.T) {
	o := newOrder(t, "commit")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	s := openShared(t, o)
	migrated(t, s)
	acknowledged, begun := map[string]bool{}, map[uint64]int{}
	var children []*child
	start := func(seed uint64) {
		c := o
		c.Seed, c.First = seed, begun[seed]
		children = append(children, startChild(t, c))
	}
	learn := func(c *child, said []string) {
		begun[c.Seed] = max(begun[c.Seed], c.First+1)
		for _, line := range said {
			if n, err := strconv.Atoi(line); err == nil {
				acknowledged[ownCommit(c.order, n).Run.ID] = true
				begun[c.Seed] = max(begun[c.Seed], n+2) // the next may have been under way
			}
		}
	}
	for seed := range uint64(3) {
		start(seed)
	}
	for round := range 12 {
		i := chance.IntN(len(children))
		c := children[i]
		for range 1 + chance.IntN(3) {
			c.line(t)
		}
		switch children = slices.Delete(children, i, i+1); chance.IntN(3) {
		case 0:
			learn(c, c.end(t))
		default:
			learn(c, c.kill())
		}
		if round%4 == 2 { // this process leaves, too
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openShared(t, o)
		}
		start(c.Seed)
		read(t, s, all())
	}
	for _, c := range children {
		learn(c, c.end(t))
	}
	if err := s.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	compareShared(t, s, o, begun, acknowledged)
}

// compareShared holds a store against the ledger of the commits that are there, among them all that were acknowledged.
func compareShared(t *testing.T, s *store.Store, o order, begun map[uint64]int, acknowledged map[string]bool) {
	t.Helper()
	runs, err := s.Runs(context.Background(), []string{"koske"}, 1_000_000, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(runs, func(a, b observation.Run) int { return a.CommittedAt.Compare(b.CommittedAt) })
	commits := map[string]observation.Commit{}
	for seed, n := range begun {
		for i := range n {
			o.Seed = seed
			c := ownCommit(o, i)
			commits[c.Run.ID] = c
		}
	}
	var ledger observation.Ledger
	there := map[string]observation.Run{}
	for i, r := range runs {
		if i > 0 && r.CommittedAt.Equal(runs[i-1].CommittedAt) {
			t.Errorf("%s and %s were committed at the same moment", r.ID, runs[i-1].ID)
		}
		c, known := commits[r.ID]
		if _, twice := there[r.ID]; twice || !known {
			t.Errorf("the run %s is there twice, or was never begun", r.ID)
		}
		there[r.ID], c.Run = r, r
		ledger.Add(c)
	}
	for id := range acknowledged {
		if _, ok := there[id]; !ok {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	t.Logf("%d runs, %d acknowledged", len(there), len(acknowledged))
	for _, at := range []time.Time{{}, runs[len(runs)/2].CommittedAt} {
		compareWithLedger(t, s, &ledger, at)
	}
	if _, rows, err := s.Rows(context.Background(), "SELECT run FROM runs WHERE run NOT IN (SELECT run FROM applied)"); err != nil || len(rows) > 0 {
		t.Errorf("%d runs are not applied, %v", len(rows), err)
	}
}

// Many commands start at the same moment on a folder that does not exist yet, and all work.
func TestManyStartAtOnce(t *testing.T) {
	o := newOrder(t, "once")
	o.Journal = filepath.Join(filepath.Dir(o.Path), "go")
	const many = 8
	var children []*child
	for seed := range uint64(many) {
		o.Seed = seed
		children = append(children, startChild(t, o))
	}
	for _, c := range children {
		c.line(t)
	}
	if err := os.WriteFile(o.Journal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range children {
		if said := c.end(t); !slices.Contains(said, "committed") {
			t.Errorf("it says %q", said)
		}
	}
	s := openShared(t, o)
	runs, err := s.Runs(context.Background(), []string{"koske"}, 100, time.Time{})
	if err != nil || len(runs) != many {
		t.Errorf("%d runs, %v", len(runs), err)
	}
	if _, rows, err := s.Rows(context.Background(), "SELECT number FROM migrations GROUP BY number HAVING count() > 1"); err != nil || len(rows) > 0 {
		t.Errorf("%d migrations were done more than once, %v", len(rows), err)
	}
}

// The process that runs the engine is killed between the commit of a run and its application, or in it; its guest shows the
// run at its next question.
func TestWhoTakesOverAppliesWhatWasCommitted(t *testing.T) {
	for _, place := range []string{"commit:run", "apply:observations", "apply:coverage"} {
		o := newOrder(t, "later")
		o.Failpoint, o.Journal = place, filepath.Join(filepath.Dir(o.Path), "go")
		c := startChild(t, o)
		c.line(t)
		s := openShared(t, o)
		if err := os.WriteFile(o.Journal, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for c.line(t) != "there" {
		}
		if i := s.Info(); !i.Guest || i.Process != c.cmd.Process.Pid || i.Version == "" {
			t.Errorf("%+v", i)
		}
		c.kill()
		var ledger observation.Ledger
		done := ownCommit(o, 0)
		runs, err := s.Runs(context.Background(), []string{"koske"}, 9, time.Time{})
		if err != nil || len(runs) != 1 {
			t.Fatalf("%+v, %v", runs, err)
		}
		done.Run = runs[0]
		ledger.Add(done)
		compareWithLedger(t, s, &ledger, time.Time{})
		if i := s.Info(); i.Guest || i.Process != os.Getpid() {
			t.Errorf("%+v", i)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What a guest committed and did not live to apply is applied by Refresh in the process that runs the engine, and by the next
// guest.
func TestRefresh(t *testing.T) {
	for name, finish := range map[string]func(t *testing.T, s *store.Store, o order){
		"refresh": func(t *testing.T, s *store.Store, _ order) {
			for range 2 {
				if err := s.Refresh(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
		},
		"guest": func(t *testing.T, _ *store.Store, o order) {
			if i := openShared(t, o).Info(); !i.Guest {
				t.Errorf("%+v", i)
			}
		},
	} {
		t.Run(name, func(t *testing.T) { testRefresh(t, finish) })
	}
}

func testRefresh(t *testing.T, finish func(t *testing.T, s *store.Store, o order)) {
	o := newOrder(t, "commit")
	s := openShared(t, o)
	migrated(t, s)
	o.Failpoint = "commit:run"
	c := startChild(t, o)
	for c.line(t) != "there" {
	}
	c.kill()
	if got := read(t, s, all()); len(got) != 0 {
		t.Fatalf("%d answers are shown already", len(got))
	}
	finish(t, s, o)
	if got := read(t, s, all()); len(got) == 0 {
		t.Error("nothing is shown")
	}
}

// A guest does not make the tables that a program of another version lacks.
func TestOwnerOfAnotherVersion(t *testing.T) {
	o := newOrder(t, "old")
	c := startChild(t, o)
	c.line(t)
	s := openShared(t, o)
	began := time.Now()
	_, err := s.Migrate(context.Background())
	if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), fmt.Sprintf("process %d, which is seuranta 0.0.1-old", c.cmd.Process.Pid)) || !strings.Contains(err.Error(), "restarted with this version (parent)") {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it was told after %s", took)
	}
	if _, err := s.Rebuild(context.Background(), nil); !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), fmt.Sprintf("process %d has", c.cmd.Process.Pid)) {
		t.Errorf("%v", err)
	}
	c.end(t)
	migrated(t, s)
	if _, err := s.Rebuild(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

// A process that is halted holds up the others, and they say so.
func TestStoppedOwnerIsNamed(t *testing.T) {
	o := newOrder(t, "visit")
	c := startChild(t, o)
	c.line(t)
	s := openShared(t, o)
	if err := c.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	stat := fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid)
	eventually(t, 10*time.Second, "it is stopped", func() bool { b, _ := os.ReadFile(stat); return strings.Contains(string(b), ") T ") })
	_, err := s.Observations(context.Background(), all())
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("process %d is stopped", c.cmd.Process.Pid)) || strings.Contains(err.Error(), "http://") {
		t.Errorf("%v", err)
	}
	c.kill()
	read(t, s, all())
}

// One visit at a time to one source, over all processes.
func TestOneVisitAtATime(t *testing.T) {
	o := newOrder(t, "visit")
	c := startChild(t, o)
	c.line(t)
	s := openShared(t, o)
	if _, err := s.Visit("koske", "loki"); !errors.Is(err, store.ErrBusy) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", c.cmd.Process.Pid)) || !strings.Contains(err.Error(), "loki") {
		t.Errorf("%v", err)
	}
	other, err := s.Visit("koske", "uutiset/../x")
	if err != nil {
		t.Fatal(err)
	}
	defer other()
	c.kill()
	release, err := s.Visit("koske", "loki")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Visit("koske", "loki"); !errors.Is(err, store.ErrBusy) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("%v", err)
	}
	release()
	if release, err = s.Visit("koske", "loki"); err != nil {
		t.Fatal(err)
	}
	release()
}

// What a killed process began is known to the next, until that ends it.
func TestAVisitThatWasBegun(t *testing.T) {
	s := openShared(t, newOrder(t, "begun"))
	at := time.Date(2026, 11, 16, 6, 0, 0, 5, time.UTC)
	if got := s.Begun("koske", "uutiset"); !got.IsZero() {
		t.Errorf("nobody began, and it says %s", got)
	}
	end := s.Begin("koske", "uutiset", at)
	if got := s.Begun("koske", "uutiset"); !got.Equal(at) {
		t.Errorf("it says %s, want %s", got, at)
	}
	if got := s.Begun("koske", "uutiset/../x"); !got.IsZero() {
		t.Errorf("of another source it says %s", got)
	}
	if end(); !s.Begun("koske", "uutiset").IsZero() {
		t.Error("it was ended")
	}
}
