package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

const demoNow = "2026-11-23T06:00:00Z"

// demoOnce runs the demo in a folder of its own.
func demoOnce(t *testing.T, more ...string) (dir, stdout string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "demo")
	stdout, errs := program(t, ".", 0, append([]string{"demo", "--once", "--keep", dir, "--now", demoNow}, more...)...)
	writeFiles(t, filepath.Dir(dir), map[string]string{filepath.Base(saidBeside(dir)): errs})
	return dir, stdout
}

// shownStates are the states that the made-up world must bring about, and the word of the Finnish tables for each.
var shownStates = map[string]string{"ok": "mitattu", "zero": "mitattu, nolla", "partial": "mitattu osittain", "missing": "puuttuu",
	"not_applicable": "ei mitattavissa", "bounded": "tiedossa vain vaihteluväli"}

func TestDemo(t *testing.T) {
	dir, out := demoOnce(t)
	t.Run("tells the truth in every form", func(t *testing.T) { tellsTheTruth(t, dir, out) })
	t.Run("has a page of every kind of figure", func(t *testing.T) { showsAll(t, dir) })
	t.Run("fills in the plan's table of channels", func(t *testing.T) { tellsTheChannels(t, dir) })
	t.Run("speaks no English in Finnish", func(t *testing.T) { speaksNoEnglish(t, dir) })
	t.Run("has every picture", func(t *testing.T) { hasPictures(t, dir) })
	t.Run("is the same after a restore", func(t *testing.T) { sameAfterRestore(t, dir) })
	t.Run("keeps nobody", func(t *testing.T) { keepsNobody(t, dir, out) })
	t.Run("looks right in a browser", func(t *testing.T) { looksRight(t, dir) })
	t.Run("leaves a folder to play with", func(t *testing.T) { canBePlayedWith(t, dir) })
}

func tellsTheTruth(t *testing.T, dir, out string) {
	t.Helper()
	if !strings.Contains(out, "truth: 7444 of 7444 figures are right\n") || !strings.Contains(out, "\npage: in no truth are 7 what the letters") {
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
		if parts := strings.Split(f.ID, "/"); strings.HasSuffix(parts[2], "_earned") || strings.HasSuffix(parts[2], "_total") {
			continue // which stand in tables of their own
		}
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

func hasPictures(t *testing.T, dir string) {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(dir, "pages", "*"))
	if err != nil || len(pages) != 3*(4+76)+1 { // 4 forms and 76 pictures in 3 languages, and index.html
		t.Errorf("%d pages, %v", len(pages), err)
	}
}

// unsettled reads a page without the mark of the settings that it was made with: the feeds of two demos are at two addresses.
func unsettled(t *testing.T, dir, page string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(readFile(t, filepath.Join(dir, "seuranta.yaml"))))
	mark := hex.EncodeToString(sum[:])[:12]
	text := readFile(t, page)
	if form := filepath.Ext(page); (form == ".html" || form == ".txt") && !strings.Contains(text, mark) {
		t.Errorf("%s does not tell its settings, %s", filepath.Base(page), mark)
	}
	text = regexp.MustCompile(`href="data:[^"]*"`).ReplaceAllString(text, "") // the text twin and the CSV in the page, which are compared as files
	return strings.ReplaceAll(text, mark, "SETTINGS")
}

