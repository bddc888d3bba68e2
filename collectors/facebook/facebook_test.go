package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/graph"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
	"seuranta/internal/platforms"
)

const token = "EAAcanaryOfAPerson"

var (
	helsinki, _ = time.LoadLocation("Europe/Helsinki")
	evening     = time.Date(2026, 11, 24, 19, 0, 0, 0, helsinki) // Meta's 23rd is over
	week        = observation.Period{From: observation.NewDate(2026, 11, 16), To: observation.NewDate(2026, 11, 24)}
)

// account is a Page with followers since long and posts that people met with something.
func account() platforms.Account {
	a := platforms.Account{ID: "104", Handle: "koske", Name: "Koske"}
	for n := range 150 {
		a.Changes = append(a.Changes, platforms.Change{At: evening.AddDate(0, 0, -900).Add(time.Duration(n) * time.Hour)})
	}
	for n := range 60 {
		at := evening.AddDate(0, 0, -7*n-2)
		p := platforms.Post{ID: fmt.Sprint(900 + n), Text: fmt.Sprintf("Julkaisu %d", n), URL: "https://www.facebook.com/koske/posts/1", At: at}
		for i := range 12 {
			p.Acts = append(p.Acts, platforms.Act{At: at.Add(time.Duration(i*7) * time.Hour), Person: i % 5, What: []platforms.ActKind{platforms.Saw, platforms.Reacted, platforms.Commented, platforms.Shared}[i%4]})
		}
		a.Posts = append(a.Posts, p)
	}
	slices.Reverse(a.Posts)
	return a
}

// made is the made-up Facebook.
func made(change func(*platforms.Facebook)) http.HandlerFunc {
	f := &platforms.Facebook{Page: account(), Token: token, Dead: platforms.MetaDead(), Most: 3}
	if change != nil {
		change(f)
	}
	return func(w http.ResponseWriter, r *http.Request) { f.Answer(w, r, evening) }
}

// reading is a visit and what was asked in it.
type reading struct {
	collectortest.Recording
	asked []string
	err   error
}

// visited has a Page read from a server.
func visited(t *testing.T, p observation.Period, memory *collectortest.Memory, answer http.HandlerFunc) reading {
	t.Helper()
	var out reading
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.String(), "EAA") {
			t.Errorf("a token is in the address %s", r.URL)
		}
		out.asked = append(out.asked, r.URL.Path+"?"+r.URL.Query().Get("metric")+r.URL.Query().Get("fields"))
		answer(w, r)
	}))
	defer server.Close()
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	deps := collector.Deps{ChannelID: "facebook", HTTP: client.Session(fetch.Policy{AllowPrivate: true, Secrets: []string{token}}), BaseURL: server.URL, State: memory, Items: memory}
	var rec collectortest.Recorder
	w := collector.Window{Period: p, Now: evening, Zone: helsinki, Grains: Kind().Grains}
	out.err = (&Config{Page: "koske", Token: collector.NewSecret(token), Version: graph.DefaultVersion}).New(deps).Collect(t.Context(), w, &rec)
	out.Recording = rec.Recording()
	memory.Learn(out.Items)
	return out
}

