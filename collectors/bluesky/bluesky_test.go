package bluesky

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

const (
	did   = "did:plc:koske2koske2koske2koske2"
	other = "did:plc:muumuumuumuumuumuumuumuu"
)

// postsAt is an account that posted something at each moment.
func postsAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	var posts []string
	for i := range moments {
		at := moments[len(moments)-1-i]
		posts = append(posts, posted(did, fmt.Sprintf("3m%d", i), at, at.Add(time.Second), ""))
	}
	head := "\n200\nContent-Type: application/json\n\n"
	return map[string]string{
		"answers/0.http": "GET /xrpc/app.bsky.actor.getProfile?actor=*" + head + `{"did":"` + did + `","handle":"museo.bsky.social","followersCount":1}`,
		"answers/1.http": "GET /xrpc/app.bsky.feed.getAuthorFeed?actor=" + did + "&filter=posts_no_replies&limit=100" + head + `{"feed":[` + strings.Join(posts, ",") + `]}`,
	}
}

// posted is an entry of a feed, with more fields of the post and of the entry where there are any.
func posted(of, key string, created, seen time.Time, more string) string {
	if more == "" {
		more = `"likeCount":3,"replyCount":0,"repostCount":1,"quoteCount":1}`
	}
	return fmt.Sprintf(`{"post":{"uri":"at://%s/app.bsky.feed.post/%s","record":{"createdAt":%q,"text":"Juttu %s"},"indexedAt":%q,%s}`,
		of, key, created.UTC().Format(time.RFC3339Nano), key, seen.UTC().Format(time.RFC3339Nano), more)
}

var helsinki, _ = time.LoadLocation("Europe/Helsinki")

var morning = time.Date(2026, 11, 23, 4, 20, 0, 0, helsinki)

func window() collector.Window {
	today := observation.NewDate(2026, 11, 23)
	return collector.Window{Period: observation.Period{From: today - 7, To: today}, Now: morning, Zone: helsinki, Grains: []observation.Grain{observation.Day, observation.Snapshot}}
}

// visit has an account read from a Bluesky of our own.
func visit(t *testing.T, w collector.Window, memory *collectortest.Memory, answer http.HandlerFunc) (collectortest.Recording, error) {
	t.Helper()
	server := httptest.NewServer(answer)
	defer server.Close()
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	deps := collector.Deps{ChannelID: "bluesky", HTTP: client.Session(fetch.Policy{AllowPrivate: true}), BaseURL: server.URL, State: memory, Items: memory}
	var out collectortest.Recorder
	err := (&Config{Handle: "@Museo.bsky.social"}).New(deps).Collect(t.Context(), w, &out)
	rec := out.Recording()
	memory.Learn(rec.Items)
	return rec, err
}

// bluesky answers with an account and one page of a feed.
func bluesky(account, feed string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body := map[bool]string{true: account, false: `{"feed":[` + feed + `]}`}[strings.HasSuffix(r.URL.Path, "getProfile")]
		_, _ = w.Write([]byte(body))
	}
}

const account = `{"did":"` + did + `","handle":"museo.bsky.social","followersCount":318}`

