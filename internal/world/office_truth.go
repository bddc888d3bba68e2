package world

import (
	"slices"
	"time"

	"seuranta/internal/observation"
)

// known is what people know of days: the value of each day that one was typed for, by the day.
type known map[observation.Date]int

// knownUntil returns what was typed before a moment; of two numbers of a day the one typed last holds.
func (l *level) knownUntil(until moment) known {
	out := known{}
	for _, r := range l.readings {
		if r.at < until {
			out[r.on] = r.value
		}
	}
	return out
}

// held returns the value that holds on a day: that of the newest day typed for, up to and with the first day of the next
// period of the grain by which people are reminded.
func (k known) held(d observation.Date, due func(observation.Date) observation.Date) (value int, ok bool) {
	newest, any := observation.Date(0), false
	for on := range k {
		if on <= d && (!any || on > newest) {
			newest, any = on, true
		}
	}
	if !any || d > due(newest) {
		return 0, false
	}
	return k[newest], true
}

// levelOf judges a level over days of which those before today are over: the value is that of the newest day that has one; it
// is only part of the truth when the last day has none.
func levelOf(days observation.Period, today observation.Date, held func(observation.Date) (int, bool)) Truth {
	f := Truth{State: StateMissing}
	last := false
	for d := days.From; d < min(days.To, today); d++ {
		f.Expected++
		value, ok := held(d)
		if last = ok; ok {
			f.Measured++
			f.Value = number(value)
		}
	}
	switch {
	case f.Value == nil:
	case !last:
		f.State = StatePartial
	default:
		f.State = okOrZero(int(*f.Value))
	}
	return f
}

func (w *World) levelTruth() []Truth {
	var out []Truth
	for _, l := range w.levels {
		k := l.knownUntil(w.looks())
		for _, week := range w.weeks() {
			out = append(out, l.name(week, observation.Week, levelOf(week, w.plan.today, l.holds(k))))
		}
	}
	return out
}

func (l *level) holds(k known) func(observation.Date) (int, bool) {
	due := func(d observation.Date) observation.Date { return l.remind.Holding(d).To }
	return func(d observation.Date) (int, bool) { return k.held(d, due) }
}

func (l *level) name(p observation.Period, g observation.Grain, f Truth) Truth {
	f.Target, f.Metric, f.Grain, f.From = l.channel, l.metric, g, p.From
	return f
}

// looks is the moment at which the demo looks.
func (w *World) looks() moment { return w.plan.clock(w.plan.today, 6, 0) }

// weeks returns the closed weeks.
func (w *World) weeks() []observation.Period { return observation.Week.Split(w.plan.weeks) }

// quarter is how long a level holds that nobody is reminded of.
const quarter = 13 * 7

// sheetTruth returns the figures of the page on Facebook, week by week: those of the newest file.
func (w *World) sheetTruth() []Truth {
	var out []Truth
	newest := w.sheet.exports[len(w.sheet.exports)-1]
	for _, week := range w.weeks() {
		for _, c := range sheetColumns() {
			f := w.sheet.truth(newest, week, c[1])
			if slices.Contains([]string{"followers", "reach"}, c[1]) { // Facebook tells of them, too
				f.Metric += "~facebook-taulukko"
			}
			out = append(out, f)
		}
	}
	return out
}

func (s *sheet) truth(e export, week observation.Period, metric string) Truth {
	if metric == "followers" {
		return s.followers(e, week)
	}
	f := Truth{Target: "facebook", Metric: metric, Grain: observation.Week, From: week.From, State: StateMissing, Expected: 7}
	if n, ok := s.number(e, week.From, metric); ok {
		f.Value, f.State, f.Measured = number(n), okOrZero(n), 7
	}
	return f
}

// followers are those at the end of each week, and hold.
func (s *sheet) followers(e export, week observation.Period) Truth {
	k := known{}
	for _, row := range s.weeks {
		if n, ok := s.number(e, row.from, "followers"); ok {
			k[row.from+6] = n
		}
	}
	f := levelOf(week, s.plan.today, func(d observation.Date) (int, bool) {
		return k.held(d, func(on observation.Date) observation.Date { return on + quarter })
	})
	f.Target, f.Metric, f.Grain, f.From = "facebook", "followers", observation.Week, week.From
	return f
}

