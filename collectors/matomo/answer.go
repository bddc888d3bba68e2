package matomo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// site is what Matomo knows of a website.
type site struct {
	name   string
	origin string // https://www.example.fi, "" where its address cannot be read
	zone   *time.Location
	first  observation.Date // the first day that it counts
}

// siteAnswer is the same as Matomo answers it.
type siteAnswer struct {
	ID       api.Number `json:"idsite"`
	Name     string     `json:"name"`
	MainURL  string     `json:"main_url"`
	Timezone string     `json:"timezone"`
	Created  string     `json:"ts_created"` // UTC
}

// askSite asks for the settings of the website, which everybody may read who may view it.
func (s *source) askSite(ctx context.Context, p *api.Platform) (site, error) {
	var answer json.RawMessage
	if err := s.ask(ctx, p, partVisits, "SitesManager.getSiteFromId", nil, &answer); err != nil {
		return site{}, err
	}
	a, err := siteOf(answer)
	if err != nil {
		return site{}, err
	}
	if !a.ID.Known && a.Timezone == "" {
		return site{}, s.noSite(api.Missing("idsite"))
	}
	return a.site()
}

// siteOf reads the answer, which is an object or, of old Matomos, a list of one.
func siteOf(answer json.RawMessage) (siteAnswer, error) {
	text := bytes.TrimSpace(answer)
	if !bytes.HasPrefix(text, []byte("[")) {
		var a siteAnswer
		return a, api.Decode(text, &a)
	}
	var list []siteAnswer
	if err := api.Decode(text, &list); err != nil || len(list) != 1 {
		return siteAnswer{}, err
	}
	return list[0], nil
}

// noSite says that there is no such website.
func (s *source) noSite(why error) error {
	return fmt.Errorf("there is no website %d in this Matomo: look up its number under Administration → Websites → Manage and write it at site: %w", s.config.Site, why)
}

// site reads what matters of the answer.
func (a siteAnswer) site() (site, error) {
	zone, err := zoneOf(a.Timezone)
	if err != nil {
		return site{}, err
	}
	out := site{name: html.UnescapeString(a.Name), zone: zone}
	if u, err := url.Parse(a.MainURL); err == nil && u.Host != "" {
		out.origin = u.Scheme + "://" + u.Host
	}
	if a.Created == "" {
		return site{}, api.Missing("ts_created")
	}
	if created, err := time.Parse(time.DateTime, a.Created); err == nil {
		out.first = observation.DateOf(created.In(zone))
	} else if !strings.HasPrefix(a.Created, "0000-00-00") {
		return site{}, fmt.Errorf("the website was made on %q, which is no date: %w", a.Created, api.Missing("ts_created"))
	}
	return out, nil
}

// zoneOf reads a zone as Matomo names it: Europe/Helsinki, or hours from UTC, as UTC+2 and UTC-3.5.
func zoneOf(name string) (*time.Location, error) {
	if name == "" {
		return nil, api.Missing("timezone")
	}
	offset, fixed := strings.CutPrefix(name, "UTC")
	hours, err := strconv.ParseFloat(offset, 64)
	if fixed && err == nil && math.Abs(hours) <= 14 {
		if zone, err := time.LoadLocation(fmt.Sprintf("Etc/GMT%+d", -int(hours))); err == nil && hours == math.Trunc(hours) {
			return zone, nil
		}
		return time.FixedZone(name, int(hours*3600)), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("the website has the time zone %q, which is not known here: choose one by a city in Matomo under Administration → Websites → Manage", name)
	}
	return zone, nil
}

// report is an answer about several periods, each under its first day. Matomo writes days as 2026-11-16 and weeks as
// 2026-11-16,2026-11-22.
type report map[observation.Date]json.RawMessage

// UnmarshalJSON reads a report, and refuses what has anything else than periods for its keys.
func (r *report) UnmarshalJSON(b []byte) error {
	var rows map[string]json.RawMessage
	if err := json.Unmarshal(b, &rows); err != nil {
		return err
	}
	*r = report{}
	for key, row := range rows {
		from, _, _ := strings.Cut(key, ",")
		day, err := observation.ParseDate(from)
		if err != nil {
			return errors.New("it has something else than periods")
		}
		(*r)[day] = row
	}
	return nil
}

