//go:build linux && amd64

package embedded

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

// Engine is ClickHouse running in this process on one folder. It is safe for use by
// many goroutines.
type Engine struct {
	options Options
	folder  *folder
	pool    chan *session // the sessions that are free
	opened  []*session

	// admin stops statements; it is never lent, so that stopping needs no free
	// session.
	admin   *session
	adminMu sync.Mutex

	// life ends when Close begins; every statement's context ends with it.
	life context.Context
	end  context.CancelCauseFunc

	name, version, zone string
	// fresh holds the settings of a fresh session, by the names the engine knows;
	// one that has its built-in default stands as DEFAULT.
	fresh map[string]string

	last  atomic.Uint64 // the number of the last statement
	close func() error
}

// Open starts the engine on o.Path, which is made if need be. It fails with one of
// the errors of this package when the library or the folder cannot be used, and with
// ErrDamaged when the folder lost something; then nothing was changed in it but for the
// mark that [Engine.Due] reads.
func Open(ctx context.Context, o Options) (*Engine, error) {
	o, err := o.normal()
	if err != nil {
		return nil, err
	}
	if err := workingFolder(o.Path); err != nil {
		return nil, err
	}
	lib, err := loadLibrary(o.Library)
	if err != nil {
		return nil, err
	}
	return open(ctx, o, lib)
}

func open(ctx context.Context, o Options, lib *library) (*Engine, error) {
	f, err := takeFolder(o.Path)
	if err != nil {
		return nil, err
	}
	return openOn(ctx, o, lib, f)
}

// openOn opens the engine on a folder that was taken, which is given back with it, or
// when it does not open.
func openOn(ctx context.Context, o Options, lib *library, f *folder) (*Engine, error) {
	e := &Engine{options: o, folder: f, pool: make(chan *session, o.Sessions)}
	e.life, e.end = context.WithCancelCause(context.Background())
	e.close = sync.OnceValue(e.shut)
	if err := e.start(ctx, lib); err != nil {
		if errors.Is(err, ErrDamaged) {
			markDamaged(f.path, err)
		}
		e.abort()
		return nil, err
	}
	return e, nil
}

// start opens the sessions and looks whether all that was there is still there.
func (e *Engine) start(ctx context.Context, lib *library) error {
	if err := reachable(e.folder.path); err != nil {
		return err
	}
	if err := e.foreseeDamage(); err != nil {
		return err
	}
	if err := mend(e.folder.path); err != nil {
		return err
	}
	config, err := writeConfig(e.folder.path, e.options)
	if err != nil {
		return unusable(e.folder.path, err)
	}
	if err := e.connect(ctx, lib, e.arguments(config)); err != nil {
		return err
	}
	if err := e.learn(); err != nil {
		return fmt.Errorf("ask the engine about itself: %w", err)
	}
	if err := e.inspect(); err != nil {
		return err
	}
	for _, s := range e.opened[1:] {
		e.pool <- s
	}
	return nil
}

func (e *Engine) arguments(config string) []string {
	return []string{"clickhouse", "--path=" + e.folder.path, "--config-file=" + config}
}

// connect opens the admin session, which starts the engine, and those of the pool.
func (e *Engine) connect(ctx context.Context, lib *library, args []string) error {
	quoted := map[string]string{}
	for name, value := range e.options.Profile {
		quoted[name] = quote(value)
	}
	for range e.options.Sessions + 1 {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("open the embedded engine: %w", err)
		}
		s, err := e.session(lib, args)
		if err != nil {
			return err
		}
		e.opened = append(e.opened, s)
		if _, err := s.exec(setStatement(quoted, ""), "TSV", nil); err != nil {
			return fmt.Errorf("set the profile of a session: %w", err)
		}
	}
	e.admin = e.opened[0]
	return nil
}

// session opens a session. Once in some thousand times the engine fails to load a sound
// table, by a race of its own; when it starts at the second try, there is a third.
func (e *Engine) session(lib *library, args []string) (s *session, err error) {
	start := func() error {
		s, err = connect(lib, args)
		return err
	}
	said, err := caught(start)
	if err == nil {
		return s, nil
	}
	if err := e.diagnose(lib, err, said); err != nil {
		return nil, err
	}
	if said, err = caught(start); err != nil {
		return nil, e.refused(reason("", said))
	}
	return s, nil
}

// learn reads what answers the driver's hello and what puts a session back.
func (e *Engine) learn() error {
	about, err := e.admin.exec("SELECT displayName(), version(), timezone()", "TSVRaw", nil)
	if err != nil {
		return err
	}
	parts := strings.Split(strings.TrimSpace(string(about)), "\t")
	if len(parts) != 3 {
		return fmt.Errorf("its answer %q is none", about)
	}
	e.name, e.version, e.zone = parts[0], parts[1], parts[2]
	settings, err := e.admin.exec("SELECT name, changed, value FROM system.settings", "TSV", nil)
	if err != nil {
		return err
	}
	e.fresh = freshSettings(string(settings))
	return nil
}

// freshSettings reads the lines name, changed, value. SET x = DEFAULT restores
// the built-in default and not the profile's, hence the difference.
func freshSettings(lines string) map[string]string {
	fresh := map[string]string{}
	for line := range strings.Lines(lines) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		switch {
		case len(parts) != 3:
		case parts[1] == "0":
			fresh[parts[0]] = "DEFAULT"
		default:
			// TSV escapes as SQL does, but for the quote, which it leaves or escapes alike.
			fresh[parts[0]] = "'" + parts[2] + "'"
		}
	}
	return fresh
}

// Version is the engine's own, such as "26.5.1.1"; see TestedVersion.
func (e *Engine) Version() string { return e.version }

// Close stops every running statement, ends every open result, waits until the
// engine is through with all of them and shuts it down. Statements after it and
// those it stopped answer ErrClosed. It is safe to call twice.
//
// When the folder is no longer in its place Close answers ErrMoved and leaves everything as
// it is: the engine would write, and remove old parts, by paths that lead elsewhere now. The
// process has to end then, and cannot open another engine.
func (e *Engine) Close() error { return e.close() }

func (e *Engine) shut() error {
	if err := e.folder.moved(); err != nil {
		e.end(err)
		return err
	}
	e.end(ErrClosed)
	for range e.options.Sessions {
		<-e.pool
	}
	// Where it cannot be written the older list stays, which is right, too.
	_ = e.rememberParts()
	return e.abort()
}

// abort closes what is open. No statement may be running.
func (e *Engine) abort() error {
	var first error
	for _, s := range e.opened {
		if err := s.close(); err != nil && first == nil {
			first = err
		}
	}
	if err := e.folder.release(); err != nil && first == nil {
		first = err
	}
	if first != nil {
		return fmt.Errorf("close the embedded engine: %w", first)
	}
	return nil
}
