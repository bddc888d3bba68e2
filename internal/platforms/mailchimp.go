package platforms

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Mailchimp answers as the Marketing API 3.0 of Mailchimp does.
type Mailchimp struct {
	List MailingList
	Key  string
	Zone *time.Location // of its days
}

// Answer answers what is asked of the list.
func (m Mailchimp) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	_, password, basic := r.BasicAuth()
	if r.Header.Get("Authorization") != "Bearer "+m.Key && (!basic || password != m.Key) {
		problem(w, http.StatusUnauthorized, "API Key Invalid", "Your API key may be invalid, or you've attempted to access the wrong datacenter.")
		return
	}
	list := "/3.0/lists/" + m.List.ID
	switch r.URL.Path {
	case list:
		writeJSON(w, http.StatusOK, object{"id": m.List.ID, "name": m.List.Name, "date_created": m.List.Made().UTC().Format(time.RFC3339), "stats": object{"member_count": m.List.Members(now), "campaign_count": len(m.List.SentBy(now))}})
	case list + "/growth-history":
		m.page(w, r, "history", m.history(now))
	case list + "/activity":
		m.page(w, r, "activity", m.activity(now))
	case "/3.0/reports":
		m.page(w, r, "reports", m.reports(r, now))
	default:
		problem(w, http.StatusNotFound, "Resource Not Found", "The requested resource could not be found.")
	}
}

func problem(w http.ResponseWriter, status int, title, detail string) {
	writeJSON(w, status, object{"type": "https://mailchimp.com/developer/marketing/docs/errors/", "title": title, "status": status, "detail": detail, "instance": "a1"})
}

// page answers with some of the rows: ten, unless more are asked for.
func (m Mailchimp) page(w http.ResponseWriter, r *http.Request, name string, rows []object) {
	count, offset := whole(r, "count", 10), whole(r, "offset", 0)
	some := rows[min(offset, len(rows)):min(offset+count, len(rows))]
	writeJSON(w, http.StatusOK, object{name: slices.Clone(some), "list_id": m.List.ID, "total_items": len(rows)})
}

// history is a row a month, newest first: how many there were at its end.
func (m Mailchimp) history(now time.Time) []object {
	out := []object{}
	for d := observation.Month.Start(observation.DateOf(now.In(m.Zone))); len(m.List.Changes) > 0; d = observation.Month.Start(d - 1) {
		month := observation.Month.Holding(d)
		if month.End(m.Zone).Before(m.List.Changes[0].At) {
			break
		}
		at := month.End(m.Zone).Add(-time.Nanosecond)
		if at.After(now) {
			at = now
		}
		out = append(out, object{"list_id": m.List.ID, "month": d.String()[:len("2006-01")], "subscribed": m.List.Members(at), "unsubscribed": 0, "cleaned": 0})
	}
	return out
}

// activity is a row a day of the last 180, newest first, without the running one.
func (m Mailchimp) activity(now time.Time) []object {
	out := []object{}
	today := observation.DateOf(now.In(m.Zone))
	for d := today - 1; d >= today-180; d-- {
		joined, left := m.List.Moved(d.Start(m.Zone), d.End(m.Zone), now)
		out = append(out, object{"day": d.String(), "emails_sent": 0, "unique_opens": 0, "recipient_clicks": 0, "hard_bounce": 0, "soft_bounce": 0,
			"subs": joined, "unsubs": left, "other_adds": 0, "other_removes": 0})
	}
	return out
}

// reports are the letters that were sent, newest first.
func (m Mailchimp) reports(r *http.Request, now time.Time) []object {
	out := []object{}
	since, until := instant(r, "since_send_time"), instant(r, "before_send_time")
	for _, l := range slices.Backward(m.List.SentBy(now)) {
		if !since.IsZero() && !l.Sent.After(since) || !until.IsZero() && !l.Sent.Before(until) {
			continue
		}
		c := l.Counts(now)
		out = append(out, object{"id": l.ID, "campaign_title": l.Title, "subject_line": l.Title, "type": "regular", "list_id": m.List.ID, "emails_sent": l.To, "unsubscribed": c.Unsubscribes,
			"send_time": l.Sent.UTC().Format("2006-01-02T15:04:05+00:00"), "bounces": object{"hard_bounces": l.Bounced, "soft_bounces": 0, "syntax_errors": 0},
			"opens":  object{"opens_total": c.Opens, "unique_opens": c.UniqueOpens, "open_rate": share(c.UniqueOpens, l.To-l.Bounced)},
			"clicks": object{"clicks_total": c.Clicks, "unique_clicks": c.UniqueClicks, "unique_subscriber_clicks": c.UniqueClicks, "click_rate": share(c.UniqueClicks, l.To-l.Bounced)}})
	}
	return out
}

// share is a part of a whole, from 0 to 1.
func share(part, of int) float64 { return float64(part) / float64(max(1, of)) }

// instant reads a parameter; without it, it is the zero moment.
func instant(r *http.Request, name string) time.Time {
	at, _ := time.Parse(time.RFC3339, strings.ReplaceAll(r.URL.Query().Get(name), " ", "+"))
	return at
}