// showsAll wants every channel, the topic, the project and the slow figures on the page, the break of the succession on every
// chart, and no page of the organisation that had ended.
func showsAll(t *testing.T, dir string) {
	t.Helper()
	text := readFile(t, filepath.Join(dir, "pages", "esimerkkikeskus-2026-W47.fi.txt"))
	said := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{
		"\nKOTISIVUT\n", "\nHANKESIVUT\n", "\nUUTISKIRJE\n", "\nFACEBOOK\n", "\nX (TWITTER)\n", "\nLINKEDIN\n", "\nLINKEDIN (HANKE)\n", "\nYOUTUBE\n", "\nINSTAGRAM\n", "\nTHREADS\n", "\nMASTODON\n", "\nBLUESKY\n", "\nTIKTOK\n", "\nTYÖRYHMIEN SÄHKÖPOSTILISTAT\n",
		"\nAIHE RAHAPELIHAITAT\n", "\nHANKE ALUETUKI\n", "\nHARVEMMIN KUIN VIIKOITTAIN KERTYVÄT LUVUT\n",
		"Viikoilta 37–39 tieto puuttuu: viimeisin kirjaus on vanhentunut.", "uutta tuli enemmän kuin syötteeseen mahtuu", "osoitteesta ei tullut syötettä", "syöte ei ulotu niin kauas",
		"15.6.2026: Laskutapa muuttui", "lähde ei enää anna tätä lukua", "lähde pyysi odottamaan", "lähde ei hyväksynyt tunnuksia", "sittemmin poistettu",
		"signups[region=keski-suomi]/2026-10",
	} {
		if !strings.Contains(text, want) && !strings.Contains(said, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(said, "1.6.2026: Toiminta siirtyi organisaatiolle Esimerkkikeskus."); n != 76 {
		t.Errorf("%d charts of 76 show the succession", n)
	}
	if old, err := filepath.Glob(filepath.Join(dir, "pages", "vanhakeskus*")); err != nil || len(old) > 0 {
		t.Errorf("pages of what had ended: %v, %v", old, err)
	}
}

// tellsTheChannels looks in the table at the top of the page for the figures that a plan of communication has of each channel:
// views of the website in a month, and who follows, subscribes and is on the lists. What they are, the truth has told.
func tellsTheChannels(t *testing.T, dir string) {
	t.Helper()
	page := filepath.Join(dir, "pages", "esimerkkikeskus-2026-W47.fi")
	values := valuesInJSON(t, page+".json")
	top := regexp.MustCompile(`(?s)<section class="glance">.*?</section>`).FindString(readFile(t, page+".html"))
	for _, c := range []struct {
		name, figure string
		low, high    float64 // about what centres of that size have
	}{
		{"Kotisivut", "kotisivut/views/2026-10", 3000, 6000},
		{"Uutiskirje", "uutiskirje/subscribers/2026-W47", 400, 500},
		{"Facebook", "facebook/followers/2026-W47", 900, 1100},
		{"X (Twitter)", "x/followers/2026-W47", 400, 500},
		{"LinkedIn", "linkedin/followers/2026-W47", 40, 60},
		{"YouTube", "youtube/subscribers/2026-W47", 15, 30},
		{"Työryhmien sähköpostilistat", "sahkopostilistat/members/2026-W47", 100, 200},
	} {
		id := "esimerkkikeskus/" + c.figure
		value := values[id]
		if value < c.low || value > c.high {
			t.Errorf("%s is %v, want %v to %v", id, value, c.low, c.high)
		}
		_, of, found := strings.Cut(top, ">"+c.name+"</a></th></tr>")
		of, _, ended := strings.Cut(of, "</tbody>")
		_, row, known := strings.Cut(of, `data-figure="`+id+`"`)
		row, _, _ = strings.Cut(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(row, " "), "\n")
		digits := strings.ReplaceAll(row, "\u00a0", "")
		if !found || !ended || !known || !regexp.MustCompile(fmt.Sprintf(`\b%d\b`, int(value))).MatchString(digits) {
			t.Errorf("the table at the top does not tell %d of %s: %q", int(value), id, row)
		}
	}
}

// valuesInJSON returns the values of the figures that have one.
func valuesInJSON(t *testing.T, path string) map[string]float64 {
	t.Helper()
	var set struct {
		Figures []struct {
			ID    string
			Value *float64
		}
	}
	if err := json.Unmarshal([]byte(readFile(t, path)), &set); err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range set.Figures {
		if f.Value != nil {
			out[f.ID] = *f.Value
		}
	}
	return out
}

// canBePlayedWith asks the folder that is left behind, as a user would.
func canBePlayedWith(t *testing.T, dir string) {
	t.Helper()
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"figures", "--period", "2026-W47", "--lang", "fi"}, []string{"esimerkkikeskus/facebook/reach/2026-W47", "esimerkkikeskus/project:aluetuki/media_hits/2026-W47"}},
		{[]string{"figures", "--period", "2026-10-01", "--channel", "uutiskirje", "--as-of", "2026-10-02"}, []string{"4\u00a07"}},
		{[]string{"explain", "esimerkkikeskus/uutiskirje/subscribers/2026-W40"}, []string{"korjattu: kirjatussa luvussa oli yksi nolla liikaa (viestinta)", "uutiskirje-kasin"}},
		{[]string{"explain", "esimerkkikeskus/topic:rahapelihaitat/media_hits/2026-W42"}, []string{"Lakeuden Viesti", "uutta tuli enemmän kuin syötteeseen mahtuu"}},
		{[]string{"figures", "--period", "2026-Q2", "--channel", "facebook", "--indicator", "reach", "--lang", "fi"}, []string{"laskutapa muuttui", "90/90"}},
		{[]string{"figures", "--period", "2026-W46", "--channel", "facebook", "--indicator", "engagements", "--lang", "fi"}, []string{"ei mitattavissa", "lähde ei enää anna tätä lukua"}},
		{[]string{"figures", "--period", "2026-W36", "--channel", "x", "--indicator", "followers", "--lang", "fi"}, []string{"puuttuu", "lähde pyysi odottamaan"}},
		{[]string{"figures", "--period", "2026-W43", "--channel", "instagram", "--indicator", "followers", "--lang", "fi"}, []string{"lähde ei hyväksynyt tunnuksia"}},
		{[]string{"status"}, []string{"linkedin-kasin", "18/30"}},
		{[]string{"record", "linkedin", "followers", "46"}, []string{"stored: followers of linkedin on 2026-11-23 is 46"}},
		{[]string{"report", "weekly", "--format", "text"}, []string{"Viikkokatsaus: Esimerkkikeskus"}},
	} {
		out, _ := program(t, dir, 0, append(c.args, "--config", filepath.Join(dir, "seuranta.yaml"), "--now", demoNow)...)
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q:\n%s", strings.Join(c.args, " "), want, out)
			}
		}
	}
	out, _, code := attempt(t, dir, nil, "collect", "uutiset", "--now", "2026-11-24T06:00:00Z")
	if code != exitFailed || !strings.Contains(out, "nothing answers at this address") {
		t.Errorf("the feeds of a demo that has ended: exit code %d\n%s", code, out)
	}
	if config := readFile(t, filepath.Join(dir, "seuranta.yaml")); !strings.Contains(config, "nobody answers there any more") {
		t.Error("the configuration does not say that the feeds have ended")
	}
}

