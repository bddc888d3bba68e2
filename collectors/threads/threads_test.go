package threads

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
	"seuranta/internal/platforms"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Halves: "halves",
		Moments: &collectortest.Moments{Source: postsAt},
		Instead: map[string]collectortest.Instead{
			"410": {Results: []observation.Result{observation.Gone, observation.Failed}, Why: "An account that has just answered is there: that a day of it is not found is a failure, or the day would not be missing."},
			"an error with 200": {Results: []observation.Result{observation.Failed, observation.Retired, observation.OK},
				Why: "The error is Meta's own for a metric that was withdrawn: that one is withdrawn, and a visit that answers all others is whole."},
		}})
}

// postsAt is an account that published at each moment, and of which Threads tells nothing else.
func postsAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	const head = "\n200\nContent-Type: application/json\n\n"
	out := map[string]string{"answers/insights.http": "GET /v1.0/me/threads_insights?metric=*&since=*&until=*" + head + `{"data":[]}`}
	var posts []string
	for i, at := range slices.Backward(moments) {
		posts = append(posts, fmt.Sprintf(`{"id":"%d","text":"Julkaisu %d","media_type":"TEXT_POST","timestamp":%q}`, i, i, at.UTC().Format("2006-01-02T15:04:05-0700")))
		out[fmt.Sprintf("answers/post-%d.http", i)] = fmt.Sprintf("GET /v1.0/%d/insights?metric=*", i) + head + `{"data":[]}`
	}
	out["answers/posts.http"] = "GET /v1.0/me/threads?fields=*&limit=100" + head + `{"data":[` + strings.Join(posts, ",") + `]}`
	return out
}

const madeUpToken = "THAAmadeUpToken"

// monday is a morning on which Meta's Sunday is over.
var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// followed is an account of which the last post was seen, liked, answered, shared and followed up so many times on Meta's Sunday.
func followed(times int) platforms.Account {
	a := platforms.Account{ID: "555555", Handle: "koske"}
	p := platforms.Post{ID: "700", Text: "Julkaisu", URL: "https://www.threads.com/@koske/post/700", At: monday.AddDate(0, 0, -1)}
	for person := range times {
		a.Changes = append(a.Changes, platforms.Change{At: monday.AddDate(0, -1, 0)})
		for _, what := range []platforms.ActKind{platforms.Saw, platforms.Reacted, platforms.Commented, platforms.Shared, platforms.Followed} {
			p.Acts = append(p.Acts, platforms.Act{At: p.At.Add(time.Minute), Person: person, What: what})
		}
	}
	a.Posts = []platforms.Post{p}
	return a
}

// visited is what a source was told by a platform in a visit.
type visited struct {
	collectortest.Recording
	memory collectortest.Memory
	asked  []string
	err    error
}

// read has a source read some days up to now from a platform. No address that it asks for may hold a token.
func read(t *testing.T, p platforms.Platform, days int) *visited {
	t.Helper()
	v := &visited{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.asked = append(v.asked, r.URL.RequestURI())
		if strings.Contains(r.URL.String(), madeUpToken) || r.Header.Get("Authorization") != "Bearer "+madeUpToken {
			t.Errorf("the token is not in the head alone: %s", r.URL)
		}
		p.Answer(w, r, monday)
	}))
	defer server.Close()
	c := Config{Token: collector.NewSecret(madeUpToken)}
	deps := collector.Deps{ChannelID: "threads", State: &v.memory, Items: &v.memory, BaseURL: server.URL,
		HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true, Secrets: []string{madeUpToken}})}
	today := observation.DateOf(monday)
	w := collector.Window{Period: observation.Period{From: today - observation.Date(days), To: today}, Now: monday, Zone: time.UTC, Grains: observation.Grains()}
	var out collectortest.Recorder
	v.err = c.New(deps).Collect(context.Background(), w, &out)
	v.Recording = out.Recording()
	return v
}

// said is what was said of a metric: its number, or why there is none.
func (v *visited) said(metric string) string {
	out := "nothing"
	for _, c := range v.Coverage {
		if c.Metric == metric {
			out = strings.TrimSpace(string(c.Result) + " " + strings.TrimPrefix(c.Reason, string(c.Result)))
		}
	}
	for _, o := range v.Observations {
		if o.Metric == metric {
			out = fmt.Sprint(o.Value)
		}
	}
	return out
}

