package plausible

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// How many rows an answer has at most, and how many are read altogether.
const (
	rowsAsked = 10000
	mostRows  = 100 * rowsAsked
)

// question is a query of the Stats API.
type question struct {
	Site       string      `json:"site_id"`
	Metrics    []string    `json:"metrics"`
	Range      any         `json:"date_range"` // all, or the first and the last day
	Dimensions []string    `json:"dimensions,omitempty"`
	OrderBy    [][2]string `json:"order_by,omitempty"`
	Include    struct {
		Imports    bool `json:"imports"`
		TimeLabels bool `json:"time_labels,omitempty"`
	} `json:"include"`
	Pagination *pagination `json:"pagination,omitempty"`
}

type pagination struct {
	Limit  int `json:"limit"`
	Offset int `json:"offset"`
}

// counted is what is asked for, whatever of it is needed: a number can differ a little by what stands beside it.
func counted() []string { return []string{"visitors", "visits", "pageviews"} }

// span is the range from the first to the last day of periods.
func span(periods []observation.Period) [2]string {
	return [2]string{periods[0].From.String(), (periods[len(periods)-1].To - 1).String()}
}

// page asks for the rows from one on. The first ones come without asking.
func (q *question) page(offset int) {
	if offset > 0 {
		q.Pagination = &pagination{rowsAsked, offset}
	}
}

// answer is what the Stats API answers.
type answer struct {
	Results []row `json:"results"`
	Meta    struct {
		TimeLabels []string `json:"time_labels"`
		Skipped    string   `json:"imports_skip_reason"`
	} `json:"meta"`
	Query struct {
		Range []string `json:"date_range"`
	} `json:"query"`
}

// row is one row of it: numbers in the order in which they were asked for, and what they are of.
type row struct {
	Metrics    []api.Number `json:"metrics"`
	Dimensions []string     `json:"dimensions"`
}

// ask puts one question, whose days have to be those of a zone.
func (s *source) ask(ctx context.Context, p *api.Platform, part string, q question, zone *time.Location) (answer, error) {
	var a answer
	q.Site, q.Include.Imports = s.config.Site, true
	if q.Metrics == nil {
		q.Metrics = counted()
	}
	if _, err := p.Ask(ctx, api.Request{Path: "/api/v2/query", JSON: q, Part: part}, &a); err != nil {
		return a, err
	}
	if a.Results == nil {
		return a, api.Missing("results")
	}
	return a, a.cutBy(zone)
}

// cutBy refuses an answer whose days are not those of a zone. Plausible does not name the zone of a site: it tells only how far
// the first and the last moment of what was asked for are from UTC. Older servers tell bare days, which hold for any zone.
func (a answer) cutBy(zone *time.Location) error {
	if len(a.Query.Range) != 2 {
		return api.Missing("query.date_range")
	}
	for _, text := range a.Query.Range {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			continue
		}
		_, theirs := at.Zone()
		if _, ours := at.In(zone).Zone(); theirs != ours {
			return fmt.Errorf("the days of the site are %s from UTC on %s and those of this source, of %s, are %s: look up the zone in Plausible under Site settings → General → Reporting timezone and write it at the source, for example timezone: Europe/Stockholm",
				at.Format("-07:00"), at.Format(time.DateOnly), zone, at.In(zone).Format("-07:00"))
		}
	}
	return nil
}

// imported refuses an answer that leaves out numbers imported from elsewhere, which there are in the range.
func (a answer) imported() error {
	if strings.HasPrefix(a.Meta.Skipped, "unsupported") {
		return errors.New("numbers were imported into Plausible for these days, and it leaves them out of its answer: ask for days after the import only")
	}
	return nil
}

// labelled refuses an answer that is not about all periods that were asked for.
func (a answer) labelled(periods []observation.Period) error {
	for _, p := range periods {
		if a.Meta.TimeLabels != nil && !slices.Contains(a.Meta.TimeLabels, p.From.String()) {
			return api.Missing(p.From.String())
		}
	}
	return nil
}

// of returns the day of a row with so many dimensions, and its numbers.
func (r row) of(dimensions int) (observation.Date, []float64, error) {
	if len(r.Dimensions) != dimensions {
		return 0, nil, api.Missing("dimensions")
	}
	day, err := observation.ParseDate(r.Dimensions[0])
	if err != nil {
		return 0, nil, fmt.Errorf("a row is of %q, which is no day: %w", r.Dimensions[0], api.Missing("dimensions"))
	}
	most := len(counted())
	if dimensions > 1 {
		most = 1
	}
	counts, err := r.counts(most)
	return day, counts, err
}

// counts returns the numbers of a row, which are so many.
func (r row) counts(n int) ([]float64, error) {
	if len(r.Metrics) != n {
		return nil, api.Missing("metrics")
	}
	out := make([]float64, n)
	for i, m := range r.Metrics {
		var err error
		if out[i], err = m.Need("metrics"); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// page is a row as a page; what is no path is no page.
func (r row) page(views float64) api.Page {
	path := r.Dimensions[1]
	if !strings.HasPrefix(path, "/") || views == 0 {
		path = ""
	}
	return api.Page{Path: path, Views: views}
}

// planError says that the plan of the site has no Stats API.
type planError struct{ site string }

// Error says what to do.
func (e *planError) Error() string {
	return fmt.Sprintf("the plan that is paid for %s has no Stats API, or the subscription has ended: it comes with the Business plan, see Plausible under Account settings → Subscription", e.site)
}

// Reason is the code that figures show.
func (e *planError) Reason() string { return collector.ReasonPlan }

// Unwrap gives its class.
func (e *planError) Unwrap() error { return collector.ErrBudget }

// refusal reads an error of Plausible.
func (s *source) refusal(status int, body []byte) error {
	switch status {
	case 401, 403:
		return fmt.Errorf("the key is wrong, or it may not read %q, or there is no such site: Plausible says the same of all three; make a key under Account settings → API keys, and write the site as it stands in the list of sites: %w", s.config.Site, collector.ErrAuth)
	case 402:
		return &planError{s.config.Site}
	case 200, 400:
		var said struct{ Error string }
		if json.Unmarshal(body, &said) == nil && said.Error != "" {
			return fmt.Errorf("the answer of Plausible is an error, %q", short(said.Error))
		}
	}
	return nil
}

// short makes a message fit for people.
func short(text string) string {
	const most = 200
	text = strings.Join(strings.Fields(text), " ")
	if collector.Personal(text) != "" {
		return "something that tells of a person"
	}
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
