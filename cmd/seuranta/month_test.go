package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/platforms"
	"seuranta/internal/schedule"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
	"seuranta/internal/world"
)

// How much of the month is lived; `make test-month` lives all of it. The variables overrule these.
const (
	monthDays  = 6 // SEURANTA_MONTH_DAYS
	monthKills = 4 // SEURANTA_MONTH_KILLS
	monthStops = 2 // SEURANTA_MONTH_STOPS
)

// beat is the time between two looks at what is due, by the clock of the month.
const beat = 20 * time.Minute

// aside is how far the clock of a daemon that is a process of its own may be from that of the feeds: it is started a while
// before its clock is.
const aside = time.Minute

// TestMonth lives a month: twelve feeds, three logs, two tables and typed numbers, with all that goes wrong in a month, and a
// daemon that is killed again and again. In the end every figure is what was made up, and no feed was asked too often.
func TestMonth(t *testing.T) {
	days, seed := int(variable(t, "SEURANTA_MONTH_DAYS", monthDays)), variable(t, "SEURANTA_CRASH_SEED", rand.Uint64())
	kills, stops := int(variable(t, "SEURANTA_MONTH_KILLS", monthKills)), int(variable(t, "SEURANTA_MONTH_STOPS", monthStops))
	t.Logf("%d days, %d kills, %d stops, SEURANTA_CRASH_SEED=%d", days, kills, stops, seed)
	l := newLife(t, newMonth(t, days, rand.New(rand.NewPCG(seed, 1))), rand.New(rand.NewPCG(seed, 2)))
	l.plan(kills, stops)
	begun := time.Now()
	l.open()
	for at := l.m.start().Add(beat); !at.After(l.m.end()); at = l.now.get().Add(beat) {
		l.live(at)
		if t.Failed() {
			t.FailNow()
		}
	}
	l.rest()
	lived := time.Since(begun)
	seen := l.feeds.Requests()
	l.collectTwice()
	l.compare(seen)
	if early := l.m.tooEarly(seen, aside); len(early) > 0 {
		t.Errorf("%d requests came too early:\n%s", len(early), strings.Join(early[:min(len(early), 20)], "\n"))
	}
	if few := l.m.tooFew(seen, l.episodes); len(few) > 0 {
		t.Errorf("feeds were left alone when they were due:\n%s", strings.Join(few, "\n"))
	}
	l.summary(seen, lived)
}

// wallClock is the clock of the month, for many goroutines.
type wallClock struct{ at atomic.Pointer[time.Time] }

func (c *wallClock) set(t time.Time) { c.at.Store(&t) }
func (c *wallClock) get() time.Time  { return *c.at.Load() }

// episode is a time in which nothing runs, and a daemon that is ended in a moment.
type episode struct {
	from, to time.Time // nothing runs from, and a daemon is started at to
	kill     bool
}

// life is a month that is being lived.
type life struct {
	*testing.T
	m        *month
	chance   *rand.Rand
	dir      string
	feeds    *platforms.Server
	now      wallClock
	deeds    []deed
	episodes []episode
	typed    typedMonth

	desk  *desk
	errs  lockedText
	stop  func()
	looks atomic.Int64
	begun atomic.Int64
	ended atomic.Int64

	ticks, visits, killed, caught, stopped int
	longest                                time.Duration // of the stops
}

// lockedText is a text that many write to.
type lockedText struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write adds to the text.
func (t *lockedText) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(b)
}

func (t *lockedText) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

func newLife(t *testing.T, m *month, chance *rand.Rand) *life {
	t.Helper()
	l := &life{T: t, m: m, chance: chance, dir: t.TempDir(), typed: typedMonth{map[observation.Date]int{}, map[observation.Date]int{}}}
	var err error
	if l.feeds, err = platforms.Start(m.start(), m.served()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.close(); _ = l.feeds.Close() })
	writeFiles(t, l.dir, map[string]string{"seuranta.yaml": m.config(l.feeds.URL()), "logs/.keep": "", "exports/.keep": ""})
	l.now.set(m.start())
	l.deeds = l.planned()
	return l
}

