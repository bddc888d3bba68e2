package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/fetch"
	"seuranta/internal/store/embedded"
	"seuranta/sql"
)

// set makes a list fit for `IN ?`.
func set(values []string) clickhouse.GroupSet {
	out := clickhouse.GroupSet{}
	for _, v := range values {
		out.Value = append(out.Value, v)
	}
	return out
}

// dialEngine connects the driver to an engine in this process and makes the database.
func dialEngine(ctx context.Context, engine *embedded.Engine, database string) (driver.Conn, error) {
	dial := func(db string) (driver.Conn, error) { return dialOver(engine, db) }
	return dialAndMake(ctx, dial, database, func(make func() error) error { return guarded(engine, database, make) })
}

// dialOver connects the driver to what runs its requests.
func dialOver(engine http.RoundTripper, database string) (driver.Conn, error) {
	return clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{"embedded:0"}, Auth: clickhouse.Auth{Database: database},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return engine, nil },
		MaxOpenConns:  64, MaxIdleConns: 64, DialTimeout: 30 * time.Second, ReadTimeout: time.Hour,
	})
}

// codeNoDatabase is the server's error for a database that does not exist.
const codeNoDatabase = 81

// guarded runs a statement that makes a database, or a table of it, on the embedded engine: only where there is room for it,
// because without room the engine writes empty descriptions and says that all went well.
func guarded(engine *embedded.Engine, database string, run func() error, tables ...string) error {
	if err := engine.Room(); err != nil {
		return err
	}
	if err := run(); err != nil {
		return err
	}
	return engine.Described(database, tables...)
}

// dialAndMake connects to the database. One that does not exist is made over a connection that names none; the right to do
// so is asked for only then. What making it needs besides is up to guard.
func dialAndMake(ctx context.Context, dial func(string) (driver.Conn, error), database string, guard func(func() error) error) (driver.Conn, error) {
	conn, err := dial(database)
	if err != nil {
		return nil, fmt.Errorf("connect to ClickHouse: %w", err)
	}
	var version string
	err = conn.QueryRow(ctx, sql.Query("store.version")).Scan(&version)
	var refused *clickhouse.Exception
	if errors.As(err, &refused) && refused.Code == codeNoDatabase {
		err = guard(func() error { return makeDatabase(ctx, dial, database) })
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", database, explain(err)), conn.Close())
	}
	return conn, nil
}

func makeDatabase(ctx context.Context, dial func(string) (driver.Conn, error), database string) error {
	first, err := dial("default")
	if err != nil {
		return err
	}
	return errors.Join(first.Exec(ctx, "CREATE DATABASE IF NOT EXISTS "+quoted(database)), first.Close())
}

