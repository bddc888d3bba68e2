package world

import (
	"cmp"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Doing is something that happens at one moment beside the websites: exactly one of its fields beside At is set.
type Doing struct {
	At         time.Time
	Poll       bool        // the feeds are looked at
	Looks      []string    // the accounts of these channels are looked at
	Typed      *Typed      // somebody types a number
	Appearance *Appearance // somebody notes an appearance
	Quiet      *Quiet      // somebody notes that there was none
	Import     string      // somebody hands over this file of the world's folder
	Into       string      // the source that they hand it over for, where they say; beside Import
}

// Typed is a number as somebody types it.
type Typed struct {
	Source, Metric, Value string
	On                    observation.Date // of a level: the day on which it was true
	Period                string           // of everything else: what it is about
	Project, Region       string
	Note, By              string
	Sure                  bool // it is far from the one before, and typed all the same
}

// Appearance is an event at which the centre showed its work.
type Appearance struct {
	Title   string
	On      observation.Date
	Kind    string
	Project string // "" is none
}

// Quiet are days without an appearance, as somebody notes on a day after them.
type Quiet struct {
	Days observation.Period
	On   observation.Date
}

// The project of the centre, and the sources that people type into. seuranta.yaml names them so, too.
const (
	Work = "aluetuki"

	signupSource     = "ilmoittautumiset"
	appearanceSource = "esiintymiset"
)

// Doings returns what happens beside the websites until the demo looks, in the order of time.
func (w *World) Doings() []Doing {
	var out []Doing
	for _, at := range w.Polls() {
		out = append(out, Doing{At: at, Poll: true})
	}
	out = append(out, w.mornings()...)
	for _, l := range w.levels {
		out = append(out, l.typed(w.plan)...)
	}
	for _, s := range w.signups {
		out = append(out, s.typed(w.plan)...)
	}
	for _, a := range w.appearances {
		at := w.plan.clock(a.On, 15, 30).time(w.plan.zone)
		out = append(out, Doing{At: at, Appearance: &a})
	}
	for _, q := range w.quiet {
		out = append(out, Doing{At: w.plan.clock(q.On, 10, 15).time(w.plan.zone), Quiet: &q})
	}
	for _, e := range w.sheet.exports {
		out = append(out, Doing{At: e.at.time(w.plan.zone), Import: e.file})
	}
	for _, d := range w.downloads() {
		out = append(out, Doing{At: d.at, Import: d.file})
	}
	for _, d := range w.overviews() {
		out = append(out, Doing{At: d.at, Import: d.file, Into: tikTokSource})
	}
	slices.SortStableFunc(out, func(a, b Doing) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
	return out
}

// working returns the first day from d on that is neither of a weekend nor a holiday.
func working(d observation.Date) observation.Date {
	for {
		_, rest := holiday(d)
		if day := d.Weekday(); !rest && day != time.Saturday && day != time.Sunday {
			return d
		}
		d++
	}
}

// begun tells whether a moment lies between the first week and the moment at which the demo looks.
func (p plan) begun(m moment) bool {
	return p.whole(p.weeks.From).from <= m && m < p.clock(p.today, 6, 0)
}

// starts returns the first days of the periods of a grain that begin in the weeks, or today.
func (p plan) starts(g observation.Grain) []observation.Date {
	var out []observation.Date
	for d := g.Holding(p.weeks.From).From; d <= p.today; d = g.Holding(d).To {
		if d >= p.weeks.From {
			out = append(out, d)
		}
	}
	return out
}

// reading is a number that somebody typed for a day.
type reading struct {
	on       observation.Date
	at       moment // when it was typed
	value    int
	corrects bool
}

// level is a number that somebody reads off a screen on the first working day of every month or quarter.
type level struct {
	channel, metric, source string
	remind                  observation.Grain
	readings                []reading // in the order in which they were typed
}

// levelsOf returns the levels of the channels that no platform tells. The subscribers are once typed with a zero too many
// and corrected some days later; the followers of LinkedIn are forgotten in one month.
func levelsOf(p plan) []level {
	all := []level{
		{channel: "uutiskirje", metric: "subscribers", source: "uutiskirje-kasin", remind: observation.Month},
		{channel: "linkedin", metric: "followers", source: "linkedin-kasin", remind: observation.Month},
		{channel: "sahkopostilistat", metric: "members", source: "sahkopostilistat-kasin", remind: observation.Quarter},
	}
	begins := []int{428, 31, 139}
	steps := []int{4, 1, 3} // from one time to the next, more or less
	for i := range all {
		all[i].read(p, begins[i], steps[i])
	}
	return all
}

func (l *level) read(p plan, value, step int) {
	dice := p.dice("level of " + l.channel)
	forgotten, mistyped := observation.Month.Start(p.today-63), observation.Month.Start(p.today-49)
	for _, due := range p.starts(l.remind) {
		value += step + dice.IntN(3) - 1
		day := working(due)
		at := p.clock(day, 9, 5+dice.IntN(50))
		if !p.begun(at) || l.channel == "linkedin" && due == forgotten {
			continue
		}
		first := reading{on: day, at: at, value: value}
		if l.channel == "uutiskirje" && due == mistyped {
			first.value *= 10
			l.readings = append(l.readings, first)
			first = reading{on: day, at: p.clock(working(day+3), 10, 20), value: value, corrects: true}
		}
		l.readings = append(l.readings, first)
	}
}

// typed returns the readings as they are typed.
func (l *level) typed(p plan) []Doing {
	var out []Doing
	for _, r := range l.readings {
		t := Typed{Source: l.source, Metric: l.metric, Value: written(r.value), On: r.on, Sure: true}
		if r.corrects {
			t.By, t.Note = "viestinta", "korjattu: kirjatussa luvussa oli yksi nolla liikaa"
		}
		out = append(out, Doing{At: r.at.time(p.zone), Typed: &t})
	}
	return out
}

// signup is how many signed up in a month, in a region or, without one, in all of the country.
type signup struct {
	month  observation.Period
	region string
	at     moment
	value  int
}

// The regions that sign-ups are typed for beside the whole country; the second lies in the first.
func signupRegions() []string { return []string{"vali-suomi", "keski-suomi"} }

// signupsOf returns the sign-ups to the trainings of the project, typed early in the month after; one month was forgotten, and
// in July there are no trainings.
func signupsOf(p plan) []signup {
	var out []signup
	dice := p.dice("sign-ups")
	forgotten := observation.Month.Start(p.today - 105)
	for d := p.work; d < p.today; d = observation.Month.Holding(d).To {
		month := observation.Month.Holding(d)
		whole := 18 + dice.IntN(25)
		if d.Month() == time.July {
			whole = 0
		}
		middle := whole * (5 + dice.IntN(3)) / 10
		parts := map[string]int{"": whole, "vali-suomi": middle, "keski-suomi": middle * (4 + dice.IntN(4)) / 10}
		day := working(month.To + 2)
		for i, region := range append([]string{""}, signupRegions()...) {
			at := p.clock(day, 13, 10+i)
			if p.begun(at) && d != forgotten {
				out = append(out, signup{month, region, at, parts[region]})
			}
		}
	}
	return out
}

// typed returns the sign-ups as they are typed.
func (s signup) typed(p plan) []Doing {
	return []Doing{{At: s.at.time(p.zone), Typed: &Typed{Source: signupSource, Metric: "signups", Value: written(s.value), Period: s.month.Label(), Project: Work, Region: s.region,
		By: "hankekoordinaattori", Sure: true}}}
}

// appearancesOf returns when the centre showed its work, every few weeks while the project runs.
func appearancesOf(p plan) []Appearance {
	var out []Appearance
	dice := p.dice("appearances")
	titles := []Appearance{
		{Title: "Esittely kuntapäivillä", Kind: "appearance", Project: Work},
		{Title: "Koulutuspäivä hyvinvointialueen ammattilaisille", Kind: "training", Project: Work},
		{Title: "Puheenvuoro verkoston kokouksessa", Kind: "network"},
		{Title: "Ständi syysmessuilla", Kind: "appearance", Project: Work},
	}
	for d := p.work + 10; d < p.today; d += observation.Date(16 + dice.IntN(18)) {
		a := titles[len(out)%len(titles)]
		a.On = working(d)
		if p.weeks.From <= a.On && a.On < p.today {
			out = append(out, a)
		}
	}
	return out
}

// noted tells until when what was noted of appearances for a day holds: the first day of the next month.
func noted(d observation.Date) observation.Date { return observation.Month.Holding(d).To }

// quietOf returns the days that somebody notes as days without an appearance. When the notes are due and nothing was to be noted
// since, that is done a day or a few later, but every second time it is forgotten.
func quietOf(p plan, appearances []Appearance) []Quiet {
	var out []Quiet
	remembered := true
	for i, a := range appearances {
		next, late := p.today, working(noted(a.On)+1)
		if i+1 < len(appearances) {
			next = appearances[i+1].On
		}
		if next <= late {
			continue
		}
		if remembered {
			out = append(out, Quiet{Days: observation.Period{From: a.On + 1, To: late}, On: late})
		}
		remembered = !remembered
	}
	return out
}
