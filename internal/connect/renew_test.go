package connect_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/connect"
	"seuranta/internal/observation"
)

// renewed asks for a token when the one before is over, and returns the platform's refresh token that is kept then.
func renewed(t *testing.T, a connect.Account, c *clock) (collector.Credential, collector.Secret, error) {
	t.Helper()
	credential := a.Credential(session(), c.now)
	if credential == nil {
		t.Fatal("nothing is kept")
	}
	c.pass(3 * time.Hour)
	token, err := credential.Token(t.Context())
	return credential, token, err
}

// works tells whether the source is connected: after any time there is a token that the platform takes.
func works(t *testing.T, p *platform, a connect.Account, c *clock) bool {
	t.Helper()
	_, token, err := renewed(t, a, c)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		t.Log(err)
	}
	return err == nil && p.access[token.Reveal()]
}

// A token is renewed a minute or more before it ends, also in the midst of a visit, and once only.
func TestRenewedInTime(t *testing.T) {
	for _, test := range []struct {
		lives         any // as the platform tells it
		good, renewed time.Duration
	}{
		{7200, 7200*time.Second - 6*time.Minute, 7200*time.Second - 5*time.Minute + time.Second},
		{"7200", 7200*time.Second - 6*time.Minute, 7200*time.Second - 5*time.Minute + time.Second},
		{3600.9, 54 * time.Minute, 56 * time.Minute},
		{600, 8 * time.Minute, 9 * time.Minute},
		{60, 29 * time.Second, 31 * time.Second},
	} {
		p, c := newPlatform(t), newClock()
		p.answer["expires_in"] = test.lives
		a := connected(t, p, c)
		credential := a.Credential(session(), c.now)
		first, _ := credential.Token(t.Context())
		c.pass(test.good)
		if token, err := credential.Token(t.Context()); err != nil || !token.Equal(first) {
			t.Errorf("lives %v: renewed early: %v", test.lives, err)
		}
		c.pass(test.renewed - test.good)
		for range 3 {
			if token, err := credential.Token(t.Context()); err != nil || token.Equal(first) || !p.access[token.Reveal()] || p.questions() != 2 {
				t.Errorf("lives %v: %v after %d questions", test.lives, err, p.questions())
			}
		}
	}
}

// How long a token lives is not told, or told as nonsense: then it is shown until the platform refuses it.
func TestNobodyKnowsWhenItEnds(t *testing.T) {
	for _, life := range []any{nil, 0, -5, "soon", 1e18, []int{1}, "", true} {
		p, c := newPlatform(t), newClock()
		p.answer["expires_in"] = life
		a := connected(t, p, c)
		credential, first, err := renewed(t, a, c)
		if err != nil || p.questions() != 1 {
			t.Fatalf("%v: %v after %d questions", life, err, p.questions())
		}
		second, err := credential.(collector.Renewer).Renew(t.Context(), first)
		if err != nil || second.Equal(first) || !p.access[second.Reveal()] {
			t.Errorf("%v: %v", life, err)
		}
		// Who was refused an older one gets that which there is.
		if again, err := credential.(collector.Renewer).Renew(t.Context(), first); err != nil || !again.Equal(second) || p.questions() != 2 {
			t.Errorf("%v: %v after %d questions", life, err, p.questions())
		}
	}
}

// A clock that was set back makes a token look good that is over: the platform refuses it, and another is got.
func TestTheClockWasSetBack(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	first, _ := a.Credential(session(), c.now).Token(t.Context())
	delete(p.access, first.Reveal())
	c.pass(-48 * time.Hour)
	credential := a.Credential(session(), c.now)
	if token, err := credential.Token(t.Context()); err != nil || !token.Equal(first) {
		t.Fatal(err)
	}
	if token, err := credential.(collector.Renewer).Renew(t.Context(), first); err != nil || !p.access[token.Reveal()] {
		t.Error(err)
	}
	// One that was set far ahead renews early, which does no harm.
	c.pass(10000 * time.Hour)
	if !works(t, p, a, c) {
		t.Error("a clock that is ahead ends the connection")
	}
}

