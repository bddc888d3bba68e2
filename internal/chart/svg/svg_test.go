package svg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGoldenForms(t *testing.T) {
	p := painter(t)
	drawings := map[string]Chart{"flow.sv": of(t, "flow", "sv", forms()["flow"]), "flow.en": of(t, "flow", "en", forms()["flow"])}
	for name, w := range forms() {
		drawings[name+".fi"] = of(t, name, "fi", w)
	}
	for name, c := range drawings {
		got := strings.ReplaceAll(paint(t, p, c).Inline(), "><", ">\n<") + "\n"
		path := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s changed (go test -update writes it anew; look at it in a browser):\n%s", path, d)
		}
	}
}

// element is one of a parsed picture.
type element struct {
	name string
	has  map[string]string
	text string
}

// parsed reads a picture back as strict XML.
func parsed(t testing.TB, picture string) []element {
	t.Helper()
	var out []element
	for d := xml.NewDecoder(strings.NewReader(picture)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("this is no XML: %v\n%s", err, picture)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, has: map[string]string{}}
			for _, a := range token.Attr {
				e.has[a.Name.Local] = a.Value
			}
			out = append(out, e)
		case xml.CharData:
			if len(out) > 0 {
				out[len(out)-1].text += string(token)
			}
		}
	}
}

// lines returns of each line of a colour how many pieces it has.
func lines(elements []element, colour string) (pieces []int) {
	for _, e := range elements {
		if e.name == "path" && e.has["stroke"] == colour && e.has["fill"] == "none" {
			pieces = append(pieces, strings.Count(e.has["d"], "M"))
		}
	}
	return pieces
}

func count(elements []element, is func(element) bool) (n int) {
	for _, e := range elements {
		if is(e) {
			n++
		}
	}
	return n
}

func hasText(elements []element, text string) bool {
	return slices.ContainsFunc(elements, func(e element) bool { return e.name == "text" && e.text == text })
}

// TestWhatIsInTheDataIsInThePicture: an unknown series would give an empty chart and no error.
func TestWhatIsInTheDataIsInThePicture(t *testing.T) {
	p := painter(t)
	drawn := map[string][]element{}
	for name, w := range forms() {
		drawn[name] = parsed(t, paint(t, p, of(t, name, "fi", w)).Inline())
	}
	for name, want := range map[string][]int{"level": {1}, "flow": {1}, "gap": {2}, "break": {1, 1}, "target": {1}, "week53": {1}, "none": {1}, "range": {1}, "empty": nil} {
		if got := lines(drawn[name], "#0072B2"); !slices.Equal(got, want) {
			t.Errorf("%s: the line has pieces %v, want %v", name, got, want)
		}
	}
	dots := func(e element) bool { return e.name == "path" && e.has["fill"] == "#0072B2" }
	bars := func(e element) bool { return e.has["fill"] == "#CFE3F1" && e.has["stroke"] == "#0072B2" }
	for name, want := range map[string][3]int{"flow": {26, 0, 1}, "gap": {11, 0, 1}, "range": {8, 4, 1}, "none": {8, 0, 1}} {
		if got := [3]int{count(drawn[name], dots), count(drawn[name], bars), len(lines(drawn[name], "#5F6B7A")) - 1}; got != want {
			t.Errorf("%s: %v dots, bars and lines of the year before, want %v", name, got, want)
		}
	}
	hatched := count(drawn["gap"], func(e element) bool { return strings.HasPrefix(e.has["fill"], "url(#gap-") })
	hollow := count(drawn["partial"], func(e element) bool { return e.has["fill"] == "#FFFFFF" && e.has["stroke"] == "#0072B2" })
	marks := count(drawn["events"], func(e element) bool { return e.name == "path" && e.has["stroke"] == "#A6467F" })
	if hatched != 1 || hollow != 1 || marks != 12 || len(lines(drawn["target"], "#007A5A")) != 1 || len(lines(drawn["break"], "#B34700")) != 1 {
		t.Errorf("%d hatched, %d hollow, %d events, target %v, break %v", hatched, hollow, marks, lines(drawn["target"], "#007A5A"), lines(drawn["break"], "#B34700"))
	}
	for name, texts := range map[string][]string{"target": {"tavoite 1 000", "1\u00a0000"}, "week53": {"vk 53", "vk 1", "vk 2"}, "events": {"A", "Q R"}, "break": {"1"}} {
		for _, text := range texts {
			if !hasText(drawn[name], text) {
				t.Errorf("%s: nowhere stands %q", name, text)
			}
		}
	}
}

