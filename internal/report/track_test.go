package report

import (
	"slices"
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

func TestATrackEndsWithTheWeekAskedFor(t *testing.T) {
	s := weekly(t, loggedSeries("views"), isoWeek(t, 2026, 47), 10, wave(600, 100))
	for _, c := range []struct {
		week, n     int
		first, last string
		weeks       int
	}{
		{47, 4, "2026-W44", "2026-W47", 4}, {47, 26, "2026-W38", "2026-W47", 10}, {45, 3, "2026-W43", "2026-W45", 3}, {49, 3, "2026-W46", "2026-W49", 3},
	} {
		tr := newTrack(s, isoWeek(t, 2026, c.week), c.n)
		first, last := tr.weeks[0].now.Period.Label, tr.newest().now.Period.Label
		if len(tr.weeks) != c.weeks || first != c.first || last != c.last {
			t.Errorf("week %d, %d back: %d weeks from %s to %s", c.week, c.n, len(tr.weeks), first, last)
		}
	}
}

func TestOnlyNeighboursAreWeekAndWeekBefore(t *testing.T) {
	s := weekly(t, loggedSeries("views"), isoWeek(t, 2026, 47), 4, wave(600, 100))
	s.Points = slices.Delete(s.Points, 1, 2)
	s.YearBefore, s.Exact = nil, nil
	tr := newTrack(s, isoWeek(t, 2026, 47), 26)
	if tr.weeks[1].before != nil {
		t.Errorf("%s is held against %s", tr.weeks[1].now.Period.Label, tr.weeks[1].before.Period.Label)
	}
	if tr.weeks[2].before == nil || tr.weeks[2].before.Period.Label != "2026-W46" {
		t.Error("a week lost the one before it")
	}
}

func TestTheOldestWeekShownKnowsTheOneBefore(t *testing.T) {
	s := weekly(t, loggedSeries("views"), isoWeek(t, 2026, 47), 10, wave(600, 100))
	if tr := newTrack(s, isoWeek(t, 2026, 47), 3); tr.weeks[0].before == nil {
		t.Error("the week before the first one shown was forgotten")
	}
}

func TestSeriesOutOfOrderKeepTheirPairs(t *testing.T) {
	s := weekly(t, loggedSeries("views"), isoWeek(t, 2026, 47), 5, wave(600, 100))
	slices.Reverse(s.Points)
	slices.Reverse(s.YearBefore)
	slices.Reverse(s.Exact)
	for _, w := range newTrack(s, isoWeek(t, 2026, 47), 26).weeks {
		want, _ := observation.YearBefore(w.now.Period.From)
		if w.last.Period.From != want.From {
			t.Errorf("%s stands beside %s", w.now.Period.Label, w.last.Period.Label)
		}
	}
}

func TestASeriesWithoutPointsIsOneMissingWeek(t *testing.T) {
	tr := newTrack(loggedSeries("views"), isoWeek(t, 2026, 47), 26)
	if f := tr.newest().now; len(tr.weeks) != 1 || f.State != indicator.Missing || f.Gaps[0].Reason != "no_run" || f.Value != nil {
		t.Errorf("%+v", tr.weeks)
	}
}

func TestTargetsOfAFigureComeFirst(t *testing.T) {
	s := loggedSeries("views")
	f := figure(s, isoWeek(t, 2026, 47), 1)
	tr := track{Series: s}
	if tr.target(f) != nil {
		t.Error("a target out of nothing")
	}
	tr.Target = num(5)
	if got := tr.target(f); got == nil || *got != 5 {
		t.Errorf("the series' target: %v", got)
	}
	f.Target = num(7)
	if got := tr.target(f); *got != 7 {
		t.Errorf("the figure's target: %v", *got)
	}
}
