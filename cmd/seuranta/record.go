package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"seuranta/collectors/entry"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// recordFlags are the flags of record.
type recordFlags struct {
	on, period, project, note, by string
	dims                          []string
	yes, undo                     bool
}

func (a *app) recordCommand() *cobra.Command {
	var f recordFlags
	cmd := &cobra.Command{
		Use:   "record TARGET METRIC VALUE",
		Short: "Type a figure that no platform hands over",
		Long: `Stores a number that somebody read off a screen or counted. TARGET is a channel, or a source of
kind entry. Followers, subscribers and members are true on a day: today, or --on. Every other number
is of a period: --period. The newest number typed for the same thing counts; the same number again
writes nothing.

--undo takes back what holds now. What was typed before it does not come back: type it again.
A number far from the one before is asked about, and needs --yes where nobody can be asked.`,
		Example: `  seuranta record linkedin followers "1 003"
  seuranta record linkedin followers 998 --on 2026-10-31 --by viestinta
  seuranta record tilaisuudet attendance 24 --period 2026-11 --project luontohyvaks --dim region=keski-suomi
  seuranta record linkedin followers --on 2026-10-31 --undo
  seuranta record event "Esittely messuilla" --on 2026-11-03 --kind appearance`,
		Args: func(_ *cobra.Command, args []string) error { return f.arguments(args) },
		RunE: func(cmd *cobra.Command, args []string) error { return a.record(cmd.Context(), args, f) },
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return a.completeRecord(args), cobra.ShellCompDirectiveNoFileComp
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.on, "on", "", "the day of a level, as 2026-11-03 (default: today)")
	fl.StringVar(&f.period, "period", "", "what a number is about: 2026-11-03, 2026-W47, 2026-11, 2026-Q3, 2026, last-month")
	fl.StringVar(&f.project, "project", "", "the project that it is about")
	fl.StringArrayVar(&f.dims, "dim", nil, "the part that it is about, as region=keski-suomi")
	fl.StringVar(&f.note, "note", "", "a remark; nobody's name or address")
	fl.StringVar(&f.by, "by", "", "the role of whoever types it, as viestinta")
	fl.BoolVar(&f.yes, "yes", false, "do not ask about a number that is far from the one before")
	fl.BoolVar(&f.undo, "undo", false, "take back the number that holds now")
	cmd.SetFlagErrorFunc(negative)
	cmd.AddCommand(a.recordEventCommand())
	return cmd
}

// shorthandNumber is what the library says of -5: it takes it for a flag.
var shorthandNumber = regexp.MustCompile(`in -(\d\S*)$`)

// negative says what is wrong with a negative number on the line.
func negative(cmd *cobra.Command, err error) error {
	if m := shorthandNumber.FindStringSubmatch(err.Error()); m != nil {
		return usage("-%s is negative: what is counted is never below 0. A metric of your own that can be goes at the end of the line behind --, as %s TARGET METRIC -- -%s", m[1], cmd.CommandPath(), m[1])
	}
	return usage("%v; see `%s --help`", err, cmd.CommandPath())
}

// arguments checks how many there are.
func (f recordFlags) arguments(args []string) error {
	switch {
	case f.undo && len(args) != 2:
		return usage("--undo takes back one number: seuranta record TARGET METRIC --undo, with --on, --period, --project and --dim as it was typed")
	case !f.undo && len(args) != 3:
		return usage(`want what, which number and its value, as seuranta record linkedin followers "1 003"; see seuranta record --help`)
	}
	return nil
}

// recorded is what record did.
type recorded struct {
	Source       string            `json:"source"`
	Organisation string            `json:"organisation"`
	Channel      string            `json:"channel"`
	Metric       string            `json:"metric"`
	Dims         string            `json:"dims"`
	Grain        observation.Grain `json:"grain"`
	From         observation.Date  `json:"from"`
	To           observation.Date  `json:"to"`
	Value        *float64          `json:"value"`
	Note         string            `json:"note"`
	By           string            `json:"by"`
	Complete     bool              `json:"complete"` // false when it was typed before its period was over
	Result       string            `json:"result"`   // stored, unchanged, withdrawn
	Replaced     *earlier          `json:"replaced"` // what held for the same thing
	Before       *earlier          `json:"before"`   // what holds for the day or period before
	Run          string            `json:"run"`
	Figure       string            `json:"figure"`
}

// earlier is a number that was typed earlier.
type earlier struct {
	Value float64          `json:"value"`
	From  observation.Date `json:"from"`
	label string
}

