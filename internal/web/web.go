// Package web serves finished pages on loopback, tells whether the program is well, and counts what it does for Prometheus.
// Who wants to show pages to more than one machine puts a web server with names and passwords in front of it.
package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// ErrAddress says that an address to serve on is none, or one that other machines can reach.
var ErrAddress = errors.New("pages are served on loopback only, as 127.0.0.1:8080 or localhost:8080")

// CheckAddress refuses an address to serve on that is none, or that others than this machine can reach.
func CheckAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return errors.New("want a loopback address and a port from 0 to 65535, as 127.0.0.1:8080")
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.Unmap().IsLoopback()) {
		return ErrAddress
	}
	return nil
}

// Listen takes an address that CheckAddress let pass.
func Listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve the pages: %w", err)
	}
	if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() { // localhost may be somebody else
		return nil, errors.Join(fmt.Errorf("%s is %s: %w", address, ip, ErrAddress), l.Close())
	}
	return l, nil
}

// Serve answers on l until ctx is done; what is still being read then is cut off.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: guarded(h, l.Addr()), DisableGeneralOptionsHandler: true, MaxHeaderBytes: 16 << 10,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: time.Minute,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve the pages: %w", err)
	case <-ctx.Done():
	}
	timed, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second/2)
	defer cancel()
	if err := server.Shutdown(timed); err != nil {
		return server.Close()
	}
	return nil
}

// Pages answers with the files of a folder of pages. Files whose names begin with a dot are not there.
func Pages(pages fs.FS) http.Handler {
	files := http.FileServerFS(visible{pages})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache") // a page is made anew under its old name
		if strings.HasSuffix(r.URL.Path, ".svg") {  // opened by itself it is a document, and may do less than a page
			w.Header().Set("Content-Type", "image/svg+xml")
			w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		}
		files.ServeHTTP(w, r)
	})
}

// visible is a file system without what is hidden in it: half-written files.
type visible struct{ fs.FS }

func (v visible) Open(name string) (fs.File, error) {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") && part != "." {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
	}
	return v.FS.Open(name)
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
