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
	"seuranta/internal/store"
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
	a.asks = true
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	d, err := a.openWith(ctx, cfg)
	if err != nil && f.due {
		a.tellOfOutage(ctx, cfg, err)
	}
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
	a.keepToTerms(ctx, d)
	rows, err := a.visitAll(ctx, d, sources, f)
	if f.due {
		a.tellOfFaults(ctx, d)
	}
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
	r := a.runner(d)
	standing, err := r.Standing(ctx)
	if err != nil {
		return rows, err
	}
	for _, s := range sources {
		row, err := a.visit(ctx, r, s, standing[s.Key()], f)
		if row != nil {
			rows = append(rows, *row)
		}
		if err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// runner returns what visits the sources of a desk, all at the same moment.
func (a *app) runner(d *desk) *schedule.Runner {
	return &schedule.Runner{Config: d.Config, Ledger: d.store, HTTP: d.client, Log: a.log(), Program: version, Now: func() time.Time { return d.now }}
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

// visit visits one source; it returns nil when the source owes nothing.
func (a *app) visit(ctx context.Context, r *schedule.Runner, s config.Source, st observation.SourceStatus, f collectFlags) (*collected, error) {
	if f.due {
		if due, err := r.Due(s, st, r.Now()); err != nil || !due {
			return nil, err
		}
	}
	bar := a.progress(s.ID)
	out, visited, err := r.Visit(ctx, s, st, f.ask(bar.to))
	bar.done()
	if errors.Is(err, store.ErrBusy) {
		fmt.Fprintf(a.err, "%s is left to whoever visits it now: %v\n", s.ID, err)
		return nil, nil
	}
	if !visited || out.Run.CommittedAt.IsZero() {
		return nil, err // nothing was committed: the store is the trouble, not the source
	}
	run := out.Run
	row := &collected{Source: s.ID, Part: partsOf(out.Coverage), Window: run.Window, Run: run.ID, New: run.New, Changed: run.Changed, Unchanged: run.Unchanged,
		Withdrawn: run.Withdrawn, Result: run.Result, Reason: run.Reason, Detail: run.Detail, Told: run.Told}
	return row, errors.Join(err, context.Cause(ctx))
}

// ask returns what the flags ask for; sane has read them before.
func (f collectFlags) ask(progress func(done, total int64)) schedule.Ask {
	ask := schedule.Ask{Due: f.due, Progress: progress}
	if from, err := observation.ParseDate(f.from); err == nil {
		ask.From = &from
	}
	if to, err := observation.ParseDate(f.to); err == nil {
		ask.To = &to
	}
	return ask
}
