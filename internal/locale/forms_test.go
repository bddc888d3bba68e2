package locale

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"seuranta/internal/observation"
)

func inAll(t *testing.T, what string, say func(*Locale) string, want ...string) {
	t.Helper()
	for i, l := range all(t) {
		if got := say(l); got != want[i] {
			t.Errorf("%s in %s: %q, want %q", what, l.Lang(), got, want[i])
		}
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v      float64
		fi, en string
	}{
		{0, "0", "0"}, {7, "7", "7"}, {999, "999", "999"}, {3500, "3\u00a0500", "3,500"}, {1234567, "1\u00a0234\u00a0567", "1,234,567"},
		{12.5, "12,5", "12.5"}, {12.345, "12,35", "12.35"}, {-3, "\u22123", "\u22123"}, {-0.001, "0", "0"}, {-1234.5, "\u22121\u00a0234,5", "\u22121,234.5"},
	} {
		inAll(t, "number", func(l *Locale) string { return l.Number(c.v) }, c.fi, c.fi, c.en)
	}
}

func TestSigned(t *testing.T) {
	inAll(t, "plus", func(l *Locale) string { return l.Signed(12) }, "+12", "+12", "+12")
	inAll(t, "minus", func(l *Locale) string { return l.Signed(-3) }, "\u22123", "\u22123", "\u22123")
	inAll(t, "nothing", func(l *Locale) string { return l.Signed(0) }, "0", "0", "0")
	inAll(t, "next to nothing", func(l *Locale) string { return l.Signed(0.001) }, "0", "0", "0")
}

func TestPercent(t *testing.T) {
	inAll(t, "share", func(l *Locale) string { return l.Percent(0.125) }, "12,5\u00a0%", "12,5\u00a0%", "12.5%")
	inAll(t, "whole", func(l *Locale) string { return l.Percent(0.88) }, "88\u00a0%", "88\u00a0%", "88%")
	inAll(t, "change", func(l *Locale) string { return l.SignedPercent(-0.024) }, "\u22122,4\u00a0%", "\u22122,4\u00a0%", "\u22122.4%")
	inAll(t, "rise", func(l *Locale) string { return l.SignedPercent(0.024) }, "+2,4\u00a0%", "+2,4\u00a0%", "+2.4%")
}

func days(y1 int, m1 time.Month, d1, y2 int, m2 time.Month, d2 int) observation.Period {
	return observation.Period{From: observation.NewDate(y1, m1, d1), To: observation.NewDate(y2, m2, d2) + 1}
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		p          observation.Period
		fi, sv, en string
	}{
		{days(2026, 11, 3, 2026, 11, 3), "3.11.2026", "3.11.2026", "3 November 2026"},
		{days(2026, 11, 16, 2026, 11, 22), "16.–22.11.2026", "16–22.11.2026", "16–22 November 2026"},
		{days(2026, 1, 1, 2026, 6, 30), "1.1.–30.6.2026", "1.1–30.6.2026", "1 January – 30 June 2026"},
		{days(2025, 12, 29, 2026, 1, 4), "29.12.2025–4.1.2026", "29.12.2025–4.1.2026", "29 December 2025 – 4 January 2026"},
	} {
		inAll(t, c.p.Label(), func(l *Locale) string { return l.Dates(c.p) }, c.fi, c.sv, c.en)
	}
	inAll(t, "day", func(l *Locale) string { return l.Day(observation.NewDate(2026, 5, 25)) }, "25.5.", "25.5", "25 May")
}

func TestPeriod(t *testing.T) {
	for _, c := range []struct {
		asked      string
		fi, sv, en string
	}{
		{"2026-W47", "viikko 47/2026", "vecka 47/2026", "week 47/2026"},
		{"2026-11", "marraskuu 2026", "november 2026", "November 2026"},
		{"2026-Q3", "3. neljännes 2026", "kvartal 3/2026", "quarter 3 of 2026"},
		{"2026", "2026", "2026", "2026"},
		{"2026-01-01..2026-06-30", "1.1.–30.6.2026", "1.1–30.6.2026", "1 January – 30 June 2026"},
		{"2026-11-21", "21.11.2026", "21.11.2026", "21 November 2026"},
	} {
		p, err := observation.ParsePeriod(c.asked, 0)
		if err != nil {
			t.Fatal(err)
		}
		inAll(t, c.asked, func(l *Locale) string { return l.Period(p) }, c.fi, c.sv, c.en)
	}
}