// TestAnUnknownSeriesIsSeenByTheTests shows that the test above would fail for one.
func TestAnUnknownSeriesIsSeenByTheTests(t *testing.T) {
	c := of(t, "x", "fi", forms()["flow"])
	c.Option = bytes.ReplaceAll(c.Option, []byte(`"type":"line"`), []byte(`"type":"nosuch"`))
	if got := lines(parsed(t, paint(t, painter(t), c).Inline()), "#0072B2"); len(got) > 0 {
		t.Errorf("a series of an unknown type gives lines %v", got)
	}
}

func TestNumbersAreWrittenInTheLanguage(t *testing.T) {
	p := painter(t)
	for lang, want := range map[string]string{"fi": "1\u00a0000", "sv": "1\u00a0000", "en": "1,000"} {
		if !hasText(parsed(t, paint(t, p, of(t, "x", lang, forms()["flow"])).Inline()), want) {
			t.Errorf("in %s the axis does not say %q", lang, want)
		}
	}
}

// TestAPictureIsOnlyAPicture looks for everything that could act, ask for something, or be refused by a policy.
func TestAPictureIsOnlyAPicture(t *testing.T) {
	p := painter(t)
	for name, w := range forms() {
		picture := paint(t, p, of(t, name, "fi", w)).Inline()
		for _, bad := range []string{"<script", "<style", "style=", "class=", "pointer-events", "dominant-baseline", "href", "<image", "<use", "zr", "NaN", "undefined", "<!", "<?"} {
			if strings.Contains(picture, bad) {
				t.Errorf("%s holds %s", name, bad)
			}
		}
		if n := strings.Count(picture, "://"); n != 1 {
			t.Errorf("%s names %d addresses, want that of SVG alone", name, n)
		}
		elements := parsed(t, picture)
		if root := elements[0]; root.name != "svg" || root.has["role"] != "img" || root.has["lang"] != "fi" || root.has["viewBox"] != "0 0 720 300" {
			t.Errorf("%s begins with %v", name, root)
		}
		if elements[1].text != "Näyttökerrat "+name || elements[2].text != "Viikolla 47 oli 825 näyttökertaa." || elements[3].has["fill"] != "#FFFFFF" {
			t.Errorf("%s has no title, description and white ground: %v", name, elements[1:4])
		}
		wantOwnIDs(t, name, elements)
	}
}

// wantOwnIDs: two pictures on one page must not share ids, and what is referred to must be there.
func wantOwnIDs(t *testing.T, name string, elements []element) {
	t.Helper()
	ids := map[string]bool{}
	for _, e := range elements {
		if id := e.has["id"]; id != "" {
			if ids[id] || !strings.HasPrefix(id, name+"-") {
				t.Errorf("%s: id %s is there twice, or not its own", name, id)
			}
			ids[id] = true
		}
	}
	for _, e := range elements {
		for _, value := range e.has {
			if m := regexp.MustCompile(`url\(#([^)]*)\)`).FindStringSubmatch(value); m != nil && !ids[m[1]] {
				t.Errorf("%s: nothing is called %s", name, m[1])
			}
		}
	}
}

// sum is a hash of all forms, drawn by a painter of their own, in an order or in the other.
func sum(t testing.TB, backwards bool) string {
	p := painter(t)
	names := slices.Sorted(maps.Keys(forms()))
	if backwards {
		slices.Reverse(names)
	}
	drawn := map[string]string{}
	for _, name := range names {
		drawn[name] = paint(t, p, of(t, name, "fi", forms()[name])).Inline()
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		h.Write([]byte(drawn[name]))
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// TestTheSameChartIsTheSameBytes: whatever was drawn before, in another process, in other time zones and languages.
func TestTheSameChartIsTheSameBytes(t *testing.T) {
	if os.Getenv("SEURANTA_SUM") != "" {
		fmt.Printf("sum %s\n", sum(t, false))
		return
	}
	want := sum(t, false)
	if got := sum(t, true); got != want {
		t.Error("a picture depends on what was drawn before it")
	}
	for _, env := range [][]string{{"TZ=Pacific/Kiritimati", "LANG=fi_FI.UTF-8"}, {"TZ=America/St_Johns", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1"}} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestTheSameChartIsTheSameBytes$")
		cmd.Env = append(append(os.Environ(), "SEURANTA_SUM=1"), env...)
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), "sum "+want) {
			t.Errorf("%v: %v, other bytes: %s", env, err, out)
		}
	}
}

