package fetch_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"seuranta/internal/fetch"
)

// site redirects from /a/N to N-1, and tells what it was asked with at /.
func site(t *testing.T) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/a/")); n > 0 {
			http.Redirect(w, r, fmt.Sprintf("/a/%d", n-1), http.StatusMovedPermanently)
			return
		}
		_, _ = fmt.Fprint(w, r.URL.Path)
	}).URL
}

func TestRedirects(t *testing.T) {
	at := site(t)
	if a := gets(t, home(quick()), fetch.Request{URL: at + "/a/5"}); a.URL != at+"/a/0" || string(a.Body) != "/a/0" || a.Tries != 1 {
		t.Errorf("%s: %s", a.URL, a.Body)
	}
	if e := fails(t, home(quick()), fetch.Request{URL: at + "/a/6"}, fetch.Refused); !strings.Contains(e.Error(), "more than 5 times") {
		t.Error(e)
	}
}

// to redirects to a place.
func to(t *testing.T, status int, location string, more ...string) string {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		for _, cookie := range more {
			w.Header().Add("Set-Cookie", cookie)
		}
		w.WriteHeader(status)
	}).URL
}

func TestBadRedirects(t *testing.T) {
	for location, want := range map[string]fetch.Class{
		"": fetch.Failed, "http://[": fetch.Failed, "http://": fetch.Failed, "ftp://example.org/x": fetch.Refused, "file:///etc/passwd": fetch.Refused,
		"javascript:alert(1)": fetch.Refused, "/": fetch.Refused, "http://%zz": fetch.Failed, "//": fetch.Refused,
	} {
		if e := fails(t, home(quick()), fetch.Request{URL: to(t, 302, location)}, want); e.Tries != 1 {
			t.Errorf("%q: %v", location, e)
		}
	}
}

func TestRedirectsInCircles(t *testing.T) {
	var calls atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		http.Redirect(w, r, map[string]string{"/a": "/b?x", "/b": "/a"}[r.URL.Path], http.StatusTemporaryRedirect)
	})
	e := fails(t, home(quick()), fetch.Request{URL: server.URL + "/a"}, fetch.Refused)
	if !strings.Contains(e.Error(), "in circles") || strings.Contains(e.Error(), "cookie") || calls.Load() != 2 {
		t.Errorf("%d calls: %v", calls.Load(), e)
	}
}

func TestCookieWalls(t *testing.T) {
	wall := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("consent"); err == nil {
			t.Error("a cookie was kept")
		}
		http.SetCookie(w, &http.Cookie{Name: "consent", Value: "yes"})
		n, _ := strconv.Atoi(r.FormValue("try"))
		if r.URL.Path == "/counting" {
			http.Redirect(w, r, fmt.Sprintf("/counting?try=%d", n+1), http.StatusFound)
			return
		}
		http.Redirect(w, r, map[string]string{"/": "/consent?back=/", "/consent": "/", "/same": "/same"}[r.URL.Path], http.StatusFound)
	})
	for _, path := range []string{"/", "/same", "/counting"} {
		if e := fails(t, home(quick()), fetch.Request{URL: wall.URL + path}, fetch.Refused); !strings.Contains(e.Error(), "may want a cookie") {
			t.Errorf("%s: %v", path, e)
		}
	}
}

// echo tells what it was asked with.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_, _ = fmt.Fprintf(w, "%s %v %q", r.Method, r.Header, body)
}

var letter = http.Header{"Authorization": {"Bearer canary-1"}, "X-Api-Key": {"canary-2"}, "Cookie": {"a=canary-3"}, "X-List": {"list-4"}, "Content-Type": {"text/x"}}

func TestWhatFollowsARedirect(t *testing.T) {
	other := serve(t, echo)
	for _, c := range []struct {
		name, method      string
		status            int
		other, credential bool
		want, unwanted    string // words of what arrives, "" for refused
	}{
		{"same place", "GET", 302, false, false, "GET canary-1 canary-2 canary-3 list-4", ""},
		{"same place, credential", "GET", 307, false, true, "GET canary-1 canary-2 canary-3 list-4", ""},
		{"elsewhere", "GET", 301, true, false, "GET list-4", "canary"},
		{"elsewhere, credential", "GET", 308, true, true, "", "list-4"},
		{"post becomes get", "POST", 302, false, false, "GET list-4", "paper text/x"},
		{"see other", "POST", 303, false, false, "GET list-4", "paper text/x"},
		{"see other, put", "PUT", 303, false, false, "GET list-4", "paper"},
		{"head stays head", "HEAD", 303, false, false, "", ""},
		{"post again", "POST", 307, false, true, "POST canary-1 paper text/x", ""},
		{"put stays put", "POST", 308, false, false, "POST paper", ""},
		{"post elsewhere", "POST", 307, true, false, "", ""},
		{"post elsewhere, credential", "POST", 308, true, true, "", ""},
		{"post to get elsewhere", "POST", 302, true, false, "GET list-4", "canary paper"},
	} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/end":
				echo(w, r)
			case c.other:
				http.Redirect(w, r, other.URL, c.status)
			default:
				http.Redirect(w, r, "/end", c.status)
			}
		})
		a, err := home(quick()).Do(t.Context(), fetch.Request{Method: c.method, URL: server.URL, Header: letter, Body: body(c.method), Credential: c.credential})
		if refused := err != nil; refused != (c.want == "" && c.method != "HEAD") {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err == nil {
			checkWords(t, c.name, string(a.Body), c.want, c.unwanted)
		}
	}
}

