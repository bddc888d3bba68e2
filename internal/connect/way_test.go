package connect_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/connect"
	"seuranta/internal/fetch"
)

// meta is a local server that changes and prolongs tokens as Threads and Instagram do, in the ways that takes says; how it says no
// to others is theirs, too. What it says repeats all that it was asked with.
type meta struct {
	*httptest.Server

	mu     sync.Mutex
	ways   []string // in which it was asked
	seen   []string // every address that was asked
	takes  []string
	answer func(w http.ResponseWriter, r *http.Request) bool // in place of all that
}

func newMeta(t *testing.T, takes ...string) *meta {
	t.Helper()
	m := &meta{takes: takes}
	m.Server = httptest.NewServer(http.HandlerFunc(m.serve))
	t.Cleanup(m.Close)
	return m
}

func (m *meta) serve(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_ = r.ParseForm()
	way := "address"
	switch {
	case r.Method == http.MethodPost && r.PostForm.Get("method") == "GET":
		way = "read"
	case r.Method == http.MethodPost:
		way = "body"
	case r.Header.Get("Authorization") != "":
		way = "head"
	}
	m.ways, m.seen = append(m.ways, way), append(m.seen, r.URL.String())
	token := r.Form.Get("access_token") + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	echo := fmt.Sprintf("%s %s %s %s", r.Method, r.URL, r.Form.Encode(), token)
	switch {
	case m.answer != nil && m.answer(w, r):
	case !slices.Contains(m.takes, way):
		m.refuse(w, map[string]string{"read": "Unsupported request - method type: get ", "body": "Unsupported request - method type: post ", "head": "An access token is required ",
			"address": "Unsupported request - method type: get "}[way]+echo)
	case r.URL.Path == "/long" && r.Form.Get("client_secret") != clientSecret, !strings.HasPrefix(token, canary):
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":{"message":%q,"type":"OAuthException","code":190}}`, echo)
	default:
		_, _ = fmt.Fprintf(w, `{"access_token":"%s-%s-of-weeks","token_type":"bearer","expires_in":5183944}`, canary, way)
	}
}

func (*meta) refuse(w http.ResponseWriter, message string) {
	w.WriteHeader(http.StatusBadRequest)
	_, _ = fmt.Fprintf(w, `{"error":{"message":%q,"type":"IGApiException","code":100,"fbtrace_id":"A1"}}`, message)
}

func (m *meta) asked() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := strings.Join(m.ways, " ")
	m.ways = nil
	return out
}

