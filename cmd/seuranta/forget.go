package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seuranta/collectors/entry"
	"seuranta/internal/address"
	"seuranta/internal/config"
	"seuranta/internal/observation"
)

type forgetFlags struct {
	source, item, from, to, reason string
	metrics                        []string
	due, list, yes, dryRun         bool
}

func (a *app) forgetCommand() *cobra.Command {
	var f forgetFlags
	cmd := &cobra.Command{
		Use:   "forget --source SOURCE --reason TEXT | --due | --list",
		Short: "Remove for good what a platform's terms or a person's request demand",
		Long: `Removes numbers and items of a source from the store for good, with their whole past: all of
the source up to today, or those of some days, of some metrics, or of one item (its id, or the
address that it stands at); also of a source that the configuration no longer names. Other than
after "retract" nothing of it can be shown again, also not with --as-of, and it cannot be undone. A
tombstone stays, which says by which rule, when and how much, never what: what falls under it is
not taken in again, by no visit, import or restore. Figures of such days say so. Pages and reports
that were made before keep their numbers, and so do exports: remove those that must not hold it any
more.

What it is about is counted first and asked about on a terminal; elsewhere it needs --yes.

--due applies the terms of the platforms, as the kinds of sources know them; "seuranta serve" and
"seuranta collect" do so by themselves. --list shows what was forgotten.`,
		Example: `  seuranta forget --source uutiset --item https://yle.fi/a/74-1 --reason "asked for by the person named in it"
  seuranta forget --source facebook --metric reach --to 2025-12-31 --reason "not ours to keep" --dry-run
  seuranta forget --due --dry-run
  seuranta forget --list`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.forget(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.source, "source", "", "the source")
	fl.StringSliceVar(&f.metrics, "metric", nil, "only numbers of this metric; more than one with commas")
	fl.StringVar(&f.item, "item", "", "only this item: its id, or its address")
	fl.StringVar(&f.from, "from", "", "first day, as 2026-03-01 (default: from the beginning)")
	fl.StringVar(&f.to, "to", "", "last day (default: today)")
	fl.StringVar(&f.reason, "reason", "", "why, without names; it is shown with what was forgotten")
	fl.BoolVar(&f.due, "due", false, "what the terms of the platforms no longer allow to be kept")
	fl.BoolVar(&f.list, "list", false, "show what was forgotten")
	fl.BoolVar(&f.yes, "yes", false, "do not ask")
	fl.BoolVar(&f.dryRun, "dry-run", false, "only count what would be removed")
	return cmd
}

// sane reads the flags before anything is opened.
func (f forgetFlags) sane() error {
	byHand := f.source != "" || f.item != "" || len(f.metrics) > 0 || f.from != "" || f.to != "" || f.reason != ""
	switch {
	case f.list && (f.due || byHand || f.dryRun), f.due && byHand:
		return usage("--list, --due and --source are three things to do: give one of them")
	case f.list, f.due:
		return nil
	case f.source == "":
		return usage("--source is missing: say whose numbers are to be removed; or --due, or --list")
	case f.reason == "":
		return usage(`--reason is missing: say why, without names, as --reason "asked for by the person named in it"`)
	case f.item != "" && len(f.metrics) == 0 && f.from+f.to != "":
		return usage("an item is removed as a whole: leave --from and --to out, or name a --metric")
	}
	if err := entry.CheckText("--reason", f.reason); err != nil {
		return usage("%v", err)
	}
	return collectFlags{from: f.from, to: f.to}.sane()
}

func (a *app) forget(ctx context.Context, f forgetFlags) error {
	if err := f.sane(); err != nil {
		return err
	}
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	switch {
	case f.list:
		return a.listForgotten(ctx, d)
	case f.due:
		return a.forgetAllDue(ctx, d, f.dryRun)
	}
	s, err := d.sourceEver(ctx, f.source)
	if err != nil {
		return err
	}
	t, err := d.asked(ctx, s, f)
	if err != nil {
		return err
	}
	release, err := d.alone(ctx, s.Organisation, s.ID)
	if err != nil {
		return err
	}
	defer release()
	would, err := d.store.Forgettable(ctx, t)
	if err != nil {
		return err
	}
	if f.dryRun {
		return a.printForgotten(forgotten{Tombstone: t, Would: would, DryRun: true})
	}
	if err := a.confirmForgetting(ctx, t, would, f.yes); err != nil {
		return err
	}
	if t, err = d.store.Forget(ctx, t); err != nil {
		return err
	}
	return a.printForgotten(forgotten{Tombstone: t, Would: would})
}

// asked is the tombstone that the flags ask for.
func (d *desk) asked(ctx context.Context, s config.Source, f forgetFlags) (observation.Tombstone, error) {
	t := tombstoneOf(s)
	t.Reason, t.Metrics = f.reason, f.metrics
	t.Numbers, t.Items = f.item == "" || len(f.metrics) > 0, len(f.metrics) == 0
	for _, id := range f.metrics {
		m, ok := d.Desk.Metrics[id]
		if !ok {
			return t, usage("there is no metric %q", id)
		}
		if m.Shape == observation.Counted {
			return t, usage("%s are counted from items, and no number of them is stored: leave --metric out to forget the items", id)
		}
	}
	today := observation.DateOf(d.now.In(s.Zone))
	t.Days = collectFlags{from: f.from, to: f.to}.ask(nil).Days(observation.Period{From: observation.FirstDay, To: today + 1})
	if t.Days.Empty() {
		return t, usage("--from %s lies after today, and only what is there can be removed; --to says until when nothing is to be taken in", f.from)
	}
	if f.item == "" {
		return t, nil
	}
	return t, d.findItem(ctx, s, f.item, &t)
}

// refuseForgotten tells who types what was forgotten that it is not taken in again.
func (d *desk) refuseForgotten(ctx context.Context, c observation.Commit) error {
	all, err := d.store.Tombstones(ctx)
	if err != nil {
		return err
	}
	for _, t := range all {
		if _, left := (observation.Tombstones{t}).Strip(c); left.Any() {
			return fmt.Errorf("nothing was stored: what this is about was forgotten on %s by %s (%s), and is not taken in again; `seuranta forget --list` shows it",
				t.At.Format(time.DateOnly), t.Name(), meaning(t))
		}
	}
	return nil
}

// tombstoneOf is one of a source, of nothing yet.
func tombstoneOf(s config.Source) observation.Tombstone {
	return observation.Tombstone{Forgetting: observation.Forgetting{Organisation: s.Organisation, Source: s.ID, Channel: s.Channel, Zone: s.Zone.String()}}
}

// findItem adds the item that somebody names by its id or its address. An address of which nothing is stored is kept as such: what
// stands there is not taken in.
func (d *desk) findItem(ctx context.Context, s config.Source, named string, t *observation.Tombstone) error {
	owners := []string{s.Organisation, observation.Shared}
	for _, organisation := range owners {
		versions, err := d.store.ItemHistory(ctx, organisation, []string{named}, time.Time{})
		if err != nil {
			return err
		}
		if len(versions) > 0 {
			t.Only = []string{named}
			return nil
		}
	}
	canonical, err := address.Canonical(named)
	if err != nil || !strings.Contains(named, "://") {
		return fmt.Errorf("no item has the id %q, and it is no address; `seuranta explain` of a figure lists its items", named)
	}
	aliases := []string{"url:" + canonical, s.Channel + "|url:" + canonical}
	for _, organisation := range owners {
		known, err := d.store.Known(ctx, organisation, aliases)
		if err != nil {
			return err
		}
		for _, it := range known {
			t.Only = append(t.Only, it.ID)
		}
	}
	if len(t.Only) == 0 {
		if t.Only, err = d.itemsAt(ctx, owners, canonical); err != nil {
			return err
		}
	}
	for _, alias := range aliases {
		t.Addresses = append(t.Addresses, observation.HashAddress(alias))
	}
	slices.Sort(t.Only)
	t.Only = slices.Compact(t.Only)
	if len(t.Only) == 0 && !t.Items {
		return fmt.Errorf("no item stands at %s: there are no numbers of it", named)
	}
	return nil
}

// itemsAt looks through all items for those that were told with an address, whatever else they go by.
func (d *desk) itemsAt(ctx context.Context, owners []string, canonical string) (ids []string, err error) {
	ever := observation.Span{From: time.Unix(1, 0), To: observation.LastDay.UTC()}
	items, err := d.store.Items(ctx, observation.ItemSelection{Organisations: owners, Span: ever})
	for _, it := range items {
		if at, err := address.Canonical(it.URL); err == nil && at == canonical {
			ids = append(ids, it.ID)
		}
	}
	return ids, err
}

func (a *app) confirmForgetting(ctx context.Context, t observation.Tombstone, would observation.Forgot, yes bool) error {
	if yes {
		return nil
	}
	what := fmt.Sprintf("%s of %s would be removed for good (%s); this cannot be undone", forgotWords(would), t.Source, meaning(t))
	if !a.canAsk() {
		return usage("nothing was removed: %s. If that is right, run it again with --yes", what)
	}
	sure, err := a.ask(ctx, what+". Is that right?")
	if err == nil && !sure {
		err = &exitError{exitFailed, "nothing was removed"}
	}
	return err
}

// forgotten is what a removal came to, or would.
type forgotten struct {
	observation.Tombstone
	Would  observation.Forgot `json:"would"` // what was counted before
	DryRun bool               `json:"dry_run"`
}

func (a *app) printForgotten(f forgotten) error {
	if a.json {
		return writeJSON(a.out, f)
	}
	if f.DryRun {
		_, err := fmt.Fprintf(a.out, "%s of %s would be removed for good (%s); nothing was changed\n", forgotWords(f.Would), f.Source, meaning(f.Tombstone))
		return err
	}
	_, err := fmt.Fprintf(a.out, "%s of %s removed for good (%s); %s stands in their place, and nothing of it is taken in again\n", forgotWords(f.Removed), f.Source, meaning(f.Tombstone), f.Name())
	return err
}

// forgotWords counts what is removed: 12 numbers and 3 items.
func forgotWords(f observation.Forgot) string {
	return howMany(int(f.Numbers), "number") + " and " + howMany(int(f.Items), "item")
}

// meaning says what a tombstone is about: numbers of reach_total of single items, and items; until 2025-11-22.
func meaning(t observation.Tombstone) string {
	var of []string
	if t.Numbers {
		what := "all numbers"
		if len(t.Metrics) > 0 {
			what = strings.Join(t.Metrics, ", ")
		}
		if t.Subjects {
			what += " of single items"
		}
		of = append(of, what)
	}
	switch {
	case t.Items && len(t.Only)+len(t.Addresses) > 0:
		of = append(of, "one item")
	case t.Items:
		of = append(of, "items")
	case len(t.Only) > 0:
		of = append(of, "of one item")
	}
	text := strings.Join(of, ", ")
	switch {
	case t.Items && len(t.Only)+len(t.Addresses) > 0:
	case t.Days.From == observation.FirstDay:
		text += "; until " + (t.Days.To - 1).String()
	default:
		text += "; " + t.Days.Label()
	}
	return text
}

// listForgotten shows all tombstones: of a rule one line, how ever often it reached further.
func (a *app) listForgotten(ctx context.Context, d *desk) error {
	all, err := d.store.Tombstones(ctx)
	if err != nil {
		return err
	}
	shown := []observation.Tombstone{}
	for _, t := range all {
		at := slices.IndexFunc(shown, func(o observation.Tombstone) bool {
			return o.ID == t.ID && o.Organisation == t.Organisation && o.Source == t.Source
		})
		if at < 0 {
			shown = append(shown, t)
			continue
		}
		t.Removed = t.Removed.Plus(shown[at].Removed)
		shown[at] = t
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"tombstones": shown})
	}
	return a.tableOfForgotten(shown)
}

