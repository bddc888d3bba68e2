package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestPagesAreServedOnLoopback: the address after ready answers with the page, and the server ends with its context.
func TestPagesAreServedOnLoopback(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"index.html": "<title>the page</title>"})
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- newApp(in, io.Discard, nil).servePages(ctx, dir, "127.0.0.1:0")
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if err != nil || !ok || !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Fatalf("%q, %v", line, err)
	}
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK || string(body) != "<title>the page</title>" {
		t.Errorf("%s: %d %q %v", address, answer.StatusCode, body, err)
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("it did not end within five seconds")
	}
}

func TestPagesAreServedNowhereElse(t *testing.T) {
	err := newApp(io.Discard, io.Discard, nil).servePages(context.Background(), t.TempDir(), "0.0.0.0:0")
	if err == nil || !strings.Contains(err.Error(), "loopback only") {
		t.Errorf("listening everywhere: %v", err)
	}
}
