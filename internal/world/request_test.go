package world

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
)

func lineOf(l *serverLog, r request) string {
	return strings.TrimSuffix(string(l.line(nil, r, helsinki())), "\n")
}

func TestLinesAreThoseOfTheServers(t *testing.T) {
	r := request{
		host: "hanke.esimerkki.example", from: visitor{"2001:db8::7", `a "quoted\ ä`}, at: 1792888200, ended: 1792888201,
		line: "GET /p?q=1 HTTP/1.1", status: 200, size: 1000, referer: "-",
	}
	garbage := r
	garbage.line, garbage.status, garbage.size, garbage.at = "\x16\x03\x01\xfc", 400, 162, r.at+3600
	nginx, apache := standard().logs[0], standard().logs[1]
	for got, want := range map[string]string{
		lineOf(nginx, r):        `2001:db8::7 - - [25/Oct/2026:03:30:00 +0300] "GET /p?q=1 HTTP/1.1" 200 1000 "-" "a \x22quoted\x5C \xC3\xA4"`,
		lineOf(nginx, garbage):  `2001:db8::7 - - [25/Oct/2026:03:30:00 +0200] "\x16\x03\x01\xFC" 400 162 "-" "a \x22quoted\x5C \xC3\xA4"`,
		lineOf(apache, r):       `hanke.esimerkki.example:443 2001:db8::7 - - [25/Oct/2026:03:30:00 +0300] "GET /p?q=1 HTTP/1.1" 200 1318 "-" "a \"quoted\\ \xc3\xa4"`,
		lineOf(apache, garbage): `hanke.esimerkki.example:443 2001:db8::7 - - [25/Oct/2026:03:30:00 +0200] "\x16\x03\x01\xfc" 400 480 "-" "a \"quoted\\ \xc3\xa4"`,
	} {
		if got != want {
			t.Errorf("\ngot  %s\nwant %s", got, want)
		}
	}
}

// Every kind of line is in the form of its server, and one is so long that nobody should keep it.
func TestEveryLineIsInTheFormOfItsServer(t *testing.T) {
	const quoted = `"((?:[^"\\]|\\.)*)"`
	form := `[0-9a-f.:]+ - - \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d \+0[23]00\] ` + quoted + ` \d{3} \d+ ` + quoted + ` ` + quoted + `$`
	forms := []*regexp.Regexp{regexp.MustCompile("^" + form), regexp.MustCompile(`^[a-z.]+:443 ` + form)}
	for i, l := range standard().logs {
		long := 0
		for k, r := range l.requests {
			if len(r.line) > 64<<10 {
				long++
			} else if odd := r.status == 400 || r.status == 408; odd || k%197 == 0 {
				if text := lineOf(l, r); !forms[i].MatchString(text) {
					t.Errorf("%s: %s", l.name, text)
				}
			}
		}
		if long != 1-i {
			t.Errorf("%s has %d lines of more than 64 KiB", l.name, long)
		}
	}
}

// What a server sees in a year is all there: a collector that has seen these has seen most.
func TestTheLogsHoldWhatServersSee(t *testing.T) {
	type kind struct {
		agent, method string
		words, status int
		bytes         bool
	}
	var text strings.Builder
	seen := map[kind]bool{}
	for _, l := range standard().logs {
		for _, r := range l.requests {
			method, rest, _ := strings.Cut(r.line, " ")
			k := kind{r.from.agent, method, strings.Count(rest, " "), r.status, strings.Contains(rest, "%C3%A4")}
			if !seen[k] || method == "POST" {
				seen[k] = true
				text.WriteString(lineOf(l, r) + "\n")
			}
		}
	}
	for _, want := range []string{
		"Googlebot/2.1", "bingbot/2.0", "GPTBot/", "ClaudeBot/", "AhrefsBot/", "curl/", "python-requests/", "UptimeRobot/", "Feedly/", "CUBOT P80",
		`"-" "-"`, `"-" ""`, "POST /wp-login.php", "POST //xmlrpc.php", " 404 ", " 301 ", " 302 ", " 304 0 ", " 502 ", "\\x16\\x03\\x01",
		"PRI * HTTP/2.0", `"GET /" 200`, `"" 400`, `"-" 408`, "%C3%A4",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no line with %q", want)
		}
	}
}

