package collectortest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

// checkDescription checks what a kind says of itself: definitions, sample, README, defaults.
func (b *bench) checkDescription(t *testing.T) {
	if b.kind.Sample == "" || b.kind.Name == "" {
		t.Error("the kind has no name or no sample")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil || !bytes.Contains(readme, []byte(b.kind.Sample)) {
		t.Errorf("README.md does not show sample.yaml as it is (%v)", err)
	}
	dir := t.TempDir()
	for _, m := range regexp.MustCompile(`_file: *(\S+)`).FindAllStringSubmatch(b.kind.Sample, -1) {
		path := filepath.Join(dir, m[1])
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := loadEntry(b.kind, b.kind.Sample, dir, "koske")
	if err != nil {
		t.Fatalf("sample.yaml is no entry of a configuration: %v", err)
	}
	for _, s := range append(c.Sources, b.good.source) {
		checkDefinitions(t, s.Source, c.Desk.Metrics)
	}
	checkDefaults(t, b.kind.New())
}

// checkDefinitions checks that each metric of a source is known and defined from the beginning, in every language.
func checkDefinitions(t *testing.T, s observation.Source, known observation.Metrics) {
	t.Helper()
	for _, m := range s.Metrics {
		if _, ok := known[m]; !ok {
			t.Errorf("%s: there is no metric %s", s.ID, m)
		}
		if _, ok := s.Definition(m, 0); !ok && known[m].Shape != observation.Counted {
			t.Errorf("%s: nothing in definitions.yaml defines %s from the beginning", s.ID, m)
		}
	}
	for _, d := range s.Definitions {
		for _, lang := range locale.Languages() {
			if d.Text[lang] == "" {
				t.Errorf("%s: the definition %s of %s has no text in %s", s.ID, d.ID, d.Metric, lang)
			}
		}
	}
}

// checkDefaults checks that the defaults are valid, but for keys that the user must give.
func checkDefaults(t *testing.T, settings collector.Config) {
	t.Helper()
	v := reflect.Indirect(reflect.ValueOf(settings))
	for _, f := range settings.Validate() {
		if f.Message == "" {
			t.Errorf("Validate tells a fault of %q without saying what to do", f.Key)
		}
		if v.Kind() != reflect.Struct {
			continue
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			if name == f.Key && name != "" && !v.Field(i).IsZero() {
				t.Errorf("the default of %s has a fault: %s", f.Key, f.Message)
			}
		}
	}
}

// checkInert checks that making a collector does nothing yet: no request, no file, no goroutine.
func (b *bench) checkInert(t *testing.T) {
	sc := b.stage(t, trial{}, b.visit)
	settle()
	goroutines, files := runtime.NumGoroutine(), openFiles()
	deps := sc.deps(new(Memory), b.visit, sc.source.Policy())
	for range 20 {
		sc.source.Settings.New(deps)
		sc.source.Settings.New(collector.Deps{})
	}
	if n := runtime.NumGoroutine(); n > goroutines+5 {
		t.Errorf("New starts goroutines: there were %d and are %d after 40 calls", goroutines, n)
	}
	if n := openFiles(); n > files+5 {
		t.Errorf("New opens files: there were %d open and are %d after 40 calls", files, n)
	}
	if sc.server != nil {
		if asked, strange := sc.server.requests(); len(asked)+len(strange) > 0 {
			t.Error("New asks the server")
		}
	}
}

// checkCheck checks that a source that is well is found to be so, by one call at most.
func (b *bench) checkCheck(t *testing.T) {
	sc := b.stage(t, trial{}, b.visit)
	c, ok := sc.source.Settings.New(sc.deps(new(Memory), b.visit, sc.source.Policy())).(collector.Checker)
	if !ok {
		return
	}
	said, err := c.Check(t.Context(), b.visit.Now)
	if err != nil || said == "" || strings.Contains(said, "\n") {
		t.Errorf("Check of a source that is well says %q, error %v; want one line", said, err)
	}
	sc.checkStrange(t)
	if sc.server == nil {
		return
	}
	if asked, strange := sc.server.requests(); len(asked)+len(strange) > 1 {
		t.Errorf("Check makes %d calls, want one at most", len(asked)+len(strange))
	}
}

// settle gives goroutines that are about to end the time to do so.
func settle() {
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
}

// openFiles counts the open files of the process; 0 where the system does not tell.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// checkGood checks the visit that all others are held against.
func (b *bench) checkGood(t *testing.T) {
	r := b.good.outcome.Run
	if r.Result != observation.OK {
		t.Errorf("the good visit ends %s (%s): %s", r.Result, r.Reason, r.Detail)
	}
	if len(b.good.outcome.Rejected) > 0 {
		t.Errorf("it tells what cannot be stored: %v", b.good.outcome.Rejected)
	}
	told := false
	for _, f := range b.good.figures {
		told = told || f.State == indicator.OK
		if f.State == indicator.Missing {
			t.Errorf("after the good visit %s is missing: %v", f.Indicator, f.Gaps)
		}
	}
	rec, _, err := b.read(t, b.visit)
	b.checkCounted(t, rec)
	if !told && len(rec.Items) == 0 || err != nil {
		t.Errorf("the good visit tells nothing: no figure is ok and there are no items (%v)", err)
	}
}

// checkCounted checks that the items of the source's channel are counted.
func (b *bench) checkCounted(t *testing.T, rec Recording) {
	t.Helper()
	s, days := b.good.source, b.visit.days()
	for _, f := range b.good.figures {
		if f.Shape != observation.Counted || f.Channel == "" || f.Channel != s.Channel {
			continue
		}
		n := 0
		for _, it := range rec.Items {
			it.Channel = cmp.Or(it.Channel, s.Channel)
			if b.good.Desk.Metrics[f.Indicator].Counts(it) && days.Contains(observation.DateOf(it.At().In(s.Zone))) {
				n++
			}
		}
		if f.Value == nil || int(*f.Value) != n {
			t.Errorf("%d items of the days were told, and %s is %v", n, f.Indicator, summary([]indicator.Figure{f}))
		}
	}
}

// checkSameTwice checks that what is told of the same answers does not depend on when, or how often, it is read.
func (b *bench) checkSameTwice(t *testing.T) {
	var told [2]Recording
	for i := range told {
		rec, sc, err := b.read(t, b.visit)
		if err != nil {
			t.Fatal(err)
		}
		sc.server.asRecorded(rec.Answers)
		told[i] = rec
	}
	if d := gocmp.Diff(told[0], told[1]); d != "" {
		t.Errorf("two reads of the same differ (-first +second):\n%s", d)
	}
}

// checkSecondRead checks that a second visit to an unchanged source writes nothing.
func (b *bench) checkSecondRead(t *testing.T) {
	first := b.try(t, trial{})
	second := b.try(t, trial{again: first})
	r := second.outcome.Run
	if !r.Result.Answered() || r.New+r.Changed+r.Withdrawn > 0 {
		t.Errorf("the second read ends %s (%s) with %d new, %d changed, %d withdrawn; want nothing written", r.Result, r.Detail, r.New, r.Changed, r.Withdrawn)
	}
	if d := gocmp.Diff(summary(first.figures), summary(second.figures)); d != "" {
		t.Errorf("the second read changes figures (-first +second):\n%s", d)
	}
}

// summary says each figure in a few words.
func summary(figures []indicator.Figure) []string {
	var out []string
	for _, f := range figures {
		text := fmt.Sprintf("%s %s %d/%d", f.Indicator, f.State, f.Coverage.Measured, f.Coverage.Expected)
		if f.Value != nil {
			text += fmt.Sprintf(" %v", *f.Value)
		}
		if f.Range != nil {
			text += fmt.Sprintf(" %v–%v", f.Range.Low, f.Range.High)
		}
		out = append(out, text)
	}
	return out
}

// keys lists what a recording speaks of, each once.
func keys(recs ...Recording) []string {
	all := map[string]bool{}
	for _, rec := range recs {
		for _, o := range rec.Observations {
			all[fmt.Sprintf("%+v", o.Key)] = true
		}
		for _, c := range rec.Coverage {
			all[fmt.Sprintf("coverage %+v", c.CoverageKey)] = true
		}
		for _, it := range rec.Items {
			all["item "+it.ID] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// checkHalves checks that days asked for in two halves are told as they are when asked for at once.
func (b *bench) checkHalves(t *testing.T) {
	whole, _, err := b.read(t, b.visit)
	if err != nil {
		t.Fatal(err)
	}
	days := b.visit.days()
	if days.Days() < 2 {
		t.Fatal("the case asks for one day; let it ask for several")
	}
	first, second := b.visit, b.visit
	first.To = days.From + observation.Date(days.Days()/2) - 1
	second.From = first.To + 1
	visits := []visit{first, second}
	if b.suite.Halves != "" {
		visits = readVisits(t, filepath.Join("testcases", b.suite.Halves))
	}
	var parts []Recording
	for _, v := range visits {
		rec, sc, err := b.read(t, v)
		if err != nil {
			t.Fatalf("read %s: %v", v.days().Label(), err)
		}
		sc.checkStrange(t)
		parts = append(parts, rec)
	}
	if d := gocmp.Diff(keys(whole), keys(parts...)); d != "" {
		t.Errorf("the two halves tell other keys than the whole (-whole +halves):\n%s", d)
	}
}

// checkStrange reports requests without an answer.
func (s *scene) checkStrange(t *testing.T) {
	t.Helper()
	if s.server == nil {
		return
	}
	if _, strange := s.server.requests(); len(strange) > 0 {
		t.Errorf("no answer is recorded for %v; a kind that asks for days needs Halves in its Suite", strange)
	}
}

// checkFarFuture checks that days to come are not told.
func (b *bench) checkFarFuture(t *testing.T) {
	v := b.visit
	v.From = observation.NewDate(2090, time.January, 2)
	v.To = v.From + 6
	rec, _, _ := b.read(t, v)
	if len(rec.Observations)+len(rec.Coverage)+len(rec.Complete) > 0 {
		t.Errorf("asked for %s it tells %d numbers and speaks of %d periods", v.days().Label(), len(rec.Observations), len(rec.Coverage))
	}
}

// checkBeforeLife checks that days before the source are not asked for, not told, and not applicable.
func (b *bench) checkBeforeLife(t *testing.T) {
	v := b.visit
	v.From, v.To = observation.NewDate(1990, time.January, 1), observation.NewDate(1990, time.January, 7)
	rec, sc, _ := b.read(t, v)
	for _, o := range rec.Observations {
		if v.days().Contains(o.From) {
			t.Errorf("it tells %s of %s: %v", o.Metric, o.From, o.Value)
		}
	}
	life := observation.Life{From: b.visit.From}
	sc.source.Life, sc.Desk.Sources[0].Life = life, life
	if p := schedule.Window(sc.source.Source, sc.Desk.Metrics, time.Time{}, nil, b.visit.From.Start(sc.source.Zone)); !p.Empty() {
		t.Errorf("on the first day of its life it owes %v", p)
	}
	figures, err := b.figures(&visited{scene: sc}, v.days())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if f.State != indicator.NotApplicable {
			t.Errorf("%s of days before the source is %s, want not_applicable", f.Indicator, f.State)
		}
	}
}

// checkPaging checks that everything recorded is asked for, once.
func (b *bench) checkPaging(t *testing.T) {
	_, sc, err := b.read(t, b.visit)
	if err != nil {
		t.Fatal(err)
	}
	sc.server.checkAsked(t)
	asked, _ := sc.server.requests()
	if len(asked) != len(b.answers) {
		t.Errorf("%d requests for %d answers", len(asked), len(b.answers))
	}
}

// returned notes when a collector came back.
type returned struct {
	collector.Config
	at *time.Time
}

func (r returned) New(d collector.Deps) collector.Collector {
	return returning{r.Config.New(d), r.at}
}

type returning struct {
	collector.Collector
	at *time.Time
}

func (r returning) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	defer func() { *r.at = time.Now() }()
	return r.Collector.Collect(ctx, w, out)
}

// checkStopped stops a visit in its middle: at its last request, or when it first tells how far it is in long files.
func (b *bench) checkStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var stopped, back time.Time
	stop := func() {
		if stopped.IsZero() {
			stopped = time.Now()
			cancel()
		}
	}
	tr := trial{context: ctx, settings: func(c collector.Config) collector.Config { return returned{c, &back} }}
	if targets := b.targets; len(targets) > 0 {
		last := targets[len(targets)-1]
		tr.meddle = func(_ http.ResponseWriter, r *http.Request, a *answer) bool {
			if a == nil || a.request() != last {
				return false
			}
			stop()
			<-r.Context().Done()
			return true
		}
	} else {
		tr.progress = stop
		tr.spoil = func(dir string) error {
			return eachFile(dir, func(path string) error { return lengthen(path, b.visit.Now) })
		}
	}
	v := b.try(t, tr)
	if stopped.IsZero() {
		t.Fatal("it was done before it told how far it is, and could not be stopped")
	}
	if took := back.Sub(stopped); took > time.Second {
		t.Errorf("it ended %v after it was stopped; want within 1s", took)
	}
	r := v.outcome.Run
	if r.Result != observation.Failed && r.Result != observation.Partial || r.Reason != collector.ReasonStopped {
		t.Errorf("stopped it ends %s (%s), want failed or partial (stopped)", r.Result, r.Reason)
	}
	if r.New != len(v.told) {
		t.Errorf("%d numbers were told before it was stopped and %d are kept", r.New, len(v.told))
	}
	b.checkHonest(t, v)
}

// breaking makes a collector that breaks down when it first tells something.
type breaking struct{ collector.Config }

func (b breaking) New(d collector.Deps) collector.Collector { return broken{b.Config.New(d)} }

type broken struct{ collector.Collector }

func (b broken) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	return b.Collector.Collect(ctx, w, panicking{out})
}

type panicking struct{ collector.Sink }

func (panicking) Observe(observation.Observation) error { panic("broken on purpose") }
func (panicking) Item(observation.Item) error           { panic("broken on purpose") }
func (panicking) Cover(observation.Coverage)            { panic("broken on purpose") }
func (panicking) Complete(observation.Completion)       { panic("broken on purpose") }

// checkPanic checks that a breakdown ends its run and no other. A collector that tells from a goroutine of its own would take
// the program with it.
func (b *bench) checkPanic(t *testing.T) {
	v := b.try(t, trial{settings: func(c collector.Config) collector.Config { return breaking{c} }})
	if r := v.outcome.Run; r.Result != observation.Failed || r.Reason != schedule.ReasonPanic {
		t.Errorf("broken down it ends %s (%s), want failed (panic)", r.Result, r.Reason)
	}
	b.checkHonest(t, v)
	again := b.try(t, trial{again: v})
	if d := gocmp.Diff(summary(b.good.figures), summary(again.figures)); d != "" {
		t.Errorf("the visit after a breakdown tells otherwise (-good +after):\n%s", d)
	}
}

// partAbsent tells whether a part of the source was not there to be measured while others were: the figure is that of the
// others then.
func (v *visited) partAbsent() bool {
	return v.outcome.Run.Result == observation.Partial && slices.ContainsFunc(v.coverage, func(c observation.Coverage) bool { return c.Result.NotApplicable() && c.Part != "" })
}

// checkHonest checks what holds of every visit that went wrong, wherever it did: no number that is not so, no zero that was
// not measured, and a reason that people can read.
func (b *bench) checkHonest(t *testing.T, v *visited) {
	t.Helper()
	good := map[observation.Key]float64{}
	for _, o := range b.good.told {
		key := o.Key
		key.Organisation = ""
		good[key] = o.Value
	}
	for _, o := range v.told {
		key := o.Key
		key.Organisation = ""
		if want, ok := good[key]; o.Complete && (!ok || want != o.Value) {
			t.Errorf("it tells %s %s of %s as %v, complete; the good visit told %v (%v)", o.Metric, o.Subject, o.From, o.Value, want, ok)
		}
	}
	for i, f := range v.figures {
		g := b.good.figures[i]
		if f.State == indicator.Zero && g.State != indicator.Zero {
			t.Errorf("%s is zero; the good visit made it %s", f.Indicator, g.State)
		}
		if f.State == indicator.OK && !v.partAbsent() && (g.Value == nil || f.Value == nil || *g.Value != *f.Value) {
			t.Errorf("%s is ok with another number than after the good visit", f.Indicator)
		}
	}
	r := v.outcome.Run
	words, err := locale.For("en")
	if err != nil {
		t.Fatal(err)
	}
	if !r.Result.Answered() && (r.Reason == "" || !words.Has("reason."+r.Reason)) {
		t.Errorf("the run ends %s and gives %q as its reason, for which no language has words", r.Result, r.Reason)
	}
	if !r.Result.Answered() && r.Reason == string(r.Result) && r.Detail == "" {
		t.Errorf("the run ends %s, and neither its reason nor its detail says what went wrong", r.Result)
	}
}
