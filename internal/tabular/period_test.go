package tabular

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seuranta/internal/observation"
)

func TestParsePeriod(t *testing.T) {
	for _, c := range []struct {
		in    string
		order Order
		want  string // grain label
	}{
		{"3.11.2026", "", "day 2026-11-03"}, {"03.11.2026", "", "day 2026-11-03"}, {"3. 11. 2026", "", "day 2026-11-03"}, {"2026-11-03", "", "day 2026-11-03"},
		{"2026/11/03", "", "day 2026-11-03"}, {"20261103", "", "day 2026-11-03"}, {"2026-11-03T00:00:00Z", "", "day 2026-11-03"}, {"2026-11-03 12:30:00", "", "day 2026-11-03"},
		{"3.11.2026 klo 12.30", "", "day 2026-11-03"}, {"ti 3.11.2026", "", "day 2026-11-03"}, {"11/3/2026", MDY, "day 2026-11-03"}, {"3/11/2026", DMY, "day 2026-11-03"},
		{"11/23/2026", "", "day 2026-11-23"}, {"23/11/2026", "", "day 2026-11-23"}, {"11/11/2026", "", "day 2026-11-11"}, {"11/3/2026 10:00 PM", MDY, "day 2026-11-03"},
		{"1. marraskuuta 2026", "", "day 2026-11-01"}, {"3 november 2026", "", "day 2026-11-03"}, {"Nov 3, 2026", "", "day 2026-11-03"}, {"28.2.2026", "", "day 2026-02-28"},
		{"Tue, Nov 3, 2026", "", "day 2026-11-03"}, {"tis 3 november 2026", "", "day 2026-11-03"}, {"Sun, Mar 1, 2026", "", "day 2026-03-01"}, {"LÖR 7.11.2026", "", "day 2026-11-07"}, {"to 5.11.2026", "", "day 2026-11-05"},
		{"vk 47/2026", "", "week 2026-W47"}, {"Viikko 47/2026", "", "week 2026-W47"}, {"2026-W47", "", "week 2026-W47"}, {"v. 47/2026", "", "week 2026-W47"},
		{"vecka 53 2026", "", "week 2026-W53"}, {"W47-2026", "", "week 2026-W47"}, {"marraskuu 2026", "", "month 2026-11"}, {"Marraskuu\u00a02026", "", "month 2026-11"},
		{"11/2026", "", "month 2026-11"}, {"11.2026", "", "month 2026-11"}, {"2026-11", "", "month 2026-11"}, {"november 2026", "", "month 2026-11"}, {"Mar 2026", "", "month 2026-03"},
		{"marras 2026", "", "month 2026-11"}, {"maj 2026", "", "month 2026-05"}, {"Q3/2026", "", "quarter 2026-Q3"}, {"2026-Q3", "", "quarter 2026-Q3"}, {"Q3 2026", "", "quarter 2026-Q3"}, {"2026", "", "year 2026"},
	} {
		w, err := ParsePeriod(c.in, c.order)
		if got := fmt.Sprintf("%s %s", w.Grain, w.Label()); err != nil || got != c.want {
			t.Errorf("%q: %s, %v; want %s", c.in, got, err, c.want)
		}
	}
}

func TestNoPeriod(t *testing.T) {
	for in, want := range map[string]string{
		"31.2.2026": "there is no day 31.2.2026", "2026-02-31": "there is no day 31.2.2026", "29.2.2026": "there is no day 29.2.2026", "32.1.2026": "there is no day", "1.13.2026": "there is no day",
		"13/13/2026": "there is no day", "vk 54/2026": "2026 has no week 54", "vk 53/2025": "2025 has no week 53", "vk 0/2026": "no week", "13/2026": "there is no month 13",
		"3.11.26": ErrShortYear.Error(), "eilen": ErrNoPeriod.Error(), "": ErrNoPeriod.Error(), "Q5/2026": ErrNoPeriod.Error(), "47": ErrNoPeriod.Error(), "46348": ErrNoPeriod.Error(),
		"3.11.1926": "can be stored", "2026-11/03": ErrNoPeriod.Error(), "11/3/2026": ErrOrder.Error(), "1-2-2026": ErrOrder.Error(), "2106": "can be stored", "0000": "can be stored",
		"heinäjoulu 2026": ErrNoPeriod.Error(), "ma 2026": ErrNoPeriod.Error(),
		"Mon, Nov 17, 2026": "2026-11-17 is a Tuesday", "ke 3.11.2026": "2026-11-03 is a Tuesday", "fre 3 november 2026": ErrWeekday.Error(), "Sun, 2026-11-03": ErrWeekday.Error(), "la. 03.11.2026 klo 12.30": ErrWeekday.Error(),
	} {
		if w, err := ParsePeriod(in, Unknown); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %s, %v; want %s", in, w.Label(), err, want)
		}
	}
}