// TestFourThings: a zero, a count that is missing, a Bluesky that lets nobody in and a day that nobody asked for stay four things.
func TestFourThings(t *testing.T) {
	at := morning.AddDate(0, 0, -2)
	rec, err := visit(t, window(), new(collectortest.Memory), bluesky(`{"did":"`+did+`","handle":"museo.bsky.social"}`, posted(did, "3a", at, at, `"likeCount":0,"repostCount":4}`)))
	if err != nil {
		t.Fatal(err)
	}
	told, said := told(rec), said(rec)
	if v, ok := told["reactions_total"]; !ok || v != 0 || said["reactions_total"] != observation.OK {
		t.Errorf("no likes: %v %v, %s; want a zero", v, ok, said["reactions_total"])
	}
	for _, metric := range []string{"followers", "comments_total", "shares_total"} {
		if v, ok := told[metric]; ok || said[metric] != observation.Failed {
			t.Errorf("%s is missing in the answer: told %v, said %s; want nothing, and that it failed", metric, v, said[metric])
		}
	}
	if rec, err := visit(t, window(), new(collectortest.Memory), bluesky(`{"did":"`+did+`","handle":"museo.bsky.social","followersCount":-3}`, posted(did, "3a", at, at, `"likeCount":-1,"replyCount":5}`))); err != nil || len(rec.Observations) != 1 || rec.Observations[0].Value != 5 {
		t.Errorf("a count below zero: %v, told %v; want that it takes no other with it", err, rec.Observations)
	}
	rec, err = visit(t, window(), new(collectortest.Memory), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":"AuthMissing","message":"Authentication Required"}`))
	})
	if collector.ResultOf(err) != observation.Auth || len(rec.Observations)+len(rec.Coverage) > 0 {
		t.Errorf("refused: %v, told %v", err, rec.Observations)
	}
	for _, c := range rec.Coverage {
		if c.Grain == observation.Day && !window().Contains(c.From) {
			t.Errorf("it speaks of %s, which nobody asked for", c.From)
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

// TestWhatIsOurs: what was reposted of others is theirs, a post of ours that was reposted or pinned is one, and a list that moves on
// between two pages tells nothing twice.
func TestWhatIsOurs(t *testing.T) {
	at := func(days int) time.Time { return morning.AddDate(0, 0, -days) }
	repost := func(days int) string {
		return `"likeCount":3,"replyCount":0,"repostCount":1,"quoteCount":1},"reason":{"$type":"app.bsky.feed.defs#reasonRepost","by":{"did":"` + did + `"},"indexedAt":"` + at(days).UTC().Format(time.RFC3339) + `"}`
	}
	pages := map[string]string{
		"": posted(did, "3old", at(40), at(40), `"likeCount":5,"replyCount":0,"repostCount":0,"quoteCount":0},"reason":{"$type":"app.bsky.feed.defs#reasonPin"}`) + "," +
			posted(other, "3theirs", at(90), at(90), repost(1)) + "," + posted(did, "3new", at(3), at(3), repost(2)) + "," + posted(did, "3new", at(3), at(3), ""),
		"b": posted(did, "3new", at(3), at(3), "") + "," + posted(did, "3old", at(40), at(40), `"likeCount":5,"replyCount":0,"repostCount":0,"quoteCount":0}`) + "," + posted(other, "3far", at(1), at(1), repost(70)),
	}
	var asked []string
	rec, err := visit(t, window(), new(collectortest.Memory), func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("it shows a credential")
		}
		if strings.HasSuffix(r.URL.Path, "getProfile") {
			_, _ = w.Write([]byte(account))
			return
		}
		asked = append(asked, r.URL.Query().Get("cursor"))
		_, _ = fmt.Fprintf(w, `{"feed":[%s],"cursor":"%s"}`, pages[r.URL.Query().Get("cursor")], map[string]string{"": "b", "b": "c"}[r.URL.Query().Get("cursor")])
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := told(rec); len(rec.Items) != 2 || got["reactions_total"] != 8 || got["shares_total"] != 2 {
		t.Errorf("%d posts, %v; want 2 with 8 likes and 2 shares", len(rec.Items), got)
	}
	if strings.Join(asked, ",") != ",b" {
		t.Errorf("asked for the pages %q, want two: the second ends before what is read again", asked)
	}
}

// TestSomebodyElsesHandle: when the handle changes hands the series stays with the account; an answer of another one is none.
func TestSomebodyElsesHandle(t *testing.T) {
	var memory collectortest.Memory
	if _, err := visit(t, window(), &memory, bluesky(account, "")); err != nil {
		t.Fatal(err)
	}
	var asked string
	stranger := func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("actor")
		_, _ = w.Write([]byte(`{"did":"` + other + `","handle":"museo.bsky.social","followersCount":9}`))
	}
	if rec, err := visit(t, window(), &memory, stranger); collector.ReasonOf(err) != collector.ReasonBadAnswer || len(rec.Observations) > 0 || asked != did {
		t.Errorf("asked for %s, got the answer of another account: %v, told %v", asked, err, rec.Observations)
	}
	server := httptest.NewServer(bluesky(strings.Replace(account, "museo.bsky.social", "museo.fi", 1), ""))
	defer server.Close()
	c := (&Config{Handle: "museo.bsky.social"}).New(collector.Deps{HTTP: fetch.New(fetch.Options{}).Session(fetch.Policy{AllowPrivate: true}), BaseURL: server.URL, State: &memory})
	words, err := c.(collector.Checker).Check(t.Context(), morning)
	if err != nil || !strings.Contains(words, "called @museo.fi now and no longer @museo.bsky.social") || !strings.Contains(words, "318 followers") {
		t.Errorf("check says %q, %v", words, err)
	}
}

// TestTheEndOfABan: the head of an answer says until when there is nothing to be had; what it says of other centuries is not believed.
func TestTheEndOfABan(t *testing.T) {
	for reset, want := range map[string]time.Time{fmt.Sprint(morning.Add(3 * time.Minute).Unix()): morning.Add(3 * time.Minute), "99999999999": {}, "soon": {}} {
		_, err := visit(t, window(), new(collectortest.Memory), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("RateLimit-Remaining", "0")
			w.Header().Set("RateLimit-Reset", reset)
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(`{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}`))
		})
		var wait *collector.WaitError
		if collector.ResultOf(err) != observation.Waiting || errors.As(err, &wait) != !want.IsZero() || wait != nil && !wait.Until.Equal(want) {
			t.Errorf("%s: %v, want to wait until %v", reset, err, want)
		}
	}
}

