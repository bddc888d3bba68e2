package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Moments: &collectortest.Moments{Source: postsAt}})
}

// postsAt is an account that posted something at each moment.
func postsAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	var posts []string
	for i := range moments {
		posts = append(posts, posted(fmt.Sprint(2000-i), moments[len(moments)-1-i], ""))
	}
	head := "\n200\nContent-Type: application/json\n\n"
	return map[string]string{
		"answers/0.http": "GET /api/v1/accounts/lookup?acct=museo" + head + account1,
		"answers/1.http": "GET /api/v1/accounts/109302/statuses?exclude_reblogs=true&exclude_replies=true&limit=40" + head + `[` + strings.Join(posts, ",") + `]`,
	}
}

const account1 = `{"id":"109302","username":"museo","acct":"museo","followers_count":642,"statuses_count":380}`

// posted is a status, with more fields where there are any.
func posted(id string, at time.Time, more string) string {
	if more == "" {
		more = `"visibility":"public","favourites_count":3,"replies_count":0,"reblogs_count":1,"quotes_count":1,"reblog":null`
	}
	return fmt.Sprintf(`{"id":%q,"created_at":%q,"content":"<p>Juttu %s</p>",%s}`, id, at.UTC().Format("2006-01-02T15:04:05.000Z"), id, more)
}

var helsinki, _ = time.LoadLocation("Europe/Helsinki")

var morning = time.Date(2026, 11, 23, 4, 25, 0, 0, helsinki)

func window() collector.Window {
	today := observation.NewDate(2026, 11, 23)
	return collector.Window{Period: observation.Period{From: today - 7, To: today}, Now: morning, Zone: helsinki, Grains: []observation.Grain{observation.Day, observation.Snapshot}}
}

// visit has an account read from an instance of our own.
func visit(t *testing.T, c Config, memory *collectortest.Memory, answer http.HandlerFunc) (collectortest.Recording, error) {
	t.Helper()
	server := httptest.NewServer(answer)
	defer server.Close()
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	deps := collector.Deps{ChannelID: "mastodon", HTTP: client.Session(fetch.Policy{AllowPrivate: true}), BaseURL: server.URL, State: memory, Items: memory}
	c.Account = "@museo@mastodon.example"
	var out collectortest.Recorder
	err := c.New(deps).Collect(t.Context(), window(), &out)
	rec := out.Recording()
	memory.Learn(rec.Items)
	return rec, err
}

// instance answers with an account and one page of posts.
func instance(account, posts string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body := map[bool]string{true: `[` + posts + `]`, false: account}[strings.HasSuffix(r.URL.Path, "/statuses")]
		_, _ = w.Write([]byte(body))
	}
}

