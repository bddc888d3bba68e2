package schedule

import (
	"cmp"
	"context"
	"errors"
	"hash/fnv"
	"sync"
	"time"

	"seuranta/internal/config"
	"seuranta/internal/observation"
	"seuranta/internal/store"
)

// How the daemon keeps time. It looks at the clock again and again rather than sleeping until a source is due: clocks are
// set, and machines sleep.
const (
	askEvery     = time.Minute      // how often the store is asked what other processes did
	longestStray = 5 * time.Minute  // no source begins later than this after it is due, so as not to come in crowds
	stopWithin   = 4 * time.Second  // what a visit gets to end in when the daemon is to stop
	storePause   = time.Minute      // after a visit that could not be stored, doubled each time
	longestPause = 15 * time.Minute // and no longer than this
)

// Daemon visits sources when they are due until it is told to stop. It is what `collect --due` does, again and again: what was
// missed while nothing ran is made up for, because it is the store that tells what is owed.
type Daemon struct {
	*Runner
	Workers int           // sources visited at one time; 0 means 4
	Wake    time.Duration // how often it looks at the clock

	// Before is called before the store is asked how the sources stand: what other processes left undone is done then. It
	// may be nil.
	Before func(context.Context) error
	// Ended is told of each visit, by several goroutines; err is that of the store. It may be nil.
	Ended func(s config.Source, out Outcome, took time.Duration, err error)
	// Looked is told each time that the daemon has looked what is due. It may be nil.
	Looked func()

	mu       sync.Mutex
	next     *Runner // what is used from the next look on; nil: as before
	running  map[observation.SourceKey]bool
	tried    map[observation.SourceKey]try
	standing map[observation.SourceKey]observation.SourceStatus
	asked    time.Time
	visits   sync.WaitGroup
	places   chan struct{}
}

// try is what the daemon itself remembers of its newest visit to a source. A clock that was set back would else make every
// source due at once, again and again.
type try struct {
	at     time.Time     // with the reading of the clock that nobody sets
	next   time.Time     // when the next may follow
	pause  time.Duration // from at to next
	failed int           // how often in a row the visit could not be stored
}

// Serve visits sources until ctx is done, and ends within some seconds then. Visits that do not stop in time are given up:
// of them nothing is stored.
func (d *Daemon) Serve(ctx context.Context) error {
	d.begin()
	for ctx.Err() == nil {
		d.adopt()
		if err := d.look(ctx); err != nil && ctx.Err() == nil {
			d.Log.Error("the store did not answer; it is asked again in a while", "error", err)
		}
		d.beginDue(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(d.Wake):
		}
	}
	return d.end()
}

func (d *Daemon) begin() {
	d.running = map[observation.SourceKey]bool{}
	d.tried = map[observation.SourceKey]try{}
	d.places = make(chan struct{}, cmp.Or(d.Workers, 4))
}

// Use has the daemon go on with another configuration from its next look on. Visits that run end as they began: one that is
// stopped loses the day, as a server must not be asked again before its time.
func (d *Daemon) Use(r *Runner) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next = r
}

// adopt takes over what is to be used. When visits may follow is found out anew, as schedules may be others.
func (d *Daemon) adopt() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next != nil {
		d.Runner, d.next = d.next, nil
		d.tried, d.asked = map[observation.SourceKey]try{}, time.Time{}
	}
}

// ErrGivenUp says that a visit did not end when it was told to.
var ErrGivenUp = errors.New("a visit did not end in time; nothing of it was stored, and the next run makes up for it")

func (d *Daemon) end() error {
	ended := make(chan struct{})
	go func() { d.visits.Wait(); close(ended) }()
	select {
	case <-ended:
		return nil
	case <-time.After(stopWithin):
		return ErrGivenUp
	}
}

// look asks the store how the sources stand, from time to time: other processes collect, too.
func (d *Daemon) look(ctx context.Context) error {
	if !d.asked.IsZero() && time.Since(d.asked) < askEvery {
		return nil
	}
	d.asked = time.Now()
	if d.Before != nil {
		if err := d.Before(ctx); err != nil {
			return err
		}
	}
	standing, err := d.Standing(ctx)
	if err != nil {
		return err
	}
	for _, s := range d.Config.Sources {
		standing[s.Key()] = d.interrupted(s, standing[s.Key()])
	}
	d.mu.Lock()
	d.standing = standing
	d.mu.Unlock()
	return nil
}

