package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestWhoAsksToWaitForGoodIsNamed: a feed that is always busy is late at first, then failing; so is one beside a feed that
// answers. A source that nobody asks is late, too.
func TestWhoAsksToWaitForGoodIsNamed(t *testing.T) {
	begins := time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/good" {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>U</title><link>https://a.example/</link><description/><item><title>T</title><link>https://a.example/1</link><guid>1</guid><pubDate>%s</pubDate></item></channel></rss>`,
			begins.Add(-time.Hour).Format(time.RFC1123Z))
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": strings.ReplaceAll(`organisations: [{id: koske, name: Koske}]
channels: [{id: sivut, kind: website, name: Sivut}]
sources:
  - {id: kiire, kind: feed, role: media, schedule: "@every 1h", allow_private: true, feeds: [{url: "URL/busy", outlet: Yle}]}
  - {id: osaksi, kind: feed, role: own, channel: sivut, schedule: "@every 1h", allow_private: true, feeds: [{url: "URL/good", part: good}, {url: "URL/busy", part: busy}]}
`, "URL", server.URL)})
	standing := func(hour int) (ids string) {
		t.Helper()
		now := "--now=" + begins.Add(time.Duration(hour)*time.Hour).Format(time.RFC3339)
		program(t, dir, exitPartial, "collect", "--due", now)
		out, _ := program(t, dir, exitOK, "alerts", "--json", now)
		var said struct{ Alarms []alarmed }
		if err := json.Unmarshal([]byte(out), &said); err != nil {
			t.Fatal(err)
		}
		for _, a := range said.Alarms {
			ids += a.ID + " "
		}
		return ids
	}
	for _, c := range []struct {
		hour int
		want string
	}{
		{0, ""}, {7, "koske/kiire/source_late "}, {24, "koske/kiire/source_failed koske/osaksi/source_failed/busy "},
	} {
		if got := standing(c.hour); got != c.want {
			t.Errorf("after %d hours stands %q, want %q", c.hour, got, c.want)
		}
	}
	out, _ := program(t, dir, exitOK, "alerts", "--now=2026-11-24T07:00:00Z")
	if !strings.Contains(out, "the source asked us to wait") || !strings.Contains(out, "opens in a browser") {
		t.Error(out)
	}
}
