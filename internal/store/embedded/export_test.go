//go:build linux && amd64

package embedded

// Free is the number of sessions in the pool.
func (e *Engine) Free() int { return len(e.pool) }

// Sessions is the number of all sessions but the admin's.
func (e *Engine) Sessions() int { return cap(e.pool) }

// Guarded are the signals whose handlers are put back.
var Guarded = guarded
