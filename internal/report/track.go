package report

import (
	"cmp"
	"slices"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// track is a series as the page shows it: closed weeks up to the one the page is about, none left out at its end.
type track struct {
	indicator.Series
	weeks []week
	goals []goal
}

// week is one week of a track beside what it is held against.
type week struct {
	now    indicator.Figure
	before *indicator.Figure // the week before; nil for the first of the series
	last   *indicator.Figure // the year before
	exact  bool              // last is the same ISO week
}

// newTrack takes the newest n closed weeks of s. A week that still runs is never shown, and a week about which the series
// says nothing is one that nobody asked for.
func newTrack(s indicator.Series, about observation.Period, n int) track {
	all := pair(s)
	slices.SortStableFunc(all, func(a, b week) int { return cmp.Compare(a.now.Period.From, b.now.Period.From) })
	all = slices.DeleteFunc(all, func(w week) bool { return w.now.Open || w.now.Period.To > about.To })
	if len(all) == 0 || all[len(all)-1].now.Period.From != about.From {
		all = append(all, week{now: neverAsked(s, about), exact: true})
	}
	for i := 1; i < len(all); i++ {
		if all[i-1].now.Period.To == all[i].now.Period.From {
			all[i].before = &all[i-1].now
		}
	}
	return track{Series: s, weeks: all[max(0, len(all)-n):], goals: goals(s, about)}
}

func pair(s indicator.Series) []week {
	out := make([]week, 0, len(s.Points)+1)
	for i, p := range s.Points {
		w := week{now: p, exact: true}
		if i < len(s.YearBefore) {
			w.last = &s.YearBefore[i]
		}
		if i < len(s.Exact) {
			w.exact = s.Exact[i]
		}
		out = append(out, w)
	}
	return out
}

func neverAsked(s indicator.Series, p observation.Period) indicator.Figure {
	return indicator.Figure{
		Organisation: s.Organisation.ID, Channel: channelOf(s), Topic: topicOf(s), Project: projectOf(s), Dims: s.Dims, Indicator: s.Metric.ID, Shape: s.Metric.Shape, Unit: s.Metric.Unit,
		Period: indicator.Period{From: p.From, To: p.To, Label: p.Label()}, State: indicator.Missing,
		Coverage: indicator.Coverage{Expected: p.Days(), Unit: "days"},
		Gaps:     []indicator.Gap{{From: p.From, To: p.To, Reason: "no_run"}},
	}
}

// newest returns the week that the page is about.
func (t track) newest() week { return t.weeks[len(t.weeks)-1] }

// period returns all days of the track.
func (t track) period() observation.Period {
	return observation.Period{From: t.weeks[0].now.Period.From, To: t.newest().now.Period.To}
}

// noun is the metric whose words name this one: the views of a video are not views of pages.
func (t track) noun() observation.Metric {
	m := t.Metric
	if m.ID == "views" && t.Channel.Kind == "youtube" {
		m.ID = "media_views"
	}
	return m
}

// target returns what a week is to reach, or nil.
func (t track) target(f indicator.Figure) *float64 {
	if f.Target != nil {
		return f.Target
	}
	return t.Target
}

// breakBetween returns the first break that keeps a later period from being held against an earlier one.
func breakBetween(breaks []indicator.Break, earlier, later indicator.Period) *indicator.Break {
	var first *indicator.Break
	for i, b := range breaks {
		if b.On > earlier.From && b.On < later.To && (first == nil || b.On < first.On) {
			first = &breaks[i]
		}
	}
	return first
}

// measured returns the number of a figure when it has one.
func measured(f indicator.Figure) (float64, bool) {
	switch f.State {
	case indicator.OK, indicator.Zero, indicator.Partial:
		if f.Value != nil {
			return *f.Value, true
		}
	}
	return 0, false
}
