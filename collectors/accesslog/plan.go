package accesslog

import (
	"sort"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// plan is which days have to be counted to answer a window: the closed days asked for, and the whole of every closed
// week that the window touches. They are consecutive.
type plan struct {
	zone   *time.Location
	days   []observation.Period // to be answered
	weeks  []observation.Period // to be answered
	first  observation.Date     // of the days to be counted
	starts []int64              // of the days to be counted, in seconds since 1970, and the end of the last
	last   int                  // the day found last: most lines are of the same one
}

// newPlan makes the plan of a window.
func newPlan(w collector.Window) *plan {
	p := &plan{zone: w.Zone}
	if w.Asks(observation.Day) {
		p.days = w.Periods(observation.Day)
	}
	if w.Asks(observation.Week) {
		p.weeks = w.Periods(observation.Week)
	}
	var needed observation.Period
	for _, list := range [][]observation.Period{p.days, p.weeks} {
		if len(list) == 0 {
			continue
		}
		own := observation.Period{From: list[0].From, To: list[len(list)-1].To}
		if needed.Empty() {
			needed = own
		}
		needed = observation.Period{From: min(needed.From, own.From), To: max(needed.To, own.To)}
	}
	p.first = needed.From
	for d := needed.From; d <= needed.To && !needed.Empty(); d++ {
		p.starts = append(p.starts, d.Start(p.zone).Unix())
	}
	return p
}

// size returns the number of days to be counted.
func (p *plan) size() int { return max(0, len(p.starts)-1) }

// span returns the first second to be counted, and the first one after all of them.
func (p *plan) span() (from, to int64) { return p.starts[0], p.starts[len(p.starts)-1] }

// dayAt returns which of the days to be counted holds the second at.
func (p *plan) dayAt(at int64) (int, bool) {
	if p.starts[p.last] <= at && at < p.starts[p.last+1] {
		return p.last, true
	}
	if from, to := p.span(); at < from || at >= to {
		return 0, false
	}
	p.last = sort.Search(p.size(), func(i int) bool { return p.starts[i+1] > at })
	return p.last, true
}

// indices returns which of the days to be counted are those of q: from up to but not including to.
func (p *plan) indices(q observation.Period) (from, to int) {
	return int(q.From - p.first), int(q.To - p.first)
}

// bounds returns the first second of q and the first one after it.
func (p *plan) bounds(q observation.Period) (from, to int64) {
	return q.Start(p.zone).Unix(), q.End(p.zone).Unix()
}
