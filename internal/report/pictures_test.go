package report

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/chart/svg"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

func painter(t testing.TB) *svg.Painter {
	t.Helper()
	p := svg.New(svg.DefaultLimits())
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func drawn(t testing.TB, r *WeeklyReview, p Painter, base string) []PictureFile {
	t.Helper()
	files, err := r.Draw(t.Context(), p, base, func(int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// texts reads a picture back as strict XML and returns what it says, a line for each text.
func texts(t testing.TB, picture []byte) string {
	t.Helper()
	var out strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatalf("this is no XML: %v\n%s", err, picture)
		}
		if said, ok := token.(xml.CharData); ok && len(bytes.TrimSpace(said)) > 0 {
			out.Write(append(said, '\n'))
		}
	}
}

// TestGoldenPictures holds one picture in each language against what it was when somebody looked at it.
func TestGoldenPictures(t *testing.T) {
	p := painter(t)
	for _, lang := range locale.Languages() {
		in := example(t, lang)
		in.Series = in.Series[:1]
		files := drawn(t, review(t, in), p, "x")
		if len(files) != 1 || files[0].Name != "x.kotisivut-views.svg" {
			t.Fatalf("%d files, %v", len(files), files)
		}
		golden(t, "views."+lang+".svg", strings.ReplaceAll(string(files[0].SVG), "><", ">\n<"))
	}
}

// TestPicturesSayWhatThePageSays: who sees only the picture learns what it is, what its marks mean and what happened.
func TestPicturesSayWhatThePageSays(t *testing.T) {
	r := review(t, example(t, "fi"))
	said := map[string]string{}
	for _, f := range drawn(t, r, painter(t), "keskus-2026-W47.fi") {
		said[f.Name] = squeezed(texts(t, f.SVG))
	}
	for name, wants := range map[string][]string{
		"views":     {"825 näyttökertaa, 37 enemmän kuin edellisellä viikolla", "Kotisivut, näyttökerrat viikossa, viikot 22–47/2026", "osittain mitattu viikko", "tieto puuttuu", "tavoite 750", "B18.11.2026 Ylen haastattelu", "Esimerkkikeskus", "Viikoilta 41 ja 43–44 tieto puuttuu"},
		"visitors":  {"120–300 kävijää", "tiedossa vain vaihteluväli"},
		"downloads": {"0 latausta", "ei mitattavissa"},
	} {
		for _, want := range wants {
			if got := said["keskus-2026-W47.fi.kotisivut-"+name+".svg"]; !strings.Contains(got, squeezed(want)) {
				t.Errorf("the picture of %s does not say %q: %s", name, want, got)
			}
		}
	}
	if len(said) != 6 || !strings.Contains(said["keskus-2026-W47.fi.facebook-reach.svg"], squeezed("1 31.8.2026: Laskutapa muuttui.")) {
		t.Errorf("%d pictures; reach says %s", len(said), said["keskus-2026-W47.fi.facebook-reach.svg"])
	}
}

// TestPicturesKeepTheirNames: from week to week, and whatever else is on the page.
func TestPicturesKeepTheirNames(t *testing.T) {
	whole := review(t, example(t, "fi"))
	in := example(t, "sv")
	in.Series = in.Series[4:]
	part := review(t, in)
	names := func(r *WeeklyReview) (out []string) {
		for _, m := range r.view.metrics() {
			out = append(out, m.Picture.ID)
		}
		return out
	}
	if got, want := names(whole), []string{"kotisivut-views", "kotisivut-visitors", "kotisivut-downloads", "facebook-followers", "facebook-reach", "facebook-shares"}; !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
	if got, want := names(part), []string{"facebook-reach", "facebook-shares"}; !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
}

func TestPicturesHaveNamesOfTheirOwn(t *testing.T) {
	in := example(t, "fi")
	for i, id := range []string{"kotisivut", "kotisivut../", "KOTIsivut", "", "日本"} {
		in.Series[i].Channel.ID, in.Series[i].Metric = id, observation.StandardMetrics()["link_clicks"]
	}
	seen := map[string]bool{}
	for _, m := range review(t, in).view.metrics() {
		if seen[m.Picture.ID] || !regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(m.Picture.ID) {
			t.Errorf("%q is there twice, or no name of a file", m.Picture.ID)
		}
		seen[m.Picture.ID] = true
	}
	if !seen["kotisivut-link-clicks"] || !seen["kotisivut-link-clicks-2"] {
		t.Errorf("names %v", seen)
	}
}

// pictured writes a page after its pictures, and those beside it, and returns where it is.
func pictured(t *testing.T, in WeeklyInput, base string) (page string, size int) {
	t.Helper()
	dir := t.TempDir()
	r := review(t, in)
	for _, f := range drawn(t, r, painter(t), base) {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.SVG, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b := written(t, func(b *bytes.Buffer) error { return r.HTML(b) })
	page = filepath.Join(dir, "page.html")
	if err := os.WriteFile(page, []byte(b), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + page, len(b)
}

const (
	stills = `[...document.querySelectorAll('.still svg')].filter(s => s.getBoundingClientRect().height > 200 && s.querySelectorAll('path').length > 10).length`
	links  = `[...document.querySelectorAll('.picture a')].map(a => a.getAttribute('href') + ' ' + a.textContent)`
)

// TestPageWithPicturesInABrowser: with scripts the page is as without pictures but for the links, without scripts it has
// every chart as a picture. Neither breaks its own policy.
func TestPageWithPicturesInABrowser(t *testing.T) {
	var pages []map[string]any
	var want []int
	for _, lang := range locale.Languages() {
		page, size := pictured(t, example(t, lang), "x."+lang)
		eval := map[string]string{"stills": stills, "links": links, "hints": "document.querySelectorAll('.hint').length", "lang": "document.documentElement.lang"}
		pages = append(pages, map[string]any{"url": page, "widths": []int{320}, "eval": eval},
			map[string]any{"url": page, "widths": []int{320, 1440}, "eval": eval, "javascript": false, "axe": false})
		want = append(want, 0, 6, 6)
		t.Logf("%s: %d bytes, %d without pictures", lang, size, len(htmlOf(t, example(t, lang))))
	}
	for i, p := range look(t, pages...) {
		lang := evaluated[string](t, p, "lang")
		well(t, lang, p)
		if got := evaluated[int](t, p, "stills"); got != want[i] {
			t.Errorf("%s at %d: %d pictures are seen, want %d", lang, p.Width, got, want[i])
		}
		wantLinks(t, evaluated[[]string](t, p, "links"), lang)
		if evaluated[int](t, p, "hints") != 0 {
			t.Errorf("%s: the page says that there are no pictures", lang)
		}
	}
}

func wantLinks(t *testing.T, got []string, lang string) {
	t.Helper()
	said := map[string]string{"fi": "Lataa kuva (SVG): Kotisivut: näyttökerrat viikoittain", "sv": "Ladda ner bilden (SVG): Webbplatsen: sidvisningar per vecka", "en": "Download the picture (SVG): Website: page views by week"}[lang]
	if len(got) != 6 || got[0] != "x."+lang+".kotisivut-views.svg "+said {
		t.Errorf("%s: links %q", lang, got)
	}
}

// TestAPageOnItsOwnHasNoLinks: nothing lies beside it.
func TestAPageOnItsOwnHasNoLinks(t *testing.T) {
	r := review(t, example(t, "fi"))
	if files := drawn(t, r, painter(t), ""); len(files) != 0 {
		t.Errorf("%d files without a name", len(files))
	}
	page := written(t, func(b *bytes.Buffer) error { return r.HTML(b) })
	if strings.Contains(page, `class="picture"`) || strings.Count(page, `<noscript><div class="still"`) != 6 || strings.Contains(page, "Kaaviot piirtyvät vain") {
		t.Error("the page links files, or lacks pictures, or says so")
	}
}

func TestPicturesAreOfferedTwiceTheSame(t *testing.T) {
	first, again := drawn(t, review(t, example(t, "sv")), painter(t), "x"), drawn(t, review(t, example(t, "sv")), painter(t), "x")
	for i := range first {
		if first[i].Name != again[i].Name || !bytes.Equal(first[i].SVG, again[i].SVG) {
			t.Errorf("%s differs", first[i].Name)
		}
	}
}

func TestForeignTextInPicturesIsInert(t *testing.T) {
	page, _ := pictured(t, hostile(t, "fi"), `x"><script>window.PWNED=1</script>`[:1])
	eval := map[string]string{"pwned": "window.PWNED === undefined", "images": "document.images.length", "scripts": "document.querySelectorAll('svg script, svg image, svg a').length"}
	for _, scripts := range []bool{true, false} {
		p := look(t, map[string]any{"url": page, "widths": []int{320}, "eval": eval, "javascript": scripts, "axe": scripts})[0]
		well(t, "hostile pictures", p)
		if !evaluated[bool](t, p, "pwned") || evaluated[int](t, p, "images")+evaluated[int](t, p, "scripts") != 0 {
			t.Errorf("scripts %v: foreign text ran, or became more than text", scripts)
		}
	}
	for _, f := range drawn(t, review(t, hostile(t, "fi")), painter(t), "x") {
		if said := texts(t, f.SVG); strings.ContainsAny(said, "\x00\u2028\u202e\ufffd") || !strings.Contains(said, "PWNED") {
			t.Errorf("%s lost its text, or has marks that harm: %q", f.Name, said)
		}
	}
}

// faulty is a painter of which some pictures cannot be had.
type faulty struct {
	*svg.Painter
	of    string
	fault error
}

func (f faulty) Paint(ctx context.Context, c svg.Chart) (*svg.Picture, error) {
	if strings.Contains(c.ID, f.of) {
		return nil, f.fault
	}
	return f.Painter.Paint(ctx, c)
}

func TestAPictureThatCannotBeHadHarmsNoOther(t *testing.T) {
	r := review(t, example(t, "fi"))
	files, err := r.Draw(t.Context(), faulty{painter(t), "visitors", errors.New("no such colour")}, "x", func(int64, int64) {})
	if err == nil || !strings.Contains(err.Error(), "no such colour") || len(files) != 5 {
		t.Errorf("%d files, %v", len(files), err)
	}
	page := written(t, func(b *bytes.Buffer) error { return r.HTML(b) })
	if strings.Contains(page, "x.kotisivut-visitors.svg") || strings.Count(page, `class="still"`) != 5 || !strings.Contains(page, "Kaaviot piirtyvät vain") {
		t.Error("the page links a picture that is not there, or hides that one is missing")
	}
}

// TestNoPicturesAfterTheEngineWasStopped: the page is made all the same.
func TestNoPicturesAfterTheEngineWasStopped(t *testing.T) {
	r := review(t, example(t, "fi"))
	p := svg.New(svg.Limits{Time: 1, Memory: 256 << 20})
	files, err := r.Draw(t.Context(), p, "x", func(int64, int64) {})
	if !errors.Is(err, svg.ErrStopped) || len(files) != 0 {
		t.Errorf("%d files, %v", len(files), err)
	}
	if page := written(t, func(b *bytes.Buffer) error { return r.HTML(b) }); page != htmlOf(t, example(t, "fi")) {
		t.Error("the page is not the one without pictures")
	}
}

func TestDrawingPicturesEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := review(t, example(t, "fi"))
	files, err := r.Draw(ctx, painter(t), "x", func(done, total int64) {
		if total != 6 {
			t.Errorf("%d pictures in all, want 6", total)
		}
		if done == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || len(files) != 2 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

// BenchmarkPictures draws those of a page of 40 charts.
func BenchmarkPictures(b *testing.B) {
	size := 0
	for b.Loop() {
		p := svg.New(svg.DefaultLimits())
		size = 0
		for _, f := range drawn(b, review(b, large(b, 5)), p, "x") {
			size += len(f.SVG)
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size)/40, "bytes/picture")
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/40, "ms/picture")
}
