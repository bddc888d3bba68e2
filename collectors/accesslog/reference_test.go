package accesslog

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// This file counts logs once more, slowly and in another way: regular expressions, maps of strings, the standard library's
// clock. The collector must come to the same.

// reference is the counted content of logs without any trouble.
type reference struct {
	vhosts  []string
	silence time.Duration
	window  collector.Window
	counts  map[string]int64
}

// referenceRow is a line that could be read.
type referenceRow struct {
	vhost, address, method, path, agent string
	status                              string
	at                                  time.Time
	hasAgent, hasVhost                  bool
}

var (
	referenceLine   = regexp.MustCompile(`(?s)^([^\]]*)\] "((?:[^"\\]|\\.)*)" ([0-9]{3}) ([0-9]+|-)( .*)?$`)
	referenceQuote  = regexp.MustCompile(`^[^\]]*\] "`)
	referenceAgents = regexp.MustCompile(`(?s)^[^"]*"(?:[^"\\]|\\.)*"(?: "((?:[^"\\]|\\.)*)")?(.*)$`)
	referenceAgent  = regexp.MustCompile(`(?s)^[^"]*"(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*"`)
	referencePort   = regexp.MustCompile(`^([^:]+|\[.*\]):[0-9]+$`)
	referenceIP     = regexp.MustCompile(`^[0-9a-fA-F.:]*:[0-9a-fA-F.:]*:[0-9a-fA-F.:]*$|^([0-9a-fA-F:]*\.){3}[0-9a-fA-F:]*$`)
	referenceHTTP   = regexp.MustCompile(` HTTP/[^ ]*$`)
	referenceScheme = regexp.MustCompile(`^[^/]*?://[^/]*`)
	referenceQuery  = regexp.MustCompile(`[?#].*`)
	referenceHex    = regexp.MustCompile(`%[0-9a-fA-F]{2}`)
	referenceEscape = regexp.MustCompile(`\\x[0-9a-fA-F]{2}|\\\\|\\"`)
	referenceOwn    = regexp.MustCompile(`(^|/)(wp-json|wp-admin|wp-login\.php|wp-cron\.php|xmlrpc\.php|feed|\.well-known)(/|$)`)
	referenceMap    = regexp.MustCompile(`^sitemap.*\.xml(\.gz)?$`)
	referenceCubot  = regexp.MustCompile(`(?i)cubot`)
)

// read parses a line, or names the class of its rejection.
func (r *reference) read(text string) (referenceRow, string) {
	if len(text) > 65536 {
		return referenceRow{}, "rejected_too_long"
	}
	m, words := referenceSplit(strings.TrimPrefix(strings.TrimLeft(text, "\x00"), "\ufeff"))
	if m == nil || len(words) < 3 {
		return referenceRow{}, "rejected_malformed"
	}
	var row referenceRow
	row.address = words[0]
	switch {
	case len(words) == 3:
	case referencePort.MatchString(words[0]), referenceIP.MatchString(words[1]), words[1] != "-" && words[2] == "-":
		row.vhost, row.address, row.hasVhost = words[0], words[1], true
		if m := referencePort.FindStringSubmatch(row.vhost); m != nil {
			row.vhost = m[1]
		}
	case words[1] != "-":
		return row, "rejected_malformed"
	}
	if row.address == "" {
		return row, "rejected_malformed"
	}
	rest := m[5]
	if strings.Contains(rest, `"`) {
		a := referenceAgents.FindStringSubmatch(rest)
		row.hasAgent = referenceAgent.MatchString(rest)
		if a == nil || !row.hasAgent && strings.HasPrefix(a[2], ` "`) {
			return row, "rejected_malformed"
		}
		row.agent = decoded(a[1], `\x`)
	}
	var err error
	if row.at, err = referenceTime(m[1]); err != nil {
		return row, "rejected_bad_time"
	}
	request := strings.SplitN(m[2], " ", 2)
	row.method, row.status = request[0], m[3]
	if len(request) == 2 {
		target := referenceHTTP.ReplaceAllString(request[1], "")
		target = decoded(target, `\x`)
		target = referenceScheme.ReplaceAllString(target, "")
		row.path = decoded(referenceQuery.ReplaceAllString(target, ""), `%`)
	}
	return row, ""
}

