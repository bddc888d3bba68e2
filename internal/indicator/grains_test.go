package indicator

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

func TestFlowsToldByOtherGrainsThanDays(t *testing.T) {
	months := "100 200 300 400 500 600"
	for name, c := range map[string]struct {
		grains, told string
		grain        observation.Grain
		from, period string
		want         string
	}{
		"a month":                           {"month", months, observation.Month, "2026-01-01", "2026-03", "ok 300 31/31"},
		"a quarter of months":               {"month", months, observation.Month, "2026-01-01", "2026-Q1", "ok 600 90/90"},
		"a range of whole months":           {"month", months, observation.Month, "2026-01-01", "2026-01-01..2026-06-30", "ok 2100 181/181"},
		"half a year, a month failed":       {"month", "100 auth 300 400 500 600", observation.Month, "2026-01-01", "2026-H1", "partial 1900 153/181 [1.2.–28.2. auth]"},
		"a month in part":                   {"month", "100 50~ 300", observation.Month, "2026-01-01", "2026-Q1", "partial 450 62/90 [1.2.–28.2. log_silent partly]"},
		"a week of months":                  {"month", months, observation.Month, "2026-01-01", "2026-W06", "missing 0/7 [2.2.–8.2. not_whole]"},
		"a range that cuts months":          {"month", months, observation.Month, "2026-01-01", "2026-01-15..2026-03-31", "partial 500 59/76 [15.1.–31.1. not_whole]"},
		"a day of months":                   {"month", months, observation.Month, "2026-01-01", "2026-01-15", "missing 0/1 [15.1. not_whole]"},
		"a month of weeks":                  {"week", "1 2 3 4 5 6", observation.Week, "2025-12-29", "2026-01", "partial 9 21/31 [1.1.–4.1. not_whole] [26.1.–31.1. not_whole]"},
		"four weeks":                        {"week", "1 2 3 4 5 6", observation.Week, "2025-12-29", "2025-12-29..2026-01-25", "ok 10 28/28"},
		"a February that is four weeks":     {"week", "1 2 3 4", observation.Week, "2027-02-01", "2027-02", "not_applicable 0/0 [1.2.–28.2. not_yet]"},
		"weeks and months, asked a month":   {"week month", months, observation.Month, "2026-01-01", "2026-03", "ok 300 31/31"},
		"weeks and months, asked a quarter": {"week month", months, observation.Month, "2026-01-01", "2026-Q1", "ok 600 90/90"},
		"days are finer than months":        {"month day", months, observation.Month, "2026-01-01", "2026-03", "missing 0/31 [1.3.–31.3. no_run]"},
		"28 days":                           {"days28", "7 8", observation.Days28, "2026-01-05", "2026-01-05..2026-03-01", "ok 15 56/56"},
		"28 days and a rest":                {"days28", "7 8", observation.Days28, "2026-01-05", "2026-01-05..2026-03-02", "partial 15 56/57 [2.3. not_whole]"},
		"quarters in a year":                {"quarter", "1 2 3", observation.Quarter, "2026-01-01", "2026", "ok 6 273/273 [1.10.–22.11. not_yet]"},
		"the month that runs":               {"month", months, observation.Month, "2026-05-01", "2026-11", "not_applicable 0/0 [1.11.–22.11. not_yet]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			*site.source(0) = source("lomake", "downloads", c.grains)
			site.tell("lomake", "downloads", c.grain, c.from, c.told)
			if got := words(site.figure(t, "downloads", c.period)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestPartsOfMonthsInALife(t *testing.T) {
	for name, c := range map[string]struct{ channel, source, want string }{
		"the channel begins in February": {"2026-02-10..", "..", "ok 500 50/50 [1.1.–9.2. not_alive]"},
		"the channel ended in February":  {"..2026-02-10", "..", "ok 300 41/41 [11.2.–31.3. not_alive]"},
		"the source begins in February":  {"..", "2026-02-10..", "ok 500 50/50 [1.1.–9.2. not_alive]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			*site.source(0) = source("lomake", "downloads", "month")
			site.channel().Life, site.source(0).Life = life(c.channel), life(c.source)
			site.tell("lomake", "downloads", observation.Month, "2026-01-01", "100 200 300")
			if got := words(site.figure(t, "downloads", "2026-Q1")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestASourceByMonthThenOneByDay(t *testing.T) {
	site := newCentre()
	site.desk.Sources = []observation.Source{source("lomake", "downloads", "month"), source("loki", "downloads", "day")}
	site.source(0).Life, site.source(1).Life = life("..2026-01-31"), life("2026-02-01..")
	site.source(1).Definitions[0].ID = site.source(0).Definitions[0].ID
	site.tell("lomake", "downloads", observation.Month, "2026-01-01", "100")
	site.tell("loki", "downloads", observation.Day, "2026-02-01", strings.Repeat("1 ", 28))
	f := site.figure(t, "downloads", "2026-01-01..2026-02-28")
	if got := words(f); got != "ok 128 59/59" || strings.Join(f.Sources, " ") != "lomake loki" {
		t.Errorf("got %s from %v", got, f.Sources)
	}
	if got := words(site.figure(t, "downloads", "2026-01-20..2026-02-28")); got != "partial 28 28/40 [20.1.–31.1. not_whole]" {
		t.Errorf("got %s", got)
	}
}

func TestADayIsNotCountedTwiceOverGrains(t *testing.T) {
	site := newCentre()
	site.desk.Sources = []observation.Source{source("loki", "downloads", "day"), source("lomake", "downloads", "month")}
	site.source(1).Definitions[0].ID = site.source(0).Definitions[0].ID
	site.channel().Primary = map[string][]observation.Preference{"downloads": {{Source: "loki"}, {Source: "lomake"}}}
	site.tell("lomake", "downloads", observation.Month, "2026-03-01", "100")
	site.tell("loki", "downloads", observation.Day, "2026-03-01", "5 auth 5")
	if got := words(site.figure(t, "downloads", "2026-03")); got != "partial 10 2/31 [2.3. auth] [4.3.–31.3. no_run]" {
		t.Errorf("the month holds a day that was counted; got %s", got)
	}
	site = newCentre()
	site.desk.Sources = []observation.Source{source("loki", "downloads", "day"), source("lomake", "downloads", "month")}
	site.tell("lomake", "downloads", observation.Month, "2026-03-01", "100")
	if got := words(site.figure(t, "downloads", "2026-03")); got != "ok 100 31/31" {
		t.Errorf("the second stands in for the whole month; got %s", got)
	}
}

func TestDaysStandInForAMonthThatFailed(t *testing.T) {
	site := newCentre()
	site.desk.Sources = []observation.Source{source("loki", "downloads", "day"), source("lomake", "downloads", "month")}
	site.channel().Primary = map[string][]observation.Preference{"downloads": {{Source: "lomake"}, {Source: "loki"}}}
	site.tell("lomake", "downloads", observation.Month, "2026-03-01", "auth")
	site.tell("loki", "downloads", observation.Day, "2026-03-01", "budget 5 5")
	if got := words(site.figure(t, "downloads", "2026-03")); got != "partial 10 2/31 [1.3. auth] [4.3.–31.3. no_run]" {
		t.Errorf("got %s", got)
	}
	site.source(1).Life, site.channel().Primary = life("..2026-03-10"), map[string][]observation.Preference{"downloads": {{Source: "loki"}, {Source: "lomake"}}}
	if got := words(site.figure(t, "downloads", "2026-03")); got != "partial 10 2/31 [1.3. budget] [4.3.–31.3. no_run]" {
		t.Errorf("got %s", got)
	}
}

func TestUniquePeopleOfLongerPeriods(t *testing.T) {
	for name, c := range map[string]struct {
		days, months int // so many of them were answered, each with 3 people and 40
		quarter      string
		want         string
	}{
		"the quarter's own answer":           {90, 3, "75", "ok 75 90/90"},
		"months say more than days":          {90, 3, "", "bounded 40–120 90/90 [1.1.–31.3. not_whole partly]"},
		"days where a month is not known":    {90, 2, "", "bounded 3–270 90/90 [1.1.–31.3. not_whole partly]"},
		"days as far as they are known":      {80, 2, "", "bounded 3–240 80/90 [22.3.–31.3. no_run]"},
		"a part of the quarter's own answer": {80, 2, "70?", "partial 70 80/90 [22.3.–31.3. no_run]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			*site.source(0) = source("loki", "visitors", "day week month quarter")
			site.tell("loki", "visitors", observation.Day, "2026-01-01", strings.Repeat("3 ", c.days))
			site.tell("loki", "visitors", observation.Month, "2026-01-01", strings.Repeat("40 ", c.months))
			site.tell("loki", "visitors", observation.Quarter, "2026-01-01", c.quarter)
			if got := words(site.figure(t, "visitors", "2026-Q1")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestUniquePeopleToldByWeeks: weeks never fill a month or a quarter, and those that lie in it are known all the same.
func TestUniquePeopleToldByWeeks(t *testing.T) {
	for name, c := range map[string]struct{ grains, period, days, want string }{
		"whole weeks":                    {"week", "2025-12-29..2026-01-25", "", "bounded 4–10 28/28"},
		"a day more":                     {"week", "2025-12-29..2026-01-26", "", "bounded 4–10 28/29 [26.1. not_whole]"},
		"a month":                        {"week", "2026-01", "", "bounded 4–9 21/31 [1.1.–4.1. not_whole] [26.1.–31.1. not_whole]"},
		"a month, of which days are due": {"day week month", "2026-01", "", "bounded 4–9 21/31 [1.1.–4.1. not_whole] [26.1.–31.1. not_whole]"},
		"more days than weeks":           {"day week", "2026-01", strings.Repeat("2 ", 25), "bounded 2–50 25/31 [26.1.–31.1. no_run]"},
		"as many days as weeks":          {"day week", "2026-01", strings.Repeat("2 ", 21), "bounded 2–42 21/31 [22.1.–31.1. no_run]"},
		"less than a week":               {"week", "2026-01-06..2026-01-10", "", "missing 0/5 [6.1.–10.1. not_whole]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			*site.source(0) = source("fb", "visitors", c.grains)
			site.tell("fb", "visitors", observation.Week, "2025-12-29", "1 2 3 4")
			site.tell("fb", "visitors", observation.Day, "2026-01-01", c.days)
			if got := words(site.figure(t, "visitors", c.period)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestUniquePeopleOfASwitchedSource(t *testing.T) {
	site := newCentre()
	site.desk.Sources = []observation.Source{source("a", "visitors", "day week"), source("b", "visitors", "day week")}
	site.channel().Primary = map[string][]observation.Preference{"visitors": {{Source: "a"}, {Source: "b"}}}
	site.tell("a", "visitors", observation.Day, monday, "3 4 5 3 4 5 3")
	site.tell("b", "visitors", observation.Week, monday, "11")
	f := site.figure(t, "visitors", "2026-W47")
	if got := words(f); got != "ok 11 7/7" || f.Sources[0] != "b" || len(f.Sources) != 1 {
		t.Errorf("got %s from %v; the second has the week's own answer", got, f.Sources)
	}
}

func TestLevelsWithoutSnapshots(t *testing.T) {
	site := newCentre()
	*site.source(0) = source("lomake", "followers", "month")
	site.tell("lomake", "followers", observation.Month, "2026-01-01", "40 41 43 auth")
	for p, want := range map[string]string{"2026-03": "ok 43 31/31", "2026-Q1": "ok 43 90/90", "2026-01-01..2026-04-30": "partial 43 90/120 [1.4.–30.4. auth]", "2026-W06": "missing 0/7 [2.2.–8.2. not_whole]"} {
		if got := words(site.figure(t, "followers", p)); got != want {
			t.Errorf("%s: got %s, want %s", p, got, want)
		}
	}
}

func TestGrainsThatMatter(t *testing.T) {
	for name, c := range map[string]struct {
		shape observation.Shape
		told  string
		want  string
	}{
		"a flow by day and week":    {observation.Flow, "week day", "day"},
		"a flow by week and month":  {observation.Flow, "month week quarter", "week month"},
		"a level that is looked at": {observation.Level, "day snapshot", "snapshot"},
		"a level by month":          {observation.Level, "year month", "month"},
		"unique people":             {observation.Unique, "month week snapshot day", "day week month"},
		"a flow is not looked at":   {observation.Flow, "snapshot", ""},
	} {
		var got []string
		for _, g := range c.shape.Needed(source("x", "", c.told).Grains) {
			got = append(got, string(g))
		}
		if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
