package indicator

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

// twoLogs is a website whose views an old and a new log tell.
func twoLogs(primary ...observation.Preference) *centre {
	site := newCentre()
	site.desk.Sources = []observation.Source{source("vanha", "views", "day"), source("uusi", "views", "day")}
	for i := range site.desk.Sources { // they count by one rule
		site.desk.Sources[i].Definitions = []observation.Definition{{ID: "log-1", Metric: "views"}}
	}
	site.channel().Primary = map[string][]observation.Preference{"views": primary}
	return site
}

func TestThePreferredSourceWins(t *testing.T) {
	prefer := func(id, from string) observation.Preference {
		p := observation.Preference{Source: id}
		if from != "" {
			p.From = date(from)
		}
		return p
	}
	for name, c := range map[string]struct {
		primary  []observation.Preference
		old, new string
		want     string
		sources  string
	}{
		"the first of the list":                      {[]observation.Preference{prefer("uusi", ""), prefer("vanha", "")}, "1 1 1 1 1 1 1", "2 2 2 2 2 2 2", "ok 14 7/7", "uusi"},
		"the order of the list, not of the desk":     {[]observation.Preference{prefer("vanha", ""), prefer("uusi", "")}, "1 1 1 1 1 1 1", "2 2 2 2 2 2 2", "ok 7 7/7", "vanha"},
		"an outage of the first falls to the second": {[]observation.Preference{prefer("uusi", ""), prefer("vanha", "")}, "1 1 1 1 1 1 1", "2 2 auth auth 2 2 2", "ok 12 7/7", "uusi vanha"},
		"a zero of the first is an answer":           {[]observation.Preference{prefer("uusi", ""), prefer("vanha", "")}, "1 1 1 1 1 1 1", "2 2 nodata ok 2 2 2", "ok 10 7/7", "uusi"},
		"a part of the first is an answer":           {[]observation.Preference{prefer("uusi", ""), prefer("vanha", "")}, "1 1 5 1 1 1 1", "2 2 1~ 2 2 2 2", "partial 13 6/7 [18.11. log_silent partly]", "uusi"},
		"an outage of both says the first's reason":  {[]observation.Preference{prefer("uusi", ""), prefer("vanha", "")}, "1 1 budget 1 1 1 1", "2 2 auth 2 2 2 2", "partial 12 6/7 [18.11. auth]", "uusi"},
		"only the second says a reason":              {[]observation.Preference{prefer("uusi", ""), prefer("vanha", "")}, "- - budget", "2 2 - 2 2 2 2", "partial 12 6/7 [18.11. budget]", "uusi"},
		"the first no longer offers it":              {[]observation.Preference{prefer("uusi", ""), prefer("vanha", "")}, "1 1 auth 1 1 1 1", "gone gone gone gone gone gone gone", "partial 6 6/7 [18.11. auth]", "vanha"},
		"neither offers it":                          {[]observation.Preference{prefer("uusi", ""), prefer("vanha", "")}, "gone", "withdrawn", "not_applicable 0/6", ""},
		"from a day on":                              {[]observation.Preference{prefer("uusi", "2026-11-19"), prefer("vanha", "")}, "1 1 1 1 1 1 1", "2 2 2 2 2 2 2", "ok 11 7/7", "vanha uusi"},
		"before its day it does not count":           {[]observation.Preference{prefer("uusi", "2026-11-19"), prefer("vanha", "")}, "1 auth 1 1 1 1 1", "2 2 2 2 2 2 2", "partial 10 6/7 [17.11. auth]", "vanha uusi"},
		"who is not on the list does not count":      {[]observation.Preference{prefer("uusi", "")}, "1 1 1 1 1 1 1", "2 2 auth 2 2 2 2", "partial 12 6/7 [18.11. auth]", "uusi"},
		"no list yet: the order of the desk":         {[]observation.Preference{prefer("uusi", "2026-11-19")}, "1 1 1 1 1 1 1", "2 2 2 2 2 2 2", "ok 11 7/7", "vanha uusi"},
		"there and back again":                       {[]observation.Preference{prefer("vanha", "2026-11-20"), prefer("uusi", "2026-11-18"), prefer("vanha", "")}, "1 1 1 1 1 1 1", "2 2 2 2 2 2 2", "ok 9 7/7", "vanha uusi"},
	} {
		t.Run(name, func(t *testing.T) {
			site := twoLogs(c.primary...)
			site.tell("vanha", "views", observation.Day, monday, c.old)
			site.tell("uusi", "views", observation.Day, monday, c.new)
			f := site.figure(t, "views", "2026-W47")
			if got := words(f); got != c.want && !strings.HasPrefix(c.want, "not_applicable") {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := strings.Join(f.Sources, " "); got != c.sources {
				t.Errorf("it names %q, want %q", got, c.sources)
			}
		})
	}
}

func TestAWeekOfTwoRulesIsBroken(t *testing.T) {
	site := newCentre()
	site.source(0).Definitions = []observation.Definition{{ID: "views@loki-1", Metric: "views"}, {ID: "views@loki-2", Metric: "views", From: date("2026-11-18")},
		{ID: "visitors@loki-1", Metric: "visitors"}, {ID: "visitors@loki-2", Metric: "visitors", From: date("2026-11-18")}}
	site.tell("loki", "views", observation.Day, monday, "10 11 5 - 5 5 5")
	site.tell("loki", "visitors", observation.Day, monday, "3 4 2 2 2 2 2")
	for metric, want := range map[string]string{
		"views":    "broken 21 20 6/7 [19.11. no_run]",
		"visitors": "broken 4–7 2–10 7/7",
	} {
		if got := words(site.figure(t, metric, "2026-W47")); got != want {
			t.Errorf("%s: got  %s\nwant %s", metric, got, want)
		}
	}
	want := []Part{
		{Definition: "views@loki-1@Europe/Helsinki", From: date("2026-11-16"), To: date("2026-11-18"), Value: number(21), Source: "loki"},
		{Definition: "views@loki-2@Europe/Helsinki", From: date("2026-11-18"), To: date("2026-11-23"), Value: number(20), Source: "loki"},
	}
	if d := cmp.Diff(want, site.figure(t, "views", "2026-W47").Parts); d != "" {
		t.Errorf("parts (-want +got):\n%s", d)
	}
	site.tell("loki", "visitors", observation.Week, monday, "9")
	if got := words(site.figure(t, "visitors", "2026-W47")); got != "ok 9 7/7" {
		t.Errorf("one answer of the week is of one rule; got %s", got)
	}
}

func TestALevelOfTwoRulesIsTheLast(t *testing.T) {
	site := newCentre()
	*site.source(0) = source("facebook", "followers", "snapshot")
	site.source(0).Definitions = append(site.source(0).Definitions, observation.Definition{ID: "followers@facebook-2", Metric: "followers", From: date("2026-11-18")})
	site.tell("facebook", "followers", observation.Snapshot, monday, "40 41 52 53 54 55 56")
	if got := words(site.figure(t, "followers", "2026-W47")); got != "ok 56 7/7" {
		t.Errorf("got %s", got)
	}
	if got := breaks(site.series(t, "followers", "2026-W47", 1)); !strings.HasPrefix(got, "2026-11-18 definition") {
		t.Errorf("breaks: %s", got)
	}
}

func number(v float64) *float64 { return &v }

// told is an answer of loki for a day of views, by some definition.
func told(d string, definition string, v float64) observation.Observation {
	return observation.Observation{Value: v, Complete: true, Basis: observation.Collected,
		Key: observation.Key{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: date(d), Definition: definition}}
}

func TestOnlyTheDefinitionInForceCounts(t *testing.T) {
	const helsinki, london = "@Europe/Helsinki", "@Europe/London"
	for name, c := range map[string]struct {
		told []observation.Observation
		want string
	}{
		"of two the one in force":                   {[]observation.Observation{told(monday, "views@loki-0"+helsinki, 5), told(monday, "views@loki-1"+helsinki, 7)}, "ok 7 1/1"},
		"another alone is not a zero":               {[]observation.Observation{told(monday, "views@loki-0"+helsinki, 5)}, "missing 0/1 [16.11. other_rule]"},
		"days of another zone, where no others are": {[]observation.Observation{told(monday, "views@loki-1"+london, 5)}, "ok 5 1/1"},
		"days of the zone of today first":           {[]observation.Observation{told(monday, "views@loki-1"+helsinki, 7), told(monday, "views@loki-1"+london, 5)}, "ok 7 1/1"},
		"also when they were told first":            {[]observation.Observation{told(monday, "views@loki-1"+london, 5), told(monday, "views@loki-1"+helsinki, 7)}, "ok 7 1/1"},
		"of two other zones the newer":              {[]observation.Observation{told(monday, "views@loki-1@Africa/Cairo", 5), told(monday, "views@loki-1"+london, 6)}, "ok 6 1/1"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			site.tell("loki", "views", observation.Day, monday, "ok")
			for _, o := range c.told {
				site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}, Observations: []observation.Observation{o}})
			}
			if got := words(site.figure(t, "views", monday)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestDaysOfTwoZonesAreNotJoined(t *testing.T) {
	site := newCentre()
	for i, zone := range []string{"London", "London", "Helsinki"} {
		d := (date(monday) + observation.Date(i)).String()
		site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}, Observations: []observation.Observation{told(d, "views@loki-1@Europe/"+zone, 10)}})
	}
	if got := words(site.figure(t, "views", "2026-11-16..2026-11-18")); got != "broken 20 10 3/3" {
		t.Errorf("got %s", got)
	}
	site.tell("loki", "views", observation.Day, "2026-11-15", "nodata") // of a zone that nobody knows
	if got := words(site.figure(t, "views", "2026-11-15..2026-11-17")); got != "ok 20 3/3" {
		t.Errorf("a day without a number is of either zone; got %s", got)
	}
	if got := breaks(site.series(t, "views", "2026-W47", 2)); got != "2026-11-18 definition views@loki-1@Europe/London→views@loki-1@Europe/Helsinki" {
		t.Errorf("breaks: %s", got)
	}
}

