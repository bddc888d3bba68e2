package platforms

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Matomo answers as the Reporting API of Matomo 5 does.
type Matomo struct {
	Site  Website
	ID    int
	Token string
}

// Answer answers a report, or why there is none.
func (m Matomo) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	if r.Method != http.MethodPost || r.URL.Path != "/index.php" || r.ParseForm() != nil {
		http.NotFound(w, r)
		return
	}
	ask := r.PostForm
	switch {
	case ask.Get("token_auth") != m.Token:
		matomoError(w, http.StatusUnauthorized, "Unable to authenticate with the provided token. It is either invalid, expired or is required to be sent as a POST parameter.")
	case ask.Get("idSite") != strconv.Itoa(m.ID):
		matomoError(w, http.StatusOK, fmt.Sprintf("An unexpected website was found in the request: website id was set to '%s' .", ask.Get("idSite")))
	default:
		m.report(w, ask.Get("method"), ask.Get("period"), ask.Get("date"), now)
	}
}

func matomoError(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, object{"result": "error", "message": message})
}

func (m Matomo) report(w http.ResponseWriter, method, period, date string, now time.Time) {
	if method == "SitesManager.getSiteFromId" {
		writeJSON(w, http.StatusOK, object{"idsite": m.ID, "name": m.Site.Name, "main_url": m.Site.Address, "timezone": m.Site.Zone.String(),
			"ts_created": m.Site.Since.UTC().Format(time.DateTime), "type": "website", "currency": "EUR"})
		return
	}
	row := map[string]func(observation.Period, time.Time) any{
		"VisitsSummary.get": m.summary, "Actions.get": m.actions, "Actions.getPageUrls": m.pages,
	}[method]
	days, err := matomoDays(date)
	if row == nil || err != nil {
		matomoError(w, http.StatusBadRequest, "The method '"+method+"' does not exist or is not available in the module.")
		return
	}
	out := object{}
	for _, p := range observation.Grain(period).Split(days) {
		key := p.From.String()
		if period == string(observation.Week) {
			key += "," + (p.To - 1).String()
		}
		out[key] = row(p, now)
	}
	writeJSON(w, http.StatusOK, out)
}

// matomoDays reads the first day and the last.
func matomoDays(date string) (p observation.Period, err error) {
	first, last, _ := strings.Cut(date, ",")
	if p.From, err = observation.ParseDate(first); err != nil {
		return p, err
	}
	p.To, err = observation.ParseDate(last)
	p.To++
	return p, err
}

// summary is a row of VisitsSummary.get; without a visit it is an empty list.
func (m Matomo) summary(p observation.Period, now time.Time) any {
	t := m.Site.Of(p, now)
	if t.Visits == 0 && t.Visitors == 0 {
		return []any{}
	}
	return object{"nb_uniq_visitors": t.Visitors, "nb_users": 0, "nb_visits": strconv.Itoa(t.Visits), "nb_actions": t.Views, "nb_visits_converted": 0,
		"bounce_count": t.Bounces, "sum_visit_length": t.Seconds, "max_actions": 9}
}

func (m Matomo) actions(p observation.Period, now time.Time) any {
	t := m.Site.Of(p, now)
	if t.Views == 0 {
		return []any{}
	}
	return object{"nb_pageviews": t.Views, "nb_uniq_pageviews": t.Views, "nb_downloads": 0, "nb_uniq_downloads": 0, "nb_outlinks": 0, "nb_uniq_outlinks": 0,
		"nb_searches": 0, "nb_keywords": 0}
}

func (m Matomo) pages(p observation.Period, now time.Time) any {
	out := []any{}
	for _, page := range m.Site.Pages(p, now) {
		out = append(out, object{"label": page.Path, "nb_visits": page.Visits, "nb_hits": page.Views, "nb_uniq_visitors": page.Visitors, "url": m.Site.Address + page.Path})
	}
	return out
}
