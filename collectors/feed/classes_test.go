package feed

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// status answers with a status and a head.
func status(code int, head ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(head); i += 2 {
			w.Header().Set(head[i], head[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte("<html><body>no</body></html>"))
	}
}

// TestClasses: whatever comes instead of a feed ends in its class, and the day in doubt is never called measured.
func TestClasses(t *testing.T) {
	s := newSite(t)
	first, second := at(t, "2026-11-19 12:00"), at(t, "2026-11-22 06:00")
	good := feedOf(news("2", at(t, "2026-11-19 09:00")), news("1", at(t, "2026-11-17 09:00")))
	now := feedOf(news("3", at(t, "2026-11-20 09:00")), news("2", at(t, "2026-11-19 09:00")))
	text := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		result observation.Result
		reason string
	}{
		"a page":                      {text("<!DOCTYPE html><html><head><title>Evästeet</title></head><body>Hyväksy</body></html>"), observation.Failed, collector.ReasonNotAFeed},
		"a page in capitals":          {text("<HTML><BODY>no</BODY></HTML>"), observation.Failed, collector.ReasonNotAFeed},
		"a page that is no XML":       {text("<!doctype html><p>a<br>b & c < d"), observation.Failed, collector.ReasonNotAFeed},
		"an error in JSON":            {text(`{"error": "not found"}`), observation.Failed, collector.ReasonNotAFeed},
		"a JSON with items":           {text(`{"items": []}`), observation.Failed, collector.ReasonNotAFeed},
		"a JSON without items":        {text(`{"version": "https://jsonfeed.org/version/1.1", "title": "x"}`), observation.Failed, collector.ReasonNotAFeed},
		"half a JSON feed":            {text(`{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"`), observation.Failed, collector.ReasonBadFeed},
		"a list":                      {text(`[]`), observation.Failed, collector.ReasonNotAFeed},
		"a word":                      {text("ok"), observation.Failed, collector.ReasonNotAFeed},
		"nothing":                     {text(""), observation.Failed, collector.ReasonNotAFeed},
		"blanks":                      {text(" \n"), observation.Failed, collector.ReasonNotAFeed},
		"a sitemap":                   {text(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>`), observation.Failed, collector.ReasonNotAFeed},
		"only a head":                 {text(`<?xml version="1.0"?>`), observation.Failed, collector.ReasonNotAFeed},
		"cut off":                     {text(now[:len(now)-40]), observation.Failed, collector.ReasonBadFeed},
		"cut off before any item":     {text(now[:120]), observation.Failed, collector.ReasonBadFeed},
		"malformed":                   {text(strings.Replace(now, "<title>Uutinen 2", "<title <>Uutinen 2", 1)), observation.Failed, collector.ReasonBadFeed},
		"a shell":                     {text("<rss version='2.0'></rss>"), observation.Failed, collector.ReasonBadFeed},
		"a shell of Atom":             {text("<feed xmlns='http://www.w3.org/2005/Atom'/>"), observation.Failed, collector.ReasonBadFeed},
		"items without anything":      {text(feedOf("<item/>", "<item><description>x</description></item>")), observation.Failed, collector.ReasonBadFeed},
		"items that nobody can read":  {text("<feed xmlns='http://example.fi/none'><title>x</title><entry><title>y</title></entry></feed>"), observation.Failed, collector.ReasonBadFeed},
		"it has lost all items":       {text(feedOf()), observation.Failed, collector.ReasonFeedEmpty},
		"401":                         {status(401), observation.Auth, "auth"},
		"403":                         {status(403), observation.Auth, "auth"},
		"402":                         {status(402), observation.Budget, "budget"},
		"404":                         {status(404), observation.Failed, collector.ReasonNotFound},
		"410":                         {status(410), observation.Gone, "gone"},
		"429":                         {status(429, "Retry-After", "3600"), observation.Waiting, "waiting"},
		"500":                         {status(500), observation.Failed, "failed"},
		"larger than it may be":       {text(strings.Repeat("x", 50<<20)), observation.Failed, collector.ReasonTooLarge},
		"nested without end":          {text("<rss><channel>" + strings.Repeat("<a>", 1<<20)), observation.Failed, collector.ReasonBadFeed},
		"more items than any feed":    {text(feedOf(strings.Repeat("<item><title>x</title></item>", mostItems+1))), observation.Failed, collector.ReasonBadFeed},
		"304 though nothing was told": {status(304), observation.Failed, "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			s.serve("/a", good)
			if _, err := collect(t, s.source(d, first, roleMedia, "/a"), d, window(t, "2026-11-18", "2026-11-18", first)); err != nil {
				t.Fatal(err)
			}
			s.feeds["/a"] = c.answer
			rec, err := collect(t, s.source(d, second, roleMedia, "/a"), d, window(t, "2026-11-18", "2026-11-21", second))
			if err == nil || collector.ResultOf(err) != c.result || collector.ReasonOf(err) != c.reason {
				t.Errorf("it ends %s %s (%v), want %s %s", collector.ResultOf(err), collector.ReasonOf(err), err, c.result, c.reason)
			}
			said := " " + string(c.result) + " " + c.reason
			wantCovered(t, rec, "a", "2026-11-18 nodata", "2026-11-19 partial "+c.reason, "2026-11-20"+said, "2026-11-21"+said)
			s.serve("/a", now)
			if strings.HasPrefix(name, "429") {
				second = second.Add(2 * time.Hour)
			}
			rec, err = collect(t, s.source(d, second, roleMedia, "/a"), d, window(t, "2026-11-18", "2026-11-21", second))
			if err != nil {
				t.Error(err)
			}
			wantCovered(t, rec, "a", "2026-11-18 nodata", "2026-11-19 ok", "2026-11-20 ok", "2026-11-21 nodata")
		})
	}
}

// TestWholeItemsOfADamagedFeedAreKept: what stood before the damage is told; the visit is no good one all the same.
func TestWholeItemsOfADamagedFeedAreKept(t *testing.T) {
	s, now := newSite(t), at(t, "2026-11-22 06:00")
	whole := feedOf(news("3", at(t, "2026-11-21 09:00")), news("2", at(t, "2026-11-20 09:00")), news("1", at(t, "2026-11-19 09:00")))
	for name, text := range map[string]string{
		"RSS":  whole[:strings.Index(whole, "Uutinen 1")],
		"Atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>Uutinen 3</title><id>3</id><published>2026-11-21</published></entry><entry><title>Uutinen 2</title><id>2</id><published>2026-11-20</published></entry><entry><tit`,
		"RDF": `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title></channel>
			<item><title>Uutinen 3</title><link>https://example.fi/3</link><dc:date>2026-11-21</dc:date></item><item><title>Uutinen 2</title><link>https://example.fi/2</link><dc:date>2026-11-20</dc:date></item><item`,
		"JSON": `{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "3", "title": "Uutinen 3", "date_published": "2026-11-21"}, {"id": "2", "title": "Uutinen 2", "date_published": "2026-11-20"}, null, {"id": {}, "title": []}]}`,
	} {
		d := newDesk()
		s.serve("/a", text)
		rec, err := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", now))
		if got := strings.Join(d.titles(), ", "); got != "Uutinen 2, Uutinen 3" || collector.ReasonOf(err) != collector.ReasonBadFeed {
			t.Errorf("%s: kept is %s; %v", name, got, err)
		}
		wantCovered(t, rec, "a", "2026-11-21 failed bad_feed")
	}
}

// TestAServerThatWantsToBeLeftAlone is not asked before the time that it told, whoever asks.
func TestAServerThatWantsToBeLeftAlone(t *testing.T) {
	s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
	s.feeds["/a"] = status(429, "Retry-After", "1800")
	for _, c := range []struct {
		after time.Duration
		asks  bool
	}{{0, true}, {10 * time.Minute, false}, {29 * time.Minute, false}, {31 * time.Minute, true}, {40 * time.Minute, false}} {
		asked, then := s.asked, now.Add(c.after)
		_, err := collect(t, s.source(d, then, roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", then))
		if collector.ResultOf(err) != observation.Waiting || (s.asked > asked) != c.asks {
			t.Errorf("after %s: asked %v, %v", c.after, s.asked > asked, err)
		}
	}
}

// TestAnotherServerIsAskedAtOnce: that a server wants to be left alone says nothing of the one that a feed moved to; for
// another channel it holds as before.
func TestAnotherServerIsAskedAtOnce(t *testing.T) {
	old, other, d, now := newSite(t), newSite(t), newDesk(), at(t, "2026-11-22 06:00")
	old.feeds["/a"] = status(429, "Retry-After", "86400")
	old.serve("/moved", feedOf())
	other.serve("/a", feedOf())
	for _, c := range []struct {
		site          *site
		path, channel string
		asks          bool
	}{{old, "/a", "kotisivut", true}, {old, "/moved", "kotisivut", false}, {old, "/a", "blogi", false}, {other, "/a", "kotisivut", true}} {
		src, asked := c.site.source(d, now, roleOwn, c.path), c.site.asked
		src.config.Feeds[0].Part, src.deps.ChannelID = "a", c.channel
		_, _ = collect(t, src, d, window(t, "2026-11-21", "2026-11-21", now))
		if (c.site.asked > asked) != c.asks {
			t.Errorf("%s for %s: asked %v, want %v", c.path, c.channel, c.site.asked > asked, c.asks)
		}
	}
}

// TestOneFeedOfSeveralFails: the others are told, each is a part of its own, and the visit is answered in part.
func TestOneFeedOfSeveralFails(t *testing.T) {
	s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
	s.serve("/a", feedOf(news("2", at(t, "2026-11-21 09:00")), news("1", at(t, "2026-11-20 09:00"))))
	rec, err := collect(t, s.source(d, now, roleMedia, "/b", "/a"), d, window(t, "2026-11-21", "2026-11-21", now))
	if !errors.Is(err, collector.ErrPartial) || !strings.Contains(err.Error(), "1 of 2 feeds") {
		t.Error(err)
	}
	wantCovered(t, rec, "a", "2026-11-21 ok")
	wantCovered(t, rec, "b", "2026-11-21 failed not_found")
	if len(rec.Items) != 2 || rec.Counts["feeds_failed"] != 1 {
		t.Errorf("%d items, counts %v", len(rec.Items), rec.Counts)
	}
}

// TestWhatIsKnownCannotBeAsked: nothing is told then, or known items would come again as new ones.
func TestWhatIsKnownCannotBeAsked(t *testing.T) {
	s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
	s.serve("/a", feedOf(news("2", at(t, "2026-11-21 09:00")), news("1", at(t, "2026-11-20 09:00"))))
	d.broken = errors.New("the store is gone")
	rec, err := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", now))
	if !errors.Is(err, d.broken) || len(rec.Items) > 0 {
		t.Errorf("%d items, %v", len(rec.Items), err)
	}
	wantCovered(t, rec, "a", "2026-11-21 failed failed")
}

// TestBombs: feeds that are made to exhaust a reader cost bounded time and memory and are never called empty.
func TestBombs(t *testing.T) {
	entities := `<!DOCTYPE rss [<!ENTITY a0 "ha">`
	for _, e := range [][2]string{{"1", "0"}, {"2", "1"}, {"3", "2"}, {"4", "3"}, {"5", "4"}, {"6", "5"}, {"7", "6"}, {"8", "7"}, {"9", "8"}} {
		entities += `<!ENTITY a` + e[0] + ` "` + strings.Repeat("&a"+e[1]+";", 20) + `">`
	}
	const size = 3 << 20
	fill := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	for name, c := range map[string]struct {
		text string
		fine bool
	}{
		"entities":               {"<?xml version='1.0'?>" + entities + "]>" + feedOf("<item><title>&a9;</title><link>https://example.fi/1</link></item>")[38:], true},
		"nested elements":        {"<rss><channel>" + fill("<a>"), false},
		"nested in an item":      {"<rss><channel><title>x</title><item>" + fill("<x:a>"), false},
		"elements without end":   {"<rss><channel><title>x</title><item><title>x</title>" + fill("<x:a/>") + "</item></channel></rss>", false},
		"name spaces":            {"<rss><channel " + fill("xmlns:a='b' ") + "><title>x</title></channel></rss>", false},
		"items without end":      {"<rss><channel><title>x</title>" + fill("<item/>") + "</channel></rss>", false},
		"one long title":         {feedOf("<item><title>" + fill("pitkä ") + "</title><link>https://example.fi/1</link></item>"), true},
		"tags in a title":        {feedOf("<item><title><![CDATA[" + fill("<b>") + "]]></title><link>https://example.fi/1</link></item>"), true},
		"open tags in a title":   {feedOf("<item><title><![CDATA[" + fill("<b ") + "]]></title><link>https://example.fi/1</link></item>"), true},
		"remarks in a text":      {feedOf("<item><title>x</title><description><![CDATA[" + fill("<!--") + "]]></description></item>"), true},
		"ampersands":             {feedOf("<item><title>x</title><description>" + fill("&") + "</description></item>"), true},
		"marks on one letter":    {feedOf("<item><title>a" + fill("\u0308") + "</title><link>https://example.fi/1</link></item>"), true},
		"one long address":       {feedOf("<item><title>x</title><link>https://example.fi/" + fill("a") + "</link></item>"), true},
		"categories without end": {feedOf("<item><title>x</title>" + strings.Repeat("<category/>", mostElements) + "</item>"), false},
		"JSON, nested":           {`{"version": "https://jsonfeed.org/version/1.1", "items": ` + fill("["), false},
		"JSON, items":            {`{"version": "https://jsonfeed.org/version/1.1", "items": [` + fill("{},") + `{}]}`, false},
		"blanks before":          {fill(" ") + feedOf(news("1", time.Now())), true},
	} {
		t.Run(name, func(t *testing.T) {
			s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
			s.serve("/a", c.text)
			runtime.GC()
			peak, stop := watch()
			begun := time.Now()
			rec, err := collect(t, s.source(d, now, roleOwn, "/a"), d, window(t, "2026-11-21", "2026-11-21", now))
			took, most := time.Since(begun), stop()
			if (err == nil) != c.fine {
				t.Errorf("it ends with %.200v", err)
			}
			if n := len(rec.Items) + int(rec.Counts["items_of_old_stock"]); err == nil && n != 1 {
				t.Errorf("%d items", n)
			}
			if limit := int64(150 << 20); most-peak > limit || took > 30*time.Second {
				t.Errorf("it took %s and %d MB", took, (most-peak)>>20)
			}
			t.Logf("%s, %d MB, %v", took.Round(time.Millisecond), (most-peak)>>20, err)
		})
	}
}

// watch follows how much memory is in use; stop returns the most that was.
func watch() (before int64, stop func() int64) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before = int64(m.HeapAlloc)
	done, most := make(chan struct{}), make(chan int64)
	go func() {
		top := before
		for {
			select {
			case <-done:
				most <- top
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&m)
				top = max(top, int64(m.HeapAlloc))
			}
		}
	}()
	return before, func() int64 { close(done); return <-most }
}

// TestFutureAndOpenDays: days that are not over are not spoken of, and for days to come no server is asked.
func TestFutureAndOpenDays(t *testing.T) {
	s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
	s.serve("/a", feedOf(news("1", at(t, "2026-11-21 09:00"))))
	rec, err := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-23", "2026-11-30", now))
	if err != nil || s.asked > 0 || len(rec.Coverage)+len(rec.Items) > 0 {
		t.Errorf("asked %d times; %d items, coverage %v; %v", s.asked, len(rec.Items), covered(rec, "a"), err)
	}
	rec, err = collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-22", "2026-11-22", now))
	if err != nil || len(rec.Coverage) > 0 || len(rec.Items) != 1 {
		t.Errorf("of today %d items, coverage %v; %v", len(rec.Items), covered(rec, "a"), err)
	}
}

// TestStopped: a visit that is stopped says so of every feed.
func TestStopped(t *testing.T) {
	s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
	ctx, cancel := context.WithCancel(t.Context())
	s.feeds["/a"] = func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }
	var r collectortest.Recorder
	err := s.source(d, now, roleMedia, "/a", "/b").Collect(ctx, window(t, "2026-11-21", "2026-11-21", now), &r)
	if collector.ReasonOf(err) != collector.ReasonStopped {
		t.Error(err)
	}
	wantCovered(t, r.Recording(), "a", "2026-11-21 failed stopped")
	wantCovered(t, r.Recording(), "b", "2026-11-21 failed stopped")
}