func (a *app) record(ctx context.Context, args []string, f recordFlags) error {
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	return a.recordAt(ctx, d, args, f)
}

// recordAt records at an opened desk.
func (a *app) recordAt(ctx context.Context, d *desk, args []string, f recordFlags) error {
	s, settings, err := d.typedInto(args[0], args[1])
	if err != nil {
		return err
	}
	o, err := d.typed(s, settings, args[1], f)
	if err != nil {
		return err
	}
	known, err := d.typedBefore(ctx, o.Key)
	if err != nil {
		return err
	}
	if f.undo {
		return a.undo(ctx, d, s, o, known)
	}
	if o.Value, err = entry.Value(o.Metric, args[2]); err != nil {
		return usage("%v", err)
	}
	if known.same(o) {
		return a.printRecorded(known.describe(o, "unchanged"))
	}
	if err := a.confirmUnlikely(ctx, o, known, f.yes); err != nil {
		return err
	}
	run, err := d.commit(ctx, observation.Commit{Run: d.typedRun(s, o.Key.Period(), o.Grain, o.Note), Observations: []observation.Observation{o}})
	if err != nil {
		return err
	}
	r := known.describe(o, "stored")
	r.Run = run.ID
	return a.printRecorded(r)
}

// typedInto finds the source that a number is typed into: the one of that name, or the one of the channel of that name that
// takes the metric.
func (d *desk) typedInto(target, metric string) (config.Source, *entry.Config, error) {
	var names, others []string // sources, and those of the channel that take other metrics
	var fits []config.Source
	for _, s := range d.Sources {
		settings, typed := s.Settings.(*entry.Config)
		switch {
		case s.ID == target && !typed:
			return s, nil, usage("%s is of kind %s and reads its numbers itself; numbers are typed into sources of kind entry", s.ID, s.Kind)
		case s.ID == target:
			return s, settings, nil
		case s.Channel == target && target != "" && typed && slices.Contains(settings.Metrics, metric):
			fits = append(fits, s)
		case s.Channel == target && target != "" && typed:
			others = append(others, s.ID)
		}
		if typed {
			names = append(names, s.ID)
		}
	}
	isChannel := slices.ContainsFunc(d.Desk.Channels, func(c observation.Channel) bool { return c.ID == target })
	switch {
	case len(fits) == 1:
		return fits[0], fits[0].Settings.(*entry.Config), nil
	case len(fits) > 1:
		return config.Source{}, nil, usage("several sources take %s of %s: type into one of them, %s", metric, target, either(sourceIDs(fits)))
	case isChannel && len(others) > 0:
		return config.Source{}, nil, usage("nothing takes %s of %s yet; add it to metrics: [...] of the source %s in %s", tabular.Show(metric), target, either(others), d.Path)
	case isChannel:
		return config.Source{}, nil, usage("nothing takes %s of %s yet; add this under sources in %s:\n  - {id: %s-kasin, kind: entry, channel: %s, metrics: [%s]}",
			tabular.Show(metric), target, d.Path, target, target, tabular.Show(metric))
	}
	for _, c := range d.Desk.Channels {
		names = append(names, c.ID)
	}
	return config.Source{}, nil, known("TARGET", target, "channel or source to type into", "there are", names)
}

// typed makes an answer of what was typed.
func (d *desk) typed(s config.Source, settings *entry.Config, metric string, f recordFlags) (observation.Observation, error) {
	t := entry.Typed{Metric: metric, Period: f.period, Project: f.project, Note: f.note, By: f.by, Dims: map[string]string{}}
	if f.on != "" {
		day, err := observation.ParseDate(f.on)
		if err != nil {
			return observation.Observation{}, usage("--on: %v", err)
		}
		t.On = day
	}
	for _, text := range f.dims {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return observation.Observation{}, usage("--dim %q: want a part and its name, as region=keski-suomi", text)
		}
		if earlier, twice := t.Dims[name]; twice {
			return observation.Observation{}, usage("--dim %s stands twice, with %s and %s; type each number by itself", name, earlier, value)
		}
		t.Dims[name] = value
	}
	if err := d.knownProject(f.project); err != nil {
		return observation.Observation{}, err
	}
	if _, there := d.Desk.Metrics[metric]; !there && slices.Contains(settings.Metrics, metric) {
		return observation.Observation{}, usage("there is no metric %s; declare it under metrics in %s", metric, d.Path)
	}
	o, err := settings.Observation(t, entry.Moment{Now: d.now, Zone: s.Zone})
	if err != nil {
		return o, usage("%v", err)
	}
	o.Organisation, o.Source, o.Channel = s.Organisation, s.ID, s.Channel
	o.Definition = s.DefinitionID(o.Metric, o.From)
	return o, nil
}

