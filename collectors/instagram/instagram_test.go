package instagram

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
		Instead: exceptions()})
}

// exceptions are what is right where the second question, after the token, is not answered, and where there is no such metric any more.
func exceptions() map[string]collectortest.Instead {
	out := map[string]collectortest.Instead{
		"410": {Results: []observation.Result{observation.Gone, observation.Failed}, Why: "An account that has just answered is there: that a day of it is not found is a failure, or the day would not be missing."},
		"an error with 200": {Results: []observation.Result{observation.Failed, observation.Retired, observation.OK},
			Why: "The error is Meta's own for a metric that was withdrawn: that one is withdrawn, and a visit that answers all others is whole."},
	}
	for _, name := range []string{"404", "410", "500", "cut off", "a page", "a page under the right type", "nothing", "cookie wall"} {
		out[name+"@2"] = collectortest.Instead{Results: []observation.Result{observation.Failed}, AsWell: true,
			Why: "Whether Meta says when the token ends takes nothing from the numbers; the next visit asks again."}
	}
	return out
}

// postsAt is an account that published at each moment, and of which Meta tells nothing else.
func postsAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	const head, proof, account = "\n200\nContent-Type: application/json\n\n", "&appsecret_proof=*", "GET /v26.0/17841400000000001"
	nothing := head + `{"data":[]}`
	out := map[string]string{
		"answers/account.http": account + "?fields=*" + proof + head + `{"id":"17841400000000001","username":"koske","followers_count":500}`,
		"answers/days.http":    account + "/insights?metric=*&metric_type=*&period=*&since=*&until=*" + proof + nothing,
		"answers/moves.http":   account + "/insights?breakdown=*&metric=*&metric_type=*&period=*&since=*&until=*" + proof + nothing,
		"answers/series.http":  account + "/insights?metric=*&period=*&since=*&until=*" + proof + nothing,
	}
	var media []string
	for i, at := range slices.Backward(moments) {
		media = append(media, fmt.Sprintf(`{"id":"%d","caption":"Julkaisu %d","media_type":"IMAGE","timestamp":%q,"like_count":1,"comments_count":0}`, i, i, at.UTC().Format("2006-01-02T15:04:05-0700")))
		out[fmt.Sprintf("answers/post-%d.http", i)] = fmt.Sprintf("GET /v26.0/%d/insights?metric=*", i) + proof + nothing
	}
	out["answers/media.http"] = account + "/media?fields=*&limit=100" + proof + head + `{"data":[` + strings.Join(media, ",") + `]}`
	return out
}

const madeUpToken = "EAAmadeUpToken"

// monday is a morning on which Meta's Sunday is over.
var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// followed is an account with so many followers and a post for each count of viewers, one a day, the last on Meta's Sunday.
func followed(followers int, viewers ...int) platforms.Account {
	a := platforms.Account{ID: "17841400000000001", Handle: "koske"}
	for n := range followers {
		a.Changes = append(a.Changes, platforms.Change{At: monday.AddDate(0, -2, 0).Add(time.Duration(n) * time.Minute)})
	}
	for i, n := range viewers {
		p := platforms.Post{ID: fmt.Sprint(700 + i), Text: fmt.Sprintf("Julkaisu %d", i), URL: fmt.Sprintf("https://www.instagram.com/p/%d/", i), At: monday.AddDate(0, 0, i-len(viewers))}
		for person := range n {
			p.Acts = append(p.Acts, platforms.Act{At: p.At.Add(time.Minute), Person: person, What: platforms.Saw}, platforms.Act{At: p.At.Add(time.Minute), Person: person, What: platforms.Reacted})
		}
		a.Posts = append(a.Posts, p)
	}
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
func read(t *testing.T, c Config, p platforms.Platform, days int) *visited {
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
	if c.Login == "" {
		c.Login = loginFacebook
	}
	c.Version, c.Token = graph.DefaultVersion, collector.NewSecret(madeUpToken)
	deps := collector.Deps{ChannelID: "instagram", State: &v.memory, Items: &v.memory, BaseURL: server.URL,
		HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true, Secrets: []string{madeUpToken}})}
	today := observation.DateOf(monday)
	w := collector.Window{Period: observation.Period{From: today - observation.Date(days), To: today}, Now: monday, Zone: time.UTC, Grains: observation.Grains()}
	var out collectortest.Recorder
	v.err = c.New(deps).Collect(context.Background(), w, &out)
	v.Recording = out.Recording()
	return v
}

