package world

import (
	"slices"
	"time"

	"seuranta/internal/observation"
)

// dayState is what is known of a day of an account.
type dayState int

const (
	dayTold    dayState = iota
	dayOpen             // it is to be told, and was not yet
	dayWithout          // the platform does not tell it of this day
)

// daysOf is the zone of the days of an account: those of Meta are those of California, those of LinkedIn are those of UTC.
func daysOf(channel string) *time.Location {
	if channel == LinkedInProject {
		return time.UTC
	}
	return california()
}

// toldOf is what becomes of a day whose number a platform tells by the day. It is known once the
// account was looked at after its end, and not when the platform had ended the number by then.
func (w *World) toldOf(channel string, day, since, ended observation.Date) dayState {
	if day < w.LooksSince(channel) || day < since {
		return dayWithout
	}
	for _, at := range w.Looks(channel) {
		if w.fails(channel, observation.DateOf(at)) || at.Before(day.End(daysOf(channel))) {
			continue
		}
		if ended != 0 && !at.Before(ended.Start(daysOf(channel))) {
			return dayWithout
		}
		return dayTold
	}
	return dayOpen
}

// daily is a number of an account that is told by the day.
type daily struct {
	metric       string
	of           func(from, to time.Time) int
	since, ended observation.Date // zero is always, and never
	known        bool             // that it ended, whether or not anybody asks
}

// dailyOf are the numbers that the platform of a channel tells by the day.
func (w *World) dailyOf(channel string) []daily {
	a := w.Account(channel)
	sum := func(of func(come) int) func(from, to time.Time) int {
		return func(from, to time.Time) int { return of(came(a.Posts, from, to)) }
	}
	joined, left := a.moved(false), a.moved(true)
	clicks := func(n come) int { return n.clicks }
	switch channel {
	case Facebook:
		return []daily{{metric: "gained", of: joined}, {metric: "lost", of: left}, {metric: "media_views", of: sum(viewed), since: viewsOfMeta}, {metric: "impressions", of: sum(viewed), ended: viewsOfMeta, known: true},
			{metric: "engagements", of: func(from, to time.Time) int { return did(a.Posts, from, to) }, ended: w.Withdrawn()},
			{metric: "profile_views", of: func(from, to time.Time) int { return 2*joined(from, to) + left(from, to) }}}
	case Instagram:
		return []daily{{metric: "gained", of: joined}, {metric: "lost", of: left}, {metric: "media_views", of: sum(viewed)}, {metric: "reactions", of: sum(reacted.of)}, {metric: "comments", of: sum(commented.of)},
			{metric: "shares", of: sum(shared.of)}, {metric: "link_clicks", of: sum(clicks)}, {metric: "engagements", of: sum(func(n come) int { return n.reactions + n.comments + n.shares })},
			{metric: "profile_views", of: sum(func(n come) int { return n.viewers + n.clicks })}}
	case LinkedInProject:
		return []daily{{metric: "gained", of: joined}, {metric: "impressions", of: sum(viewed)}, {metric: "reactions", of: sum(reacted.of)}, {metric: "comments", of: sum(commented.of)}, {metric: "shares", of: sum(shared.of)},
			{metric: "link_clicks", of: sum(clicks)}}
	case Threads:
		return []daily{{metric: "reactions", of: sum(reacted.of)}, {metric: "comments", of: sum(commented.of)}, {metric: "shares", of: sum(shared.of)}, {metric: "link_clicks", of: sum(clicks)}, {metric: "profile_views", of: sum(viewed)}}
	}
	return nil
}

// moved counts who began to follow the account, or left it.
func (a Account) moved(left bool) func(from, to time.Time) int {
	return func(from, to time.Time) (n int) {
		for _, m := range a.Moves {
			if m.Left == left && !m.At.Before(from) && m.At.Before(to) {
				n++
			}
		}
		return n
	}
}

// dailyTruth are the numbers that platforms tell by the day, week by week.
func (w *World) dailyTruth() []Truth {
	var out []Truth
	for _, channel := range []string{Facebook, Instagram, Threads, LinkedInProject} {
		for _, week := range w.weeks() {
			for _, d := range w.dailyOf(channel) {
				out = append(out, d.in(week, channel, func(day observation.Date) dayState {
					if d.known && day >= d.ended {
						return dayWithout
					}
					return w.toldOf(channel, day, d.since, d.ended)
				}))
			}
			switch channel {
			case Facebook, Instagram:
				out = append(out, w.reachIn(channel, week))
			case LinkedInProject:
				out = append(out, w.reachByDays(channel, week))
			}
		}
	}
	return out
}

