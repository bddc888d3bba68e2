package address

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// canonicalPath returns a path without dot segments, without the mark of a page for telephones and without slashes at its
// end; the root is "".
func canonicalPath(escaped string) string {
	var out []string
	for _, segment := range strings.Split(strings.TrimPrefix(escaped, "/"), "/") {
		switch text := unescape(segment); text {
		case ".":
		case "..":
			out = out[:max(0, len(out)-1)]
		default:
			out = append(out, escape(text))
		}
	}
	out = trimmed(out)
	if n := len(out); n > 1 && out[n-1] == "amp" {
		out = trimmed(out[:n-1])
	}
	if len(out) == 0 {
		return ""
	}
	return "/" + strings.Join(out, "/")
}

// trimmed leaves out the empty segments at the end.
func trimmed(segments []string) []string {
	for n := len(segments); n > 0 && segments[n-1] == ""; n-- {
		segments = segments[:n-1]
	}
	return segments
}

// trackers are parameters that tell where a reader came from or how the page is to be shown, not which page it is. A * at
// the end stands for any ending.
var trackers = []string{
	"utm_*", "fbclid", "gclid", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "twclid", "ttclid", "li_fat_id", "mc_cid", "mc_eid", "igshid", "igsh",
	"origin", "ref", "ref_src", "ref_url", "cmpid", "share*", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "at_medium", "at_campaign", "amp", "outputtype",
}

// telling are hosts of which it is known which parameters tell the page. All others are left out there.
var telling = map[string][]string{
	"yle.fi": nil, "svenska.yle.fi": nil, "hs.fi": nil, "is.fi": nil,
	"youtube.com": {"v", "list"}, "facebook.com": {"story_fbid", "id", "fbid", "v", "set"}, "news.google.com": nil,
}

// tells tells whether a parameter of a host's addresses says which page is meant.
func tells(host, name string) bool {
	name = strings.ToLower(name)
	if known, ok := telling[host]; ok {
		return slices.Contains(known, name)
	}
	return !slices.ContainsFunc(trackers, func(t string) bool {
		prefix, open := strings.CutSuffix(t, "*")
		return name == t || open && strings.HasPrefix(name, prefix)
	})
}

// canonicalQuery returns the parameters that tell the page, sorted, each once.
func canonicalQuery(host, query string) string {
	var out []string
	for _, pair := range strings.Split(query, "&") {
		name, value, given := strings.Cut(pair, "=")
		name = unescape(strings.ReplaceAll(name, "+", " "))
		if name == "" || !tells(host, name) {
			continue
		}
		text := escape(name)
		if given {
			text += "=" + escape(unescape(strings.ReplaceAll(value, "+", " ")))
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), "&")
}

// unescape returns what an escaped text means, composed as NFC where it is text; a % that begins no escape means itself.
func unescape(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && isEscape(text[i:]) {
			b.WriteByte(nibble(text[i+1])<<4 | nibble(text[i+2]))
			i += 2
			continue
		}
		b.WriteByte(text[i])
	}
	if out := b.String(); utf8.ValidString(out) {
		return norm.NFC.String(out)
	}
	return b.String()
}

func nibble(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

// escape writes a segment of a path, or a parameter's name or value, in the one way that is used here: letters, digits and
// the signs that mean nothing in an address stand for themselves.
func escape(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~!$'()*,;:@", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
