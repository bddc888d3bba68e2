package platforms

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Umami answers as the API of an Umami of one's own does.
type Umami struct {
	Site           Website
	ID             string // of the website
	User, Password string
	Second         bool // it is of version 2.18, and not of 3
}

// Answer answers what is asked of the website, of those who logged in.
func (u Umami) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	what, ours := strings.CutPrefix(r.URL.Path, "/api/websites/"+u.ID)
	switch {
	case r.URL.Path == "/api/auth/login":
		u.login(w, r)
	case r.Header.Get("Authorization") != "Bearer "+u.token() || !ours:
		umamiError(w, http.StatusUnauthorized, "Unauthorized", "unauthorized")
	case what == "":
		writeJSON(w, http.StatusOK, object{"id": u.ID, "name": u.Site.Name, "domain": strings.TrimPrefix(u.Site.Address, "https://"), "resetAt": nil, "userId": nil, "teamId": nil,
			"createdAt": umamiMoment(u.Site.Since), "deletedAt": nil})
	case what == "/daterange":
		u.daterange(w, now)
	case what == "/stats":
		u.stats(w, umamiSpan(r), now)
	case what == "/metrics" && u.Second && r.URL.Query().Get("type") == "url", what == "/metrics/expanded" && !u.Second && r.URL.Query().Get("type") == "path":
		writeJSON(w, http.StatusOK, u.pages(umamiSpan(r), whole(r, "limit", 500), now))
	default:
		umamiError(w, http.StatusBadRequest, "Bad request", "bad-request")
	}
}

func umamiError(w http.ResponseWriter, status int, message, code string) {
	writeJSON(w, status, object{"error": object{"message": message, "code": code, "status": status}})
}

// umamiMoment is a moment as Umami writes it.
func umamiMoment(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

// token is what one gets for the password.
func (u Umami) token() string {
	sum := sha256.Sum256([]byte(u.User + ":" + u.Password))
	return hex.EncodeToString(sum[:])
}

func (u Umami) login(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Username, Password string }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.Method != http.MethodPost || asked.Username != u.User || asked.Password != u.Password {
		umamiError(w, http.StatusUnauthorized, "Unauthorized", "incorrect-username-password")
		return
	}
	writeJSON(w, http.StatusOK, object{"token": u.token(), "user": object{"username": u.User, "role": "view-only", "isAdmin": false, "teams": []any{}}})
}

// between is from one moment to just before another.
type between struct{ from, to time.Time }

// umamiSpan reads what a request asks for: milliseconds, both ends of which are in it.
func umamiSpan(r *http.Request) between {
	return between{time.UnixMilli(int64(whole(r, "startAt", 0))), time.UnixMilli(int64(whole(r, "endAt", -1)) + 1)}
}

// daterange says from when to when there is something.
func (u Umami) daterange(w http.ResponseWriter, now time.Time) {
	names, first, last := [2]string{"startDate", "endDate"}, any(nil), any(nil)
	if u.Second {
		names = [2]string{"mindate", "maxdate"}
	}
	for _, v := range u.Site.Visits {
		for _, view := range v.Views {
			if first == nil {
				first = umamiMoment(view.At)
			}
			if !view.At.After(now) {
				last = umamiMoment(view.At)
			}
		}
	}
	writeJSON(w, http.StatusOK, object{names[0]: first, names[1]: last})
}

// stats tells the numbers of a span. A visit is in every span that has one of its views. The database adds up to texts, and
// nothing to null.
func (u Umami) stats(w http.ResponseWriter, at between, now time.Time) {
	t := u.Site.Between(at.from, at.to, now)
	visits := 0
	for _, v := range u.Site.Visits {
		for _, view := range v.Views {
			if !view.At.Before(at.from) && view.At.Before(at.to) && !view.At.After(now) {
				visits++
				break
			}
		}
	}
	out := object{"pageviews": u.sum(t.Views, visits), "visitors": t.Visitors, "visits": visits, "bounces": u.sum(t.Bounces, visits), "totaltime": u.sum(t.Seconds, visits)}
	if u.Second {
		for name, n := range out {
			out[name] = object{"value": n, "prev": 0}
		}
	} else {
		out["comparison"] = object{"pageviews": nil, "visitors": 0, "visits": 0, "bounces": nil, "totaltime": nil}
	}
	writeJSON(w, http.StatusOK, out)
}

// sum is what the database makes of a sum over so many rows.
func (u Umami) sum(n, rows int) any {
	if rows == 0 {
		return nil
	}
	return strconv.Itoa(n)
}

// pages lists pages: version 2 by one number, which is that of views.
func (u Umami) pages(at between, most int, now time.Time) []object {
	out := []object{}
	for _, p := range u.Site.PagesBetween(at.from, at.to, now) {
		if len(out) == most {
			break
		}
		if u.Second {
			out = append(out, object{"x": p.Path, "y": p.Views})
			continue
		}
		out = append(out, object{"name": p.Path, "pageviews": strconv.Itoa(p.Views), "visitors": strconv.Itoa(p.Visitors), "visits": strconv.Itoa(p.Visits), "bounces": "0", "totaltime": "0"})
	}
	return out
}
