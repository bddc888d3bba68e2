// Package address brings web addresses to one form, so that one article is one thing however it was linked to: by a search
// engine, with the marks of a campaign, on a telephone. It works on the text alone and asks no server.
package address

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// mostBytes is the longest address that is looked at.
const mostBytes = 8 << 10

// mostWraps is how many addresses may lie in each other before nobody knows what is meant.
const mostWraps = 8

// Faults of addresses.
var (
	errTooLong = errors.New("it is too long")
	errNoWeb   = errors.New("it is no address of the web: want http:// or https:// and a host")
	errWrapped = errors.New("too many addresses lie in each other")
)

// Canonical returns the form of a web address that all addresses of the same page share: https, the bare host in lower case
// and in ASCII, no user, no usual port, the path without dot segments and without slash at its end, parameters sorted and
// those that only tell where a reader came from left out, no fragment. Addresses that search engines and Facebook wrap are
// unwrapped. The result is an address for comparing: it is not certain that a server answers there. It is a fixed point: its
// own canonical form is itself.
func Canonical(raw string) (string, error) {
	at := raw
	for range mostWraps {
		next, err := step(at)
		if err != nil {
			return "", fmt.Errorf("bring the address %q to one form: %w", short(raw), err)
		}
		if next == at {
			return next, nil
		}
		at = next
	}
	return "", fmt.Errorf("bring the address %q to one form: %w", short(raw), errWrapped)
}

// step does once all that Canonical does.
func step(raw string) (string, error) {
	u, err := parse(raw)
	if err != nil {
		return "", err
	}
	host, err := canonicalHost(u.Hostname())
	if err != nil {
		return "", err
	}
	if inner, ok := wrapped(host, u); ok {
		return inner, nil
	}
	out := "https://" + host
	if p := strings.TrimLeft(u.Port(), "0"); p != "" && p != "80" && p != "443" {
		out += ":" + p
	}
	out += canonicalPath(u.EscapedPath())
	if q := canonicalQuery(host, u.RawQuery); q != "" {
		out += "?" + q
	}
	if len(out) > mostBytes {
		return "", errTooLong
	}
	return out, nil
}

// Resolve returns the absolute address that ref names on a page: what stands in a link. It keeps parameters and fragment,
// but shows no user and password.
func Resolve(base, ref string) (string, error) {
	ref = cleaned(ref)
	b, err := parse(base)
	if err != nil {
		return "", fmt.Errorf("resolve the address %q: its page %q: %w", short(ref), short(base), err)
	}
	u, err := b.Parse(escapeStray(ref))
	if err != nil || ref == "" {
		return "", fmt.Errorf("resolve the address %q: %w", short(ref), errNoWeb)
	}
	u, err = parse(u.String())
	if err != nil {
		return "", fmt.Errorf("resolve the address %q: %w", short(ref), err)
	}
	return u.String(), nil
}

// parse reads an address of the web as forgivingly as browsers do.
func parse(raw string) (*url.URL, error) {
	text := cleaned(raw)
	if len(text) > mostBytes {
		return nil, errTooLong
	}
	u, err := url.Parse(escapeStray(text))
	if err != nil {
		return nil, errNoWeb
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, errNoWeb
	}
	u.User = nil
	return u, nil
}

// cleaned leaves out what stands around and within an address by mistake: blanks, line ends, other control characters.
func cleaned(raw string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u200b' || r == '\ufeff' || r == '\u00ad' {
			return -1
		}
		return r
	}, raw))
}

// escapeStray writes a % that begins no escape as what it means.
func escapeStray(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		b.WriteByte(text[i])
		if text[i] == '%' && !isEscape(text[i:]) {
			b.WriteString("25")
		}
	}
	return b.String()
}

func isEscape(s string) bool { return len(s) > 2 && isHex(s[1]) && isHex(s[2]) }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// short cuts an address for a message, which shows no parameters: they may hold secrets.
func short(raw string) string {
	const most = 80
	raw, _, _ = strings.Cut(raw, "?")
	if at := strings.LastIndex(raw, "@"); at >= 0 {
		raw = raw[at+1:]
	}
	if len(raw) > most {
		raw = strings.ToValidUTF8(raw[:most], "") + "…"
	}
	return raw
}
