package platforms

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Twitter answers as the API v2 of X does: about one account, and to its owner also of clicks.
type Twitter struct {
	Account Account
	Token   string // of the account's user
	App     string // of an app, which sees no clicks; "" is none
	Renamed bool   // it takes post.fields, and calls counters by their new names
	Credits int    // how many accounts and posts it gives before the credits are used up; 0 is as many as anybody likes

	mu    sync.Mutex
	spent int
	calls meter
}

// Answer answers what is asked of the account and of its posts.
func (x *Twitter) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	user := "/2/users/" + x.Account.ID
	switch {
	case !slices.Contains([]string{x.Token, x.App}, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) || r.Header.Get("Authorization") == "":
		x.problem(w, http.StatusUnauthorized, "about:blank", "Unauthorized", "Unauthorized")
	case !x.spend(w, now):
		x.problem(w, http.StatusTooManyRequests, "about:blank", "Too Many Requests", "Too Many Requests")
	case x.Credits > 0 && x.spent >= x.Credits:
		x.problem(w, http.StatusPaymentRequired, "https://api.x.com/2/problems/credits", "CreditsDepleted", "Your enrolled account does not have any credits to fulfill this request.")
	case strings.EqualFold(r.URL.Path, "/2/users/by/username/"+x.Account.Handle), r.URL.Path == user:
		if x.knows(w, r, "user.fields") {
			x.user(w, now)
		}
	case strings.HasPrefix(r.URL.Path, "/2/users/by/username/"):
		name := strings.TrimPrefix(r.URL.Path, "/2/users/by/username/")
		writeJSON(w, http.StatusOK, object{"errors": []object{{"value": name, "detail": "Could not find user with username: [" + name + "].", "title": "Not Found Error", "resource_type": "user",
			"parameter": "username", "resource_id": name, "type": "https://api.x.com/2/problems/resource-not-found"}}})
	case r.URL.Path == user+"/tweets":
		if x.knows(w, r, x.fields(), "max_results", "exclude", "start_time", "end_time", "pagination_token") {
			x.timeline(w, r, now)
		}
	default:
		x.problem(w, http.StatusNotFound, "about:blank", "Not Found", "Not Found")
	}
}

// fields is the name of the parameter that names fields of posts.
func (x *Twitter) fields() string {
	if x.Renamed {
		return "post.fields"
	}
	return "tweet.fields"
}

// named returns one of two names of a counter.
func (x *Twitter) named(old, renamed string) string {
	if x.Renamed {
		return renamed
	}
	return old
}

// spend takes one of the calls of a quarter of an hour.
func (x *Twitter) spend(w http.ResponseWriter, now time.Time) bool {
	const most = 300
	left, reset, ok := x.calls.take(now, most, 15*time.Minute)
	w.Header().Set("x-rate-limit-limit", strconv.Itoa(most))
	w.Header().Set("x-rate-limit-remaining", strconv.Itoa(left))
	w.Header().Set("x-rate-limit-reset", strconv.FormatInt(now.Add(reset).Unix(), 10))
	return ok
}

func (x *Twitter) problem(w http.ResponseWriter, status int, kind, title, detail string) {
	writeJSON(w, status, object{"title": title, "type": kind, "status": status, "detail": detail})
}

// knows refuses parameters that there are not.
func (x *Twitter) knows(w http.ResponseWriter, r *http.Request, known ...string) bool {
	for name := range r.URL.Query() {
		if !slices.Contains(known, name) {
			writeJSON(w, http.StatusBadRequest, object{"title": "Invalid Request", "detail": "One or more parameters to your request was invalid.", "type": "https://api.x.com/2/problems/invalid-request",
				"errors": []object{{"parameters": object{name: r.URL.Query()[name]}, "message": "The query parameter [" + name + "] is not one of [" + strings.Join(known, ",") + "]"}}})
			return false
		}
	}
	return true
}

