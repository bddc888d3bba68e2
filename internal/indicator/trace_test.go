package indicator

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

func trace(t *testing.T, j *Judge, id string) Trace {
	t.Helper()
	got, err := j.Trace(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got.Figure.ID != id {
		t.Errorf("asked for %s, got %s", id, got.Figure.ID)
	}
	text, err := json.Marshal(got)
	if err != nil || strings.Contains(string(text), `":null,"items"`) {
		t.Errorf("%v: %s", err, text)
	}
	return got
}

func TestTraceOfAFlow(t *testing.T) {
	site := newCentre()
	site.source(0).Definitions[0].Text = observation.Text{"en": "requests of pages"}
	site.channel().Targets = []observation.Target{{Metric: "views", Grain: "week", Value: 100, Life: life("2026-01-01..")}}
	site.tell("loki", "views", observation.Day, monday, "10 11 auth 13~ nodata")
	got := trace(t, site.judge(), "koske/kotisivut/views/2026-W47")
	sum := 0.0
	for _, o := range got.Observations {
		sum += o.Value
	}
	if len(got.Observations) != 3 || sum != *got.Figure.Value || got.Observations[0].Version == 0 {
		t.Errorf("%d observations make %v of %v", len(got.Observations), sum, *got.Figure.Value)
	}
	var said []string
	for _, c := range got.Coverage {
		said = append(said, c.From.String()+" "+string(c.Result))
	}
	if d := cmp.Diff([]string{"2026-11-18 auth", "2026-11-19 partial", "2026-11-20 nodata"}, said); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if len(got.Definitions) != 1 || got.Definitions[0].Text["en"] != "requests of pages" || got.Definitions[0].From != nil {
		t.Errorf("%+v", got.Definitions)
	}
	if len(got.Targets) != 1 || got.Targets[0].Value != 100 || got.Targets[0].Per != "week" || *got.Targets[0].From != date("2026-01-01") {
		t.Errorf("%+v", got.Targets)
	}
}

func TestTraceSaysWhatTheFigureSays(t *testing.T) {
	site := newCentre()
	site.tell("loki", "visitors", observation.Day, monday, "10 11 auth 13 14 15 16")
	site.tell("loki", "visitors", observation.Week, monday, "44")
	got := trace(t, site.judge(), "koske/kotisivut/visitors/2026-W47")
	if d := cmp.Diff(site.figure(t, "visitors", "2026-W47"), got.Figure); d != "" || len(got.Observations) != 1 || got.Observations[0].Value != 44 {
		t.Errorf("of %d answers; -figure +trace:\n%s", len(got.Observations), d)
	}
}

func TestTraceOfItems(t *testing.T) {
	site := newsroom()
	site.see("yle", observation.Shared, "", "2026-11-17T10:00 article Rahapelit", "2026-11-16T10:00 article Velka", "2026-11-17T11:00 article Muuta")
	site.covered("yle", "media_hits", monday, "ok ok ok ok ok ok auth")
	site.covered("ksml", "media_hits", monday, "ok ok ok ok ok ok ok")
	for _, target := range []string{"topic:velka", "project:aluetuki"} {
		got := trace(t, site.judge(), "koske/"+target+"/media_hits/2026-W47")
		var lines []string
		for _, i := range got.Items {
			lines = append(lines, fmt.Sprint(i.At.UTC().Format(time.RFC3339), i.Title, i.Outlet, i.Source))
		}
		if d := cmp.Diff([]string{"2026-11-16T08:00:00ZVelkaYleyle", "2026-11-17T08:00:00ZRahapelitYleyle"}, lines); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
		if len(got.Rules) != 1 || got.Rules[0] != (TracedRule{"velka", "velka* OR rahapeli*"}) || float64(len(got.Items)) != *got.Figure.Value {
			t.Errorf("%+v", got.Rules)
		}
		if n := len(got.Coverage); n == 0 || got.Coverage[n-1].Result != observation.Auth {
			t.Errorf("%+v", got.Coverage)
		}
	}
}

// TestTraceMarksFirstSights: of an item without a date it is told that its moment is that of the first sight.
func TestTraceMarksFirstSights(t *testing.T) {
	site := newsroom()
	seen := time.Date(2026, 11, 17, 10, 0, 0, 0, time.UTC)
	site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "syote"}, Items: []observation.Item{
		{ID: "dated", Organisation: "koske", Source: "syote", Channel: "kotisivut", Kind: "article", PublishedAt: seen, FirstSeen: seen, State: observation.Valid},
		{ID: "undated", Organisation: "koske", Source: "syote", Channel: "kotisivut", Kind: "article", FirstSeen: seen, State: observation.Valid}}})
	site.covered("syote", "publications", monday, "ok ok ok ok ok ok ok")
	got := trace(t, site.judge(), "koske/kotisivut/publications/2026-W47")
	marked := map[string]bool{}
	for _, i := range got.Items {
		marked[i.ID] = i.FirstSeen
	}
	if d := cmp.Diff(map[string]bool{"dated": false, "undated": true}, marked); d != "" {
		t.Errorf("marked as first sights (-want +got):\n%s", d)
	}
}

