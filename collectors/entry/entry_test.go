package entry

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func moment(t testing.TB) Moment {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	return Moment{Now: time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC), Zone: loc}
}

func config() *Config {
	return &Config{Metrics: []string{"followers", "visits", "osallistujat", Appearances}, Dims: map[string][]string{"region": {"keski-suomi", "koko-suomi"}}}
}

func TestObservation(t *testing.T) {
	day := observation.NewDate(2026, 10, 31)
	for name, c := range map[string]struct {
		typed Typed
		want  string // grain from dims instant
	}{
		"a level now":     {Typed{Metric: "followers"}, "snapshot 2026-11-22  2026-11-22T10:30:00Z"},
		"a level then":    {Typed{Metric: "followers", On: day}, "snapshot 2026-10-31  2026-10-31T21:59:59Z"},
		"of a month":      {Typed{Metric: "visits", Period: "2026-10"}, "month 2026-10-01  "},
		"of a week":       {Typed{Metric: "visits", Period: "last-week"}, "week 2026-11-09  "},
		"of a day":        {Typed{Metric: "visits", Period: "2026-10-31"}, "day 2026-10-31  "},
		"of a quarter":    {Typed{Metric: "osallistujat", Period: "2026-Q3"}, "quarter 2026-07-01  "},
		"of this year":    {Typed{Metric: "visits", Period: "2026"}, "year 2026-01-01  "},
		"a range":         {Typed{Metric: "visits", Period: "2026-10-01..2026-10-31"}, "month 2026-10-01  "},
		"project, region": {Typed{Metric: "visits", Period: "2026-10", Project: "luontohyvaks", Dims: map[string]string{"region": "keski-suomi"}}, "month 2026-10-01 project=luontohyvaks,region=keski-suomi "},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := config().Observation(c.typed, moment(t))
			instant := ""
			if !o.ObservedAt.IsZero() {
				instant = o.ObservedAt.UTC().Format(time.RFC3339)
			}
			if got := fmt.Sprintf("%s %s %s %s", o.Grain, o.From, o.Dims, instant); got != c.want || err != nil {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
			o.Definition = "entry-1@Europe/Helsinki"
			metrics := observation.StandardMetrics()
			metrics["osallistujat"] = observation.Metric{ID: "osallistujat", Shape: observation.Flow}
			if err := o.Validate(metrics); err != nil || o.Part != o.Dims || o.Basis != observation.Entered {
				t.Errorf("%+v: %v", o, err)
			}
		})
	}
}

// TestComplete types for periods that are over, and for those that run.
func TestComplete(t *testing.T) {
	for period, want := range map[string]bool{"2026-10": true, "2026-11-21": true, "2026-11": false, "2026-W47": false, "2026-11-22": false, "2026": false} {
		if o, err := config().Observation(Typed{Metric: "visits", Period: period}, moment(t)); o.Complete != want || err != nil {
			t.Errorf("%s: %v, %v", period, o.Complete, err)
		}
	}
	if o, err := config().Observation(Typed{Metric: "followers"}, moment(t)); !o.Complete || err != nil {
		t.Errorf("a level of today is whole: %v", err)
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		typed Typed
		want  string
	}{
		"another metric":    {Typed{Metric: "views"}, "views is not typed here"},
		"a level of a week": {Typed{Metric: "followers", Period: "2026-W45"}, "type --on 2026-11-22 instead"},
		"a flow on a day":   {Typed{Metric: "visits", On: 1}, "type --period 2026-10 for a month"},
		"a flow of nothing": {Typed{Metric: "visits"}, "visits is a number of a period"},
		"half a year":       {Typed{Metric: "visits", Period: "2026-H1"}, "is no single day, week"},
		"no such week":      {Typed{Metric: "visits", Period: "2025-W53"}, "2025 has no week 53"},
		"the future":        {Typed{Metric: "visits", Period: "2026-12"}, "lies in the future"},
		"tomorrow":          {Typed{Metric: "followers", On: observation.NewDate(2026, 11, 23)}, "lies in the future; today is 2026-11-22"},
		"another part":      {Typed{Metric: "followers", Dims: map[string]string{"device": "x"}}, "the source has no part device; it has region"},
		"another region":    {Typed{Metric: "followers", Dims: map[string]string{"region": "lappi"}}, "it has keski-suomi, koko-suomi"},
		"project as a part": {Typed{Metric: "followers", Dims: map[string]string{"project": "x"}}, "--project ID"},
		"a person's mail":   {Typed{Metric: "followers", By: "maija@example.fi"}, "--by holds an e-mail address"},
		"a name":            {Typed{Metric: "followers", By: "Matti Meikäläinen"}, "looks like somebody's name; type a role"},
		"a name with -":     {Typed{Metric: "followers", By: "Anna-Liisa"}, "looks like somebody's name"},
		"no role":           {Typed{Metric: "followers", By: "x1"}, "type a role in letters"},
		"a long role":       {Typed{Metric: "followers", By: strings.Repeat("a", 41)}, "type a role in letters"},
		"a telling note":    {Typed{Metric: "followers", Note: "kysy 131052-308T"}, "the note holds a personal identity code"},
		"a long note":       {Typed{Metric: "followers", Note: strings.Repeat("a", 301)}, "more than 300 characters"},
		"appearances":       {Typed{Metric: Appearances}, "seuranta record event"},
	} {
		t.Run(name, func(t *testing.T) {
			if o, err := config().Observation(c.typed, moment(t)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v, %v; want %q", o, err, c.want)
			}
		})
	}
}