func (a *app) tableOfForgotten(shown []observation.Tombstone) error {
	var rows [][]string
	for _, t := range shown {
		state := "removed"
		if !t.Done {
			state = "goes on"
		}
		rows = append(rows, []string{t.Name(), t.Source, meaning(t), t.At.UTC().Format(time.DateOnly), strconv.FormatInt(t.Removed.Numbers, 10), strconv.FormatInt(t.Removed.Items, 10), state, t.Reason})
	}
	return table(a.out, []string{"by", "source", "what", "on", "numbers", "items", "state", "reason"}, rows)
}

// explainForgotten tells of one removal that somebody asked for.
func (a *app) explainForgotten(ctx context.Context, k *looking, id string) error {
	all, err := k.store.Tombstones(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(t observation.Tombstone) bool { return t.ID == id })
	if at < 0 {
		return k.unknown("removal", id)
	}
	if a.json {
		return writeJSON(a.out, all[at])
	}
	return a.tableOfForgotten(all[at : at+1])
}

// itemForgotten says of an item that is no longer there that it was forgotten, if so.
func (k *looking) itemForgotten(ctx context.Context, id string) error {
	all, err := k.store.Tombstones(ctx)
	for _, t := range all {
		if t.Items && slices.Contains(t.Only, id) {
			return fmt.Errorf("the item %s was forgotten on %s by %s: %s", id, t.At.Format(time.DateOnly), t.Name(), t.Reason)
		}
	}
	return err
}

