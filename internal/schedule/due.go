package schedule

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// horizonDays is how far back a source is asked for days that nobody ever asked it for. Whoever wants more says --from.
const horizonDays = 400

// retryDays is how long a source is asked again for days that it did not answer. What is still missing then is missing until
// somebody says --from.
const retryDays = 30

// Horizon returns the days whose coverage Window wants to know.
func Horizon(s observation.Source, now time.Time) observation.Period {
	today := observation.DateOf(now.In(s.Zone))
	return s.Life.Within(observation.Period{From: max(observation.FirstDay, today-horizonDays), To: today})
}

// Window returns the days that a source owes, up to the end of yesterday in its zone: those since its newest good run,
// however long ago that was, and those before it that it may still revise; of the past 400 days those that nobody asked it
// for, and of the past 30 those that it did not answer, as known shows. All as far as it was alive. known is the coverage of
// the days of Horizon.
func Window(s observation.Source, metrics observation.Metrics, lastGood time.Time, known []observation.Coverage, now time.Time) observation.Period {
	today := observation.DateOf(now.In(s.Zone))
	p := sinceGood(s, lastGood, today)
	if open, ok := firstOpen(s, metrics, known, now); ok {
		p.From = min(p.From, open)
	}
	return s.Life.Within(p)
}

// sinceGood returns the days since the newest good run and those before it that may still be revised, at least yesterday.
func sinceGood(s observation.Source, lastGood time.Time, today observation.Date) observation.Period {
	revised := 1 + observation.Date(s.SettleDays)
	p := observation.Period{From: max(observation.FirstDay, today-revised), To: today}
	if !lastGood.IsZero() {
		p.From = min(today-1, observation.DateOf(lastGood.In(s.Zone))-revised)
	}
	return p
}

// firstOpen returns the first day of the horizon that was never asked for, or was not answered lately.
func firstOpen(s observation.Source, metrics observation.Metrics, known []observation.Coverage, now time.Time) (observation.Date, bool) {
	horizon := Horizon(s, now)
	answered := map[observation.CoverageKey]bool{}
	for _, c := range observation.Spoken(known) {
		if c.Source == s.ID {
			key := observation.CoverageKey{Metric: c.Metric, Grain: c.Grain, From: c.From}
			settled := c.Result.Answered() || c.Result.NotApplicable() || outOfReach(c) || c.From < horizon.To-retryDays
			answered[key] = settled && (answered[key] || !seen(answered, key))
		}
	}
	first, found := horizon.To, false
	for _, metric := range s.Metrics {
		for _, grain := range owed(metrics[metric], s.GrainsOf(metric)) {
			if grain == observation.Snapshot {
				continue // yesterday's level cannot be looked at any more
			}
			for _, p := range grain.Split(horizon) {
				if horizon.Holds(p) && !answered[observation.CoverageKey{Metric: metric, Grain: grain, From: p.From}] {
					first, found = min(first, p.From), true
					break
				}
			}
		}
	}
	return first, found
}

// outOfReach tells whether a period lies before what the source still offers: asking again changes nothing.
func outOfReach(c observation.Coverage) bool {
	return c.Reason == collector.ReasonFeedShort || c.Reason == collector.ReasonBeforeStart
}

func seen(m map[observation.CoverageKey]bool, k observation.CoverageKey) bool {
	_, ok := m[k]
	return ok
}

// Next returns when a source is due after a moment, in its zone; ok is false when it has no schedule.
func Next(s observation.Source, after time.Time) (due time.Time, ok bool, err error) {
	if s.Schedule == "" {
		return time.Time{}, false, nil
	}
	plan, err := cron.ParseStandard(s.Schedule)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("read schedule %q of %s: %w", s.Schedule, s.ID, err)
	}
	clock := s.Clock
	if clock == nil {
		clock = s.Zone
	}
	after = after.In(clock)
	due = plan.Next(after)
	for fixedHour(plan) && cameBefore(due) {
		due = plan.Next(due)
	}
	if skipped, ok := inGap(plan, after); ok && skipped.Before(due) {
		due = skipped
	}
	return due, true, nil
}

// fixedHour tells whether a plan names hours of the day, rather than every hour.
func fixedHour(plan cron.Schedule) bool {
	const every = 1 << 63 // the library's mark of a field that is *
	spec, ok := plan.(*cron.SpecSchedule)
	return ok && spec.Hour&every == 0
}

// cameBefore tells whether the clock on the wall shows a time for the second time: it was set back in between.
func cameBefore(t time.Time) bool {
	begin, _ := t.ZoneBounds()
	if t.IsZero() || begin.IsZero() {
		return false
	}
	_, now := t.Zone()
	_, before := begin.Add(-time.Second).Zone()
	return t.Before(begin.Add(time.Duration(before-now) * time.Second))
}

// inGap returns when clocks are set forward over the next time of a plan: cron would leave that night out.
func inGap(plan cron.Schedule, after time.Time) (time.Time, bool) {
	if _, constant := plan.(cron.ConstantDelaySchedule); constant {
		return time.Time{}, false
	}
	wall := func(t time.Time, zone *time.Location) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
	}
	want := plan.Next(wall(after, time.UTC))
	got := wall(want, after.Location())
	if want.IsZero() || wall(got, time.UTC).Equal(want) {
		return time.Time{}, false
	}
	begin, end := got.ZoneBounds()
	at := begin
	if end.Sub(got) < got.Sub(begin) {
		at = end
	}
	return at, true
}

// Due tells whether a source whose last run began at last, as the clock was then, is to run at now. One that never ran is, and
// one that ran in the future: the clock was wrong then or is now. After that run no more follow before their time. One without a schedule runs only when somebody asks for it.
func Due(s observation.Source, last, now time.Time) (bool, error) {
	due, ok, err := Next(s, last)
	if err != nil || !ok {
		return false, err
	}
	return last.IsZero() || !due.After(now) || last.After(now), nil
}

// grace is how long after its due time a source may be without an answer before it is called late.
const grace = 6 * time.Hour

// Late tells whether a source should have answered by now: it owes days, it was due after its newest good run, and grace has
// passed. One that never answered is late as soon as it owes a day.
func Late(s observation.Source, lastGood, now time.Time) (bool, error) {
	due, ok, err := Next(s, lastGood)
	owes := Horizon(s, now)
	if !lastGood.IsZero() {
		owes = s.Life.Within(sinceGood(s, lastGood, observation.DateOf(now.In(s.Zone))))
	}
	if err != nil || !ok || owes.Empty() {
		return false, err
	}
	return lastGood.IsZero() || due.Add(grace).Before(now), nil
}

// Overdue tells whether people are to be told that a source is late, as Late says. One that never answered is given the grace
// from the moment when it could first have done so.
func Overdue(s observation.Source, lastGood, first, now time.Time) (bool, error) {
	late, err := Late(s, lastGood, now)
	if lastGood.IsZero() {
		late = late && !first.IsZero() && first.Add(grace).Before(now)
	}
	return late, err
}
