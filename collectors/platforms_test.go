package collectors_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/collectors"
	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
	"seuranta/internal/platforms"
)

// The kinds that ask an API are held against the platforms of the demo, which count from what happened and know nothing of the
// kinds: whoever reads the one right must get the other's numbers.

// meeting is a kind that asks a platform, with what it has to be told.
type meeting struct {
	kind     string
	platform func(platforms.Website, platforms.MailingList) platforms.Platform
	keys     string // of the source's entry, beside those that all have
	channel  string // the kind of its channel
	titles   string // of letters, where the platform tells none: a form that takes the id
	// own is what an observation has to say where the platform counts in a way of its own; ok is false of all others. It may be nil.
	own func(o observation.Observation, site platforms.Website) (want float64, ok bool)
}

// meetings are all kinds that have a platform in the demo's server.
func meetings() []meeting { return append(siteMeetings(), letterMeetings()...) }

const (
	token  = "made-up-token-us21"
	secret = "made-up-shared-secret"
	listID = "1234567"
)

var helsinki = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		panic(err)
	}
	return zone
}()

// The days of the meetings: three whole weeks, over a change of clocks, read on the Monday after them.
var (
	meetingFrom = observation.NewDate(2026, 10, 12)
	meetingNow  = time.Date(2026, 11, 2, 5, 20, 0, 0, helsinki)
)

// visited is a site with visits at all hours, over midnights, by some who come again.
func visited() platforms.Website {
	site := platforms.Website{Name: "Koske", Address: "https://www.koske.example", Zone: helsinki, Since: meetingFrom.Start(helsinki)}
	pages := []string{"/", "/hanke/", "/tapahtumat/syksy/", "/ty%C3%B6/"}
	for d := meetingFrom; d < observation.DateOf(meetingNow); d++ {
		for n := range int(d) % 10 { // none on some days
			at := d.Start(helsinki).Add(time.Duration(n*3)*time.Hour - 10*time.Minute)
			if n == 0 {
				at = at.Add(20 * time.Minute)
			}
			v := platforms.WebVisit{Visitor: uint64(int(d)*n%23 + 1)}
			for i := range n%3 + 1 {
				v.Views = append(v.Views, platforms.WebView{At: at.Add(time.Duration(i) * 7 * time.Minute), Path: pages[(n+i)%len(pages)]})
			}
			site.Visits = append(site.Visits, v)
		}
	}
	return site
}

// mailed is a list that people joined and left, with letters that readers opened for days.
func mailed() platforms.MailingList {
	l := platforms.MailingList{ID: listID, Name: "Kirje"}
	for n := range 300 {
		l.Changes = append(l.Changes, platforms.Change{At: meetingFrom.Start(helsinki).Add(time.Duration(n-250)*9*time.Hour + time.Hour), Left: n%7 == 3})
	}
	for n := range 3 {
		sent := meetingFrom.Start(helsinki).Add(time.Duration(n*6*24+9) * time.Hour)
		letter := platforms.Letter{ID: fmt.Sprint(90 + n), Title: fmt.Sprintf("Kirje %d", n+1), Sent: sent, To: 200 + n, Bounced: n}
		for reader := range 40 + n {
			letter.Deeds = append(letter.Deeds, platforms.Deed{At: sent.Add(time.Duration(reader) * time.Hour), Reader: reader % 30, What: platforms.DeedKind(reader % 3)})
		}
		l.Letters = append(l.Letters, letter)
	}
	return l
}

func TestKindsMeetPlatforms(t *testing.T) {
	for _, m := range meetings() {
		t.Run(m.kind, func(t *testing.T) {
			site, list := visited(), m.titled(mailed())
			rec := m.meet(t, m.platform(site, list))
			told := map[string]int{}
			for _, o := range rec.Observations {
				told[o.Metric]++
				if want, ok := m.truthOf(o, site, list, rec); ok && o.Value != want {
					t.Errorf("%s of %q by %s from %s: %v, want %v", o.Metric, o.Subject, o.Grain, o.From, o.Value, want)
				}
			}
			if m.channel == "website" {
				tellsAll(t, rec)
			}
			told["publications"] = len(rec.Items)
			for _, metric := range kindOf(m.kind).Metrics {
				ofLetters := metric == "publications" || strings.HasSuffix(metric, "_total")
				if told[metric] == 0 || ofLetters && told[metric] != len(list.Letters) {
					t.Errorf("%s was told %d times", metric, told[metric])
				}
			}
		})
	}
}

func TestPlatformsRefuse(t *testing.T) {
	for _, m := range meetings() {
		t.Run(m.kind, func(t *testing.T) { refuses(t, m, m.platform(visited(), mailed())) })
	}
}

// refuses has a source ask a platform with another of each of its secrets.
func refuses(t *testing.T, m meeting, p platforms.Platform) {
	t.Helper()
	for name := range secrets {
		if !strings.Contains(m.keys, name) {
			continue
		}
		c := m.at(t, serve(t, p), map[string]string{name: "another-" + secrets[name]})
		if _, err := c.collect(t, meetingFrom); collector.ResultOf(err) != observation.Auth {
			t.Errorf("with another %s: %v", name, err)
		}
		if _, err := c.Collector.(collector.Checker).Check(t.Context(), meetingNow); collector.ResultOf(err) != observation.Auth {
			t.Errorf("check with another %s: %v", name, err)
		}
	}
}

// secrets are what platforms take, by the variables that keys of sources name.
var secrets = map[string]string{"TOKEN": token, "SECRET": secret}

// kindOf returns the kind of a name.
func kindOf(name string) collector.Kind {
	kinds := collectors.Kinds()
	return kinds[slices.IndexFunc(kinds, func(k collector.Kind) bool { return k.Name == name })]
}