func TestWeekAndInstant(t *testing.T) {
	inAll(t, "week", func(l *Locale) string { return l.Week(observation.NewDate(2026, 11, 16)) }, "vk 47", "v. 47", "week 47")
	at := time.Date(2026, 11, 23, 8, 5, 0, 0, time.UTC)
	inAll(t, "instant", func(l *Locale) string { return l.Instant(at) }, "23.11.2026 klo\u00a08.05", "23.11.2026 kl.\u00a08.05", "23 November 2026 at\u00a08:05")
}

func TestAge(t *testing.T) {
	inAll(t, "minutes", func(l *Locale) string { return l.Age(59 * time.Minute) }, "59 minuuttia", "59 minuter", "59 minutes")
	inAll(t, "an hour", func(l *Locale) string { return l.Age(time.Hour) }, "1 tunti", "1 timme", "1 hour")
	inAll(t, "hours", func(l *Locale) string { return l.Age(47 * time.Hour) }, "47 tuntia", "47 timmar", "47 hours")
	inAll(t, "days", func(l *Locale) string { return l.Age(72 * time.Hour) }, "3 päivää", "3 dagar", "3 days")
	inAll(t, "the future", func(l *Locale) string { return l.Age(-time.Hour) }, "0 minuuttia", "0 minuter", "0 minutes")
}

func TestList(t *testing.T) {
	inAll(t, "none", func(l *Locale) string { return l.List(nil) }, "", "", "")
	inAll(t, "one", func(l *Locale) string { return l.List([]string{"a"}) }, "a", "a", "a")
	inAll(t, "three", func(l *Locale) string { return l.List([]string{"a", "b", "c"}) }, "a, b ja c", "a, b och c", "a, b and c")
}

func TestTextChoosesThePlural(t *testing.T) {
	inAll(t, "one", func(l *Locale) string { return l.Text("unit.views", "n", 1) }, "näyttökerta", "sidvisning", "page view")
	inAll(t, "none", func(l *Locale) string { return l.Text("unit.views", "n", 0) }, "näyttökertaa", "sidvisningar", "page views")
	inAll(t, "one and a half", func(l *Locale) string { return l.Text("unit.views", "n", 1.5) }, "näyttökertaa", "sidvisningar", "page views")
	inAll(t, "many", func(l *Locale) string { return l.Text("days", "n", 3500) }, "3\u00a0500 päivää", "3\u00a0500 dagar", "3,500 days")
}

func TestTextLeavesForeignBracesAlone(t *testing.T) {
	l := all(t)[0]
	if got := l.Text("weekly.made", "when", "{when} {n}"); got != "Tehty {when} {n}" {
		t.Errorf("a value was read as a placeholder: %q", got)
	}
	if got := l.Text("no.break", "kind", "date", "date", "kind"); got != "date kind" {
		t.Errorf("a value that is named like a placeholder: %q", got)
	}
	odd := &Locale{lang: "fi", forms: formsOf("fi"), texts: map[string]message{"x": {Other: "{a {n} {b} {"}}}
	if got := odd.Text("x", "n", 7, "b"); got != "{a 7 {b} {" {
		t.Errorf("braces that are no placeholders: %q", got)
	}
	if got := l.Text("no.such.key"); got != "no.such.key" {
		t.Errorf("a key without text gives %q", got)
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{"": "", "äänet": "Äänet", "Vk": "Vk", "5 kpl": "5 kpl"} {
		if got := Sentence(in); got != want {
			t.Errorf("Sentence(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestNumbersReadBack takes every grouped number apart again: no digit is lost, and groups have three.
func TestNumbersReadBack(t *testing.T) {
	l := all(t)[0]
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-1_000_000_000, 1_000_000_000).Draw(t, "n")
		back, sign := 0, 1
		for _, r := range l.Number(float64(n)) {
			switch {
			case r == '\u2212':
				sign = -1
			case r >= '0' && r <= '9':
				back = back*10 + int(r-'0')
			case r != '\u00a0':
				t.Fatalf("%d is written with %q", n, r)
			}
		}
		if back*sign != n {
			t.Fatalf("%d reads back as %d", n, back*sign)
		}
	})
}