// said is what was said of a metric: its results and reasons, each once.
func (r reading) said(metric string) string {
	var out []string
	for _, c := range r.Coverage {
		if c.Metric == metric {
			out = append(out, strings.TrimSpace(string(c.Result)+" "+c.Reason))
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}

// told are the numbers of a metric, added up.
func (r reading) told(metric string) (n int, sum float64) {
	for _, o := range r.Observations {
		if o.Metric == metric {
			n, sum = n+1, sum+o.Value
		}
	}
	return n, sum
}

// TestFourThings: a zero, what is missing, what is not permitted and what nobody asked for stay four things from Meta to us.
func TestFourThings(t *testing.T) {
	const post = `"id":"104_1"`
	answer := func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		day := func(name string, value string) string {
			return `{"data":[{"name":"` + name + `","period":"day","values":[{` + value + `"end_time":"2026-11-24T08:00:00+0000"}]}]}`
		}
		body := map[string]string{"page_media_view": day("page_media_view", `"value":0,`), "page_total_media_view_unique": day("page_total_media_view_unique", ""),
			"page_post_engagements,page_views_total": `{"data":[]}`}[q.Get("metric")]
		switch {
		case strings.HasSuffix(r.URL.Path, "/koske"):
			body = `{"id":"104","followers_count":318,"fan_count":301}`
		case strings.HasPrefix(q.Get("metric"), "page_follows"), strings.HasPrefix(q.Get("metric"), "page_daily"):
			w.WriteHeader(http.StatusBadRequest)
			body = `{"error":{"code":200,"message":"Requires read_insights permission"}}`
		case q.Get("fields") == fieldsOfPosts:
			body = `{"data":[{` + post + `,"created_time":"2026-11-23T09:00:01+0000","message":"Hei"}]}`
		case q.Get("fields") == fieldsOfReactions:
			body = `{"data":[{` + post + `,"reactions":{"data":[],"summary":{"total_count":0}},"comments":{"data":[]}}]}`
		case q.Has("fields"):
			body = `{"data":[{` + post + `,"insights":{"data":[{"name":"post_media_view","period":"lifetime","values":[{"value":0}]}]}}]}`
		case r.Method == http.MethodPost:
			body = `[null]`
		}
		_, _ = w.Write([]byte(body))
	}
	r := visited(t, observation.Period{From: week.To - 1, To: week.To}, new(collectortest.Memory), answer)
	if r.err != nil {
		t.Fatal(r.err)
	}
	for metric, want := range map[string]string{
		"media_views": "1 0 ok", "reactions_total": "1 0 ok", "views_total": "1 0 ok", "shares_total": "1 0 ok", // zeros; of shares by Meta's own rule
		"reach": "0 0 failed no_number", "engagements": "0 0 failed no_number", "comments_total": "0 0 failed no_number", "clicks_total": "0 0 failed no_number", // missing
		"gained": "0 0 auth auth", "lost": "0 0 auth auth", // not permitted
		"impressions": "0 0 withdrawn withdrawn", "followers": "1 318 ok",
	} {
		n, sum := r.told(metric)
		if got := fmt.Sprint(n, " ", sum, " ", r.said(metric)); got != want {
			t.Errorf("%s: %s, want %s", metric, got, want)
		}
	}
	for _, c := range r.Coverage {
		if c.Grain == observation.Day && c.From != week.To-1 {
			t.Errorf("it speaks of %s of %s, which nobody asked for", c.Metric, c.From)
		}
	}
}

// TestNoPersonOfPlatform: Facebook tells names and pictures to whoever asks for them; nobody does, and none is told, also of refusals.
func TestNoPersonOfPlatform(t *testing.T) {
	for name, change := range map[string]func(*platforms.Facebook){
		"good": nil, "expired": func(f *platforms.Facebook) { f.Ends = evening.AddDate(0, 0, -1) }, "other token": func(f *platforms.Facebook) { f.Token = "EAAother" },
		"spent": func(f *platforms.Facebook) { f.Spent = 100 }, "no reading": func(f *platforms.Facebook) { f.NoReading = true },
	} {
		memory := new(collectortest.Memory)
		r := visited(t, week, memory, made(change))
		text, err := json.Marshal([]any{r.Recording, memory.States()})
		if err != nil {
			t.Fatal(err)
		}
		for _, canary := range []string{"Maija", "Kanaria", "mehilainen", "Mehiläinen", "424242", "EAA", "Kiitos! t."} {
			if all := string(text) + fmt.Sprint(r.err); strings.Contains(all, canary) {
				t.Errorf("%s: %q is told: …%s…", name, canary, around(all, canary))
			}
		}
		if (r.err != nil) != (name != "good" && name != "no reading") {
			t.Errorf("%s: %v", name, r.err)
		}
		for _, asked := range r.asked {
			if strings.Contains(asked, "from") || strings.Contains(strings.Replace(asked, "message,message_tags", "", 1), "tags") || strings.Count(asked, "limit(0)") != strings.Count(asked, "summary(") {
				t.Errorf("%s: asked for people: %s", name, asked)
			}
		}
	}
}

func around(text, word string) string {
	i := strings.Index(text, word)
	return text[max(0, i-60):min(len(text), i+60)]
}

// TestEndsOfVisits: each way in which the made-up Facebook refuses ends right.
func TestEndsOfVisits(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*platforms.Facebook)
		want   observation.Result
		calls  int
	}{
		"expired":       {func(f *platforms.Facebook) { f.Ends = evening }, observation.Auth, 1},
		"nearly spent":  {func(f *platforms.Facebook) { f.Spent = 96 }, observation.Waiting, 1},
		"spent":         {func(f *platforms.Facebook) { f.Spent = 100 }, observation.Waiting, 1},
		"wants a proof": {func(f *platforms.Facebook) { f.Secret = "app" }, observation.Auth, 1},
	} {
		if r := visited(t, week, new(collectortest.Memory), made(c.change)); collector.ResultOf(r.err) != c.want || len(r.asked) != c.calls {
			t.Errorf("%s: %v after %v, want %s", name, r.err, r.asked, c.want)
		}
	}
}