// in adds a week up: only what is known of it.
func (d daily) in(week observation.Period, channel string, told func(observation.Date) dayState) Truth {
	f := Truth{Target: channel, Metric: d.metric, Grain: observation.Week, From: week.From}
	sum := 0
	for day := week.From; day < week.To; day++ {
		switch told(day) {
		case dayTold:
			sum += d.of(day.Start(daysOf(channel)), day.End(daysOf(channel)))
			f.Measured++
			f.Expected++
		case dayOpen:
			f.Expected++
		}
	}
	f.sumUp(sum)
	return f
}

// sumUp gives a sum of days its state.
func (f *Truth) sumUp(sum int) {
	switch {
	case f.Expected == 0:
		f.State = StateNotApplicable
	case f.Measured == 0:
		f.State = StateMissing
	case f.Measured < f.Expected:
		f.State, f.Value = StatePartial, number(sum)
	default:
		f.State, f.Value = okOrZero(sum), number(sum)
	}
}

// reachIn is how many people an account reached in a week: the platform's own number of the week; where it told none, between the most
// of a day and all days together, because nobody knows who came twice.
func (w *World) reachIn(channel string, week observation.Period) Truth {
	posts := w.Account(channel).Posts
	f := Truth{Target: channel, Metric: "reach", Grain: observation.Week, From: week.From}
	told := func(day observation.Date) dayState {
		if channel == Facebook && day < viewersOfMeta {
			return w.toldOf(channel, day, 0, viewersOfMeta)
		}
		return w.toldOf(channel, day, 0, 0)
	}
	whole := week.From >= viewersOfMeta || week.To <= viewersOfMeta || channel != Facebook
	if told(week.To-1) == dayTold && whole && week.From >= w.LooksSince(channel) {
		n := came(posts, week.From.Start(california()), week.To.Start(california())).viewers
		f.State, f.Value, f.Measured, f.Expected = okOrZero(n), number(n), 7, 7
		return f
	}
	f.people(w.viewers(channel, week, told, &f.Expected))
	return f
}

// reachByDays is how many people an account reached in a week whose platform tells of days alone.
func (w *World) reachByDays(channel string, week observation.Period) Truth {
	f := Truth{Target: channel, Metric: "reach", Grain: observation.Week, From: week.From}
	told := func(day observation.Date) dayState { return w.toldOf(channel, day, 0, 0) }
	f.people(w.viewers(channel, week, told, &f.Expected))
	return f
}

// viewers are how many people came on each day that was told, and expected how many days should be.
func (w *World) viewers(channel string, week observation.Period, told func(observation.Date) dayState, expected *int) (days []int) {
	for day := week.From; day < week.To; day++ {
		switch told(day) {
		case dayTold:
			days = append(days, came(w.Account(channel).Posts, day.Start(daysOf(channel)), day.End(daysOf(channel))).viewers)
			*expected++
		case dayOpen:
			*expected++
		}
	}
	return days
}

// people makes a figure of how many people came on each of some days: one day is what it is, of several there is a range.
func (f *Truth) people(days []int) {
	sum, most := 0, 0
	for _, n := range days {
		sum, most = sum+n, max(most, n)
	}
	f.Measured = len(days)
	f.sumUp(sum)
	if len(days) > 1 && (sum > 0 || f.Measured < f.Expected) {
		f.State, f.Value, f.Low, f.High = StateBounded, nil, number(most), number(sum)
	}
}

// linkedInReach is how many people saw posts on LinkedIn, of which its files tell days alone; of its posts they tell nothing here.
func (w *World) linkedInReach() []Truth {
	var out []Truth
	for _, week := range w.weeks() {
		f := Truth{Target: LinkedIn, Metric: "reach", Grain: observation.Week, From: week.From, Expected: 7}
		var days []int
		for day := week.From; day < week.To; day++ {
			if slices.ContainsFunc(w.downloads(), func(d download) bool { return d.days.Contains(day) }) {
				days = append(days, came(w.Account(LinkedIn).Posts, day.UTC(), (day+1).UTC()).viewers)
			}
		}
		f.people(days)
		out = append(out, f, Truth{Target: LinkedIn, Metric: "publications", Grain: observation.Week, From: week.From, State: StateMissing, Expected: 7})
	}
	return out
}