// quoted writes an identifier, which cannot be a parameter.
func quoted(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// oldest is the oldest server that the statements were tried on.
var oldest = [2]int{18, 16}

// testedServer tells whether the tests run on a server of this version that is spoken to in this way: Debian's over native
// TCP, and the embedded engine, which speaks HTTP only.
func testedServer(version string, protocol clickhouse.Protocol) bool {
	if protocol == clickhouse.HTTP {
		return version == embedded.TestedVersion
	}
	return strings.HasPrefix(version, "18.16.")
}

// openServer connects to a server by its DSN and refuses one that is too old to give right answers.
func openServer(ctx context.Context, o Options) (*Store, error) {
	opt, err := serverOptions(o.DSN)
	if err != nil {
		return nil, err
	}
	s := newStore(o)
	s.hidden = secretsOf(*opt)
	if err := s.connect(ctx, *opt); err != nil { // a server may say back what it was told
		return nil, fetch.HideIn(err, s.hidden)
	}
	return s, nil
}

// secretsOf is what of a DSN no message may show, also not together with the name.
func secretsOf(opt clickhouse.Options) []string {
	var out []string
	login := func(name, password string) {
		if password != "" {
			out = append(out, password, name+":"+password)
		}
	}
	login(opt.Auth.Username, opt.Auth.Password)
	if proxy := opt.HTTPProxyURL; proxy != nil {
		password, _ := proxy.User.Password()
		login(proxy.User.Username(), password)
	}
	for name, value := range opt.Settings { // what the driver does not know it sends as it is, and a proxy may read it
		if text := fmt.Sprint(value); secretName.MatchString(name) {
			out = append(out, text)
		}
	}
	return out
}

var secretName = regexp.MustCompile(`(?i)pass|pwd|token|secret|key|auth`)

// connect greets the server and opens the connections.
func (s *Store) connect(ctx context.Context, opt clickhouse.Options) error {
	s.info = Info{Engine: "server", Place: strings.Join(opt.Addr, ","), Database: opt.Auth.Database}
	if err := s.greet(ctx, opt); err != nil {
		return err
	}
	dial := func(db string) (driver.Conn, error) {
		copied := opt
		copied.Auth.Database = db
		return clickhouse.Open(&copied)
	}
	var err error
	if s.conn, err = dialAndMake(ctx, dial, opt.Auth.Database, func(make func() error) error { return make() }); err != nil {
		return err
	}
	if s.killer, err = dial(opt.Auth.Database); err != nil {
		return errors.Join(err, s.conn.Close())
	}
	return unlessNewer(s.ready(ctx))
}

// serverOptions reads a DSN. What is wrong with it is told without the DSN itself: it may hold a password.
func serverOptions(dsn string) (*clickhouse.Options, error) {
	scheme, _, _ := strings.Cut(dsn, "://")
	opt, err := clickhouse.ParseDSN(dsn)
	if err != nil || !slices.Contains([]string{"clickhouse", "tcp", "http", "https"}, scheme) || slices.ContainsFunc(opt.Addr, func(a string) bool { return a == "" || a[0] == ':' }) {
		return nil, fmt.Errorf("read storage.dsn: want clickhouse://user:password@host:9000/database, with options that clickhouse-go knows")
	}
	if opt.Auth.Database == "" || opt.Auth.Database == "default" {
		opt.Auth.Database = defaultDatabase
	}
	if opt.Auth.Username == "" {
		opt.Auth.Username = "default"
	}
	opt.DialTimeout = cmp.Or(opt.DialTimeout, 3*time.Second)
	opt.ReadTimeout = cmp.Or(opt.ReadTimeout, time.Hour) // a statement is ended by max_execution_time and by its context
	opt.MaxOpenConns, opt.MaxIdleConns = cmp.Or(opt.MaxOpenConns, 64), cmp.Or(opt.MaxIdleConns, 8)
	if opt.Protocol == clickhouse.Native && opt.Compression == nil {
		opt.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	}
	if _, told := opt.Settings["max_execution_time"]; !told {
		opt.Settings["max_execution_time"] = 120
	}
	return opt, nil
}

// greet asks the server for its version.
func (s *Store) greet(ctx context.Context, opt clickhouse.Options) error {
	opt.Auth.Database = "default"
	conn, err := clickhouse.Open(&opt)
	if err != nil {
		return fmt.Errorf("%w at %s: %w", ErrUnreachable, s.info.Place, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	row := conn.QueryRow(ctx, s.text("store.version"))
	err = row.Scan(&s.info.Version)
	_ = conn.Close()
	var refused *clickhouse.Exception
	if errors.As(err, &refused) {
		return fmt.Errorf("the ClickHouse server at %s refuses; is it of version %d.%d or later, and are storage.dsn's user and password right? %w", s.info.Place, oldest[0], oldest[1], err)
	}
	if err != nil {
		return fmt.Errorf("%w at %s; is it running, and are storage.dsn's host, port, user and password right? %w", ErrUnreachable, s.info.Place, err)
	}
	s.info.Tested = testedServer(s.info.Version, opt.Protocol)
	if older(s.info.Version) {
		return fmt.Errorf("%w: %s runs %s, and answers are only known to be right from %d.%d on; upgrade it or use storage.path",
			ErrTooOld, s.info.Place, s.info.Version, oldest[0], oldest[1])
	}
	return nil
}

// older tells whether a version comes before the oldest that is supported. One that cannot be read is.
func older(version string) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return true
	}
	year, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil {
		return true
	}
	return year < oldest[0] || year == oldest[0] && minor < oldest[1]
}

// watched gives a statement an id and, on a server, sees to it that cancelling the context ends the statement there too:
// the oldest servers let it run on for ever. done must be called when the statement is over.
func (s *Store) watched(ctx context.Context) (watchedCtx context.Context, done func()) {
	if s.killer == nil || ctx.Done() == nil {
		return ctx, func() {}
	}
	id := NewRunID(s.opt.Now())
	s.killing.Add(1)
	stop := context.AfterFunc(ctx, func() {
		defer s.killing.Done()
		s.kill(id)
	})
	return clickhouse.Context(ctx, clickhouse.WithQueryID(id)), func() {
		_ = ended(ctx)
		if stop() {
			s.killing.Done()
		}
	}
}

// kill ends a statement on a server, and asks until it is gone: it may have to begin before it can be ended.
func (s *Store) kill(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	gone := 0
	for range 30 {
		err := s.killer.Exec(ctx, s.text("store.kill"), id)
		var running uint64
		if row := s.killer.QueryRow(ctx, s.text("store.running"), id); err == nil && row.Scan(&running) == nil && running == 0 {
			gone++
		}
		if gone == 3 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
	s.opt.Log.Warn("a cancelled statement may still run on the server", "query_id", id)
}
