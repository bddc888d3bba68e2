package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/platforms"
)

// tokenServer answers as X does, for one account; its refresh tokens are good once.
type tokenServer struct {
	*httptest.Server

	mu     sync.Mutex
	issued int
	good   string // the refresh token that is good
	life   int    // of an access token, in seconds
	reach  int    // of a refresh token, 0 is not told
	scope  string
	asked  []string
}

const appSecret = "C4N4RY-app-secret"

func newTokenServer(t *testing.T) *tokenServer {
	t.Helper()
	s := &tokenServer{life: 7200, scope: "users.read tweet.read offline.access"}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *tokenServer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(r.URL.Path, "/2/oauth2/token") {
		s.token(w, r)
		return
	}
	if r.Header.Get("Authorization") != fmt.Sprintf("Bearer C4N4RY-access-%d", s.issued) && r.Header.Get("Authorization") != "Bearer C4N4RY-pasted" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/tweets") {
		_, _ = w.Write([]byte(`{"meta":{"result_count":0}}`))
		return
	}
	_, _ = w.Write([]byte(`{"data":{"id":"2244994945","name":"Koske","username":"koske","created_at":"2013-12-14T04:35:55.000Z","public_metrics":{"followers_count":1432,"following_count":3,"tweet_count":2,"listed_count":1}}}`))
}

