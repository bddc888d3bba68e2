package entry

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Event is an appearance, a training or a network meeting as somebody typed it.
type Event struct {
	Title   string
	On      observation.Date
	Kind    string
	Project string
	Note    string
	By      string
}

// EventKinds lists what an event may be.
func EventKinds() []string { return []string{"appearance", "training", "network"} }

// Item makes an item of an event: counted on its day, at noon. Its id follows from what it is, so that the same event typed
// twice is one.
func (c *Config) Item(e Event, s observation.Source, m Moment) (observation.Item, error) {
	e.Title = strings.TrimSpace(spaces.ReplaceAllString(e.Title, " "))
	var it observation.Item
	switch {
	case !slices.Contains(c.Metrics, Appearances):
		return it, errors.New("appearances are not typed here: add appearances to the metrics of the source")
	case e.Title == "":
		return it, errors.New("say in a few words what it was, as \"Esittely Jyväskylän messuilla\"")
	case !slices.Contains(EventKinds(), e.Kind):
		return it, fmt.Errorf("--kind %q: type one of %s", short(e.Kind), strings.Join(EventKinds(), ", "))
	case e.On == 0:
		return it, errors.New("type the day, as --on 2026-11-03")
	}
	if err := errors.Join(past(e.On, m.Today()), CheckText("the text", e.Title)); err != nil {
		return it, err
	}
	note, by, err := words(e.Note, e.By)
	if err != nil {
		return it, err
	}
	noon := noonOf(e.On, m.Zone)
	it = observation.Item{Organisation: s.Organisation, Source: s.ID, Channel: s.Channel, Kind: e.Kind, PublishedAt: noon, FirstSeen: m.Now.UTC().Truncate(time.Second),
		Title: e.Title, Note: note, By: by, State: observation.Valid}
	if e.Project != "" {
		it.Projects = []string{e.Project}
	}
	it.ID = eventID(s, e)
	return it, nil
}

// eventID is the same for the same event: what, when, of which kind, for which project.
func eventID(s observation.Source, e Event) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{s.Organisation, s.ID, e.Kind, e.On.String(), e.Project, strings.ToLower(e.Title)}, "\x00")))
	return "event-" + hex.EncodeToString(sum[:6])
}

// noonOf is the middle of a day.
func noonOf(d observation.Date, zone *time.Location) time.Time {
	start, end := d.Start(zone), d.End(zone)
	return start.Add(end.Sub(start) / 2).UTC().Truncate(time.Second)
}

// Covered says that the appearances of an event's day are known.
func Covered(s observation.Source, day observation.Date) observation.Coverage {
	return observation.Coverage{CoverageKey: LogKey(s, day), Result: observation.OK}
}

// LogKey names a day of the log of events of a source.
func LogKey(s observation.Source, day observation.Date) observation.CoverageKey {
	return observation.CoverageKey{Organisation: s.Organisation, Source: s.ID, Channel: s.Channel, Metric: Appearances, Grain: observation.Day, From: day}
}

// None is the word of somebody that on some days nothing happened: the log of events is kept, and complete.
type None struct {
	On       observation.Date // a day
	Period   string           // or a period, as 2026-11 or 2026-11-04..2026-11-22
	Note, By string
}

// Days returns the days that a None speaks of. Every error says what to type instead.
func (c *Config) Days(n None, m Moment) (observation.Period, error) {
	today := m.Today()
	p := observation.Day.Holding(n.On)
	switch {
	case !slices.Contains(c.Metrics, Appearances):
		return p, errors.New("appearances are not typed here: add appearances to the metrics of the source")
	case (n.On == 0) == (n.Period == ""):
		return p, fmt.Errorf("type the day, as --on 2026-11-03, or the period, as --period %s", observation.Month.Holding(observation.Month.Start(today)-1).Label())
	case n.Period != "":
		var err error
		if p, err = observation.ParsePeriod(n.Period, today); err != nil {
			return p, err
		}
	}
	switch last := p.To - 1; {
	case p.From <= today && last > today:
		return p, fmt.Errorf("%s lies in the future; today is %s: type --period %s..%s", last, today, p.From, today)
	case p.Days() > longestNone:
		return p, fmt.Errorf("%s has %d days; type at most a year at once", p.Label(), p.Days())
	}
	return p, past(p.From, today)
}

// longestNone is how many days nothing may have happened at once: more look like a slip of the finger.
const longestNone = 366

// Spoken says that on none of the days anything happened.
func Spoken(s observation.Source, days observation.Period) (out []observation.Coverage) {
	for d := days.From; d < days.To; d++ {
		out = append(out, observation.Coverage{CoverageKey: LogKey(s, d), Result: observation.NoData})
	}
	return out
}

// Words checks the note and the role of a None, and returns them as they are kept with the run.
func (n None) Words() (string, error) {
	note, by, err := words(n.Note, n.By)
	return strings.Trim(by+": "+note, ": "), err
}
