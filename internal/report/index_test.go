package report

import (
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// anIndex is a list of pages of two organisations, one of them with a hostile name and one with none.
func anIndex(lang string) IndexInput {
	week := func(label string) observation.Period {
		p, err := observation.ParsePeriod(label, observation.FirstDay)
		if err != nil {
			panic(err)
		}
		return p
	}
	return IndexInput{Lang: lang, Zone: time.UTC, Made: time.Date(2026, 11, 16, 6, 0, 0, 0, time.UTC), Program: "1.2", Shelves: []IndexShelf{
		{Organisation: observation.Organisation{ID: "koske", Name: observation.Text{"fi": `Koske <script>alert(1)</script>`}}, Pages: []IndexPage{
			{Week: week("2026-W45"), Lang: "fi", Name: "koske-2026-W45.fi", Also: []string{"txt"}},
			{Week: week("2026-W46"), Lang: "fi", Name: "koske-2026-W46.fi", Also: []string{"txt", "csv"}},
			{Week: week("2026-W46"), Lang: "sv", Name: "koske-2026-W46.sv"},
		}},
		{Organisation: observation.Organisation{ID: "tyhja", Name: observation.Text{"": "Tyhjä"}}},
	}}
}

func indexed(t *testing.T, in IndexInput) string {
	t.Helper()
	var b strings.Builder
	if err := Index(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestIndex: the newest week comes first, each page once with its twins, and nobody's name is markup.
func TestIndex(t *testing.T) {
	got := indexed(t, anIndex("fi"))
	at := -1
	for _, want := range []string{"<h1>Viikkokatsaukset</h1>", "Koske &lt;script&gt;", "Viikko 46/2026", `href="koske-2026-W46.fi.html" hreflang="fi"><span lang="fi">suomeksi</span>`,
		`href="koske-2026-W46.fi.txt" download>TXT`, `href="koske-2026-W46.fi.csv" download>CSV`, `href="koske-2026-W46.sv.html"`, "Viikko 45/2026", `href="koske-2026-W45.fi.html"`, `<p class="quiet">Seuranta 1.2`} {
		next := strings.Index(got, want)
		if next <= at {
			t.Errorf("%s stands at %d, what comes before it at %d:\n%s", want, next, at, got)
		}
		at = next
	}
	if strings.Contains(got, "<script") || strings.Contains(got, "Tyhjä") || strings.Count(got, "<dt>Viikko 46/2026") != 1 {
		t.Error("a name is markup, an organisation without pages is listed, or a week stands twice")
	}
}

// TestIndexOfNothing says that pages are to come.
func TestIndexOfNothing(t *testing.T) {
	for lang, want := range map[string]string{"fi": "Katsauksia ei ole vielä tehty", "sv": "Inga översikter har gjorts ännu", "en": "No review has been made yet"} {
		in := anIndex(lang)
		in.Shelves = nil
		if got := indexed(t, in); !strings.Contains(got, want) || !strings.Contains(got, `<html lang="`+lang+`">`) {
			t.Errorf("%s: %s", lang, got)
		}
	}
	if err := Index(new(strings.Builder), IndexInput{Lang: "xx"}); err == nil {
		t.Error("a language that is none is taken")
	}
}
