package connect_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/connect"
	"seuranta/internal/fetch"
)

// Canaries: nothing that is said may hold one. Codes and tokens of the platform hold the last.
const (
	clientSecret = "C4N4RY-client-secret"
	canary       = "C4N4RY"
)

// platform is a local authorization server. It is strict, and its refresh tokens are good once: one that is shown again ends all
// that came of the same consent.
type platform struct {
	*httptest.Server

	mu      sync.Mutex
	issued  int
	codes   map[string]url.Values // that were given, with what the browser asked
	spent   map[string]bool       // codes and refresh tokens
	access  map[string]bool       // tokens that are good
	refresh map[string]bool
	asked   []url.Values // at the address of tokens
	// grace lets a refresh token be shown again until the one that followed it was shown.
	grace map[string]string
	// answer changes what is answered to a good question.
	answer map[string]any
	lacks  []string // fields that are left out of it
	// meddle answers in place of the platform, when it returns true; done tells that the question was a good one, and counted.
	meddle func(w http.ResponseWriter, r *http.Request, done map[string]any) bool
	// consent says no, or something else, in the browser.
	consent func(w http.ResponseWriter, r *http.Request) bool
}

func newPlatform(t *testing.T) *platform {
	t.Helper()
	p := &platform{codes: map[string]url.Values{}, spent: map[string]bool{}, access: map[string]bool{}, refresh: map[string]bool{}, answer: map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("POST /long", p.long)
	mux.HandleFunc("POST /prolong", p.prolong)
	mux.HandleFunc("GET /me", p.me)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *platform) next(what string) string {
	p.issued++
	return fmt.Sprintf("%s-%s-%03d", canary, what, p.issued)
}

func (p *platform) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	if p.consent != nil && p.consent(w, r) {
		return
	}
	if q.Get("client_id") != "app" || q.Get("response_type") != "code" || q.Get("state") == "" || q.Get("scope") == "" || q.Get("code_challenge_method") != "S256" {
		http.Error(w, "wrong question", http.StatusBadRequest)
		return
	}
	code := p.next("code")
	p.codes[code] = q
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
}

func refuse(w http.ResponseWriter, word string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": word, "error_description": canary + " was shown"})
}

func (p *platform) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = r.ParseForm()
	form := maps.Clone(r.PostForm)
	p.asked = append(p.asked, form)
	if word := p.wrong(form); word != "" {
		if p.meddle == nil || !p.meddle(w, r, nil) {
			refuse(w, word)
		}
		return
	}
	p.give(w, r, form)
}

// give answers a good question.
func (p *platform) give(w http.ResponseWriter, r *http.Request, form url.Values) {
	answer := map[string]any{"access_token": p.next("access"), "token_type": "bearer", "expires_in": 7200, "refresh_token": p.next("refresh"), "scope": "lue offline.access"}
	maps.Copy(answer, p.answer)
	for _, field := range p.lacks {
		delete(answer, field)
	}
	shown := form.Get("code") + form.Get("refresh_token")
	renewed, _ := answer["refresh_token"].(string)
	if p.spent[shown] = renewed != "" || form.Get("code") != ""; renewed != "" {
		p.refresh[renewed] = true
		if p.grace != nil {
			delete(p.grace, shown)
			p.grace[shown] = renewed
		}
	}
	p.access[fmt.Sprint(answer["access_token"])] = true
	if p.meddle == nil || !p.meddle(w, r, answer) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// wrong says what is wrong with a question for a token.
func (p *platform) wrong(form url.Values) string {
	if form.Get("client_id") != "app" || form.Get("client_secret") != clientSecret {
		return "invalid_client"
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		asked, known := p.codes[form.Get("code")]
		sum := sha256.Sum256([]byte(form.Get("code_verifier")))
		if !known || p.spent[form.Get("code")] || asked.Get("redirect_uri") != form.Get("redirect_uri") || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
			return "invalid_grant"
		}
	case "refresh_token":
		shown := form.Get("refresh_token")
		follower, again := p.grace[shown]
		switch {
		case again && !p.spent[follower]:
		case p.spent[shown]: // reuse: the whole family ends
			clear(p.refresh)
			clear(p.access)
			return "invalid_grant"
		case !p.refresh[shown]:
			return "invalid_grant"
		}
	default:
		return "unsupported_grant_type"
	}
	return ""
}

