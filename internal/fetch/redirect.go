package fetch

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// mostRedirects is how many are followed.
const mostRedirects = 5

// hop is one request to one server.
type hop struct {
	method string
	url    *url.URL
	header http.Header // the caller's; what is our own is added to each
	body   []byte
}

// way is where a try has led so far.
type way struct {
	hop    hop
	seen   []string // method and address of each hop
	cookie bool     // some server on the way wanted to set one
}

func (c *call) start() *way {
	return &way{hop: hop{method: c.request.Method, url: c.target, header: c.request.Header, body: c.request.Body}}
}

// turn goes where a redirect leads to. Cookies are not kept on the way; a server that insists on one sends us in circles.
func (w *way) turn(c *call, r *reply) error {
	to, err := location(w.hop.url, r.header)
	if err != nil {
		return err
	}
	w.seen = append(w.seen, w.hop.method+" "+w.hop.url.String())
	w.cookie = w.cookie || r.header.Get("Set-Cookie") != ""
	next, err := w.hop.redirected(c, r.status, to)
	if err != nil {
		return err
	}
	switch {
	case slices.Contains(w.seen, next.method+" "+to.String()):
		return says(Refused, "the redirects go in circles%s", w.wantsCookie())
	case len(w.seen) > mostRedirects:
		return says(Refused, "it redirects more than %d times%s", mostRedirects, w.wantsCookie())
	}
	w.hop = next
	return nil
}

func (w *way) wantsCookie() string {
	if w.cookie {
		return "; the server may want a cookie, and none is kept"
	}
	return ""
}

// location reads where a redirect leads to. A user and password in it are nobody's whom we know.
func location(from *url.URL, h http.Header) (*url.URL, error) {
	text := h.Get("Location")
	if text == "" {
		return nil, says(Failed, "the server redirects, but does not say where to")
	}
	to, err := from.Parse(text)
	switch {
	case err != nil:
		return nil, says(Failed, "the server redirects to an address that cannot be read")
	case to.Scheme != "http" && to.Scheme != "https":
		return nil, says(Refused, "the server redirects to something that begins with neither http:// nor https://")
	case to.Hostname() == "":
		return nil, says(Failed, "the server redirects to an address that cannot be read")
	}
	to.User, to.Fragment, to.RawFragment = nil, "", ""
	return to, nil
}

// redirected returns the request to make where h was sent on to. What was meant for one server is not given to another.
func (h hop) redirected(c *call, status int, to *url.URL) (hop, error) {
	next := hop{method: h.method, url: to, header: h.header, body: h.body}
	if turnsToGet(status, h.method) {
		next.method, next.body, next.header = http.MethodGet, nil, without(h.header, aboutBody)
	}
	if sameOrigin(h.url, to) {
		return next, nil
	}
	switch {
	case next.method != http.MethodGet && next.method != http.MethodHead:
		return hop{}, says(Refused, "the server redirects what is sent to it to another server (%s)", to.Hostname())
	case c.request.Credential && to.Scheme == "http":
		return hop{}, says(Refused, "a request with a credential is redirected to an address without encryption (%s)", to.Hostname())
	case c.sieve.holds(to.String()):
		return hop{}, says(Refused, "the server passes the credential on to another server (%s)", to.Hostname())
	case c.request.Credential:
		next.header = nil
	default:
		next.header = without(next.header, secretByName)
	}
	return next, nil
}

// turnsToGet tells whether what follows a redirect is a plain look, as browsers do it.
func turnsToGet(status int, method string) bool {
	if method == http.MethodHead {
		return false
	}
	return status == http.StatusSeeOther || method != http.MethodGet && (status == http.StatusMovedPermanently || status == http.StatusFound)
}

// without returns a head without some of its lines.
func without(h http.Header, unwanted func(name string) bool) http.Header {
	out := http.Header{}
	for name, values := range h {
		if !unwanted(strings.ToLower(name)) {
			out[name] = values
		}
	}
	return out
}

func aboutBody(name string) bool { return strings.HasPrefix(name, "content-") }

// secretByName tells whether a line of a head may be meant for one server only.
func secretByName(name string) bool {
	return slices.ContainsFunc([]string{"auth", "cookie", "key", "token", "secret", "sign", "session"}, func(word string) bool { return strings.Contains(name, word) })
}

// sameOrigin tells whether two addresses are of one server, by scheme, host and port.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
