package entry

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// Typed is what somebody typed, as it stands on the command line.
type Typed struct {
	Metric  string
	On      observation.Date  // of a level; zero is today
	Period  string            // of everything else: 2026-11, 2026-W47
	Project string            // "" is none
	Dims    map[string]string // the part that it is about
	Note    string
	By      string // the role of whoever typed it
}

// Moment is when and where it is typed.
type Moment struct {
	Now  time.Time
	Zone *time.Location
}

// Today returns the day that it is.
func (m Moment) Today() observation.Date { return observation.DateOf(m.Now.In(m.Zone)) }

// Observation makes an answer of what was typed, without its value. Every error says what to type instead.
func (c *Config) Observation(t Typed, m Moment) (observation.Observation, error) {
	o := observation.Observation{Key: observation.Key{Metric: t.Metric}, Complete: true, Basis: observation.Entered, State: observation.Valid}
	if !slices.Contains(c.Metrics, t.Metric) {
		return o, fmt.Errorf("%s is not typed here: the source has metrics: [%s]", short(t.Metric), strings.Join(c.Metrics, ", "))
	}
	var err error
	if o.Dims, err = c.dims(t); err != nil {
		return o, err
	}
	// Each part of the whole is a part of the source: what is taken back of one leaves the others alone.
	o.Part = o.Dims
	if o.Note, o.By, err = words(t.Note, t.By); err != nil {
		return o, err
	}
	switch {
	case t.Metric == Appearances:
		return o, errors.New(`appearances are counted, not typed as a number; type each: seuranta record event "what it was" --on 2026-11-03 --kind appearance`)
	case IsLevel(t.Metric):
		return o, setDay(&o, t, m)
	}
	return o, setPeriod(&o, t, m)
}

// setDay sets the day of a level, and the instant at which it was true: now, or the end of a day that is over.
func setDay(o *observation.Observation, t Typed, m Moment) error {
	today := m.Today()
	if t.Period != "" {
		return fmt.Errorf("%s is true on a day: type --on %s instead of --period", t.Metric, today)
	}
	day := t.On
	if day == 0 {
		day = today
	}
	if err := past(day, today); err != nil {
		return err
	}
	o.Grain, o.From, o.ObservedAt = observation.Snapshot, day, m.Now
	if day < today {
		o.ObservedAt = day.End(m.Zone).Add(-time.Second)
	}
	return nil
}

// setPeriod sets the period that a number is about.
func setPeriod(o *observation.Observation, t Typed, m Moment) error {
	today := m.Today()
	example := "type --period " + observation.Month.Holding(observation.Month.Start(today)-1).Label() + " for a month, 2026-W47 for a week, 2026-Q3 for a quarter, 2026 for a year, 2026-11-03 for a day"
	switch {
	case t.On != 0:
		return fmt.Errorf("%s is a number of a period, not of a moment: %s", t.Metric, example)
	case t.Period == "":
		return fmt.Errorf("%s is a number of a period: %s", t.Metric, example)
	}
	p, err := observation.ParsePeriod(t.Period, today)
	if err != nil {
		return err
	}
	for _, g := range grainsOf([]string{t.Metric})[t.Metric] {
		if p.Is(g) {
			o.Grain, o.From = g, p.From
			o.Complete = p.To <= today // what is typed while the period runs is not all of it
			return past(p.From, today)
		}
	}
	return fmt.Errorf("%s is no single day, week, month, quarter or year: type its parts one by one", p.Label())
}

func past(day, today observation.Date) error {
	switch {
	case day < observation.FirstDay || day > observation.LastDay:
		return fmt.Errorf("only days from %s to %s can be stored", observation.FirstDay, observation.LastDay)
	case day > today:
		return fmt.Errorf("%s lies in the future; today is %s", day, today)
	}
	return nil
}

