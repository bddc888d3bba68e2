package world

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// site is one website: who came to it, and what its server noted.
type site struct {
	plan    plan
	channel string
	host    string
	pages   []string
	opened  moment // the first line of its log
	life    observation.Life
	lost    span // what of its log was lost
	crowd   *crowd
	dice    *rand.Rand
	visits  []visit
	robots  []request
	log     []request // what was recorded and not lost, in the order of its lines
}

func newSite(p plan, channel, host string, pages []string, c *crowd) *site {
	return &site{plan: p, channel: channel, host: host, pages: pages, opened: p.opens, crowd: c, dice: p.dice("people on " + host)}
}

// homeSite is the centre's main site. When ctx is done it ends early, with a site that nobody may use.
func homeSite(ctx context.Context, p plan) *site {
	s := newSite(p, Home, "www.esimerkki.example", pages(), newCrowd(p, Home, 260, 0x2000))
	s.lost = p.lost
	for d := p.days().From; d < p.days().To && ctx.Err() == nil; d++ {
		s.receive(d, about(usual*p.mood(d), s.dice))
		s.receivePlain(d)
		s.receiveOwls(d)
	}
	s.train(p.training)
	s.robots = homeRobots(ctx, s)
	s.record(ctx)
	return s
}

// projectSite is the small site of a project. People came while there was a campaign; after it there are weeks when nobody
// does, though robots do and pictures of the site are shown elsewhere.
func projectSite(ctx context.Context, p plan) *site {
	s := newSite(p, Project, "hanke.esimerkki.example", projectPages(), newCrowd(p, Project, 0, 0x3000))
	s.life.From = p.launch
	s.opened = max(p.opens, p.clock(p.launch-3, 15, 0)) // set up on the Friday before
	for i, visits := range projectWeeks() {
		for range visits {
			s.receive(p.launch+observation.Date(7*i+[]int{0, 1, 1, 2, 3, 4}[s.dice.IntN(6)]), 1)
		}
	}
	s.robots = projectRobots(s)
	s.record(ctx)
	return s
}

// projectWeeks returns how many visits the project's site has in each week of its life.
func projectWeeks() []int {
	return []int{14, 11, 12, 19, 24, 168, 143, 36, 15, 0, 6, 0, 0, 4, 0, 0, 2, 0, 0, 3}
}

// archiveSite is the centre's old site. It shares the project's server and its log, and it is not followed. Like homeSite it
// ends early when ctx is done.
func archiveSite(ctx context.Context, p plan) *site {
	s := newSite(p, "", "arkisto.esimerkki.example", archivePages(), newCrowd(p, "arkisto", 0, 0x5000))
	for d := p.days().From; d < p.days().To && ctx.Err() == nil; d++ {
		s.receive(d, about(4*p.mood(d), s.dice))
	}
	s.robots = archiveRobots(s)
	s.record(ctx)
	return s
}

// receive lets n visits begin on d.
func (s *site) receive(d observation.Date, n int) {
	for range n {
		who, again := s.crowd.somebody(d)
		v := stroll(who, s.plan.sometime(d, s.dice), length(s.dice), s.pages, s.dice)
		v.again = again
		s.visits = append(s.visits, v)
	}
}

// receivePlain lets somebody come now and then whose browser loads nothing but the page. They read too little to be taken
// for robots.
func (s *site) receivePlain(d observation.Date) {
	if s.dice.IntN(3) > 0 {
		return
	}
	v := stroll(s.crowd.plain(), s.plan.sometime(d, s.dice), 1+s.dice.IntN(3), s.pages, s.dice)
	v.plain = true
	s.visits = append(s.visits, v)
}

// receiveOwls lets people read through the night of d: over midnight from Sunday to Monday, for longer at the end of a
// month, and all night when the clock is changed.
func (s *site) receiveOwls(d observation.Date) {
	night := s.plan.whole(d)
	switch {
	case (d + 1).Month() != d.Month():
		s.readOver(night.to, 30)
	case d.Weekday() == time.Sunday:
		s.readOver(night.to, 6)
	}
	if night.to-night.from != 24*60*60 {
		for i := range moment(6) {
			s.visits = append(s.visits, stroll(s.crowd.stranger(), night.from+i*3600+1500, 2, s.pages, s.dice))
		}
	}
}

// readOver lets somebody read a page a minute, half of n before at and half after it.
func (s *site) readOver(at moment, n int) {
	v := visit{who: s.crowd.stranger(), from: "-"}
	for i := range n {
		page := favourite(s.pages, s.dice)
		v.steps = append(v.steps, step{at: at + 61*moment(i-n/2), method: "GET", target: page, status: 200, read: true})
	}
	s.visits = append(s.visits, v)
}

// train lets the participants of the training day look at its page, on the day and around it.
func (s *site) train(day observation.Date) {
	for range 60 {
		v := stroll(s.crowd.stranger(), s.plan.sometime(day, s.dice), 1, []string{trainingPage}, s.dice)
		s.visits = append(s.visits, v)
	}
}

// noted tells whether the line of something that ended at m is in the log and was not lost.
func (s *site) noted(m moment) bool {
	return s.plan.logged(m) && m >= s.opened && !s.lost.holds(m)
}

// record lets the server write its log.
func (s *site) record(ctx context.Context) {
	asked := s.browse(ctx)
	if ctx.Err() != nil {
		return
	}
	s.log = slices.DeleteFunc(finished(asked, s.robots), func(r request) bool { return !s.noted(r.ended) })
}