// TestSmallPage: of a Page that fewer than 100 like Meta tells no insights; they are not offered, and followers and posts are told.
func TestSmallPage(t *testing.T) {
	r := visited(t, week, new(collectortest.Memory), made(func(f *platforms.Facebook) { f.Fans = 99 }))
	for metric, want := range map[string]string{"media_views": "not_offered withheld", "reach": "not_offered withheld", "gained": "not_offered withheld", "views_total": "not_offered withheld",
		"reach_total": "not_offered withheld", "followers": "ok", "publications": "ok", "reactions_total": "ok"} {
		if got := r.said(metric); got != want || r.err != nil {
			t.Errorf("%s: %s, want %s (%v)", metric, got, want, r.err)
		}
	}
	for _, metric := range []string{"media_views", "reach", "engagements", "views_total"} {
		if n, _ := r.told(metric); n > 0 {
			t.Errorf("%s is told", metric)
		}
	}
	all := visited(t, week, new(collectortest.Memory), made(func(f *platforms.Facebook) { f.Fans = 100 }))
	if n, _ := all.told("media_views"); n != 8 {
		t.Errorf("of 100 likes %d days of views are told, want 8", n)
	}
}

// TestSmallPageWithNumbers: where Meta tells something of a small Page all the same it is told; a zero is not believed.
func TestSmallPageWithNumbers(t *testing.T) {
	answer := made(func(f *platforms.Facebook) { f.Fans = 42 })
	r := visited(t, observation.Period{From: week.To - 2, To: week.To}, new(collectortest.Memory), func(w http.ResponseWriter, r *http.Request) {
		switch q := r.URL.Query(); {
		case q.Get("metric") == "page_media_view":
			_, _ = w.Write([]byte(`{"data":[{"name":"page_media_view","period":"day","values":[{"value":0,"end_time":"2026-11-23T08:00:00+0000"},{"value":32,"end_time":"2026-11-24T08:00:00+0000"}]}]}`))
		case strings.Contains(q.Get("fields"), ",insights"):
			_, _ = w.Write([]byte(`{"data":[{"id":"104_900","insights":{"data":[{"name":"post_clicks","values":[{"value":0}]},{"name":"post_media_view","values":[{"value":7}]}]}}]}`))
		default:
			answer(w, r)
		}
	})
	for metric, want := range map[string]string{"media_views": "1 32 not_offered withheld, ok", "clicks_total": "0 0 not_offered withheld", "views_total": "1 7 ok"} {
		n, sum := r.told(metric)
		if got := fmt.Sprint(n, " ", sum, " ", r.said(metric)); got != want {
			t.Errorf("%s: %s, want %s", metric, got, want)
		}
	}
}