func TestTraceOfATypedLevelIsOneAnswer(t *testing.T) {
	site := diary("month")
	site.typed("kasin", "followers", "", observation.Snapshot, "2026-11-04", 43)
	got := trace(t, site.judge(), "koske/kotisivut/followers/2026-W47")
	if len(got.Observations) != 1 || got.Observations[0].From != date("2026-11-04") || *got.Figure.On != date("2026-11-04") {
		t.Errorf("%+v", got.Observations)
	}
}

func TestTraceOfDimensions(t *testing.T) {
	site := diary("month")
	target := 30.0
	site.desk.Projects[0].Goals[0].FollowUps[0].Target = &target
	site.desk.Projects[0].Goals[0].FollowUps[0].By = date("2026-12-31")
	site.typed("paivakirja", "signups", "project=aluetuki,region=keski-suomi", observation.Quarter, "2026-07-01", 5)
	got := trace(t, site.judge(), "koske/project:aluetuki/signups[region=keski-suomi]/2026-Q3")
	if len(got.Observations) != 1 || len(got.Targets) != 1 || got.Targets[0].Value != 30 || *got.Targets[0].By != date("2026-12-31") || got.Targets[0].ID != "ilmo" {
		t.Errorf("%+v", got)
	}
	if got.Figure.Project != "aluetuki" || got.Figure.Dims != "region=keski-suomi" {
		t.Errorf("%+v", got.Figure)
	}
}

func TestTraceAsOf(t *testing.T) {
	site := newCentre()
	site.tell("loki", "views", observation.Day, monday, "10")
	at := site.clock.Truncate(time.Second)
	site.clock = site.clock.Add(time.Hour)
	site.tell("loki", "views", observation.Day, monday, "20")
	now := site.now.Add(48 * time.Hour)
	j := New(site.desk, &site.kept, now, time.Time{})
	if got := trace(t, j, "koske/kotisivut/views/2026-11-16@"+at.Format(time.RFC3339)); *got.Figure.Value != 10 {
		t.Error(*got.Figure.Value)
	}
	if got := trace(t, j, "koske/kotisivut/views/2026-11-16"); *got.Figure.Value != 20 {
		t.Error(*got.Figure.Value)
	}
}

func TestTraceOfWhatIsNotThere(t *testing.T) {
	site := newsroom()
	for id, want := range map[string]string{
		"koske/kotisivut/views/2026-W47":                    "no source of the configuration tells views of kotisivut",
		"koske/topic:muu/media_hits/2026-W47":               "no source of the configuration tells media_hits of topic:muu",
		"iso/kotisivut/publications/2026-W47":               "no source of the configuration tells",
		"nonsense":                                          "want organisation/channel/metric/period",
		"koske/kotisivut/publications[region=x/y]/2026-W47": "want organisation/channel/metric/period",
	} {
		if _, err := site.judge().Trace(context.Background(), id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", id, err)
		}
	}
}
