package collectortest

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorded writes answers into a folder and reads them.
func recorded(t *testing.T, files map[string]string) ([]*answer, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return readAnswers(dir)
}

// ask asks a server and returns status and body.
func ask(t *testing.T, s *server, target string, head ...string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.URL+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.Status[:3] + " " + s.unname(string(b))
}

func TestAServerPlaysWhatWasRecorded(t *testing.T) {
	answers, err := recorded(t, map[string]string{
		"1.http":   "GET /days?a=1&token=*\n200\nETag: \"x\"\n\nfirst ${SERVER}/next",
		"2.http":   "GET /days?token=*&a=1\n200\n\nsecond",
		"3.http":   "GET /feed.xml\n503\nRetry-After: 5\nBody-File: feed.xml\n",
		"feed.xml": "<rss>\r\n\r\n</rss>",
	})
	if err != nil {
		t.Fatal(err)
	}
	s := startServer(t, answers)
	for _, c := range []struct{ target, want string }{
		{"/days?token=secret&a=1", "200 first ${SERVER}/next"}, {"/days?a=1&token=other", "200 second"}, {"/days?a=1&token=other", "200 second"},
		{"/feed.xml", "503 <rss>\r\n\r\n</rss>"},
		{"/days?a=2&token=x", "404 404 page not found\n"}, {"/days?a=1", "404 404 page not found\n"}, {"/days?a=1&token=x&b=1", "404 404 page not found\n"},
	} {
		if got := ask(t, s, c.target); got != c.want {
			t.Errorf("%s is answered with %q, want %q", c.target, got, c.want)
		}
	}
	asked, strange := s.requests()
	if len(asked) != 4 || len(strange) != 3 || strange[0] != "GET /days?a=2&token=x" {
		t.Errorf("asked for %d answers and %v", len(asked), strange)
	}
	s.reset(answers, false)
	if got := ask(t, s, "/days?a=1&token=x", "If-None-Match", `"x"`); got != "304 " {
		t.Errorf("what has not changed is answered with %q", got)
	}
	if got := ask(t, s, "/feed.xml", "If-None-Match", `"x"`); !strings.HasPrefix(got, "503") {
		t.Errorf("an answer of another tag is answered with %q", got)
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"GET /a":                         "the status in the second",
		"GET a\n200\n\n":                 "is no request",
		"/a\n200\n\n":                    "is no request",
		"GET /a\nok\n\n":                 "is no status",
		"GET /a\n100\n\n":                "is no status",
		"GET /a\n200\nBody\n\n":          "is no head line",
		"GET /a\n200\nBody-File: no\n\n": "no such file",
	} {
		if _, err := recorded(t, map[string]string{"bad.http": text}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "bad.http") {
			t.Errorf("%q: %v, want one that tells %q and the file", text, err, want)
		}
	}
}