// user tells the account. What was not asked for by its owner's program comes all the same: a picture, and what it says of itself.
func (x *Twitter) user(w http.ResponseWriter, now time.Time) {
	x.spent++
	created := now.AddDate(-5, 0, 0)
	if len(x.Account.Changes) > 0 {
		created = x.Account.Changes[0].At
	}
	writeJSON(w, http.StatusOK, object{"data": object{"id": x.Account.ID, "name": x.Account.Name, "username": x.Account.Handle, "created_at": created.UTC().Format("2006-01-02T15:04:05.000Z"),
		"description": "Kysy: kanaria.lintu@example.org", "profile_image_url": "https://pictures.example/kanaria.jpg",
		"public_metrics": object{"followers_count": x.Account.Followers(now), "following_count": 12, x.named("tweet_count", "post_count"): len(x.Account.Standing(now)), "listed_count": 3, "like_count": 40}}})
}

// timeline lists posts, newest first.
func (x *Twitter) timeline(w http.ResponseWriter, r *http.Request, now time.Time) {
	q := r.URL.Query()
	size := whole(r, "max_results", 10)
	private := strings.Contains(q.Get(x.fields()), "non_public_metrics")
	if size < 5 || size > 100 {
		x.problem(w, http.StatusBadRequest, "https://api.x.com/2/problems/invalid-request", "Invalid Request", "The `max_results` query parameter value is not between 5 and 100")
		return
	}
	from, to := instant(r, "start_time"), instant(r, "end_time")
	posts := slices.DeleteFunc(x.Account.Standing(now), func(p Post) bool {
		return p.At.Before(from) || !to.IsZero() && !p.At.Before(to)
	})
	begin := 0
	if text, err := base64.RawURLEncoding.DecodeString(q.Get("pagination_token")); err == nil && len(text) > 0 {
		begin, _ = strconv.Atoi(string(text))
	}
	end := min(begin+size, len(posts))
	data, refused := []object{}, []object{}
	for _, p := range posts[min(begin, end):end] {
		x.spent++
		if private && (r.Header.Get("Authorization") != "Bearer "+x.Token || p.At.Before(now.AddDate(0, 0, -30))) {
			refused = append(refused, object{"resource_type": "tweet", "resource_id": p.ID, "field": "non_public_metrics", "title": "Field Authorization Error", "section": "data",
				"detail": "Sorry, you are not authorized to access 'non_public_metrics' on the Tweet with id : [" + p.ID + "].", "type": "https://api.x.com/2/problems/not-authorized-for-field"})
			continue
		}
		data = append(data, x.post(p, private, now))
	}
	meta := object{"result_count": len(data)}
	if end < len(posts) {
		meta["next_token"] = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(end)))
	}
	answer := object{"meta": meta}
	if len(data) > 0 { // what is empty is left out
		answer["data"] = data
	}
	if len(refused) > 0 {
		answer["errors"] = refused
	}
	writeJSON(w, http.StatusOK, answer)
}

// post is a post as the API writes it.
func (x *Twitter) post(p Post, private bool, now time.Time) object {
	n := p.Acted(now)
	out := object{"id": p.ID, "text": strings.ReplaceAll(p.Text, "&", "&amp;"), "created_at": p.At.UTC().Format("2006-01-02T15:04:05.000Z"), x.named("edit_history_tweet_ids", "edit_history_post_ids"): []string{p.ID},
		"entities": object{"mentions": []object{{"start": 0, "end": 8, "username": "kanaria", "id": "9"}}}}
	if private {
		out["non_public_metrics"] = object{"impression_count": n.Views, "url_link_clicks": n.Clicks, "user_profile_clicks": 0, "engagements": n.Reactions + n.Comments + n.Shares + n.Clicks}
		return out
	}
	quotes := n.Shares / 3
	out["public_metrics"] = object{x.named("retweet_count", "repost_count"): n.Shares - quotes, "quote_count": quotes, "reply_count": n.Comments, "like_count": n.Reactions, "bookmark_count": 0, "impression_count": n.Views}
	return out
}
