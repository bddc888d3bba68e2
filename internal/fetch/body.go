package fetch

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
)

// mostBytes bounds what a request may allow itself.
const mostBytes = 1 << 40

// limit is how much of an answer is read.
func (c *call) limit(status int) int64 {
	switch {
	case status >= 300:
		return longestOther
	case c.request.MaxBytes <= 0:
		return DefaultMaxBytes
	}
	return min(c.request.MaxBytes, mostBytes)
}

// body reads a body, unpacks it and makes sure that it is whole. What it read it returns also with an error. Memory stays
// within the limit whatever the server packs, and packed bytes that unpack to nothing count, too.
func (c *call) body(res *http.Response) ([]byte, error) {
	limit := c.limit(res.StatusCode)
	if res.ContentLength == 0 {
		return nil, nil
	}
	if res.ContentLength > limit && res.StatusCode < 300 {
		return nil, tooLarge(limit)
	}
	packed := &capped{from: res.Body, left: limit + limit/64 + 4096, limit: limit}
	unpacked, err := unpack(packed, res.Header)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(unpacked, limit+1))
	switch {
	case int64(len(body)) > limit:
		return body[:limit], tooLarge(limit)
	case err == nil:
		_, err = io.Copy(io.Discard, packed) // the packing may end before the answer does, or before it should
	}
	return body, err
}

func tooLarge(limit int64) error {
	return says(TooLarge, "the answer is larger than the %d bytes that it may have", limit)
}

// capped ends what is endless.
type capped struct {
	from        io.Reader
	left, limit int64
}

// Read reads as long as there may be more.
func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, tooLarge(c.limit)
	}
	n, err := c.from.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// unpack returns what a body is when its packing is taken off.
func unpack(packed io.Reader, h http.Header) (io.Reader, error) {
	var out io.Reader
	var err error
	switch coding := codings(h); coding {
	case "":
		return packed, nil
	case "gzip", "x-gzip":
		out, err = gzip.NewReader(packed)
	case "deflate":
		out, err = inflate(packed)
	default:
		return nil, says(Failed, "the answer is packed in a way that was not asked for (%s)", known(coding))
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // a packed nothing is not nothing
	}
	return out, err
}

// known names a packing that has a name; others are not repeated, they may be anything.
func known(coding string) string {
	if slices.Contains([]string{"br", "zstd", "compress", "gzip,gzip"}, coding) {
		return coding
	}
	return "unknown"
}

// inflate takes deflate as the standard means it, within zlib's frame, and as some servers write it, without.
func inflate(packed io.Reader) (io.Reader, error) {
	b := bufio.NewReader(packed)
	head, err := b.Peek(2)
	if err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(b)
	}
	return flate.NewReader(b), nil
}

// codings tells how a body is packed; what is not packed at all is "".
func codings(h http.Header) string {
	var out []string
	for _, c := range strings.Split(strings.ToLower(strings.Join(h.Values("Content-Encoding"), ",")), ",") {
		if c = strings.TrimSpace(c); c != "" && c != "identity" {
			out = append(out, c)
		}
	}
	return strings.Join(out, ",")
}
