package report

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"seuranta/internal/locale"
)

// These tests look at the page in a real Chromium. `make setup-test` brings it; where it is missing they are skipped, but
// never under CI.

// pageSeen is what .tools/browser/check.mjs tells of one page at one width.
type pageSeen struct {
	Error, URL              string
	Width                   int
	ScrollWidth, InnerWidth int
	Requests                []string
	Console                 []struct{ Text string }
	PageErrors              []string
	CSP                     []any
	Pwned, PwnedWithoutCSP  any
	Eval                    map[string]json.RawMessage
	Violations              []struct {
		ID, Help string
		Nodes    []struct{ Target any }
	}
}

// look opens pages with the wishes given and returns what was seen, a page for each url and width.
func look(t *testing.T, pages ...map[string]any) []pageSeen {
	t.Helper()
	tools, err := filepath.Abs(filepath.Join("..", "..", ".tools"))
	if err != nil {
		t.Fatal(err)
	}
	for _, need := range []string{filepath.Join(tools, "browser", "check.mjs"), filepath.Join(tools, "node_modules", "playwright-core"), browser(tools)} {
		if _, err := os.Stat(need); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("the browser is not set up: %v", err)
			}
			t.Skipf("the browser is not set up, make setup-test does it: %v", err)
		}
	}
	request, err := json.Marshal(map[string]any{"pages": pages})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join(tools, "browser", "check.mjs"), "--chromium", browser(tools), "--json", "-")
	cmd.Stdin = strings.NewReader(string(request))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("look at pages: %v", err)
	}
	var answer struct{ Pages []pageSeen }
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("look at pages: %v in %.500s", err, out)
	}
	return answer.Pages
}

func browser(tools string) string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	return filepath.Join(tools, "debian", "chromium", "run")
}

// saved writes a page where a browser finds it.
func saved(t *testing.T, name, page string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".html")
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// well fails the test when a page is not as every page must be.
func well(t *testing.T, name string, p pageSeen) {
	t.Helper()
	if p.Error != "" {
		t.Fatalf("%s at %d: %s", name, p.Width, p.Error)
	}
	for _, v := range p.Violations {
		t.Errorf("%s at %d: %s, %s: %v", name, p.Width, v.ID, v.Help, v.Nodes)
	}
	if len(p.CSP) > 0 || len(p.Console) > 0 || len(p.PageErrors) > 0 {
		t.Errorf("%s at %d: policy %v, console %v, errors %v", name, p.Width, p.CSP, p.Console, p.PageErrors)
	}
	if len(p.Requests) > 0 {
		t.Errorf("%s at %d asks for %v", name, p.Width, p.Requests)
	}
	if p.ScrollWidth > p.InnerWidth {
		t.Errorf("%s at %d is %d wide", name, p.Width, p.ScrollWidth)
	}
	if p.Pwned != nil || p.PwnedWithoutCSP != nil {
		t.Errorf("%s at %d ran foreign text", name, p.Width)
	}
}

// strings of a list that the page was asked for.
func evaluated[T any](t *testing.T, p pageSeen, name string) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(p.Eval[name], &out); err != nil {
		t.Fatalf("%s gave %s: %v", name, p.Eval[name], err)
	}
	return out
}

const (
	// subpaths counts the pieces of the line of the chart of a metric.
	subpaths = `[...document.querySelectorAll('[data-metric="views"] .chart path[stroke="#0072B2"][fill="none"]')].map(p => (p.getAttribute('d').match(/M/g) || []).length)`
	states   = `[...new Set([...document.querySelectorAll('tr[data-state]')].map(e => e.dataset.state))].sort()`
	undrawn  = `[...document.querySelectorAll('.chart')].filter(c => c.hidden || c.querySelectorAll('svg path').length < 10).map(c => c.dataset.option)`
	charted  = `[...document.querySelectorAll('[data-metric="views"] .chart svg text')].map(e => e.textContent)`
	opened   = `document.querySelectorAll('details').forEach(d => { d.open = true }) || document.querySelectorAll('details[open]').length`
)

