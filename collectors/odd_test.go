package collectors_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"seuranta/collectors/bluesky"
	"seuranta/collectors/facebook"
	"seuranta/collectors/instagram"
	"seuranta/collectors/linkedin"
	"seuranta/collectors/mastodon"
	"seuranta/collectors/threads"
	"seuranta/collectors/twitter"
	"seuranta/collectors/youtube"
	"seuranta/internal/collector"
	"seuranta/internal/collector/graph"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// odd is a kind whose list of posts holds one that is odd. In answers, by what the address holds, POSTS is the list.
type odd struct {
	config  collector.Config
	answers map[string]string
	posts   [3]string // as they should be
	time    [2]string // what to write otherwise in the second for it to have no time
	counter [2]string // … or an odd counter
	loss    string    // the metric of the counter
}

func odds() map[string]odd {
	token := collector.NewSecret("EAAtokenThatIsLongEnough")
	three := func(form string, ids ...any) (out [3]string) {
		for i := range out {
			out[i] = strings.ReplaceAll(form, "ID", fmt.Sprint(ids[i]))
		}
		return out
	}
	const did = "did:plc:koske2koske2koske2koske2"
	const at, meta = "2026-11-22T10:00:00Z", `"2026-11-22T10:00:00+0000"`
	return map[string]odd{
		"bluesky": {&bluesky.Config{Handle: "koske.example"}, map[string]string{"getProfile": `{"did":"` + did + `","handle":"koske.example","followersCount":5}`, "getAuthorFeed": `{"feed":[POSTS]}`},
			three(`{"post":{"uri":"at://`+did+`/app.bsky.feed.post/ID","record":{"createdAt":"`+at+`","text":"t"},"likeCount":5,"replyCount":0,"repostCount":0,"quoteCount":0,"indexedAt":"`+at+`"}}`, "3a", "3b", "3c"),
			[2]string{`"indexedAt":"` + at + `"`, `"indexedAt":null`}, [2]string{`"likeCount":5`, `"likeCount":2.5`}, "reactions_total"},
		"mastodon": {&mastodon.Config{Account: "@koske@mastodon.example"}, map[string]string{"lookup": `{"id":"109302","acct":"koske","followers_count":5}`, "statuses": `[POSTS]`},
			three(`{"id":"ID","created_at":"`+at+`","visibility":"public","content":"t","replies_count":0,"reblogs_count":0,"favourites_count":5}`, 1, 2, 3),
			[2]string{`"created_at":"` + at + `"`, `"created_at":null`}, [2]string{`"favourites_count":5`, `"favourites_count":-1`}, "reactions_total"},
		"twitter": {&twitter.Config{Username: "koske", Token: token, Reads: 100000, PostsDays: 30, API: "v2"}, map[string]string{"/2244994945/tweets": `{"data":[POSTS],"meta":{"result_count":3}}`, "/users/": `{"data":{"id":"2244994945","username":"koske","public_metrics":{"followers_count":5,"tweet_count":3}}}`},
			three(`{"id":"ID","text":"t","created_at":"`+at+`","public_metrics":{"like_count":5,"reply_count":0,"retweet_count":0,"quote_count":0,"impression_count":9}}`, 1, 2, 3),
			[2]string{`"created_at":"` + at + `"`, `"created_at":17`}, [2]string{`"like_count":5`, `"like_count":"5 000"`}, "reactions_total"},
		"youtube": {&youtube.Config{Channel: "UCk0sk3k0sk3k0sk3k0sk3kA", Key: token, Units: 1000}, map[string]string{"/videos": `{"kind":"youtube#videoListResponse","items":[POSTS]}`,
			"/playlistItems": `{"kind":"youtube#playlistItemListResponse","items":[{"contentDetails":{"videoId":"v1"}},{"contentDetails":{"videoId":"v2"}},{"contentDetails":{"videoId":"v3"}}]}`,
			"/channels":      `{"kind":"youtube#channelListResponse","items":[{"id":"UCk0sk3k0sk3k0sk3k0sk3kA","statistics":{"subscriberCount":"5"},"contentDetails":{"relatedPlaylists":{"uploads":"UUk"}}}]}`},
			three(`{"id":"ID","snippet":{"publishedAt":"`+at+`","title":"t"},"statistics":{"viewCount":"5","likeCount":"1","commentCount":"0"},"status":{"privacyStatus":"public"}}`, "v1", "v2", "v3"),
			[2]string{`"publishedAt":"` + at + `"`, `"publishedAt":""`}, [2]string{`"viewCount":"5"`, `"viewCount":"many"`}, "views_total"},
		"linkedin": {&linkedin.Config{Organization: "104", Token: token, Version: "202611", PostsDays: 30}, map[string]string{"networkSizes": `{"firstDegreeSize":5}`, "start=0": `{"elements":[POSTS]}`, "": `{"elements":[]}`,
			"shares=": `{"elements":[COUNTS]}`},
			three(`{"id":"urn:li:share:ID","author":"urn:li:organization:104","commentary":"t","lifecycleState":"PUBLISHED","publishedAt":1795341600000}`, 1, 2, 3),
			[2]string{`urn:li:share:2`, `urn:li:groupPost:2`}, [2]string{}, ""},
		"facebook": {&facebook.Config{Page: "104", Token: token, Version: graph.DefaultVersion}, map[string]string{"published_posts": `{"data":[POSTS]}`, "/104?": `{"id":"104","followers_count":5,"fan_count":300}`, "": `{"data":[]}`},
			three(`{"id":"104_ID","created_time":`+meta+`,"message":"t","shares":{"count":5},"reactions":{"summary":{"total_count":5}},"comments":{"summary":{"total_count":5}}}`, 1, 2, 3),
			[2]string{`"created_time":` + meta, `"created_time":null`}, [2]string{`"shares":{"count":5}`, `"shares":{"count":"5 000"}`}, "shares_total"},
		"instagram": {&instagram.Config{Account: "178414", Login: "facebook", Token: token, Version: graph.DefaultVersion}, map[string]string{"/media": `{"data":[POSTS]}`, "/178414?": `{"id":"178414","username":"koske","followers_count":5}`, "": `{"data":[]}`},
			three(`{"id":"ID","caption":"t","media_type":"IMAGE","timestamp":`+meta+`,"like_count":5,"comments_count":0}`, 1, 2, 3),
			[2]string{`"timestamp":` + meta, `"timestamp":"soon"`}, [2]string{`"like_count":5`, `"like_count":-5`}, "reactions_total"},
		"threads": {&threads.Config{Token: token}, map[string]string{"/me/threads?": `{"data":[POSTS]}`, "": `{"data":[]}`},
			three(`{"id":"ID","text":"t","media_type":"TEXT_POST","timestamp":`+meta+`}`, 1, 2, 3), [2]string{`"timestamp":` + meta, `"timestamp":null`}, [2]string{}, ""},
	}
}

