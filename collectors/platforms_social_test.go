package collectors_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/graph"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
	"seuranta/internal/platforms"
)

// socialMeeting is a kind that asks a social platform, with what it has to be told.
type socialMeeting struct {
	kind     string
	platform func(platforms.Account) platforms.Platform
	keys     string // of the source's entry, beside those that all have
	channel  string // the kind of its channel
	// own is what an observation has to say where the platform counts in a way of its own; ok is false of all others. It may be nil.
	own func(o observation.Observation, a platforms.Account) (want float64, ok bool)
	// apart are metrics that this platform tells to nobody here, with why.
	apart map[string]string
}

// socialMeetings are the kinds that ask a social platform, each in a file of its own.
func socialMeetings() []socialMeeting {
	return []socialMeeting{
		{kind: "facebook", channel: "facebook", keys: `page: koske, token: "${TOKEN}", client_secret: "${SECRET}"`, own: ofFacebook, apart: map[string]string{"impressions": "Meta ended it in November 2025"},
			platform: func(a platforms.Account) platforms.Platform {
				return &platforms.Facebook{Page: a, Token: token, Secret: secret, Dead: platforms.MetaDead(), Most: 5}
			}},
		{kind: "bluesky", channel: "bluesky", keys: "handle: koske.bsky.social", platform: func(a platforms.Account) platforms.Platform {
			return &platforms.Bluesky{Account: a, DID: "did:plc:koske2koske2koske2koske2", Most: 5}
		}},
		{kind: "mastodon", channel: "mastodon", keys: `account: "@koske@social.example", token: "${TOKEN}"`, platform: func(a platforms.Account) platforms.Platform {
			return &platforms.Mastodon{Account: a, Token: token, Most: 5}
		}},
		{kind: "youtube", channel: "youtube", keys: `channel_id: "@koske", key: "${TOKEN}"`, platform: func(a platforms.Account) platforms.Platform {
			a.ID = "k0sk3k0sk3k0sk3k0sk3kA"
			return &platforms.YouTube{Channel: a, Key: token, Most: 5}
		}},
		{kind: "linkedin", channel: "linkedin", keys: `organization: "1024", token: "${TOKEN}"`, apart: map[string]string{"views": "in the export alone", "visitors": "in the export alone"},
			platform: func(a platforms.Account) platforms.Platform { return platforms.LinkedIn{Account: a, Token: token} }},
		{kind: "twitter", channel: "x", keys: `username: koske, token: "${TOKEN}"`, apart: exportOfX(), platform: func(a platforms.Account) platforms.Platform {
			return &platforms.Twitter{Account: a, Token: token}
		}},
		{kind: "twitter", channel: "x", keys: `account_id: "1024", token: "${TOKEN}"`, apart: exportOfX(), platform: func(a platforms.Account) platforms.Platform {
			return &platforms.Twitter{Account: a, Token: token, Renamed: true}
		}},
		{kind: "instagram", channel: "instagram", keys: `account: "1024", token: "${TOKEN}"`, own: ofInstagram, platform: func(a platforms.Account) platforms.Platform {
			return platforms.Instagram{Account: a, Token: token, Most: 5}
		}},
		{kind: "threads", channel: "threads", keys: `token: "${TOKEN}"`, own: ofThreads, platform: func(a platforms.Account) platforms.Platform {
			return platforms.Threads{Account: a, Token: token, Most: 5, Facades: 2}
		}},
	}
}

// ofInstagram is how often a profile was viewed there: by all who saw something, and who followed a link.
func ofInstagram(o observation.Observation, a platforms.Account) (float64, bool) {
	n := a.Of(observation.Period{From: o.From, To: o.Grain.Next(o.From)}, graph.Pacific(), meetingNow)
	return float64(n.Viewers + n.Clicks), o.Metric == "profile_views"
}

// ofThreads is how often an account was viewed there: whenever something of it was.
func ofThreads(o observation.Observation, a platforms.Account) (float64, bool) {
	return float64(a.Of(observation.Period{From: o.From, To: o.Grain.Next(o.From)}, graph.Pacific(), meetingNow).Views), o.Metric == "profile_views"
}