// said is what was said of a metric of the newest day or instant: its number, or why there is none.
func (v *visited) said(metric string, g observation.Grain) string {
	out := "nothing"
	for _, c := range v.Coverage {
		if c.Metric == metric && c.Grain == g {
			out = strings.TrimSpace(string(c.Result) + " " + strings.TrimPrefix(c.Reason, string(c.Result)))
		}
	}
	for _, o := range v.Observations {
		if o.Metric == metric && o.Grain == g {
			out = fmt.Sprint(o.Value)
		}
	}
	return out
}

// TestFourThings: a zero, a number that is left out, one that is refused, and one that was not asked for stay four things.
func TestFourThings(t *testing.T) {
	sunday := observation.NewDate(2026, 11, 22)
	for name, c := range map[string]struct {
		platform platforms.Instagram
		want     map[string]string
	}{
		"zero":      {platforms.Instagram{Account: followed(150, 0)}, map[string]string{"media_views": "0", "gained": "0", "lost": "0"}},
		"left out":  {platforms.Instagram{Account: followed(150, 3), Blank: []observation.Date{sunday}}, map[string]string{"media_views": "failed no_number", "lost": "failed no_number", "gained": "failed no_number"}},
		"small":     {platforms.Instagram{Account: followed(99, 3)}, map[string]string{"media_views": "3", "gained": "not_offered withheld", "lost": "not_offered withheld"}},
		"refused":   {platforms.Instagram{Account: followed(150, 3), Barred: []string{"follows_and_unfollows"}}, map[string]string{"media_views": "3", "lost": "auth", "gained": "0"}},
		"withdrawn": {platforms.Instagram{Account: followed(150, 3), Withdrawn: []string{"views"}}, map[string]string{"media_views": "withdrawn", "reactions": "3", "lost": "0"}},
	} {
		c.platform.Token = madeUpToken
		v := read(t, Config{}, c.platform, 1)
		if v.err != nil {
			t.Errorf("%s: %v", name, v.err)
		}
		for metric, want := range c.want {
			if got := v.said(metric, observation.Day); got != want {
				t.Errorf("%s: %s is %q, want %q", name, metric, got, want)
			}
		}
		for _, o := range v.Observations {
			if o.Grain == observation.Day && o.From != sunday {
				t.Errorf("%s: %s of %s was not asked for", name, o.Metric, o.From)
			}
		}
	}
}

// TestOneBadNumber: a number below zero, or something else in its place, is a failure of that metric of that day, or of that counter, and takes nothing with it.
func TestOneBadNumber(t *testing.T) {
	p := spoilt{platforms.Instagram{Account: followed(150, 3, 4), Token: madeUpToken}, map[string]string{
		`"name":"views","period":"day"`: `"value":-7`, `"name":"profile_views","period":"day"`: `"value":"few"`, `"name":"shares","period":"lifetime"`: `"value":-1`}}
	v := read(t, Config{}, p, 1)
	want := map[string]string{"media_views": "failed bad_answer", "profile_views": "failed bad_answer", "reactions": "4", "comments": "0", "lost": "0", "shares": "0"}
	for metric, want := range want {
		if got := v.said(metric, observation.Day); got != want {
			t.Errorf("%s is %q, want %q (%v)", metric, got, want, v.err)
		}
	}
	for metric, want := range map[string]string{"shares_total": "failed bad_answer", "reach_total": "4", "views_total": "4"} {
		if got := v.said(metric, observation.Snapshot); got != want {
			t.Errorf("%s is %q, want %q (%v)", metric, got, want, v.err)
		}
	}
}

// TestAFailureLeavesTheRest: a list of posts that Meta refuses for a reason that nobody knows costs the posts alone.
func TestAFailureLeavesTheRest(t *testing.T) {
	p := barring{platforms.Instagram{Account: followed(150, 3), Token: madeUpToken}, "/media"}
	v := read(t, Config{}, p, 1)
	if v.err == nil || v.said("media_views", observation.Day) != "3" || v.said("reach", observation.Day) != "3" || v.said("followers", observation.Snapshot) != "150" {
		t.Errorf("views %s, reach %s, followers %s (%v)", v.said("media_views", observation.Day), v.said("reach", observation.Day), v.said("followers", observation.Snapshot), v.err)
	}
}

// barring is a platform that refuses what ends so, by a code that is new.
type barring struct {
	platforms.Platform
	edge string
}

