package collectortest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// bench is where one kind is tried: a real store on an engine of its own, in which every trial is an organisation.
type bench struct {
	kind    collector.Kind
	suite   Suite
	folder  string // of the case
	visit   visit
	answers []*answer
	server  *server  // of all trials, so that an address is the same in each; nil when the kind asks none
	targets []string // the different requests of the good visit, in their order
	store   *store.Store
	data    string // the folder of the engine
	marker  string // stands in every run: what is searched for in the folder can be found there
	canary  string // stands in every secret
	log     notes
	errors  []string // of all trials
	trials  int
	sources []observation.Source // of all trials
	excused map[string]bool      // the exceptions that were needed
	good    *visited
}

// notes is a log that several goroutines write to.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the log.
func (n *notes) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(b)
}

// String returns the log so far.
func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

func newBench(t *testing.T, kind collector.Kind, s Suite) *bench {
	t.Helper()
	b := &bench{kind: kind, suite: s, folder: filepath.Join("testcases", s.Case), excused: map[string]bool{}, marker: "merkki" + rand.Text(), canary: "Kanaria" + rand.Text()}
	visits := readVisits(t, b.folder)
	if len(visits) != 1 {
		t.Fatalf("the case %s has %d visits; the suite needs one", s.Case, len(visits))
	}
	b.visit = visits[0]
	b.answers = answersOf(t, b.folder, b.visit)
	if len(b.answers) > 0 {
		b.server = startServer(t, b.answers)
	}
	b.open(t)
	b.good = b.try(t, trial{})
	if b.server != nil {
		asked, _ := b.server.requests()
		b.targets = different(asked)
	}
	return b
}

// different lists the different requests that were answered, in their order.
func different(asked []*answer) []string {
	var out []string
	for _, a := range asked {
		if !slices.Contains(out, a.request()) {
			out = append(out, a.request())
		}
	}
	return out
}

