package platforms

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// MailerLite answers as the API of the new MailerLite does, of which lists are groups. Of people it tells how many there are.
type MailerLite struct {
	Groups []MailingList
	Token  string
	Most   int // entries in an answer at most; 0 is the hundred of the real one

	calls meter
}

// Answer answers what is asked of subscribers, groups and letters.
func (m *MailerLite) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	switch {
	case r.Header.Get("Authorization") != "Bearer "+m.Token:
		writeJSON(w, http.StatusUnauthorized, object{"message": "Unauthenticated."})
	case !m.spend(w, now):
		writeJSON(w, http.StatusTooManyRequests, object{"message": "Too Many Attempts."})
	case r.URL.Path == "/api/subscribers":
		m.count(w, r, now)
	case r.URL.Path == "/api/groups":
		m.page(w, r, m.groups(now))
	case r.URL.Path == "/api/campaigns":
		m.page(w, r, m.campaigns(r, now))
	default:
		writeJSON(w, http.StatusNotFound, object{"message": "The route " + r.URL.Path[1:] + " could not be found."})
	}
}

// spend takes one of the minute's calls, and says how many are left.
func (m *MailerLite) spend(w http.ResponseWriter, now time.Time) bool {
	const most = 120
	left, reset, ok := m.calls.take(now, most, time.Minute)
	w.Header().Set("X-RateLimit-Limit", strconv.Itoa(most))
	w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(left))
	if !ok {
		w.Header().Set("Retry-After", seconds(reset))
	}
	return ok
}

// count says how many subscribers of a status the account has. It lists nobody, whoever asks.
func (m *MailerLite) count(w http.ResponseWriter, r *http.Request, now time.Time) {
	if r.URL.Query().Get("limit") != "0" {
		writeJSON(w, http.StatusUnprocessableEntity, object{"message": "The made-up MailerLite lists nobody.", "errors": object{"limit": []string{"Ask with limit=0."}}})
		return
	}
	active, gone := 0, 0
	for _, g := range m.Groups {
		active, gone = active+g.Members(now), gone+g.gone(now)
	}
	total := map[string]int{"": active + gone, "active": active, "unsubscribed": gone}[r.URL.Query().Get("filter[status]")]
	writeJSON(w, http.StatusOK, object{"total": total})
}

// page answers with a page of entries: twenty-five, unless more are asked for.
func (m *MailerLite) page(w http.ResponseWriter, r *http.Request, rows []object) {
	size, page := sized(r, "limit", 25, cmp.Or(m.Most, 100)), max(1, whole(r, "page", 1))
	writeJSON(w, http.StatusOK, object{"data": append([]object{}, stretch(rows, (page-1)*size, size)...), "links": object{"prev": nil, "next": nil},
		"meta": object{"current_page": page, "last_page": max(1, (len(rows)+size-1)/size), "per_page": size, "total": len(rows)}})
}

// groups are the groups, with what all their letters came to.
func (m *MailerLite) groups(now time.Time) []object {
	out := []object{}
	for _, g := range m.Groups {
		sent, opens, clicks := 0, 0, 0
		for _, l := range g.SentBy(now) {
			c := l.Counts(now)
			sent, opens, clicks = sent+l.To, opens+c.UniqueOpens, clicks+c.UniqueClicks
		}
		out = append(out, object{"id": g.ID, "name": g.Name, "active_count": g.Members(now), "sent_count": sent, "opens_count": opens, "open_rate": liteRate(opens, sent),
			"clicks_count": clicks, "click_rate": liteRate(clicks, sent), "unsubscribed_count": g.gone(now), "unconfirmed_count": 0, "bounced_count": 0, "junk_count": 0,
			"created_at": liteTime(g.Made())})
	}
	return out
}

// campaigns are the letters that were sent to all groups, newest first. No other ones are known.
func (m *MailerLite) campaigns(r *http.Request, now time.Time) []object {
	out := []object{}
	if status := r.URL.Query().Get("filter[status]"); status != "" && status != "sent" {
		return out
	}
	for _, l := range mailings(m.Groups, now) {
		at := liteTime(l.Sent)
		out = append(out, object{"id": l.ID, "account_id": "1", "name": l.Title + " (luonnos)", "type": "regular", "status": "sent", "settings": object{"track_opens": true},
			"filter":     []any{[]any{object{"operator": "in_any", "args": []any{"groups", []string{l.list.ID}}}}},
			"created_at": at, "scheduled_for": at, "queued_at": at, "started_at": at, "finished_at": liteTime(l.Sent.Add(4 * time.Minute)), "stopped_at": nil,
			"emails": []any{object{"id": l.ID + "9", "subject": l.Title, "plain_text": ""}}, "stats": liteStats(l.Letter, now), "is_currently_sending_out": false})
	}
	return out
}

func liteStats(l Letter, now time.Time) object {
	c := l.Counts(now)
	return object{"sent": l.To, "opens_count": c.Opens, "unique_opens_count": c.UniqueOpens, "open_rate": liteRate(c.UniqueOpens, l.To), "clicks_count": c.Clicks,
		"unique_clicks_count": c.UniqueClicks, "click_rate": liteRate(c.UniqueClicks, l.To), "unsubscribes_count": c.Unsubscribes, "unsubscribe_rate": liteRate(c.Unsubscribes, l.To),
		"spam_count": 0, "hard_bounces_count": l.Bounced, "soft_bounces_count": 0, "forwards_count": 0, "click_to_open_rate": liteRate(c.UniqueClicks, c.UniqueOpens)}
}

// liteRate is a part of a whole, as a fraction and as hundredths.
func liteRate(part, of int) object {
	return object{"float": share(part, of), "string": fmt.Sprintf("%.0f%%", 100*share(part, of))}
}

// liteTime writes a moment as MailerLite does: without a zone, in UTC.
func liteTime(t time.Time) string { return t.UTC().Format(time.DateTime) }
