package accesslog

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// scene is a random log in random files, and what a run is asked of it.
type scene struct {
	lines   []string
	files   map[string][]string
	vhosts  []string
	silence time.Duration
	zone    *time.Location
	first   time.Time
}

// drawScene draws a log of up to eight days around a change of the clocks, a turn of the year with week 53, or neither.
func drawScene(t *rapid.T) scene {
	zone := rapid.SampledFrom([]string{"Europe/Helsinki", "UTC", "America/St_Johns"}).Draw(t, "zone")
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	s := scene{zone: loc, files: map[string][]string{}}
	start := rapid.SampledFrom([]string{"2026-03-26", "2026-10-23", "2026-12-28", "2026-11-19"}).Draw(t, "start")
	if s.first, err = time.ParseInLocation(time.DateOnly, start, loc); err != nil {
		t.Fatal(err)
	}
	s.silence = rapid.SampledFrom([]time.Duration{time.Hour, 3 * time.Hour, 24 * time.Hour}).Draw(t, "silence")
	if rapid.IntRange(0, 4).Draw(t, "select vhosts") == 0 {
		s.vhosts = []string{"www.example.fi"}
	}
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
	at, end := s.first, s.first.AddDate(0, 0, rapid.IntRange(1, 8).Draw(t, "days"))
	step := rapid.SampledFrom([]int{2000, 9000, 30000}).Draw(t, "step")
	disorder := rapid.SampledFrom([]int{0, 0, 20 * 60 * 60}).Draw(t, "disorder")
	var turn []time.Time // when each line is written
	for at.Before(end) {
		for _, l := range randomLines(r, at) {
			s.lines = append(s.lines, l)
			turn = append(turn, at.Add(time.Duration(r.IntN(disorder+1))*time.Second))
		}
		pause := time.Duration(r.IntN(step)) * time.Second
		if r.IntN(40) == 0 {
			pause += 20 * time.Hour
		}
		at = at.Add(pause)
	}
	written := make([]int, len(s.lines))
	for i := range written {
		written[i] = i
	}
	slices.SortStableFunc(written, func(a, b int) int { return turn[a].Compare(turn[b]) })
	for _, i := range written {
		name := pick(r, []string{"a.log", "a.log.1", "b.log.gz"})
		s.files[name] = append(s.files[name], s.lines[i])
	}
	return s
}

// randomLines makes one line or a burst of them.
func randomLines(r *rand.Rand, at time.Time) []string {
	var out []string
	n := 1
	if r.IntN(25) == 0 {
		n = 55 + r.IntN(12) // around the bound of pages in a minute
		at = at.Truncate(time.Minute)
	}
	address := pick(r, []string{"192.0.2.1", "192.0.2.2", "198.51.100.7", "2001:db8::5", "reader.example.net"})
	agent := pick(r, []string{firefox, "Mozilla/5.0 (Linux; Android 9; CUBOT_X18) Safari/537.36", "Mozilla/5.0 (compatible; Googlebot/2.1)", "-", "", "Wget/1.21", `odd \"quoted\" one \xc3\xa4`})
	shape := r.IntN(12)
	for range n {
		request, status := pick(r, []string{
			"GET / HTTP/1.1", "GET /sivu-1/ HTTP/2.0", "GET /s%C3%A4%2Ecss HTTP/1.1", "GET /a?b=c.css HTTP/1.1", "GET /logo.PNG HTTP/1.1",
			"GET /robots.txt HTTP/1.1", "GET /sv/feed/ HTTP/1.1", "GET /ohje.pdf HTTP/1.1", "POST / HTTP/1.1", "HEAD / HTTP/1.0", "-", "",
			`\x16\x03\x01\x02`, "GET http://www.example.fi/koti HTTP/1.1", "GET /lainaus\\\"/ HTTP/1.1", "GET /sitemap_index.xml HTTP/1.1",
		}), pick(r, []string{"200", "200", "200", "304", "404", "301"})
		if n > 1 {
			request, status = "GET /sivu-2/ HTTP/1.1", "200"
		}
		line := hit(address, at.Format(stampForm), request, status, agent)
		switch shape {
		case 0:
			line, _, _ = strings.Cut(line, ` "-" "`) // the common format
		case 1, 2:
			line = "www.example.fi:443 " + line
		case 3:
			line = "Other.example.fi " + line
		case 4:
			line += ` 0.012 "203.0.113.9"`
		case 5:
			line = pick(r, []string{"", "nonsense", line[:len(line)/2], strings.Replace(line, "/20", "-20", 1), "\x00\x00" + line, line + "\r"})
		}
		out = append(out, line)
		at = at.Add(time.Duration(r.IntN(2)) * time.Second / 2)
	}
	return out
}