// TestFourThings: a zero, a number that is left out, one that is refused, and one that was not asked for stay four things. The one
// that is left out is in the case left-out.
func TestFourThings(t *testing.T) {
	for name, c := range map[string]struct {
		platform platforms.Threads
		want     map[string]string
	}{
		"counted":   {platforms.Threads{Account: followed(3)}, map[string]string{"followers": "3", "reactions": "3", "comments": "3", "shares": "3", "link_clicks": "3", "profile_views": "3", "shares_total": "3"}},
		"zero":      {platforms.Threads{Account: followed(0)}, map[string]string{"followers": "0", "reactions": "0", "comments": "0", "shares": "0", "link_clicks": "0", "profile_views": "0", "views_total": "0"}},
		"refused":   {platforms.Threads{Account: followed(3), Barred: []string{"views"}}, map[string]string{"profile_views": "auth", "reactions": "3", "views_total": "auth", "followers": "3"}},
		"withdrawn": {platforms.Threads{Account: followed(3), Withdrawn: []string{"quotes", "followers_count"}}, map[string]string{"shares": "withdrawn", "shares_total": "withdrawn", "followers": "withdrawn", "comments": "3"}},
	} {
		c.platform.Token = madeUpToken
		v := read(t, c.platform, 1)
		if v.err != nil {
			t.Errorf("%s: %v", name, v.err)
		}
		for metric, want := range c.want {
			if got := v.said(metric); got != want {
				t.Errorf("%s: %s is %q, want %q", name, metric, got, want)
			}
		}
		for _, o := range v.Observations {
			if o.Grain == observation.Day && o.From != observation.NewDate(2026, 11, 22) {
				t.Errorf("%s: %s of %s was not asked for", name, o.Metric, o.From)
			}
		}
	}
}

// TestAFailureLeavesTheRest: a list of posts that Threads refuses for a reason that nobody knows costs the posts alone, and a number
// below zero that metric of that day.
func TestAFailureLeavesTheRest(t *testing.T) {
	v := read(t, changing{platforms.Threads{Account: followed(3), Token: madeUpToken}}, 1)
	for metric, want := range map[string]string{"followers": "3", "profile_views": "3", "reactions": "3", "shares": "failed bad_answer", "comments": "3"} {
		if got := v.said(metric); got != want {
			t.Errorf("%s is %q, want %q (%v)", metric, got, want, v.err)
		}
	}
	if v.err == nil {
		t.Error("the list of posts was refused, and nobody is told")
	}
}

// changing is a platform that refuses the list of posts by a code that is new, and tells of fewer reposts than none.
type changing struct{ platforms.Platform }

var repostsForm = regexp.MustCompile(`("name":"reposts"[^{]*\{"value":)[0-9]+`)

// Answer answers, or refuses.
func (c changing) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	if strings.HasSuffix(r.URL.Path, "/threads") {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":{"message":"new","code":77777}}`))
		return
	}
	answer := httptest.NewRecorder()
	c.Platform.Answer(answer, r, now)
	w.WriteHeader(answer.Code)
	_, _ = w.Write(repostsForm.ReplaceAll(answer.Body.Bytes(), []byte("${1}-2")))
}

// TestFacades: posts of others that were passed on are no posts of the account, and nobody asks what they came to.
func TestFacades(t *testing.T) {
	v := read(t, platforms.Threads{Account: followed(2), Token: madeUpToken, Facades: 3, Most: 2}, 1)
	if len(v.Items) != 1 || strings.Contains(strings.Join(v.asked, " "), "/900/") || v.err != nil {
		t.Errorf("%d posts, %v, asked %q", len(v.Items), v.err, v.asked)
	}
}

// TestPostsAreBounded: of the newest alone it is asked what they came to, and posts of long ago are not listed to their end.
func TestPostsAreBounded(t *testing.T) {
	a := followed(0)
	for i := range 70 {
		a.Posts = append(a.Posts, platforms.Post{ID: fmt.Sprint(1000 + i), Text: "Vanha", At: monday.AddDate(-1, 0, i)})
	}
	slices.SortFunc(a.Posts, func(x, y platforms.Post) int { return x.At.Compare(y.At) })
	for i := range graph.MostRead + 4 {
		a.Posts = append(a.Posts, platforms.Post{ID: fmt.Sprint(i), Text: fmt.Sprint("Julkaisu ", i), At: monday.Add(time.Duration(i-100) * time.Minute)})
	}
	v := read(t, platforms.Threads{Account: a, Token: madeUpToken, Most: 7}, 1)
	told := slices.DeleteFunc(slices.Clone(v.asked), func(uri string) bool { return !strings.Contains(uri, "/insights?") })
	listed := slices.DeleteFunc(slices.Clone(v.asked), func(uri string) bool { return !strings.Contains(uri, "/threads?") })
	if len(v.Items) != graph.MostRead+5 || len(told) != graph.MostRead || len(listed) > (graph.MostRead+5)/7+2 {
		t.Errorf("%d posts were told, %d asked about and %d pages listed, want %d, %d and no more than it takes (%v)", len(v.Items), len(told), len(listed), graph.MostRead+5, graph.MostRead, v.err)
	}
}

// TestNobody: the platform names people in lists, links and errors, and nothing of it is told or remembered.
func TestNobody(t *testing.T) {
	a := followed(3)
	a.Posts[0].Text = "Kiitos @maija.kommentoija!"
	for name, p := range map[string]platforms.Threads{"good": {Account: a, Facades: 1}, "refused": {Account: a, Barred: []string{"likes"}}, "another secret": {Account: a, Secret: "x"}} {
		p.Token = madeUpToken
		v := read(t, p, 2)
		text, _ := json.Marshal(v.Recording)
		states, _ := json.Marshal(v.memory.States())
		for _, where := range []string{string(text), string(states), fmt.Sprint(v.err)} {
			if strings.Contains(strings.ToLower(where), "kommentoija") || strings.Contains(where, madeUpToken) {
				t.Errorf("%s: somebody, or the token, stands in %s", name, where)
			}
		}
	}
}

