package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// movable is a server of a feed of one article a day, at noon, that moves from one address to another.
type movable struct {
	*httptest.Server

	mu    sync.Mutex
	path  string
	today time.Time
}

// move puts the feed elsewhere; on lets the days pass.
func (m *movable) move(path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.path = path
}

func (m *movable) on(day time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.today = day
}

func newMovable(t *testing.T) *movable {
	m := &movable{path: "/old.xml"}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		if r.URL.Path != m.path {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>Uutiset</title><link>https://koske.example/</link><description/>`)
		for i := range 11 {
			day := m.today.AddDate(0, 0, -1-i)
			fmt.Fprintf(w, `<item><title>Uutinen %[1]s</title><link>https://koske.example/%[1]s</link><guid>%[1]s</guid><pubDate>%[2]s</pubDate></item>`,
				day.Format(time.DateOnly), day.Add(10*time.Hour).Format(time.RFC1123Z))
		}
		fmt.Fprint(w, "</channel></rss>")
	}))
	t.Cleanup(m.Close)
	return m
}

// publications says of a period how its figure stands.
func publications(t *testing.T, dir, period string, args ...string) string {
	t.Helper()
	out, _ := program(t, dir, exitOK, append([]string{"figures", "--indicator", "publications", "--period", period, "--json"}, args...)...)
	var said struct {
		Figures []struct {
			State    string
			Value    float64
			Coverage struct{ Expected, Measured int }
			Note     string
		}
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil || len(said.Figures) != 1 {
		t.Fatal(err, out)
	}
	f := said.Figures[0]
	return strings.TrimSpace(fmt.Sprintf("%s %v %d/%d %s", f.State, f.Value, f.Coverage.Measured, f.Coverage.Expected, f.Note))
}

// TestAFeedMovesAsStatusSays: a feed moves, its reader does what `status` says, and no day stays in doubt. As known before the
// move nothing changes.
func TestAFeedMovesAsStatusSays(t *testing.T) {
	m, dir := newMovable(t), t.TempDir()
	write := func(path string) {
		writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske, timezone: Europe/Helsinki, languages: [en]}]
channels: [{id: sivut, kind: website}]
sources: [{id: syote, kind: feed, role: own, channel: sivut, allow_private: true, schedule: "5 * * * *", feeds: ["` + m.URL + path + `"]}]
`})
	}
	collect := func(day, want int) {
		t.Helper()
		today := time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)
		m.on(today)
		program(t, dir, want, "collect", "--now", today.Add(5*time.Hour).Format(time.RFC3339))
	}
	write("/old.xml")
	collect(11, exitOK)
	m.move("/new.xml")
	collect(15, exitFailed)
	collect(20, exitFailed)
	const days, now = "2026-11-03..2026-11-19", "2026-11-21T06:00:00Z"
	before := publications(t, dir, days, "--now", now)
	if !strings.HasPrefix(before, "partial 8 8/17") || !strings.Contains(before, "there is nothing at the address") {
		t.Errorf("while it was gone: %s", before)
	}
	status, _ := program(t, dir, exitOK, "status", "--now", now)
	if !strings.Contains(status, "write the new one into the configuration in place of the old") {
		t.Errorf("status says\n%s", status)
	}
	write("/new.xml")
	collect(21, exitOK)
	if got := publications(t, dir, days, "--now", now); got != "ok 17 17/17" {
		t.Errorf("after the move: %s", got)
	}
	status, _ = program(t, dir, exitOK, "status", "--now", now)
	if !strings.Contains(status, "20/30") || !strings.Contains(status, " ok ") {
		t.Errorf("after the move status says\n%s", status)
	}
	if got := publications(t, dir, days, "--as-of", "2026-11-20", "--now", now); got != before {
		t.Errorf("as known before the move: %s, want %s", got, before)
	}
}

// TestStatusNamesTheFeedsThatFail: of the feeds of a source those that failed at the last visit are named with the reason, in
// `status` and in the head of the page.
func TestStatusNamesTheFeedsThatFail(t *testing.T) {
	m, dir := newMovable(t), t.TempDir()
	feeds := ""
	for _, path := range []string{"/old.xml", "/b", "/c", "/d", "/e", "/f"} {
		feeds += fmt.Sprintf("{url: %q, part: %q}, ", m.URL+path, strings.Trim(path, "/"))
	}
	writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske, timezone: Europe/Helsinki, languages: [fi]}]
channels: [{id: sivut, kind: website}]
sources: [{id: syote, kind: feed, role: own, channel: sivut, allow_private: true, feeds: [` + feeds + `]}]
`})
	m.on(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	program(t, dir, exitPartial, "collect", "--now", "2026-11-23T05:00:00Z")
	status, _ := program(t, dir, exitOK, "status", "--now", "2026-11-23T06:00:00Z")
	if !strings.Contains(status, "partial: b (there is nothing at the address), c (there is nothing at the address), d (there is nothing at the address) and 2 more") ||
		!strings.Contains(status, "has it moved? `seuranta check syote` names it") {
		t.Errorf("status says\n%s", status)
	}
	status, _ = program(t, dir, exitOK, "status", "--now", "2026-11-23T06:00:00Z", "--json")
	if !strings.Contains(status, `"part": "f"`) || strings.Count(status, `"reason": "not_found"`) != 5 {
		t.Errorf("status --json says\n%s", status)
	}
	page, _ := program(t, dir, exitOK, "report", "weekly", "--format", "text", "--now", "2026-11-23T06:00:00Z")
	if !strings.Contains(page, "b (osoitteessa ei ole mitään)") || !strings.Contains(page, "ja 2 muuta") {
		t.Errorf("the page says\n%s", page)
	}
	explainsAFeed(t, dir)
}

