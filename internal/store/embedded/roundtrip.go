//go:build linux && amd64

package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// RoundTrip runs the statement of a request in the driver's HTTP protocol. What the
// engine says against it is a response with the status 500, which the driver turns
// into a *clickhouse.Exception. The error is the cause of the request's context when
// that ended, at once, even while the engine still works on the statement; or
// ErrClosed; or ErrMoved.
func (e *Engine) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	response, err := e.answer(r)
	if err != nil {
		return refused(r, err)
	}
	return response, nil
}

// refused makes a response of an error of the engine, and gives any other as an error.
func refused(r *http.Request, err error) (*http.Response, error) {
	var e *proto.Exception
	if !errors.As(err, &e) {
		return nil, fmt.Errorf("run a statement on the embedded engine: %w", err)
	}
	response := respond(r, http.StatusInternalServerError, []byte(exceptionText(e)))
	response.Header.Set("X-ClickHouse-Exception-Code", strconv.Itoa(int(e.Code)))
	return response, nil
}

func (e *Engine) answer(r *http.Request) (*http.Response, error) {
	if err := e.life.Err(); err != nil {
		return nil, ErrClosed
	}
	if err := e.folder.moved(); err != nil {
		return nil, err
	}
	q, err := readRequest(r)
	if err != nil {
		return nil, err
	}
	for name := range q.settings {
		if _, known := e.fresh[name]; !known {
			return nil, refuse(codeUnknownSetting, "Unknown setting '%s'", name)
		}
	}
	switch {
	case q.insert:
		return e.insert(r, q)
	case q.text == helloText:
		return e.hello(r, q.revision)
	}
	return e.statement(r, q)
}

// statement runs a text without data.
func (e *Engine) statement(r *http.Request, q *request) (*http.Response, error) {
	s, err := readStatement(q.text)
	if err != nil {
		return nil, err
	}
	t, err := e.begin(r.Context(), q.queryID)
	if err != nil {
		return nil, err
	}
	if s.route == streamed {
		return e.selection(r, q, t)
	}
	out, err := t.run(q, s.text)
	if err != nil {
		return nil, err
	}
	return respond(r, http.StatusOK, out), nil
}

// run runs a statement to its end and ends the task.
func (t *task) run(q *request, text string) ([]byte, error) {
	var out []byte
	err := t.call(func() error {
		err := t.prepare(q)
		if err == nil {
			out, err = t.s.exec(text, "Native", q.params)
		}
		return err
	})
	t.end(err != nil)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// selection runs a SELECT until its first block; the response's body holds the task
// from then on.
func (e *Engine) selection(r *http.Request, q *request, t *task) (*http.Response, error) {
	var first []byte
	err := t.call(func() error {
		err := t.prepare(q)
		if err == nil {
			t.stream, err = t.s.stream(q.text, "Native", q.params)
		}
		if err == nil {
			first, err = t.stream.next()
		}
		return err
	})
	if err != nil {
		t.end(true)
		return nil, err
	}
	if first == nil {
		t.end(false)
		return respond(r, http.StatusOK, nil), nil
	}
	response := respond(r, http.StatusOK, nil)
	response.ContentLength = -1
	response.Body = newBody(t, first)
	return response, nil
}

// hello answers the driver's first question from memory. The driver reads this
// answer in its own revision and the later ones in the revision it was told here:
// 0, the one in which the engine writes.
func (e *Engine) hello(r *http.Request, revision uint64) (*http.Response, error) {
	b := proto.NewBlock()
	b.ServerContext = &column.ServerContext{}
	for _, c := range []struct {
		name string
		kind column.Type
	}{{"displayName()", "String"}, {"version()", "String"}, {"revision()", "UInt32"}, {"timezone()", "String"}} {
		if err := b.AddColumn(c.name, c.kind); err != nil {
			return nil, err
		}
	}
	if err := b.Append(e.name, e.version, uint32(0), e.zone); err != nil {
		return nil, err
	}
	var out chproto.Buffer
	if err := b.Encode(&out, revision); err != nil {
		return nil, err
	}
	return respond(r, http.StatusOK, out.Buf), nil
}

func respond(r *http.Request, status int, body []byte) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Request: r,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// copyUntil copies until the end of the source or of the context; closing the
// source is what ends a read that waits.
func copyUntil(ctx context.Context, to io.Writer, from io.ReadCloser) (int64, error) {
	stop := context.AfterFunc(ctx, func() { from.Close() })
	n, err := io.Copy(to, from)
	if !stop() {
		return n, context.Cause(ctx)
	}
	return n, err
}
