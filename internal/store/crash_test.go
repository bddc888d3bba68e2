package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// crashSite is a folder in which children write and are killed, and what is known of their commits.
type crashSite struct {
	*testing.T
	order
	program string
}

func newCrashSite(t *testing.T, seed uint64) *crashSite {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return &crashSite{T: t, program: program, order: order{Path: filepath.Join(dir, "data"), Library: embeddedtest.Library(t), Journal: filepath.Join(dir, "journal"), Seed: seed}}
}

// start starts a child that goes on behind the last commit that was begun.
func (c *crashSite) start() *exec.Cmd {
	c.Helper()
	begun, _, _ := c.journal()
	c.First = len(begun)
	text, err := json.Marshal(c.order)
	if err != nil {
		c.Fatal(err)
	}
	cmd := exec.Command(c.program)
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	cmd.Stderr = &strings.Builder{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		c.Fatal(err)
	}
	return cmd
}

// killed waits for the end of a child, which must have been a SIGKILL.
func (c *crashSite) killed(cmd *exec.Cmd) {
	c.Helper()
	var exit *exec.ExitError
	err := cmd.Wait()
	if !errors.As(err, &exit) || !exit.Sys().(syscall.WaitStatus).Signaled() {
		c.Fatalf("the child was not killed: %v\n%s", err, cmd.Stderr)
	}
}

// journal returns the commits that were begun, those of which something was about to be written, and those that were
// acknowledged.
func (c *crashSite) journal() (begun, written, acknowledged []int) {
	c.Helper()
	b, err := os.ReadFile(c.Journal)
	if err != nil && !os.IsNotExist(err) {
		c.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		word, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			c.Fatalf("the journal says %q", line)
		}
		switch word {
		case "begin":
			begun = append(begun, n)
		case "write":
			written = append(written, n)
		case "ack":
			acknowledged = append(acknowledged, n)
		}
	}
	return begun, written, acknowledged
}

// check opens what a killed child left: every acknowledged commit is there, none twice, none in part, and what a reader
// sees, now and as known before, is what the ledger shows of the commits that are there.
func (c *crashSite) check() {
	c.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: c.Path, Library: c.Library})
	if err != nil {
		c.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			c.Error(err)
		}
	}()
	if err := s.Ready(context.Background()); err != nil {
		c.Fatal(err)
	}
	begun, _, acknowledged := c.journal()
	runs, err := s.Runs(context.Background(), []string{"koske"}, 1_000_000, time.Time{})
	if err != nil {
		c.Fatal(err)
	}
	there := map[string]observation.Run{}
	for _, r := range runs {
		there[r.ID] = r
	}
	for _, n := range acknowledged {
		if _, ok := there[fmt.Sprintf("run-%06d", n)]; !ok {
			c.Errorf("commit %d was acknowledged and is lost", n)
		}
	}
	c.compare(s, begun, there)
	c.leftovers(s, there)
}

func (c *crashSite) compare(s *store.Store, begun []int, there map[string]observation.Run) {
	c.Helper()
	var ledger observation.Ledger
	var moments []time.Time
	offsets := map[string]string{"loki": "", "kasin": ""}
	for _, n := range begun {
		commit := crashCommit(c.Seed, n)
		if r, ok := there[commit.Run.ID]; ok {
			commit.Run = r
			ledger.Add(commit)
			moments = append(moments, r.CommittedAt)
			offsets[r.Source] = fmt.Sprint(n)
		}
	}
	if len(moments) != len(there) {
		c.Errorf("%d runs are there, and %d of them were begun", len(there), len(moments))
	}
	for _, at := range append(moments[max(0, len(moments)-3):], time.Time{}) {
		compareWithLedger(c.T, s, &ledger, at)
	}
	for _, o := range read(c.T, s, all()) {
		if _, ok := there[o.Run]; !ok {
			c.Errorf("%+v is shown, and its run is not committed", o)
		}
	}
	for source, want := range offsets {
		if m, err := s.States(context.Background(), "koske", source); err != nil || m["offset"] != want {
			c.Errorf("%s remembers %v, %v; want %s", source, m, err, want)
		}
	}
}

