//go:build linux && amd64

package embedded

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFreshSettings(t *testing.T) {
	got := freshSettings("a\t0\t1\nb\t1\tit\\'s\\\\\nshort\t1\nc\t1\t\n")
	if diff := cmp.Diff(map[string]string{"a": "DEFAULT", "b": `'it\'s\\'`, "c": "''"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDescription(t *testing.T) {
	for s, want := range map[string]bool{
		"ATTACH TABLE _ UUID 'x'\n(\n `a` String\n)\nENGINE = MergeTree\nORDER BY tuple()\n": true,
		"ATTACH DATABASE _ UUID 'x'\nENGINE = Atomic":                                        true,
		"":                         false,
		"garbage":                  false,
		"ATTACH":                   false,
		"ATTACH TABLE _ (\n `a`":   false,
		"ATTACH TABLE _ (\n `a":    false,
		"ATTACH TABLE _ UUID 'x":   false,
		"\x00\x00\x00\x00\x00\x00": false,
	} {
		if description(s) != want {
			t.Errorf("%q: want %v", s, want)
		}
	}
}

func TestBrokenParts(t *testing.T) {
	log := "2024.01.01 00:00:00.1 [ 1 ] {} <Error> d.t (746-82): Part /x/all_1_1_0/ is broken and needs manual correction. " +
		"Reason: Code: 27. DB::Exception: Cannot parse. (CODE), Stack trace (when copying):\n0. ?\n" +
		"2024.01.01 00:00:00.2 [ 1 ] {} <Error> Application: Error initializing EmbeddedServer: \n"
	want := []fault{{table: "d.t", what: "has a broken part /x/all_1_1_0 (Cannot parse. (CODE))", move: true}}
	if diff := cmp.Diff(want, brokenParts(log), cmp.AllowUnexported(fault{})); diff != "" {
		t.Error(diff)
	}
	if got := reason("x <Error> Application: no start\n", ""); got != "no start" {
		t.Errorf("first error %q", got)
	}
	if got := reason("", "Logging errors to /tmp/x\n nothing \x1b[2J\nStack trace:\n"); got != `nothing \x1b[2J` {
		t.Errorf("without an error %q", got)
	}
}
