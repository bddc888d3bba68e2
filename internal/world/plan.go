package world

import (
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
	_ "time/tzdata" // the world is the same on a machine that has no zones

	"seuranta/internal/observation"
)

// moment is a second since 1970: logs know nothing finer.
type moment int64

func (m moment) time(zone *time.Location) time.Time { return time.Unix(int64(m), 0).In(zone) }

// day returns the civil day of m in zone.
func (m moment) day(zone *time.Location) observation.Date { return observation.DateOf(m.time(zone)) }

// span is a half-open stretch of time.
type span struct{ from, to moment }

func (s span) holds(m moment) bool { return s.from <= m && m < s.to }

// plan says when what happens. All of it hangs on the last day; what would lie before the first week does not happen.
type plan struct {
	zone     *time.Location
	seed     uint64
	today    observation.Date
	weeks    observation.Period // the closed weeks
	opens    moment             // the first second of the logs, hours before the first week
	closes   moment             // the last second of the logs, a little before the demo looks
	heir     observation.Date   // the centre takes over from the old one
	work     observation.Date   // the project begins
	launch   observation.Date   // the project's site opens
	campaign observation.Period // twice as many people come
	training observation.Date   // a training day brings its participants
	watch    observation.Date   // the feeds are looked at from this morning on
	storm    observation.Date   // a newspaper publishes more in a day than its feed holds
	silent   observation.Date   // a newspaper gives up its feed
	lost     span               // what the disk of the main server took with it
}

func newPlan(o Options) plan {
	if o.Weeks == 0 {
		o.Weeks = DefaultWeeks
	}
	monday := observation.Week.Start(o.End)
	before := func(weeks int) observation.Date { return monday - observation.Date(7*weeks) }
	p := plan{zone: helsinki(), seed: o.Seed, today: o.End}
	p.weeks = observation.Period{From: before(o.Weeks), To: monday}
	p.opens = p.clock(p.weeks.From-1, 17, 20)
	p.closes = p.clock(o.End, 5, 48)
	p.heir = before(25)
	p.work = observation.Month.Start(before(44))
	p.launch = before(20)
	p.campaign = observation.Period{From: before(15), To: before(13)}
	p.training = before(5) + 3
	p.watch = max(before(8), p.weeks.From)
	p.storm = before(6) + 1
	p.silent = before(2) + 2
	// From the Tuesday of one week over a whole one to the Thursday of a third.
	p.lost = span{p.clock(before(10)+1, 14, 0), p.clock(before(8)+3, 9, 0)}
	return p
}

// helsinki returns the zone of the centre; it is built in, so it is always there.
var helsinki = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		panic("world: " + err.Error())
	}
	return zone
})

// clock returns the moment at which the clock on the wall shows hour:minute on d.
func (p plan) clock(d observation.Date, hour, minute int) moment {
	t := d.UTC()
	return moment(time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, p.zone).Unix())
}

// whole returns the stretch that d lasts: 23, 24 or 25 hours.
func (p plan) whole(d observation.Date) span {
	return span{moment(d.Start(p.zone).Unix()), moment(d.End(p.zone).Unix())}
}

// days returns every day that the logs touch, also those before the first week and today.
func (p plan) days() observation.Period {
	return observation.Period{From: p.weeks.From - 1, To: p.today + 1}
}

// logged tells whether a server was writing its log at m at all.
func (p plan) logged(m moment) bool { return p.opens <= m && m <= p.closes }

// dice returns the chance of one matter. Each has its own, so that a change in one leaves the others as they are.
func (p plan) dice(matter string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(matter))
	return rand.New(rand.NewPCG(p.seed, h.Sum64()))
}