// signupTruth returns the sign-ups of every whole month, for the country and for the regions that were typed.
func (w *World) signupTruth() []Truth {
	var out []Truth
	for _, region := range append([]string{""}, signupRegions()...) {
		typed := slices.DeleteFunc(slices.Clone(w.signups), func(s signup) bool { return s.region != region })
		if region != "" && len(typed) == 0 {
			continue // what nobody ever typed is no part of anything
		}
		for _, first := range w.plan.starts(observation.Month) {
			if month := observation.Month.Holding(first); month.To <= w.plan.today {
				out = append(out, w.plan.signupsIn(month, region, typed))
			}
		}
	}
	return out
}

func (p plan) signupsIn(month observation.Period, region string, typed []signup) Truth {
	f := Truth{Target: "project:" + Work, Metric: "signups", Grain: observation.Month, From: month.From, State: StateMissing, Expected: month.Days()}
	if region != "" {
		f.Dims = "region=" + region
	}
	if month.From < p.work {
		f.State, f.Expected = StateNotApplicable, 0
	}
	for _, s := range typed {
		if s.month == month {
			f.Value, f.State, f.Measured = number(s.value), okOrZero(s.value), month.Days()
		}
	}
	return f
}

// appearanceTruth returns the appearances of the project and of the centre, week by week. A day is known when something was noted
// for it, be it that there was none, and after that until the notes are due again.
func (w *World) appearanceTruth() []Truth {
	var out []Truth
	notes := known{}
	for _, a := range w.appearances {
		notes[a.On] = 1
	}
	for _, q := range w.quiet {
		for d := q.Days.From; d < q.Days.To; d++ {
			notes[d] = 0
		}
	}
	for _, week := range w.weeks() {
		out = append(out, w.appearancesIn(week, "project:"+Work, notes, func(a Appearance) bool { return a.Project == Work }))
		if len(w.appearances) > 0 {
			out = append(out, w.appearancesIn(week, "-", notes, func(Appearance) bool { return true }))
		}
	}
	return out
}

func (w *World) appearancesIn(week observation.Period, target string, notes known, counts func(Appearance) bool) Truth {
	f := Truth{Target: target, Metric: "appearances", Grain: observation.Week, From: week.From}
	n := 0
	for d := week.From; d < week.To; d++ {
		if target != "-" && d < w.plan.work {
			continue
		}
		f.Expected++
		for _, a := range w.appearances {
			if a.On == d && counts(a) {
				n++
			}
		}
		if _, kept := notes.held(d, noted); kept {
			f.Measured++
		}
	}
	switch {
	case f.Expected == 0:
		f.State = StateNotApplicable
	case f.Measured == 0:
		f.State = StateMissing
	case f.Measured < f.Expected:
		f.State, f.Value = StatePartial, number(n)
	default:
		f.State, f.Value = okOrZero(n), number(n)
	}
	return f
}

// earlier returns what two figures looked like before they were corrected: the subscribers on the day of the slip, and
// reactions of a week that the first file told wrong.
func (w *World) earlier() []Truth {
	var out []Truth
	for _, l := range w.levels {
		for _, r := range l.readings {
			if !r.corrects {
				continue
			}
			asOf := w.plan.whole(r.on + 1).to
			days := observation.Day.Holding(r.on)
			f := l.name(days, observation.Day, levelOf(days, w.plan.today, l.holds(l.knownUntil(asOf))))
			f.AsOf = asOf.time(w.plan.zone)
			out = append(out, f, l.name(days, observation.Day, levelOf(days, w.plan.today, l.holds(l.knownUntil(w.looks())))))
		}
	}
	if first := w.sheet.exports[0]; first.slip && w.sheet.slipped() >= w.plan.weeks.From {
		f := w.sheet.truth(first, observation.Week.Holding(w.sheet.slipped()), "reactions")
		f.AsOf = w.plan.whole(first.at.day(w.plan.zone)).to.time(w.plan.zone)
		out = append(out, f)
	}
	return out
}

// Known returns the moment as of which a figure is known; now is that of all others.
func (f Truth) Known(now time.Time) time.Time {
	if f.AsOf.IsZero() {
		return now
	}
	return f.AsOf
}
