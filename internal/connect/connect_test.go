package connect_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/connect"
	"seuranta/internal/observation"
)

func TestThroughTheBrowser(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	s, err := a.Look()
	if err != nil || !s.Connected.Equal(c.now()) || !s.Renews || !s.Expires.IsZero() || strings.Join(s.Scopes, " ") != "lue offline.access" {
		t.Errorf("%+v %v", s, err)
	}
	session := session()
	credential := a.Credential(session, c.now)
	token, err := credential.Token(t.Context())
	if err != nil || !p.access[token.Reveal()] || p.questions() != 1 {
		t.Errorf("%v, asked %d times", err, p.questions())
	}
	if got := strings.Join(session.Secrets(), " "); !strings.Contains(got, token.Reveal()) || !strings.Contains(got, "refresh") {
		t.Errorf("what is not to be told: %s", got)
	}
	for path, want := range map[string]fs.FileMode{a.Folder: 0o700, a.Path(): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s is %v, %v", path, info.Mode(), err)
		}
	}
	if left, _ := filepath.Glob(a.Folder + "/x-koske*"); len(left) != 2 { // the file and its lock
		t.Errorf("left in the folder: %q", left)
	}
	if text, err := os.ReadFile(filepath.Join(a.Folder, ".gitignore")); err != nil || string(text) != "*\n" {
		t.Errorf("%q %v", text, err)
	}
}

func TestNobodyConnected(t *testing.T) {
	a := newPlatform(t).account(t.TempDir()+"/secrets", newClock())
	if c := a.Credential(session(), time.Now); c != nil {
		t.Errorf("a credential out of nothing: %v", c)
	}
	if _, err := a.Look(); !errors.Is(err, fs.ErrNotExist) || a.There() || !a.Connected().IsZero() {
		t.Error(err)
	}
	if found, err := a.Forget(t.Context()); found || err != nil {
		t.Errorf("%v %v", found, err)
	}
}

func TestForget(t *testing.T) {
	a := connected(t, newPlatform(t), newClock())
	if found, err := a.Forget(t.Context()); !found || err != nil || a.There() {
		t.Errorf("%v %v", found, err)
	}
	if left, _ := filepath.Glob(a.Folder + "/x-koske*"); len(left) > 0 {
		t.Errorf("left in the folder: %q", left)
	}
}

// Addresses that begin with / lie below the platform's address; others stay.
func TestAddresses(t *testing.T) {
	settings := settings{collector.Connection{Authorize: "https://x.example/a", Exchange: "/token", LongLived: "/long", Renew: "", Base: "https://api.example"}}
	for base, want := range map[string]string{"": "https://api.example/token", "http://127.0.0.1:1": "http://127.0.0.1:1/token"} {
		a, ok := connect.Of(settings, "x", "secrets", base)
		if c := a.Connection; !ok || c.Exchange != want || c.Authorize != "https://x.example/a" || c.Renew != "" {
			t.Errorf("%q: %v %+v", base, ok, c)
		}
	}
	if _, ok := connect.Of(other{}, "x", "secrets", ""); ok {
		t.Error("a kind that connects nobody has an account")
	}
}

type other struct{}

func (other) Validate() []collector.Fault            { return nil }
func (other) New(collector.Deps) collector.Collector { return nil }

type settings struct{ connection collector.Connection }

func (settings) Validate() []collector.Fault            { return nil }
func (settings) New(collector.Deps) collector.Collector { return nil }
func (s settings) Connection() collector.Connection     { return s.connection }

// What the browser comes back with, and what is said of it.
func TestTheWayBack(t *testing.T) {
	a := newPlatform(t).account(t.TempDir()+"/secrets", newClock())
	for name, test := range map[string]struct {
		back func(state string) url.Values
		kind error
		says string
	}{
		"denied":              {func(s string) url.Values { return url.Values{"state": {s}, "error": {"access_denied"}} }, connect.ErrDenied, "somebody said no"},
		"linkedin":            {func(s string) url.Values { return url.Values{"state": {s}, "error": {"user_cancelled_login"}} }, connect.ErrDenied, "somebody said no"},
		"set up":              {func(s string) url.Values { return url.Values{"state": {s}, "error": {"invalid_scope"}} }, connect.ErrDenied, "http://127.0.0.1:1/callback"},
		"odd error":           {func(s string) url.Values { return url.Values{"state": {s}, "error": {canary + " <b>"}} }, connect.ErrDenied, "with an error"},
		"other state":         {func(s string) url.Values { return url.Values{"state": {s + "x"}, "code": {canary}} }, connect.ErrOther, ""},
		"no state":            {func(string) url.Values { return url.Values{"code": {canary}} }, connect.ErrOther, ""},
		"denied, other state": {func(string) url.Values { return url.Values{"error": {"access_denied"}} }, connect.ErrOther, ""},
		"no code":             {func(s string) url.Values { return url.Values{"state": {s}} }, connect.ErrOther, ""},
	} {
		f := a.Begin(a.RedirectOf(1))
		address, _ := url.Parse(f.Address())
		_, err := f.Take(test.back(address.Query().Get("state")))
		if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
		silent(t, err.Error())
	}
}

