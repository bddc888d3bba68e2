package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/report"
)

type explainFlags struct{ asOf, lang string }

// explained is a figure with all that it was made of and all that it replaced.
type explained struct {
	indicator.Trace
	History []past            `json:"history"` // every answer that was ever told to the questions that make up the figure, oldest first
	Runs    []observation.Run `json:"runs"`    // that told what counts or counted, oldest first
}

// past is one answer with the moment from which it was known.
type past struct {
	observation.Observation
	CommittedAt time.Time `json:"committed_at"`
	Counts      bool      `json:"counts"` // it is part of the figure
	// CountsFrom is the day on which it will be, of a number of a day or period that is not over; null: it is, or never will be.
	CountsFrom *observation.Date `json:"counts_from"`
}

func (a *app) explainCommand() *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain ID",
		Short: "What a figure is made of; what a run, an item or a configuration is",
		Long: `Takes the id of any figure, as figures, reports and pages give it, and tells what it is made of:
the rule by which it was counted, the answers that count and those that they replaced, the articles
or publications that were counted, what makes the days of a log of events known, the days that are
not measured and why, and the visits to the sources with the size and the hash of what these
answered.

An id that ends in @ and a moment is explained as it was known then.

Of a run (the id that collect --json, record, import and retract print) it tells what it asked for,
what came of it, every number that it wrote with the one that this replaced, what it said of the
days, and what the server answered. Of an item or a typed event: all its versions and addresses, and
which figures count it. Of a configuration (the 12 letters and digits at the foot of a page): when it
was in force, its text, and what was changed from the one before.`,
		Example: `  seuranta explain koske/kotisivut/views/2026-W47
  seuranta explain koske/topic:rahapelit/media_hits/2026-Q3 --json
  seuranta explain koske/linkedin/followers/2026-01 --as-of 2026-01-31
  seuranta explain 019a8b3c6d2e-0f1e2d3c4b5a6978
  seuranta explain event-1f0c2a9b7d3e
  seuranta explain 3b1f6a09c2d4 --json`,
		Args: oneArg("the id of a figure, as `seuranta figures` shows them, of a run, an item or a configuration"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.explain(cmd.Context(), args[0], f) },
	}
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "as it was known at the end of this day")
	cmd.Flags().StringVar(&f.lang, "lang", "", "language of the words: fi, sv or en (default: the organisation's first)")
	return cmd
}

// oneArg wants exactly one argument and says what it is.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("%s wants one argument: %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

func (a *app) explain(ctx context.Context, id string, f explainFlags) error {
	a.renders = true
	if !strings.Contains(id, "/") {
		return a.explainOther(ctx, id, f)
	}
	asked, err := indicator.ParseID(id)
	if err != nil {
		return usage("%v", err)
	}
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	if _, err := organisations(d.Config, asked.Organisation); err != nil {
		return err
	}
	d = d.of(asked.Organisation)
	asOf, _, err := d.asOf(f.asOf)
	if err != nil {
		return err
	}
	if asOf.IsZero() {
		asOf = asked.AsOf
	}
	if d, err = d.then(ctx, asOf); err != nil {
		return err
	}
	lang, err := d.language(f.lang)
	if err != nil {
		return err
	}
	trace, err := indicator.New(d.Desk, d.store, d.now, asOf).Trace(ctx, id)
	if err != nil {
		return err
	}
	if asked.AsOf.IsZero() {
		asked.AsOf = asOf
	}
	e := explained{Trace: trace}
	if err := e.lookBack(ctx, d, asked); err != nil {
		return err
	}
	if a.json {
		return a.writeExplained(e, d, lang)
	}
	return a.printExplained(e, d, lang)
}

// writeExplained writes all of it as JSON, the figure as `figures` writes it: with its note in words, and lists where nothing is.
func (a *app) writeExplained(e explained, d *desk, lang string) error {
	var b bytes.Buffer
	if err := report.Figures(&b, "json", report.FigureSet{GeneratedAt: d.now, Figures: []indicator.Figure{e.Figure}, Desk: d.Desk}, lang); err != nil {
		return err
	}
	var shown struct {
		Figures []json.RawMessage `json:"figures"`
	}
	if err := json.Unmarshal(b.Bytes(), &shown); err != nil || len(shown.Figures) != 1 {
		return fmt.Errorf("write the figure %s: %w", e.Figure.ID, err)
	}
	return writeJSON(a.out, struct {
		Figure json.RawMessage `json:"figure"`
		explained
	}{shown.Figures[0], e})
}

