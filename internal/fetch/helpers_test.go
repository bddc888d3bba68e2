package fetch_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"seuranta/internal/fetch"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// pauses takes the place of waiting and remembers what was to be waited.
type pauses struct {
	mu  sync.Mutex
	all []time.Duration
}

func (p *pauses) pause(ctx context.Context, d time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, d)
	return ctx.Err()
}

func (p *pauses) options() fetch.Options {
	return fetch.Options{Program: "Seuranta/1.4", Contact: "viestinta@example.org", Pause: p.pause, Now: func() time.Time { return now }}
}

// home returns a session that may reach the servers of the tests.
func home(o fetch.Options) *fetch.Session {
	return fetch.New(o).Session(fetch.Policy{AllowPrivate: true})
}

func quick() fetch.Options { return new(pauses).options() }

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// raw serves what no decent server does: answer gets each connection after the head of its request was read.
func raw(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					answer(c)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// says answers a connection with a text and closes it.
func says(text string) func(net.Conn) {
	return func(c net.Conn) { _, _ = fmt.Fprint(c, text) }
}

// drip writes a byte every few milliseconds for as long as somebody listens.
func drip(head string) func(net.Conn) {
	return func(c net.Conn) {
		_, err := fmt.Fprint(c, head)
		for err == nil {
			time.Sleep(5 * time.Millisecond)
			_, err = c.Write([]byte{'a'})
		}
	}
}

// fails fetches what is to fail, and returns why.
func fails(t *testing.T, s *fetch.Session, r fetch.Request, want fetch.Class) *fetch.Error {
	t.Helper()
	a, err := s.Do(t.Context(), r)
	var e *fetch.Error
	if !errors.As(err, &e) {
		t.Fatalf("answer %v, error %v; want one of class %s", a, err, want)
	}
	if e.Class != want {
		t.Fatalf("class %s, want %s: %v", e.Class, want, err)
	}
	return e
}

// gets fetches what is to be had.
func gets(t *testing.T, s *fetch.Session, r fetch.Request) *fetch.Answer {
	t.Helper()
	a, err := s.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
