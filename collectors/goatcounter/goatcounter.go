// Package goatcounter reads what GoatCounter counted of a website. GoatCounter calls it visitors: a session counts once on
// each page that it opens. README.md says what that is and what it is not.
package goatcounter

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

// Metric and part of this kind.
const (
	metricVisitors = "visitors"
	part           = "total"
)

// Kind describes GoatCounter as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "goatcounter", New: func() collector.Config { return &Config{} }, Metrics: []string{metricVisitors},
		Grains: []observation.Grain{observation.Day, observation.Week}, Method: observation.MethodSessions, SettleDays: 2, Channels: []string{"website"},
		Fetches: true, BaseURL: true, SelfHosted: true, Spacing: 250 * time.Millisecond,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// source is one site of GoatCounter.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// Collect tells the days and weeks of w, by the zone that the owner of the key has set: by that GoatCounter cuts its days.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	p := s.platform(w.Now)
	m, err := askMe(ctx, p)
	if err != nil {
		return fmt.Errorf("goatcounter: read the settings of the key's owner at %s: %w", s.deps.BaseURL, err)
	}
	v := &visit{platform: p, teller: api.NewTeller(out, w, m.zone), now: w.Now, asked: map[interval]total{}}
	if err := v.days(ctx); err != nil {
		return fmt.Errorf("goatcounter: read days of %s: %w", s.deps.BaseURL, err)
	}
	if err := v.weeks(ctx); err != nil {
		return fmt.Errorf("goatcounter: read weeks of %s: %w", s.deps.BaseURL, err)
	}
	return nil
}

// visit is one reading of a source.
type visit struct {
	platform *api.Platform
	teller   *api.Teller
	now      time.Time
	asked    map[interval]total // a window of one week asks for its days and its week by the same question
}

// total asks what was counted in an interval, once.
func (v *visit) total(ctx context.Context, i interval) (total, error) {
	if t, known := v.asked[i]; known {
		return t, nil
	}
	t, err := askTotal(ctx, v.platform, i)
	if err == nil {
		v.asked[i] = t
	}
	return t, err
}

// days tells the days. One question answers for all of them where what GoatCounter says of each is right as it stands; the
// others are asked one by one.
func (v *visit) days(ctx context.Context) error {
	days := v.teller.Periods(observation.Day)
	if len(days) == 0 {
		return nil
	}
	t, err := v.total(ctx, span(days[0], days[len(days)-1], v.teller.Zone()))
	if err != nil {
		return err
	}
	counts := make([]float64, len(days))
	for i, day := range days {
		if v.standsAlone(t, day) {
			if counts[i], err = v.count(ctx, day); err != nil {
				return err
			}
		} else if counts[i], err = t.daily(day); err != nil {
			return err
		}
	}
	return v.tell(ctx, observation.Day, days, counts)
}

// weeks tells the weeks, each as GoatCounter answers for it.
func (v *visit) weeks(ctx context.Context) error {
	weeks := v.teller.Periods(observation.Week)
	counts := make([]float64, len(weeks))
	for i, week := range weeks {
		var err error
		if counts[i], err = v.count(ctx, week); err != nil {
			return err
		}
	}
	return v.tell(ctx, observation.Week, weeks, counts)
}

// standsAlone tells whether a day has to be asked by itself: events are counted in all days together only, days with another
// distance to UTC than today are cut by today's, and servers up to 2.5 name no days.
func (v *visit) standsAlone(t total, day observation.Period) bool {
	zone := v.teller.Zone()
	today := offset(v.now, zone)
	return t.events > 0 || t.Stats == nil || offset(day.Start(zone), zone) != today || offset(day.End(zone).Add(-time.Second), zone) != today
}

func offset(at time.Time, zone *time.Location) int {
	_, seconds := at.In(zone).Zone()
	return seconds
}

// count asks for one period. What happened but was no visit of a page is not counted.
func (v *visit) count(ctx context.Context, p observation.Period) (float64, error) {
	t, err := v.total(ctx, span(p, p, v.teller.Zone()))
	return t.all - t.events, err
}

// tell tells periods. Zeros before anything was ever counted are no zeros: nobody knows whether the site had the counter.
func (v *visit) tell(ctx context.Context, g observation.Grain, periods []observation.Period, counts []float64) error {
	first, err := v.begins(ctx, periods, counts)
	if err != nil {
		return err
	}
	for i, p := range periods {
		if i < first {
			v.teller.Untold(part, metricVisitors, g, p, observation.NotOffered, collector.ReasonBeforeStart)
		} else if err := v.teller.Number(part, metricVisitors, g, p, counts[i]); err != nil {
			return err
		}
	}
	return nil
}

// epoch is before the first GoatCounter.
var epoch = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)

// begins returns which of the periods is the first that the counter was there for: all of them where something was counted
// before, else the first that has something.
func (v *visit) begins(ctx context.Context, periods []observation.Period, counts []float64) (int, error) {
	if len(periods) == 0 || counts[0] > 0 {
		return 0, nil
	}
	before := interval{epoch, periods[0].Start(v.teller.Zone()).Add(-time.Hour)}
	if before.to.After(before.from) {
		if t, err := v.total(ctx, before); err != nil || t.all > 0 {
			return 0, err
		}
	}
	for i, n := range counts {
		if n > 0 {
			return i, nil
		}
	}
	return len(periods), nil
}

// Check asks who the key belongs to: it counts nothing.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	p := s.platform(now)
	m, err := askMe(ctx, p)
	if err != nil {
		return "", fmt.Errorf("goatcounter: ask %s whose key this is: %w", s.deps.BaseURL, err)
	}
	if err := m.may(); err != nil {
		return "", fmt.Errorf("goatcounter: check the key of %s: %w", s.deps.BaseURL, err)
	}
	return fmt.Sprintf("%s answers; days follow the zone of the key's owner, %s; the key %s and does not expire; %d of %d calls of this hour left",
		s.deps.BaseURL, m.zone, m.rights(), p.Allowance.Left(), callsAnHour), nil
}