// Answer answers, or refuses.
func (b barring) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	if !strings.HasSuffix(r.URL.Path, b.edge) {
		b.Platform.Answer(w, r, now)
		return
	}
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write([]byte(`{"error":{"message":"new","code":77777}}`))
}

// spoilt is a platform that writes other values of some metrics.
type spoilt struct {
	platforms.Platform
	values map[string]string
}

var valueForm = regexp.MustCompile(`"value":[0-9]+`)

// Answer answers with the other values.
func (s spoilt) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	answer := httptest.NewRecorder()
	s.Platform.Answer(answer, r, now)
	body := answer.Body.String()
	for name, value := range s.values {
		if before, rest, ok := strings.Cut(body, name); ok {
			if at := valueForm.FindStringIndex(rest); at != nil {
				body = before + name + rest[:at[0]] + value + rest[at[1]:]
			}
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write([]byte(body))
}

// TestFollowerCountIsWhoCame: the insight of that name is how many came on a day; how many there are stands at the account.
func TestFollowerCountIsWhoCame(t *testing.T) {
	a := followed(150)
	a.Changes = append(a.Changes, platforms.Change{At: monday.Add(-20 * time.Hour)}, platforms.Change{At: monday.Add(-19 * time.Hour)}, platforms.Change{At: monday.Add(-18 * time.Hour), Left: true})
	v := read(t, Config{}, platforms.Instagram{Account: a, Token: madeUpToken, Withdrawn: []string{"follows_and_unfollows"}}, 1)
	if followers, gained, lost := v.said("followers", observation.Snapshot), v.said("gained", observation.Day), v.said("lost", observation.Day); followers != "151" || gained != "2" || lost != "withdrawn" {
		t.Errorf("followers %s, gained %s, lost %s, want 151, 2, withdrawn (%v)", followers, gained, lost, v.err)
	}
}

// TestPostsInPart: of a post with few viewers there is what the list tells, of one with hidden likes all but those.
func TestPostsInPart(t *testing.T) {
	v := read(t, Config{}, platforms.Instagram{Account: followed(150, 2, 40), Token: madeUpToken, Few: 5, Hidden: []string{"701"}}, 1)
	got := map[string][]string{}
	for _, o := range v.Observations {
		for _, i := range v.Items {
			if o.Subject == i.ID {
				got[i.Title] = append(got[i.Title], fmt.Sprint(o.Metric, " ", o.Value))
			}
		}
	}
	for title, want := range map[string]string{"Julkaisu 0": "comments_total 0, reactions_total 2", "Julkaisu 1": "comments_total 0, reach_total 40, shares_total 0, views_total 40"} {
		slices.Sort(got[title])
		if strings.Join(got[title], ", ") != want {
			t.Errorf("%s: %q, want %q (%v)", title, got[title], want, v.err)
		}
	}
}

// TestPostsAreBounded: of the newest alone it is asked what they came to, and three that stand above newer ones end no list.
func TestPostsAreBounded(t *testing.T) {
	a := followed(150)
	for i := range graph.MostRead + 5 {
		a.Posts = append(a.Posts, platforms.Post{ID: fmt.Sprint(i), Text: fmt.Sprint("Julkaisu ", i), At: monday.Add(time.Duration(i-100) * time.Hour)})
	}
	v := read(t, Config{}, platforms.Instagram{Account: a, Token: madeUpToken, Most: 7}, 1)
	read := 0
	for _, uri := range v.asked {
		if strings.Contains(uri, "/insights?metric=reach%2Cviews%2Cshares") {
			read++
		}
	}
	if len(v.Items) != graph.MostRead+5 || read != graph.MostRead {
		t.Errorf("%d posts were told and %d asked about, want %d and %d (%v)", len(v.Items), read, graph.MostRead+5, graph.MostRead, v.err)
	}
}

// TestPinnedPosts: the list may begin with three posts of long ago.
func TestPinnedPosts(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/media") {
			_, _ = w.Write([]byte(`{"data":[],"id":"17841400000000001","followers_count":500}`))
			return
		}
		_, _ = fmt.Fprintf(w, `{"data":[%s,%s,%s,%s,%s,%s]}`, row("1", "2020-01-01"), row("2", "2021-01-01"), row("3", "2022-01-01"), row("4", "2026-11-22"), row("5", "2026-01-01"), row("6", "2026-11-21"))
	}))
	defer server.Close()
	c := Config{Login: loginFacebook, Version: graph.DefaultVersion, Account: "17841400000000001", Token: collector.NewSecret(madeUpToken)}
	deps := collector.Deps{ChannelID: "instagram", BaseURL: server.URL, HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true})}
	var out collectortest.Recorder
	today := observation.DateOf(monday)
	w := collector.Window{Period: observation.Period{From: today - 1, To: today}, Now: monday, Zone: time.UTC, Grains: []observation.Grain{observation.Day}}
	if err := c.New(deps).Collect(context.Background(), w, &out); err != nil {
		t.Fatal(err)
	}
	for _, i := range out.Recording().Items {
		got = append(got, i.Title)
	}
	if !slices.Equal(got, []string{"Julkaisu 4"}) {
		t.Errorf("told %q: want the one after the three that are pinned, and none after a fourth that is older", got)
	}
}