// dims writes the part that a number is about, of those that the source allows.
func (c *Config) dims(t Typed) (string, error) {
	all := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(t.Dims)) {
		value, allowed := t.Dims[name], c.Dims[name]
		switch {
		case name == Project:
			return "", errors.New("the project of a number is typed as --project ID")
		case len(allowed) == 0 && len(c.Dims) == 0:
			return "", fmt.Errorf("the source has no parts; add dims: {%s: [%s]} to it", short(name), short(value))
		case len(allowed) == 0:
			return "", fmt.Errorf("the source has no part %s; it has %s", short(name), strings.Join(slices.Sorted(maps.Keys(c.Dims)), ", "))
		case !slices.Contains(allowed, value):
			return "", fmt.Errorf("%s=%s is none of the parts of the source; it has %s", name, short(value), strings.Join(allowed, ", "))
		}
		all[name] = value
	}
	if t.Project != "" {
		all[Project] = t.Project
	}
	return observation.Dims(all), nil
}

const (
	longestNote = 300 // characters
	longestRole = 40
)

var (
	nameForm = regexp.MustCompile(`\p{Lu}\pL*[ -]+\p{Lu}\p{Ll}`) // Matti Meikäläinen
	roleForm = regexp.MustCompile(`^\pL[\pL -]*$`)
	spaces   = regexp.MustCompile(`\s+`)
)

// words checks what is typed in words. Nothing of a person is stored.
func words(note, by string) (string, string, error) {
	note = strings.TrimSpace(spaces.ReplaceAllString(note, " "))
	if err := CheckText("the note", note); err != nil {
		return "", "", err
	}
	by = strings.TrimSpace(by)
	switch {
	case by == "":
	case nameForm.MatchString(by):
		return "", "", fmt.Errorf("--by %q looks like somebody's name; type a role, as viestinta: nobody's name is stored", short(by))
	case collector.Personal(by) != "":
		return "", "", fmt.Errorf("--by holds %s; type a role, as viestinta: nobody's name or address is stored", collector.Personal(by))
	case utf8.RuneCountInString(by) > longestRole || !roleForm.MatchString(by):
		return "", "", fmt.Errorf("--by %q: type a role in letters, as viestinta, of at most %d of them", short(by), longestRole)
	}
	return note, by, nil
}

// CheckText refuses a text that holds the data of a person, or is too long.
func CheckText(what, text string) error {
	switch found := collector.Personal(text); {
	case found != "":
		return fmt.Errorf("%s holds %s; no data of persons is stored: take it out", what, found)
	case utf8.RuneCountInString(text) > longestNote:
		return fmt.Errorf("%s has more than %d characters; shorten it", what, longestNote)
	case !utf8.ValidString(text):
		return fmt.Errorf("%s is not in UTF-8", what)
	}
	return nil
}

// Value reads the number that was typed, as people write it.
func Value(metric, text string) (float64, error) {
	v, known, err := tabular.ParseNumber(text, 0)
	_, standard := observation.StandardMetrics()[metric]
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q: %w; %s", short(text), err, tabular.Advice(err, short(text)))
	case !known:
		return 0, fmt.Errorf("%q is no number; what is not known is not typed, and 0 is typed as 0", short(text))
	case v < 0 && standard:
		return 0, fmt.Errorf("%q: there are never fewer than no %s", short(text), metric)
	case standard && v != math.Trunc(v):
		return 0, fmt.Errorf("%q: %s", short(text), tabular.NotWhole(metric))
	}
	return v, nil
}

// Steps beyond which a number looks like a slip of the finger.
const (
	farStep   = 10.0
	largeStep = 3.0
	large     = 30.0 // from which on largeStep counts: small numbers jump
)

// Unlikely tells whether a number is so far from the one before that it may be a slip: more than ten times, or from thirty on
// more than three times, as much or as little. Zero says nothing.
func Unlikely(before, now float64) bool {
	less, more := min(before, now), max(before, now)
	switch {
	case less <= 0:
		return before >= large && now == 0
	case before >= large:
		return more > largeStep*less
	}
	return more > farStep*less
}
