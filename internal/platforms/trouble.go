package platforms

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Trouble is a time in which a feed is not answered with, or slowly.
type Trouble struct {
	From, To time.Time     // half-open, by the clock of the server
	Status   int           // what is answered instead, as 500 or 429; 0: nothing but the delay
	After    time.Duration // what Retry-After asks for; 0: it stands in no answer
	Dated    bool          // Retry-After is a date and no number of seconds
	Delay    time.Duration // how long an answer takes, by the clock that nobody sets
	Cut      bool          // the connection ends in the middle of an answer
}

// trouble returns what is wrong with a feed at a moment.
func (f Feed) trouble(now time.Time) Trouble {
	i := slices.IndexFunc(f.Troubles, func(t Trouble) bool { return !now.Before(t.From) && now.Before(t.To) })
	if i < 0 {
		return Trouble{}
	}
	return f.Troubles[i]
}

// answer answers in place of the feed; done is false when the feed answers.
func (t Trouble) answer(w http.ResponseWriter, r *http.Request, now time.Time) (done bool) {
	select {
	case <-r.Context().Done():
	case <-time.After(t.Delay):
	}
	switch {
	case t.Cut:
		w.Header().Set("Content-Length", "100000")
		_, _ = w.Write([]byte(`<?xml version="1.0"?><rss version="2.0"><channel><title>`))
		panic(http.ErrAbortHandler)
	case t.Status == 0:
		return false
	case t.Dated:
		w.Header().Set("Retry-After", now.Add(t.After).UTC().Format(http.TimeFormat))
	case t.After > 0:
		w.Header().Set("Retry-After", strconv.Itoa(int(t.After/time.Second)))
	}
	http.Error(w, "not now", t.Status)
	return true
}

// Request is one request to a feed, and how it was answered.
type Request struct {
	Path   string
	At     time.Time // by the clock of the server
	Status int       // 0: the connection was ended
	Body   bool      // the feed was in the answer, or had not changed
}

// Requests returns every request until now, in the order in which they were answered.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func (s *Server) note(r Request, named bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	if named {
		s.named++
	}
}

// people is in the name of everybody whom the platforms name: who comments, reads, is mentioned or looks out of a picture. All are called
// Kanaria something, so that whoever keeps one of them is found out.
var people = []byte("anaria")

// Named returns how many answers named somebody until now: whom a collector has every chance to keep, and may not.
func (s *Server) Named() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.named
}

// statusWriter remembers how a request was answered, and whether the answer names anybody.
type statusWriter struct {
	http.ResponseWriter
	status int
	named  bool
}

// Write passes a part of the answer on.
func (w *statusWriter) Write(b []byte) (int, error) {
	w.named = w.named || bytes.Contains(b, people)
	return w.ResponseWriter.Write(b)
}

// WriteHeader passes the status on.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// noted answers a request to a feed and takes it down.
func (s *Server) noted(w http.ResponseWriter, r *http.Request, f Feed) {
	now := s.clock()
	noted := Request{Path: f.Path, At: now}
	out := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	defer func() { s.note(noted, out.named) }()
	if f.trouble(now).answer(out, r, now) {
		noted.Status = out.status
		return
	}
	noted.Body = s.feed(out, r, f, now)
	noted.Status = out.status
}