func (s *tokenServer) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.asked = append(s.asked, r.PostForm.Get("grant_type"))
	_, secret, _ := r.BasicAuth()
	good := r.PostForm.Get("code") == "C4N4RY-code" && r.PostForm.Get("code_verifier") != "" || r.PostForm.Get("refresh_token") == s.good && s.good != ""
	if secret != appSecret || !good {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_request","error_description":"Value passed for the token was invalid: C4N4RY"}`))
		return
	}
	s.issued++
	s.good = fmt.Sprintf("C4N4RY-refresh-%d", s.issued)
	answer := map[string]any{"token_type": "bearer", "expires_in": s.life, "access_token": fmt.Sprintf("C4N4RY-access-%d", s.issued), "refresh_token": s.good, "scope": s.scope}
	if s.reach > 0 {
		answer["refresh_token_expires_in"] = s.reach
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// connecting writes a configuration with a source of X, whose app has a secret.
func connecting(t *testing.T, s *tokenServer) (dir string) {
	t.Helper()
	dir = t.TempDir()
	writeFiles(t, dir, map[string]string{"secrets/x-koske.client_secret": appSecret, "seuranta.yaml": `
organisations: [{id: koske, name: Koske}]
channels: [{id: x, kind: x, name: X}, {id: sivut, kind: website}]
sources:
  - {id: x-koske, kind: twitter, channel: x, username: koske, client_id: app, schedule: "15 4 * * *", base_url: "` + s.URL + `", allow_private: true}
  - {id: loki, kind: accesslog, channel: sivut, paths: [access.log]}
`})
	if err := os.Chmod(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// session is the program while it waits for the browser.
type session struct {
	t      *testing.T
	in     io.WriteCloser
	out    *strings.Builder
	all    *strings.Builder // of standard error
	lines  *bufio.Reader
	wait   func() error
	prompt url.Values // what the browser is asked
}

// begin starts connect, and reads the address that it prints.
func begin(t *testing.T, dir string, args ...string) *session {
	t.Helper()
	cmd := underTest(t, dir, []string{"DISPLAY=", "WAYLAND_DISPLAY="}, append([]string{"connect"}, args...)...)
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, out: new(strings.Builder), all: new(strings.Builder), wait: cmd.Wait}
	cmd.Stdout = s.out
	if s.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.lines = bufio.NewReader(io.TeeReader(errs, s.all))
	for {
		line, err := s.lines.ReadString('\n')
		if strings.HasPrefix(line, "  https://") {
			address, _ := url.Parse(strings.TrimSpace(line))
			s.prompt = address.Query()
			return s
		}
		if err != nil {
			t.Fatalf("no address was printed:\n%s", s.all)
		}
	}
}

// back is the address that the browser ends at.
func (s *session) back(more url.Values) string {
	if !more.Has("state") {
		more.Set("state", s.prompt.Get("state"))
	}
	return s.prompt.Get("redirect_uri") + "?" + more.Encode()
}

// end waits for the program, and returns what it printed and its exit code.
func (s *session) end() (stdout, stderr string, code int) {
	s.t.Helper()
	_, _ = io.Copy(io.Discard, s.lines)
	err := s.wait()
	var exit interface{ ExitCode() int }
	if err != nil {
		exit, _ = err.(interface{ ExitCode() int })
		code = exit.ExitCode()
	}
	if text := s.out.String() + s.all.String(); strings.Contains(text, "C4N4RY") {
		s.t.Errorf("a secret is told:\n%s", text)
	}
	return s.out.String(), s.all.String(), code
}

func TestConnectByTheBrowser(t *testing.T) {
	server := newTokenServer(t)
	dir := connecting(t, server)
	s := begin(t, dir, "x-koske", "--port", freePort(t), "--json")
	if s.prompt.Get("code_challenge_method") != "S256" || s.prompt.Get("scope") != "users.read tweet.read offline.access" || !strings.Contains(s.all.String(), s.prompt.Get("redirect_uri")) {
		t.Errorf("the browser is asked %v\n%s", s.prompt, s.all)
	}
	for query, want := range map[string]int{"code=C4N4RY-code&state=other": http.StatusBadRequest, "": http.StatusOK} {
		address := s.prompt.Get("redirect_uri") + "?" + query
		if query == "" {
			address = s.back(url.Values{"code": {"C4N4RY-code"}})
			time.Sleep(50 * time.Millisecond)
		}
		if res, err := http.Get(address); err != nil || res.StatusCode != want && want == http.StatusOK {
			t.Errorf("%q: %v %v", query, res, err)
		}
		if query == "" {
			break
		}
	}
	out, errs, code := s.end()
	var told connectedTo
	if err := json.Unmarshal([]byte(out), &told); err != nil || code != 0 || !told.OK || told.Source != "x-koske" || told.Platform != "X" || !strings.Contains(told.Account, "@koske") || !told.Renews || told.Expires != nil {
		t.Fatalf("%d %s%s %v", code, out, errs, err)
	}
	if info, err := os.Stat(told.File); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	out, _ = program(t, dir, 0, "check", "x-koske")
	if !strings.Contains(out, "the connection renews itself") {
		t.Error(out)
	}
	out, _ = program(t, dir, 0, "connect")
	if !regexp.MustCompile(`x-koske +twitter +X +connected `).MatchString(out) {
		t.Error(out)
	}
	out, _ = program(t, dir, 0, "connect", "x-koske", "--forget")
	again, _ := program(t, dir, 0, "connect", "x-koske", "--forget")
	if !strings.Contains(out, "is forgotten here. X still lists the app") || !strings.Contains(again, "was not connected") {
		t.Error(out, again)
	}
	out, _, _ = attempt(t, dir, nil, "check", "x-koske")
	if !strings.Contains(out, "run seuranta connect") {
		t.Error(out)
	}
}

func TestConnectByPasting(t *testing.T) {
	server := newTokenServer(t)
	dir := connecting(t, server)
	for name, test := range map[string]struct {
		paste func(s *session) string
		code  int
		says  string
	}{
		"the address":     {func(s *session) string { return s.back(url.Values{"code": {"C4N4RY-code"}}) + "\n" }, 0, "@koske"},
		"a token":         {func(*session) string { return "C4N4RY-pasted\n" }, 0, "@koske"},
		"a token, no end": {func(*session) string { return "C4N4RY-pasted" }, 0, "@koske"},
		"a bad token":     {func(*session) string { return "C4N4RY-bad\n" }, exitPartial, "a look at it failed"},
		"another state": {func(s *session) string {
			return s.back(url.Values{"code": {"C4N4RY-code"}, "state": {"C4N4RY"}}) + "\n"
		}, 1, "printed last"},
		"denied":      {func(s *session) string { return s.back(url.Values{"error": {"access_denied"}}) + "\n" }, 1, "somebody said no"},
		"a used code": {func(s *session) string { return s.back(url.Values{"code": {"C4N4RY-used"}}) + "\n" }, 1, "once only"},
		"nothing":     {func(*session) string { return "" }, 1, "nothing was pasted"},
	} {
		s := begin(t, dir, "x-koske", "--paste")
		if s.prompt.Get("redirect_uri") != "http://127.0.0.1:8743/callback" {
			t.Errorf("the registered address is %s", s.prompt.Get("redirect_uri"))
		}
		_, _ = io.WriteString(s.in, test.paste(s))
		_ = s.in.Close()
		if out, errs, code := s.end(); code != test.code || !strings.Contains(out+errs, test.says) {
			t.Errorf("%s: exit code %d\n%s%s", name, code, out, errs)
		}
	}
	server.mu.Lock()
	server.scope = "users.read offline.access"
	server.mu.Unlock()
	s := begin(t, dir, "x-koske", "--paste")
	_, _ = io.WriteString(s.in, s.back(url.Values{"code": {"C4N4RY-code"}})+"\n")
	if out, errs, code := s.end(); code != 1 || !strings.Contains(errs, "tweet.read is missing") {
		t.Errorf("less than was asked for: %d\n%s%s", code, out, errs)
	}
}

func TestConnectIsStopped(t *testing.T) {
	dir := connecting(t, newTokenServer(t))
	s := begin(t, dir, "x-koske", "--port", freePort(t), "--timeout", "200ms")
	if _, errs, code := s.end(); code != 1 || !strings.Contains(errs, "nobody came back from the browser within 200ms") {
		t.Errorf("%d %s", code, errs)
	}
	s = begin(t, dir, "x-koske", "--paste", "--timeout", "200ms")
	if _, errs, code := s.end(); code != 1 || !strings.Contains(errs, "nobody came back") {
		t.Errorf("%d %s", code, errs)
	}
	s = begin(t, dir, "x-koske", "--port", freePort(t))
	res, err := http.Get(s.back(url.Values{"error": {"access_denied"}}))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("%v %v", res, err)
	}
	if _, errs, code := s.end(); code != 1 || !strings.Contains(errs, "somebody said no") {
		t.Errorf("%d %s", code, errs)
	}
}

// What connect is asked wrongly; a token on the command line is not said again.
func TestConnectWrongly(t *testing.T) {
	dir := connecting(t, newTokenServer(t))
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"x-koske", "C4N4RY-token"}, "--paste"},
		{[]string{"nothing"}, "x-koske"},
		{[]string{"loki"}, "those that can be connected are x-koske"},
		{[]string{"--paste"}, "say which source"},
		{[]string{"x-koske", "--forget", "--paste"}, "--forget"},
		{[]string{"x-koske", "--port", "0"}, "1 to 65535"},
		{[]string{"x-koske", "--port", "70000"}, "1 to 65535"},
		{[]string{"x-koske", "--timeout", "0s"}, "--timeout"},
	} {
		out, errs, code := attempt(t, dir, nil, append([]string{"connect"}, test.args...)...)
		if code != exitUsage || !strings.Contains(errs, test.says) || strings.Contains(out+errs, "C4N4RY") {
			t.Errorf("%q: %d %s%s", test.args, code, out, errs)
		}
	}
	writeFiles(t, dir, map[string]string{"secrets/x-koske.token": "C4N4RY-settings"})
	if out, errs, code := attempt(t, dir, nil, "connect", "x-koske"); code != exitUsage || !strings.Contains(errs, "goes before") || strings.Contains(out+errs, "C4N4RY") {
		t.Errorf("a token of the settings: %d %s%s", code, out, errs)
	}
	if out, _ := program(t, dir, 0, "connect"); !regexp.MustCompile(`x-koske +twitter +X +token`).MatchString(out) {
		t.Error(out)
	}
}

