package linkedin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// asking is a source that asks a server.
func asking(server *httptest.Server) collector.Collector {
	c := &Config{Organization: "2414183", Token: collector.NewSecret("t0ken"), Version: defaultVersion, PostsDays: defaultPostsDays}
	return c.New(collector.Deps{ChannelID: "linkedin", HTTP: fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }}).Session(fetch.Policy{AllowPrivate: true}), BaseURL: server.URL})
}

// rangeOf is a day as LinkedIn writes it.
func rangeOf(day observation.Date) string {
	return fmt.Sprintf(`"timeRange":{"end":%d,"start":%d}`, day.End(time.UTC).UnixMilli(), day.Start(time.UTC).UnixMilli())
}

// unruly is a LinkedIn that answers what it may: days in any order and more than were asked for, numbers as texts, posts that come twice
// because the list moves on, others' posts among them, and a post that nobody saw left out. resource may say something else.
func unruly(t *testing.T, instead map[string]string) (*httptest.Server, *[]string) {
	t.Helper()
	monday := observation.NewDate(2026, 11, 16)
	post := func(id, author string, at time.Time) string {
		return fmt.Sprintf(`{"id":%q,"author":%q,"commentary":"Julkaisu","createdAt":%d,"publishedAt":%[3]d,"lifecycleState":"PUBLISHED","lastModifiedBy":{"name":"Kerttu Kanarialintu"}}`, id, author, at.UnixMilli())
	}
	at := time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)
	pages := []string{
		post("urn:li:share:2", "urn:li:organization:2414183", at) + "," + post("urn:li:share:9", "urn:li:organization:1", at),
		post("urn:li:share:2", "urn:li:organization:2414183", at) + "," + post("urn:li:share:1", "urn:li:organization:2414183", at.AddDate(0, 0, -3)), "",
	}
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resource := strings.Split(strings.TrimPrefix(r.URL.Path, "/rest/"), "/")[0]
		if r.URL.Query().Has("shares") {
			resource = "shares"
		}
		asked = append(asked, resource)
		if r.Header.Get("Authorization") != "Bearer t0ken" || r.Header.Get("LinkedIn-Version") != defaultVersion || (r.Header.Get("X-Restli-Protocol-Version") == "2.0.0") == (resource == "networkSizes") {
			t.Errorf("%s: %v", resource, r.Header)
		}
		if strings.Contains(r.URL.RawQuery, "%28") || resource != "networkSizes" && !strings.Contains(r.URL.RawQuery, "urn%3Ali%3Aorganization%3A2414183") || strings.Contains(r.URL.RawQuery, "t0ken") {
			t.Errorf("asked for %s", r.URL.RawQuery)
		}
		if said, ok := instead[resource]; ok {
			status, body, _ := strings.Cut(said, " ")
			var code int
			_, _ = fmt.Sscan(status, &code)
			w.WriteHeader(code)
			_, _ = w.Write([]byte(body))
			return
		}
		var start int
		_, _ = fmt.Sscan(r.URL.Query().Get("start"), &start)
		_, _ = w.Write([]byte(map[string]string{
			"networkSizes":                           `{"firstDegreeSize":"512"}`,
			"organizationalEntityFollowerStatistics": `{"elements":[{` + rangeOf(monday+1) + `,"followerGains":{"paidFollowerGain":"1","organicFollowerGain":2}},{` + rangeOf(monday) + `,"followerGains":{"organicFollowerGain":0,"paidFollowerGain":0}},{` + rangeOf(monday+2) + `,"followerGains":{"organicFollowerGain":4}}]}`,
			"organizationalEntityShareStatistics":    `{"elements":[{` + rangeOf(monday+20) + `,"totalShareStatistics":{"impressionCount":99}},{` + rangeOf(monday) + `,"totalShareStatistics":{"impressionCount":"80","likeCount":-1,"commentCount":0,"uniqueImpressionsCount":null}}]}`,
			"shares":                                 `{"elements":[{"share":"urn:li:share:2","totalShareStatistics":{"impressionCount":9,"uniqueImpressionsCount":8,"clickCount":7,"likeCount":6,"commentCount":5,"shareCount":4}}]}`,
			"posts":                                  `{"elements":[` + pages[min(start/pageSize, 2)] + `]}`,
		}[resource]))
	}))
	t.Cleanup(server.Close)
	return server, &asked
}