// plan spreads the episodes over the month. Where what one answer showed decides what is known, nothing is killed: what a
// killed daemon was told it has not got.
func (l *life) plan(kills, stops int) {
	n := kills + stops
	lostFrom, lostTo := l.m.lost()
	whole := l.m.period().End(l.m.zone).Sub(l.m.start())
	for i := range n {
		to := l.m.start().Add(whole * time.Duration(2*i+1) / time.Duration(2*n)).Add(time.Duration(l.chance.IntN(6)) * beat).Truncate(beat)
		away := min(time.Duration(2+l.chance.IntN(4))*time.Hour, whole/time.Duration(2*n))
		e := episode{from: to.Add(-away), to: to, kill: (i*stops)/n == ((i+1)*stops)/n}
		for _, spared := range []stretchOf{{lostFrom.Add(-2 * time.Hour), lostTo.Add(3 * time.Hour)}, {l.m.dies().Add(-3 * time.Hour), l.m.dies().Add(3 * time.Hour)}} {
			if e.from.Before(spared.to) && spared.from.Before(e.to) {
				e.to = spared.to.Add(away).Truncate(beat)
				e.from = spared.to
			}
		}
		l.episodes = append(l.episodes, e)
	}
}

// open opens the store in this process.
func (l *life) open() {
	l.Helper()
	a := newApp(io.Discard, io.Discard, os.LookupEnv)
	a.configPath, a.nowText = filepath.Join(l.dir, "seuranta.yaml"), l.now.get().Format(time.RFC3339)
	a.asks = true
	cfg, err := a.loadConfig(l.Context())
	if err != nil {
		l.Fatal(err)
	}
	s, err := store.Open(l.Context(), store.Options{Path: cfg.Storage.Path, Library: embeddedtest.Library(l), Metrics: cfg.Desk.Metrics, Now: l.now.get, Log: l.log(), Program: version})
	if err != nil {
		l.Fatal(err)
	}
	if err := a.prepare(l.Context(), s, cfg); err != nil {
		l.Fatal(err)
	}
	quick := func(context.Context, time.Duration) error { return nil }
	l.desk = &desk{Config: cfg, app: a, store: s, home: cfg.Desk.Organisations[0], client: fetch.New(fetch.Options{Program: "Seuranta/test", Now: l.now.get, Pause: quick, Log: l.log()})}
}

func (l *life) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(&l.errs, &slog.HandlerOptions{Level: slog.LevelError}))
}

// close ends what runs in this process.
func (l *life) close() {
	l.rest()
	if l.desk != nil {
		if err := l.desk.store.Close(); err != nil {
			l.Error(err)
		}
		l.desk.client.Close()
	}
	l.desk = nil
	if said := l.errs.String(); said != "" {
		l.Errorf("it said:\n%.3000s", said)
	}
}

// counting is a store that counts visits that begin.
type counting struct {
	*store.Store
	begun *atomic.Int64
}

// Visit counts.
func (c counting) Visit(organisation, source string) (func(), error) {
	c.begun.Add(1)
	return c.Store.Visit(organisation, source)
}

// wake starts the daemon of a process that has just begun, or was told to read its configuration again.
func (l *life) wake() {
	ctx, cancel := context.WithCancel(l.Context())
	d := &schedule.Daemon{
		Runner:  &schedule.Runner{Config: l.desk.Config, Ledger: counting{l.desk.store, &l.begun}, HTTP: l.desk.client, Log: l.log(), Program: version, Now: l.now.get},
		Workers: 4, Wake: time.Millisecond, Looked: func() { l.looks.Add(1) },
		Ended: func(config.Source, schedule.Outcome, time.Duration, error) { l.ended.Add(1) },
	}
	l.begun.Store(0)
	l.ended.Store(0)
	ended := make(chan error, 1)
	go func() { ended <- d.Serve(ctx) }()
	l.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			l.Error(err)
		}
		l.visits += int(l.ended.Load())
	}
}

