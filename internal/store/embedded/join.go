//go:build linux && amd64

package embedded

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

const (
	// mostSilence is how long somebody who has the folder may not answer.
	mostSilence = 10 * time.Second
	// briefly is how long the engine's own lock may outlast ours when a process dies.
	briefly = 2 * time.Second
)

// find joins the process that has the engine, or starts the engine here. It waits while
// another process opens the folder or is about to leave it.
func (s *Shared) find(ctx context.Context) (*place, error) {
	path, err := filepath.Abs(s.options.Path)
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	for life, began := time.Now(), time.Now(); ; {
		p, alive, err := s.look(ctx, path, time.Until(life.Add(mostSilence)))
		var other otherUser
		switch {
		case p != nil:
			return p, nil
		case ctx.Err() != nil:
			return nil, fmt.Errorf("open the data folder %s: %w", path, context.Cause(ctx))
		case errors.As(err, &other):
			return nil, fmt.Errorf("open the data folder %s: %w: %w", path, ErrLocked, other)
		case alive:
			life = time.Now()
		case errors.Is(err, errForeign) && time.Since(began) < briefly:
		case !errors.Is(err, errTaken):
			return nil, err
		case time.Since(life) >= mostSilence:
			return nil, fmt.Errorf("open the data folder %s: %w", path, s.unanswered(path, err))
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return nil, fmt.Errorf("open the data folder %s: %w", path, err)
		}
	}
}

// look looks once. Alive says that somebody is there who is not ready.
func (s *Shared) look(ctx context.Context, path string, wait time.Duration) (p *place, alive bool, err error) {
	asking, end := context.WithTimeout(ctx, max(wait, time.Second))
	g, open, met := meet(asking, s.life, path)
	end()
	var other otherUser
	switch {
	case met == nil && open:
		return &place{guest: g}, true, nil
	case met == nil:
		g.leave()
		return nil, true, nil
	case errors.As(met, &other):
		return nil, false, met
	case errors.Is(met, ErrSilent):
		return nil, false, met
	}
	p, err = s.own(ctx)
	return p, false, err
}

// own takes the folder and starts the engine here.
func (s *Shared) own(ctx context.Context) (*place, error) {
	if err := workingFolder(s.options.Path); err != nil {
		return nil, err
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	f, err := takeFolder(s.options.Path)
	if err != nil {
		return nil, err
	}
	n, err := offerOn(ctx, f, s.options)
	if err != nil {
		_ = f.release() // what is wrong is told already
		return nil, err
	}
	e, err := openOn(ctx, s.options, s.lib, f)
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx, e); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	n.engine.Store(e)
	return &place{engine: e, offer: n}, nil
}

// load loads the library, once. One search at a time does so.
func (s *Shared) load() (err error) {
	if s.lib == nil {
		s.lib, err = loadLibrary(s.options.Library)
	}
	return err
}

// unanswered says why the folder cannot be shared with the process that has it.
func (s *Shared) unanswered(path string, taken error) error {
	if process := holder(path); process > 0 {
		return silent(process)
	}
	return fmt.Errorf("%w (%w)", ErrSilent, taken)
}