// A platform that gives no other refresh token lets the old one be kept; the end that it told stays.
func TestTheRefreshTokenStays(t *testing.T) {
	p, c := newPlatform(t), newClock()
	p.answer["refresh_token_expires_in"] = 31536000
	a := connected(t, p, c)
	s, _ := a.Look()
	if want := c.now().Add(31536000 * time.Second); !s.Expires.Equal(want) {
		t.Fatalf("ends %s", s.Expires)
	}
	p.lacks = []string{"refresh_token", "refresh_token_expires_in"}
	for range 3 {
		if !works(t, p, a, c) {
			t.Fatal("the refresh token is lost")
		}
	}
	if again, _ := a.Look(); !again.Expires.Equal(s.Expires) {
		t.Errorf("ends %s, before %s", again.Expires, s.Expires)
	}
}

// A refresh token that is not taken any more is for a person; everything else is not.
func TestWhoHasToConnect(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		person bool
		says   string
	}{
		"withdrawn":              {400, `{"error":"invalid_grant","error_description":"` + canary + `"}`, true, "run seuranta connect x-koske"},
		"as X says it":           {400, `{"error":"invalid_request","error_description":"Value passed for the token was invalid."}`, true, "run seuranta connect x-koske"},
		"as Meta says it":        {400, `{"error":{"message":"` + canary + `","type":"OAuthException","code":190,"error_subcode":460}}`, true, "OAuthException 190"},
		"as a success":           {200, `{"error":"invalid_grant"}`, true, "run seuranta connect x-koske"},
		"as a form":              {400, `error=invalid_grant&error_description=` + canary, true, "run seuranta connect x-koske"},
		"another secret":         {401, `{"error":"invalid_client"}`, true, "client_secret"},
		"broken":                 {500, `{"error":"invalid_grant"}`, false, "500"},
		"overrun":                {503, `x`, false, "503"},
		"too often":              {429, `{"error":"invalid_grant"}`, false, "429"},
		"broken, as a 400":       {400, `{"error":"temporarily_unavailable"}`, false, "cannot give a token now"},
		"Meta's own fault":       {400, `{"error":{"message":"x","type":"OAuthException","code":2,"is_transient":true}}`, false, "cannot give a token now"},
		"a firewall":             {403, `<html>` + canary + `</html>`, false, "firewall"},
		"a login":                {200, `<html>` + canary + `</html>`, false, "a page of a login"},
		"nothing":                {200, ``, false, "something else than a token"},
		"half":                   {200, `{"access_token":"` + canary, false, "something else than a token"},
		"no token":               {200, `{"token_type":"bearer"}`, false, "no token"},
		"a token of lines":       {200, `{"access_token":"` + canary + `\nx"}`, false, "cannot be one"},
		"another kind":           {200, `{"access_token":"` + canary + `","token_type":"DPoP"}`, false, "another way"},
		"larger than may be":     {200, `{"access_token":"` + strings.Repeat(canary, 60000) + `"}`, false, ""},
		"nothing at the address": {404, ``, false, "404"},
		"an odd word":            {400, `{"error":"` + canary + ` 1234"}`, true, "a refusal"},
	} {
		p, c := newPlatform(t), newClock()
		a := connected(t, p, c)
		before, _ := os.ReadFile(a.Path())
		p.meddle = func(w http.ResponseWriter, _ *http.Request, _ map[string]any) bool {
			w.WriteHeader(test.status)
			_, _ = w.Write([]byte(test.body))
			return true
		}
		_, token, err := renewed(t, a, c)
		if got := collector.ResultOf(err) == observation.Auth; err == nil || got != test.person || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v (%q)", name, err, token.Reveal())
			continue
		}
		silent(t, err.Error(), fmt.Sprintf("%+v", err))
		if after, _ := os.ReadFile(a.Path()); string(after) != string(before) {
			t.Errorf("%s: what was kept is changed", name)
		}
		if _, err := os.Stat(a.Path() + ".next"); (err == nil) != (name == "larger than may be") { // of which nobody knows what it was
			t.Errorf("%s: a sign of what was cut off: %v", name, err)
		}
	}
}

