package platforms

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// LianaMailer answers as the REST interface of LianaMailer does: with what befell whom, and with failures that look like success.
// That it takes four calls a second is not counted here, because the clock of the server may stand still.
type LianaMailer struct {
	Lists               []MailingList // their ids and those of their letters end in numbers
	Realm, User, Secret string
	Zone                *time.Location // of moments without an offset
}

// Answer answers with events, or with what it was asked to say again.
func (m LianaMailer) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	body, _ := io.ReadAll(r.Body)
	version := strings.Split(r.URL.Path+"//", "/")[2]
	switch {
	case r.Header.Get("Authorization") != m.signature(r, body):
		writeJSON(w, http.StatusOK, object{"message": "REST" + version + " unauthorized: signature does not match"})
	case r.Method == http.MethodGet && r.URL.Path == "/api/v3/events":
		m.events(w, r, now)
	case r.Method == http.MethodPost && r.URL.Path == "/api/v1/echoMessage":
		writeJSON(w, http.StatusOK, object{"succeed": true, "result": strings.Trim(string(body), `[]"`)})
	default:
		writeJSON(w, http.StatusOK, object{"succeed": false, "message": "Method not found"})
	}
}

// signature is what a request has to be signed with: one over its method, the sum of its body, its type, its moment, its body and
// what it asks for.
func (m LianaMailer) signature(r *http.Request, body []byte) string {
	sum, mac := md5.Sum(body), hmac.New(sha256.New, []byte(m.Secret))
	_, _ = fmt.Fprintf(mac, "%s\n%x\napplication/json\n%s\n%s\n%s", r.Method, sum, r.Header.Get("Date"), body, r.URL.RequestURI())
	return m.Realm + " " + m.User + ":" + hex.EncodeToString(mac.Sum(nil))
}

// befell is something that befell one person.
type befell struct {
	at       time.Time
	list     MailingList
	delivery string // "" where it was of no letter
	person   int
}

// events answers with some of the events of a type between two moments, the oldest first.
func (m LianaMailer) events(w http.ResponseWriter, r *http.Request, now time.Time) {
	q := r.URL.Query()
	from, wrong := time.ParseInLocation("2006-01-02T15:04:05", q.Get("at_start"), m.Zone)
	to, err := time.ParseInLocation("2006-01-02T15:04:05", q.Get("at_end"), m.Zone)
	if wrong != nil || err != nil {
		writeJSON(w, http.StatusOK, object{"succeed": false, "message": "at_start and at_end are required"})
		return
	}
	found := slices.DeleteFunc(m.all(q.Get("type")), func(b befell) bool { return b.at.After(now) || b.at.Before(from) || b.at.After(to) })
	slices.SortStableFunc(found, func(a, b befell) int { return a.at.Compare(b.at) })
	items := []object{}
	for _, b := range stretch(found, whole(r, "offset", 0), sized(r, "limit", 100, 100)) {
		one := object{"at": b.at.In(m.Zone).Format(time.RFC3339), "type": q.Get("type"), "data": object{}, "recipient": object{"id": b.person, "email": fmt.Sprintf("tilaaja%d@esimerkki.example", b.person)}}
		if b.delivery != "" {
			one["data"] = object{"delivery-id": idNumber(b.delivery)}
		}
		if q.Get("list_data") == "true" {
			one["list"] = object{"id": idNumber(b.list.ID), "name": b.list.Name}
		}
		items = append(items, one)
	}
	writeJSON(w, http.StatusOK, object{"items": items})
}

// all returns all events of a type that ever will be.
func (m LianaMailer) all(kind string) (out []befell) {
	for _, l := range m.Lists {
		for n, c := range l.Changes {
			if kind == "list-join" && !c.Left || kind == "list-quit" && c.Left {
				out = append(out, befell{c.At, l, "", n + 1})
			}
		}
		for _, letter := range l.Letters {
			out = append(out, ofLetter(kind, l, letter)...)
		}
	}
	return out
}

// ofLetter returns the events of a type that a letter has. Twenty go out in a second.
func ofLetter(kind string, l MailingList, letter Letter) (out []befell) {
	if kind == "mailsent" {
		for n := range letter.To {
			out = append(out, befell{letter.Sent.Add(time.Duration(n/20) * time.Second), l, letter.ID, n + 1})
		}
	}
	for _, d := range letter.Deeds {
		if kind == "mailopen" && d.What == Opened || kind == "maillink" && d.What == Clicked {
			out = append(out, befell{d.At, l, letter.ID, d.Reader + 1})
		}
	}
	return out
}