// A secret that cannot be had is named, and a source without an app takes a finished token, before its configuration is good.
func TestConnectWithLittle(t *testing.T) {
	server := newTokenServer(t)
	dir := connecting(t, server)
	text, err := os.ReadFile(filepath.Join(dir, "seuranta.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, dir, map[string]string{"seuranta.yaml": strings.Replace(string(text), "client_id: app", `client_id: app, client_secret: "${NO_SUCH_SECRET}"`, 1)})
	if _, errs, code := attempt(t, dir, nil, "connect", "x-koske"); code != exitUsage || !strings.Contains(errs, "NO_SUCH_SECRET") {
		t.Errorf("%d %s", code, errs)
	}
	writeFiles(t, dir, map[string]string{"seuranta.yaml": strings.Replace(string(text), "client_id: app, ", "", 1)})
	if _, errs, code := attempt(t, dir, nil, "check"); code != exitFailed || !strings.Contains(errs, "seuranta connect") {
		t.Errorf("%d %s", code, errs)
	}
	if _, errs, code := attempt(t, dir, nil, "connect", "x-koske"); code != exitUsage || !strings.Contains(errs, "client_id") || !strings.Contains(errs, "--paste") {
		t.Errorf("%d %s", code, errs)
	}
	cmd := underTest(t, dir, nil, "connect", "x-koske", "--paste")
	cmd.Stdin = strings.NewReader("C4N4RY-pasted\n")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "@koske") || strings.Contains(string(out), "C4N4RY") {
		t.Errorf("%v %s", err, out)
	}
	program(t, dir, 1, "check") // the log is not there, but the configuration is good
	if out, _, _ := attempt(t, dir, nil, "check", "x-koske"); !strings.Contains(out, "when that ends is not known") {
		t.Error(out)
	}
}

// A source that was refused is left alone until it is connected; then it is visited again, and what was remembered of the old
// credential is forgotten.
func TestConnectedAnew(t *testing.T) {
	server := newTokenServer(t)
	dir := connecting(t, server)
	due := func(now string) string {
		out, _, _ := attempt(t, dir, nil, "collect", "--due", "x-koske", "--json", "--now", now)
		return out
	}
	if out := due("2026-11-20T06:00:00Z"); !strings.Contains(out, `"auth"`) {
		t.Fatal(out)
	}
	if out := due("2026-11-22T06:00:00Z"); strings.Contains(out, "x-koske") {
		t.Errorf("it is asked again by itself: %s", out)
	}
	if out, _ := program(t, dir, 0, "status"); !strings.Contains(out, "run `seuranta connect x-koske`") {
		t.Error(out)
	}
	s := begin(t, dir, "x-koske", "--paste", "--now", "2026-11-22T08:00:00Z")
	_, _ = io.WriteString(s.in, s.back(url.Values{"code": {"C4N4RY-code"}})+"\n")
	if out, errs, code := s.end(); code != 0 {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	if out := due("2026-11-23T06:00:00Z"); !strings.Contains(out, "x-koske") || strings.Contains(out, `"auth"`) {
		t.Errorf("it is not asked again: %s", out)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	if strings.Join(server.asked, " ") != "authorization_code refresh_token" {
		t.Errorf("the server of tokens was asked for %q", server.asked)
	}
	for _, file := range []string{"data", "."} {
		searched(t, filepath.Join(dir, file))
	}
}

// An alarm tells two weeks before a person has to connect anew, what to do, and that it is over when that was done; nobody has to
// visit the source for that.
func TestConnectionsThatEnd(t *testing.T) {
	server := newTokenServer(t)
	dir := connecting(t, server)
	var mu sync.Mutex
	var told []string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct {
			Alarms []struct{ Kind, State, Text string }
		}
		_ = json.NewDecoder(r.Body).Decode(&m)
		mu.Lock()
		defer mu.Unlock()
		for _, a := range m.Alarms {
			if told = append(told, a.Kind+" "+a.State); a.State == "stands" && a.Kind == "credential_expires" && !strings.Contains(a.Text, "seuranta connect x-koske") {
				t.Errorf("it does not say what to do: %s", a.Text)
			}
		}
	}))
	t.Cleanup(hook.Close)
	text, _ := os.ReadFile(filepath.Join(dir, "seuranta.yaml"))
	yaml, _, _ := strings.Cut(string(text), "  - {id: loki")
	writeFiles(t, dir, map[string]string{"seuranta.yaml": yaml + "alerts: {webhook: {url: \"" + hook.URL + "\", allow_private: true}, language: en}\n"})
	day := func(n int) string {
		return "--now=" + time.Date(2026, 11, 1+n, 6, 0, 0, 0, time.UTC).Format(time.RFC3339)
	}
	join := func(n, days int) {
		server.mu.Lock()
		server.reach = days * 24 * 3600
		server.mu.Unlock()
		s := begin(t, dir, "x-koske", "--paste", day(n))
		_, _ = io.WriteString(s.in, s.back(url.Values{"code": {"C4N4RY-code"}})+"\n")
		if out, errs, code := s.end(); code != 0 || !strings.Contains(out, "again before that") {
			t.Fatalf("%d %s%s", code, out, errs)
		}
	}
	join(0, 30)
	server.mu.Lock()
	server.reach = 0 // a renewal says nothing of it
	server.mu.Unlock()
	wants := func(n int, want string) {
		t.Helper()
		attempt(t, dir, nil, "collect", "--due", day(n))
		mu.Lock()
		defer mu.Unlock()
		if got := strings.Join(told, ", "); got != want {
			t.Errorf("day %d: told %q, want %q", n, got, want)
		}
	}
	wants(1, "")
	wants(15, "")
	wants(17, "credential_expires stands")
	if out, _ := program(t, dir, 0, "connect", day(17)); !strings.Contains(out, "2026-12-01") {
		t.Error(out)
	}
	join(17, 60)
	out, errs, _ := attempt(t, dir, nil, "collect", "--due", day(17))
	wants(17, "credential_expires stands, credential_expires over")
	if t.Failed() {
		t.Log(out, errs)
	}
}

