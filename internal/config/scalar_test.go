package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

func TestAssign(t *testing.T) {
	for _, test := range []struct {
		into  any // pointer
		text  string
		want  any
		fault string
	}{
		{new(string), " as it is ", " as it is ", ""},
		{new(int), "-12", -12, ""},
		{new(int), "+12", 12, ""},
		{new(int), "007", 7, ""},
		{new(int), "1.0", nil, "no whole number"},
		{new(int), "0x10", nil, "no whole number"},
		{new(int), "1_000", nil, "no whole number"},
		{new(int), "", nil, "no whole number"},
		{new(int), "9223372036854775808", nil, "no whole number"},
		{new(int8), "127", int8(127), ""},
		{new(int8), "128", nil, "no whole number"},
		{new(float64), "2.5", 2.5, ""},
		{new(float64), "-3", -3.0, ""},
		{new(float64), "2,5", nil, "no number"},
		{new(float64), "1e3", nil, "no number"},
		{new(float64), ".inf", nil, "no number"},
		{new(float64), "NaN", nil, "no number"},
		{new(float64), "0x1p-2", nil, "no number"},
		{new(float32), "0.5", float32(0.5), ""},
		{new(bool), "true", true, ""},
		{new(bool), "yes", nil, "neither true nor false"},
		{new(bool), "True", nil, "neither true nor false"},
		{new(time.Duration), "1h30m", 90 * time.Minute, ""},
		{new(time.Duration), "90", nil, "with its units"},
		{new(time.Duration), "2d", nil, "with its units"},
		{new(observation.Date), "2024-02-29", observation.NewDate(2024, 2, 29), ""},
		{new(observation.Date), "29.2.2024", nil, "write it as 2026-11-21"},
		{new(observation.Date), "1970-01-01", nil, "out of range"},
		{new(language), "sv", language("sv"), ""},
		{new(language), "se", nil, "there are fi, sv, en"},
		{new(channelKind), "Website", nil, `did you mean "website"`},
		{new(id), "koske", id("koske"), ""},
	} {
		out := reflect.ValueOf(test.into).Elem()
		err := assign(out, test.text, true)
		switch {
		case test.fault != "" && (err == nil || !strings.Contains(err.Error(), test.fault)):
			t.Errorf("%T %q: got %v, want %q", test.into, test.text, err, test.fault)
		case test.fault != "" && !out.IsZero():
			t.Errorf("%T %q: was set to %v in spite of its fault", test.into, test.text, out)
		case test.fault == "" && err != nil:
			t.Errorf("%T %q: %v", test.into, test.text, err)
		case test.fault == "" && !cmp.Equal(out.Interface(), test.want):
			t.Errorf("%T %q: got %v, want %v", test.into, test.text, out, test.want)
		}
	}
}

// TestQuotesMakeText checks that a number in quotes is no number, and that one in a text stays as it is written.
func TestQuotesMakeText(t *testing.T) {
	source := base + "sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], "
	c := mustLoad(t, source+"site: 1.10, filter: {host: true, drop: [007]}}]\n")
	got := c.Sources[0].Settings.(*weblog)
	if got.Site != "1.10" || got.Filter.Host != "true" || got.Filter.Drop[0] != "007" {
		t.Errorf("texts %+v are not as they are written", got)
	}
	for _, entry := range []string{`lines: "12"`, `bots: 'true'`, `share: "0.5"`} {
		faults := faultsOf(t, "", source+entry+"}]\n")
		if len(faults) != 1 || !strings.Contains(faults[0].Message, "without quotes") {
			t.Errorf("%s: got %v", entry, faults)
		}
	}
}

func TestFromEnvironment(t *testing.T) {
	source := base + "sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [\"${SHORT}\"], "
	c := mustLoad(t, source+`lines: "${LINES}", title: {fi: "${SHORT}"}, cookie: '${CANARY}'}]`+"\n")
	got := c.Sources[0].Settings.(*weblog)
	if got.Lines != 12 || got.Paths[0] != "x" || got.Title["fi"] != "x" || got.Cookie != canary {
		t.Errorf("settings %+v", got)
	}
	for entry, want := range map[string]string{
		`site: "${NOT_SET}"`:   "the environment variable NOT_SET is not set",
		`site: "${EMPTY}"`:     "the environment variable EMPTY is empty",
		`site: "a${SHORT}"`:    "whole value",
		`site: "${SHORT}${X}"`: "whole value",
		`site: "${not-set}"`:   "whole value",
		`site: "${"`:           "whole value",
		`channel: "${SHORT}"`:  "is not taken from the environment",
	} {
		text := strings.Replace(source, "channel: kotisivut, ", "", 1) + entry + "}]\n"
		if faults := faultsOf(t, "", text); !strings.Contains(faults[0].Message+faults[len(faults)-1].Message, want) {
			t.Errorf("%s: got %v, want %q", entry, faults, want)
		}
	}
	if c := mustLoad(t, base+"storage: {path: $HOME}\n"); !strings.HasSuffix(c.Storage.Path, "$HOME") {
		t.Errorf("path %q was expanded", c.Storage.Path)
	}
}

// TestTypesThatSettingsCannotHave checks that a kind with a setting of another type brings a fault, no panic.
func TestTypesThatSettingsCannotHave(t *testing.T) {
	for _, settings := range []any{
		&struct {
			A *int `yaml:"a"`
		}{},
		&struct {
			A any `yaml:"a"`
		}{},
		&struct {
			A chan int `yaml:"a"`
		}{},
		&struct {
			A uint `yaml:"a"`
		}{},
		&struct {
			A []func() `yaml:"a"`
		}{},
	} {
		for _, text := range []string{"a: 1\n", "a: [1]\n", "a: {b: 1}\n"} {
			r := newReporter("seuranta.yaml")
			d := &decoder{reporter: r, surroundings: surroundings{env: fakeEnv}}
			d.value("", parse(r, []byte(text)), reflect.ValueOf(settings).Elem())
			if r.err() == nil {
				t.Errorf("%T took %q", settings, text)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"organisations", "channels", "sources", "events", "id", "kind"}
	for wrong, want := range map[string]string{
		"chanels": "channels", "Channels": "channels", "source": "sources", "evnets": "events", "organizations": "organisations", "ID": "id", "knid": "kind",
		"zzz": "", "": "", "x": "", strings.Repeat("channels", 10): "",
	} {
		if got := nearest(wrong, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", wrong, got, want)
		}
	}
	if got := nearest("chanels", make([]string, maxCompare+1)); got != "" {
		t.Errorf("among too many names %q was found", got)
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"ä", "a", 1}, {"ab", "ba", 1},
	} {
		if got, back := distance(test.a, test.b), distance(test.b, test.a); got != test.want || back != test.want {
			t.Errorf("distance of %q and %q is %d and %d, want %d", test.a, test.b, got, back, test.want)
		}
	}
}

func TestListsAndValuesAreClipped(t *testing.T) {
	if got := list(strings.Split(strings.Repeat("a ", 30), " ")); !strings.HasSuffix(got, "and 7 more") {
		t.Errorf("list %q", got)
	}
	if got := clip(strings.Repeat("ä", 100)); got != strings.Repeat("ä", maxShown)+"…" {
		t.Errorf("clip %q", got)
	}
	if got := Instead("a", "there are", nil); got != "there is none yet" {
		t.Errorf("instead %q", got)
	}
}
