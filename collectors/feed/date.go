package feed

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// moment is a date as a feed tells it.
type moment struct {
	at  time.Time
	day bool // only the day is told
}

// date is a date while it is being read: -1 is what was not told.
type date struct {
	year, month, day          int
	hour, minute, second      int
	afternoon, morning, zoned bool
	zone                      *time.Location
}

var (
	isoDate    = regexp.MustCompile(`^(\d{4})([-/])(\d{1,2})[-/](\d{1,2})(.*)$`)
	isoShort   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(T.*|)$`)
	finnish    = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$`)
	dashed     = regexp.MustCompile(`^(\d{1,2})-(\pL{3,})-(\d{4}|\d{2})$`)
	slashed    = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})$`)
	clock      = regexp.MustCompile(`^(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d+)?)?(am|pm)?(\p{L}*[+-]?[\d:]*)$`)
	compact    = regexp.MustCompile(`^(\d{2})(\d{2})(\d{2})?(\D.*)?$`)
	offset     = regexp.MustCompile(`^(?:gmt|utc|ut)?([+-])(\d{1,2}):?(\d{2})?$`)
	number     = regexp.MustCompile(`^\d+$`)
	dayAndSign = regexp.MustCompile(`^(\d{1,2})(?:\.|st|nd|rd|th)$`)
)

// parseDate reads a date in the forms that feeds use. One that names no zone is read in zone. What does not say which day is
// meant is no date: 11/12/2026 is one of two, and 2026-11 is thirty.
func parseDate(text string, zone *time.Location) (moment, bool) {
	d := date{year: -1, month: -1, day: -1, hour: -1, zone: zone}
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	if len(text) > 100 || !d.read(text) {
		return moment{}, false
	}
	return d.moment()
}

func (d *date) read(text string) bool {
	text, _, _ = strings.Cut(text, "(")
	if m := isoDate.FindStringSubmatch(text); m != nil {
		return d.iso(m[1], m[3], m[4], m[5])
	}
	if m := isoShort.FindStringSubmatch(strings.ToUpper(text)); m != nil {
		return d.iso(m[1], m[2], m[3], strings.ToLower(m[4]))
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == ';' })
	for i, w := range words {
		if !d.word(w, i+1 < len(words) && len(words[i+1]) == 4 && number.MatchString(words[i+1])) {
			return false
		}
	}
	return true
}

// iso takes a date that begins with the year; rest is its time and zone.
func (d *date) iso(year, month, day, rest string) bool {
	d.year, d.month, d.day = atoi(year), atoi(month), atoi(day)
	rest = strings.TrimLeft(rest, "t ,")
	for _, w := range strings.Fields(rest) {
		if m := compact.FindStringSubmatch(w); d.hour < 0 && m != nil {
			w = m[1] + ":" + m[2] + ":" + cmp.Or(m[3], "00") + m[4]
		}
		if !d.word(w, false) {
			return false
		}
	}
	return true
}

// word takes one word of a date; yearFollows tells that the next one is a year.
func (d *date) word(w string, yearFollows bool) bool {
	bare := strings.TrimSuffix(w, ".")
	switch {
	case weekdays[bare] || fillers[bare] && (d.hour < 0 || zones[bare] == 0):
		return true
	case d.day < 0 && isoDate.MatchString(w):
		m := isoDate.FindStringSubmatch(w)
		return d.iso(m[1], m[3], m[4], m[5])
	case months[bare] > 0:
		return d.setMonth(months[bare])
	case finnish.MatchString(w) && d.day < 0:
		m := finnish.FindStringSubmatch(w)
		d.day = atoi(m[1])
		return d.setMonth(atoi(m[2])) && d.setYear(m[3])
	case dashed.MatchString(w):
		m := dashed.FindStringSubmatch(w)
		d.day = atoi(m[1])
		return d.setMonth(months[m[2]]) && d.setYear(m[3])
	case slashed.MatchString(w):
		return d.setSlashed(slashed.FindStringSubmatch(w))
	case dayAndSign.MatchString(w) && d.day < 0:
		d.day = atoi(dayAndSign.FindStringSubmatch(w)[1])
		return true
	case number.MatchString(w):
		return d.setNumber(w, yearFollows)
	case bare == "am" || bare == "pm":
		d.morning, d.afternoon = bare == "am", bare == "pm"
		return d.hour >= 0
	case d.hour < 0 && clock.MatchString(w):
		return d.setClock(clock.FindStringSubmatch(w))
	}
	return d.setZone(bare)
}

func (d *date) setMonth(m int) bool {
	again := d.month >= 0
	d.month = m
	return m > 0 && !again
}

// setYear takes a year; one of two digits is of the years since feeds were invented.
func (d *date) setYear(text string) bool {
	if d.year >= 0 {
		return false
	}
	d.year = atoi(text)
	if len(text) == 2 {
		d.year += 2000
		if d.year >= 2090 {
			d.year -= 100
		}
	}
	return true
}

// setSlashed takes a date with slashes, where its numbers leave no doubt which of them is the month.
func (d *date) setSlashed(m []string) bool {
	a, b := atoi(m[1]), atoi(m[2])
	if a <= 12 && b <= 12 && a != b || d.day >= 0 {
		return false
	}
	if b > 12 {
		a, b = b, a
	}
	d.day = a
	return d.setMonth(b) && d.setYear(m[3])
}

// setNumber takes a bare number: the day, then the year, then an hour.
func (d *date) setNumber(w string, yearFollows bool) bool {
	switch {
	case len(w) == 4:
		return d.setYear(w)
	case d.day < 0 && len(w) <= 2:
		d.day = atoi(w)
		return true
	case d.year < 0 && len(w) == 2 && !yearFollows:
		return d.setYear(w)
	case d.hour < 0 && len(w) <= 2:
		d.hour, d.minute, d.second = atoi(w), 0, 0
		return true
	}
	return false
}

func (d *date) setClock(m []string) bool {
	d.hour, d.minute, d.second = atoi(m[1]), atoi(m[2]), atoi("0"+m[3])
	d.morning, d.afternoon = m[4] == "am", m[4] == "pm"
	return m[5] == "" || d.setZone(m[5])
}

// setZone takes a zone. One that nobody knows makes the whole date unknown: guessing could move it to another day.
func (d *date) setZone(w string) bool {
	if m := offset.FindStringSubmatch(w); m != nil {
		hours, minutes := atoi(m[2]), atoi("0"+m[3])
		if hours > 14 || minutes > 59 {
			return false
		}
		seconds := hours*3600 + minutes*60
		if m[1] == "-" {
			seconds = -seconds
		}
		d.zone, d.zoned = time.FixedZone("", seconds), true
		return true
	}
	hours, known := zones[w]
	if !known {
		return false
	}
	if !d.zoned { // an offset that was told before tells it better
		d.zone, d.zoned = time.FixedZone("", int(hours*3600)), true
	}
	return true
}

// moment puts the date together, if there is such a day and such a time.
func (d *date) moment() (moment, bool) {
	if d.year < 0 || d.month < 1 || d.day < 1 {
		return moment{}, false
	}
	whole := d.hour < 0
	hour := max(0, d.hour)
	if d.afternoon && hour < 12 {
		hour += 12
	}
	if d.morning && hour == 12 {
		hour = 0
	}
	if hour > 24 || hour == 24 && d.minute+d.second > 0 || d.minute > 59 || d.second > 60 {
		return moment{}, false
	}
	if day := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC); day.Day() != d.day || int(day.Month()) != d.month {
		return moment{}, false
	}
	at := time.Date(d.year, time.Month(d.month), d.day, hour, d.minute, d.second, 0, d.zone)
	return moment{at.UTC(), whole}, true
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// fillers are words of a date that say nothing.
var fillers = set("klo kl kello klockan den at t")

// weekdays are names of days of the week: they are not needed.
var weekdays = set(`mon tue wed thu fri sat sun tues wednes thur thurs monday tuesday wednesday thursday friday saturday sunday
	ma ti ke to pe la su maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
	mån tis ons tors tor fre lör sön måndag tisdag onsdag torsdag fredag lördag söndag`)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// months are the names of months in English, Finnish and Swedish, short and whole.
var months = numbered(
	"jan january januari tammi tammikuu tammikuuta",
	"feb february februari helmi helmikuu helmikuuta",
	"mar march mars maalis maaliskuu maaliskuuta",
	"apr april huhti huhtikuu huhtikuuta",
	"may maj touko toukokuu toukokuuta",
	"jun june juni kesä kesäkuu kesäkuuta",
	"jul july juli heinä heinäkuu heinäkuuta",
	"aug august augusti elo elokuu elokuuta",
	"sep sept september syys syyskuu syyskuuta",
	"oct october okt oktober loka lokakuu lokakuuta",
	"nov november marras marraskuu marraskuuta",
	"dec december joulu joulukuu joulukuuta",
)

func numbered(lists ...string) map[string]int {
	out := map[string]int{}
	for i, list := range lists {
		for _, w := range strings.Fields(list) {
			out[w] = i + 1
		}
	}
	return out
}

// zones are the hours east of UTC of zones that feeds name. Names that several zones share are left out, but for those of
// North America, which the standard of RSS gives a meaning.
var zones = map[string]float64{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "eet": 2, "eest": 3, "msk": 3,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "et": -5, "ct": -6, "mt": -7, "pt": -8,
	"at": -4, "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "jst": 9, "aest": 10, "aedt": 11, "acst": 9.5, "awst": 8, "nzst": 12, "nzdt": 13,
}
