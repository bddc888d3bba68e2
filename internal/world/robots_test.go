package world

import (
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// trial returns a site on which robots can be tried.
func trial() *site {
	return newSite(standard().plan, "test", "www.esimerkki.example", pages(), newCrowd(standard().plan, "test", 0, 0x7000))
}

// isPage tells whether r is the question for a page, with code of the recount.
func isPage(r request) bool {
	words := strings.Split(r.line, " ")
	if len(words) != 3 || words[0] != "GET" || r.status != 200 && r.status != 304 {
		return false
	}
	path, _, _ := strings.Cut(words[1], "?")
	return kindOf(path) == "page"
}

// Each robot in disguise gives itself away in its own way, and in no other.
func TestDisguisedRobotsGiveThemselvesAway(t *testing.T) {
	s, d := trial(), day("2026-11-16")
	for name, c := range map[string]struct {
		errand           []request
		robots, busy, no bool // reads /robots.txt, is too busy, takes no asset
	}{
		"sneak":  {s.sneak(d, s.dice), true, false, false},
		"scrape": {s.scrape(d), false, true, false},
		"skim":   {s.skim(d, s.dice), false, false, true},
	} {
		robots, assets, pages := false, 0, 0
		minutes := map[moment]int{}
		for _, r := range c.errand {
			robots = robots || strings.HasPrefix(r.line, "GET /robots.txt ")
			if strings.Contains(r.line, "/wp-content/") {
				assets++
			}
			if isPage(r) {
				pages++
				minutes[r.at/60]++
			}
			if r.at.day(s.plan.zone) != d || r.at > s.plan.clock(d, 5, 0) {
				t.Errorf("%s comes at %s", name, r.at.time(s.plan.zone))
			}
			if isRobot(r.from.agent) || r.from != c.errand[0].from {
				t.Errorf("%s calls itself %s", name, r.from.agent)
			}
		}
		busiest := 0
		for _, n := range minutes {
			busiest = max(busiest, n)
		}
		if robots != c.robots || (busiest > 60) != c.busy || (pages >= 10 && assets == 0) != c.no || pages < 8 {
			t.Errorf("%s: robots.txt %v, %d pages a minute, %d pages, %d assets", name, robots, busiest, pages, assets)
		}
	}
}

// Who tries to break in, reads a feed or sends garbage never asks for a page and gets it, though its agent is a browser's.
func TestNobodyElseReadsPages(t *testing.T) {
	s, d := trial(), day("2026-11-16")
	for name, errand := range map[string][]request{
		"probe": s.probe(d, 20, s.dice), "feeds": s.readFeeds(d), "garbage": s.garble(d, s.dice),
		"ramble": {s.ramble(s.plan.clock(d, 1, 1))}, "embed": s.embed(d, s.dice),
	} {
		if len(errand) == 0 {
			t.Errorf("%s does nothing", name)
		}
		for _, r := range errand {
			if isPage(r) {
				t.Errorf("%s reads a page: %s", name, r.line)
			}
		}
	}
}

func TestCrawlersSayWhatTheyAre(t *testing.T) {
	s := trial()
	for _, c := range crawlers(1) {
		if !isRobot(c.agent) {
			t.Errorf("%q is no robot's agent", c.agent)
		}
	}
	for _, agent := range browsers() {
		if isRobot(agent) {
			t.Errorf("%q is a robot's agent", agent)
		}
	}
	robots := 0
	for d := range observation.Date(30) {
		for _, r := range s.crawl(day("2026-11-01")+d, 1, s.dice) {
			if strings.HasPrefix(r.line, "GET /robots.txt") {
				robots++
			}
		}
	}
	if robots < 100 {
		t.Errorf("in a month /robots.txt was read %d times", robots)
	}
}

// The monitor keeps the log from ever falling silent, and it writes its first and last line.
func TestTheMonitorNeverSleeps(t *testing.T) {
	s := trial()
	lines := s.watch(600)
	for i := 1; i < len(lines); i++ {
		if gap := lines[i].at - lines[i-1].at; gap > 600 || gap < 0 {
			t.Fatalf("after %d seconds", gap)
		}
	}
	if lines[0].at != s.plan.opens || lines[len(lines)-1].at != s.plan.closes {
		t.Errorf("it watches from %d to %d", lines[0].at, lines[len(lines)-1].at)
	}
}

// The project's site has weeks without a reader: robots and pictures in letters only.
func TestTheProjectHasWeeksWithoutReaders(t *testing.T) {
	s := standard().sites[0]
	quiet := observation.Period{From: day("2026-11-02"), To: day("2026-11-09")}
	pictures, robots := 0, 0
	for _, r := range s.log {
		switch d := r.at.day(s.plan.zone); {
		case !quiet.Contains(d):
		case strings.Contains(r.line, "/wp-content/"):
			pictures++
		default:
			robots++
		}
	}
	if pictures < 10 || robots < 300 {
		t.Errorf("in a week without readers there were %d pictures and %d robots", pictures, robots)
	}
	if first := s.log[0].at; first >= s.plan.whole(s.plan.launch).from || s.log[0].host != "hanke.esimerkki.example" {
		t.Errorf("the log of the site begins at %s", first.time(s.plan.zone))
	}
}