func (d *desk) knownProject(id string) error {
	if id == "" {
		return nil
	}
	var ids []string
	for _, p := range d.Desk.Projects {
		ids = append(ids, p.ID)
	}
	if len(ids) == 0 {
		return usage("--project %q: the configuration has no projects", id)
	}
	return known("--project", id, "project", "the projects are", ids)
}

// typedRun is the run of one thing that was typed.
func (d *desk) typedRun(s config.Source, window observation.Period, g observation.Grain, note string) observation.Run {
	return observation.Run{Organisation: s.Organisation, Source: s.ID, Kind: s.Kind, Zone: s.Zone.String(), StartedAt: d.now, Window: window,
		Grains: []observation.Grain{g}, Result: observation.OK, Config: d.Hash, Program: version, Note: note}
}

// history is what is known of the thing that a number is typed for.
type history struct {
	now    *observation.Observation // that holds for the same day or period
	before *observation.Observation // that holds for the newest one before it
}

// typedBefore reads what is known.
func (d *desk) typedBefore(ctx context.Context, k observation.Key) (history, error) {
	all, err := d.store.Observations(ctx, observation.Selection{Organisations: []string{k.Organisation}, Channels: []string{k.Channel}, Metrics: []string{k.Metric},
		Grains: []observation.Grain{k.Grain}, Period: observation.Period{From: observation.FirstDay, To: k.From + 1}})
	var h history
	for _, o := range all {
		switch {
		case o.Source != k.Source || o.Dims != k.Dims || o.Subject != "":
		case o.Key == k:
			h.now = &o
		case o.From < k.From:
			h.before = &o
		}
	}
	return h, err
}

// same tells whether o says what is known already. When a level was true today does not matter: nobody knows it better.
func (h history) same(o observation.Observation) bool {
	return h.now != nil && h.now.Value == o.Value && h.now.Complete == o.Complete && h.now.Note == o.Note && h.now.By == o.By
}

// nearest returns the number that a new one is compared with.
func (h history) nearest() *observation.Observation {
	if h.now != nil {
		return h.now
	}
	return h.before
}

// confirmUnlikely asks about a number that is far from the one before.
func (a *app) confirmUnlikely(ctx context.Context, o observation.Observation, h history, yes bool) error {
	last := h.nearest()
	if yes || last == nil || !entry.Unlikely(last.Value, o.Value) {
		return nil
	}
	what := fmt.Sprintf("%s is far from %s of %s", plain(o.Value), plain(last.Value), last.Key.Period().Label())
	if !a.canAsk() {
		return usage("%s; nothing was stored. If it is right, type it again with --yes", what)
	}
	sure, err := a.ask(ctx, what+". Is it right?")
	if err == nil && !sure {
		err = usage("nothing was stored")
	}
	return err
}

// undo takes back the number that holds.
func (a *app) undo(ctx context.Context, d *desk, s config.Source, o observation.Observation, h history) error {
	if h.now == nil {
		return usage("there is no %s of %s to take back%s", o.Metric, about(o.Key), h.newest())
	}
	run, err := d.commit(ctx, observation.Commit{Run: d.typedRun(s, o.Key.Period(), o.Grain, strings.Trim(o.By+": "+o.Note, ": ")),
		Complete: []observation.Completion{{Part: h.now.Part, Channel: o.Channel, Metric: o.Metric, Grain: o.Grain, From: o.From, Definition: h.now.Definition}}})
	if err != nil {
		return err
	}
	r := h.describe(o, "withdrawn")
	r.Value, r.Run = nil, run.ID
	return a.printRecorded(r)
}

// newest says what is known of an earlier day or period, in words that follow others.
func (h history) newest() string {
	if h.before == nil {
		return ""
	}
	return fmt.Sprintf("; the newest before it is %s of %s", plain(h.before.Value), h.before.Key.Period().Label())
}

