package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// served serves a page until the test ends, or until stop is called, and returns its address.
func served(t *testing.T) (address string, stop func()) {
	t.Helper()
	address, _, stop = servedFrom(t)
	return address, stop
}

// servedFrom is served, with the folder. Whatever begins with no is no page.
func servedFrom(t *testing.T) (address, dir string, stop func()) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{"index.html": "<title>the page</title>", "x.svg": "<svg/>", ".half.html-1": "half a page"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, l, Pages(dir, func(name string) bool { return !strings.HasPrefix(name, "no") && !strings.HasPrefix(name, ".") }))
	}()
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
	return "http://" + l.Addr().String() + "/", dir, stop
}

// TestOnlyPagesAreServed: nothing else in their folder is there for readers, nor what a link leads to outside, no folder is
// listed, and nothing that a name or a file is keeps a reader waiting or is a fault of ours.
func TestOnlyPagesAreServed(t *testing.T) {
	address, dir, _ := servedFrom(t)
	outside := filepath.Join(t.TempDir(), "x.token")
	for name, text := range map[string]string{outside: "canary", filepath.Join(dir, "notes.html"): "canary", filepath.Join(dir, "seuranta.yaml"): "canary",
		filepath.Join(dir, "x.token"): "canary", filepath.Join(dir, "data"): "canary"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink(outside, filepath.Join(dir, "link.html")), os.Symlink("index.html", filepath.Join(dir, "within.html")), os.Mkdir(filepath.Join(dir, "folder.html"), 0o700),
		os.Mkdir(filepath.Join(dir, "a"), 0o700), os.WriteFile(filepath.Join(dir, "a", "deep.html"), []byte("canary"), 0o600), syscall.Mkfifo(filepath.Join(dir, "pipe.html"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"notes.html", "seuranta.yaml", "x.token", "data", "link.html", "folder.html", "folder.html/", "a/", "a", "a/deep.html", "pipe.html", "../x.token", "%2e%2e/x.token",
		"..%2fx.html", "a%5cx.html", "x%00.html", "%00", strings.Repeat("x", 15_000) + ".html", strings.Repeat("x/", 7_000) + "x.html", "index.html/", "//index.html"} {
		answer, body := answered(t, address+path, http.MethodGet, "")
		if answer.StatusCode != http.StatusNotFound || strings.Contains(body, "canary") {
			t.Errorf("%.60s: %s %.60q", path, answer.Status, body)
		}
	}
	for _, path := range []string{"", "index.html", "within.html"} {
		if answer, body := answered(t, address+path, http.MethodGet, ""); answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/html; charset=utf-8" || body != "<title>the page</title>" {
			t.Errorf("%s: %s %q", path, answer.Status, body)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if answer, _ := answered(t, address, http.MethodGet, ""); answer.StatusCode != http.StatusNotFound {
		t.Errorf("without the folder: %s", answer.Status)
	}
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
	for host, want := range map[string]int{"localhost": 200, "LOCALHOST:1": 200, "127.0.0.1": 200, "127.0.0.1:8080": 200, "[::1]": 200, "[::1]:80": 200, "[::1": 421, "::1": 421, "::1]": 421, "[::1]:80:80": 421,
		"evil.example": 421, "evil.example:80": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "0.0.0.0": 421, "127.0.0.2": 421, "[::2]:80": 421} {
		if answer, body := answered(t, address, http.MethodGet, host); answer.StatusCode != want || want == 421 && strings.Contains(body, "page</title>") {
			t.Errorf("Host %s: %s %q", host, answer.Status, body)
		}
	}
	if other := (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 2), Port: 80}); !ours("127.0.0.2:9", other) || ours("127.0.0.3", other) || ours("", other) {
		t.Error("the address that is listened on is ours, and no other of its net")
	}
}

func TestAddressIsChecked(t *testing.T) {
	for _, good := range []string{"127.0.0.1:0", "localhost:8080", "[::1]:65535", "127.3.2.1:1"} {
		if err := CheckAddress(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]string{"x": "a port from 0 to 65535", "127.0.0.1:99999": "a port from 0", ":99999": "a port from 0", "": "a port from 0", "127.0.0.1:http": "a port from 0",
		"127.0.0.1:-1": "a port from 0", "0.0.0.0:0": "loopback only", ":0": "loopback only", "[::]:0": "loopback only", "example.org:80": "loopback only", "192.0.2.1:80": "loopback only"} {
		if err := CheckAddress(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// TestHalfWrittenFilesAreNotServed: what a page is written into before it is whole is not there for readers.
func TestHalfWrittenFilesAreNotServed(t *testing.T) {
	address, _ := served(t)
	for _, path := range []string{".half.html-1", "./.half.html-1", "%2ehalf.html-1"} {
		if answer, body := answered(t, address+path, http.MethodGet, ""); answer.StatusCode != http.StatusNotFound || strings.Contains(body, "half a page") {
			t.Errorf("%s: %s %q", path, answer.Status, body)
		}
	}
}

// TestPicturesAreServedAsPictures: as what they are, and with less freedom than a page.
func TestPicturesAreServedAsPictures(t *testing.T) {
	address, _ := served(t)
	answer, body := answered(t, address+"x.svg", http.MethodGet, "")
	if answer.Header.Get("Content-Type") != "image/svg+xml" || answer.Header.Get("X-Content-Type-Options") != "nosniff" ||
		answer.Header.Get("Content-Security-Policy") != "default-src 'none'; frame-ancestors 'none'" || !strings.HasPrefix(body, "<svg") {
		t.Errorf("%v, %q", answer.Header, body)
	}
	if answer, _ := answered(t, address+"nosuch.svg", http.MethodGet, ""); answer.StatusCode != http.StatusNotFound || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("a picture that is not there: %s, %s", answer.Status, answer.Header.Get("Content-Type"))
	}
}
