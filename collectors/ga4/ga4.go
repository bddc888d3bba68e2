// Package ga4 reads what Google Analytics 4 counted of a website, by its Data API and with a service account. README.md says
// what Google withholds, samples and estimates.
package ga4

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Metrics and parts of this kind.
const (
	metricViews    = "views"
	metricVisits   = "visits"
	metricVisitors = "visitors"
	metricPages    = "page_views"
	partSite       = "site"
	partPages      = "pages"
)

// Kind describes Google Analytics 4 as a kind of source.
func Kind() collector.Kind {
	day := []observation.Grain{observation.Day}
	return collector.Kind{
		Name: "ga4", New: func() collector.Config { return &Config{Pages: api.DefaultPages} },
		Metrics: []string{metricViews, metricVisits, metricVisitors, metricPages}, Grains: []observation.Grain{observation.Day, observation.Week},
		MetricGrains: map[string][]observation.Grain{metricViews: day, metricVisits: day, metricPages: day},
		Method:       observation.MethodScript, SettleDays: 4, Channels: []string{"website"}, Fetches: true, BaseURL: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// source is one property.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// Collect tells the days and weeks of w by the zone of the property.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	days := observation.Period{From: w.From, To: min(w.To, observation.DateOf(w.Now.In(w.Zone))+1)}
	if days.Empty() {
		return nil
	}
	p, err := s.enter(ctx, w.Now)
	if err != nil {
		return s.explain("sign in for", err)
	}
	v := &visit{source: s, property: p, window: w, out: out}
	if err := v.days(ctx, days); err != nil {
		return s.explain("read days of", err)
	}
	if err := v.weeks(ctx); err != nil {
		return s.explain("read weeks of", err)
	}
	if err := v.pages(ctx); err != nil {
		return s.explain("read pages of", err)
	}
	return nil
}

func (s *source) explain(what string, err error) error {
	return fmt.Errorf("ga4: %s property %s: %w", what, s.config.number(), err)
}

// visit is one reading of a source.
type visit struct {
	source   *source
	property *property
	window   collector.Window
	out      collector.Sink
	teller   *api.Teller

	asked bool // whether the first day was asked for
	first observation.Date
}

// days tells views, visits and visitors of the days. Their report also names the zone, by which all else goes.
func (v *visit) days(ctx context.Context, days observation.Period) error {
	r, err := v.property.report(ctx, daysOf(days))
	if err != nil {
		return err
	}
	v.teller = api.NewTeller(v.out, v.window, r.zone)
	if r.left >= 0 {
		v.out.Tell("tokens_left_today", r.left)
	}
	rows, err := r.byLabel()
	if err != nil {
		return err
	}
	return v.numbers(ctx, r, observation.Day, rows, dayLabel, metricViews, metricVisits, metricVisitors)
}

// weeks tells the visitors of the weeks. Google counts each: who came on two days is one in a week.
func (v *visit) weeks(ctx context.Context) error {
	weeks := v.teller.Periods(observation.Week)
	if len(weeks) == 0 {
		return nil
	}
	r, err := v.property.report(ctx, weeksOf(observation.Period{From: weeks[0].From, To: weeks[len(weeks)-1].To}))
	if err != nil {
		return err
	}
	rows, err := r.byLabel()
	if err != nil {
		return err
	}
	return v.numbers(ctx, r, observation.Week, rows, weekLabel, metricVisitors)
}

// numbers tells the numbers of all periods of a grain, in the order of the metrics.
func (v *visit) numbers(ctx context.Context, r *report, g observation.Grain, rows map[string][]float64, label func(observation.Period) string, metrics ...string) error {
	periods := v.teller.Periods(g)
	if err := v.learn(ctx, r, slices.ContainsFunc(periods, func(p observation.Period) bool { return rows[label(p)] == nil })); err != nil {
		return err
	}
	for _, p := range periods {
		for i, metric := range metrics {
			n, there := 0.0, rows[label(p)] != nil
			if there {
				n = rows[label(p)][i]
			} else if v.absent(r, partSite, metric, g, p) {
				continue
			}
			if err := v.teller.As(r.quality, partSite, metric, g, p, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// learn asks for the first day of the property, once, where a report lacks periods without a reason: before anything is told.
func (v *visit) learn(ctx context.Context, r *report, lacks bool) (err error) {
	if !lacks || v.asked || r.quality.Reason != "" {
		return nil
	}
	v.first, err = v.property.firstDay(ctx, v.window.Now.In(v.teller.Zone()))
	v.asked = err == nil
	return err
}

// absent tells why a report has no row of a period, or returns false where nothing happened, so that it is a zero. Google leaves
// out what it has no data of, and what it withholds; a zero lies in the life of the property and is not withheld.
func (v *visit) absent(r *report, part, metric string, g observation.Grain, p observation.Period) bool {
	switch {
	case r.quality.Reason == collector.ReasonWithheld:
		v.teller.Untold(part, metric, g, p, observation.Partial, collector.ReasonWithheld)
	case r.quality.Reason != "", v.first == 0, p.To <= v.first:
		v.teller.Untold(part, metric, g, p, observation.NotOffered, collector.ReasonBeforeStart)
	default:
		return false
	}
	return true
}

// pages tells the pages of the days.
func (v *visit) pages(ctx context.Context) error {
	days := v.teller.Periods(observation.Day)
	if v.source.config.Pages == 0 || len(days) == 0 {
		return nil
	}
	r, err := v.property.report(ctx, pagesOf(observation.Period{From: days[0].From, To: days[len(days)-1].To}))
	if err != nil {
		return err
	}
	byDay, err := r.byPage()
	if err != nil {
		return err
	}
	if err := v.learn(ctx, r, len(byDay) < len(days)); err != nil {
		return err
	}
	for _, p := range days {
		pages := byDay[dayLabel(p)]
		if pages == nil && v.absent(r, partPages, metricPages, observation.Day, p) {
			continue
		}
		if err := v.teller.PagesAs(r.quality, partPages, v.source.deps.ChannelID, "", p, pages, v.source.config.Pages); err != nil {
			return err
		}
	}
	return nil
}

// Check asks for yesterday.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	p, err := s.enter(ctx, now)
	if err != nil {
		return "", s.explain("sign in for", err)
	}
	yesterday := observation.DateOf(now) - 1
	r, err := p.report(ctx, daysOf(observation.Period{From: yesterday, To: yesterday + 1}))
	if err != nil {
		return "", s.explain("ask for yesterday of", err)
	}
	said := fmt.Sprintf("property %s answers; days are those of %s; %s may read it; the key does not expire", s.config.number(), r.zone, p.email)
	if r.left >= 0 {
		said += fmt.Sprintf("; %d tokens of today's quota left", r.left)
	}
	if r.quality.Reason == collector.ReasonWithheld {
		said += "; Google withholds small numbers here"
	}
	return said, nil
}