// spoken writes what was told, and what was said of the days of a metric.
func spoken(r collectortest.Recording, metrics ...string) string {
	var out []string
	for _, o := range r.Observations {
		if slices.Contains(metrics, o.Metric) {
			out = append(out, fmt.Sprintf("%s %s %v", o.Metric, strings.TrimPrefix(o.From.String(), "2026-11-"), o.Value))
		}
	}
	for _, c := range r.Coverage {
		if slices.Contains(metrics, c.Metric) && c.Result != observation.OK && c.From < observation.NewDate(2026, 11, 19) {
			out = append(out, fmt.Sprintf("%s %s %s/%s", c.Metric, strings.TrimPrefix(c.From.String(), "2026-11-"), c.Result, c.Reason))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// TestFourThings: a zero, a field that is not there, what is refused and a day that is not asked for, from the wire to what is told.
func TestFourThings(t *testing.T) {
	server, asked := unruly(t, nil)
	var out collectortest.Recorder
	if err := asking(server).Collect(context.Background(), morning(), &out); err != nil {
		t.Fatal(err)
	}
	r := out.Recording()
	for _, c := range []struct{ metric, want string }{
		{"comments", "comments 16 0, comments 17 failed/no_number, comments 18 failed/no_number"}, // a zero, and days that were left out
		{"reactions", "reactions 16 -1, reactions 17 failed/no_number, reactions 18 failed/no_number"},
		{"reach", "reach 16 failed/no_number, reach 17 failed/no_number, reach 18 failed/no_number"}, // null, and absent
		{"gained", "gained 16 0, gained 17 3, gained 18 failed/no_number"},                           // half of a number is none
		{"followers", "followers 22 512"},
	} {
		if got := spoken(r, c.metric); got != c.want {
			t.Errorf("%s; want %s", got, c.want)
		}
	}
	for _, o := range r.Observations {
		if o.Value == 99 {
			t.Error("a day was told that nobody asked for")
		}
	}
	counts := map[float64]int{}
	for _, o := range r.Observations {
		if o.Metric == "impressions_total" {
			counts[o.Value]++
		}
	}
	if len(r.Items) != 2 || fmt.Sprint(counts) != "map[0:1 9:1]" { // of the post that LinkedIn leaves out nobody saw anything
		t.Errorf("%d posts with %v impressions", len(r.Items), counts)
	}
	if got := strings.Join(*asked, " "); got != "networkSizes organizationalEntityFollowerStatistics organizationalEntityShareStatistics posts posts posts shares" {
		t.Errorf("asked for %s", got)
	}
	text, _ := json.Marshal(r)
	if strings.Contains(string(text), "Kanaria") {
		t.Error("somebody is named")
	}
}

// TestOneFamilyRefused: what the credential may not ask for is said of that alone; where it may ask for nothing, of the visit.
func TestOneFamilyRefused(t *testing.T) {
	const denied = `403 {"status":403,"code":"ACCESS_DENIED","message":"Not enough permissions, Kerttu Kanarialintu"}`
	all := []string{"networkSizes", "organizationalEntityFollowerStatistics", "organizationalEntityShareStatistics", "posts", "shares"}
	metric := map[string]string{"networkSizes": "followers", "organizationalEntityFollowerStatistics": "gained", "organizationalEntityShareStatistics": "reach", "posts": "publications", "shares": "reach_total"}
	everything := map[string]string{}
	for _, resource := range all {
		server, _ := unruly(t, map[string]string{resource: denied})
		everything[resource] = denied
		var out collectortest.Recorder
		if err := asking(server).Collect(context.Background(), morning(), &out); err != nil {
			t.Errorf("%s: %v", resource, err)
		}
		refused := map[string]bool{}
		for _, c := range out.Recording().Coverage {
			if c.Result == observation.Auth {
				refused[c.Metric] = true
			}
		}
		for _, m := range metric {
			ours := m == metric[resource] || resource == "posts" && m == "reach_total"
			if refused[m] != ours {
				t.Errorf("%s is refused: %s is %v", resource, m, refused[m])
			}
		}
	}
	server, _ := unruly(t, everything)
	var out collectortest.Recorder
	err := asking(server).Collect(context.Background(), morning(), &out)
	if collector.ResultOf(err) != observation.Auth || strings.Contains(fmt.Sprint(err), "Kanaria") {
		t.Errorf("all refused: %v", err)
	}
}

func TestErrors(t *testing.T) {
	now := time.Date(2026, 11, 23, 6, 15, 0, 0, time.UTC)
	s := &source{config: Config{Organization: "1", Version: "202511"}}
	for _, c := range []struct {
		status int
		body   string
		want   observation.Result
		says   string
	}{
		{401, `{"status":401,"code":"REVOKED_ACCESS_TOKEN","message":"x"}`, observation.Auth, "REVOKED_ACCESS_TOKEN"},
		{403, `{"status":403,"code":"ACCESS_DENIED","message":"x"}`, observation.Auth, "administrator"},
		{404, `{"status":404,"code":"RESOURCE_NOT_FOUND","message":"x"}`, observation.Gone, "organization"},
		{426, `{"status":426,"code":"NONEXISTENT_VERSION","message":"x"}`, observation.Failed, `version: "202607"`},
		{429, `{"status":429,"message":"Resource level throttle APPLICATION DAY limit"}`, observation.Waiting, "2026-11-24T00:00:00Z"},
		{400, `{"status":400,"code":"ILLEGAL_ARGUMENT","message":"Kanarialintu"}`, observation.Failed, "ILLEGAL_ARGUMENT"},
		{400, `{"status":400,"code":"Kerttu Kanarialintu 040 1234567","message":"x"}`, observation.Failed, "another code"},
		{400, `{"status":400,"code":"KERTTU_KANARIALINTU","message":"x"}`, observation.Failed, "another code"},
		{401, `{"status":401,"code":"KERTTU_KANARIALINTU","message":"x"}`, observation.Auth, "another code"},
		{403, `{"status":403,"code":"KERTTU_KANARIALINTU","message":"x"}`, observation.Auth, "another code"},
		{404, `{"message":"no Route matched with those values"}`, observation.Failed, "gateway"},
		{404, `{"status":404,"message":"Not Found"}`, observation.Failed, "gateway"},
		{404, `{"code":"NOT_FOUND","message":"x"}`, observation.Failed, "gateway"},
		{404, `{"status":404,"code":"KERTTU_KANARIALINTU","message":"x"}`, observation.Failed, "gateway"},
		{404, `{"status":404,"serviceErrorCode":0,"code":"RESOURCE_NOT_FOUND","message":"No virtual resource found"}`, observation.Failed, "gateway"},
	} {
		err := s.refusal(c.status, []byte(c.body), now)
		if collector.ResultOf(err) != c.want || !strings.Contains(err.Error(), c.says) || strings.Contains(strings.ToLower(err.Error()), "anarialintu") {
			t.Errorf("%d: %s, %v", c.status, collector.ResultOf(err), err)
		}
	}
	for _, body := range []string{"<html>", "", "{}", "[]", "null"} {
		if err := s.refusal(404, []byte(body), now); err != nil {
			t.Errorf("%q is no answer of LinkedIn: %v", body, err)
		}
	}
	var permission *permissionError
	if !errors.As(s.refusal(403, []byte(`{"code":"A"}`), now), &permission) || errors.As(s.refusal(401, []byte(`{"code":"A"}`), now), &permission) {
		t.Error("a permission and a credential are two things")
	}
}

func TestVersions(t *testing.T) {
	at := func(text string) time.Time { v, _ := time.Parse(time.DateOnly, text); return v }
	for _, c := range []struct{ dead, now, want string }{
		{"202511", "2026-11-23", defaultVersion}, {defaultVersion, "2027-08-20", "202705"}, {"202609", "2027-10-01", "202707"}, {"202511", "2028-03-01", "202712"},
	} {
		if got := newer(c.dead, at(c.now)); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.dead, c.now, got, c.want)
		}
	}
	for version, want := range map[string]bool{"202601": true, "202602": false, "202607": false, "202511": true} {
		s := &source{config: Config{Version: version}}
		if got := s.aging(at("2026-11-23")) != ""; got != want {
			t.Errorf("%s warns: %v", version, got)
		}
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		`Kiitos @[Matti Kanarialintu](urn:li:person:abc)!`: "Kiitos @…!", `@[Koske ry](urn:li:organization:1)`: "Koske ry", `{hashtag|\#|avoin} luento`: "#avoin luento",
		`\(osa 1\) \@koske a\_b`: "(osa 1) @koske a_b", `@[Kerttu](urn:li:member:1) ja @[Aki](urn:li:person:2)`: "@… ja @…", "pelkkä teksti": "pelkkä teksti",
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSettings(t *testing.T) {
	secret := collector.NewSecret("x")
	for name, c := range map[string]struct {
		config Config
		faults string
	}{
		"files":          {Config{}, ""},
		"paths":          {Config{Paths: []string{"./*.xls"}, Exports: []string{"content"}}, ""},
		"pasted":         {Config{Organization: "2414183", Token: secret}, ""},
		"connected":      {Config{Organization: "urn:li:organization:2414183", ClientID: "a", ClientSecret: secret}, ""},
		"no credential":  {Config{Organization: "2414183"}, "token"},
		"no page":        {Config{Token: secret}, "organization"},
		"a name":         {Config{Organization: "koske", Token: secret}, "organization"},
		"no secret":      {Config{Organization: "1", ClientID: "a"}, "client_secret"},
		"no client":      {Config{Organization: "1", ClientSecret: secret}, "client_id"},
		"both ways":      {Config{Organization: "1", Token: secret, Paths: []string{"a"}}, "paths"},
		"a bad pattern":  {Config{Paths: []string{"[", ""}}, "paths[0] paths[1]"},
		"unknown export": {Config{Exports: []string{"content", "leads"}}, "exports[1]"},
		"a bad order":    {Config{DateOrder: "ymd"}, "date_order"},
		"a bad version":  {Config{Organization: "1", Token: secret, Version: "2026-07"}, "version"},
		"too long":       {Config{Organization: "1", Token: secret, PostsDays: 181}, "posts_days"},
	} {
		if c.config.Version == "" {
			c.config.Version = defaultVersion
		}
		var keys []string
		for _, f := range c.config.Validate() {
			keys = append(keys, f.Key)
		}
		if got := strings.Join(keys, " "); got != c.faults {
			t.Errorf("%s: %q, want %q", name, got, c.faults)
		}
	}
}

// TestTells: a source of files waits for people and forgets nothing; one that asks is bound by LinkedIn's terms.
func TestTells(t *testing.T) {
	files, asks := &Config{}, &Config{Organization: "1"}
	rules := Kind().Retention
	if len(rules) != 2 || len(files.Retains(rules)) != 0 || len(asks.Retains(rules)) != 2 {
		t.Errorf("%d rules, of files %v", len(rules), files.Retains(rules))
	}
	forgotten := map[string]bool{}
	for _, r := range rules {
		for _, m := range r.Metrics {
			forgotten[m] = true
		}
	}
	for _, m := range asked() {
		if !forgotten[m] && m != "publications" {
			t.Errorf("LinkedIn's terms are about %s, and no rule is", m)
		}
	}
	f, a := files.Tells(), asks.Tells()
	if !f.Typed || !f.Silent || a.Typed || a.Silent || (&Config{Paths: []string{"a"}}).Tells().Silent {
		t.Errorf("files %v %v, API %v %v", f.Typed, f.Silent, a.Typed, a.Silent)
	}
	if slices.Contains(f.Metrics, "followers") || slices.Contains(f.Metrics, "reach_total") || slices.Contains(a.Metrics, "visitors") || len(f.Definitions) <= len(f.Metrics) || len(a.Definitions) != len(a.Metrics) {
		t.Errorf("files tell %v, the API %v", f.Metrics, a.Metrics)
	}
	if got := (&Config{Exports: []string{"followers"}}).Tells().Metrics; fmt.Sprint(got) != "[gained]" {
		t.Errorf("the file of followers tells %v", got)
	}
}

// FuzzAnswers: whatever LinkedIn answers, nothing breaks down, and no number is told that was not there.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"id":"urn:li:share:1","commentary":"@[a](urn:li:person:b)","publishedAt":1763900000000}`), []byte(`{"impressionCount":"5","likeCount":-1,"shareCount":null}`), []byte(`{"start":1763337600000,"end":1763424000000}`))
	f.Fuzz(func(t *testing.T, one, two, three []byte) {
		var p post
		if api.Decode(one, &p) == nil {
			if x, err := p.item(); err == nil && (x.ID == "" || strings.Contains(x.Text, "](urn:li:person:")) {
				t.Errorf("%s: %+v", one, x)
			}
		}
		var s statistics
		if api.Decode(two, &s) == nil {
			x := api.Post{Counts: map[string]float64{}, Lacking: map[string]api.Lack{}}
			s.into(&x, true)
			counts := x.Counts
			if len(counts)+len(x.Lacking) != len(counters(true)) {
				t.Errorf("%s: %v", two, counts)
			}
			for metric, n := range counts {
				if n < 0 {
					t.Errorf("%s: %s is %v", two, metric, n)
				}
			}
		}
		var r span
		if api.Decode(three, &r) == nil {
			_, _ = r.day()
		}
	})
}
