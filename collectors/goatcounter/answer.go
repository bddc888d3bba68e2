package goatcounter

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// callsAnHour is what GoatCounter allows, beside four a second.
const callsAnHour = 500

// Permissions of a key, as GoatCounter numbers them. A number of 0 is of a server that tells none.
const (
	mayExport    = 4
	mayReadSites = 8
	mayReadStats = 64
	mayWrite     = 2 | 16 | 32 // record pageviews, make and change sites
)

// platform returns what is asked.
func (s *source) platform(now time.Time) *api.Platform {
	return &api.Platform{
		HTTP: s.deps.HTTP, Base: s.deps.BaseURL, Refusal: refusal,
		Header:    map[string][]string{"Authorization": {"Bearer " + s.config.Key.Reveal()}, "Content-Type": {"application/json"}},
		Allowance: &api.Allowance{Calls: callsAnHour, Per: time.Hour, State: s.deps.State, Now: api.Clock(now)},
	}
}

// refusal puts into words what to do about the answers that GoatCounter gives to a key that will not do.
func refusal(status int, _ []byte) error {
	switch status {
	case 401:
		return fmt.Errorf("%w: GoatCounter does not know the key, or its owner is no administrator; make a new one there under your own address at the top → API", collector.ErrAuth)
	case 403:
		return errPermission
	case 404:
		return fmt.Errorf("there is no GoatCounter at this address; base_url has to be that of the site's own statistics, as https://CODE.goatcounter.com")
	}
	return nil
}

var errPermission = fmt.Errorf(`%w: the key lacks the permission "Read statistics"; tick it in GoatCounter under your own address at the top → API`, collector.ErrAuth)

// me is the answer to whose key this is. It also holds the owner's address of mail, which is left out.
type me struct {
	User *struct {
		Settings *struct {
			Timezone *string `json:"timezone"` // as FI.Europe/Helsinki
		} `json:"settings"`
	} `json:"user"`
	Token struct {
		Permissions api.Number `json:"permissions"`
	} `json:"token"`

	zone *time.Location
}

// askMe asks whose key this is, for the zone of the days.
func askMe(ctx context.Context, p *api.Platform) (m me, err error) {
	if _, err := p.Ask(ctx, api.Request{Path: "/api/v0/me", Part: part}, &m); err != nil {
		return m, err
	}
	m.zone, err = m.location()
	return m, err
}

// location reads the zone: the letters of a country, a point, its name. Without one GoatCounter takes UTC.
func (m me) location() (*time.Location, error) {
	if m.User == nil || m.User.Settings == nil {
		return nil, api.Missing("user.settings")
	}
	if m.User.Settings.Timezone == nil {
		return time.UTC, nil
	}
	_, name, found := strings.Cut(*m.User.Settings.Timezone, ".")
	zone, err := time.LoadLocation(name)
	if !found || err != nil || name == "" || name == "Local" {
		return nil, &api.BadAnswerError{Text: "the zone of the key's owner is none that is known; set another in GoatCounter under your own address at the top → Preferences"}
	}
	return zone, nil
}

// may returns why the key will not do.
func (m me) may() error {
	if has := int(m.Token.Permissions.Value); has != 0 && has&mayReadStats == 0 {
		return errPermission
	}
	return nil
}

// rights says what the key may do.
func (m me) rights() string {
	has := int(m.Token.Permissions.Value)
	out := "may read statistics"
	if has&mayReadSites != 0 {
		out += " and the list of sites"
	}
	if has&mayExport != 0 {
		out += ", may export all hits"
	}
	if has&mayWrite != 0 {
		out += ", may also write, which nobody needs here"
	}
	return out
}

// total is what GoatCounter counted in an interval.
type total struct {
	Total       api.Number `json:"total"` // with events
	TotalEvents api.Number `json:"total_events"`
	Stats       []struct {
		Day   string     `json:"day"`
		Daily api.Number `json:"daily"` // with events
	} `json:"stats"`

	all, events float64
}

// interval is from the beginning of an hour to that of another, which is in it as a whole.
type interval struct{ from, to time.Time }

// span returns the hours from the first of one period to the last of another.
func span(first, last observation.Period, zone *time.Location) interval {
	return interval{first.Start(zone), last.End(zone).Add(-time.Hour)}
}

// askTotal asks what was counted in an interval.
func askTotal(ctx context.Context, p *api.Platform, i interval) (t total, err error) {
	query := url.Values{"start": {i.from.UTC().Format(time.RFC3339)}, "end": {i.to.UTC().Format(time.RFC3339)}}
	if _, err := p.Ask(ctx, api.Request{Path: "/api/v0/stats/total", Query: query, Part: part}, &t); err != nil {
		return t, err
	}
	return t, t.weigh()
}

// weigh reads the sums.
func (t *total) weigh() (err error) {
	if t.all, err = t.Total.Need("total"); err != nil {
		return err
	}
	if t.events, err = t.TotalEvents.Need("total_events"); err != nil {
		return err
	}
	if t.events > t.all {
		return &api.BadAnswerError{Text: "the answer has more events than visits and events together"}
	}
	return nil
}

// daily returns the number of a day, which has to be there.
func (t total) daily(day observation.Period) (float64, error) {
	for _, s := range t.Stats {
		if s.Day == day.From.String() {
			return s.Daily.Need("stats[].daily")
		}
	}
	return 0, api.Missing("stats of " + day.From.String())
}
