package accesslog

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// corpus describes a made-up log: visitors come, look at some pages with their images and styles, and go; bots and
// break-in attempts come between. The same description gives the same bytes.
type corpus struct {
	Lines    int
	Seed     uint64
	From     time.Time     // of the first line
	Span     time.Duration // to the last line
	Visitors float64       // new visitors for each line
	Bots     float64       // the share of visitors that are bots by their agent
	Probes   float64       // the share of lines that are attempts to break in, or broken requests
	Common   bool          // lines without referer and agent
	Vhost    string        // written before each line, with its port
}

// caller is somebody who is on the site at present.
type caller struct {
	address, agent string
	referer        string
	bot            bool
	assets         int // still to be fetched for the page on the screen
}

// present is how many are on the site at a time.
const present = 400

// write writes the log.
func (c corpus) write(w io.Writer) error {
	r := rand.New(rand.NewPCG(c.Seed, 1))
	out := bufio.NewWriterSize(w, 1<<20)
	callers := make([]caller, present)
	for i := range callers {
		callers[i] = c.arrive(r)
	}
	for i := range c.Lines {
		at := c.From.Add(time.Duration(float64(c.Span) * float64(i) / float64(max(1, c.Lines-1))))
		who := &callers[r.IntN(present)]
		if r.Float64() < c.Visitors {
			*who = c.arrive(r)
		}
		request, status, size := who.step(r)
		referer := who.referer
		if r.Float64() < c.Probes {
			request, status, size = pick(r, probes()), 404, 153
			referer = "-"
		}
		if c.Vhost != "" {
			fmt.Fprint(out, c.Vhost, " ")
		}
		fmt.Fprintf(out, `%s - - [%s] "%s" %d %d`, who.address, at.Format(stampForm), request, status, size)
		if !c.Common {
			fmt.Fprintf(out, ` "%s" "%s"`, referer, who.agent)
		}
		fmt.Fprintln(out)
	}
	return out.Flush()
}

// arrive makes somebody new.
func (c corpus) arrive(r *rand.Rand) caller {
	who := caller{referer: pick(r, []string{"-", "-", "https://www.google.com/", "https://www.facebook.com/"})}
	who.address = fmt.Sprintf("198.%d.%d.%d", 18+r.IntN(2), r.IntN(256), r.IntN(256)) // set aside for benchmarks
	if r.IntN(2) == 0 {
		who.address = fmt.Sprintf("2001:db8:%x:%x::%x", r.IntN(1<<16), r.IntN(1<<16), 1+r.IntN(1<<16))
	}
	if who.bot = r.Float64() < c.Bots; who.bot {
		who.agent = pick(r, append(botAgents(), browser(r))) // some dress up
	} else {
		who.agent = browser(r)
	}
	return who
}

// step is the next request of somebody.
func (who *caller) step(r *rand.Rand) (request string, status, size int) {
	const site = "https://www.example.fi"
	if who.assets > 0 {
		who.assets--
		return fmt.Sprintf("GET %s HTTP/2.0", pick(r, assetPaths())), pick(r, []int{200, 200, 200, 304}), 800 + r.IntN(90000)
	}
	path := fmt.Sprintf("/%s/%s-%d/", pick(r, []string{"ajankohtaista", "hankkeet", "blogi", "tapahtumat", "sv/aktuellt"}), pick(r, []string{"uutinen", "hanke", "kirjoitus", "koulutus", "p%C3%A4iv%C3%A4"}), r.IntN(400))
	switch {
	case r.IntN(10) == 0:
		path = "/"
	case r.IntN(30) == 0:
		path += "?utm_source=uutiskirje&utm_medium=email"
	case who.bot && r.IntN(8) == 0:
		path = "/robots.txt"
	}
	if !who.bot {
		who.assets = r.IntN(9)
		who.referer = site + path
	}
	return fmt.Sprintf("GET %s HTTP/1.1", path), pick(r, []int{200, 200, 200, 200, 200, 200, 200, 301, 304, 404}), 5000 + r.IntN(40000)
}

// browser makes one of some thousands of agents, the newest versions the commonest.
func browser(r *rand.Rand) string {
	version := 143 - int(r.ExpFloat64()*4)
	switch r.IntN(6) {
	case 0:
		return fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS %d_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.%d Mobile/15E148 Safari/604.1", 26-r.IntN(4), r.IntN(7), 26-r.IntN(4), r.IntN(7))
	case 1:
		return fmt.Sprintf("Mozilla/5.0 (Linux; Android %d; SM-S9%d%dB) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile Safari/537.36", 12+r.IntN(5), 1+r.IntN(3), 1+r.IntN(8), version)
	case 2:
		return fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0", version, version)
	case 3:
		return fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.%d Safari/605.1.15", 26-r.IntN(5), r.IntN(7))
	}
	return fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.%d Safari/537.36", version, 6000+10*version, r.IntN(40))
}

func botAgents() []string {
	return []string{
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
		"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
		"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
		"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
		"python-requests/2.32.3", "curl/8.5.0", "Go-http-client/2.0", "-",
	}
}

func assetPaths() []string {
	return []string{
		"/wp-content/themes/koske/style.css?ver=6.8", "/wp-includes/js/jquery/jquery.min.js?ver=3.7.1",
		"/wp-content/uploads/2026/11/kuva-1024x683.jpg", "/wp-content/uploads/2026/10/ryhma.webp", "/wp-content/themes/koske/logo.svg",
		"/wp-content/fonts/source-sans.woff2", "/favicon.ico",
	}
}

// probes returns request lines that no reader sends. The last is how a TLS greeting on a plain port is logged.
func probes() []string {
	return []string{
		"POST /xmlrpc.php HTTP/1.1", "GET /wp-login.php HTTP/1.1", "GET /.env HTTP/1.1", "HEAD / HTTP/1.0", "-",
		"GET /wp-json/wp/v2/users HTTP/1.1", `\x16\x03\x01\x05\xa8\x01\x00\x05\xa4\x03\x03`,
	}
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
