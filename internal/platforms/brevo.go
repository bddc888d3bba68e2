package platforms

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Brevo answers as version 3 of the API of Brevo does. It takes a hundred calls an hour, but for those about contacts.
type Brevo struct {
	Lists []MailingList // their ids and those of their letters end in numbers
	Key   string
	Zone  *time.Location // of the account, in which it writes moments
	Most  int            // letters in an answer at most; 0 is the hundred of the real one

	calls meter
}

// Answer answers what is asked of lists and letters.
func (b *Brevo) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	list, isList := strings.CutPrefix(r.URL.Path, "/v3/contacts/lists/")
	letter, isLetter := strings.CutPrefix(r.URL.Path, "/v3/emailCampaigns/")
	switch {
	case r.Header.Get("api-key") != b.Key:
		brevoError(w, http.StatusUnauthorized, "unauthorized", "Key not found")
	case isList:
		b.list(w, list, now)
	case !b.spend(w, now):
		brevoError(w, http.StatusTooManyRequests, "too_many_requests", "You have exceeded your rate limit")
	case r.URL.Path == "/v3/emailCampaigns":
		b.letters(w, r, now)
	case isLetter:
		b.letter(w, r, letter, now)
	default:
		brevoError(w, http.StatusNotFound, "document_not_found", "The requested resource could not be found")
	}
}

func brevoError(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, object{"code": code, "message": message})
}

// spend takes one of the hour's calls, and says how many are left.
func (b *Brevo) spend(w http.ResponseWriter, now time.Time) bool {
	const most = 100
	left, reset, ok := b.calls.take(now, most, time.Hour)
	w.Header().Set("x-sib-ratelimit-limit", strconv.Itoa(most))
	w.Header().Set("x-sib-ratelimit-remaining", strconv.Itoa(left))
	w.Header().Set("x-sib-ratelimit-reset", seconds(reset))
	return ok
}

// list answers with a list. Its unique subscribers are also those that may not be written to any more.
func (b *Brevo) list(w http.ResponseWriter, id string, now time.Time) {
	l, ok := listOf(b.Lists, id)
	if !ok {
		brevoError(w, http.StatusNotFound, "document_not_found", "List ID does not exist")
		return
	}
	members, gone := l.Members(now), l.gone(now)
	writeJSON(w, http.StatusOK, object{"id": idNumber(l.ID), "name": l.Name, "folderId": 1, "totalSubscribers": members, "totalBlacklisted": gone, "uniqueSubscribers": members + gone,
		"createdAt": l.Made().UTC().Format("2006-01-02T15:04:05.000Z"), "dynamicList": false})
}

// letters lists what was sent between two moments, of which both or none have to be there. Its numbers are those of the last six
// months, and zeros unless they are asked for.
func (b *Brevo) letters(w http.ResponseWriter, r *http.Request, now time.Time) {
	from, to := instant(r, "startDate"), instant(r, "endDate")
	if from.IsZero() != to.IsZero() {
		brevoError(w, http.StatusBadRequest, "missing_parameter", "startDate and endDate are required together")
		return
	}
	sent := slices.DeleteFunc(mailings(b.Lists, now), func(m mailing) bool { return !to.IsZero() && (m.Sent.Before(from) || m.Sent.After(to)) })
	out := []object{}
	for _, m := range stretch(sent, whole(r, "offset", 0), sized(r, "limit", 50, cmp.Or(b.Most, 100))) {
		out = append(out, b.campaign(m, r, now, now.AddDate(0, -6, 0)))
	}
	answer := object{"count": len(sent)}
	if len(out) > 0 {
		answer["campaigns"] = out
	}
	writeJSON(w, http.StatusOK, answer)
}

// letter answers with one letter, whose numbers are those since it was sent.
func (b *Brevo) letter(w http.ResponseWriter, r *http.Request, id string, now time.Time) {
	for _, m := range mailings(b.Lists, now) {
		if strconv.Itoa(idNumber(m.ID)) == id {
			writeJSON(w, http.StatusOK, b.campaign(m, r, now, m.Sent))
			return
		}
	}
	brevoError(w, http.StatusNotFound, "document_not_found", "Campaign ID does not exist")
}

// campaign is a letter with what happened to it since a moment.
func (b *Brevo) campaign(m mailing, r *http.Request, now, since time.Time) object {
	list, at := idNumber(m.list.ID), m.Sent.In(b.Zone).Format("2006-01-02T15:04:05.000Z07:00")
	known := Letter{}
	if r.URL.Query().Get("statistics") == "globalStats" {
		known = m.after(since)
	}
	return object{"id": idNumber(m.ID), "name": "Kampanja " + m.ID, "subject": m.Title, "type": "classic", "status": "sent", "testSent": true, "sentDate": at, "createdAt": at, "modifiedAt": at,
		"recipients": object{"lists": []int{list}, "exclusionLists": []int{}},
		"statistics": object{"globalStats": brevoStats(known, now), "campaignStats": []any{}, "mirrorClick": 0, "remaining": 0, "linksStats": object{}, "statsByDomain": object{}}}
}

// brevoStats are the numbers of a letter. clickers are clicks, whatever their name says.
func brevoStats(l Letter, now time.Time) object {
	c := l.Counts(now)
	return object{"sent": l.To, "delivered": l.To - l.Bounced, "hardBounces": l.Bounced, "softBounces": 0, "complaints": 0, "viewed": c.Opens, "uniqueViews": c.UniqueOpens,
		"trackableViews": c.Opens, "trackableViewsRate": 100 * share(c.Opens, l.To), "estimatedViews": c.UniqueOpens, "clickers": c.Clicks, "uniqueClicks": c.UniqueClicks,
		"unsubscriptions": c.Unsubscribes}
}
