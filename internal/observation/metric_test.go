package observation_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "seuranta/internal/observation"
)

// What a shape may become along an axis. A sum that lies cannot be written: where nothing stands, Fold gives a reason.
func TestWhatMayBecomeOneNumber(t *testing.T) {
	const refused, sum, last, bounds = "refused", "sum", "last", "range"
	for _, c := range []struct {
		shape Shape
		axis  Axis
		want  string
	}{
		{Flow, OverTime, sum}, {Flow, OverSubjects, sum}, {Flow, OverChannels, sum},
		{Level, OverTime, last}, {Level, OverSubjects, refused}, {Level, OverChannels, sum},
		{Unique, OverTime, bounds}, {Unique, OverSubjects, bounds}, {Unique, OverChannels, bounds},
		{Rate, OverTime, refused}, {Rate, OverSubjects, refused}, {Rate, OverChannels, refused},
		{Counted, OverTime, refused}, {Counted, OverSubjects, refused}, {Counted, OverChannels, refused},
		{"", OverTime, refused}, {"average", OverChannels, refused},
	} {
		got := c.shape.Fold(c.axis, []float64{120, 80, 100})
		want := map[string]Total{sum: {Value: 300}, last: {Value: 100}, bounds: {Range: &Range{120, 300}}}[c.want]
		if c.want == refused {
			if got.Refused == nil || c.shape.Allows(c.axis) == nil || got.Value != 0 || got.Range != nil {
				t.Errorf("%s over %s gives %+v", c.shape, c.axis, got)
			}
			continue
		}
		if got.Refused != nil || got.Value != want.Value || (got.Range == nil) != (want.Range == nil) || got.Range != nil && *got.Range != *want.Range {
			t.Errorf("%s over %s gives %+v (range %+v), want %+v", c.shape, c.axis, got, got.Range, want)
		}
	}
}

func TestUniquePeopleNeverAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Float64Range(0, 1e9), 1, 50).Draw(t, "parts")
		axis := rapid.SampledFrom([]Axis{OverTime, OverSubjects, OverChannels}).Draw(t, "axis")
		got := Unique.Fold(axis, parts)
		if got.Refused != nil || got.Range == nil || got.Value != 0 {
			t.Fatalf("Fold gives %+v", got)
		}
		sum := 0.0
		for _, v := range parts {
			sum += v
		}
		if got.Range.Low != slices.Max(parts) || got.Range.High != sum || got.Range.Low > got.Range.High {
			t.Fatalf("%v lie in %+v", parts, *got.Range)
		}
	})
}

// A part that was not measured is no part. Without any there is no number, and least of all a zero.
func TestNothingFoldsIntoNothing(t *testing.T) {
	for _, s := range []Shape{Flow, Level, Unique, Rate, Counted} {
		for _, axis := range []Axis{OverTime, OverSubjects, OverChannels} {
			if got := s.Fold(axis, nil); got.Refused == nil || got.Range != nil {
				t.Errorf("%s of nothing over %s is %+v", s, axis, got)
			}
		}
	}
}

func TestFoldOfOne(t *testing.T) {
	for _, v := range []float64{0, 1, -3, 1e308, math.SmallestNonzeroFloat64} {
		if got := Flow.Fold(OverTime, []float64{v}); got.Value != v {
			t.Errorf("the sum of %v is %v", v, got.Value)
		}
		if got := Unique.Fold(OverTime, []float64{v}); got.Range.Low != v || got.Range.High != v {
			t.Errorf("the range of %v is %v", v, got.Range)
		}
	}
}

func TestSumsAreNumbers(t *testing.T) {
	for _, v := range []float64{1.7e308, -1.7e308} {
		parts := []float64{v, v, v, -v}
		for _, s := range []Shape{Flow, Unique} {
			if got := s.Fold(OverTime, parts); math.IsInf(got.Value, 0) || got.Range != nil && math.IsInf(got.Range.High, 0) {
				t.Errorf("%s of %v: %+v", s, parts, got)
			}
		}
	}
}

func TestStandardMetrics(t *testing.T) {
	for id, m := range StandardMetrics() {
		if m.ID != id || m.Unit == "" || m.Shape == "" || m.Shape == Rate {
			t.Errorf("%s is %+v", id, m)
		}
		if m.Lifetime && m.Shape != Level && m.Shape != Unique {
			t.Errorf("the lifetime counter %s is a %s", id, m.Shape)
		}
	}
	for id, want := range map[string]Shape{"views": Flow, "followers": Level, "visitors": Unique, "reach": Unique, "views_total": Level,
		"reach_total": Unique, "media_hits": Counted, "engagements": Flow} {
		if got := StandardMetrics()[id].Shape; got != want {
			t.Errorf("%s is a %s, want %s", id, got, want)
		}
	}
}