// rest stops the daemon.
func (l *life) rest() {
	if l.stop != nil {
		l.stop()
	}
	l.stop = nil
}

// settle waits until the daemon has nothing to do at this moment.
func (l *life) settle() {
	l.Helper()
	late, seen, quiet := time.Now().Add(2*time.Minute), l.looks.Load(), 0
	for quiet < 3 {
		if time.Now().After(late) {
			l.Fatalf("at %s it does not come to rest: %d visits begun, %d ended", l.now.get(), l.begun.Load(), l.ended.Load())
		}
		time.Sleep(500 * time.Microsecond)
		switch n := l.looks.Load(); {
		case l.begun.Load() != l.ended.Load():
			quiet = 0
		case n > seen:
			seen = n
			quiet++
		}
	}
}

// live lives a moment: what is written until then is written, and what is due is visited, by the daemon or by a command, day
// by day in turn; or nothing runs, and then a daemon is started and ended.
func (l *life) live(at time.Time) {
	l.now.set(at)
	l.feeds.SetNow(at)
	l.writeUntil(at)
	if len(l.episodes) > 0 && !at.Before(l.episodes[0].from) {
		if !at.Before(l.episodes[0].to) {
			e := l.episodes[0]
			l.episodes = l.episodes[1:]
			l.endure(e, at)
		}
		return
	}
	l.ticks++
	if byDaemon := observation.DateOf(at.In(l.m.zone))%2 == 0; byDaemon != (l.stop != nil) {
		l.rest()
		if byDaemon {
			l.wake()
		}
	}
	if l.stop != nil {
		l.settle()
	} else {
		l.desk.now = at
		rows, err := l.desk.app.visitAll(l.Context(), l.desk, l.desk.Sources, collectFlags{due: true})
		if err != nil {
			l.Errorf("at %s: %v", at, err)
		}
		l.visits += len(rows)
	}
	l.act(at)
}

// writeUntil writes what logs and tables hold at a moment.
func (l *life) writeUntil(at time.Time) {
	for _, log := range l.m.logs {
		if err := log.write(l.dir, at, l.m.zone); err != nil {
			l.Fatal(err)
		}
	}
	writeFiles(l.T, l.dir, map[string]string{"exports/fb-2026.csv": l.m.facebook(at)})
}

// endure starts a daemon as a process of its own, after a time in which nothing ran, and ends it while it makes up for that.
func (l *life) endure(e episode, at time.Time) {
	l.close()
	before := len(l.feeds.Requests())
	begun := time.Now()
	l.feeds.RunFrom(at)
	r := l.serve(at)
	for end := time.Now().Add(time.Duration(l.chance.IntN(4000)) * time.Millisecond); time.Now().Before(end) && len(l.feeds.Requests()) == before; {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(time.Duration(l.chance.IntN(800)) * time.Millisecond)
	if e.kill {
		_ = r.Process.Kill()
		_ = r.Wait()
		l.killed++
	} else {
		l.end(r)
	}
	if len(l.feeds.Requests()) > before {
		l.caught++
	}
	after := at.Add(time.Since(begun) + beat).Truncate(beat)
	l.now.set(after)
	l.feeds.SetNow(after)
	l.open()
}

// serve starts a daemon at a moment.
func (l *life) serve(at time.Time) *running {
	l.Helper()
	r := &running{Cmd: underTest(l.T, l.dir, nil, "serve", "--now", at.Format(time.RFC3339))}
	r.Stderr = r
	out, err := r.StdoutPipe()
	if err == nil {
		err = r.Start()
	}
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { _ = r.Process.Kill(); _ = r.Wait() })
	line := make([]byte, 200)
	n, err := out.Read(line)
	if !strings.HasPrefix(string(line[:n]), "ready ") {
		l.Fatalf("at %s it said %q, %v\n%s", at, line[:n], err, r.said())
	}
	return r
}

