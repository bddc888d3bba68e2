package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/platforms"
)

// The month that TestMonth lives begins on this Monday; a whole one has so many days: five weeks, with October and the end of
// summer time in them. A shorter one has the same faults, closer together.
var monthBegins = observation.NewDate(2026, time.September, 28)

const wholeMonth = 35

// month is what happens in a made-up month.
type month struct {
	days  int
	zone  *time.Location
	feeds []*monthFeed
	logs  []*monthLog
}

// monthFeed is a feed and who reads it.
type monthFeed struct {
	platforms.Feed
	source, channel string  // channel is "" for the media
	hours           int     // between two visits
	minute          int     // of the hour, where the schedule names one; else 0
	rate            float64 // articles a day
}

// schedule is when the feed is to be read.
func (f *monthFeed) schedule() string {
	switch {
	case f.minute == 0:
		return fmt.Sprintf("@every %dh", f.hours)
	case f.hours == 1:
		return fmt.Sprintf("%d * * * *", f.minute)
	}
	return fmt.Sprintf("%d */%d * * *", f.minute, f.hours)
}

// at returns a moment of the month, told by the day of a whole one.
func (m *month) at(day float64, more time.Duration) time.Time {
	stretched := time.Duration(day * float64(m.days) / wholeMonth * float64(24*time.Hour))
	return m.start().Add(stretched + more).Truncate(20 * time.Minute)
}

func (m *month) start() time.Time { return monthBegins.Start(m.zone) }

// day returns a civil day of the month, told as in at.
func (m *month) day(day float64) observation.Date {
	return observation.DateOf(m.at(day, 0).In(m.zone))
}

// period is the days that are lived.
func (m *month) period() observation.Period {
	return observation.Period{From: monthBegins, To: monthBegins + observation.Date(m.days)}
}

// end is the moment after which nothing happens any more: everything that is due after the last day was due.
func (m *month) end() time.Time { return m.period().End(m.zone).Add(9 * time.Hour) }

// dies is when the first newspaper's feed dies.
func (m *month) dies() time.Time { return m.at(12, 14*time.Hour) }

// lost is when the busy feed cannot be had for so long that it rolls over.
func (m *month) lost() (from, to time.Time) {
	from = m.at(16, 9*time.Hour)
	return from, from.Add(30 * time.Hour)
}

func newMonth(t *testing.T, days int, chance *rand.Rand) *month {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	m := &month{days: days, zone: zone}
	m.feeds = m.plannedFeeds()
	for i, f := range m.feeds {
		f.Path = "/" + f.Title
		if m.days < wholeMonth/2 {
			f.hours = min(3*f.hours, 6) // a short month is to be lived in short
		}
		f.Articles = m.articles(f, i, chance)
	}
	m.shareWire()
	for i, name := range []string{"sivut-a", "sivut-b", "sivut-c"} {
		m.logs = append(m.logs, m.newLog(name, i, chance))
	}
	return m
}