// source writes the files and makes the collector.
func (s scene) source(t tester, dir string) *source {
	for name, lines := range s.files {
		content := logOf(lines...)
		if strings.HasSuffix(name, ".gz") {
			content = packed(t, content)
		}
		putOne(t, filepath.Join(dir, name), content)
	}
	out := newSource(dir, "*.log*")
	out.config.Vhosts, out.config.Silence = s.vhosts, s.silence
	return out
}

// rapidDir is a fresh folder for one example.
func rapidDir(t *rapid.T) string {
	dir, err := os.MkdirTemp("", "accesslog")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// drawWindow draws days in and around the scene, and a moment of the run that may leave some of them open.
func (s scene) drawWindow(t *rapid.T) collector.Window {
	from := observation.DateOf(s.first) + observation.Date(rapid.IntRange(-3, 7).Draw(t, "from"))
	w := collector.Window{Zone: s.zone, Period: observation.Period{From: from, To: from + observation.Date(rapid.IntRange(1, 12).Draw(t, "window"))}}
	w.Grains = rapid.SampledFrom([][]observation.Grain{{observation.Day, observation.Week}, {observation.Day}, {observation.Week}}).Draw(t, "grains")
	w.Now = s.first.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "now")) * time.Hour)
	return w
}

// TestLikeTheReference compares runs with the slow count of the same lines, with room for all visitors at once and with
// next to none.
func TestLikeTheReference(t *testing.T) {
	bots := newReferenceBots()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		source := s.source(t, rapidDir(t))
		w := s.drawWindow(t)
		source.limit = rapid.SampledFrom([]int{16, 64, largestTable}).Draw(t, "limit")
		rec, err := collect(t, source, w)
		if err != nil {
			t.Skip("a file is mostly rejected")
		}
		if len(rec.Coverage) == 0 {
			return // nothing of the window is over
		}
		if rec.Counts["files_copies"]+rec.Counts["files_outside"] > 0 {
			t.Skip("a file is left out")
		}
		ref := reference{vhosts: s.vhosts, silence: s.silence, window: w}
		var lines []string
		for _, l := range s.lines {
			lines = append(lines, strings.TrimSuffix(l, "\r"))
		}
		want := asReference(t, ref.count(lines, bots))
		if d := cmp.Diff(want, asReference(t, rec)); d != "" {
			t.Fatalf("the reference counts otherwise (-reference +collector):\n%s\nlines:\n%s", d, strings.Join(s.lines, "\n"))
		}
	})
}

// TestSplitWindows checks that a window and any split of it into days or weeks, told in any order, come to the same.
func TestSplitWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		source := s.source(t, rapidDir(t))
		w := s.drawWindow(t)
		whole, err := collect(t, source, w)
		if err != nil {
			t.Skip("a file is mostly rejected")
		}
		windows := splitWindow(t, w)
		var joined collectortest.Recorder
		for _, part := range windows {
			source.limit = rapid.SampledFrom([]int{16, largestTable}).Draw(t, "limit")
			rec, err := collect(t, source, part)
			if err != nil {
				t.Fatal(err)
			}
			retell(&joined, rec)
		}
		got := joined.Recording()
		got.Counts, whole.Counts = nil, nil // they are of the run
		if d := cmp.Diff(distinct(whole), distinct(got)); d != "" {
			t.Fatalf("split into %d windows it comes to another result (-whole +split):\n%s", len(windows), d)
		}
	})
}

// splitWindow cuts a window at random days and shuffles the pieces.
func splitWindow(t *rapid.T, w collector.Window) []collector.Window {
	var out []collector.Window
	for from := w.From; from < w.To; {
		part := w
		part.From = from
		part.To = min(w.To, from+observation.Date(rapid.IntRange(1, 8).Draw(t, "part")))
		out = append(out, part)
		from = part.To
	}
	return rapid.Permutation(out).Draw(t, "order")
}

func retell(r *collectortest.Recorder, rec collectortest.Recording) {
	for _, o := range rec.Observations {
		_ = r.Observe(o)
	}
	for _, c := range rec.Coverage {
		r.Cover(c)
	}
	for _, c := range rec.Complete {
		r.Complete(c)
	}
}

// distinct drops what was told twice in the same words: a week that two parts of a window touch.
func distinct(rec collectortest.Recording) collectortest.Recording {
	same := func(a, b any) bool { return cmp.Equal(a, b) }
	rec.Observations = slices.CompactFunc(rec.Observations, func(a, b observation.Observation) bool { return same(a, b) })
	rec.Coverage = slices.CompactFunc(rec.Coverage, func(a, b observation.Coverage) bool { return same(a, b) })
	rec.Complete = slices.Compact(rec.Complete)
	return rec
}
