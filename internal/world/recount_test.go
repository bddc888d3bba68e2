package world

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// This file counts a written log again, with code of its own that knows only the words of the package comment. It knows
// lines, never events.

var (
	robotWords = regexp.MustCompile(`(?i)bot\b|bot/|crawl|spider|curl/|python-|go-http-client|feedly|facebookexternalhit|uptimerobot`)
	assetForm  = regexp.MustCompile(`\.(css|js|jpg|png|webp|svg|woff2|ico)$`)
	noPage     = regexp.MustCompile(`^/+(wp-json|wp-admin|wp-login\.php|xmlrpc\.php|wp-cron\.php|robots\.txt|sitemap[^/]*\.xml|\.well-known|favicon)|(^|/)feed/?$`)
)

func isRobot(agent string) bool {
	return agent == "" || agent == "-" || robotWords.MatchString(strings.ReplaceAll(agent, "CUBOT", ""))
}

// remember returns a function that asks f once for every text.
func remember[T any](f func(string) T) func(string) T {
	known := map[string]T{}
	return func(text string) T {
		v, ok := known[text]
		if !ok {
			v = f(text)
			known[text] = v
		}
		return v
	}
}

// kindOf tells whether a path is robots, asset, page or other.
func kindOf(path string) string {
	switch {
	case path == "/robots.txt":
		return "robots"
	case assetForm.MatchString(path):
		return "asset"
	case noPage.MatchString(path):
		return "other"
	}
	return "page"
}

// deeds is what a visitor did in one day.
type deeds struct {
	pages         []time.Time
	asset, robots bool
}

// recount counts a channel's lines.
type recount struct {
	zone *time.Location
	life observation.Date // the first day that counts, 0 for all
	days map[observation.Date]map[string]*deeds
	runs [][2]time.Time // the covered stretches

	isRobot func(agent string) bool
	kindOf  func(path string) string
}

func newRecount(lines []logLine, zone *time.Location, life observation.Date) *recount {
	c := &recount{zone: zone, life: life, days: map[observation.Date]map[string]*deeds{}, isRobot: remember(isRobot), kindOf: remember(kindOf)}
	var at []time.Time
	for _, l := range lines {
		at = append(at, l.at)
		c.add(l)
	}
	slices.SortFunc(at, time.Time.Compare)
	for i := range at {
		if i == 0 || at[i].Sub(at[i-1]) > 24*time.Hour {
			c.runs = append(c.runs, [2]time.Time{at[i], at[i]})
		}
		c.runs[len(c.runs)-1][1] = at[i]
	}
	return c
}

func (c *recount) add(l logLine) {
	if c.isRobot(l.agent) {
		return
	}
	d := c.deeds(observation.DateOf(l.at.In(c.zone)), l.who)
	path, _, _ := strings.Cut(l.target, "?")
	switch kind := c.kindOf(path); {
	case kind == "robots":
		d.robots = true
	case kind == "asset":
		d.asset = true
	case kind == "page" && l.method == "GET" && (l.status == "200" || l.status == "304"):
		d.pages = append(d.pages, l.at)
	}
}

func (c *recount) deeds(day observation.Date, who string) *deeds {
	if c.days[day] == nil {
		c.days[day] = map[string]*deeds{}
	}
	if c.days[day][who] == nil {
		c.days[day][who] = &deeds{}
	}
	return c.days[day][who]
}

// person tells whether what was done in a day looks like a person's doing.
func (d *deeds) person() bool {
	slices.SortFunc(d.pages, time.Time.Compare)
	for i := 60; i < len(d.pages); i++ {
		if d.pages[i].Sub(d.pages[i-60]) < time.Minute {
			return false
		}
	}
	return !d.robots && (d.asset || len(d.pages) < 10)
}

// people returns the views of a day and who made them.
func (c *recount) people(day observation.Date) (views int, who []string) {
	for name, d := range c.days[day] {
		if len(d.pages) > 0 && d.person() {
			views += len(d.pages)
			who = append(who, name)
		}
	}
	return views, who
}

// covered returns how much of a day the log covers: all, something, nothing.
func (c *recount) covered(day observation.Date) string {
	from, to := day.Start(c.zone), day.End(c.zone)
	for _, r := range c.runs {
		if !r[0].After(from) && !r[1].Before(to) {
			return "all"
		}
		if r[0].Before(to) && r[1].After(from) {
			return "something"
		}
	}
	return "nothing"
}

// figures returns views and visitors of a period in the words of Truth.
func (c *recount) figures(p observation.Period) (views, visitors Truth) {
	sum, total, largest, whole, some, expected := 0, 0, 0, 0, 0, 0
	everybody := map[string]bool{}
	for d := max(p.From, c.life); d < p.To; d++ {
		n, who := c.people(d)
		expected++
		sum += n
		switch c.covered(d) {
		case "all":
			whole++
			some++
			total += len(who)
			largest = max(largest, len(who))
		case "something":
			some++
		}
		for _, name := range who {
			everybody[name] = true
		}
	}
	views = Truth{Metric: "views", State: "not_applicable", Measured: whole, Expected: expected}
	visitors = Truth{Metric: "visitors", State: "not_applicable", Measured: whole, Expected: expected}
	if expected > 0 {
		views.judge(some == expected && whole == expected, some == 0, sum)
		visitors.judge(whole == expected, whole == 0, len(everybody))
	}
	if visitors.State == "partial" {
		visitors.State, visitors.Value = "bounded", nil
		visitors.Low, visitors.High = number(largest), number(total)
	}
	return views, visitors
}

func (f *Truth) judge(whole, missing bool, n int) {
	switch {
	case missing:
		f.State = "missing"
		return
	case !whole:
		f.State = "partial"
	case n == 0:
		f.State = "zero"
	default:
		f.State = "ok"
	}
	f.Value = number(n)
}

// recountAll counts the written world dir again for the figures of websites that w tells.
func recountAll(t testing.TB, w *World, dir string) []Truth {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	home := readLog(t, dir, "www", "access.log")
	shared := readLog(t, dir, "apache", "other_vhosts_access.log")
	shared = slices.DeleteFunc(shared, func(l logLine) bool { return l.host != "hanke.esimerkki.example" })
	counts := map[string]*recount{
		"kotisivut":  newRecount(home, zone, 0),
		"hankesivut": newRecount(shared, zone, w.plan.launch),
	}
	var out []Truth
	for _, f := range w.loggedTruth() {
		views, visitors := counts[f.Target].figures(f.Grain.Holding(f.From))
		if f.Metric == "visitors" {
			views = visitors
		}
		views.Target, views.Grain, views.From = f.Target, f.Grain, f.From
		out = append(out, views)
	}
	return out
}
