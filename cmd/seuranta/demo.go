package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/locale"
	"seuranta/internal/observation"
	"seuranta/internal/world"
)

type demoFlags struct {
	keep   string
	once   bool
	listen string
}

func (a *app) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The whole job on a made-up year of a made-up centre",
		Long: `Makes up a centre with two websites, writes 54 weeks of their log files, collects them into the
embedded engine, holds every figure against the truth that the logs were made from, renders the
weekly page in three languages and serves it on loopback until Ctrl-C.

Without a terminal, or with --once, it ends after rendering and leaves the pages.`,
		Example: `  seuranta demo
  seuranta demo --keep demo --once     leaves configuration, logs, data and pages in demo/
  seuranta --config demo/seuranta.yaml figures --period 2026-Q3`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.keep, "keep", "", "folder that configuration, logs, data and pages are left in")
	cmd.Flags().BoolVar(&f.once, "once", false, "end after rendering")
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:0", "loopback address to serve the pages on; port 0 is any free one")
	return cmd
}

// demoMark is the file that shows a folder to be a demo's, so that the next demo may empty it.
const demoMark = ".seuranta-demo"

func (a *app) demo(ctx context.Context, f demoFlags) error {
	serve := !f.once && terminal(a.out)
	dir, clean, err := demoFolder(f.keep, serve)
	if err != nil {
		return err
	}
	defer clean()
	now, err := a.now()
	if err != nil {
		return err
	}
	pages, err := a.demoJob(ctx, dir, now)
	if err != nil {
		return err
	}
	if !serve {
		fmt.Fprintf(a.out, "ready file://%s\n", filepath.Join(pages, "index.html"))
		return nil
	}
	return a.servePages(ctx, pages, f.listen)
}

// demoFolder makes the folder of a demo, emptied when an earlier demo left it.
func demoFolder(keep string, temporary bool) (dir string, clean func(), err error) {
	clean = func() {}
	if keep == "" {
		dir, err = os.MkdirTemp("", "seuranta-demo-")
		if temporary {
			clean = func() { _ = os.RemoveAll(dir) }
		}
	} else {
		dir, err = emptied(keep)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, demoMark), nil, 0o600)
	}
	if err != nil {
		return "", clean, fmt.Errorf("make the folder of the demo: %w", err)
	}
	return dir, clean, nil
}

func emptied(keep string) (string, error) {
	dir, err := filepath.Abs(keep)
	if err != nil {
		return "", err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
			return "", fmt.Errorf("%s is not empty and not left by a demo; name another folder", dir)
		}
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// demoJob writes the made-up world, collects it, compares it with its truth and renders its pages.
func (a *app) demoJob(ctx context.Context, dir string, now time.Time) (pages string, err error) {
	helsinki, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		return "", err
	}
	monday := observation.Week.Start(observation.DateOf(now.In(helsinki)))
	w := world.New(world.Options{End: monday, Weeks: world.DefaultWeeks, Seed: 1})
	fmt.Fprintf(a.err, "writing %d weeks of log files to %s\n", world.DefaultWeeks, dir)
	if err := w.Write(dir); err != nil {
		return "", err
	}
	inDemo := *a
	inDemo.configPath, inDemo.nowText = filepath.Join(dir, "seuranta.yaml"), w.Now().UTC().Format(time.RFC3339)
	if err := inDemo.collectAll(ctx); err != nil {
		return "", err
	}
	return filepath.Join(dir, "pages"), inDemo.demoPages(ctx, w, filepath.Join(dir, "pages"))
}

// collectAll collects what a first run collects, and then once more what every night does. Days that the made-up outage lost
// are no failure of the demo.
func (a *app) collectAll(ctx context.Context) error {
	err := a.collect(ctx, nil, collectFlags{})
	var coded *exitError
	if errors.As(err, &coded) && coded.code == exitPartial {
		err = nil
	}
	if err != nil {
		return err
	}
	return a.collect(ctx, nil, collectFlags{})
}

// demoPages holds the figures against the truth and renders the page in every language.
func (a *app) demoPages(ctx context.Context, w *world.World, pages string) error {
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	if err := a.compareTruth(ctx, d, w.Truth()); err != nil {
		return err
	}
	organisation := d.Desk.Organisations[0].ID
	for _, lang := range locale.Languages() {
		if err := a.weeklyOf(ctx, d, organisation, reportFlags{week: "last-week", lang: lang, format: "html", out: pages + string(filepath.Separator)}); err != nil {
			return err
		}
	}
	_, name, err := d.review(ctx, organisation, reportFlags{week: "last-week", lang: "fi"})
	if err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(pages, name+".html"))
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(pages, "index.html"), b)
}

// servePages serves the folder until ctx is done.
func (a *app) servePages(ctx context.Context, pages, listen string) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("serve the pages: %w", err)
	}
	if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		return errors.Join(usage("--listen %s: the demo is served on loopback only", listen), l.Close())
	}
	server := &http.Server{Handler: http.FileServerFS(os.DirFS(pages)), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() {
		timed, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		_ = server.Shutdown(timed)
	})
	fmt.Fprintf(a.out, "ready http://%s/\n", l.Addr())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the pages: %w", err)
	}
	return nil
}
