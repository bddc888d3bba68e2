package fetch_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seuranta/internal/fetch"
)

func TestRetryAfter(t *testing.T) {
	at := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	const week = 7 * 24 * time.Hour
	for header, want := range map[string]time.Duration{
		"120": 2 * time.Minute, " 7 ": 7 * time.Second, "0": 0, "00012": 12 * time.Second, "604801": week, "99999999999999999999999": week,
		at(time.Hour): time.Hour, at(-time.Hour): 0, at(1000 * time.Hour): week, now.Add(time.Minute).Format(time.RFC850): time.Minute, now.Add(time.Minute).Format(time.ANSIC): time.Minute,
		"": -1, "-5": -1, "1.5": -1, "1e3": -1, "soon": -1, "2026-11-20T12:05:00Z": -1, "+5": -1, "0x10": -1, "٣": -1,
	} {
		wait, ok := fetch.RetryAfter(header, now)
		if ok != (want >= 0) || ok && wait != want {
			t.Errorf("%q: %v %v, want %v", header, wait, ok, want)
		}
	}
}

// counting serves statuses one after the other, the last of them for ever.
func counting(t *testing.T, calls *atomic.Int32, retryAfter string, statuses ...int) string {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n := int(calls.Add(1))
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(statuses[min(n, len(statuses))-1])
	}).URL
}

func TestTriesAgain(t *testing.T) {
	for _, status := range []int{429, 500, 502, 503, 504} {
		var calls atomic.Int32
		p := new(pauses)
		a := gets(t, home(p.options()), fetch.Request{URL: counting(t, &calls, "", status, status, 200)})
		if a.Tries != 3 || calls.Load() != 3 || len(p.all) != 2 {
			t.Errorf("%d: %d tries, %d calls, %v", status, a.Tries, calls.Load(), p.all)
		}
		if p.all[0] < 500*time.Millisecond || p.all[0] > time.Second || p.all[1] < time.Second || p.all[1] > 2*time.Second {
			t.Errorf("%d: waited %v", status, p.all)
		}
	}
}

// TestTriesAgainByChance: clients that a server sent away at one moment do not come back at one moment.
func TestTriesAgainByChance(t *testing.T) {
	least, most := make([]time.Duration, 2), make([]time.Duration, 2)
	for range 20 {
		var calls atomic.Int32
		p := new(pauses)
		gets(t, home(p.options()), fetch.Request{URL: counting(t, &calls, "", 500, 500, 200)})
		for i, d := range p.all {
			if least[i] == 0 || d < least[i] {
				least[i] = d
			}
			most[i] = max(most[i], d)
		}
	}
	for i, between := range []time.Duration{500 * time.Millisecond, time.Second} { // what chance may add
		if spread := most[i] - least[i]; spread < between/4 {
			t.Errorf("twenty pauses before try %d lie between %v and %v", i+2, least[i], most[i])
		}
	}
}

