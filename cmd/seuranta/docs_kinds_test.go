package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seuranta/collectors"
)

// kindPages are the pages of docs that are made of the READMEs of the kinds, one each, and their list.
func kindPages(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	var list strings.Builder
	list.WriteString("# Kinds of sources\n\nWhat Seuranta can read, and what each kind tells, needs and cannot know. Made of `collectors/*/README.md` by `make generate`.\n\n" +
		"| kind | reads | tells | channels |\n|---|---|---|---|\n")
	for _, k := range collectors.Kinds() {
		text, err := os.ReadFile(filepath.Join("../../collectors", k.Name, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		out["kinds/"+k.Name+".md"] = append([]byte("<!-- Made of collectors/"+k.Name+"/README.md by make generate: change that file. -->\n"), text...)
		metrics := slices.Sorted(slices.Values(k.Metrics))
		fmt.Fprintf(&list, "| [%s](%s.md) | %s | %s | %s |\n", k.Name, k.Name, strings.TrimSuffix(k.Summary(), "."), strings.Join(metrics, ", "), strings.Join(k.Channels, ", "))
	}
	out["kinds/README.md"] = []byte(list.String())
	return out
}

// TestKindPagesHaveNoStrays checks that docs has no page of a kind that there is no longer.
func TestKindPagesHaveNoStrays(t *testing.T) {
	entries, err := os.ReadDir("../../docs/kinds")
	if err != nil {
		t.Fatal(err)
	}
	pages := kindPages(t)
	for _, e := range entries {
		if pages["kinds/"+e.Name()] == nil {
			t.Errorf("docs/kinds/%s is of no kind: remove it", e.Name())
		}
	}
}
