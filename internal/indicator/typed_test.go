package indicator

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

// diary is a centre whose channel's followers are typed, beside numbers of projects and of the centre itself.
func diary(remind string) *centre {
	c := newCentre()
	own := source("kasin", "followers", "snapshot")
	own.Typed, own.Remind = true, remind
	other := source("paivakirja", "signups contacts volunteers", "day week month quarter year snapshot")
	other.Channel, other.Typed, other.Remind = "", true, "month"
	c.desk.Metrics = observation.StandardMetrics()
	c.desk.Metrics["signups"] = observation.Metric{ID: "signups", Shape: observation.Flow, Unit: "signups"}
	c.desk.Metrics["contacts"] = observation.Metric{ID: "contacts", Shape: observation.Flow, Unit: "contacts"}
	c.desk.Metrics["volunteers"] = observation.Metric{ID: "volunteers", Shape: observation.Level, Unit: "people"}
	c.desk.Sources = []observation.Source{own, other}
	c.desk.Projects = []observation.Project{{ID: "aluetuki", Organisation: "koske", Life: life("2025-01-01..2027-12-31"), Goals: []observation.Goal{{FollowUps: []observation.FollowUp{
		{ID: "ilmo", Indicator: "signups"}}}}}}
	return c
}

// typed commits a number that people typed for dims.
func (c *centre) typed(sourceID, metric, dims string, g observation.Grain, from string, value float64) {
	s := c.desk.Sources[0]
	for _, other := range c.desk.Sources {
		if other.ID == sourceID {
			s = other
		}
	}
	k := observation.Key{Channel: s.Channel, Metric: metric, Dims: dims, Grain: g, From: date(from), Definition: s.DefinitionID(metric, date(from))}
	o := observation.Observation{Key: k, Part: "typed", Value: value, Complete: true, Basis: observation.Entered, By: "planner"}
	if g == observation.Snapshot {
		o.ObservedAt = k.From.UTC().Add(10 * time.Hour)
	}
	v := observation.Coverage{Result: observation.OK, CoverageKey: observation.CoverageKey{Channel: k.Channel, Part: "typed", Metric: metric, Grain: g, From: k.From}}
	c.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: sourceID}, Observations: []observation.Observation{o}, Coverage: []observation.Coverage{v}})
}

func TestATypedLevelHoldsUntilItIsDue(t *testing.T) {
	for name, c := range map[string]struct{ remind, on, last string }{
		"monthly":                            {"month", "2026-11-03", "2026-12-01"},
		"monthly, on the day it was due":     {"month", "2026-11-01", "2026-12-01"},
		"monthly, the day before it is due":  {"month", "2026-11-30", "2026-12-01"},
		"weekly":                             {"week", "2026-11-03", "2026-11-09"},
		"weekly, on a Monday":                {"week", "2026-11-09", "2026-11-16"},
		"daily":                              {"day", "2026-11-03", "2026-11-04"},
		"quarterly":                          {"quarter", "2026-11-03", "2027-01-01"},
		"yearly":                             {"year", "2026-11-03", "2027-01-01"},
		"every 28 days":                      {"days28", "2026-11-03", "2026-12-01"},
		"a plan":                             {"0 9 15 * *", "2026-11-03", "2026-11-15"},
		"a plan, on its day":                 {"0 9 15 * *", "2026-11-15", "2026-12-15"},
		"a plan at midnight, the day before": {"0 0 15 * *", "2026-11-14", "2026-11-15"},
		"a descriptor":                       {"@monthly", "2026-11-03", "2026-12-01"},
		"a plan that never comes":            {"0 0 30 2 *", "2026-11-03", "2027-02-02"},
		"without a reminder 13 weeks":        {"", "2026-11-03", "2027-02-02"},
	} {
		t.Run(name, func(t *testing.T) {
			site := diary(c.remind)
			site.now = site.now.AddDate(1, 0, 0)
			site.typed("kasin", "followers", "", observation.Snapshot, c.on, 43)
			last := observation.Day.Holding(date(c.last))
			for days, want := range map[observation.Period]string{
				observation.Day.Holding(date(c.on) - 1): "missing 0/1 not_typed",
				observation.Day.Holding(date(c.on)):     "ok 43 1/1",
				last:                                    "ok 43 1/1",
				observation.Day.Holding(last.To):        "missing 0/1 reminder",
			} {
				f := only(t, site.judge(), "followers", days)
				got := words(f)
				if len(f.Gaps) > 0 {
					got = string(f.State) + " 0/1 " + f.Gaps[0].Reason
				}
				if got != want {
					t.Errorf("%s: got %s, want %s", days.Label(), got, want)
				}
				if f.Value != nil && (f.On == nil || *f.On != date(c.on) || f.Basis != observation.Entered) {
					t.Errorf("%s: on %v, %s", days.Label(), f.On, f.Basis)
				}
			}
		})
	}
}

