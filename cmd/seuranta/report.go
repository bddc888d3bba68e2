package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seuranta/dashboards"
	"seuranta/internal/chart/svg"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/report"
)

type reportFlags struct {
	organisation, week, lang, format, out, asOf string
	pictures                                    bool
}

// weeklyFormats are the forms of the weekly review, by the ending of its file.
var weeklyFormats = []struct {
	name, ending string
	write        func(*report.WeeklyReview, io.Writer) error
}{
	{"html", ".html", (*report.WeeklyReview).HTML},
	{"text", ".txt", (*report.WeeklyReview).Text},
	{"csv", ".csv", (*report.WeeklyReview).CSV},
	{"json", ".json", (*report.WeeklyReview).JSON},
}

// reportFormats are the names of the forms.
func reportFormats() (names []string) {
	for _, f := range weeklyFormats {
		names = append(names, f.name)
	}
	return names
}

func (a *app) reportCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "report", Short: "Pages and sheets made of figures", Args: noArgs,
		Example: `  seuranta report weekly --out pages/`,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(a.weeklyCommand())
	return cmd
}

func (a *app) weeklyCommand() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "weekly",
		Short: "The weekly page: charts, tables and what they say",
		Long: `Makes the review of one closed week: one file that needs no network, its text twin,
its figures as CSV and as JSON.

Without --out one form goes to standard output. With --out and a folder every form is
written there and each chart as an SVG picture, with --out and a file the form of
--format. A link is followed, a pipe or a device is written into; the configuration and
the folder of the store are refused.

Readers without scripts see pictures in the page. Drawing them takes about a tenth of a
second a chart; --pictures=false leaves them out.`,
		Example: `  seuranta report weekly --out pages/
  seuranta report weekly --week 2026-W47 --lang sv --format text
  seuranta report weekly --out review.html`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if f.format, err = a.format(cmd, f.format); err != nil {
				return err
			}
			return a.weekly(cmd.Context(), f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.organisation, "organisation", "", "of this organisation (needed when there are several and --out is no folder)")
	fl.StringVar(&f.week, "week", "last-week", "a closed week, as 2026-W47")
	fl.StringVar(&f.lang, "lang", "", "fi, sv or en (default: the organisation's first)")
	fl.StringVar(&f.format, "format", "html", "html, text, csv or json")
	fl.StringVar(&f.out, "out", "", "file or folder to write to")
	fl.StringVar(&f.asOf, "as-of", "", "as it was known at the end of this day")
	fl.BoolVar(&f.pictures, "pictures", true, "draw the charts as pictures, too")
	return cmd
}

func (a *app) weekly(ctx context.Context, f reportFlags) error {
	a.renders = true
	if err := oneOf("--format", f.format, reportFormats()...); err != nil {
		return err
	}
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := spare(cfg, f.out); err != nil {
			return err
		}
	}
	if _, err := organisations(cfg, f.organisation); err != nil {
		return err
	}
	d, err := a.openWith(ctx, cfg)
	if err != nil {
		return err
	}
	defer d.store.Close()
	ids, err := a.living(d, f)
	if err != nil {
		return err
	}
	if len(ids) > 1 && !isFolder(f.out) {
		return usage("there are %d organisations: say --organisation, or --out FOLDER for a page of each", len(ids))
	}
	painter := svg.New(svg.DefaultLimits())
	defer painter.Close()
	for _, id := range ids {
		if err := a.weeklyOf(ctx, d, id, f, painter); err != nil {
			return err
		}
	}
	return nil
}

// living returns the organisations that pages are made of: the one that was asked for, else those that had not ended before the
// week. It says which ones had.
func (a *app) living(d *desk, f reportFlags) ([]string, error) {
	ids, err := organisations(d.Config, f.organisation)
	if err != nil || f.organisation != "" {
		return ids, err
	}
	living, ended, err := d.living(f.week)
	for _, id := range ended {
		fmt.Fprintf(a.err, "no page of %s: it had ended before the week; `--organisation %s` makes it all the same\n", id, id)
	}
	return living, err
}

// living tells which organisations had not ended before a week, and which had. If all had, all are taken for living.
func (d *desk) living(weekText string) (living, ended []string, err error) {
	for _, o := range d.Desk.Organisations {
		week, err := d.of(o.ID).closedWeek(weekText)
		switch {
		case err != nil:
			return nil, nil, err
		case o.Life.To != 0 && o.Life.To <= week.From:
			ended = append(ended, o.ID)
		default:
			living = append(living, o.ID)
		}
	}
	if len(living) == 0 {
		return ended, nil, nil
	}
	return living, ended, nil
}

func (a *app) weeklyOf(ctx context.Context, d *desk, organisation string, f reportFlags, painter *svg.Painter) error {
	review, name, err := d.review(ctx, organisation, f)
	if err != nil {
		return err
	}
	if err := a.drawPictures(ctx, d, review, name, f, painter); err != nil {
		return err
	}
	for _, form := range weeklyFormats {
		target := f.out
		switch {
		case isFolder(f.out):
			target = filepath.Join(f.out, name+form.ending)
		case form.name != f.format:
			continue
		}
		if err := a.writeForm(ctx, d, review, form.write, target); err != nil {
			return err
		}
	}
	return nil
}

// slowPeriods is how many of its periods a figure is judged for that comes less often than by the week: the newest and the
// one before it.
const slowPeriods = 2

