package indicator

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

func TestWeeksAndTheYearBefore(t *testing.T) {
	site := newCentre()
	site.tell("loki", "views", observation.Day, "2025-11-03", strings.Repeat("1 ", 21))
	site.tell("loki", "views", observation.Day, "2026-11-02", strings.Repeat("2 ", 21))
	s := site.series(t, "views", "2026-W47", 4)
	var got []string
	for i, p := range s.Points {
		got = append(got, p.Period.Label+" "+words(p)+" | "+s.YearBefore[i].Period.Label+" "+words(s.YearBefore[i]))
	}
	want := []string{
		"2026-W44 missing 0/7 [26.10.–1.11. no_run] | 2025-W44 missing 0/7 [27.10.–2.11. no_run]",
		"2026-W45 ok 14 7/7 | 2025-W45 ok 7 7/7", "2026-W46 ok 14 7/7 | 2025-W46 ok 7 7/7", "2026-W47 ok 14 7/7 | 2025-W47 ok 7 7/7",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if s.Organisation.ID != "koske" || s.Channel.ID != "kotisivut" || s.Metric.ID != "views" || s.Grain != observation.Week || s.Target != nil || len(s.Breaks)+len(s.Goals)+len(s.Events) > 0 {
		t.Errorf("series %+v", s)
	}
}

func TestAYearOf53Weeks(t *testing.T) {
	site := newCentre()
	site.now = site.now.AddDate(0, 2, 0)
	site.tell("loki", "views", observation.Day, "2025-12-15", "1 1 1 1 1 1 1 2 2 2 2 2 2 2 3 3 3 3 3 3 3 4 4 4 4 4 4 4")
	s := site.series(t, "views", "2027-W02", 4)
	var got []string
	for i, p := range s.Points {
		same := "same"
		if !s.Exact[i] {
			same = "near"
		}
		got = append(got, p.Period.Label+" "+same+" "+s.YearBefore[i].Period.Label+" "+words(s.YearBefore[i]))
	}
	want := []string{"2026-W52 same 2025-W52 ok 14 7/7", "2026-W53 near 2026-W01 ok 21 7/7", "2027-W01 same 2026-W01 ok 21 7/7", "2027-W02 same 2026-W02 ok 28 7/7"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestEventsOfTheDays(t *testing.T) {
	site := moved("2026-11-18")
	event := func(on, organisation string, channels ...string) observation.Event {
		return observation.Event{On: date(on), Organisation: organisation, Channels: channels, What: observation.Text{"fi": on + organisation}}
	}
	site.desk.Events = []observation.Event{
		event("2026-11-08", ""), event("2026-11-09", ""), event("2026-11-17", "koske"), event("2026-11-18", "hyvinvointialue", "kotisivut"),
		event("2026-11-19", "iso"), event("2026-11-20", "", "facebook"), event("2026-11-22", "koske", "facebook", "kotisivut"), event("2026-11-23", ""),
	}
	var got []string
	for _, e := range site.series(t, "views", "2026-W47", 2).Events {
		got = append(got, e.On.String())
	}
	if d := cmp.Diff([]string{"2026-11-09", "2026-11-17", "2026-11-18", "2026-11-22"}, got); d != "" {
		t.Errorf("ours, of this channel, in these days (-want +got):\n%s", d)
	}
}

func TestBreaks(t *testing.T) {
	second := func(metric, from string) observation.Definition {
		return observation.Definition{ID: metric + "@loki-2", Metric: metric, From: date(from), Text: observation.Text{"fi": "uusi sääntö"}}
	}
	const changed = "views@loki-1@Europe/Helsinki→views@loki-2@Europe/Helsinki"
	for name, c := range map[string]struct {
		metric, from string
		change       string // of the definition
		told, weekly string
		want         string
	}{
		"none":                                  {"views", "2026-11-09", "", strings.Repeat("1 ", 14), "", ""},
		"in the middle of a week":               {"views", "2026-11-09", "2026-11-18", strings.Repeat("1 ", 14), "", "2026-11-18 definition " + changed},
		"on its own day, though not measured":   {"views", "2026-11-09", "2026-11-18", "1 1 1 1 1 1 1 1 1 auth auth 1 1 1", "", "2026-11-18 definition " + changed},
		"over weeks of which nothing is known":  {"views", "2026-10-26", "2026-11-04", "1 1 1 1 1 1 1 - - - - - - - - - - - - - - 1 1 1", "", "2026-11-04 definition " + changed},
		"in force long before anything is told": {"views", "2026-11-16", "2026-11-04", "1 1 1", "", ""},
		"not shown, but between the years":      {"views", "2025-11-17", "2026-05-06", strings.Repeat("1 ", 370), "", "2026-05-06 definition " + changed},
		"people of weeks: the first by the new": {"visitors", "2026-11-09", "2026-11-11", "", "5 6", "2026-11-16 definition visitors@loki-1@Europe/Helsinki→visitors@loki-2@Europe/Helsinki"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			if c.change != "" {
				site.source(0).Definitions = append(site.source(0).Definitions, second(c.metric, c.change))
			}
			site.tell("loki", c.metric, observation.Day, c.from, c.told)
			site.tell("loki", c.metric, observation.Week, c.from, c.weekly)
			s := site.series(t, c.metric, "2026-W47", 4)
			if got := breaks(s); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if len(s.Breaks) > 0 && s.Breaks[0].Text["fi"] != "uusi sääntö" {
				t.Errorf("the break has no wording: %+v", s.Breaks[0])
			}
		})
	}
}

func TestASwitchOfSourceIsOneBreak(t *testing.T) {
	site := newCentre()
	site.desk.Sources = []observation.Source{source("vanha", "views", "day"), source("uusi", "views", "day")}
	site.channel().Primary = map[string][]observation.Preference{"views": {{Source: "uusi", From: date("2026-11-12")}, {Source: "vanha"}}}
	site.tell("vanha", "views", observation.Day, "2026-11-09", strings.Repeat("1 ", 14))
	site.tell("uusi", "views", observation.Day, "2026-11-09", "2 2 2 2 2 2 2 2 2 auth 2 2 2 2")
	want := "2026-11-12 source vanha→uusi; 2026-11-18 source uusi→vanha; 2026-11-19 source vanha→uusi"
	s := site.series(t, "views", "2026-W47", 2)
	if got := breaks(s); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := words(s.Points[0]); got != "broken 3 8 7/7" {
		t.Errorf("its week is %s", got)
	}
}

func TestTwoSourcesOfOneRule(t *testing.T) {
	site := twoLogs(observation.Preference{Source: "uusi", From: date("2026-11-18")}, observation.Preference{Source: "vanha"})
	site.tell("vanha", "views", observation.Day, monday, "1 1 1 1 1 1 1")
	site.tell("uusi", "views", observation.Day, monday, "2 2 2 2 2 2 2")
	s := site.series(t, "views", "2026-W47", 1)
	if got := words(s.Points[0]) + "; " + breaks(s); got != "ok 12 7/7; 2026-11-18 source vanha→uusi" {
		t.Errorf("got %s; they add, and the switch is drawn", got)
	}
}

func TestASuccessionAndANewSourceOnOneDayAreTwoBreaks(t *testing.T) {
	site := moved("2026-11-18")
	site.desk.Sources = append(site.desk.Sources, source("uusi", "views", "day"))
	site.source(1).Organisation, site.source(1).Life, site.source(0).Life = "hyvinvointialue", life("2026-11-18.."), life("..2026-11-17")
	site.tellAs(observation.Commit{Run: observation.Run{Organisation: "hyvinvointialue", Source: "uusi"}}, "views", observation.Day, "2026-11-18", "1 1 1 1 1")
	if got, want := breaks(site.series(t, "views", "2026-W47", 2)), "2026-11-18 succession koske→hyvinvointialue; 2026-11-18 source loki→uusi"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDefinitionsInForce(t *testing.T) {
	site := newCentre()
	def := func(id, from string) observation.Definition {
		d := observation.Definition{ID: id, Metric: "views"}
		if from != "" {
			d.From = date(from)
		}
		return d
	}
	site.source(0).Definitions = []observation.Definition{def("c", "2026-11-18"), def("a", ""), def("b", "2026-11-09"), def("d", "2026-11-23"), {ID: "x", Metric: "visitors"}}
	site.desk.Sources = append(site.desk.Sources, *site.source(0), source("uusi", "views", "day"), source("mennyt", "views", "day"))
	site.source(1).ID, site.source(3).Life = "toinen", life("..2025-12-31")
	var got []string
	for _, d := range site.series(t, "views", "2026-W47", 2).Definitions {
		got = append(got, d.ID)
	}
	if d := cmp.Diff([]string{"views@uusi-1", "b", "c"}, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestTargetsAndPaces(t *testing.T) {
	for name, c := range map[string]struct {
		targets []observation.Target
		metric  string
		told    string
		now     string
		period  string
		target  float64
		pace    Pace
	}{
		"reached":                      {[]observation.Target{{Metric: "views", Grain: "week", Value: 70}}, "views", "10 10 10 10 10 10 10", "", "2026-W47", 70, Met},
		"missed":                       {[]observation.Target{{Metric: "views", Grain: "week", Value: 71}}, "views", "10 10 10 10 10 10 10", "", "2026-W47", 71, Behind},
		"of another metric":            {[]observation.Target{{Metric: "visitors", Grain: "week", Value: 70}}, "views", "10", "", "2026-W47", 0, NoPace},
		"of another grain":             {[]observation.Target{{Metric: "views", Grain: "month", Value: 70}}, "views", "10", "", "2026-W47", 0, NoPace},
		"nothing measured":             {[]observation.Target{{Metric: "views", Grain: "week", Value: 70}}, "views", "", "", "2026-W47", 70, NoPace},
		"on the way, on Thursday":      {[]observation.Target{{Metric: "views", Grain: "week", Value: 70}}, "views", "10 10 10 0 0 0 0", "2026-11-19T06:00:00Z", "2026-W47", 70, Ahead},
		"behind, on Thursday":          {[]observation.Target{{Metric: "views", Grain: "week", Value: 70}}, "views", "10 10 9 0 0 0 0", "2026-11-19T06:00:00Z", "2026-W47", 70, Behind},
		"reached before the end":       {[]observation.Target{{Metric: "views", Grain: "week", Value: 20}}, "views", "10 10 9", "2026-11-19T06:00:00Z", "2026-W47", 20, Met},
		"a level does not grow from 0": {[]observation.Target{{Metric: "followers", Grain: "week", Value: 100}}, "followers", "90 90 90", "2026-11-19T06:00:00Z", "2026-W47", 100, Behind},
		"before its life":              {[]observation.Target{{Metric: "views", Grain: "week", Value: 70, Life: life("2026-11-23..")}}, "views", "10", "", "2026-W47", 0, NoPace},
		"the one in force at the end":  {[]observation.Target{{Metric: "views", Grain: "week", Value: 5, Life: life("..2026-11-18")}, {Metric: "views", Grain: "week", Value: 6, Life: life("2026-11-19..")}}, "views", "10", "", "2026-W47", 6, Met},
		"the last that was in force":   {[]observation.Target{{Metric: "views", Grain: "week", Value: 5, Life: life("..2026-11-18")}}, "views", "10", "", "2026-W47", 5, Met},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			*site.source(0) = source("loki", "views visitors followers", "day week snapshot")
			site.channel().Targets = c.targets
			if c.now != "" {
				site.now = date(c.now[:10]).UTC().Add(6 * 3600e9)
			}
			grain := observation.Day
			if c.metric == "followers" {
				grain = observation.Snapshot
			}
			site.tell("loki", c.metric, grain, monday, c.told)
			f := site.figure(t, c.metric, c.period)
			if (f.Target == nil) != (c.target == 0) || f.Target != nil && *f.Target != c.target || f.Pace != c.pace {
				t.Errorf("target %v, pace %q; want %v, %q", f.Target, f.Pace, c.target, c.pace)
			}
		})
	}
}

func TestGoalsOfLongerPeriods(t *testing.T) {
	site := newCentre()
	goal := func(g observation.Grain, v float64, l string) observation.Target {
		return observation.Target{Metric: "views", Grain: g, Value: v, Life: life(l)}
	}
	site.channel().Targets = []observation.Target{
		goal("day", 1, ".."), goal("week", 7, ".."), goal("month", 30, ".."), goal("quarter", 40, "..2026-11-10"), goal("quarter", 60, "2026-11-11.."), goal("year", 365, ".."), goal("days28", 28, ".."), goal("month", 99, "2027-01-01.."),
	}
	site.tell("loki", "views", observation.Day, "2026-10-01", strings.Repeat("1 ", 53))
	s := site.series(t, "views", "2026-W47", 1)
	if s.Target == nil || *s.Target != 7 {
		t.Errorf("weekly target %v", s.Target)
	}
	var got []string
	for _, f := range s.Goals {
		got = append(got, f.Period.Label+" "+words(f)+" "+string(f.Pace))
	}
	want := []string{
		"2026-11-01..2026-11-22 ok 22 22/22 ahead",
		"2026-10-01..2026-11-22 ok 53 53/53 ahead",
		"2026-01-01..2026-11-22 partial 53 53/326 [1.1.–30.9. no_run] behind",
		"2026-10-26..2026-11-22 ok 28 28/28 met",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if *s.Goals[1].Target != 60 {
		t.Errorf("of two targets for the quarter %v was taken", *s.Goals[1].Target)
	}
}

func TestGoalsOfASourceByTheMonth(t *testing.T) {
	site := newCentre()
	*site.source(0) = source("lomake", "downloads", "month")
	site.channel().Targets = []observation.Target{{Metric: "downloads", Grain: "year", Value: 1200}}
	site.tell("lomake", "downloads", observation.Month, "2026-01-01", strings.Repeat("100 ", 10))
	s := site.slow(t, "downloads", "2026-W47", 1)
	if f := s.Goals[0]; f.Period.Label != "2026-01-01..2026-10-31" || words(f) != "ok 1000 304/304" || f.Pace != Ahead {
		t.Errorf("goal of %s is %s, %s; want the months that are over", f.Period.Label, words(f), f.Pace)
	}
}

func TestTheWeekOfNewYearBelongsToTheYearOfItsThursday(t *testing.T) {
	site := newCentre()
	site.now = site.now.AddDate(0, 3, 0)
	site.channel().Targets = []observation.Target{{Metric: "views", Grain: "year", Value: 365}}
	site.tell("loki", "views", observation.Day, "2026-01-01", strings.Repeat("1 ", 380))
	for week, want := range map[string]string{"2026-W53": "2026 ok 365 365/365", "2027-W01": "2027-01-01..2027-01-10 ok 10 10/10", "2026-W01": "2026-01-01..2026-01-04 ok 4 4/4"} {
		f := site.series(t, "views", week, 1).Goals[0]
		if got := f.Period.Label + " " + words(f); got != want {
			t.Errorf("%s: got %s, want %s", week, got, want)
		}
	}
}
