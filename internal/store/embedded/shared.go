//go:build linux && amd64

package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// Shared is the engine of a data folder that several processes use at a time: the first
// runs it, the others are its guests. When the one that runs it ends, in whatever way,
// one of the guests takes the folder over; requests under way are sent again. It is safe
// for use by many goroutines.
type Shared struct {
	options Options
	settle  func(context.Context, *Engine) error

	life context.Context // ends when Close begins, or when the folder is no longer there
	end  context.CancelCauseFunc

	home *folder // as it was found first, to be known again; nil before

	mu      sync.Mutex
	place   *place   // nil while nobody knows who has the engine
	joining *joining // under way
	last    Owner
	closed  bool
	lib     *library // once it was needed
}

// place is where the engine runs: in this process, or in that which guest reaches.
type place struct {
	engine *Engine
	offer  *offer
	guest  *guest
}

// joining is a search for the engine that is under way.
type joining struct {
	done  chan struct{}
	place *place
	err   error
}

// OpenShared opens the engine on o.Path, or joins the process that has done so. Before
// anybody uses an engine that this process opened, now or after it took the folder over,
// settle is called with it; its failure is a failure to open.
func OpenShared(ctx context.Context, o Options, settle func(context.Context, *Engine) error) (*Shared, error) {
	o, err := o.normal()
	if err != nil {
		return nil, err
	}
	s := &Shared{options: o, settle: settle}
	s.life, s.end = context.WithCancelCause(context.Background())
	p, err := s.find(ctx)
	if err != nil {
		return nil, err
	}
	s.arrive(p)
	go s.watch()
	return s, nil
}

// lookEvery is how often it is looked whether folder and socket are still there.
const lookEvery = time.Second

// watch looks after the folder until Close. When another folder stands in its place this use
// of it ends; a socket that was removed is put back.
func (s *Shared) watch() {
	for pause(s.life, lookEvery) == nil {
		if err := s.moved(); err != nil {
			s.end(err)
			return
		}
		s.mu.Lock()
		at := s.place
		s.mu.Unlock()
		if at != nil && at.offer != nil {
			at.offer.renew(s.life)
		}
	}
}

// Life ends when the engine can no longer be used: its cause is ErrClosed after Close, or
// ErrMoved.
func (s *Shared) Life() context.Context { return s.life }

// moved fails when the folder is no longer the one that was found first, or was not when it
// was looked after.
func (s *Shared) moved() error {
	if err := context.Cause(s.life); errors.Is(err, ErrMoved) {
		return err
	}
	if s.home == nil {
		return nil
	}
	return s.home.moved()
}

// RoundTrip runs the statement of a request, as [Engine.RoundTrip] does, wherever the
// engine is.
func (s *Shared) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := s.moved(); err != nil {
		return nil, err
	}
	at, err := s.at(r.Context())
	if err != nil {
		return nil, err
	}
	if at.engine != nil {
		return at.engine.RoundTrip(r)
	}
	again, err := s.repeatable(r)
	if err != nil {
		return nil, err
	}
	return s.insist(r, again, at)
}

// repeatable reads the body of a request and gives copies of the request.
func (s *Shared) repeatable(r *http.Request) (again func() *http.Request, err error) {
	var body bytes.Buffer
	if r.Body != nil {
		if _, err := copyUntil(r.Context(), &body, r.Body); err != nil {
			return nil, err
		}
	}
	return func() *http.Request {
		c := *r
		c.Body, c.ContentLength = io.NopCloser(bytes.NewReader(body.Bytes())), int64(body.Len())
		return &c
	}, nil
}

// mostTries is how often a request is sent. Owners that follow each other in quick
// succession cost one each; a statement that ends its owner must not go on for ever.
const mostTries = 20

// insist sends a request until it is answered.
func (s *Shared) insist(r *http.Request, again func() *http.Request, at *place) (response *http.Response, err error) {
	for try := range mostTries {
		if at.engine != nil {
			return at.engine.RoundTrip(again())
		}
		response, err = at.guest.roundTrip(again())
		if !errors.Is(err, errLost) {
			return response, err
		}
		s.lost(at)
		if err := pause(r.Context(), time.Duration(try)*10*time.Millisecond); err != nil {
			return nil, err
		}
		if at, err = s.at(r.Context()); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w, for the %dth time, while it ran one statement: %w", ErrGone, mostTries, err)
}

// pause waits, or gives the cause of the context's end.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// at tells where the engine is, and looks for it when nobody knows.
func (s *Shared) at(ctx context.Context) (*place, error) {
	s.mu.Lock()
	if s.closed || s.place != nil {
		defer s.mu.Unlock()
		if s.closed {
			return nil, ErrClosed
		}
		return s.place, nil
	}
	j := s.joining
	if j == nil {
		j = &joining{done: make(chan struct{})}
		s.joining = j
		go s.join(j)
	}
	s.mu.Unlock()
	select {
	case <-j.done:
		return j.place, j.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (s *Shared) join(j *joining) {
	j.place, j.err = s.find(s.life)
	s.arrive(j.place)
	close(j.done)
}

// arrive ends the search for the engine.
func (s *Shared) arrive(p *place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.place, s.joining = p, nil
	switch {
	case p == nil:
	case p.engine != nil:
		s.last = Owner{Process: os.Getpid(), Here: true, Program: s.options.Program, Schema: s.options.Schema, Engine: p.engine.Version()}
	default:
		s.last = p.guest.said
	}
}

// lost forgets where the engine was.
func (s *Shared) lost(at *place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.place == at {
		s.place = nil
		at.guest.leave()
	}
}

// Owner tells who runs the engine, or who did when it was last used.
func (s *Shared) Owner() Owner {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Engine is the engine when it runs in this process, else nil.
func (s *Shared) Engine() *Engine {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.place == nil {
		return nil
	}
	return s.place.engine
}

// Alone runs f while guests wait, if this process runs the engine. What they have begun
// goes on.
func (s *Shared) Alone(f func() error) error {
	s.mu.Lock()
	at := s.place
	s.mu.Unlock()
	if at != nil && at.engine != nil {
		at.offer.engine.Store(nil)
		defer at.offer.engine.Store(at.engine)
	}
	return f()
}

// Close ends the use of the engine. Where it runs in this process, what guests have under
// way may end, for three seconds at most; then one of them takes the folder over. An engine
// whose folder is no longer in its place is left as it is, as by [Engine.Close].
func (s *Shared) Close() error {
	s.mu.Lock()
	s.closed = true
	j := s.joining
	s.mu.Unlock()
	told := errors.Is(context.Cause(s.life), ErrMoved)
	s.end(ErrClosed)
	if j != nil {
		<-j.done
	}
	defer s.home.lock.Close()
	s.mu.Lock()
	at := s.place
	s.place = nil
	s.mu.Unlock()
	if at == nil {
		return nil
	}
	if err := at.leave(); !told || !errors.Is(err, ErrMoved) {
		return err
	}
	return nil // it is why Life ended
}

// leave ends the use of the engine, there or here.
func (p *place) leave() error {
	if p.guest != nil {
		p.guest.leave()
		return nil
	}
	if p.engine.folder.moved() == nil {
		p.offer.drain()
	}
	return p.engine.Close()
}
