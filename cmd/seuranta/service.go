package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"seuranta/internal/alarm"
	"seuranta/internal/config"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/web"
)

// service is the program while it serves: the daemon that visits sources, the pages, and what is told of both.
type service struct {
	app     *app
	flags   serveFlags
	log     *slog.Logger
	metrics *web.Metrics
	shelf   *shelf
	since   time.Time
	hangups <-chan os.Signal // ask for the configuration to be read again

	mu     sync.Mutex
	desk   *desk       // of the configuration that is in force
	looked time.Time   // when it was last looked what is due
	apart  alarm.Board // what is known of faults while the store does not work
	wanted string      // the source of which the newest visit could not be stored; empty while all can
}

func newService(a *app, d *desk, f serveFlags, hangups <-chan os.Signal) *service {
	s := &service{app: a, flags: f, log: a.log(), desk: d, since: time.Now(), hangups: hangups}
	s.shelf = &shelf{app: a, log: s.log}
	s.metrics = web.NewMetrics(version, s.snapshot)
	return s
}

// errEnded says that a part of the service ended by itself, which none does.
var errEnded = errors.New("a part of the program ended by itself")

// run serves until ctx is done.
func (s *service) run(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if err := s.app.ready(l); err != nil {
		return errors.Join(err, l.Close())
	}
	var parts sync.WaitGroup
	begin := func(part func(context.Context) error) {
		parts.Go(func() {
			err := part(ctx)
			if ctx.Err() == nil && err == nil {
				err = errEnded
			}
			if err != nil {
				stop(err)
			}
		})
	}
	begin(func(ctx context.Context) error { return web.Serve(ctx, l, s.handler()) })
	begin(s.visits)
	begin(s.pages)
	begin(s.alarms)
	begin(s.terms)
	parts.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// handler answers with the pages, the health and the metrics.
func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/healthz", web.Healthz(s.health))
	mux.Handle("/metrics", s.metrics.Handler())
	mux.Handle("/", web.Pages(s.now().Server.Pages, served.MatchString))
	return mux
}

// now returns the desk that is in force, at this moment.
func (s *service) now() *desk {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := *s.desk
	d.now = s.app.moment()
	return &d
}

// visits visits sources, with the configuration that is in force. Visits that run when another one comes go on.
func (s *service) visits(ctx context.Context) error {
	daemon := s.daemon(s.now())
	ended := make(chan error, 1)
	go func() { ended <- daemon.Serve(ctx) }()
	for {
		select {
		case err := <-ended:
			return err
		case <-s.hangups:
			if s.reload(ctx) {
				daemon.Use(s.runner(s.now()))
			}
		}
	}
}

// termsEvery is how often it is looked whether the terms of a platform demand that something is forgotten, which they do once a day;
// askedEvery whether another command waits for a removal that this process has to make.
const termsEvery, askedEvery = 10 * time.Minute, 2 * time.Second

// terms keeps to the terms of the platforms, with the configuration that is in force, and removes what people ask for.
func (s *service) terms(ctx context.Context) error {
	speed := time.Duration(max(1, s.app.speed))
	var kept time.Time
	for {
		d := s.now()
		if time.Since(kept) >= termsEvery/speed {
			s.app.keepToTerms(ctx, d)
			kept = time.Now()
		}
		d.store.FinishForgetting(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(askedEvery):
		}
	}
}

// rereadWithin is how long the configuration may take to be read again.
const rereadWithin = 15 * time.Second

func (s *service) reread(ctx context.Context) (*config.Config, error) {
	ctx, cancel := context.WithTimeout(ctx, rereadWithin)
	defer cancel()
	return s.app.loadConfig(ctx)
}

