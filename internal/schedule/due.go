package schedule

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"seuranta/internal/observation"
)

// catchUp is how far back a source that answered before is asked again after a silence; one that never answered is asked
// for firstDays. Whoever wants more says --from.
const firstDays = 400

// Window returns the days that a source owes: from its newest good run, less the days that it may still revise, to the end
// of yesterday in its zone. A source that never answered owes the past 400 days, as far as it was alive.
func Window(s observation.Source, lastGood time.Time, now time.Time) observation.Period {
	today := observation.DateOf(now.In(s.Zone))
	p := observation.Period{From: today - firstDays, To: today}
	if !lastGood.IsZero() {
		p.From = observation.DateOf(lastGood.In(s.Zone)) - 1 - observation.Date(s.SettleDays)
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
	return plan.Next(after.In(s.Zone)), true, nil
}

// Due tells whether a source that last ran at last is to run at now. One that never ran is.
func Due(s observation.Source, last, now time.Time) (bool, error) {
	if last.IsZero() {
		return true, nil
	}
	due, ok, err := Next(s, last)
	return ok && !due.After(now), err
}

// grace is how long after its due time a source may be without an answer before it is called late.
const grace = 6 * time.Hour

// Late tells whether a source should have answered by now: it was due after its newest good run, and grace has passed.
func Late(s observation.Source, lastGood, now time.Time) (bool, error) {
	if lastGood.IsZero() {
		return s.Schedule != "", nil
	}
	due, ok, err := Next(s, lastGood)
	return ok && due.Add(grace).Before(now), err
}