// TestWithoutReading: reactions and comments come from the insights of posts where the posts may not be asked.
func TestWithoutReading(t *testing.T) {
	with, without := visited(t, week, new(collectortest.Memory), made(nil)), visited(t, week, new(collectortest.Memory), made(func(f *platforms.Facebook) { f.NoReading = true }))
	for _, metric := range counters() {
		n, sum := with.told(metric)
		m, other := without.told(metric)
		if n != 9 || n != m || sum != other || without.said(metric) != "ok" {
			t.Errorf("%s: %d numbers that are %v, without the permission %d that are %v (%s)", metric, n, sum, m, other, without.said(metric))
		}
	}
}

// TestAWithdrawnMetric: one dead metric leaves the others of its question, and is asked for once a week.
func TestAWithdrawnMetric(t *testing.T) {
	dead := func(f *platforms.Facebook) { f.Dead["page_views_total"], f.Dead["post_clicks"] = evening, evening }
	memory := new(collectortest.Memory)
	first, second := visited(t, week, memory, made(dead)), visited(t, week, memory, made(dead))
	for _, r := range []reading{first, second} {
		if n, _ := r.told("engagements"); n != 8 || r.err != nil || r.said("profile_views") != "withdrawn withdrawn" || r.said("clicks_total") != "withdrawn withdrawn" || r.said("views_total") != "ok" {
			t.Errorf("engagements %d, profile_views %s, clicks_total %s, views_total %s, %v", n, r.said("profile_views"), r.said("clicks_total"), r.said("views_total"), r.err)
		}
	}
	for _, asked := range second.asked {
		if strings.Contains(asked, "page_views_total") || strings.Contains(asked, "post_clicks") {
			t.Errorf("the second visit asks for %s", asked)
		}
	}
	if again := visited(t, week, memory, made(nil)); again.said("profile_views") != "withdrawn withdrawn" {
		t.Errorf("within the week: %s", again.said("profile_views"))
	}
}

// TestYears: two years are read in few questions, none of them longer than Meta takes, and nothing is told by a rule that was not
// in force.
func TestYears(t *testing.T) {
	memory := new(collectortest.Memory)
	calls, first := 0, map[string]observation.Date{}
	for to := week.To; to > week.To-728; to -= 84 {
		r := visited(t, observation.Period{From: max(to-84, week.To-728), To: to}, memory, made(nil))
		if calls += len(r.asked); r.err != nil {
			t.Fatal(r.err)
		}
		for _, o := range r.Observations {
			if was, ok := first[o.Metric]; o.Subject == "" && (!ok || o.From < was) {
				first[o.Metric] = o.From
			}
		}
	}
	for metric, want := range map[string]string{"media_views": "2025-11-15", "reach": "2026-06-15", "engagements": "2024-11-26", "followers": "2024-11-26", "gained": "2024-11-26"} {
		if got := first[metric].String(); got != want {
			t.Errorf("%s is told from %s, want %s", metric, got, want)
		}
	}
	if _, told := first["impressions"]; told || calls > 160 {
		t.Errorf("impressions told: %v; %d calls", told, calls)
	}
	t.Logf("two years in %d calls", calls)
}

// TestAcrossABreak: a period that lies across the day on which Meta began to count otherwise has no number.
func TestAcrossABreak(t *testing.T) {
	day := observation.NewDate(2026, 6, 17) // a Wednesday
	later, before := figure{since: day}, figure{until: day}
	for _, c := range []struct {
		from, days int
		want       string
	}{{-9, 7, "before"}, {-2, 7, "across"}, {5, 7, "later"}, {0, 7, "later"}, {-7, 7, "before"}, {-27, 28, "across"}, {-28, 28, "before"}, {0, 28, "later"}, {-1, 1, "before"}, {0, 1, "later"}} {
		p := observation.Period{From: day + observation.Date(c.from), To: day + observation.Date(c.from+c.days)}
		isLater, across := later.holds(p)
		isBefore, never := before.holds(p)
		if got := map[string]bool{"later": isLater, "before": isBefore, "across": across}; !got[c.want] || isLater && isBefore || never || across && (isLater || isBefore) {
			t.Errorf("%v: %v, want %s", p, got, c.want)
		}
	}
}

