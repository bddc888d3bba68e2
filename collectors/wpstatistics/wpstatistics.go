// Package wpstatistics reads what the plugin WP Statistics counted of a WordPress site, through its paid add-on for the REST
// API. The add-on has no public description: README.md says what is known of it from public programs that use it.
package wpstatistics

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Metrics and part of this kind.
const (
	metricViews    = "views"
	metricVisitors = "visitors"
	metricPages    = "page_views"
	part           = "site"
)

// quiet is how many days without anything counted are zeros: after more of them nobody knows whether there is a counter.
const quiet = 91

// Kind describes WP Statistics as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "wpstatistics", New: func() collector.Config { return &Config{Pages: api.DefaultPages} }, Metrics: []string{metricViews, metricVisitors, metricPages},
		Grains: []observation.Grain{observation.Day, observation.Week}, MetricGrains: map[string][]observation.Grain{metricViews: {observation.Day}, metricPages: {observation.Day}},
		Method: observation.MethodSite, SettleDays: 2, Channels: []string{"website"}, Fetches: true, BaseURL: true, SelfHosted: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// source is one site.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// Collect tells the days and weeks of w by the zone of the site.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	a := s.addon()
	zone, err := a.zone(ctx)
	if err != nil {
		return fmt.Errorf("wpstatistics: read the settings of %s: %w", s.deps.BaseURL, err)
	}
	v := &visit{source: s, addon: a, teller: api.NewTeller(out, w, zone), today: observation.DateOf(w.Now.In(zone))}
	if err := v.days(ctx); err != nil {
		return fmt.Errorf("wpstatistics: read days of %s: %w", s.deps.BaseURL, err)
	}
	if err := v.weeks(ctx); err != nil {
		return fmt.Errorf("wpstatistics: read weeks of %s: %w", s.deps.BaseURL, err)
	}
	return nil
}

// visit is one reading of a source.
type visit struct {
	source *source
	addon  addon
	teller *api.Teller
	today  observation.Date
	counts map[observation.Date]count
}

// days tells views and visitors of the days, then their pages.
func (v *visit) days(ctx context.Context) error {
	days := v.teller.Periods(observation.Day)
	if err := v.askDays(ctx, days); err != nil || len(days) == 0 {
		return err
	}
	for _, day := range days {
		if err := v.day(day); err != nil {
			return err
		}
	}
	return v.pages(ctx, days)
}

// askDays asks for all days from some before the first on: the plugin counts them back from today.
func (v *visit) askDays(ctx context.Context, days []observation.Period) error {
	weeks := v.teller.Periods(observation.Week)
	if len(days)+len(weeks) == 0 {
		return nil
	}
	first := v.today
	for _, p := range append(weeks, days...) {
		first = min(first, p.From)
	}
	var err error
	v.counts, err = v.addon.hits(ctx, v.today, int(v.today-first)+1+quiet)
	return err
}

// day tells the numbers of one day.
func (v *visit) day(day observation.Period) error {
	c, there := v.counts[day.From]
	if !there {
		return api.Missing("the day " + day.From.String())
	}
	for metric, n := range map[string]float64{metricViews: c.views, metricVisitors: c.visitors} {
		if !v.counting(day.From) {
			v.before(metric, observation.Day, day)
		} else if err := v.teller.Number(part, metric, observation.Day, day, n); err != nil {
			return err
		}
	}
	return nil
}

// counting tells whether something was counted on a day or not long before it: its zero is one then.
func (v *visit) counting(day observation.Date) bool {
	for d := day; d >= day-quiet; d-- {
		if c := v.counts[d]; c.views > 0 || c.visitors > 0 {
			return true
		}
	}
	return false
}

// before says that there was no counter yet.
func (v *visit) before(metric string, g observation.Grain, p observation.Period) {
	v.teller.Untold(part, metric, g, p, observation.NotOffered, collector.ReasonBeforeStart)
}

// pages tells the pages of the days, when those of all days are there: a part of them would look like the whole.
func (v *visit) pages(ctx context.Context, days []observation.Period) error {
	most := v.source.config.Pages
	if most == 0 {
		return nil
	}
	lists := make([][]api.Page, len(days))
	for i, day := range days {
		if !v.counting(day.From) {
			continue
		}
		var err error
		if lists[i], err = v.addon.pages(ctx, day.From); err != nil {
			return err
		}
	}
	for i, day := range days {
		if !v.counting(day.From) {
			v.before(metricPages, observation.Day, day)
		} else if err := v.teller.Pages(part, v.source.deps.ChannelID, v.source.deps.BaseURL, day, lists[i], most); err != nil {
			return err
		}
	}
	return nil
}

// weeks tells the visitors of the weeks, where the add-on has a number of them: some list the visitors instead.
func (v *visit) weeks(ctx context.Context) error {
	for _, week := range v.teller.Periods(observation.Week) {
		if !v.counting(week.To - 1) {
			v.before(metricVisitors, observation.Week, week)
			continue
		}
		n, told, err := v.addon.visitors(ctx, week)
		switch {
		case err != nil:
			return err
		case !told:
			v.teller.Untold(part, metricVisitors, observation.Week, week, observation.NotOffered, string(observation.NotOffered))
		default:
			if err := v.teller.Number(part, metricVisitors, observation.Week, week, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// Check asks for the newest days.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	if _, err := s.addon().hits(ctx, observation.DateOf(now), 2); err != nil {
		return "", fmt.Errorf("wpstatistics: ask %s for its newest days: %w", s.deps.BaseURL, err)
	}
	return fmt.Sprintf("%s answers and takes the token, which does not expire; days are those of the site's own zone in WordPress", s.deps.BaseURL), nil
}