// explainsAFeed goes from the run of a feed over one of its items to the figure that counts it.
func explainsAFeed(t *testing.T, dir string) {
	t.Helper()
	out, _ := program(t, dir, exitPartial, "collect", "--from", "2026-11-20", "--now", "2026-11-23T07:00:00Z", "--json")
	_, run, _ := strings.Cut(out, `"run": "`)
	second, _, _ := strings.Cut(run, `"`)
	out, _ = program(t, dir, exitOK, "status", "--now", "2026-11-23T06:00:00Z", "--json")
	if !strings.Contains(out, `"last_run": "2026-11-23T07:00:00Z"`) {
		t.Fatal(out)
	}
	text, _ := program(t, dir, exitOK, "explain", second, "--lang", "en", "--now", "2026-11-23T08:00:00Z")
	for _, want := range []string{"Parts not read whole: b (there is nothing at the address), c (", " and 2 more", "HTTP STATUS", "old.xml  200  ", "b        404  ", "Counted on the way: "} {
		if !strings.Contains(text, want) {
			t.Errorf("explain of the run has no %q:\n%s", want, text)
		}
	}
	figure, _ := program(t, dir, exitOK, "explain", "koske/sivut/publications/2026-11-20", "--lang", "en", "--now", "2026-11-23T08:00:00Z")
	item := regexp.MustCompile(`[0-9a-f]{24}`).FindString(figure)
	first := regexp.MustCompile(`(?m)^([0-9a-f]{12}-[0-9a-f]{16})`).FindString(figure)
	text, _ = program(t, dir, exitOK, "explain", item, "--lang", "en", "--now", "2026-11-23T08:00:00Z")
	for _, want := range []string{"Item: " + item + " (article)", "Title: Uutinen 2026-11-20", "Source: koske/syote", "url:https://koske.example/2026-11-20", "koske/sivut/publications/2026-11-20", first} {
		if !strings.Contains(text, want) {
			t.Errorf("explain of the item has no %q:\n%s", want, text)
		}
	}
	text, _ = program(t, dir, exitOK, "explain", first, "--lang", "en", "--now", "2026-11-23T08:00:00Z")
	if !strings.Contains(text, "new     2026-11-20 10:00Z  sivut  Uutinen 2026-11-20") || !strings.Contains(text, item) {
		t.Errorf("explain of the first run does not name the item:\n%s", text)
	}
}
