package feed

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/markup"
	"seuranta/internal/fetch"
)

// anyItem matches what an item of a feed begins with, in any spelling.
var anyItem = regexp.MustCompile(`(?i)<(\w+:)?(item|entry)[\s>/]`)

// readAsVisited reads a document as a visit does.
func readAsVisited(body []byte) (entries []entry, err error) {
	v := &visit{feed: Feed{URL: "https://example.fi/feed", Outlet: "Lehti"}, part: "a", answer: &fetch.Answer{Body: body, Header: http.Header{}, URL: "https://example.fi/feed"}}
	err = v.read(roleOwn, collector.Window{Now: time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC), Zone: time.UTC})
	return v.entries, err
}

// TestForeignFeeds reads the feeds that the parser's own tests use: odd, old, malformed. Nothing breaks down, and none that
// holds an item, or is no feed at all, is taken for a feed without news.
func TestForeignFeeds(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mmcdole/gofeed").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	root := filepath.Join(strings.TrimSpace(string(dir)), "testdata")
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen[checkForeign(t, path, body)]++
		return nil
	})
	if err != nil || seen["items"] < 50 || seen["empty"] < 50 || seen[collector.ReasonBadFeed] < 50 || seen[collector.ReasonNotAFeed] < 50 {
		t.Errorf("%v, read %v", err, seen)
	}
	t.Logf("read %v", seen)
}

// checkForeign reads one document and returns what it was taken for.
func checkForeign(t *testing.T, path string, body []byte) string {
	t.Helper()
	entries, err := readAsVisited(body)
	switch {
	case err != nil && collector.ReasonOf(err) != collector.ReasonBadFeed && collector.ReasonOf(err) != collector.ReasonNotAFeed:
		t.Errorf("%s: %s, %v", path, collector.ReasonOf(err), err)
		return "other"
	case err != nil:
		return collector.ReasonOf(err)
	case len(entries) > 0:
		return "items"
	}
	// A feed without items is one: RSS or Atom that says something of itself, is whole, and names no item.
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\uFEFF")))
	if !bytes.HasPrefix(trimmed, []byte("<")) || !bytes.HasSuffix(trimmed, []byte(">")) || anyItem.Match(body) {
		t.Errorf("%s is taken for a feed without news:\n%s", path, body)
	}
	return "empty"
}

func FuzzParse(f *testing.F) {
	good := feedOf(news("2", time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)), news("1", time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)))
	for _, text := range []string{
		good, good[:200], `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>1</id><title type="html">&lt;b&gt;</title><link href="/a"/><updated>2026-11-21</updated></entry></feed>`,
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"url":"/a","date_published":"2026-11-21T10:00:00Z"},null]}`, `{"error":"x"}`, "<html>", "",
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="x"><title>y</title></item></rdf:RDF>`,
		`<rss><channel><item><title>x</title></item></channel></rss>`, `<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><guid>&a;</guid></item></channel></rss>`, `<rss><channel><title>a < b & c</title><item></channel></rss>`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		entries, err := readAsVisited(body)
		if err == nil && len(entries) == 0 && bytes.HasPrefix(body, []byte("<rss><channel><item><title>x</title></item>")) {
			t.Errorf("an item is lost without a word in %q", body)
		}
		for _, e := range entries {
			if len(e.aliases) == 0 || e.item.ID != "" || len([]rune(e.item.Title)) > markup.LongestTitle || len([]rune(e.item.Text)) > markup.LongestText || strings.ContainsAny(e.item.Title, "\n\x00\u202e") {
				t.Errorf("%+v from %q", e, body)
			}
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"Sat, 21 Nov 2026 10:00:00 +0200", "2026-11-21T10:00:00.5Z", "21.11.2026 klo 10.00", "lauantaina 21. marraskuuta 2026", "20261121T1000Z", "11/13/26", "Nov 21, 2026 3:04pm EST"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := parseDate(text, time.UTC)
		if !ok {
			return
		}
		again, ok := parseDate(m.at.Format(time.RFC3339), time.UTC)
		if ok != (m.at.Year() >= 0 && m.at.Year() < 10000) || ok && !again.at.Equal(m.at) {
			t.Errorf("%q is %s, and that is %s, %v", text, m.at, again.at, ok)
		}
	})
}
