package world

import (
	"math/rand/v2"
	"strings"

	"seuranta/internal/observation"
)

// The robots below have the agents of browsers. They come in the small hours, so that whatever gives one away was noted on
// every day of which a page of it was noted: the disk was lost in an afternoon and came back in a morning.

// disguise returns what the robots on d do that can only be told by what they do.
func (s *site) disguise(d observation.Date, dice *rand.Rand) []request {
	var out []request
	if d%2 == 0 {
		out = append(out, s.sneak(d, dice)...)
	}
	if d%11 == 3 {
		out = append(out, s.scrape(d)...)
	}
	if d%5 == 1 {
		out = append(out, s.skim(d, dice)...)
	}
	return out
}

// sneak returns the errand of a robot that gives itself away by reading /robots.txt, though not at first.
func (s *site) sneak(d observation.Date, dice *rand.Rand) []request {
	who := visitor{"2001:db8:b07:3::5", browsers()[1]}
	at := s.plan.clock(d, 2, 10)
	var out []request
	for i := range moment(8) {
		out = append(out, asked(s.host, who, at+40*i, "GET", favourite(s.pages, dice), 200))
		out = append(out, asked(s.host, who, at+40*i+1, "GET", picture(int(i)), 200))
	}
	return append(out, asked(s.host, who, at+350, "GET", "/robots.txt", 200))
}

// scrape returns the errand of a robot that takes 120 pages within half of one minute, with their pictures, and some more
// later in the night.
func (s *site) scrape(d observation.Date) []request {
	who := visitor{"203.0.113.120", browsers()[0]}
	at := s.plan.clock(d, 1, 20) + 10
	var out []request
	for i := range 120 {
		out = append(out, asked(s.host, who, at+moment(i/4), "GET", s.pages[i%len(s.pages)], 200))
		out = append(out, asked(s.host, who, at+moment(i/4), "GET", picture(i), 200))
	}
	for i := range 5 {
		out = append(out, asked(s.host, who, at+7000+moment(600*i), "GET", s.pages[i], 200))
	}
	return out
}

// skim returns the errand of a robot that reads page after page at leisure and never looks at an asset.
func (s *site) skim(d observation.Date, dice *rand.Rand) []request {
	who := visitor{"203.0.113.140", browsers()[5]}
	at := s.plan.clock(d, 0, 30)
	var out []request
	for range 12 + dice.IntN(10) {
		at += 90 + moment(dice.IntN(300))
		out = append(out, asked(s.host, who, at, "GET", favourite(s.pages, dice), 200))
	}
	return out
}

// probe returns n attempts to break in, as every site has them. None reads a page.
func (s *site) probe(d observation.Date, n int, dice *rand.Rand) []request {
	var out []request
	for range about(float64(n), dice) {
		who := visitor{robotAddress(dice), browsers()[dice.IntN(len(browsers()))]}
		at := s.plan.anytime(d, dice)
		for i, target := range []string{"/wp-login.php", "/xmlrpc.php", "/wp-json/wp/v2/users", "/.env", "/wp-admin/", "/?author=1", "/.well-known/security.txt", "/wp-cron.php?doing_wp_cron"} {
			out = append(out, asked(s.host, who, at+moment(i), "GET", target, []int{200, 405, 401, 404, 302, 301, 404, 200}[i]))
		}
		out = append(out, asked(s.host, who, at+8, "POST", "/wp-login.php", 200), asked(s.host, who, at+9, "POST", "//xmlrpc.php", 403))
	}
	return out
}

// robotAddress returns one of the addresses that only robots have.
func robotAddress(dice *rand.Rand) string { return addressV6(0xb07, 0x660000+dice.Uint64N(999), 1) }

// garble returns what is hardly a question at all: the beginning of an encrypted greeting, nothing, a quote in an agent.
func (s *site) garble(d observation.Date, dice *rand.Rand) []request {
	from := func(agent string) visitor { return visitor{robotAddress(dice), agent} }
	raw := func(who visitor, line string, status int) request {
		r := asked(s.host, who, s.plan.anytime(d, dice), "", "", status)
		r.line = line
		return r
	}
	return []request{
		raw(from("-"), "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x9a\"\\", 400),
		raw(from("-"), "", 400),
		raw(from("-"), "-", 408),
		raw(from("-"), "PRI * HTTP/2.0", 400),
		raw(from("() { :; }; echo \"vika\" \\o/"), "GET /cgi-bin/status HTTP/1.1", 404),
		raw(from("-"), "GET /", 200),
	}
}

// ramble returns one question so long that nobody should keep it: more than 64 KiB.
func (s *site) ramble(at moment) request {
	who := visitor{"203.0.113.200", "-"}
	return asked(s.host, who, at, "GET", "/haku/?q="+strings.Repeat("A", 70_000), 414)
}

// embed returns the pictures of the site that a newsletter shows in its readers' mail programs: nobody reads a page.
func (s *site) embed(d observation.Date, dice *rand.Rand) []request {
	var out []request
	for range about(5, dice) {
		r := asked(s.host, s.crowd.stranger(), s.plan.sometime(d, dice), "GET", picture(0), 200)
		r.referer = "https://uutiskirje.example.org/"
		out = append(out, r)
	}
	return out
}

// peek returns the question of a robot that reads /robots.txt and the first page, as a browser would. Apache notes when an
// answer began, in the order in which answers ended: the page took its time, and its line stands after younger ones.
func (s *site) peek(d observation.Date, dice *rand.Rand) []request {
	who := visitor{"203.0.113.150", browsers()[2]}
	at := s.plan.clock(d, 3, 40) + moment(dice.IntN(600))
	page := asked(s.host, who, at, "GET", "/", 200)
	page.ended += 5
	return []request{page, asked(s.host, who, at+2, "GET", "/robots.txt", 200)}
}
