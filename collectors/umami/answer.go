package umami

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// cloudBase is where Umami Cloud answers.
const cloudBase = "https://api.umami.is/v1"

// enter returns the platform as this source may ask it. On an Umami of one's own it logs in first; the token that it gets is
// kept for the visit only, and returned so that no error shows it.
func (s *source) enter(ctx context.Context) (p *api.Platform, token string, err error) {
	p = &api.Platform{HTTP: s.deps.HTTP, Base: cmp.Or(s.deps.BaseURL, cloudBase), Refusal: s.refusal}
	if s.config.cloud() {
		p.Header = map[string][]string{"x-umami-api-key": {s.config.APIKey.Reveal()}}
		return p, "", nil
	}
	if s.deps.BaseURL == "" {
		return nil, "", errors.New("it is not said where your Umami answers: write base_url: https://… at the source, or an api_key for Umami Cloud")
	}
	p.Base = strings.TrimSuffix(p.Base, "/api") + "/api"
	var a struct{ Token string }
	login := map[string]string{"username": s.config.Username, "password": s.config.Password.Reveal()}
	if _, err := p.Ask(ctx, api.Request{Path: "/auth/login", JSON: login, Part: partSite}, &a); err != nil {
		return nil, "", fmt.Errorf("log in: %w", err)
	}
	if a.Token == "" {
		return nil, "", fmt.Errorf("log in: %w", api.Missing("token"))
	}
	p.Header = map[string][]string{"Authorization": {"Bearer " + a.Token}}
	return p, a.Token, nil
}

// path is the path of something about the website.
func (s *source) path(what string) string { return "/websites/" + s.config.Site + what }

// refusal reads an error of Umami. A website that one may not view, one that is not there and a wrong login are all 401.
func (s *source) refusal(status int, _ []byte) error {
	if status != 401 && status != 403 {
		return nil
	}
	who := "the user name or the password is wrong, or the user may not view the website"
	if s.config.cloud() {
		who = "the API key is wrong, or may not view the website"
	}
	return fmt.Errorf("%s, or there is none with the id %s: %w", who, s.config.Site, collector.ErrAuth)
}

// span is from one moment to just before another, in a zone.
type span struct {
	from, to time.Time
	zone     *time.Location
}

// query are the parameters that ask for a span. Umami counts both ends in, by the millisecond.
func (s span) query() url.Values {
	return url.Values{
		"startAt":  {strconv.FormatInt(s.from.UnixMilli(), 10)},
		"endAt":    {strconv.FormatInt(s.to.UnixMilli()-1, 10)},
		"timezone": {s.zone.String()},
	}
}

// count is a number of version 3, 12 or "12", or of version 2, {"value": 12, "prev": 9}.
type count struct {
	api.Number
	second bool // it came as version 2 writes it
}

// UnmarshalJSON reads any of the forms.
func (c *count) UnmarshalJSON(b []byte) error {
	if !bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		return json.Unmarshal(b, &c.Number)
	}
	c.second = true
	var old struct{ Value api.Number }
	err := json.Unmarshal(b, &old)
	c.Number = old.Value
	return err
}

// stats are the numbers of a period.
type stats struct {
	views, visits, visitors float64
	second                  bool // of version 2
}

// askStats asks for the numbers of a span.
func (s *source) askStats(ctx context.Context, p *api.Platform, at span) (stats, error) {
	var a struct {
		Views    count `json:"pageviews"`
		Visits   count `json:"visits"`
		Visitors count `json:"visitors"`
	}
	if _, err := p.Ask(ctx, api.Request{Path: s.path("/stats"), Query: at.query(), Part: partSite}, &a); err != nil {
		return stats{}, err
	}
	visitors, err := a.Visitors.Need("visitors")
	if err != nil {
		return stats{}, err
	}
	visits, err := a.Visits.Need("visits")
	if err != nil {
		return stats{}, err
	}
	if visitors == 0 && !a.Views.Known { // the database adds up nothing to null
		a.Views.Known = true
	}
	views, err := a.Views.Need("pageviews")
	return stats{views, visits, visitors, a.Visitors.second}, err
}

// How many rows of pages are asked for at first, and at most. Pages with as many visitors come in no order, so that they cannot be
// read in pieces: where there are more, all are asked for again.
const (
	rowsAsked = 1000
	mostRows  = 100000
)

// pageRow is a page: as version 3 tells it, or as version 2.
type pageRow struct {
	Name  string     `json:"name"`
	Views api.Number `json:"pageviews"`
	X     string     `json:"x"`
	Y     api.Number `json:"y"`
}

// pages are the pages of a day, or that it is not known how often they were viewed.
type pages struct {
	list    []api.Page
	unknown bool
}

// askPages asks for the pages of a span with these numbers. Version 3 tells views and visitors of each. Version 2 tells one number,
// which is views up to 2.18 and visitors after it: only where they add up to the views of the day can they be but views.
func (s *source) askPages(ctx context.Context, p *api.Platform, at span, whole stats) (pages, error) {
	r := api.Request{Path: s.path("/metrics/expanded"), Query: at.query(), Part: partPages}
	r.Query.Set("type", "path")
	if whole.second {
		r.Path = s.path("/metrics")
		r.Query.Set("type", "url")
	}
	rows, err := s.askRows(ctx, p, r)
	if err != nil {
		return pages{}, err
	}
	var out pages
	sum := 0.0
	for _, row := range rows {
		page, err := row.page(whole.second)
		if err != nil {
			return pages{}, err
		}
		sum += page.Views
		out.list = append(out.list, page)
	}
	out.unknown = whole.second && sum != whole.views
	return out, nil
}

// askRows asks for rows until there are no more than were asked for.
func (s *source) askRows(ctx context.Context, p *api.Platform, r api.Request) ([]pageRow, error) {
	for most := rowsAsked; most <= mostRows; most *= 10 {
		r.Query.Set("limit", strconv.Itoa(most))
		var rows []pageRow
		if _, err := p.Ask(ctx, r, &rows); err != nil {
			return nil, err
		}
		if rows == nil {
			return nil, api.Missing("name")
		}
		if len(rows) < most {
			return rows, nil
		}
	}
	return nil, fmt.Errorf("a day has more than %d pages: write pages: 0", mostRows)
}

// page is the row as a page.
func (r pageRow) page(second bool) (api.Page, error) {
	if second {
		n, err := r.Y.Need("y")
		return api.Page{Path: r.X, Views: n}, err
	}
	n, err := r.Views.Need("pageviews")
	return api.Page{Path: r.Name, Views: n}, err
}

// moment is a moment as the databases of Umami write it; zero where it is null.
type moment struct{ time.Time }

// UnmarshalJSON reads 2026-11-16T08:00:00.000Z and 2026-11-16 08:00:00, which is UTC.
func (m *moment) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil || text == nil {
		return err
	}
	for _, form := range []string{time.RFC3339, time.DateTime} {
		if at, err := time.Parse(form, *text); err == nil {
			m.Time = at
			return nil
		}
	}
	return errors.New("it has a text where a moment is due")
}
