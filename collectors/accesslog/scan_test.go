package accesslog

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const prefix = `192.0.2.1 - - [20/Nov/2026:10:00:00 +0200] `

func TestScan(t *testing.T) {
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC).Unix()
	base := line{address: []byte("192.0.2.1"), at: at, request: []byte("GET / HTTP/1.1"), status: 200}
	with := func(change func(*line)) line {
		l := base
		change(&l)
		return l
	}
	agent := func(s string) line { return with(func(l *line) { l.agent, l.hasAgent = []byte(s), true }) }
	for name, c := range map[string]struct {
		in   string
		want line
	}{
		"common":              {prefix + `"GET / HTTP/1.1" 200 512`, base},
		"combined":            {prefix + `"GET / HTTP/1.1" 200 512 "-" "Firefox"`, agent("Firefox")},
		"no bytes":            {prefix + `"GET / HTTP/1.1" 200 - "-" "Firefox"`, agent("Firefox")},
		"empty agent":         {prefix + `"GET / HTTP/1.1" 200 0 "" ""`, agent("")},
		"more fields after":   {prefix + `"GET / HTTP/1.1" 200 512 "-" "Firefox" "203.0.113.7, 10.0.0.1" 0.003`, agent("Firefox")},
		"more fields between": {prefix + `"GET / HTTP/1.1" 200 512 0.003 71 "-" "Firefox"`, agent("Firefox")},
		"a time after common": {prefix + `"GET / HTTP/1.1" 200 512 0.003`, base},
		"referer alone":       {prefix + `"GET / HTTP/1.1" 200 512 "https://example.fi/"`, base},
		"escaped quotes":      {prefix + `"GET / HTTP/1.1" 200 512 "a\"b\\" "Fire\"fox\\"`, agent(`Fire\"fox\\`)},
		"hexadecimal quotes":  {prefix + `"GET / HTTP/1.1" 200 512 "-" "Fire\x22fox"`, agent(`Fire\x22fox`)},
		"invalid UTF-8":       {prefix + "\"GET / HTTP/1.1\" 200 512 \"-\" \"Fire\xfffox\"", agent("Fire\xfffox")},
		"NUL inside":          {prefix + "\"GET / HTTP/1.1\" 200 512 \"-\" \"Fire\x00fox\"", agent("Fire\x00fox")},
		"NULs of a power cut": {strings.Repeat("\x00", 400) + prefix + `"GET / HTTP/1.1" 200 512`, base},
		"a user":              {`192.0.2.1 - anna [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 512`, base},
		"a user with spaces":  {`192.0.2.1 - anna maria [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 512`, base},
		"an empty user":       {`192.0.2.1 - "" [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 512`, base},
		"another zone":        {`192.0.2.1 - - [20/Nov/2026:01:30:00 -0630] "GET / HTTP/1.1" 200 512`, base},
		"TLS on a plain port": {prefix + `"\x16\x03\x01\x02\x00" 400 226 "-" "-"`, with(func(l *line) {
			l.request, l.status, l.agent, l.hasAgent = []byte(`\x16\x03\x01\x02\x00`), 400, []byte("-"), true
		})},
		"no request":           {prefix + `"-" 408 0`, with(func(l *line) { l.request, l.status = []byte("-"), 408 })},
		"an empty request":     {prefix + `"" 400 0`, with(func(l *line) { l.request, l.status = []byte(""), 400 })},
		"IPv6":                 {strings.Replace(prefix, "192.0.2.1", "2001:db8::443", 1) + `"GET / HTTP/1.1" 200 512`, with(func(l *line) { l.address = []byte("2001:db8::443") })},
		"IPv6, user of spaces": {`2001:db8::443 - anna maria [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 512`, with(func(l *line) { l.address = []byte("2001:db8::443") })},
		"vhost and port":       {`www.example.fi:443 ` + prefix + `"GET / HTTP/1.1" 200 512`, with(func(l *line) { l.vhost = []byte("www.example.fi:443") })},
		"vhost alone":          {`www.example.fi ` + prefix + `"GET / HTTP/1.1" 200 512`, with(func(l *line) { l.vhost = []byte("www.example.fi") })},
		"vhost before IPv6":    {`example.fi 2001:db8::1 - - [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 512`, with(func(l *line) { l.vhost, l.address = []byte("example.fi"), []byte("2001:db8::1") })},
		"vhost that is IPv6":   {`[2001:db8::9]:80 ` + prefix + `"GET / HTTP/1.1" 200 512`, with(func(l *line) { l.vhost = []byte("[2001:db8::9]:80") })},
		"host name as address": {`reader.example.net - - [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 512`, with(func(l *line) { l.address = []byte("reader.example.net") })},
	} {
		t.Run(name, func(t *testing.T) {
			var (
				s   scanner
				got line
			)
			if class := s.scan([]byte(c.in), &got); class != counted {
				t.Fatalf("rejected as %s", class)
			}
			compareLines(t, c.want, got)
		})
	}
}