// A platform that is broken for a moment is asked again; as long as the token is good the visit goes on meanwhile.
func TestBrokenForAMoment(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	p.grace = map[string]string{} // what is asked twice is one question
	failing := 1
	p.meddle = func(w http.ResponseWriter, _ *http.Request, _ map[string]any) bool {
		failing--
		if failing >= 0 {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return failing >= 0
	}
	if !works(t, p, a, c) {
		t.Error("a 500 ends it")
	}
	failing = 1000
	credential := a.Credential(session(), c.now)
	first, _ := credential.Token(t.Context())
	c.pass(2*time.Hour - 2*time.Minute)
	before := p.questions()
	for range 5 {
		if token, err := credential.Token(t.Context()); err != nil || !token.Equal(first) {
			t.Error(err)
		}
	}
	if p.questions() != before+3 {
		t.Errorf("the broken platform was asked %d times", p.questions()-before)
	}
	c.pass(3 * time.Minute)
	if _, err := credential.Token(t.Context()); err == nil || errors.Is(err, collector.ErrAuth) {
		t.Error(err)
	}
	before = p.questions()
	if _, err := credential.Token(t.Context()); err == nil || errors.Is(err, collector.ErrAuth) || p.questions() != before {
		t.Errorf("%v, asked again at once %d times", err, p.questions()-before)
	}
	failing = 0
	c.pass(time.Minute)
	if token, err := credential.Token(t.Context()); err != nil || token.Equal(first) {
		t.Error(err)
	}
}

// A platform that said no is not asked again in the same visit, in which each call wants a token.
func TestRefusedOnce(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	p.meddle = status(400, `{"error":"invalid_grant"}`)
	credential, _, err := renewed(t, a, c)
	for range 3 {
		again, renewing := credential.Token(t.Context())
		_, other := credential.(collector.Renewer).Renew(t.Context(), again)
		if !errors.Is(renewing, collector.ErrAuth) || renewing.Error() != err.Error() || !errors.Is(other, collector.ErrAuth) || p.questions() != 2 {
			t.Errorf("%v, %v after %d questions", renewing, other, p.questions())
		}
	}
	p.meddle = nil
	clear(p.spent) // it was no token that was shown twice
	if !works(t, p, a, c) {
		t.Error("the next visit is barred, too")
	}
}

// What was got on the way is kept back by the session from then on.
func TestRenewedTokensAreHidden(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	session := session()
	credential := a.Credential(session, c.now)
	c.pass(3 * time.Hour)
	token, err := credential.Token(t.Context())
	text, _ := os.ReadFile(a.Path())
	for _, secret := range session.Secrets() {
		text = []byte(strings.ReplaceAll(string(text), secret, "***"))
	}
	if err != nil || !strings.Contains(strings.Join(session.Secrets(), " "), token.Reveal()) {
		t.Error(err)
	}
	silent(t, string(text))
}

// A platform that refuses whatever it gave is not asked for one token after the other.
func TestRefusedAgainAndAgain(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	credential, token, _ := renewed(t, a, c)
	c.pass(time.Hour)
	renewer := credential.(collector.Renewer)
	token, err := renewer.Renew(t.Context(), token)
	if err != nil || p.questions() != 3 {
		t.Fatalf("%v after %d questions", err, p.questions())
	}
	for range 3 {
		if _, err := renewer.Renew(t.Context(), token); !errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "just given") || p.questions() != 3 {
			t.Errorf("%v after %d questions", err, p.questions())
		}
	}
}

// Somebody forgets the connection in the midst of a visit.
func TestForgottenMeanwhile(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	credential := a.Credential(session(), c.now)
	if _, err := a.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.pass(3 * time.Hour)
	if _, err := credential.Token(t.Context()); !errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "was forgotten") || p.questions() != 1 {
		t.Error(err)
	}
}