// forgetAllDue applies the terms of all platforms, and removes again what came back.
func (a *app) forgetAllDue(ctx context.Context, d *desk, dryRun bool) error {
	done, err := d.forgetDue(ctx, dryRun)
	if err == nil && !dryRun {
		_, err = d.store.ForgetAgain(ctx)
	}
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"forgotten": done})
	}
	for _, f := range done {
		if err := a.printForgotten(f); err != nil {
			return err
		}
	}
	if len(done) == 0 {
		fmt.Fprintln(a.out, "nothing is due to be forgotten")
	}
	return nil
}

// forgetDue applies the terms of the platforms to the sources, each rule once a day.
func (d *desk) forgetDue(ctx context.Context, dryRun bool) ([]forgotten, error) {
	out := []forgotten{}
	all, err := d.store.Tombstones(ctx)
	if err != nil {
		return out, err
	}
	gone, err := d.gone(ctx)
	faults := []error{err}
	for _, s := range append(slices.Clone(d.Sources), gone...) {
		due := d.dueOf(s, all)
		if len(due) == 0 {
			continue
		}
		release, err := d.alone(ctx, s.Organisation, s.ID)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		for _, t := range due {
			f, err := d.applyRule(ctx, t, dryRun)
			if err != nil {
				faults = append(faults, err)
				break
			}
			if f.Would.Any() {
				out = append(out, f)
			}
		}
		release()
	}
	return out, errors.Join(faults...)
}

