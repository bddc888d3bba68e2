package config

import (
	"fmt"
	"strings"
	"time"

	cronlib "github.com/robfig/cron/v3"
)

// cronFields are the five fields of a schedule, and what each takes.
func cronFields() [5]struct{ name, takes string } {
	return [5]struct{ name, takes string }{
		{"minute", "minutes run from 0 to 59"},
		{"hour", "hours run from 0 to 23"},
		{"day of the month", "days run from 1 to 31"},
		{"month", "months run from 1 to 12, or jan to dec"},
		{"weekday", "weekdays run from 0 (Sunday) to 6, or sun to sat"},
	}
}

// shortestEvery is the shortest time between two runs that a schedule can ask for.
const shortestEvery = time.Minute

// longestEvery is the longest.
const longestEvery = 366 * 24 * time.Hour

func (v *cron) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	if err := checkCron(s); err != nil {
		return *err
	}
	*v = cron(s)
	return nil
}

func checkCron(s string) *misfit {
	switch {
	case strings.HasPrefix(s, "@every "):
		if every, err := time.ParseDuration(strings.TrimSpace(s[len("@every "):])); err != nil || every < shortestEvery || every > longestEvery {
			return &misfit{show(s) + " is no schedule", "after @every stands a length from a minute to a year (8784h), as @every 6h or @every 1h30m"}
		}
		return nil
	case strings.HasPrefix(s, "@"):
		if _, err := cronlib.ParseStandard(s); err != nil {
			return &misfit{show(s) + " is no schedule", "after @ stands one of hourly, daily, weekly, monthly, yearly, every"}
		}
		return nil
	case strings.Contains(s, "TZ="):
		return &misfit{show(s) + " names a time zone", "a schedule follows the time zone of the organisation; take TZ= out"}
	}
	return checkCronFields(s)
}

func checkCronFields(s string) *misfit {
	fields := strings.Fields(s)
	if len(fields) != 5 {
		return &misfit{fmt.Sprintf("%s has %d fields", show(s), len(fields)),
			"a schedule has five: minute, hour, day of the month, month, weekday, as 15 4 * * * for every day at 4:15; @daily and @every 6h are understood too"}
	}
	for i, field := range cronFields() {
		alone := []string{"*", "*", "*", "*", "*"}
		alone[i] = fields[i]
		_, err := cronlib.ParseStandard(strings.Join(alone, " "))
		if err != nil || len(fields[i]) > maxCompare || hasEmptyPart(fields[i]) {
			return &misfit{fmt.Sprintf("the %s %s does not fit", field.name, show(fields[i])),
				field.takes + "; * is every one, 1,15 a list, 8-16 a range, */5 every fifth"}
		}
	}
	schedule, err := cronlib.ParseStandard(s)
	if err != nil || schedule.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return &misfit{show(s) + " never comes", "there is no such day in any month that it names"}
	}
	return nil
}

// hasEmptyPart tells whether a list lacks a part; the parser would take it for never.
func hasEmptyPart(field string) bool {
	for _, part := range strings.Split(field, ",") {
		if part == "" {
			return true
		}
	}
	return false
}