// Of an answer that cannot be used the refresh token is kept: the one before is good no more.
func TestTheRefreshTokenOfABadAnswer(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	p.answer["token_type"] = "mac"
	if _, _, err := renewed(t, a, c); err == nil || errors.Is(err, collector.ErrAuth) {
		t.Error(err)
	}
	delete(p.answer, "token_type")
	if !works(t, p, a, c) {
		t.Error("the refresh token is lost")
	}
}

// The address of tokens leads elsewhere: nobody gets the refresh token there, and nobody's token is taken.
func TestTheAddressOfTokensLeadsElsewhere(t *testing.T) {
	elsewhere := newPlatform(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		p, c := newPlatform(t), newClock()
		a := connected(t, p, c)
		got := ""
		elsewhere.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			got += r.Method + r.Form.Encode() + r.Header.Get("Authorization")
			_, _ = w.Write([]byte(`{"access_token":"of-somebody-else","refresh_token":"theirs","token_type":"bearer"}`))
		})
		p.meddle = func(w http.ResponseWriter, r *http.Request, _ map[string]any) bool {
			http.Redirect(w, r, elsewhere.URL+"/token", status)
			return true
		}
		_, token, err := renewed(t, a, c)
		if err == nil || errors.Is(err, collector.ErrAuth) || strings.Contains(token.Reveal(), "else") {
			t.Errorf("%d: %v", status, err)
		}
		silent(t, got, fmt.Sprint(err))
		if text, _ := os.ReadFile(a.Path()); strings.Contains(string(text), "theirs") {
			t.Errorf("%d: somebody else's token is kept", status)
		}
	}
}

// The secret in the head of the request; and the client that needs none.
func TestHowTheAppIsShown(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := p.account(t.TempDir()+"/secrets", c)
	a.Connection.ClientInHeader = true
	head := ""
	p.meddle = func(w http.ResponseWriter, r *http.Request, _ map[string]any) bool {
		head = r.Header.Get("Authorization")
		if r.PostForm.Has("client_secret") || r.PostForm.Has("client_id") {
			t.Error("the app is shown twice")
		}
		_, _ = w.Write([]byte(`{"access_token":"a"}`))
		return true
	}
	if _, err := through(t, a); err != nil || !strings.HasPrefix(head, "Basic ") {
		t.Errorf("%q %v", head, err)
	}
	a.Connection.ClientSecret = collector.Secret{}
	p.meddle = func(w http.ResponseWriter, r *http.Request, _ map[string]any) bool {
		if r.Header.Get("Authorization") != "" || r.PostForm.Get("client_id") != "app" {
			t.Error("a client without a secret is not named")
		}
		_, _ = w.Write([]byte(`access_token=a&expires_in=60`))
		return true
	}
	if s, err := through(t, a); err != nil || s.Expires.IsZero() {
		t.Errorf("%+v %v", s, err)
	}
}

// What goes wrong when the code is changed for a token; nothing is kept then, and what was kept before stays.
func TestTheCodeGivesNoToken(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(p *platform)
		says   string
	}{
		"used":            {func(p *platform) { p.meddle = status(400, `{"error":"invalid_grant"}`) }, "once only"},
		"the app":         {func(p *platform) { p.meddle = status(401, `{"error":"invalid_client"}`) }, "client_secret"},
		"the address":     {func(p *platform) { p.meddle = status(400, `{"error":"redirect_uri_mismatch"}`) }, "register exactly this redirect address at the platform: http://127.0.0.1:"},
		"a page":          {func(p *platform) { p.meddle = status(200, `<html>`) }, "a page of a login"},
		"broken":          {func(p *platform) { p.meddle = status(500, canary) }, "500"},
		"huge":            {func(p *platform) { p.meddle = status(200, strings.Repeat(canary, 1e5)) }, ""},
		"less":            {func(p *platform) { p.answer["scope"] = "offline.access" }, "lue is missing"},
		"less, as a list": {func(p *platform) { p.answer["scope"] = []string{"muu"} }, "lue is missing"},
		"another kind":    {func(p *platform) { p.answer["token_type"] = "mac" }, "another way"},
	} {
		p, c := newPlatform(t), newClock()
		a := connected(t, p, c)
		before, _ := os.ReadFile(a.Path())
		test.answer(p)
		_, err := through(t, a)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		silent(t, err.Error(), fmt.Sprintf("%+v", err))
		if after, _ := os.ReadFile(a.Path()); string(after) != string(before) {
			t.Errorf("%s: what was kept before is changed", name)
		}
	}
}

