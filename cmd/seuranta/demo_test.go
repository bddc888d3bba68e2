package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const demoNow = "2026-11-23T06:00:00Z"

// demoOnce runs the demo in a folder of its own.
func demoOnce(t *testing.T) (dir, stdout string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "demo")
	stdout, _ = program(t, ".", 0, "demo", "--once", "--keep", dir, "--now", demoNow)
	return dir, stdout
}

// shownStates are the states that the made-up world must bring about, and the word of the Finnish tables for each.
var shownStates = map[string]string{"ok": "mitattu", "zero": "mitattu, nolla", "partial": "mitattu osittain", "missing": "puuttuu",
	"not_applicable": "ei mitattavissa", "bounded": "tiedossa vain vaihteluväli"}

func TestDemo(t *testing.T) {
	dir, out := demoOnce(t)
	t.Run("tells the truth in every form", func(t *testing.T) { tellsTheTruth(t, dir, out) })
	t.Run("is the same to the byte", func(t *testing.T) { sameToTheByte(t, dir) })
	t.Run("looks right in a browser", func(t *testing.T) { looksRight(t, dir) })
}

func tellsTheTruth(t *testing.T, dir, out string) {
	t.Helper()
	if !regexp.MustCompile(`truth: (\d+) of (\d+) figures are right`).MatchString(out) {
		t.Fatalf("the demo does not say that its figures are right:\n%s", out)
	}
	if !strings.Contains(out, "ready file://"+dir+"/pages/index.html\n") {
		t.Errorf("the demo does not say where its page is:\n%s", out)
	}
	page := filepath.Join(dir, "pages", "esimerkkikeskus-2026-W47.fi")
	figures := statesInJSON(t, page+".json")
	statesInCSV(t, page+".csv")
	text, html := readFile(t, page+".txt"), readFile(t, page+".html")
	for state, id := range figures {
		word := shownStates[state]
		row := regexp.MustCompile(`(?m)^vk .*` + regexp.QuoteMeta(id) + `$`).FindString(text)
		if !strings.Contains(row, "  "+word+"  ") {
			t.Errorf("the text's row of %s does not say %q: %q", id, word, row)
		}
		cells := regexp.MustCompile(`(?s)<tr data-state="` + state + `" data-figure="` + regexp.QuoteMeta(id) + `".*?</tr>`).FindString(html)
		if !strings.Contains(cells, ">"+word+"<") {
			t.Errorf("the page's row of %s does not say %q: %q", id, word, cells)
		}
	}
}

// statesInJSON returns of each state the figure of a week that has it, the last in the file.
func statesInJSON(t *testing.T, path string) map[string]string {
	t.Helper()
	var set struct {
		Figures []struct {
			ID, State string
			Period    struct{ Label string }
			Value     *float64
			Range     *struct{ Low, High float64 }
		}
	}
	if err := json.Unmarshal([]byte(readFile(t, path)), &set); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range set.Figures {
		wantsValue := map[string]bool{"ok": true, "zero": true, "partial": true}[f.State]
		if wantsValue != (f.Value != nil) || (f.State == "bounded") != (f.Range != nil) {
			t.Errorf("figure %s is %s with value %v and range %v", f.ID, f.State, f.Value, f.Range)
		}
		if f.Period.Label > "2026-W22" && f.Period.Label < "2026-W48" { // a row of the page's tables
			found[f.State] = f.ID
		}
	}
	for state := range shownStates {
		if found[state] == "" {
			t.Errorf("%s has no figure in state %s", path, state)
		}
	}
	return found
}

func statesInCSV(t *testing.T, path string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(readFile(t, path))).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("read %s: %v", path, err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		seen[r[column["state"]]] = true
		if r[column["state"]] == "missing" && r[column["value"]] != "" {
			t.Errorf("a missing figure has a value: %v", r)
		}
	}
	for state := range shownStates {
		if !seen[state] {
			t.Errorf("%s has no figure in state %s", path, state)
		}
	}
}

func sameToTheByte(t *testing.T, first string) {
	t.Helper()
	second, _ := demoOnce(t)
	pages, err := filepath.Glob(filepath.Join(first, "pages", "*"))
	if err != nil || len(pages) < 25 { // 4 forms and 4 pictures in 3 languages, and index.html
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, p := range pages {
		if a, b := readFile(t, p), readFile(t, filepath.Join(second, "pages", filepath.Base(p))); a != b {
			t.Errorf("%s differs between two demos of one moment", filepath.Base(p))
		}
	}
}

// TestDemoErasesNothing: neither somebody's work nor what an earlier demo left, perhaps with their notes and edits in it.
func TestDemoErasesNothing(t *testing.T) {
	for _, name := range []string{"mine.txt", ".seuranta-demo", "seuranta.yaml", "logs/x"} {
		dir := t.TempDir()
		writeFiles(t, dir, map[string]string{name: "x"})
		_, errs := program(t, ".", exitUsage, "demo", "--once", "--keep", dir, "--now", demoNow)
		if !strings.Contains(errs, "is not empty") || !strings.Contains(errs, "name another folder, or remove") {
			t.Errorf("stderr: %s", errs)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 || readFile(t, filepath.Join(dir, name)) != "x" {
			t.Errorf("%s: the folder was changed: %v, %v", name, entries, err)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	writeFiles(t, filepath.Dir(file), map[string]string{"file": "x"})
	if _, errs := program(t, ".", exitUsage, "demo", "--once", "--keep", file); !strings.Contains(errs, "is no folder") {
		t.Errorf("stderr: %s", errs)
	}
}

func looksRight(t *testing.T, dir string) {
	t.Helper()
	root := projectRoot(t)
	chromium := os.Getenv("CHROMIUM")
	if chromium == "" {
		chromium = filepath.Join(root, ".tools", "debian", "chromium", "run")
	}
	if _, err := os.Stat(chromium); err != nil {
		t.Fatalf("no browser to look with: run `make setup-test`, or set CHROMIUM: %v", err)
	}
	var pages []map[string]any
	for _, lang := range []string{"fi", "sv", "en"} {
		pages = append(pages, map[string]any{"url": "file://" + filepath.Join(dir, "pages", "esimerkkikeskus-2026-W47."+lang+".html"), "widths": []int{320, 1440}})
	}
	ask, err := json.Marshal(map[string]any{"pages": pages})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join(root, ".tools", "browser", "check.mjs"), "--chromium", chromium, "--json", string(ask))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("look at the pages: %v\n%s", err, errs.String())
	}
	judgeLooks(t, out)
}

func judgeLooks(t *testing.T, out []byte) {
	t.Helper()
	var looked struct {
		Pages []struct {
			URL                                            string
			Width, ScrollWidth, InnerWidth, Passes         int
			Violations, CSP, Requests, PageErrors, Console []any
		}
	}
	if err := json.Unmarshal(out, &looked); err != nil {
		t.Fatal(err)
	}
	if len(looked.Pages) != 6 {
		t.Fatalf("%d looks, want 6", len(looked.Pages))
	}
	for _, p := range looked.Pages {
		if len(p.Violations)+len(p.CSP)+len(p.Requests)+len(p.PageErrors)+len(p.Console) > 0 || p.ScrollWidth > p.InnerWidth || p.Passes < 20 {
			t.Errorf("%s at %d: axe %v, csp %v, requests %v, errors %v %v, width %d of %d, %d rules passed",
				filepath.Base(p.URL), p.Width, p.Violations, p.CSP, p.Requests, p.PageErrors, p.Console, p.ScrollWidth, p.InnerWidth, p.Passes)
		}
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func projectRoot(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
