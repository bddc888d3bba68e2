package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Library lets a library that brings its own words for HTTP ask through a session: whatever it asks is bounded, tried again,
// spaced, recorded and refused as every other request. It is for libraries that only read, so that asking twice does no harm,
// and everything that they send is taken for a credential.
//
// The library gets every answer that a server gave, also one that is no success; LastError tells what the session made of it.
type Library struct {
	// Context, where it is set, is what a library is asked within that knows no contexts itself.
	Context context.Context
	// Header goes with everything that it asks: the credential of a library that is given none.
	Header http.Header
	// Usual is the only address that a library knows; what it asks below it is asked below Place, where that is set.
	Usual, Place string
	// Final is that of its requests.
	Final func(status int, header map[string][]string, body []byte) (until time.Time, final bool)

	session *Session
	part    string

	mu     sync.Mutex
	last   *Error
	answer *Answer
}

// Library returns a way for a library to ask; part names what it asks for, for the record of answers.
func (s *Session) Library(part string) *Library { return &Library{session: s, part: part} }

// Client returns what the library is to ask with. Redirects are followed by the session.
func (l *Library) Client() *http.Client {
	return &http.Client{Transport: l, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// LastError returns why the newest request was no success, nil where it was one: libraries make errors of their own of it, which
// know neither classes nor until when to wait.
func (l *Library) LastError() *Error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// LastAnswer returns what the newest request was answered with, nil where it was no success: libraries make a zero of a field
// that is not there.
func (l *Library) LastAnswer() *Answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.answer
}

// mostSent is how much a library may send.
const mostSent = 1 << 20

// RoundTrip asks for a library.
func (l *Library) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := sent(r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	if l.Context != nil {
		ctx = l.Context
	}
	a, err := l.session.Do(ctx, Request{Method: r.Method, URL: l.address(r), Header: l.header(r), Body: body, Credential: true, Repeatable: true, Part: l.part, Final: l.Final})
	var failed *Error
	errors.As(err, &failed)
	l.mu.Lock()
	l.last, l.answer = failed, a
	l.mu.Unlock()
	switch {
	case err == nil:
		return response(r, a.Status, a.Header, a.Body), nil
	case failed != nil && failed.Status != 0:
		return response(r, failed.Status, failed.header, failed.body), nil
	}
	return nil, err
}

// address is where a request goes.
func (l *Library) address(r *http.Request) string {
	address := r.URL.String()
	if rest, below := strings.CutPrefix(address, l.Usual); below && l.Usual != "" && l.Place != "" {
		return l.Place + rest
	}
	return address
}

// header is the head of a request, with what goes with all of them.
func (l *Library) header(r *http.Request) http.Header {
	out := r.Header.Clone()
	for name, values := range l.Header {
		if out == nil {
			out = http.Header{}
		}
		out[name] = values
	}
	return out
}

// sent reads the body of a request and closes it.
func sent(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(r.Body, mostSent+1))
	if len(body) > mostSent {
		return nil, fmt.Errorf("a request of more than %d bytes is not sent", mostSent)
	}
	return body, err
}

// response makes an answer look as the standard library gives it: unpacked.
func response(r *http.Request, status int, header http.Header, body []byte) *http.Response {
	header = without(header, func(name string) bool { return name == "content-encoding" || name == "content-length" })
	return &http.Response{Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r}
}
