package listmonk

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// answer is a page of what listmonk lists; results are null where there are none.
type answer[T any] struct {
	Data *results[T] `json:"data"`
}

type results[T any] struct {
	Results []T        `json:"results"`
	Total   api.Number `json:"total"`
}

// resultsOrNone returns what is listed, nothing where there is no list.
func (r *results[T]) resultsOrNone() []T {
	if r == nil {
		return nil
	}
	return r.Results
}

// need checks that the answer is a page of a list at all.
func (a answer[T]) need() error {
	if a.Data == nil {
		return api.Missing("data")
	}
	_, err := a.Data.Total.Need("data.total")
	return err
}

// total returns how many there are on all pages.
func (a answer[T]) total() int {
	if a.Data == nil {
		return 0
	}
	return int(a.Data.Total.Value)
}

// list is one list. The count of all its subscribers is of no use but to see that there are none: it has those who left.
type list struct {
	ID       int64                 `json:"id"`
	UUID     string                `json:"uuid"`
	Name     string                `json:"name"`
	Optin    string                `json:"optin"`
	Created  string                `json:"created_at"`
	All      api.Number            `json:"subscriber_count"`
	Statuses map[string]api.Number `json:"subscriber_statuses"`
}

// find returns the list that goes by an id or uuid.
func find(a answer[list], want string) (list, error) {
	if err := a.need(); err != nil {
		return list{}, err
	}
	for _, l := range a.Data.Results {
		if l.ID > 0 && strconv.FormatInt(l.ID, 10) == want || l.UUID != "" && strings.EqualFold(l.UUID, want) {
			return l, nil
		}
	}
	if len(a.Data.Results) < a.total() {
		return list{}, &api.BadAnswerError{Text: fmt.Sprintf("the answer is a list of %d that ends after %d", a.total(), len(a.Data.Results))}
	}
	return list{}, fmt.Errorf("there is no such list among the %d that this user may see; write its id or uuid as Lists shows it, or give the role of the user lists:get_all", len(a.Data.Results))
}

// audience returns how many get the letters of the list: with double opt-in those who confirmed, with single opt-in also those
// who never had to. A status that nobody has is left out by listmonk.
func (l list) audience() (float64, error) {
	wanted, ok := map[string][]string{"single": {"confirmed", "unconfirmed"}, "double": {"confirmed"}}[l.Optin]
	switch {
	case !ok:
		return 0, api.Missing("optin")
	case len(l.Statuses) == 0 && (!l.All.Known || l.All.Value != 0):
		return 0, api.Missing("subscriber_statuses")
	}
	sum := 0.0
	for _, status := range wanted {
		n, there := l.Statuses[status]
		if !there {
			continue
		}
		count, err := n.Need("subscriber_statuses." + status)
		if err != nil {
			return 0, err
		}
		sum += count
	}
	return sum, nil
}

// born returns the day on which the list was made.
func (l list) born(zone *time.Location) (observation.Date, error) {
	at, err := time.Parse(time.RFC3339, l.Created)
	if err != nil {
		return 0, api.Missing("created_at")
	}
	return observation.DateOf(at.In(zone)), nil
}

// campaign is one letter with what became of it.
type campaign struct {
	ID      int64      `json:"id"`
	Type    string     `json:"type"`
	Name    string     `json:"name"`
	Subject string     `json:"subject"`
	Started string     `json:"started_at"` // null until it is sent
	Sent    api.Number `json:"sent"`
	Views   api.Number `json:"views"`
	Clicks  api.Number `json:"clicks"`
	Lists   []struct {
		ID int64 `json:"id"` // null when the list is no longer there
	} `json:"lists"`
}

// issuesOf returns the letters among campaigns that went to a list.
func issuesOf(a answer[campaign], to int64) ([]api.Issue, error) {
	if err := a.need(); err != nil {
		return nil, err
	}
	var out []api.Issue
	for _, c := range a.Data.Results {
		if !c.wentTo(to) {
			continue
		}
		issue, err := c.issue()
		if err != nil {
			return nil, fmt.Errorf("campaign %d: %w", c.ID, err)
		}
		if issue.Counts["sends_total"] > 0 { // what went to nobody was not published
			out = append(out, issue)
		}
	}
	return out, nil
}

// wentTo tells whether the campaign is a letter that is on its way to the list, or was: also one that was stopped half way. A
// question whether somebody wants letters is none.
func (c campaign) wentTo(id int64) bool {
	if c.Started == "" || c.Type == "optin" {
		return false
	}
	for _, l := range c.Lists {
		if l.ID == id {
			return true
		}
	}
	return false
}

// issue reads the letter.
func (c campaign) issue() (api.Issue, error) {
	at, err := time.Parse(time.RFC3339, c.Started)
	if err != nil || c.ID <= 0 {
		return api.Issue{}, api.Missing("started_at")
	}
	counts := map[string]float64{}
	for field, n := range map[string]api.Number{"sent": c.Sent, "views": c.Views, "clicks": c.Clicks} {
		value, err := n.Need(field)
		if err != nil {
			return api.Issue{}, err
		}
		counts[metricOf(field)] = value
	}
	return api.Issue{ID: strconv.FormatInt(c.ID, 10), Title: c.title(), SentAt: at, Counts: counts}, nil
}

// metricOf names what a field of a campaign counts.
func metricOf(field string) string {
	return map[string]string{"sent": "sends_total", "views": "opens_total", "clicks": "clicks_total"}[field]
}

// title is the subject that people saw, unless it was made anew for each of them.
func (c campaign) title() string {
	if strings.Contains(c.Subject, "{{") {
		return c.Name
	}
	return cmp.Or(c.Subject, c.Name)
}