// beginDue begins the visits that are due and that there is a place for. Nothing begins before the store was heard.
func (d *Daemon) beginDue(ctx context.Context) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.standing == nil {
		return
	}
	if d.Looked != nil {
		d.Looked()
	}
	for _, s := range d.Config.Sources {
		if d.running[s.Key()] || !d.due(s) {
			continue
		}
		select {
		case d.places <- struct{}{}:
			d.running[s.Key()] = true
			r := d.Runner
			d.visits.Go(func() { d.visit(ctx, r, s) })
		default:
			return // all places are taken; the others are as due in a moment
		}
	}
}

// due tells whether a visit may begin now.
func (d *Daemon) due(s config.Source) bool {
	st, now := d.standing[s.Key()], d.Now()
	due, err := d.Due(s, st, now)
	if err != nil || !due {
		return false // a schedule that cannot be read is refused with the configuration
	}
	if t, tried := d.tried[s.Key()]; tried {
		return t.over(now)
	}
	next, _, err := Next(s.Source, st.Started)
	after := now.Sub(next) // below zero: it is due for another reason than its schedule
	return st.Started.IsZero() || err != nil || st.Started.After(now) || after < 0 || after >= stray(s)
}

// over tells whether the next visit may follow: when the clock says so, or as long after the last as it was to be, by the
// clock that nobody sets.
func (t try) over(now time.Time) bool {
	return t.failed == 0 && !now.Before(t.next) || time.Since(t.at) >= t.pause
}

// stray spreads the sources of one minute over the next ones, each always by the same: up to a tenth of the time between its
// visits, and five minutes at most.
func stray(s config.Source) time.Duration {
	first, ok, err := Next(s.Source, time.Unix(0, 0))
	second, _, _ := Next(s.Source, first)
	if err != nil || !ok {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.Organisation + "/" + s.ID))
	most := min(second.Sub(first)/10, longestStray)
	return time.Duration(float64(most) * float64(h.Sum32()) / (1 << 32)).Truncate(time.Second)
}

// visit visits one source with a runner, and remembers how it went.
func (d *Daemon) visit(ctx context.Context, r *Runner, s config.Source) {
	d.mu.Lock()
	st := d.standing[s.Key()]
	d.mu.Unlock()
	begun := time.Now()
	out, _, err := r.Visit(ctx, s, st, Ask{Due: true})
	if d.Ended != nil && ctx.Err() == nil && !errors.Is(err, store.ErrBusy) {
		d.Ended(s, out, time.Since(begun), err)
	}
	switch {
	case err == nil || ctx.Err() != nil:
	case errors.Is(err, store.ErrBusy):
		r.Log.Info("another process visits the source", "source", s.ID, "error", err)
	default:
		r.Log.Error("what a source told could not be stored; it is asked again", "source", s.ID, "error", err)
	}
	d.mu.Lock()
	if r == d.Runner {
		d.remember(s, err)
	}
	d.stood(s, out.Run)
	delete(d.running, s.Key())
	d.mu.Unlock()
	<-d.places
}

// remember takes down when the visit after one may follow.
func (d *Daemon) remember(s config.Source, err error) {
	now := d.Now()
	t := try{at: time.Now(), next: now}
	if next, ok, bad := Next(s.Source, now); ok && bad == nil {
		t.next = next.Add(stray(s))
	}
	t.pause = t.next.Sub(now)
	if err != nil {
		t.failed = d.tried[s.Key()].failed + 1
		t.pause = min(storePause<<(min(t.failed, 10)-1), longestPause)
	}
	d.tried[s.Key()] = t
}

// stood takes down how a source stands after a visit, until the store is asked again.
func (d *Daemon) stood(s config.Source, run observation.Run) {
	if run.CommittedAt.IsZero() {
		return
	}
	st := observation.SourceStatus{Organisation: s.Organisation, Source: s.ID, Run: run.ID, Started: run.StartedAt, At: run.CommittedAt, Result: run.Result, Reason: run.Reason,
		Detail: run.Detail, Failing: run.Failing, Config: run.Config, Answered: d.standing[s.Key()].Answered}
	if run.Result.Answered() || run.Result == observation.Partial {
		st.Answered = run.CommittedAt
	}
	d.standing[s.Key()] = st
}
