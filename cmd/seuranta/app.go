package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/net/http/httpproxy"
	"golang.org/x/term"

	"seuranta/collectors"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded"
)

// Exit codes of every command.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2
	exitPartial = 3
	exitConfig  = 78 // of serve alone: its configuration cannot be used; EX_CONFIG of sysexits(3), which systemd knows
)

// app is what the commands share: where to write, how to look the environment up, and the flags that all of them take.
type app struct {
	in         io.Reader
	out, err   io.Writer
	env        func(string) (string, bool)
	configPath string
	nowText    string
	json       bool
	asks       bool      // the command asks servers, or tells people, and needs all secrets
	renders    bool      // the command only shows what is stored
	began      time.Time // when --now began to move; zero while it stands still
	speed      int       // how fast it moves then, 0 as a clock does; only tests set it
	// failpoint is called at each named place of a commit or a migration; only tests set it.
	failpoint func(string)
}

func newApp(out, err io.Writer, env func(string) (string, bool)) *app {
	return &app{in: os.Stdin, out: out, err: err, env: env}
}

// exitError carries an exit code beside what went wrong. An empty message has been told already.
type exitError struct {
	code    int
	message string
}

func (e *exitError) Error() string { return e.message }

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, a *app) int {
	root := a.root()
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	var coded *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &coded):
		if coded.message != "" {
			fmt.Fprintln(a.err, "seuranta: "+coded.message)
		}
		return coded.code
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(a.err, "seuranta: stopped")
		return exitFailed
	}
	fmt.Fprintln(a.err, "seuranta: "+err.Error())
	return exitFailed
}

// now returns the moment that commands take for now: --now, else the clock.
func (a *app) now() (time.Time, error) {
	if a.nowText == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, a.nowText)
	if err != nil {
		t, err = time.Parse(time.DateOnly, a.nowText)
	}
	if err != nil {
		return time.Time{}, usage("--now %q: want a moment as 2026-11-23T06:00:00Z or a day as 2026-11-23", a.nowText)
	}
	if d := observation.DateOf(t); d <= observation.FirstDay || d >= observation.LastDay {
		return time.Time{}, usage("--now %q: want a moment between %s and %s: other days cannot be stored", a.nowText, observation.FirstDay, observation.LastDay)
	}
	if !a.began.IsZero() {
		t = t.Add(time.Since(a.began) * time.Duration(max(1, a.speed)))
	}
	return t, nil
}

// startClock lets --now move: a program that goes on for long has no one moment.
func (a *app) startClock() { a.began = time.Now() }

// moment returns what now gives, of a program whose --now was read before.
func (a *app) moment() time.Time {
	now, _ := a.now()
	return now
}

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Sprintf(format, args...)}
}

// loadConfig reads the configuration, and tells whoever sits there which secrets it lacks. A command that asks nobody does not
// need them; each night's export is silent about it.
func (a *app) loadConfig(ctx context.Context) (*config.Config, error) {
	cfg, err := a.readConfig(ctx)
	if err == nil && len(cfg.Lacking) > 0 && terminal(a.err) {
		fmt.Fprintln(a.err, "seuranta: secrets are missing, which this command does not need: "+strings.Join(cfg.Lacking, "; "))
	}
	return cfg, err
}

// readConfig reads the configuration that --config, SEURANTA_CONFIG or the working folder names, until ctx is done: what it is
// read from, or a secret, may be on a disk that does not answer.
func (a *app) readConfig(ctx context.Context) (*config.Config, error) {
	path := a.configPath
	if path == "" {
		path, _ = a.env("SEURANTA_CONFIG")
	}
	if path == "" {
		path = "seuranta.yaml"
	}
	type loaded struct {
		cfg *config.Config
		err error
	}
	load := config.LoadStored
	if a.asks {
		load = config.Load
	}
	done := make(chan loaded, 1)
	go func() {
		cfg, err := load(path, collectors.Kinds(), a.env)
		done <- loaded{cfg, err}
	}()
	select {
	case l := <-done:
		return l.cfg, l.err
	case <-ctx.Done():
		return nil, fmt.Errorf("read configuration %s: %w", path, ctx.Err())
	}
}

// desk is an opened configuration and store, with the moment that is now.
type desk struct {
	*config.Config
	app    *app
	store  *store.Store
	client *fetch.Client // one for all sources, so that no host is asked too often
	now    time.Time
	home   observation.Organisation // whose zone, week and language count
}