// open opens the engine and the store.
func (b *bench) open(t *testing.T) {
	t.Helper()
	b.data = t.TempDir()
	const database = "test_conform"
	engine := embeddedtest.Open(t, func(o *embedded.Options) { o.Path = b.data })
	ctx := context.Background()
	if err := embeddedtest.Connect(t, engine, "").Exec(ctx, "CREATE DATABASE "+database); err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenEngine(ctx, engine, database, store.Options{Now: func() time.Time { return b.visit.Now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	b.store = s
}

func (b *bench) hasFiles() bool {
	_, err := os.Stat(filepath.Join(b.folder, "files"))
	return err == nil
}

// trial is one visit as the suite has it done. Its zero value is the visit of the case.
type trial struct {
	again    *visited // the source was visited before, and its server still runs
	visit    *visit   // another visit than that of the case
	meddle   meddler
	spoil    func(dir string) error // what becomes of the files
	settings func(collector.Config) collector.Config
	policy   func(*fetch.Policy)
	patience time.Duration
	zone     *time.Location
	context  context.Context
	progress func()
	public   bool // the server is met on the public net, by way of a proxy
}

// visited is what a trial came to.
type visited struct {
	*scene
	outcome  schedule.Outcome
	told     []observation.Observation // as it is in the store
	coverage []observation.Coverage
	figures  []indicator.Figure // one a metric, of the days of the visit
	took     time.Duration
}

// try visits a source: a new one of a new organisation, unless it was visited before.
func (b *bench) try(t testing.TB, tr trial) *visited {
	t.Helper()
	v := b.visit
	if tr.visit != nil {
		v = *tr.visit
	}
	out := &visited{scene: b.stage(t, tr, v)}
	if out.server != nil {
		out.server.meddle(tr.meddle)
	}
	if tr.spoil != nil {
		if err := tr.spoil(out.dir); err != nil {
			t.Fatal(err)
		}
	}
	b.run(t, tr, v, out)
	b.readBack(t, v.days(), out)
	return out
}

// stage sets the scene of a trial.
func (b *bench) stage(t testing.TB, tr trial, v visit) *scene {
	t.Helper()
	if b.server != nil {
		b.server.reset(answersOf(t, b.folder, v), tr.public)
	}
	if tr.again != nil {
		return tr.again.scene
	}
	b.trials++
	dir := t.TempDir()
	setFiles(t, dir, b.folder, v)
	sc := loadScene(t, b.kind, b.folder, dir, fmt.Sprint("koske", b.trials), b.server)
	sc.log = slog.New(slog.NewTextHandler(&b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	plant(sc.source.Settings, b.canary)
	if tr.zone != nil {
		sc.source.Zone, sc.Desk.Sources[0].Zone = tr.zone, tr.zone
	}
	b.sources = append(b.sources, sc.source.Source)
	return sc
}

// run does the visit as the program does.
func (b *bench) run(t testing.TB, tr trial, v visit, out *visited) {
	t.Helper()
	policy := out.source.Policy()
	if tr.policy != nil {
		tr.policy(&policy)
	}
	job := schedule.Job{Source: out.source.Source, Settings: out.source.Settings, Days: v.days(), Now: v.Now, Dir: out.dir, Config: out.Hash, Program: b.marker,
		Metrics: out.Desk.Metrics, Log: out.log, HTTP: fetch.New(tr.options(out.scene, v)), Policy: policy}
	if v.Import != "" {
		job.Import = filepath.Join(out.dir, v.Import)
	}
	if tr.settings != nil {
		job.Settings = tr.settings(job.Settings)
	}
	if tr.progress != nil {
		job.Progress = func(int64, int64) { tr.progress() }
	}
	ctx := tr.context
	if ctx == nil {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(context.Background(), 2*patience)
		defer done()
	}
	begun := time.Now()
	var err error
	if out.outcome, err = schedule.Run(ctx, b.store, job); err != nil {
		t.Fatalf("the store did not take what the collector told: %v", err)
	}
	out.took = time.Since(begun)
	if out.outcome.Failure != nil {
		b.errors = append(b.errors, out.outcome.Failure.Error())
	}
}

// options returns how the trial fetches.
func (tr trial) options(s *scene, v visit) fetch.Options {
	o := s.options(v, cmp.Or(tr.patience, patience))
	if tr.public {
		o.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(s.server.URL) }
	}
	return o
}

// readBack reads what the store has of the trial, and makes figures of it.
func (b *bench) readBack(t testing.TB, days observation.Period, out *visited) {
	t.Helper()
	ctx, s := context.Background(), out.source
	all := observation.Selection{Organisations: []string{s.Organisation, observation.Shared}, Channels: []string{s.Channel}, Metrics: s.Metrics,
		Grains: observation.Grains(), Period: observation.Period{From: observation.FirstDay, To: observation.LastDay + 1}}
	var err error
	if out.told, err = b.store.Observations(ctx, all); err != nil {
		t.Fatal(err)
	}
	if out.coverage, err = b.store.Coverage(ctx, all); err != nil {
		t.Fatal(err)
	}
	if out.figures, err = b.figures(out, days); err != nil {
		t.Fatal(err)
	}
}

// figures makes the figures of what the trial's source tells: of the days of the visit, and where different people are counted also
// of each week and day of them, because these are numbers of their own.
func (b *bench) figures(v *visited, days observation.Period) ([]indicator.Figure, error) {
	judge := indicator.New(v.Desk, b.store, b.visit.Now, time.Time{})
	ask := indicator.Ask{Organisations: []string{v.source.Organisation}, Metrics: v.source.Metrics}
	return judge.FiguresOf(context.Background(), ask, v.shown(days))
}

// mostShown bounds the periods beside that of the visit.
const mostShown = 20

// shown returns the periods whose figures are looked at.
func (v *visited) shown(days observation.Period) []observation.Period {
	out := []observation.Period{days}
	people := func(id string) bool {
		return v.Desk.Metrics[id].Shape == observation.Unique && !v.Desk.Metrics[id].Lifetime
	} // of letters no day asks
	if !slices.ContainsFunc(v.source.Metrics, people) {
		return out
	}
	for _, g := range v.source.Grains {
		if more := g.Split(days); len(more) <= mostShown {
			out = append(out, more...)
		}
	}
	return out
}

// read reads the source of the case without a store, with nothing remembered.
func (b *bench) read(t testing.TB, v visit) (Recording, *scene, error) {
	t.Helper()
	sc := b.stage(t, trial{}, v)
	rec, err := sc.read(context.Background(), new(Memory), v, sc.window(v))
	return rec, sc, err
}
