package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"seuranta/internal/store/embedded"
	"seuranta/sql"
)

// Sentinels of a store that several processes have open.
var (
	ErrBusy  = embedded.ErrBusy
	ErrInUse = errors.New("another process has the store open")
)

// openShared opens the embedded store of the options, or joins the process that has it open.
func openShared(ctx context.Context, o Options) (*Store, error) {
	all, err := sql.Migrations()
	if err != nil {
		return nil, err
	}
	s := newStore(o)
	s.info = Info{Engine: "embedded", Place: o.Path, Database: defaultDatabase}
	s.shared, err = embedded.OpenShared(ctx, embedded.Options{Library: o.Library, Path: o.Path, Database: defaultDatabase, Profile: profile(),
		Derived: derivedTables(defaultDatabase), Program: o.Program, Schema: len(all)}, s.settle)
	if errors.Is(err, embedded.ErrDamaged) {
		err = fmt.Errorf("%w. %s", err, afterDamage)
	}
	if err != nil {
		return nil, err
	}
	context.AfterFunc(s.shared.Life(), func() { s.end(context.Cause(s.shared.Life())) })
	if s.conn, err = dialOver(s.shared, defaultDatabase); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to ClickHouse: %w", err), s.shared.Close())
	}
	if s.Info().Guest {
		if err := s.Refresh(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// settle brings the store on an engine that was opened here just now to where the last commit left it. Nobody else uses the
// engine yet.
func (s *Store) settle(ctx context.Context, engine *embedded.Engine) error {
	t, err := dialled(ctx, engine, s.info.Database, s.opt)
	if err != nil {
		return err
	}
	t.keeps, t.writing = true, s.writing
	return errors.Join(s.endIfNewer(t.ready(ctx)), t.Close())
}

// here returns the engine that runs in this process, nil when there is none.
func (s *Store) here() *embedded.Engine {
	if s.shared != nil {
		return s.shared.Engine()
	}
	return s.engine
}

// kept returns the engine whose folder this store looks after, nil when there is none.
func (s *Store) kept() *embedded.Engine {
	if s.shared != nil || s.keeps {
		return s.here()
	}
	return nil
}

// makingTables is how long the process that runs the engine may take to make tables.
const makingTables = time.Minute

// awaitTables waits, as long as another process runs the engine, until that has brought the tables to this program's schema,
// and returns the migrations then. It returns nothing when they are for this process to do.
func (s *Store) awaitTables(ctx context.Context) ([]Migrated, error) {
	for end := time.Now().Add(makingTables); s.shared != nil && s.Info().Guest; {
		err := s.Ready(ctx)
		switch {
		case err == nil:
			return s.alreadyDone()
		case !errors.Is(err, errToMigrate):
			return nil, err
		}
		if err := s.hopeless(err, time.Now().After(end)); err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil, nil
}

// hopeless returns why the process that runs the engine will not make the tables, if so.
func (s *Store) hopeless(missing error, late bool) error {
	all, err := sql.Migrations()
	if err != nil {
		return err
	}
	switch o := s.shared.Owner(); {
	case o.Here:
		return nil
	case o.Schema != len(all):
		return fmt.Errorf("%w, after process %d, which is seuranta %s and has the store open, was ended or restarted with this version (%s)", missing, o.Process, o.Program, s.opt.Program)
	case late:
		return fmt.Errorf("%w, after process %d, which has the store open and makes no tables, was ended", missing, o.Process)
	}
	return nil
}

// fitOwner fails when the process that runs the engine knows fewer migrations than this one: it went on while the program was
// replaced, and does not know what it would have to do with the tables.
func (s *Store) fitOwner(migrations int) error {
	if s.shared == nil {
		return nil
	}
	if o := s.shared.Owner(); !o.Here && o.Schema < migrations {
		return fmt.Errorf("%w: process %d, which is seuranta %s and has the store open, is older than its tables; end it, or restart it with this version (%s)",
			ErrSchema, o.Process, o.Program, s.opt.Program)
	}
	return nil
}

// alreadyDone returns all migrations as done before.
func (s *Store) alreadyDone() (done []Migrated, err error) {
	all, err := sql.Migrations()
	for _, m := range all {
		done = append(done, Migrated{Number: m.Number, Name: m.Name})
	}
	return done, err
}

// visitedByAnother tells whether another process that still runs visited a source last: what is not applied of it may be
// under way there.
func (s *Store) visitedByAnother(organisation, source string) bool {
	if s.info.Engine != "embedded" {
		return false
	}
	process := embedded.Visitor(s.info.Place, organisation+"."+source)
	return process != 0 && process != os.Getpid()
}

// Visit takes a source for this caller, over all processes on this machine that share the store, until release is called or
// the process ends. When somebody else visits the source it returns ErrBusy at once. A store on a server knows of no visits.
func (s *Store) Visit(organisation, source string) (release func(), err error) {
	if s.shared == nil {
		return func() {}, nil
	}
	release, err = s.shared.Reserve(organisation + "." + source)
	if err != nil {
		return nil, fmt.Errorf("visit %s of %s: %w", source, organisation, err)
	}
	return release, nil
}
