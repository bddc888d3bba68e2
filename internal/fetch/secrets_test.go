package fetch_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"seuranta/internal/fetch"
)

// canary is a secret with all that is written otherwise somewhere; what must not be seen is a part that stays as it is, too.
const canary = `Canary/1+2 "ä"&<k>%\?=`

// disguises are the forms in which it goes about.
func disguises() []string {
	quoted, _ := json.Marshal(canary)
	out := []string{canary, url.QueryEscape(canary), url.PathEscape(canary), strings.ToLower(url.QueryEscape("/")) + canary, strings.Trim(string(quoted), `"`), strings.Trim(fmt.Sprintf("%q", canary), `"`)}
	for _, user := range []string{"", "a:", "ab:", "abc:", "someone@example.org:"} {
		out = append(out, base64.StdEncoding.EncodeToString([]byte(user+canary)), base64.RawURLEncoding.EncodeToString([]byte(user+canary+"!")))
	}
	return out
}

// shown tells whether a text gives away the canary or enough of one of its forms.
func shown(text string) bool {
	if strings.Contains(text, "Canary") {
		return true
	}
	for _, user := range []string{"", "a", "ab"} {
		packed := base64.RawStdEncoding.EncodeToString([]byte(user + canary))
		if strings.Contains(text, packed[4:24]) {
			return true
		}
	}
	return false
}

func TestSieve(t *testing.T) {
	for _, form := range disguises() {
		text := "before " + form + " after"
		if got := fetch.Clean(text, "other", canary, ""); shown(got) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
			t.Errorf("%s became %s", text, got)
		}
	}
	long, broken := strings.Repeat("long secret ", 30), "broken\xff secret"
	for _, text := range []string{long, broken, "OTHER-host.TEST", "other-HOST.test"} {
		if got := fetch.Clean("<"+text+">", long, broken, "Other-Host.test"); got != "<***>" {
			t.Errorf("%q became %q", text, got)
		}
	}
	for text, want := range map[string]string{
		"a\r\nb\x00\x1b[31mc\u202ed":                       "a b [31mc d",
		`Get "https://me:pw@example.org/a?token=1#x": EOF`: `Get "https://example.org/a": EOF`,
		"\xff":                   "�",
		strings.Repeat("ä", 400): strings.Repeat("ä", 299) + "…",
		"the words of a server":  "the words of a server",
		"abc is too short to be hidden, or nothing was readable any more": "abc is too short to be hidden, or nothing was readable any more",
	} {
		if got := fetch.Clean(text, "abc", "", " "); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

// TestSieveOfMixtures: what passed through several programs is escaped in part, or in several ways, or wholly.
func TestSieveOfMixtures(t *testing.T) {
	written := func(which string, write func(r rune) string) string {
		var out strings.Builder
		for _, r := range canary {
			if which == "" || strings.ContainsRune(which, r) {
				out.WriteString(write(r))
				continue
			}
			out.WriteRune(r)
		}
		return out.String()
	}
	octets := func(format string) func(r rune) string {
		return func(r rune) (out string) {
			for _, octet := range []byte(string(r)) {
				out += fmt.Sprintf(format, octet)
			}
			return out
		}
	}
	numbered := func(format string) func(r rune) string { return func(r rune) string { return fmt.Sprintf(format, r) } }
	for _, form := range []string{
		written(`+ "ä&`, octets("%%%02X")), written(`/<>%`, octets("%%%02x")), written("", octets("%%%02X")), written("", octets("%%%02x")),
		written("", numbered("&#%d;")), written(`"`, numbered("&#x%X;")), written("ä/", numbered(`\u%04x`)), written("", numbered(`\x%02x`)),
		strings.NewReplacer("&", "&amp;", `"`, "&quot;", " ", "+").Replace(canary), strings.NewReplacer("<", "&lt;", "/", `\/`).Replace(canary),
	} {
		if got := fetch.Clean("before "+form+" after", canary, "other"); got != "before *** after" {
			t.Errorf("%s became %s", form, got)
		}
	}
}

// gossip is a server that tells everybody what it was asked with, in all the ways there are.
func gossip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Told", canary)
	switch r.URL.Path {
	case "/401":
		w.WriteHeader(http.StatusUnauthorized)
	case "/429":
		w.Header().Set("Retry-After", canary)
		w.WriteHeader(http.StatusTooManyRequests)
	case "/coding":
		w.Header().Set("Content-Encoding", canary)
	case "/redirect":
		w.Header().Set("Location", canary+"://"+canary)
		w.WriteHeader(http.StatusFound)
	case "/elsewhere":
		http.Redirect(w, r, "http://localhost:1/"+url.PathEscape(canary)+"?"+url.QueryEscape(canary), http.StatusFound)
	case "/name":
		http.Redirect(w, r, "https://canary-host.test/", http.StatusFound)
	}
	for _, form := range disguises() {
		_, _ = fmt.Fprintln(w, form)
	}
}

