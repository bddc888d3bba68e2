package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"seuranta/collectors/entry"
	"seuranta/internal/config"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

type retractFlags struct {
	source, from, to, reason string
	dryRun                   bool
}

// retracted is what a retraction took back.
type retracted struct {
	Source    string             `json:"source"`
	Window    observation.Period `json:"window"`
	Run       string             `json:"run"`
	Withdrawn int                `json:"withdrawn"`
	Reason    string             `json:"reason"`
	DryRun    bool               `json:"dry_run"`
}

func (a *app) retractCommand() *cobra.Command {
	var f retractFlags
	cmd := &cobra.Command{
		Use:   "retract --source SOURCE --reason TEXT",
		Short: "Take back what a source told, because a setting was wrong",
		Long: `Takes back the answers and the coverage of a source, of all days or of those named; also
those of weeks, months and years that such a day lies in, for they were counted from it. Nothing is
erased: what was known on earlier days is still told with --as-of, and explain shows what was taken
back, when and why. The days then count as never asked for, and the next collect asks again.`,
		Example: `  seuranta retract --source verkkoloki --from 2026-03-01 --to 2026-03-14 --reason "log of another site"
  seuranta retract --source verkkoloki --reason "wrong channel" --dry-run`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.retract(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.source, "source", "", "the source")
	fl.StringVar(&f.from, "from", "", "first day, as 2026-03-01 (default: from the beginning)")
	fl.StringVar(&f.to, "to", "", "last day (default: to the end)")
	fl.StringVar(&f.reason, "reason", "", "why; it is shown wherever the figures are explained")
	fl.BoolVar(&f.dryRun, "dry-run", false, "only tell what would be taken back")
	return cmd
}

func (a *app) retract(ctx context.Context, f retractFlags) error {
	days, err := f.days()
	if err != nil {
		return err
	}
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	s, err := d.sourceNamed(f.source)
	if err != nil {
		return err
	}
	release, err := d.alone(ctx, s.Organisation, s.ID)
	if err != nil {
		return err
	}
	defer release()
	run := observation.Run{Organisation: s.Organisation, Source: s.ID, Zone: s.Zone.String(), StartedAt: d.now, Grains: s.Grains, Config: d.Hash, Program: version}
	done := retracted{Source: s.ID, Window: days, Reason: f.reason, DryRun: f.dryRun}
	if f.dryRun {
		would, err := d.store.Retractable(ctx, run, days)
		if err != nil {
			return err
		}
		done.Withdrawn = would.Observations + would.Items
		return a.printRetracted(done)
	}
	kept := func(states map[string]string) map[string]string { return schedule.AfterRetraction(states, days) }
	if run, err = d.store.Retract(ctx, run, days, f.reason, kept); err != nil {
		return err
	}
	done.Run, done.Withdrawn = run.ID, run.Withdrawn
	return a.printRetracted(done)
}

// days reads the flags before anything is opened.
func (f retractFlags) days() (observation.Period, error) {
	switch {
	case f.source == "":
		return observation.Period{}, usage("--source is missing: say whose answers are to be taken back")
	case f.reason == "":
		return observation.Period{}, usage(`--reason is missing: say why, as --reason "log of another site"; it will be asked for later`)
	}
	if err := entry.CheckText("--reason", f.reason); err != nil {
		return observation.Period{}, usage("%v", err)
	}
	span := collectFlags{from: f.from, to: f.to}
	if err := span.sane(); err != nil {
		return observation.Period{}, err
	}
	return span.ask(nil).Days(observation.Period{From: observation.FirstDay, To: observation.LastDay + 1}), nil
}

func (d *desk) sourceNamed(id string) (config.Source, error) {
	for _, s := range d.Sources {
		if s.ID == id {
			return s, nil
		}
	}
	return config.Source{}, known("--source", id, "source", "the sources are", sourceIDs(d.Sources))
}

func (a *app) printRetracted(r retracted) error {
	if a.json {
		return writeJSON(a.out, r)
	}
	which := "of " + r.Window.Label()
	if (r.Window == observation.Period{From: observation.FirstDay, To: observation.LastDay + 1}) {
		which = "of all days"
	}
	if r.DryRun {
		_, err := fmt.Fprintf(a.out, "%s of %s %s would be taken back; nothing was changed\n", howMany(r.Withdrawn, "answer"), r.Source, which)
		return err
	}
	_, err := fmt.Fprintf(a.out, "%s of %s %s taken back in run %s: %s\n", howMany(r.Withdrawn, "answer"), r.Source, which, r.Run, cell(r.Reason))
	return err
}
