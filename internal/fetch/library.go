package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Library lets a library that brings its own words for HTTP ask through a session: whatever it asks is bounded, tried again,
// spaced, recorded and refused as every other request. It is for libraries that only read, so that asking twice does no harm,
// and everything that they send is taken for a credential.
//
// The library gets every answer that a server gave, also one that is no success; LastError tells what the session made of it.
type Library struct {
	session *Session
	part    string

	mu   sync.Mutex
	last *Error
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

// mostSent is how much a library may send.
const mostSent = 1 << 20

// RoundTrip asks for a library.
func (l *Library) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := sent(r)
	if err != nil {
		return nil, err
	}
	a, err := l.session.Do(r.Context(), Request{Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: body, Credential: true, Repeatable: true, Part: l.part})
	var failed *Error
	errors.As(err, &failed)
	l.mu.Lock()
	l.last = failed
	l.mu.Unlock()
	switch {
	case err == nil:
		return response(r, a.Status, a.Header, a.Body), nil
	case failed != nil && failed.Status != 0:
		return response(r, failed.Status, failed.header, failed.body), nil
	}
	return nil, err
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
