//go:build linux && amd64

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
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
		if err := s.moved(); err != nil {
			return nil, err
		}
		p, alive, err := s.look(ctx, path, time.Until(life.Add(mostSilence)))
		var other otherUser
		switch {
		case p != nil:
			return s.recognised(p, path)
		case ctx.Err() != nil:
			return nil, fmt.Errorf("open the data folder %s: %w", path, context.Cause(ctx))
		case errors.As(err, &other):
			return nil, fmt.Errorf("open the data folder %s: %w: %w", path, ErrLocked, other)
		case alive:
			life = time.Now()
		case errors.Is(err, errForeign) && time.Since(began) < briefly:
		case errors.Is(err, ErrSilent) && time.Since(began) < 3*lookEvery: // a socket of somebody else's is replaced meanwhile
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

// recognised keeps which folder it was that was found first.
func (s *Shared) recognised(p *place, path string) (*place, error) {
	if s.home != nil {
		return p, nil
	}
	f, err := os.Open(filepath.Join(path, lockFile))
	if err != nil {
		return nil, errors.Join(unusable(path, err), p.leave())
	}
	s.home = &folder{path: path, lock: f}
	return p, nil
}

// look looks once. Alive says that somebody is there who is not ready.
func (s *Shared) look(ctx context.Context, path string, wait time.Duration) (p *place, alive bool, err error) {
	asking, end := context.WithTimeout(ctx, min(max(wait, time.Second), beat)) // whoever answers does so at once
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
	if err := s.moved(); err != nil {
		return nil, errors.Join(err, f.release())
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
	process, socket := holder(path), filepath.Join(path, socketFile)
	if info, err := os.Lstat(socket); err == nil && info.IsDir() {
		return fmt.Errorf("%w: %s is a folder, where process %d has to put its socket; remove it", ErrSilent, socket, process)
	}
	if process > 0 {
		return silent(process)
	}
	return fmt.Errorf("%w (%w)", ErrSilent, taken)
}