func TestATypedLevelByTheWeek(t *testing.T) {
	site := diary("month")
	site.typed("kasin", "followers", "", observation.Snapshot, "2026-09-14", 40)
	site.typed("kasin", "followers", "", observation.Snapshot, "2026-11-04", 43)
	s := site.series(t, "followers", "2026-W47", 11)
	var got []string
	for _, f := range s.Points {
		on := ""
		if f.On != nil {
			on = " on " + f.On.String()
		}
		got = append(got, f.Period.Label+" "+words(f)+on)
	}
	want := []string{
		"2026-W37 missing 0/7 [7.9.–13.9. not_typed]",
		"2026-W38 ok 40 7/7 on 2026-09-14",
		"2026-W39 ok 40 7/7 on 2026-09-14",
		"2026-W40 partial 40 4/7 [2.10.–4.10. reminder] on 2026-09-14",
		"2026-W41 missing 0/7 [5.10.–11.10. reminder]",
		"2026-W42 missing 0/7 [12.10.–18.10. reminder]",
		"2026-W43 missing 0/7 [19.10.–25.10. reminder]",
		"2026-W44 missing 0/7 [26.10.–1.11. reminder]",
		"2026-W45 ok 43 5/7 [2.11.–3.11. reminder] on 2026-11-04",
		"2026-W46 ok 43 7/7 on 2026-11-04",
		"2026-W47 ok 43 7/7 on 2026-11-04",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestATypedLevelOfLongBeforeTheDaysAsked(t *testing.T) {
	site := diary("year")
	site.typed("kasin", "followers", "", observation.Snapshot, "2024-03-01", 30)
	site.typed("kasin", "followers", "", observation.Snapshot, "2026-01-15", 43)
	if f := site.figure(t, "followers", "2026-W47"); words(f) != "ok 43 7/7" || *f.On != date("2026-01-15") {
		t.Errorf("%s on %v", words(f), f.On)
	}
	if got := words(site.figure(t, "followers", "2025-06")); got != "missing 0/30 [1.6.–30.6. reminder]" {
		t.Errorf("what was typed in 2024 is due since 2025: %s", got)
	}
}

func TestATypedLevelTakenBackHoldsNoLonger(t *testing.T) {
	site := diary("month")
	site.typed("kasin", "followers", "", observation.Snapshot, "2026-11-02", 40)
	asOf := site.clock
	site.clock = site.clock.Add(time.Hour)
	site.typed("kasin", "followers", "", observation.Snapshot, "2026-11-02", 45)
	if got := words(site.figure(t, "followers", "2026-W47")); got != "ok 45 7/7" {
		t.Error(got)
	}
	if got := words(only(t, New(site.desk, &site.kept, site.now, asOf), "followers", period("2026-11-10"))); got != "ok 40 1/1" {
		t.Error("as known before the correction:", got)
	}
	days := period("2026-11-02")
	site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "kasin"}, Retract: &days})
	if got := words(site.figure(t, "followers", "2026-W47")); got != "missing 0/7 [16.11.–22.11. not_typed]" {
		t.Error(got)
	}
}

func TestAFailedImportDoesNotUndoWhatHolds(t *testing.T) {
	site := diary("month")
	site.typed("kasin", "followers", "", observation.Snapshot, "2026-11-04", 43)
	site.tell("kasin", "followers", observation.Snapshot, "2026-11-22", "failed")
	if got := words(site.figure(t, "followers", "2026-W47")); got != "ok 43 7/7" {
		t.Error(got)
	}
}

