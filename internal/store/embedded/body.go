//go:build linux && amd64

package embedded

import (
	"context"
	"errors"
	"io"
	"sync"
)

var errBodyClosed = errors.New("the result was closed")

// body is the result of a SELECT, fetched as it is read. It holds its task until
// the end of the result, an error, Close, or the end of the context, whichever is
// first.
type body struct {
	mu   sync.Mutex
	t    *task
	part []byte
	err  error // how it ended
	stop func() bool
}

func newBody(t *task, first []byte) *body {
	b := &body{t: t, part: first}
	b.mu.Lock() // the context may end at once
	defer b.mu.Unlock()
	b.stop = context.AfterFunc(t.ctx, b.abandon)
	return b
}

// Read gives an error of the engine as *clickhouse.Exception.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.part) == 0 && b.err == nil {
		b.fetch()
	}
	if b.err != nil {
		return 0, b.err
	}
	n := copy(p, b.part)
	b.part = b.part[n:]
	return n, nil
}

// fetch gets the next part or ends the body.
func (b *body) fetch() {
	var part []byte
	err := b.t.call(func() (err error) {
		part, err = b.t.stream.next()
		return err
	})
	switch {
	case err != nil:
		b.finish(err)
	case part == nil:
		b.finish(io.EOF)
	default:
		b.part = part
	}
}

func (b *body) finish(err error) {
	b.err, b.part = err, nil
	b.stop()
	b.t.end(err != io.EOF)
}

// Close ends the statement when it still runs, without waiting for the engine. It
// may be called during a Read, which then returns.
func (b *body) Close() error {
	b.t.cancel(errBodyClosed)
	b.abandon()
	return nil
}

// abandon ends a body that nobody reads any more.
func (b *body) abandon() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return
	}
	b.err, b.part = context.Cause(b.t.ctx), nil
	b.stop()
	b.t.drop()
}
