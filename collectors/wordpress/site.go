package wordpress

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
)

// mostBytes is the largest answer that is read: fifty long posts.
const mostBytes = 32 << 20

// stateDoor is what the address of the interface, below that of the site, is remembered under.
const stateDoor = "door"

// site is the REST interface of a site.
type site struct {
	http *fetch.Session
	door string // its address: …/wp-json, or with a parameter rest_route where the site has no such paths
	home string // the address of the site, as configured
	name string
	zone *time.Location // that its dates without zone are of; nil where it tells none
}

// fault is why an answer cannot be right.
type fault struct{ text string }

// Error says what is wrong.
func (f *fault) Error() string { return f.text }

// Reason returns the code that figures translate.
func (f *fault) Reason() string { return collector.ReasonBadAnswer }

// enter finds the interface: where it was at the last visit, at its usual address, where the site itself says that it is, or by
// the parameter that works without any setting of the web server.
func (s *source) enter(ctx context.Context) (*site, error) {
	home := s.deps.BaseURL
	doors := []string{home + "/wp-json", home + "/?rest_route=/"}
	if last, _ := s.deps.State.Get(stateDoor); strings.HasPrefix(last, "/") {
		doors = slices.Insert(doors, 0, home+last)
	}
	var first error
	for i := 0; i < len(doors); i++ {
		if slices.Contains(doors[:i], doors[i]) {
			continue
		}
		at := &site{http: s.deps.HTTP, door: doors[i], home: home}
		told, err := at.open(ctx)
		if err == nil {
			if door, below := strings.CutPrefix(at.door, home); below {
				s.deps.State.Set(stateDoor, door)
			}
			return at, nil
		}
		if !elsewhere(err) {
			return nil, at.explain(err)
		}
		first = cmp.Or(first, at.explain(err))
		if told != "" && len(doors) < 5 {
			doors = slices.Insert(doors, i+1, told)
		}
	}
	return nil, first
}

// elsewhere tells whether the interface may be at another address: nothing or something else is at this one.
func elsewhere(err error) bool {
	var failed *fetch.Error
	var bad *api.BadAnswerError
	return errors.As(err, &bad) || errors.As(err, &failed) && failed.Class == fetch.NotFound
}

// index is what the interface says of the site.
type index struct {
	Name       string     `json:"name"`
	Namespaces []string   `json:"namespaces"`
	Zone       string     `json:"timezone_string"`
	Offset     api.Number `json:"gmt_offset"`
}

// open asks the interface for what it says of the site. When there is none, the head of the answer may tell where it is.
func (s *site) open(ctx context.Context) (elsewhere string, err error) {
	var is index
	header, err := s.ask(ctx, "/", url.Values{"_fields": {"name,namespaces,timezone_string,gmt_offset"}}, "", &is)
	switch {
	case err != nil:
		return linked(header), err
	case !slices.Contains(is.Namespaces, "wp/v2"):
		return "", api.Missing("namespaces")
	}
	s.name, s.zone = short(strings.Join(strings.Fields(is.Name), " ")), is.zone()
	return "", nil
}

// zone returns the zone of the site: a place, or where an old site names none, a fixed distance from UTC.
func (is index) zone() *time.Location {
	if zone, err := time.LoadLocation(is.Zone); is.Zone != "" && err == nil {
		return zone
	}
	if is.Offset.Known && is.Offset.Value >= -14 && is.Offset.Value <= 14 {
		return time.FixedZone("", int(is.Offset.Value*3600))
	}
	return nil
}

var linkForm = regexp.MustCompile(`<(https?://[^<>\s]+)>\s*;\s*rel="?https://api\.w\.org/`)

// linked returns where the head of an answer says that the interface is, "" where it does not.
func linked(header map[string][]string) string {
	for name, values := range header {
		if !strings.EqualFold(name, "Link") {
			continue
		}
		if m := linkForm.FindStringSubmatch(strings.Join(values, ", ")); m != nil {
			return strings.TrimSuffix(m[1], "/")
		}
	}
	return ""
}

// address returns where a route of the interface is.
func (s *site) address(route string, query url.Values) string {
	u, err := url.Parse(s.door)
	if err != nil {
		return s.door
	}
	q := u.Query()
	if q.Has("rest_route") {
		q.Set("rest_route", route)
	} else {
		u.Path = strings.TrimSuffix(u.Path, "/") + route
	}
	for name, values := range query {
		q[name] = values
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// ask asks a route for JSON. The head of the answer is told of failures, too.
func (s *site) ask(ctx context.Context, route string, query url.Values, part string, into any) (map[string][]string, error) {
	a, err := s.http.Do(ctx, fetch.Request{URL: s.address(route, query), Part: part, Accept: "application/json", MaxBytes: mostBytes})
	if err != nil {
		var failed *fetch.Error
		if errors.As(err, &failed) {
			return failed.Header(), err
		}
		return nil, err
	}
	return a.Header, api.Decode(a.Body, into)
}

// codeOf returns WordPress's own code of a failure, "" where it told none.
func codeOf(err error) string {
	var failed *fetch.Error
	if !errors.As(err, &failed) {
		return ""
	}
	var told struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(failed.Body(), &told) != nil {
		return ""
	}
	return short(told.Code)
}

// explain says what to do about an interface that cannot be read: its site has a feed as well, as a rule.
func (s *site) explain(err error) error {
	var failed *fetch.Error
	var bad *api.BadAnswerError
	instead := fmt.Sprintf("its feed may do instead: kind: feed, role: own, feeds: [%q]", s.home+"/feed/")
	switch {
	case errors.As(err, &failed) && failed.Class == fetch.Unauthorized:
		return fmt.Errorf("the site lets nobody read its REST interface, or something before it does not let us; %s: %w", instead, err)
	case errors.As(err, &failed) && failed.Class == fetch.NotFound:
		return fmt.Errorf("there is no REST interface of WordPress; is base_url the address of the site, as https://example.fi? Else %s: %w", instead, err)
	case errors.As(err, &bad):
		return fmt.Errorf("something else than the REST interface of WordPress answers; %s: %w", instead, err)
	case codeOf(err) != "":
		return fmt.Errorf("the site says %q: %w", codeOf(err), err)
	}
	return err
}

// Check asks the site what it is.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	at, err := s.enter(ctx)
	if err != nil {
		return "", fmt.Errorf("wordpress: find the REST interface of %s: %w", s.deps.BaseURL, err)
	}
	said := fmt.Sprintf("%s answers at %s", cmp.Or(at.name, "the site"), at.door)
	switch {
	case at.zone == nil:
		return said + "; it names no time zone", nil
	case at.zone.String() == now.Location().String():
		return said + "; it keeps the time of " + at.zone.String(), nil
	}
	return fmt.Sprintf("%s; it keeps the time of %s, its days are counted in %s", said, cmp.Or(at.zone.String(), now.In(at.zone).Format("UTC-07:00")), now.Location()), nil
}
