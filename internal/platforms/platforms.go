// Package platforms answers as the platforms do that collectors ask: for the demo and for tests, on loopback, from made-up
// facts, at a moment that its owner sets. What it answers has the shape of what the real ones answer.
package platforms

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is the platforms, all behind one address.
type Server struct {
	http *http.Server
	mux  *http.ServeMux
	url  string

	mu       sync.Mutex
	now      time.Time
	began    time.Time // when the clock began to go on from now; zero while it stands still
	requests []Request
	named    int                      // answers that name somebody
	delays   map[string]time.Duration // by the path of a platform
}

// Start serves the feeds on a free port of 127.0.0.1 until Close. The clock stands still at now until SetNow moves it.
func Start(now time.Time, feeds []Feed) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the made-up platforms: %w", err)
	}
	s := &Server{mux: http.NewServeMux(), url: "http://" + l.Addr().String(), now: now}
	for _, f := range feeds {
		s.mux.HandleFunc("GET "+f.Path, func(w http.ResponseWriter, r *http.Request) { s.noted(w, r, f) })
	}
	s.http = &http.Server{Handler: s.mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(l) }() // it ends with Close
	return s, nil
}

// URL is where the platforms are: http://127.0.0.1:port.
func (s *Server) URL() string { return s.url }

// SetNow moves the clock: what is published later is not there yet.
func (s *Server) SetNow(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now, s.began = t, time.Time{}
}

// RunFrom sets the clock and lets it go on from there, until SetNow stops it.
func (s *Server) RunFrom(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now, s.began = t, time.Now()
}

func (s *Server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.began.IsZero() {
		return s.now
	}
	return s.now.Add(time.Since(s.began))
}

// Close ends the server.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(err, s.http.Close())
	}
	return nil
}
