package connect

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// DefaultPort is the port of the address that the browser comes back to, where the platform wants one that was registered.
const DefaultPort = 8743

const callback = "/callback"

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// Loopback waits on this machine for the browser to come back.
type Loopback struct {
	listeners []net.Listener
	port      string
	host      string
}

// RedirectOf returns the address that the browser of an account comes back to by way of a port of the machine it runs on.
func (a Account) RedirectOf(port int) string {
	host := "127.0.0.1"
	if a.Connection.Localhost {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(port)) + callback
}

// Listen begins to wait; port 0 is any that is free.
func (a Account) Listen(port int) (*Loopback, error) {
	first, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program has port %d: end it, or give another one by --port and register its address at the platform", port)
	}
	if err != nil {
		return nil, fmt.Errorf("wait for the browser on port %d: %w", port, err)
	}
	l := &Loopback{listeners: []net.Listener{first}}
	_, l.port, _ = net.SplitHostPort(first.Addr().String())
	number, _ := strconv.Atoi(l.port)
	l.host = a.RedirectOf(number)
	if a.Connection.Localhost { // a browser may take it for the other one
		if second, err := net.Listen("tcp", net.JoinHostPort("::1", l.port)); err == nil {
			l.listeners = append(l.listeners, second)
		}
	}
	return l, nil
}

// Redirect returns the address that the browser comes back to.
func (l *Loopback) Redirect() string { return l.host }

// Close ends the waiting of who did not begin to wait.
func (l *Loopback) Close() {
	for _, listener := range l.listeners {
		_ = listener.Close()
	}
}

// Wait waits for the browser to come back, and returns the code that it brings. other is told, once, of an address that is not of
// this attempt; the waiting goes on then, as anybody may open one.
func (l *Loopback) Wait(ctx context.Context, f *Flow, other func()) (code string, err error) {
	w := &waiter{flow: f, port: l.port, other: other, back: make(chan string, 1), failed: make(chan error, 1)}
	server := &http.Server{Handler: w, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10, ErrorLog: log.New(io.Discard, "", 0)}
	for _, listener := range l.listeners {
		go func() { _ = server.Serve(listener) }()
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(end) // after the page was written
		_ = server.Close()
	}()
	select {
	case code := <-w.back:
		return code, nil
	case err := <-w.failed:
		return "", err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// waiter answers the browser.
type waiter struct {
	flow  *Flow
	port  string
	other func()

	mu     sync.Mutex
	over   bool
	told   bool
	back   chan string
	failed chan error
}

// ServeHTTP takes the one address that is waited for, once.
func (w *waiter) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	head := out.Header()
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	switch {
	case !slices.Contains([]string{"127.0.0.1:" + w.port, "localhost:" + w.port, "[::1]:" + w.port}, r.Host):
		w.say(out, http.StatusMisdirectedRequest, "This is not the address that is waited for.")
	case r.URL.Path != callback:
		w.say(out, http.StatusNotFound, "There is nothing here.")
	case r.Method != http.MethodGet:
		head.Set("Allow", http.MethodGet)
		w.say(out, http.StatusMethodNotAllowed, "There is nothing here.")
	default:
		w.take(out, r)
	}
}

func (w *waiter) take(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		w.say(out, http.StatusGone, "This was taken already. Go back to the terminal; this page can be closed.")
		return
	}
	code, err := w.flow.Take(r.URL.Query())
	switch {
	case errors.Is(err, ErrOther):
		w.say(out, http.StatusBadRequest, "This page belongs to another attempt. Open the address that the terminal printed last.")
		if !w.told && w.other != nil {
			w.told = true
			w.other()
		}
	case err != nil:
		w.over = true
		w.say(out, http.StatusOK, "There was no consent. Go back to the terminal, it says more; this page can be closed.")
		w.failed <- err
	default:
		w.over = true
		w.say(out, http.StatusOK, "Go back to the terminal: it goes on there. This page can be closed.")
		w.back <- code
	}
}

func (w *waiter) say(out http.ResponseWriter, status int, text string) {
	out.Header().Set("Content-Type", "text/html; charset=utf-8")
	out.WriteHeader(status)
	_ = page.Execute(out, text)
}
