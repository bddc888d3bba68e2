// Package umami reads what Umami counted of a website, versions 2 and 3 alike. README.md tells the rules.
package umami

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Parts of a source.
const (
	partSite  = "site"
	partPages = "pages"
)

// Kind describes Umami as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "umami", New: func() collector.Config { return &Config{Pages: api.DefaultPages} },
		Metrics: []string{"views", "visits", "visitors", "page_views"}, Grains: []observation.Grain{observation.Day, observation.Week},
		SettleDays: 1, BackfillDays: 14, Method: observation.MethodScript, Channels: []string{"website"}, Fetches: true, BaseURL: true, Spacing: 400 * time.Millisecond,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// source is one website of an Umami.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// visit is one reading of a source.
type visit struct {
	*source
	platform *api.Platform
	teller   *api.Teller
	site     site
	first    observation.Date // that has numbers
	days     map[observation.Date]stats
}

// Collect tells the days and weeks of w. Umami cuts no days by itself: it is asked from midnight to midnight of w's zone.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if w.Empty() || w.Start(w.Zone).After(w.Now) {
		return nil
	}
	p, token, err := s.enter(ctx)
	if err == nil {
		v := &visit{source: s, platform: p, teller: api.NewTeller(out, w, nil), days: map[observation.Date]stats{}}
		err = fetch.HideIn(v.tell(ctx, w), []string{token})
	}
	if err != nil {
		return fmt.Errorf("umami: read site %s: %w", s.config.Site, err)
	}
	return nil
}

// tell tells everything, the pages last: they are the most.
func (v *visit) tell(ctx context.Context, w collector.Window) (err error) {
	if v.site, err = v.askSite(ctx, v.platform); err != nil {
		return err
	}
	if v.first, err = v.begins(ctx, w); err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		tell func(context.Context) error
	}{{"days", v.tellDays}, {"weeks", v.tellWeeks}, {"pages", v.tellPages}} {
		if err := step.tell(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// tellDays asks day by day: only so does Umami tell visits, and where it tells them it tells views and visitors, too. Nothing is
// told before all of it is there.
func (v *visit) tellDays(ctx context.Context) error {
	days := v.teller.Periods(observation.Day)
	all, err := v.stats(ctx, days)
	if err != nil {
		return err
	}
	for i, p := range days {
		v.days[p.From] = all[i]
		for metric, n := range map[string]float64{"views": all[i].views, "visits": all[i].visits, "visitors": all[i].visitors} {
			if err := v.teller.Since(v.first, partSite, metric, observation.Day, p, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellWeeks asks for the visitors of each week: they are no sum of days.
func (v *visit) tellWeeks(ctx context.Context) error {
	weeks := v.teller.Periods(observation.Week)
	all, err := v.stats(ctx, weeks)
	if err != nil {
		return err
	}
	for i, p := range weeks {
		if err := v.teller.Since(v.first, partSite, "visitors", observation.Week, p, all[i].visitors); err != nil {
			return err
		}
	}
	return nil
}

// stats asks for the numbers of periods one by one. Of those that were over before the first day there are none.
func (v *visit) stats(ctx context.Context, periods []observation.Period) ([]stats, error) {
	out := make([]stats, len(periods))
	for i, p := range periods {
		if p.To <= v.first {
			continue
		}
		var err error
		if out[i], err = v.askStats(ctx, v.platform, v.span(p)); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Label(), err)
		}
	}
	return out, nil
}

// span is a period in the zone of the days.
func (v *visit) span(p observation.Period) span {
	return span{p.Start(v.teller.Zone()), p.End(v.teller.Zone()), v.teller.Zone()}
}

// tellPages tells the pages of the days, of which only those are asked for that had views.
func (v *visit) tellPages(ctx context.Context) error {
	if v.config.Pages == 0 {
		return nil
	}
	days := v.teller.Periods(observation.Day)
	all := make([]pages, len(days))
	for i, p := range days {
		if v.days[p.From].views == 0 {
			continue
		}
		var err error
		if all[i], err = v.askPages(ctx, v.platform, v.span(p), v.days[p.From]); err != nil {
			return fmt.Errorf("%s: %w", p.Label(), err)
		}
	}
	for i, p := range days {
		if err := v.tellDay(p, all[i]); err != nil {
			return err
		}
	}
	return nil
}

// tellDay tells the pages of one day.
func (v *visit) tellDay(p observation.Period, found pages) error {
	switch {
	case v.days[p.From].views == 0:
		return v.teller.Since(v.first, partPages, "page_views", observation.Day, p, 0)
	case found.unknown:
		v.teller.Untold(partPages, "page_views", observation.Day, p, observation.NotOffered, string(observation.NotOffered))
		return nil
	}
	return v.teller.Pages(partPages, v.deps.ChannelID, v.site.origin(), p, found.list, v.config.Pages)
}

// Check logs in, where that is needed, and asks for the website.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	p, token, err := s.enter(ctx)
	var found site
	if err == nil {
		found, err = s.askSite(ctx, p)
	}
	if err = fetch.HideIn(err, []string{token}); err != nil {
		return "", fmt.Errorf("umami: check site %s: %w", s.config.Site, err)
	}
	who := "the user may view it; passwords do not expire, and nothing bounds the calls"
	if s.config.cloud() {
		who = "the key may view it; Umami does not say when a key expires, and allows 50 calls in 15 seconds"
	}
	return fmt.Sprintf("%q (%s) is there since %s; days are asked for by %s; %s", found.Name, found.Domain, observation.DateOf(found.start().In(now.Location())), now.Location(), who), nil
}