func TestLife(t *testing.T) {
	full := "10 11 12 13 14 15 16"
	for name, c := range map[string]struct {
		organisation, channel, source string
		told, want                    string
	}{
		"all its life":                      {"..", "..", "..", full, "ok 91 7/7"},
		"the channel begins on Wednesday":   {"..", "2026-11-18..", "..", full, "ok 70 5/5 [16.11.–17.11. not_alive]"},
		"the channel ended on Tuesday":      {"..", "..2026-11-17", "..", full, "ok 21 2/2 [18.11.–22.11. not_alive]"},
		"the source begins on Wednesday":    {"..", "..", "2026-11-18..", full, "ok 70 5/5 [16.11.–17.11. not_alive]"},
		"the organisation ended on Tuesday": {"..2026-11-17", "..", "..", full, "ok 21 2/2 [18.11.–22.11. not_alive]"},
		"each cuts something":               {"..2026-11-21", "2026-11-17..", "2026-11-18..2026-11-20", full, "ok 39 3/3 [16.11.–17.11. not_alive] [21.11.–22.11. not_alive]"},
		"a gap in life is missing":          {"..", "2026-11-18..", "..", "- - 12 auth 14 15 16", "partial 57 4/5 [16.11.–17.11. not_alive] [19.11. auth]"},
		"not applicable is not missing":     {"..", "..2025-12-31", "..", "", "not_applicable 0/0 [16.11.–22.11. not_alive]"},
		"missing is not not applicable":     {"..", "..2026-11-16", "..", "", "missing 0/1 [16.11. no_run] [17.11.–22.11. not_alive]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			site.desk.Organisations[0].Life, site.channel().Life, site.source(0).Life = life(c.organisation), life(c.channel), life(c.source)
			site.tell("loki", "views", observation.Day, monday, c.told)
			if got := words(site.figure(t, "views", "2026-W47")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// moved is Koske's website after the organisation passed into the welfare county.
func moved(heirFrom string) *centre {
	site := newCentre()
	site.desk.Organisations = []observation.Organisation{
		{ID: "hyvinvointialue", Zone: mustZone("Europe/Helsinki"), Life: life(heirFrom + ".."), Succeeds: "koske", Name: observation.Text{"fi": "Hyvinvointialue"}},
		{ID: "koske", Zone: mustZone("Europe/Helsinki"), Life: life("2001-01-01..2026-11-17")},
	}
	site.channel().Organisation, site.source(0).Organisation = "hyvinvointialue", "hyvinvointialue"
	site.tell("loki", "views", observation.Day, "2026-11-09", "5 5 5 5 5 5 5 10 11")
	site.tellAs(observation.Commit{Run: observation.Run{Organisation: "hyvinvointialue", Source: "loki"}}, "views", observation.Day, "2026-11-18", "12 13 14 15 16")
	return site
}

func TestASeriesGoesOnOverASuccession(t *testing.T) {
	site := moved("2026-11-18")
	f := site.figure(t, "views", "2026-W47")
	if got := words(f); got != "ok 91 7/7" || f.Organisation != "hyvinvointialue" {
		t.Errorf("%s of %s; want the week of both added", got, f.Organisation)
	}
	s := site.series(t, "views", "2026-W47", 2)
	want := Break{On: date("2026-11-18"), Kind: BreakSuccession, Before: "koske", After: "hyvinvointialue", Text: observation.Text{"fi": "Hyvinvointialue"}}
	if d := cmp.Diff([]Break{want}, s.Breaks); d != "" {
		t.Errorf("one break, on the day of the move (-want +got):\n%s", d)
	}
	if got := words(s.Points[0]); got != "ok 35 7/7" {
		t.Errorf("the week before is %s", got)
	}
}

func TestASuccessionThatIsNotInTheDaysIsNoBreak(t *testing.T) {
	site := moved("2026-11-18")
	site.now = site.now.AddDate(2, 0, 0)
	if s := site.series(t, "views", "2028-W10", 2); len(s.Breaks) != 0 {
		t.Errorf("breaks: %s", breaks(s))
	}
}

func TestDaysBetweenTwoOrganisationsAreNobodys(t *testing.T) {
	if got := words(moved("2026-11-20").figure(t, "views", "2026-W47")); got != "ok 66 5/5 [18.11.–19.11. not_alive]" {
		t.Errorf("got %s", got)
	}
}

func TestTheHeirMayTellTheOldDaysAgain(t *testing.T) {
	site := moved("2026-11-18")
	site.tellAs(observation.Commit{Run: observation.Run{Organisation: "hyvinvointialue", Source: "loki"}}, "views", observation.Day, monday, "20")
	if got := words(site.figure(t, "views", "2026-11-16..2026-11-17")); got != "ok 31 2/2" {
		t.Errorf("got %s; want the newer answer for Monday", got)
	}
	site.tellAs(observation.Commit{Run: observation.Run{Organisation: "hyvinvointialue", Source: "loki"}}, "views", observation.Day, monday, "auth auth")
	if got := words(site.figure(t, "views", "2026-11-16..2026-11-17")); got != "ok 31 2/2" {
		t.Errorf("got %s; a later failure undoes nothing", got)
	}
	site.tellAs(observation.Commit{Run: observation.Run{Organisation: "hyvinvointialue", Source: "loki"}}, "views", observation.Day, "2026-11-08", "20")
	site.tell("loki", "views", observation.Day, "2026-11-08", "auth")
	if got := words(site.figure(t, "views", "2026-11-08")); got != "ok 20 1/1" {
		t.Errorf("got %s; nor does one of the old organisation", got)
	}
}

func TestOpenAndFuturePeriods(t *testing.T) {
	for name, c := range map[string]struct {
		now, period, want string
		open, settled     bool
	}{
		"closed":                 {"2026-11-23T06:00:00Z", "2026-W47", "ok 91 7/7", false, false},
		"closed and settled":     {"2026-11-25T06:00:00Z", "2026-W47", "ok 91 7/7", false, true},
		"settled at midnight":    {"2026-11-24T22:00:00Z", "2026-W47", "ok 91 7/7", false, true},
		"just before":            {"2026-11-24T21:59:59Z", "2026-W47", "ok 91 7/7", false, false},
		"on Thursday":            {"2026-11-19T06:00:00Z", "2026-W47", "ok 33 3/3", true, false},
		"its last second":        {"2026-11-22T21:59:59Z", "2026-W47", "ok 75 6/6", true, false},
		"on its first day":       {"2026-11-16T06:00:00Z", "2026-W47", "not_applicable 0/0 [16.11.–22.11. not_yet]", true, false},
		"in the future":          {"2026-11-01T06:00:00Z", "2026-W47", "not_applicable 0/0 [16.11.–22.11. not_yet]", true, false},
		"nobody tells of it yet": {"2026-11-01T06:00:00Z", "2027-W01", "not_applicable 0/0 [4.1.–10.1. not_yet]", true, false},
		"a year that runs":       {"2026-11-23T06:00:00Z", "2026", "partial 91 7/326 [1.1.–15.11. no_run]", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			site.source(0).SettleDays, site.source(0).Life = 2, life("..2026-12-31")
			site.tell("loki", "views", observation.Day, monday, "10 11 12 13 14 15 16")
			site.now, _ = time.Parse(time.RFC3339, c.now)
			f := site.figure(t, "views", c.period)
			if got := words(f); got != c.want || f.Open != c.open || f.Settled != c.settled {
				t.Errorf("got  %s, open %v, settled %v\nwant %s, open %v, settled %v", got, f.Open, f.Settled, c.want, c.open, c.settled)
			}
		})
	}
}

func TestADayThatIsNotOverWhereItIsCounted(t *testing.T) {
	site := newCentre()
	site.source(0).Zone = mustZone("America/Los_Angeles")
	site.source(0).SettleDays = 1
	site.tell("loki", "views", observation.Day, monday, "10 11 12 13 14 15")
	if f := site.figure(t, "views", "2026-W47"); words(f) != "partial 75 6/7 [22.11. not_yet]" || f.Open || f.Settled {
		t.Errorf("got %s, open %v, settled %v", words(f), f.Open, f.Settled)
	}
}

func TestAsItWasKnown(t *testing.T) {
	site := newCentre()
	site.clock = time.Date(2026, 11, 18, 2, 0, 0, 0, time.UTC)
	site.tell("loki", "views", observation.Day, monday, "10 11")
	site.clock = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	site.tell("loki", "views", observation.Day, monday, "10 99 12 13 14 15 16")
	for asOf, want := range map[string]string{
		"2026-11-17": "missing 0/2 [16.11.–17.11. no_run]", "2026-11-18": "partial 21 2/3 [18.11. no_run]", "2026-11-22": "partial 21 2/7 [18.11.–22.11. no_run]", "2026-11-23": "ok 179 7/7",
	} {
		at := date(asOf).End(mustZone("Europe/Helsinki"))
		f := only(t, New(site.desk, &site.kept, site.now, at), "views", period("2026-W47"))
		moment := ""
		if at.Before(site.now) { // else nothing of what is known now is hidden
			moment = "@" + at.UTC().Format(time.RFC3339)
		}
		if got := words(f); got != want || f.ID != "koske/kotisivut/views/2026-W47"+moment {
			t.Errorf("as known on %s: got %s, %s; want %s", asOf, f.ID, got, want)
		}
	}
}

func TestChannelsWithoutSources(t *testing.T) {
	site := newCentre()
	site.desk.Channels = append(site.desk.Channels, observation.Channel{ID: "tiktok", Organisation: "koske"})
	got, err := site.judge().Figures(t.Context(), Ask{Period: period("2026-W47")})
	if err != nil || len(got) != 2 {
		t.Errorf("got %d figures, %v; want views and visitors of the website", len(got), err)
	}
	for name, ask := range map[string]Ask{"channel": {Channels: []string{"tiktok"}}, "metric": {Metrics: []string{"followers"}}, "organisation": {Organisations: []string{"iso"}}} {
		ask.Period = period("2026-W47")
		if got, err := site.judge().Figures(t.Context(), ask); err != nil || len(got) != 0 {
			t.Errorf("%s: got %v, %v; nobody tells any", name, got, err)
		}
	}
}

func TestEachSourceBesideTheOneThatCounts(t *testing.T) {
	site := twoLogs(observation.Preference{Source: "uusi"})
	site.tell("vanha", "views", observation.Day, monday, "1 1 1 1 1 1 1")
	site.tell("uusi", "views", observation.Day, monday, "2 2 auth 2 2 2 2")
	got := site.figures(t, Ask{Metrics: []string{"views"}, Period: period("2026-W47"), Beside: true})
	want := []string{
		"koske/kotisivut/views/2026-W47: partial 12 6/7 [18.11. auth]",
		"koske/kotisivut/views~vanha/2026-W47: ok 7 7/7",
		"koske/kotisivut/views~uusi/2026-W47: partial 12 6/7 [18.11. auth]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := site.figures(t, Ask{Metrics: []string{"views"}, Period: period("2026-W47")}); len(got) != 1 {
		t.Errorf("nobody asked for others: %q", got)
	}
	trace, err := site.judge().Trace(t.Context(), "koske/kotisivut/views~vanha/2026-W47")
	if err != nil || len(trace.Observations) != 7 || trace.Observations[0].Source != "vanha" {
		t.Errorf("explained by %+v (%v), want the seven numbers of the old log", trace.Observations, err)
	}
	if _, err := site.judge().Trace(t.Context(), "koske/kotisivut/views~muu/2026-W47"); err == nil {
		t.Error("a source that does not tell it was explained")
	}
}