// TestFourThings: a zero, a count that is missing, an instance that lets nobody in and a day that nobody asked for stay four things.
func TestFourThings(t *testing.T) {
	rec, err := visit(t, Config{}, new(collectortest.Memory), instance(account1, posted("1", morning.AddDate(0, 0, -2), `"visibility":"public","favourites_count":0,"reblogs_count":null`)))
	if err != nil {
		t.Fatal(err)
	}
	told, said := told(rec), said(rec)
	if v, ok := told["reactions_total"]; !ok || v != 0 || said["reactions_total"] != observation.OK {
		t.Errorf("no favourites: %v %v, %s; want a zero", v, ok, said["reactions_total"])
	}
	for _, metric := range []string{"comments_total", "shares_total"} {
		if v, ok := told[metric]; ok || said[metric] != observation.Failed {
			t.Errorf("%s is missing in the answer: told %v, said %s; want nothing, and that it failed", metric, v, said[metric])
		}
	}
	for _, c := range rec.Coverage {
		if c.Grain == observation.Day && !window().Contains(c.From) {
			t.Errorf("it speaks of %s, which nobody asked for", c.From)
		}
	}
	rec, err = visit(t, Config{}, new(collectortest.Memory), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"This API requires an authenticated user"}`))
	})
	if collector.ResultOf(err) != observation.Auth || len(rec.Observations)+len(rec.Coverage) > 0 {
		t.Errorf("refused: %v, told %v", err, rec.Observations)
	}
}

// TestFollowersThatAreNone: followers that are left out, or are no count, are a failure of theirs and of nothing else.
func TestFollowersThatAreNone(t *testing.T) {
	for _, without := range []string{`{"id":"109302","acct":"museo"}`, `{"id":"109302","acct":"museo","followers_count":null}`, `{"id":"109302","acct":"museo","followers_count":-1}`} {
		post := posted("1", morning.AddDate(0, 0, -2), `"visibility":"public","favourites_count":4,"reblogs_count":-1,"replies_count":0`)
		rec, err := visit(t, Config{}, new(collectortest.Memory), instance(without, post))
		if told := told(rec); err != nil || said(rec)["followers"] != observation.Failed || len(told) != 2 || told["reactions_total"] != 4 {
			t.Errorf("%s: %v, told %v; want that the followers failed, and what else there is", without, err, told)
		}
	}
}

func told(rec collectortest.Recording) map[string]float64 {
	out := map[string]float64{}
	for _, o := range rec.Observations {
		out[o.Metric] += o.Value
	}
	return out
}

func said(rec collectortest.Recording) map[string]observation.Result {
	out := map[string]observation.Result{}
	for _, c := range rec.Coverage {
		out[c.Metric] = c.Result
	}
	return out
}

// TestTheToken: without a token the head of a question has no line about one, not even an empty one; with one it is there, and
// nothing that it shows beyond what everybody sees is kept.
func TestTheToken(t *testing.T) {
	for _, token := range []string{"", "abc"} {
		heads := map[string]bool{}
		posts := posted("4", morning.AddDate(0, 0, -1), `"visibility":"direct","favourites_count":9,"replies_count":9,"reblogs_count":9`) + "," +
			posted("3", morning.AddDate(0, 0, -1), `"visibility":"private","favourites_count":9,"replies_count":9,"reblogs_count":9`) + "," +
			posted("2", morning.AddDate(0, 0, -1), `"visibility":"public","reblog":{"id":"7"},"favourites_count":9,"replies_count":9,"reblogs_count":9`) + "," + posted("1", morning.AddDate(0, 0, -2), "")
		rec, err := visit(t, Config{Token: collector.NewSecret(token)}, new(collectortest.Memory), func(w http.ResponseWriter, r *http.Request) {
			values, there := r.Header["Authorization"]
			heads[fmt.Sprint(there, values)] = true
			instance(account1, posts)(w, r)
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]string{"": "false []", "abc": "true [Bearer abc]"}[token]; len(heads) != 1 || !heads[want] {
			t.Errorf("heads: %v, want %s", heads, want)
		}
		if n := told(rec)["reactions_total"]; len(rec.Items) != 1 || n != 3 {
			t.Errorf("%d posts with %v favourites, want the public one alone", len(rec.Items), n)
		}
	}
}

// TestTheListMovesOn: the next page is what the head says, wherever it leads; a post that slid onto it is one, and the list ends
// with a page before what is read again.
func TestTheListMovesOn(t *testing.T) {
	pages := map[string]string{"": posted("50", morning.AddDate(0, 0, -1), "") + "," + posted("40", morning.AddDate(0, 0, -3), ""),
		"40": posted("40", morning.AddDate(0, 0, -3), "") + "," + posted("30", morning.AddDate(0, 0, -40), ""), "30": "", "20": posted("10", morning.AddDate(0, 0, -70), "")}
	after := map[string]string{"": "40", "40": "30", "30": "20", "20": "10"}
	var asked []string
	rec, err := visit(t, Config{}, new(collectortest.Memory), func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/statuses") {
			_, _ = w.Write([]byte(account1))
			return
		}
		before := r.URL.Query().Get("max_id")
		asked = append(asked, before)
		w.Header().Add("Link", `<https://elsewhere.example/x?min_id=9>; rel="prev"`)
		w.Header().Add("Link", fmt.Sprintf(`<https://elsewhere.example/x?limit=40&max_id=%s>; rel="next"`, after[before]))
		_, _ = fmt.Fprintf(w, `[%s]`, pages[before])
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := told(rec)["reactions_total"]; len(rec.Items) != 3 || n != 9 || strings.Join(asked, ",") != ",40,30,20" {
		t.Errorf("%d posts, %v favourites, pages %q; want 3, 9 and four pages", len(rec.Items), n, asked)
	}
}