func TestHandles(t *testing.T) {
	for handle, good := range map[string]bool{"museo.bsky.social": true, "@Museo.fi": true, did: true, "did:web:museo.fi": true, "": false, "museo": false, "https://bsky.app/profile/museo.fi": false, "did:plc:short": false, "museo..fi": false} {
		faults := (&Config{Handle: handle}).Validate()
		if (len(faults) == 0) != good || !good && !strings.Contains(faults[0].Message, "museo.bsky.social") {
			t.Errorf("%q: %v", handle, faults)
		}
	}
}

// TestNoPerson: whoever is named in any field of the answers is told, remembered, logged and shown nowhere.
func TestNoPerson(t *testing.T) {
	collectortest.NoPerson(t, Kind(), collectortest.Nobody{Own: []string{"did", "uri", "handle", "cursor", "langs"}, Texts: []string{"text"}, Tagged: tagged})
}

// FuzzFeed: whatever Bluesky says of a post, no number is told that was not there, and it has an address and a moment.
func FuzzFeed(f *testing.F) {
	f.Add([]byte(`{"feed":[` + posted(did, "3a", morning, morning, "") + `],"cursor":"a"}`))
	f.Add([]byte(`{"feed":[{"post":{"uri":"at://x/app.bsky.feed.post/1","indexedAt":"2026-11-20T07:00:00Z","likeCount":null},"reason":{"$type":"x"}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var p page
		if json.Unmarshal(body, &p) != nil || p.Feed == nil {
			return
		}
		for _, e := range *p.Feed {
			post, err := e.post()
			if err != nil {
				continue
			}
			if post.ID == "" || post.At.IsZero() && !strings.HasPrefix(e.Post.Indexed, "0001-01-01") || !strings.HasPrefix(post.URL, "https://bsky.app/profile/") {
				t.Errorf("%s: %+v", body, post)
			}
			for metric, n := range post.Counts {
				if n < 0 {
					t.Errorf("%s: %s is %v", body, metric, n)
				}
			}
			_ = e.listedAt(post)
		}
	})
}
