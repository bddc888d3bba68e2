package accesslog

import (
	"strings"
	"time"
)

// stampForm is the one form that times have in these logs.
const stampForm = "02/Jan/2006:15:04:05 -0700"

// Where the parts of a stamp stand.
const (
	minuteEnd = len("02/Jan/2006:15:04")
	zoneStart = len("02/Jan/2006:15:04:05")
)

// clock reads times. It computes a minute once, and only adds the seconds of the lines that share it.
type clock struct {
	minute [minuteEnd]byte
	zone   [len(stampForm) - zoneStart]byte
	base   int64 // seconds since 1970 at which the minute began
	offset int   // seconds east of Greenwich
	known  bool
}

// read returns the instant that b tells, in seconds since 1970.
func (c *clock) read(b []byte) (int64, bool) {
	if len(b) != len(stampForm) || b[minuteEnd] != ':' {
		return 0, false
	}
	second, ok := twoDigits(b[minuteEnd+1:], 60) // 60 is a leap second
	if !ok {
		return 0, false
	}
	if !c.known || string(b[:minuteEnd]) != string(c.minute[:]) || string(b[zoneStart:]) != string(c.zone[:]) {
		c.known = c.learn(b)
	}
	return c.base + int64(second), c.known
}

// learn computes the minute of b.
func (c *clock) learn(b []byte) bool {
	copy(c.minute[:], b)
	copy(c.zone[:], b[zoneStart:])
	day, okDay := twoDigits(b, 31)
	month := monthOf(b[3:6])
	century, okCentury := twoDigits(b[7:], 99)
	year, okYear := twoDigits(b[9:], 99)
	hour, okHour := twoDigits(b[12:], 23)
	minute, okMinute := twoDigits(b[15:], 59)
	offset, okZone := zoneOf(b[zoneStart:])
	if b[2] != '/' || b[6] != '/' || b[11] != ':' || b[14] != ':' || month == 0 {
		return false
	}
	t := time.Date(century*100+year, month, day, hour, minute, 0, 0, time.UTC)
	c.base, c.offset = t.Unix()-int64(offset), offset
	return okDay && okCentury && okYear && okHour && okMinute && okZone && t.Day() == day // 31 April would be carried over
}

// monthOf reads a month's English short name; 0 is none.
func monthOf(b []byte) time.Month {
	i := strings.Index("JanFebMarAprMayJunJulAugSepOctNovDec", string(b))
	if i%3 != 0 {
		return 0
	}
	return time.Month(i/3 + 1)
}

// zoneOf reads " +0200" as seconds east of Greenwich.
func zoneOf(b []byte) (int, bool) {
	hours, okHours := twoDigits(b[2:], 24)
	minutes, okMinutes := twoDigits(b[4:], 59)
	offset := (hours*60 + minutes) * 60
	if b[1] == '-' {
		offset = -offset
	}
	return offset, okHours && okMinutes && b[0] == ' ' && (b[1] == '+' || b[1] == '-')
}

// twoDigits reads the number of two digits at the start of b, and tells whether it is one and at most limit.
func twoDigits(b []byte, limit int) (int, bool) {
	n := int(b[0]-'0')*10 + int(b[1]-'0')
	return n, isDigit(b[0]) && isDigit(b[1]) && n <= limit
}
