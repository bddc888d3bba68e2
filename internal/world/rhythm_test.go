package world

import (
	"math"
	"testing"

	"seuranta/internal/observation"
)

func TestHolidays(t *testing.T) {
	quiet := []string{
		"2025-12-24", "2025-12-25", "2025-12-26", "2025-12-31", "2026-01-01", "2026-01-06", "2026-05-01", "2026-12-06",
		"2026-04-03", "2026-04-05", "2026-04-06", "2026-05-14", // Easter and Ascension Day
		"2024-03-31", "2027-03-28", "2038-04-25", "2000-04-23",
		"2026-06-19", "2026-06-20", "2027-06-25", "2027-06-26", "2021-06-26", // midsummer
	}
	for _, d := range quiet {
		if share, ok := holiday(day(d)); !ok || share > 0.3 {
			t.Errorf("%s keeps %v of its visits", d, share)
		}
	}
	for _, d := range []string{"2025-12-23", "2026-04-02", "2026-04-07", "2026-06-21", "2026-06-18", "2026-11-23", "2027-01-02"} {
		if share, ok := holiday(day(d)); ok || share != 1 {
			t.Errorf("%s is no holiday and keeps %v", d, share)
		}
	}
}

func TestRhythmKeepsItsMeasure(t *testing.T) {
	sum := 0.0
	for _, share := range weekdays() {
		sum += share / 7
	}
	if math.Abs(sum-1) > 0.001 {
		t.Errorf("the weekdays average %v", sum)
	}
	sum = 0
	dice := standard().plan.dice("test")
	for range 2000 {
		sum += float64(about(50, dice))
	}
	if math.Abs(sum/2000-50) > 1 {
		t.Errorf("about 50 averages %v", sum/2000)
	}
}

// weekOf returns the value of a channel's week.
func weekOf(t *testing.T, channel, metric string, from observation.Date) float64 {
	t.Helper()
	for _, f := range standardTruth() {
		if f.Target == channel && f.Metric == metric && f.Grain == observation.Week && f.From == from && f.Value != nil {
			return *f.Value
		}
	}
	t.Fatalf("no %s of %s in the week of %s", metric, channel, from)
	return 0
}

func TestTheYearHasItsShape(t *testing.T) {
	w := standard()
	views := func(d observation.Date) float64 { return weekOf(t, Home, "views", observation.Week.Start(d)) }
	autumn := (views(day("2026-10-19")) + views(day("2026-10-26")) + views(day("2026-11-02"))) / 3
	for name, share := range map[string][2]float64{
		"2026-07-13": {0.25, 0.55}, // July
		"2025-12-22": {0.2, 0.5},   // Christmas
		"2026-08-10": {1.3, 2.2},   // the campaign, in a quieter month
		"2026-10-26": {0.8, 1.2},
	} {
		if got := views(day(name)) / autumn; got < share[0] || got > share[1] {
			t.Errorf("the week of %s has %.2f of an autumn week", name, got)
		}
	}
	campaign, usual := views(w.plan.campaign.From)+views(w.plan.campaign.From+7), views(w.plan.campaign.From-7)+views(w.plan.campaign.To)
	if ratio := campaign / usual; ratio < 1.6 || ratio > 2.4 {
		t.Errorf("the campaign brought %.2f times the usual", ratio)
	}
	before, after := views(day("2025-11-17")), views(day("2026-11-16"))
	if after < before*1.0 || after > before*1.35 {
		t.Errorf("a year brought the week from %v to %v", before, after)
	}
}

func TestAMonthHasAboutThreeAndAHalfThousandViews(t *testing.T) {
	sum, days := 0.0, 0
	for _, f := range standardTruth() {
		if f.Target == Home && f.Metric == "views" && f.Grain == observation.Day && f.Measured == 1 {
			sum += *f.Value
			days++
		}
	}
	if month := sum / float64(days) * 365 / 12; month < 3200 || month > 3900 {
		t.Errorf("a month has %.0f views", month)
	}
}

func TestTheTrainingDayStandsOut(t *testing.T) {
	w := standard()
	values := map[observation.Date]float64{}
	for _, f := range standardTruth() {
		if f.Target == Home && f.Metric == "visitors" && f.Grain == observation.Day && f.Value != nil {
			values[f.From] = *f.Value
		}
	}
	if d := w.plan.training; values[d] < values[d-7]+30 || values[d] < values[d+7]+30 {
		t.Errorf("the training day has %v visitors, the Thursdays around it %v and %v", values[d], values[d-7], values[d+7])
	}
}

// The night when clocks go back has 25 hours, the one when they go forward 23.
func TestDaysHaveTheirLength(t *testing.T) {
	p := standard().plan
	for d, hours := range map[string]moment{"2026-10-25": 25, "2026-03-29": 23, "2026-03-30": 24} {
		if s := p.whole(day(d)); s.to-s.from != hours*3600 {
			t.Errorf("%s lasts %d seconds", d, s.to-s.from)
		}
	}
	dice := p.dice("test")
	for range 300 {
		if at := p.sometime(day("2026-10-25"), dice); at.day(p.zone) != day("2026-10-25") {
			t.Fatalf("a moment of the day is %s", at.time(p.zone))
		}
	}
}
