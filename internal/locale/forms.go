package locale

import (
	"math"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Signs that the languages write numbers with.
const (
	noBreakSpace = "\u00a0"
	minus        = "\u2212"
	enDash       = "\u2013"
)

// forms is how a language writes numbers and dates where a text with placeholders does not do.
type forms struct {
	thousands string
	decimal   string
	percent   string // what stands after the number
	dayFirst  func(d observation.Date) string
	between   func(first, last observation.Date) string // two days of one year
	clock     string
	day       string // a day without its year
}

func formsOf(lang string) forms {
	switch lang {
	case "en":
		return forms{thousands: ",", decimal: ".", percent: "%", dayFirst: englishDate, between: englishDates, clock: "15:04", day: "2 Jan"}
	case "sv":
		return forms{thousands: noBreakSpace, decimal: ",", percent: noBreakSpace + "%", dayFirst: nordicDate, between: swedishDates, clock: "15.04", day: "2.1"}
	}
	return forms{thousands: noBreakSpace, decimal: ",", percent: noBreakSpace + "%", dayFirst: nordicDate, between: finnishDates, clock: "15.04", day: "2.1."}
}

// Number writes v with at most two decimals, those that say something.
func (l *Locale) Number(v float64) string { return l.rounded(v, 2) }

// Signed writes v with its sign; zero has none.
func (l *Locale) Signed(v float64) string { return plus(v, l.Number(v)) }

// Percent writes a share (0.125) as percent with at most one decimal (12,5 %).
func (l *Locale) Percent(share float64) string { return l.rounded(share*100, 1) + l.forms.percent }

// SignedPercent writes a change (0.125) as percent with its sign (+12,5 %).
func (l *Locale) SignedPercent(share float64) string { return plus(share, l.Percent(share)) }

func plus(v float64, written string) string {
	if v > 0 && strings.ContainsAny(written, "123456789") {
		return "+" + written
	}
	return written
}

func (l *Locale) rounded(v float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	out := group(whole, l.forms.thousands)
	if fraction != "" {
		out += l.forms.decimal + fraction
	}
	if v < 0 && out != "0" {
		out = minus + out
	}
	return out
}

func group(digits, separator string) string {
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Date writes a day: 3.11.2026, 3 November 2026.
func (l *Locale) Date(d observation.Date) string { return l.forms.dayFirst(d) }

// Day writes a day without its year, as short as it stays clear: 3.11., 3 Nov.
func (l *Locale) Day(d observation.Date) string { return d.UTC().Format(l.forms.day) }

// Dates writes the days of p with as few words as stay clear: 16.–22.11.2026.
func (l *Locale) Dates(p observation.Period) string {
	first, last := p.From, p.To-1
	switch {
	case last <= first:
		return l.Date(first)
	case first.Year() != last.Year():
		return l.Date(first) + l.spaced() + l.Date(last)
	}
	return l.forms.between(first, last)
}

// spaced is the dash between two full dates: dates made of several words stand off it.
func (l *Locale) spaced() string {
	if l.lang == "en" {
		return " " + enDash + " "
	}
	return enDash
}

// Instant writes a moment to the minute, in the zone that t carries.
func (l *Locale) Instant(t time.Time) string {
	clock := strings.TrimPrefix(t.Format(l.forms.clock), "0")
	return l.Text("time.at", "date", l.Date(observation.DateOf(t)), "time", clock)
}

// Week names the ISO week that d lies in, without its year: vk 47.
func (l *Locale) Week(d observation.Date) string {
	_, w := d.ISOWeek()
	return l.Text("week.short", "week", w)
}

// Period names p the way people do: viikko 47/2026, marraskuu 2026, 2026, else its days.
func (l *Locale) Period(p observation.Period) string {
	year := strconv.Itoa(p.From.Year())
	switch {
	case p.Is(observation.Week):
		y, w := p.From.ISOWeek()
		return l.Text("week.long", "week", w, "year", strconv.Itoa(y))
	case p.Is(observation.Month):
		return l.Text("month."+strconv.Itoa(int(p.From.Month()))) + " " + year
	case p.Is(observation.Quarter):
		return l.Text("quarter.long", "quarter", (int(p.From.Month())+2)/3, "year", year)
	case p.Is(observation.Year):
		return year
	}
	return l.Dates(p)
}

// Age writes how long ago something was, in its largest whole unit.
func (l *Locale) Age(age time.Duration) string {
	hours := int(age.Hours())
	switch {
	case hours >= 48:
		return l.Text("days", "n", hours/24)
	case hours >= 1:
		return l.Text("hours", "n", hours)
	}
	return l.Text("minutes", "n", max(0, int(age.Minutes())))
}

// List joins items: a, b ja c.
func (l *Locale) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + l.Text("list.and") + " " + items[last]
}

// Sentence begins text with a capital letter.
func Sentence(text string) string {
	for i, r := range text {
		return strings.ToUpper(string(r)) + text[i+len(string(r)):]
	}
	return text
}

func nordicDate(d observation.Date) string { return d.UTC().Format("2.1.2006") }

// finnishDates puts a full stop behind every ordinal: 16.–22.11.2026.
func finnishDates(first, last observation.Date) string {
	from := "2.1."
	if first.Month() == last.Month() {
		from = "2."
	}
	return first.UTC().Format(from) + enDash + nordicDate(last)
}

// swedishDates has full stops only between numbers, as Swedish is written in Finland: 16–22.11.2026, 1.1–30.6.2026.
func swedishDates(first, last observation.Date) string {
	from := "2.1"
	if first.Month() == last.Month() {
		from = "2"
	}
	return first.UTC().Format(from) + enDash + nordicDate(last)
}

func englishDate(d observation.Date) string { return d.UTC().Format("2 January 2006") }

func englishDates(first, last observation.Date) string {
	if first.Month() == last.Month() {
		return first.UTC().Format("2") + enDash + englishDate(last)
	}
	return first.UTC().Format("2 January") + " " + enDash + " " + englishDate(last)
}
