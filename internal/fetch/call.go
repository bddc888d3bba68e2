package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// call is one request on its way, through all its tries.
type call struct {
	session *Session
	request Request
	target  *url.URL // nil until it is known to be an address
	sieve   *sieve
	hidden  []string // what the sieve holds back beside the secrets of the source
	tries   int
}

// errPatience ends what takes longer than one request may.
var errPatience = errors.New("the patience is over")

// newCall looks at a request before anything is asked.
func (s *Session) newCall(r Request) (*call, *Error) {
	c := &call{session: s, request: r, sieve: s.sieve()}
	if c.request.Method == "" {
		c.request.Method = http.MethodGet
	}
	c.request.Credential = r.Credential || c.carriesSecret()
	if c.request.Credential {
		c.hide(headerSecrets(r.Header)...)
	}
	if err := c.aim(); err != nil {
		return nil, c.fault(err)
	}
	return c, nil
}

// carriesSecret tells whether one of the policy's secrets is in the request.
func (c *call) carriesSecret() bool {
	for _, values := range c.request.Header {
		if slices.ContainsFunc(values, c.sieve.holds) {
			return true
		}
	}
	return c.sieve.holds(c.request.URL) || c.sieve.holds(string(c.request.Body))
}

// aim reads the address and refuses what cannot or must not be sent.
func (c *call) aim() error {
	u, err := url.Parse(strings.TrimSpace(c.request.URL))
	switch {
	case err != nil || u.Opaque != "":
		return says(Failed, "the address cannot be read; it has to be like https://example.org/feed")
	case u.Scheme != "http" && u.Scheme != "https":
		return says(Refused, "the address does not begin with http:// or https://")
	case u.Hostname() == "":
		return says(Failed, "the address names no server")
	}
	u.Fragment, u.RawFragment = "", ""
	c.target = u
	switch {
	case u.User != nil:
		return says(Refused, "an address may hold no user and no password, because it is shown and stored; they belong into a key of their own")
	case c.request.Credential && u.Scheme == "http" && !isLoopback(u):
		return says(Refused, "a credential would go there unencrypted; the address has to begin with https://")
	case !validMethod(c.request.Method):
		return says(Failed, "the method of the request is not one")
	}
	return validHeaders(c.request.Header)
}

func validMethod(m string) bool { return m != "" && httpguts.ValidHeaderFieldName(m) }

// validHeaders refuses what could not be sent as it is; the value is not shown.
func validHeaders(h http.Header) error {
	for name, values := range h {
		for _, value := range values {
			if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
				return says(Failed, "the header %.40q holds a character that cannot be sent; is there a line break in a token?", name)
			}
		}
	}
	return nil
}

// run asks until there is an answer or no use in asking.
func (c *call) run(ctx context.Context) (*Answer, *Error) {
	client := c.session.client
	leave, err := client.enter(ctx, c.target, c.session.policy.Spacing)
	if err != nil {
		return nil, c.fault(err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, client.options.Patience, errPatience)
	defer cancel()
	for {
		c.tries++
		answer, err := c.follow(ctx, leave)
		if err == nil {
			return answer, nil
		}
		fault := c.fault(c.ended(ctx, err))
		delay, again := c.delay(ctx, fault)
		if !again {
			return nil, fault
		}
		if leave, err = c.comeBack(ctx, delay); err != nil {
			return nil, c.fault(c.ended(ctx, err))
		}
	}
}

// comeBack waits before the next try, and for a turn at the host.
func (c *call) comeBack(ctx context.Context, delay time.Duration) (leave func(), err error) {
	if err := c.session.client.options.Pause(ctx, delay); err != nil {
		return nil, err
	}
	return c.session.client.enter(ctx, c.target, c.session.policy.Spacing)
}

// ended puts first that the time is over or that somebody stopped the request: what else went wrong came of it.
func (c *call) ended(ctx context.Context, err error) error {
	var e *Error
	switch {
	case ctx.Err() == nil, errors.As(err, &e) && !e.again:
		return err
	case context.Cause(ctx) == errPatience:
		return &Error{Class: Deadline, Err: &cause{"there was no whole answer within " + c.session.client.options.Patience.String(), context.DeadlineExceeded}}
	}
	return ctx.Err()
}

// follow makes one try: it asks, and asks where the answer leads to.
func (c *call) follow(ctx context.Context, leave func()) (*Answer, error) {
	way := c.start()
	for {
		r, err := c.exchange(ctx, way.hop, leave)
		if err != nil {
			return nil, err
		}
		if c.request.Stay || !r.redirects() {
			return c.judge(r)
		}
		if err := way.turn(c, r); err != nil {
			return nil, err
		}
		if leave, err = c.session.client.enter(ctx, way.hop.url, 0); err != nil {
			return nil, err
		}
	}
}

// exchange asks one server once and reads what it answers.
func (c *call) exchange(ctx context.Context, h hop, leave func()) (*reply, error) {
	defer leave()
	begun := time.Now()
	r, err := c.ask(ctx, h)
	c.log(ctx, h, r, err, time.Since(begun))
	return r, err
}

func (c *call) ask(ctx context.Context, h hop) (*reply, error) {
	connections, req, err := c.route(c.build(ctx, h))
	if err != nil {
		return nil, err
	}
	res, err := connections.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	r := c.read(h, res)
	c.tell(r)
	return r, r.fault
}

// tell passes on what came for the record of the source.
func (c *call) tell(r *reply) {
	if c.session.policy.Answered == nil {
		return
	}
	c.session.telling.Lock()
	defer c.session.telling.Unlock()
	c.session.policy.Answered(c.request.Part, r.status, int64(len(r.body)), r.sum)
}

// log writes a line about one try, for whoever looks for a fault.
func (c *call) log(ctx context.Context, h hop, r *reply, err error, took time.Duration) {
	log := c.session.client.options.Log
	if log == nil {
		return
	}
	facts := []any{"url", c.sieve.address(h.url), "method", h.method, "try", c.tries, "took", took.Round(time.Millisecond)}
	if r != nil {
		facts = append(facts, "status", r.status, "size", len(r.body))
	}
	if err != nil {
		facts = append(facts, "error", c.sieve.clean(asError(err).Err.Error()))
	}
	log.DebugContext(ctx, "address asked", facts...)
}