// Meta changes a token of hours for one of weeks: until when is told, and known to check.
func TestConnectMeta(t *testing.T) {
	ends := time.Now().Add(59 * 24 * time.Hour)
	page := platforms.Facebook{Page: platforms.Account{ID: "123", Handle: "koske", Name: "Koske"}, Token: "EAAC4N4RY", Secret: appSecret, Ends: ends}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { page.Answer(w, r, time.Now()) }))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"secrets/fb.client_secret": appSecret, "seuranta.yaml": `
organisations: [{id: koske, name: Koske}]
channels: [{id: facebook, kind: facebook}]
sources: [{id: fb, kind: facebook, channel: facebook, page: koske, client_id: "5", base_url: "` + server.URL + `", allow_private: true}]
`})
	if err := os.Chmod(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := begin(t, dir, "fb", "--json")
	if !strings.HasPrefix(s.prompt.Get("redirect_uri"), "http://localhost:") || s.prompt.Has("code_challenge") {
		t.Errorf("the browser is asked %v", s.prompt)
	}
	if res, err := http.Get(s.back(url.Values{"code": {"C4N4RY-code"}})); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", res, err)
	}
	out, errs, code := s.end()
	var told connectedTo
	if err := json.Unmarshal([]byte(out), &told); err != nil || code != 0 || !told.OK || told.Renews || told.Expires == nil || told.Expires.Sub(ends).Abs() > time.Minute {
		t.Fatalf("%d %s%s %v", code, out, errs, err)
	}
	if out, _ := program(t, dir, 0, "check", "fb"); !strings.Contains(out, "run `seuranta connect fb` again before that") {
		t.Error(out)
	}
}

