package config

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// checkFaults loads configurations and compares the messages, one for each that is wanted, in their order.
func checkFaults(t *testing.T, name, text string, want ...string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		if len(want) == 0 {
			mustLoad(t, text)
			return
		}
		faults := faultsOf(t, "", text)
		for i, f := range faults {
			if i >= len(want) || !strings.Contains(f.Message, want[i]) {
				t.Errorf("fault %d: %v", i, f)
			}
		}
		if len(faults) < len(want) {
			t.Errorf("got %d faults, want %q", len(faults), want)
		}
	})
}

func TestSuccession(t *testing.T) {
	list := func(entries ...string) string { return "organisations: [" + strings.Join(entries, ", ") + "]\n" }
	checkFaults(t, "next day", list("{id: a, life: ..2024-05-31}", "{id: b, life: 2024-06-01.., succeeds: a}"))
	checkFaults(t, "after a pause", list("{id: b, life: 2024-07-01.., succeeds: a}", "{id: a, life: 2001-01-01..2024-05-31}"))
	checkFaults(t, "same day", list("{id: a, life: ..2024-06-01}", "{id: b, life: 2024-06-01.., succeeds: a}"), "must have ended the day before")
	checkFaults(t, "no end", list("{id: a}", "{id: b, life: 2024-06-01.., succeeds: a}"), `"a" has no last day`)
	checkFaults(t, "no begin", list("{id: a, life: ..2024-06-01}", "{id: b, succeeds: a}"), `life: 2024-06-02..`)
	checkFaults(t, "bad life is told once", list("{id: a, life: x}", "{id: b, life: 2024-06-01.., succeeds: a}"), "no stretch of days")
	checkFaults(t, "itself", list("{id: a, succeeds: a}"), "succeed itself")
	checkFaults(t, "ring of three", list("{id: a, succeeds: c}", "{id: b, succeeds: a}", "{id: c, succeeds: b}"), "itself", "itself", "itself")
	checkFaults(t, "before a ring", list("{id: a, succeeds: b}", "{id: b, succeeds: b}"), `"b" has no last day`, `"b" would`)
}

func TestWhoseItIs(t *testing.T) {
	const two = "organisations: [{id: a}, {id: b}]\nchannels: [{id: x, kind: website, organisation: a}, {id: y, kind: facebook, organisation: b}]\n"
	c := mustLoad(t, two+"sources: [{id: s, kind: social, channel: y}]\nevents: [{on: 2022-01-01, what: x, channels: [x]}]\n")
	if c.Sources[0].Organisation != "b" || c.Desk.Events[0].Organisation != "a" {
		t.Errorf("source of %q, event of %q", c.Sources[0].Organisation, c.Desk.Events[0].Organisation)
	}
	checkFaults(t, "channel of nobody", strings.Replace(two, ", organisation: a", "", 1), "give organisation: one of a, b")
	checkFaults(t, "channel of an unknown one is told once", strings.Replace(two, "organisation: a}", "organisation: c}", 1)+"sources: [{id: s, kind: weblog, paths: [a], channel: x}]\n",
		`"c" is not among the organisations`)
	checkFaults(t, "source of another", two+"sources: [{id: s, kind: social, channel: y, organisation: a}]\n", `the channel "y" is of b, not of a`)
	checkFaults(t, "source of an unknown one", two+"sources: [{id: s, kind: social, channel: y, organisation: c}]\n", `"c" is not among`)
	checkFaults(t, "source of a missing channel is told once", two+"sources: [{id: s, kind: social, channel: z}]\n", `"z" is not among the channels`)
	checkFaults(t, "source without channel is told once", two+"sources: [{id: s, kind: social}]\n", `"channel" is missing`)
	checkFaults(t, "event of nobody", two+"events: [{on: 2022-01-01, what: x}]\n", "several organisations")
	checkFaults(t, "event of both", two+"events: [{on: 2022-01-01, what: x, channels: [x, y, x]}]\n", `"x" stands twice`)
	checkFaults(t, "event of both once each", two+"events: [{on: 2022-01-01, what: x, channels: [x, y]}]\n", "several organisations")
	checkFaults(t, "event of another", two+"events: [{on: 2022-01-01, what: x, channels: [x, y], organisation: a}]\n", `"y" is a channel of b`)
	checkFaults(t, "event of a missing channel is told once", two+"events: [{on: 2022-01-01, what: x, channels: [z]}]\n", `"z" is not among`)
	checkFaults(t, "no organisations", "organisations:\nchannels: [{id: x, kind: website}]\n", "this key has no value; give at least one")
}

