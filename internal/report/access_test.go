package report

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"seuranta/internal/chart"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// bare is a page without its scripts, style and downloads.
func bare(page string) string {
	for _, s := range chart.Scripts() {
		page = strings.Replace(page, s, "", 1)
	}
	return regexp.MustCompile(`;base64,[^"]*"`).ReplaceAllString(inlineStyle.ReplaceAllString(page, ""), `"`)
}

func TestIdsAreThereOnce(t *testing.T) {
	in := large(t, 12)
	in.Series = append(in.Series, example(t, "fi").Series...)
	page := bare(htmlOf(t, in))
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if seen[m[1]] || m[1] == "" {
			t.Errorf("id %q stands twice", m[1])
		}
		seen[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:href="#|aria-labelledby="|aria-describedby="|data-option=")([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !seen[m[1]] {
			t.Errorf("%q is pointed at and not there", m[1])
		}
	}
}

func TestHeadingsGoDownOneByOne(t *testing.T) {
	for name, in := range map[string]WeeklyInput{"example": example(t, "fi"), "empty": {Organisation: centre(), Week: isoWeek(t, 2026, 47), Lang: "fi"}} {
		last := 0
		for _, m := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(bare(htmlOf(t, in)), -1) {
			level := int(m[1][0] - '0')
			if level > last+1 {
				t.Errorf("%s: after a heading of level %d comes one of %d", name, last, level)
			}
			last = level
		}
	}
}

func TestTablesHaveCaptionsAndScopes(t *testing.T) {
	page := bare(htmlOf(t, example(t, "sv")))
	tables := regexp.MustCompile(`(?s)<table>.*?</table>`).FindAllString(page, -1)
	if len(tables) != 7 {
		t.Errorf("%d tables, want 7", len(tables))
	}
	for _, table := range tables {
		if !strings.HasPrefix(table, "<table>\n<caption") {
			t.Errorf("a table without a caption: %.80s", table)
		}
		if n, m := len(regexp.MustCompile(`<th[ >]`).FindAllString(table, -1)), strings.Count(table, "<th scope="); n != m || n == 0 {
			t.Errorf("%d of %d heads have a scope: %.80s", m, n, table)
		}
	}
}

// TestForeignLanguagesAreMarked gives texts in Swedish alone to a Finnish page.
func TestForeignLanguagesAreMarked(t *testing.T) {
	swedish := func(s string) observation.Text { return observation.Text{"sv": s} }
	for _, lang := range locale.Languages() {
		in := example(t, lang)
		in.Organisation.Name = swedish("Exempelcentret")
		s := &in.Series[4]
		s.Channel.Name, s.Channel.Purpose = swedish("Gruppsidan"), swedish("Korta inlägg")
		s.Events = []observation.Event{{On: in.Week.From, What: swedish("Intervju")}}
		s.Definitions = []observation.Definition{{ID: "x", Text: swedish("Unika personer.")}}
		s.Breaks[0].Text = swedish("Nytt sätt.")
		in.Series = in.Series[4:5]
		page := bare(htmlOf(t, in))
		for _, text := range []string{"Exempelcentret", "Gruppsidan", "Korta inlägg", "Intervju", "Unika personer.", "Nytt sätt."} {
			marked := strings.Contains(page, `<span lang="sv">`+text+`</span>`)
			if marked != (lang != "sv") || !strings.Contains(page, text) {
				t.Errorf("%s: %q is marked: %v", lang, text, marked)
			}
		}
		s.Channel.Name = observation.Text{"": "Facebook"}
		if page := htmlOf(t, in); strings.Contains(page, `">Facebook</span>`) {
			t.Errorf("%s: a name of no language is given one", lang)
		}
	}
}

func TestDownloadsHaveNamesThatFilesMayHave(t *testing.T) {
	for id, want := range map[string]string{`o"'><&/\..`: "seuranta-o-2026-W47", "keskus-1": "seuranta-keskus-1-2026-W47", "": "seuranta-2026-W47", "Österbotten": "seuranta-sterbotten-2026-W47"} {
		in := example(t, "fi")
		in.Organisation.ID = id
		page := htmlOf(t, in)
		m := regexp.MustCompile(`download="([^"]*)\.csv" href="data:text/csv;charset=utf-8;base64,([^"]*)"`).FindStringSubmatch(page)
		if m == nil || m[1] != want {
			t.Errorf("%q: download %.80q, want %s", id, m, want)
			continue
		}
		if _, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(m[2], "&#43;", "+")); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
}
