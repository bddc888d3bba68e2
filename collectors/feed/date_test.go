package feed

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		// as the standards write them
		"Sat, 21 Nov 2026 10:00:00 +0200":          "2026-11-21 08:00:00",
		"Sat, 21 Nov 2026 10:00:00 GMT":            "2026-11-21 10:00:00",
		"21 Nov 2026 10:00 EST":                    "2026-11-21 15:00:00",
		"2026-11-21T10:00:00Z":                     "2026-11-21 10:00:00",
		"2026-11-21T10:00:00.123+02:00":            "2026-11-21 08:00:00",
		"2026-11-21T10:00:00-0330":                 "2026-11-21 13:30:00",
		"2026-11-21t10:00z":                        "2026-11-21 10:00:00",
		"20261121T100000Z":                         "2026-11-21 10:00:00",
		"Sat Nov 21 10:00:00 2026":                 "2026-11-21 08:00:00",
		"Sat Nov 21 10:00:00 EET 2026":             "2026-11-21 08:00:00",
		"Sat, 21 Nov 26 10:00:00 +0200":            "2026-11-21 08:00:00",
		"Sat, 21 Nov 98 10:00:00 +0200":            "1998-11-21 08:00:00",
		"Saturday, 21-Nov-26 10:00:00 GMT":         "2026-11-21 10:00:00",
		"Sat, 21 Nov 2026 10:00:00 +0200 (EET)":    "2026-11-21 08:00:00",
		"Sat, 21 Nov 2026 10:00:00 GMT+0200":       "2026-11-21 08:00:00",
		"Sat, 21 Nov 2026 10:00:00 EET":            "2026-11-21 08:00:00",
		"Tue, 21 Jul 2026 10:00:00 EEST":           "2026-07-21 07:00:00",
		"Fri, 2006/09/15 08:19:53 EDT":             "2006-09-15 12:19:53",
		"Sat, 21 Nov 2026 24:00:00 +0200":          "2026-11-21 22:00:00",
		"Sat, 31 Dec 2016 23:59:60 GMT":            "2017-01-01 00:00:00",
		"  Sat,  21 \n Nov 2026  10:00:00  +0200 ": "2026-11-21 08:00:00",
		// without a zone: as the clocks of Helsinki
		"Sat, 21 Nov 2026 10:00:00":           "2026-11-21 08:00:00",
		"2026-11-21 23:30:00":                 "2026-11-21 21:30:00",
		"2026-11-22 00:30":                    "2026-11-21 22:30:00",
		"2026-07-21 00:30":                    "2026-07-20 21:30:00",
		"November 21, 2026 10:00 am":          "2026-11-21 08:00:00",
		"Nov 21, 2026 at 3:04pm":              "2026-11-21 13:04:00",
		"21 Nov 2026 12:15 AM":                "2026-11-20 22:15:00",
		"21.11.2026":                          "2026-11-20 22:00:00 day",
		"2026-11-21":                          "2026-11-20 22:00:00 day",
		"2026/11/21":                          "2026-11-20 22:00:00 day",
		"20261121":                            "2026-11-20 22:00:00 day",
		"21.11.26":                            "2026-11-20 22:00:00 day",
		"21.11.2026 klo 10.00":                "2026-11-21 08:00:00",
		"21.11.2026 10:00:30":                 "2026-11-21 08:00:30",
		"la 21.11.2026 klo 9.05":              "2026-11-21 07:05:00",
		"lauantaina 21. marraskuuta 2026":     "2026-11-20 22:00:00 day",
		"La, 21 marras 2026 10:00:00 +0200":   "2026-11-21 08:00:00",
		"La, 21 marraskuu 2026 10:00:00 EET":  "2026-11-21 08:00:00",
		"lördag 21 november 2026 kl. 10.00":   "2026-11-21 08:00:00",
		"den 21 okt 2026 kl 10.00":            "2026-10-21 07:00:00",
		"lör, 21 nov 2026 10:00:00 +0200":     "2026-11-21 08:00:00",
		"13/11/2026 10:00":                    "2026-11-13 08:00:00",
		"11/13/2026 10:00":                    "2026-11-13 08:00:00",
		"Sun, 29 Mar 2026 02:30:00":           "2026-03-29 00:30:00",
		"Sun, 29 Mar 2026 04:30:00":           "2026-03-29 01:30:00",
		"Sun, 25 Oct 2026 02:30:00":           "2026-10-24 23:30:00",
		"Sun, 25 Oct 2026 04:30:00":           "2026-10-25 02:30:00",
		"Thu, 31 Dec 2026 23:59:59":           "2026-12-31 21:59:59",
		"Sun, 16 Nov 2026 1:2:3 GMT":          "2026-11-16 01:02:03",
		"Mon, 26 January 2004 16:31:00 AT":    "2004-01-26 20:31:00",
		"Wed, 21 Oct 2026 07:28:00 GMT\u00a0": "2026-10-21 07:28:00",
		// no dates: nobody knows which day is meant
		"": "", "yesterday": "", "11/12/2026": "", "2026-11": "", "2026": "", "31.2.2026": "", "2026-02-29": "", "0.1.2026": "", "21 Nov": "", "Nov 2026": "",
		"21 Nov 2026 25:00": "", "21 Nov 2026 10:61": "", "21 Nov 2026 10:00:00 XYZ": "", "21 Nov 2026 10:00 +2500": "", "0000-00-00 00:00:00": "",
		"Sat, 21 zzz 2026 10:00:00": "", "99 Nov 2026": "", "21 Nov 2026 2027": "", "Sun, 16 Dec 2012 1:2:3:4 GMT": "", "2026-11-21T10:00:00Z extra": "", "1795248000": "",
	} {
		got, ok := parseDate(in, helsinki(t))
		text := got.at.Format("2006-01-02 15:04:05")
		if got.day {
			text += " day"
		}
		if !ok {
			text = ""
		}
		if text != want {
			t.Errorf("%q is %q, want %q", in, text, want)
		}
	}
}

