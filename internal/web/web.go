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
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
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

// Pages answers with the pages in a folder, by their plain names; known tells which names are those of pages. Whatever else lies
// there, or is led to from there, is not there for readers. The folder is opened anew each time: it may be another by now.
func Pages(folder string, known func(name string) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		kind, ok := kinds[path.Ext(name)]
		if !ok || len(name) > longestName || strings.ContainsAny(name, "/\\\x00") || !known(name) {
			http.NotFound(w, r)
			return
		}
		f, info, err := open(folder, name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		defer f.Close()
		h := w.Header()
		h.Set("Cache-Control", "no-cache") // a page is made anew under its old name
		h.Set("Content-Type", kind)
		if kind == picture { // opened by itself it is a document, and may do less than a page
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		}
		http.ServeContent(w, r, name, info.ModTime(), f)
	})
}

const (
	picture     = "image/svg+xml"
	longestName = 255 // bytes; no file has a longer one
)

// kinds are what pages and their twins are, by the ending of their names.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".json": "application/json", ".svg": picture,
}

// errNoPage says that what has the name of a page is none.
var errNoPage = errors.New("this is no plain file")

// open opens a plain file of a folder. A link that leads out of it is not followed, and a pipe, which would have to be waited
// for, is not opened.
func open(folder, name string) (*os.File, fs.FileInfo, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil, nil, errors.Join(err, errNoPage)
	}
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may have become a pipe just now
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, nil, errors.Join(err, errNoPage, f.Close())
	}
	return f, info, nil
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
	if err != nil { // it names no port, or is none
		host, _, err = net.SplitHostPort(asked + ":80")
	}
	if err != nil {
		return false
	}
	listening, _, _ := net.SplitHostPort(address.String())
	return strings.EqualFold(host, "localhost") || host == "127.0.0.1" || host == "::1" || host == listening
}
