package fetch_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"seuranta/internal/fetch"
)

func TestStatusGivesTheClass(t *testing.T) {
	for status, want := range map[int]fetch.Class{
		300: fetch.Failed, 304: fetch.Failed, 400: fetch.Failed, 401: fetch.Unauthorized, 402: fetch.Payment, 403: fetch.Unauthorized,
		404: fetch.NotFound, 405: fetch.Failed, 407: fetch.Unauthorized, 410: fetch.Gone, 418: fetch.Failed, 422: fetch.Failed, 429: fetch.Wait,
		451: fetch.Failed, 500: fetch.Failed, 501: fetch.Failed, 502: fetch.Failed, 503: fetch.Wait, 504: fetch.Failed, 999: fetch.Failed,
		206: fetch.Failed, // a part that was not asked for
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			if status != 304 {
				_, _ = io.WriteString(w, `{"code":190}`)
			}
		})
		e := fails(t, home(quick()), fetch.Request{URL: server.URL + "/feed?x=1"}, want)
		if e.Status != status || e.URL != server.URL+"/feed" || !strings.Contains(e.Error(), fmt.Sprint(status)) {
			t.Errorf("%d: %#v says %s", status, e.Status, e)
		}
		if status != 304 && string(e.Body()) != `{"code":190}` || e.Header() == nil {
			t.Errorf("%d: the error does not tell the answer: %q", status, e.Body())
		}
	}
}

func TestEveryAnswerIsTold(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/gone", http.StatusFound)
		case "/gone":
			w.WriteHeader(http.StatusGone)
			_, _ = io.WriteString(w, "no more")
		case "/packed":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(gzipped("what is inside"))
		}
	})
	var told []string
	policy := fetch.Policy{AllowPrivate: true, Answered: func(part string, status int, size int64, sum string) {
		told = append(told, fmt.Sprint(part, status, " ", size, " ", sum[:8]))
	}}
	s := fetch.New(quick()).Session(policy)
	fails(t, s, fetch.Request{URL: server.URL + "/moved", Part: "a"}, fetch.Gone)
	a := gets(t, s, fetch.Request{URL: server.URL + "/packed", Part: "b"})
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	if a.SHA256 != sum("what is inside") {
		t.Errorf("hash %s", a.SHA256)
	}
	want := []string{"a302 28 " + sum("<a href=\"/gone\">Found</a>.\n\n")[:8], "a410 7 " + sum("no more")[:8], "b200 14 " + sum("what is inside")[:8]}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	told = nil
	fails(t, s, fetch.Request{URL: "http://127.0.0.1:1/"}, fetch.Failed)
	if told != nil {
		t.Errorf("told %v of no answer", told)
	}
}

func TestConditional(t *testing.T) {
	const etag, modified = `W/"ä 1/2;x"`, "Fri, 20 Nov 2026 08:00:00 EET" // neither is rewritten
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == etag && r.Header.Get("If-Modified-Since") == modified {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", etag)
		w.Header().Set("Last-Modified", modified)
		_, _ = io.WriteString(w, "news")
	})
	s := home(quick())
	a := gets(t, s, fetch.Request{URL: server.URL})
	if a.NotModified || a.ETag != etag || a.LastModified != modified || string(a.Body) != "news" || a.Tries != 1 {
		t.Fatalf("first: %+v", a)
	}
	b := gets(t, s, fetch.Request{URL: server.URL, ETag: a.ETag, LastModified: a.LastModified})
	if !b.NotModified || b.Status != 304 || len(b.Body) != 0 || b.ETag != etag || b.LastModified != modified {
		t.Fatalf("second: %+v", b)
	}
	if c := gets(t, s, fetch.Request{URL: server.URL, ETag: "spoilt\r\nX-Evil: 1", LastModified: "x\x00"}); c.NotModified {
		t.Error("a spoilt validator was sent")
	}
}

func TestUnaskedNotModifiedIsAnError(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	if e := fails(t, home(quick()), fetch.Request{URL: server.URL}, fetch.Failed); !strings.Contains(e.Error(), "nothing is new") {
		t.Error(e)
	}
	gets(t, home(quick()), fetch.Request{URL: server.URL, Header: http.Header{"If-None-Match": {"*"}}})
}

func TestWhoAsks(t *testing.T) {
	var got http.Header
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header })
	gets(t, home(quick()), fetch.Request{URL: server.URL, Accept: "application/json", Header: http.Header{"user-agent": {"me"}, "X-List": {"1"}}})
	want := http.Header{"User-Agent": {"Seuranta/1.4 (+viestinta@example.org)"}, "Accept-Encoding": {"gzip, deflate"}, "Accept": {"application/json"}, "X-List": {"1"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("asked with %v", got)
	}
	for agent, want := range map[[2]string]string{
		{"Seuranta/1.4\r\nX-Evil: 1", "a@b.fi\x00 (x)\\"}: "Seuranta/1.4X-Evil: 1 (+a@b.fi x)",
		{"", ""}:                     "Seuranta",
		{"Seuranta/1", "https://ä/"}: "Seuranta/1 (+https:///)",
	} {
		if got := fetch.UserAgent(agent[0], agent[1]); got != want {
			t.Errorf("%q: %q", agent, got)
		}
	}
}

func TestWhatIsSent(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %s %d", r.Method, r.URL.RawQuery, body, r.ContentLength)
	})
	s := home(quick())
	if a := gets(t, s, fetch.Request{Method: "POST", URL: server.URL + "/?a=%20b&a=1+1#part", Body: []byte("hello")}); string(a.Body) != "POST a=%20b&a=1+1 hello 5" {
		t.Errorf("%s", a.Body)
	}
	if a := gets(t, s, fetch.Request{Method: "HEAD", URL: server.URL}); len(a.Body) != 0 {
		t.Errorf("%s", a.Body)
	}
}

func TestBadAddresses(t *testing.T) {
	for address, want := range map[string]fetch.Class{
		"": fetch.Refused, "example.org/feed": fetch.Refused, "ftp://example.org": fetch.Refused, "file:///etc/passwd": fetch.Refused,
		"http://": fetch.Failed, "http:///x": fetch.Failed, "https://[::1": fetch.Failed, "http:opaque": fetch.Failed, "http://a b/": fetch.Failed,
		"https://user:canary-password@127.0.0.1/": fetch.Refused, "https://canary-token@127.0.0.1/": fetch.Refused, "http://x/\r\n": fetch.Failed,
		"http://exa\x00mple.org": fetch.Failed, "http://127.0.0.1:99999999/": fetch.Failed,
	} {
		if address == "http://x/\r\n" {
			address = "http://x/\r\nX: y"
		}
		if e := fails(t, home(quick()), fetch.Request{URL: address}, want); strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e.Err), "canary") {
			t.Errorf("%q: %s", address, e)
		}
	}
	bad := fetch.Request{URL: "http://127.0.0.1/", Header: http.Header{"Authorization": {"Bearer canary\n"}}}
	if e := fails(t, home(quick()), bad, fetch.Failed); strings.Contains(e.Error(), "canary") || !strings.Contains(e.Error(), "line break") {
		t.Error(e)
	}
	fails(t, home(quick()), fetch.Request{URL: "http://127.0.0.1/", Method: "GET / HTTP/1.1\r\n"}, fetch.Failed)
}
