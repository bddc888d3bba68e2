package umami

import (
	"context"
	"errors"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// site is what Umami knows of a website.
type site struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Domain  string     `json:"domain"`
	Created *time.Time `json:"createdAt"`
	Reset   *time.Time `json:"resetAt"` // what came before was thrown away
}

// askSite asks for the website.
func (s *source) askSite(ctx context.Context, p *api.Platform) (site, error) {
	var out *site
	if _, err := p.Ask(ctx, api.Request{Path: s.path(""), Part: partSite}, &out); err != nil {
		return site{}, err
	}
	switch {
	case out == nil:
		return site{}, errors.New("there is no website with this id: look it up in Umami under Websites → Edit and write it at site")
	case out.ID == "":
		return site{}, api.Missing("id")
	case out.Created == nil:
		return site{}, api.Missing("createdAt")
	}
	return *out, nil
}

// start is the moment from which on the website is there.
func (s site) start() time.Time {
	if s.Reset != nil && s.Reset.After(*s.Created) {
		return *s.Reset
	}
	return *s.Created
}

// origin is the address of the website, "" where its domain is none.
func (s site) origin() string {
	domain, _, _ := strings.Cut(s.Domain, ",") // or several of them
	if domain == "" || strings.ContainsAny(domain, "/ ") {
		return ""
	}
	return "https://" + domain
}

// begins returns the first day of w's zone of which there are numbers. That is the day on which the website was made in Umami; what
// was counted before it, elsewhere, is there where somebody brought it over. Of the day on which the numbers were thrown
// away a part is missing.
func (v *visit) begins(ctx context.Context, w collector.Window) (observation.Date, error) {
	zone := v.teller.Zone()
	first := observation.DateOf(v.site.Created.In(zone))
	if w.From < first {
		earliest, err := v.earliest(ctx)
		if err != nil {
			return 0, err
		}
		if !earliest.IsZero() {
			first = min(first, observation.DateOf(earliest.In(zone)))
		}
	}
	if v.site.Reset != nil {
		first = max(first, wholeDay(v.site.Reset.In(zone)))
	}
	return v.bound(ctx, w, first)
}

// wholeDay returns the first day that began at a moment or after it.
func wholeDay(at time.Time) observation.Date {
	day := observation.DateOf(at)
	if day.Start(at.Location()).Before(at) {
		return day + 1
	}
	return day
}

// earliest asks for the moment of the first event, zero where there is none.
func (v *visit) earliest(ctx context.Context) (time.Time, error) {
	var a struct {
		V3 moment `json:"startDate"`
		V2 moment `json:"mindate"`
	}
	if _, err := v.platform.Ask(ctx, api.Request{Path: v.path("/daterange"), Part: partSite}, &a); err != nil {
		return time.Time{}, err
	}
	if !a.V3.IsZero() {
		return a.V3.Time, nil
	}
	return a.V2.Time, nil
}

// cloudMonths is how far back Umami Cloud shows numbers to who pays nothing: to the beginning of the month so many before.
const cloudMonths = 6

// bound returns the first day of which Umami Cloud shows numbers: without a plan it answers zeros for what is older, although
// it is there. That is found out by asking for all of it.
func (v *visit) bound(ctx context.Context, w collector.Window, first observation.Date) (observation.Date, error) {
	now := w.Now.UTC()
	zone := v.teller.Zone()
	bound := wholeDay(time.Date(now.Year(), now.Month()-cloudMonths, 1, 0, 0, 0, 0, time.UTC).In(zone))
	if !v.config.cloud() || max(w.From, first) >= bound || first >= bound-1 {
		return first, nil
	}
	old, err := v.askStats(ctx, v.platform, span{first.Start(zone), (bound - 1).Start(zone), zone})
	if err != nil || old.views > 0 {
		return first, err
	}
	earliest, err := v.earliest(ctx)
	if err != nil || earliest.IsZero() || !earliest.Before((bound - 1).Start(zone)) {
		return first, err
	}
	return bound, nil
}
