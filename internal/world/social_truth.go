package world

import (
	"slices"
	"time"

	"seuranta/internal/observation"
)

// told is what a platform tells of an account, and how far back it looks at posts.
type told struct {
	counters []counter
	// back is for how many days the counters of a post are looked at.
	back int
}

// counter is a lifetime counter of posts.
type counter struct {
	name  string // without _total and _earned
	of    func(come) int
	since observation.Date // the rule that it is counted by holds since then; zero is always
}

var (
	viewed    = func(c come) int { return c.views }
	reacted   = counter{name: "reactions", of: func(c come) int { return c.reactions }}
	commented = counter{name: "comments", of: func(c come) int { return c.comments }}
	shared    = counter{name: "shares", of: func(c come) int { return c.shares }}
)

// The days on which platforms began to count otherwise.
var (
	viewsOfMeta    = observation.NewDate(2025, time.November, 15)
	viewersOfMeta  = observation.NewDate(2026, time.June, 15)
	viewsOfYouTube = observation.NewDate(2026, time.August, 24)
)

// tells returns what the platform of a channel tells of posts; ok is false where somebody hands over tables.
func tells(channel string) (out told, ok bool) {
	out = told{back: 60, counters: []counter{reacted, commented, shared}}
	switch channel {
	case X:
		out.back, out.counters = 30, append(out.counters, counter{name: "impressions", of: viewed})
	case Facebook:
		out.counters = append(out.counters, counter{name: "views", of: viewed})
	case Instagram, Threads:
		out.back, out.counters = 28, append(out.counters, counter{name: "views", of: viewed})
	case LinkedInProject: // which tells by the day what was done
		out.counters = nil
	case YouTube:
		out.back, out.counters = 20000, []counter{reacted, commented, {name: "views", of: viewed, since: viewsOfYouTube}}
	}
	return out, channel != LinkedIn && channel != TikTok
}

// socialTruth returns what must be shown of the accounts: by the week who follows, how much was published, what the posts earned;
// of Meta's also what was seen and done on their days.
func (w *World) socialTruth() []Truth {
	out := slices.Concat(w.linkedInTruth(), w.linkedInReach(), w.tikTokTruth(), w.dailyTruth())
	for _, a := range w.accounts {
		t, ok := tells(a.Channel)
		if !ok {
			continue
		}
		for _, week := range w.weeks() {
			out = append(out, w.followersIn(a, week), w.postedIn(a, week))
			for _, c := range t.counters {
				if c.since == 0 && slices.Contains([]string{Facebook, Instagram, Threads}, a.Channel) && c.name != "views" {
					continue // which are told by the day or by the week, and shown so
				}
				if f, ok := w.earnedIn(a, week, t.back, c); ok {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// LooksSince returns the first day that is known of an account: the week before it is looked at for the first time.
func (w *World) LooksSince(channel string) observation.Date {
	return observation.DateOf(w.Looks(channel)[0]) - 7
}

// followersIn are those who follow an account, as the looks of Monday mornings tell for the Sundays before. Facebook tells of each
// day how many there were at its end.
func (w *World) followersIn(a Account, week observation.Period) Truth {
	metric := "followers"
	if a.Channel == YouTube {
		metric = "subscribers"
	}
	f := levelOf(week, w.plan.today, func(d observation.Date) (int, bool) {
		at, ok := w.lookAt(a.Channel, d+1)
		if end := d.End(california()); a.Channel == Facebook && end.Before(w.Now()) {
			at, ok = end.Add(-time.Second), true
		}
		return List{Moves: a.Moves}.size(at), ok
	})
	if week.From < w.LooksSince(a.Channel) {
		f = Truth{State: StateNotApplicable}
	}
	f.Target, f.Metric, f.Grain, f.From = a.Channel, metric, observation.Week, week.From
	return f
}

// california is the zone of Meta's days.
func california() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic("world: " + err.Error())
	}
	return zone
}

// lookAt returns when an account was looked at on a day.
func (w *World) lookAt(channel string, day observation.Date) (time.Time, bool) {
	for _, at := range w.Looks(channel) {
		if observation.DateOf(at) == day && !w.fails(channel, day) {
			return at, true
		}
	}
	return time.Time{}, false
}

// seen tells whether a post was there when its account was looked at: one that was deleted before is known to nobody.
func (w *World) seen(a Account, x Posted) bool {
	return slices.ContainsFunc(w.Looks(a.Channel), func(at time.Time) bool {
		return !at.Before(x.At) && (x.Deleted.IsZero() || at.Before(x.Deleted)) && !w.fails(a.Channel, observation.DateOf(at))
	})
}

// postedIn are the posts of a week, also those that were deleted later.
func (w *World) postedIn(a Account, week observation.Period) Truth {
	n := 0
	for _, x := range a.Posts {
		if week.Contains(observation.DateOf(x.At)) && w.seen(a, x) {
			n++
		}
	}
	f := counted("publications", n, 7)
	if week.From < w.LooksSince(a.Channel) {
		f = counted("publications", 0, 0)
	}
	f.Target, f.Grain, f.From = a.Channel, observation.Week, week.From
	return f
}

// earnedIn is what the posts of an account earned in a week that was looked at at both ends: those that were looked at when it
// ended, or were deleted in it. What is older is not looked at any more.
func (w *World) earnedIn(a Account, week observation.Period, back int, c counter) (Truth, bool) {
	began, beganOK := w.lookAt(a.Channel, week.From)
	ended, endedOK := w.lookAt(a.Channel, week.To)
	sum, n := 0, 0
	for _, x := range a.Posts {
		day := observation.DateOf(x.At)
		if day >= week.To || day < week.To-observation.Date(back) || !x.Deleted.IsZero() && x.Deleted.Before(began) {
			continue
		}
		until := ended
		if !x.Deleted.IsZero() && !x.Deleted.After(ended) {
			until = began // when it was looked at last
		}
		n++
		sum += c.of(came([]Posted{x}, time.Time{}, until.Add(time.Second)))
		if day < week.From {
			sum -= c.of(came([]Posted{x}, time.Time{}, began.Add(time.Second)))
		}
	}
	f := Truth{Target: a.Channel, Metric: c.name + "_earned", Grain: observation.Week, From: week.From, State: okOrZero(sum), Value: number(sum), Expected: n, Measured: n}
	oneRule := c.since <= week.From-1 || c.since >= week.To
	asUsual := a.Channel != Instagram || week.To < w.TokenEnds() // what was missed is made up for, and posts are looked at further back
	return f, beganOK && endedOK && n > 0 && oneRule && asUsual
}

// did counts everything that was done with posts in a stretch of time, and nothing that was taken back.
func did(posts []Posted, from, to time.Time) (n int) {
	for _, x := range posts {
		for _, a := range x.Acts {
			if a.What != Saw && a.What != Unreacted && !a.At.Before(from) && a.At.Before(to) {
				n++
			}
		}
	}
	return n
}