// metaTokens answers as Threads does where it takes secrets in the address alone, and repeats all that it was asked with.
func metaTokens(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	inAddress := r.Method == http.MethodGet && r.URL.Query().Get("access_token") != ""
	switch {
	case r.URL.Path == "/oauth/access_token" && r.PostForm.Get("code") == "C4N4RY-code" && r.PostForm.Get("client_secret") == appSecret:
		_, _ = w.Write([]byte(`{"access_token":"C4N4RY-of-hours","user_id":1}`))
	case !inAddress:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":{"message":"Unsupported request - method type: %s %s %s","type":"THApiException","code":100}}`, strings.ToLower(r.Method), r.URL, r.Form.Encode())
	default:
		w.Header().Set("X-Echo", r.URL.String())
		_, _ = w.Write([]byte(`{"access_token":"THAAC4N4RY","token_type":"bearer","expires_in":5184000}`))
	}
}

// threadsOf is a folder with a source whose Threads takes secrets in addresses alone, and what was asked of it.
func threadsOf(t *testing.T, keys string) (dir string, asked func() string) {
	t.Helper()
	account := platforms.Threads{Account: platforms.Account{ID: "17841400000000001", Handle: "koske"}, Token: "THAAC4N4RY"}
	var mu sync.Mutex
	var all []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1.0/") {
			account.Answer(w, r, time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
			return
		}
		mu.Lock()
		all = append(all, r.Method+" "+r.URL.Path)
		if strings.Contains(r.URL.RawQuery, "C4N4RY") {
			all = append(all, "with a secret")
		}
		mu.Unlock()
		metaTokens(w, r)
	}))
	t.Cleanup(server.Close)
	dir = t.TempDir()
	writeFiles(t, dir, map[string]string{"secrets/th.client_secret": appSecret, "seuranta.yaml": `
organisations: [{id: koske, name: Koske}]
channels: [{id: threads, kind: threads}]
sources: [{id: th, kind: threads, channel: threads, client_id: "5", schedule: "15 4 * * *", base_url: "` + server.URL + `", allow_private: true` + keys + `}]
`})
	if err := os.Chmod(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir, func() string {
		mu.Lock()
		defer mu.Unlock()
		said := strings.Join(all, " ")
		all = nil
		return said
	}
}