func TestKindsFeedTheirChannels(t *testing.T) {
	checkFaults(t, "wrong kind of channel", "organisations: [{id: a}]\nchannels: [{id: x, kind: newsletter}]\nsources: [{id: s, kind: social, channel: x}]\n",
		"cannot feed \"x\", which is of kind newsletter; it feeds channels of kind website, facebook, linkedin")
	checkFaults(t, "no channel", base+"sources: [{id: s, kind: social}]\n", `"channel" is missing`)
	checkFaults(t, "no channel wanted", base+"sources: [{id: s, kind: press, channel: kotisivut}]\n", "feeds no channel")
	checkFaults(t, "named as its channel", "organisations: [{id: a}]\nchannels: [{id: x, kind: facebook}]\nsources: [{id: x, kind: social, channel: x}]\n")
	checkFaults(t, "named as another channel", "organisations: [{id: a}]\nchannels: [{id: x, kind: facebook}, {id: y, kind: linkedin}]\nsources: [{id: y, kind: social, channel: x}]\n",
		`"y" is a channel, and this source does not tell of it`)
	checkFaults(t, "channel of a wrong kind is told once", "organisations: [{id: a}]\nchannels: [{id: x, kind: site}]\nsources: [{id: s, kind: social, channel: x}]\n", "there is no \"site\"")
	checkFaults(t, "unknown kind hides what it tells", "organisations: [{id: a}]\nchannels: [{id: x, kind: website, targets: [{metric: views, per: week, value: 1}], primary: {views: [s]}}]\nsources: [{id: s, kind: telepathy, channel: x}]\n",
		`there is no kind "telepathy"`)
}

// webSource and socialSource both tell views of the channel kotisivut.
const (
	webSource    = "  - {id: loki, kind: weblog, channel: kotisivut, paths: [a]}\n"
	socialSource = "  - {id: some, kind: social, channel: kotisivut}\n"
)

// withChannel adds keys to the channel kotisivut.
func withChannel(keys string, sources ...string) string {
	text := "organisations: [{id: koske}]\nchannels:\n  - {id: kotisivut, kind: website, " + keys + "}\n  - {id: fb, kind: facebook}\n"
	return text + "sources:\n" + strings.Join(sources, "")
}

func TestPrimary(t *testing.T) {
	other := "  - {id: fbs, kind: social, channel: fb}\n"
	checkFaults(t, "one source", withChannel("", webSource))
	checkFaults(t, "two and none preferred", withChannel("", webSource, socialSource), "several sources (loki, some) tell views")
	checkFaults(t, "two and one preferred", withChannel("primary: {views: [some]}", webSource, socialSource))
	checkFaults(t, "two, from a day on", withChannel("primary: {views: [{source: some, from: 2022-01-01}, loki]}", webSource, socialSource))
	checkFaults(t, "of another channel", withChannel("primary: {views: [fbs]}", webSource, other), `"fbs" does not tell views of this channel`)
	checkFaults(t, "does not tell it", withChannel("primary: {views: [loki], followers: [loki]}", webSource, socialSource), `"loki" does not tell followers`)
	checkFaults(t, "nobody tells it", withChannel("primary: {sends: [loki]}", webSource), "no source of \"kotisivut\" tells sends")
	checkFaults(t, "no such source", withChannel("primary: {views: [lok]}", webSource), `did you mean "loki"?`)
	checkFaults(t, "twice", withChannel("primary: {views: [loki, loki]}", webSource), "stands twice")
	checkFaults(t, "twice from a day on", withChannel("primary: {views: [{source: loki, from: 2022-01-01}, loki]}", webSource))
	checkFaults(t, "not a list", withChannel("primary: {views: loki}", webSource), "wanted is a list")
	checkFaults(t, "empty", withChannel("primary: {views: []}", webSource, socialSource), "several sources")
}

func TestTargets(t *testing.T) {
	checkFaults(t, "own grain of a unique metric", withChannel("targets: [{metric: visitors, per: month, value: 1}]", webSource))
	checkFaults(t, "year of a unique metric", withChannel("targets: [{metric: visitors, per: year, value: 1}]", webSource),
		"the same person may come in several periods, so these do not add, and no source tells it per year; it can be had per week, month")
	checkFaults(t, "year of a flow", withChannel("targets: [{metric: views, per: year, value: 1}]", webSource))
	checkFaults(t, "year of a level", withChannel("targets: [{metric: followers, per: year, value: 1}]", socialSource))
	checkFaults(t, "month of a flow told per week", withChannel("targets: [{metric: views, per: month, value: 1}]", socialSource), "do not add up to a month; it can be had per week")
	checkFaults(t, "nothing to reach", withChannel("targets: [{metric: views, per: month, value: 0}]", webSource), "larger than 0")
	checkFaults(t, "no value is told once", withChannel("targets: [{metric: views, per: month}]", webSource), `"value" is missing`)
	checkFaults(t, "counted", withChannel("targets: [{metric: media_hits, per: month, value: 1}]", webSource), "counted")
	checkFaults(t, "of one publication", withChannel("targets: [{metric: reach_total, per: month, value: 1}]", webSource), "single publication")
	checkFaults(t, "twice", withChannel("targets: [{metric: views, per: month, value: 1}, {metric: views, per: month, value: 2}]", webSource), "already")
	checkFaults(t, "one after the other", withChannel("targets: [{metric: views, per: month, value: 1, life: ..2022-12-31}, {metric: views, per: month, value: 2, life: 2023-01-01..}]", webSource))
	checkFaults(t, "nobody tells it", withChannel("targets: [{metric: sends, per: month, value: 1}]"), "it has no source yet")
}