// describe tells what was done with o.
func (h history) describe(o observation.Observation, result string) recorded {
	p := o.Key.Period()
	r := recorded{Source: o.Source, Organisation: o.Organisation, Channel: o.Channel, Metric: o.Metric, Dims: o.Dims, Grain: o.Grain, From: p.From, To: p.To,
		Value: &o.Value, Note: o.Note, By: o.By, Complete: o.Complete, Result: result, Replaced: earlierOf(h.now), Before: earlierOf(h.before)}
	r.Figure = figureOf(o.Key)
	if result == "unchanged" {
		r.Run = h.now.Run
	}
	return r
}

// figureOf is the id of the figure that shows a number.
func figureOf(k observation.Key) string {
	asked := indicator.Asked{Organisation: k.Organisation, Channel: k.Channel, Metric: k.Metric, Period: k.Period()}
	if asked.Dims = k.Dims; k.Channel != "" {
		return asked.String()
	}
	var rest []string
	for dim := range strings.SplitSeq(k.Dims, ",") {
		if project, ok := strings.CutPrefix(dim, entry.Project+"="); ok {
			asked.Project = project
		} else if dim != "" {
			rest = append(rest, dim)
		}
	}
	asked.Dims = strings.Join(rest, ",")
	return asked.String()
}

func earlierOf(o *observation.Observation) *earlier {
	if o == nil {
		return nil
	}
	return &earlier{Value: o.Value, From: o.From, label: o.Key.Period().Label()}
}

// about names what a number is about: linkedin on 2026-11-03, tilaisuudet (region=keski-suomi) of 2026-11.
func about(k observation.Key) string {
	name := k.Channel
	if name == "" {
		name = k.Source
	}
	if k.Dims != "" {
		name += " (" + k.Dims + ")"
	}
	word := " of "
	if k.Grain == observation.Snapshot {
		word = " on "
	}
	return name + word + k.Period().Label()
}

// plain writes a number as it can be typed.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// printRecorded tells what was done, what held before, and how to look at it and to take it back.
func (a *app) printRecorded(r recorded) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"recorded": r})
	}
	what := r.Metric + " of " + about(observation.Key{Source: r.Source, Channel: r.Channel, Dims: r.Dims, Grain: r.Grain, From: r.From})
	switch r.Result {
	case "unchanged":
		fmt.Fprintf(a.out, "%s is %s already; nothing was written\n", what, plain(*r.Value))
	case "withdrawn":
		fmt.Fprintf(a.out, "taken back: %s, which was %s; now nothing is known of it\n", what, plain(r.Replaced.Value))
	case "stored":
		fmt.Fprintf(a.out, "stored: %s is %s\n", what, plain(*r.Value))
		if r.Replaced != nil {
			fmt.Fprintf(a.out, "replaced: %s\n", plain(r.Replaced.Value))
		}
		if !r.Complete {
			fmt.Fprintln(a.out, "the period is not over: it counts as measured in part until it is typed again after its end")
		}
	}
	if r.Before != nil {
		fmt.Fprintf(a.out, "before: %s (%s)\n", plain(r.Before.Value), r.Before.label)
	}
	fmt.Fprintf(a.out, "run: %s\n", r.Run)
	if r.Figure != "" {
		fmt.Fprintf(a.out, "figure: %s\n", r.Figure)
	}
	if r.Result == "stored" {
		fmt.Fprintf(a.out, "to take it back: %s\n", undoLine(r))
	}
	return nil
}

// undoLine is the command that takes a number back.
func undoLine(r recorded) string {
	line := "seuranta record " + r.Source + " " + r.Metric
	p := observation.Period{From: r.From, To: r.To}
	if r.Grain == observation.Snapshot {
		line += " --on " + r.From.String()
	} else {
		line += " --period " + p.Label()
	}
	if r.Dims == "" {
		return line + " --undo"
	}
	for dim := range strings.SplitSeq(r.Dims, ",") {
		if project, ok := strings.CutPrefix(dim, entry.Project+"="); ok {
			line += " --project " + project
		} else {
			line += " --dim " + dim
		}
	}
	return line + " --undo"
}

// completeRecord lists what may stand next on the line.
func (a *app) completeRecord(args []string) (names []string) {
	cfg, err := a.readConfig(context.Background())
	if err != nil {
		return nil
	}
	for _, s := range cfg.Sources {
		settings, typed := s.Settings.(*entry.Config)
		switch {
		case !typed:
		case len(args) == 0:
			names = append(names, s.ID)
			if s.Channel != "" && !slices.Contains(names, s.Channel) {
				names = append(names, s.Channel)
			}
		case len(args) == 1 && (args[0] == s.ID || args[0] == s.Channel):
			names = append(names, settings.Metrics...)
		}
	}
	return names
}