// exportOfX are the metrics that X tells by the day to nobody who asks, but in the files that it lets the owner download.
func exportOfX() map[string]string {
	out := map[string]string{}
	for _, m := range []string{"impressions", "reactions", "comments", "shares", "profile_views", "gained", "lost", "engagements"} {
		out[m] = "in the export alone"
	}
	return out
}

// ofFacebook is what Meta counts in a way of its own: clicks are engagements, and nothing that was taken back is.
func ofFacebook(o observation.Observation, a platforms.Account) (float64, bool) {
	p := observation.Period{From: o.From, To: o.Grain.Next(o.From)}
	joined, left := a.Gained(p.Start(platforms.Pacific), p.End(platforms.Pacific), meetingNow)
	n := 0
	for _, post := range a.Posts {
		for _, act := range post.Acts {
			if act.What != platforms.Saw && act.What != platforms.Unreacted && !act.At.Before(p.Start(platforms.Pacific)) && act.At.Before(p.End(platforms.Pacific)) {
				n++
			}
		}
	}
	return map[string]float64{"engagements": float64(n), "profile_views": float64(2*joined + left)}[o.Metric], o.Metric == "engagements" || o.Metric == "profile_views"
}

// followed is an account that people followed and left, with posts of three weeks that were seen and liked for days, and one that
// was deleted.
func followed() platforms.Account {
	a := platforms.Account{ID: "1024", Handle: "koske", Name: "Koske"}
	for n := range 300 {
		a.Changes = append(a.Changes, platforms.Change{At: meetingFrom.Start(helsinki).Add(time.Duration(n-250)*9*time.Hour + time.Hour), Left: n%7 == 3})
	}
	for n := range 12 {
		at := meetingFrom.Start(helsinki).Add(time.Duration(n*41+8) * time.Hour)
		p := platforms.Post{ID: fmt.Sprint(5000 + n), Title: fmt.Sprintf("Julkaisu %d", n+1), Text: fmt.Sprintf("Julkaisu %d", n+1), URL: fmt.Sprintf("https://social.example/koske/%d", 5000+n), Video: n%4 == 1, At: at}
		for i := range 3 * n { // none of the first
			what := platforms.Saw
			if i%3 == 2 {
				what = platforms.ActKind(1 + (i/3)%5)
			}
			p.Acts = append(p.Acts, platforms.Act{At: at.Add(time.Duration(i*i) * 11 * time.Minute), Person: i * n % 17, What: what})
		}
		if n == 6 {
			p.Deleted = at.Add(50 * time.Hour)
		}
		a.Posts = append(a.Posts, p)
	}
	return a
}

func TestSocialKindsMeetPlatforms(t *testing.T) {
	for _, m := range socialMeetings() {
		t.Run(m.kind, func(t *testing.T) {
			a := followed()
			rec := meeting{kind: m.kind, keys: m.keys, channel: m.channel}.meet(t, m.platform(a))
			told := map[string]int{}
			for _, o := range rec.Observations {
				told[o.Metric]++
				if want, ok := m.truthOf(o, a, rec); ok && o.Value != want {
					t.Errorf("%s of %q by %s from %s: %v, want %v", o.Metric, o.Subject, o.Grain, o.From, o.Value, want)
				}
			}
			told["publications"] = len(rec.Items)
			namesNobody(t, rec)
			if want := len(a.Standing(meetingNow)); len(rec.Items) != want && m.apart["publications"] == "" {
				t.Errorf("%d posts were told, want %d", len(rec.Items), want)
			}
			for _, metric := range kindOf(m.kind).Metrics {
				if told[metric] == 0 && m.apart[metric] == "" {
					t.Errorf("%s was not told", metric)
				}
			}
		})
	}
}

// namesNobody checks that nothing that was told holds the people whom the platforms name everywhere: all of them are called Kanaria.
func namesNobody(t *testing.T, rec collectortest.Recording) {
	t.Helper()
	text, err := json.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	if at := strings.Index(strings.ToLower(string(text)), "kanaria"); at >= 0 {
		t.Errorf("somebody is named: …%s", text[max(0, at-80):min(len(text), at+80)])
	}
}

