package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// connect makes the sets of connections.
func (c *Client) connect() {
	c.public = c.transport(c.refusePrivate)
	c.anywhere = c.transport(nil)
	c.proxied = c.transport(nil) // what lies behind the proxy is checked before each request
	c.proxied.Proxy = chosenProxy
}

// transport makes a set of connections of which control has a say in each. Answers are unpacked by ourselves, because the size
// that counts is the unpacked one; none of the environment's settings is read.
func (c *Client) transport(control func(context.Context, string, string, syscall.RawConn) error) *http.Transport {
	dialer := &net.Dialer{Timeout: c.limits.connect, Resolver: c.resolver, ControlContext: control}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    c.limits.handshake,
		ResponseHeaderTimeout:  c.limits.header,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        30 * time.Second,
	}
}

// privateError says that an address is not for everybody.
type privateError struct{ address string }

func (e *privateError) Error() string {
	return fmt.Sprintf("the address %s is private; write allow_private: true if it is meant", e.address)
}

// refusePrivate looks at the address that is about to be connected to, whatever name led there.
func (c *Client) refusePrivate(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || c.private(to.Addr()) {
		return &privateError{hostOf(address)}
	}
	return nil
}

func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// chosenProxyKey is where the context of a request carries the proxy that was decided on: it is asked for once.
type chosenProxyKey struct{}

func chosenProxy(r *http.Request) (*url.URL, error) {
	u, _ := r.Context().Value(chosenProxyKey{}).(*url.URL)
	return u, nil
}

// route returns the connections that a request goes over, and the request for them.
func (c *call) route(req *http.Request) (*http.Transport, *http.Request, error) {
	direct := c.session.client.public
	if c.session.policy.AllowPrivate {
		direct = c.session.client.anywhere
	}
	if c.session.client.options.Proxy == nil {
		return direct, req, nil
	}
	proxy, err := c.session.client.options.Proxy(req)
	if err != nil {
		return nil, nil, says(Failed, "the address of the proxy cannot be read")
	}
	if proxy == nil {
		return direct, req, nil
	}
	c.hide(proxySecret(proxy))
	if err := c.checkProxied(req); err != nil {
		return nil, nil, err
	}
	return c.session.client.proxied, req.WithContext(context.WithValue(req.Context(), chosenProxyKey{}, proxy)), nil
}

// proxySecret returns what of a proxy's address is secret: the password, or a token in place of a name.
func proxySecret(u *url.URL) string {
	if password, ok := u.User.Password(); ok {
		return password
	}
	return u.User.Username()
}

// checkProxied refuses what must not go through a proxy. It looks up the name itself, because the proxy would connect to
// anything; a proxy that finds another address than we do cannot be kept from it.
func (c *call) checkProxied(req *http.Request) error {
	if c.request.Credential && req.URL.Scheme == "http" {
		return says(Refused, "a credential would go to the proxy unencrypted; use https")
	}
	if c.session.policy.AllowPrivate {
		return nil
	}
	addresses, err := c.session.client.lookup(req.Context(), req.URL.Hostname())
	if err != nil {
		return err
	}
	for _, a := range addresses {
		if c.session.client.private(a) {
			return &privateError{a.String()}
		}
	}
	return nil
}

// lookup finds the addresses of a name.
func (c *Client) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	resolver := c.resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	return resolver.LookupNetIP(ctx, "ip", host)
}