// of returns the desk seen from an organisation.
func (d *desk) of(organisation string) *desk {
	seen := *d
	for _, o := range d.Desk.Organisations {
		if o.ID == organisation {
			seen.home = o
		}
	}
	return &seen
}

// open reads the configuration, opens the store and sees to it that the tables are there.
func (a *app) open(ctx context.Context) (*desk, error) {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return nil, err
	}
	return a.openWith(ctx, cfg)
}

func (a *app) openWith(ctx context.Context, cfg *config.Config) (*desk, error) {
	now, err := a.now()
	if err != nil {
		return nil, err
	}
	s, err := a.openStore(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := a.prepare(ctx, s, cfg); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &desk{Config: cfg, app: a, store: s, client: a.client(cfg), now: now, home: cfg.Desk.Organisations[0]}, nil
}

// client returns the client that a command asks servers with. It tells them who asks.
func (a *app) client(cfg *config.Config) *fetch.Client {
	o := fetch.Options{Program: "Seuranta/" + version, Contact: cfg.Contact, Log: a.log(), Proxy: a.proxy()}
	if a.nowText != "" {
		o.Now = a.moment // until when a server wants to be left alone is told by the same clock as everything else
	}
	return fetch.New(o)
}

// proxy is the one that the environment names, as HTTPS_PROXY and NO_PROXY do for other programs; nil where it names none.
func (a *app) proxy() func(*http.Request) (*url.URL, error) {
	first := func(names ...string) string {
		for _, name := range names {
			if v, ok := a.env(name); ok && v != "" {
				return v
			}
		}
		return ""
	}
	c := httpproxy.Config{HTTPProxy: first("HTTP_PROXY", "http_proxy"), HTTPSProxy: first("HTTPS_PROXY", "https_proxy"), NoProxy: first("NO_PROXY", "no_proxy")}
	if c.HTTPProxy == "" && c.HTTPSProxy == "" {
		return nil
	}
	choose := c.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return choose(r.URL) }
}

func (a *app) openStore(ctx context.Context, cfg *config.Config) (*store.Store, error) {
	o := store.Options{Path: cfg.Storage.Path, DSN: cfg.Storage.DSN.Reveal(), Metrics: cfg.Desk.Metrics, Log: a.log(), Program: version, Failpoint: a.failpoint}
	if a.nowText != "" {
		o.Now = func() time.Time { now, _ := a.now(); return now }
	}
	if o.DSN == "" {
		if err := refuseRoot(o.Path, os.Geteuid()); err != nil {
			return nil, err
		}
		fromEnv, _ := a.env("SEURANTA_LIBCHDB")
		library, err := embedded.Locate(cfg.Storage.Library, fromEnv)
		if err != nil {
			return nil, err
		}
		o.Library = library
	}
	return store.Open(ctx, o)
}

// prepare makes or renews the tables of the embedded engine by itself: nobody else uses them. On a server somebody else
// may, so there `seuranta migrate` has to be asked for.
func (a *app) prepare(ctx context.Context, s *store.Store, cfg *config.Config) error {
	err := s.Ready(ctx)
	if errors.Is(err, store.ErrSchema) && s.Info().Engine == "embedded" {
		_, err = s.Migrate(ctx)
	}
	if err != nil {
		return err
	}
	if a.renders && a.nowText != "" {
		return nil // a page of an earlier moment does not make today's configuration that of then
	}
	err = s.RememberConfig(ctx, cfg.Hash, cfg.Text)
	if embedded.IsFull(err) { // what is there can be shown all the same; whatever is to be stored says so itself
		a.log().Warn("the configuration is not kept in the store", "error", err)
		return nil
	}
	return err
}

// log writes what went wrong to a terminal, which has progress bars for the rest, and all that was done to anything else.
func (a *app) log() *slog.Logger {
	level := slog.LevelInfo
	if terminal(a.err) {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: level}))
}

// organisations returns the ids of --organisation, or of all.
func organisations(cfg *config.Config, asked string) ([]string, error) {
	var ids []string
	for _, o := range cfg.Desk.Organisations {
		ids = append(ids, o.ID)
	}
	if asked == "" {
		return ids, nil
	}
	return []string{asked}, known("--organisation", asked, "organisation", "the organisations are", ids)
}

// today is the day in the zone of the organisation at home: periods as people write them are counted from it.
func (d *desk) today() observation.Date { return observation.DateOf(d.now.In(d.home.Zone)) }

// terminal tells whether an input or output is a terminal that a person sits at.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// noArgs refuses arguments that a command does not take, as a fault of usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no argument %q; see `%s --help`", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}