func body(method string) []byte {
	if method == "POST" || method == "PUT" {
		return []byte("paper")
	}
	return nil
}

func checkWords(t *testing.T, name, text, want, unwanted string) {
	t.Helper()
	for _, word := range strings.Fields(want) {
		if !strings.Contains(text, word) {
			t.Errorf("%s: %s lacks %s", name, text, word)
		}
	}
	for _, word := range strings.Fields(unwanted) {
		if strings.Contains(text, word) {
			t.Errorf("%s: %s has %s", name, text, word)
		}
	}
}

// secure returns a server with TLS and a client that trusts it.
func secure(t *testing.T, h http.HandlerFunc) (*httptest.Server, *fetch.Client) {
	t.Helper()
	server := httptest.NewTLSServer(h)
	t.Cleanup(server.Close)
	pool := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	return server, fetch.NewIn(quick(), fetch.World{Roots: pool})
}

func TestCredentialStaysWhereItIsMeant(t *testing.T) {
	next := serve(t, echo)
	var location string
	server, client := secure(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/home" {
			echo(w, r)
			return
		}
		http.Redirect(w, r, location, http.StatusFound)
	})
	otherTLS := httptest.NewTLSServer(http.HandlerFunc(echo)) // the same certificate, another port: another origin
	t.Cleanup(otherTLS.Close)
	s := client.Session(fetch.Policy{AllowPrivate: true, Secrets: []string{"canary-1"}})
	ask := fetch.Request{URL: server.URL, Header: letter, Credential: true}

	location = otherTLS.URL
	checkWords(t, "another origin", string(gets(t, s, ask).Body), "GET", "canary list-4")
	location = "/home"
	checkWords(t, "the same", string(gets(t, s, ask).Body), "GET canary-1 list-4", "")
	location = next.URL
	fails(t, s, ask, fetch.Refused) // no encryption any more
	location = otherTLS.URL + "/?token=canary-1"
	if e := fails(t, s, ask, fetch.Refused); strings.Contains(e.Error(), "canary") {
		t.Error(e)
	}
	location = next.URL
	gets(t, s, fetch.Request{URL: server.URL}) // without a credential it may
	location = strings.Replace(otherTLS.URL, "https://", "https://me:pw@", 1)
	checkWords(t, "a stranger's password", string(gets(t, s, ask).Body), "GET", "Authorization")
}

func TestHeadersThatAreLostDoNotComeBack(t *testing.T) {
	var first *httptest.Server
	second := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, first.URL+"/end", http.StatusFound) }))
	t.Cleanup(second.Close)
	first, client := secure(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			echo(w, r)
			return
		}
		http.Redirect(w, r, second.URL, http.StatusFound)
	})
	a := gets(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: first.URL, Header: letter, Credential: true})
	checkWords(t, "there and back", string(a.Body), "GET", "canary")
}

func TestCredentialNeedsEncryption(t *testing.T) {
	s := fetch.New(quick()).Session(fetch.Policy{AllowPrivate: true, Secrets: []string{"canary-key"}})
	for name, r := range map[string]fetch.Request{
		"told":   {URL: "http://10.1.2.3/", Credential: true},
		"head":   {URL: "http://10.1.2.3/", Header: http.Header{"X-Key": {"canary-key"}}},
		"query":  {URL: "http://10.1.2.3/?key=canary-key"},
		"body":   {URL: "http://10.1.2.3/", Method: "POST", Body: []byte("key=canary-key")},
		"public": {URL: "http://localhost.example.org/", Credential: true},
	} {
		if e := fails(t, s, r, fetch.Refused); !strings.Contains(e.Error(), "has to begin with https://") || e.Tries != 0 {
			t.Errorf("%s: %v", name, e)
		}
	}
	server := serve(t, echo)
	gets(t, s, fetch.Request{URL: server.URL, Credential: true})
	gets(t, s, fetch.Request{URL: strings.Replace(server.URL, "127.0.0.1", "localhost", 1), Credential: true})
}
