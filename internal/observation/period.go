package observation

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Grain is the length of the period that one number is about.
type Grain string

// The grains. A Snapshot is true at one instant; its period is the day it was read for.
const (
	Day      Grain = "day"
	Week     Grain = "week" // ISO: Monday to Sunday
	Month    Grain = "month"
	Days28   Grain = "days28" // any 28 days in a row
	Quarter  Grain = "quarter"
	Year     Grain = "year"
	Snapshot Grain = "snapshot"
)

// Grains lists every grain, finest first.
func Grains() []Grain { return []Grain{Day, Snapshot, Week, Days28, Month, Quarter, Year} }

// ParseGrain reads a grain's name.
func ParseGrain(s string) (Grain, error) {
	for _, g := range Grains() {
		if string(g) == s {
			return g, nil
		}
	}
	return "", fmt.Errorf("read grain %q: want day, snapshot, week, days28, month, quarter or year", s)
}

// The days that can be stored: those that every version of the database knows.
const (
	FirstDay Date = 0     // 1970-01-01
	LastDay  Date = 49672 // 2105-12-31
)

// validate refuses a grain that is none, and a day on which no period of g that can be stored begins.
func (g Grain) validate(from Date) error {
	switch {
	case !slices.Contains(Grains(), g):
		return fmt.Errorf("unknown grain %q", g)
	case from < FirstDay || from > LastDay:
		return fmt.Errorf("only days from %s to %s can be stored", FirstDay, LastDay)
	case g.Start(from) != from:
		return fmt.Errorf("no %s begins on this day", g)
	}
	return nil
}

// Start returns the first day of the period of g that holds d. Any day starts 28 days.
func (g Grain) Start(d Date) Date {
	t := d.UTC()
	switch g {
	case Week:
		return d - Date((int(t.Weekday())+6)%7)
	case Month:
		return NewDate(t.Year(), t.Month(), 1)
	case Quarter:
		return NewDate(t.Year(), (t.Month()-1)/3*3+1, 1)
	case Year:
		return NewDate(t.Year(), 1, 1)
	}
	return d
}

// Next returns the first day after the period of g that starts at from.
func (g Grain) Next(from Date) Date {
	t := from.UTC()
	switch g {
	case Week:
		return from + 7
	case Days28:
		return from + 28
	case Month:
		return NewDate(t.Year(), t.Month()+1, 1)
	case Quarter:
		return NewDate(t.Year(), t.Month()+3, 1)
	case Year:
		return NewDate(t.Year()+1, 1, 1)
	}
	return from + 1
}

// Holding returns the period of g that holds d.
func (g Grain) Holding(d Date) Period {
	from := g.Start(d)
	return Period{From: from, To: g.Next(from)}
}

// Split returns the periods of g that touch p, oldest first. A year split in weeks begins and ends with weeks that also
// belong to its neighbours; Period.Holds tells which do.
func (g Grain) Split(p Period) []Period {
	if p.Empty() {
		return nil
	}
	var out []Period
	for from := g.Start(p.From); from < p.To; from = g.Next(from) {
		out = append(out, Period{From: from, To: g.Next(from)})
	}
	return out
}

// MakesUp tells whether every period of the coarser grain is filled by periods of g without a rest.
func (g Grain) MakesUp(coarser Grain) bool {
	switch g {
	case Day:
		return coarser != Snapshot
	case Month:
		return coarser == Quarter || coarser == Year
	case Quarter:
		return coarser == Year
	}
	return false
}

// Needed returns at which of the grains that a source tells its numbers of a shape are needed, finest first. A level is
// looked at at instants where the source does so. What adds is needed only where finer periods do not make the coarser ones
// up; of unique people every grain has its own answer.
func (s Shape) Needed(told []Grain) []Grain {
	if s == Level && slices.Contains(told, Snapshot) {
		return []Grain{Snapshot}
	}
	var out []Grain
	for _, g := range Grains() {
		made := s != Unique && slices.ContainsFunc(out, func(finer Grain) bool { return finer != g && finer.MakesUp(g) })
		if g != Snapshot && slices.Contains(told, g) && !made {
			out = append(out, g)
		}
	}
	return out
}

// Period is a half-open run of civil days: From belongs to it, To does not.
type Period struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Days returns the number of days of p.
func (p Period) Days() int { return max(0, int(p.To-p.From)) }

// Empty tells whether p holds no day.
func (p Period) Empty() bool { return p.To <= p.From }

// Contains tells whether d belongs to p.
func (p Period) Contains(d Date) bool { return p.From <= d && d < p.To }

// Holds tells whether the whole of q lies in p.
func (p Period) Holds(q Period) bool { return p.From <= q.From && q.To <= p.To }

// Touches tells whether some day belongs to both.
func (p Period) Touches(q Period) bool { return !p.Intersect(q).Empty() }