func TestPageInABrowser(t *testing.T) {
	var pages []map[string]any
	for _, lang := range locale.Languages() {
		widths := []int{320, 1440}
		if lang == "fi" {
			widths = append(widths, 768)
		}
		pages = append(pages, map[string]any{
			"url": saved(t, lang, htmlOf(t, example(t, lang))), "widths": widths,
			"eval": map[string]string{"subpaths": subpaths, "states": states, "undrawn": undrawn, "charted": charted, "lang": "document.documentElement.lang"},
		})
	}
	for _, p := range look(t, pages...) {
		lang := strings.TrimSuffix(filepath.Base(p.URL), ".html")
		well(t, lang, p)
		if got := evaluated[string](t, p, "lang"); got != lang {
			t.Errorf("the page in %s says it is in %s", lang, got)
		}
		if got := evaluated[[]string](t, p, "undrawn"); len(got) > 0 {
			t.Errorf("%s at %d: not drawn: %v", lang, p.Width, got)
		}
		if got := evaluated[[]int](t, p, "subpaths"); !slices.Contains(got, 3) {
			t.Errorf("%s at %d: the line has %v pieces, want 3: before, between and after its two gaps", lang, p.Width, got)
		}
		if got, want := evaluated[[]string](t, p, "states"), []string{"bounded", "broken", "missing", "not_applicable", "ok", "partial", "zero"}; !slices.Equal(got, want) {
			t.Errorf("%s: states %v, want %v", lang, got, want)
		}
		if got, want := evaluated[[]string](t, p, "charted"), map[string]string{"fi": "1\u00a0000", "sv": "1\u00a0000", "en": "1,000"}[lang]; !slices.Contains(got, want) {
			t.Errorf("%s: the axis says %q, want %s", lang, got, want)
		}
	}
}

// TestTablesAreAccessibleWhenOpen looks once more with every table open: axe passes over what is closed.
func TestTablesAreAccessibleWhenOpen(t *testing.T) {
	page := strings.ReplaceAll(htmlOf(t, example(t, "fi")), "<details ", "<details open ")
	for _, p := range look(t, map[string]any{"url": saved(t, "open", page), "widths": []int{320, 1440}}) {
		well(t, "open tables", p)
	}
}

// hover moves the pointer over a chart from left to right and collects all that the tips say.
const hover = `(async () => {
	const box = document.querySelector('[data-metric="views"] .chart'), inner = box.firstElementChild, said = new Set();
	box.scrollIntoView({block: 'center'});
	const r = box.getBoundingClientRect();
	for (let x = 40; x < r.width - 10; x += 12) {
		inner.dispatchEvent(new MouseEvent('mousemove', {clientX: r.left + x, clientY: r.top + r.height / 2, bubbles: true}));
		for (let frame = 0; frame < 3; frame++) await new Promise(done => requestAnimationFrame(done));
		await new Promise(done => setTimeout(done, 20));
		box.querySelectorAll('svg text').forEach(e => said.add(e.textContent));
	}
	return [...said];
})()`

func TestForeignTextIsInertInABrowser(t *testing.T) {
	page := htmlOf(t, hostile(t, "fi"))
	p := look(t, map[string]any{"url": saved(t, "hostile", page), "widths": []int{320}, "eval": map[string]string{"said": hover, "pwned": "window.PWNED === undefined",
		"images": "document.images.length", "title": "document.title"}})[0]
	well(t, "hostile", p)
	if !evaluated[bool](t, p, "pwned") || evaluated[int](t, p, "images") != 0 {
		t.Error("foreign text ran, or became a picture")
	}
	said := squeezed(strings.Join(evaluated[[]string](t, p, "said"), ""))
	for _, want := range []string{"</script><script>window.PWNED=1</script>", "__f__(window.PWNED=1)__f__", "<imgsrc=xonerror="} {
		if !strings.Contains(said, want) {
			t.Errorf("no tip shows %q as the text it is: %s", want, said)
		}
	}
}

// squeezed leaves spaces and invisible marks out: tips break lines where they must.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

func TestTipsTellStatesAndReasons(t *testing.T) {
	p := look(t, map[string]any{"url": saved(t, "tips", htmlOf(t, example(t, "fi"))), "widths": []int{1440}, "axe": false, "eval": map[string]string{"said": hover}})[0]
	said := strings.Join(evaluated[[]string](t, p, "said"), " ")
	for _, want := range []string{"Viikko 41/2026", "Näyttökerrat: puuttuu", "lokitiedostoa ei saatu", "658 näyttökertaa, mitattu osittain", "B: Ylen haastattelu", "Sama viikko vuotta aiemmin: puuttuu"} {
		if !strings.Contains(said, want) {
			t.Errorf("no tip says %q", want)
		}
	}
}

func TestPageWithoutScripts(t *testing.T) {
	p := look(t, map[string]any{"url": saved(t, "plain", htmlOf(t, example(t, "fi"))), "widths": []int{320}, "javascript": false, "axe": false,
		"eval": map[string]string{"opened": opened, "text": "document.body.innerText", "boxes": "[...document.querySelectorAll('.chart')].filter(c => c.offsetHeight > 0).length"}})[0]
	well(t, "without scripts", p)
	if n := evaluated[int](t, p, "boxes"); n != 0 {
		t.Errorf("%d empty boxes stand where charts would", n)
	}
	text := evaluated[string](t, p, "text")
	for _, want := range []string{"Kaaviot piirtyvät vain, kun selain sallii JavaScriptin.", "Viikolla 47 oli 825 näyttökertaa.", "lokitiedostoa ei saatu"} {
		if !strings.Contains(text, want) {
			t.Errorf("without scripts the page lacks %q", want)
		}
	}
}

func TestNothingMovesForThoseWhoAskForRest(t *testing.T) {
	p := look(t, map[string]any{"url": saved(t, "rest", htmlOf(t, example(t, "fi"))), "widths": []int{1440}, "reducedMotion": true, "axe": false,
		"eval": map[string]string{"moving": "document.getAnimations().length", "undrawn": undrawn}})[0]
	well(t, "rest", p)
	if evaluated[int](t, p, "moving") != 0 || len(evaluated[[]string](t, p, "undrawn")) != 0 {
		t.Error("something moves, or is not drawn")
	}
}

func TestTablesAreOpenOnPaper(t *testing.T) {
	p := look(t, map[string]any{"url": saved(t, "paper", htmlOf(t, example(t, "fi"))), "widths": []int{1000}, "media": "print", "axe": false,
		"eval": map[string]string{"opened": "dispatchEvent(new Event('beforeprint')) && document.querySelectorAll('details:not([open])').length",
			"closed": "dispatchEvent(new Event('afterprint')) && document.querySelectorAll('details[open]').length"}})[0]
	well(t, "paper", p)
	if evaluated[int](t, p, "opened") != 0 || evaluated[int](t, p, "closed") != 0 {
		t.Error("tables do not open for printing, or stay open after it")
	}
}

// TestChartsFarDownAreDrawnToo has more charts than are drawn at once: the rest come while the browser rests, or all of them
// when paper asks for them.
func TestChartsFarDownAreDrawnToo(t *testing.T) {
	const count = `document.querySelectorAll('.chart svg').length`
	page := saved(t, "many", htmlOf(t, large(t, 5)))
	rested := `(async () => { for (let i = 0; i < 400 && ` + count + ` < 40; i++) await new Promise(done => setTimeout(done, 50)); return ` + count + ` })()`
	seen := look(t, map[string]any{"url": page, "widths": []int{320}, "axe": false, "eval": map[string]string{"drawn": rested}},
		map[string]any{"url": page, "widths": []int{1440}, "axe": false, "eval": map[string]string{"drawn": "dispatchEvent(new Event('beforeprint')) && " + count}})
	for _, p := range seen {
		well(t, "many charts", p)
		if n := evaluated[int](t, p, "drawn"); n != 40 {
			t.Errorf("at %d: %d of 40 charts are drawn", p.Width, n)
		}
	}
}