// leftovers looks at the rows themselves.
func (c *crashSite) leftovers(s *store.Store, there map[string]observation.Run) {
	c.Helper()
	for what, query := range map[string]string{
		"runs are not applied": "SELECT run FROM runs WHERE run NOT IN (SELECT run FROM applied)",
		"answers are doubled":  "SELECT run FROM observations GROUP BY organisation, source, metric, grain, from_day, channel, subject, dims, definition, observed_at, version, run HAVING count() > 1",
		"runs are doubled":     "SELECT run FROM runs GROUP BY run HAVING count() > 1",
	} {
		if _, rows, err := s.Rows(context.Background(), query); err != nil || len(rows) > 0 {
			c.Errorf("%d %s, %v", len(rows), what, err)
		}
	}
	_, rows, err := s.Rows(context.Background(), "SELECT DISTINCT run FROM observations_current")
	if err != nil {
		c.Error(err)
	}
	for _, row := range rows {
		if run := *row[0].(*string); there[run].ID == "" {
			c.Errorf("the current answers hold some of %s, which is not committed", run)
		}
	}
}

// The process dies at each named place; the next one finds all that was acknowledged and goes on.
func TestCrashAtEachFailpoint(t *testing.T) {
	places, err := store.Failpoints()
	if err != nil {
		t.Fatal(err)
	}
	c := newCrashSite(t, 1)
	begun := slices.Index(places, "commit:begin")
	for i, place := range places {
		c.Failpoint = place
		c.killed(c.start())
		if i >= begun-1 { // before that it would finish the migrations
			c.check()
		}
	}
}

// The places are those that are passed, in this order.
func TestFailpointsAreListed(t *testing.T) {
	engine, database := embeddedtest.Database(t)
	var passed []string
	s, err := store.OpenEngine(context.Background(), engine, database, store.Options{Failpoint: func(name string) { passed = append(passed, name) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	commit(t, s, crashCommit(3, 1))
	if want, err := store.Failpoints(); err != nil || !slices.Equal(passed, want) {
		t.Errorf("passed %q, want %q, %v", passed, want, err)
	}
}

// crashRounds is how often the random crash test kills; SEURANTA_CRASH_ROUNDS overrules it.
const crashRounds = 40

func TestCrashAtAnyMoment(t *testing.T) {
	rounds, seed := crashRounds, rand.Uint64()
	if s := os.Getenv("SEURANTA_CRASH_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		rounds = n
	}
	if s := os.Getenv("SEURANTA_CRASH_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("%d kills, SEURANTA_CRASH_SEED=%d", rounds, seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	open := 0
	var c *crashSite
	for i := range rounds {
		if i%20 == 0 {
			c = newCrashSite(t, chance.Uint64())
		}
		begun, written, _ := c.journal()
		behind, soon := len(begun), 60_000 // somewhere in the commits that follow the first of this child …
		if i%2 == 1 {
			behind, soon = len(written), 5_000 // … and every other time soon after it began to write one
		}
		if c.killSoon(i%2 == 1, behind, time.Duration(chance.IntN(soon))*time.Microsecond) {
			open++
		}
		c.check()
		if t.Failed() {
			t.Fatalf("in round %d", i)
		}
	}
	t.Logf("%d of %d kills came while a commit was being written", open, rounds)
	if 3*open < rounds {
		t.Errorf("only %d of %d kills came while a commit was being written", open, rounds)
	}
}

// killSoon kills a child some time after it has begun, or begun to write, more commits than were before it, and tells whether
// one was being written.
func (c *crashSite) killSoon(writing bool, before int, after time.Duration) (open bool) {
	c.Helper()
	cmd := c.start()
	deadline := time.Now().Add(time.Minute)
	for n := before; n == before; {
		if time.Now().After(deadline) {
			c.Fatalf("the child begins nothing: %s", cmd.Stderr)
		}
		time.Sleep(time.Millisecond)
		begun, written, _ := c.journal()
		if n = len(begun); writing {
			n = len(written)
		}
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		c.Fatal(err)
	}
	c.killed(cmd)
	begun, written, acknowledged := c.journal()
	last := begun[len(begun)-1]
	return slices.Contains(written, last) && !slices.Contains(acknowledged, last)
}