// TestOddValues: rows in any order, two rows a day, numbers as text, objects; a number that cannot be leaves the others.
func TestOddValues(t *testing.T) {
	row := func(day int, rest string) string {
		return fmt.Sprintf(`{"end_time":"2026-11-%02dT08:00:00+0000",%s}`, day+1, rest)
	}
	answer := made(nil)
	r := visited(t, observation.Period{From: week.From, To: week.From + 3}, new(collectortest.Memory), func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("metric") != "page_media_view" {
			answer(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, `{"data":[{"name":"page_media_view","period":"day","values":[%s,%s,%s,%s,%s]}]}`, row(18, `"value":-4`), row(17, `"value":"12"`),
			row(16, `"value":7,"is_from_ads":"1"`), row(20, `"value":999`), row(16, `"value":30,"is_from_ads":"0"`))
	})
	got := map[string]float64{}
	for _, o := range r.Observations {
		if o.Metric == "media_views" {
			got[o.From.String()] = o.Value
		}
	}
	if fmt.Sprint(got) != "map[2026-11-16:37 2026-11-17:12]" || r.said("media_views") != "failed bad_answer, ok" || r.err != nil {
		t.Errorf("%v, %s, %v", got, r.said("media_views"), r.err)
	}
}

// TestViewersAreNotAddedUp: viewers that Meta tells apart by where they came from are no viewers of a day together: that day is told as
// a failure of this metric, the others go on.
func TestViewersAreNotAddedUp(t *testing.T) {
	const reach = "page_total_media_view_unique"
	answer := made(nil)
	r := visited(t, observation.Period{From: week.From, To: week.From + 2}, new(collectortest.Memory), func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); q.Get("metric") != reach || q.Get("period") != "day" {
			answer(w, r)
			return
		}
		row := func(day, n int, ads string) string {
			return fmt.Sprintf(`{"value":%d,"is_from_ads":%q,"end_time":"2026-11-%02dT08:00:00+0000"}`, n, ads, day+1)
		}
		_, _ = fmt.Fprintf(w, `{"data":[{"name":%q,"period":"day","values":[%s,%s,%s]}]}`, reach, row(16, 300, "0"), row(16, 200, "1"), row(17, 250, "0"))
	})
	got := map[string]float64{}
	for _, o := range r.Observations {
		if o.Metric == "reach" && o.Grain == observation.Day {
			got[o.From.String()] = o.Value
		}
	}
	if fmt.Sprint(got) != "map[2026-11-17:250]" || !strings.Contains(r.said("reach"), "failed bad_answer") || r.said("media_views") != "ok" || r.err != nil {
		t.Errorf("%v, reach %s, media_views %s, %v", got, r.said("reach"), r.said("media_views"), r.err)
	}
}

// TestTurnedByTime: a list of posts without cursors is turned by time, every post is told once, and one that turns nowhere ends.
func TestTurnedByTime(t *testing.T) {
	answer := made(nil)
	timed := func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/published_posts") {
			answer(w, r)
			return
		}
		rec := httptest.NewRecorder()
		answer(rec, r)
		var body map[string]any
		if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil {
			t.Error(err)
		}
		if paging, ok := body["paging"].(map[string]any); ok {
			delete(paging, "cursors")
		}
		_ = json.NewEncoder(w).Encode(body)
	}
	want, got := visited(t, week, new(collectortest.Memory), answer), visited(t, week, new(collectortest.Memory), timed)
	if len(got.Items) != len(want.Items) || got.err != nil {
		t.Errorf("%d posts, want %d (%v)", len(got.Items), len(want.Items), got.err)
	}
	for _, metric := range counters() {
		n, sum := got.told(metric)
		if m, other := want.told(metric); n != m || sum != other {
			t.Errorf("%s: %d, %v; want %d, %v", metric, n, sum, m, other)
		}
	}
	for name, id := range map[string]func(int) int{"the same post": func(int) int { return 1 }, "always another post": func(call int) int { return call }} {
		calls := 0
		r := visited(t, week, new(collectortest.Memory), func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/published_posts") {
				calls++
				_, _ = fmt.Fprintf(w, `{"data":[{"id":"104_%d","created_time":"2026-11-20T09:00:00+0000"}],"paging":{"next":"x"}}`, id(calls))
				return
			}
			answer(w, r)
		})
		if collector.ReasonOf(r.err) != collector.ReasonBadAnswer || calls != 2 || len(r.Items) != 0 {
			t.Errorf("a list without an end, %s: %d calls, %d posts, %v", name, calls, len(r.Items), r.err)
		}
	}
}

