package address

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"as it is", "https://yle.fi/a/74-20123456", "https://yle.fi/a/74-20123456"},
		{"scheme and host in capitals", "HTTP://Www.YLE.Fi/a/74-20123456", "https://yle.fi/a/74-20123456"},
		{"the path keeps its case", "https://example.fi/Sivu", "https://example.fi/Sivu"},
		{"usual ports", "http://example.fi:80/a", "https://example.fi/a"},
		{"usual port of the other scheme", "http://example.fi:443/a", "https://example.fi/a"},
		{"another port", "http://example.fi:8080/a", "https://example.fi:8080/a"},
		{"an empty port", "http://example.fi:/a", "https://example.fi/a"},
		{"a port with zeros", "http://example.fi:080/a", "https://example.fi/a"},
		{"www, m and amp", "https://www.m.example.fi/a", "https://example.fi/a"},
		{"a page for telephones", "https://amp.example.fi/a", "https://example.fi/a"},
		{"m is the name itself", "https://m.fi/a", "https://m.fi/a"},
		{"www under an ending", "https://www.co.uk/a", "https://www.co.uk/a"},
		{"the ending amp", "https://example.fi/uutinen/amp/", "https://example.fi/uutinen"},
		{"a page that is called amp", "https://example.fi/amp", "https://example.fi/amp"},
		{"amp as a parameter", "https://example.fi/a?amp=1", "https://example.fi/a"},
		{"the root", "https://example.fi/", "https://example.fi"},
		{"slashes at the end", "https://example.fi/a//", "https://example.fi/a"},
		{"fragment", "https://example.fi/a#kommentit", "https://example.fi/a"},
		{"marks of campaigns", "https://example.fi/a?utm_source=x&UTM_Medium=y&fbclid=z&gclid=1&mc_cid=2&igshid=3&_ga=4&share_id=5&cmpid=6&ref=7", "https://example.fi/a"},
		{"what tells the page stays, sorted", "https://example.fi/?p=12&b=2&a=1&utm_source=x", "https://example.fi?a=1&b=2&p=12"},
		{"origin of Yle", "https://yle.fi/a/74-20123456?origin=rss", "https://yle.fi/a/74-20123456"},
		{"parameters tell nothing at Yle", "https://yle.fi/a/74-20123456?anything=1", "https://yle.fi/a/74-20123456"},
		{"the film of YouTube", "https://www.youtube.com/watch?si=x&v=AbC&feature=share", "https://youtube.com/watch?v=AbC"},
		{"a parameter without value", "https://example.fi/a?tulosta", "https://example.fi/a?tulosta"},
		{"an empty parameter", "https://example.fi/a?b=&", "https://example.fi/a?b="},
		{"twice the same", "https://example.fi/a?b=1&b=1", "https://example.fi/a?b=1"},
		{"blanks in parameters", "https://example.fi/a?q=a+b&r=a%20b", "https://example.fi/a?q=a%20b&r=a%20b"},
		{"IDN", "https://www.äänekoski.fi/Ä", "https://xn--nekoski-4waa.fi/%C3%84"},
		{"IDN in capitals", "https://ÄÄNEKOSKI.fi", "https://xn--nekoski-4waa.fi"},
		{"IDN decomposed", "https://a\u0308a\u0308nekoski.fi/a\u0308", "https://xn--nekoski-4waa.fi/%C3%A4"},
		{"sharp s", "https://straße.de", "https://xn--strae-oqa.de"},
		{"escapes of plain letters", "https://example.fi/%61%2d%7E", "https://example.fi/a-~"},
		{"escapes in small letters", "https://example.fi/%c3%a4", "https://example.fi/%C3%A4"},
		{"a slash that is none", "https://example.fi/a%2fb", "https://example.fi/a%2Fb"},
		{"Latin-1 in an escape", "https://example.fi/%e4", "https://example.fi/%E4"},
		{"a % that begins nothing", "https://example.fi/100%/a%zz", "https://example.fi/100%25/a%25zz"},
		{"signs", "https://example.fi/a,b;c(d)'e!", "https://example.fi/a,b;c(d)'e!"},
		{"escaped signs", "https://example.fi/a%2Cb%27", "https://example.fi/a,b'"},
		{"a blank in the path", " https://example.fi/a b\n", "https://example.fi/a%20b"},
		{"a line end in the middle", "https://example.fi/uu\ntinen", "https://example.fi/uutinen"},
		{"dot segments", "https://example.fi/a/./b/../c/%2e%2E/d", "https://example.fi/a/d"},
		{"above the root", "https://example.fi/../../a", "https://example.fi/a"},
		{"an empty segment", "https://example.fi/a//b", "https://example.fi/a//b"},
		{"user and password", "https://anna:salasana@example.fi/a", "https://example.fi/a"},
		{"a dot after the host", "https://example.fi./a", "https://example.fi/a"},
		{"an underscore in the host", "https://my_site.example.fi/a", "https://my_site.example.fi/a"},
		{"an address of numbers", "http://192.0.2.1/a", "https://192.0.2.1/a"},
		{"an address of IPv6", "http://[2001:DB8:0::1]:8080/a", "https://[2001:db8::1]:8080/a"},
		{"Bing", "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=65A&url=https%3a%2f%2fwww.ksml.fi%2fpaikalliset%2f123%3futm_source%3dx&c=9", "https://ksml.fi/paikalliset/123"},
		{"Facebook", "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.fi%2Fa%3Ffbclid%3Dx&h=AT", "https://example.fi/a"},
		{"Google", "https://www.google.com/url?rct=j&q=https://example.fi/a&ct=ga", "https://example.fi/a"},
		{"Google, the other name", "https://www.google.fi/url?rct=j&url=https://example.fi/a", "https://example.fi/a"},
		{"wrapped twice", "https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fexample.fi%252Fa", "https://example.fi/a"},
		{"Google without an address", "https://www.google.com/url?q=koske", "https://google.com/url?q=koske"},
		{"a wrapper that leads to a script", "https://l.facebook.com/l.php?u=javascript%3Aalert(1)", "https://l.facebook.com/l.php?u=javascript:alert(1)"},
		{"an item of Google News", "https://news.google.com/rss/articles/CBMi?oc=5", "https://news.google.com/rss/articles/CBMi"},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, err := Canonical(c.in)
			if err != nil || got != c.want {
				t.Errorf("%s\n gives %q, %v\n want  %q", c.in, got, err, c.want)
			}
		})
	}
}