// referenceSplit splits a line at the bracket of its time, which is one of the first four.
func referenceSplit(text string) (m, words []string) {
	parts := strings.Split(text, " [")
	for i := 1; i < len(parts) && i <= 4; i++ {
		rest := strings.Join(parts[i:], " [")
		if referenceQuote.MatchString(rest) {
			return referenceLine.FindStringSubmatch(rest), strings.Split(strings.Join(parts[:i], " ["), " ")
		}
	}
	return nil, nil
}

// referenceTime reads a stamp as the standard library does, which forgives letters of another case and knows no leap
// second.
func referenceTime(stamp string) (time.Time, error) {
	leap := len(stamp) == len(stampForm) && stamp[minuteEnd:zoneStart] == ":60"
	if leap {
		stamp = stamp[:minuteEnd] + ":59" + stamp[zoneStart:]
	}
	at, err := time.Parse(stampForm, stamp)
	if err == nil && at.Format(stampForm) != strings.Replace(stamp, "-0000", "+0000", 1) {
		err = fmt.Errorf("%q is written otherwise", stamp)
	}
	if leap {
		at = at.Add(time.Second)
	}
	return at, err
}

// decoded replaces mark and two hexadecimal digits by their byte, and where the mark is \x also \" and \\.
func decoded(s, mark string) string {
	form := referenceHex
	if mark == `\x` {
		form = referenceEscape
	}
	return form.ReplaceAllStringFunc(s, func(found string) string {
		var c byte
		if _, err := fmt.Sscanf(strings.TrimPrefix(strings.TrimPrefix(found, `\x`), "%"), "%02x", &c); err != nil {
			return found[1:]
		}
		return string([]byte{c})
	})
}

// referenceKind judges a path.
func referenceKind(p string) string {
	base := p[strings.LastIndex(p, "/")+1:]
	if p == "/robots.txt" {
		return "robots"
	}
	if referenceOwn.MatchString(p) ||
		strings.HasPrefix(p, "/favicon") || referenceMap.MatchString(base) {
		return "machine"
	}
	suffix := strings.ToLower(strings.TrimPrefix(path.Ext(base), "."))
	switch {
	case suffix == "":
		return "page"
	case slices.Contains(strings.Fields("css js mjs map wasm webmanifest ico cur png apng jpg jpeg jpe jfif gif svg svgz webp avif bmp tif tiff heic woff woff2 ttf otf eot swf"), suffix):
		return "asset"
	case slices.Contains(strings.Fields("pdf docx xml json txt zip mp4 rss"), suffix): // those that the tests use
		return "file"
	}
	return "page"
}

var referenceCrawlers = func() []*regexp.Regexp {
	out := []*regexp.Regexp{regexp.MustCompile(`(?i)bot|crawl|spider|slurp|curl|wget|python|java/|go-http-client|okhttp|headless|monitor|uptime|preview|facebookexternalhit`), regexp.MustCompile(`^\s*-?\s*$`)}
	for _, line := range strings.Split(strings.TrimSuffix(crawlerPatterns, "\n"), "\n") {
		if !strings.HasPrefix(line, "#") {
			out = append(out, regexp.MustCompile(line))
		}
	}
	return out
}

// referenceBots judges agents, remembering what it said.
type referenceBots struct {
	patterns []*regexp.Regexp
	known    map[string]bool
}

func newReferenceBots() *referenceBots {
	return &referenceBots{referenceCrawlers(), map[string]bool{}}
}

func (b *referenceBots) bot(agent string) bool {
	verdict, ok := b.known[agent]
	if !ok {
		blanked := referenceCubot.ReplaceAllString(agent, "     ")
		verdict = slices.ContainsFunc(b.patterns, func(p *regexp.Regexp) bool { return p.MatchString(blanked) })
		b.known[agent] = verdict
	}
	return verdict
}