func TestValue(t *testing.T) {
	for text, want := range map[string]float64{"1003": 1003, "1 003": 1003, "1\u00a0003": 1003, "12,0": 12, "0": 0, "9007199254740991": 1<<53 - 1} {
		if v, err := Value("followers", text); v != want || err != nil {
			t.Errorf("%q: %v, %v", text, v, err)
		}
	}
	for text, want := range map[string]string{"NaN": "this is no number", "1e400": "larger than anything", "-5": "never fewer than no followers", "12 %": "a share in percent", "": "0 is typed as 0", "-": "0 is typed as 0", "1.003": "write 1003, or 1.0030", "1003,5": "numbers of followers are whole: write it without decimals",
		"9007199254740993": "larger than anything"} {
		if v, err := Value("followers", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %q", text, v, err, want)
		}
	}
	if v, err := Value("saldo", "−5"); v != -5 || err != nil {
		t.Errorf("a declared metric may fall below zero: %v, %v", v, err)
	}
	if v, err := Value("tunnit", "12,5"); v != 12.5 || err != nil {
		t.Errorf("a declared metric may have parts: %v, %v", v, err)
	}
}

func TestUnlikely(t *testing.T) {
	for _, c := range []struct {
		before, now float64
		want        bool
	}{
		{1003, 1010, false}, {1003, 101, true}, {1003, 10030, true}, {1003, 3009, false}, {1003, 3010, true}, {30, 9, true}, {30, 10, false}, {29, 9, false}, {5, 50, false}, {5, 51, true}, {0, 50, false}, {5, 0, false}, {30, 0, true},
	} {
		if got := Unlikely(c.before, c.now); got != c.want {
			t.Errorf("%v after %v: %v", c.now, c.before, got)
		}
	}
}

