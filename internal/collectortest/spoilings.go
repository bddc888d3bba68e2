package collectortest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// spoiling is one way in which a server does not answer as it should.
type spoiling struct {
	name    string
	answer  func(w http.ResponseWriter, r *http.Request, good *answer, s *server)
	results []observation.Result // any of them is right …
	reasons []string             // … with any of these reasons; none: all
	detail  string               // the detail of the run tells it
	same    bool                 // … and so is the good result, with the good figures
	once    bool                 // only the first time
	short   bool                 // it takes for ever: the request is to give up soon
	large   bool                 // memory is watched
	client  bool                 // the client alone deals with it, whatever is asked: it is tried on one request of a kind
}

// The addresses, beside that which is recorded, to which a spoiled server leads.
const (
	consentPath = "/suostumus"
	loopPath    = "/kehassa"
)

var (
	failed   = []observation.Result{observation.Failed}
	auth     = []observation.Result{observation.Auth}
	waiting  = []observation.Result{observation.Waiting}
	tooLarge = []string{collector.ReasonTooLarge}
)

// spoilings lists the ways. now is the moment of the visit.
func spoilings(now time.Time) []spoiling {
	later := now.Add(2 * time.Hour).UTC()
	until := later.Format("2006-01-02T15:04")
	return []spoiling{
		{name: "401", answer: status(401), results: auth},
		{name: "402", answer: status(402), results: []observation.Result{observation.Budget}},
		{name: "403", answer: status(403), results: auth},
		{name: "404", answer: status(404), results: failed, reasons: []string{collector.ReasonNotFound}},
		{name: "410", answer: status(410), results: []observation.Result{observation.Gone}},
		{name: "429 for seconds", answer: status(429, "Retry-After", "7200"), results: waiting, detail: until},
		{name: "429 until a date", answer: status(429, "Retry-After", later.Format(http.TimeFormat)), results: waiting, detail: until, client: true},
		{name: "429 for ages", answer: status(429, "Retry-After", "99999999999999999999"), results: waiting, client: true},
		{name: "429 for nonsense", answer: status(429, "Retry-After", "soon; perhaps"), results: waiting, client: true},
		{name: "429 without a word", answer: status(429), results: waiting, client: true},
		{name: "500", answer: status(500), results: failed},
		{name: "500 once", answer: status(500), once: true, same: true, client: true},
		{name: "503", answer: status(503), results: waiting, client: true},
		{name: "reset", answer: reset, results: failed, client: true},
		{name: "silence", answer: silence, results: failed, reasons: []string{collector.ReasonDeadline}, short: true, client: true},
		{name: "drops", answer: drops, results: failed, reasons: []string{collector.ReasonDeadline}, short: true, client: true},
		{name: "cut off", answer: cutOff, results: failed},
		{name: "a page", answer: body("text/html; charset=utf-8", page), results: failed},
		{name: "a page under the right type", answer: body("", page), results: failed},
		{name: "nothing", answer: body("", ""), results: failed},
		{name: "an error with 200", answer: body("application/json", errorWith200), results: failed},
		{name: "wrong charset", answer: wrongCharset, results: failed, same: true, client: true},
		{name: "50 MB", answer: fiftyMB, results: failed, reasons: tooLarge, large: true, client: true},
		{name: "gzip bomb", answer: bomb, results: failed, reasons: tooLarge, large: true, client: true},
		{name: "redirect loop", answer: redirectLoop, results: failed, reasons: []string{collector.ReasonRefused}, client: true},
		{name: "cookie wall in a loop", answer: cookieWall, results: failed, client: true},
		{name: "cookie wall", answer: cookiePage, results: failed},
	}
}

const (
	page         = "<!doctype html><html lang=fi><head><title>Hyväksy evästeet</title></head><body><h1>Hyväksy evästeet</h1><form><button>OK</button></form></body></html>"
	errorWith200 = `{"error": {"message": "(#100) The value must be a valid insights metric", "type": "OAuthException", "code": 100, "fbtrace_id": "A1"}}`
)

// echo is what a careless server writes into its error messages: all that it was asked with.
func echo(r *http.Request) string {
	sent, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	return fmt.Sprintf("bad request %s, authorization %s, cookie %s, %v, %s", r.RequestURI, r.Header.Get("Authorization"), r.Header.Get("Cookie"), r.Header, sent)
}

