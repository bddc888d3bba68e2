package platforms

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mastodon answers as an instance does, of which the account is one.
type Mastodon struct {
	Account Account
	Token   string    // without it nobody is let in, where there is one: the instance limits whom it federates with
	Most    int       // posts of a page at most; 0 is the forty of the real one
	Moves   time.Time // from then on the account is elsewhere; zero: never

	calls meter
}

// Answer answers what is asked of the account and of its posts.
func (m *Mastodon) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	credential, shown := r.Header["Authorization"]
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/accounts/")
	switch {
	case !m.spend(w, now):
		tootError(w, http.StatusTooManyRequests, "Too many requests")
	case shown && (m.Token == "" || !slices.Equal(credential, []string{"Bearer " + m.Token})):
		tootError(w, http.StatusUnauthorized, "The access token is invalid")
	case m.Token != "" && !shown:
		tootError(w, http.StatusUnauthorized, "This API requires an authenticated user")
	case path == "lookup" && strings.EqualFold(r.URL.Query().Get("acct"), m.Account.Handle), path == m.Account.ID:
		if tootKnows(w, r, "acct") {
			writeJSON(w, http.StatusOK, m.account(now))
		}
	case path == m.Account.ID+"/statuses":
		m.statuses(w, r, now)
	default:
		tootError(w, http.StatusNotFound, "Record not found")
	}
}

func tootError(w http.ResponseWriter, status int, words string) {
	writeJSON(w, status, object{"error": words})
}

// tootKnows refuses a question with a parameter that is not known. Real instances take it and do as if it were not there.
func tootKnows(w http.ResponseWriter, r *http.Request, names ...string) bool {
	for name := range r.URL.Query() {
		if !slices.Contains(names, name) {
			tootError(w, http.StatusBadRequest, "the made-up Mastodon does not know the parameter "+name)
			return false
		}
	}
	return true
}

// spend takes one of the calls of five minutes, and says how many are left and when there are all again: to the microsecond.
func (m *Mastodon) spend(w http.ResponseWriter, now time.Time) bool {
	const most = 300
	left, reset, ok := m.calls.take(now, most, 5*time.Minute)
	w.Header().Set("X-RateLimit-Limit", strconv.Itoa(most))
	w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(left))
	w.Header().Set("X-RateLimit-Reset", now.Add(reset).UTC().Format("2006-01-02T15:04:05.000000Z"))
	return ok
}

func (m *Mastodon) account(now time.Time) object {
	out := m.author()
	out["note"], out["fields"] = "<p>Kysy: kanaria.lintu@example.org</p>", []object{{"name": "Johtaja", "value": "Kanaria Lintu", "verified_at": nil}}
	out["followers_count"], out["following_count"], out["statuses_count"] = m.Account.Followers(now), 51, len(m.Account.Standing(now))
	if made := (MailingList{Changes: m.Account.Changes}).Made(); !made.IsZero() {
		out["created_at"] = made.UTC().Truncate(24 * time.Hour).Format("2006-01-02T15:04:05.000Z")
	}
	if !m.Moves.IsZero() && !now.Before(m.Moves) {
		out["moved"] = object{"id": "9" + m.Account.ID, "username": m.Account.Handle, "acct": m.Account.Handle + "@elsewhere.example"}
	}
	return out
}

func (m *Mastodon) author() object {
	return object{"id": m.Account.ID, "username": m.Account.Handle, "acct": m.Account.Handle, "display_name": m.Account.Name, "avatar": "https://files.example/kanaria.png"}
}

// statuses answers with a page of posts, newest first, and names the next in the head. With a token it shows, as real ones do, also
// what is for single persons alone.
func (m *Mastodon) statuses(w http.ResponseWriter, r *http.Request, now time.Time) {
	if !tootKnows(w, r, "limit", "exclude_reblogs", "exclude_replies", "max_id") {
		return
	}
	limit, rows := sized(r, "limit", 20, 40), []object{}
	if m.Most > 0 {
		limit = min(limit, m.Most)
	}
	before := r.URL.Query().Get("max_id")
	for _, row := range m.rows(now, r.URL.Query().Get("exclude_reblogs") != "true") {
		if id := row["id"].(string); before == "" || id < before {
			rows = append(rows, row)
		}
	}
	page := append([]object{}, stretch(rows, 0, limit)...)
	if len(rows) > len(page) {
		next := fmt.Sprintf("https://%s/api/v1/accounts/%s/statuses?limit=%d&max_id=%s", r.Host, m.Account.ID, limit, page[len(page)-1]["id"])
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next", <https://%s/x?min_id=1>; rel="prev"`, next, r.Host))
	}
	writeJSON(w, http.StatusOK, page)
}

// rows are the posts that stand, each third of them with a direct message after it for those who may see it, and a boost of a
// stranger's post where those are asked for, too.
func (m *Mastodon) rows(now time.Time, boosts bool) []object {
	var out []object
	for i, p := range m.Account.Standing(now) {
		if i%3 == 0 && m.Token != "" {
			out = append(out, m.status(p, "2", "direct", "<p>Vain kanarialle</p>", Acted{Reactions: 900, Comments: 900, Shares: 900}))
		}
		if i%3 == 1 && boosts {
			boost := m.status(p, "1", "public", "", Acted{Reactions: 900, Comments: 900, Shares: 900})
			boost["reblog"] = object{"id": "7", "content": "<p>Kanarian oma juttu</p>"}
			out = append(out, boost)
		}
		out = append(out, m.status(p, "0", "public", "<p>"+escape(p.Text)+"</p>", p.Acted(now)))
	}
	return out
}

// status is a post. Its id begins with its moment, as that of real ones.
func (m *Mastodon) status(p Post, last, visibility, content string, n Acted) object {
	quotes := n.Shares / 3
	id := strconv.FormatInt(p.At.UnixMilli()<<16, 10) + last
	return object{"id": id, "created_at": p.At.UTC().Format("2006-01-02T15:04:05.000Z"), "edited_at": nil, "visibility": visibility, "language": "fi",
		"url": "https://social.example/@" + m.Account.Handle + "/" + id, "spoiler_text": "", "content": content, "reblog": nil, "account": m.author(),
		"favourites_count": n.Reactions, "replies_count": n.Comments, "reblogs_count": n.Shares - quotes, "quotes_count": quotes,
		"mentions": []object{{"id": "9", "username": "kanaria", "acct": "kanaria@other.example"}}}
}