func TestRequestsStandInTheOrderInWhichTheyEnded(t *testing.T) {
	a := []request{{at: 5, ended: 9, line: "slow"}, {at: 7, ended: 7, line: "first of two"}}
	b := []request{{at: 7, ended: 7, line: "second of two"}, {at: 1, ended: 1, line: "early"}}
	var got []string
	for _, r := range finished(a, b) {
		got = append(got, r.line)
	}
	if strings.Join(got, ", ") != "early, first of two, second of two, slow" {
		t.Errorf("the order is %v", got)
	}
	backwards := 0
	requests := standard().logs[1].requests
	for i := 1; i < len(requests); i++ {
		if requests[i].at < requests[i-1].at {
			backwards++
		}
	}
	if backwards == 0 {
		t.Error("no line of Apache stands after a younger one")
	}
}

var hostForm = regexp.MustCompile(`(?:https?://|^)([a-z0-9.-]+\.[a-z]+)`)

// No line may point at anybody: every address is of the ranges for documentation, every host of the names for examples.
func TestNobodyRealIsInTheWorld(t *testing.T) {
	w := standard()
	ranges := []netip.Prefix{
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8::/32"),
	}
	checked := map[string]bool{}
	for _, l := range w.logs {
		for _, r := range l.requests {
			for _, text := range []string{r.host, r.referer, r.from.agent} {
				if !checked[text] {
					checked[text] = true
					wantExampleHosts(t, text)
				}
			}
			if !checked[r.from.address] {
				checked[r.from.address] = true
				wantWithin(t, r.from.address, ranges)
			}
		}
	}
	wantExampleHosts(t, string(w.config("")))
}

func wantExampleHosts(t *testing.T, text string) {
	t.Helper()
	for _, m := range hostForm.FindAllStringSubmatch(text, -1) {
		if !strings.HasSuffix(m[1], ".example") && !strings.HasSuffix(m[1], "example.org") {
			t.Errorf("%q names %s", text, m[1])
		}
	}
}

func wantWithin(t *testing.T, address string, ranges []netip.Prefix) {
	t.Helper()
	a, err := netip.ParseAddr(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range ranges {
		if r.Contains(a) {
			return
		}
	}
	t.Errorf("%s is not an address for documentation", address)
}

// A robot in disguise must not be taken for a person who shares its address and its agent.
func TestNoRobotIsAPerson(t *testing.T) {
	for _, s := range standard().sites {
		people := map[visitor]bool{}
		for _, v := range s.visits {
			people[v.who] = true
		}
		for _, r := range s.robots {
			if people[r.from] && !strings.HasPrefix(r.line, "GET "+picture(0)) {
				t.Errorf("%s: %v is a person and %s", s.channel, r.from, r.line)
			}
		}
	}
}

// People give no reason to be taken for robots, not even in the part of a day that was not lost.
func TestPeopleNeverLookLikeRobots(t *testing.T) {
	s := standard().sites[1]
	assets := map[visitorDay]bool{}
	for _, r := range s.log {
		if strings.Contains(r.line, "/wp-content/") {
			assets[visitorDay{r.from, r.at.day(s.plan.zone)}] = true
		}
	}
	pages := map[visitorDay]int{}
	minutes := map[visitor]map[moment]int{}
	for _, v := range s.visits {
		minutes[v.who] = map[moment]int{}
		for _, st := range v.steps {
			if st.read && s.noted(st.at) {
				pages[visitorDay{v.who, st.at.day(s.plan.zone)}]++
				minutes[v.who][st.at/60]++
			}
		}
	}
	for k, n := range pages {
		if n >= 10 && !assets[k] {
			t.Errorf("%v read %d pages and took no asset", k, n)
		}
	}
	for who, m := range minutes {
		for at, n := range m {
			if n > 20 {
				t.Errorf("%v read %d pages in minute %d", who, n, at)
			}
		}
	}
}
