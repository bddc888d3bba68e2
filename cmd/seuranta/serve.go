package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// checkListen refuses an address to serve on that is none, or that others than this machine can reach.
func checkListen(address string) error {
	host, port, err := net.SplitHostPort(address)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return usage("--listen %q: want a loopback address and a port from 0 to 65535, as 127.0.0.1:8080", address)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.Unmap().IsLoopback()) {
		return usage("--listen %q: the demo is served on loopback only, as 127.0.0.1:8080 or localhost:8080", address)
	}
	return nil
}

// listen takes an address that checkListen let pass.
func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve the pages: %w", err)
	}
	if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() { // localhost may be somebody else
		return nil, errors.Join(usage("--listen %s: the demo is served on loopback only, and this is %s", address, ip), l.Close())
	}
	return l, nil
}

// closed closes what may be nil.
func closed(l net.Listener) error {
	if l == nil {
		return nil
	}
	return l.Close()
}

// servePages serves the folder until ctx is done.
func (a *app) servePages(ctx context.Context, pages string, l net.Listener) error {
	server := &http.Server{
		Handler: guarded(http.FileServerFS(os.DirFS(pages)), l.Addr()), DisableGeneralOptionsHandler: true, MaxHeaderBytes: 16 << 10,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: time.Minute,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	if _, err := fmt.Fprintf(a.out, "ready http://%s/\n", l.Addr()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-ended:
		return fmt.Errorf("serve the pages: %w", err)
	case <-ctx.Done():
	}
	timed, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second/2)
	defer cancel()
	if err := server.Shutdown(timed); err != nil { // a page that is still being read is cut off
		return server.Close()
	}
	return nil
}

// guarded lets pass who reads, and who asked for this machine by its own name: a page from elsewhere that had its name point
// here must not read what it finds. No other page may show ours inside it.
func guarded(pages http.Handler, address net.Addr) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "frame-ancestors 'none'")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		switch {
		case !ours(r.Host, address):
			refuse(w, http.StatusMisdirectedRequest, "this server answers on loopback addresses only; open the address that it printed")
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			refuse(w, http.StatusMethodNotAllowed, "pages are read here, and nothing else")
		default:
			if strings.HasSuffix(r.URL.Path, ".svg") { // opened by itself it is a document, and may do less than a page
				h.Set("Content-Type", "image/svg+xml")
				h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
			}
			pages.ServeHTTP(w, r)
		}
	})
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Connection", "close")
	http.Error(w, why, status)
}

// ours tells whether a Host header names this machine, on whatever port: one that was passed on has another.
func ours(asked string, address net.Addr) bool {
	host, _, err := net.SplitHostPort(asked)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(asked, "["), "]")
	}
	listening, _, _ := net.SplitHostPort(address.String())
	return strings.EqualFold(host, "localhost") || host == "127.0.0.1" || host == "::1" || host == listening
}