// TestCost: what a visit costs, as README.md says it.
func TestCost(t *testing.T) {
	v := read(t, platforms.Threads{Account: followed(1), Token: madeUpToken}, 4)
	const followers, list, posts, views = 1, 1, 1, 1
	if want := followers + list + posts + views + 4; v.err != nil || len(v.asked) != want {
		t.Errorf("%d calls, want %d (%v): %q", len(v.asked), want, v.err, v.asked)
	}
}

// TestLongWindows: the views of a long window are asked for in pieces, and every day is told once.
func TestLongWindows(t *testing.T) {
	v := read(t, platforms.Threads{Account: followed(1), Token: madeUpToken}, 60)
	days, pieces := map[observation.Date]int{}, 0
	for _, o := range v.Observations {
		if o.Metric == "profile_views" {
			days[o.From]++
		}
	}
	for _, uri := range v.asked {
		if strings.Contains(uri, "metric=views&") {
			pieces++
		}
	}
	if len(days) != 60 || pieces != 3 || v.err != nil {
		t.Errorf("%d days in %d pieces, want 60 in 3 (%v)", len(days), pieces, v.err)
	}
}

func TestSettings(t *testing.T) {
	secret := collector.NewSecret("s")
	for name, c := range map[string]struct {
		settings Config
		want     string
	}{
		"pasted": {Config{Token: secret}, ""}, "connected": {Config{ClientID: "1", ClientSecret: secret}, ""}, "no way in": {Config{}, "token"},
		"no secret": {Config{ClientID: "1"}, "client_secret"}, "a name": {Config{Token: secret, Account: "@koske"}, "account"},
	} {
		faults := c.settings.Validate()
		if c.want == "" && len(faults) > 0 || c.want != "" && (len(faults) != 1 || faults[0].Key != c.want) {
			t.Errorf("%s: %v, want a fault of %q", name, faults, c.want)
		}
	}
	if got := (&Config{InAddress: true}).Connection(); !got.TokenInAddress {
		t.Error("what the settings allow of addresses is not passed on")
	}
	if got := (&Config{ClientID: "1", ClientSecret: secret}).Connection(); got.TokenInAddress || got.RenewGrant != "th_refresh_token" || got.Base != host || !slices.Contains(got.Scopes, "threads_manage_insights") {
		t.Errorf("%+v", got)
	}
}

// TestCheck says what was found, by one call, when the connection ends, and what is missing where insights are not allowed.
func TestCheck(t *testing.T) {
	for _, barred := range [][]string{nil, {"followers_count"}} {
		asked := 0
		p := platforms.Threads{Account: followed(84), Token: madeUpToken, Barred: barred}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++; p.Answer(w, r, monday) }))
		deps := collector.Deps{BaseURL: server.URL, HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true}), Credential: connected{monday.AddDate(0, 0, 60)}}
		said, err := (&Config{ClientID: "1"}).New(deps).(collector.Checker).Check(context.Background(), monday)
		server.Close()
		if barred == nil && (err != nil || !strings.HasPrefix(said, "the account has 84 followers") || !strings.Contains(said, "connect again by 2027-01-22")) || barred != nil && collector.ResultOf(err) != observation.Auth || asked != 1 {
			t.Errorf("%v: %q, %v, %d calls", barred, said, err, asked)
		}
	}
}

// connected is a connection that ends.
type connected struct{ ends time.Time }

func (connected) Token(context.Context) (collector.Secret, error) {
	return collector.NewSecret(madeUpToken), nil
}
func (c connected) Expires() time.Time { return c.ends }

// FuzzDay: whatever Threads tells of a day, no number is made of what is not there.
func FuzzDay(f *testing.F) {
	f.Add([]byte(`{"data":[{"name":"likes","total_value":{"value":3}},{"name":"reposts","total_value":{"value":1}},{"name":"quotes","total_value":{"value":0}},{"name":"clicks","link_total_values":[{"value":2}]}]}`))
	f.Add([]byte(`{"data":[{"name":"reposts","total_value":{"value":1}},{"name":"quotes","total_value":{}},{"name":"clicks","link_total_values":[]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var told graph.Told
		if api.Decode(body, &told) != nil {
			return
		}
		series, err := told.Series("")
		if err != nil {
			return
		}
		for _, family := range families() {
			n, _ := family.of(series, nil)
			for _, theirs := range family.theirs {
				if _, ok := series[theirs]; n.Lack(theirs).Result == "" && !ok {
					t.Errorf("%s: %s is %v without %s", body, family.ours, n.Value, theirs)
				}
			}
		}
	})
}
