package platforms

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Creamailer answers as version 2 of the API of Creamailer does: it lists people, here made-up ones, and counts nobody. A key takes
// a hundred calls an hour.
type Creamailer struct {
	Lists         []MailingList
	Token, Secret string
	Most          int  // people in an answer at most; 0 is the thousand of the real one
	Totals        bool // whether answers say how many there are altogether, which of the real one nobody knows

	calls meter
}

// Answer answers what is asked of lists.
func (c *Creamailer) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	refusal := c.refusal(r, now)
	id, people := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/v2/api/lists/"), "/subscribers")
	l, there := listOf(c.Lists, id)
	switch _, reset, ok := c.calls.take(now, 100, time.Hour); {
	case refusal != "":
		creamailerError(w, http.StatusUnauthorized, refusal)
	case !ok:
		w.Header().Set("Retry-After", seconds(reset))
		creamailerError(w, http.StatusTooManyRequests, "Too many requests.")
	case r.URL.Path == "/v2/api/connection-test":
		writeJSON(w, http.StatusOK, object{"message": "Connection successful."})
	case r.URL.Path == "/v2/api/lists":
		writeJSON(w, http.StatusOK, object{"data": c.lists()})
	case there && people:
		c.people(w, r, l, now)
	default:
		creamailerError(w, http.StatusNotFound, "Not found.")
	}
}

func creamailerError(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, object{"message": message, "errors": object{}})
}

// refusal says what is wrong about the key or the signature of a request, which is one over its whole address as it was sent, its
// body and a moment of the last five minutes.
func (c *Creamailer) refusal(r *http.Request, now time.Time) string {
	at := r.Header.Get("X-Request-Timestamp")
	second, err := strconv.ParseInt(at, 10, 64)
	if off := now.Sub(time.Unix(second, 0)).Abs(); err != nil || off > 5*time.Minute {
		return "Invalid timestamp."
	}
	body, _ := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, []byte(c.Secret))
	_, _ = fmt.Fprintf(mac, "%s%s%s%s", origin(r), r.RequestURI, body, at)
	switch {
	case r.Header.Get("X-Access-Token") != c.Token:
		return "Invalid access token."
	case r.Header.Get("X-Request-Signature") != hex.EncodeToString(mac.Sum(nil)):
		return "Invalid signature."
	}
	return ""
}

// origin is the server that a request was sent to, as its sender names it.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (c *Creamailer) lists() []object {
	out := []object{}
	for _, l := range c.Lists {
		out = append(out, object{"id": idNumber(l.ID), "name": l.Name})
	}
	return out
}

// people answers with a page of those who are on the list, or of those who left it.
func (c *Creamailer) people(w http.ResponseWriter, r *http.Request, l MailingList, now time.Time) {
	status := cmp.Or(r.URL.Query().Get("status"), "active")
	all := map[string]int{"active": l.Members(now), "unsubscribed": l.gone(now)}[status]
	size, page := sized(r, "pagesize", 50, cmp.Or(c.Most, 1000)), max(1, whole(r, "page", 1))
	data := []object{}
	for n := (page-1)*size + 1; n <= min(page*size, all); n++ {
		data = append(data, object{"id": n, "email": fmt.Sprintf("tilaaja%d@esimerkki.example", n), "name": "", "status": status})
	}
	last := max(1, (all+size-1)/size)
	meta, links := object{"current_page": page, "last_page": last}, object{"next": nil}
	if c.Totals {
		meta["per_page"], meta["total"] = size, all
	}
	if page < last {
		links["next"] = fmt.Sprintf("%s%s?page=%d", origin(r), r.URL.Path, page+1)
	}
	writeJSON(w, http.StatusOK, object{"data": data, "links": links, "meta": meta})
}
