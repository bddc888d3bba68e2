package observation

import (
	"fmt"
	"time"
)

// Date is a civil day without a zone, counted in days since 1970-01-01. Dates compare and subtract as numbers.
type Date int32

const dateLayout = "2006-01-02"

// NewDate returns the civil day y-m-d; out-of-range months and days are carried over as time.Date does.
func NewDate(y int, m time.Month, d int) Date {
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

const secondsPerDay = 24 * 60 * 60

// DateOf returns the civil day that t falls on in t's own zone.
func DateOf(t time.Time) Date {
	return NewDate(t.Date())
}

// ParseDate reads a day written as 2026-11-21. A day that does not exist (31.2.) is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return 0, fmt.Errorf("read date %q: want a day of the calendar as 2026-11-21", s)
	}
	return DateOf(t), nil
}

// UTC returns midnight of d in UTC; it carries the calendar, not an instant of the day's own zone (Start does).
func (d Date) UTC() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String writes d as 2026-11-21.
func (d Date) String() string { return d.UTC().Format(dateLayout) }

// MarshalText writes d as 2026-11-21.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}

// Year returns the calendar year of d.
func (d Date) Year() int { return d.UTC().Year() }

// Month returns the month of d.
func (d Date) Month() time.Month { return d.UTC().Month() }

// Weekday returns the day of the week of d.
func (d Date) Weekday() time.Weekday { return d.UTC().Weekday() }

// ISOWeek returns the ISO 8601 year and week of d.
func (d Date) ISOWeek() (year, week int) { return d.UTC().ISOWeek() }

// Start returns the instant from which on it is d or later in loc: the end of the last moment that still was the day before.
// Where the clocks skip midnight that is the first instant after the gap; a day that the zone left out has no length.
func (d Date) Start(loc *time.Location) time.Time {
	wall := d.UTC()
	start := wall.Add(-36 * time.Hour).In(loc) // no zone is further than 26 hours from another
	at := start
	for {
		_, offset := at.Zone()
		begin, end := zoneBounds(at)
		midnight := wall.Add(-time.Duration(offset) * time.Second)
		if !begin.Before(midnight) {
			return start
		}
		if end.IsZero() || midnight.Before(end) {
			start = midnight.In(loc)
		} else {
			start = end
		}
		if end.IsZero() || end.After(wall.Add(36*time.Hour)) {
			return start
		}
		at = end
	}
}

// zoneBounds is at.ZoneBounds with an end that lies after at: from 2037 on the library's, on the last day of a leap year,
// does not. An end too early does no harm, since the next one is asked for there.
func zoneBounds(at time.Time) (begin, end time.Time) {
	begin, end = at.ZoneBounds()
	if !end.IsZero() && !end.After(at) {
		end = at.Add(time.Hour)
	}
	return begin, end
}

// End returns the instant at which d is over in loc: the start of the day after.
func (d Date) End(loc *time.Location) time.Time { return (d + 1).Start(loc) }