func TestWhatWasDrawnIsNotDrawnAgain(t *testing.T) {
	p := painter(t)
	fi, sv := of(t, "x", "fi", forms()["flow"]), of(t, "x", "sv", forms()["flow"])
	first := paint(t, p, fi).Inline()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if again := paint(t, p, fi).Inline(); again != first || p.engine != nil {
		t.Error("the same chart was drawn twice")
	}
	fi.ID, fi.Title = "y", "Toinen"
	if other := paint(t, p, fi).Inline(); p.engine != nil || !strings.Contains(other, `id="y-1"`) || !strings.Contains(other, "Toinen") {
		t.Error("the same drawing under another name was drawn again, or kept the name")
	}
	if paint(t, p, sv); p.engine == nil {
		t.Error("another language was not drawn anew")
	}
}

func TestNothingIsStartedBeforeItIsNeeded(t *testing.T) {
	p := New(DefaultLimits())
	if p.engine != nil || p.rulers.regular != nil {
		t.Error("New started something")
	}
	for range 2 {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestGoroutinesShareAPainter(t *testing.T) {
	p := painter(t)
	want := paint(t, p, of(t, "x", "fi", forms()["gap"])).Inline()
	var all sync.WaitGroup
	for _, c := range []Chart{of(t, "x", "fi", forms()["gap"]), of(t, "x", "fi", forms()["flow"]), of(t, "x", "fi", forms()["gap"])} {
		all.Go(func() {
			if got, err := p.Paint(t.Context(), c); err != nil || bytes.Equal(c.Option, of(t, "x", "fi", forms()["gap"]).Option) != (got.Inline() == want) {
				t.Errorf("another picture, %v", err)
			}
		})
	}
	all.Wait()
}

// runaway makes the painter's next drawing run a script in place of the one that draws.
func runaway(t *testing.T, p *Painter, script string) error {
	t.Helper()
	if err := p.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.engine.vm.Eval("seurantaDraw = function () {"+script+"}", 0); err != nil {
		t.Fatal(err)
	}
	_, err := p.Paint(t.Context(), of(t, "x", "fi", forms()["gap"]))
	return err
}

func TestAScriptThatRunsAwayIsStopped(t *testing.T) {
	for script, want := range map[string]string{
		"while (true) {}": "draw chart x: the drawing engine was stopped after 2s",
		"try { while (true) {} } catch (e) { for (;;) {} }":       "draw chart x: the drawing engine was stopped after 2s",
		"var a = []; for (;;) a.push('x'.repeat(1e6) + a.length)": "draw chart x: the drawing engine was stopped: it wanted more than 128 MB of memory",
	} {
		p := New(Limits{Time: time.Minute, Memory: 128 << 20})
		if err := p.start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(want, "after 2s") {
			p.engine.limits.Time = 2 * time.Second
			_ = p.engine.vm.SetEvalTimeout(2 * time.Second)
		}
		err := runaway(t, p, script)
		if err == nil || !errors.Is(err, ErrStopped) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", script, err)
		}
		if _, again := p.Paint(t.Context(), of(t, "y", "fi", forms()["flow"])); !errors.Is(again, ErrStopped) || p.engine != nil {
			t.Errorf("after it something is drawn: %v", again)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestAnErrorOfOneChartIsItsOwn: the next one is drawn.
func TestAnErrorOfOneChartIsItsOwn(t *testing.T) {
	p := painter(t)
	for option, want := range map[string]string{`{"series":[{"type":"line"}],"yAxis":{}}`: "draw chart x: ", `{"a":`: "draw chart x: its option is no JSON", "": "draw chart x: its option is no JSON"} {
		_, err := p.Paint(t.Context(), Chart{ID: "x", Lang: "fi", Option: []byte(option), Width: 720, Height: 300})
		if err == nil || errors.Is(err, ErrStopped) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", option, err)
		}
	}
	paint(t, p, of(t, "y", "fi", forms()["flow"]))
}

func TestDrawingEndsWithItsContext(t *testing.T) {
	p := painter(t)
	if err := p.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.engine.vm.Eval("seurantaDraw = function () { for (;;) {} }", 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := p.Paint(ctx, of(t, "x", "fi", forms()["gap"])); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
	paint(t, p, of(t, "x", "fi", forms()["gap"])) // the engine is a new one
}

var hostile = []string{
	`x</script><script>window.PWNED=1</script>`, `"><img src=x onerror=window.PWNED=1>`, `' onload='window.PWNED=1`, "</title></desc></svg></noscript><script>window.PWNED=1</script>",
	"]]><!--<![CDATA[", "&lt;/script&gt;&#0;&nosuch;", "a\u2028b\x00\x01\x1b\x7fc\u202egnp\ufffe\uffff", "a\xff\xed\xa0\x80b", "{b|x} {c}", "javascript:window.PWNED=1",
}

func TestForeignTextIsOnlyText(t *testing.T) {
	p := painter(t)
	for _, text := range hostile {
		w := forms()["events"]
		w.Weeks[0].Label, w.Names.Now, w.Events[0].Label = text, text, text
		w.Weeks[0].Tip = []string{text}
		c := of(t, "x", "fi", w)
		c.Title, c.Description, c.Lang = text, text, "fi"
		picture := paint(t, p, c)
		file, err := picture.File(Frame{Heading: text, Subtitle: text, Foot: text, Key: []Key{{`<svg><path d="M0 0h9" stroke="#000"/></svg>`, text}}, Notes: []Note{{Mark: text, Text: text, Break: true}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range []string{picture.Inline(), string(file)} {
			names := map[string]bool{}
			for _, e := range parsed(t, got) {
				names[e.name] = true
				for name := range e.has {
					if strings.HasPrefix(name, "on") || strings.Contains(name, "href") {
						t.Errorf("%q became an attribute %s", text, name)
					}
				}
			}
			if names["script"] || names["img"] || strings.ContainsAny(got, "\x00\x01\x1b\x7f\u2028\u202e\u2060\ufffe\uffff\ufffd") {
				t.Errorf("%q came through: %.2000s", text, got)
			}
		}
	}
}

// TestNothingUnknownIsLetThrough feeds the cleaner what ECharts never writes.
func TestNothingUnknownIsLetThrough(t *testing.T) {
	for raw, want := range map[string]string{
		`<svg><script>x</script></svg>`: "<script>", `<svg><image href="x"/></svg>`: "<image>", `<svg><foreignObject/></svg>`: "<foreignObject>", `<svg><a><path/></a></svg>`: "<a>",
		`<svg><path d="M0 0" onload="x"/></svg>`: "attribute onload", `<svg><g href="#a"/></svg>`: "attribute href",
		`<svg><path d="M0 0" stroke="x" fill="url(https://example.org/x)"/></svg>`: "leads to", `<svg><path d="M0 0" stroke="x" fill="url(#a) url(#b)"/></svg>`: "leads to",
		`<svg><text dominant-baseline="hanging">x</text></svg>`: "called hanging", `<svg><path`: "rewrite its drawing", `<svg><g></svg>`: "rewrite its drawing", `<svg a="b"c">`: "rewrite its drawing",
	} {
		if out, err := clean(raw, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v", raw, out, err)
		}
	}
}

// used tells the processor time that this process has had, and the most memory that it has held.
func used(b *testing.B) (processor time.Duration, megabytes float64) {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), float64(u.Maxrss) / 1024
}

// spent reports processor time for each round since start, and the peak of memory: on a busy machine the clock says little.
func spent(b *testing.B, start time.Duration) {
	processor, megabytes := used(b)
	b.ReportMetric(float64((processor-start).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(megabytes, "peak-MB")
}

// BenchmarkPaint draws charts of half a year anew each time.
func BenchmarkPaint(b *testing.B) {
	for _, name := range []string{"flow", "events", "empty"} {
		b.Run(name, func(b *testing.B) {
			p := painter(b)
			w := forms()[name]
			c := of(b, "x", "fi", w)
			size := len(paint(b, p, c).Inline())
			start, _ := used(b)
			for b.Loop() {
				clear(p.drawn)
				paint(b, p, c)
			}
			spent(b, start)
			b.ReportMetric(float64(size), "bytes/picture")
		})
	}
}

// BenchmarkStart starts an engine and ends it.
func BenchmarkStart(b *testing.B) {
	start, _ := used(b)
	for b.Loop() {
		p := New(DefaultLimits())
		if err := errors.Join(p.start(b.Context()), p.Close()); err != nil {
			b.Fatal(err)
		}
	}
	spent(b, start)
}