// visit is what somebody did in a day.
type visit struct {
	pages          int
	minutes        map[int64]int
	robots, assets bool
}

// findings is what lines say.
type findings struct {
	times    []time.Time
	visits   map[observation.Date]map[string]*visit
	bare     map[observation.Date]bool // a page view without an agent
	assetDay map[observation.Date]bool // somebody asked for an asset
	visitors map[observation.Date]map[string]bool
	views    map[observation.Date]int
}

// count counts everything and tells it.
func (r *reference) count(lines []string, bots *referenceBots) collectortest.Recording {
	r.counts = map[string]int64{}
	days, weeks := r.periods(observation.Day), r.periods(observation.Week)
	found := findings{
		visits: map[observation.Date]map[string]*visit{}, bare: map[observation.Date]bool{}, assetDay: map[observation.Date]bool{},
		visitors: map[observation.Date]map[string]bool{}, views: map[observation.Date]int{},
	}
	for _, text := range lines {
		r.counts["lines_read"]++
		r.counts[r.find(&found, text, spanned(append(slices.Clone(days), weeks...)), bots)]++
	}
	delete(r.counts, "")
	for name, n := range r.counts {
		if strings.HasPrefix(name, "rejected_") {
			r.counts["lines_rejected"] += n
		}
	}
	slices.SortFunc(found.times, time.Time.Compare)
	r.judge(&found)
	r.counts["lines_filtered"] = r.counts["lines_read"] - r.counts["lines_counted"] - r.counts["lines_rejected"]
	var out collectortest.Recorder
	for _, p := range days {
		r.tell(&out, observation.Day, p, "views", found.times, float64(found.views[p.From]), found.bare)
		r.tell(&out, observation.Day, p, "visitors", found.times, float64(len(found.visitors[p.From])), found.bare)
	}
	for _, p := range weeks {
		names := map[string]bool{}
		for d := p.From; d < p.To; d++ {
			maps.Copy(names, found.visitors[d])
		}
		r.tell(&out, observation.Week, p, "visitors", found.times, float64(len(names)), found.bare)
	}
	rec := out.Recording()
	rec.Counts = r.counts
	return rec
}

// periods are those of a grain that are to be answered.
func (r *reference) periods(g observation.Grain) []observation.Period {
	if !slices.Contains(r.window.Grains, g) {
		return nil
	}
	return r.window.Periods(g)
}

// spanned are the days from the first to the last of periods.
func spanned(periods []observation.Period) (out observation.Period) {
	for i, p := range periods {
		if i == 0 {
			out = p
		}
		out = observation.Period{From: min(out.From, p.From), To: max(out.To, p.To)}
	}
	return out
}

// find notes what a line says and returns its class, "" when it may be a page view.
func (r *reference) find(found *findings, text string, needed observation.Period, bots *referenceBots) (class string) {
	row, rejected := r.read(text)
	if rejected == "" && len(r.vhosts) > 0 && !row.hasVhost {
		rejected = "rejected_no_vhost"
	}
	if rejected != "" {
		return rejected
	}
	if row.at.Year() >= 1990 && !row.at.After(r.window.Now.Add(24*time.Hour)) {
		found.times = append(found.times, row.at)
	}
	day := observation.DateOf(row.at.In(r.window.Zone))
	kind := referenceKind(row.path)
	bot := row.hasAgent && bots.bot(row.agent)
	switch {
	case !needed.Contains(day):
		return "filtered_outside"
	case len(r.vhosts) > 0 && !slices.Contains(r.vhosts, strings.ToLower(row.vhost)):
		return "filtered_vhost"
	case row.method != "GET":
		return "filtered_method"
	case row.status != "200" && row.status != "304":
		class = "filtered_status"
	case kind == "machine" || kind == "robots":
		class = "filtered_machine"
	case kind != "page":
		class = "filtered_asset"
	case bot:
		class = "filtered_bot_agent"
	}
	if bot {
		return class
	}
	if found.visits[day] == nil {
		found.visits[day] = map[string]*visit{}
	}
	who := row.address + "\n" + row.agent
	if found.visits[day][who] == nil {
		found.visits[day][who] = &visit{minutes: map[int64]int{}}
	}
	v := found.visits[day][who]
	v.robots = v.robots || kind == "robots"
	v.assets = v.assets || kind == "asset"
	found.assetDay[day] = found.assetDay[day] || kind == "asset"
	if class == "" {
		v.pages++
		v.minutes[row.at.Unix()/60]++
		found.bare[day] = found.bare[day] || !row.hasAgent
	}
	return class
}

