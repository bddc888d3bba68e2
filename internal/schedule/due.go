package schedule

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"seuranta/internal/observation"
)

// firstDays is how far back a source that never answered is asked. Whoever wants more says --from.
const firstDays = 400

// retryDays is how long a source is asked again for days that it did not answer. What is still missing then is missing until
// somebody says --from.
const retryDays = 30

// Retry returns the days whose coverage Window wants to know.
func Retry(s observation.Source, now time.Time) observation.Period {
	today := observation.DateOf(now.In(s.Zone))
	return observation.Period{From: today - retryDays, To: today}
}

// Window returns the days that a source owes: from its newest good run, less the days that it may still revise, to the end
// of yesterday in its zone, however long ago that run was; and from the first of the days of Retry that recent, their
// coverage, does not show as answered. A source that never answered owes the past 400 days. All as far as it was alive.
func Window(s observation.Source, lastGood time.Time, recent []observation.Coverage, now time.Time) observation.Period {
	today := observation.DateOf(now.In(s.Zone))
	p := observation.Period{From: today - firstDays, To: today}
	if !lastGood.IsZero() {
		p.From = observation.DateOf(lastGood.In(s.Zone)) - 1 - observation.Date(s.SettleDays)
	}
	retry := Retry(s, now)
	for _, c := range recent {
		if c.Source == s.ID && retry.Contains(c.From) && !c.Result.Answered() && !c.Result.NotApplicable() {
			p.From = min(p.From, c.From)
		}
	}
	p.From = min(p.From, today-1)
	return s.Life.Within(p)
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
	if skipped, ok := inGap(plan, after); ok && skipped.Before(due) {
		due = skipped
	}
	return due, true, nil
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

// Due tells whether a source that last ran at last is to run at now. One that never ran is; one without a schedule runs
// only when somebody asks for it.
func Due(s observation.Source, last, now time.Time) (bool, error) {
	due, ok, err := Next(s, last)
	if err != nil || !ok {
		return false, err
	}
	return last.IsZero() || !due.After(now), nil
}

// grace is how long after its due time a source may be without an answer before it is called late.
const grace = 6 * time.Hour

// Late tells whether a source should have answered by now: it owes days, it was due after its newest good run, and grace has
// passed. One that never answered is late as soon as it owes a day.
func Late(s observation.Source, lastGood, now time.Time) (bool, error) {
	due, ok, err := Next(s, lastGood)
	if err != nil || !ok || Window(s, lastGood, nil, now).Empty() {
		return false, err
	}
	return lastGood.IsZero() || due.Add(grace).Before(now), nil
}
