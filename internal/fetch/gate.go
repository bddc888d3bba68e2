package fetch

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"
)

// gate lets one request at a time to a host, with a space between their beginnings.
type gate struct {
	mu    sync.Mutex
	hosts map[string]*host
}

// host is what is remembered of one that was asked.
type host struct {
	turn  chan struct{} // holds one thing while somebody is asking
	users int           // that ask or wait
	space time.Duration // between two beginnings
	begun time.Time     // the last request; written by whoever has the turn
}

// manyHosts is how many hosts are remembered before those that nobody waits for are forgotten.
const manyHosts = 256

func newGate() *gate { return &gate{hosts: map[string]*host{}} }

// enter waits for a turn at the host of u. Whoever gets it calls leave, once or more often.
func (c *Client) enter(ctx context.Context, u *url.URL, atLeast time.Duration) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	h := c.gate.join(hostKey(u), max(c.spacing(u), atLeast))
	select {
	case <-ctx.Done():
		c.gate.part(h)
		return nil, ctx.Err()
	case h.turn <- struct{}{}:
	}
	leave = sync.OnceFunc(func() { <-h.turn; c.gate.part(h) })
	if rest := c.gate.space(h) - time.Since(h.begun); rest > 0 && !h.begun.IsZero() {
		if err := c.options.Pause(ctx, rest); err != nil {
			leave()
			return nil, err
		}
	}
	h.begun = time.Now()
	return leave, nil
}

// join counts somebody in who wants to ask a host.
func (g *gate) join(key string, space time.Duration) *host {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.hosts[key]
	if h == nil {
		g.forget()
		h = &host{turn: make(chan struct{}, 1), space: space}
		g.hosts[key] = h
	}
	h.users++
	h.space = max(h.space, space)
	return h
}

// space returns what is to lie between two beginnings; whoever joins may have made it larger.
func (g *gate) space(h *host) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return h.space
}

func (g *gate) part(h *host) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h.users--
}

// forget lets go of hosts that nobody waits for and that may be asked at once again, when many are known.
func (g *gate) forget() {
	if len(g.hosts) < manyHosts {
		return
	}
	for key, h := range g.hosts {
		if h.users == 0 && time.Since(h.begun) >= h.space {
			delete(g.hosts, key)
		}
	}
}

// spacing is what lies between two requests to the host of u.
func (c *Client) spacing(u *url.URL) time.Duration {
	switch {
	case c.options.Spacing != 0:
		return max(c.options.Spacing, 0)
	case isLoopback(u):
		return 0
	}
	return DefaultSpacing
}

// hostKey names the server that is spared: a host is one whatever its ports, but on this machine each port is another server.
func hostKey(u *url.URL) string {
	if isLoopback(u) {
		return strings.ToLower(u.Host)
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}
