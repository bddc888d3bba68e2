package entry

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	settings "seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

// TestConform: a source of what people type is asked like every other, and has nothing to tell.
func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case:   "typed",
		Silent: "People type these numbers with seuranta record; a visit has nothing to fetch, and the tests below type.",
	})
}

// oddDays are days around changes of clocks and turns of years, and the one that Samoa left out.
func oddDays() []observation.Date {
	return []observation.Date{
		observation.NewDate(2026, 3, 29), observation.NewDate(2026, 10, 25), observation.NewDate(2026, 3, 8), observation.NewDate(2026, 11, 1),
		observation.NewDate(2026, 12, 28), observation.NewDate(2026, 12, 31), observation.NewDate(2027, 1, 1), observation.NewDate(2027, 1, 3),
		observation.NewDate(2028, 2, 29), observation.NewDate(2011, 12, 29), observation.NewDate(2011, 12, 31),
	}
}

// TestOddDays types numbers and events of odd days, on the day itself and years later: each falls into its own day, week, month
// and year.
func TestOddDays(t *testing.T) {
	for _, name := range []string{"Europe/Helsinki", "America/Los_Angeles", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range oddDays() {
			for _, now := range []time.Time{day.Start(zone), day.End(zone).Add(-time.Second), (day + 400).Start(zone)} {
				t.Run(filepath.Base(name)+" "+day.String(), func(t *testing.T) {
					m := Moment{Now: now, Zone: zone}
					checkLevel(t, day, m)
					checkPeriods(t, day, m)
					checkEvent(t, day, m)
				})
			}
		}
	}
}

// stored checks that what was typed can be stored.
func stored(t *testing.T, o observation.Observation, zone *time.Location) {
	t.Helper()
	o.Definition = "entry-1@" + zone.String()
	if err := o.Validate(observation.StandardMetrics()); err != nil {
		t.Errorf("%+v: %v", o, err)
	}
}

func checkLevel(t *testing.T, day observation.Date, m Moment) {
	t.Helper()
	o, err := typing().Observation(Typed{Metric: "followers", On: day}, m)
	if err != nil || o.From != day || observation.DateOf(o.ObservedAt.In(m.Zone)) != day {
		t.Errorf("a level of %s typed at %s stands on %s at %s, %v", day, m.Now, o.From, o.ObservedAt.In(m.Zone), err)
	}
	stored(t, o, m.Zone)
}

func checkPeriods(t *testing.T, day observation.Date, m Moment) {
	t.Helper()
	for _, g := range []observation.Grain{observation.Day, observation.Week, observation.Month, observation.Quarter, observation.Year} {
		p := g.Holding(day)
		o, err := typing().Observation(Typed{Metric: "visits", Period: p.Label()}, m)
		if err != nil || o.Grain != g || o.From != p.From {
			t.Errorf("%s typed at %s is the %s of %s, %v; want the %s of %s", p.Label(), m.Now, o.Grain, o.From, err, g, p.From)
		}
		stored(t, o, m.Zone)
	}
}

func checkEvent(t *testing.T, day observation.Date, m Moment) {
	t.Helper()
	it, err := typing().Item(Event{Title: "Esittely", On: day, Kind: "appearance"}, observation.Source{ID: "kasin", Organisation: "koske"}, m)
	if err != nil || observation.DateOf(it.At().In(m.Zone)) != day {
		t.Errorf("an event of %s typed at %s stands at %s, %v", day, m.Now, it.At().In(m.Zone), err)
	}
}

// typing takes levels, flows and events.
func typing() *Config { return &Config{Metrics: []string{"followers", "visits", Appearances}} }

// desk is a configuration of one source with a store.
type desk struct {
	*settings.Config
	store *store.Store
	now   time.Time
}

// figure returns the figure of a metric as words.
func (d desk) figure(t *testing.T, metric string, p observation.Period) string {
	t.Helper()
	all, err := indicator.New(d.Desk, d.store, d.now, time.Time{}).Figures(t.Context(), indicator.Ask{Organisations: []string{"koske"}, Period: p})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(f indicator.Figure) bool { return f.Indicator == metric })
	if i < 0 {
		t.Fatalf("there is no figure of %s", metric)
	}
	text := string(all[i].State)
	if all[i].Value != nil {
		text += fmt.Sprintf(" %v", *all[i].Value)
	}
	if len(all[i].Gaps) > 0 {
		text += " " + all[i].Gaps[0].Reason
	}
	return text
}

// put stores what was typed, as the program does.
func (d desk) put(t *testing.T, text string, typed Typed) {
	t.Helper()
	s := d.Sources[0]
	o, err := s.Settings.(*Config).Observation(typed, Moment{Now: d.now, Zone: s.Zone})
	if err != nil {
		t.Fatal(err)
	}
	if o.Value, err = Value(o.Metric, text); err != nil {
		t.Fatal(err)
	}
	o.Organisation, o.Source, o.Channel, o.Definition = s.Organisation, s.ID, s.Channel, s.DefinitionID(o.Metric, o.From)
	run := observation.Run{Organisation: s.Organisation, Source: s.ID, Kind: s.Kind, Zone: s.Zone.String(), StartedAt: d.now, Window: o.Key.Period(),
		Grains: []observation.Grain{o.Grain}, Program: "test", Result: observation.OK}
	if _, err := d.store.Commit(t.Context(), observation.Commit{Run: run, Observations: []observation.Observation{o}}); err != nil {
		t.Fatal(err)
	}
}

// TestTheTurnOfAYear types numbers around the end of a year with 53 weeks, through a store: what was typed is in its week,
// month and year and in no other, and what nobody typed is missing, never zero.
func TestTheTurnOfAYear(t *testing.T) {
	text := "organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]\nchannels: [{id: linkedin, kind: linkedin}]\n" +
		"sources: [{id: kasin, kind: entry, channel: linkedin, metrics: [followers, visits], remind: monthly}]\n"
	path := filepath.Join(t.TempDir(), "seuranta.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := settings.Load(path, []collector.Kind{Kind()}, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	d := desk{Config: c, now: time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC)}
	d.store, _ = storetest.Embedded(t)
	week := func(day observation.Date) observation.Period { return observation.Week.Holding(day) }
	last, first := observation.NewDate(2026, 12, 31), observation.NewDate(2027, 1, 4)
	if got := d.figure(t, "visits", week(last)); got != "missing not_typed" {
		t.Errorf("before anything was typed week 53 is %s", got)
	}
	d.put(t, "53", Typed{Metric: "visits", Period: "2026-W53"})
	d.put(t, "0", Typed{Metric: "visits", Period: "2027-W01"})
	d.put(t, "1 003", Typed{Metric: "followers", On: last})
	for _, c := range []struct {
		metric string
		period observation.Period
		want   string
	}{
		{"visits", week(last), "ok 53"}, {"visits", week(last - 7), "missing not_typed"}, {"visits", week(first), "zero 0"},
		{"visits", observation.Day.Holding(last), "missing not_whole"},
		{"followers", observation.Day.Holding(last), "ok 1003"}, {"followers", observation.Day.Holding(last - 1), "missing not_typed"},
		{"followers", observation.Day.Holding(first), "missing reminder"},
	} {
		if got := d.figure(t, c.metric, c.period); got != c.want {
			t.Errorf("%s of %s is %s, want %s", c.metric, c.period.Label(), got, c.want)
		}
	}
}
