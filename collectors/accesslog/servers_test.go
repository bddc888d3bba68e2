package accesslog

import (
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// written are lines as real servers write them, all of the noon of 20 November 2026 in Helsinki, each with the class that
// README.md gives it, the virtual host and the address that it is to be read as.
var written = []struct {
	name, line     string
	class          class
	vhost, address string
}{
	{"Apache, common", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /sivu/ HTTP/1.1" 200 5120`, counted, "", "192.0.2.7"},
	{"Apache, combined", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /sivu/ HTTP/1.1" 200 5120 "https://www.example.fi/" "AGENT"`, counted, "", "192.0.2.7"},
	{"Apache, combinedio", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /sivu/ HTTP/1.1" 200 5120 "-" "AGENT" 612 5377`, counted, "", "192.0.2.7"},
	{"Apache, vhost_combined", `www.example.fi:443 192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "www.example.fi", "192.0.2.7"},
	{"Apache, vhost_common of Debian", `www.example.fi 192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120`, counted, "www.example.fi", "192.0.2.7"},
	{"Apache, names looked up", `lukija.example.net - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "lukija.example.net"},
	{"Apache, vhost and names looked up", `www.example.fi lukija.example.net - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "www.example.fi", "lukija.example.net"},
	{"Apache, vhost:port and names looked up", `www.example.fi:80 lukija.example.net - anna [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "www.example.fi", "lukija.example.net"},
	{"Apache, vhost is an IPv6 address", `[2001:db8::80]:443 2001:db8::7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "[2001:db8::80]", "2001:db8::7"},
	{"no vhost was asked for", `- 192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "-", "192.0.2.7"},
	{"an empty vhost", ` 192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"a user", `192.0.2.7 - anna [20/Nov/2026:12:00:00 +0200] "GET /oma/ HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"a user with blanks and a bracket", `192.0.2.7 - anna [x] maria [20/Nov/2026:12:00:00 +0200] "GET /oma/ HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"a user of nothing", `192.0.2.7 - "" [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 401 381 "-" "AGENT"`, filteredStatus, "", "192.0.2.7"},
	{"IPv6", `2001:db8::7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/2.0" 200 5120 "-" "AGENT"`, counted, "", "2001:db8::7"},
	{"IPv6 in brackets", `[2001:db8::7] - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "[2001:db8::7]"},
	{"vhost, IPv6 in brackets", `www.example.fi [2001:db8::7] - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "www.example.fi", "[2001:db8::7]"},
	{"vhost, IPv6 of one link", `www.example.fi fe80::1%eth0 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "www.example.fi", "fe80::1%eth0"},
	{"IPv4 in IPv6", `::ffff:192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "::ffff:192.0.2.7"},
	{"nginx behind a socket", `unix: - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.0" 200 5120 "-" "AGENT"`, counted, "", "unix:"},
	{"nginx, HTTP/3", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /sivu/ HTTP/3.0" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"nginx, forwarded for and time", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /sivu/ HTTP/2.0" 200 5120 "-" "AGENT" "203.0.113.9" rt=0.012 uct="-"`, counted, "", "192.0.2.7"},
	{"nginx, escaped quotes", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /?q=\x22koti\x22 HTTP/2.0" 200 5120 "https://haku.example/?q=\x22a\x22" "AGENT"`, counted, "", "192.0.2.7"},
	{"Apache, escaped quotes", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /?q=\"koti\" HTTP/1.1" 200 5120 "a\"b\\" "AGENT"`, counted, "", "192.0.2.7"},
	{"Apache, a tab in the request", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET\t/ HTTP/1.1" 400 226 "-" "-"`, filteredMethod, "", "192.0.2.7"},
	{"nginx, no request", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "-" 400 0 "-" "-"`, filteredMethod, "", "192.0.2.7"},
	{"nginx, an empty request", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "" 400 0 "-" "-"`, filteredMethod, "", "192.0.2.7"},
	{"nginx, closed without an answer", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 444 0 "-" "AGENT"`, filteredStatus, "", "192.0.2.7"},
	{"nginx, gone before the answer", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 499 0 "-" "AGENT"`, filteredStatus, "", "192.0.2.7"},
	{"nginx, no answer at all", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 000 0 "-" "AGENT"`, filteredStatus, "", "192.0.2.7"},
	{"Apache, timed out", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "-" 408 - "-" "-"`, filteredMethod, "", "192.0.2.7"},
	{"Apache, to itself", `::1 - - [20/Nov/2026:12:00:00 +0200] "OPTIONS * HTTP/1.0" 200 126 "-" "Apache/2.4.62 (Debian) (internal dummy connection)"`, filteredMethod, "", "::1"},
	{"TLS on a plain port", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "\x16\x03\x01\x01\xfc\x01\x00" 400 157 "-" "-"`, filteredMethod, "", "192.0.2.7"},
	{"HTTP/2 on a plain port", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "PRI * HTTP/2.0" 400 157 "-" "-"`, filteredMethod, "", "192.0.2.7"},
	{"WebDAV", `192.0.2.7 - anna [20/Nov/2026:12:00:00 +0200] "PROPFIND /dav/ HTTP/1.1" 207 512 "-" "AGENT"`, filteredMethod, "", "192.0.2.7"},
	{"WebDAV, locked", `192.0.2.7 - anna [20/Nov/2026:12:00:00 +0200] "LOCK /dav/a.odt HTTP/1.1" 200 512 "-" "AGENT"`, filteredMethod, "", "192.0.2.7"},
	{"a form", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "POST /lomake HTTP/1.1" 200 512 "-" "AGENT"`, filteredMethod, "", "192.0.2.7"},
	{"a proxy was tried", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "CONNECT example.org:443 HTTP/1.1" 405 157 "-" "-"`, filteredMethod, "", "192.0.2.7"},
	{"an absolute request", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET http://www.example.fi/sivu/?a=b.css HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"an absolute request for an image", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET http://www.example.fi/a.png HTTP/1.1" 200 5120 "-" "AGENT"`, filteredAsset, "", "192.0.2.7"},
	{"HTTP/0.9", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"no agent", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "-"`, filteredBotAgent, "", "192.0.2.7"},
	{"an empty agent", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "" ""`, filteredBotAgent, "", "192.0.2.7"},
	{"a server in UTC", `192.0.2.7 - - [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"UTC written with a minus", `192.0.2.7 - - [20/Nov/2026:10:00:00 -0000] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"a zone of half an hour", `192.0.2.7 - - [20/Nov/2026:15:30:00 +0530] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"a zone of half an hour west", `192.0.2.7 - - [20/Nov/2026:06:30:00 -0330] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"a month in small letters", `192.0.2.7 - - [20/nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, rejectedTime, "", ""},
	{"a month in great letters", `192.0.2.7 - - [20/NOV/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, rejectedTime, "", ""},
	{"nginx, time in ISO 8601", `192.0.2.7 - - [2026-11-20T12:00:00+02:00] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, rejectedTime, "", ""},
	{"as Windows ends lines", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"` + "\r", counted, "", "192.0.2.7"},
	{"as Windows begins files", "\ufeff" + `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"lighttpd, the vhost for an ident", `192.0.2.7 www.example.fi - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, counted, "", "192.0.2.7"},
	{"Caddy, common_log", `192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET /sivu HTTP/2.0" 200 5120`, counted, "", "192.0.2.7"},
	{"Caddy, as it comes", `{"level":"info","ts":1795168800.1,"logger":"http.log.access","msg":"handled request","status":200}`, rejectedMalformed, "", ""},
	{"tabs between the fields", "192.0.2.7\t-\t-\t[20/Nov/2026:12:00:00 +0200]\t\"GET / HTTP/1.1\"\t200\t5120\t\"-\"\t\"AGENT\"", rejectedMalformed, "", ""},
	{"an error log of nginx", `2026/11/20 12:00:00 [error] 77#77: *1 open() "/srv/a" failed (2: No such file or directory), client: 192.0.2.7`, rejectedMalformed, "", ""},
	{"a log of IIS", `2026-11-20 10:00:00 10.0.0.1 GET / - 443 - 192.0.2.7 AGENT - 200 0 0 15`, rejectedMalformed, "", ""},
	{"its head", `#Fields: date time s-ip cs-method cs-uri-stem`, rejectedMalformed, "", ""},
	{"through syslog", `Nov 20 12:00:00 web nginx: 192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, rejectedMalformed, "", ""},
	{"through a newer syslog", `2026-11-20T12:00:00.123456+02:00 web nginx: 192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, rejectedMalformed, "", ""},
	{"through containers", `web-1  | 192.0.2.7 - - [20/Nov/2026:12:00:00 +0200] "GET / HTTP/1.1" 200 5120 "-" "AGENT"`, rejectedMalformed, "", ""},
}

// TestServers reads every line of written alone, and then all of them from a log.
func TestServers(t *testing.T) {
	w := theDay(t)
	lines := []string{read("19/Nov/2026:23:00:00 +0200")}
	told := map[string]int64{"filtered_outside": 2}
	for _, c := range written {
		text := strings.ReplaceAll(c.line, "AGENT", firefox)
		lines = append(lines, text)
		told[c.class.String()]++
		p := newPass(newCounting(newPlan(w), &logSet{}, &meter{}, Config{Silence: defaultSilence}, w.Now, largestTable), partition{modulus: 1})
		got := p.line(trimEnd([]byte(text)))
		if got != c.class {
			t.Errorf("%s: %s, want %s", c.name, got, c.class)
		}
		if got.rejected() {
			continue
		}
		vhost, address := string(hostOf(p.row.vhost)), string(p.row.address)
		if vhost != c.vhost || address != c.address {
			t.Errorf("%s: virtual host %q, address %q; want %q, %q", c.name, vhost, address, c.vhost, c.address)
		}
		if noon := int64(1795168800); p.row.at != noon {
			t.Errorf("%s: read as of %d, want %d", c.name, p.row.at, noon)
		}
	}
	lines = append(lines, read("21/Nov/2026:00:00:00 +0200"))
	rec, err := collect(t, newSource(put(t, map[string]string{"a.log": logOf(lines...)}), "a.log"), w)
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range told {
		if rec.Counts[name] != n {
			t.Errorf("%s: %d, want %d", name, rec.Counts[name], n)
		}
	}
	want(t, rec, metricViews, observation.Day, "2026-11-20", float64(told["lines_counted"]))
}
