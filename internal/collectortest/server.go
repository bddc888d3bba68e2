package collectortest

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"seuranta/internal/observation"
)

// server plays recorded answers over real HTTP. When several answers belong to one request they are given in their order,
// the last again and again.
type server struct {
	*httptest.Server
	answers []*answer
	address string        // that it goes by: its own, or one of the public net when it is a proxy to it
	stopped chan struct{} // closed at the end: handlers that hang are to go

	mu      sync.Mutex
	meddler meddler
	asked   []*answer // by each request, in order
	strange []string  // requests that nothing is recorded for
}

// meddler may take over a request; a is the answer that was recorded for it, nil when there is none. It tells whether it did.
type meddler func(w http.ResponseWriter, r *http.Request, a *answer) bool

// startServer starts a server for the length of a test.
func startServer(t testing.TB, answers []*answer) *server {
	t.Helper()
	s := &server{answers: answers, stopped: make(chan struct{})}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.Config.BaseContext = func(net.Listener) context.Context { return context.WithValue(context.Background(), serverKey{}, s) }
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that are cut off on purpose
	s.Start()
	s.address = s.URL
	t.Cleanup(s.stop)
	return s
}

// serverKey is under what a request knows the server that it came to.
type serverKey struct{}

func serverOf(r *http.Request) *server { return r.Context().Value(serverKey{}).(*server) }

func (s *server) stop() {
	close(s.stopped)
	s.CloseClientConnections()
	s.Close()
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 16<<20))
	if err != nil {
		return // the client went away
	}
	a, meddle, address := s.take(r, body)
	if meddle != nil && meddle(w, r, a) {
		return
	}
	if a == nil {
		s.mu.Lock()
		s.strange = append(s.strange, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body[:min(len(body), 500)])))
		s.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	a.write(w, r, address)
}

// take notes the request and finds its answer, whoever may take it over, and the address that the server goes by.
func (s *server) take(r *http.Request, body []byte) (*answer, meddler, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var fitting []*answer
	for _, a := range s.answers {
		if a.fits(r, body) {
			fitting = append(fitting, a)
		}
	}
	if len(fitting) == 0 {
		return nil, s.meddler, s.address
	}
	given := 0
	for _, a := range s.asked {
		if slices.Contains(fitting, a) {
			given++
		}
	}
	a := fitting[min(given, len(fitting)-1)]
	s.asked = append(s.asked, a)
	return a, s.meddler, s.address
}

// meddle sets who may take requests over, and forgets what was asked so far.
func (s *server) meddle(m meddler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meddler, s.asked, s.strange = m, nil, nil
}

// reset has the server play other answers from now on, under its own address or under one of the public net.
func (s *server) reset(answers []*answer, public bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers, s.address, s.meddler, s.asked, s.strange = answers, s.URL, nil, nil, nil
	if public {
		s.address = publicAddress
	}
}

// requests returns the answers that were asked for, one a request, and the requests that nothing is recorded for.
func (s *server) requests() (asked []*answer, strange []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked), slices.Clone(s.strange)
}

// name writes the server's address into a text that names it as ${SERVER}.
func (s *server) name(text string) string {
	if s == nil {
		return text
	}
	return strings.ReplaceAll(text, serverName, s.address)
}

// unname does the opposite: what a test expects must not depend on a port.
func (s *server) unname(text string) string {
	if s == nil {
		return text
	}
	u, _ := url.Parse(s.URL)
	return strings.ReplaceAll(strings.ReplaceAll(text, s.URL, serverName), u.Host, "${HOST}")
}

// asRecorded gives answers the size and hash of what is recorded where the server's address was written into it.
func (s *server) asRecorded(told []observation.Answer) {
	if s == nil {
		return
	}
	for _, a := range s.answers {
		sent := hashOf(a.bodyAt(s.URL))
		for i := range told {
			if told[i].SHA256 == sent {
				told[i].SHA256, told[i].Size = hashOf(a.body), int64(len(a.body))
			}
		}
	}
	sortAnswers(told)
}