// Intersect returns the days that p and q share; it may be empty.
func (p Period) Intersect(q Period) Period {
	return Period{From: max(p.From, q.From), To: max(max(p.From, q.From), min(p.To, q.To))}
}

// Start returns the first instant of p in loc.
func (p Period) Start(loc *time.Location) time.Time { return p.From.Start(loc) }

// End returns the instant at which p is over in loc.
func (p Period) End(loc *time.Location) time.Time { return p.To.Start(loc) }

// Is tells whether p is exactly one period of g.
func (p Period) Is(g Grain) bool { return g.Start(p.From) == p.From && g.Next(p.From) == p.To }

// Label names p the way it is asked for: 2026-W47, 2026-11, 2026-Q3, 2026, else 2026-01-01..2026-06-30 (inclusive).
func (p Period) Label() string {
	t := p.From.UTC()
	switch {
	case p.Is(Week):
		y, w := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", y, w)
	case p.Is(Month):
		return t.Format("2006-01")
	case p.Is(Quarter):
		return fmt.Sprintf("%04d-Q%d", t.Year(), (t.Month()+2)/3)
	case p.Is(Year):
		return t.Format("2006")
	case p.Is(Day):
		return p.From.String()
	}
	return p.From.String() + ".." + (p.To - 1).String()
}

// ISOWeekPeriod returns week w of ISO year y; a 53rd week that the year does not have is an error.
func ISOWeekPeriod(y, w int) (Period, error) {
	from := Week.Start(NewDate(y, time.January, 4)) + Date(7*(w-1)) // the 4th of January always lies in week 1
	if gotYear, gotWeek := from.ISOWeek(); gotYear != y || gotWeek != w {
		return Period{}, fmt.Errorf("%d has no week %d", y, w)
	}
	return Week.Holding(from), nil
}

// YearBefore returns the week to hold beside the week that starts at from: the same ISO week of the year before. A 53rd
// week has none as a rule; then it is the week 52 weeks earlier, and same is false.
func YearBefore(from Date) (week Period, same bool) {
	y, w := from.ISOWeek()
	if p, err := ISOWeekPeriod(y-1, w); err == nil {
		return p, true
	}
	return Week.Holding(from - 52*7), false
}

var periodForm = regexp.MustCompile(`^(\d{4})(?:-(?:W(\d{2})|Q([1-4])|H([12])|(\d{2})))?$`)

const rangeForm = len("2026-01-01..2026-06-30")

// ParsePeriod reads a period as people write it: 2026, 2026-Q3, 2026-H1, 2026-11, 2026-W47, 2026-11-21,
// 2026-01-01..2026-06-30 (both days belong to it), last-week, last-month, last-quarter, last-year (as seen on today).
func ParsePeriod(s string, today Date) (Period, error) {
	if g, ok := map[string]Grain{"last-week": Week, "last-month": Month, "last-quarter": Quarter, "last-year": Year}[s]; ok {
		return g.Holding(g.Start(today) - 1), nil
	}
	if m := periodForm.FindStringSubmatch(s); m != nil {
		return parseNamed(s, m)
	}
	if d, err := ParseDate(s); err == nil {
		return Day.Holding(d), nil
	}
	if len(s) == rangeForm && s[10:12] == ".." {
		return parseRange(s[:10], s[12:])
	}
	return Period{}, fmt.Errorf("read period %q: want 2026, 2026-Q3, 2026-H1, 2026-11, 2026-W47, 2026-11-21, 2026-01-01..2026-06-30, last-week, last-month, last-quarter or last-year", s)
}

func parseNamed(s string, m []string) (Period, error) {
	y, _ := strconv.Atoi(m[1])
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n }
	switch {
	case m[2] != "":
		p, err := ISOWeekPeriod(y, number(2))
		if err != nil {
			return Period{}, fmt.Errorf("read period %q: %w", s, err)
		}
		return p, nil
	case m[3] != "":
		return Quarter.Holding(NewDate(y, time.Month(number(3)*3), 1)), nil
	case m[4] != "":
		half := time.Month(number(4)*6 - 5)
		return Period{From: NewDate(y, half, 1), To: NewDate(y, half+6, 1)}, nil
	case m[5] != "":
		if n := number(5); n < 1 || n > 12 {
			return Period{}, fmt.Errorf("read period %q: there is no month %s", s, m[5])
		}
		return Month.Holding(NewDate(y, time.Month(number(5)), 1)), nil
	}
	return Year.Holding(NewDate(y, 1, 1)), nil
}

func parseRange(first, last string) (Period, error) {
	from, err := ParseDate(first)
	if err != nil {
		return Period{}, err
	}
	to, err := ParseDate(last)
	if err != nil {
		return Period{}, err
	}
	if to < from {
		return Period{}, fmt.Errorf("read period %s..%s: its last day lies before its first", first, last)
	}
	return Period{From: from, To: to + 1}, nil
}
