package world

import (
	"math"
	"math/rand/v2"
	"time"

	"seuranta/internal/observation"
)

// usual is how many visits the main site has on an average day before season, weekday and growth have their say. It makes
// about 3 500 views in an average month.
const usual = 48

// mood returns how many visits a day has, 1 being an average one.
func (p plan) mood(d observation.Date) float64 {
	years := float64(d-p.weeks.From) / 365
	mood := weekdays()[d.Weekday()] * months()[d.Month()-1] * (1 + 0.12*years)
	if rest, ok := holiday(d); ok {
		mood *= rest
	}
	if p.campaign.Contains(d) {
		mood *= 2
	}
	return mood
}

// weekdays returns the share of each weekday, Sunday first; they average 1.
func weekdays() [7]float64 { return [7]float64{0.55, 1.25, 1.35, 1.25, 1.2, 0.95, 0.45} }

// months returns the share of each month: nobody reads in July.
func months() [12]float64 {
	return [12]float64{0.95, 1.05, 1.1, 1.05, 1.05, 0.8, 0.42, 0.9, 1.15, 1.15, 1.15, 0.9}
}

// hours returns how likely a visit begins in each hour of the day, 1 being the likeliest.
func hours() [24]float64 {
	return [24]float64{
		0.05, 0.03, 0.02, 0.02, 0.02, 0.04, 0.12, 0.35, 0.75, 1, 1, 0.9,
		0.85, 1, 0.95, 0.75, 0.5, 0.4, 0.4, 0.42, 0.45, 0.38, 0.25, 0.12,
	}
}

// holiday returns which share of an ordinary day's visits a holiday keeps.
func holiday(d observation.Date) (share float64, ok bool) {
	easter := easterSunday(d.Year())
	midsummer := midsummerDay(d.Year())
	switch {
	case d.Month() == time.December && d.UTC().Day() >= 24 && d.UTC().Day() <= 26:
		return 0.12, true
	case d.Month() == time.December && d.UTC().Day() > 26, d == observation.NewDate(d.Year(), time.January, 1):
		return 0.3, true
	case d >= easter-2 && d <= easter+1, d == easter+39:
		return 0.25, true
	case d == midsummer-1, d == midsummer:
		return 0.15, true
	}
	switch d.UTC().Format("01-02") {
	case "01-06", "05-01", "12-06":
		return 0.3, true
	}
	return 1, false
}

// easterSunday returns Easter of the Gregorian year y (the computus of Meeus, Jones and Butcher).
func easterSunday(y int) observation.Date {
	a, b, c := y%19, y/100, y%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return observation.NewDate(y, time.Month(n/31), n%31+1)
}

// midsummerDay returns the Saturday from 20 to 26 June.
func midsummerDay(y int) observation.Date {
	first := observation.NewDate(y, time.June, 20)
	return first + observation.Date((6-int(first.Weekday())+7)%7)
}

// about returns a number of independent happenings when mean are usual (Poisson).
func about(mean float64, dice *rand.Rand) int {
	n, left := 0, math.Exp(-mean)
	for chance := dice.Float64(); chance > left; chance *= dice.Float64() {
		n++
	}
	return n
}

// sometime returns a moment of d as people choose them: at night seldom. The hour that autumn repeats comes twice, the one
// that spring leaves out never.
func (p plan) sometime(d observation.Date, dice *rand.Rand) moment {
	for {
		at := p.anytime(d, dice)
		if dice.Float64() < hours()[at.time(p.zone).Hour()] {
			return at
		}
	}
}

// anytime returns a moment of d as robots choose them.
func (p plan) anytime(d observation.Date, dice *rand.Rand) moment {
	s := p.whole(d)
	return s.from + moment(dice.Int64N(int64(s.to-s.from)))
}