// TestOneOddPost: one post that cannot be read costs itself: the others are told, it is said that there was one, and it is not taken for
// deleted, nor for read. A counter that is odd costs that counter of that post.
func TestOneOddPost(t *testing.T) {
	for name, o := range odds() {
		memory, list := new(collectortest.Memory), ""
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(o.answer(r.URL.String(), list))) }))
		visit := func(second string) (collectortest.Recording, error) {
			posts := o.posts
			posts[1] = second
			list = strings.Join(posts[:], ",")
			out, err := visitTo(t, o.config, collector.Deps{ChannelID: "c", BaseURL: server.URL, State: memory, Items: memory, HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true})})
			memory.Learn(out.Items)
			return out, err
		}
		if out, err := visit(o.posts[1]); len(out.Items) != 3 || errors.Is(err, collector.ErrPartial) {
			t.Errorf("%s: as it should be %d posts, %v", name, len(out.Items), err)
		}
		for _, second := range []string{strings.Replace(o.posts[1], o.time[0], o.time[1], 1), `{}`, `"odd"`} {
			out, err := visit(second)
			if len(out.Items) != 2 || strings.Contains(fmt.Sprint(out.Items), observation.Deleted) || collector.ResultOf(err) != observation.Partial || collector.ReasonOf(err) != collector.ReasonBadAnswer || saidOf(out, "publications") != "partial" {
				t.Errorf("%s: with %.60s: %d posts, publications %s, %v", name, second, len(out.Items), saidOf(out, "publications"), err)
			}
		}
		if o.loss != "" {
			out, err := visit(strings.Replace(o.posts[1], o.counter[0], o.counter[1], 1))
			n := 0
			for _, told := range out.Observations {
				if told.Metric == o.loss {
					n++
				}
			}
			if len(out.Items) != 3 || n != 2 || errors.Is(err, collector.ErrPartial) || !strings.Contains(saidOf(out, o.loss), "partial") {
				t.Errorf("%s: with an odd counter %d posts, %d counters, %s, %v", name, len(out.Items), n, saidOf(out, o.loss), err)
			}
		}
		if out, err := visit(o.posts[1]); len(out.Items) != 3 || errors.Is(err, collector.ErrPartial) || saidOf(out, "publications") != "ok" {
			t.Errorf("%s: again as it should be %d posts, %v", name, len(out.Items), err)
		}
		list = ""
		server.Close()
	}
}

// answer is what the platform answers to a question.
func (o odd) answer(address, list string) string {
	best := ""
	for part := range o.answers {
		if strings.Contains(address, part) && len(part) > len(best) {
			best = part
		}
	}
	return strings.NewReplacer("POSTS", list, "COUNTS", "").Replace(o.answers[best])
}

// saidOf is what was said last of a metric.
func saidOf(out collectortest.Recording, metric string) (said string) {
	for _, c := range out.Coverage {
		if c.Metric == metric {
			said = string(c.Result)
		}
	}
	return said
}
