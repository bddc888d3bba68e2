package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/internal/store"
)

// smallDesk is a configuration with one log of a few days.
const smallDesk = `organisations: [{id: koske, name: Koske}]
channels: [{id: kotisivut, kind: website, name: Kotisivut}]
sources: [{id: loki, kind: accesslog, channel: kotisivut, paths: ["access.log*"]}]
`

const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"

// smallLog is the log from Monday 2026-11-02 to the day last of that month, with as many views a day as its number.
func smallLog(last int) string {
	var b strings.Builder
	line := func(day, hour int, host, path string) {
		fmt.Fprintf(&b, "192.0.2.%s - - [%02d/Nov/2026:%02d:00:00 +0200] \"GET %s HTTP/1.1\" 200 512 \"-\" %q\n", host, day, hour, path, browser)
	}
	line(1, 23, "1", "/style.css")
	for day := 2; day <= last; day++ {
		line(day, 0, "1", "/style.css")
		for v := range day {
			line(day, 9, fmt.Sprint(10+v), fmt.Sprintf("/sivu-%d", v))
		}
		line(day, 23, "1", "/style.css")
	}
	line(last+1, 0, "1", "/style.css")
	return b.String()
}

// TestKilledAtEveryPlace kills `collect` at each named place, runs it again, and wants the figures of a run that nobody killed.
func TestKilledAtEveryPlace(t *testing.T) {
	whole := t.TempDir()
	writeFiles(t, whole, map[string]string{"seuranta.yaml": smallDesk, "access.log": smallLog(15)})
	collect := []string{"collect", "--from", "2026-11-02", "--to", "2026-11-15", "--now", "2026-11-16T06:00:00Z"}
	figures := []string{"figures", "--period", "2026-11-02..2026-11-15", "--format", "csv", "--now", "2026-11-16T06:00:00Z"}
	program(t, whole, 0, collect...)
	want, _ := program(t, whole, 0, figures...)
	if !strings.Contains(want, ",119,") { // 2 + 3 + … + 15
		t.Fatalf("the figures of the run that nobody killed:\n%s", want)
	}
	places, err := store.Failpoints()
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range places {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{"seuranta.yaml": smallDesk, "access.log": smallLog(15)})
			if out, errs, code := attempt(t, dir, []string{failpointVariable + "=" + at}, collect...); code != -1 {
				t.Fatalf("it was not killed at %s: exit code %d\n%s%s", at, code, out, errs)
			}
			program(t, dir, 0, collect...)
			if got, _ := program(t, dir, 0, figures...); got != want {
				t.Errorf("after a kill at %s:\n%s\nwant\n%s", at, got, want)
			}
			out, _ := program(t, dir, 0, collect...)
			if !strings.Contains(out, " 0    0        ") {
				t.Errorf("a third run writes something:\n%s", out)
			}
		})
	}
}

// killRounds is how often TestKilledAtAnyMoment kills; SEURANTA_CRASH_ROUNDS overrules it.
const killRounds = 20

// logEnds are the last days, both Sundays, of a log that grows from round to round; with the first of them a new folder begins.
var logEnds = []int{8, 15}

// TestKilledAtAnyMoment kills `migrate` and `collect` at random moments after their start: while the engine opens, what an
// earlier kill left is put right, the schema is made, the log is read, or the answer is written.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	rounds, seed := int(variable(t, "SEURANTA_CRASH_ROUNDS", killRounds)), variable(t, "SEURANTA_CRASH_SEED", rand.Uint64())
	t.Logf("%d kills, SEURANTA_CRASH_SEED=%d", rounds, seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	s := newKillSite(t)
	s.nothing = s.figures()
	unharmed := s.unharmed()
	alive, migrating := 0, 0
	for i := range rounds {
		victim := s.write(logEnds[i%len(logEnds)])
		if i%len(logEnds) == 0 {
			s.dir, s.before = s.folder(), s.nothing // no command has opened it: the first one makes the tables
			victim = s.write(logEnds[0])
			if chance.IntN(2) == 0 {
				victim = []string{"migrate"}
			}
		}
		if s.killed(victim, time.Duration(chance.Int64N(int64(unharmed)))) {
			alive++
		}
		if n := s.described(); n > 0 && n < s.tables {
			migrating++
		}
		s.check(logEnds[i%len(logEnds)])
		if t.Failed() {
			t.Fatalf("in round %d", i)
		}
	}
	t.Logf("%d of %d kills came before the end, which is after %s; %d among the making of the tables", alive, rounds, unharmed.Round(time.Millisecond), migrating)
	if 3*alive < rounds || rounds >= 100 && 50*migrating < rounds {
		t.Errorf("only %d of %d kills came before the end, and %d among the making of the tables", alive, rounds, migrating)
	}
}

// variable returns a number of the environment, or that which holds without it.
func variable(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// killSite is a folder in which commands are killed.
type killSite struct {
	*testing.T
	dir     string
	tables  int    // how many a whole schema has
	nothing string // the figures of a folder in which nothing was collected
	before  string // those of this one
}

func newKillSite(t *testing.T) *killSite {
	s := &killSite{T: t}
	s.dir = s.folder()
	return s
}

func (s *killSite) folder() string {
	dir := s.TempDir()
	writeFiles(s.T, dir, map[string]string{"seuranta.yaml": smallDesk})
	return dir
}

// unharmed returns how long the first collection of a folder takes, and counts the tables of it.
func (s *killSite) unharmed() time.Duration {
	s.dir = s.folder()
	start := time.Now()
	s.collect(logEnds[0])
	took := time.Since(start)
	s.tables = s.described()
	return took
}

// described counts the tables that the folder has the descriptions of.
func (s *killSite) described() int {
	s.Helper()
	found, err := filepath.Glob(filepath.Join(s.dir, "data", "metadata", "seuranta", "*.sql"))
	if err != nil {
		s.Fatal(err)
	}
	return len(found)
}

// check looks at what a kill left: all of an answer is shown, or nothing. Then the run is made to its end, and again.
func (s *killSite) check(last int) {
	s.Helper()
	left := s.figures()
	s.collect(last)
	whole := s.figures()
	if left != s.before && left != whole {
		s.Errorf("a part of the run is shown:\n%s\nbefore it:\n%s\nall of it:\n%s", left, s.before, whole)
	}
	if views := fmt.Sprintf(",%d,,,views,", last*(last+1)/2-1); !strings.Contains(whole, views) {
		s.Errorf("no %q in:\n%s", views, whole)
	}
	if again := s.collect(last); !strings.Contains(again, " 0    0        ") {
		s.Errorf("a third run writes something:\n%s", again)
	}
	s.before = whole
}

// write writes the log to the day last and returns the command that collects it.
func (s *killSite) write(last int) []string {
	writeFiles(s.T, s.dir, map[string]string{"access.log": smallLog(last)})
	return []string{"collect", "--from", "2026-11-02", "--to", fmt.Sprintf("2026-11-%02d", last), "--now", "2026-12-01T06:00:00Z"}
}

func (s *killSite) collect(last int) string {
	s.Helper()
	out, _ := program(s.T, s.dir, 0, s.write(last)...)
	return out
}

func (s *killSite) figures() string {
	s.Helper()
	out, _ := program(s.T, s.dir, 0, "figures", "--period", "2026-11-02..2026-11-29", "--format", "csv", "--now", "2026-12-01T06:00:00Z")
	return out
}

// killed starts a command and kills it some time later, unless it has come to its end.
func (s *killSite) killed(command []string, after time.Duration) bool {
	s.Helper()
	cmd := underTest(s.T, s.dir, nil, command...)
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may have come to its end
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode() == -1
}
