// Package store keeps what was observed in ClickHouse, embedded in the process or on a server, and is the only package that
// knows it. Every statement is a file under sql/; nothing is composed of strings but the name of the database in CREATE
// DATABASE, which cannot be a parameter.
//
// The order of a commit is the contract: history rows, then the row in runs that makes them count, then the current tables,
// then the mark that says so. A process that dies in between leaves either nothing to be seen or a run that the next
// opening applies.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/fetch"
	"seuranta/internal/observation"
	"seuranta/internal/store/embedded"
	"seuranta/sql"
)

// Options say where the data lies and what a store may assume.
type Options struct {
	Path    string // folder of the embedded engine; used when DSN is empty
	Library string // path of the engine's library, from embedded.Locate
	DSN     string // clickhouse://user:password@host:9000/database, or http(s)://
	Metrics observation.Metrics
	Now     func() time.Time // the clock; nil is time.Now
	Log     *slog.Logger     // nil keeps silent
	Program string           // the version of the program, told to processes that share the embedded engine
	// Failpoint, when it is set, is called at each named place of a commit or a migration. Tests stop the process there.
	Failpoint func(name string)
	// Ran, when it is set, is told the name of each query that is run. Tests see to it that every one is, on every engine.
	Ran func(query string)
}

// Store is an open store. Its methods may be called from many goroutines; commits of one source must not overlap.
type Store struct {
	conn   driver.Conn
	killer driver.Conn      // nil where the engine stops cancelled statements itself
	shared *embedded.Shared // the engine that Open opened, here or in another process
	engine *embedded.Engine // one that somebody else opened and closes
	keeps  bool             // the folder of engine is looked after by this store
	info   Info
	hidden []string // the password, and whatever else of the DSN no message may show
	opt    Options
	random uint16

	inAPiece int64 // how many rows an export reads at once

	life context.Context // see Life
	end  context.CancelCauseFunc

	graves   tombstones
	removing sync.Mutex // held while rows are removed for good

	unkept atomic.Pointer[configuration] // the newest one, when it could not be kept

	telling sync.Mutex // held while items are planned, written and applied
	mu      sync.Mutex
	begun   int64          // ms of the newest moment that a commit of this process began at
	turn    sync.Mutex     // held while a run is made to count
	newest  int64          // ms of the newest commit of this process
	writing *sync.Map      // the ids of runs that this process commits or applies
	killing sync.WaitGroup // statements that are being ended on the server
}

// Info tells what a store runs on.
type Info struct {
	Engine   string // embedded or server
	Place    string // the folder, or the server's address without its password
	Version  string
	Tested   bool // whether the tests run on this version, spoken to in this way
	Database string
	Process  int  // the one that runs the embedded engine
	Guest    bool // it is another one: this one shares its engine
}

// Sentinels of this package, beside those of package embedded.
var (
	ErrTooOld      = errors.New("the ClickHouse server is too old")
	ErrUnreachable = errors.New("the ClickHouse server cannot be reached")
	ErrSchema      = errors.New("the store is not ready")
)

// defaultDatabase is used where the DSN names none, and by the embedded engine.
const defaultDatabase = "seuranta"

// Open opens the store of the options. It changes nothing but what a killed process left half applied; Migrate makes or
// renews the tables.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.DSN != "" {
		return openServer(ctx, o)
	}
	return openShared(ctx, o)
}

// profile bounds what one statement may take: a program on a small machine must not be pushed out by its own database.
// What conditions of queries found is not remembered: after 8 000 visits the engine held 50 000 of them, which nobody asks
// for again.
// No machine code is made of statements while they run: ours are too small to gain by it, and so a service may be forbidden
// to make any.
func profile() map[string]string {
	return map[string]string{"max_memory_usage": "2000000000", "max_execution_time": "120",
		"use_query_condition_cache": "0", "compile_expressions": "0", "compile_aggregate_expressions": "0", "compile_sort_description": "0"}
}