func compareLines(t tester, want, got line) {
	t.Helper()
	if !bytes.Equal(want.vhost, got.vhost) || (want.vhost == nil) != (got.vhost == nil) || !bytes.Equal(want.address, got.address) || want.at != got.at ||
		!bytes.Equal(want.request, got.request) || want.status != got.status || !bytes.Equal(want.agent, got.agent) || want.hasAgent != got.hasAgent {
		t.Errorf("got  %+v\nwant %+v", readable(got), readable(want))
	}
}

func readable(l line) any {
	return []any{string(l.vhost), string(l.address), l.at, string(l.request), l.status, string(l.agent), l.hasAgent}
}

func TestScanRejects(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want class
	}{
		"nothing":            {"", rejectedMalformed},
		"NULs alone":         {"\x00\x00\x00", rejectedMalformed},
		"an error log":       {"[Fri Nov 20 10:00:00 2026] [error] client denied", rejectedMalformed},
		"JSON":               {`{"remote_ip":"192.0.2.1","time":"20/Nov/2026:10:00:00 +0200"}`, rejectedMalformed},
		"two fields":         {`192.0.2.1 - [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 512`, rejectedMalformed},
		"cut in the request": {prefix + `"GET / HT`, rejectedMalformed},
		"cut after it":       {prefix + `"GET / HTTP/1.1"`, rejectedMalformed},
		"cut in the status":  {prefix + `"GET / HTTP/1.1" 20`, rejectedMalformed},
		"no bytes field":     {prefix + `"GET / HTTP/1.1" 200`, rejectedMalformed},
		"empty bytes field":  {prefix + `"GET / HTTP/1.1" 200 `, rejectedMalformed},
		"status of letters":  {prefix + `"GET / HTTP/1.1" 2OO 512`, rejectedMalformed},
		"bytes of letters":   {prefix + `"GET / HTTP/1.1" 200 5x2`, rejectedMalformed},
		"cut in the referer": {prefix + `"GET / HTTP/1.1" 200 512 "https://exa`, rejectedMalformed},
		"cut in the agent":   {prefix + `"GET / HTTP/1.1" 200 512 "-" "Mozil`, rejectedMalformed},
		"only escaped quote": {prefix + `"GET / HTTP/1.1" 200 512 "-" "Mozil\"`, rejectedMalformed},
		"bare quote inside":  {prefix + `"GET /"x HTTP/1.1" 200 512`, rejectedMalformed},
		"ISO time":           {`192.0.2.1 - - [2026-11-20T10:00:00+02:00] "GET / HTTP/1.1" 200 512`, rejectedTime},
		"31 November":        {`192.0.2.1 - - [31/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 512`, rejectedTime},
		"a 25th hour":        {`192.0.2.1 - - [20/Nov/2026:24:00:00 +0200] "GET / HTTP/1.1" 200 512`, rejectedTime},
		"second 61":          {`192.0.2.1 - - [20/Nov/2026:10:00:61 +0200] "GET / HTTP/1.1" 200 512`, rejectedTime},
		"Finnish month":      {`192.0.2.1 - - [20/Mar/2026:10:00:00 +02:0] "GET / HTTP/1.1" 200 512`, rejectedTime},
		"no zone":            {`192.0.2.1 - - [20/Nov/2026:10:00:00] "GET / HTTP/1.1" 200 512`, rejectedTime},
	} {
		t.Run(name, func(t *testing.T) {
			var (
				s scanner
				l line
			)
			if got := s.scan([]byte(c.in), &l); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestClockLikeTheStandardLibrary(t *testing.T) {
	var c clock
	check := func(stamp string) {
		want, err := time.Parse(stampForm, stamp)
		if got, ok := c.read([]byte(stamp)); ok != (err == nil) || ok && got != want.Unix() {
			t.Errorf("%q: got %d (%v), want %d (%v)", stamp, got, ok, want.Unix(), err)
		}
	}
	for _, stamp := range []string{
		"29/Feb/2028:00:00:00 +0000", "29/Feb/2027:00:00:00 +0000", "25/Oct/2026:03:30:00 +0300", "25/Oct/2026:03:30:00 +0200",
		"00/Jan/2026:00:00:00 +0000", "32/Jan/2026:00:00:00 +0000", "01/anF/2026:00:00:00 +0000",
		"01/Jan/2026 00:00:00 +0000", "01-Jan-2026:00:00:00 +0000", "01/Jan/2026:00-00:00 +0000", "01/Jan/2026:00:00-00 +0000",
		"01/Jan/2026:00:00:00 0000 ", "01/Jan/2026:00:00:00 *0200", "01/Jan/2026:00:60:00 +0000", "01/Jan/20x6:00:00:00 +0000", "01/Jan/2026:00:00:0: +0000",
	} {
		check(stamp)
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("", 60*rapid.IntRange(-12*60, 14*60).Draw(t, "zone"))
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).In(zone)
		check(at.Format(stampForm))
		check(at.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "later")) * time.Second).Format(stampForm))
	})
}