func TestNextPage(t *testing.T) {
	for line, want := range map[string]string{
		`<https://m.example/a?max_id=7>; rel="next", <https://m.example/a?min_id=9>; rel="prev"`: "7",
		`<https://m.example/a?min_id=9>; rel="prev", <https://m.example/a?max_id=7>; rel="next"`: "7",
		`<https://m.example/a?max_id=7>; title="x"; rel=next`:                                    "7",
		`<https://m.example/a?min_id=9>; rel="prev"`:                                             "",
		``: "",
	} {
		if got, err := next([]string{line}); got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", line, got, err, want)
		}
	}
	if _, err := next([]string{`<https://m.example/a?page=2>; rel="next"`}); collector.ReasonOf(err) != collector.ReasonBadAnswer {
		t.Errorf("a next page without max_id: %v", err)
	}
}

// TestTheEndOfABan: the head says until when, to the microsecond; what it says of other centuries is not believed.
func TestTheEndOfABan(t *testing.T) {
	until := morning.Add(3*time.Minute + 123456*time.Microsecond)
	for reset, want := range map[string]time.Time{until.UTC().Format("2006-01-02T15:04:05.000000Z"): until, "2126-01-01T00:00:00.000000Z": {}, "1795400650": {}, "": {}} {
		_, err := visit(t, Config{}, new(collectortest.Memory), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", reset)
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(`{"error":"Too many requests"}`))
		})
		var wait *collector.WaitError
		if collector.ResultOf(err) != observation.Waiting || errors.As(err, &wait) != !want.IsZero() || wait != nil && wait.Until.Sub(want).Abs() > time.Second {
			t.Errorf("%s: %v, want to wait until %v", reset, err, want)
		}
	}
}

// TestWhereItMoved: where an account is now is told as settings name accounts, and nothing else that stands there.
func TestWhereItMoved(t *testing.T) {
	for acct, want := range map[string]string{"museo@uusi.example": "@museo@uusi.example", "museo2": "@museo2@mastodon.example", "Kysy kanarialta!": "another account"} {
		body, err := json.Marshal(map[string]any{"id": "109302", "acct": "museo", "followers_count": 0, "moved": map[string]string{"acct": acct}})
		if err != nil {
			t.Fatal(err)
		}
		rec, err := visit(t, Config{}, new(collectortest.Memory), instance(string(body), ""))
		if collector.ResultOf(err) != observation.Gone || !strings.Contains(err.Error(), "moved to "+want+",") || len(rec.Observations) > 0 {
			t.Errorf("%s: %v, told %v", acct, err, rec.Observations)
		}
	}
}

// TestSomebodyElsesName: an account of the same name with another id is another account, whose numbers are not those of the series.
func TestSomebodyElsesName(t *testing.T) {
	var memory collectortest.Memory
	for _, id := range []string{"109302", "1"} {
		rec, err := visit(t, Config{}, &memory, instance(strings.Replace(account1, "109302", id, 1), ""))
		if id == "1" && (collector.ResultOf(err) != observation.Gone || len(rec.Observations) > 0) || id != "1" && err != nil {
			t.Errorf("the id is %s: %v, told %v", id, err, rec.Observations)
		}
	}
}