func (d *desk) applyRule(ctx context.Context, t observation.Tombstone, dryRun bool) (f forgotten, err error) {
	f = forgotten{Tombstone: t, DryRun: dryRun}
	if f.Would, err = d.store.Forgettable(ctx, t); err == nil && !dryRun {
		f.Tombstone, err = d.store.Forget(ctx, t)
	}
	return f, err
}

// dueOf returns the rules of a source that reach further today than they did.
func (d *desk) dueOf(s config.Source, all observation.Tombstones) (due []observation.Tombstone) {
	for _, rule := range s.Retention {
		t := tombstoneOf(s)
		t.ID, t.Rule = rule.ID+"@"+s.ID, rule.ID
		t.Over, t.Numbers, t.Metrics, t.Subjects, t.Items = true, len(rule.Metrics) > 0, rule.Metrics, rule.Subjects, rule.Items
		t.Days = observation.Period{From: observation.FirstDay, To: observation.DateOf(d.now.In(s.Zone)) - observation.Date(rule.Days)}
		reached := slices.ContainsFunc(all, func(o observation.Tombstone) bool {
			return o.ID == t.ID && o.Organisation == t.Organisation && o.Days.To >= t.Days.To && o.Done
		})
		if !t.Days.Empty() && !reached {
			due = append(due, t)
		}
	}
	return due
}

// keepToTerms applies the terms before something is fetched that may fall under them. What cannot be removed now is tried again
// the next time: a command that fetches does not fail because of it.
func (a *app) keepToTerms(ctx context.Context, d *desk) {
	done, err := d.forgetDue(ctx, false)
	for _, f := range done {
		a.log().Info("forgotten by the terms of the platform", "source", f.Source, "rule", f.Rule, "numbers", f.Removed.Numbers, "items", f.Removed.Items)
	}
	if err != nil && ctx.Err() == nil {
		a.log().Warn("what the terms of a platform demand was not forgotten; it is tried again", "error", err)
	}
}

// keptWords says by which rules the numbers of a source are kept, for check.
func keptWords(s config.Source) string {
	if s.RetentionOff != "" {
		return "; the terms of its platform are set aside, and nothing is forgotten by itself: " + s.RetentionOff
	}
	var rules []string
	for _, r := range s.Retention {
		rules = append(rules, fmt.Sprintf("%s after %s", r.ID, howMany(r.Days, "day")))
	}
	if len(rules) == 0 {
		return ""
	}
	return "; forgotten by its platform's terms: " + strings.Join(rules, ", ")
}
