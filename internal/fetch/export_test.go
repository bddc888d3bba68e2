package fetch

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"time"
)

// Names for the tests, which stand outside.
var (
	IsPrivate  = isPrivate
	RetryAfter = retryAfter
	UserAgent  = userAgent
)

// World is what a test makes of the net around a client.
type World struct {
	Resolver *net.Resolver         // nil: the system's
	Private  func(netip.Addr) bool // nil: the real rule
	Roots    *x509.CertPool
	Header   time.Duration // how long a head is waited for; 0: as always
}

// NewIn returns a client in a world of its own.
func NewIn(o Options, w World) *Client {
	c := New(o)
	c.resolver = w.Resolver
	if w.Private != nil {
		c.private = w.Private
	}
	if w.Header > 0 {
		c.limits.header = w.Header
	}
	c.connect()
	c.public.TLSClientConfig.RootCAs, c.anywhere.TLSClientConfig.RootCAs, c.proxied.TLSClientConfig.RootCAs = w.Roots, w.Roots, w.Roots
	return c
}

// Hosts tells how many hosts are remembered.
func (c *Client) Hosts() int {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	return len(c.gate.hosts)
}

// Clean is what the sieve of some secrets makes of a text.
func Clean(text string, secrets ...string) string { return newSieve(secrets).clean(text) }

// Text decodes a body as an answer of a content type.
func Text(body []byte, contentType string) ([]byte, error) {
	a := Answer{Body: body, Header: map[string][]string{"Content-Type": {contentType}}}
	return a.Text()
}

// NoPause does not wait.
func NoPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }
