//go:build linux && amd64

package embedded

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// task is one statement and the session it runs on, until the session is back in
// the pool. One goroutine owns it at a time: the caller's, or the one that buries it.
type task struct {
	e *Engine
	s *session
	// comment stands in the setting log_comment of the statement, by which it is
	// stopped. It begins with a number that no other statement of this engine has,
	// so that a stop can never hit a later statement.
	comment string
	ctx     context.Context
	cancel  context.CancelCauseFunc
	stream  *stream
	data    *os.File // what an INSERT loads
	// buried says that the caller gave the task up.
	buried bool
}

// begin ties the contexts of the request and of the engine together and waits for
// a free session.
func (e *Engine) begin(ctx context.Context, queryID string) (*task, error) {
	t := &task{e: e, comment: strings.TrimSpace(strconv.FormatUint(e.last.Add(1), 10) + " " + queryID)}
	t.ctx, t.cancel = e.tie(ctx)
	select {
	case <-t.ctx.Done():
	case t.s = <-e.pool:
		if t.ctx.Err() == nil {
			return t, nil
		}
		e.pool <- t.s
	}
	err := context.Cause(t.ctx)
	t.cancel(nil)
	return nil, err
}

// tie gives a context that ends with the request's and with the engine's life.
func (e *Engine) tie(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	tied, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(e.life, func() { cancel(context.Cause(e.life)) })
	return tied, func(cause error) {
		stop()
		cancel(cause)
	}
}

// call runs f, which blocks inside the engine and cannot be interrupted. When the
// context ends first, call returns its cause at once and leaves the task to another
// goroutine; the caller must not touch it any more.
func (t *task) call(f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-t.ctx.Done():
		cause := context.Cause(t.ctx)
		t.buried = true
		go t.bury(done)
		return cause
	}
}

// bury stops the statement, waits until the engine is through with it and ends the
// task. It tries again because the statement may not have begun yet.
func (t *task) bury(done <-chan error) {
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		t.e.kill(t.comment)
		select {
		case <-done:
			t.finish(true)
			return
		case <-time.After(pause):
		}
	}
}

// end gives the session back, unless another goroutine buries the task.
func (t *task) end(failed bool) {
	if !t.buried {
		t.finish(failed)
	}
}

// drop ends a task that no call runs for, in the background: stopping a stream
// waits for the engine's threads.
func (t *task) drop() {
	done := make(chan error)
	close(done)
	t.buried = true
	go t.bury(done)
}

// finish cleans the session up and gives it back. A failed statement keeps its
// entry among the running ones, and its memory, until the session runs another.
func (t *task) finish(failed bool) {
	if t.stream != nil {
		t.stream.close()
	}
	if failed {
		_, _ = t.s.exec("SET log_comment = ''", "TSV", nil) // the next statement sets everything anew
	}
	if t.data != nil {
		t.data.Close()
	}
	t.cancel(nil)
	t.e.pool <- t.s
}

// kill asks the engine to stop a statement; it returns before the statement ends.
// An error means that there is none such, or shows when the caller tries again.
func (e *Engine) kill(comment string) {
	e.adminMu.Lock()
	defer e.adminMu.Unlock()
	_, _ = e.admin.exec("KILL QUERY WHERE Settings['log_comment'] = "+quote(comment)+" ASYNC", "TSV", nil)
}

// prepare makes the session the statement's own: its database, its settings in the
// place of those of the last one, and its name.
func (t *task) prepare(q *request) error {
	if t.s.database != q.database {
		if _, err := t.s.exec("USE "+quoteName(q.database), "TSV", nil); err != nil {
			return err
		}
		t.s.database = q.database
	}
	values := map[string]string{}
	for name := range t.s.changed {
		values[name] = t.e.fresh[name]
	}
	for name, value := range q.settings {
		values[name] = quote(value)
		t.s.changed[name] = true
	}
	if _, err := t.s.exec(setStatement(values, t.comment), "TSV", nil); err != nil {
		return err
	}
	maps.DeleteFunc(t.s.changed, func(name string, _ bool) bool { _, asked := q.settings[name]; return !asked })
	return nil
}

// setStatement is the SET for these values, which are SQL, and the comment.
func setStatement(values map[string]string, comment string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&b, "%s = %s, ", name, values[name])
	}
	return "SET " + b.String() + "log_comment = " + quote(comment)
}