func (m *meta) account(t *testing.T) connect.Account {
	t.Helper()
	a := connect.Account{Source: "x-koske", Folder: t.TempDir() + "/secrets", Now: newClock().now, Connection: collector.Connection{Platform: "Threads", ClientID: "app",
		ClientSecret: collector.NewSecret(clientSecret), LongLived: m.URL + "/long", LongLivedGrant: "th_exchange_token", Renew: m.URL + "/prolong", RenewGrant: "th_refresh_token", TokenInAddress: true}}
	if err := a.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// heard is a session of which all is kept that it says: to its log, to the log of the standard library, and to the record of answers.
func heard(t *testing.T) (*fetch.Session, func() string) {
	t.Helper()
	var mu sync.Mutex
	var said bytes.Buffer
	locked := writer(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return said.Write(p)
	})
	log.SetOutput(locked)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	pause := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	client := fetch.New(fetch.Options{Program: "Seuranta/1", Pause: pause, Patience: time.Second, Log: slog.New(slog.NewTextHandler(locked, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	told := func(part string, status int, size int64, sum string) {
		_, _ = fmt.Fprintln(locked, part, status, size, sum)
	}
	return client.Session(fetch.Policy{AllowPrivate: true, Secrets: []string{clientSecret}, Answered: told}), func() string {
		mu.Lock()
		defer mu.Unlock()
		return said.String()
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// Without a word in the settings no address ever holds a token or a secret, whatever the platform answers; it is said what can be
// done, the token goes on until its end, and when that is stays known.
func TestNoAddressHoldsASecretUnlessItIsAllowed(t *testing.T) {
	m := newMeta(t, "address")
	a := m.account(t)
	a.Connection.TokenInAddress = false
	session, said := heard(t)
	a.Connection.Exchange = m.URL + "/code"
	m.answer = func(w http.ResponseWriter, r *http.Request) bool {
		return r.URL.Path == "/code" && say(200, `{"access_token":"`+canary+`-of-hours","user_id":1}`)(w, r)
	}
	_, err := a.Begin(a.RedirectOf(1)).Exchange(t.Context(), session, canary+"-code")
	if got := m.asked(); got != "body read body" || errors.Is(err, collector.ErrAuth) {
		t.Errorf("changed by %q: %v", got, err)
	}
	advises(t, err, "with the token in its body (IGApiException 100)", "nothing was kept")
	silent(t, fmt.Sprintf("%v %+v", err, err))
	if _, err := a.Look(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a token of hours was kept: %v", err)
	}
	m.takes = []string{"body", "address"} // when it was connected, and not any more when it is renewed
	s, err := a.Paste(t.Context(), session, canary+"-of-hours")
	if got := m.asked(); got != "read body" || err != nil || s.Expires.IsZero() {
		t.Fatalf("changed by %q: %v", got, err)
	}
	m.takes = []string{"address"}
	c := newClock()
	credential := a.Credential(session, c.now)
	c.pass(8 * 24 * time.Hour)
	token, err := credential.Token(t.Context())
	if got := m.asked(); got != "read body head" || err != nil || !strings.HasSuffix(token.Reveal(), "of-weeks") {
		t.Errorf("prolonged by %q: %v", got, err)
	}
	advises(t, credential.(interface{ Unrenewed() error }).Unrenewed(), "with the token in its body and in its head (IGApiException 100)", "renew the credential")
	if !credential.Expires().Equal(s.Expires) {
		t.Errorf("the end of the token is %s, was %s", credential.Expires(), s.Expires)
	}
	c.pass(60 * 24 * time.Hour)
	_, err = a.Credential(session, c.now).Token(t.Context())
	if !errors.Is(err, collector.ErrAuth) || m.asked() != "" {
		t.Errorf("at its end: %v", err)
	}
	for _, word := range []string{"was not renewed", "token_in_address: true", "run seuranta connect x-koske"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("at its end it does not say %q: %v", word, err)
		}
	}
	silent(t, append(m.seen, said(), err.Error())...)
	if all := strings.Join(m.seen, " "); strings.Contains(all, "access_token") || strings.Contains(all, "client_secret") {
		t.Errorf("asked: %s", all)
	}
}

// advises fails when an error does not say what was refused, and what can be done.
func advises(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, word := range append(words, "documents no way for it but the address", "token_in_address: true", "every 60 days") {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("it does not say %q: %v", word, err)
		}
	}
}

// Tokens and secrets go in the body or in the head of a question. The address holds one only where the settings allow it, at a
// platform that has said of every other way that it does not take it, and nobody is told of that address.
func TestTheAddressHoldsNoSecret(t *testing.T) {
	for name, test := range map[string]struct{ takes, long, prolong string }{
		"a post that is a get":      {"read body head address", "read", "read"},
		"a post":                    {"body head address", "read body", "read body"},
		"the head":                  {"head address", "read body address", "read body head"},
		"the address":               {"address", "read body address", "read body head address"},
		"only what no manual shows": {"read", "read", "read"},
	} {
		m := newMeta(t, strings.Fields(test.takes)...)
		a := m.account(t)
		session, said := heard(t)
		s, err := a.Paste(t.Context(), session, canary+"-of-hours")
		if got := m.asked(); got != test.long || err != nil || s.Expires.IsZero() {
			t.Errorf("%s: changed by %q, %v", name, got, err)
		}
		c := newClock()
		credential := a.Credential(session, c.now)
		c.pass(8 * 24 * time.Hour)
		token, err := credential.Token(t.Context())
		if got := m.asked(); got != test.prolong || err != nil || !strings.HasSuffix(test.prolong, strings.Split(token.Reveal(), "-")[1]) {
			t.Errorf("%s: prolonged by %q, %v", name, got, err)
		}
		silent(t, said(), fmt.Sprintf("%v %+v", credential, s))
	}
}

// A platform that takes a question in no way at all, as Meta does for accounts that are no testers of the app: a pasted token is
// kept as it is, and one that cannot be prolonged is good until its end.
func TestAPlatformThatTakesNoWay(t *testing.T) {
	m := newMeta(t)
	a := m.account(t)
	session, said := heard(t)
	if s, err := a.Paste(t.Context(), session, canary+"-of-hours"); err != nil || !s.Expires.IsZero() || m.asked() != "read body address" {
		t.Fatalf("%+v %v", s, err)
	}
	m.takes = []string{"read"}
	if _, err := a.Paste(t.Context(), session, canary+"-of-hours"); err != nil {
		t.Fatal(err)
	}
	m.takes = nil
	c := newClock()
	credential := a.Credential(session, c.now)
	c.pass(30 * 24 * time.Hour)
	if token, err := credential.Token(t.Context()); err != nil || token.IsZero() || m.asked() != "read read body head address" {
		t.Error(err)
	}
	c.pass(31 * 24 * time.Hour)
	_, err := credential.Token(t.Context())
	if !errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "run seuranta connect x-koske") {
		t.Error(err)
	}
	a.Connection.Exchange = m.URL + "/long" // one that came of the browser is of hours alone: nothing is kept then, and it says why
	_, err = a.Begin(a.RedirectOf(1)).Exchange(t.Context(), session, canary+"-code")
	if err == nil || errors.Is(err, collector.ErrAuth) {
		t.Error(err)
	}
	silent(t, fmt.Sprintf("%v %+v", err, err), said())
}

// What is no refusal of the way is taken as what it is: nobody puts a secret into an address because of it.
func TestNoFallbackWithoutARefusal(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"the token":           say(400, `{"error":{"message":"Error validating access token: Session has expired","type":"OAuthException","code":190}}`),
		"the secret":          say(400, `{"error":{"message":"Error validating client secret","type":"OAuthException","code":1}}`),
		"another 100":         say(400, `{"error":{"message":"Session key invalid","type":"IGApiException","code":100}}`),
		"a firewall":          say(405, `<html>method type: post</html>`),
		"a proxy":             say(501, `Unsupported request - method type: post`),
		"too often":           say(429, `{"error":{"message":"Unsupported request - method type: post","type":"IGApiException","code":100}}`),
		"broken":              say(500, `{"error":{"message":"Unsupported request - method type: post","type":"IGApiException","code":100}}`),
		"in words of OAuth":   say(400, `{"error":"unsupported_grant_type"}`),
		"nothing":             say(200, ``),
		"a page":              say(200, `<html>`),
		"huge":                say(200, strings.Repeat("a", 1<<20)),
		"a success that says": say(200, `{"error":{"message":"Unsupported request - method type: post","type":"IGApiException","code":100}}`),
	} {
		m := newMeta(t, "address", "head")
		m.answer = answer
		a := m.account(t)
		session, said := heard(t)
		s, err := a.Paste(t.Context(), session, canary+"-of-hours")
		if got := m.asked(); strings.Contains(got, "address") || strings.Contains(got, "head") || err == nil && !s.Expires.IsZero() {
			t.Errorf("%s: asked by %q, %v", name, got, err)
		}
		silent(t, fmt.Sprintf("%v %+v", err, err), said())
	}
}

func say(status int, body string) func(w http.ResponseWriter, r *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
		return true
	}
}

// No redirect is followed with a question for a token, to the same server neither; what a server repeats of the address on the way
// reaches nobody.
func TestNoRedirectOfAQuestion(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, same := range []bool{true, false} {
			elsewhere := newMeta(t, "read", "body", "head", "address")
			m := newMeta(t, "address")
			m.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodPost || r.Header.Get("Authorization") != "" || r.URL.Path == "/else" {
					return false
				}
				to := elsewhere.URL
				if same {
					to = ""
				}
				http.Redirect(w, r, to+"/else?"+r.URL.RawQuery, status)
				return true
			}
			a := m.account(t)
			session, said := heard(t)
			if _, err := a.Paste(t.Context(), session, canary+"-of-hours"); err == nil || errors.Is(err, collector.ErrAuth) {
				t.Errorf("%d: %v", status, err)
			} else {
				silent(t, fmt.Sprintf("%v %+v", err, err), said())
			}
			if got := elsewhere.asked() + m.asked(); got != "read body address" {
				t.Errorf("%d: asked by %q", status, got)
			}
		}
	}
}

