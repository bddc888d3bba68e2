package indicator

import (
	"slices"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// TestDaysThatNeverWere: the zones that moved over the date line, and those that did not.
func TestDaysThatNeverWere(t *testing.T) {
	for zone, want := range map[string][]string{
		"Pacific/Apia": {"2011-12-30"}, "Pacific/Fakaofo": {"2011-12-30"}, "Pacific/Kiritimati": {"1994-12-31"}, "Pacific/Kwajalein": {"1993-08-21"},
		"Europe/Helsinki": nil, "America/Sao_Paulo": nil, "Antarctica/Troll": nil, "UTC": nil,
	} {
		loc := mustZone(zone)
		var got []string
		for _, d := range leftOut(loc, observation.Period{From: observation.FirstDay, To: observation.LastDay}) {
			got = append(got, d.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", zone, got, want)
		}
		for _, w := range want { // also alone, and at the edge of what is looked at together
			d := date(w)
			for _, p := range []observation.Period{{From: d, To: d + 1}, {From: d - stride, To: d + 1}, {From: d, To: d + stride}, {From: d + 1 - stride, To: d + 1}} {
				if got := leftOut(loc, p); len(got) != 1 || got[0] != d {
					t.Errorf("%s of %s: %v", zone, p.Label(), got)
				}
			}
			if got := leftOut(loc, observation.Period{From: d + 1, To: d + 9}); got != nil {
				t.Errorf("%s after %s: %v", zone, w, got)
			}
		}
	}
}

// apia is a site in Samoa, where Thursday 2011-12-29 was followed by Saturday.
func apia() *centre {
	site := newCentre()
	site.desk.Organisations[0].Zone = mustZone("Pacific/Apia")
	site.source(0).Zone = mustZone("Pacific/Apia")
	site.clock, site.now = time.Date(2012, 1, 9, 2, 0, 0, 0, time.UTC), time.Date(2012, 1, 9, 6, 0, 0, 0, time.UTC)
	return site
}

// TestADayThatNeverWasIsNeitherExpectedNorMeasured: whatever the source says of it.
func TestADayThatNeverWasIsNeitherExpectedNorMeasured(t *testing.T) {
	for name, c := range map[string]struct{ views, visitors, week, wantDay, wantWeek, wantVisitors string }{
		"told as a zero": {"10 11 12 13 0 15 16", "1 2 3 4 0 6 7", "20", "not_applicable 0/0 [30.12. no_day]", "ok 77 6/6 [30.12. no_day]", "ok 20 6/6 [30.12. no_day]"},
		"told as nothing": {"10 11 12 13 nodata 15 16", "1 2 3 4 nodata 6 7", "20", "not_applicable 0/0 [30.12. no_day]", "ok 77 6/6 [30.12. no_day]",
			"ok 20 6/6 [30.12. no_day]"},
		"never asked for": {"10 11 12 13 - 15 16", "1 2 3 4 - 6 7", "-", "not_applicable 0/0 [30.12. no_day]", "ok 77 6/6 [30.12. no_day]",
			"bounded 7–23 6/6 [30.12. no_day] [26.12.–1.1. not_whole partly]"},
		"beside an outage": {"10 11 12 auth auth 15 16", "1 2 3 auth auth 6 7", "auth", "not_applicable 0/0 [30.12. no_day]", "partial 64 5/6 [29.12. auth] [30.12. no_day]",
			"bounded 7–19 5/6 [29.12. auth] [30.12. no_day]"},
		"in a week told in part": {"10 11 12 13 0~ 15 16", "1 2 3 4 0~ 6 7", "20~", "not_applicable 0/0 [30.12. no_day]", "ok 77 6/6 [30.12. no_day]",
			"bounded 7–23 6/6 [30.12. no_day] [26.12.–1.1. log_silent partly]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := apia()
			site.tell("loki", "views", observation.Day, "2011-12-26", c.views)
			site.tell("loki", "visitors", observation.Day, "2011-12-26", c.visitors)
			site.tell("loki", "visitors", observation.Week, "2011-12-26", c.week)
			for _, ask := range []struct{ metric, period, want string }{
				{"views", "2011-12-30..2011-12-30", c.wantDay}, {"visitors", "2011-12-30..2011-12-30", c.wantDay}, {"views", "2011-W52", c.wantWeek}, {"visitors", "2011-W52", c.wantVisitors},
			} {
				if got := words(site.figure(t, ask.metric, ask.period)); got != ask.want {
					t.Errorf("%s of %s\ngot  %s\nwant %s", ask.metric, ask.period, got, ask.want)
				}
			}
		})
	}
}

// TestADayThatWasForOneSource is expected of that source: it counts its days in another zone.
func TestADayThatWasForOneSource(t *testing.T) {
	site := apia()
	site.desk.Sources = []observation.Source{source("apia", "views", "day"), source("utc", "views", "day")}
	site.source(0).Zone, site.source(1).Zone = mustZone("Pacific/Apia"), time.UTC
	site.tell("apia", "views", observation.Day, "2011-12-26", "10 11 12 13 0 15 16")
	site.tell("utc", "views", observation.Day, "2011-12-26", "- - - - 5 - -")
	if got, want := words(site.figure(t, "views", "2011-12-30..2011-12-30")), "ok 5 1/1"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
