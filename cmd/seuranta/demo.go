package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/chart/svg"
	"seuranta/internal/config"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
	"seuranta/internal/platforms"
	"seuranta/internal/web"
	"seuranta/internal/world"
)

type demoFlags struct {
	keep   string
	once   bool
	listen string
	weeks  int

	pictures bool
}

// How long the made-up year may be: its youngest stories take some weeks, and logs of years take their time.
const (
	fewestWeeks = 9
	mostWeeks   = 160
)

func (a *app) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The whole job on a made-up year of a made-up centre",
		Long: `Makes up a centre with websites, newspapers that write, people who type and the tables that they
download; lives through 54 weeks of it: visits feeds and services that a local server answers for, types
figures and corrects one, imports a table and its correction, reads the log files, fetches the past
that the services remember. Then it holds every figure
against the truth, renders the weekly page in three languages and serves it on loopback until Ctrl-C.

Without a terminal, or with --once, it ends after rendering and leaves the pages. A folder named
by --keep must be empty or not there yet: nothing is ever erased.`,
		Example: `  seuranta demo
  seuranta demo --weeks 12             sooner done
  seuranta demo --keep demo --once     leaves configuration, logs, tables, data and pages in demo/
  seuranta --config demo/seuranta.yaml figures --period 2026-Q3`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.keep, "keep", "", "empty or new folder that configuration, logs, tables, data and pages are left in")
	cmd.Flags().BoolVar(&f.once, "once", false, "end after rendering")
	cmd.Flags().IntVar(&f.weeks, "weeks", world.DefaultWeeks, "how many weeks the made-up year has: fewer are sooner done, and show less")
	cmd.Flags().BoolVar(&f.pictures, "pictures", true, "draw every chart as a picture, too, which takes half the time")
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:0", "loopback address to serve the pages on; port 0 is any free one")
	return cmd
}

func (a *app) demo(ctx context.Context, f demoFlags) (err error) {
	now, err := a.now()
	if err != nil {
		return err
	}
	if f.weeks < fewestWeeks || f.weeks > mostWeeks {
		return usage("--weeks %d: give a number from %d to %d", f.weeks, fewestWeeks, mostWeeks)
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
	pages, err := a.demoJob(ctx, dir, now, f)
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
	if err := web.CheckAddress(f.listen); err != nil || !serve {
		return nil, listenFault(f.listen, err)
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

// demoJob writes the made-up world, lives through its year, compares what was collected with its truth and renders its pages.
func (a *app) demoJob(ctx context.Context, dir string, now time.Time, f demoFlags) (pages string, err error) {
	helsinki, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		return "", err
	}
	monday := observation.Week.Start(observation.DateOf(now.In(helsinki)))
	fmt.Fprintf(a.err, "writing %d weeks of log files, feeds and tables to %s\n", f.weeks, dir)
	w, err := world.New(ctx, world.Options{End: monday, Weeks: f.weeks, Seed: 1})
	if err != nil {
		return "", err
	}
	feeds, err := platforms.Start(w.Now(), demoFeeds(w))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, feeds.Close()) }()
	mountServices(feeds, w)
	mountAccounts(feeds, w)
	if err := w.Write(ctx, dir, feeds.URL()); err != nil {
		return "", err
	}
	inDemo := *a
	inDemo.configPath = filepath.Join(dir, "seuranta.yaml")
	pages = filepath.Join(dir, "pages")
	return pages, inDemo.demoDesk(ctx, w, feeds, pages, f.pictures)
}

// demoFeeds are the feeds of the world's newspapers, and its own.
func demoFeeds(w *world.World) []platforms.Feed {
	var out []platforms.Feed
	for _, o := range append(w.Press(), w.Own()) {
		f := platforms.Feed{Path: o.Path, Title: o.Name, Form: platforms.Form(o.Form), Zone: w.Now().Location(), Holds: o.Holds, Dies: o.Dies}
		f.Articles = demoArticles(o)
		out = append(out, f)
	}
	return out
}

// demoDesk opens the store once for all that happened in the year, in the order in which it did, then reads the logs, holds the
// figures against the truth and renders the pages.
func (a *app) demoDesk(ctx context.Context, w *world.World, feeds *platforms.Server, pages string, pictures bool) (err error) {
	doings := w.Doings()
	a.setClock(doings[0].At)
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.store.Close()) }()
	if err := a.liveThrough(ctx, d, doings, feeds); err != nil {
		return err
	}
	a.setClock(w.Now())
	d.now = w.Now()
	if err := a.readLogs(ctx, d); err != nil {
		return err
	}
	feeds.SetNow(w.Now())
	if err := a.fetchPast(ctx, d, w); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "%d answers of the made-up platforms named people, who commented, wrote or were mentioned; none of them is kept\n", feeds.Named())
	if err := a.compareTruth(ctx, d, w.Truth()); err != nil {
		return err
	}
	return a.demoPages(ctx, d, w, pages, pictures)
}

