package platforms

import (
	"cmp"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// GA4 answers as the Data API of Google Analytics 4 does, and as the server that gives tokens to service accounts.
type GA4 struct {
	Site     Website
	Property string // its number
	Account  string // the address of a service account that may read it
	Key      *rsa.PublicKey
	Shuffled bool // rows of an answer stand in any order, whatever order is asked for
}

// ga4Question is a report that is asked for. Numbers of 64 bits are texts.
type ga4Question struct {
	DateRanges []struct{ StartDate, EndDate string }
	Dimensions []struct{ Name string }
	Metrics    []struct{ Name string }
	OrderBys   []any
	Limit      int `json:",string"`
	Offset     int `json:",string"`
}

// Answer answers a report, a token, or why there is none.
func (g GA4) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	var q ga4Question
	switch {
	case r.URL.Path == "/token":
		g.sign(w, r)
	case r.Header.Get("Authorization") != "Bearer "+g.token():
		ga4Error(w, http.StatusUnauthorized, "UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.")
	case r.URL.Path != "/v1beta/properties/"+g.Property+":runReport":
		ga4Error(w, http.StatusForbidden, "PERMISSION_DENIED", "User does not have sufficient permissions for this property.")
	case json.NewDecoder(r.Body).Decode(&q) != nil || len(q.DateRanges) != 1 || len(q.Dimensions) == 0:
		ga4Error(w, http.StatusBadRequest, "INVALID_ARGUMENT", "Invalid JSON payload received.")
	default:
		g.report(w, q, now)
	}
}

func ga4Error(w http.ResponseWriter, code int, status, message string) {
	writeJSON(w, code, object{"error": object{"code": code, "message": message, "status": status}})
}

// token is what the service account gets.
func (g GA4) token() string {
	sum := sha256.Sum256([]byte(g.Account + g.Key.N.String()))
	return "ya29.c." + hex.EncodeToString(sum[:])
}

// sign gives a token to who holds the key of the service account.
func (g GA4) sign(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.PostFormValue("assertion"), ".")
	if len(parts) != 3 || r.PostFormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		writeJSON(w, http.StatusBadRequest, object{"error": "unsupported_grant_type", "error_description": "Invalid grant_type: " + r.PostFormValue("grant_type")})
		return
	}
	var claims struct{ Iss, Scope string }
	body, _ := base64.RawURLEncoding.DecodeString(parts[1])
	signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	switch {
	case json.Unmarshal(body, &claims) != nil || claims.Iss != g.Account:
		writeJSON(w, http.StatusBadRequest, object{"error": "invalid_grant", "error_description": "Invalid grant: account not found"})
	case rsa.VerifyPKCS1v15(g.Key, crypto.SHA256, sum[:], signature) != nil:
		writeJSON(w, http.StatusBadRequest, object{"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
	default:
		writeJSON(w, http.StatusOK, object{"access_token": g.token(), "expires_in": 3599, "token_type": "Bearer"})
	}
}

// report answers with a page of the rows. Without an order that is asked for they come in any.
func (g GA4) report(w http.ResponseWriter, q ga4Question, now time.Time) {
	rows := g.rows(q, now)
	order := rand.New(rand.NewPCG(1, uint64(len(rows)))) // the same at each question
	shuffle := func(rows []object) { order.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] }) }
	if len(q.OrderBys) == 0 {
		shuffle(rows)
	}
	first := min(q.Offset, len(rows))
	page := rows[first:min(first+cmp.Or(q.Limit, 10000), len(rows))]
	if g.Shuffled {
		shuffle(page)
	}
	out := object{"dimensionHeaders": []object{}, "metricHeaders": []object{}, "rowCount": len(rows), "kind": "analyticsData#runReport",
		"metadata":      object{"currencyCode": "EUR", "timeZone": g.Site.Zone.String()},
		"propertyQuota": object{"tokensPerDay": object{"consumed": 4, "remaining": 199900}}}
	for _, d := range q.Dimensions {
		out["dimensionHeaders"] = append(out["dimensionHeaders"].([]object), object{"name": d.Name})
	}
	for _, m := range q.Metrics {
		out["metricHeaders"] = append(out["metricHeaders"].([]object), object{"name": m.Name, "type": "TYPE_INTEGER"})
	}
	if len(page) > 0 {
		out["rows"] = page
	}
	writeJSON(w, http.StatusOK, out)
}

// rows returns the rows of all periods in which something happened, by their labels.
func (g GA4) rows(q ga4Question, now time.Time) (out []object) {
	var days observation.Period
	days.From, _ = observation.ParseDate(q.DateRanges[0].StartDate)
	last, _ := observation.ParseDate(q.DateRanges[0].EndDate)
	days.To = last + 1
	if len(g.Site.Visits) > 0 { // there is nothing before
		days.From = max(days.From, observation.DateOf(g.Site.Visits[0].Views[0].At.In(g.Site.Zone)))
	}
	grain := observation.Day
	if q.Dimensions[0].Name == "isoYearIsoWeek" {
		grain = observation.Week
	}
	for _, at := range grain.Split(days) {
		label := at.From.UTC().Format("20060102")
		if year, week := at.From.ISOWeek(); grain == observation.Week {
			label = fmt.Sprintf("%04d%02d", year, week)
		}
		at = observation.Period{From: max(at.From, days.From), To: min(at.To, days.To)}
		out = append(out, g.of(q, at, label, now)...)
	}
	return out
}

// of returns the rows of a period: one, or one of each page, by their paths.
func (g GA4) of(q ga4Question, at observation.Period, label string, now time.Time) (out []object) {
	row := func(views, sessions, users int, labels ...string) {
		dimensions, metrics := []object{}, []object{}
		for _, l := range labels {
			dimensions = append(dimensions, object{"value": l})
		}
		for _, m := range q.Metrics {
			n := map[string]int{"screenPageViews": views, "eventCount": views + sessions, "sessions": sessions, "activeUsers": users}[m.Name]
			metrics = append(metrics, object{"value": strconv.Itoa(n)})
		}
		out = append(out, object{"dimensionValues": dimensions, "metricValues": metrics})
	}
	if t := g.Site.Of(at, now); len(q.Dimensions) == 1 && t.Views > 0 {
		row(t.Views, t.Visits, t.Visitors, label)
	}
	if len(q.Dimensions) == 2 {
		pages := g.Site.Pages(at, now)
		slices.SortFunc(pages, func(a, b WebPage) int { return strings.Compare(a.Path, b.Path) })
		for _, p := range pages {
			row(p.Views, p.Visits, p.Visitors, label, p.Path)
		}
	}
	return out
}
