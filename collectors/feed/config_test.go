package feed

import (
	"slices"
	"strings"
	"testing"

	"seuranta/internal/collector"
)

func TestValidate(t *testing.T) {
	good := Feed{URL: "https://example.fi/feed", Outlet: "Lehti"}
	for name, c := range map[string]struct {
		config Config
		want   []string // key: part of the message
	}{
		"media":              {Config{Role: roleMedia, Feeds: []Feed{good}}, nil},
		"own":                {Config{Role: roleOwn, Feeds: []Feed{{URL: "https://example.fi/feed"}}}, nil},
		"all keys":           {Config{Role: roleMedia, Feeds: []Feed{{URL: "http://example.fi/feed?a=1", Outlet: "Lehti", AssumeTZ: "Europe/Stockholm", Language: "sv", Part: "lehti 1"}}}, nil},
		"nothing":            {Config{}, []string{"role: is no role", "feeds: name at least one"}},
		"unknown role":       {Config{Role: "press", Feeds: []Feed{{URL: "https://example.fi/feed"}}}, []string{"role: is no role"}},
		"no outlet":          {Config{Role: roleMedia, Feeds: []Feed{good, {URL: "https://example.fi/b", Outlet: " "}}}, []string{"feeds[1].outlet: whose feed"}},
		"own with an outlet": {Config{Role: roleOwn, Feeds: []Feed{good}}, []string{"feeds[0].outlet: take the key out"}},
		"no address":         {Config{Role: roleOwn, Feeds: []Feed{{}}}, []string{"feeds[0].url: no address"}},
		"a file":             {Config{Role: roleOwn, Feeds: []Feed{{URL: "file:///etc/passwd"}}}, []string{"feeds[0].url: no address"}},
		"a half address":     {Config{Role: roleOwn, Feeds: []Feed{{URL: "example.fi/feed"}}}, []string{"feeds[0].url: no address"}},
		"a password":         {Config{Role: roleOwn, Feeds: []Feed{{URL: "https://anna:salasana@example.fi/feed"}}}, []string{"feeds[0].url: name and password"}},
		"unknown zone":       {Config{Role: roleOwn, Feeds: []Feed{{URL: "https://example.fi/feed", AssumeTZ: "Helsinki"}}}, []string{"feeds[0].assume_tz: no time zone"}},
		"unknown language":   {Config{Role: roleOwn, Feeds: []Feed{{URL: "https://example.fi/feed", Language: "suomi"}}}, []string{"feeds[0].language: no language"}},
		"a strange part":     {Config{Role: roleOwn, Feeds: []Feed{{URL: "https://example.fi/feed", Part: "a\nb"}}}, []string{"feeds[0].part: cannot be a name"}},
		"twice the same":     {Config{Role: roleMedia, Feeds: []Feed{good, {URL: "http://www.example.fi/feed/", Outlet: "Lehti"}}}, []string{"feeds[1]: has the name of feeds[0]"}},
	} {
		var got []string
		for _, f := range c.config.Validate() {
			got = append(got, f.Key+": "+f.Message)
			if strings.Contains(f.Message, "salasana") {
				t.Errorf("%s shows a password: %s", name, f.Message)
			}
		}
		match := slices.EqualFunc(got, c.want, func(got, want string) bool {
			key, words, _ := strings.Cut(want, ": ")
			return strings.HasPrefix(got, key+": ") && strings.Contains(got, words)
		})
		if !match {
			t.Errorf("%s: faults %q, want %q", name, got, c.want)
		}
	}
}

func TestParts(t *testing.T) {
	for url, want := range map[string]string{
		"https://yle.fi/rss/uutiset/tuoreimmat":     "yle.fi/rss/uutiset/tuoreimmat",
		"http://www.hs.fi/rss/tuoreimmat.xml?x=y#z": "hs.fi/rss/tuoreimmat.xml",
		"https://example.fi/":                       "example.fi",
	} {
		if got := (Feed{URL: url}).part(); got != want {
			t.Errorf("%s is called %q, want %q", url, got, want)
		}
	}
	secret := Feed{URL: "https://example.fi/feed?key=salasana"}.part()
	if strings.Contains(secret, "salasana") || secret == (Feed{URL: "https://example.fi/feed?key=toinen"}).part() {
		t.Errorf("it is called %q", secret)
	}
}

func TestTells(t *testing.T) {
	own, media := (&Config{Role: roleOwn}).Tells(), (&Config{Role: roleMedia}).Tells()
	if !slices.Equal(own.Metrics, []string{metricOwn}) || !slices.Contains(own.Channels, "podcast") || own.ChannelOptional || len(own.Definitions) != 1 {
		t.Errorf("own: %+v", own)
	}
	if !slices.Equal(media.Metrics, []string{metricMedia}) || media.Channels != nil || len(media.Definitions) != 1 {
		t.Errorf("media: %+v", media)
	}
}

// TestCheck: each feed is asked once, and what is wrong with any of them is told.
func TestCheck(t *testing.T) {
	s, now := newSite(t), at(t, "2026-11-22 06:00")
	for name, c := range map[string]struct {
		text, want string
		reason     string
	}{
		"busy":     {feedOf(news("2", at(t, "2026-11-22 05:00")), news("1", at(t, "2026-11-22 02:00"))), `"Uutiset": 2 items, the newest of 2026-11-22 03:00 UTC; it holds less than a day (4h0m0s): visit it much more often than that`, ""},
		"quiet":    {feedOf(news("2", at(t, "2026-11-21 05:00")), news("1", at(t, "2026-11-11 02:00"))), `"Uutiset": 2 items, the newest of 2026-11-21 03:00 UTC; it holds 11 days or more`, ""},
		"dateless": {feedOf(item("A", "https://example.fi/a", "", at(t, "2026-11-21 05:00")), "<item><title>B</title></item>"), `"Uutiset": 2 items, the newest of 2026-11-21 03:00 UTC; how far it reaches back cannot be told: its items are not in the order of their dates, or lack them`, ""},
		"none":     {feedOf("<item><title>B</title></item>"), `"Uutiset": 1 items, none with a date`, ""},
		"empty":    {feedOf(), `"Uutiset": 0 items, none with a date`, ""},
		"a page":   {"<html/>", "", collector.ReasonNotAFeed},
	} {
		for _, paths := range [][]string{{"/a"}, {"/b", "/a"}} {
			s.serve("/a", c.text)
			s.serve("/b", feedOf())
			asked, want := s.asked, c.want
			if want != "" && len(paths) > 1 {
				want = `"Uutiset": 0 items, none with a date · ` + want
			}
			got, err := s.source(newDesk(), now, roleMedia, paths...).Check(t.Context(), now)
			if got != want || collector.ReasonOf(err) != c.reason || s.asked != asked+len(paths) {
				t.Errorf("%s: %q, %v, asked %d times", name, got, err, s.asked-asked)
			}
		}
	}
}

// TestCheckNamesTheFeedThatFails: also when it is the last, and the others are well.
func TestCheckNamesTheFeedThatFails(t *testing.T) {
	s, now := newSite(t), at(t, "2026-11-22 06:00")
	s.serve("/a", feedOf())
	s.serve("/page", "<html/>")
	got, err := s.source(newDesk(), now, roleMedia, "/a", "/page", "/gone").Check(t.Context(), now)
	if got != "" || err == nil || strings.Contains(err.Error(), "check a") {
		t.Fatalf("%q, %v", got, err)
	}
	for _, want := range []string{"2 of 3 feeds", "check page: a document <html> came", "check gone: ", "404"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not said in: %v", want, err)
		}
	}
}