// TestCheck says in a line what is found.
func TestCheck(t *testing.T) {
	f := &platforms.Facebook{Page: account(), Fans: 96, Token: token, Ends: evening.AddDate(0, 0, 40), DataEnds: evening.AddDate(0, 0, 30)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.Answer(w, r, evening) }))
	defer server.Close()
	client := fetch.New(fetch.Options{Spacing: -1})
	c := (&Config{Page: "Koske", Token: collector.NewSecret(token), Version: graph.DefaultVersion}).New(collector.Deps{HTTP: client.Session(fetch.Policy{AllowPrivate: true}), BaseURL: server.URL})
	f.Page.Handle = "Koske"
	text, err := c.(collector.Checker).Check(t.Context(), evening)
	const want = "Koske (104) has 150 followers and 96 likes; its days are those of Meta (Pacific time); Meta tells views and reach only of Pages that 100 like; somebody has to connect again by 2026-12-24; the token has the permissions pages_read_engagement, read_insights"
	if err != nil || text != want {
		t.Errorf("%s (%v)\nwant %s", text, err, want)
	}
}

// TestConfig: each fault is named where it is.
func TestConfig(t *testing.T) {
	secret := collector.NewSecret("s")
	for _, c := range []struct {
		config Config
		want   string
	}{
		{Config{Page: "koske", Token: secret}, ""},
		{Config{Page: "koske", ClientID: "7", ClientSecret: secret}, ""},
		{Config{Page: "koske"}, "token"},
		{Config{Page: "koske", ClientID: "7"}, "client_secret"},
		{Config{Token: secret}, "page"},
		{Config{Page: "https://www.facebook.com/koske", Token: secret}, "page"},
		{Config{Page: "koske", Token: secret, Version: "v19.0"}, "version"},
	} {
		if c.config.Version == "" {
			c.config.Version = graph.DefaultVersion
		}
		faults := c.config.Validate()
		if got := fmt.Sprint(faults); (c.want == "") != (len(faults) == 0) || c.want != "" && faults[0].Key != c.want {
			t.Errorf("%+v: %s, want a fault of %q", c.config, got, c.want)
		}
	}
	if c := (&Config{Version: "v26.0", ClientID: "7", ClientSecret: secret}).Connection(); c.Platform != "Meta" || c.ClientID != "7" || !slices.Contains(c.Scopes, "read_insights") {
		t.Errorf("%+v", c)
	}
}

// FuzzPost: whatever Meta says of a post, no number is told that was not there.
func FuzzPost(f *testing.F) {
	f.Add([]byte(`{"id":"104_1","created_time":"2026-11-17T09:00:01+0000","shares":{"count":3},"insights":{"data":[{"name":"post_clicks","period":"lifetime","values":[{"value":4}]}]}}`))
	f.Add([]byte(`{"id":"104_1","created_time":"2026-11-17T09:00:01+0000","insights":{"data":[{"name":"post_activity_by_action_type","values":[{"value":{"like":2}}]}]}}`))
	f.Add([]byte(`{"id":"104_1","created_time":1795000000,"shares":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var p post
		if json.Unmarshal(body, &p) != nil {
			return
		}
		if numbers, err := p.numbers(); err == nil {
			for name, n := range numbers {
				if !n.Known || !strings.Contains(string(body), "value") {
					t.Errorf("%s: %s is %v", body, name, n)
				}
			}
		}
		told, err := p.told()
		if err == nil && (told.ID == "" || told.At.IsZero() || told.Counts["shares_total"] < 0 || p.Shares == nil && told.Counts["shares_total"] != 0) {
			t.Errorf("%s: %+v", body, told)
		}
	})
}