func TestEveryDayInEveryForm(t *testing.T) {
	fi := []string{"tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"}
	rapid.Check(t, func(t *rapid.T) {
		d := observation.Date(rapid.Int32Range(365, int32(observation.LastDay)-366).Draw(t, "d"))
		y, m, day := d.UTC().Date()
		forms := map[string]Order{
			d.String(): Unknown, fmt.Sprintf("%d.%d.%d", day, m, y): Unknown, fmt.Sprintf("%d/%d/%d", day, m, y): DMY, fmt.Sprintf("%02d/%02d/%d", m, day, y): MDY,
			fmt.Sprintf("%d. %skuuta %d", day, fi[m-1], y): Unknown, d.UTC().Format("2 January 2006"): Unknown, d.UTC().Format("Jan 2, 2006"): Unknown, d.UTC().Format("Mon, Jan 2, 2006"): Unknown,
		}
		for text, order := range forms {
			if w, err := ParsePeriod(text, order); err != nil || w.From != d || w.Grain != observation.Day {
				t.Fatalf("%q: %s %s, %v; want %s", text, w.Grain, w.Label(), err, d)
			}
		}
		year, week := d.ISOWeek()
		for text, want := range map[string]observation.Period{fmt.Sprintf("vk %d/%d", week, year): observation.Week.Holding(d), d.UTC().Format("1/2006"): observation.Month.Holding(d),
			fmt.Sprintf("%skuu %d", fi[m-1], y): observation.Month.Holding(d), fmt.Sprintf("%d-Q%d", y, (m+2)/3): observation.Quarter.Holding(d)} {
			if w, err := ParsePeriod(text, Unknown); err != nil || w.Period != want {
				t.Fatalf("%q: %s, %v; want %s", text, w.Label(), err, want.Label())
			}
		}
		if day > 12 {
			if a, b := DayBeforeMonth(fmt.Sprintf("%d/%d/%d", day, m, y)); !a || b {
				t.Fatal("the day cannot be a month")
			}
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"3.11.2026", "2026-11-03", "11/3/2026", "vk 47/2026", "marraskuu 2026", "Q3/2026", "2026", "31.2.2026", "3.11.2026 klo 12.30", "20261103"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, order := range []Order{Unknown, DMY, MDY, YMD} {
			w, err := ParsePeriod(s, order)
			if err != nil {
				continue
			}
			if !w.Is(w.Grain) || w.From < observation.FirstDay || w.To > observation.LastDay {
				t.Errorf("%q (%s): %s %s", s, order, w.Grain, w.Label())
			}
			if errors.Is(err, ErrOrder) && order == DMY {
				t.Errorf("%q: the order was given", s)
			}
		}
		DayBeforeMonth(s)
	})
}

func TestParseYearless(t *testing.T) {
	latest := observation.NewDate(2026, 1, 3)
	for text, want := range map[string]string{
		"September 25": "2025-09-25", "25 August": "2025-08-25", "January 3": "2026-01-03", "January 4": "2025-01-04", "31 December": "2025-12-31", "25. elokuuta": "2025-08-25", "3 januari": "2026-01-03", "Feb 29": "2024-02-29",
		"25.8.": "", "25": "", "August": "", "August 2025": "", "25 Brumaire": "", "31 June": "", "": "",
	} {
		w, is := ParseYearless(text, latest)
		if is != (want != "") || is && w.From.String() != want {
			t.Errorf("%q: %s, %v; want %s", text, w.From, is, want)
		}
	}
	if w, is := ParseYearless("September 25", 0); !is || w.From != 0 {
		t.Errorf("of no year: %v, %v", w, is)
	}
}
