package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"seuranta/internal/web"
)

// serveFlags are the flags of serve.
type serveFlags struct {
	listen  string
	workers int
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Collect on schedule, watch over the sources, and serve the newest pages",
		Long: `Visits every source when its schedule says so, makes up for what was missed while nothing
ran, tells of what goes wrong, makes the weekly pages anew when something changed, and
serves them on loopback. Every other command works as ever while it runs.

/healthz answers 200 while all is well and 503 else; /metrics is for Prometheus.

SIGHUP reads the configuration again, when it was not started in a terminal; one that has
faults is not used. SIGTERM and Ctrl-C end it within five seconds.`,
		Example: `  seuranta serve
  seuranta serve --listen 127.0.0.1:0
  systemctl reload seuranta            reads the configuration again`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.listen, "listen", "", "loopback address to serve on; port 0 is any free one (default server.listen)")
	cmd.Flags().IntVar(&f.workers, "workers", 4, "how many sources are visited at one time")
	return cmd
}

func (a *app) serve(ctx context.Context, f serveFlags) (err error) {
	if f.workers < 1 || f.workers > 64 {
		return usage("--workers %d: want 1 to 64", f.workers)
	}
	hangups, stop := a.hangups() // before anything else: one that comes while it starts must not end it
	defer stop()
	a.asks = true
	cfg, err := a.loadConfig(ctx)
	if err != nil && ctx.Err() != nil { // it was stopped before it was ready, which is no fault
		return nil
	}
	if err == nil {
		err = servable(cfg)
	}
	if err != nil { // to be started again is of no use to it
		return &exitError{exitConfig, err.Error()}
	}
	if f.listen == "" {
		f.listen = cfg.Server.Listen
	}
	l, err := listen(f.listen)
	if err != nil {
		return err
	}
	a.startClock()
	d, err := a.openWith(ctx, cfg)
	if err != nil && ctx.Err() != nil {
		return l.Close()
	}
	if err != nil {
		a.tellOfOutage(ctx, cfg, err)
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, d.store.Close()) }()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	life := d.store.Life()
	defer context.AfterFunc(life, func() { end(context.Cause(life)) })()
	return newService(a, d, f, hangups).run(ctx, l)
}

// rereads tells whether SIGHUP asks a command line for its configuration to be read again, from the first moment on. In a
// terminal it means that the terminal is gone, which ends the program as any other.
func (a *app) rereads(args []string) bool {
	cmd, _, err := newApp(io.Discard, io.Discard, a.env).root().Find(args)
	return err == nil && cmd.Name() == "serve" && !terminal(a.in)
}

// hangups tells of SIGHUP, where it asks for the configuration to be read again.
func (a *app) hangups() (told <-chan os.Signal, stop func()) {
	if terminal(a.in) || signal.Ignored(syscall.SIGHUP) {
		return nil, func() {}
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// listen takes a loopback address to serve on.
func listen(address string) (net.Listener, error) {
	if err := web.CheckAddress(address); err != nil {
		return nil, listenFault(address, err)
	}
	l, err := web.Listen(address)
	if errors.Is(err, web.ErrAddress) {
		return nil, listenFault(address, err)
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("serve the pages: another program has %s already: end it, or give another address by server.listen or --listen, as 127.0.0.1:8081", address)
	}
	return l, err
}

// listenFault says what is wrong with --listen, or server.listen; nil when nothing is.
func listenFault(address string, err error) error {
	if err == nil {
		return nil
	}
	return usage("--listen %q: %v", address, err)
}

// servePages serves the folder until ctx is done.
func (a *app) servePages(ctx context.Context, pages string, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if err := a.ready(l); err != nil {
		return errors.Join(err, l.Close())
	}
	return web.Serve(ctx, l, web.Pages(pages, served.MatchString))
}

// ready tells where the pages are. The address answers from then on, at the latest after a moment.
func (a *app) ready(l net.Listener) error {
	_, err := fmt.Fprintf(a.out, "ready http://%s/\n", l.Addr())
	a.notify("READY=1")
	return err
}

// closed closes what may be nil.
func closed(l net.Listener) error {
	if l == nil {
		return nil
	}
	return l.Close()
}
