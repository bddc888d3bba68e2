//go:build linux && amd64

package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// beat is how often a process that keeps a guest waiting is asked whether it is alive,
	// and patience how long it may take to say so.
	beat, patience = 3 * time.Second, 7 * time.Second
	// mostSpooled is the most of an answer that is held back until it is whole, so that it
	// can be asked for again.
	mostSpooled = 64 << 20
)

// errLost is why a request may be sent again: there is no answer, and there will be none.
var errLost = errors.New("no answer came from the process that runs the engine")

// guest reaches the engine of another process.
type guest struct {
	folder    string
	life      context.Context // no request outlasts it
	door      doorstep
	transport *http.Transport
	process   atomic.Int64 // who answers
	said      Owner
}

// meet finds out who has the engine of the folder, and whether it is open yet.
func meet(ctx, life context.Context, folder string) (g *guest, open bool, err error) {
	door, err := openDoorstep(folder)
	if err != nil {
		return nil, false, err
	}
	g = &guest{folder: folder, life: life, door: door}
	g.transport = &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return g.dial(ctx) },
		DisableCompression: true, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second,
	}
	said, err := g.ask(ctx)
	if err == nil {
		open, err = g.learn(said)
	}
	if err != nil {
		g.leave()
	}
	return g, open, err
}

func (g *guest) dial(ctx context.Context) (net.Conn, error) {
	c, process, err := g.door.dial(ctx)
	if err != nil {
		return nil, err
	}
	g.process.Store(int64(process))
	return c, nil
}

// leave closes what no request uses any more.
func (g *guest) leave() {
	g.transport.CloseIdleConnections()
	_ = g.door.Close()
}

// ask asks the other process what it is.
func (g *guest) ask(ctx context.Context) (said http.Header, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://seuranta"+aboutPath, nil)
	if err != nil {
		return nil, err
	}
	response, err := g.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	response.Body.Close()
	return response.Header, nil
}

// learn takes in what the other process said, and tells whether its engine is open.
func (g *guest) learn(said http.Header) (open bool, err error) {
	schema, err := strconv.Atoi(said.Get(headerSchema))
	if err != nil {
		return false, fmt.Errorf("open the data folder %s: %w: process %d speaks in a way that this program does not know; end it", g.folder, ErrSilent, g.process.Load())
	}
	g.said = Owner{Process: int(g.process.Load()), Program: said.Get(headerProgram), Schema: schema, Engine: said.Get(headerEngine)}
	return said.Get(headerState) == stateOpen, nil
}

// roundTrip sends a request. Its error is errLost when it may be sent again, to whoever has
// the engine then.
func (g *guest) roundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	sent := r.Clone(ctx)
	sent.URL.Scheme, sent.URL.Host = "http", "seuranta"
	go g.watch(ctx, cancel)
	response, err := g.transport.RoundTrip(sent)
	if err == nil && response.StatusCode == http.StatusServiceUnavailable {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		response.Body.Close()
		err = errors.New(strings.TrimSpace(string(text)))
	}
	if err == nil {
		err = g.spool(ctx, cancel, response)
	}
	if err == nil {
		response.Request = r
		return response, nil
	}
	defer cancel(nil)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return nil, fmt.Errorf("%w: %w", errLost, err)
}

// spool reads an answer to its end, or as much of it as is held back.
func (g *guest) spool(ctx context.Context, cancel context.CancelCauseFunc, response *http.Response) error {
	var kept bytes.Buffer
	if n := response.ContentLength; n > 0 && n <= mostSpooled {
		kept.Grow(int(n) + bytes.MinRead)
	}
	_, err := io.CopyN(&kept, response.Body, mostSpooled)
	switch {
	case errors.Is(err, io.EOF):
		response.Body.Close()
		cancel(nil)
		response.Body = io.NopCloser(&kept)
		return nil
	case err != nil:
		response.Body.Close()
		return err
	}
	response.Body = &rest{ctx: ctx, cancel: cancel, kept: &kept, more: response.Body}
	return nil
}

// rest is an answer that is too large to be held back.
type rest struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	kept   *bytes.Buffer
	more   io.ReadCloser
}

func (b *rest) Read(p []byte) (int, error) {
	if b.kept.Len() > 0 {
		return b.kept.Read(p)
	}
	n, err := b.more.Read(p)
	switch {
	case err == io.EOF:
		b.cancel(errBodyClosed)
		return n, err
	case err == nil:
		return n, nil
	case b.ctx.Err() != nil:
		return n, context.Cause(b.ctx)
	}
	return n, fmt.Errorf("%w in the midst of a long answer; run the command again: %w", ErrGone, err)
}

func (b *rest) Close() error {
	b.cancel(errBodyClosed)
	return b.more.Close()
}

// watch ends a request when the process that is to answer it shows no life. One that is
// dead is noticed by the request itself.
func (g *guest) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.life.Done():
			cancel(context.Cause(g.life))
			return
		case <-time.After(beat):
		}
		asking, end := context.WithTimeout(ctx, patience)
		_, err := g.ask(asking)
		late := asking.Err() != nil
		end()
		if err != nil && late && ctx.Err() == nil {
			cancel(fmt.Errorf("use the data folder %s: %w", g.folder, g.silent()))
			return
		}
	}
}

// silent says what to do about a process that does not answer.
func (g *guest) silent() error { return silent(int(g.process.Load())) }

func silent(process int) error {
	switch {
	case process == 0:
		return fmt.Errorf("%w; end it", ErrSilent)
	case stopped(process):
		return fmt.Errorf("%w: process %d is stopped; let it go on with `kill -CONT %d`, or end it with `kill -KILL %d`", ErrSilent, process, process, process)
	}
	return fmt.Errorf("%w: process %d; wait, or end it with `kill %d`", ErrSilent, process, process)
}

// stopped reports whether a process was halted by a signal or a debugger.
func stopped(process int) bool {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	_, state, _ := strings.Cut(string(b), ") ")
	return strings.HasPrefix(state, "T") || strings.HasPrefix(state, "t")
}
