package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"seuranta/collectors/entry"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

type eventFlags struct {
	on, period, kind, project, note, by, source string
	none, undo                                  bool
}

func (a *app) recordEventCommand() *cobra.Command {
	var f eventFlags
	cmd := &cobra.Command{
		Use:   `event "WHAT IT WAS"`,
		Short: "Type an appearance, a training or a network meeting, or that there was none",
		Long: `Stores one event, which is counted on its day: appearances of the organisation, of a channel or of
a project. The same event twice is one. It goes into the source of kind entry that lists appearances
among its metrics.

The days after an event count as days without one, until the source's next reminder. After that they
are missing, until the next event is typed, or --none with a day or a period: nothing happened then.
So a quarter is whole when somebody looked after it to its end.

--undo ID takes an event back; the id is printed when it is stored. --none --undo takes back that
nothing happened on a day or in a period.`,
		Example: `  seuranta record event "Esittely messuilla" --on 2026-11-03 --kind appearance --project luontohyvaks
  seuranta record event "Koulutus kunnille" --on 2026-11-10 --kind training --by viestinta
  seuranta record event --undo event-1f0c2a9b7d3e
  seuranta record event --none --period 2026-10 --by viestinta
  seuranta record event --none --on 2026-11-22
  seuranta record event --none --undo --period 2026-10`,
		Args:              func(cmd *cobra.Command, args []string) error { return f.arguments(cmd, args) },
		RunE:              func(cmd *cobra.Command, args []string) error { return a.recordEvent(cmd.Context(), args, f) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	fl := cmd.Flags()
	fl.StringVar(&f.on, "on", "", "the day, as 2026-11-03")
	fl.StringVar(&f.period, "period", "", "with --none: the days, as 2026-10 or 2026-11-04..2026-11-22")
	fl.StringVar(&f.kind, "kind", "appearance", "appearance, training or network")
	fl.StringVar(&f.project, "project", "", "the project that it was for")
	fl.StringVar(&f.source, "source", "", "the source to type into, where several take appearances")
	fl.StringVar(&f.note, "note", "", "a remark; nobody's name or address")
	fl.StringVar(&f.by, "by", "", "the role of whoever types it, as viestinta")
	fl.BoolVar(&f.none, "none", false, "nothing happened on the day of --on or in the days of --period")
	fl.BoolVar(&f.undo, "undo", false, "take back the event of this id, or with --none that there was none")
	return cmd
}

// arguments checks what stands on the line together.
func (f eventFlags) arguments(cmd *cobra.Command, args []string) error {
	switch of := cmd.Flags().Changed; {
	case f.none && len(args) > 0:
		return usage("--none says that nothing happened, and %q is an event; type one of them", args[0])
	case f.none && (of("kind") || of("project")):
		return usage("--none speaks of all kinds and projects; take --kind and --project out")
	case f.none && f.undo && (of("note") || of("by")):
		return usage("--none --undo takes no --note and no --by")
	case f.none:
		return nil
	case f.period != "":
		return usage("an event is of a day: type --on 2026-11-03 instead of --period; a period is for --none")
	case len(args) != 1:
		return usage(`want in quotation marks what it was, or --undo with an id, or --none; see seuranta record event --help`)
	}
	return nil
}

// recordedEvent is what record event did.
type recordedEvent struct {
	ID      string            `json:"id"`
	Source  string            `json:"source"`
	Title   string            `json:"title"`
	Kind    string            `json:"kind"`
	On      observation.Date  `json:"on"`
	Project string            `json:"project"`
	Note    string            `json:"note"`
	By      string            `json:"by"`
	Due     *observation.Date `json:"due"`    // up to and with this day the days after it count as days without an event; null when it was taken back
	Result  string            `json:"result"` // stored, unchanged, withdrawn
	Run     string            `json:"run"`
}

func (a *app) recordEvent(ctx context.Context, args []string, f eventFlags) error {
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	return a.recordEventAt(ctx, d, args, f)
}

// recordEventAt records an event at an opened desk.
func (a *app) recordEventAt(ctx context.Context, d *desk, args []string, f eventFlags) error {
	s, settings, err := d.eventsInto(f.source)
	if err != nil {
		return err
	}
	switch {
	case f.none:
		return a.recordNone(ctx, d, s, settings, f)
	case f.undo:
		return a.undoEvent(ctx, d, s, args[0])
	}
	e := entry.Event{Title: args[0], Kind: f.kind, Project: f.project, Note: f.note, By: f.by}
	if f.on != "" {
		if e.On, err = observation.ParseDate(f.on); err != nil {
			return usage("--on: %v", err)
		}
	}
	if err := d.knownProject(f.project); err != nil {
		return err
	}
	it, err := settings.Item(e, s.Source, entry.Moment{Now: d.now, Zone: s.Zone})
	if err != nil {
		return usage("%v", err)
	}
	return a.storeEvent(ctx, d, s, it)
}

// storeEvent stores an event that is not known as it is.
func (a *app) storeEvent(ctx context.Context, d *desk, s config.Source, it observation.Item) error {
	have, err := d.eventsOf(ctx, s)
	if err != nil {
		return err
	}
	on := observation.DateOf(it.PublishedAt.In(s.Zone))
	r := recordedEvent{ID: it.ID, Source: s.ID, Title: it.Title, Kind: it.Kind, On: on, Note: it.Note, By: it.By, Result: "stored"}
	if len(it.Projects) > 0 {
		r.Project = it.Projects[0]
	}
	due, err := indicator.DueAgain(s.Source, on)
	if err != nil {
		return err
	}
	r.Due = &due
	if i := slices.IndexFunc(have, func(known observation.Item) bool { return known.ID == it.ID }); i >= 0 {
		it.FirstSeen = have[i].FirstSeen
		if have[i].Note == it.Note && have[i].By == it.By && have[i].Title == it.Title {
			r.Result, r.Run = "unchanged", have[i].Run
			return a.printEvent(r)
		}
	}
	run, err := d.commit(ctx, observation.Commit{Run: d.typedRun(s, observation.Day.Holding(on), observation.Day, it.Note), Items: []observation.Item{it},
		Coverage: []observation.Coverage{entry.Covered(s.Source, on)}})
	if err != nil {
		return err
	}
	r.Run = run.ID
	return a.printEvent(r)
}

// undoEvent takes an event back, and with the last one of its day that the day is known.
func (a *app) undoEvent(ctx context.Context, d *desk, s config.Source, id string) error {
	have, err := d.eventsOf(ctx, s)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(have, func(known observation.Item) bool { return known.ID == id })
	if i < 0 {
		return usage("--undo %q: %s has no such event", id, s.ID)
	}
	it := have[i]
	it.State = observation.Withdrawn
	on := observation.DateOf(it.PublishedAt.In(s.Zone))
	c := observation.Commit{Run: d.typedRun(s, observation.Day.Holding(on), observation.Day, ""), Items: []observation.Item{it}}
	if others := slices.Delete(have, i, i+1); len(within(others, observation.Day.Holding(on), s)) == 0 {
		c.Uncover = []observation.CoverageKey{entry.LogKey(s.Source, on)}
	}
	run, err := d.commit(ctx, c)
	if err != nil {
		return err
	}
	return a.printEvent(recordedEvent{ID: it.ID, Source: s.ID, Title: it.Title, Kind: it.Kind, On: on, Note: it.Note, By: it.By, Result: "withdrawn", Run: run.ID})
}

// eventsInto finds the source that events are typed into.
func (d *desk) eventsInto(name string) (config.Source, *entry.Config, error) {
	var fits []config.Source
	for _, s := range d.Sources {
		settings, typed := s.Settings.(*entry.Config)
		if typed && slices.Contains(settings.Metrics, entry.Appearances) && (name == "" || s.ID == name) {
			fits = append(fits, s)
		}
	}
	switch {
	case len(fits) == 1:
		return fits[0], fits[0].Settings.(*entry.Config), nil
	case len(fits) > 1:
		return config.Source{}, nil, usage("several sources take appearances: type --source with one of them, %s", either(sourceIDs(fits)))
	case name != "":
		return config.Source{}, nil, usage("--source %q takes no appearances: its kind must be entry, and its metrics must list appearances", name)
	}
	return config.Source{}, nil, usage("no source takes appearances yet; add this under sources in %s:\n  - {id: tapahtumat, kind: entry, metrics: [appearances]}", d.Path)
}

// eventsOf reads the events of a source that hold.
func (d *desk) eventsOf(ctx context.Context, s config.Source) ([]observation.Item, error) {
	all, err := d.store.Items(ctx, observation.ItemSelection{Organisations: []string{s.Organisation}, Kinds: entry.EventKinds(),
		Span: observation.Span{From: time.Unix(0, 0), To: observation.LastDay.UTC()}})
	return slices.DeleteFunc(all, func(it observation.Item) bool { return it.Source != s.ID }), err
}

// within returns the events that lie in some days.
func within(events []observation.Item, days observation.Period, s config.Source) (out []observation.Item) {
	for _, it := range events {
		if days.Contains(observation.DateOf(it.PublishedAt.In(s.Zone))) {
			out = append(out, it)
		}
	}
	return out
}

func (a *app) printEvent(r recordedEvent) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"recorded": r})
	}
	what := fmt.Sprintf("%s on %s: %s", r.Kind, r.On, cell(r.Title))
	switch r.Result {
	case "unchanged":
		fmt.Fprintf(a.out, "known already: %s; nothing was written\n", what)
	case "withdrawn":
		fmt.Fprintf(a.out, "taken back: %s\n", what)
	default:
		fmt.Fprintf(a.out, "stored: %s\nit holds: days without an event up to and with %s are zeros; then the next is due\n", what, r.Due)
	}
	fmt.Fprintf(a.out, "run: %s\nid: %s\n", r.Run, r.ID)
	if r.Result == "stored" {
		fmt.Fprintf(a.out, "to take it back: seuranta record event --source %s --undo %s\n", r.Source, r.ID)
	}
	return nil
}
