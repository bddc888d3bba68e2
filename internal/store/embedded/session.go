//go:build linux && amd64

package embedded

import (
	"errors"
	"runtime"
	"unsafe"
)

// session is one connection to the engine. Only one goroutine at a time may use
// it: shared ones were measured to mix up parameters and the data of streams.
type session struct {
	lib  *library
	conn unsafe.Pointer // chdb_connection *
	// database is the one the session uses now.
	database string
	// changed are the settings that differ from a fresh session's.
	changed map[string]bool
}

// connect opens a session; the first one starts the engine. The library tells the
// reason of a failure on standard error only, so there is none here.
func connect(lib *library, args []string) (*session, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]*byte, len(args)+1)
	for i, a := range args {
		argv[i] = &append([]byte(a), 0)[0]
		pin.Pin(argv[i])
	}
	pin.Pin(&argv[0])
	var conn unsafe.Pointer
	err := keepSignals(func() {
		lib.setSignalling(0)
		conn = lib.connect(int32(len(args)), unsafe.Pointer(&argv[0]))
	})
	if err != nil {
		return nil, err
	}
	if conn == nil {
		return nil, errors.New("the engine gave no session")
	}
	return &session{lib: lib, conn: conn, database: "default", changed: map[string]bool{}}, nil
}

func (s *session) close() error {
	return keepSignals(func() { s.lib.disconnect(s.conn) })
}

func (s *session) handle() unsafe.Pointer { return *(*unsafe.Pointer)(s.conn) }

// exec runs a statement to its end and gives its whole output in the format.
func (s *session) exec(text, format string, params map[string]string) ([]byte, error) {
	c := newCall(text, format, params)
	defer c.pin.Unpin()
	return s.take(s.lib.query(s.handle(), c.text, c.size, c.format, c.formatSize,
		c.names, c.nameSizes, c.values, c.valueSizes, c.n))
}

// take copies a result out of the engine and gives it back.
func (s *session) take(result unsafe.Pointer) ([]byte, error) {
	if result == nil {
		return nil, errors.New("the engine gave no answer")
	}
	defer s.lib.free(result)
	if text := s.lib.failure(result); text != "" {
		return nil, exception(text)
	}
	n := s.lib.length(result)
	if n == 0 {
		return nil, nil
	}
	return append([]byte(nil), unsafe.Slice((*byte)(s.lib.buffer(result)), n)...), nil
}

// stream is a SELECT whose result is fetched block by block. Between the fetches
// the session can do nothing else.
type stream struct {
	s      *session
	result unsafe.Pointer
	ended  bool
}

func (s *session) stream(text, format string, params map[string]string) (*stream, error) {
	c := newCall(text, format, params)
	defer c.pin.Unpin()
	result := s.lib.stream(s.handle(), c.text, c.size, c.format, c.formatSize,
		c.names, c.nameSizes, c.values, c.valueSizes, c.n)
	if result == nil {
		return nil, errors.New("the engine gave no answer")
	}
	if text := s.lib.failure(result); text != "" {
		s.lib.free(result)
		return nil, exception(text)
	}
	return &stream{s: s, result: result}, nil
}

// next gives the next part of the result, nil at its end.
func (t *stream) next() ([]byte, error) {
	part, err := t.s.take(t.s.lib.fetch(t.s.handle(), t.result))
	t.ended = err != nil || part == nil
	return part, err
}

// close stops the statement if it still runs, which waits for its threads.
func (t *stream) close() {
	if !t.ended {
		t.s.lib.cancel(t.s.handle(), t.result)
	}
	t.s.lib.free(t.result)
}

// call is a statement laid out for C. The pinner holds what C sees until Unpin.
type call struct {
	text, format                         unsafe.Pointer
	size, formatSize, n                  uintptr
	names, nameSizes, values, valueSizes unsafe.Pointer
	pin                                  runtime.Pinner
}

func newCall(text, format string, params map[string]string) *call {
	c := &call{size: uintptr(len(text)), formatSize: uintptr(len(format)), n: uintptr(len(params))}
	c.text = unsafe.Pointer(c.bytes(text))
	c.format = unsafe.Pointer(c.bytes(format))
	// One place more than needed, so that there is always a first one.
	names, values := make([]*byte, 0, len(params)+1), make([]*byte, 0, len(params)+1)
	nameSizes, valueSizes := make([]uintptr, 0, len(params)+1), make([]uintptr, 0, len(params)+1)
	for name, value := range params {
		names, nameSizes = append(names, c.bytes(name)), append(nameSizes, uintptr(len(name)))
		values, valueSizes = append(values, c.bytes(value)), append(valueSizes, uintptr(len(value)))
	}
	c.names, c.nameSizes = pinned(c, names), pinned(c, nameSizes)
	c.values, c.valueSizes = pinned(c, values), pinned(c, valueSizes)
	return c
}

// bytes copies text with a closing zero to where it stays put.
func (c *call) bytes(text string) *byte {
	p := &append([]byte(text), 0)[0]
	c.pin.Pin(p)
	return p
}

func pinned[T any](c *call, list []T) unsafe.Pointer {
	p := &list[:1][0]
	c.pin.Pin(p)
	return unsafe.Pointer(p)
}
