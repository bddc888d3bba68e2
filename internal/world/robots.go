package world

import (
	"context"
	"math/rand/v2"

	"seuranta/internal/observation"
)

// crawler is a robot that says what it is.
type crawler struct {
	visitor
	daily  float64 // requests on an average day
	polite bool    // reads /robots.txt first
}

// crawlers returns the robots that go through a site, busy times as often as through the main one.
func crawlers(busy float64) []crawler {
	return []crawler{
		{visitor{"203.0.113.66", "Mozilla/5.0 (compatible; Googlebot/2.1; +https://www.example.org/bot.html)"}, 32 * busy, true},
		{visitor{"203.0.113.67", "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +https://www.example.org/bingbot.htm) Chrome/136.0.0.0 Safari/537.36"}, 20 * busy, true},
		{visitor{"203.0.113.68", "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://www.example.org/gptbot)"}, 16 * busy, true},
		{visitor{"2001:db8:b07:1::c1", "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +https://www.example.org/claudebot)"}, 14 * busy, true},
		{visitor{"203.0.113.70", "Mozilla/5.0 (compatible; AhrefsBot/7.0; +https://www.example.org/robot/)"}, 18 * busy, true},
		{visitor{"2001:db8:b07:2::fb", "facebookexternalhit/1.1 (+https://www.example.org/externalhit_uatext.php)"}, 3 * busy, false},
		{visitor{"203.0.113.80", "curl/8.5.0"}, 2 * busy, false},
		{visitor{"203.0.113.81", "python-requests/2.32.3"}, 4 * busy, false},
		{visitor{"203.0.113.82", "Go-http-client/2.0"}, 2 * busy, false},
		{visitor{"203.0.113.83", "-"}, 3 * busy, false},
		{visitor{"203.0.113.84", ""}, 2 * busy, false},
	}
}

// homeRobots returns everything that is no person on the main site.
func homeRobots(ctx context.Context, s *site) []request {
	dice := s.plan.dice("robots on " + s.host)
	out := s.watch(10 * 60)
	for d := s.plan.days().From; d < s.plan.days().To && ctx.Err() == nil; d++ {
		out = append(out, s.crawl(d, 1, dice)...)
		out = append(out, s.readFeeds(d)...)
		out = append(out, s.probe(d, 4, dice)...)
		out = append(out, s.garble(d, dice)...)
		out = append(out, s.disguise(d, dice)...)
	}
	return append(out, s.ramble(s.plan.clock(s.plan.training-60, 11, 11)))
}

// projectRobots returns everything on the project's site that is no person, and the pictures that letters and other sites
// show out of it.
func projectRobots(s *site) []request {
	dice := s.plan.dice("robots on " + s.host)
	out := s.watch(15 * 60)
	for d := s.plan.launch - 3; d <= s.plan.today; d++ {
		out = append(out, s.crawl(d, 0.15, dice)...)
		out = append(out, s.probe(d, 3, dice)...)
		out = append(out, s.embed(d, dice)...)
		out = append(out, s.peek(d, dice)...)
	}
	return out
}

// archiveRobots returns the few robots that still look at the old site.
func archiveRobots(s *site) []request {
	dice := s.plan.dice("robots on " + s.host)
	var out []request
	for d := s.plan.days().From; d < s.plan.days().To; d++ {
		out = append(out, s.crawl(d, 0.08, dice)...)
	}
	return out
}

// watch returns the questions of the monitor that looks every few seconds whether the site is up; the first and the last
// line of the log are its.
func (s *site) watch(every moment) []request {
	who := visitor{"203.0.113.90", "Mozilla/5.0+(compatible; UptimeRobot/2.0; https://valvonta.example/)"}
	var out []request
	for at := s.opened; at <= s.plan.closes; at += every {
		out = append(out, asked(s.host, who, at, "GET", "/", 200))
	}
	return append(out, asked(s.host, who, s.plan.closes, "HEAD", "/", 200))
}

// crawl returns what the crawlers ask for on d.
func (s *site) crawl(d observation.Date, busy float64, dice *rand.Rand) []request {
	var out []request
	for _, c := range crawlers(busy) {
		n := about(c.daily, dice)
		if c.polite && n > 0 {
			out = append(out, asked(s.host, c.visitor, s.plan.anytime(d, dice), "GET", "/robots.txt", 200))
		}
		for range n {
			out = append(out, s.take(c.visitor, s.plan.anytime(d, dice), dice))
		}
	}
	return out
}

// take returns one question of a crawler: mostly for a page, in all the ways that an answer may have.
func (s *site) take(who visitor, at moment, dice *rand.Rand) request {
	switch chance := dice.IntN(20); {
	case chance == 0:
		return asked(s.host, who, at, "GET", "/vanha/sivu.html", 404)
	case chance == 1:
		return asked(s.host, who, at, "GET", "/tapahtumat", 301)
	case chance == 2:
		return asked(s.host, who, at, "GET", "/sitemap_index.xml", 200)
	case chance == 3:
		return asked(s.host, who, at, "HEAD", "/", 200)
	case chance < 6:
		return asked(s.host, who, at, "GET", favourite(s.pages, dice), 304)
	}
	return asked(s.host, who, at, "GET", s.pages[dice.IntN(len(s.pages))], 200)
}

// readFeeds returns the questions of those who read the news as a feed. One has the agent of a mail program, which looks
// like a browser's.
func (s *site) readFeeds(d observation.Date) []request {
	feedly := visitor{"203.0.113.100", "Feedly/1.0 (+https://www.example.org/fetcher.html; 14 subscribers)"}
	mail := visitor{"2001:db8:b07:feed::7", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.4.0"}
	var out []request
	for hour := range 12 {
		at := s.plan.clock(d, 2*hour, 27)
		out = append(out, asked(s.host, feedly, at, "GET", "/feed/", 304))
		if hour > 3 {
			out = append(out, asked(s.host, mail, at+61, "GET", "/ajankohtaista/feed/", 200), asked(s.host, mail, at+62, "GET", "/feed", 301))
		}
	}
	return out
}
