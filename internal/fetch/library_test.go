package fetch_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seuranta/internal/fetch"
)

// post asks as a library does.
func post(t *testing.T, l *fetch.Library, url, body string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer lainattu-tunnus")
	res, err := l.Client().Do(req)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text), nil
}

func TestALibraryGetsEveryAnswer(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Head", "yes")
		if r.URL.Path == "/denied" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = w.Write([]byte(r.Method + " " + string(text) + " " + r.Header.Get("Authorization") + " " + r.UserAgent()))
	})
	l := home(quick()).Library("raportti")
	res, text, err := post(t, l, s.URL+"/ok", "kysymys")
	if err != nil || res.StatusCode != 200 || res.Header.Get("X-Head") != "yes" || !strings.Contains(text, "POST kysymys Bearer lainattu-tunnus Seuranta/1.4") || l.LastError() != nil {
		t.Errorf("%v %q %v %v", res, text, err, l.LastError())
	}
	res, text, err = post(t, l, s.URL+"/denied", "kysymys")
	if err != nil || res.StatusCode != 403 || !strings.Contains(text, "kysymys") || l.LastError() == nil || l.LastError().Class != fetch.Unauthorized {
		t.Errorf("%v %q %v %v", res, text, err, l.LastError())
	}
	if strings.Contains(text, "lainattu-tunnus") {
		t.Errorf("the answer repeats the credential: %q", text)
	}
	if _, _, err := post(t, l, s.URL+"/ok", ""); err != nil || l.LastError() != nil {
		t.Errorf("after a success: %v", l.LastError())
	}
}

// TestALibraryKeepsThePromises: tries, waits and the record are those of the session.
func TestALibraryKeepsThePromises(t *testing.T) {
	var calls atomic.Int32
	p, records := new(pauses), 0
	session := fetch.New(p.options()).Session(fetch.Policy{AllowPrivate: true, Answered: func(part string, status int, _ int64, _ string) {
		if part == "raportti" && status == 500 {
			records++
		}
	}})
	l := session.Library("raportti")
	if res, _, err := post(t, l, counting(t, &calls, "", 500), "x"); err != nil || res.StatusCode != 500 || calls.Load() != 3 || records != 3 {
		t.Errorf("a server that fails: %v %v, %d calls, %d records, want 3", res, err, calls.Load(), records)
	}
	calls.Store(0)
	res, _, err := post(t, l, counting(t, &calls, "7200", 429), "x")
	if err != nil || res.StatusCode != 429 || calls.Load() != 1 || !l.LastError().Until.Equal(now.Add(2*time.Hour)) {
		t.Errorf("a server that is busy: %v %v, %d calls, %v", res, err, calls.Load(), l.LastError())
	}
}

func TestALibraryGoesNowhereElse(t *testing.T) {
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("the credential arrived: %v", r.Header) })
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	l := home(quick()).Library("raportti")
	var failed *fetch.Error
	if _, _, err := post(t, l, s.URL, "x"); !errors.As(err, &failed) || failed.Class != fetch.Refused || l.LastError() == nil {
		t.Errorf("led elsewhere: %v", err)
	}
	if _, _, err := post(t, fetch.New(quick()).Session(fetch.Policy{}).Library(""), s.URL, "x"); !errors.As(err, &failed) || failed.Class != fetch.Refused {
		t.Errorf("a private address: %v", err)
	}
	if _, _, err := post(t, l, "http://example.org/", "x"); !errors.As(err, &failed) || failed.Class != fetch.Refused {
		t.Errorf("a credential without TLS: %v", err)
	}
	if _, _, err := post(t, l, s.URL, strings.Repeat("x", 2<<20)); err == nil {
		t.Error("two megabytes were sent")
	}
}

func TestALibraryGetsUnpackedAnswersAndIsStopped(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(gzipped("purettu"))
	})
	l := home(quick()).Library("raportti")
	if res, text, err := post(t, l, s.URL, "x"); err != nil || text != "purettu" || res.Header.Get("Content-Encoding") != "" || res.ContentLength != 7 {
		t.Errorf("%v %q %v", res, text, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/slow", nil)
	if res, err := l.Client().Do(req); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v %v, want the deadline", res, err)
	}
}

// TestALibraryThatKnowsLittle: one that knows a single address, no contexts and no credential is asked for at another, stopped,
// and given one; what it was answered can be looked at.
func TestALibraryThatKnowsLittle(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/here/slow" {
			<-r.Context().Done()
			return
		}
		if r.URL.Path == "/here/denied" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = w.Write([]byte(r.URL.RequestURI() + " " + r.Header.Get("Authorization")))
	})
	ctx, cancel := context.WithCancel(t.Context())
	l := home(quick()).Library("tili")
	l.Context, l.Header, l.Usual, l.Place = ctx, http.Header{"Authorization": {"Bearer annettu-tunnus"}}, "https://api.example.org", s.URL+"/here"
	get := func(path string) (string, error) {
		res, err := l.Client().Get("https://api.example.org" + path)
		if err != nil {
			return "", err
		}
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		return string(text), err
	}
	const want = "/here/users?id=1 Bearer annettu-tunnus"
	if text, err := get("/users?id=1"); err != nil || text != want || l.LastAnswer() == nil || string(l.LastAnswer().Body) != want {
		t.Errorf("%q, %v, answered %v, want %q", text, err, l.LastAnswer(), want)
	}
	if _, err := get("/denied"); err != nil || l.LastAnswer() != nil || l.LastError() == nil {
		t.Errorf("%v, answered %v: a refusal is no answer", err, l.LastAnswer())
	}
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := get("/slow"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was stopped", err)
	}
}
