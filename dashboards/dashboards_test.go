package dashboards

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/observation"
)

func TestWeekly(t *testing.T) {
	page, err := Weekly()
	if err != nil {
		t.Fatal(err)
	}
	metrics := observation.StandardMetrics()
	lists := [][]string{page.Otherwise}
	for _, c := range page.Channels {
		lists = append(lists, c.Metrics)
		for _, id := range c.Months {
			if !slices.Contains(c.Metrics, id) {
				t.Errorf("%s of a month, but not of the week", id)
			}
		}
	}
	for _, list := range lists {
		if len(list) == 0 {
			t.Error("a kind of channel shows nothing")
		}
		for i, id := range list {
			if _, known := metrics[id]; !known {
				t.Errorf("there is no metric %s", id)
			}
			if slices.Contains(list[:i], id) {
				t.Errorf("%s stands twice", id)
			}
		}
	}
}

func TestMetricsAndPlace(t *testing.T) {
	page := WeeklyPage{Channels: []Channel{{Kind: "website", Metrics: []string{"views"}}, {Kind: "facebook", Metrics: []string{"reach"}}}, Otherwise: []string{"members"}}
	for kind, want := range map[string]string{"website": "views", "facebook": "reach", "pigeon": "members"} {
		if got := page.Metrics(kind); len(got) != 1 || got[0] != want {
			t.Errorf("Metrics(%s) = %v, want %s", kind, got, want)
		}
	}
	if a, b := page.Place("facebook"), page.Place("pigeon"); a != 1 || b != 2 {
		t.Errorf("places %d and %d, want 1 and 2", a, b)
	}
}

func TestReadWeeklyRefuses(t *testing.T) {
	for what, text := range map[string]string{
		"weeks is 0":       "chart: weekly\n",
		"weeks is 54":      "chart: weekly\nweeks: 54\n",
		`chart is "pie"`:   "chart: pie\nweeks: 26\n",
		"line 2":           "weeks: 26\nweekz: 1\n",
		"cannot unmarshal": "weeks: many\n",
	} {
		if _, err := readWeekly([]byte(text)); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%q gives %v, want an error with %q", text, err, what)
		}
	}
}

// TestTemplatesKeepToTheirWork looks for what has no place in a template: numbers being made, styles and handlers that the
// page's policy would refuse.
func TestTemplatesKeepToTheirWork(t *testing.T) {
	paths, err := fs.Glob(Files(), "*.tmpl")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no templates (%v)", err)
	}
	for _, path := range paths {
		b, err := fs.ReadFile(Files(), path)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"printf", "{{add", "{{sub", "{{mul", "{{div", ` style="`, " onclick", " onload", "http://", "https://"} {
			if strings.Contains(string(b), bad) {
				t.Errorf("%s has %q", path, bad)
			}
		}
	}
}
