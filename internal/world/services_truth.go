package world

import (
	"time"

	"seuranta/internal/observation"
)

// servicesTruth returns the truth of what the services count: the script on the main site beside its log, the letter to
// professionals, the list of the working group.
func (w *World) servicesTruth() []Truth {
	out := w.browsedTruth()
	for _, week := range w.weeks() {
		out = append(out, w.letterTruth(week)...)
		f := levelOf(week, w.plan.today, func(d observation.Date) (int, bool) { return w.looked(w.group, d) })
		f.Target, f.Metric, f.Grain, f.From = GroupChannel, "members", observation.Week, week.From
		out = append(out, f)
	}
	return out
}

// browsedTruth counts what the script saw, by the day and by the week: a visit on the day of its first page.
func (w *World) browsedTruth() []Truth {
	all := w.Browsed()
	days := observation.Day.Split(observation.Period{From: w.plan.weeks.From, To: w.plan.today})
	var out []Truth
	for _, p := range append(days, w.weeks()...) {
		grain := observation.Day
		if p.Is(observation.Week) {
			grain = observation.Week
		}
		out = append(out, w.browsedIn(all, p, grain)...)
	}
	return out
}

func (w *World) browsedIn(all []Browsed, p observation.Period, grain observation.Grain) []Truth {
	from, to := p.Start(w.plan.zone), p.End(w.plan.zone)
	in := func(t time.Time) bool { return !t.Before(from) && t.Before(to) }
	views, visits, visitors := 0, 0, map[uint64]bool{}
	for _, b := range all {
		if in(b.Pages[0].At) {
			visits++
		}
		for _, r := range b.Pages {
			if in(r.At) {
				views++
				visitors[b.Visitor] = true
			}
		}
	}
	var out []Truth
	for _, told := range []struct {
		metric string
		n      int
	}{{"views~" + BrowserSource, views}, {"visits", visits}, {"visitors~" + BrowserSource, len(visitors)}} {
		f := Truth{Target: Home, Metric: told.metric, Grain: grain, From: p.From, State: StateNotApplicable}
		if p.From >= w.CountedSince() {
			f.State, f.Value, f.Expected, f.Measured = okOrZero(told.n), number(told.n), p.Days(), p.Days()
		}
		out = append(out, f)
	}
	return out
}

// looked returns how many were on a list when it was looked at for a day: the morning after it.
func (w *World) looked(l List, d observation.Date) (int, bool) {
	at := w.plan.clock(d+1, 4, 20)
	if at < moment(w.FirstPoll().Unix()) || at >= w.looks() {
		return 0, false
	}
	return l.size(at.time(w.plan.zone)), true
}

// remembered is how many days before the first look at it the service of the letter remembers who came and went.
const remembered = 180

// letterTruth returns the figures of the letter to professionals in a week. Who was on the list is known of mornings when it
// was looked at, and of the ends of months before.
func (w *World) letterTruth(week observation.Period) []Truth {
	subscribers := levelOf(week, w.plan.today, func(d observation.Date) (int, bool) {
		if n, ok := w.looked(w.letters, d); ok {
			return n, ok
		}
		return w.letters.size(d.End(w.plan.zone).Add(-time.Nanosecond)), observation.Month.Start(d+1) == d+1 && d < w.plan.today-7
	})
	subscribers.Metric = "subscribers"
	sent, letters := 0, 0
	for _, m := range w.letters.Letters {
		if week.Contains(observation.DateOf(m.Sent)) {
			letters, sent = letters+1, sent+m.To
		}
	}
	joined, left := 0, 0
	known := observation.Period{From: max(week.From, observation.DateOf(w.FirstPoll())-remembered), To: week.To}
	for _, m := range w.letters.Moves {
		switch {
		case !known.Contains(observation.DateOf(m.At)):
		case m.Left:
			left++
		default:
			joined++
		}
	}
	out := []Truth{subscribers, counted("publications", letters, 7), counted("sends", sent, 7), counted("gained", joined, known.Days()), counted("lost", left, known.Days())}
	for i := range out {
		out[i].Target, out[i].Grain, out[i].From = LetterChannel, observation.Week, week.From
	}
	return out
}

// counted is a number that was counted on so many days.
func counted(metric string, n, days int) Truth {
	if days == 0 {
		return Truth{Metric: metric, State: StateNotApplicable}
	}
	return Truth{Metric: metric, State: okOrZero(n), Value: number(n), Expected: days, Measured: days}
}