func TestCannotForm(t *testing.T) {
	day, week, days28, month := observation.Day, observation.Week, observation.Days28, observation.Month
	quarter, year, snapshot := observation.Quarter, observation.Year, observation.Snapshot
	for _, test := range []struct {
		shape observation.Shape
		have  []observation.Grain
		can   []observation.Grain
	}{
		{observation.Flow, []observation.Grain{day}, []observation.Grain{week, month, quarter, year}},
		{observation.Flow, []observation.Grain{week}, []observation.Grain{week}},
		{observation.Flow, []observation.Grain{days28}, nil},
		{observation.Flow, []observation.Grain{month}, []observation.Grain{month, quarter, year}},
		{observation.Flow, []observation.Grain{quarter}, []observation.Grain{quarter, year}},
		{observation.Flow, []observation.Grain{year}, []observation.Grain{year}},
		{observation.Flow, []observation.Grain{snapshot}, nil},
		{observation.Level, []observation.Grain{snapshot}, []observation.Grain{week, month, quarter, year}},
		{observation.Unique, []observation.Grain{day}, nil},
		{observation.Unique, []observation.Grain{day, week}, []observation.Grain{week}},
		{observation.Rate, []observation.Grain{day}, nil},
		{observation.Rate, []observation.Grain{month}, []observation.Grain{month}},
		{observation.Flow, nil, nil},
	} {
		m := observation.Metric{ID: "m", Shape: test.shape}
		for _, want := range []observation.Grain{week, month, quarter, year} {
			if got := cannotForm(m, test.have, want) == ""; got != slices.Contains(test.can, want) {
				t.Errorf("%s told per %v can be had per %s: %v", test.shape, test.have, want, got)
			}
		}
		if todo := possible(m, test.have); (len(test.can) == 0) != (todo == "choose another metric") {
			t.Errorf("%s told per %v: %s", test.shape, test.have, todo)
		}
	}
}

func TestFaultsOfSettings(t *testing.T) {
	source := "sources:\n  - id: loki\n    kind: weblog\n    channel: kotisivut\n"
	for _, test := range []struct {
		keys         string
		line, column int
		message      string
	}{
		{"", 4, 5, "paths: no log is named"},
		{"    paths: []\n", 7, 5, "paths: no log is named"},
		{"    paths:\n      - a\n      - b?\n", 9, 9, `entry 2 of paths: "b?" has a question mark`},
		{"    paths: [a]\n    site: badger\n", 8, 5, "site: the site is bad: ger"},
		{"    paths: [a]\n    site: worse\n", 4, 5, "entry 1 of sources: this cannot work"},
		{"    paths: a\n", 7, 5, "paths: here stands a single value"}, // and not that it is empty
	} {
		faults := faultsOf(t, "", base+source+test.keys)
		want := Fault{File: "seuranta.yaml", Line: test.line, Column: test.column, Message: faults[0].Message}
		if len(faults) != 1 || faults[0] != want || !strings.Contains(faults[0].Message, test.message) {
			t.Errorf("%s\ngot %v\nwant %d:%d %s", test.keys, faults, test.line, test.column, test.message)
		}
	}
}

// TestKeysAreDescribed checks the table of keys: what a schema will be made of.
func TestKeysAreDescribed(t *testing.T) {
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			if !f.IsExported() {
				continue
			}
			isLater := f.Type == reflect.TypeFor[later]()
			if f.Tag.Get("yaml") == "" || isLater == (f.Tag.Get("doc") != "") {
				t.Errorf("%s.%s lacks its name or its doc, or tells of what is not there yet", typ, f.Name)
			}
			inner := f.Type
			for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map {
				inner = inner.Elem()
			}
			if strings.HasSuffix(inner.Name(), "Keys") {
				walk(inner)
			}
		}
	}
	walk(reflect.TypeFor[fileKeys]())
}

// TestLaterKeysAreRefusedByName checks that nothing that is to come is taken and not understood.
func TestLaterKeysAreRefusedByName(t *testing.T) {
	source := "sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], "
	for _, key := range []string{"was"} {
		checkFaults(t, key, base+source+key+": [a]}]\n", key+": this key is not understood yet")
	}
}

func TestStorage(t *testing.T) {
	checkFaults(t, "no folder", base+"storage: {path: ''}\n", "no folder is named")
	checkFaults(t, "both", base+"storage: {path: data, dsn: tcp://db}\n", "both path and dsn")
	for text, want := range map[string]Storage{
		"storage: {path: /var/lib/seuranta}\n":            {Path: "/var/lib/seuranta"},
		"storage: {path: ../x, library: /lib/libchdb.so}": {Path: "/etc/x", Library: "/lib/libchdb.so"},
		"storage: {dsn: tcp://db:9000, library: chdb.so}": {DSN: NewSecret("tcp://db:9000"), Library: "/etc/seuranta/chdb.so"},
	} {
		c, err := loadText("/etc/seuranta", base+text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.Storage; got.Path != want.Path || got.Library != want.Library || !got.DSN.Equal(want.DSN) {
			t.Errorf("%s: got path %q, library %q, dsn %q", text, got.Path, got.Library, got.DSN.Reveal())
		}
	}
}
