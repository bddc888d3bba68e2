package chart

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func whole(v float64) Point { return Point{Kind: Whole, Value: v} }

// six weeks: two numbers, a gap, one number alone, a gap of another kind, a range.
func six() Weekly {
	return Weekly{
		Weeks: []Week{
			{Label: "vk 1", Tip: []string{"Viikko 1", "10"}, Now: whole(10), Before: whole(9)},
			{Label: "vk 2", Now: whole(12), Before: whole(8)},
			{Label: "vk 3", Now: Point{Kind: Unknown}},
			{Label: "vk 4", Now: Point{Kind: Partly, Value: 4}},
			{Label: "vk 5", Now: Point{Kind: NotMeasurable}},
			{Label: "vk 6", Now: Point{Kind: Between, Low: 3, High: 18}},
		},
		Target: &Level{Value: 15, Label: "tavoite 15"},
		Names:  Names{Now: "nyt", Before: "ennen", Partly: "osittain", Between: "väli", Unknown: "puuttuu", NotMeasurable: "ei"},
	}
}

func optionOf(t testing.TB, w Weekly) map[string]any {
	t.Helper()
	b, err := w.Option()
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// series returns those whose id begins with prefix, in order.
func series(m map[string]any, prefix string) []map[string]any {
	var out []map[string]any
	for _, s := range m["series"].([]any) {
		if id, _ := s.(map[string]any)["id"].(string); strings.HasPrefix(id, prefix) {
			out = append(out, s.(map[string]any))
		}
	}
	return out
}

func values(s map[string]any) []any {
	var out []any
	for _, d := range s["data"].([]any) {
		if point, styled := d.(map[string]any); styled {
			d = point["value"]
		}
		out = append(out, d)
	}
	return out
}

func wantValues(t *testing.T, m map[string]any, id string, want ...any) {
	t.Helper()
	found := series(m, id)
	if len(found) != 1 {
		t.Fatalf("%d series %s, want 1", len(found), id)
	}
	got := values(found[0])
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", id, len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s, week %d: %v, want %v", id, i+1, got[i], want[i])
		}
	}
}

func TestEveryKindIsDrawnInItsOwnWay(t *testing.T) {
	m := optionOf(t, six())
	wantValues(t, m, "now", 10.0, 12.0, "-", 4.0, "-", "-")
	wantValues(t, m, "before", 9.0, 8.0, "-", "-", "-", "-")
	wantValues(t, m, "partly", "-", "-", "-", 4.0, "-", "-")
	wantValues(t, m, "unknown", "-", "-", 20.0, "-", "-", "-")
	wantValues(t, m, "notmeasurable", "-", "-", "-", "-", 20.0, "-")
	wantValues(t, m, "low", "-", "-", "-", "-", "-", 3.0)
	wantValues(t, m, "between", "-", "-", "-", "-", "-", 15.0)
}

func TestWhatNoWeekIsOfHasNoSeries(t *testing.T) {
	m := optionOf(t, Weekly{Weeks: []Week{{Now: whole(1)}, {Now: whole(2)}}})
	for _, id := range []string{"unknown", "notmeasurable", "low", "between", "partly"} {
		if n := len(series(m, id)); n != 0 {
			t.Errorf("%d series %s of nothing", n, id)
		}
	}
	if n := len(m["series"].([]any)); n != 2 {
		t.Errorf("%d series, want the line and the one before", n)
	}
}

func TestLinesNeverBridgeAGap(t *testing.T) {
	for _, s := range optionOf(t, six())["series"].([]any) {
		if s.(map[string]any)["connectNulls"] == true {
			t.Errorf("%v joins over gaps", s.(map[string]any)["id"])
		}
	}
}

func TestZeroIsDrawn(t *testing.T) {
	w := Weekly{Weeks: []Week{{Now: whole(0)}, {Now: whole(0)}}}
	wantValues(t, optionOf(t, w), "now", 0.0, 0.0)
}

func TestABreakCutsTheLine(t *testing.T) {
	w := six()
	w.Weeks[1].Now.Cut = true
	found := series(optionOf(t, w), "now")
	if len(found) != 2 {
		t.Fatalf("the line has %d parts, want 2", len(found))
	}
	if a, b := values(found[0]), values(found[1]); a[0] != 10.0 || a[1] != "-" || b[0] != "-" || b[1] != 12.0 {
		t.Errorf("cut into %v and %v", a, b)
	}
}

func TestSeriesHaveIdsOfTheirOwn(t *testing.T) {
	w := six()
	for i := range w.Weeks {
		w.Weeks[i].Now.Cut, w.Weeks[i].Before.Cut = true, true
	}
	seen := map[any]bool{}
	for _, s := range optionOf(t, w)["series"].([]any) {
		id := s.(map[string]any)["id"]
		if seen[id] {
			t.Errorf("two series are called %v", id)
		}
		seen[id] = true
	}
}

func TestTheAxisBeginsAtZeroAndHoldsAll(t *testing.T) {
	w := six()
	w.Target.Value = 90
	y := optionOf(t, w)["yAxis"].([]any)
	if len(y) != 1 {
		t.Fatalf("%d axes of values, want 1", len(y))
	}
	if axis := y[0].(map[string]any); axis["min"] != 0.0 || axis["max"] != 100.0 {
		t.Errorf("axis from %v to %v, want 0 to 100", axis["min"], axis["max"])
	}
}

