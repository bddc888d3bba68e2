//go:build linux && amd64

package embedded

import (
	"context"
	"unsafe"
)

// Free is the number of sessions in the pool.
func (e *Engine) Free() int { return len(e.pool) }

// Sessions is the number of all sessions but the admin's.
func (e *Engine) Sessions() int { return cap(e.pool) }

// OpenAfter is Open where the first n starts of a session fail without a reason, as a race in
// the library lets them.
func OpenAfter(ctx context.Context, n int, o Options) (*Engine, error) {
	o, err := o.normal()
	if err != nil {
		return nil, err
	}
	lib, err := loadLibrary(o.Library)
	if err != nil {
		return nil, err
	}
	real := lib.connect
	lib.connect = func(argc int32, argv unsafe.Pointer) unsafe.Pointer {
		if n--; n >= 0 {
			return nil
		}
		return real(argc, argv)
	}
	return open(ctx, o, lib)
}

// Guarded are the signals whose handlers are put back.
var Guarded = guarded