// Without a word in the configuration no token gets into an address: it is said what to do, and a token that is pasted does.
func TestConnectThreadsWithoutAddresses(t *testing.T) {
	dir, asked := threadsOf(t, "")
	s := begin(t, dir, "th", "--paste", "--now", "2026-11-11T12:00:00Z")
	_, _ = io.WriteString(s.in, s.back(url.Values{"code": {"C4N4RY-code"}})+"\n")
	out, errs, code := s.end()
	if got := asked(); got != "POST /oauth/access_token POST /access_token POST /access_token" || code != 1 {
		t.Errorf("%d, asked by %s", code, got)
	}
	for _, word := range []string{"token in its body (THApiException 100)", "token_in_address: true", "every 60 days", "nothing was kept"} {
		if !strings.Contains(errs, word) {
			t.Errorf("it does not say %q:\n%s%s", word, out, errs)
		}
	}
	s = begin(t, dir, "th", "--paste", "--now", "2026-11-11T12:00:00Z")
	_, _ = io.WriteString(s.in, "THAAC4N4RY\n")
	if pasted, said, code := s.end(); code != 0 {
		t.Fatalf("%d %s%s", code, pasted, said)
	}
	asked()
	more, said, _ := attempt(t, dir, nil, "collect", "th", "--from", "2026-11-18", "--now", "2026-11-20T12:00:00Z", "--json")
	if got := asked(); got != "POST /refresh_access_token POST /refresh_access_token GET /refresh_access_token" || strings.Contains(more, `"auth"`) || !strings.Contains(said, "credential not renewed") {
		t.Errorf("renewed by %s\n%s%s", got, more, said)
	}
	if all := out + errs + more + said; strings.Contains(all, "C4N4RY") || strings.Contains(all, "access_token=") {
		t.Errorf("a secret is told:\n%s", all)
	}
	searched(t, dir)
}

