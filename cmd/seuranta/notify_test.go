package main

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/store/embedded/embeddedtest"
)

func TestServiceManagerIsToldWhenReady(t *testing.T) {
	address := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var out, errs strings.Builder
	a := newApp(&out, &errs, func(string) (string, bool) { return address, true })
	if err := a.ready(l); err != nil {
		t.Fatal(err)
	}
	told := make([]byte, 100)
	if err := manager.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n, err := manager.Read(told)
	if err != nil || string(told[:n]) != "READY=1" {
		t.Errorf("told %q, %v", told[:n], err)
	}
	if err := manager.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.ready(l); err != nil || !strings.Contains(errs.String(), "the service manager was not told") {
		t.Errorf("without a manager: %v, %q", err, errs.String())
	}
}

// TestServeStoppedWhileItStarts: whoever stops the service before it is ready did so on purpose, and nothing failed.
func TestServeStoppedWhileItStarts(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{configName: "organisations: [{id: koske}]\nserver: {listen: \"127.0.0.1:0\"}\n"})
	program(t, dir, exitOK, "check")
	library := embeddedtest.Library(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	a := newApp(io.Discard, io.Discard, func(name string) (string, bool) { return library, name == "SEURANTA_LIBCHDB" })
	a.configPath = filepath.Join(dir, configName)
	if err := a.serve(ctx, serveFlags{workers: 1}); err != nil {
		t.Errorf("stopped before it was ready, serve says %v", err)
	}
}