// truthOf is what an observation has to say; ok is false of what the facts do not know.
func (m socialMeeting) truthOf(o observation.Observation, a platforms.Account, rec collectortest.Recording) (float64, bool) {
	if m.own != nil {
		if want, ok := m.own(o, a); ok {
			return want, ok
		}
	}
	if o.Subject != "" {
		return truthOfPost(o, a, rec)
	}
	zone := helsinki
	if rec.Zone != "" {
		zone, _ = time.LoadLocation(rec.Zone)
	}
	p := observation.Period{From: o.From, To: o.Grain.Next(o.From)}
	joined, left := a.Gained(p.Start(zone), p.End(zone), meetingNow)
	if o.Metric == "followers" || o.Metric == "subscribers" {
		return float64(a.Followers(o.ObservedAt)), true
	}
	n, ok := ofActs(a.Of(p, zone, meetingNow), map[string]int{"gained": joined, "lost": left}, o.Metric)
	return n, ok
}

// truthOfPost is what was told of a post.
func truthOfPost(o observation.Observation, a platforms.Account, rec collectortest.Recording) (float64, bool) {
	for _, i := range rec.Items {
		for _, p := range a.Posts {
			if i.ID == o.Subject && (i.Title == p.Title || strings.HasPrefix(i.Title, p.Title+" ")) { // with thanks to somebody
				return ofActs(p.Acted(meetingNow), nil, o.Metric)
			}
		}
	}
	return -1, true // it was told of something that there is not
}

// ofActs is the number of a metric.
func ofActs(n platforms.Acted, more map[string]int, metric string) (float64, bool) {
	for _, known := range []map[string]int{more, {
		"views": n.Views, "media_views": n.Views, "impressions": n.Views, "reach": n.Viewers, "reactions": n.Reactions, "comments": n.Comments, "shares": n.Shares, "link_clicks": n.Clicks,
		"engagements": n.Reactions + n.Comments + n.Shares, "views_total": n.Views, "impressions_total": n.Views, "reach_total": n.Viewers, "reactions_total": n.Reactions,
		"comments_total": n.Comments, "shares_total": n.Shares, "link_clicks_total": n.Clicks, "clicks_total": n.Clicks,
	}} {
		if v, ok := known[metric]; ok {
			return float64(v), true
		}
	}
	return 0, false
}

// question is something that a platform has to refuse, and how it does.
type question struct {
	path   string
	header map[string]string
	status int
	says   string
}

