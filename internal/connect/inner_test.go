package connect

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
)

// Whatever a platform answers, what is taken of it is a token, or nothing.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"access_token":"a","expires_in":"3600","scope":["a"]}`, `{"error":{"type":"OAuthException","code":190}}`, `access_token=a&expires_in=5`,
		`{"access_token":1,"token_type":"Bearer"}`, `null`, `[]`, `{"error":"invalid_grant"}`, `{"expires_in":1e400,"access_token":"a"}`, "<html>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		g, err := parseAnswer(body)
		no := parseRefusal(body)
		switch {
		case (err == nil) != (g.access != ""):
			t.Errorf("%+v, %v", g, err)
		case g.access != "" && !isToken(g.access), g.refresh != "" && !isToken(g.refresh), g.life < 0 || g.life > longestLife:
			t.Errorf("taken: %+v", g)
		case len(no.code) > 60 || strings.ContainsAny(no.code, "<>\n"):
			t.Errorf("said: %q", no.code)
		}
		r := record{Version: formVersion, Source: "x", Connected: time.Unix(1, 0)}.with(g, time.Unix(2, 0))
		if text, err := r.text(); err != nil || g.access+g.refresh != "" && !same(t, text, r) {
			t.Errorf("%v", err)
		}
	})
}

// same tells whether a record that was written is read as it was.
func same(t *testing.T, text []byte, r record) bool {
	t.Helper()
	again, err := parseRecord(text)
	return err == nil && again.Access == r.Access && again.Refresh == r.Refresh && again.Ends.Equal(r.Ends)
}

// Whatever is pasted, a code is taken of the right attempt only, and no error says what it was.
func FuzzPasted(f *testing.F) {
	for _, seed := range []string{"http://127.0.0.1:8743/callback?code=a&state=b", "token", "?state=&code=", "https://%zz", "a b"} {
		f.Add(seed)
	}
	flow := Account{Connection: collector.Connection{ClientID: "a"}}.Begin("http://127.0.0.1:8743/callback")
	f.Fuzz(func(t *testing.T, text string) {
		code, token, err := flow.Pasted(text)
		if code != "" && !strings.Contains(text, flow.state) && !strings.Contains(text, url.QueryEscape(flow.state)) || token != "" && (code != "" || !isToken(token)) || (err == nil) != (code+token != "") {
			t.Errorf("%q: %q %q %v", text, code, token, err)
		}
		if err != nil && len(text) > 20 && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// Whatever a platform answers, what is kept of it fits into the room that was taken before it was asked, and is read again.
func TestTheLongestRecordFits(t *testing.T) {
	for _, sign := range []string{"a", "<", `"`, `\`} {
		var scopes []string
		for i := range mostScopes {
			scopes = append(scopes, strings.Repeat(sign, longestScope-2)+strconv.Itoa(10+i))
		}
		for _, asked := range [][]string{nil, scopes, append(scopes, "more"), {strings.Repeat(sign, longestScope+1)}, {strings.Repeat("ä", 50)}} {
			body, _ := json.Marshal(map[string]any{"access_token": strings.Repeat(sign, longestToken), "refresh_token": strings.Repeat(sign, longestToken), "expires_in": 1, "refresh_token_expires_in": 1, "scope": asked})
			g, err := parseAnswer(body)
			r := record{Version: formVersion, Source: strings.Repeat("x", 60), Client: strings.Repeat("c", 100), Serial: 1 << 62, Connected: time.Now()}.with(g, time.Now())
			text, fault := r.text()
			if err != nil || fault != nil || len(text) > reserved || !same(t, text, r) || len(r.Scopes) > mostScopes {
				t.Errorf("%s, %d scopes: %d bytes, %v", sign, len(asked), len(text), err)
			}
		}
	}
}

// The page that is waited for is taken once; whoever opens it again is told so, and nothing waits for what they bring.
func TestTakenOnce(t *testing.T) {
	flow := Account{}.Begin("http://127.0.0.1:1/callback")
	w := &waiter{flow: flow, port: "1", back: make(chan string, 1), failed: make(chan error, 1)}
	for i, want := range []int{http.StatusOK, http.StatusGone, http.StatusGone} {
		out := httptest.NewRecorder()
		w.ServeHTTP(out, httptest.NewRequest(http.MethodGet, flow.redirect+"?code=a&state="+flow.state, nil))
		if out.Code != want || strings.Contains(out.Body.String(), flow.state) {
			t.Errorf("%d: %d %s", i, out.Code, out.Body)
		}
	}
	if code := <-w.back; code != "a" || len(w.back)+len(w.failed) > 0 {
		t.Errorf("%q, and more waits", code)
	}
}

// A life of a part of a second is a life: it is rounded up, so that the token is not taken for one whose end nobody knows.
func TestALifeIsRoundedUp(t *testing.T) {
	for told, want := range map[string]time.Duration{"0.2": time.Second, `"0.2"`: time.Second, "1": time.Second, "3599.5": time.Hour, "0": 0, "-0.5": 0, "1e300": 0, `"soon"`: 0, "315360000": longestLife} {
		g, err := parseAnswer([]byte(`{"access_token":"a","expires_in":` + told + `}`))
		if err != nil || g.life != want {
			t.Errorf("%s: %v, %v; want %v", told, g.life, err, want)
		}
	}
}
