package platforms

import (
	"encoding/json"
	"net/http"
	"time"
)

// Platform answers as one kind of platform does, at a moment. Paths of requests begin where it was mounted.
type Platform interface {
	Answer(w http.ResponseWriter, r *http.Request, now time.Time)
}

// Mount has the server answer below a path, as /matomo, as a platform does. It is called before anybody asks.
func (s *Server) Mount(path string, p Platform) {
	s.mux.Handle(path+"/", http.StripPrefix(path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now, noted := s.clock(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(s.delay(path)):
		}
		p.Answer(noted, r, now)
		s.note(Request{Path: path + r.URL.Path, At: now, Status: noted.status, Body: noted.status == http.StatusOK}, noted.named)
	})))
}

// SetDelay makes every answer of the platform at a path take so long, by the clock that nobody sets.
func (s *Server) SetDelay(path string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.delays == nil {
		s.delays = map[string]time.Duration{}
	}
	s.delays[path] = d
}

func (s *Server) delay(path string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delays[path]
}

// object is a JSON object as platforms answer it.
type object = map[string]any

// writeJSON answers with JSON.
func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