func TestMarksStandAtTheirDays(t *testing.T) {
	w := six()
	w.Events, w.Breaks = []Mark{{At: 1.5, Label: "A"}}, []Mark{{At: 2, Label: "1"}}
	data := series(optionOf(t, w), "marks")[0]["markLine"].(map[string]any)["data"].([]any)
	if len(data) != 3 {
		t.Fatalf("%d marks, want target, event and break", len(data))
	}
	target, event, cut := data[0].(map[string]any), data[1].(map[string]any), data[2].(map[string]any)
	if target["yAxis"] != 15.0 || event["xAxis"] != 1.5 || cut["xAxis"] != 2.0 {
		t.Errorf("marks at %v, %v, %v", target["yAxis"], event["xAxis"], cut["xAxis"])
	}
	if text := target["label"].(map[string]any)["formatter"]; text != "tavoite 15" {
		t.Errorf("the target is called %v", text)
	}
}

func TestTheTargetsLabelStandsWhereItCoversLeast(t *testing.T) {
	w := Weekly{Target: &Level{Value: 50}}
	for range 9 {
		w.Weeks = append(w.Weeks, Week{Now: whole(10)})
	}
	if got := w.quietCorner(); got != "insideStartTop" {
		t.Errorf("with room everywhere: %s", got)
	}
	for i := range 3 {
		w.Weeks[i].Now = whole(52)
	}
	if got := w.quietCorner(); got != "insideEndTop" {
		t.Errorf("with points at the left: %s", got)
	}
	for i := range 3 {
		w.Weeks[8-i].Now = whole(53)
	}
	if got := w.quietCorner(); got != "insideStartBottom" {
		t.Errorf("with points above both ends: %s", got)
	}
}

func TestNoMarksNoSeries(t *testing.T) {
	w := six()
	w.Target = nil
	if found := series(optionOf(t, w), "marks"); len(found) != 0 {
		t.Error("a series of marks without marks")
	}
}

func TestTheDescriptionIsOurs(t *testing.T) {
	m := optionOf(t, six())
	aria := m["aria"].(map[string]any)
	if aria["enabled"] != true || aria["decal"].(map[string]any)["show"] != true || aria["label"].(map[string]any)["enabled"] != false {
		t.Errorf("aria is %v", aria)
	}
	if m["tooltip"].(map[string]any)["renderMode"] != "richText" || m["animation"] != false {
		t.Error("tips are not rich text, or something moves")
	}
}

func TestNaNIsAnError(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		if _, err := (Weekly{Weeks: []Week{{Now: whole(v)}}}).Option(); err == nil {
			t.Errorf("%v was drawn", v)
		}
	}
}

var hostile = []string{
	`x</script><script>window.PWNED=1</script>`, `__f__(window.PWNED=1)__f__`, `<img src=x onerror=window.PWNED=1>`, "{b|x} {c}", "a\u2028b\x00\x1bc\u202egnp",
}

func TestForeignTextIsInert(t *testing.T) {
	for _, text := range hostile {
		w := six()
		w.Weeks[0].Label, w.Weeks[0].Tip, w.Names.Now, w.Target.Label = text, []string{text}, text, text
		w.Events = []Mark{{At: 1, Label: text}}
		b, err := w.Option()
		if err != nil {
			t.Fatal(err)
		}
		if s := string(b); strings.ContainsAny(s, "<>&\x00\x1b\u2028\u202e") || strings.Contains(s, "{b|") || strings.Contains(s, "{c}") {
			t.Errorf("%q came through: %s", text, s)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"Jyväskylä – ”hyvä”": "Jyväskylä – ”hyvä”", "a\nb\tc": "a b c", "a\x00\x1f\x7f\u0085b": "ab", "\u202eabc\u2066": "abc", "a\xffb": "ab", "": "",
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTheSameChartIsTheSameBytes(t *testing.T) {
	first, err := six().Option()
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := six().Option()
		if err != nil || string(again) != string(first) {
			t.Fatalf("the option changed (%v)", err)
		}
	}
}

func TestScale(t *testing.T) {
	for _, c := range [][3]float64{{0, 4, 1}, {1, 4, 1}, {4, 4, 1}, {5, 5, 1}, {18, 20, 5}, {43, 50, 10}, {842, 1000, 200}, {1051, 1200, 200}, {3500, 4000, 1000}, {12000, 12000, 2000}} {
		if top, step := scale(c[0]); top != c[1] || step != c[2] {
			t.Errorf("scale(%v) = %v by %v, want %v by %v", c[0], top, step, c[1], c[2])
		}
	}
}

func TestScaleHoldsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(0, 1e12).Draw(t, "largest")
		top, step := scale(v)
		ticks := top / step
		if top < v || step < 1 || step != math.Trunc(step) || ticks > 6 || ticks < 3 {
			t.Fatalf("scale(%v) = %v by %v", v, top, step)
		}
	})
}