func row(id, day string) string {
	return fmt.Sprintf(`{"id":%q,"caption":"Julkaisu %s","media_type":"IMAGE","timestamp":"%sT12:00:00+0000","like_count":0,"comments_count":0}`, id, id, day)
}

// TestNobody: the platform names people in lists and in errors, and nothing of it is told or remembered.
func TestNobody(t *testing.T) {
	a := followed(150, 3, 4)
	a.Posts[0].Text = "Kiitos @maija.kommentoija!"
	for name, p := range map[string]platforms.Instagram{"good": {Account: a}, "refused": {Account: a, Barred: []string{"reach", "follows_and_unfollows"}}, "few": {Account: a, Few: 90}, "another token": {Account: a, Secret: "x"}} {
		p.Token = madeUpToken
		v := read(t, Config{}, p, 3)
		text, _ := json.Marshal(v.Recording)
		states, _ := json.Marshal(v.memory.States())
		for _, where := range []string{string(text), string(states), fmt.Sprint(v.err)} {
			if strings.Contains(strings.ToLower(where), "kommentoija") || strings.Contains(where, madeUpToken) {
				t.Errorf("%s: somebody, or the token, stands in %s", name, where)
			}
		}
	}
}

// TestAppSecret: who has the secret of the app proves it; where the account itself logged in there is no such proof.
func TestAppSecret(t *testing.T) {
	p := platforms.Instagram{Account: followed(150, 3), Token: madeUpToken, Secret: "app-secret"}
	if v := read(t, Config{Account: p.Account.ID}, p, 1); v.err == nil {
		t.Error("a question without a proof was answered")
	}
	v := read(t, Config{Account: p.Account.ID, ClientSecret: collector.NewSecret("app-secret")}, p, 1)
	if v.err != nil || v.said("followers", observation.Snapshot) != "150" {
		t.Errorf("with a proof: %v", v.err)
	}
	p.Login, p.Secret = loginInstagram, ""
	v = read(t, Config{Login: loginInstagram, ClientSecret: collector.NewSecret("app-secret")}, p, 1)
	if v.err != nil || strings.Contains(strings.Join(v.asked, " "), "appsecret_proof") {
		t.Errorf("where the account logged in: %v, %q", v.err, v.asked)
	}
}

// TestCost: what a visit of a day costs, as README.md says it.
func TestCost(t *testing.T) {
	v := read(t, Config{Account: "17841400000000001"}, platforms.Instagram{Account: followed(150, 3, 4), Token: madeUpToken}, 4)
	const account, list, posts, reach, expiry = 1, 1, 2, 2, 1
	if want := account + list + posts + 4*2 + reach + expiry; v.err != nil || len(v.asked) != want {
		t.Errorf("%d calls, want %d (%v): %q", len(v.asked), want, v.err, v.asked)
	}
}

// TestTheEndIsKnown: the alarms know when a token ends, and one that has ended is a matter of the credential.
func TestTheEndIsKnown(t *testing.T) {
	p := platforms.Instagram{Account: followed(150), Token: madeUpToken, Expires: monday.AddDate(0, 0, 10)}
	v := read(t, Config{}, p, 1)
	if got, _ := v.memory.Get("credential_expires"); v.err != nil || got != "2026-12-03T12:00:00Z" {
		t.Errorf("it ends %q (%v)", got, v.err)
	}
	p.Expires = monday.AddDate(0, 0, -1)
	if v := read(t, Config{}, p, 1); collector.ResultOf(v.err) != observation.Auth || len(v.Observations) > 0 {
		t.Errorf("it has ended: %v, %d numbers", v.err, len(v.Observations))
	}
	p.Renewed = monday.Add(-time.Hour)
	if v := read(t, Config{}, p, 1); v.err != nil {
		t.Errorf("somebody connected anew: %v", v.err)
	}
}