// review works the review of one organisation out, and names its files.
func (d *desk) review(ctx context.Context, organisation string, f reportFlags) (*report.WeeklyReview, string, error) {
	d = d.of(organisation)
	week, err := d.closedWeek(f.week)
	if err != nil {
		return nil, "", err
	}
	lang, err := d.language(f.lang)
	if err != nil {
		return nil, "", err
	}
	asOf, day, err := d.asOf(f.asOf)
	if err != nil {
		return nil, "", err
	}
	if d, err = d.then(ctx, asOf); err != nil {
		return nil, "", err
	}
	page, err := dashboards.Weekly()
	if err != nil {
		return nil, "", err
	}
	judge, ask := indicator.New(d.Desk, d.store, d.now, asOf), indicator.Ask{Organisations: []string{organisation}}
	series, err := judge.Weekly(ctx, ask, week.From, page.Weeks)
	if err != nil {
		return nil, "", err
	}
	slow, err := judge.Slow(ctx, ask, week.From, slowPeriods)
	if err != nil {
		return nil, "", err
	}
	months, err := d.months(ctx, judge, organisation, page, week)
	if err != nil {
		return nil, "", err
	}
	if err := d.addHealth(ctx, series, asOf); err != nil {
		return nil, "", err
	}
	ask.Period = week
	pages, err := judge.Pages(ctx, ask, weeklyPages)
	if err != nil {
		return nil, "", err
	}
	posts, err := judge.Posts(ctx, ask, weeklyPosts)
	if err != nil {
		return nil, "", err
	}
	warnings, err := d.warnings(ctx, organisation, lang, asOf)
	if err != nil {
		return nil, "", err
	}
	if !asOf.Before(d.now) {
		day = nil // nothing of what is known now is hidden: it is the page that was made on that day
	}
	in := report.WeeklyInput{Organisation: d.home, Week: week, Series: series, Slow: slow, Months: months, Pages: pages, Posts: posts, Regions: d.Desk.Regions, Warnings: warnings, Now: d.now, AsOf: day, Lang: lang, Program: version, Config: d.Hash}
	for _, c := range d.Desk.Channels {
		in.Order = append(in.Order, c.ID)
	}
	review, err := report.Weekly(in)
	return review, fmt.Sprintf("%s-%s.%s", organisation, week.Label(), lang), err
}

// months asks for the newest whole month of what the page tells of one.
func (d *desk) months(ctx context.Context, judge *indicator.Judge, organisation string, page dashboards.WeeklyPage, week observation.Period) ([]indicator.Figure, error) {
	month := observation.Month.Holding(observation.Month.Start(week.To) - 1)
	channels := map[string][]string{} // ids by the metric
	for _, c := range d.Desk.Channels {
		for _, metric := range page.Months(c.Kind) {
			channels[metric] = append(channels[metric], c.ID)
		}
	}
	var out []indicator.Figure
	for _, metric := range slices.Sorted(maps.Keys(channels)) {
		ask := indicator.Ask{Organisations: []string{organisation}, Channels: channels[metric], Metrics: []string{metric}, Period: month}
		figures, err := judge.Figures(ctx, ask)
		if err != nil {
			return nil, err
		}
		out = append(out, figures...)
	}
	return out, nil
}

// weeklyPages is how many of the most viewed pages of a website a weekly review lists.
const weeklyPages = 10

// weeklyPosts is how many publications of a channel a weekly review lists.
const weeklyPosts = 30

// closedWeek reads --week and refuses one that is not over: an unfinished week is not compared with finished ones.
func (d *desk) closedWeek(text string) (observation.Period, error) {
	week, err := observation.ParsePeriod(text, d.today())
	if err != nil || !week.Is(observation.Week) {
		return week, usage("--week %q: want a week as 2026-W47", text)
	}
	if week.To > d.today() {
		return week, usage("--week %s is not over yet; the last closed week is %s", text, observation.Week.Holding(observation.Week.Start(d.today())-1).Label())
	}
	return week, nil
}

func isFolder(path string) bool {
	if path == "" {
		return false
	}
	info, err := os.Stat(path)
	return strings.HasSuffix(path, string(filepath.Separator)) || err == nil && info.IsDir()
}

// drawPictures gives the page its pictures; in a folder they are files beside it, too. Pictures that cannot be had are told
// of, and the page is made without them.
func (a *app) drawPictures(ctx context.Context, d *desk, r *report.WeeklyReview, name string, f reportFlags, painter *svg.Painter) error {
	folder := isFolder(f.out)
	if !f.pictures || !folder && f.format != "html" {
		return nil
	}
	if !folder {
		name = "" // a page on its own has no files beside it
	}
	bar := a.progress("drawing pictures")
	files, err := r.Draw(ctx, painter, name, bar.to)
	bar.done()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		a.log().Warn("not every chart could be drawn as a picture; the page is made without those", "why", err)
	}
	for _, file := range files {
		if err := a.put(ctx, d, file.SVG, filepath.Join(f.out, file.Name)); err != nil {
			return err
		}
	}
	return nil
}

// writeForm writes one form to standard output, or to a file.
func (a *app) writeForm(ctx context.Context, d *desk, r *report.WeeklyReview, write func(*report.WeeklyReview, io.Writer) error, path string) error {
	var b bytes.Buffer
	if err := write(r, &b); err != nil {
		return err
	}
	return a.put(ctx, d, b.Bytes(), path)
}

func (a *app) put(ctx context.Context, d *desk, b []byte, path string) error {
	if path == "" || a.isOut(path) {
		_, err := a.out.Write(b)
		return err
	}
	if err := spare(d.Config, path); err != nil {
		return err
	}
	if err := writeFile(ctx, path, b); err != nil {
		return err
	}
	_, err := fmt.Fprintln(a.out, path)
	return err
}
