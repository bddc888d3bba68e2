package address

import (
	"net/url"
	"regexp"
	"strings"
)

// wrappers are pages that only lead on to another address, by host and path, and the parameters that name it.
var wrappers = map[string][]string{
	"bing.com/news/apiclick.aspx": {"url"},
	"l.facebook.com/l.php":        {"u"},
	"lm.facebook.com/l.php":       {"u"},
	"facebook.com/l.php":          {"u"},
	"google.com/url":              {"q", "url"},
	"google.fi/url":               {"q", "url"},
	"news.google.com/news/url":    {"url"},
}

// wrapped returns the address that a wrapper leads on to.
func wrapped(host string, u *url.URL) (string, bool) {
	names, ok := wrappers[host+canonicalPath(u.EscapedPath())]
	if !ok {
		return "", false
	}
	for _, name := range names {
		if inner, err := parse(u.Query().Get(name)); err == nil {
			return inner.String(), true
		}
	}
	return "", false
}

// articles are the addresses of outlets that carry an id of the article which does not change when the words around it do.
var articles = []struct {
	host string
	form *regexp.Regexp
}{
	{"yle.fi", regexp.MustCompile(`^/a/(\d{1,3}-\d{5,})$`)},
	{"yle.fi", regexp.MustCompile(`^/uutiset/(\d{1,3}-\d{5,})$`)},
	{"svenska.yle.fi", regexp.MustCompile(`^/a/(\d{1,3}-\d{5,})$`)},
	{"hs.fi", regexp.MustCompile(`/(art-\d{10,})(?:\.html)?$`)},
	{"is.fi", regexp.MustCompile(`/(art-\d{10,})(?:\.html)?$`)},
}

// Article returns the outlet's own id of the article at an address, as yle.fi/74-20123456, and whether there is one that
// survives a change of the address.
func Article(raw string) (string, bool) {
	canonical, err := Canonical(raw)
	if err != nil {
		return "", false
	}
	host, path, _ := strings.Cut(strings.TrimPrefix(canonical, "https://"), "/")
	path, _, _ = strings.Cut("/"+path, "?")
	for _, a := range articles {
		if m := a.form.FindStringSubmatch(path); a.host == host && m != nil {
			return host + "/" + m[1], true
		}
	}
	return "", false
}
