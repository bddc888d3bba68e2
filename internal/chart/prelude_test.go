package chart

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// ran evaluates JavaScript after prelude.js in node and returns what it printed as JSON.
func ran(t *testing.T, script string) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("there is no node to run prelude.js")
	}
	cmd := exec.Command(node, "-")
	cmd.Stdin = strings.NewReader(preludeScript + "\nconsole.log(JSON.stringify((function(){" + script + "})()))")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestPreludeWritesNumbersLikeTheLanguages(t *testing.T) {
	got := ran(t, `var out = {}; ['fi','sv','en','xx'].forEach(function (lang) {
		var f = seuranta.revive({$fn: 'number'}, lang);
		out[lang] = [0, 999, 3500, 1234567, 2.5, -3, NaN, '5'].map(f).join('|'); });
		return out`)
	var out map[string]string
	if err := json.Unmarshal([]byte(got), &out); err != nil {
		t.Fatal(err)
	}
	nordic := "0|999|3\u00a0500|1\u00a0234\u00a0567|2,5|\u22123||"
	english := "0|999|3,500|1,234,567|2.5|\u22123||"
	for lang, want := range map[string]string{"fi": nordic, "sv": nordic, "en": english, "xx": english} {
		if out[lang] != want {
			t.Errorf("%s: %q, want %q", lang, out[lang], want)
		}
	}
}

func TestPreludeRevivesOnlyItsOwn(t *testing.T) {
	for script, want := range map[string]string{
		`return typeof seuranta.revive({a: [{b: {$fn: 'number'}}]}, 'fi').a[0].b`:                                                                `"function"`,
		`return ['toString', 'constructor', '__proto__', 'eval', ''].map(function (n) { return typeof seuranta.revive({a: {$fn: n}}, 'fi').a })`: `["undefined","undefined","undefined","undefined","undefined"]`,
		`return seuranta.revive({a: null, b: [1, 'x', true], c: {d: 'function(){}'}}, 'fi')`:                                                     `{"a":null,"b":[1,"x",true],"c":{"d":"function(){}"}}`,
	} {
		if got := ran(t, script); got != want {
			t.Errorf("%s gives %s, want %s", script, got, want)
		}
	}
}

func TestPreludeShowsTheLinesOfTheCategory(t *testing.T) {
	tip := `var f = seuranta.revive({$fn: 'lines', of: [['a', 'b'], []]}, 'fi'); `
	for script, want := range map[string]string{
		`return f([{dataIndex: 0}])`: `"a\nb"`, `return f([{dataIndex: 1}])`: `""`, `return f([{dataIndex: 9}])`: `""`, `return f([])`: `""`,
	} {
		if got := ran(t, tip+script); got != want {
			t.Errorf("%s gives %s, want %s", script, got, want)
		}
	}
}

func TestPreludeRegistersItsLanguages(t *testing.T) {
	got := ran(t, `var seen = {}; seuranta.register({registerLocale: function (name, l) { seen[name] = [l.time.monthAbbr[2], l.time.month.length, l.time.dayOfWeekAbbr[1]].join(' ') }}); return seen`)
	if want := `{"FI":"maalis 12 ma","SV":"mar 12 må","EN":"Mar 12 Mon"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestFunctionsOfOptionsAreInThePrelude holds what options may name against what the prelude knows.
func TestFunctionsOfOptionsAreInThePrelude(t *testing.T) {
	b, err := six().Option()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if name, ok := v["$fn"].(string); ok {
				names = append(names, name)
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	var m any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	walk(m)
	if len(names) != 2 {
		t.Errorf("the option names %q", names)
	}
	for _, name := range names {
		if !strings.Contains(preludeScript, name+": function") {
			t.Errorf("prelude.js has no %s", name)
		}
	}
}