// judge tells people from bots, now that all that they did is known.
func (r *reference) judge(found *findings) {
	for day, who := range found.visits {
		found.visitors[day] = map[string]bool{}
		for name, v := range who {
			busiest := 0
			for _, n := range v.minutes {
				busiest = max(busiest, n)
			}
			switch {
			case v.pages == 0:
			case v.robots || busiest > 60 || v.pages >= 10 && !v.assets && found.assetDay[day]:
				r.counts["filtered_bot_behaviour"] += int64(v.pages)
			default:
				found.views[day] += v.pages
				found.visitors[day][name] = true
				r.counts["lines_counted"] += int64(v.pages)
			}
		}
	}
}

// tell says one number and its coverage from the sorted times of all lines.
func (r *reference) tell(out *collectortest.Recorder, g observation.Grain, p observation.Period, metric string, times []time.Time, value float64, bare map[observation.Date]bool) {
	start, end := p.Start(r.window.Zone), p.End(r.window.Zone)
	key := observation.CoverageKey{Part: "log", Metric: metric, Grain: g, From: p.From}
	cover := observation.Coverage{CoverageKey: key, Result: observation.OK}
	touched, inner := false, true
	at := start // covered up to here
	gap := func(to time.Time) {
		if n := len(cover.Gaps); at.Before(to) && n > 0 && cover.Gaps[n-1].To.Equal(at) {
			cover.Gaps[n-1].To = to // two lines of one second cover nothing
		} else if at.Before(to) {
			cover.Gaps = append(cover.Gaps, observation.Span{From: at, To: to})
		}
		if at.Before(to) {
			inner = inner && len(times) > 0 && !times[0].After(at) && !times[len(times)-1].Before(to)
		}
	}
	for i, t := range times {
		touched = touched || !t.Before(start) && t.Before(end)
		if i > 0 && t.Sub(times[i-1]) <= r.silence && t.After(start) && times[i-1].Before(end) {
			touched = true
			gap(times[i-1])
			at = t
		}
	}
	gap(end)
	if len(cover.Gaps) > 0 {
		cover.Result, cover.Reason = observation.Partial, collector.ReasonLogMissing
		if inner {
			cover.Reason = collector.ReasonLogSilent
		}
		if !touched {
			cover.Result, cover.Reason = observation.Failed, collector.ReasonLogMissing
		}
	}
	out.Cover(cover)
	whole := cover.Result == observation.OK
	if whole {
		out.Complete(observation.Completion{Part: "log", Metric: metric, Grain: g, From: p.From})
	}
	if whole || metric == "views" && touched {
		o := observation.Observation{Key: observation.Key{Metric: metric, Grain: g, From: p.From}, Part: "log", Value: value, Complete: whole, Basis: observation.Collected, State: observation.Valid}
		for d := p.From; d < p.To; d++ {
			if bare[d] {
				o.Note = bareNote
			}
		}
		_ = out.Observe(o)
	}
}

// asReference puts a recording into the form that the reference tells: zeros left out of the counts, times in
// one zone.
func asReference(t tester, rec collectortest.Recording) collectortest.Recording {
	t.Helper()
	for name, n := range rec.Counts {
		if n == 0 || strings.HasPrefix(name, "files_") {
			delete(rec.Counts, name)
		}
	}
	for i, c := range rec.Coverage {
		for j, g := range c.Gaps {
			rec.Coverage[i].Gaps[j] = observation.Span{From: g.From.UTC(), To: g.To.UTC()}
		}
	}
	return rec
}