func TestItem(t *testing.T) {
	s := observation.Source{ID: "kasin", Organisation: "koske", Channel: "tilaisuudet"}
	day := observation.NewDate(2026, 11, 3)
	e := Event{Title: " Esittely  messuilla ", On: day, Kind: "appearance", Project: "luontohyvaks", By: "viestinta"}
	a, err := config().Item(e, s, moment(t))
	if err != nil || a.Title != "Esittely messuilla" || !a.PublishedAt.Equal(time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)) || a.Projects[0] != "luontohyvaks" {
		t.Errorf("%+v, %v", a, err)
	}
	if !(observation.Metric{ID: Appearances}).Counts(a) {
		t.Error("it is not counted")
	}
	e.Title = "esittely messuilla"
	if b, _ := config().Item(e, s, moment(t)); b.ID != a.ID {
		t.Error("the same event is another")
	}
	e.On++
	if b, _ := config().Item(e, s, moment(t)); b.ID == a.ID {
		t.Error("an event of another day is the same")
	}
	for want, bad := range map[string]Event{
		"say in a few words": {On: day, Kind: "appearance"}, "--kind": {Title: "a", On: day, Kind: "party"}, "type the day": {Title: "a", Kind: "network"},
		"lies in the future": {Title: "a", On: day + 30, Kind: "network"}, "the text holds an e-mail address": {Title: "a b@c.fi", On: day, Kind: "network"},
	} {
		if _, err := config().Item(bad, s, moment(t)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	if _, err := (&Config{Metrics: []string{"followers"}}).Item(e, s, moment(t)); err == nil || !strings.Contains(err.Error(), "appearances are not typed here") {
		t.Errorf("%v", err)
	}
}

func TestDaysWithoutAnEvent(t *testing.T) {
	day := observation.NewDate(2026, 11, 3)
	for want, n := range map[string]None{"2026-11-03": {On: day}, "2026-10": {Period: "2026-10"}, "2026-11-01..2026-11-22": {Period: "2026-11-01..2026-11-22"}, "2026-11-22": {On: day + 19}} {
		if days, err := config().Days(n, moment(t)); err != nil || days.Label() != want {
			t.Errorf("%+v: %s, %v; want %s", n, days.Label(), err, want)
		}
	}
	for want, n := range map[string]None{
		"type the day, as --on 2026-11-03, or the period, as --period 2026-10": {},
		"type the day":                     {On: day, Period: "2026-10"},
		"2026-11-23 lies in the future":    {On: day + 20},
		"2026-12-01 lies in the future; t": {Period: "2026-12"},
		"2026-11-30 lies in the future; today is 2026-11-22: type --period 2026-11-01..2026-11-22": {Period: "2026-11"},
		"has 367 days; type at most a year": {Period: "2025-01-01..2026-01-02"},
		"read period":                       {Period: "viime viikko"},
		"only days from":                    {Period: "1969"},
	} {
		if days, err := config().Days(n, moment(t)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %s, %v; want %q", n, days.Label(), err, want)
		}
	}
	if _, err := (&Config{Metrics: []string{"followers"}}).Days(None{On: day}, moment(t)); err == nil || !strings.Contains(err.Error(), "appearances are not typed here") {
		t.Errorf("%v", err)
	}
	s := observation.Source{ID: "kasin", Organisation: "koske", Channel: "tilaisuudet"}
	said := Spoken(s, observation.Period{From: day, To: day + 2})
	if len(said) != 2 || said[0].CoverageKey != Covered(s, day).CoverageKey || said[1].From != day+1 || said[1].Result != observation.NoData || said[1].Validate() != nil {
		t.Errorf("%+v", said)
	}
	for want, n := range map[string]None{"viestinta: kalenterista": {Note: " kalenterista", By: "viestinta"}, "viestinta": {By: "viestinta"}, "kalenterista": {Note: "kalenterista"}, "": {}} {
		if words, err := n.Words(); words != want || err != nil {
			t.Errorf("%+v: %q, %v", n, words, err)
		}
	}
	if _, err := (None{Note: "kysy maija@example.fi"}).Words(); err == nil {
		t.Error("an address is kept")
	}
}

func TestValidate(t *testing.T) {
	for text, want := range map[string]string{
		"metrics: []": "name what is typed", "metrics: [media_hits]": "of the counted ones only appearances", "metrics: [views_total]": "counter of a single publication",
		"metrics: [Views]": "is no name of a metric", "metrics: [views, views]": "stands twice", "{metrics: [views], dims: {project: [a]}}": "--project",
		"{metrics: [views], dims: {region: []}}": "name the parts", "{metrics: [views], dims: {region: [Keski-Suomi]}}": "small letters", "{metrics: [views], dims: {'a b': [x]}}": "no name of a part",
	} {
		c := &Config{}
		if err := yaml.Unmarshal([]byte(text), c); err != nil {
			t.Fatal(err)
		}
		if faults := fmt.Sprint(c.Validate()); !strings.Contains(faults, want) {
			t.Errorf("%s: %s; want %q", text, faults, want)
		}
	}
	if faults := config().Validate(); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestTellsAndIsSilent(t *testing.T) {
	tells := config().Tells()
	if got := fmt.Sprint(tells.MetricGrains["followers"], tells.MetricGrains["visits"], tells.MetricGrains[Appearances], tells.Typed, tells.ChannelOptional); got != "[snapshot] [day week month quarter year] [day] true true" {
		t.Error(got)
	}
	source := observation.Source{Definitions: tells.Definitions, Zone: time.UTC}
	for _, m := range tells.Metrics {
		if source.DefinitionID(m, 0) != "entry-1@UTC" {
			t.Errorf("nothing defines %s", m)
		}
	}
	var rec collectortest.Recorder
	if err := config().New(collector.Deps{}).Collect(context.Background(), collector.Window{}, &rec); err != nil || len(rec.Recording().Coverage) > 0 {
		t.Errorf("%+v, %v", rec.Recording(), err)
	}
}

func TestSampleAndReadme(t *testing.T) {
	var list []struct {
		Config `yaml:",inline"`
	}
	if err := yaml.Unmarshal([]byte(sample), &list); err != nil || len(list) != 1 || len(list[0].Validate()) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil || !strings.Contains(string(readme), sample) {
		t.Errorf("the README does not show the sample; %v", err)
	}
}
