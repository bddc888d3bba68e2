package store_test

import (
	"context"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// desk is a store and the ledger of all that it was told.
type desk struct {
	*testing.T
	store   *store.Store
	reopen  storetest.Open
	ledger  observation.Ledger
	moments []time.Time
	clock   time.Time
}

func newDesk(t *testing.T, e storetest.Engine) *desk {
	d := &desk{T: t, clock: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)}
	d.store, d.reopen = e.Open(t, d.options)
	return d
}

func (d *desk) options(o *store.Options) { o.Now = func() time.Time { return d.clock } }

// tell commits, and holds the store against the ledger.
func (d *desk) tell(c observation.Commit) observation.Run {
	d.Helper()
	d.clock = d.clock.Add(time.Minute)
	if c.Run.Source == "" {
		c.Run = run("loki")
	}
	c.Run = commit(d.T, d.store, c)
	d.ledger.Add(c)
	d.moments = append(d.moments, c.Run.CommittedAt)
	compareWithLedger(d.T, d.store, &d.ledger, time.Time{})
	return c.Run
}

func (d *desk) told(os ...observation.Observation) observation.Run {
	d.Helper()
	return d.tell(observation.Commit{Observations: os})
}

// compare holds the store against the ledger as both are known at every commit, just after the newest, and now.
func (d *desk) compare() {
	d.Helper()
	for _, at := range d.moments {
		compareWithLedger(d.T, d.store, &d.ledger, at)
	}
	if n := len(d.moments); n > 0 {
		compareWithLedger(d.T, d.store, &d.ledger, d.moments[n-1].Add(time.Nanosecond))
	}
	compareWithLedger(d.T, d.store, &d.ledger, time.Time{})
}

// counts compares the counts of a run.
func (d *desk) counts(r observation.Run, fresh, changed, unchanged, withdrawn int) {
	d.Helper()
	if r.New != fresh || r.Changed != changed || r.Unchanged != unchanged || r.Withdrawn != withdrawn {
		d.Errorf("new %d, changed %d, unchanged %d, withdrawn %d; want %d, %d, %d, %d", r.New, r.Changed, r.Unchanged, r.Withdrawn, fresh, changed, unchanged, withdrawn)
	}
}

// values returns what the store shows of koske, as a number a line.
func (d *desk) values() (out []float64) {
	d.Helper()
	for _, o := range read(d.T, d.store, all()) {
		out = append(out, o.Value)
	}
	return out
}

// rows counts the rows of a table, whatever became of them.
func (d *desk) rows(table string) int {
	d.Helper()
	_, rows, err := d.store.Rows(context.Background(), "SELECT run FROM "+table)
	if err != nil {
		d.Fatal(err)
	}
	return len(rows)
}

func subject(o observation.Observation, s string) observation.Observation {
	o.Subject = s
	return o
}

func incomplete(o observation.Observation) observation.Observation {
	o.Complete = false
	return o
}

func snapshot(at string, value float64) observation.Observation {
	moment, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		panic(err)
	}
	o := views(moment.Format("2006-01-02"), value)
	o.Channel, o.Metric, o.Grain, o.ObservedAt = "facebook", "followers", observation.Snapshot, moment
	return o
}

func completes(o observation.Observation) observation.Completion {
	return observation.Completion{Part: o.Part, Channel: o.Channel, Metric: o.Metric, Grain: o.Grain, From: o.From, Definition: o.Definition}
}

// parts counts the parts of observations_current that a merge would make one of.
func (d *desk) parts() int {
	_, rows, err := d.store.Rows(context.Background(), "SELECT name FROM system.parts WHERE database = currentDatabase() AND table = 'observations_current' AND active = 1")
	if err != nil {
		d.Fatal(err)
	}
	return len(rows)
}
