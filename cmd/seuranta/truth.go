package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/world"
)

// compareTruth holds every figure of the demo against what the made-up events say it is.
func (a *app) compareTruth(ctx context.Context, d *desk, truth []world.Truth) error {
	if len(truth) == 0 {
		return fmt.Errorf("compare the demo with its truth: there is no truth")
	}
	got, err := d.figuresOf(ctx, truth)
	if err != nil {
		return err
	}
	wrong := 0
	for _, want := range truth {
		f, ok := got[truthKey(want)]
		if ok && same(f, want) {
			continue
		}
		wrong++
		fmt.Fprintf(a.err, "not the truth: %s: want %s, got %s\n", truthName(want), truthWords(want), figureWords(f))
	}
	if wrong > 0 {
		return fmt.Errorf("compare the demo with its truth: %d of %d figures are wrong", wrong, len(truth))
	}
	_, err = fmt.Fprintf(a.out, "truth: %d of %d figures are right\n", len(truth), len(truth))
	return err
}

// provePage holds every figure of a page against the truth. One that the truth does not know is an error, too, unless the world says
// why it cannot know it: nothing that is shown is unproved without a word.
func (a *app) provePage(shown []indicator.Figure, w *world.World) error {
	known := map[figureKey]world.Truth{}
	for _, t := range append(w.Truth(), w.OnPage()...) {
		if t.AsOf.IsZero() {
			known[truthKey(t)] = t
		}
	}
	right, bad, excused := 0, 0, map[string]int{}
	for _, f := range shown {
		p := observation.Period{From: f.Period.From, To: f.Period.To}
		want, ok := known[figureKey{target: targetOf(f), metric: metricOf(f), dims: f.Dims, period: p}]
		why := w.Unproved(targetOf(f), metricOf(f), p, f.Value != nil || f.Range != nil || len(f.Parts) > 0)
		switch {
		case ok && same(f, want):
			right++
		case ok:
			bad++
			fmt.Fprintf(a.err, "not the truth on the page: %s: want %s, got %s\n", f.ID, truthWords(want), figureWords(f))
		case why != "":
			excused[why]++
		default:
			bad++
			fmt.Fprintf(a.err, "on the page and not in the truth: %s: %s\n", f.ID, figureWords(f))
		}
	}
	if bad > 0 {
		return fmt.Errorf("compare the page of the demo with its truth: %d of %d figures are wrong or unknown", bad, len(shown))
	}
	_, err := fmt.Fprintf(a.out, "page: %d figures are right, %d are in no truth\n", right, len(shown)-right)
	for _, why := range slices.Sorted(maps.Keys(excused)) {
		_, failed := fmt.Fprintf(a.out, "page: in no truth are %d %s\n", excused[why], why)
		err = errors.Join(err, failed)
	}
	return err
}

type figureKey struct {
	target, metric, dims string
	period               observation.Period
	asOf                 int64
}

func truthKey(t world.Truth) figureKey {
	k := figureKey{target: t.Target, metric: t.Metric, dims: t.Dims, period: t.Grain.Holding(t.From)}
	if !t.AsOf.IsZero() {
		k.asOf = t.AsOf.Unix()
	}
	return k
}

// figuresOf makes the figures of the truth's periods, once for each moment as of which they are known.
func (d *desk) figuresOf(ctx context.Context, truth []world.Truth) (map[figureKey]indicator.Figure, error) {
	type view struct {
		grain observation.Grain
		asOf  time.Time
	}
	periods := map[view][]observation.Period{}
	for _, t := range truth {
		v, p := view{t.Grain, t.AsOf}, t.Grain.Holding(t.From)
		if !slices.Contains(periods[v], p) {
			periods[v] = append(periods[v], p)
		}
	}
	got := map[figureKey]indicator.Figure{}
	for v, wanted := range periods {
		figures, err := indicator.New(d.Desk, d.store, d.now, v.asOf).FiguresOf(ctx, indicator.Ask{Beside: true}, wanted)
		if err != nil {
			return nil, err
		}
		for _, f := range figures {
			got[truthKey(world.Truth{Target: targetOf(f), Metric: metricOf(f), Dims: f.Dims, Grain: v.grain, From: f.Period.From, AsOf: v.asOf})] = f
		}
	}
	return got, nil
}

// metricOf names what a figure is: the metric, and the source if it was asked alone.
func metricOf(f indicator.Figure) string {
	if f.Beside != "" {
		return f.Indicator + "~" + f.Beside
	}
	return f.Indicator
}

// targetOf names what a figure is about: the second part of its id.
func targetOf(f indicator.Figure) string { return strings.Split(f.ID, "/")[1] }

// truthName names a figure of the truth for people.
func truthName(t world.Truth) string {
	name := fmt.Sprintf("%s %s %s %s", t.Target, t.Metric, t.Grain, t.From)
	if t.Dims != "" {
		name += " (" + t.Dims + ")"
	}
	if !t.AsOf.IsZero() {
		name += " as known at " + t.AsOf.Format(time.RFC3339)
	}
	return name
}

func same(f indicator.Figure, want world.Truth) bool {
	if string(f.State) != want.State || f.Coverage.Measured != want.Measured || f.Coverage.Expected != want.Expected {
		return false
	}
	if (want.Low != nil) != (f.Range != nil) || f.Range != nil && (f.Range.Low != *want.Low || f.Range.High != *want.High) {
		return false
	}
	return (want.Value == nil) == (f.Value == nil) && (f.Value == nil || *f.Value == *want.Value)
}

func truthWords(t world.Truth) string {
	return words(t.State, t.Value, t.Low, t.High, t.Measured, t.Expected)
}

func figureWords(f indicator.Figure) string {
	if f.Range != nil {
		return words(string(f.State), f.Value, &f.Range.Low, &f.Range.High, f.Coverage.Measured, f.Coverage.Expected)
	}
	return words(string(f.State), f.Value, nil, nil, f.Coverage.Measured, f.Coverage.Expected)
}

func words(state string, value, low, high *float64, measured, expected int) string {
	text := state
	if value != nil {
		text += fmt.Sprintf(" %v", *value)
	}
	if low != nil && high != nil {
		text += fmt.Sprintf(" %v–%v", *low, *high)
	}
	return fmt.Sprintf("%s, %d/%d days", text, measured, expected)
}
