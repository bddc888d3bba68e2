package wpstatistics

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// addon is the REST API of the add-on.
type addon struct {
	platform *api.Platform
	token    string
}

// addon returns what is asked.
func (s *source) addon() addon {
	return addon{&api.Platform{HTTP: s.deps.HTTP, Base: s.deps.BaseURL + "/wp-json", Refusal: refusal}, s.config.Token.Reveal()}
}

// refusal puts into words what to do about answers that are no success. WordPress answers 404 where no plugin has a route.
func refusal(status int, _ []byte) error {
	switch status {
	case 401, 403:
		return fmt.Errorf("%w: the site does not take the token; compare it with that under Statistics → Settings → REST API in WordPress, where the API must be switched on", collector.ErrAuth)
	case 404:
		return fmt.Errorf("the site has no such interface; WP Statistics and its REST API add-on have to be active, and base_url has to be the address of the WordPress site")
	}
	return nil
}

// ask asks a route of the add-on. The token has no other place than the address. Of the answer only the named fields are asked
// for, so that no list of visitors is sent.
func (a addon) ask(ctx context.Context, route, fields string, query url.Values, into any) error {
	query.Set("token_auth", a.token)
	query.Set("_fields", fields)
	_, err := a.platform.Ask(ctx, api.Request{Path: "/wpstatistics/v1/" + route, Query: query, Part: part}, into)
	return err
}

// zone asks WordPress for the zone of the site.
func (a addon) zone(ctx context.Context) (*time.Location, error) {
	var site struct {
		Zone   string     `json:"timezone_string"`
		Offset api.Number `json:"gmt_offset"`
	}
	query := url.Values{"_fields": {"timezone_string,gmt_offset"}}
	if _, err := a.platform.Ask(ctx, api.Request{Path: "/", Query: query, Part: part}, &site); err != nil {
		return nil, err
	}
	return zoneOf(site.Zone, site.Offset)
}

// zoneOf returns a zone: a place, or where the site names none, its distance to UTC in hours.
func zoneOf(name string, offset api.Number) (*time.Location, error) {
	if zone, err := time.LoadLocation(name); err == nil && name != "" && name != "Local" {
		return zone, nil
	}
	switch hours := offset.Value; {
	case !offset.Known:
		return nil, api.Missing("timezone_string")
	case hours < -12 || hours > 14:
		return nil, &api.BadAnswerError{Text: "the answer has a distance to UTC that no place on earth has"}
	case hours == math.Trunc(hours):
		return time.LoadLocation(fmt.Sprintf("Etc/GMT%+d", -int(hours)))
	default:
		return time.FixedZone(fmt.Sprintf("UTC%+g", hours), int(hours*3600)), nil
	}
}

// count is what was counted on a day.
type count struct{ views, visitors float64 }

// hit is a day as the add-on tells it. Versions of the add-on have called the same differently.
type hit struct {
	Date     string     `json:"date"`
	Day      string     `json:"day"`
	Visit    api.Number `json:"visit"`
	Views    api.Number `json:"views"`
	Hits     api.Number `json:"hits"`
	Count    api.Number `json:"count"`
	Visitor  api.Number `json:"visitor"`
	Visitors api.Number `json:"visitors"`
}

// hits asks for the last days, today being the last of them.
func (a addon) hits(ctx context.Context, today observation.Date, days int) (map[observation.Date]count, error) {
	var list []hit
	query := url.Values{"days": {strconv.Itoa(days)}}
	if err := a.ask(ctx, "hits", "date,day,visit,views,hits,count,visitor,visitors", query, &list); err != nil {
		return nil, err
	}
	return dated(list, today)
}

// dated puts the days of the list into the calendar. It is without gaps and ends today, or a day beside it where the clocks of the
// site go otherwise; the labels are written as WordPress writes dates, in any language, but each holds the number of its day.
func dated(list []hit, today observation.Date) (map[observation.Date]count, error) {
	if len(list) == 0 {
		return nil, api.Missing("days")
	}
	for _, last := range []observation.Date{today, today - 1, today + 1} {
		first := last - observation.Date(len(list)-1)
		if !fits(list, first) {
			continue
		}
		out := map[observation.Date]count{}
		for i, h := range list {
			c, err := h.count()
			if err != nil {
				return nil, err
			}
			out[first+observation.Date(i)] = c
		}
		return out, nil
	}
	return nil, &api.BadAnswerError{Text: "the answer is no list of days without gaps that ends today"}
}

var digits = regexp.MustCompile(`[0-9]+`)

// fits tells whether the labels of the list can be those of the days from the first on.
func fits(list []hit, first observation.Date) bool {
	for i, h := range list {
		day := first + observation.Date(i)
		label := h.Date + h.Day
		if iso, err := observation.ParseDate(label); err == nil && iso != day {
			return false
		}
		numbers := digits.FindAllString(label, -1)
		if !slices.ContainsFunc(numbers, func(n string) bool { v, _ := strconv.Atoi(n); return v == day.UTC().Day() }) {
			return false
		}
	}
	return true
}

// count returns the numbers of a day, which have to be there under one of their names.
func (h hit) count() (c count, err error) {
	if c.views, err = first(h.Visit, h.Views, h.Hits, h.Count).Need("visit"); err != nil {
		return c, err
	}
	c.visitors, err = first(h.Visitor, h.Visitors).Need("visitor")
	return c, err
}

// first returns the first of the numbers that is there.
func first(numbers ...api.Number) api.Number {
	for _, n := range numbers {
		if n.Known {
			return n
		}
	}
	return api.Number{}
}

// visitors asks how many visitors there were in a period; told is false where the add-on lists them instead of counting them.
func (a addon) visitors(ctx context.Context, p observation.Period) (n float64, told bool, err error) {
	var raw json.RawMessage
	query := rangeOf(p.From, p.To-1)
	query.Set("per_page", "1")
	if err := a.ask(ctx, "visitors", "visitors,visitor,total", query, &raw); err != nil {
		return 0, false, err
	}
	return visitorsOf(raw)
}

// visitorsOf reads a number of visitors: as it is or in an object. A list is one of people.
func visitorsOf(raw json.RawMessage) (n float64, told bool, err error) {
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		return 0, false, nil
	}
	var plain api.Number
	if json.Unmarshal(raw, &plain) != nil || !plain.Known {
		var object struct {
			Visitors api.Number `json:"visitors"`
			Visitor  api.Number `json:"visitor"`
			Total    api.Number `json:"total"`
		}
		if err := api.Decode(raw, &object); err != nil {
			return 0, false, err
		}
		plain = first(object.Visitors, object.Visitor, object.Total)
	}
	n, err = plain.Need("visitors")
	return n, err == nil, err
}

func rangeOf(from, to observation.Date) url.Values {
	return url.Values{"rangestartdate": {from.String()}, "rangeenddate": {to.String()}}
}
