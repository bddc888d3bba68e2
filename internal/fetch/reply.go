package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// longestOther is how much is read of an answer that is not what was asked for.
const longestOther = 64 << 10

// reply is what a server answered.
type reply struct {
	hop         hop
	status      int
	header      http.Header
	conditional bool // it was asked whether there is anything new
	body        []byte
	sum         string // of the body, SHA-256 in hex
	fault       error  // why the body is not whole
}

// build makes the request of a hop.
func (c *call) build(ctx context.Context, h hop) *http.Request {
	req := (&http.Request{Method: h.method, URL: h.url, Host: h.url.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}}).WithContext(ctx)
	req.Close = c.request.Stay      // what a server says behind its answer is not waited for, and logged by nobody
	maps.Copy(req.Header, h.header) // names as they were written: some platforms sign them so
	if len(h.body) > 0 {
		req.ContentLength = int64(len(h.body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(h.body)), nil }
		req.Body, _ = req.GetBody()
	}
	setHeader(req.Header, "User-Agent", c.session.client.agent)
	setHeader(req.Header, "Accept-Encoding", "gzip, deflate")
	setHeader(req.Header, "Accept", c.request.Accept)
	setHeader(req.Header, "If-None-Match", c.request.ETag)
	setHeader(req.Header, "If-Modified-Since", c.request.LastModified)
	return req
}

// setHeader puts in a line of our own in place of the caller's, when it can be sent byte for byte: a validator that was spoilt
// where it was kept is left out, and all is fetched.
func setHeader(h http.Header, name, value string) {
	if value == "" || !httpguts.ValidHeaderFieldValue(value) {
		return
	}
	for have := range h {
		if strings.EqualFold(have, name) {
			delete(h, have)
		}
	}
	h[http.CanonicalHeaderKey(name)] = []string{value}
}

// read reads an answer. That what is not wanted anyway breaks off does not matter.
func (c *call) read(h hop, res *http.Response) *reply {
	r := &reply{hop: h, status: res.StatusCode, header: res.Header}
	r.conditional = res.Request.Header.Get("If-None-Match")+res.Request.Header.Get("If-Modified-Since") != ""
	if hasBody(h.method, r.status) {
		r.body, r.fault = c.body(res)
	}
	if !r.good() {
		r.fault = nil
	}
	sum := sha256.Sum256(r.body)
	r.sum = hex.EncodeToString(sum[:])
	return r
}

func hasBody(method string, status int) bool {
	return method != http.MethodHead && status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

func (r *reply) good() bool { return r.status >= 200 && r.status < 300 }

func (r *reply) redirects() bool {
	switch r.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// judge says whether a reply is an answer to what was asked.
func (c *call) judge(r *reply) (*Answer, error) {
	switch {
	case r.status == http.StatusNotModified && !r.conditional:
		return nil, c.refusal(r, "the server answered that nothing is new (304), which was not asked")
	case r.status == http.StatusPartialContent && c.request.Header.Get("Range") == "":
		return nil, c.refusal(r, "the server answered with a part (206), which was not asked for")
	case r.good(), r.status == http.StatusNotModified:
		return c.answer(r), nil
	}
	return nil, c.refusal(r, "")
}

func (c *call) answer(r *reply) *Answer {
	a := &Answer{Status: r.status, Header: r.header, URL: c.sieve.whole(r.hop.url), Body: r.body, NotModified: r.status == http.StatusNotModified,
		ETag: r.header.Get("ETag"), LastModified: r.header.Get("Last-Modified"), SHA256: r.sum, Tries: c.tries}
	if a.NotModified && a.ETag == "" {
		a.ETag = c.request.ETag
	}
	if a.NotModified && a.LastModified == "" {
		a.LastModified = c.request.LastModified
	}
	return a
}