// end tells a daemon to end and wants it to do so in five seconds.
func (l *life) end(r *running) {
	l.Helper()
	begun := time.Now()
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		l.Fatal(err)
	}
	if code := ends(l.T, r.Cmd, 5*time.Second); code != exitOK {
		l.Errorf("it ended with %d\n%s", code, r.said())
	}
	l.stopped++
	l.longest = max(l.longest, time.Since(begun))
}

// collectTwice collects as a person who asks for it. The second time nothing may be new.
func (l *life) collectTwice() {
	l.Helper()
	now := l.m.end().Format(time.RFC3339)
	program(l.T, l.dir, exitPartial, "collect", "--now", now) // there is a dead feed
	out, _ := program(l.T, l.dir, exitPartial, "collect", "--json", "--now", now)
	var said struct{ Collected []collected }
	if err := json.Unmarshal([]byte(out), &said); err != nil || len(said.Collected) < len(l.m.logs)+8 {
		l.Fatalf("%v\n%s", err, out)
	}
	for _, r := range said.Collected {
		if r.New+r.Changed+r.Withdrawn != 0 {
			l.Errorf("the second collection writes something: %+v", r)
		}
	}
}

// compare holds every figure against the truth.
func (l *life) compare(seen []platforms.Request) {
	l.Helper()
	want := l.m.truth(seen, &l.typed)
	l.desk.now = l.m.end()
	got, err := l.desk.figuresOf(l.Context(), want)
	if err != nil {
		l.Fatal(err)
	}
	unheard := l.m.truth(l.heard(seen), &l.typed)
	wrong, states := 0, map[string]int{}
	for i, w := range want {
		states[w.State]++
		f, ok := got[truthKey(w)]
		if ok && (same(f, w) || same(f, unheard[i]) || w.Metric == "visitors" && w.Grain == observation.Month && encloses(f, w)) {
			continue
		}
		if wrong++; wrong <= 40 {
			l.Errorf("%s: want %s, got %s (%v)", truthName(w), truthWords(w), figureWords(f), f.Gaps)
		}
	}
	l.Logf("%d figures, %d wrong; of the right ones %v", len(want), wrong, states)
	for _, state := range []string{world.StateOK, world.StateZero, world.StatePartial, world.StateMissing} {
		if states[state] == 0 {
			l.Errorf("no figure is %s", state)
		}
	}
}

// heard leaves out what was answered to daemons that were killed: nobody can say whether they stored it before.
func (l *life) heard(seen []platforms.Request) []platforms.Request {
	return slices.DeleteFunc(slices.Clone(seen), func(r platforms.Request) bool {
		return slices.ContainsFunc(l.episodes, func(e episode) bool {
			return e.kill && !r.At.Before(e.to.Add(-aside)) && r.At.Before(e.to.Add(aside))
		})
	})
}

// encloses tells whether a range lies within that of the days, which is all that is known for sure.
func encloses(f indicator.Figure, w world.Truth) bool {
	return string(f.State) == w.State && f.Range != nil && w.Low != nil && f.Range.Low >= *w.Low && f.Range.High <= *w.High
}

// summary tells what was lived, and wants that it was something.
func (l *life) summary(seen []platforms.Request, lived time.Duration) {
	unchanged, answers := 0, map[int]int{}
	for _, r := range seen {
		answers[r.Status]++
		if r.Status == 304 {
			unchanged++
		}
	}
	l.Logf("lived in %s: %d moments, %d visits in this process, %d requests %v; %d daemons killed and %d stopped, %d of them after they had asked somebody; the longest stop took %s",
		lived.Round(time.Second), l.ticks, l.visits, len(seen), answers, l.killed, l.stopped, l.caught, l.longest.Round(time.Millisecond))
	if unchanged == 0 || answers[429] == 0 || answers[500] == 0 || 2*l.caught < l.killed+l.stopped {
		l.Errorf("the month was too quiet")
	}
	for _, f := range l.m.feeds {
		if !slices.ContainsFunc(seen, func(r platforms.Request) bool { return r.Path == f.Path && r.Body }) {
			l.Errorf("%s was never read", f.Title)
		}
	}
}