func TestGivesUp(t *testing.T) {
	for _, c := range []struct {
		request fetch.Request
		tries   int
		status  int
		calls   int32
	}{
		{fetch.Request{}, 0, 500, 3},
		{fetch.Request{}, 5, 500, 5},
		{fetch.Request{}, 1, 500, 1},
		{fetch.Request{}, 0, 501, 1},
		{fetch.Request{}, 0, 404, 1},
		{fetch.Request{Method: "POST"}, 0, 500, 1},
		{fetch.Request{Method: "POST"}, 0, 503, 1},
		{fetch.Request{Method: "POST", Repeatable: true}, 0, 502, 3},
		{fetch.Request{Method: "HEAD"}, 0, 504, 3},
	} {
		var calls atomic.Int32
		c.request.URL = counting(t, &calls, "", c.status)
		o := quick()
		o.Tries = c.tries
		_, err := home(o).Do(t.Context(), c.request)
		if err == nil || calls.Load() != c.calls {
			t.Errorf("%+v: asked %d times: %v", c, calls.Load(), err)
		}
		if said := strings.Contains(err.Error(), "asked "+strconv.Itoa(int(c.calls))+" times"); said != (c.calls > 1) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestWaits(t *testing.T) {
	for _, c := range []struct {
		header string
		calls  int32
		until  time.Duration
	}{
		{"3", 3, 3 * time.Second},
		{now.Add(10 * time.Second).Format(http.TimeFormat), 3, 10 * time.Second},
		{"11", 1, 11 * time.Second},
		{now.Add(2 * time.Hour).Format(http.TimeFormat), 1, 2 * time.Hour},
		{"31536000000", 1, 7 * 24 * time.Hour},
		{"", 3, 15 * time.Minute},
		{"-1", 3, 15 * time.Minute},
		{"0", 3, 15 * time.Minute},
		{now.Add(-time.Hour).Format(http.TimeFormat), 3, 15 * time.Minute},
		{"2026-11-20T12:05:00Z", 3, 15 * time.Minute},
	} {
		for _, status := range []int{429, 503} {
			var calls atomic.Int32
			p := new(pauses)
			e := fails(t, home(p.options()), fetch.Request{URL: counting(t, &calls, c.header, status)}, fetch.Wait)
			if !e.Until.Equal(now.Add(c.until)) || calls.Load() != c.calls || e.Status != status {
				t.Errorf("%q: until %s after %d calls", c.header, e.Until, calls.Load())
			}
			if !strings.Contains(e.Error(), "left alone until "+e.Until.Format(time.RFC3339)) {
				t.Error(e)
			}
			for _, d := range p.all {
				if c.until <= 10*time.Second && d < c.until {
					t.Errorf("%q: asked again after %v", c.header, d)
				}
			}
		}
	}
}

// TestThePlatformsOwnWay: an answer that says in the platform's own way that there is no use in another try ends the tries at once,
// and says until when, as far as the server does not say it better itself.
func TestThePlatformsOwnWay(t *testing.T) {
	later := now.Add(40 * time.Minute)
	for _, c := range []struct {
		status int
		header string
		until  time.Time
		final  bool
		calls  int32
		want   time.Time
	}{
		{429, "", later, true, 1, later}, {503, "3", later, true, 1, later}, {429, "", time.Time{}, true, 1, now.Add(15 * time.Minute)},
		{429, "", later, false, 3, now.Add(15 * time.Minute)}, {429, "7200", later, true, 1, now.Add(2 * time.Hour)},
		{429, "1200", later, true, 1, later}, {429, "5", now.Add(2 * time.Second), true, 1, now.Add(5 * time.Second)}, {429, "0", later, true, 1, later}, {500, "", later, true, 1, time.Time{}},
	} {
		var calls atomic.Int32
		class := fetch.Wait
		if c.status == 500 {
			class = fetch.Failed
		}
		e := fails(t, home(new(pauses).options()), fetch.Request{URL: counting(t, &calls, c.header, c.status), Final: func(status int, _ map[string][]string, _ []byte) (time.Time, bool) {
			if status != c.status {
				t.Errorf("it is shown the status %d, want %d", status, c.status)
			}
			return c.until, c.final
		}}, class)
		if calls.Load() != c.calls || !e.Until.Equal(c.want) || !c.want.IsZero() && !strings.Contains(e.Error(), c.want.UTC().Format(time.RFC3339)) {
			t.Errorf("%+v: %d calls, until %s (%v)", c, calls.Load(), e.Until, e)
		}
	}
}

func TestShortWaitThenAnswer(t *testing.T) {
	var calls atomic.Int32
	if a := gets(t, home(quick()), fetch.Request{URL: counting(t, &calls, "5", 429, 200)}); a.Tries != 2 {
		t.Errorf("%d tries", a.Tries)
	}
}

func TestWaitThatDoesNotFitIsNotWaited(t *testing.T) {
	var calls atomic.Int32
	p := new(pauses)
	o := p.options()
	o.Patience = 2 * time.Second
	e := fails(t, home(o), fetch.Request{URL: counting(t, &calls, "5", 503)}, fetch.Wait)
	if calls.Load() != 1 || p.all != nil || !e.Until.Equal(now.Add(5*time.Second)) {
		t.Errorf("%d calls, waited %v, until %s", calls.Load(), p.all, e.Until)
	}
}

func TestNetworkErrorsAreTriedAgain(t *testing.T) {
	var calls atomic.Int32
	at := raw(t, func(c net.Conn) {
		switch calls.Add(1) {
		case 1: // hangs up
		case 2:
			says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")(c)
		default:
			says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole")(c)
		}
	})
	if a := gets(t, home(quick()), fetch.Request{URL: at}); string(a.Body) != "whole" || a.Tries != 3 {
		t.Errorf("%q in %d", a.Body, a.Tries)
	}
	calls.Store(0)
	fails(t, home(quick()), fetch.Request{URL: at, Method: "POST"}, fetch.Failed)
	if calls.Load() != 1 {
		t.Errorf("posted %d times", calls.Load())
	}
}

func TestStopped(t *testing.T) {
	begun := make(chan bool, 1)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			_, _ = w.Write([]byte("some"))
			w.(http.Flusher).Flush()
		}
		begun <- true
		<-r.Context().Done()
	})
	for _, path := range []string{"/head", "/body"} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-begun; cancel() }()
		_, err := home(quick()).Get(ctx, server.URL+path, "")
		var e *fetch.Error
		if !errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &e) || e.Class != fetch.Failed || e.Tries != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestStoppedInAPause(t *testing.T) {
	var calls atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	o := quick()
	o.Pause = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	_, err := home(o).Get(ctx, counting(t, &calls, "", 500), "")
	if !errors.Is(err, context.Canceled) || calls.Load() != 1 {
		t.Errorf("%d calls: %v", calls.Load(), err)
	}
	if _, err = home(o).Get(ctx, "http://127.0.0.1:1/", ""); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestPauseByTheClock(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var calls atomic.Int32
	begun := time.Now()
	_, err := home(fetch.Options{}).Get(ctx, counting(t, &calls, "", 500), "")
	if err == nil || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}
