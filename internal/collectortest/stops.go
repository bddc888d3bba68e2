package collectortest

import (
	"context"
	"net/http"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

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

func (panicking) Item(observation.Item) error { panic("broken on purpose") }

func (panicking) Cover(observation.Coverage) { panic("broken on purpose") }

func (panicking) Complete(observation.Completion) { panic("broken on purpose") }

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
