package fetch

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Client makes sessions that share politeness: how often a host is asked is counted over all of them.
type Client struct {
	options  Options
	agent    string
	gate     *gate
	limits   limits
	resolver *net.Resolver         // that finds addresses; nil is the system's
	private  func(netip.Addr) bool // which addresses nobody reaches without being allowed to
	// One set of connections each, so that a connection to a private address that one source may have is never lent to another.
	public, anywhere, proxied *http.Transport
}

// limits bound the steps of a request; the whole of it is bound by the patience.
type limits struct{ connect, handshake, header time.Duration }

// maxHeaderBytes is how much the head of an answer may hold.
const maxHeaderBytes = 256 << 10

// New returns a client. It is inert until something is fetched.
func New(o Options) *Client {
	c := &Client{options: withDefaults(o), gate: newGate(), private: isPrivate,
		limits: limits{connect: 15 * time.Second, handshake: 15 * time.Second, header: 40 * time.Second}}
	c.agent = userAgent(o.Program, o.Contact)
	c.connect()
	return c
}

// Named returns a client that tells servers of another program and contact, and shares politeness and connections with this one.
func (c *Client) Named(program, contact string) *Client {
	named := *c
	named.agent = userAgent(program, contact)
	return &named
}

// Close lets go of connections that are kept for further requests.
func (c *Client) Close() {
	for _, t := range []*http.Transport{c.public, c.anywhere, c.proxied} {
		t.CloseIdleConnections()
	}
}

// Session returns a session for one source.
func (c *Client) Session(p Policy) *Session {
	return &Session{client: c, policy: p, secrets: slices.Clone(p.Secrets), strains: newSieve(p.Secrets)}
}

func withDefaults(o Options) Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Pause == nil {
		o.Pause = pause
	}
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	if o.Tries <= 0 {
		o.Tries = DefaultTries
	}
	return o
}

// pause waits by the clock.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return ctx.Err()
	}
}

// userAgent says who asks and where to complain, as Seuranta/1.4 (+mailto:viestinta@example.org).
func userAgent(program, contact string) string {
	if program = plain(program); program == "" {
		program = "Seuranta"
	}
	if contact = strings.NewReplacer("(", "", ")", "", `\`, "").Replace(plain(contact)); contact == "" {
		return program
	}
	return program + " (+" + contact + ")"
}

// plain leaves out of a text what has no place in a header: all but printable ASCII.
func plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s))
}