// plannedFeeds are the feeds with their troubles: seven of our own, each in its channel, and five of the media in two sources
// of several and one alone.
func (m *month) plannedFeeds() []*monthFeed {
	hki, lostFrom, lostTo := m.zone, time.Time{}, time.Time{}
	lostFrom, lostTo = m.lost()
	trouble := func(day float64, more, length time.Duration, t platforms.Trouble) platforms.Trouble {
		t.From = m.at(day, more)
		t.To = t.From.Add(length)
		return t
	}
	own := func(name string, hours, minute int, rate float64, f platforms.Feed) *monthFeed {
		f.Title = name
		return &monthFeed{Feed: f, source: name, channel: name, hours: hours, minute: minute, rate: rate}
	}
	media := func(name, source string, hours, minute int, f platforms.Feed) *monthFeed {
		f.Title = name
		return &monthFeed{Feed: f, source: source, hours: hours, minute: minute, rate: 3}
	}
	const h = time.Hour
	days := time.Duration(m.days) * 24 * h / 11
	return []*monthFeed{
		own("blogi", 1, 0, 1.5, platforms.Feed{Form: platforms.RSS, Zone: hki, Holds: 10}),
		own("tiedotteet", 1, 5, 2, platforms.Feed{Form: platforms.Atom, Zone: hki, Holds: 12, Troubles: []platforms.Trouble{
			trouble(5, 10*h, 6*h, platforms.Trouble{Status: 500}), trouble(9, 7*h, 4*h, platforms.Trouble{Cut: true})}}),
		own("podcast", 2, 0, 1.2, platforms.Feed{Form: platforms.RSS, Zone: hki, Holds: 15, Troubles: []platforms.Trouble{
			trouble(19, 5*h, days, platforms.Trouble{Status: 404})}}),
		own("vilkas", 1, 0, 12, platforms.Feed{Form: platforms.RSS, Zone: hki, Holds: 12, Troubles: []platforms.Trouble{
			{From: lostFrom, To: lostTo, Status: 502}}}),
		own("kalenteri", 3, 0, 1.3, platforms.Feed{Form: platforms.Atom, Zone: time.UTC, Holds: 10, Troubles: []platforms.Trouble{
			trouble(6, 12*h, 7*h, platforms.Trouble{Status: 429, After: 8 * h}), trouble(22, 3*h, 7*h, platforms.Trouble{Status: 503, After: 7 * h, Dated: true})}}),
		own("muuttaja", 2, 0, 2, platforms.Feed{Form: platforms.RSS, Zone: hki, Holds: 10, Moves: m.at(20, 0), MovedTo: time.UTC}),
		own("hidas", 4, 0, 1.4, platforms.Feed{Form: platforms.RSS, Zone: hki, Holds: 10, Troubles: []platforms.Trouble{
			trouble(2, 0, 24*h, platforms.Trouble{Delay: 100 * time.Millisecond})}}),
		media("lehti-a", "lehdet", 2, 0, platforms.Feed{Form: platforms.RSS, Zone: hki, Holds: 12, Dies: m.dies()}),
		media("lehti-b", "lehdet", 2, 0, platforms.Feed{Form: platforms.Atom, Zone: hki, Holds: 12}),
		media("radio-a", "radiot", 2, 20, platforms.Feed{Form: platforms.RSS, Zone: hki, Holds: 12}),
		media("radio-b", "radiot", 2, 20, platforms.Feed{Form: platforms.RSS, Zone: hki, Holds: 12, Troubles: []platforms.Trouble{
			trouble(3, 8*h, 7*h, platforms.Trouble{Status: 404})}}),
		media("aikakaus", "aikakaus", 6, 0, platforms.Feed{Form: platforms.Latin1, Zone: hki, Holds: 14}),
	}
}

// articles makes up what a feed publishes, from some days before the month on: by day and, now and then, at midnight, but not
// while clocks are set, as not every feed says which of two hours it means.
func (m *month) articles(f *monthFeed, n int, chance *rand.Rand) []platforms.Article {
	var out []platforms.Article
	for d := monthBegins - 14; d <= m.period().To; d++ {
		for i := range m.count(f, d, chance) {
			minute := 5*60 + chance.IntN(18*60)
			if chance.IntN(8) == 0 {
				minute = []int{1, 2, 23*60 + 57, 23*60 + 58}[chance.IntN(4)]
			}
			at := time.Date(d.Year(), d.Month(), d.UTC().Day(), 0, minute, 17+n, 0, m.zone)
			title := fmt.Sprintf("%s kertoo asiasta %s-%d", f.Title, d, i)
			if chance.IntN(3) == 0 {
				title = fmt.Sprintf("Velkaantuminen huolettaa, %s %s-%d", f.Title, d, i)
			}
			id := fmt.Sprintf("%s-%s-%d", f.Title, d, i)
			out = append(out, platforms.Article{ID: id, Title: title, Text: "Ingressi.", URL: "https://" + f.Title + ".example.org/" + id, Published: at})
		}
	}
	slices.SortFunc(out, func(a, b platforms.Article) int { return a.Published.Compare(b.Published) })
	return out
}

// count is how many articles a feed publishes on a day. That of the calendar rests on Sundays and Wednesdays.
func (m *month) count(f *monthFeed, d observation.Date, chance *rand.Rand) int {
	if f.Title == "kalenteri" && (d.Weekday() == time.Sunday || d.Weekday() == time.Wednesday) {
		return 0
	}
	n := int(f.rate)
	if chance.Float64() < f.rate-float64(n) {
		n++
	}
	return n
}

