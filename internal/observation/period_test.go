package observation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "seuranta/internal/observation"
)

// longYears are the ISO years of 53 weeks from 1970 to 2105, from the published list.
var longYears = []int{1970, 1976, 1981, 1987, 1992, 1998, 2004, 2009, 2015, 2020, 2026, 2032, 2037, 2043, 2048, 2054, 2060, 2065, 2071, 2076,
	2082, 2088, 2093, 2099, 2105}

func TestISOWeeksAreGos(t *testing.T) {
	for d := NewDate(1970, 1, 1); d <= LastDay; d++ {
		y, w := time.Date(1970, 1, 1+int(d), 12, 0, 0, 0, time.UTC).ISOWeek()
		p, err := ISOWeekPeriod(y, w)
		if err != nil || p != Week.Holding(d) || !p.Contains(d) || p.From.Weekday() != time.Monday || p.Days() != 7 {
			t.Fatalf("%s lies in week %d-W%02d: %v, %v", d, y, w, p, err)
		}
		if gotYear, gotWeek := d.ISOWeek(); gotYear != y || gotWeek != w {
			t.Fatalf("%s is in %d-W%d, want %d-W%d", d, gotYear, gotWeek, y, w)
		}
	}
}

func TestOnlyLongYearsHaveWeek53(t *testing.T) {
	for y := 1970; y <= 2105; y++ {
		_, err := ISOWeekPeriod(y, 53)
		if long := slices.Contains(longYears, y); long != (err == nil) {
			t.Errorf("%d: 53 weeks is %v, ISOWeekPeriod says %v", y, long, err)
		}
		for _, w := range []int{-1, 0, 54, 105, 1 << 20} {
			if p, err := ISOWeekPeriod(y, w); err == nil {
				t.Errorf("%d has a week %d: %v", y, w, p)
			}
		}
	}
}

func TestYearBefore(t *testing.T) {
	for _, c := range []struct {
		week, before string
		same         bool
	}{
		{"2026-W47", "2025-W47", true},
		{"2027-W01", "2026-W01", true},
		{"2026-W52", "2025-W52", true},
		{"2026-W53", "2025-W52", false}, // 52 weeks earlier: 2025-12-29 is already 2026-W01, so one week before is taken
		{"2027-W52", "2026-W52", true},
		{"2020-W53", "2019-W52", false},
		{"2021-W53", "", false},
	} {
		p, err := ParsePeriod(c.week, 0)
		if c.before == "" {
			if err == nil {
				t.Errorf("%s is read as %v", c.week, p)
			}
			continue
		}
		got, same := YearBefore(p.From)
		if c.same != same || c.same && got.Label() != c.before {
			t.Errorf("the year before %s is %s (same %v), want %s (%v)", c.week, got.Label(), same, c.before, c.same)
		}
		if !same && p.From-got.From != 52*7 {
			t.Errorf("%s is not 52 weeks before %s", got.Label(), c.week)
		}
	}
}

func TestParsePeriod(t *testing.T) {
	today := date(t, "2026-01-05") // a Monday: the week that has just ended began in the year before
	for _, c := range []struct{ in, from, last string }{
		{"2026", "2026-01-01", "2026-12-31"},
		{"2024-02", "2024-02-01", "2024-02-29"},
		{"2026-12", "2026-12-01", "2026-12-31"},
		{"2026-Q1", "2026-01-01", "2026-03-31"},
		{"2026-Q4", "2026-10-01", "2026-12-31"},
		{"2026-H1", "2026-01-01", "2026-06-30"},
		{"2026-H2", "2026-07-01", "2026-12-31"},
		{"2026-W01", "2025-12-29", "2026-01-04"},
		{"2026-W53", "2026-12-28", "2027-01-03"},
		{"2026-11-21", "2026-11-21", "2026-11-21"},
		{"2026-01-01..2026-06-30", "2026-01-01", "2026-06-30"},
		{"2026-06-30..2026-06-30", "2026-06-30", "2026-06-30"},
		{"last-week", "2025-12-29", "2026-01-04"},
		{"last-month", "2025-12-01", "2025-12-31"},
		{"last-quarter", "2025-10-01", "2025-12-31"},
		{"last-year", "2025-01-01", "2025-12-31"},
	} {
		p, err := ParsePeriod(c.in, today)
		if err != nil || p.From.String() != c.from || (p.To-1).String() != c.last {
			t.Errorf("%s is %s to %s, %v; want %s to %s", c.in, p.From, p.To-1, err, c.from, c.last)
		}
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	for _, s := range []string{"", " ", "26", "02026", "2026-", "2026-1", "2026-00", "2026-13", "2026-Q0", "2026-Q5", "2026-H0", "2026-H3",
		"2026-W00", "2026-W54", "2027-W53", "2026-W1", "2026-w47", "2026W47", "2026-W47-1", "2026-02-30", "2026-06-30..2026-01-01",
		"2026-01-01...2026-06-30", "2026-01..2026-06", "2026-01-01..", "..2026-06-30", "last-day", "LAST-WEEK", "next-week", "last week",
		"2026\n", "2026-Q3\n", "\x002026", "２０２６", "2026-Ｑ3", "2026-11-21'; DROP TABLE runs", "../../etc/passwd", "-2026", "2026..2027",
		"2026-02-28..2026-02-30", strings.Repeat("2", 1<<20)} {
		if p, err := ParsePeriod(s, 0); err == nil {
			t.Errorf("%.40q is read as %s", s, p.Label())
		} else if len(s) > 0 && len(s) < 40 && !strings.Contains(err.Error(), "read ") {
			t.Errorf("%q: the error does not say what was being done: %v", s, err)
		}
	}
}

func drawDate(t *rapid.T, label string) Date {
	return Date(rapid.Int32Range(int32(FirstDay), int32(LastDay)).Draw(t, label))
}

func TestLabelRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(Grains()).Draw(t, "grain").Holding(drawDate(t, "day"))
		if rapid.Bool().Draw(t, "any") {
			p = Period{From: p.From, To: p.From + Date(rapid.IntRange(1, 2000).Draw(t, "days"))}
		}
		if got, err := ParsePeriod(p.Label(), 0); err != nil || got != p {
			t.Fatalf("%s (%s) is read as %v, %v", p.Label(), p.From, got, err)
		}
	})
}

func TestParsePeriodGivesDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9]{4}(-(W[0-9]{2}|Q[0-9]|H[0-9]|[0-9]{2}(-[0-9]{2})?))?`).Draw(t, "s")
		p, err := ParsePeriod(s, 0)
		if err == nil && (p.Empty() || p.Days() > 366) {
			t.Fatalf("%s has %d days", s, p.Days())
		}
	})
}

// TestHolding: the periods of a grain tile the calendar; only 28 days and snapshots begin where they are asked to.
func TestHolding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, d := rapid.SampledFrom(Grains()).Draw(t, "grain"), drawDate(t, "day")
		p := g.Holding(d)
		if !p.Contains(d) || !p.Is(g) || g.Start(p.From) != p.From || g.Next(p.From) != p.To {
			t.Fatalf("the %s of %s is %v", g, d, p)
		}
		if g != Days28 && (g.Holding(p.To-1) != p || g.Holding(p.To) == p) {
			t.Fatalf("the %s of %s ends on %s, and that of its last day is %v", g, d, p.To-1, g.Holding(p.To-1))
		}
		lengths := map[Grain][2]int{Day: {1, 1}, Snapshot: {1, 1}, Week: {7, 7}, Days28: {28, 28}, Month: {28, 31}, Quarter: {90, 92}, Year: {365, 366}}
		if n := p.Days(); n < lengths[g][0] || n > lengths[g][1] {
			t.Fatalf("the %s of %s has %d days", g, d, n)
		}
	})
}

func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SampledFrom(Grains()).Draw(t, "grain")
		from := drawDate(t, "from")
		p := Period{From: from, To: from + Date(rapid.IntRange(-5, 800).Draw(t, "days"))}
		parts := g.Split(p)
		if p.Empty() {
			if len(parts) != 0 {
				t.Fatalf("nothing splits into %v", parts)
			}
			return
		}
		if !parts[0].Contains(p.From) || !parts[len(parts)-1].Contains(p.To-1) {
			t.Fatalf("%v split in %ss is %v", p, g, parts)
		}
		for i, part := range parts {
			if !part.Is(g) || part.Intersect(p).Empty() || i > 0 && parts[i-1].To != part.From {
				t.Fatalf("part %d of %v in %ss is %v", i, p, g, part)
			}
		}
	})
}

func TestYearInWeeksKnowsWhichAreItsOwn(t *testing.T) {
	year := Year.Holding(date(t, "2026-06-01"))
	weeks := Week.Split(year)
	if len(weeks) != 53 || year.Holds(weeks[0]) || year.Holds(weeks[52]) || !year.Holds(weeks[1]) || !year.Holds(weeks[51]) {
		t.Errorf("2026 has the weeks %v", weeks)
	}
}

func TestPeriodSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Period {
			from := Date(rapid.IntRange(0, 20).Draw(t, name))
			return Period{From: from, To: from + Date(rapid.IntRange(-2, 10).Draw(t, name+" days"))}
		}
		p, q := draw("p"), draw("q")
		both, shared := p.Intersect(q), 0
		for d := Date(-5); d < 40; d++ {
			if p.Contains(d) && q.Contains(d) {
				shared++
			}
			if both.Contains(d) != (p.Contains(d) && q.Contains(d)) {
				t.Fatalf("%v and %v share %v, and %s is wrong", p, q, both, d)
			}
		}
		if both.Days() != shared || both.Empty() != (shared == 0) || !q.Empty() && !p.Empty() && p.Holds(q) != (shared == q.Days()) {
			t.Fatalf("%v and %v: %d days, want %d; holds %v", p, q, both.Days(), shared, p.Holds(q))
		}
	})
}

func TestPeriodInAZone(t *testing.T) {
	p, helsinki := Period{From: date(t, "2026-10-25"), To: date(t, "2026-10-27")}, zone(t, "Europe/Helsinki")
	if got := p.End(helsinki).Sub(p.Start(helsinki)); got != 49*time.Hour {
		t.Errorf("the two days are %s long", got)
	}
}

func TestParseGrain(t *testing.T) {
	for _, g := range Grains() {
		if got, err := ParseGrain(string(g)); err != nil || got != g {
			t.Errorf("%s is read as %s, %v", g, got, err)
		}
	}
	for _, s := range []string{"", "Day", "hour", "week ", "days"} {
		if g, err := ParseGrain(s); err == nil {
			t.Errorf("%q is read as %s", s, g)
		}
	}
}
