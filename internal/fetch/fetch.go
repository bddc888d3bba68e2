// Package fetch is the one HTTP client: every byte that a collector gets from a server comes through it. It bounds time and
// size, tries again where that can help, keeps to what servers ask for, refuses addresses that nobody meant, and never lets a
// secret into an error or a log.
package fetch

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
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
	// Spacing is the least time between the beginnings of two requests to one host; 0 is the default (DefaultSpacing, none on
	// loopback), below 0 none.
	Spacing time.Duration
	// Patience is the longest that one request may take, all tries and pauses included; 0 is the default. It begins when the
	// host is free for the first try: waiting for other requests of our own does not count.
	Patience time.Duration
	// Tries is how often a request is made at most; 0 is the default.
	Tries int
	// Proxy names the proxy that a request goes through, nil for none, as http.ProxyFromEnvironment does. What a proxy leads to
	// is looked up and checked here first; which address the proxy then takes is its own affair.
	Proxy func(*http.Request) (*url.URL, error)
}

// The defaults.
const (
	DefaultSpacing  = time.Second
	DefaultPatience = time.Minute
	DefaultTries    = 3
	DefaultMaxBytes = 16 << 20 // of an answer, unpacked
)

// Policy is what one source may do.
type Policy struct {
	AllowPrivate bool // private, link-local and loopback addresses may be reached
	// Spacing is the least time between the beginnings of two requests to one host that the platform asks for, on loopback, too;
	// a larger one of the client's stays.
	Spacing time.Duration
	Secrets []string // that no error, log line or answer's address may show; those under four bytes cannot be hidden
	// Answered is told of every answer, when it is set, also of redirects, of tries that were made again and of answers that
	// were cut off: size and hash are those of the body as it came, its packing taken off and its text not converted yet. What
	// is read of an answer that is not 2xx ends at 64 KB. It is called by one goroutine at a time.
	Answered func(part string, status int, size int64, sha256 string)
}

// Session fetches for one source. It may be used by several goroutines.
type Session struct {
	client  *Client
	policy  Policy
	telling sync.Mutex // Answered is called by one goroutine at a time

	hiding  sync.Mutex // of the two below
	secrets []string   // that nothing may show: those of the policy, and those that came to be known since
	strains *sieve
}

// Request is one thing to be fetched.
type Request struct {
	Method string // GET when it is empty
	URL    string // http or https, without user and password: an address is shown and stored in many places
	Header http.Header
	Body   []byte
	// Credential tells that Header or Body carries a secret: it goes out over TLS or to loopback only, and never to another
	// host that a redirect names. A request that holds one of the policy's secrets is taken to be so.
	Credential bool
	// Repeatable tells that asking twice does no harm; GET and HEAD are taken to be so.
	Repeatable bool
	// Stay tells that nothing but the one answer is wanted: no redirect is followed, and the connection is closed behind it.
	Stay         bool
	Part         string // of the source, for the record of answers
	ETag         string // of the last answer, for a conditional GET
	LastModified string // of the last answer
	MaxBytes     int64  // of the answer, unpacked; 0 is DefaultMaxBytes
	Accept       string // what is wanted, as application/json
	// Final, where it is set, reads out of an answer that would be asked for again, or that says until when the server wants to be left
	// alone, what the platform says of it in its own way: final ends the tries at once, and until is when a busy platform may be asked
	// again, zero where it does not say. Where Retry-After tells another moment the later of the two counts.
	Final func(status int, header map[string][]string, body []byte) (until time.Time, final bool)
}

// Answer is what a server answered with a status of 2xx, or 304.
type Answer struct {
	Status       int
	Header       http.Header
	URL          string // where it came from in the end, without secrets
	Body         []byte // unpacked, as it came: Text converts it to UTF-8
	NotModified  bool
	ETag         string // to ask with the next time, byte for byte; that of the request when a 304 tells none
	LastModified string // likewise
	SHA256       string
	Tries        int
}

// Get fetches an address.
func (s *Session) Get(ctx context.Context, url, part string) (*Answer, error) {
	return s.Do(ctx, Request{URL: url, Part: part})
}

// Do fetches. Every answer but 2xx and 304 is an *Error, and so is every other failure.
func (s *Session) Do(ctx context.Context, r Request) (*Answer, error) {
	c, fault := s.newCall(r)
	if fault != nil {
		return nil, fault
	}
	a, fault := c.run(ctx)
	if fault != nil {
		return nil, fault
	}
	return a, nil
}
