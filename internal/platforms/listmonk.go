package platforms

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Listmonk answers as the API of listmonk 6 does.
type Listmonk struct {
	Lists       []MailingList // their ids and those of their letters end in numbers
	User, Token string
	Zone        *time.Location // of its database, in which it writes moments
	Unconfirmed int            // how many of each list never said that they want its letters
	Most        int            // campaigns in an answer at most; 0 is the fifty of the real one
}

// Answer answers what is asked of lists and campaigns.
func (k Listmonk) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	user, password, _ := r.BasicAuth()
	switch {
	case (user != k.User || password != k.Token) && r.Header.Get("Authorization") != "token "+k.User+":"+k.Token:
		writeJSON(w, http.StatusForbidden, object{"message": "invalid API credentials"})
	case r.URL.Path == "/api/lists":
		k.page(w, r, k.lists(now))
	case r.URL.Path == "/api/campaigns":
		k.page(w, r, k.campaigns(r, now))
	default:
		writeJSON(w, http.StatusNotFound, object{"message": "Not Found"})
	}
}

// page answers with a page of results: twenty, unless more or all are asked for.
func (k Listmonk) page(w http.ResponseWriter, r *http.Request, rows []object) {
	size, page := sized(r, "per_page", 20, cmp.Or(k.Most, 50)), max(1, whole(r, "page", 1))
	if r.URL.Query().Get("per_page") == "all" {
		size, page = max(1, len(rows)), 1
	}
	some, told := stretch(rows, (page-1)*size, size), object{"query": "", "total": len(rows), "per_page": size, "page": page}
	if len(some) == 0 {
		told = object{"query": "", "total": 0, "per_page": 0, "page": 0}
	}
	told["results"] = append([]object{}, some...)
	writeJSON(w, http.StatusOK, object{"data": told})
}

// lists are the lists, by their names. The count of all subscribers has those who left or never confirmed, and has all of them
// twice, as version 6.2 tells it.
func (k Listmonk) lists(now time.Time) []object {
	out := []object{}
	for _, l := range slices.SortedFunc(slices.Values(k.Lists), func(a, b MailingList) int { return cmp.Compare(a.Name, b.Name) }) {
		confirmed, gone := l.Members(now), l.gone(now)
		out = append(out, object{"id": idNumber(l.ID), "uuid": monkUUID(l.ID), "created_at": k.moment(l.Made()), "updated_at": k.moment(now), "name": l.Name, "type": "private",
			"optin": "double", "status": "active", "tags": []string{}, "description": "", "subscriber_count": 2 * (confirmed + gone + k.Unconfirmed),
			"subscriber_statuses": object{"confirmed": confirmed, "unconfirmed": k.Unconfirmed, "unsubscribed": gone}})
	}
	return out
}

// campaigns are the letters to all lists, also those that are still to be sent: the newest first, unless another order is asked for.
func (k Listmonk) campaigns(r *http.Request, now time.Time) []object {
	out := []object{}
	for _, m := range mailings(k.Lists, now.AddDate(1, 0, 0)) {
		one := k.campaign(m, now)
		if status := r.URL.Query().Get("status"); status == "" || status == one["status"] {
			out = append(out, one)
		}
	}
	if r.URL.Query().Get("order") == "asc" {
		slices.Reverse(out)
	}
	return out
}

// campaign is a letter. Its views and clicks are how often, not how many people.
func (k Listmonk) campaign(m mailing, now time.Time) object {
	var started any
	status, to, c := "scheduled", 0, m.Counts(now)
	if !m.Sent.After(now) {
		started, status, to = k.moment(m.Sent), "finished", m.To
	}
	made := k.moment(m.Sent.Add(-24 * time.Hour))
	return object{"id": idNumber(m.ID), "uuid": monkUUID(m.ID), "created_at": made, "updated_at": made, "send_at": k.moment(m.Sent), "started_at": started, "status": status, "type": "regular",
		"name": "Kampanja " + m.ID, "subject": m.Title, "views": c.Opens, "clicks": c.Clicks, "bounces": 0, "to_send": to, "sent": to, "lists": []object{{"id": idNumber(m.list.ID), "name": m.list.Name}},
		"from_email": "Keskus <kirje@esimerkki.example>", "body": "", "body_source": nil, "altbody": nil, "content_type": "richtext", "tags": []string{}, "headers": []any{}, "media": []any{},
		"template_id": 1, "messenger": "email", "archive": false, "archive_slug": nil, "archive_template_id": nil, "archive_meta": object{}, "attribs": nil}
}

// moment writes a moment as the database of listmonk does.
func (k Listmonk) moment(t time.Time) string { return t.In(k.Zone).Format(time.RFC3339Nano) }

// monkUUID makes the second name that everything in listmonk has.
func monkUUID(id string) string { return fmt.Sprintf("9a0c2f0e-0000-4000-8000-%012d", idNumber(id)) }