// meet has a kind collect the days from a platform.
func (m meeting) meet(t *testing.T, p platforms.Platform) collectortest.Recording {
	t.Helper()
	c := m.at(t, serve(t, p), nil)
	rec, err := c.collect(t, meetingFrom)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Collector.(collector.Checker).Check(t.Context(), meetingNow); err != nil {
		t.Errorf("check: %v", err)
	}
	return rec
}

// serve has a platform answer until the test ends.
func serve(t *testing.T, p platforms.Platform) *platforms.Server {
	t.Helper()
	server, err := platforms.Start(meetingNow, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	server.Mount("/here", p)
	return server
}

// caller is a source that asks a platform.
type caller struct {
	collector.Collector
	source config.Source
}

// at makes a source that asks the platform of a server. Secrets may be others than the platform takes.
func (m meeting) at(t *testing.T, server *platforms.Server, others map[string]string) caller {
	t.Helper()
	path := filepath.Join(t.TempDir(), "seuranta.yaml")
	text := fmt.Sprintf("organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]\nchannels: [{id: k, kind: %s, name: K}]\nsources:\n- {id: s, kind: %s, channel: k, allow_private: true, base_url: %s/here, %s}\n",
		m.channel, m.kind, server.URL(), m.keys)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path, collectors.Kinds(), func(name string) (string, bool) { return cmp.Or(others[name], secretOf(name)), true })
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources[0]
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	var memory collectortest.Memory
	deps := collector.Deps{ChannelID: "k", Log: slog.New(slog.DiscardHandler), State: &memory, Items: &memory, HTTP: client.Session(s.Policy()), Dir: c.Dir, Metrics: c.Desk.Metrics, ChannelKind: m.channel, BaseURL: s.BaseURL}
	return caller{s.Settings.New(deps), s}
}

// collect has the source collect the days until now.
func (c caller) collect(t *testing.T, from observation.Date) (collectortest.Recording, error) {
	t.Helper()
	var out collectortest.Recorder
	w := collector.Window{Period: observation.Period{From: from, To: observation.DateOf(meetingNow)}, Grains: allGrains(c.source), Now: meetingNow, Zone: helsinki}
	err := c.Collect(t.Context(), w, &out)
	return out.Recording(), err
}

// allGrains are those at which a source tells any of its metrics.
func allGrains(s config.Source) []observation.Grain {
	out := append([]observation.Grain{}, s.Grains...)
	for _, more := range s.MetricGrains {
		out = append(out, more...)
	}
	return out
}

// truthOf is what an observation of this kind has to say.
func (m meeting) truthOf(o observation.Observation, site platforms.Website, list platforms.MailingList, rec collectortest.Recording) (want float64, ok bool) {
	if m.own != nil {
		if want, ok := m.own(o, site); ok {
			return want, ok
		}
	}
	return truthOf(o, site, list, rec)
}

// truthOf is what an observation has to say; ok is false of what the facts do not know.
func truthOf(o observation.Observation, site platforms.Website, list platforms.MailingList, rec collectortest.Recording) (want float64, ok bool) {
	if o.Subject != "" {
		return truthOfItem(o, site, list, rec)
	}
	if n, ok := truthOfList(o, list); ok {
		return n, ok
	}
	p := observation.Period{From: o.From, To: o.Grain.Next(o.From)}
	traffic := site.Of(p, meetingNow)
	n, ok := map[string]int{"views": traffic.Views, "visits": traffic.Visits, "visitors": traffic.Visitors, "page_views": traffic.Views}[o.Metric]
	return float64(n), ok
}

func truthOfList(o observation.Observation, list platforms.MailingList) (float64, bool) {
	day := observation.Period{From: o.From, To: o.From + 1}
	from, to := day.Start(helsinki), day.End(helsinki)
	joined, left := list.Moved(from, to, meetingNow)
	switch o.Metric {
	case "subscribers", "members":
		return float64(list.Members(o.ObservedAt)), true
	case "gained":
		return float64(joined), true
	case "lost":
		return float64(left), true
	case "sends":
		n := 0
		for _, l := range list.Letters {
			if !l.Sent.Before(from) && l.Sent.Before(to) {
				n += l.To
			}
		}
		return float64(n), true
	}
	return 0, false
}

// truthOfItem is what was told of a page or of a letter.
func truthOfItem(o observation.Observation, site platforms.Website, list platforms.MailingList, rec collectortest.Recording) (float64, bool) {
	title := ""
	for _, i := range rec.Items {
		if i.ID == o.Subject {
			title = i.Title
		}
	}
	for _, l := range list.Letters {
		if c := l.Counts(meetingNow); l.Title == title {
			n, ok := map[string]int{"sends_total": l.To, "bounces_total": l.Bounced, "delivered_total": l.To - l.Bounced, "opens_total": c.Opens, "unique_opens_total": c.UniqueOpens,
				"clicks_total": c.Clicks, "unique_clicks_total": c.UniqueClicks, "unsubscribes_total": c.Unsubscribes}[o.Metric]
			return float64(n), ok
		}
	}
	for _, p := range site.Pages(observation.Period{From: o.From, To: o.From + 1}, meetingNow) {
		if o.Metric == "page_views" && samePage(p.Path, title) {
			return float64(p.Views), true
		}
	}
	return -1, true // it was told of something that there is not
}

// samePage tells whether a path is that of a page as it is named.
func samePage(path, name string) bool {
	plain := func(s string) string { return strings.TrimSuffix(strings.ReplaceAll(s, "%C3%B6", "ö"), "/") }
	return plain(path) == plain(strings.TrimPrefix(name, "/here")) // which is the path of a site that base_url is the address of
}
