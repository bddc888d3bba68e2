package config

import (
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// The types of values. Each reads its text strictly; a misfit says what is wrong and what is wanted.

type (
	later       struct{} // a key that is not understood yet
	id          string   // names a thing of the file
	ref         string   // leads to a thing of the file
	kind        string   // of source
	language    string
	channelKind string
	memberRole  string
	shape       string
	metric      string // of the standard ones or a declared one
	shownMetric string // one of them, or one that is formed of another when it is shown
	rule        string
	contact     string
	remind      string
	baseURL     string
	targetGrain string
	cron        string
	listen      string
	life        observation.Life
	dsn         struct{ Secret }
	zone        struct{ *time.Location }
)

// choice is a type of value that is one of a closed list of names. A kind's settings may have such types, too.
type choice interface{ Choices() []string }

// written is a type of value that must stand in the file itself: messages show it.
type written interface{ written() }

func (id) written()   {}
func (ref) written()  {}
func (kind) written() {}

// misfit is why a text is not of a type: the first sentence may show the text, the second may not.
type misfit struct{ wrong, todo string }

// Error joins both.
func (m misfit) Error() string { return m.wrong + "; " + m.todo }

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)

func (v *id) UnmarshalText(b []byte) error {
	s := string(b)
	switch {
	case idForm.MatchString(s):
		*v = id(s)
		return nil
	case strings.HasPrefix(s, "_"):
		return misfit{show(s) + " begins with _", "such ids are kept for the program; begin with a letter, as koske"}
	}
	return misfit{show(s) + " is no id", "an id is made of at most 64 small letters a to z, digits, - and _, and begins with a letter, as itainen-2"}
}

func (v *zone) UnmarshalText(b []byte) error {
	s := string(b)
	if loc, err := time.LoadLocation(s); err == nil && s != "" && s != "Local" {
		v.Location = loc
		return nil
	}
	todo := "write it as Europe/Helsinki"
	if near := nearest(s, commonZones()); near != "" {
		todo = "did you mean " + strconv.Quote(near) + "?"
	}
	return misfit{"there is no time zone " + show(s), todo}
}

// commonZones are the zones that a wrong one is compared with.
func commonZones() []string {
	return []string{
		"Europe/Helsinki", "Europe/Mariehamn", "Europe/Stockholm", "Europe/Oslo", "Europe/Copenhagen", "Europe/Tallinn", "Europe/Riga",
		"Europe/Vilnius", "Europe/Berlin", "Europe/Brussels", "Europe/Paris", "Europe/London", "Atlantic/Reykjavik", "UTC",
	}
}

func (v *life) UnmarshalText(b []byte) error {
	want := "write first and last day as 2001-01-01..2024-05-31, or 2024-06-01.. while it goes on, or ..2024-05-31"
	first, last, ok := strings.Cut(string(b), "..")
	first, last = strings.TrimSpace(first), strings.TrimSpace(last)
	if !ok || first == "" && last == "" {
		return misfit{show(string(b)) + " is no stretch of days", want}
	}
	var l life
	for _, end := range []struct {
		text string
		to   *observation.Date
	}{{first, &l.From}, {last, &l.To}} {
		if end.text == "" {
			continue
		}
		d, err := readDate(end.text)
		if err != nil {
			return misfit{err.wrong, want}
		}
		*end.to = d
	}
	if last != "" {
		if first != "" && l.To < l.From {
			return misfit{"the last day, " + last + ", lies before the first, " + first, "give the first day first"}
		}
		l.To++ // people write the last day, a Life ends with the day after
	}
	*v = l
	return nil
}

// readDate reads a day of the years that anything can be counted in.
func readDate(s string) (observation.Date, *misfit) {
	d, err := observation.ParseDate(s)
	if err != nil {
		return 0, &misfit{show(s) + " is no day of the calendar", "write it as 2026-11-21"}
	}
	if d.Year() < 1971 || d.Year() > 2200 {
		return 0, &misfit{"the year of " + s + " is out of range", "days from 1971 to 2200 are understood"}
	}
	return d, nil
}

func (v *listen) UnmarshalText(b []byte) error {
	host, port, err := net.SplitHostPort(string(b))
	if err != nil || !isPort(port) || strings.ContainsAny(host, " /@") {
		return misfit{show(string(b)) + " is no address to listen at", "write host:port, as 127.0.0.1:8080"}
	}
	*v = listen(b)
	return nil
}

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= 65535 && s[0] != '+' && s[0] != '-'
}
