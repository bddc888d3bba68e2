package fetch_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/internal/fetch"
)

// bounded fetches what must end by itself, and returns the error and how long it took.
func bounded(t *testing.T, s *fetch.Session, r fetch.Request, want fetch.Class) *fetch.Error {
	t.Helper()
	begun := time.Now()
	e := fails(t, s, r, want)
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v: %v", took, e)
	}
	return e
}

func TestSlowLoris(t *testing.T) {
	for name, head := range map[string]string{
		"status": "HTTP/1.1 2", "head": "HTTP/1.1 200 OK\r\nX-A: ", "body": "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "endless": "HTTP/1.0 200 OK\r\n\r\n",
		"chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n", "packed": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x00",
	} {
		o := quick()
		o.Patience = 300 * time.Millisecond
		e := bounded(t, home(o), fetch.Request{URL: raw(t, drip(head))}, fetch.Deadline)
		if !errors.Is(e, context.DeadlineExceeded) || !strings.Contains(e.Error(), "no whole answer within 300ms") {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func TestSilentServer(t *testing.T) {
	at := raw(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	client := fetch.NewIn(quick(), fetch.World{Header: 50 * time.Millisecond})
	e := bounded(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: at}, fetch.Deadline)
	if e.Tries != 3 {
		t.Errorf("%d tries", e.Tries)
	}
}

func TestDeadlineOfTheCaller(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err := home(quick()).Get(ctx, raw(t, drip("HTTP/1.0 200 OK\r\n\r\n")), "")
	var e *fetch.Error
	if !errors.As(err, &e) || e.Class != fetch.Deadline || !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

func TestSlowErrorKeepsItsClass(t *testing.T) {
	o := quick()
	o.Patience = time.Second
	bounded(t, home(o), fetch.Request{URL: raw(t, drip("HTTP/1.1 404 Not Found\r\n\r\n"))}, fetch.NotFound)
}

func TestHostileHeads(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for name, answer := range map[string]string{
		"nothing": "", "not HTTP": "SSH-2.0-OpenSSH_9.6\r\n", "binary": "\x00\x01\x02\xff\r\n\r\n", "no status": "HTTP/1.1\r\n\r\n", "odd status": "HTTP/1.1 2x0 OK\r\n\r\n",
		"a line without end": "HTTP/1.1 200 OK\r\nX-A: " + long + "\r\n\r\n", "many lines": "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: b\r\n", 100_000) + "\r\n",
		"no colon": "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"negative length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "odd coding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
		"odd chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "another protocol": "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nxx",
		"endless early answers": strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", 50_000),
	} {
		e := bounded(t, home(quick()), fetch.Request{URL: raw(t, says(answer))}, fetch.Failed)
		if text := e.Error(); len(text) > 500 || strings.ContainsAny(text, "\r\n\x00") {
			t.Errorf("%s: %q", name, text)
		}
	}
}

func TestHugeLengthIsRefusedAtOnce(t *testing.T) {
	at := raw(t, drip("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n"))
	bounded(t, home(quick()), fetch.Request{URL: at, MaxBytes: 1 << 62}, fetch.TooLarge)
}

func TestNothingListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	e := bounded(t, home(quick()), fetch.Request{URL: "http://" + l.Addr().String()}, fetch.Failed)
	if !strings.Contains(e.Error(), "connection refused") || e.Tries != 3 {
		t.Error(e)
	}
}

// quietTLS serves with TLS and does not log what goes wrong there.
func quietTLS(t *testing.T, change func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(echo))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	change(server)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestCertificates(t *testing.T) {
	server := quietTLS(t, func(*httptest.Server) {})
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	old := quietTLS(t, func(s *httptest.Server) {
		s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	})
	plain := serve(t, echo)
	dns := names{"another.test.": {"127.0.0.1"}}.serve(t)
	for want, c := range map[string]struct {
		url   string
		roots *x509.CertPool
	}{
		"signed by nobody whom this machine trusts": {server.URL, x509.NewCertPool()},
		"is for another name":                       {"https://another.test:" + portOf(server.URL), roots},
		"does not speak TLS there":                  {strings.Replace(plain.URL, "http:", "https:", 1), roots},
		"protocol version":                          {old.URL, roots},
	} {
		client := fetch.NewIn(quick(), fetch.World{Resolver: dns, Roots: c.roots})
		e := bounded(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: c.url}, fetch.Failed)
		if !strings.Contains(e.Error(), want) || want != "protocol version" && e.Tries != 1 {
			t.Errorf("%v does not say %q (%d tries)", e, want, e.Tries)
		}
	}
	good := fetch.NewIn(quick(), fetch.World{Roots: roots})
	gets(t, good.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: server.URL})
	good.Close()
}

func TestHTTP2(t *testing.T) {
	server := quietTLS(t, func(s *httptest.Server) {
		s.EnableHTTP2 = true
		s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, r.Proto)
			if r.URL.Path == "/cut" {
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(w, strings.Repeat(".", 100-len(r.Proto)))
		})
	})
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	s := fetch.NewIn(quick(), fetch.World{Roots: roots}).Session(fetch.Policy{AllowPrivate: true})
	if a := gets(t, s, fetch.Request{URL: server.URL}); !strings.HasPrefix(string(a.Body), "HTTP/2.0.") {
		t.Errorf("%s", a.Body)
	}
	bounded(t, s, fetch.Request{URL: server.URL + "/cut"}, fetch.Failed)
	fails(t, s, fetch.Request{URL: server.URL, MaxBytes: 10}, fetch.TooLarge)
}