func status(code int, head ...string) func(http.ResponseWriter, *http.Request, *answer, *server) {
	return func(w http.ResponseWriter, r *http.Request, _ *answer, _ *server) {
		for i := 0; i+1 < len(head); i += 2 {
			w.Header().Set(head[i], head[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, echo(r))
	}
}

// contentType gives an answer the type of the good one, or another.
func contentType(w http.ResponseWriter, good *answer, other string) {
	if other == "" {
		other = good.header.Get("Content-Type")
	}
	if other != "" {
		w.Header().Set("Content-Type", other)
	}
}

func body(kind, text string) func(http.ResponseWriter, *http.Request, *answer, *server) {
	return func(w http.ResponseWriter, _ *http.Request, good *answer, _ *server) {
		contentType(w, good, kind)
		_, _ = io.WriteString(w, text)
	}
}

func reset(w http.ResponseWriter, _ *http.Request, _ *answer, _ *server) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func silence(_ http.ResponseWriter, r *http.Request, _ *answer, s *server) {
	select {
	case <-r.Context().Done():
	case <-s.stopped:
	}
}

// drops sends the good answer byte by byte, for ever.
func drops(w http.ResponseWriter, r *http.Request, good *answer, s *server) {
	contentType(w, good, "")
	flow := http.NewResponseController(w)
	text := append(good.bodyAt(s.URL), ' ')
	for i := 0; ; i++ {
		if _, err := w.Write(text[i%len(text) : i%len(text)+1]); err != nil || flow.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-s.stopped:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func cutOff(w http.ResponseWriter, _ *http.Request, good *answer, s *server) {
	contentType(w, good, "")
	text := good.bodyAt(s.URL)
	w.Header().Set("Content-Length", fmt.Sprint(len(text)+2))
	_, _ = w.Write(text[:len(text)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func wrongCharset(w http.ResponseWriter, _ *http.Request, good *answer, s *server) {
	kind, _, _ := bytes.Cut([]byte(good.header.Get("Content-Type")), []byte(";"))
	w.Header().Set("Content-Type", string(kind)+"; charset=utf-16be")
	_, _ = w.Write(good.bodyAt(s.URL))
}

// fiftyMB sends the good answer, with spaces before it ends.
func fiftyMB(w http.ResponseWriter, _ *http.Request, good *answer, s *server) {
	contentType(w, good, "")
	text := good.bodyAt(s.URL)
	_, _ = w.Write(text[:len(text)/2])
	for range 50 {
		if _, err := w.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
			return
		}
	}
	_, _ = w.Write(text[len(text)/2:])
}

// packedMB is a megabyte of spaces, packed.
var packedMB = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<20))
	_ = z.Close()
	return b.Bytes()
})

// bomb sends a gigabyte in a megabyte.
func bomb(w http.ResponseWriter, _ *http.Request, good *answer, _ *server) {
	contentType(w, good, "")
	w.Header().Set("Content-Encoding", "gzip")
	for range 1024 {
		if _, err := w.Write(packedMB()); err != nil {
			return
		}
	}
}

// redirectLoop leads on and on, and tells what it was asked with wherever it leads.
func redirectLoop(w http.ResponseWriter, r *http.Request, _ *answer, _ *server) {
	w.Header().Set("Location", loopPath+"?authorization="+url.QueryEscape(r.Header.Get("Authorization"))+"&from="+url.QueryEscape(r.URL.RawQuery[:min(200, len(r.URL.RawQuery))]))
	w.WriteHeader(http.StatusFound)
	_, _ = io.WriteString(w, echo(r))
}

// cookieWall sends whoever has no cookie to a page that sets one and sends back.
func cookieWall(w http.ResponseWriter, r *http.Request, good *answer, _ *server) {
	if r.URL.Path != consentPath {
		http.Redirect(w, r, consentPath, http.StatusFound)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "suostumus", Value: "1", Path: "/", Secure: true})
	target := "/"
	if good != nil {
		target = good.path + "?" + good.query.Encode()
	}
	http.Redirect(w, r, target, http.StatusFound)
}

// cookiePage sends everybody to a page, which comes with 200.
func cookiePage(w http.ResponseWriter, r *http.Request, _ *answer, _ *server) {
	if r.URL.Path != consentPath {
		http.Redirect(w, r, consentPath, http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, page)
}
