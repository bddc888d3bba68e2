//go:build linux && amd64

package embedded

import (
	"fmt"
	"net/http"
	"os"

	"golang.org/x/sys/unix"
)

// insert runs the statement of a batch with the request's body as its data.
//
// The data goes through a file in memory. In the statement itself it could not go:
// the engine ends such data at its first empty line (the bytes 0A 0A, which any
// number may hold) and runs what follows as the next statement.
func (e *Engine) insert(r *http.Request, q *request) (*http.Response, error) {
	data, err := e.load(r)
	if err != nil {
		return nil, err
	}
	text, err := readInsert(q.text, fmt.Sprintf("/proc/self/fd/%d", data.Fd()))
	if err != nil {
		data.Close()
		return nil, err
	}
	t, err := e.begin(r.Context(), q.queryID)
	if err != nil {
		data.Close()
		return nil, err
	}
	// The engine may still read when the caller is gone.
	t.data = data
	out, err := t.run(q, text)
	if err != nil {
		return nil, err
	}
	return respond(r, http.StatusOK, out), nil
}

// load copies the body into memory, before a session is taken. An empty one is
// refused: the driver sends it when it could not encode a batch, and the batch would
// count as inserted.
func (e *Engine) load(r *http.Request) (*os.File, error) {
	fd, err := unix.MemfdCreate("seuranta-insert", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make room in memory for the data of an insert: %w", err)
	}
	f := os.NewFile(uintptr(fd), "insert")
	ctx, cancel := e.tie(r.Context())
	defer cancel(nil)
	var n int64
	if r.Body != nil {
		n, err = copyUntil(ctx, f, r.Body)
	}
	if err == nil && n == 0 {
		err = refuse(codeNoData, "No data to insert")
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