// shareWire has the second radio tell every other article of the first, at the same address: one article is one hit.
func (m *month) shareWire() {
	a, b := m.feed("radio-a"), m.feed("radio-b")
	for i, article := range a.Articles {
		if i%2 == 0 {
			b.Articles = append(b.Articles, article)
		}
	}
	slices.SortFunc(b.Articles, func(a, b platforms.Article) int { return a.Published.Compare(b.Published) })
}

func (m *month) feed(name string) *monthFeed {
	return m.feeds[slices.IndexFunc(m.feeds, func(f *monthFeed) bool { return f.Title == name })]
}

// served returns the feeds as the server takes them.
func (m *month) served() []platforms.Feed {
	var out []platforms.Feed
	for _, f := range m.feeds {
		out = append(out, f.Feed)
	}
	return out
}

// config is the configuration of the month; url is where its feeds are.
func (m *month) config(url string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki, languages: [fi], life: %s..}]\n", monthBegins)
	b.WriteString(monthDesk)
	for _, l := range m.logs {
		fmt.Fprintf(&b, "  - {id: %s, kind: website, name: %s}\n", l.channel, l.channel)
	}
	for _, f := range m.feeds {
		if f.channel != "" {
			fmt.Fprintf(&b, "  - {id: kanava-%s, kind: blog, name: %s}\n", f.channel, f.channel)
		}
	}
	b.WriteString(monthSources)
	for _, l := range m.logs {
		fmt.Fprintf(&b, "  - {id: loki-%s, kind: accesslog, channel: %s, schedule: %q, paths: [\"logs/%s.log*\"]}\n", l.channel, l.channel, l.schedule, l.channel)
	}
	told := ""
	for _, f := range m.feeds {
		switch {
		case f.channel != "":
			fmt.Fprintf(&b, "  - {id: %s, kind: feed, role: own, channel: kanava-%s, schedule: %q, allow_private: true, feeds: [{url: %q}]}\n", f.source, f.channel, f.schedule(), url+f.Path)
			continue
		case f.source != told:
			fmt.Fprintf(&b, "  - id: %s\n    kind: feed\n    role: media\n    schedule: %q\n    allow_private: true\n    feeds:\n", f.source, f.schedule())
		}
		told = f.source
		fmt.Fprintf(&b, "      - {url: %q, outlet: %s, part: %s, assume_tz: Europe/Helsinki}\n", url+f.Path, f.Title, f.Title)
	}
	return b.String()
}

const monthDesk = `server: {listen: "127.0.0.1:0"}
metrics: [{id: signups, name: Ilmoittautuneet, unit: people, shape: flow}]
topics: [{id: velka, name: Velka, rule: "velka*", must: [Velkaantuminen huolettaa], must_not: [Aurinko paistaa]}]
channels:
  - {id: facebook, kind: facebook, name: Facebook}
  - {id: x, kind: x, name: X}
  - {id: linkedin, kind: linkedin, name: LinkedIn}
`

const monthSources = `sources:
  - {id: fb-taulukko, kind: sheet, channel: facebook, schedule: "30 7 * * *", paths: ["exports/fb-*.csv"], columns: {Päivä: date, Näyttökerrat: "metric:impressions"}}
  - {id: x-taulukko, kind: sheet, channel: x, columns: {Päivä: date, Reaktiot: "metric:reactions"}}
  - {id: linkedin-kasin, kind: entry, channel: linkedin, metrics: [followers]}
  - {id: ilmoittautumiset, kind: entry, metrics: [signups]}
`

// monthLog is the log of a web server.
type monthLog struct {
	channel, schedule string
	lines             []logLine // oldest first
	next              int       // that is not written yet
	rotates           func(observation.Date) bool
	rotated           observation.Date // the day on which it was rotated last
	gap               [2]time.Time     // the server writes nothing
}

// logLine is a line; who is 0 when nobody viewed a page.
type logLine struct {
	at   time.Time
	who  int
	text string
}

const crawler = "Mozilla/5.0 (compatible; Uptime-Monitor/2.0)"