// reload reads the configuration again and tells whether it is in force now. One that has faults is not used.
func (s *service) reload(ctx context.Context) bool {
	cfg, err := s.reread(ctx)
	now := s.now()
	old := now.Config
	if err == nil && (cfg.Storage != old.Storage || cfg.Server != old.Server) {
		err = errors.New("storage and server are read when the program starts: restart it")
	}
	if err == nil {
		err = servable(cfg)
	}
	if err == nil {
		err = s.app.prepare(ctx, now.store, cfg)
	}
	s.metrics.Reloaded(err == nil)
	if err != nil {
		s.log.Error("the configuration was read again and is not used; the one before stays in force", "error", err)
		return false
	}
	s.mu.Lock()
	d := *s.desk
	d.Config, d.home, d.client = cfg, cfg.Desk.Organisations[0], d.client.Named("Seuranta/"+version, cfg.Contact) // which knows when hosts were asked last
	s.desk = &d
	s.mu.Unlock()
	s.log.Info("the configuration was read again", "config", cfg.Hash[:12])
	return true
}

// daemonWakes is how often it is looked what is due.
const daemonWakes = 5 * time.Second

// runner returns what visits the sources of a desk, each at its moment.
func (s *service) runner(d *desk) *schedule.Runner {
	return &schedule.Runner{Config: d.Config, Ledger: d.store, HTTP: d.client, Log: s.log, Program: version, Now: s.app.moment}
}

// daemon returns what visits the sources of a desk by itself.
func (s *service) daemon(d *desk) *schedule.Daemon {
	return &schedule.Daemon{
		Runner:  s.runner(d),
		Workers: s.flags.workers, Wake: daemonWakes / time.Duration(max(1, s.app.speed)), Looked: s.lookedAt, Ended: s.visited, Before: d.store.Refresh,
	}
}

func (s *service) lookedAt() {
	s.mu.Lock()
	s.looked = time.Now()
	s.mu.Unlock()
}

// visited counts a visit.
func (s *service) visited(source config.Source, out schedule.Outcome, took time.Duration, err error) {
	s.mu.Lock()
	if s.wanted = ""; err != nil {
		s.wanted = source.ID
	}
	s.mu.Unlock()
	switch {
	case err != nil:
		s.metrics.NotStored()
	case !out.Run.CommittedAt.IsZero():
		s.metrics.Visited(out.Run, took)
	}
}

// tooLong is how long nobody may have looked what is due before the program is not well.
const tooLong = 2 * time.Minute

// health looks how the program is.
func (s *service) health(ctx context.Context) web.Health {
	s.mu.Lock()
	h := web.Health{Status: "ok", Version: version, Since: s.since.UTC().Truncate(time.Second), LastLook: s.looked.UTC().Truncate(time.Second)}
	idle, unstored := time.Since(s.looked) > tooLong && time.Since(s.since) > tooLong, s.wanted != ""
	s.mu.Unlock()
	if _, err := s.now().store.Newest(ctx); err != nil {
		h.Status, h.Why = "failing", "the store does not answer"
	} else if unstored {
		h.Status, h.Why = "failing", "what the newest visit told could not be stored"
	} else if idle {
		h.Status, h.Why = "failing", "nobody looks what is due"
	} else if s.shelf.failing() {
		h.Status, h.Why = "failing", "the pages cannot be made; the log says why"
	}
	return h
}

// snapshot tells how things stand, for the metrics.
func (s *service) snapshot() web.Snapshot {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	d := s.now()
	out := web.Snapshot{StoreFree: -1, Sources: s.standings(ctx, d)}
	s.alarmed(ctx, d, &out)
	out.PagesAt, out.PagesTook = s.shelf.last()
	out.PagesFailing = s.shelf.failing()
	return out
}

func (s *service) standings(ctx context.Context, d *desk) (out []web.Standing) {
	all, err := s.daemon(d).Standing(ctx)
	var typed map[string]observation.Date
	if err == nil {
		typed, err = d.store.TypedFor(ctx, d.Desk.Sources, time.Time{})
	}
	if err != nil {
		s.log.Warn("the store did not answer; the metrics lack the sources", "error", err)
		return nil
	}
	for _, source := range d.Sources {
		st := all[source.Key()]
		one := web.Standing{SourceKey: observation.SourceKey{Organisation: source.Organisation, Source: source.ID}, Kind: source.Kind,
			Result: st.Result, LastRun: st.At, LastGood: st.Answered}
		if next, ok, err := schedule.Next(source.Source, d.now); err == nil && ok {
			one.NextDue = next
		}
		one.Late, _, _ = lateness(source.Source, st.Answered, typed, d.now)
		out = append(out, one)
	}
	return out
}
