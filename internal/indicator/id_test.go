package indicator

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seuranta/internal/observation"
)

func TestIDs(t *testing.T) {
	week, at := period("2026-W47"), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	for id, want := range map[string]Asked{
		"koske/kotisivut/views/2026-W47":                           {Organisation: "koske", Channel: "kotisivut", Metric: "views", Period: week},
		"koske/kotisivut/views/2026-W47@2026-11-23T06:00:00Z":      {Organisation: "koske", Channel: "kotisivut", Metric: "views", Period: week, AsOf: at},
		"koske/topic:velka/media_hits/2026-01-01..2026-06-30":      {Organisation: "koske", Topic: "velka", Metric: "media_hits", Period: period("2026-H1")},
		"koske/project:aluetuki/signups[region=keski-suomi]/2026":  {Organisation: "koske", Project: "aluetuki", Metric: "signups", Dims: "region=keski-suomi", Period: period("2026")},
		"koske/-/contacts/2026-Q3":                                 {Organisation: "koske", Metric: "contacts", Period: period("2026-Q3")},
		"koske/fb/reach[project=aluetuki,region=a%2Fb%20%5D]/2026": {Organisation: "koske", Channel: "fb", Metric: "reach", Dims: "project=aluetuki,region=a/b ]", Period: period("2026")},
	} {
		got, err := ParseID(id)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
		if got.String() != id {
			t.Errorf("%s is written %s", id, got)
		}
	}
}

func TestIDsThatAreNone(t *testing.T) {
	for _, id := range []string{
		"", "koske", "koske/kotisivut/views", "koske/kotisivut/views/2026-W47/x", "/kotisivut/views/2026", "koske//views/2026", "koske/kotisivut//2026", "koske/kotisivut/views/",
		"koske/topic:/media_hits/2026", "koske/other:x/views/2026", "Koske/kotisivut/views/2026", "koske/kotisivut/views/2026-W54", "koske/kotisivut/views/last-week",
		"koske/kotisivut/views/2026@", "koske/kotisivut/views/2026@2026-11-23", "koske/kotisivut/views/2026@9999-12-31T23:59:59-23:00", "koske/kotisivut/views[]/2026", "koske/kotisivut/views[region]/2026",
		"koske/kotisivut/views[region=x/2026", "koske/kotisivut/views[b=1,a=2]/2026", "koske/kotisivut/views[a=%zz]/2026", "koske/project:p/signups[project=p]/2026", "koske/-/signups[project=p]/2026",
	} {
		if got, err := ParseID(id); err == nil {
			t.Errorf("%q is taken for %+v", id, got)
		} else if strings.Contains(err.Error(), "indicator.") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestIDsReadBack(t *testing.T) {
	often(t, func(t *rapid.T) {
		a := Asked{Organisation: "koske", Metric: "views", Period: drawPeriod(t)}
		id := rapid.StringMatching(`[a-z][a-z0-9_-]{0,10}`)
		switch rapid.IntRange(0, 3).Draw(t, "target") {
		case 0:
			a.Channel = id.Draw(t, "channel")
		case 1:
			a.Topic = id.Draw(t, "topic")
		case 2:
			a.Project = id.Draw(t, "project")
		}
		values := rapid.StringMatching(`[^,=]*`)
		a.Dims = observation.Dims(rapid.MapOfN(rapid.StringMatching(`region|device|sex`), values, 0, 2).Draw(t, "dims"))
		if rapid.Bool().Draw(t, "as of") {
			a.AsOf = time.Unix(int64(rapid.Uint32().Draw(t, "moment")), 0).UTC()
		}
		if got, err := ParseID(a.String()); err != nil || got != a {
			t.Fatalf("%+v reads back as %+v: %v", a, got, err)
		}
	})
}

func FuzzParseID(f *testing.F) {
	for _, id := range []string{"koske/kotisivut/views/2026-W47@2026-11-23T06:00:00Z", "koske/topic:velka/media_hits/2026", "koske/project:p/signups[region=a%2Fb]/2026-Q3", "koske/-/x/2026-01-01..2026-06-30"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		a, err := ParseID(id)
		if err != nil {
			return
		}
		if again, err := ParseID(a.String()); err != nil || again != a {
			t.Errorf("%q is %+v, written %s, read back as %+v: %v", id, a, a, again, err)
		}
	})
}
