package indicator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

const monday = "2026-11-16" // of week 47

func TestAWeekOfViews(t *testing.T) {
	for name, c := range map[string]struct{ told, want string }{
		"all measured":                    {"10 11 12 13 14 15 16", "ok 91 7/7"},
		"measured, and there was nothing": {"0 0 0 0 0 0 0", "zero 0 7/7"},
		"answered without numbers":        {"nodata nodata ok ok nodata ok ok", "zero 0 7/7"},
		"a quiet day among others":        {"10 nodata 12 ok 14 0 16", "ok 52 7/7"},
		"never asked":                     {"", "missing 0/7 [16.11.–22.11. no_run]"},
		"one day never asked":             {"10 11 - 13 14 15 16", "partial 79 6/7 [18.11. no_run]"},
		"one day failed":                  {"10 11 auth 13 14 15 16", "partial 79 6/7 [18.11. auth]"},
		"two reasons":                     {"10 11 auth auth budget 15 16", "partial 52 4/7 [18.11.–19.11. auth] [20.11. budget]"},
		"a day in part":                   {"10 11 5~ 13 14 15 16", "partial 84 6/7 [18.11. log_silent partly]"},
		"a day in part without a number":  {"10 11 ~ 13 14 15 16", "partial 79 6/7 [18.11. log_silent]"},
		"an incomplete number":            {"10 11 5? 13 14 15 16", "partial 84 6/7 [18.11. partial partly]"},
		"nothing but a part that is zero": {"0~ - - - - - -", "partial 0 0/7 [16.11. log_silent partly] [17.11.–22.11. no_run]"},
		"zero days and gaps":              {"0 0 - - - - -", "partial 0 2/7 [18.11.–22.11. no_run]"},
		"not offered on two days":         {"10 11 not_offered not_offered 14 15 16", "ok 66 5/5 [18.11.–19.11. not_offered]"},
		"gone, then failing":              {"gone gone gone failed failed failed failed", "missing 0/4 [16.11.–18.11. gone] [19.11.–22.11. failed]"},
		"a number that grows negative":    {"10 -3 0 0 0 0 0", "ok 7 7/7"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			site.tell("loki", "views", observation.Day, monday, c.told)
			if got := words(site.figure(t, "views", "2026-W47")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestEveryResultOfARun is the right column of the contract's table of error classes, for periods of which nothing else is
// known.
func TestEveryResultOfARun(t *testing.T) {
	want := map[observation.Result]string{
		observation.OK: "zero 0 7/7", observation.NoData: "zero 0 7/7",
		observation.Partial: "missing 0/7", observation.Failed: "missing 0/7", observation.Waiting: "missing 0/7", observation.Auth: "missing 0/7", observation.Budget: "missing 0/7",
		observation.Gone: "not_applicable 0/0", observation.NotOffered: "not_applicable 0/0", observation.Retired: "not_applicable 0/0",
	}
	for _, r := range observation.Results() {
		t.Run(string(r), func(t *testing.T) {
			site := newCentre()
			site.tell("loki", "views", observation.Day, monday, strings.Repeat(string(r)+" ", 7))
			wanted := want[r]
			if !r.Answered() {
				wanted += " [16.11.–22.11. " + string(r) + "]"
			}
			f := site.figure(t, "views", "2026-W47")
			if got := words(f); got != wanted {
				t.Errorf("got  %s\nwant %s", got, wanted)
			}
			if !r.Answered() && (f.Parts != nil || f.Sources != nil || f.Basis != "") {
				t.Errorf("nothing was measured, and yet it has parts %v, sources %v, basis %q", f.Parts, f.Sources, f.Basis)
			}
		})
	}
}

func TestUniquePeople(t *testing.T) {
	for name, c := range map[string]struct{ days, week, period, want string }{
		"the week's own answer":               {"3 4 5 3 4 5 3", "11", "2026-W47", "ok 11 7/7"},
		"its own answer is nobody":            {"0 0 0 0 0 0 0", "0", "2026-W47", "zero 0 7/7"},
		"answered, and nobody came":           {"", "nodata", "2026-W47", "zero 0 7/7"},
		"its own answer without days":         {"", "11", "2026-W47", "ok 11 7/7"},
		"its own answer though a day failed":  {"3 4 auth 3 4 5 3", "11", "2026-W47", "ok 11 7/7"},
		"no own answer, all days":             {"3 4 5 3 4 5 3", "", "2026-W47", "bounded 5–27 7/7 [16.11.–22.11. not_whole partly]"},
		"its own answer failed":               {"3 4 5 3 4 5 3", "log_lost", "2026-W47", "bounded 5–27 7/7 [16.11.–22.11. log_lost partly]"},
		"no own answer, some days":            {"3 4 - 3 auth 5 3", "", "2026-W47", "bounded 5–18 5/7 [18.11. no_run] [20.11. auth]"},
		"one day of the week":                 {"3 - - - - - -", "", "2026-W47", "bounded 3–3 1/7 [17.11.–22.11. no_run]"},
		"nobody on some days":                 {"0 0 - - - - -", "", "2026-W47", "bounded 0–0 2/7 [18.11.–22.11. no_run]"},
		"nobody on every day is nobody":       {"0 0 0 0 0 0 0", "", "2026-W47", "zero 0 7/7"},
		"nothing":                             {"", "", "2026-W47", "missing 0/7 [16.11.–22.11. no_run]"},
		"a part of its own answer":            {"3 4 - 3 4 5 3", "9~", "2026-W47", "partial 9 6/7 [18.11. no_run]"},
		"days rather than a part of the week": {"3 4 5 3 4 5 3", "9~", "2026-W47", "bounded 5–27 7/7 [16.11.–22.11. log_silent partly]"},
		"not offered for the week":            {"", "not_offered", "2026-W47", "missing 0/7 [16.11.–22.11. no_run]"},
		"not offered at all":                  {strings.Repeat("not_offered ", 7), "not_offered", "2026-W47", "not_applicable 0/0 [16.11.–22.11. not_offered]"},
		"a day is its own answer":             {"3 4 5 3 4 5 3", "11", "2026-11-18", "ok 5 1/1"},
		"a day of which a part is known":      {"3 4 5~ 3 4 5 3", "11", "2026-11-18", "partial 5 0/1 [18.11. log_silent partly]"},
		"two weeks never add":                 {strings.Repeat("3 4 5 3 4 5 3 ", 2), "11 12", "2026-11-09..2026-11-22", "bounded 12–23 14/14 [9.11.–22.11. not_whole partly]"},
		"a month cuts weeks":                  {strings.Repeat("1 ", 30), "5 5 5 5 5 5", "2026-10", "bounded 1–30 30/31 [31.10. no_run] "},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			first, last := monday, monday
			switch c.period {
			case "2026-11-09..2026-11-22":
				first, last = "2026-11-09", "2026-11-09"
			case "2026-10":
				first, last = "2026-10-01", "2026-09-28"
			}
			site.tell("loki", "visitors", observation.Day, first, c.days)
			if c.week == "log_lost" {
				site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}, Coverage: []observation.Coverage{{
					CoverageKey: observation.CoverageKey{Channel: "kotisivut", Metric: "visitors", Grain: observation.Week, From: date(monday)}, Result: observation.Failed, Reason: "log_lost"}}})
			} else {
				site.tell("loki", "visitors", observation.Week, last, c.week)
			}
			if got := words(site.figure(t, "visitors", c.period)); got != strings.TrimSpace(c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestALevelIsTheLastOfThePeriod(t *testing.T) {
	for name, c := range map[string]struct{ told, want string }{
		"every day":                   {"40 41 42 43 44 45 46", "ok 46 7/7"},
		"the end is known":            {"40 - - auth - - 46", "ok 46 2/7 [17.11.–18.11. no_run] [19.11. auth] [20.11.–21.11. no_run]"},
		"the end is not known":        {"40 41 42 43 44 45 -", "partial 45 6/7 [22.11. no_run]"},
		"the end is known in part":    {"40 41 42 43 44 45 46~", "partial 46 6/7 [22.11. log_silent partly]"},
		"none left":                   {"3 2 1 1 1 1 0", "zero 0 7/7"},
		"answered without a number":   {"40 41 42 43 44 45 ok", "partial 45 6/7 [22.11. not_told]"},
		"answered that there is none": {"40 41 42 43 44 45 nodata", "zero 0 7/7"},
		"not offered at the end":      {"40 41 42 43 44 gone gone", "ok 44 5/5 [21.11.–22.11. gone]"},
		"never a number":              {"ok ok ok ok ok ok ok", "missing 0/7 [16.11.–22.11. not_told]"},
		"it is never added":           {"1 1 1 1 1 1 1", "ok 1 7/7"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			*site.source(0) = source("facebook", "followers views", "day snapshot")
			site.tell("facebook", "followers", observation.Snapshot, monday, c.told)
			f := site.figure(t, "followers", "2026-W47")
			if got := words(f); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			for _, p := range f.Parts {
				if *p.Value != *f.Value {
					t.Errorf("a part says %v: levels do not add over days", *p.Value)
				}
			}
		})
	}
}

func TestShapesThatAreRefused(t *testing.T) {
	site := newCentre()
	site.desk.Metrics["click_rate"] = observation.Metric{ID: "click_rate", Shape: observation.Rate}
	*site.source(0) = source("loki", "click_rate stories views_total", "day snapshot")
	for _, metric := range []string{"click_rate", "stories"} {
		site.tell("loki", metric, observation.Day, monday, strings.Repeat("ok ", 7))
		f := site.figure(t, metric, "2026-W47")
		if f.State != Refused || f.Value != nil || f.Note == "" {
			t.Errorf("%s is %s, %q; want it refused with the reason", metric, words(f), f.Note)
		}
	}
	site.channel().Life = life("2026-12-01..")
	if got := words(site.figure(t, "click_rate", "2026-W47")); got != "not_applicable 0/0 [16.11.–22.11. not_alive]" {
		t.Errorf("what was not there is not refused but not applicable; got %s", got)
	}
	if got, err := site.judge().Figures(t.Context(), Ask{Metrics: []string{"views_total"}, Period: period("2026-W47")}); err != nil || len(got) != 0 {
		t.Errorf("counters of items are no figures of a channel; got %v, %v", got, err)
	}
}

func TestPartsOfASource(t *testing.T) {
	for name, c := range map[string]struct{ first, second, third, want string }{
		"all answered":              {"ok", "ok", "nodata", "ok 12 1/1"},
		"none has anything":         {"nodata", "nodata", "nodata", "ok 12 1/1"},
		"one failed":                {"ok", "auth", "ok", "partial 12 0/1 [18.11. auth partly]"},
		"the first failed":          {"auth", "ok", "ok", "partial 12 0/1 [18.11. auth partly]"},
		"one is gone":               {"ok", "gone", "ok", "ok 12 1/1"},
		"one is gone, one failed":   {"gone", "ok", "failed", "partial 12 0/1 [18.11. failed partly]"},
		"a part of one, one failed": {"partial", "auth", "ok", "partial 12 0/1 [18.11. auth partly]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newCentre()
			site.tell("loki", "views", observation.Day, "2026-11-18", "12")
			commit := observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}}
			for i, r := range []string{c.first, c.second, c.third} {
				commit.Coverage = append(commit.Coverage, observation.Coverage{Result: observation.Result(r), CoverageKey: observation.CoverageKey{
					Channel: "kotisivut", Part: fmt.Sprint("account", i), Metric: "views", Grain: observation.Day, From: date("2026-11-18")}})
			}
			site.commit(commit)
			if got := words(site.figure(t, "views", "2026-11-18")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	for want, parts := range map[string][]observation.Result{
		"missing 0/1 [18.11. failed]":      {observation.NoData, observation.Failed},
		"missing 0/1 [18.11. auth]":        {observation.Gone, observation.Auth},
		"zero 0 1/1":                       {observation.NoData, observation.Gone},
		"zero 0 1/1 ":                      {observation.Gone, observation.OK},
		"not_applicable 0/0 [18.11. gone]": {observation.Gone, observation.Gone},
		"missing 0/1 [18.11. budget]":      {observation.Budget, observation.Failed},
	} {
		t.Run(fmt.Sprint("without a number ", parts), func(t *testing.T) {
			site := newCentre()
			for i, r := range parts {
				site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}, Coverage: []observation.Coverage{{Result: r, CoverageKey: observation.CoverageKey{
					Channel: "kotisivut", Part: fmt.Sprint("account", i), Metric: "views", Grain: observation.Day, From: date("2026-11-18")}}}})
			}
			if got := words(site.figure(t, "views", "2026-11-18")); got != strings.TrimSpace(want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestItemsAndDimensionsAreNotTheChannel(t *testing.T) {
	site := newCentre()
	site.tell("loki", "views", observation.Day, "2026-11-18", "12")
	k := observation.Key{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: date("2026-11-18"), Definition: "views@loki-1@Europe/Helsinki"}
	item, region := k, k
	item.Subject, region.Dims = "sivu", "region=keski-suomi"
	site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}, Observations: []observation.Observation{
		{Key: item, Value: 5, Complete: true, Basis: observation.Collected}, {Key: region, Value: 7, Complete: true, Basis: observation.Collected}}})
	got := site.figures(t, Ask{Metrics: []string{"views"}, Period: period("2026-11-18")})
	want := []string{"koske/kotisivut/views/2026-11-18: ok 12 1/1", "koske/kotisivut/views[region=keski-suomi]/2026-11-18: ok 7 1/1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("what is told for a region is a figure of its own (-want +got):\n%s", d)
	}
}

func TestBasisIsTheWeakest(t *testing.T) {
	site := newCentre()
	site.tell("loki", "views", observation.Day, monday, "10")
	for i, b := range []observation.Basis{observation.Entered, observation.Estimate, observation.Sample} {
		d := date(monday) + observation.Date(i+1)
		site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}, Observations: []observation.Observation{{Value: 1, Complete: true, Basis: b,
			Key: observation.Key{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: d, Definition: "views@loki-1@Europe/Helsinki"}}}})
	}
	for days, want := range map[string]observation.Basis{"2026-11-16": observation.Collected, "2026-11-16..2026-11-17": observation.Entered, "2026-11-16..2026-11-19": observation.Estimate} {
		if f := site.figure(t, "views", days); f.Basis != want {
			t.Errorf("%s is %s, want %s", days, f.Basis, want)
		}
	}
}

func TestJSONOfAFigure(t *testing.T) {
	site := newCentre()
	site.tell("loki", "views", observation.Day, monday, "10 11 auth 13 14 15 16")
	got, err := json.Marshal(site.figure(t, "views", "2026-W47"))
	want := `{"id":"koske/kotisivut/views/2026-W47","organisation":"koske","project":"","channel":"kotisivut","topic":"","dims":"","indicator":"views","shape":"flow","beside":"",` +
		`"period":{"from":"2026-11-16","to":"2026-11-23","label":"2026-W47"},"value":79,"range":null,"numerator":null,"base":null,"unit":"views","state":"partial",` +
		`"settled":true,"open":false,"basis":"collected","target":null,"pace":"","coverage":{"expected":7,"measured":6,"unit":"days"},` +
		`"parts":[{"definition":"views@loki-1@Europe/Helsinki","from":"2026-11-16","to":"2026-11-23","value":79,"source":"loki"}],"sources":["loki"],"note":"","on":null,` +
		`"gaps":[{"from":"2026-11-18","to":"2026-11-19","reason":"auth","source":"loki","partly":false}]}`
	if err != nil || string(got) != want {
		t.Errorf("error %v, got\n%s\nwant\n%s", err, got, want)
	}
}
