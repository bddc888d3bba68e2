package platforms

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"

	"seuranta/internal/observation"
)

// Plausible answers as the Stats API of Plausible does, version 2.
type Plausible struct {
	Site Website
	ID   string // of the site: its domain
	Key  string
}

// plausibleQuery is what is asked.
type plausibleQuery struct {
	Site       string          `json:"site_id"`
	Metrics    []string        `json:"metrics"`
	Range      json.RawMessage `json:"date_range"` // "all", or the first and the last day
	Dimensions []string        `json:"dimensions"`
	Include    struct {
		TimeLabels bool `json:"time_labels"`
	} `json:"include"`
	Pagination struct {
		Limit  int `json:"limit"`
		Offset int `json:"offset"`
	} `json:"pagination"`
}

// plausibleRow is a row: numbers in the order in which they were asked for, and what they are of.
type plausibleRow struct {
	Metrics    []int    `json:"metrics"`
	Dimensions []string `json:"dimensions"`
}

// Answer answers a query, or why there is none.
func (p Plausible) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	var q plausibleQuery
	switch bad := json.NewDecoder(r.Body).Decode(&q); {
	case r.URL.Path != "/api/v2/query" || r.Method != http.MethodPost:
		plausibleError(w, http.StatusNotFound, "Not found")
	case r.Header.Get("Authorization") == "":
		plausibleError(w, http.StatusUnauthorized, "Missing API key. Please use a valid Plausible API key as a Bearer Token.")
	case bad != nil || q.Site == "":
		plausibleError(w, http.StatusBadRequest, "Missing site ID. Please provide the required site_id parameter with your request.")
	case r.Header.Get("Authorization") != "Bearer "+p.Key || q.Site != p.ID:
		plausibleError(w, http.StatusUnauthorized, "Invalid API key or site ID. Please make sure you're using a valid API key with access to the site you've requested.")
	default:
		p.query(w, q, now)
	}
}

func plausibleError(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, object{"error": message})
}

// query answers with a page of the rows.
func (p Plausible) query(w http.ResponseWriter, q plausibleQuery, now time.Time) {
	days, err := p.days(q.Range, now)
	rows, labels := p.rows(q, days, now)
	if err != nil || rows == nil {
		plausibleError(w, http.StatusBadRequest, "#: Invalid query")
		return
	}
	meta := object{"imports_included": false, "imports_skip_reason": "no_imported_data"}
	if q.Include.TimeLabels {
		meta["time_labels"] = labels
	}
	q.Range, _ = json.Marshal([]time.Time{days.Start(p.Site.Zone), days.End(p.Site.Zone).Add(-time.Second)})
	q.Pagination.Limit = cmp.Or(q.Pagination.Limit, 10000)
	first := min(q.Pagination.Offset, len(rows))
	writeJSON(w, http.StatusOK, object{"results": rows[first:min(first+q.Pagination.Limit, len(rows))], "meta": meta, "query": q})
}

// days reads a range; everything is from the first view to today.
func (p Plausible) days(asked json.RawMessage, now time.Time) (out observation.Period, err error) {
	var text [2]string
	if err := json.Unmarshal(asked, &text); err != nil || text[1] == "" {
		today := observation.DateOf(now.In(p.Site.Zone))
		if string(asked) != `"all"` || len(p.Site.Visits) == 0 {
			return observation.Period{From: today, To: today + 1}, err
		}
		return observation.Period{From: min(today, observation.DateOf(p.Site.Visits[0].Views[0].At.In(p.Site.Zone))), To: today + 1}, nil
	}
	if out.From, err = observation.ParseDate(text[0]); err != nil {
		return out, err
	}
	out.To, err = observation.ParseDate(text[1])
	out.To++
	return out, err
}

// rows returns the rows of an answer, without those in which nothing happened, and the labels of all periods; nil where it knows
// no such dimensions.
func (p Plausible) rows(q plausibleQuery, days observation.Period, now time.Time) (rows []plausibleRow, labels []string) {
	periods := []observation.Period{days}
	if len(q.Dimensions) > 0 {
		grain, known := map[string]observation.Grain{"time:day": observation.Day, "time:week": observation.Week}[q.Dimensions[0]]
		if !known || len(q.Dimensions) > 2 || len(q.Dimensions) == 2 && q.Dimensions[1] != "event:page" {
			return nil, nil
		}
		periods = grain.Split(days)
	}
	rows = []plausibleRow{}
	for _, at := range periods {
		at.From, at.To = max(at.From, days.From), min(at.To, days.To)
		labels = append(labels, at.From.String())
		rows = append(rows, p.of(q, at, now)...)
	}
	return rows, labels
}

// of returns the rows of a period: one, or one of each page. Where nothing happened there is none.
func (p Plausible) of(q plausibleQuery, at observation.Period, now time.Time) (out []plausibleRow) {
	add := func(visitors, visits, views int, of ...string) {
		row := plausibleRow{Metrics: []int{}, Dimensions: append([]string{}, of...)[:len(q.Dimensions)]}
		for _, m := range q.Metrics {
			row.Metrics = append(row.Metrics, map[string]int{"visitors": visitors, "visits": visits, "pageviews": views}[m])
		}
		out = append(out, row)
	}
	if len(q.Dimensions) == 2 {
		for _, page := range p.Site.Pages(at, now) {
			add(page.Visitors, page.Visits, page.Views, at.From.String(), page.Path)
		}
	} else if t := p.Site.Of(at, now); t.Views > 0 || len(q.Dimensions) == 0 {
		add(t.Visitors, t.Visits, t.Views, at.From.String())
	}
	return out
}
