package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/config"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

// collectFlags are the flags of collect.
type collectFlags struct {
	from, to, worker string
	due              bool
}

func (a *app) collectCommand() *cobra.Command {
	var f collectFlags
	cmd := &cobra.Command{
		Use:   "collect [SOURCE…]",
		Short: "Fetch what the sources owe, once",
		Long: `Fetches from every source, or from the named ones, the days that it owes: those since it last
answered, and those that it may still revise. Doing it again changes nothing that was right.

Exit code 0 when all was answered, 3 when only a part was, 1 when nothing was.`,
		Example: `  seuranta collect
  seuranta collect verkkoloki --from 2026-01-01 --to 2026-06-30
  seuranta collect --due --json`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.collect(cmd.Context(), args, f) },
	}
	cmd.Flags().StringVar(&f.from, "from", "", "first day to fetch, as 2026-01-01")
	cmd.Flags().StringVar(&f.to, "to", "", "last day to fetch")
	cmd.Flags().BoolVar(&f.due, "due", false, "only sources whose schedule is due")
	cmd.Flags().StringVar(&f.worker, "worker", "", "take share I of N, as 1/3, when several processes share the work")
	return cmd
}

func (a *app) collect(ctx context.Context, names []string, f collectFlags) error {
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	sources, err := d.chosen(names, f)
	if err != nil {
		return err
	}
	if err := f.sane(); err != nil {
		return err
	}
	rows, err := a.visitAll(ctx, d, sources, f)
	if err := errors.Join(err, a.printCollected(rows)); err != nil {
		return err
	}
	if len(rows) == 0 && !a.json {
		fmt.Fprintln(a.err, "nothing was collected: "+f.nothing(sources)+"; `seuranta status` shows the sources")
	}
	return verdictOf(rows)
}

