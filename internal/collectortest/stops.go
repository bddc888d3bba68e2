package collectortest

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

// wrapped makes collectors that do their work inside of another function, whether they visit or are handed a file.
type wrapped struct {
	collector.Config
	around func(out collector.Sink, work func(collector.Sink) error) error
}

// New makes the collector.
func (w wrapped) New(d collector.Deps) collector.Collector {
	return wrapping{w.Config.New(d), w.around}
}

type wrapping struct {
	collector.Collector
	around func(out collector.Sink, work func(collector.Sink) error) error
}

var _ collector.Importer = wrapping{}

// Collect visits.
func (r wrapping) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	return r.around(out, func(out collector.Sink) error { return r.Collector.Collect(ctx, w, out) })
}

// Import takes the file.
func (r wrapping) Import(ctx context.Context, path string, w collector.Window, out collector.Sink) error {
	return r.around(out, importer{r.Collector, path}.work(ctx, w))
}

// Preview shows nothing: no trial looks at one.
func (wrapping) Preview(context.Context, string, collector.Window, func(done, total int64)) (collector.Preview, error) {
	return collector.Preview{}, errors.New("a trial has nothing shown")
}

// returned notes when a collector came back.
func returned(c collector.Config, at *time.Time) collector.Config {
	return wrapped{c, func(out collector.Sink, work func(collector.Sink) error) error {
		defer func() { *at = time.Now() }()
		return work(out)
	}}
}

// checkStopped stops a visit in its middle: at its last request, or when it first tells how far it is in long files. A visit
// that ends too late has three tries: the machine may be busy with something else.
func (b *bench) checkStopped(t *testing.T) {
	var took time.Duration
	for range 3 {
		if took = b.stopOnce(t); took <= time.Second || t.Failed() {
			return
		}
	}
	t.Errorf("it ended %v after it was stopped; want within 1s", took)
}

// stopOnce stops one visit and returns how long it went on.
func (b *bench) stopOnce(t *testing.T) time.Duration {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var stopped, back time.Time
	stop := func() {
		if stopped.IsZero() {
			stopped = time.Now()
			cancel()
		}
	}
	tr := trial{context: ctx, settings: func(c collector.Config) collector.Config { return returned(c, &back) }}
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
			return eachFile(dir, b.lengthen)
		}
	}
	v := b.try(t, tr)
	if stopped.IsZero() {
		t.Fatal("it was done before it told how far it is, and could not be stopped")
	}
	r := v.outcome.Run
	if r.Result != observation.Failed && r.Result != observation.Partial || r.Reason != collector.ReasonStopped {
		t.Errorf("stopped it ends %s (%s), want failed or partial (stopped)", r.Result, r.Reason)
	}
	if kept := len(v.told) + b.items(t, v); r.New != kept {
		t.Errorf("%d numbers and items were told before it was stopped and %d are kept", r.New, kept)
	}
	b.checkHonest(t, v)
	return back.Sub(stopped)
}

// items counts the items that the store has of a trial: articles belong to nobody, and earlier trials told them, too.
func (b *bench) items(t *testing.T, v *visited) int {
	t.Helper()
	ever := observation.Span{From: observation.FirstDay.Start(time.UTC), To: observation.LastDay.End(time.UTC)}
	items, err := b.store.Items(t.Context(), observation.ItemSelection{Organisations: []string{v.source.Organisation}, Span: ever})
	if err != nil {
		t.Fatal(err)
	}
	return len(items)
}

// breaking makes a collector that breaks down when it first tells something.
func breaking(c collector.Config) collector.Config {
	return wrapped{c, func(out collector.Sink, work func(collector.Sink) error) error { return work(panicking{out}) }}
}

type panicking struct{ collector.Sink }

func (panicking) Observe(observation.Observation) error { panic("broken on purpose") }

func (panicking) Item(observation.Item) error { panic("broken on purpose") }

func (panicking) Cover(observation.Coverage) { panic("broken on purpose") }

func (panicking) Complete(observation.Completion) { panic("broken on purpose") }

// checkPanic checks that a breakdown ends its run and no other. A collector that tells from a goroutine of its own would take
// the program with it.
func (b *bench) checkPanic(t *testing.T) {
	v := b.try(t, trial{settings: breaking})
	if r := v.outcome.Run; r.Result != observation.Failed || r.Reason != schedule.ReasonPanic {
		t.Errorf("broken down it ends %s (%s), want failed (panic)", r.Result, r.Reason)
	}
	b.checkHonest(t, v)
	again := b.try(t, trial{again: v})
	if d := gocmp.Diff(summary(b.good.figures), summary(again.figures)); d != "" {
		t.Errorf("the visit after a breakdown tells otherwise (-good +after):\n%s", d)
	}
}