// Anybody may open the address that is waited for: only the right page ends the waiting, and only once.
func TestStrayPages(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := p.account(t.TempDir()+"/secrets", c)
	l, err := a.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	f := a.Begin(l.Redirect())
	others := 0
	stray := make(chan struct{})
	go func() {
		defer close(stray)
		for at, want := range map[string]int{"/favicon.ico": 404, "/callback": 400, "/callback?code=x&state=y": 400, "/callback?error=access_denied": 400} {
			if status, _ := browse(t, strings.TrimSuffix(l.Redirect(), "/callback")+at); status != want {
				t.Errorf("%s: %d", at, status)
			}
		}
		r, _ := http.NewRequest(http.MethodGet, l.Redirect(), nil)
		r.Host = "paha.example"
		if res, err := http.DefaultClient.Do(r); err != nil || res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("another name of this machine: %v %v", res, err)
		}
		if res, err := http.Head(l.Redirect()); err != nil || res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("HEAD: %v %v", res, err)
		}
		if status, _ := browse(t, f.Address()); status != http.StatusOK {
			t.Errorf("the right page: %d", status)
		}
	}()
	code, err := l.Wait(t.Context(), f, func() { others++ })
	<-stray
	if err != nil || !p.codes[code].Has("state") || others != 1 {
		t.Errorf("%v, %d others", err, others)
	}
	if _, err := http.Get(l.Redirect()); err == nil { //nolint:bodyclose // there is none
		t.Error("the address still answers")
	}
}

func TestNobodyComesBack(t *testing.T) {
	a := newPlatform(t).account(t.TempDir()+"/secrets", newClock())
	l, err := a.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	late := errors.New("late")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, late)
	defer cancel()
	if _, err := l.Wait(ctx, a.Begin(l.Redirect()), nil); !errors.Is(err, late) {
		t.Error(err)
	}
	if again, err := a.Listen(0); err != nil {
		t.Error(err)
	} else {
		again.Close()
	}
}

func TestThePortIsTaken(t *testing.T) {
	a := newPlatform(t).account(t.TempDir(), newClock())
	first, err := a.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	address, _ := url.Parse(first.Redirect())
	port := 0
	_ = json.Unmarshal([]byte(address.Port()), &port)
	if _, err := a.Listen(port); err == nil || !strings.Contains(err.Error(), "--port") {
		t.Error(err)
	}
	a.Connection.Localhost = true
	if got := a.RedirectOf(8743); got != "http://localhost:8743/callback" {
		t.Error(got)
	}
}

func TestPasted(t *testing.T) {
	a := newPlatform(t).account(t.TempDir(), newClock())
	f := a.Begin(a.RedirectOf(8743))
	address, _ := url.Parse(f.Address())
	state := address.Query().Get("state")
	for text, want := range map[string]string{
		a.RedirectOf(8743) + "?code=abc&state=" + state:                    "abc",
		" " + a.RedirectOf(8743) + "?state=" + state + "&code=abc#_=_\r\n": "abc",
		`"http://localhost:1/callback?code=abc&state=` + state + `"`:       "abc",
		"?code=abc&state=" + state:                                         "abc",
		"code=abc&state=" + state:                                          "abc",
	} {
		if code, token, err := f.Pasted(text); code != want || token != "" || err != nil {
			t.Errorf("%q: %q %q %v", text, code, token, err)
		}
	}
	if code, token, err := f.Pasted("EAAB" + canary + "\n"); token != "EAAB"+canary || code != "" || err != nil {
		t.Errorf("a finished token: %q %q %v", code, token, err)
	}
	for text, says := range map[string]string{
		"": "nothing was pasted", "  \n": "nothing was pasted", "two words": "neither",
		a.RedirectOf(8743) + "?code=abc&state=else":                "open the address that was printed last",
		a.RedirectOf(8743):                                         "open the address that was printed last",
		a.RedirectOf(8743) + "?error=access_denied&state=" + state: "somebody said no",
		"https://" + canary + "\x7f?code=" + canary:                "no address",
		strings.Repeat("a", 9000):                                  "neither",
	} {
		_, _, err := f.Pasted(text)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		} else {
			silent(t, err.Error())
		}
	}
}