// lookBack finds the answers that the figure's replaced, and the runs of all of them.
func (e *explained) lookBack(ctx context.Context, d *desk, asked indicator.Asked) error {
	all, err := d.store.History(ctx, e.told(d, asked))
	if err != nil {
		return err
	}
	counts := e.counting()
	e.History = []past{}
	runs := map[string]bool{}
	for _, p := range all {
		version, among := counts[p.What.Key]
		if p.What.Subject != "" && !among || len(counts) > 0 && !among {
			continue
		}
		e.History = append(e.History, past{Observation: p.What, CommittedAt: p.CommittedAt.UTC().Truncate(time.Second), Counts: among && version == p.What.Version})
		runs[p.What.Run] = true
	}
	e.wait(d, asked.AsOf)
	for _, c := range e.Coverage {
		runs[c.Run] = true
	}
	for _, i := range e.Items {
		runs[i.Run] = true
	}
	for _, k := range e.Log {
		runs[k.Run] = true
	}
	delete(runs, "")
	e.Runs = []observation.Run{}
	found, err := d.store.RunsByID(ctx, slices.Sorted(maps.Keys(runs)))
	e.Runs = append(e.Runs, found...)
	slices.SortFunc(e.Runs, func(a, b observation.Run) int {
		return cmp.Or(a.CommittedAt.Compare(b.CommittedAt), cmp.Compare(a.ID, b.ID))
	})
	return err
}

// wait marks the answers that stand and whose day or period is not over at the moment that is looked from: they count from its
// end.
func (e *explained) wait(d *desk, asOf time.Time) {
	at := d.now
	if !asOf.IsZero() && asOf.Before(at) {
		at = asOf
	}
	for i := range e.History {
		p := &e.History[i]
		newest := !slices.ContainsFunc(e.History[i+1:], func(later past) bool { return later.Key == p.Key })
		if to := p.Period().To; newest && !p.Counts && p.State == observation.Valid && to.Start(d.zoneOf(p.Source)).After(at) {
			p.CountsFrom = &to
		}
	}
}

// zoneOf is the zone of a source's days.
func (d *desk) zoneOf(source string) *time.Location {
	for _, s := range d.Desk.Sources {
		if s.ID == source {
			return s.Zone
		}
	}
	return d.home.Zone
}

// counting tells of each question whose answer counts which version of it does.
func (e *explained) counting() map[observation.Key]observation.Version {
	out := map[observation.Key]observation.Version{}
	for _, o := range e.Observations {
		out[o.Key] = o.Version
	}
	return out
}

// told selects all that was ever told of what the figure is of, in the days of its answers.
func (e *explained) told(d *desk, asked indicator.Asked) observation.Selection {
	days := asked.Period
	sel := observation.Selection{Channels: []string{asked.Channel}, Metrics: []string{asked.Metric}, AsOf: asked.AsOf}
	for _, o := range e.Observations { // those of items are of their channels, by their counter
		days.From, days.To = min(days.From, o.From), max(days.To, o.From+1)
		if !slices.Contains(sel.Channels, o.Channel) {
			sel.Channels = append(sel.Channels, o.Channel)
		}
		if !slices.Contains(sel.Metrics, o.Metric) {
			sel.Metrics = append(sel.Metrics, o.Metric)
		}
		if !slices.Contains(sel.Grains, o.Grain) {
			sel.Grains = append(sel.Grains, o.Grain)
		}
	}
	if len(sel.Grains) == 0 {
		sel.Grains = observation.Grains()
	}
	for _, o := range d.Desk.Organisations { // a series may go on from one to the next
		sel.Organisations = append(sel.Organisations, o.ID)
	}
	sel.Period = days
	return sel
}
