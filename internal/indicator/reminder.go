package indicator

import (
	"cmp"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"seuranta/internal/observation"
)

// withoutReminder is how long after its day a typed level holds where nobody said when it is due again.
const withoutReminder = 13 * 7

// reminder returns the first day after d on which a level that was typed for d is due again: it holds up to and with that
// day, so that whoever is reminded has the day to type the next.
type reminder func(d observation.Date) observation.Date

// DueAgain returns the day on which the next number of a source that people feed is due, after one that they typed for a day.
func DueAgain(s observation.Source, typed observation.Date) (observation.Date, error) {
	due, err := readReminder(s)
	if err != nil {
		return 0, err
	}
	return due(typed), nil
}

// readReminder reads how a source says when its levels are due: a grain (the first day of each of its periods) or a plan as
// cron writes it.
func readReminder(s observation.Source) (reminder, error) {
	after := func(n observation.Date) reminder {
		return func(d observation.Date) observation.Date { return d + n }
	}
	if s.Remind == "" {
		return after(withoutReminder), nil
	}
	g, err := observation.ParseGrain(s.Remind)
	switch {
	case err == nil && g == observation.Days28:
		return after(28), nil
	case err == nil:
		return func(d observation.Date) observation.Date { return g.Holding(d).To }, nil
	}
	plan, err := cron.ParseStandard(s.Remind)
	if err != nil {
		return nil, fmt.Errorf("read remind %q of %s: want a grain as month, or a plan as cron writes it: %w", s.Remind, s.ID, err)
	}
	return byPlan(plan, cmp.Or(s.Clock, s.Zone, time.UTC)), nil
}

// byPlan finds the day on which a plan is next due. One that never is again leaves a number as one without a reminder.
func byPlan(plan cron.Schedule, clock *time.Location) reminder {
	return func(d observation.Date) observation.Date {
		due := plan.Next(d.End(clock).Add(-time.Second))
		if due.IsZero() {
			return d + withoutReminder
		}
		return max(d+1, observation.DateOf(due.In(clock)))
	}
}