// A finished token that was pasted is shown as it is; when it ends nobody knows.
func TestAFinishedToken(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := p.account(t.TempDir()+"/secrets", c)
	if err := a.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := a.Paste(t.Context(), session(), "valmis-tunnus")
	if err != nil || s.Renews || !s.Expires.IsZero() {
		t.Fatalf("%+v %v", s, err)
	}
	credential := a.Credential(session(), c.now)
	c.pass(1000 * time.Hour)
	if token, err := credential.Token(t.Context()); err != nil || token.Reveal() != "valmis-tunnus" || p.questions() > 0 {
		t.Error(err)
	}
	_, err = credential.(collector.Renewer).Renew(t.Context(), collector.NewSecret("valmis-tunnus"))
	if !errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "run seuranta connect x-koske") {
		t.Error(err)
	}
}

// Meta changes a token of hours for one of weeks, which a person has to renew.
func TestATokenOfWeeks(t *testing.T) {
	p, c := newPlatform(t), newClock()
	p.lacks = []string{"refresh_token", "scope"}
	a := p.account(t.TempDir()+"/secrets", c)
	a.Connection.LongLived = p.URL + "/long"
	s, err := through(t, a)
	if want := c.now().Add(5183944 * time.Second); err != nil || !s.Expires.Equal(want) || s.Renews {
		t.Fatalf("%+v %v", s, err)
	}
	credential := a.Credential(session(), c.now)
	token, err := credential.Token(t.Context())
	if err != nil || !strings.Contains(token.Reveal(), "long") || !credential.Expires().Equal(s.Expires) {
		t.Errorf("%v, ends %s", err, credential.Expires())
	}
	c.pass(60 * 24 * time.Hour)
	_, err = credential.Token(t.Context())
	if !errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "ended on 2027-01-19") || !strings.Contains(err.Error(), "run seuranta connect x-koske") {
		t.Error(err)
	}
	// A token that was pasted is changed, too; one that cannot be is kept as it is.
	if s, err := a.Paste(t.Context(), session(), token.Reveal()); err != nil || s.Expires.IsZero() {
		t.Errorf("%+v %v", s, err)
	}
	if s, err := a.Paste(t.Context(), session(), "of-somebody-else"); err != nil || !s.Expires.IsZero() {
		t.Errorf("%+v %v", s, err)
	}
}

// Threads prolongs a token of weeks while it is good.
func TestATokenThatIsProlonged(t *testing.T) {
	p, c := newPlatform(t), newClock()
	p.lacks, p.answer = []string{"refresh_token"}, map[string]any{"expires_in": 5183944}
	a := p.account(t.TempDir()+"/secrets", c)
	a.Connection.Renew, a.Connection.RenewGrant = p.URL+"/prolong", "th_refresh_token"
	if _, err := through(t, a); err != nil {
		t.Fatal(err)
	}
	credential := a.Credential(session(), c.now)
	first, _ := credential.Token(t.Context())
	c.pass(6 * 24 * time.Hour)
	if token, err := credential.Token(t.Context()); err != nil || !token.Equal(first) {
		t.Errorf("renewed too early: %v", err)
	}
	c.pass(2 * 24 * time.Hour)
	token, err := credential.Token(t.Context())
	if err != nil || !strings.Contains(token.Reveal(), "prolonged") || !credential.Expires().Equal(c.now().Add(5183944*time.Second)) {
		t.Errorf("%v, ends %s", err, credential.Expires())
	}
	c.pass(60 * 24 * time.Hour)
	if _, err := credential.Token(t.Context()); collector.ResultOf(err) != observation.Auth {
		t.Error(err)
	}
}
