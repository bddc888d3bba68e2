package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// served serves a page until the test ends, or until stop is called, and returns its address.
func served(t *testing.T) (address string, stop func()) {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"index.html": "<title>the page</title>", "x.svg": "<svg/>"})
	l, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- newApp(in, io.Discard, nil).servePages(ctx, dir, l) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if err != nil || !ok || !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Fatalf("%q, %v", line, err)
	}
	stop = func() {
		cancel()
		select {
		case err := <-ended:
			ended <- err
			if err != nil {
				t.Errorf("it ended with %v", err)
			}
		case <-time.After(2 * time.Second):
			t.Error("it did not end within two seconds")
		}
	}
	t.Cleanup(stop)
	return address, stop
}

// answered asks with a method and a Host header, and returns the answer with its body.
func answered(t *testing.T, address, method, host string) (*http.Response, string) {
	t.Helper()
	ask, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	ask.Host = host
	answer, err := http.DefaultTransport.RoundTrip(ask)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

// TestPagesAreServedOnLoopback: the address after ready answers with the page, and the server ends with its context, though
// somebody is connected and says nothing.
func TestPagesAreServedOnLoopback(t *testing.T) {
	address, stop := served(t)
	answer, body := answered(t, address, http.MethodGet, "")
	if answer.StatusCode != http.StatusOK || body != "<title>the page</title>" {
		t.Errorf("%s: %s %q", address, answer.Status, body)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Content-Security-Policy": "frame-ancestors 'none'",
		"X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	silent, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(address, "http://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	stop()
}

// TestPagesAreOnlyRead: what would change something, or show a request to its sender, is no way to read.
func TestPagesAreOnlyRead(t *testing.T) {
	address, _ := served(t)
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 405, "PUT": 405, "DELETE": 405, "PATCH": 405, "OPTIONS": 405, "TRACE": 405, "SPY": 405} {
		answer, body := answered(t, address, method, "")
		if answer.StatusCode != want || want == 405 && (answer.Header.Get("Allow") != "GET, HEAD" || strings.Contains(body, "page</title>")) {
			t.Errorf("%s: %s, Allow %q, %q", method, answer.Status, answer.Header.Get("Allow"), body)
		}
	}
}

// TestPagesAreServedByOurNamesOnly: a name of somebody else's that leads here gets nothing.
func TestPagesAreServedByOurNamesOnly(t *testing.T) {
	address, _ := served(t)
	for host, want := range map[string]int{"localhost": 200, "LOCALHOST:1": 200, "127.0.0.1": 200, "127.0.0.1:8080": 200, "[::1]": 200, "[::1]:80": 200,
		"evil.example": 421, "evil.example:80": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "0.0.0.0": 421, "127.0.0.2": 421, "[::2]:80": 421} {
		if answer, body := answered(t, address, http.MethodGet, host); answer.StatusCode != want || want == 421 && strings.Contains(body, "page</title>") {
			t.Errorf("Host %s: %s %q", host, answer.Status, body)
		}
	}
	if other := (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 2), Port: 80}); !ours("127.0.0.2:9", other) || ours("127.0.0.3", other) || ours("", other) {
		t.Error("the address that is listened on is ours, and no other of its net")
	}
}

func TestListenIsChecked(t *testing.T) {
	for _, good := range []string{"127.0.0.1:0", "localhost:8080", "[::1]:65535", "127.3.2.1:1"} {
		if err := checkListen(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]string{"x": "a port from 0 to 65535", "127.0.0.1:99999": "a port from 0", ":99999": "a port from 0", "": "a port from 0", "127.0.0.1:http": "a port from 0",
		"127.0.0.1:-1": "a port from 0", "0.0.0.0:0": "loopback only", ":0": "loopback only", "[::]:0": "loopback only", "example.org:80": "loopback only", "192.0.2.1:80": "loopback only"} {
		if err := checkListen(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