func TestCanonicalRefuses(t *testing.T) {
	long := "https://example.fi/" + strings.Repeat("a", mostBytes)
	for _, in := range []string{
		"", " ", "yle.fi/a", "//yle.fi/a", "/a", "ftp://example.fi/a", "mailto:anna@example.fi", "javascript:alert(1)", "data:text/html,x", "tag:example.fi,2026:1",
		"https://", "https:///a", "https://:80/a", "https://exa mple.fi/", "https://exam<ple.fi/", "https://[::1/a", "https://[fe80::1%25eth0]/", "https://a..b/", "https://.fi/",
		"https://example.fi:abc/", "http:a", "https://" + strings.Repeat("a", 64) + ".fi", long, "\x00",
	} {
		if got, err := Canonical(in); err == nil || got != "" {
			t.Errorf("%.60q gives %.60q and no error", in, got)
		}
	}
}

func TestErrorsShowNoSecrets(t *testing.T) {
	for _, in := range []string{"ftp://anna:salasana@example.fi/a", "ftp://example.fi/a?avain=salasana"} {
		if _, err := Canonical(in); err == nil || strings.Contains(err.Error(), "salasana") {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestResolve(t *testing.T) {
	for _, c := range []struct{ base, ref, want string }{
		{"https://example.fi/feed/", "/a", "https://example.fi/a"},
		{"https://example.fi/feed/rss.xml", "a?b=1#c", "https://example.fi/feed/a?b=1#c"},
		{"https://example.fi/feed/", "../a", "https://example.fi/a"},
		{"https://example.fi/feed/", "//example.com/a", "https://example.com/a"},
		{"http://example.fi/feed/", "https://example.com/a", "https://example.com/a"},
		{"https://example.fi/feed/", "?p=1", "https://example.fi/feed/?p=1"},
		{"https://example.fi/feed/", " /a\n", "https://example.fi/a"},
		{"https://example.fi/feed/", "/100%", "https://example.fi/100%25"},
		{"https://anna:x@example.fi/feed/", "/a", "https://example.fi/a"},
		{"https://example.fi/feed/", "", ""},
		{"https://example.fi/feed/", "mailto:anna@example.fi", ""},
		{"https://example.fi/feed/", "javascript:alert(1)", ""},
		{"feed.xml", "/a", ""},
	} {
		got, err := Resolve(c.base, c.ref)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s on %s gives %q, %v; want %q", c.ref, c.base, got, err, c.want)
		}
	}
}

func TestArticle(t *testing.T) {
	for in, want := range map[string]string{
		"https://yle.fi/a/74-20123456":                                 "yle.fi/74-20123456",
		"https://yle.fi/uutiset/3-12345678?origin=rss":                 "yle.fi/3-12345678",
		"https://svenska.yle.fi/a/7-10012345":                          "svenska.yle.fi/7-10012345",
		"https://www.hs.fi/kotimaa/art-2000010123456.html":             "hs.fi/art-2000010123456",
		"https://m.is.fi/kotimaa/art-2000010123456.html?utm_medium=x":  "is.fi/art-2000010123456",
		"https://www.hs.fi/alueet/toinen-sana/art-2000010123456.html#": "hs.fi/art-2000010123456",
		"https://yle.fi/a/74":                                          "",
		"https://example.fi/a/74-20123456":                             "",
		"https://hs.fi.example.fi/art-2000010123456.html":              "",
		"yle.fi/a/74-20123456":                                         "",
	} {
		if got, ok := Article(in); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestSite(t *testing.T) {
	for in, want := range map[string]string{
		"https://feeds.yle.fi/uutiset/rss?x": "yle.fi", "https://www.yle.fi:8080/a": "yle.fi", "http://News.BBC.co.uk/": "bbc.co.uk", "http://127.0.0.1:8080/a": "127.0.0.1",
		"https://anna.github.io/": "anna.github.io", "http://localhost/": "localhost", "yle.fi": "", "mailto:anna@yle.fi": "",
	} {
		if got := Site(in); got != want {
			t.Errorf("the site of %s is %q, want %q", in, got, want)
		}
	}
}

// pieces make addresses that are strange in the places where it matters.
var pieces = []string{
	"http://", "https://", "HTTP://", "www.", "m.", "amp.", "example", ".fi", ".", "ä", "a\u0308", "ß", "ı", "ﬀ", "/", "//", "..", "/../", "%2e", "%2f", "%", "%25", "%zz", "%c3%a4", "%e4", "\xe4",
	"?", "&", "=", "+", "a", "b=1", "utm_source=x", "ref", "#", ":", ":80", ":443", ":8080", "@", "amp", " ", "\u00ad", ";", "[::1]", "192.0.2.1", "google.com/url?q=", "l.facebook.com/l.php?u=", "xn--", "-", "_", "\\",
}

func TestCanonicalIsAFixedPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkFixed(t, "https://"+strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), ""))
	})
}

type failer interface {
	Errorf(format string, args ...any)
}

// checkFixed checks what holds of every text: its canonical form, if it has one, is its own, and is one of https.
func checkFixed(t failer, in string) {
	got, err := Canonical(in)
	if err != nil {
		return
	}
	again, err := Canonical(got)
	if err != nil || again != got {
		t.Errorf("%q gives %q, and that gives %q, %v", in, got, again, err)
	}
	if !strings.HasPrefix(got, "https://") || strings.ContainsAny(got, " #\n") || strings.Contains(got, "utm_source=") {
		t.Errorf("%q gives %q", in, got)
	}
	for i := range len(got) {
		if got[i] >= 0x80 || got[i] < ' ' {
			t.Errorf("%q gives %q, which is not plain ASCII", in, got)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, p := range pieces {
		f.Add("https://example.fi/" + p)
		f.Add("https://" + p + "example.fi")
	}
	f.Fuzz(func(t *testing.T, in string) {
		checkFixed(t, in)
		if got, err := Resolve("https://example.fi/feed/", in); err == nil {
			if _, err := Resolve("https://example.fi/feed/", got); err != nil {
				t.Errorf("%q resolves to %q, and that to nothing: %v", in, got, err)
			}
		}
		Article(in)
	})
}
