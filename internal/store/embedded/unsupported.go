//go:build !(linux && amd64)

package embedded

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
)

// Engine cannot exist on this platform; see [Open].
type Engine struct{}

func supported() error {
	return fmt.Errorf("run the embedded engine on %s/%s: it exists for linux/amd64 only; set storage.dsn to use a ClickHouse server: %w",
		runtime.GOOS, runtime.GOARCH, ErrLibrary)
}

// Open says that there is no embedded engine for this platform.
func Open(context.Context, Options) (*Engine, error) { return nil, supported() }

// RoundTrip answers as Open does.
func (*Engine) RoundTrip(*http.Request) (*http.Response, error) { return nil, supported() }

// ServeHTTP answers as Open does.
func (*Engine) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, supported().Error(), http.StatusServiceUnavailable)
}

// Version is empty: there is no engine.
func (*Engine) Version() string { return "" }

// Remember answers as Open does.
func (*Engine) Remember([]string) error { return supported() }

// ForgetParts answers as Open does.
func (*Engine) ForgetParts([]string) error { return supported() }

// ForgetParts answers as Open does.
func ForgetParts(string, []string) error { return supported() }

// Flush answers as Open does.
func Flush(string) error { return supported() }

// Due is never so: there is no engine.
func (*Engine) Due() (bool, string) { return false, "" }

// SetDue answers as Open does.
func (*Engine) SetDue(string) error { return supported() }

// Done answers as Open does.
func (*Engine) Done() error { return supported() }

// Room answers as Open does.
func (*Engine) Room() error { return supported() }

// Described answers as Open does.
func (*Engine) Described(string, ...string) error { return supported() }

// Close does nothing.
func (*Engine) Close() error { return nil }

// Shared cannot exist on this platform; see [Open].
type Shared struct{}

// OpenShared answers as Open does.
func OpenShared(context.Context, Options, func(context.Context, *Engine) error) (*Shared, error) {
	return nil, supported()
}

// RoundTrip answers as Open does.
func (*Shared) RoundTrip(*http.Request) (*http.Response, error) { return nil, supported() }

// Life has no end: there is no engine.
func (*Shared) Life() context.Context { return context.Background() }

// Owner is nobody: there is no engine.
func (*Shared) Owner() Owner { return Owner{} }

// Engine is nil: there is none.
func (*Shared) Engine() *Engine { return nil }

// Alone answers as Open does.
func (*Shared) Alone(func() error) error { return supported() }

// Reserve answers as Open does.
func (*Shared) Reserve(string) (func(), error) { return nil, supported() }

// Turn answers as Open does.
func (*Shared) Turn(context.Context) (func(), error) { return nil, supported() }

// Visitor is nobody: there is no engine.
func Visitor(string, string) int { return 0 }

// Close does nothing.
func (*Shared) Close() error { return nil }
