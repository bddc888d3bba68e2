package report

import (
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
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
		t.Errorf("%s changed (go test -update writes it anew; look at the difference):\n%s", name, d)
	}
}

func TestGoldenText(t *testing.T) {
	for _, lang := range locale.Languages() {
		golden(t, "weekly."+lang+".txt", textOf(t, example(t, lang)))
	}
}

// TestGoldenPage leaves out what stands elsewhere: the scripts, the style, the downloads, and the policy made of them.
func TestGoldenPage(t *testing.T) {
	page := htmlOf(t, example(t, "fi"))
	for _, s := range chart.Scripts() {
		page = strings.Replace(page, s, "…", 1)
	}
	for _, cut := range []string{`(?s)(<style>).*?(</style>)`, `(;base64,)[^"]*(")`, `(sha256-)(?:&#43;|[^&;])*(&#39;)`} {
		page = regexp.MustCompile(cut).ReplaceAllString(page, "$1…$2")
	}
	golden(t, "weekly.fi.html", page)
}

func TestGoldenSheet(t *testing.T) {
	in := example(t, "fi")
	in.Series = in.Series[1:3]
	golden(t, "weekly.fi.csv", csvOf(t, in))
}

var (
	inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	inlineStyle  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
)

// TestThePolicyNamesWhatIsInThePage computes every hash from the finished bytes, as a browser does.
func TestThePolicyNamesWhatIsInThePage(t *testing.T) {
	page := htmlOf(t, example(t, "sv"))
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1]
	policy = strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(policy)
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("policy: %s", policy)
	}
	blocks := slices.Concat(inlineScript.FindAllStringSubmatch(page, -1), inlineStyle.FindAllStringSubmatch(page, -1))
	if len(blocks) != 4 {
		t.Fatalf("%d scripts and styles, want 4", len(blocks))
	}
	for _, b := range blocks {
		sum := sha256.Sum256([]byte(b[1]))
		if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, hash) {
			t.Errorf("the policy does not name %.60q", b[1])
		}
	}
}

func TestThePageStandsAlone(t *testing.T) {
	page := htmlOf(t, example(t, "fi"))
	for _, s := range chart.Scripts() {
		page = strings.Replace(page, s, "", 1)
	}
	page = inlineStyle.ReplaceAllString(page, "")
	for _, bad := range []string{"http://", "https://", "//", " style=", " src=", " onerror=", " onload=", "javascript:", "@import", "ZgotmplZ"} {
		if body := regexp.MustCompile(`;base64,[^"]*"`).ReplaceAllString(page, ""); strings.Contains(body, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if n := strings.Count(page, "<h1"); n != 1 {
		t.Errorf("%d first headings", n)
	}
}

func TestDownloadsHoldTheTwins(t *testing.T) {
	in := example(t, "en")
	page := htmlOf(t, in)
	for ending, want := range map[string]string{".csv": csvOf(t, in), ".txt": textOf(t, in)} {
		m := regexp.MustCompile(`download="seuranta-esimerkkikeskus-2026-W47\` + ending + `" href="data:text/[a-z]*;charset=utf-8;base64,([^"]*)"`).FindStringSubmatch(page)
		if m == nil {
			t.Errorf("no download of %s", ending)
			continue
		}
		b, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(m[1], "&#43;", "+"))
		if err != nil || string(b) != want {
			t.Errorf("the download of %s is not the twin (%v)", ending, err)
		}
	}
}

// hostile is a review in which every foreign text tries to be more than text.
func hostile(t testing.TB, lang string) WeeklyInput {
	in := example(t, lang)
	evil := `x</script><script>window.PWNED=1</script><img src=x onerror="window.PWNED=1">"'` + "`" + `{{.}}__f__(window.PWNED=1)__f__` + "\x00\u2028\u202e"
	name := observation.Text{"": evil}
	in.Organisation.Name, in.Program, in.Config = name, evil, evil
	for i := range in.Series {
		s := &in.Series[i]
		s.Channel.Name, s.Channel.Purpose = observation.Text{"": s.Channel.ID + evil}, name
		s.Definitions = []observation.Definition{{ID: evil, Text: name}}
		s.Sources[0].Source = s.Sources[0].Source + evil
		s.Sources[0].Reason, s.Sources[0].Detail = evil, evil
		s.Events = append(s.Events, observation.Event{On: in.Week.From + 1, What: name})
		s.Breaks = append(s.Breaks, indicator.Break{On: in.Week.From - 21, Kind: evil, Text: name})
		for j := range s.Points {
			s.Points[j].ID += evil
			s.Points[j].Note, s.Points[j].Sources, s.Points[j].Coverage.Unit, s.Points[j].Basis = evil, []string{evil}, evil, observation.Basis(evil)
		}
	}
	return in
}

func TestForeignTextIsOnlyText(t *testing.T) {
	page := htmlOf(t, hostile(t, "fi"))
	for _, s := range chart.Scripts() {
		page = strings.Replace(page, s, "", 1)
	}
	for _, bad := range []string{"<script>window", "<img", "</script><script>window", "\x00", "\u2028", "\u202e"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if n := strings.Count(page, "</script>"); n != strings.Count(page, "<script") {
		t.Errorf("%d scripts are closed, %d opened", n, strings.Count(page, "<script"))
	}
}

// TestAnySeriesCanBeShown throws states, numbers and holes at the page: it never fails, never shows a number of a figure
// that has none, and does not depend on the order of what it is given.
func TestAnySeriesCanBeShown(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	rapid.Check(t, func(rt *rapid.T) {
		in := WeeklyInput{Organisation: centre(), Week: week, Lang: rapid.SampledFrom(locale.Languages()).Draw(rt, "lang")}
		for _, metric := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"views", "visitors", "followers", "shares"}), 1, 3, rapid.ID).Draw(rt, "metrics") {
			s := weekly(t, loggedSeries(metric), week, rapid.IntRange(1, 30).Draw(rt, "weeks"), func(int, int) float64 { return 7777 })
			for i := range s.Points {
				s.Points[i] = anyState(rt, s.Points[i])
				s.YearBefore[i] = anyState(rt, s.YearBefore[i])
			}
			if rapid.Bool().Draw(rt, "short") {
				s.YearBefore, s.Exact = s.YearBefore[:len(s.YearBefore)/2], nil
			}
			in.Series = append(in.Series, s)
		}
		text := textOf(t, in)
		slices.Reverse(in.Series)
		if textOf(t, in) != text {
			rt.Fatal("the text changes with the order of the series")
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "%!") || strings.Contains(text, "{") {
			rt.Fatalf("the text has something unsaid:\n%s", text)
		}
	})
}

func anyState(t *rapid.T, f indicator.Figure) indicator.Figure {
	f.State = rapid.SampledFrom(indicator.States()).Draw(t, "state")
	f.Value = nil
	switch f.State {
	case indicator.OK, indicator.Partial:
		f.Value = num(float64(rapid.IntRange(-10, 5000).Draw(t, "value")))
	case indicator.Zero:
		f.Value = num(0)
	case indicator.Bounded:
		f.Range = &observation.Range{Low: 3, High: float64(rapid.IntRange(3, 500).Draw(t, "high"))}
	}
	f.Settled = rapid.Bool().Draw(t, "settled")
	if f.State != indicator.OK && rapid.Bool().Draw(t, "gap") {
		f.Gaps = []indicator.Gap{{From: f.Period.From, To: f.Period.From + observation.Date(rapid.IntRange(1, 7).Draw(t, "days")), Reason: rapid.SampledFrom([]string{"auth", "log_silent", "?", ""}).Draw(t, "reason")}}
	}
	return f
}