func status(code int, body string) func(http.ResponseWriter, *http.Request, map[string]any) bool {
	return func(w http.ResponseWriter, _ *http.Request, _ map[string]any) bool {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
		return true
	}
}

// A platform that says nothing of scopes gave what was asked; one that has a refresh token needs not name that scope.
func TestScopes(t *testing.T) {
	for _, scope := range []any{nil, "", "lue", "offline.access,lue", []string{"lue"}} {
		p, c := newPlatform(t), newClock()
		p.answer["scope"] = scope
		if _, err := through(t, p.account(t.TempDir()+"/secrets", c)); err != nil {
			t.Errorf("%v: %v", scope, err)
		}
	}
}

// A platform that takes its time, and somebody who stops the program meanwhile: the answer is waited for, as it cannot be had again.
func TestStoppedWhileRenewing(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	ctx, stop := context.WithCancel(t.Context())
	p.meddle = func(http.ResponseWriter, *http.Request, map[string]any) bool {
		stop()
		time.Sleep(300 * time.Millisecond)
		return false
	}
	credential := a.Credential(session(), c.now)
	c.pass(3 * time.Hour)
	if _, err := credential.Token(ctx); err != nil {
		t.Error(err)
	}
	p.meddle = nil
	if !works(t, p, a, c) {
		t.Error("the refresh token is lost")
	}
}

// A platform that takes longer than anybody waits: nobody knows whether it took the token, which is shown once more, and a person
// is told why when it is taken no more.
func TestAnAnswerThatComesTooLate(t *testing.T) {
	for _, grace := range []bool{true, false} {
		p, c := newPlatform(t), newClock()
		if grace {
			p.grace = map[string]string{}
		}
		a := connected(t, p, c)
		p.meddle = func(_ http.ResponseWriter, r *http.Request, _ map[string]any) bool {
			<-r.Context().Done()
			return true
		}
		impatient, _ := heard(t)
		credential := a.Credential(impatient, c.now)
		c.pass(3 * time.Hour)
		if _, err := credential.Token(t.Context()); err == nil || errors.Is(err, collector.ErrAuth) {
			t.Error(err)
		}
		p.mu.Lock()
		p.meddle = nil
		p.mu.Unlock()
		_, token, err := renewed(t, a, c)
		if grace != (err == nil && p.access[token.Reveal()]) || !grace && (!errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "cut off")) {
			t.Errorf("grace %v: %v", grace, err)
		}
	}
}

// Many ask at once, by one credential and by several of one source: each token is renewed once, and all get the same.
func TestManyRenewAtOnce(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	c.pass(3 * time.Hour)
	shared := a.Credential(session(), c.now)
	var mu sync.Mutex
	got := map[string]int{}
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			credential := shared
			if i%2 == 0 {
				credential = a.Credential(session(), c.now)
			}
			token, err := credential.Token(context.Background())
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			got[token.Reveal()]++
			mu.Unlock()
		})
	}
	all.Wait()
	if len(got) != 1 || p.questions() != 2 {
		t.Errorf("%d tokens after %d questions", len(got), p.questions())
	}
}

// The app of the configuration is another one than the credential was got for.
func TestAnotherApp(t *testing.T) {
	a := connected(t, newPlatform(t), newClock())
	a.Connection.ClientID = "another"
	if _, err := a.Look(); !errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "client_id") {
		t.Error(err)
	}
}
