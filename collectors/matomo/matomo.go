// Package matomo reads what Matomo counted of a website, by its Reporting API. README.md tells the rules.
package matomo

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Parts of a source, by what is asked for.
const (
	partVisits = "visits"
	partViews  = "views"
	partPages  = "pages"
)

// How many periods one question is about. Matomo makes up the reports of long ranges while it is asked, and pages have a row
// each, thousands a day at most.
const (
	daysAsked  = 31
	weeksAsked = 5
	pagesAsked = 7
)

// Kind describes Matomo as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "matomo", New: func() collector.Config { return &Config{Pages: api.DefaultPages} },
		Metrics: []string{"views", "visits", "visitors", "page_views"}, Grains: []observation.Grain{observation.Day, observation.Week},
		SettleDays: 3, Method: observation.MethodScript, Channels: []string{"website"}, Fetches: true, BaseURL: true, SelfHosted: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// source is one website of a Matomo.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// platform is the Matomo of the source. Its address may name the file that answers.
func (s *source) platform() *api.Platform {
	return &api.Platform{HTTP: s.deps.HTTP, Base: strings.TrimSuffix(s.deps.BaseURL, "/index.php"), Refusal: s.refusal}
}

// ask puts one question. The token goes in the body: Matomo refuses most of them in an address, and addresses are logged.
func (s *source) ask(ctx context.Context, p *api.Platform, part, method string, more url.Values, into any) error {
	form := url.Values{
		"module": {"API"}, "method": {method}, "idSite": {fmt.Sprint(s.config.Site)}, "format": {"json"}, "language": {"en"}, // of its errors
		"token_auth": {s.config.Token.Reveal()},
	}
	for name, values := range more {
		form[name] = values
	}
	_, err := p.Ask(ctx, api.Request{Path: "/index.php", Form: form, Part: part}, into)
	return err
}

// visit is one reading of a source.
type visit struct {
	*source
	platform *api.Platform
	teller   *api.Teller
	site     site
}

// Collect tells the days and weeks of w, by the zone that the website has in Matomo. The first failure ends the visit: a
// Matomo that refused the token must not be asked again with it, or it shuts out our address.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if w.Empty() || w.Start(w.Zone).After(w.Now) {
		return nil
	}
	p := s.platform()
	site, err := s.askSite(ctx, p)
	if err != nil {
		return fmt.Errorf("matomo: read the settings of site %d: %w", s.config.Site, err)
	}
	v := &visit{s, p, api.NewTeller(out, w, site.zone), site}
	for _, step := range []struct {
		what string
		tell func(context.Context) error
	}{{"visits", v.visits}, {"views", v.views}, {"weeks", v.weeks}, {"pages", v.pages}} {
		if err := step.tell(ctx); err != nil {
			return fmt.Errorf("matomo: read %s of site %d: %w", step.what, s.config.Site, err)
		}
	}
	return nil
}

// visits tells visits and visitors of the days.
func (v *visit) visits(ctx context.Context) error {
	more := url.Values{"format_metrics": {"0"}}
	return v.each(ctx, observation.Day, daysAsked, partVisits, "VisitsSummary.get", more, func(p observation.Period, row json.RawMessage) error {
		counts, err := columns(row, "nb_visits", "nb_uniq_visitors")
		if err != nil {
			return err
		}
		if err := v.teller.Since(v.site.first, partVisits, "visits", observation.Day, p, counts[0]); err != nil {
			return err
		}
		return v.teller.Since(v.site.first, partVisits, "visitors", observation.Day, p, counts[1])
	})
}

// weeks tells the visitors of the weeks, as Matomo counted them in each.
func (v *visit) weeks(ctx context.Context) error {
	more := url.Values{"format_metrics": {"0"}}
	return v.each(ctx, observation.Week, weeksAsked, partVisits, "VisitsSummary.get", more, func(p observation.Period, row json.RawMessage) error {
		counts, err := columns(row, "nb_uniq_visitors")
		if err != nil {
			return err
		}
		return v.teller.Since(v.site.first, partVisits, "visitors", observation.Week, p, counts[0])
	})
}

// views tells the page views of the days.
func (v *visit) views(ctx context.Context) error {
	more := url.Values{"format_metrics": {"0"}}
	return v.each(ctx, observation.Day, daysAsked, partViews, "Actions.get", more, func(p observation.Period, row json.RawMessage) error {
		counts, err := columns(row, "nb_pageviews")
		if err != nil {
			return err
		}
		return v.teller.Since(v.site.first, partViews, "views", observation.Day, p, counts[0])
	})
}

// pages tells the pages of the days. Without a limit of its own Matomo would answer with the first hundred rows.
func (v *visit) pages(ctx context.Context) error {
	if v.config.Pages == 0 {
		return nil
	}
	more := url.Values{"flat": {"1"}, "filter_limit": {"-1"}, "showColumns": {"nb_hits"}}
	return v.each(ctx, observation.Day, pagesAsked, partPages, "Actions.getPageUrls", more, func(p observation.Period, rows json.RawMessage) error {
		if rows == nil {
			return v.teller.Since(v.site.first, partPages, "page_views", observation.Day, p, 0)
		}
		pages, err := pagesOf(rows)
		if err != nil {
			return err
		}
		return v.teller.Pages(partPages, v.deps.ChannelID, v.site.origin, p, pages, v.config.Pages)
	})
}

// each asks for a report about all periods of g and hands over what there is of each, when all of it is there: nothing of those
// that were over before the website was there, which Matomo is not asked for.
func (v *visit) each(ctx context.Context, g observation.Grain, most int, part, method string, more url.Values, tell func(observation.Period, json.RawMessage) error) error {
	periods := v.teller.Periods(g)
	asked := slices.DeleteFunc(slices.Clone(periods), func(p observation.Period) bool { return p.To <= v.site.first })
	all := report{}
	for some := range slices.Chunk(asked, most) {
		more.Set("period", string(g))
		more.Set("date", fmt.Sprintf("%s,%s", some[0].From, some[len(some)-1].To-1))
		var rows report
		if err := v.ask(ctx, v.platform, part, method, more, &rows); err != nil {
			return err
		}
		for _, p := range some {
			row, ok := rows[p.From]
			if !ok {
				return api.Missing(p.From.String())
			}
			all[p.From] = row
		}
	}
	for _, p := range periods {
		if err := tell(p, all[p.From]); err != nil {
			return fmt.Errorf("%s: %w", p.Label(), err)
		}
	}
	return nil
}

// Check asks for the settings of the website, which only a token may that may view it.
func (s *source) Check(ctx context.Context, _ time.Time) (string, error) {
	site, err := s.askSite(ctx, s.platform())
	if err != nil {
		return "", fmt.Errorf("matomo: check site %d: %w", s.config.Site, err)
	}
	return fmt.Sprintf("site %d is %q; days follow its zone, %s; it counts since %s; the token may view it; Matomo does not say when a token expires, nor bound the calls",
		s.config.Site, site.name, site.zone, site.first), nil
}