// long changes a token for one of weeks, as Meta does.
func (p *platform) long(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = r.ParseForm()
	if !p.access[r.PostForm.Get("fb_exchange_token")] || r.PostForm.Get("grant_type") != "fb_exchange_token" || r.PostForm.Get("client_secret") != clientSecret || r.URL.RawQuery != "" {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":{"message":"no %s","type":"OAuthException","code":190}}`, canary)
		return
	}
	token := p.next("long")
	p.access[token] = true
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer","expires_in":5183944}`, token)
}

// prolong gives another token of weeks for one that is good, as Threads does.
func (p *platform) prolong(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = r.ParseForm()
	q := r.PostForm
	p.asked = append(p.asked, q)
	if q.Get("grant_type") != "th_refresh_token" || q.Get("method") != "GET" || !p.access[q.Get("access_token")] || r.URL.RawQuery != "" {
		refuse(w, "invalid_grant")
		return
	}
	token := p.next("prolonged")
	p.access[token] = true
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer","expires_in":5183944}`, token)
}

// me tells whether a token is good.
func (p *platform) me(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, _ = w.Write([]byte(`{"name":"Koske"}`))
}

// questions counts the questions for tokens.
func (p *platform) questions() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.asked)
}

// clock is one that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)} }

// account returns the account of a source at a platform.
func (p *platform) account(folder string, c *clock) connect.Account {
	return connect.Account{Source: "x-koske", Folder: folder, Now: c.now, Connection: p.connection()}
}

func (p *platform) connection() collector.Connection { return p.connectionAt(p.URL) }

func (*platform) connectionAt(address string) collector.Connection {
	return collector.Connection{Platform: "Koe", ClientID: "app", ClientSecret: collector.NewSecret(clientSecret), Scopes: []string{"lue", "offline.access"},
		Authorize: address + "/authorize", Exchange: address + "/token", PKCE: true}
}

// session asks without waiting.
func session() *fetch.Session {
	pause := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return fetch.New(fetch.Options{Program: "Seuranta/1", Pause: pause, Patience: 5 * time.Second}).Session(fetch.Policy{AllowPrivate: true, Secrets: []string{clientSecret}})
}

// browse opens an address as a browser does, and returns the page that it ends at.
func browse(t *testing.T, address string) (status int, at *url.URL) {
	t.Helper()
	res, err := http.Get(address) //nolint:gosec // a local server of the test
	if err != nil {
		t.Error(err)
		return 0, nil
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode, res.Request.URL
}

// connected goes through the browser, and returns the account with its credential kept.
func connected(t *testing.T, p *platform, c *clock) connect.Account {
	t.Helper()
	a := p.account(t.TempDir()+"/secrets", c)
	if _, err := through(t, a); err != nil {
		t.Fatal(err)
	}
	return a
}

// through goes through the browser.
func through(t *testing.T, a connect.Account) (connect.Standing, error) {
	t.Helper()
	if err := a.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := a.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	f := a.Begin(l.Redirect())
	go browse(t, f.Address())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	code, err := l.Wait(ctx, f, nil)
	if err != nil {
		return connect.Standing{}, err
	}
	return f.Exchange(ctx, session(), code)
}

// silent fails a test when a text holds what is secret.
func silent(t *testing.T, texts ...string) {
	t.Helper()
	if i := slices.IndexFunc(texts, func(s string) bool { return strings.Contains(s, canary) }); i >= 0 {
		t.Errorf("a secret is told: %s", texts[i])
	}
}
