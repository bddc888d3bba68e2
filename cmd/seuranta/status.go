package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"seuranta/collectors/entry"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
	"seuranta/internal/report"
	"seuranta/internal/schedule"
)

// standing is a row of status: how one source stands.
type standing struct {
	Source   string             `json:"source"`
	Kind     string             `json:"kind"`
	LastRun  *time.Time         `json:"last_run"`
	LastGood *time.Time         `json:"last_good"`
	NextDue  *time.Time         `json:"next_due"`
	Age      string             `json:"age"` // since it last answered
	Measured int                `json:"measured"`
	Expected int                `json:"expected"` // days of the last 30
	Result   observation.Result `json:"result"`
	Reason   string             `json:"reason"`
	Detail   string             `json:"detail"`
	Late     bool               `json:"late"`
	ToDo     string             `json:"to_do"`
	// Failing are, of a source of several parts, those that the newest run did not read whole.
	Failing []observation.Failing `json:"failing"`

	typed     bool // fed by people
	scheduled bool // read by itself, by a schedule
	events    bool // by nothing but events
}

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "A line a source: when it last answered, what is wrong, what to do",
		Example: `  seuranta status
  seuranta status --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context()) },
	}
}

func (a *app) status(ctx context.Context) error {
	a.renders = true
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	newest, err := d.store.TypedFor(ctx, d.Desk.Sources, time.Time{})
	if err != nil {
		return err
	}
	all, err := a.runner(d).Standing(ctx)
	if err != nil {
		return err
	}
	rows := []standing{}
	for _, s := range d.Sources {
		row, err := d.stand(ctx, s.Source, all[s.Key()], newest)
		if err != nil {
			return err
		}
		row.ToDo = d.connectFirst(s, row)
		rows = append(rows, row)
	}
	alarms, ways, err := d.alarms(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"sources": rows, "alarms": alarms, "alerts": ways})
	}
	for _, w := range ways {
		if line := w.line(); line != "" {
			fmt.Fprintln(a.out, line)
		}
	}
	var cells [][]string
	for _, r := range rows {
		cells = append(cells, []string{r.Source, r.Kind, moment(r.LastGood), r.Age, moment(r.NextDue),
			r.lately(), wrong(r), r.ToDo})
	}
	return table(a.out, []string{"source", "kind", "last good", "age", "next due", "30 days", "state", "to do"}, cells)
}

// connectFirst says what to do about a source; one that was refused, and whose credential people get in a browser, is connected.
func (d *desk) connectFirst(s config.Source, row standing) string {
	if _, ok := schedule.Account(s, d.Dir); ok && row.Result == observation.Auth {
		return "it is left alone until then: run `seuranta connect " + s.ID + "`"
	}
	return row.ToDo
}

// stand works out how one source stands, whose newest run st tells of; newest are the days that people typed for.
func (d *desk) stand(ctx context.Context, s observation.Source, st observation.SourceStatus, newest map[string]observation.Date) (standing, error) {
	row := standing{Source: s.ID, Kind: s.Kind, typed: s.Typed, scheduled: s.Schedule != "", events: s.Typed && slices.Equal(s.Metrics, []string{entry.Appearances}), LastRun: pointer(st.At), LastGood: pointer(st.Answered), Result: st.Result, Reason: st.Reason, Detail: st.Detail, Failing: append([]observation.Failing{}, st.Failing...)}
	if !st.Answered.IsZero() {
		row.Age = age(d.now.Sub(st.Answered))
	}
	next, scheduled, err := schedule.Next(s, d.now)
	if err != nil {
		return row, err
	}
	if scheduled {
		row.NextDue = pointer(next)
	}
	var due observation.Date
	if row.Late, due, err = lateness(s, st.Answered, newest, d.now); err != nil {
		return row, err
	}
	if due > 0 {
		row.NextDue = pointer(due.Start(s.Zone))
	}
	if row.Measured, row.Expected, err = d.lately(ctx, s); err != nil {
		return row, err
	}
	row.ToDo = advice(row)
	return row, nil
}

// lateness tells whether a source should have answered by a moment. What people feed is late after the day of its reminder,
// which follows the newest day that they typed for, as in figures; due is that day, and 0 where nobody is reminded.
func lateness(s observation.Source, answered time.Time, newest map[string]observation.Date, at time.Time) (late bool, due observation.Date, err error) {
	if late, err = schedule.Late(s, answered, at); late || err != nil { // what nothing reads by itself never is
		return late, 0, err
	}
	typedFor, any := newest[s.ID]
	if !s.Typed || !any || s.Remind == "" {
		return false, 0, nil
	}
	due, err = indicator.DueAgain(s, typedFor)
	return observation.DateOf(at.In(s.Zone)) > due, due, err
}

// lately tells how many of the last days were answered; of what people type none is expected.
func (r standing) lately() string {
	if r.Expected == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", r.Measured, r.Expected)
}

// lately counts the days of the last 30 that the source answered whole, for the metric that has the fewest.
func (d *desk) lately(ctx context.Context, s observation.Source) (measured, expected int, err error) {
	daily := d.dailyGrains(s)
	if s.Typed || len(daily) == 0 {
		return 0, 0, nil
	}
	today := observation.DateOf(d.now.In(s.Zone))
	days := s.Life.Within(observation.Period{From: today - 30, To: today})
	coverage, err := indicator.Spoken(ctx, d.store, d.Desk.Sources, observation.Selection{Organisations: []string{s.Organisation}, Channels: []string{s.Channel},
		Metrics: slices.Collect(maps.Keys(daily)), Grains: []observation.Grain{observation.Day, observation.Snapshot}, Period: days})
	coverage = slices.DeleteFunc(coverage, func(c observation.Coverage) bool { return daily[c.Metric] != c.Grain })
	whole := wholeDays(s, coverage)
	measured = days.Days()
	for m := range daily {
		if !longOver(s, m, days) {
			measured = min(measured, whole[m])
		}
	}
	return measured, days.Days(), err
}

// longOver tells whether a platform ended a metric before days began: nothing has to be said of it then.
func longOver(s observation.Source, metric string, days observation.Period) bool {
	d, ok := s.Definition(metric, days.To)
	return ok && d.Until != 0 && d.Until <= days.From
}

// dailyGrains returns at which grain each metric of a source is told that it tells by the day, or looks at once a day. What an
// item came to is left out: it is looked at with the others.
func (d *desk) dailyGrains(s observation.Source) map[string]observation.Grain {
	out := map[string]observation.Grain{}
	for _, m := range s.Metrics {
		for _, g := range []observation.Grain{observation.Snapshot, observation.Day} {
			if slices.Contains(s.GrainsOf(m), g) && !d.Desk.Metrics[m].Lifetime {
				out[m] = g
			}
		}
	}
	return out
}

// wholeDays counts, for each metric, the periods that every part of a source that spoke of them answered, or does not offer.
func wholeDays(s observation.Source, coverage []observation.Coverage) map[string]int {
	type day struct {
		metric string
		from   observation.Date
	}
	answered := map[day]bool{}
	for _, c := range coverage {
		if c.Source != s.ID {
			continue
		}
		at := day{c.Metric, c.From}
		before, seen := answered[at]
		answered[at] = (c.Result.Answered() || c.Result.NotApplicable()) && (before || !seen)
	}
	n := map[string]int{}
	for at, whole := range answered {
		if whole {
			n[at.metric]++
		}
	}
	return n
}

func pointer(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

func moment(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.Format("2006-01-02 15:04Z")
}

// age writes how long ago something was, in the unit that a person would use.
func age(d time.Duration) string {
	switch {
	case d < time.Hour:
		return strconv.Itoa(max(0, int(d.Minutes()))) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + " h"
	}
	return strconv.Itoa(int(d.Hours()/24)) + " d"
}

func wrong(r standing) string {
	switch {
	case r.LastRun == nil && r.typed:
		return "nothing yet"
	case r.LastRun == nil:
		return "never ran"
	case r.Late && r.typed && !r.scheduled && r.Result.Answered():
		return "the next is due"
	case r.Late:
		r.Late = false
		return "late; last: " + wrong(r)
	case len(r.Failing) > 0:
		return string(r.Result) + ": " + failingWords(r.Failing)
	case r.Reason != "":
		return string(r.Result) + " (" + r.Reason + ")"
	}
	return string(r.Result)
}

// failingWords names the parts that failed, and why.
func failingWords(failing []observation.Failing) string {
	l, err := locale.For("en")
	if err != nil {
		return ""
	}
	return report.FailingWords(l, failing)
}

// addHealth tells every series how its sources stand, or stood at asOf where that is a moment.
func (d *desk) addHealth(ctx context.Context, series []indicator.Series, asOf time.Time) error {
	at := d.now
	if !asOf.IsZero() && asOf.Before(at) {
		at = asOf
	}
	var organisations []string
	for _, o := range d.Desk.Organisations {
		organisations = append(organisations, o.ID)
	}
	all, err := d.store.Status(ctx, organisations, asOf)
	if err != nil {
		return err
	}
	newest, err := d.store.TypedFor(ctx, d.Desk.Sources, asOf)
	if err != nil {
		return err
	}
	health := map[string][]indicator.SourceHealth{} // by channel
	for _, s := range d.Desk.Sources {
		h, err := healthOf(s, all, newest, at)
		if err != nil {
			return err
		}
		health[s.Channel] = append(health[s.Channel], h)
	}
	for i := range series {
		series[i].Sources = health[series[i].Channel.ID]
		if series[i].Channel.ID == "" {
			series[i].Sources = d.tellers(series[i], health[""])
		}
	}
	return nil
}

// tellers picks of the sources without a channel those that tell the metric of a series.
func (d *desk) tellers(s indicator.Series, of []indicator.SourceHealth) []indicator.SourceHealth {
	var out []indicator.SourceHealth
	for _, h := range of {
		if slices.ContainsFunc(d.Desk.Sources, func(t observation.Source) bool {
			return t.ID == h.Source && t.Organisation == s.Organisation.ID && slices.Contains(t.Metrics, s.Metric.ID)
		}) {
			out = append(out, h)
		}
	}
	return out
}

// healthOf picks a source's standing at a moment out of all; newest are the days that people typed for.
func healthOf(s observation.Source, all []observation.SourceStatus, newest map[string]observation.Date, at time.Time) (indicator.SourceHealth, error) {
	h := indicator.SourceHealth{Source: s.ID, Kind: s.Kind, Typed: s.Typed}
	for _, st := range all {
		if st.Source == s.ID {
			h.LastRun, h.LastGood, h.Result, h.Reason, h.Detail, h.Failing = st.At, st.Answered, st.Result, st.Reason, st.Detail, st.Failing
		}
	}
	var err error
	h.Late, _, err = lateness(s, h.LastGood, newest, at)
	return h, err
}
