package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFaultsAreSortedWithoutDoubles(t *testing.T) {
	r := newReporter("seuranta.yaml")
	r.places["a"], r.places["b"], r.places["c"] = place{3, 1}, place{1, 7}, place{1, 2}
	r.fault("a", "one", "do")
	r.fault("b", "two", "")
	r.fault("c", "three", "do")
	r.fault("a", "one", "do")
	r.fault("a", "four", "do")
	err := r.err()
	want := "seuranta.yaml:1:2: c: three; do\nseuranta.yaml:1:7: b: two\nseuranta.yaml:3:1: a: one; do\nseuranta.yaml:3:1: a: four; do"
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var faults *Faults
	if !errors.As(fmt.Errorf("check: %w", err), &faults) || len(*faults) != 4 {
		t.Errorf("the faults are not found in a wrapped error")
	}
}

func TestNoFaultIsNoError(t *testing.T) {
	if err := newReporter("seuranta.yaml").err(); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestFaultStandsAtWhatIsNearest(t *testing.T) {
	r := newReporter("seuranta.yaml")
	r.places[""], r.places["sources[1]"], r.places["sources[1].paths"] = place{1, 1}, place{4, 5}, place{6, 5}
	for at, want := range map[string]place{
		"sources[1].paths": {6, 5}, "sources[1].paths[2]": {6, 5}, "sources[1].paths[2].x.y": {6, 5}, "sources[1].lines": {4, 5},
		"sources[0]": {1, 1}, "": {1, 1}, "...": {1, 1}, "]][[": {1, 1},
	} {
		if got := r.place(at); got != want {
			t.Errorf("%q stands at %v, want %v", at, got, want)
		}
	}
}

func TestPaths(t *testing.T) {
	at := under(entry(under("", "channels"), 2), "name")
	if at != "channels[2].name" || parentOf(at) != "channels[2]" || parentOf("channels[2]") != "channels" || parentOf("channels") != "" {
		t.Errorf("path %q, parent %q", at, parentOf(at))
	}
	for path, want := range map[string]string{
		"": "", "channels": "channels", "channels[0]": "entry 1 of channels", "channels[2].name": "name", "a[1][2]": "entry 3 of a", "a]": "",
	} {
		if got := labelOf(path); got != want {
			t.Errorf("label of %q is %q, want %q", path, got, want)
		}
	}
}

func TestFaultyHoldsForWhatItLiesIn(t *testing.T) {
	r := newReporter("seuranta.yaml")
	r.fault("channels[2].targets[0].value", "x", "")
	for at, want := range map[string]bool{
		"channels[2].targets[0].value": true, "channels[2].targets": true, "channels": true, "": true,
		"channels[1]": false, "channels[2].name": false, "channels[2].targets[0].value.x": false,
	} {
		if r.faulty[at] != want {
			t.Errorf("faulty %q is %v", at, !want)
		}
	}
}

func TestManyFaultsAreCounted(t *testing.T) {
	faults := faultsOf(t, "", "organisations: [{id: a}]\n"+strings.Repeat("a: 1\n", 1+maxFaults+5))
	if last := faults[len(faults)-1]; !strings.Contains(last.Message, "there are 6 more faults") {
		t.Errorf("last fault of %d: %v", len(faults), last)
	}
}

func TestTaintedValuesAreCutOut(t *testing.T) {
	r := newReporter("seuranta.yaml")
	r.taint("a.b", "secret", "${A}")
	r.taint("c", "secret-longer", "${C}")
	r.taint("d", "x", "${D}")
	r.taint("e", "new\nline\"", "${E}")
	for message, want := range map[string]string{
		"the secret is out":         "the ${A} is out",
		"the secret-longer is out":  "the ${C} is out",
		`an x, and "x"`:             "an x, and ${D}",
		"raw new\nline\" is":        "raw ${E} is",
		`quoted "new\nline\"" is`:   "quoted ${E} is",
		`part of "a new\nline\" b"`: `part of "a ${E} b"`,
	} {
		if got := newSieve(r.values).redact(message); got != want {
			t.Errorf("%q became %q, want %q", message, got, want)
		}
	}
	for at, want := range map[string]string{"a.b": "${A}", "a": "${A}", "a.b.c": "${A}", "c[3]": "${C}", "f": "", "a.c": ""} {
		if got, _ := r.tainted(at); got != want {
			t.Errorf("%q is tainted by %q, want %q", at, got, want)
		}
	}
	r.fault("c", "the value secret-longer is wrong", "do that")
	if got := r.err().Error(); got != "seuranta.yaml:1:1: c: the value taken from ${C} does not fit here; it is not shown; do that" {
		t.Errorf("got %s", got)
	}
}

func TestMessageIsOneLine(t *testing.T) {
	if got := oneLine("a\nb\tc\x1b[31m\u202ed\u00a0ä…“"); got != "a b c [31m d ä…“" {
		t.Errorf("got %q", got)
	}
}

// TestEverySyntaxSlipIsExplained writes YAML in the ways in which it goes wrong, and expects the line and a word on it.
func TestEverySyntaxSlipIsExplained(t *testing.T) {
	for _, test := range []struct {
		text string
		line int
		want string
	}{
		{"a: 1\n\tb: 2\n", 2, "a tab indents"},
		{"a:\n  - b\n \t- c\n", 3, "a tab indents"},
		{"a: b: c\n", 1, "a second “key: ”"},
		{"a: 1\nb\nc: 1\n", 2, "without “: ”"},
		{"a: [b, c\nd: 1\n", 1, "[ ] is not closed"},
		{"a: {b: c\nd: 1\n", 1, "{ } is not closed"},
		{"a: [b}\n", 1, "[ ] is not closed"},
		{"a:\n  - b\n c: d\n", 3, "fit"},
		{"a:\n  - b\n  c: d\n", 3, "fit"},
		{"a: - b\n", 1, "a list cannot begin here"},
		{"ok: 1\na: \"b\nc: d\n", 2, "a quote is opened"},
		{"a: 'b\n", 1, "a quote is opened"},
		{"a: \"b\n---\n", 2, "a quote is opened"},
		{`a: "C:\new\x"`, 1, "'single quotes'"},
		{`a: "\uD800"`, 1, "'single quotes'"},
		{`a: "\q"`, 1, "'single quotes'"},
		{"x: 1\na: */15 * * * *\n", 2, `"*/15 * * * *"`},
		{"a: * * * * *\n", 1, "without quotes"},
		{"a: *b\n", 1, "without quotes"},
		{"x: 1\ny: 2\na: @daily\n", 3, `"@daily"`},
		{"a: `b`\n", 1, "quotes"},
		{"a: %b\n", 1, "quotes"},
		{"a: {dsn: ${X}}\n", 1, `"${NAME}"`},
		{"a: !x!y z\n", 1, "is not YAML"},
		{"%YAML 9.9\n---\na: b\n", 1, "is not YAML"},
		{"%TAG\na: b\n", 1, "is not YAML"},
		{"a: |x\n  b\n", 1, "is not YAML"},
	} {
		r := newReporter("seuranta.yaml")
		if root := parse(r, []byte(test.text)); root != nil {
			t.Errorf("%q was parsed", test.text)
			continue
		}
		f := r.faults[0]
		if f.Line != test.line || !strings.Contains(f.Message, test.want) || f.Column < 1 {
			t.Errorf("%q: got %v, want line %d and %q", test.text, f, test.line, test.want)
		}
		checkManners(t, f.Message)
	}
}

// TestSyntaxFaultOfLargeFile expects a place in the file where the line is not searched for.
func TestSyntaxFaultOfLargeFile(t *testing.T) {
	text := strings.Repeat("# long\n", maxTries/7) + "a: 1\nb: \"\n"
	faults := faultsOf(t, "", text)
	if n := strings.Count(text, "\n"); len(faults) != 1 || faults[0].Line < n-2 || faults[0].Line > n {
		t.Errorf("got %v, want about line %d", faults, strings.Count(text, "\n"))
	}
}

func TestIllegibleText(t *testing.T) {
	for text, want := range map[string]Fault{
		"a: \x00":       {Line: 1, Column: 4, Message: "NUL"},
		"a\nb: ä\xff":   {Line: 2, Column: 5, Message: "not UTF-8"},
		"a: b\rc: d":    {Line: 1, Column: 5, Message: "carriage return"},
		"a: b\r":        {Line: 1, Column: 5, Message: "carriage return"},
		"a: \x1b[31m":   {Line: 1, Column: 4, Message: "U+001B"},
		"a: b\u0085":    {Line: 1, Column: 5, Message: "U+0085"},
		"a: b\u2028c":   {Line: 1, Column: 5, Message: "U+2028"},
		"a: b\uFEFFc":   {Line: 1, Column: 5, Message: "U+FEFF"},
		"\xff\xfea\x00": {Line: 1, Column: 1, Message: "not UTF-8"},
	} {
		faults := faultsOf(t, "", text)
		got := faults[0]
		if len(faults) != 1 || got.Line != want.Line || got.Column != want.Column || !strings.Contains(got.Message, want.Message) {
			t.Errorf("%q: got %v, want %v", text, faults, want)
		}
	}
}

func TestSeveralDocuments(t *testing.T) {
	for text, line := range map[string]int{
		"organisations: [{id: a}]\n---\nx: 1\n":     3,
		"---\norganisations: [{id: a}]\n---\n# x\n": 3,
	} {
		faults := faultsOf(t, "", text)
		if len(faults) != 1 || !strings.Contains(faults[0].Message, "second document") || faults[0].Line > line || faults[0].Line < line-1 {
			t.Errorf("%q: got %v", text, faults)
		}
	}
	mustLoad(t, "---\norganisations: [{id: a}]\n...\n")
}

func TestUnknownKeyListsWhatThereIs(t *testing.T) {
	faults := faultsOf(t, "", base+"storage: {pathh: x}\n")
	if !strings.Contains(faults[0].Message, `did you mean "path"? the keys are path, dsn, dsn_file, library`) {
		t.Errorf("got %v", faults)
	}
	if !slices.IsSortedFunc(faults, func(a, b Fault) int { return a.Line - b.Line }) {
		t.Errorf("not sorted: %v", faults)
	}
}
