package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestAVisitOutlastsAReload: while a feed that is read once a day is being asked, the configuration is read again. The visit
// tells what it got, and the server is not asked a second time.
func TestAVisitOutlastsAReload(t *testing.T) {
	asked, release := make(chan bool, 9), make(chan bool)
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		asked <- true
		<-release
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>U</title><link>https://a.example/</link><description/><item><title>T</title><link>https://a.example/1</link><guid>1</guid><pubDate>Sun, 15 Nov 2026 10:00:00 +0200</pubDate></item></channel></rss>`)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	desk := fmt.Sprintf(`organisations: [{id: koske, name: Koske}]
channels: [{id: sivut, kind: website, name: Sivut}]
sources: [{id: syote, kind: feed, role: own, channel: sivut, schedule: "@daily", allow_private: true, feeds: [%q]}]
server: {listen: "127.0.0.1:0"}
`, server.URL)
	writeFiles(t, dir, map[string]string{"seuranta.yaml": desk})
	r := serving(t, dir)
	<-asked
	if err := os.WriteFile(filepath.Join(dir, "seuranta.yaml"), []byte(strings.Replace(desk, "name: Sivut", "name: Uudet", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	metric := func(want string) func() bool {
		return func() bool { _, body := r.get(t, "/metrics"); return strings.Contains(body, want) }
	}
	r.until(t, "the configuration is read again", metric(`seuranta_reloads_total{result="used"} 1`))
	time.Sleep(200 * time.Millisecond) // a visit that is stopped would end meanwhile
	close(release)
	r.until(t, "the visit is made to its end", metric(`seuranta_numbers_total{organisation="koske",source="syote",what="new"} 1`))
	if n := requests.Load(); n != 1 || strings.Contains(r.said(), "stopped") {
		t.Errorf("the server was asked %d times\n%s", n, r.said())
	}
}