// visitAll visits the sources one after the other. What was committed is told also when a later one stops the work.
func (a *app) visitAll(ctx context.Context, d *desk, sources []config.Source, f collectFlags) ([]collected, error) {
	rows := []collected{}
	for _, s := range sources {
		row, err := a.visit(ctx, d, s, f)
		if row != nil {
			rows = append(rows, *row)
		}
		if err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// nothing says why there was nothing to visit.
func (f collectFlags) nothing(sources []config.Source) string {
	if len(sources) > 0 && !slices.ContainsFunc(sources, func(s config.Source) bool { return !s.Typed || s.Schedule != "" }) {
		return "people type these numbers with `seuranta record`, or hand over files with `seuranta import`"
	}
	if f.due && f.from == "" && f.to == "" {
		return "no source is due"
	}
	return "no source owes a day of those asked for"
}

// sane refuses days that no source can have.
func (f collectFlags) sane() error {
	var days [2]observation.Date
	for i, text := range []string{f.from, f.to} {
		if text == "" {
			continue
		}
		d, err := observation.ParseDate(text)
		if err != nil {
			return usage("%s: %v", []string{"--from", "--to"}[i], err)
		}
		if d < observation.FirstDay || d > observation.LastDay {
			return usage("%s %s: only days from %s to %s can be stored", []string{"--from", "--to"}[i], text, observation.FirstDay, observation.LastDay)
		}
		days[i] = d
	}
	if f.from != "" && f.to != "" && days[1] < days[0] {
		return usage("--from %s lies after --to %s", f.from, f.to)
	}
	return nil
}

// chosen returns the sources that the names and flags ask for.
func (d *desk) chosen(names []string, f collectFlags) ([]config.Source, error) {
	mine, err := share(f.worker)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !slices.ContainsFunc(d.Sources, func(s config.Source) bool { return s.ID == name }) {
			return nil, usage("there is no source %q; the configuration has %s", name, strings.Join(sourceIDs(d.Sources), ", "))
		}
	}
	var out []config.Source
	for _, s := range d.Sources {
		if (len(names) == 0 || slices.Contains(names, s.ID)) && mine(s.ID) {
			out = append(out, s)
		}
	}
	return out, nil
}

func sourceIDs(sources []config.Source) []string {
	ids := make([]string, len(sources))
	for i, s := range sources {
		ids[i] = s.ID
	}
	return ids
}

// share reads --worker I/N and returns whether a source falls to this process.
func share(text string) (func(string) bool, error) {
	if text == "" {
		return func(string) bool { return true }, nil
	}
	first, second, ok := strings.Cut(text, "/")
	i, err1 := strconv.ParseUint(first, 10, 32)
	n, err2 := strconv.ParseUint(second, 10, 32)
	if !ok || err1 != nil || err2 != nil || i < 1 || i > n {
		return nil, usage("--worker %q: want a share as 1/3", text)
	}
	return func(id string) bool {
		h := fnv.New64a()
		_, _ = h.Write([]byte(id))
		return h.Sum64()%n == i-1
	}, nil
}

// visit runs one source; it returns nil when the source owes nothing.
func (a *app) visit(ctx context.Context, d *desk, s config.Source, f collectFlags) (*collected, error) {
	days, due, err := d.owed(ctx, s, f)
	if err != nil || !due || days.Empty() {
		return nil, err
	}
	bar, rules := a.progress(s.ID), rulesOf(d.Config, s)
	out, err := schedule.Run(ctx, d.store, schedule.Job{
		Source: s.Source, Settings: s.Settings, Days: days, Now: d.now, Dir: d.Dir, Config: d.Hash, Program: version,
		Backfill: f.from != "", Metrics: d.Desk.Metrics, Log: a.log(), Progress: bar.to, HTTP: d.client, Policy: s.Policy(),
		ChannelKind: rules.channelKind, Projects: rules.projects, Refuses: rules.refuses,
	})
	bar.done()
	if out.Run.CommittedAt.IsZero() {
		return nil, err // nothing was committed: the store is the trouble, not the source
	}
	r := out.Run
	row := &collected{Source: s.ID, Part: partsOf(out.Coverage), Window: days, Run: r.ID, New: r.New, Changed: r.Changed, Unchanged: r.Unchanged,
		Withdrawn: r.Withdrawn, Result: r.Result, Reason: r.Reason, Detail: r.Detail, Told: r.Told}
	return row, errors.Join(err, context.Cause(ctx))
}

// owed returns the days to fetch: those of the flags, else those that the source owes. What people type or hand over owes
// none, unless it is read on schedule.
func (d *desk) owed(ctx context.Context, s config.Source, f collectFlags) (days observation.Period, due bool, err error) {
	if s.Typed && s.Schedule == "" {
		return days, false, nil
	}
	standing, err := d.standing(ctx, s.Source)
	if err != nil {
		return days, false, err
	}
	recent, err := d.store.Coverage(ctx, observation.Selection{Organisations: []string{s.Organisation}, Channels: []string{s.Channel},
		Metrics: s.Metrics, Grains: s.Grains, Period: schedule.Horizon(s.Source, d.now)})
	if err != nil {
		return days, false, err
	}
	days = schedule.Window(s.Source, d.Desk.Metrics, standing.Answered, recent, d.now)
	days = s.Life.Within(f.days(days))
	days.To = min(days.To, observation.DateOf(d.now.In(s.Zone))) // days to come hold nothing to fetch
	if f.due {
		due, err = schedule.Due(s.Source, standing.At, d.now)
		return days, due, err
	}
	return days, true, nil
}

// days returns the days of the flags where they are given; sane has read them before. A source owes nothing when no day is
// left.
func (f collectFlags) days(owed observation.Period) observation.Period {
	if first, err := observation.ParseDate(f.from); err == nil {
		owed.From = first
	}
	if last, err := observation.ParseDate(f.to); err == nil {
		owed.To = last + 1
	}
	return owed
}

// standing returns how a source did last; the zero value when it never ran.
func (d *desk) standing(ctx context.Context, s observation.Source) (observation.SourceStatus, error) {
	all, err := d.store.Status(ctx, []string{s.Organisation}, time.Time{})
	for _, st := range all {
		if st.Source == s.ID {
			return st, err
		}
	}
	return observation.SourceStatus{}, err
}