func TestTheBasisOfALevelIsThatOfTheNumberShown(t *testing.T) {
	site := diary("month")
	api := source("rajapinta", "followers", "snapshot")
	site.desk.Sources = append(site.desk.Sources, api)
	site.typed("kasin", "followers", "", observation.Snapshot, "2026-11-17", 43)
	site.tell("rajapinta", "followers", observation.Snapshot, "2026-11-22", "44")
	site.channel().Primary = map[string][]observation.Preference{"followers": {{Source: "rajapinta"}, {Source: "kasin"}}}
	f := site.figure(t, "followers", "2026-W47")
	if f.Basis != observation.Collected || *f.Value != 44 || *f.On != date("2026-11-22") {
		t.Errorf("%s, %s, on %s", words(f), f.Basis, f.On)
	}
}

func TestARegionTypedIsNoZeroOfTheWhole(t *testing.T) {
	site := diary("month")
	site.typed("paivakirja", "signups", "project=aluetuki,region=keski-suomi", observation.Quarter, "2026-07-01", 5)
	site.typed("paivakirja", "signups", "project=aluetuki,region=muu", observation.Quarter, "2026-04-01", 6)
	got := site.figures(t, Ask{Metrics: []string{"signups"}, Period: period("2026-Q3")})
	want := []string{"koske/project:aluetuki/signups/2026-Q3: missing 0/92 [1.7.–30.9. not_typed]", "koske/project:aluetuki/signups[region=keski-suomi]/2026-Q3: ok 5 92/92"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestAGoalOfWhatIsTypedByTheMonth(t *testing.T) {
	site := diary("month")
	site.source(0).Metrics = []string{"downloads"}
	site.source(0).Grains = []observation.Grain{"day", "month", "year"}
	site.source(0).Definitions = []observation.Definition{{ID: "d-1", Metric: "downloads"}}
	site.channel().Targets = []observation.Target{{Metric: "downloads", Grain: "year", Value: 1200}}
	for m := range 10 {
		site.typed("kasin", "downloads", "", observation.Month, observation.NewDate(2026, time.Month(m+1), 1).String(), 100)
	}
	s := site.slow(t, "downloads", "2026-W47", 1)
	if f := s.Goals[0]; f.Period.Label != "2026-01-01..2026-10-31" || words(f) != "ok 1000 304/304" || f.Pace != Ahead {
		t.Errorf("goal of %s is %s, %s; want the months that were typed", f.Period.Label, words(f), f.Pace)
	}
}

func TestAReminderThatCannotBeRead(t *testing.T) {
	site := diary("now and then")
	if _, err := site.judge().Figures(context.Background(), Ask{Period: period("2026-W47")}); err == nil {
		t.Error("it is taken")
	}
}

func TestACollectedLevelNeedsOnlyTheLastDay(t *testing.T) {
	site := newCentre()
	*site.source(0) = source("rajapinta", "followers", "snapshot")
	for told, want := range map[string]string{
		"5 6 7 8 9 10 11":      "ok 11 7/7",
		"5 auth - - - auth 11": "ok 11 2/7 [17.11. auth] [18.11.–20.11. no_run] [21.11. auth]",
		"5 6 7 8 9 10 auth":    "partial 10 6/7 [22.11. auth]",
	} {
		site.kept = ledger{}
		site.tell("rajapinta", "followers", observation.Snapshot, monday, told)
		f := site.figure(t, "followers", "2026-W47")
		if got := words(f); got != want {
			t.Errorf("%s: got %s, want %s", told, got, want)
		}
	}
}

func TestNumbersTypedForAProject(t *testing.T) {
	site := diary("month")
	typed := func(dims, from string, v float64) {
		site.typed("paivakirja", "signups", dims, observation.Quarter, from, v)
	}
	typed("project=aluetuki", "2026-07-01", 12)
	typed("project=aluetuki,region=keski-suomi", "2026-07-01", 5)
	typed("project=aluetuki,region=koko-suomi", "2026-07-01", 12)
	typed("region=keski-suomi", "2026-07-01", 3)
	typed("project=muu", "2026-07-01", 99)
	site.typed("paivakirja", "contacts", "", observation.Quarter, "2026-07-01", 7)
	site.typed("paivakirja", "volunteers", "project=aluetuki", observation.Snapshot, "2026-09-20", 4)
	got := site.figures(t, Ask{Metrics: []string{"signups", "contacts", "volunteers"}, Period: period("2026-Q3")})
	want := []string{
		"koske/project:aluetuki/signups/2026-Q3: ok 12 92/92",
		"koske/project:aluetuki/signups[region=keski-suomi]/2026-Q3: ok 5 92/92",
		"koske/project:aluetuki/signups[region=koko-suomi]/2026-Q3: ok 12 92/92",
		"koske/project:aluetuki/volunteers/2026-Q3: ok 4 11/92 [1.7.–19.9. not_typed]",
		"koske/-/signups[region=keski-suomi]/2026-Q3: ok 3 92/92",
		"koske/-/contacts/2026-Q3: ok 7 92/92",
		"koske/-/volunteers/2026-Q3: missing 0/92 [1.7.–30.9. not_typed]",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	got = site.figures(t, Ask{Metrics: []string{"signups"}, Period: period("2026-Q2")})
	if d := cmp.Diff([]string{"koske/project:aluetuki/signups/2026-Q2: missing 0/91 [1.4.–30.6. not_typed]"}, got); d != "" {
		t.Errorf("what a plan promises is missing, and nothing else is (-want +got):\n%s", d)
	}
}

func TestTypedNumbersOfPeriodsOfAnyLength(t *testing.T) {
	for name, c := range map[string]struct {
		tell   func(add func(g observation.Grain, from string, v float64))
		period string
		want   string
	}{
		"months in a quarter": {func(add func(observation.Grain, string, float64)) {
			add("month", "2026-07-01", 1)
			add("month", "2026-08-01", 2)
			add("month", "2026-09-01", 3)
		}, "2026-Q3", "ok 6 92/92"},
		"a month missing": {func(add func(observation.Grain, string, float64)) {
			add("month", "2026-07-01", 1)
			add("month", "2026-09-01", 3)
		}, "2026-Q3", "partial 4 61/92 [1.8.–31.8. not_typed]"},
		"the quarter counts, not its months besides": {func(add func(observation.Grain, string, float64)) {
			add("month", "2026-07-01", 1)
			add("quarter", "2026-07-01", 10)
		}, "2026-Q3", "ok 10 92/92"},
		"quarter, month and day in a year": {func(add func(observation.Grain, string, float64)) {
			add("quarter", "2026-01-01", 100)
			add("month", "2026-05-01", 20)
			add("day", "2026-07-04", 3)
		}, "2026-H2", "partial 3 1/145 [1.7.–3.7. not_typed] [5.7.–22.11. not_typed]"},
		"half a year": {func(add func(observation.Grain, string, float64)) {
			add("quarter", "2026-01-01", 100)
			add("month", "2026-05-01", 20)
		}, "2026-H1", "partial 120 121/181 [1.4.–30.4. not_typed] [1.6.–30.6. not_typed]"},
		"a week of a month": {func(add func(observation.Grain, string, float64)) { add("month", "2026-10-01", 9) },
			"2026-W42", "missing 0/7 [12.10.–18.10. not_whole]"},
		"a quarter that runs": {func(add func(observation.Grain, string, float64)) { add("quarter", "2026-10-01", 9) },
			"2026-Q4", "missing 0/53 [1.10.–22.11. not_yet]"},
		"typed zeros are zeros": {func(add func(observation.Grain, string, float64)) { add("month", "2026-10-01", 0) }, "2026-10", "zero 0 31/31"},
	} {
		t.Run(name, func(t *testing.T) {
			site := diary("month")
			c.tell(func(g observation.Grain, from string, v float64) {
				site.typed("paivakirja", "contacts", "", g, from, v)
			})
			if got := words(site.figure(t, "contacts", c.period)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAMonthTypedBesideDaysThatWereRead(t *testing.T) {
	site := diary("month")
	own := site.source(0)
	own.Metrics, own.Grains, own.Definitions = []string{"downloads"}, []observation.Grain{"month"}, []observation.Definition{{ID: "d-1", Metric: "downloads"}}
	site.desk.Sources = append(site.desk.Sources, source("loki", "downloads", "day"))
	site.channel().Primary = map[string][]observation.Preference{"downloads": {{Source: "loki"}, {Source: "kasin"}}}
	site.tell("loki", "downloads", observation.Day, "2026-10-01", "1 2 3")
	site.typed("kasin", "downloads", "", observation.Month, "2026-10-01", 90)
	if got := words(site.figure(t, "downloads", "2026-10")); got != "partial 6 3/31 [4.10.–31.10. not_whole]" {
		t.Errorf("days that were counted are not counted again: %s", got)
	}
}

func TestSlowSeries(t *testing.T) {
	site := diary("month")
	for month, v := range map[string]float64{"2025-09-01": 5, "2026-08-01": 8, "2026-10-01": 10} {
		site.typed("paivakirja", "contacts", "", observation.Month, month, v)
	}
	s := site.slow(t, "contacts", "2026-W47", 3)
	var got []string
	for i, f := range s.Points {
		got = append(got, f.Period.Label+" "+words(f)+" after "+s.YearBefore[i].Period.Label+" "+words(s.YearBefore[i]))
	}
	want := []string{
		"2026-08 ok 8 31/31 after 2025-08 missing 0/31 [1.8.–31.8. not_typed]",
		"2026-09 missing 0/30 [1.9.–30.9. not_typed] after 2025-09 ok 5 30/30",
		"2026-10 ok 10 31/31 after 2025-10 missing 0/31 [1.10.–31.10. not_typed]",
	}
	if d := cmp.Diff(want, got); d != "" || s.Grain != observation.Month {
		t.Errorf("by the %s (-want +got):\n%s", s.Grain, d)
	}
	weekly, err := site.judge().Weekly(context.Background(), Ask{Metrics: []string{"contacts"}}, date(monday), 4)
	if err != nil || len(weekly) != 0 {
		t.Errorf("what is told by the month has no weeks: %d series, %v", len(weekly), err)
	}
	site.typed("paivakirja", "contacts", "", observation.Day, "2026-11-17", 1)
	if s := site.series(t, "contacts", "2026-W47", 1); words(s.Points[0]) != "partial 1 1/7 [16.11. not_typed] [18.11.–22.11. not_typed]" {
		t.Error(words(s.Points[0]))
	}
}

// silent is a store that nobody may ask.
type silent struct{ *testing.T }

func (s silent) Observations(context.Context, observation.Selection) ([]observation.Observation, error) {
	s.Error("the store is asked for observations")
	return nil, nil
}

func (s silent) Coverage(context.Context, observation.Selection) ([]observation.Coverage, error) {
	s.Error("the store is asked for coverage")
	return nil, nil
}

func (s silent) Heard(context.Context, []observation.Source, time.Time) ([]observation.Heard, error) {
	s.Error("the store is asked when parts were heard")
	return nil, nil
}

func (s silent) Items(context.Context, observation.ItemSelection) ([]observation.Item, error) {
	s.Error("the store is asked for items")
	return nil, nil
}

func (s silent) ItemsByID(context.Context, string, []string, time.Time) ([]observation.Item, error) {
	s.Error("the store is asked for items by their ids")
	return nil, nil
}

func (s silent) Looks(context.Context, observation.LookSelection) ([]observation.Observation, error) {
	s.Error("the store is asked what was seen of items")
	return nil, nil
}

func TestYearsAreNotReadOfWhatHasWeeks(t *testing.T) {
	for _, site := range []*centre{newCentre(), newsroom()} {
		site.desk.Sources = slices.DeleteFunc(site.desk.Sources, func(s observation.Source) bool { return s.ID == "paivakirja" })
		got, err := New(site.desk, silent{t}, site.now, time.Time{}).Slow(context.Background(), Ask{}, date(monday), 4)
		if err != nil || len(got) > 0 {
			t.Error(len(got), err)
		}
	}
}

func TestSlowPeriodsAreThoseThatAreOver(t *testing.T) {
	for week, want := range map[string]string{"2026-W47": "2026-Q3", "2026-W40": "2026-Q3", "2026-W39": "2026-Q2", "2027-W01": "2026-Q4"} {
		site := newCentre()
		site.now = site.now.AddDate(1, 0, 0)
		*site.source(0) = source("lomake", "downloads", "quarter")
		if s := site.slow(t, "downloads", week, 1); s.Points[0].Period.Label != want {
			t.Errorf("of %s: %s, want %s", week, s.Points[0].Period.Label, want)
		}
	}
}