// setClock sets the clock of the app and of the store that it opened.
func (a *app) setClock(t time.Time) { a.nowText = t.UTC().Format(time.RFC3339) }

// liveThrough lets everything happen at its moment. It says nothing of each: a bar shows how far the year is.
func (a *app) liveThrough(ctx context.Context, d *desk, doings []world.Doing, feeds *platforms.Server) error {
	fmt.Fprintf(a.err, "living through the year: %d visits to feeds, typed numbers and tables\n", len(doings))
	bar := a.progress("the year")
	defer bar.done()
	for i, doing := range doings {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.setClock(doing.At)
		feeds.SetNow(doing.At)
		d.now = doing.At
		quiet := *a
		quiet.out, quiet.err = io.Discard, io.Discard
		if err := quiet.do(ctx, d, doing); err != nil {
			return fmt.Errorf("live through %s of the demo: %w", doing.At.Format(time.DateTime), err)
		}
		bar.to(int64(i+1), int64(len(doings)))
	}
	return nil
}

// do does what the commands collect, record, record event and import do.
func (a *app) do(ctx context.Context, d *desk, doing world.Doing) error {
	switch {
	case doing.Poll:
		_, err := a.visitAll(ctx, d, ofKind(d.Sources, demoPolled...), collectFlags{})
		return err
	case doing.Looks != nil:
		_, err := a.visitAll(ctx, d, lookedAt(d.Sources, doing.Looks), collectFlags{})
		return err
	case doing.Typed != nil:
		t := doing.Typed
		f := recordFlags{period: t.Period, project: t.Project, note: t.Note, by: t.By, yes: t.Sure}
		if t.Period == "" {
			f.on = t.On.String()
		}
		if t.Region != "" {
			f.dims = []string{"region=" + t.Region}
		}
		return a.recordAt(ctx, d, []string{t.Source, t.Metric, t.Value}, f)
	case doing.Appearance != nil:
		e := doing.Appearance
		return a.recordEventAt(ctx, d, []string{e.Title}, eventFlags{on: e.On.String(), kind: e.Kind, project: e.Project, by: "viestinta"})
	case doing.Quiet != nil:
		days := doing.Quiet.Days
		return a.recordEventAt(ctx, d, nil, eventFlags{none: true, period: fmt.Sprintf("%s..%s", days.From, days.To-1), by: "viestinta"})
	}
	path := filepath.Join(d.Dir, filepath.FromSlash(doing.Import))
	f := importFlags{yes: true, source: doing.Into}
	s, shown, err := a.looked(ctx, d.Config, path, f)
	if err != nil {
		return err
	}
	return a.storeFile(ctx, d, s, path, shown, f)
}

// ofKind returns the sources of some kinds.
func ofKind(sources []config.Source, kinds ...string) []config.Source {
	return slices.DeleteFunc(slices.Clone(sources), func(s config.Source) bool { return !slices.Contains(kinds, s.Kind) })
}

// readLogs collects the logs of the whole year, as a first run does, and then once more what every night does. Days that the
// made-up outage lost are no failure of the demo.
func (a *app) readLogs(ctx context.Context, d *desk) error {
	for range 2 {
		rows, err := a.visitAll(ctx, d, ofKind(d.Sources, "accesslog"), collectFlags{})
		if err := errors.Join(err, a.printCollected(rows)); err != nil {
			return err
		}
		var coded *exitError
		if err := verdictOf(rows); errors.As(err, &coded) && coded.code != exitPartial {
			return err
		}
	}
	return nil
}

// demoPages renders the page of the week that is over, in every language, of every organisation that is there, and holds what it
// shows against the truth.
func (a *app) demoPages(ctx context.Context, d *desk, w *world.World, pages string, pictures bool) error {
	f := reportFlags{week: "last-week", format: "html", out: pages + string(filepath.Separator), pictures: pictures}
	ids, err := a.living(d, f)
	if err != nil {
		return err
	}
	painter := svg.New(svg.DefaultLimits())
	defer painter.Close()
	quiet := *a
	quiet.out = io.Discard // the names of all files would hide where the page is
	for _, id := range ids {
		for _, f.lang = range locale.Languages() {
			if err := quiet.weeklyOf(ctx, d, id, f, painter); err != nil {
				return err
			}
		}
	}
	review, name, err := d.review(ctx, ids[0], reportFlags{week: "last-week", lang: "fi"})
	if err != nil {
		return err
	}
	if err := a.provePage(review.Shown(), w); err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(pages, name+".html"))
	if err != nil {
		return err
	}
	return writeFile(ctx, filepath.Join(pages, "index.html"), b)
}