// everything is all that an error gives to whoever prints it or looks into it.
func everything(err error) string {
	var out strings.Builder
	for ; err != nil; err = errors.Unwrap(err) {
		_, _ = fmt.Fprintf(&out, "%v %+v %#v %s %q\n", err, err, err, err, err)
		var e *fetch.Error
		if errors.As(err, &e) {
			_, _ = fmt.Fprintf(&out, "%v %+v %#v %s %v\n", *e, *e, *e, e.Body(), e.Header())
		}
		told, _ := json.Marshal(err)
		out.Write(told)
	}
	return out.String()
}

func TestSecretsAreShownNowhere(t *testing.T) {
	var log bytes.Buffer
	o := quick()
	o.Tries, o.Log = 2, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := fetch.NewIn(o, fetch.World{Resolver: names{}.serve(t)}).Session(fetch.Policy{AllowPrivate: true, Secrets: []string{canary, "canary-host"}})
	at := serve(t, gossip).URL
	bad := func(head string) string { return raw(t, says(head)) }
	for _, address := range []string{
		at + "/401", at + "/429", at + "/coding", at + "/redirect", at + "/elsewhere", at + "/name",
		bad("HTTP/1.1 200 OK\r\n" + canary + "\r\n\r\n"), bad(canary + "\r\n\r\n"), bad("HTTP/1.1 " + canary + "\r\n\r\n"), bad("HTTP/1.1 200 OK\r\nContent-Length: " + canary + "\r\n\r\n"),
		bad("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + canary + "\r\n\r\n"), bad("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + canary + "\r\n"),
		"http://127.0.0.1:1", canary, "https://" + canary, "gopher://" + url.PathEscape(canary), "http://user:" + url.QueryEscape(canary) + "@127.0.0.1", "https://canary-host.test",
	} {
		for _, tail := range []string{"", "/" + url.PathEscape(canary) + "?t=" + url.QueryEscape(canary) + "#" + url.PathEscape(canary)} {
			r := fetch.Request{URL: address + tail, Header: http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+canary))}}, Credential: true}
			_, err := s.Do(t.Context(), r)
			if err == nil && tail == "" {
				t.Errorf("%s was answered", address)
			}
			if text := everything(err); shown(text) || strings.Contains(text, "canary-host") {
				t.Errorf("%s: shown in\n%s", address, text)
			}
		}
	}
	if text := log.String(); shown(text) || strings.Contains(text, "canary-host") || strings.Count(text, "address asked") < 20 {
		t.Errorf("the log:\n%s", text)
	}
}

func TestAddressOfTheAnswer(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/feed?page=2&key="+url.QueryEscape(canary)+"&x=1", http.StatusFound)
		}
	})
	s := fetch.New(quick()).Session(fetch.Policy{AllowPrivate: true, Secrets: []string{canary}})
	if a := gets(t, s, fetch.Request{URL: server.URL + "/#part"}); a.URL != server.URL+"/feed?page=2&key=***&x=1" {
		t.Error(a.URL)
	}
}

func TestHeadersOfACredentialAreHiddenToo(t *testing.T) {
	r := fetch.Request{Header: http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("someone:unlisted-password"))}, "X-Key": {"unlisted-key"}}, Credential: true}
	for _, told := range []string{"unlisted-password", "unlisted-key", base64.StdEncoding.EncodeToString([]byte("someone:unlisted-password"))} {
		r.URL = raw(t, says("HTTP/1.1 401 No\r\nX-Told: "+told+"\r\n\r\nnot "+told))
		if e := fails(t, home(quick()), r, fetch.Unauthorized); strings.Contains(everything(e), told) || string(e.Body()) != "not ***" {
			t.Errorf("%v: %s", e, e.Body())
		}
	}
}
