//go:build linux && amd64

package embedded

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// ServeHTTP offers the engine to other processes by the same protocol. Whoever can
// reach it can read and change everything in the database: listen on a socket that
// only its owner may open. A client that goes away stops its statement.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	response, err := e.RoundTrip(r)
	send(w, response, err)
}

// send writes what RoundTrip gave.
func send(w http.ResponseWriter, response *http.Response, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer response.Body.Close()
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	if response.ContentLength >= 0 {
		w.Header().Set("Content-Length", strconv.FormatInt(response.ContentLength, 10))
	}
	w.WriteHeader(response.StatusCode)
	if _, err := io.Copy(w, response.Body); err != nil {
		breakOff(w, err)
	}
}

// breakOff tells a client that the result has a fault in its middle: in the frame
// that the driver turns back into an exception, or else by cutting the connection.
func breakOff(w http.ResponseWriter, err error) {
	var e *proto.Exception
	if !errors.As(err, &e) {
		panic(http.ErrAbortHandler)
	}
	fmt.Fprintf(w, "\r\n__exception__\r\n%s\n", exceptionText(e))
}
