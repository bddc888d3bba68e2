package platforms

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bluesky answers as the public view of Bluesky does: to whoever asks, without a credential.
type Bluesky struct {
	Account Account
	DID     string // the id of the account in the network
	Most    int    // entries of a page at most; 0 is the hundred of the real one

	calls meter
}

// stranger is somebody whose post the account reposted. Nothing of theirs is to be found in what is kept.
const (
	strangerDID  = "did:plc:kanariakanariakanariakan"
	strangerName = "Kanaria Lintu"
)

// Answer answers what is asked of the account and of its posts.
func (b *Bluesky) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	ask := map[string]func(http.ResponseWriter, *http.Request, time.Time){"/xrpc/app.bsky.actor.getProfile": b.profile, "/xrpc/app.bsky.feed.getAuthorFeed": b.feed}[r.URL.Path]
	switch {
	case !b.spend(w, now):
		skyError(w, http.StatusTooManyRequests, "RateLimitExceeded", "Rate Limit Exceeded")
	case ask == nil:
		skyError(w, http.StatusNotImplemented, "MethodNotImplemented", "Method Not Implemented")
	case r.Header.Get("Authorization") != "":
		skyError(w, http.StatusUnauthorized, "AuthMissing", "Nobody is logged in here")
	case r.URL.Query().Get("actor") != b.DID && !strings.EqualFold(r.URL.Query().Get("actor"), b.handle()):
		skyError(w, http.StatusBadRequest, "InvalidRequest", "Profile not found")
	default:
		ask(w, r, now)
	}
}

func (b *Bluesky) handle() string { return b.Account.Handle + ".bsky.social" }

// skyError answers with an error in the words of the network.
func skyError(w http.ResponseWriter, status int, name, message string) {
	writeJSON(w, status, object{"error": name, "message": message})
}

// knows refuses a question with a parameter that is not known.
func (b *Bluesky) knows(w http.ResponseWriter, r *http.Request, names ...string) bool {
	for name := range r.URL.Query() {
		if !slices.Contains(names, name) {
			skyError(w, http.StatusBadRequest, "InvalidRequest", "Error: the made-up Bluesky does not know the parameter "+name)
			return false
		}
	}
	return true
}

// spend takes one of the calls of five minutes, and says how many are left and when there are all again: in seconds since 1970.
func (b *Bluesky) spend(w http.ResponseWriter, now time.Time) bool {
	const most = 3000
	left, reset, ok := b.calls.take(now, most, 5*time.Minute)
	w.Header().Set("RateLimit-Limit", strconv.Itoa(most))
	w.Header().Set("RateLimit-Remaining", strconv.Itoa(left))
	w.Header().Set("RateLimit-Reset", strconv.FormatInt(now.Add(reset).Unix(), 10))
	w.Header().Set("RateLimit-Policy", fmt.Sprintf("%d;w=300", most))
	return ok
}

func (b *Bluesky) profile(w http.ResponseWriter, r *http.Request, now time.Time) {
	if !b.knows(w, r, "actor") {
		return
	}
	out := b.author()
	out["description"], out["indexedAt"] = "Kysy: kanaria.lintu@example.org", skyTime(now)
	out["followersCount"], out["followsCount"], out["postsCount"] = b.Account.Followers(now), 90, len(b.Account.Standing(now))
	if made := (MailingList{Changes: b.Account.Changes}).Made(); !made.IsZero() {
		out["createdAt"] = skyTime(made)
	}
	writeJSON(w, http.StatusOK, out)
}

func (b *Bluesky) author() object {
	return object{"did": b.DID, "handle": b.handle(), "displayName": b.Account.Name, "avatar": "https://cdn.example/kanaria.jpg", "labels": []any{}}
}

// feed answers with a page of what the account posted and reposted, newest first. What cursor says is the moment that the page
// before ended at.
func (b *Bluesky) feed(w http.ResponseWriter, r *http.Request, now time.Time) {
	if !b.knows(w, r, "actor", "limit", "cursor", "filter", "includePins") {
		return
	}
	limit := whole(r, "limit", 50)
	if limit < 1 || limit > 100 || r.URL.Query().Get("filter") != "posts_no_replies" {
		skyError(w, http.StatusBadRequest, "InvalidRequest", "Error: limit is 1 to 100, and the made-up Bluesky has no feed but that without replies")
		return
	}
	if b.Most > 0 {
		limit = min(limit, b.Most)
	}
	rows := b.rows(now)
	if cursor := r.URL.Query().Get("cursor"); cursor != "" {
		rows = slices.DeleteFunc(rows, func(row skyRow) bool { return skyTime(row.at) >= cursor })
	}
	page, out := stretch(rows, 0, limit), []object{}
	for _, row := range page {
		out = append(out, row.entry)
	}
	answer := object{"feed": out}
	if len(rows) > len(page) {
		answer["cursor"] = skyTime(page[len(page)-1].at)
	}
	writeJSON(w, http.StatusOK, answer)
}

// skyRow is an entry of the feed, at its place in time.
type skyRow struct {
	at    time.Time
	entry object
}

// rows are the posts that stand and, before each third of them, what the account reposted: a post of its own and one of a stranger.
func (b *Bluesky) rows(now time.Time) []skyRow {
	var out []skyRow
	for i, p := range b.Account.Standing(now) {
		post := b.post(p, now)
		if again := p.At.Add(20 * time.Minute); i%3 == 0 && !again.After(now) {
			out = append(out, b.repost(post, again), b.repost(strangers(p), again.Add(-time.Minute)))
		}
		out = append(out, skyRow{p.At, object{"post": post}})
	}
	slices.SortStableFunc(out, func(x, y skyRow) int { return y.at.Compare(x.at) })
	return out
}

func (b *Bluesky) post(p Post, now time.Time) object {
	n := p.Acted(now)
	quotes := n.Shares / 3
	return object{"uri": "at://" + b.DID + "/app.bsky.feed.post/3k" + p.ID, "cid": "bafyrei" + p.ID, "author": b.author(),
		"record":    object{"$type": "app.bsky.feed.post", "createdAt": skyTime(p.At), "langs": []string{"fi"}, "text": p.Text},
		"likeCount": n.Reactions, "replyCount": n.Comments, "repostCount": n.Shares - quotes, "quoteCount": quotes, "bookmarkCount": 2,
		"indexedAt": skyTime(p.At.Add(time.Second)), "labels": []any{}}
}

// strangers is a post of somebody else, with far more likes than any of the account.
func strangers(p Post) object {
	return object{"uri": "at://" + strangerDID + "/app.bsky.feed.post/3x" + p.ID, "cid": "bafyrex" + p.ID,
		"author": object{"did": strangerDID, "handle": "kanaria.bsky.social", "displayName": strangerName, "avatar": "https://cdn.example/kanaria.jpg"},
		"record": object{"$type": "app.bsky.feed.post", "createdAt": skyTime(p.At), "text": "Kanarian oma juttu"}, "likeCount": 9000, "replyCount": 900, "repostCount": 900, "quoteCount": 90,
		"indexedAt": skyTime(p.At.Add(time.Second))}
}

func (b *Bluesky) repost(post object, at time.Time) skyRow {
	return skyRow{at, object{"post": post, "reason": object{"$type": "app.bsky.feed.defs#reasonRepost", "by": b.author(), "indexedAt": skyTime(at)}}}
}

// skyTime writes a moment as the network does.
func skyTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