// empty tells whether there is nothing in a period: Matomo writes an empty list then, also where a row is due.
func empty(row json.RawMessage) bool {
	return row == nil || len(bytes.Trim(row, " \t\r\n[]")) == 0
}

// columns returns counts of a row, zeros where the row is empty.
func columns(row json.RawMessage, names ...string) ([]float64, error) {
	out := make([]float64, len(names))
	if empty(row) {
		return out, nil
	}
	var all map[string]json.RawMessage
	if err := api.Decode(row, &all); err != nil {
		return nil, err
	}
	for i, name := range names {
		var n api.Number
		if text, ok := all[name]; ok {
			if err := api.Decode(text, &n); err != nil {
				return nil, err
			}
		}
		var err error
		if out[i], err = n.Need(name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pagesOf reads the rows of pages. A row without an address is of several pages that Matomo no longer tells apart, or of none.
func pagesOf(rows json.RawMessage) ([]api.Page, error) {
	if empty(rows) {
		return nil, nil
	}
	var list []struct {
		URL  string     `json:"url"`
		Hits api.Number `json:"nb_hits"`
	}
	if err := api.Decode(rows, &list); err != nil {
		return nil, err
	}
	out := make([]api.Page, len(list))
	for i, row := range list {
		views, err := row.Hits.Need("nb_hits")
		if err != nil {
			return nil, err
		}
		out[i] = api.Page{Path: row.URL, Views: views}
	}
	return out, nil
}

// mostRefusal is the longest answer that can be an error.
const mostRefusal = 64 << 10

// refusal reads an error of Matomo, many of which come with status 200.
func (s *source) refusal(status int, body []byte) error {
	var said struct{ Result, Message string }
	if len(body) > mostRefusal || json.Unmarshal(body, &said) != nil || said.Result != "error" {
		return elsewhere(status)
	}
	words := wordsOf(said.Message)
	switch {
	case strings.Contains(strings.ToLower(words), "website id =") && speaksOfAccess(words):
		return fmt.Errorf("site %d is not in this Matomo, or the user of the token may not view it: look up its number under Administration → Websites → Manage and write it at site:, or have the user given the right to view it (Matomo says %q): %w",
			s.config.Site, words, collector.ErrAuth)
	case status == 401 || status == 403 || speaksOfAccess(words):
		return fmt.Errorf("the token is wrong or has expired, or its user may not view site %d: make a new one under Administration → Personal → Security, or have the user given the right to view it (Matomo says %q): %w",
			s.config.Site, words, collector.ErrAuth)
	case strings.Contains(strings.ToLower(words), "unexpected website"):
		return s.noSite(fmt.Errorf("it says %q", words))
	}
	return fmt.Errorf("the answer of Matomo is an error, %q", words)
}

// elsewhere says of an answer that is none of Matomo's what is wrong with the address, where the status tells that.
func elsewhere(status int) error {
	if status == 404 {
		return errors.New("base_url is not where index.php of Matomo is: write the address that Matomo opens at in a browser, with its folder if it has one and without index.php")
	}
	return nil
}

// speaksOfAccess tells whether an error that came with status 200 is about the token or its rights.
func speaksOfAccess(words string) bool {
	words = strings.ToLower(words)
	for _, sign := range []string{"unable to authenticate", "can't access this resource", "token_auth", "failed logins", "must be logged in"} {
		if strings.Contains(words, sign) {
			return true
		}
	}
	return false
}

// wordsOf makes a message fit for people: short, in one line, without anything of persons in it.
func wordsOf(message string) string {
	const most = 200
	words := strings.Join(strings.Fields(html.UnescapeString(message)), " ")
	if collector.Personal(words) != "" {
		return "something that tells of a person"
	}
	if runes := []rune(words); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return words
}
