package svg

import (
	"fmt"
	"strings"
	"testing"

	"seuranta/internal/chart"
)

func whole(v float64) chart.Point { return chart.Point{Kind: chart.Whole, Value: v} }

// weeks makes n weeks, numbered from first, of the values of now.
func weeks(n, first int, now func(i int) chart.Point) chart.Weekly {
	w := chart.Weekly{Names: chart.Names{Now: "nyt", Before: "ennen", Partly: "osittain", Between: "väli", Unknown: "puuttuu", NotMeasurable: "ei"}}
	for i := range n {
		w.Weeks = append(w.Weeks, chart.Week{Label: fmt.Sprintf("vk %d\n%d.%d.", first+i, 1+i*7%28, 1+i/4), Now: now(i), Before: whole(float64(700 + i*13%90))})
	}
	return w
}

func flow(i int) chart.Point { return whole(float64(800 + (i*137)%420)) }

// forms are charts of every form that the weekly page has.
func forms() map[string]chart.Weekly {
	f := map[string]chart.Weekly{
		"level": weeks(12, 1, func(i int) chart.Point { return whole(float64(1003 + 2*i)) }),
		"flow":  weeks(26, 22, flow), "gap": weeks(12, 1, flow), "range": weeks(12, 1, flow), "break": weeks(12, 1, flow), "target": weeks(12, 1, flow), "events": weeks(26, 1, flow),
		"partial": weeks(12, 1, flow), "none": weeks(12, 1, flow), "empty": weeks(12, 1, func(int) chart.Point { return chart.Point{Kind: chart.Unknown} }),
		"week53": weeks(6, 50, func(i int) chart.Point { return whole(float64(3 + i)) }),
	}
	f["gap"].Weeks[5].Now = chart.Point{Kind: chart.Unknown}
	f["partial"].Weeks[8].Now.Kind = chart.Partly
	f["break"].Weeks[6].Now.Cut = true
	for i := range 4 {
		f["range"].Weeks[i].Now = chart.Point{Kind: chart.Between, Low: 300 + float64(10*i), High: 900 - float64(20*i)}
		f["none"].Weeks[i].Now = chart.Point{Kind: chart.NotMeasurable}
	}
	f["week53"].Weeks[4].Label, f["week53"].Weeks[5].Label = "vk 1\n4.1.", "vk 2\n11.1."
	broken, target, events := f["break"], f["target"], f["events"]
	broken.Breaks = []chart.Mark{{At: 6, Label: "1"}}
	target.Target = &chart.Level{Value: 1000, Label: "tavoite 1 000"}
	letters := strings.Split("A,B C,D,E F,G,H I,J,K L,M,N O,P,Q R", ",")
	for i := range 12 {
		events.Events = append(events.Events, chart.Mark{At: float64(2*i) + 0.5, Label: letters[i]})
	}
	f["break"], f["target"], f["events"] = broken, target, events
	return f
}

// of makes a chart of a drawing.
func of(t testing.TB, id, lang string, w chart.Weekly) Chart {
	t.Helper()
	option, err := w.Option()
	if err != nil {
		t.Fatal(err)
	}
	return Chart{ID: id, Lang: lang, Option: option, Width: 720, Height: 300, Title: "Näyttökerrat " + id, Description: "Viikolla 47 oli 825 näyttökertaa."}
}

func painter(t testing.TB) *Painter {
	t.Helper()
	p := New(DefaultLimits())
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func paint(t testing.TB, p *Painter, c Chart) *Picture {
	t.Helper()
	picture, err := p.Paint(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}