// A server that speaks no HTTP any more when it is asked by the address, and repeats it: nothing of that is said by anybody.
func TestABrokenServerThatRepeatsTheAddress(t *testing.T) {
	for name, broken := range map[string]string{
		"no HTTP":     "%s\r\n\r\n",
		"bad head":    "HTTP/1.1 200 OK\r\n%s\r\n\r\n",
		"bad length":  "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
		"bad chunks":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n",
		"bad packing": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 400\r\n\r\n%s",
		"more behind": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}%s",
		"a status":    "HTTP/1.1 200 %s\r\nContent-Length: 0\r\n\r\n",
		"hangs up":    "%.0s",
	} {
		m := newMeta(t)
		m.answer = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost || r.Header.Get("Authorization") != "" {
				return false
			}
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = fmt.Fprintf(conn, broken, r.URL.String())
				time.Sleep(50 * time.Millisecond)
				err = conn.(*net.TCPConn).Close()
			}
			return err == nil
		}
		a := m.account(t)
		session, said := heard(t)
		_, err := a.Paste(t.Context(), session, canary+"-of-hours")
		if err == nil {
			t.Errorf("%s: taken", name)
		}
		time.Sleep(100 * time.Millisecond)
		silent(t, name+fmt.Sprintf(" %v %+v", err, err), name+" "+said())
	}
}
