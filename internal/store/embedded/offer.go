//go:build linux && amd64

package embedded

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// aboutPath answers at once, whatever the engine does.
	aboutPath = "/about"
	// What an owner says of itself, as headers of the answer from there.
	headerState, headerProcess           = "Seuranta-State", "Seuranta-Process"
	headerProgram, headerSchema          = "Seuranta-Program", "Seuranta-Schema"
	headerEngine                         = "Seuranta-Engine"
	stateWait, stateOpen                 = "wait", "open"
	drainTime, headerTime, idleGuestTime = 3 * time.Second, 10 * time.Second, 5 * time.Minute
)

// offer is the engine of this process as other processes reach it: they are its guests.
type offer struct {
	options Options
	door    doorstep
	server  *http.Server
	// engine is nil while guests have to wait.
	engine  atomic.Pointer[Engine]
	running atomic.Int64   // statements of guests
	served  sync.WaitGroup // the listener

	mu       sync.Mutex
	listener *net.UnixListener // nil when the offer was taken back
	socket   file
}

// offerOn listens at the folder, which this process must have taken. Guests wait until
// there is an engine. The folder takes the offer back when it is released.
func offerOn(ctx context.Context, f *folder, o Options) (*offer, error) {
	door, err := openDoorstep(f.path)
	if err != nil {
		return nil, unusable(f.path, err)
	}
	n := &offer{options: o, door: door}
	n.server = &http.Server{Handler: n, ReadHeaderTimeout: headerTime, IdleTimeout: idleGuestTime, ErrorLog: log.New(io.Discard, "", 0)}
	if err := n.listen(ctx); err != nil {
		door.Close()
		return nil, unusable(f.path, &fs.PathError{Op: "make", Path: filepath.Join(f.path, socketFile), Err: err})
	}
	f.leave = n.takeBack
	return n, nil
}

// listen makes the socket and listens there, and nowhere else any more.
func (n *offer) listen(ctx context.Context) error {
	listener, socket, err := n.door.listen(ctx)
	if err != nil {
		return err
	}
	before := n.listener
	n.listener, n.socket = listener, socket
	n.served.Go(func() { _ = n.server.Serve(ours{listener}) }) // ends with the listener
	if before != nil {
		_ = before.Close() // nobody finds it
	}
	return nil
}

// renew puts the socket back that somebody removed or replaced. Where that cannot be done it
// is tried again; who comes is told of what stands there.
func (n *offer) renew(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener != nil && !n.door.is(socketFile, n.socket) {
		_ = n.listen(ctx)
	}
}

// drain lets the statements of guests end, for a while, and takes no new ones. What still
// runs then is cut off with the engine.
func (n *offer) drain() {
	n.engine.Store(nil)
	for end := time.Now().Add(drainTime); n.running.Load() > 0 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
}

func (n *offer) takeBack() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listener = nil
	n.door.remove()
	_ = n.server.Close()
	n.served.Wait()
	_ = n.door.Close()
}

func (n *offer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == aboutPath {
		n.about(w.Header(), n.engine.Load())
		return
	}
	n.running.Add(1) // before the look at the engine: nobody slips in behind drain
	defer n.running.Add(-1)
	e := n.engine.Load()
	if e == nil {
		http.Error(w, stateWait, http.StatusServiceUnavailable)
		return
	}
	if err := n.permitted(r); err != nil {
		response, err := refused(r, err)
		send(w, response, err)
		return
	}
	e.ServeHTTP(w, r)
}

func (n *offer) about(h http.Header, e *Engine) {
	h.Set(headerProcess, strconv.Itoa(os.Getpid()))
	h.Set(headerProgram, n.options.Program)
	h.Set(headerSchema, strconv.Itoa(n.options.Schema))
	h.Set(headerState, stateWait)
	if e != nil {
		h.Set(headerState, stateOpen)
		h.Set(headerEngine, e.Version())
	}
}

// reading are the words that statements begin with which change nothing.
var reading = []string{"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXISTS", "EXPLAIN"}

// permitted refuses what a guest could not ask for again after it lost the answer. A batch
// may be sent twice: every table keeps one of two equal rows.
func (n *offer) permitted(r *http.Request) error {
	if r.URL.Query().Get("query") != "" {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, maxText+1))
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	tokens, err := read(string(text))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(reading, leading(tokens).is) || anyIs(tokens, "INSERT") {
		return refuse(codeAccessDenied, "Statement refused: only process %d, which runs the engine, may change tables", os.Getpid())
	}
	return nil
}
