package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seuranta/internal/fetch"
)

// crowd serves, and remembers how many were there at once at most and when each came.
type crowd struct {
	mu        sync.Mutex
	here, top int
	came      []time.Time
}

func (c *crowd) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.here++
	c.top = max(c.top, c.here)
	c.came = append(c.came, time.Now())
}

func (c *crowd) ServeHTTP(http.ResponseWriter, *http.Request) {
	c.enter()
	time.Sleep(2 * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.here--
}

func TestOneAtATimeOverAllSessions(t *testing.T) {
	const space = 20 * time.Millisecond
	var c crowd
	server := serve(t, c.ServeHTTP)
	client := fetch.New(fetch.Options{Spacing: space})
	var wait sync.WaitGroup
	for i := range 8 {
		client := client
		if i%2 == 0 {
			client = client.Named("Another", "a@example.org")
		}
		wait.Go(func() {
			if _, err := client.Session(fetch.Policy{AllowPrivate: true}).Get(t.Context(), server.URL, ""); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if c.top != 1 || len(c.came) != 8 {
		t.Errorf("%d at once of %d", c.top, len(c.came))
	}
	// All together: a single one may be late on its way.
	if d := c.came[7].Sub(c.came[0]); d < 6*space {
		t.Errorf("%v between the first and the eighth", d)
	}
}

func TestSpacing(t *testing.T) {
	var c crowd
	server := serve(t, c.ServeHTTP)
	dns := names{"foreign.test.": {"127.0.0.1"}}.serve(t)
	foreign := "http://foreign.test:" + portOf(server.URL)
	for name, want := range map[string]struct {
		spacing time.Duration
		url     string
		waits   int
		least   time.Duration
	}{
		"loopback":          {0, server.URL, 0, 0},
		"foreign":           {0, foreign, 2, 900 * time.Millisecond},
		"foreign without":   {-1, foreign, 0, 0},
		"loopback with":     {time.Hour, server.URL, 2, 59 * time.Minute},
		"foreign with more": {time.Hour, foreign, 2, 59 * time.Minute},
	} {
		p := new(pauses)
		o := p.options()
		o.Spacing = want.spacing
		client := fetch.NewIn(o, fetch.World{Resolver: dns})
		for range 3 {
			gets(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: want.url})
		}
		if len(p.all) != want.waits || want.waits > 0 && p.all[1] < want.least {
			t.Errorf("%s: waited %v", name, p.all)
		}
	}
}

func TestWaitingForATurnEnds(t *testing.T) {
	begun, end := make(chan bool), make(chan bool)
	server := serve(t, func(http.ResponseWriter, *http.Request) { begun <- true; <-end })
	client := fetch.New(quick())
	s := client.Session(fetch.Policy{AllowPrivate: true})
	var wait sync.WaitGroup
	wait.Go(func() { _, _ = s.Get(t.Context(), server.URL, "") })
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := s.Get(ctx, server.URL, "")
	var e *fetch.Error
	if !errors.As(err, &e) || e.Class != fetch.Deadline || e.Tries != 0 {
		t.Error(err)
	}
	close(end)
	wait.Wait()
	go func() { <-begun }()
	gets(t, s, fetch.Request{URL: server.URL}) // whoever went away left no turn behind
}

func TestQueueDoesNotEatThePatience(t *testing.T) {
	var c crowd
	server := serve(t, c.ServeHTTP)
	client := fetch.New(fetch.Options{Spacing: 200 * time.Millisecond, Patience: time.Second})
	var wait sync.WaitGroup
	for range 7 {
		wait.Go(func() {
			if _, err := client.Session(fetch.Policy{AllowPrivate: true}).Get(t.Context(), server.URL, ""); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestHostsAreForgotten(t *testing.T) {
	client := fetch.NewIn(fetch.Options{Spacing: -1, Tries: 1}, fetch.World{Resolver: names{}.serve(t)})
	s := client.Session(fetch.Policy{})
	for i := range 1000 {
		_, _ = s.Get(t.Context(), fmt.Sprintf("http://10.0.%d.%d/", i/250, i%250), "")
	}
	if n := client.Hosts(); n > 256 {
		t.Errorf("%d hosts are remembered", n)
	}
}

func TestParallelUse(t *testing.T) {
	var calls atomic.Int32
	var servers []string
	for range 5 {
		servers = append(servers, serve(t, func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			_, _ = fmt.Fprint(w, r.URL.Path)
		}).URL)
	}
	told := 0 // without a lock: it is called by one at a time
	s := fetch.New(quick()).Session(fetch.Policy{AllowPrivate: true, Secrets: []string{"canary-1"}, Answered: func(string, int, int64, string) { told++ }})
	var wait sync.WaitGroup
	for i := range 100 {
		wait.Go(func() {
			path := fmt.Sprintf("/%d", i)
			if a, err := s.Get(t.Context(), servers[i%5]+path, ""); err != nil || string(a.Body) != path {
				t.Errorf("%v %v", a, err)
			}
		})
	}
	wait.Wait()
	if told != 100 || calls.Load() != 100 {
		t.Errorf("told %d of %d", told, calls.Load())
	}
}

// TestSpacingOfAPlatform: what a platform asks for holds on loopback, over all sources that ask it.
func TestSpacingOfAPlatform(t *testing.T) {
	const space = 40 * time.Millisecond
	var c crowd
	server := serve(t, c.ServeHTTP)
	client := fetch.New(fetch.Options{})
	for range 4 {
		if _, err := client.Session(fetch.Policy{AllowPrivate: true, Spacing: space}).Get(t.Context(), server.URL, ""); err != nil {
			t.Fatal(err)
		}
	}
	if d := c.came[3].Sub(c.came[0]); d < 3*space-10*time.Millisecond {
		t.Errorf("%v between the first and the fourth, want %v", d, 3*space)
	}
}
