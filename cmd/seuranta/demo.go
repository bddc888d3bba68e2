package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/chart/svg"
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

Without a terminal, or with --once, it ends after rendering and leaves the pages. A folder named
by --keep must be empty or not there yet: nothing is ever erased.`,
		Example: `  seuranta demo
  seuranta demo --keep demo --once     leaves configuration, logs, data and pages in demo/
  seuranta --config demo/seuranta.yaml figures --period 2026-Q3`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.keep, "keep", "", "empty or new folder that configuration, logs, data and pages are left in")
	cmd.Flags().BoolVar(&f.once, "once", false, "end after rendering")
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:0", "loopback address to serve the pages on; port 0 is any free one")
	return cmd
}

func (a *app) demo(ctx context.Context, f demoFlags) (err error) {
	now, err := a.now()
	if err != nil {
		return err
	}
	l, err := f.listener(!f.once && terminal(a.out))
	if err != nil {
		return err
	}
	dir, clean, err := demoFolder(f.keep)
	if err != nil {
		return errors.Join(err, closed(l))
	}
	left := false
	defer func() {
		if !left {
			err = errors.Join(err, clean())
		}
	}()
	pages, err := a.demoJob(ctx, dir, now)
	switch {
	case err != nil:
		return errors.Join(err, closed(l))
	case l != nil:
		return a.servePages(ctx, pages, l)
	}
	_, err = fmt.Fprintf(a.out, "ready file://%s\n", filepath.Join(pages, "index.html"))
	left = err == nil
	return err
}

// listener checks --listen before any work is done. When the pages are to be served it takes the address at once, else it
// returns nil.
func (f demoFlags) listener(serve bool) (net.Listener, error) {
	if err := checkListen(f.listen); err != nil || !serve {
		return nil, err
	}
	return listen(f.listen)
}

// demoFolder makes the folder of a demo. clean removes it again, unless the user named it: what they named is theirs.
func demoFolder(keep string) (dir string, clean func() error, err error) {
	if keep != "" {
		dir, err = emptyFolder(keep)
		return dir, func() error { return nil }, err
	}
	signal.Ignore(syscall.SIGPIPE) // a reader of the output who leaves must not keep the folder from being removed
	dir, err = os.MkdirTemp("", "seuranta-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("make the folder of the demo: %w", err)
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

// emptyFolder makes the folder where there is none. One with anything in it is refused: it may be somebody's work, or a demo
// that is running.
func emptyFolder(keep string) (string, error) {
	entries, err := os.ReadDir(keep)
	switch {
	case len(entries) > 0:
		return "", usage("--keep %s: this folder is not empty, and the demo erases nothing; name another folder, or remove this one first", keep)
	case errors.Is(err, syscall.ENOTDIR):
		return "", usage("--keep %s: this is no folder; name another", keep)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("make the folder of the demo: %w", err)
	}
	dir, err := filepath.Abs(keep)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("make the folder of the demo: %w", err)
	}
	return dir, nil
}

// demoJob writes the made-up world, collects it, compares it with its truth and renders its pages.
func (a *app) demoJob(ctx context.Context, dir string, now time.Time) (pages string, err error) {
	helsinki, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		return "", err
	}
	monday := observation.Week.Start(observation.DateOf(now.In(helsinki)))
	fmt.Fprintf(a.err, "writing %d weeks of log files to %s\n", world.DefaultWeeks, dir)
	w, err := world.New(ctx, world.Options{End: monday, Weeks: world.DefaultWeeks, Seed: 1})
	if err != nil {
		return "", err
	}
	if err := w.Write(ctx, dir); err != nil {
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
	painter := svg.New(svg.DefaultLimits())
	defer painter.Close()
	for _, lang := range locale.Languages() {
		f := reportFlags{week: "last-week", lang: lang, format: "html", out: pages + string(filepath.Separator), pictures: true}
		if err := a.weeklyOf(ctx, d, organisation, f, painter); err != nil {
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
	return writeFile(ctx, filepath.Join(pages, "index.html"), b)
}
