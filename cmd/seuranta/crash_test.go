package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/sql"
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

// failpoints are the named places of migrating and committing, in their order.
func failpoints(t *testing.T) []string {
	t.Helper()
	names := []string{"migrate:table"}
	all, err := sql.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		for _, s := range m.Steps {
			names = append(names, fmt.Sprintf("migrate:%04d:%s", m.Number, s.Name))
		}
		names = append(names, fmt.Sprintf("migrate:%04d:recorded", m.Number))
	}
	return append(names, "commit:begin", "commit:observations", "commit:coverage", "commit:items", "commit:states", "commit:run",
		"apply:observations", "apply:coverage", "apply:mark")
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
	for _, at := range failpoints(t) {
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
const killRounds = 16

// logEnds are the last days, all Sundays, of a log that grows from round to round; with the first of them a new folder begins.
var logEnds = []int{8, 15, 22, 29}

// TestKilledAtAnyMoment kills `collect` at random moments after its start: while the engine opens, what an earlier kill left
// is put right, the schema is made, the log is read, or the answer is written.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	rounds, seed := int(variable(t, "SEURANTA_CRASH_ROUNDS", killRounds)), variable(t, "SEURANTA_CRASH_SEED", rand.Uint64())
	t.Logf("%d kills, SEURANTA_CRASH_SEED=%d", rounds, seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	start := time.Now()
	s := newKillSite(t)
	s.collect(logEnds[0])
	unharmed := time.Since(start)
	alive := 0
	for i := range rounds {
		if i%len(logEnds) == 0 {
			s = newKillSite(t)
		}
		if s.round(logEnds[i%len(logEnds)], time.Duration(chance.Int64N(int64(unharmed)))) {
			alive++
		}
		if t.Failed() {
			t.Fatalf("in round %d", i)
		}
	}
	t.Logf("%d of %d kills came before the end, which is after %s", alive, rounds, unharmed.Round(time.Millisecond))
	if 3*alive < rounds {
		t.Errorf("only %d of %d kills came before the end", alive, rounds)
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

// killSite is a folder in which `collect` is killed.
type killSite struct {
	*testing.T
	dir string
}

func newKillSite(t *testing.T) *killSite {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": smallDesk})
	return &killSite{T: t, dir: dir}
}

// round lets the log grow to the day last and kills the run that reads it; all of its answer must be shown, or nothing. Then
// the run is made to its end. It tells whether the kill came before the end.
func (s *killSite) round(last int, after time.Duration) (alive bool) {
	s.Helper()
	before := s.figures()
	alive = s.killed(last, after)
	left := s.figures()
	s.collect(last)
	whole := s.figures()
	if left != before && left != whole {
		s.Errorf("the kill after %s left a part of the run:\n%s\nbefore it:\n%s\nall of it:\n%s", after, left, before, whole)
	}
	if views := fmt.Sprintf(",%d,,,views,", last*(last+1)/2-1); !strings.Contains(whole, views) {
		s.Errorf("after a kill after %s no %q in:\n%s", after, views, whole)
	}
	if again := s.collect(last); !strings.Contains(again, " 0    0        ") {
		s.Errorf("after a kill after %s a third run writes something:\n%s", after, again)
	}
	return alive
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

// killed starts `collect` and kills it some time later, unless it has come to its end.
func (s *killSite) killed(last int, after time.Duration) bool {
	s.Helper()
	cmd := underTest(s.T, s.dir, nil, s.write(last)...)
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may have come to its end
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode() == -1
}