// speaksNoEnglish looks for the program's English words in what a reader of the Finnish page may meet: the text twin, and the
// words of the page with those that screen readers say.
func speaksNoEnglish(t *testing.T, dir string) {
	t.Helper()
	page := filepath.Join(dir, "pages", "esimerkkikeskus-2026-W47.fi")
	seen := readFile(t, page+".txt") + wordsOfHTML(readFile(t, page+".html"))
	seen = regexp.MustCompile(`\S*[/@]\S*`).ReplaceAllString(seen, " ") // ids of figures and definitions, which are the same in every language
	finnish := strings.Join(phrases(t, "fi"), "\n")
	checked := 0
	for _, phrase := range phrases(t, "en") {
		if len(phrase) < 4 || !strings.ContainsAny(phrase, "aeiouy") || holdsWords(finnish, phrase) {
			continue
		}
		checked++
		if holdsWords(seen, phrase) {
			at := strings.Index(seen, phrase)
			t.Errorf("the Finnish page says %q: …%s…", phrase, seen[max(0, at-60):min(len(seen), at+60)])
		}
	}
	if checked < 300 {
		t.Errorf("only %d English phrases were looked for", checked)
	}
}

// wordsOfHTML returns what a page says: its text, and the words of attributes that are read out.
func wordsOfHTML(html string) string {
	html = regexp.MustCompile(`(?s)<style.*?</style>|<script.*?</script>|<code>.*?</code>`).ReplaceAllString(html, " ")
	var said []string
	for _, m := range regexp.MustCompile(`(?:aria-label|title|alt)="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		said = append(said, m[1])
	}
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html, " ") + strings.Join(said, " ")
}

// phrases returns the words of a language between their placeholders.
func phrases(t *testing.T, lang string) []string {
	t.Helper()
	var texts map[string]any
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(projectRoot(t), "internal", "locale", "translations", lang+".json"))), &texts); err != nil {
		t.Fatal(err)
	}
	var out []string
	add := func(text string) {
		for _, phrase := range regexp.MustCompile(`\{[^}]*\}`).Split(text, -1) {
			out = append(out, strings.Trim(phrase, " .,:;()–"))
		}
	}
	for _, text := range texts {
		switch text := text.(type) {
		case string:
			add(text)
		case map[string]any:
			for _, form := range text {
				add(fmt.Sprint(form))
			}
		}
	}
	return out
}

// holdsWords tells whether a phrase stands in a text as whole words.
func holdsWords(text, phrase string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], phrase)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		after, _ := utf8.DecodeRuneInString(text[from+i+len(phrase):])
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) && before != '-' && after != '-' {
			return true
		}
		from += i + 1
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
	for lang, widths := range map[string][]int{"fi": {320, 1440}, "sv": {320}, "en": {1440}} { // the tests of the report look at all
		pages = append(pages, map[string]any{"url": "file://" + filepath.Join(dir, "pages", "esimerkkikeskus-2026-W47."+lang+".html"), "widths": widths})
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
	if len(looked.Pages) != 4 {
		t.Fatalf("%d looks, want 4", len(looked.Pages))
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
