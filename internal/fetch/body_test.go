package fetch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seuranta/internal/fetch"
)

func gzipped(text string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.Bytes()
}

func deflated(text string, frame bool) []byte {
	var out bytes.Buffer
	var w io.WriteCloser = zlib.NewWriter(&out)
	if !frame {
		w, _ = flate.NewWriter(&out, 6)
	}
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.Bytes()
}

const feed = "<rss>what is in the feed, and some more of it so that there is something to pack</rss>"

func packed(t *testing.T, coding string, body []byte) string {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Encoding"] = []string{coding}
		_, _ = w.Write(body)
	}).URL
}

func TestUnpacks(t *testing.T) {
	for name, c := range map[string]struct {
		coding string
		body   []byte
	}{
		"gzip": {"gzip", gzipped(feed)}, "x-gzip": {" X-GZIP ", gzipped(feed)}, "zlib": {"deflate", deflated(feed, true)}, "deflate": {"deflate", deflated(feed, false)},
		"identity": {"identity", []byte(feed)}, "none": {"", []byte(feed)}, "two members": {"gzip", append(gzipped(feed[:20]), gzipped(feed[20:])...)},
	} {
		if a := gets(t, home(quick()), fetch.Request{URL: packed(t, c.coding, c.body)}); string(a.Body) != feed {
			t.Errorf("%s: %q", name, a.Body)
		}
	}
}

func TestPackedWrongly(t *testing.T) {
	broken := gzipped(feed)
	broken[len(broken)-6] ^= 1
	for name, c := range map[string]struct {
		coding string
		body   []byte
	}{
		"cut gzip": {"gzip", gzipped(feed)[:40]}, "cut tail": {"gzip", gzipped(feed)[:len(gzipped(feed))-3]}, "cut head": {"gzip", gzipped(feed)[:5]},
		"cut zlib": {"deflate", deflated(feed, true)[:20]}, "cut deflate": {"deflate", deflated(feed, false)[:20]}, "one byte": {"deflate", []byte("x")},
		"wrong sum": {"gzip", broken}, "not packed": {"gzip", []byte(feed)}, "refuse after it": {"gzip", append(gzipped(feed), "refuse"...)},
		"unasked": {"br", []byte(feed)}, "twice": {"gzip, gzip", gzipped(string(gzipped(feed)))},
	} {
		e := fails(t, home(quick()), fetch.Request{URL: packed(t, c.coding, c.body)}, fetch.Failed)
		if strings.HasPrefix(name, "cut") && (!errors.Is(e, io.ErrUnexpectedEOF) || !strings.Contains(e.Error(), "cut off")) {
			t.Errorf("%s: %v", name, e)
		}
	}
	fails(t, home(quick()), fetch.Request{URL: raw(t, says("HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n"))}, fetch.Failed)
}

func TestCutOff(t *testing.T) {
	for name, answer := range map[string]string{
		"length":  "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + feed,
		"chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n40\r\nwhat",
		"no end":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n",
		"deflate": "HTTP/1.1 200 OK\r\nContent-Length: 200\r\nContent-Encoding: deflate\r\n\r\n" + string(deflated(feed, true)),
	} {
		var told int64
		s := fetch.New(quick()).Session(fetch.Policy{AllowPrivate: true, Answered: func(_ string, _ int, size int64, _ string) { told = size }})
		e := fails(t, s, fetch.Request{URL: raw(t, says(answer))}, fetch.Failed)
		if !errors.Is(e, io.ErrUnexpectedEOF) || e.Tries != 3 || told == 0 {
			t.Errorf("%s: %v (%d bytes)", name, e, told)
		}
	}
}

func TestOldServers(t *testing.T) {
	for name, answer := range map[string]string{
		"no length": "HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + feed,
		"closing":   "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + feed,
		"bare":      "HTTP/1.0 200\n\n" + feed,
	} {
		if a := gets(t, home(quick()), fetch.Request{URL: raw(t, says(answer))}); string(a.Body) != feed {
			t.Errorf("%s: %q", name, a.Body)
		}
	}
}

func TestEmpty(t *testing.T) {
	for name, answer := range map[string]string{
		"length": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "packed": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Encoding: gzip\r\n\r\n",
		"204": "HTTP/1.1 204 No Content\r\n\r\n", "closed": "HTTP/1.0 200 OK\r\n\r\n",
	} {
		if a := gets(t, home(quick()), fetch.Request{URL: raw(t, says(answer))}); len(a.Body) != 0 {
			t.Errorf("%s: %q", name, a.Body)
		}
	}
}

// watch runs f and returns by how much the memory in use grew at most meanwhile, and how long it took.
func watch(f func()) (grown uint64, took time.Duration) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most, stop := m.HeapAlloc, m.HeapAlloc, make(chan bool)
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
	})
	begun := time.Now()
	f()
	took = time.Since(begun)
	close(stop)
	wait.Wait()
	return most - before, took
}

// bomb is a gigabyte of zeros, packed: a thousand and some members of a megabyte, which count as one.
func bomb() []byte {
	return bytes.Repeat(gzipped(strings.Repeat("\x00", 1<<20)), 1<<10)
}

func TestGzipBomb(t *testing.T) {
	at := packed(t, "gzip", bomb())
	var e *fetch.Error
	grown, took := watch(func() { e = fails(t, home(quick()), fetch.Request{URL: at}, fetch.TooLarge) })
	t.Logf("a gigabyte packed: %d MB more memory at most, %v", grown>>20, took)
	if grown > 128<<20 || took > 10*time.Second || e.Tries != 1 {
		t.Errorf("%d MB, %v, %d tries", grown>>20, took, e.Tries)
	}
}

func TestEndlessPackedNothing(t *testing.T) {
	var sent atomic.Int64
	at := raw(t, func(c net.Conn) {
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
		for empty := bytes.Repeat(gzipped(""), 1000); err == nil; {
			var n int
			n, err = c.Write(empty)
			sent.Add(int64(n))
		}
	})
	fails(t, home(quick()), fetch.Request{URL: at, MaxBytes: 1 << 20}, fetch.TooLarge)
	if sent.Load() > 20<<20 {
		t.Errorf("%d MB were sent", sent.Load()>>20)
	}
}

func TestTooLarge(t *testing.T) {
	const size = 50 << 20
	var sent atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent.Store(0)
		if r.URL.Path == "/told" {
			w.Header().Set("Content-Length", strconv.Itoa(size))
		}
		for block := make([]byte, 1<<16); sent.Load() < size; {
			n, err := w.Write(block)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	for _, path := range []string{"/told", "/untold"} {
		var e *fetch.Error
		grown, took := watch(func() {
			e = fails(t, home(quick()), fetch.Request{URL: server.URL + path}, fetch.TooLarge)
		})
		if grown > 128<<20 || took > 10*time.Second || e.Tries != 1 {
			t.Errorf("%s: %d MB, %v, %d tries", path, grown>>20, took, e.Tries)
		}
	}
	if a := gets(t, home(quick()), fetch.Request{URL: server.URL, MaxBytes: size}); len(a.Body) != size {
		t.Errorf("%d bytes of an allowed %d", len(a.Body), size)
	}
	fails(t, home(quick()), fetch.Request{URL: server.URL, MaxBytes: size - 1}, fetch.TooLarge)
}

func TestLargeErrorIsNotReadWhole(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(make([]byte, 5<<20))
	})
	if e := fails(t, home(quick()), fetch.Request{URL: server.URL}, fetch.NotFound); len(e.Body()) != 64<<10 {
		t.Errorf("%d bytes", len(e.Body()))
	}
}
