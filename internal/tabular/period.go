package tabular

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Order is the order of day, month and year in dates like 11/3/2026.
type Order string

// The orders. A date with full stops is always day, month, year, and one that begins with the year is always year, month,
// day; the order is needed for strokes and hyphens.
const (
	Unknown Order = ""
	DMY     Order = "dmy"
	MDY     Order = "mdy"
	YMD     Order = "ymd"
)

// Faults of dates and periods.
var (
	ErrNoPeriod  = errors.New("this is no day, week, month, quarter or year")
	ErrOrder     = errors.New("day and month can be either way round")
	ErrShortYear = errors.New("the year has two digits; write all four")
	ErrWeekday   = errors.New("the day of the week does not fit the date")
)

// When is a period as a cell names it, with the grain that it names.
type When struct {
	observation.Period
	Grain observation.Grain
}

func of(g observation.Grain, d observation.Date) (When, error) { return When{g.Holding(d), g}, nil }

var (
	timeOfDay = regexp.MustCompile(`(?i)(?:[ t]+(?:klo|kl\.?)? ?|t)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[ap]m)?(?: ?(?:z|utc|gmt|[+-]\d{2}:?\d{2}))?$`)
	weekday   = regexp.MustCompile(`(?i)^(ma|ti|ke|to|pe|la|su|mån|tis|ons|tors|fre|lör|sön|mon|tue|wed|thu|fri|sat|sun)\.?,? (\d{1,4}[-./ ]|\p{L}{3,}\.? \d{1,2},? \d)`)
	yearFirst = regexp.MustCompile(`^(\d{4})([-./])(\d{1,2})([-./])(\d{1,2})\.?$`)
	yearLast  = regexp.MustCompile(`^(\d{1,2})([-./]) ?(\d{1,2})([-./]) ?(\d{4})$`)
	yearShort = regexp.MustCompile(`^\d{1,2}[-./] ?\d{1,2}[-./] ?\d{2}$`)
	compact   = regexp.MustCompile(`^((?:19|20|21)\d{2})(\d{2})(\d{2})$`)
	weekForm  = regexp.MustCompile(`(?i)^(?:vk|viikko|vko|v|vecka|week|wk|w)\.? ?(\d{1,2})(?: ?[/-] ?| )(\d{4})$`)
	weekISO   = regexp.MustCompile(`(?i)^(\d{4})[- /]?(?:vk|vko|v|w)\.? ?(\d{1,2})$`)
	quarter   = regexp.MustCompile(`(?i)^(?:q|k|kv|kvartaali|neljännes|kvartal|quarter) ?\.?([1-4])(?: ?[/-] ?| )(\d{4})$`)
	quarterY  = regexp.MustCompile(`(?i)^(\d{4})[- /]?(?:q|k|kv) ?([1-4])$`)
	monthLast = regexp.MustCompile(`^(\d{1,2}) ?[/.-] ?(\d{4})$`)
	monthYear = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})$`)
	wordMonth = regexp.MustCompile(`^(\p{L}+)\.? ?[/-]? ?(\d{4})$`)
	dayWord   = regexp.MustCompile(`^(\d{1,2})\.? (\p{L}+)\.?,? (\d{4})$`)
	wordDay   = regexp.MustCompile(`^(\p{L}+)\.? (\d{1,2}),? (\d{4})$`)
	onlyYear  = regexp.MustCompile(`^\d{4}$`)
	dayAlone  = regexp.MustCompile(`^(\d{1,2})\.? (\p{L}+)\.?$`)
	wordAlone = regexp.MustCompile(`^(\p{L}+)\.? (\d{1,2})$`)
)

// ParsePeriod reads a day, week, month, quarter or year as people and platforms write them: 3.11.2026, 2026-11-03, 11/3/2026
// (in the order that is given), vk 47/2026, 2026-W47, marraskuu 2026, 11/2026, Q3/2026, 2026. A time of day is left out. The day of
// the week may stand in front; one that does not fit is an error, for then one of the two is wrong.
func ParsePeriod(s string, order Order) (When, error) {
	s = plainSpaces(Trim(s))
	named := weekday.FindStringSubmatch(s)
	if s = weekday.ReplaceAllString(s, "$2"); len(s) > 12 || strings.ContainsAny(s, "tT:") {
		s = timeOfDay.ReplaceAllString(s, "")
	}
	for _, parse := range []func(string, Order) (When, bool, error){parseDay, parseWeek, parseLonger, parseWords} {
		if w, is, err := parse(s, order); is && err == nil && named != nil {
			return inRange(w, fits(named[1], w))
		} else if is {
			return inRange(w, err)
		}
	}
	return When{}, ErrNoPeriod
}

// weekdayNames are the short names of the days of the week, from Sunday on.
func weekdayNames() [][]string {
	return [][]string{{"su", "sön", "sun"}, {"ma", "mån", "mon"}, {"ti", "tis", "tue"}, {"ke", "ons", "wed"}, {"to", "tors", "thu"}, {"pe", "fre", "fri"}, {"la", "lör", "sat"}}
}

// fits tells whether a day is the day of the week that it is named.
func fits(name string, w When) error {
	is := w.From.UTC().Weekday()
	if w.Grain != observation.Day || slices.Contains(weekdayNames()[is], strings.ToLower(name)) {
		return nil
	}
	return fmt.Errorf("%w: %s is a %s", ErrWeekday, w.From, is)
}

// ParseYearless reads a day without a year, as some platforms write days: 25 August, September 25. It is the newest such day that does
// not come after latest; is tells whether the text is one, and the time is zero where no latest day is known.
func ParseYearless(s string, latest observation.Date) (w When, is bool) {
	s = plainSpaces(Trim(s))
	m, at := dayAlone.FindStringSubmatch(s), [2]int{1, 2}
	if m == nil {
		m, at = wordAlone.FindStringSubmatch(s), [2]int{2, 1}
	}
	if m == nil || monthNamed(m[at[1]]) == 0 {
		return When{}, false
	}
	if latest == 0 {
		return When{}, true
	}
	year := latest.Start(time.UTC).Year()
	for back := range 5 { // 29 February comes every fourth year
		w, err := day(strconv.Itoa(year-back), strconv.Itoa(monthNamed(m[at[1]])), m[at[0]])
		if err == nil && w.From <= latest {
			return w, true
		}
	}
	return When{}, false
}

// inRange refuses days that nothing can be counted in.
func inRange(w When, err error) (When, error) {
	if err == nil && (w.From < observation.FirstDay || w.To > observation.LastDay) {
		return When{}, fmt.Errorf("only days from %s to %s can be stored", observation.FirstDay, observation.LastDay)
	}
	return w, err
}

// plainSpaces makes one plain space of every run of spaces.
func plainSpaces(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return isSpace(r) || r == '\t' }), " ")
}

func parseDay(s string, order Order) (When, bool, error) {
	if m := yearFirst.FindStringSubmatch(s); m != nil && m[2] == m[4] {
		w, err := day(m[1], m[3], m[5])
		return w, true, err
	}
	if m := compact.FindStringSubmatch(s); m != nil {
		w, err := day(m[1], m[2], m[3])
		return w, true, err
	}
	if m := yearLast.FindStringSubmatch(s); m != nil && m[2] == m[4] {
		w, err := ordered(m[1], m[3], m[5], m[2], order)
		return w, true, err
	}
	return When{}, yearShort.MatchString(s), ErrShortYear
}

// ordered reads a date of which the year stands last.
func ordered(first, second, year, separator string, order Order) (When, error) {
	a, b := number(first), number(second)
	switch {
	case separator == "." || order == DMY:
		return day(year, second, first)
	case order == MDY:
		return day(year, first, second)
	case a == b || a > 12:
		return day(year, second, first)
	case b > 12:
		return day(year, first, second)
	}
	return When{}, ErrOrder
}

// DayBeforeMonth tells of a date with strokes or hyphens whether its day must stand first or its month, by its numbers
// alone; neither, when both can be.
func DayBeforeMonth(s string) (dayFirst, monthFirst bool) {
	s = timeOfDay.ReplaceAllString(plainSpaces(Trim(s)), "")
	m := yearLast.FindStringSubmatch(weekday.ReplaceAllString(s, "$2"))
	if m == nil || m[2] == "." {
		return false, false
	}
	return number(m[1]) > 12, number(m[3]) > 12
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// day makes a day, of the calendar only.
func day(year, month, d string) (When, error) {
	date, err := observation.ParseDate(fmt.Sprintf("%s-%02d-%02d", year, number(month), number(d)))
	if err != nil {
		return When{}, fmt.Errorf("there is no day %d.%d.%s", number(d), number(month), year)
	}
	return of(observation.Day, date)
}

func parseWeek(s string, _ Order) (When, bool, error) {
	year, week := "", ""
	if m := weekForm.FindStringSubmatch(s); m != nil {
		week, year = m[1], m[2]
	} else if m := weekISO.FindStringSubmatch(s); m != nil {
		year, week = m[1], m[2]
	} else {
		return When{}, false, nil
	}
	p, err := observation.ISOWeekPeriod(number(year), number(week))
	return When{p, observation.Week}, true, err
}

// parseLonger reads quarters, months in digits, and years.
func parseLonger(s string, _ Order) (When, bool, error) {
	if m := quarter.FindStringSubmatch(s); m != nil {
		w, err := of(observation.Quarter, observation.NewDate(number(m[2]), time.Month(number(m[1])*3), 1))
		return w, true, err
	}
	if m := quarterY.FindStringSubmatch(s); m != nil {
		w, err := of(observation.Quarter, observation.NewDate(number(m[1]), time.Month(number(m[2])*3), 1))
		return w, true, err
	}
	if m := monthLast.FindStringSubmatch(s); m != nil {
		w, err := month(m[2], number(m[1]))
		return w, true, err
	}
	if m := monthYear.FindStringSubmatch(s); m != nil {
		w, err := month(m[1], number(m[2]))
		return w, true, err
	}
	if onlyYear.MatchString(s) {
		w, err := of(observation.Year, observation.NewDate(number(s), 1, 1))
		return w, true, err
	}
	return When{}, false, nil
}

func month(year string, m int) (When, error) {
	if m < 1 || m > 12 {
		return When{}, fmt.Errorf("there is no month %d", m)
	}
	return of(observation.Month, observation.NewDate(number(year), time.Month(m), 1))
}

// parseWords reads months by their names.
func parseWords(s string, _ Order) (When, bool, error) {
	if m := wordMonth.FindStringSubmatch(s); m != nil {
		if n := monthNamed(m[1]); n > 0 {
			w, err := month(m[2], n)
			return w, true, err
		}
	}
	for form, at := range map[*regexp.Regexp][2]int{dayWord: {1, 2}, wordDay: {2, 1}} {
		m := form.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		if n := monthNamed(m[at[1]]); n > 0 {
			w, err := day(m[3], strconv.Itoa(n), m[at[0]])
			return w, true, err
		}
	}
	return When{}, false, nil
}

// monthNames are the names of the months, of which three letters or more are enough, and the endings that Finnish adds.
func monthNames() [][]string {
	return [][]string{
		{"tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"},
		{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"},
		{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"},
	}
}

// monthNamed returns the number of a month, 0 when there is none of that name. Short forms are taken where only one month
// begins with them.
func monthNamed(word string) int {
	word = strings.ToLower(word)
	for _, ending := range []string{"kuussa", "kuuta", "kuun", "kuu"} {
		if stem, ok := strings.CutSuffix(word, ending); ok {
			word = stem
			break
		}
	}
	switch {
	case len([]rune(word)) < 3:
		return 0
	case word == "mar":
		return 3 // marraskuu is not cut so short
	}
	for _, names := range monthNames() {
		for i, name := range names {
			if name == word {
				return i + 1
			}
		}
	}
	found := 0
	for _, names := range monthNames() {
		for i, name := range names {
			if strings.HasPrefix(name, word) && found != i+1 {
				if found != 0 {
					return 0
				}
				found = i + 1
			}
		}
	}
	return found
}