// TestAbsurdDatesAreNone: an item is then dated by its first sight, and counted.
func TestAbsurdDatesAreNone(t *testing.T) {
	s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
	date := func(id, text string) string {
		return "<item><title>" + id + "</title><link>https://example.fi/" + id + "</link><pubDate>" + text + "</pubDate></item>"
	}
	s.serve("/a", feedOf(date("a", "Thu, 01 Jan 1970 00:00:00 GMT"), date("b", "Sat, 21 Nov 2099 10:00:00 GMT"), date("c", "Wed, 25 Nov 2026 10:00:00 GMT"),
		date("d", "11/12/2026"), date("e", ""), date("f", "Mon, 23 Nov 2026 10:00:00 GMT"), date("g", "Sat, 21 Nov 2026 10:00:00 GMT")))
	rec, err := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", now))
	if err != nil || rec.Counts["items_without_date"] != 5 || rec.Counts["items_read"] != 7 || rec.Counts["items_rejected"] != 0 {
		t.Errorf("%v, counts %v", err, rec.Counts)
	}
	for _, it := range rec.Items {
		dated := it.Title == "f" || it.Title == "g"
		if it.PublishedAt.IsZero() == dated || !it.FirstSeen.Equal(now) {
			t.Errorf("%s: published %s, first seen %s", it.Title, it.PublishedAt, it.FirstSeen)
		}
	}
	wantCovered(t, rec, "a", "2026-11-21 failed feed_short")
}

// TestAssumedZone: a date without zone is read in the zone that the feed's entry says, else in that of the source.
func TestAssumedZone(t *testing.T) {
	s, now := newSite(t), at(t, "2026-11-22 06:00")
	s.serve("/a", feedOf("<item><title>x</title><link>https://example.fi/x</link><pubDate>Sat, 21 Nov 2026 00:30:00</pubDate></item>"))
	for zone, want := range map[string]string{"": "2026-11-20T22:30:00Z", "UTC": "2026-11-21T00:30:00Z", "America/New_York": "2026-11-21T05:30:00Z"} {
		d := newDesk()
		src := s.source(d, now, roleMedia, "/a")
		src.config.Feeds[0].AssumeTZ = zone
		rec, err := collect(t, src, d, window(t, "2026-11-21", "2026-11-21", now))
		if err != nil || len(rec.Items) != 1 || rec.Items[0].PublishedAt.Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v; want %s", zone, rec.Items, err, want)
		}
	}
}