// OpenEngine opens a store in a database of an engine that somebody else closes.
func OpenEngine(ctx context.Context, engine *embedded.Engine, database string, o Options) (*Store, error) {
	s, err := dialled(ctx, engine, database, o)
	if err != nil {
		return nil, err
	}
	if err := unlessNewer(s.ready(ctx)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// unlessNewer passes over that this program is too old for a store: who opens it may want to be told just that, by Ready.
func unlessNewer(err error) error {
	if errors.Is(err, errNewer) {
		return nil
	}
	return err
}

func dialled(ctx context.Context, engine *embedded.Engine, database string, o Options) (*Store, error) {
	s := newStore(o)
	s.engine = engine
	s.info = Info{Engine: "embedded", Place: o.Path, Version: engine.Version(), Tested: engine.Version() == embedded.TestedVersion, Database: database}
	conn, err := dialEngine(ctx, engine, database)
	if err != nil {
		return nil, err
	}
	s.conn = conn
	return s, nil
}

func newStore(o Options) *Store {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Failpoint == nil {
		o.Failpoint = func(string) {}
	}
	if o.Ran == nil {
		o.Ran = func(string) {}
	}
	if o.Metrics == nil {
		o.Metrics = observation.StandardMetrics()
	}
	s := &Store{opt: o, random: uint16(rand.Uint32()), inAPiece: inAPiece, writing: new(sync.Map)}
	s.life, s.end = context.WithCancelCause(context.Background())
	return s
}

// ready brings an opened store to where the last commit left it, and makes again what a damaged folder has lost.
func (s *Store) ready(ctx context.Context) error {
	due, err := s.rebuildDue(ctx)
	if err == nil && due {
		s.opt.Log.Info("rebuild the current answers from the history", "folder", s.info.Place)
		_, err = s.Rebuild(ctx, nil)
	} else if err == nil {
		err = s.finish(ctx)
	}
	if err == nil {
		s.finishForgetting(ctx)
	}
	return err
}

// finish does what a killed process left to do. What another version of the program left is for that version, or Migrate,
// to finish.
func (s *Store) finish(ctx context.Context) error {
	ready, err := s.refresh(ctx)
	if err != nil || !ready {
		return err
	}
	if err := s.remember(ctx); err != nil { // what is remembered is older then, and right all the same
		s.opt.Log.Warn("the list of what the data folder holds was not written", "error", err)
	}
	return nil
}

// Refresh applies what other processes committed and did not apply: they were killed, or are about to. Doing so twice does
// no harm. In a store that lacks tables of this program it does nothing; one that this program is too old for is an error.
func (s *Store) Refresh(ctx context.Context) error {
	ready, err := s.refresh(ctx)
	if err == nil && ready {
		s.keepUnkept(ctx)
		s.finishForgetting(ctx) // what others who share the engine wait for
	}
	return s.endIfNewer(err)
}

func (s *Store) refresh(ctx context.Context) (ready bool, err error) {
	err = s.Ready(ctx)
	if errors.Is(err, ErrSchema) && !errors.Is(err, errNewer) {
		return false, nil
	}
	if err == nil {
		err = s.applyLeftovers(ctx, "store.unapplied_runs")
	}
	return err == nil, err
}

// Info tells what the store runs on.
func (s *Store) Info() Info {
	i := s.info
	if s.shared != nil {
		o := s.shared.Owner()
		i.Version, i.Tested, i.Process, i.Guest = o.Engine, o.Engine == embedded.TestedVersion, o.Process, !o.Here
	}
	return i
}

// Life ends when the store can no longer be used, and a program that goes on for long should end; its cause says why.
func (s *Store) Life() context.Context { return s.life }

// Close waits until cancelled statements are ended, closes the connections, and the engine when Open started it.
func (s *Store) Close() error {
	s.killing.Wait()
	s.end(embedded.ErrClosed)
	err := s.conn.Close()
	if s.killer != nil {
		err = errors.Join(err, s.killer.Close())
	}
	if s.shared != nil {
		err = errors.Join(err, s.shared.Close())
	}
	return err
}

// tables returns the names of the tables that exist.
func (s *Store) tables(ctx context.Context) (map[string]bool, error) {
	have := map[string]bool{}
	err := s.query(ctx, "store.tables", func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		have[name] = true
		return err
	})
	return have, err
}

// query runs a named query and calls row for each row of its result.
func (s *Store) query(ctx context.Context, name string, row func(scan func(...any) error) error, args ...any) error {
	return s.queryText(ctx, name, s.text(name), row, args...)
}

// text returns the statement of a named query that is about to be run.
func (s *Store) text(name string) string {
	s.opt.Ran(name)
	return sql.Query(name)
}

func (s *Store) queryText(ctx context.Context, name, text string, row func(scan func(...any) error) error, args ...any) error {
	ctx, done := s.watched(ctx)
	defer done()
	rows, err := s.conn.Query(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("run query %s: %w", name, s.explain(ctx, err))
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fmt.Errorf("read a row of query %s: %w", name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("run query %s: %w", name, s.explain(ctx, err))
	}
	return nil
}

// exec runs a statement that gives no rows.
func (s *Store) exec(ctx context.Context, what, statement string, args ...any) error {
	ctx, done := s.watched(ctx)
	defer done()
	if err := s.conn.Exec(ctx, statement, args...); err != nil {
		return fmt.Errorf("%s: %w", what, s.explain(ctx, err))
	}
	return nil
}

// blockRows is the most rows that are sent in one block: large enough to be fast, small enough for little memory.
const blockRows = 50_000

// insert sends n rows to a named insert, in blocks. Sending the same rows twice leaves them there once.
func (s *Store) insert(ctx context.Context, name string, n int, row func(i int) []any) error {
	for from := 0; from < n; from += blockRows {
		if err := s.insertBlock(ctx, name, from, min(n, from+blockRows), row); err != nil {
			return fmt.Errorf("run %s: %w", name, s.explain(ctx, err))
		}
	}
	return nil
}

func (s *Store) insertBlock(ctx context.Context, name string, from, to int, row func(i int) []any) error {
	ctx, done := s.watched(ctx)
	defer done()
	batch, err := s.conn.PrepareBatch(ctx, s.text(name))
	if err != nil {
		return err
	}
	for i := from; i < to; i++ {
		if err := batch.Append(row(i)...); err != nil {
			return errors.Join(err, batch.Abort())
		}
	}
	return batch.Send()
}

// ended returns why ctx is over. The driver may notice a deadline before the context's own timer does.
func ended(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		<-ctx.Done()
	}
	return ctx.Err()
}

// explain adds to an error of an open store what the user can do about it.
func (s *Store) explain(ctx context.Context, err error) error {
	return fetch.HideIn(s.why(ctx, err), s.hidden)
}

func (s *Store) why(ctx context.Context, err error) error {
	var sent *url.Error
	if s.info.Engine == "embedded" && errors.As(err, &sent) {
		err = sent.Err // without the address, which holds the statement
	}
	if over := ended(ctx); over != nil && !errors.Is(err, over) {
		return fmt.Errorf("%w: %w", over, err)
	}
	var broken *net.OpError
	if s.info.Engine == "server" && (errors.As(err, &broken) || errors.Is(err, io.EOF)) {
		return fmt.Errorf("%w at %s; run the command again when it is back: %w", ErrUnreachable, s.info.Place, err)
	}
	return explain(err)
}

// IsFull tells whether an error of a store says that there is no room left on its disk.
func IsFull(err error) bool { return embedded.IsFull(err) }

// explain adds to an error of the database what the user can do about it.
func explain(err error) error {
	if embedded.IsFull(err) {
		return fmt.Errorf("the disk is full; nothing was lost, free some space and run the command again: %w", err)
	}
	return err
}
