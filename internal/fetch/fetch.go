// Package fetch is the one HTTP client: every byte that a collector gets from a server comes through it. It bounds time and
// size, tries again where that can help, keeps to what servers ask for, refuses addresses that nobody meant, and never lets a
// secret into an error or a log.
package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Options are what all requests of the program share.
type Options struct {
	Program string // name and version, as Seuranta/1.4
	Contact string // a mail or web address for whoever runs a server that is asked; it stands in the User-Agent
	Log     *slog.Logger
	Now     func() time.Time // the clock that Retry-After dates are held against; nil is time.Now
	// Pause waits between two tries and between two requests to one host; nil waits by the clock. Tests set it.
	Pause func(context.Context, time.Duration) error
	// Spacing is the least time between the beginnings of two requests to one host; 0 is the default, below 0 none.
	Spacing time.Duration
	// Patience is the longest that one request may take, all tries and pauses included; 0 is the default.
	Patience time.Duration
}

// Client makes sessions that share politeness: how often a host is asked is counted over all of them.
type Client struct{ options Options }

// New returns a client. It is inert until something is fetched.
func New(o Options) *Client { return &Client{options: o} }

// Policy is what one source may do.
type Policy struct {
	AllowPrivate bool     // private, link-local and loopback addresses may be reached
	Secrets      []string // that no error, log line or answer's address may show
	// Answered is told of every answer, when it is set.
	Answered func(part string, status int, size int64, sha256 string)
}

// Session fetches for one source.
type Session struct {
	client *Client
	policy Policy
}

// Session returns a session for one source.
func (c *Client) Session(p Policy) *Session { return &Session{client: c, policy: p} }

// Request is one thing to be fetched.
type Request struct {
	Method string // GET when it is empty
	URL    string
	Header http.Header
	Body   []byte
	// Credential tells that Header or Body carries a secret: it goes out over TLS or to loopback only, and never to another
	// host that a redirect names.
	Credential bool
	// Repeatable tells that asking twice does no harm; GET and HEAD are taken to be so.
	Repeatable   bool
	Part         string // of the source, for the record of answers
	ETag         string // of the last answer, for a conditional GET
	LastModified string // of the last answer
	MaxBytes     int64  // of the answer, unpacked; 0 is the default of 16 MB
	Accept       string // what is wanted, as application/json
}

// Answer is what a server answered with a status of 2xx, or 304.
type Answer struct {
	Status       int
	Header       http.Header
	URL          string // where it came from in the end, without secrets
	Body         []byte // unpacked, as it came: Text converts it to UTF-8
	NotModified  bool
	ETag         string
	LastModified string
	SHA256       string
	Tries        int
}

// DefaultMaxBytes is how much an answer may hold when the request says nothing else.
const DefaultMaxBytes = 16 << 20

// Get fetches an address.
func (s *Session) Get(ctx context.Context, url, part string) (*Answer, error) {
	return s.Do(ctx, Request{URL: url, Part: part})
}

// Do fetches. Every answer but 2xx and 304 is an *Error.
func (s *Session) Do(ctx context.Context, r Request) (*Answer, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return nil, &Error{Class: Failed, URL: r.URL, Err: err}
	}
	for k, v := range r.Header {
		req.Header[k] = v
	}
	if r.ETag != "" {
		req.Header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		req.Header.Set("If-Modified-Since", r.LastModified)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, &Error{Class: Failed, URL: r.URL, Err: err}
	}
	defer res.Body.Close()
	limit := r.MaxBytes
	if limit == 0 {
		limit = DefaultMaxBytes
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return nil, &Error{Class: Failed, URL: r.URL, Err: err}
	}
	if int64(len(body)) > limit {
		return nil, &Error{Class: TooLarge, URL: r.URL, Err: fmt.Errorf("the answer is larger than %d bytes", limit)}
	}
	sum := sha256.Sum256(body)
	a := &Answer{Status: res.StatusCode, Header: res.Header, URL: res.Request.URL.String(), Body: body, NotModified: res.StatusCode == http.StatusNotModified,
		ETag: res.Header.Get("ETag"), LastModified: res.Header.Get("Last-Modified"), SHA256: hex.EncodeToString(sum[:]), Tries: 1}
	if s.policy.Answered != nil {
		s.policy.Answered(r.Part, a.Status, int64(len(body)), a.SHA256)
	}
	if a.NotModified || a.Status >= 200 && a.Status < 300 {
		return a, nil
	}
	return nil, &Error{Class: classOf(a.Status), Status: a.Status, URL: r.URL, Err: fmt.Errorf("the server answered %d", a.Status)}
}

func classOf(status int) Class {
	switch {
	case status == 401 || status == 403 || status == 407:
		return Unauthorized
	case status == 402:
		return Payment
	case status == 404:
		return NotFound
	case status == 410:
		return Gone
	case status == 429 || status == 503:
		return Wait
	}
	return Failed
}
