package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"seuranta/collectors/entry"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// recordedNone is what record event --none did.
type recordedNone struct {
	Source string            `json:"source"`
	From   observation.Date  `json:"from"`
	To     observation.Date  `json:"to"`     // half-open
	Due    *observation.Date `json:"due"`    // up to and with this day the days after it count as days without an event, too; null when it was taken back
	Result string            `json:"result"` // stored, unchanged, withdrawn
	Run    string            `json:"run"`
}

// recordNone stores that nothing happened on some days, or takes that back.
func (a *app) recordNone(ctx context.Context, d *desk, s config.Source, settings *entry.Config, f eventFlags) error {
	n := entry.None{Period: f.period, Note: f.note, By: f.by}
	var err error
	if f.on != "" {
		if n.On, err = observation.ParseDate(f.on); err != nil {
			return usage("--on: %v", err)
		}
	}
	days, err := settings.Days(n, entry.Moment{Now: d.now, Zone: s.Zone})
	if err != nil {
		return usage("%v", err)
	}
	note, err := n.Words()
	if err != nil {
		return usage("%v", err)
	}
	r := recordedNone{Source: s.ID, From: days.From, To: days.To}
	due, err := indicator.DueAgain(s.Source, days.To-1)
	if err != nil {
		return err
	}
	r.Due = &due
	have, err := d.nones(ctx, s, days)
	if err != nil {
		return err
	}
	c := observation.Commit{Run: d.typedRun(s, days, observation.Day, note)}
	if f.undo {
		return a.undoNone(ctx, d, c, have, r)
	}
	if err := d.withoutEvent(ctx, s, days); err != nil {
		return err
	}
	if r.Result = "unchanged"; len(have) < days.Days() {
		c.Coverage, r.Result = entry.Spoken(s.Source, days), "stored"
		run, err := d.commit(ctx, c)
		if err != nil {
			return err
		}
		r.Run = run.ID
	} else {
		r.Run = have[len(have)-1].Run
	}
	return a.printNone(r)
}

// undoNone takes back that nothing happened on days.
func (a *app) undoNone(ctx context.Context, d *desk, c observation.Commit, have []observation.Coverage, r recordedNone) error {
	if len(have) == 0 {
		return usage("nobody said of %s that nothing happened; there is nothing to take back in %s", c.Run.Window.Label(), r.Source)
	}
	for _, day := range have {
		c.Uncover = append(c.Uncover, day.CoverageKey)
	}
	run, err := d.commit(ctx, c)
	if err != nil {
		return err
	}
	r.Result, r.Run, r.Due = "withdrawn", run.ID, nil
	return a.printNone(r)
}

// nones reads of which of the days it was said that nothing happened.
func (d *desk) nones(ctx context.Context, s config.Source, days observation.Period) ([]observation.Coverage, error) {
	all, err := d.store.Coverage(ctx, observation.Selection{Organisations: []string{s.Organisation}, Channels: []string{s.Channel},
		Metrics: []string{entry.Appearances}, Grains: []observation.Grain{observation.Day}, Period: days})
	return slices.DeleteFunc(all, func(c observation.Coverage) bool { return c.Source != s.ID || c.Result != observation.NoData }), err
}

// withoutEvent refuses days on which something happened, and names it.
func (d *desk) withoutEvent(ctx context.Context, s config.Source, days observation.Period) error {
	all, err := d.eventsOf(ctx, s)
	if err != nil {
		return err
	}
	found := within(all, days, s)
	if len(found) == 0 {
		return nil
	}
	var names []string
	for _, it := range found[:min(len(found), 5)] {
		names = append(names, fmt.Sprintf("%s on %s (%s)", cell(it.Title), observation.DateOf(it.PublishedAt.In(s.Zone)), it.ID))
	}
	if more := len(found) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return usage("something did happen: %s; name the days without it, or take it back with --undo and its id", strings.Join(names, ", "))
}

// printNone tells what was done, how far it holds, and how to take it back.
func (a *app) printNone(r recordedNone) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"recorded": r})
	}
	days := observation.Period{From: r.From, To: r.To}.Label()
	switch r.Result {
	case "unchanged":
		fmt.Fprintf(a.out, "known already: nothing happened in %s; nothing was written\n", days)
	case "withdrawn":
		fmt.Fprintf(a.out, "taken back: that nothing happened in %s\n", days)
	default:
		fmt.Fprintf(a.out, "stored: nothing happened in %s\nit holds: days without an event up to and with %s are zeros; then the next is due\n", days, r.Due)
	}
	fmt.Fprintf(a.out, "run: %s\n", r.Run)
	if r.Result == "stored" {
		fmt.Fprintf(a.out, "to take it back: seuranta record event --none --undo --source %s --period %s\n", r.Source, days)
	}
	return nil
}