// unwelcome are the questions that each platform refuses: with parameters that there are not, about others, for what nobody may ask,
// and with a credential in the wrong place. They are refused loudly here, also where the real one does as if they were not there.
func unwelcome() map[string][]question {
	bearer := map[string]string{"Authorization": "Bearer " + token}
	key, linkedin := map[string]string{"X-Goog-Api-Key": token}, map[string]string{"Authorization": "Bearer " + token, "LinkedIn-Version": "202607", "X-Restli-Protocol-Version": "2.0.0"}
	return map[string][]question{
		"bluesky": {
			{"/xrpc/app.bsky.actor.getProfile?actor=koske.bsky.social&labels=1", nil, 400, "InvalidRequest"},
			{"/xrpc/app.bsky.actor.getProfile?actor=nobody.bsky.social", nil, 400, "InvalidRequest"},
			{"/xrpc/app.bsky.feed.getAuthorFeed?actor=koske.bsky.social&filter=posts_no_replies&limit=101", nil, 400, "InvalidRequest"},
			{"/xrpc/app.bsky.actor.getProfile?actor=koske.bsky.social", bearer, 401, "AuthMissing"},
			{"/xrpc/app.bsky.graph.getFollowers?actor=koske.bsky.social", nil, 501, "MethodNotImplemented"},
		},
		"mastodon": {
			{"/api/v1/accounts/lookup?acct=koske", nil, 401, "authenticated"},
			{"/api/v1/accounts/lookup?acct=koske&with=followers", bearer, 400, "does not know the parameter"},
			{"/api/v1/accounts/lookup?acct=nobody", bearer, 404, "Record not found"},
			{"/api/v1/accounts/1024/followers", bearer, 404, "Record not found"},
		},
		"youtube": {
			{"/youtube/v3/channels?part=id&forHandle=koske", nil, 400, "API_KEY_INVALID"},
			{"/youtube/v3/channels?part=id&forHandle=koske&key=" + token, key, 400, "badRequest"},
			{"/youtube/v3/channels?part=id&forHandle=koske&mine=true", key, 400, "unexpectedParameter"},
			{"/youtube/v3/channels?forHandle=koske", key, 400, "missingRequiredParameter"},
			{"/youtube/v3/subscriptions?part=id", key, 404, "notFound"},
		},
		"twitter": {
			{"/2/users/by/username/koske", nil, 401, "Unauthorized"},
			{"/2/users/by/username/koske?expansions=pinned_tweet_id", bearer, 400, "[expansions] is not one of"},
			{"/2/users/by/username/nobody", bearer, 200, "resource-not-found"},
			{"/2/users/1024/followers", bearer, 404, "Not Found"},
		},
		"facebook": {
			{"/v25.0/koske?fields=id", bearer, 400, `"code":2635`},
			{"/v26.0/koske?fields=id&access_token=" + token, bearer, 400, `"code":190`},
			{"/v26.0/koske?fields=id", bearer, 400, "appsecret_proof"},
			{"/v26.0/koske?fields=id", nil, 400, `"code":190`},
		},
		"instagram": {
			{"/v25.0/1024?fields=id", bearer, 400, `"code":2500`},
			{"/v26.0/1024?fields=id&access_token=" + token, bearer, 400, "no token in an address"},
			{"/v26.0/1024?fields=id&debug=all", bearer, 400, "Unknown parameter debug"},
			{"/v26.0/1024?fields=id,biography", bearer, 400, "nonexisting field (biography)"},
			{"/v26.0/999?fields=id", bearer, 400, `"error_subcode":33`},
		},
		"threads": {
			{"/v1.0/me?fields=id", nil, 400, `"code":2500`},
			{"/v1.0/me?fields=id&debug=all", bearer, 400, "Unknown parameter debug"},
			{"/v1.0/me/threads_insights?metric=follower_demographics", bearer, 400, "must be one of"},
			{"/v1.0/999?fields=id", bearer, 400, `"error_subcode":33`},
		},
		"linkedin": {
			{"/rest/networkSizes/urn%3Ali%3Aorganization%3A1024?edgeType=COMPANY_FOLLOWED_BY_MEMBER", bearer, 400, "VERSION_MISSING"},
			{"/rest/networkSizes/urn%3Ali%3Aorganization%3A9?edgeType=COMPANY_FOLLOWED_BY_MEMBER", linkedin, 403, "ACCESS_DENIED"},
			{"/rest/posts?author=urn%3Ali%3Aorganization%3A1024&q=author&count=10&start=0&projection=x", linkedin, 400, "QUERY_PARAM_NOT_ALLOWED"},
			{"/rest/socialActions?q=author", linkedin, 404, "RESOURCE_NOT_FOUND"},
		},
	}
}

// refusesQuestions puts the questions to a platform that it has to refuse.
func refusesQuestions(t *testing.T, kind string, p platforms.Platform) {
	t.Helper()
	server, all := serve(t, p), unwelcome()[kind]
	if len(all) < 4 {
		t.Errorf("%d questions are put that have to be refused", len(all))
	}
	for _, q := range all {
		r, err := http.NewRequest(http.MethodGet, server.URL()+"/here"+q.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range q.header {
			r.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != q.status || !strings.Contains(string(body), q.says) {
			t.Errorf("%s is answered with %d %s, want %d and %q", q.path, answer.StatusCode, body, q.status, q.says)
		}
	}
}

// TestSocialPlatformsRefuse: a made-up platform that takes everything would let a kind pass that asks wrongly.
func TestSocialPlatformsRefuse(t *testing.T) {
	for _, m := range socialMeetings() {
		t.Run(m.kind, func(t *testing.T) {
			refusesQuestions(t, m.kind, m.platform(followed()))
			refuses(t, meeting{kind: m.kind, keys: m.keys, channel: m.channel}, m.platform(followed()))
			if !strings.Contains(m.keys, "koske") {
				return // asked for by the number of the account, or as whoever the token is of
			}
			c := meeting{kind: m.kind, keys: strings.Replace(m.keys, "koske", "nobody", 1), channel: m.channel}.at(t, serve(t, m.platform(followed())), nil)
			if rec, err := c.collect(t, meetingFrom); collector.ResultOf(err) != observation.Gone || len(rec.Observations)+len(rec.Items) > 0 {
				t.Errorf("of an account that there is not: %v, told %d numbers", err, len(rec.Observations))
			}
		})
	}
}
