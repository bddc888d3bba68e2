package platforms_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/internal/platforms"
)

var read = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// sixty is a list of two with a letter a day of the last sixty, each opened once and one of them twice.
func sixty() []platforms.MailingList {
	l := platforms.MailingList{ID: "3", Name: "Kirje", Changes: []platforms.Change{{At: read.AddDate(-1, 0, 0)}, {At: read.AddDate(-1, 0, 1)}, {At: read.AddDate(-1, 0, 2)}, {At: read.AddDate(0, -1, 0), Left: true}}}
	for n := range 60 {
		sent := read.AddDate(0, 0, n-60)
		l.Letters = append(l.Letters, platforms.Letter{ID: fmt.Sprint(n + 1), Title: fmt.Sprint("Kirje ", n+1), Sent: sent, To: 3,
			Deeds: []platforms.Deed{{At: sent.Add(time.Hour), Reader: 1}, {At: sent.Add(2 * time.Hour), Reader: 1}}})
	}
	return []platforms.MailingList{l}
}

// answered asks a platform and reads what it answers.
func answered(t *testing.T, p platforms.Platform, method, target, body string, header ...string) (status int, answer map[string]any) {
	t.Helper()
	r, w := httptest.NewRequest(method, target, strings.NewReader(body)), httptest.NewRecorder()
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	p.Answer(w, r, read)
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	return w.Code, answer
}

// TestNewslettersComeInPages: whoever does not ask for more gets as few as the real ones give, and never more than they give.
func TestNewslettersComeInPages(t *testing.T) {
	brevo, lite := &platforms.Brevo{Lists: sixty(), Key: "k", Zone: time.UTC}, &platforms.MailerLite{Groups: sixty(), Token: "k"}
	monk := platforms.Listmonk{Lists: sixty(), User: "u", Token: "k", Zone: time.UTC}
	for target, want := range map[string]int{"/v3/emailCampaigns": 50, "/v3/emailCampaigns?limit=7&offset=58": 2, "/api/campaigns": 20, "/api/campaigns?per_page=500": 50, "/api/campaigns?per_page=all": 60,
		"/api/campaigns?page=4": 0, "/api/campaigns?limit=100&page=2": 0, "/api/campaigns?filter[status]=sent": 25} {
		var p platforms.Platform = monk
		header := []string{"Authorization", "token u:k"}
		switch {
		case strings.HasPrefix(target, "/v3"):
			p, header = brevo, []string{"api-key", "k"}
		case strings.Contains(target, "limit") || strings.Contains(target, "filter"):
			p, header = lite, []string{"Authorization", "Bearer k"}
		}
		_, a := answered(t, p, "GET", target, "", header...)
		rows, _ := a["campaigns"].([]any)
		if data, ok := a["data"].([]any); ok {
			rows = data
		}
		if data, ok := a["data"].(map[string]any); ok {
			rows = data["results"].([]any)
		}
		if len(rows) != want {
			t.Errorf("%s: %d letters, want %d", target, len(rows), want)
		}
	}
}

// TestListmonkCountsTwice: its count of subscribers is what nobody should use.
func TestListmonkCountsTwice(t *testing.T) {
	_, a := answered(t, platforms.Listmonk{Lists: sixty(), User: "u", Token: "k", Zone: time.UTC, Unconfirmed: 5}, "GET", "/api/lists", "", "Authorization", "token u:k")
	list := a["data"].(map[string]any)["results"].([]any)[0].(map[string]any)
	if got := fmt.Sprint(list["subscriber_count"], list["subscriber_statuses"]); got != "16 map[confirmed:2 unconfirmed:5 unsubscribed:1]" {
		t.Error(got)
	}
}

// TestLianaMailerTakesTheDocumentedSignatures: the two of the documentation, and none that differs in anything.
func TestLianaMailerTakesTheDocumentedSignatures(t *testing.T) {
	m := platforms.LianaMailer{Lists: sixty(), Realm: "EUR", User: "1", Secret: "0123456789abcdef0123456789abcdef", Zone: time.UTC}
	const date = "2020-01-15T12:00:00+03:00"
	events, echo := "/api/v3/events?type=mailopen&at_start=2020-01-10T12:00:00&at_end=2020-01-10T15:00:00", "/api/v1/echoMessage"
	for _, c := range []struct{ method, target, body, date, signature, want string }{
		{"GET", events, "", date, "EUR 1:22404d156bd828b157c3e6e11f5b83943b00bc7b0029eceab304dae227ef7f03", "map[items:[]]"},
		{"POST", echo, `["hello"]`, date, "EUR 1:89b60df150aad61e42fef7d6a43883c83e642aef2f7f2338b971c681f9992c26", "map[result:hello succeed:true]"},
		{"POST", echo, `["hallo"]`, date, "EUR 1:89b60df150aad61e42fef7d6a43883c83e642aef2f7f2338b971c681f9992c26", "map[message:RESTv1 unauthorized: signature does not match]"},
		{"GET", events + "0", "", date, "EUR 1:22404d156bd828b157c3e6e11f5b83943b00bc7b0029eceab304dae227ef7f03", "map[message:RESTv3 unauthorized: signature does not match]"},
		{"GET", events, "", "2020-01-15T12:00:01+03:00", "EUR 1:22404d156bd828b157c3e6e11f5b83943b00bc7b0029eceab304dae227ef7f03", "map[message:RESTv3 unauthorized: signature does not match]"},
		{"GET", events, "", date, "PV 1:22404d156bd828b157c3e6e11f5b83943b00bc7b0029eceab304dae227ef7f03", "map[message:RESTv3 unauthorized: signature does not match]"},
	} {
		status, a := answered(t, m, c.method, c.target, c.body, "Date", c.date, "Authorization", c.signature)
		if got := fmt.Sprint(a); got != c.want || status != 200 {
			t.Errorf("%s %s: %d %s, want %s", c.method, c.target, status, got, c.want)
		}
	}
}

// TestCreamailerTakesTheKnownSignature: the one that was computed by the rule of its documentation, for five minutes.
func TestCreamailerTakesTheKnownSignature(t *testing.T) {
	c := &platforms.Creamailer{Lists: []platforms.MailingList{{ID: "123", Changes: sixty()[0].Changes}}, Token: "t", Secret: "test-secret"}
	at := time.Unix(1790000000, 0)
	for off, want := range map[time.Duration]int{0: 200, 5 * time.Minute: 200, -5 * time.Minute: 200, 5*time.Minute + time.Second: 401, -6 * time.Minute: 401} {
		const target = "/v2/api/lists/123/subscribers?status=active&pagesize=50"
		r, w := httptest.NewRequest("GET", "https://api.example.com"+target, nil), httptest.NewRecorder()
		r.RequestURI = target // as a server sees it
		r.Header.Set("X-Access-Token", "t")
		r.Header.Set("X-Request-Timestamp", "1790000000")
		r.Header.Set("X-Request-Signature", "9de4c37735e87ca09b6bd72806207b8dbd5ad3208ea210f22662408894ca0e02")
		if c.Answer(w, r, at.Add(off)); w.Code != want {
			t.Errorf("%s off: %d %s, want %d", off, w.Code, w.Body, want)
		}
	}
}
