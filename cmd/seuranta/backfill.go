package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/store"
)

// backfillFlags are the flags of backfill.
type backfillFlags struct {
	from, to    string
	again, wait bool
}

func (a *app) backfillCommand() *cobra.Command {
	var f backfillFlags
	cmd := &cobra.Command{
		Use:   "backfill SOURCE… --from DAY",
		Short: "Fetch the past, as far as a source gives it",
		Long: `Fetches the past of the named sources, newest weeks first, a few weeks at a time, each stored as
soon as it is there. Stopped or killed, the same command goes on where it was: what was answered is
not asked for again. It ends where the source offers nothing older, and what it stored is marked as
a backfill in explain.

A source that allows only so many calls says so: then the command ends and tells when to go on, or
waits by itself with --wait. Levels, as subscribers, can only be looked at when they are.

Exit code 0 when all was answered, 3 when only a part was, 1 when nothing was.`,
		Example: `  seuranta backfill kavijat --from 2025-01-01
  seuranta backfill uutiskirje --from 2024-01-01 --wait
  seuranta backfill kavijat --from 2025-01-01 --to 2025-03-31 --again --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.backfill(cmd.Context(), args, f) },
	}
	cmd.Flags().StringVar(&f.from, "from", "", "first day to fetch, as 2025-01-01")
	cmd.Flags().StringVar(&f.to, "to", "", "last day to fetch (default: yesterday)")
	cmd.Flags().BoolVar(&f.again, "again", false, "also ask for days that were answered already")
	cmd.Flags().BoolVar(&f.wait, "wait", false, "wait when a source allows no more calls for now, and go on")
	return cmd
}

func (a *app) backfill(ctx context.Context, names []string, f backfillFlags) error {
	if f.from == "" {
		return usage("say from which day on: --from 2025-01-01")
	}
	if err := (collectFlags{from: f.from, to: f.to}).sane(); err != nil {
		return err
	}
	a.startClock()
	a.asks = true
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	a.keepToTerms(ctx, d)
	sources, err := d.chosen(names, collectFlags{})
	if err != nil {
		return err
	}
	var rows []backfilled
	for _, s := range sources {
		row, err := a.backfillOne(ctx, d, s, f)
		if row != nil {
			rows = append(rows, *row)
		}
		if err != nil {
			return errors.Join(err, a.printBackfilled(rows))
		}
	}
	if err := a.printBackfilled(rows); err != nil {
		return err
	}
	return verdictOfBackfill(rows)
}

// backfilled is a row of backfill's table: what became of the past of one source.
type backfilled struct {
	Source    string             `json:"source"`
	Window    observation.Period `json:"window"`    // the days asked for
	Reached   observation.Date   `json:"reached"`   // the first day that was answered for, or offered
	Visits    int                `json:"visits"`    // made now
	Known     int                `json:"known"`     // not made: all was answered before
	Calls     int                `json:"calls"`     // to the source's server, now
	New       int                `json:"new"`       // numbers
	Changed   int                `json:"changed"`   // numbers
	Unchanged int                `json:"unchanged"` // numbers
	Result    observation.Result `json:"result"`    // the worst of the visits
	Reason    string             `json:"reason"`    // of that
	Detail    string             `json:"detail"`    // of that, in technical words
	GoOnAt    *time.Time         `json:"go_on_at"`  // when the source may be asked again, null when nothing bars it
	Exhausted bool               `json:"exhausted"` // the source offers nothing older
}

// backfillOne fetches the past of one source.
func (a *app) backfillOne(ctx context.Context, d *desk, s config.Source, f backfillFlags) (*backfilled, error) {
	if s.Typed && s.Schedule == "" {
		return nil, usage("%s has no past that could be fetched: people type its numbers with `seuranta record`, or hand over files with `seuranta import`", s.ID)
	}
	past := f.past(s, d.now)
	row := &backfilled{Source: s.ID, Window: past, Reached: past.To, Result: observation.OK}
	if past.Empty() {
		row.Result = observation.NoData
		return row, nil
	}
	days := s.BackfillDays
	if !s.Fetches {
		days = -1
	}
	all := schedule.Stretches(past, days)
	bar := a.progress(s.ID)
	defer bar.done()
	for i, stretch := range all {
		bar.to(int64(i), int64(len(all)))
		goOn, err := a.backfillStretch(ctx, d, s, stretch, f, row)
		if rest := (observation.Period{From: past.From, To: stretch.From}); err == nil && row.Exhausted && !rest.Empty() {
			_, err = a.backfillStretch(ctx, d, s, rest, f, row) // at once: so its days are not missing, they were never there
		}
		if err != nil || !goOn {
			return row, err
		}
	}
	bar.to(int64(len(all)), int64(len(all)))
	return row, nil
}

// past returns the days of a source that are asked for.
func (f backfillFlags) past(s config.Source, now time.Time) observation.Period {
	today := observation.DateOf(now.In(s.Zone))
	p := observation.Period{To: today}
	p.From, _ = observation.ParseDate(f.from) // sane has read them
	if to, err := observation.ParseDate(f.to); err == nil {
		p.To = min(today, to+1)
	}
	return s.Life.Within(p)
}

// backfillStretch fetches one stretch, unless it is known. goOn is false when what lies before it need not, or cannot, be asked
// for now.
func (a *app) backfillStretch(ctx context.Context, d *desk, s config.Source, stretch observation.Period, f backfillFlags, row *backfilled) (goOn bool, err error) {
	known, err := d.store.Coverage(ctx, observation.Selection{Organisations: []string{s.Organisation}, Channels: []string{s.Channel}, Metrics: s.Metrics, Grains: s.Grains, Period: stretch})
	if err != nil {
		return false, err
	}
	if !f.again && schedule.Told(s.Source, d.Desk.Metrics, known, stretch) {
		row.Known, row.Reached = row.Known+1, stretch.From
		return true, nil
	}
	for {
		out, visited, err := a.visitPast(ctx, d, s, stretch)
		if err != nil || !visited || out.Run.CommittedAt.IsZero() {
			return false, err
		}
		row.add(out)
		until, waits := waitsUntil(out.Failure)
		if !waits {
			return row.goesOn(out), context.Cause(ctx)
		}
		until = a.between(until)
		row.GoOnAt = &until
		if !f.wait {
			return false, nil
		}
		fmt.Fprintf(a.err, "%s allows no more calls before %s; waiting\n", s.ID, until.UTC().Format(time.RFC3339))
		if err := rest(ctx, until.Sub(a.moment())); err != nil {
			return false, err
		}
		row.GoOnAt, row.Result, row.Reason, row.Detail = nil, observation.OK, "", ""
	}
}

// How soon, and how late, a source is asked again that allows no more calls, whatever it says itself.
const (
	leastRest = 15 * time.Second
	mostRest  = 7 * 24 * time.Hour
)

// between brings the moment until when a source asked to be left alone within bounds, and a second behind it.
func (a *app) between(until time.Time) time.Time {
	now := a.moment()
	return now.Add(min(max(until.Sub(now)+time.Second, leastRest), mostRest))
}

// waitsUntil tells until when a source asked to be left alone, if that is why a visit failed.
func waitsUntil(failure error) (time.Time, bool) {
	var wait *collector.WaitError
	var asked *fetch.Error
	switch {
	case errors.As(failure, &wait):
		return wait.Until, true
	case errors.As(failure, &asked) && asked.Class == fetch.Wait && !asked.Until.IsZero():
		return asked.Until, true
	}
	return time.Time{}, false
}

// visitPast makes one visit for a stretch; while somebody else visits the source it waits.
func (a *app) visitPast(ctx context.Context, d *desk, s config.Source, stretch observation.Period) (schedule.Outcome, bool, error) {
	last, r := stretch.To-1, a.runner(d)
	r.Now = a.moment
	for try := 0; ; try++ {
		out, visited, err := r.Visit(ctx, s, observation.SourceStatus{}, schedule.Ask{From: &stretch.From, To: &last})
		if !errors.Is(err, store.ErrBusy) || try == busyTries {
			return out, visited, err
		}
		if err := rest(ctx, busyPause); err != nil {
			return out, false, err
		}
	}
}

// How often, and after how long, a source is tried again that another process visits.
const (
	busyTries = 150
	busyPause = 2 * time.Second
)

// rest waits, unless somebody stops the program.
func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// add counts a visit in.
func (r *backfilled) add(out schedule.Outcome) {
	run := out.Run
	r.Visits, r.Calls = r.Visits+1, r.Calls+run.Calls
	r.New, r.Changed, r.Unchanged = r.New+run.New, r.Changed+run.Changed, r.Unchanged+run.Unchanged
	for _, c := range out.Coverage {
		if c.Result.Answered() && c.Grain != observation.Snapshot {
			r.Reached = min(r.Reached, max(c.From, r.Window.From))
		}
	}
	if !run.Result.Answered() && !run.Result.NotApplicable() {
		r.Result, r.Reason, r.Detail = run.Result, run.Reason, run.Detail
	}
}

// goesOn tells whether what lies before a stretch is to be asked for, after the visit for it.
func (r *backfilled) goesOn(out schedule.Outcome) bool {
	if schedule.BeforeItsTime(out.Coverage) {
		r.Exhausted = true
		return false
	}
	told := out.Run.Result
	return told.Answered() || told == observation.Partial || told.NotApplicable()
}

func (a *app) printBackfilled(rows []backfilled) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"backfilled": rows})
	}
	if len(rows) == 0 {
		return nil
	}
	var cells [][]string
	for _, r := range rows {
		cells = append(cells, []string{r.Source, r.Window.Label(), strconv.Itoa(r.Visits), strconv.Itoa(r.Known), strconv.Itoa(r.Calls),
			strconv.Itoa(r.New), strconv.Itoa(r.Changed), strconv.Itoa(r.Unchanged), resultWords(collected{Result: r.Result, Reason: r.Reason, Detail: r.Detail})})
	}
	if err := table(a.out, []string{"source", "days", "visits", "known before", "calls", "new", "changed", "unchanged", "result"}, cells); err != nil {
		return err
	}
	for _, r := range rows {
		switch {
		case r.GoOnAt != nil:
			fmt.Fprintf(a.out, "%s allows no more calls before %s; then give the same command again, it goes on before %s\n", r.Source, r.GoOnAt.UTC().Format(time.RFC3339), r.Reached)
		case r.Exhausted && r.Reached < r.Window.To:
			fmt.Fprintf(a.out, "%s offers nothing older than %s\n", r.Source, r.Reached)
		case r.Exhausted:
			fmt.Fprintf(a.out, "%s offers nothing of these days\n", r.Source)
		}
	}
	return nil
}

// verdictOfBackfill gives the exit code: 0 all well, 1 nothing was answered, else 3.
func verdictOfBackfill(rows []backfilled) error {
	var all []collected
	for _, r := range rows {
		result := r.Result
		if !result.Answered() && !result.NotApplicable() && r.Reached < r.Window.To {
			result = observation.Partial
		}
		all = append(all, collected{Result: result})
	}
	return verdictOf(all)
}