func TestCheckSaysWhatIsAmiss(t *testing.T) {
	server := httptest.NewServer(instance(`{"id":"109302","acct":"museo","followers_count":642,"statuses_count":380,"limited":true}`, ""))
	defer server.Close()
	c := (&Config{Account: "@museo@mastodon.example"}).New(collector.Deps{HTTP: fetch.New(fetch.Options{}).Session(fetch.Policy{AllowPrivate: true}), BaseURL: server.URL, State: new(collectortest.Memory)})
	words, err := c.(collector.Checker).Check(t.Context(), morning)
	if err != nil || !strings.Contains(words, "behind a warning") || !strings.Contains(words, "642 followers") || !strings.Contains(words, "without a token") || !strings.Contains(words, "299 calls are left") {
		t.Errorf("check says %q, %v", words, err)
	}
}

func TestAccounts(t *testing.T) {
	for account, want := range map[string]string{"@museo@mastodon.example": "museo mastodon.example", "Museo_1@Some.Museo.FI": "Museo_1 some.museo.fi", "museo": "", "@museo": "", "": "", "https://mastodon.example/@museo": "", "@a@b": "", "@museo@mastodon.example/x": ""} {
		c := Config{Account: account}
		user, host := c.parts()
		if got := strings.TrimSpace(user + " " + host); got != want || (len(c.Validate()) == 0) != (want != "") {
			t.Errorf("%q: %q, %v, want %q", account, got, c.Validate(), want)
		}
	}
	s := source{config: Config{Account: "@museo@mastodon.example"}}
	if got := s.base(); got != "https://mastodon.example" {
		t.Errorf("the home of the account is %s", got)
	}
}

// TestNoPerson: whoever is named in any field of the answers is told, remembered, logged and shown nowhere.
func TestNoPerson(t *testing.T) {
	collectortest.NoPerson(t, Kind(), collectortest.Nobody{Own: []string{"id", "acct", "url", "language"}, Texts: []string{"content", "spoiler_text"}, Tagged: tagged})
}

// tagged thanks somebody by a plain name in a post, as software does that answers like Mastodon.
func tagged(object map[string]any, name string) {
	if _, ok := object["content"]; ok {
		object["content"] = `<p>Kiitos @<a href="https://other.example/profile/k" class="u-url mention" rel="nofollow"><span>` + name + `</span></a>!</p>`
	}
}

// Whoever is called in a post is not told, also where a plain name calls somebody.
func TestCalled(t *testing.T) {
	for in, want := range map[string]string{
		`<p>Kiitos <span class="h-card"><a href="https://o.example/@k" class="u-url mention">@<span>kanaria</span></a></span>!</p>`: "Kiitos @…!",
		`<p>Kiitos @<a class='mention u-url' href="x">Maija Kanaria</a>, Maija Kanarian kirja</p>`:                                  "Kiitos @…, @…n kirja",
		`<p><a href="x" class="mention hashtag" rel="tag">#<span>velka</span></a></p>`:                                              "#velka",
		`<p><a href="https://koske.fi">Koske ry</a> ja <a class="unmentioned">Oma</a></p>`:                                          "Koske ry ja Oma",
		`<p><a href="x" class="mention">Maija Kanaria`:                                                                              "@…",
	} {
		if got := plain(in); got != want {
			t.Errorf("%s gives %q, want %q", in, got, want)
		}
	}
}

// FuzzStatus: whatever an instance says of a post, no number is told that was not there, and nothing that is not for everybody.
func FuzzStatus(f *testing.F) {
	f.Add([]byte(posted("1", morning, "")))
	f.Add([]byte(`{"id":"1","created_at":"2026-11-20T07:00:00.000Z","visibility":"direct","content":"<p>@<b>x","reblog":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var x status
		if json.Unmarshal(body, &x) != nil {
			return
		}
		at, err := x.at()
		if err != nil || !x.public() {
			return
		}
		p := x.post(at)
		if p.ID == "" || x.Visibility != "public" && x.Visibility != "unlisted" {
			t.Errorf("%s: %+v", body, p)
		}
		for metric, n := range p.Counts {
			if n < 0 {
				t.Errorf("%s: %s is %v", body, metric, n)
			}
		}
	})
}
