package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

func figureSet(t testing.TB) FigureSet {
	s := loggedSeries("views")
	week := isoWeek(t, 2026, 47)
	target := figure(s, isoWeek(t, 2026, 46), 8)
	target.Target, target.Pace = num(10), indicator.Behind
	return FigureSet{GeneratedAt: time.Date(2026, 11, 23, 8, 0, 0, 0, helsinki), Figures: []indicator.Figure{
		between(figure(loggedSeries("visitors"), week, 1), 120, 300), partly(figure(s, week, 812), 5, "log_silent"), target, without(figure(s, isoWeek(t, 2026, 45), 1), indicator.Missing, "auth"),
	}}
}

func figuresOut(t testing.TB, format string, set FigureSet) string {
	return written(t, func(b *bytes.Buffer) error { return Figures(b, format, set, "fi") })
}

func TestFiguresJSONKeepsTheContract(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal([]byte(figuresOut(t, "json", figureSet(t))), &got); err != nil {
		t.Fatal(err)
	}
	if got["generated_at"] != "2026-11-23T06:00:00Z" || got["as_of"] != nil {
		t.Errorf("generated at %v, as of %v", got["generated_at"], got["as_of"])
	}
	figs := got["figures"].([]any)
	want := []string{"id", "organisation", "project", "channel", "topic", "indicator", "shape", "period", "value", "range", "numerator", "base", "unit", "state",
		"settled", "open", "basis", "target", "pace", "coverage", "parts", "sources", "note"}
	for _, f := range figs {
		m := f.(map[string]any)
		for _, key := range want {
			if _, there := m[key]; !there {
				t.Errorf("%v has no %s", m["id"], key)
			}
		}
		if m["parts"] == nil || m["sources"] == nil {
			t.Errorf("%v: an empty list is null", m["id"])
		}
	}
	bounded := figs[3].(map[string]any)
	if bounded["value"] != nil || bounded["range"].(map[string]any)["low"] != 120.0 || bounded["state"] != "bounded" {
		t.Errorf("%v", bounded)
	}
	if p := figs[2].(map[string]any); p["period"].(map[string]any)["to"] != "2026-11-23" || p["note"] != "21.–22.11.2026: lokissa ei ole rivejä tältä ajalta" {
		t.Errorf("%v", p)
	}
}

func TestFiguresTable(t *testing.T) {
	set := figureSet(t)
	day := observation.NewDate(2026, 11, 20)
	set.AsOf = &day
	lines := strings.Split(strings.TrimSpace(figuresOut(t, "table", set)), "\n")
	if len(lines) != 6 || lines[0] != "Luvut sellaisina kuin ne tiedettiin 20.11.2026" {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	for i, want := range [][]string{
		{"Kanava", "Mittari", "Ajanjakso", "Arvo", "Tila", "Mitattu", "Tavoite", "Huomautus", "Luvun tunnus"},
		{"kotisivut", "näyttökerrat", "viikko 45/2026", "puuttuu", "0/7 päivää", "lähde ei hyväksynyt tunnuksia"},
		{"viikko 46/2026", "8", "mitattu", "10, tavoite ei täyttynyt"},
		{"viikko 47/2026", "812", "mitattu osittain", "5/7 päivää"},
		{"kävijät", "120–300", "tiedossa vain vaihteluväli"},
	} {
		for _, w := range want {
			if !strings.Contains(lines[i+1], w) {
				t.Errorf("line %d lacks %q: %s", i+1, w, lines[i+1])
			}
		}
	}
}

func TestTableSaysHowATargetStands(t *testing.T) {
	fi, err := locale.For("fi")
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*indicator.Figure){
		"10":                               func(f *indicator.Figure) { f.Pace = indicator.NoPace },
		"10, tavoitetahdista jäljessä":     func(f *indicator.Figure) { f.Open = true },
		"10, tavoite ei täyttynyt":         func(f *indicator.Figure) {},
		"10, tavoite täyttyi":              func(f *indicator.Figure) { f.Pace = indicator.Met },
		"10, tavoitteeseen ei voi verrata": func(f *indicator.Figure) { f.State = indicator.Partial },
	} {
		f := indicator.Figure{Value: num(8), State: indicator.OK, Target: num(10), Pace: indicator.Behind}
		change(&f)
		if got := (words{l: fi}).tableRow(f, observation.Desk{})[6]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFiguresComeInOneOrder(t *testing.T) {
	for _, format := range []string{"json", "csv", "table"} {
		set := figureSet(t)
		want := figuresOut(t, format, set)
		slices.Reverse(set.Figures)
		if got := figuresOut(t, format, set); got != want {
			t.Errorf("%s depends on the order of the figures", format)
		}
	}
}

func TestFiguresWithoutFigures(t *testing.T) {
	for format, want := range map[string]string{"json": `"figures": []`, "table": "Ei lukuja.", "csv": "organisation,project"} {
		if got := figuresOut(t, format, FigureSet{}); !strings.Contains(got, want) {
			t.Errorf("%s: %q lacks %q", format, got, want)
		}
	}
}

func TestFiguresRefuse(t *testing.T) {
	if err := Figures(&bytes.Buffer{}, "xml", FigureSet{}, "fi"); err == nil {
		t.Error("no error for an unknown format")
	}
	if err := Figures(&bytes.Buffer{}, "json", FigureSet{}, "de"); err == nil {
		t.Error("no error for an unknown language")
	}
}

func TestFiguresBesideSayHowTheirSourcesMeasure(t *testing.T) {
	set := figureSet(t)
	one := set.Figures[0]
	one.Beside, one.ID = "kavijat", one.ID+"~kavijat"
	set.Figures = append(set.Figures, one)
	set.Desk.Sources = []observation.Source{{ID: "kavijat", Organisation: one.Organisation, Method: observation.MethodScript}, {ID: "muu", Organisation: one.Organisation, Method: observation.MethodLog}}
	for _, format := range []string{"table", "json"} {
		got := figuresOut(t, format, set)
		if !strings.Contains(got, "kavijat: laskee selaimessa ajettavalla skriptillä") || strings.Contains(got, "palvelimen lokista") {
			t.Errorf("%s does not say how the source measures, or how one does that is not shown:\n%s", format, got)
		}
	}
}

func TestSourcesOfOneMethodStandInOneLine(t *testing.T) {
	set := figureSet(t)
	one := set.Figures[0]
	set.Figures = nil
	for id, how := range map[string]string{"matomo": observation.MethodScript, "umami": observation.MethodScript, "loki": observation.MethodLog} {
		f := one
		f.Beside, f.ID = id, one.ID+"~"+id
		set.Figures = append(set.Figures, f)
		set.Desk.Sources = append(set.Desk.Sources, observation.Source{ID: id, Organisation: one.Organisation, Method: how})
	}
	alike := "Samalla tavalla laskevatkin lähteet eroavat"
	got := figuresOut(t, "table", set)
	if !strings.Contains(got, "\nmatomo, umami: laskee selaimessa") || strings.Count(got, "laskee selaimessa") != 1 || strings.Count(got, alike) != 1 {
		t.Errorf("two sources of one method are not told in one line, with why they differ:\n%s", got)
	}
	set.Figures = slices.DeleteFunc(set.Figures, func(f indicator.Figure) bool { return f.Beside == "umami" })
	if got := figuresOut(t, "table", set); strings.Contains(got, alike) || !strings.Contains(got, "\nloki: ") {
		t.Errorf("sources of two methods are told to share one:\n%s", got)
	}
}