func (m *month) newLog(name string, n int, chance *rand.Rand) *monthLog {
	l := &monthLog{channel: name, schedule: []string{"15 4 * * *", "45 4 * * *", "@every 12h"}[n]}
	l.rotates = func(d observation.Date) bool { return n != 1 || d.Weekday() == time.Sunday }
	if n == 2 {
		l.gap[0] = m.at(9, 14*time.Hour)
		l.gap[1] = l.gap[0].Add(37 * time.Hour)
	}
	for at := m.start().Add(-2 * time.Hour); at.Before(m.end().Add(24 * time.Hour)); at = at.Add(30 * time.Minute) {
		l.add(logLine{at: at}, "/style.css", crawler)
	}
	for d := monthBegins; d <= m.period().To; d++ {
		for range 12 + chance.IntN(30) {
			who := 1 + chance.IntN(150)
			at := time.Date(d.Year(), d.Month(), d.UTC().Day(), 0, chance.IntN(23*60), 11, 0, m.zone)
			for v := range 1 + chance.IntN(2) {
				l.add(logLine{at: at.Add(time.Duration(v*90) * time.Second), who: who}, fmt.Sprintf("/sivu-%d", v), browser)
			}
		}
	}
	slices.SortStableFunc(l.lines, func(a, b logLine) int { return a.at.Compare(b.at) })
	return l
}

func (l *monthLog) add(line logLine, path, agent string) {
	if !line.at.Before(l.gap[0]) && line.at.Before(l.gap[1]) {
		return
	}
	line.text = fmt.Sprintf("192.0.2.%d - - [%s] \"GET %s HTTP/1.1\" 200 512 \"-\" %q\n", line.who, line.at.UTC().Format("02/Jan/2006:15:04:05 -0700"), path, agent)
	l.lines = append(l.lines, line)
}

// write writes the log on to a moment; once a day it may be rotated before.
func (l *monthLog) write(dir string, now time.Time, zone *time.Location) error {
	path := filepath.Join(dir, "logs", l.channel+".log")
	if today := observation.DateOf(now.In(zone)); today != l.rotated && l.rotates(today) {
		l.rotated = today
		if err := rotate(path); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	for ; l.next < len(l.lines) && !l.lines[l.next].at.After(now); l.next++ {
		b.WriteString(l.lines[l.next].text)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	return errors.Join(err, f.Close(), os.Chtimes(path, now, now))
}

// rotate renames a log and all older ones, as logrotate does; from the second on they are packed.
func rotate(path string) error {
	for age := 60; age >= 2; age-- {
		if err := os.Rename(fmt.Sprintf("%s.%d.gz", path, age), fmt.Sprintf("%s.%d.gz", path, age+1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := pack(path+".1", path+".2.gz"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(path, path+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func pack(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	was, err := os.Stat(from)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err = z.Write(text)
	return errors.Join(err, z.Close(), os.WriteFile(to, b.Bytes(), 0o600), os.Chtimes(to, was.ModTime(), was.ModTime()), os.Remove(from))
}

// impressions is what the table of a day says, and what it said before it was put right; 0: it said nothing.
func (m *month) impressions(d observation.Date) (right, before int) {
	right = 100 + 7*int(d-monthBegins)
	switch d {
	case m.day(4):
		return right, 0
	case m.day(10):
		return right, right * 10
	}
	return right, right
}

// corrected is when the table is put right.
func (m *month) corrected() time.Time { return m.at(20, 10*time.Hour) }

// facebook is the table that is read on schedule, as it lies there at a moment.
func (m *month) facebook(now time.Time) string {
	var b strings.Builder
	b.WriteString("Päivä;Näyttökerrat\n")
	for d := monthBegins; d.End(m.zone).Before(now) && d < m.period().To; d++ {
		right, before := m.impressions(d)
		if !now.Before(m.corrected()) {
			before = right
		}
		if before > 0 {
			fmt.Fprintf(&b, "%s;%d\n", d, before)
		}
	}
	return b.String()
}

// reactions is what the table of a day says that is handed over.
func (m *month) reactions(d observation.Date) int { return 3 + int(d-monthBegins)%5 }

// handedOver is the table that somebody imports at a moment: all days that are over.
func (m *month) handedOver(now time.Time) string {
	var b strings.Builder
	b.WriteString("Päivä;Reaktiot\n")
	for d := monthBegins; d.End(m.zone).Before(now) && d < m.period().To; d++ {
		fmt.Fprintf(&b, "%s;%d\n", d, m.reactions(d))
	}
	return b.String()
}