func TestSettings(t *testing.T) {
	good := Config{Login: loginFacebook, Version: graph.DefaultVersion, Token: collector.NewSecret("EAA")}
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"good": {func(*Config) {}, ""},
		"connected": {func(c *Config) {
			c.Token, c.ClientID, c.ClientSecret = collector.Secret{}, "1", collector.NewSecret("s")
		}, ""},
		"no way in":           {func(c *Config) { c.Token = collector.Secret{} }, "token"},
		"no secret":           {func(c *Config) { c.ClientID = "1" }, "client_secret"},
		"a name":              {func(c *Config) { c.Account = "koske" }, "account"},
		"addresses":           {func(c *Config) { c.Login, c.InAddress = loginInstagram, true }, ""},
		"no addresses there":  {func(c *Config) { c.InAddress = true }, "token_in_address"},
		"another login":       {func(c *Config) { c.Login = "x" }, "login"},
		"a version that ends": {func(c *Config) { c.Version = "v20.0" }, "version"},
	} {
		settings := good
		c.change(&settings)
		faults := settings.Validate()
		if c.want == "" && len(faults) > 0 || c.want != "" && (len(faults) != 1 || faults[0].Key != c.want) {
			t.Errorf("%s: %v, want a fault of %q", name, faults, c.want)
		}
	}
	if faults := (&Config{Login: loginFacebook, Version: graph.DefaultVersion}).Validate(); !strings.Contains(fmt.Sprint(faults), "seuranta connect") || !strings.Contains(fmt.Sprint(faults), "INSTAGRAM_TOKEN") {
		t.Errorf("%v: want both ways", faults)
	}
}

func TestConnection(t *testing.T) {
	c := Config{Login: loginFacebook, Version: "v26.0", ClientID: "1"}
	if got := c.Connection(); !slices.Contains(got.Scopes, "instagram_manage_insights") || got.Platform != "Meta" {
		t.Errorf("%+v", got)
	}
	c.Login = loginInstagram
	if allowed := (&Config{Login: loginInstagram, InAddress: true}).Connection(); !allowed.TokenInAddress {
		t.Error("what the settings allow of addresses is not passed on")
	}
	if got := c.Connection(); got.TokenInAddress || !slices.Contains(got.Scopes, "instagram_business_manage_insights") || got.LongLivedGrant != "ig_exchange_token" || got.Base != hostInstagram {
		t.Errorf("%+v", got)
	}
}

// TestCheck says what was found, how long the token is good, and what it may.
func TestCheck(t *testing.T) {
	for login, want := range map[string]string{
		loginFacebook:  "koske (account 17841400000000001) has 84 followers; days are those of America/Los_Angeles; of so few Meta does not tell who came and went; somebody has to connect again by 2026-12-03; the token has the permissions instagram_basic, instagram_manage_insights",
		loginInstagram: "koske (account 17841400000000001) has 84 followers; days are those of America/Los_Angeles; of so few Meta does not tell who came and went",
	} {
		asked := 0
		p := platforms.Instagram{Account: followed(84), Token: madeUpToken, Login: login, Expires: monday.AddDate(0, 0, 10)}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++; p.Answer(w, r, monday) }))
		c := Config{Login: login, Version: graph.DefaultVersion, Token: collector.NewSecret(madeUpToken)}
		deps := collector.Deps{BaseURL: server.URL, HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true})}
		said, err := c.New(deps).(collector.Checker).Check(context.Background(), monday)
		server.Close()
		if err != nil || said != want || asked > 2 {
			t.Errorf("%s: %q, %v, %d calls, want %q", login, said, err, asked, want)
		}
	}
}

// FuzzMedium: whatever Meta says of a post, no count is told that was not there, and none below zero.
func FuzzMedium(f *testing.F) {
	f.Add([]byte(row("1", "2026-11-22")))
	f.Add([]byte(`{"id":"1","media_type":"VIDEO","timestamp":1763200000,"like_count":null,"comments_count":"3"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var m medium
		if json.Unmarshal(body, &m) != nil {
			return
		}
		counts, lacking := api.Known(m.read().Fields)
		_, told := counts["reactions_total"]
		if _, lacks := lacking["reactions_total"]; (told || lacks) != m.Likes.Known {
			t.Errorf("%s: %v", body, counts)
		}
		for metric, n := range counts {
			if n < 0 {
				t.Errorf("%s: %s is %v", body, metric, n)
			}
		}
	})
}
