package platforms

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// WPStatistics answers as a WordPress site does that has the plugin WP Statistics and its add-on for the REST interface.
type WPStatistics struct {
	Site  Website
	Token string
}

// Answer answers a report of the add-on, or what the site is. Of either it tells the fields that are asked for.
func (p WPStatistics) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	route, ours := strings.CutPrefix(strings.TrimSuffix(r.URL.Path, "/"), "/wp-json")
	report := map[string]func(*http.Request, time.Time) any{
		"/wpstatistics/v1/hits": p.hits, "/wpstatistics/v1/pages": p.pages, "/wpstatistics/v1/visitors": p.visitors,
	}[route]
	switch {
	case ours && route == "":
		writeJSON(w, http.StatusOK, fieldsOf(r, object{"name": p.Site.Name, "url": p.Site.Address, "timezone_string": p.Site.Zone.String(), "gmt_offset": 2}))
	case report == nil:
		restError(w, http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
	case r.URL.Query().Get("token_auth") != p.Token:
		restError(w, http.StatusUnauthorized, "rest_forbidden", "Sorry, you are not allowed to do that.")
	default:
		writeJSON(w, http.StatusOK, report(r, now))
	}
}

// fieldsOf is an object as WordPress cuts it down to the fields that are asked for.
func fieldsOf(r *http.Request, o object) object {
	if asked := r.URL.Query().Get("_fields"); asked != "" {
		for name := range o {
			if !slices.Contains(strings.Split(asked, ","), name) {
				delete(o, name)
			}
		}
	}
	return o
}

// hits lists the last days, today the last of them. Their labels have no year, and their numbers are texts.
func (p WPStatistics) hits(r *http.Request, now time.Time) any {
	out := []object{}
	today := observation.DateOf(now.In(p.Site.Zone))
	for d := today - observation.Date(whole(r, "days", 30)) + 1; d <= today; d++ {
		t := p.Site.Of(observation.Period{From: d, To: d + 1}, now)
		out = append(out, fieldsOf(r, object{"date": d.UTC().Format("Jan 2"), "visit": strconv.Itoa(t.Views), "visitor": strconv.Itoa(t.Visitors)}))
	}
	return out
}

// days are those that a request asks for.
func (p WPStatistics) days(r *http.Request) observation.Period {
	from, _ := observation.ParseDate(r.URL.Query().Get("rangestartdate"))
	last, _ := observation.ParseDate(r.URL.Query().Get("rangeenddate"))
	return observation.Period{From: from, To: last + 1}
}

// pages lists pages, the most viewed first. Some of their numbers are texts.
func (p WPStatistics) pages(r *http.Request, now time.Time) any {
	out := []object{}
	for i, page := range p.Site.Pages(p.days(r), now) {
		count := any(page.Views)
		if i%2 == 0 {
			count = strconv.Itoa(page.Views)
		}
		out = append(out, fieldsOf(r, object{"uri": page.Path, "title": "", "count": count, "id": i + 1}))
	}
	size, turn := whole(r, "per_page", 10), max(1, whole(r, "page", 1))
	return out[min((turn-1)*size, len(out)):min(turn*size, len(out))]
}

// visitors tells how many there were, and who.
func (p WPStatistics) visitors(r *http.Request, now time.Time) any {
	n := p.Site.Of(p.days(r), now).Visitors
	return fieldsOf(r, object{"visitors": strconv.Itoa(n), "data": []object{{"ip": "#hash#", "agent": "Firefox", "location": "FI"}}})
}
