package main

import (
	"context"
	"fmt"
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
		fmt.Fprintf(a.err, "not the truth: %s %s %s %s: want %s, got %s\n", want.Channel, want.Metric, want.Grain, want.From, truthWords(want), figureWords(f))
	}
	if wrong > 0 {
		return fmt.Errorf("compare the demo with its truth: %d of %d figures are wrong", wrong, len(truth))
	}
	_, err = fmt.Fprintf(a.out, "truth: %d of %d figures are right\n", len(truth), len(truth))
	return err
}

type figureKey struct {
	channel, metric string
	period          observation.Period
}

func truthKey(t world.Truth) figureKey {
	return figureKey{t.Channel, t.Metric, t.Grain.Holding(t.From)}
}

// figuresOf makes the figures of the truth's periods.
func (d *desk) figuresOf(ctx context.Context, truth []world.Truth) (map[figureKey]indicator.Figure, error) {
	var periods []observation.Period
	for _, t := range truth {
		periods = append(periods, t.Grain.Holding(t.From))
	}
	figures, err := indicator.New(d.Desk, d.store, d.now, time.Time{}).FiguresOf(ctx, indicator.Ask{}, periods)
	got := map[figureKey]indicator.Figure{}
	for _, f := range figures {
		got[figureKey{f.Channel, f.Indicator, f.Days()}] = f
	}
	return got, err
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
