package main

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"seuranta/collectors"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
	"seuranta/internal/report"
)

type figuresFlags struct {
	organisation, channel, topic, project, metric, period, asOf, format, lang string
	beside                                                                    bool
	pages                                                                     int
}

// figureFormats are the forms that figures writes.
var figureFormats = []string{"table", "json", "csv"}

func (a *app) figuresCommand() *cobra.Command {
	var f figuresFlags
	cmd := &cobra.Command{
		Use:   "figures",
		Short: "The numbers behind any page",
		Long: `Prints the figures of a period: each with its state, how much of the period was measured,
its source and an id that names what was asked.

A value is never 0 because nothing was measured: then it is empty and the state says why.`,
		Example: `  seuranta figures --period 2026-W47
  seuranta figures --channel kotisivut --indicator views --period 2026-Q3 --json
  seuranta figures --channel kotisivut --indicator visitors --beside
  seuranta figures --channel kotisivut --period 2026-Q3 --pages 20
  seuranta figures --project luontohyvaks --period 2026
  seuranta figures --period 2025 --as-of 2026-01-15 --format csv`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if f.format, err = a.format(cmd, f.format); err != nil {
				return err
			}
			return a.figures(cmd.Context(), f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.organisation, "organisation", "", "only of this organisation")
	fl.StringVar(&f.channel, "channel", "", "only of this channel; - is the organisation itself")
	fl.StringVar(&f.topic, "topic", "", "only of this topic")
	fl.StringVar(&f.project, "project", "", "only of this project")
	fl.StringVar(&f.metric, "indicator", "", "only this indicator, as views")
	fl.StringVar(&f.period, "period", "last-week", "2026, 2026-Q3, 2026-H1, 2026-11, 2026-W47, 2026-01-01..2026-06-30, last-week, last-month, last-quarter, last-year")
	fl.BoolVar(&f.beside, "beside", false, "where several sources tell a number, also what each of them tells alone, and why they differ")
	fl.IntVar(&f.pages, "pages", 0, "instead of figures, this many of the most viewed pages of each website whose source tells them")
	fl.StringVar(&f.asOf, "as-of", "", "as it was known at the end of this day")
	fl.StringVar(&f.format, "format", "table", "table, json or csv")
	fl.StringVar(&f.lang, "lang", "", "language of the words: fi, sv or en (default: the organisation's first)")
	return cmd
}

func (a *app) figures(ctx context.Context, f figuresFlags) error {
	a.renders = true
	if err := oneOf("--format", f.format, figureFormats...); err != nil {
		return err
	}
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	if f.organisation != "" {
		d = d.of(f.organisation)
	}
	asOf, day, err := d.asOf(f.asOf)
	if err != nil {
		return err
	}
	if d, err = d.then(ctx, asOf); err != nil {
		return err
	}
	ask, err := d.ask(f)
	if err != nil {
		return err
	}
	lang, err := d.language(f.lang)
	if err != nil {
		return err
	}
	judge := indicator.New(d.Desk, d.store, d.now, asOf)
	if f.pages > 0 {
		pages, err := judge.Pages(ctx, ask, f.pages)
		if err != nil {
			return err
		}
		return report.Pages(a.out, f.format, pages, lang)
	}
	figures, err := judge.Figures(ctx, ask)
	if err != nil {
		return err
	}
	return report.Figures(a.out, f.format, report.FigureSet{GeneratedAt: d.now, AsOf: day, Figures: figures, Desk: d.Desk}, lang)
}

// ask turns the flags into a question, and refuses names that the configuration does not have.
func (d *desk) ask(f figuresFlags) (indicator.Ask, error) {
	ids, err := organisations(d.Config, f.organisation)
	if err != nil {
		return indicator.Ask{}, err
	}
	ask := indicator.Ask{Organisations: ids, Beside: f.beside}
	if ask.Period, err = observation.ParsePeriod(f.period, d.today()); err != nil {
		return ask, usage("--period: %v", err)
	}
	if err = d.askTargets(&ask, f, ids); err != nil {
		return ask, err
	}
	if f.metric != "" {
		ask.Metrics = []string{f.metric}
		err = known("--indicator", f.metric, "indicator", "the indicators are", d.indicators())
	}
	return ask, err
}

// askTargets narrows a question down to the targets that the flags name.
func (d *desk) askTargets(ask *indicator.Ask, f figuresFlags, organisations []string) error {
	for _, t := range []struct {
		flag, value string
		into        *[]string
		there       []string
	}{
		{"channel", f.channel, &ask.Channels, append(d.channelsOf(organisations), indicator.Itself)},
		{"topic", f.topic, &ask.Topics, d.topics()},
		{"project", f.project, &ask.Projects, d.projects()},
	} {
		if t.value == "" {
			continue
		}
		if err := known("--"+t.flag, t.value, t.flag, "the "+t.flag+"s are", t.there); err != nil {
			return err
		}
		*t.into = []string{t.value}
	}
	return nil
}

func (d *desk) topics() []string {
	var ids []string
	for _, t := range d.Desk.Topics {
		ids = append(ids, t.ID)
	}
	return ids
}

func (d *desk) projects() []string {
	var ids []string
	for _, p := range d.Desk.Projects {
		ids = append(ids, p.ID)
	}
	return ids
}

// channelsOf lists the channels of organisations, in the order of the configuration.
func (d *desk) channelsOf(organisations []string) []string {
	var ids []string
	for _, c := range d.Desk.Channels {
		if slices.Contains(organisations, c.Organisation) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// indicators lists what figures there are of: first what the sources of this configuration tell and what is formed of that, then
// what others could. Lifetime counters are of items: there are figures of those alone that a source tells.
func (d *desk) indicators() []string {
	var ids []string
	for _, s := range d.Desk.Sources {
		ids = append(ids, s.Metrics...)
		ids = append(ids, earned(s.Metrics)...)
	}
	told := len(ids)
	ids = append(ids, slices.Sorted(maps.Keys(d.Desk.Metrics))...)
	var out []string
	for i, id := range ids {
		if !slices.Contains(out, id) && (i < told || !d.Desk.Metrics[id].Lifetime) {
			out = append(out, id)
		}
	}
	return out
}

// earned lists the indicators that are formed of the lifetime counters among metrics.
func earned(metrics []string) []string {
	var out []string
	for id, m := range observation.Earned() {
		if slices.Contains(metrics, m.Counter) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// asOf reads --as-of: known on a day is what was committed by its end.
func (d *desk) asOf(text string) (time.Time, *observation.Date, error) {
	if text == "" {
		return time.Time{}, nil, nil
	}
	day, err := observation.ParseDate(text)
	if err != nil {
		return time.Time{}, nil, usage("--as-of: %v", err)
	}
	if day < observation.FirstDay || day > observation.LastDay {
		return time.Time{}, nil, usage("--as-of %s: want a day from %s to %s: of other days nothing can be known", text, observation.FirstDay, observation.LastDay)
	}
	return d.horizon(day), &day, nil
}

// horizon is the moment up to which things count that are asked for as known on a day: its end, and not after now, so that a
// page of an earlier moment (--now) can be made again.
func (d *desk) horizon(day observation.Date) time.Time {
	end, now := day.End(d.home.Zone), d.now.Truncate(time.Second).Add(time.Second) // what was committed in this second counts
	if now.Before(end) {
		return now
	}
	return end
}

// then returns the desk as it was configured at a moment: with the rules, plans, targets, events and names of that day. An
// old configuration that this version cannot read any more is told of, and today's is taken.
func (d *desk) then(ctx context.Context, asOf time.Time) (*desk, error) {
	if asOf.IsZero() {
		return d, nil
	}
	hash, text, err := d.store.ConfigAt(ctx, asOf)
	if err != nil || hash == d.Hash || len(text) == 0 {
		return d, err
	}
	old, err := config.Parse(d.Path, text, collectors.Kinds(), d.app.env)
	if err != nil {
		d.app.log().Warn("the configuration of that day cannot be read; rules, targets and names are those of today", "configuration", hash, "why", err)
		return d, nil
	}
	if !slices.ContainsFunc(old.Desk.Organisations, func(o observation.Organisation) bool { return o.ID == d.home.ID }) {
		return d, nil
	}
	seen := *d
	seen.Config = old
	return seen.of(d.home.ID), nil
}

// language returns the language asked for, else the first of the organisation at home.
func (d *desk) language(asked string) (string, error) {
	if asked == "" && len(d.home.Languages) > 0 {
		asked = d.home.Languages[0]
	}
	if err := oneOf("--lang", asked, locale.Languages()...); err != nil {
		return "", err
	}
	return asked, nil
}