func TestLeapSecondIsTheNextMinute(t *testing.T) {
	var c clock
	leap, ok := c.read([]byte("31/Dec/2016:23:59:60 +0000"))
	if want := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC).Unix(); !ok || leap != want {
		t.Errorf("%d (%v), want %d", leap, ok, want)
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		`plain`: "plain", `a\"b`: `a"b`, `a\\b`: `a\b`, `\xc3\xA4`: "ä", `\x4`: `\x4`, `\xzz`: `\xzz`, `\n`: `\n`, `end\`: `end\`, `\\x41`: `\x41`, `\\\"`: `\"`,
	} {
		if got := string(unescape(nil, []byte(in))); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"%2e": ".", "%2E%63ss": ".css", "100%": "100%", "%zz": "%zz", "%2": "%2", "%2525": "%25"} {
		if got := string(unpercent(nil, []byte(in))); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestScanAllocatesNothing(t *testing.T) {
	var (
		s scanner
		l line
	)
	b := []byte(`www.example.fi:443 ` + prefix + `"GET /\x22 HTTP/1.1" 200 512 "-" "Fire\"fox"`)
	if n := testing.AllocsPerRun(100, func() { s.scan(b, &l) }); n != 0 {
		t.Errorf("%v allocations a line", n)
	}
}

// FuzzScan compares the scanner with the regular expressions of the reference.
func FuzzScan(f *testing.F) {
	f.Add([]byte(prefix + `"GET / HTTP/1.1" 200 512 "-" "Firefox"`))
	var s scanner
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.ContainsAny(b, "\n") || len(b) > longestLine || !utf8.Valid(b) {
			return // a regular expression sees runes, the scanner bytes; TestScan has bytes that are no runes
		}
		var (
			got line
			r   reference
		)
		class := s.scan(b, &got)
		want, rejected := r.read(string(b))
		if (class == counted) != (rejected == "") || class != counted && class.String() != rejected {
			t.Fatalf("%q: %s, reference: %q", b, class, rejected)
		}
		if class != counted {
			return
		}
		agent := string(unescape(nil, got.agent))
		if string(got.address) != want.address || string(hostOf(got.vhost)) != want.vhost || got.at != want.at.Unix() ||
			agent != want.agent || got.hasAgent != want.hasAgent || want.status != string(statusOf(got)) {
			t.Fatalf("%q:\n%v\nreference:\n%+v", b, readable(got), want)
		}
		var rules rules
		_, target := splitRequest(got.request)
		if p := string(rules.path(target)); utf8.ValidString(p) && p != want.path {
			t.Fatalf("%q: path %q, reference %q", b, p, want.path)
		}
	})
}

func statusOf(l line) []byte {
	return []byte{byte('0' + l.status/100), byte('0' + l.status/10%10), byte('0' + l.status%10)}
}