// Threads may take its secrets in an address only, and the configuration allow that: neither what is said nor anything that is kept
// tells of that address.
func TestConnectThreads(t *testing.T) {
	dir, asked := threadsOf(t, ", token_in_address: true")
	s := begin(t, dir, "th", "--paste", "--json", "--now", "2026-11-11T12:00:00Z")
	_, _ = io.WriteString(s.in, s.back(url.Values{"code": {"C4N4RY-code"}})+"\n")
	out, errs, code := s.end()
	var told connectedTo
	if err := json.Unmarshal([]byte(out), &told); err != nil || code != 0 || !told.OK || !told.Renews || told.Expires == nil {
		t.Fatalf("%d %s%s %v", code, out, errs, err)
	}
	out, errs, _ = attempt(t, dir, nil, "collect", "th", "--from", "2026-11-18", "--now", "2026-11-20T12:00:00Z", "--json")
	want := "POST /oauth/access_token POST /access_token POST /access_token GET /access_token with a secret POST /refresh_access_token POST /refresh_access_token GET /refresh_access_token GET /refresh_access_token with a secret"
	if got := asked(); got != want || strings.Contains(out, `"auth"`) {
		t.Errorf("it was asked by %s\n%s%s", got, out, errs)
	}
	if strings.Contains(out+errs, "C4N4RY") || strings.Contains(out+errs, "access_token=") {
		t.Errorf("a secret is told:\n%s%s", out, errs)
	}
	searched(t, dir)
	var lines strings.Builder
	if _, err := fmt.Fprintf(unquoted{&lines}, "2026/11/20 Unsolicited response received on idle HTTP channel starting with %q; err=<nil>\n", `GET /?token="C4N4RY"`); err != nil || lines.String() != "2026/11/20 Unsolicited response received on idle HTTP channel starting with …; err=<nil>\n" {
		t.Errorf("logged: %s %v", &lines, err)
	}
}

// Where there is a desktop the browser is opened: by a program that is shown the address, and nothing that is secret.
func TestTheBrowserIsOpened(t *testing.T) {
	dir, opened := connecting(t, newTokenServer(t)), filepath.Join(t.TempDir(), "opened")
	writeFiles(t, dir, map[string]string{"bin/xdg-open": "#!/bin/sh\necho \"$@\" >" + opened + ".new && mv " + opened + ".new " + opened + "\n"})
	if err := os.Chmod(filepath.Join(dir, "bin/xdg-open"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		env  []string
		args []string
		want bool
	}{
		"a desktop": {[]string{"DISPLAY=:0"}, nil, true}, "SSH": {[]string{"DISPLAY=:10", "SSH_CONNECTION=a b c d"}, nil, false},
		"nothing": {[]string{"DISPLAY=", "WAYLAND_DISPLAY="}, nil, false}, "not wanted": {[]string{"DISPLAY=:0"}, []string{"--no-browser"}, false},
	} {
		_ = os.Remove(opened)
		env := append([]string{"PATH=" + filepath.Join(dir, "bin") + ":/bin:/usr/bin", "SSH_CONNECTION="}, test.env...)
		_, _, _ = attempt(t, dir, env, append([]string{"connect", "x-koske", "--timeout", "500ms", "--port", freePort(t)}, test.args...)...)
		text, err := os.ReadFile(opened)
		if (err == nil) != test.want || strings.Contains(string(text), "C4N4RY") || test.want && !strings.HasPrefix(string(text), "https://x.com/i/oauth2/authorize?") {
			t.Errorf("%s: %q %v", name, text, err)
		}
	}
}

// searched fails when a file outside the folder of secrets holds a secret.
func searched(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.Name() == "secrets" && d.IsDir() {
			if d != nil && d.IsDir() && err == nil {
				return filepath.SkipDir
			}
			return err
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "C4N4RY") {
			t.Errorf("%s holds a secret", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// freePort is a port that nobody has at the moment.
func freePort(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(nil)
	defer s.Close()
	address, _ := url.Parse(s.URL)
	return address.Port()
}
