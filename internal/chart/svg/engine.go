package svg

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"modernc.org/quickjs"

	"seuranta/internal/chart"
)

//go:embed draw.js
var drawScript string

// ECharts looks for these when it is loaded. Nothing is ever due later: what is drawn is drawn at once.
const missing = `var console = {log() {}, warn() {}, error() {}}; function setTimeout() { return 0 } function clearTimeout() {}`

// engine runs ECharts. One goroutine at a time may use it.
type engine struct {
	vm     *quickjs.VM
	limits Limits
}

// newEngine loads the scripts, which takes about a quarter of a second. measure tells how wide a text is in a CSS font.
func newEngine(ctx context.Context, l Limits, measure func(text, font string) float64) (*engine, error) {
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil, fmt.Errorf("start it: %w", err)
	}
	e := &engine{vm, l}
	vm.SetMemoryLimit(uintptr(l.Memory))
	err = errors.Join(vm.SetEvalTimeout(l.Time), vm.RegisterFunc("seurantaMeasure", measure, false))
	for _, script := range append(append([]string{missing}, chart.EngineScripts()...), drawScript) {
		if err == nil {
			_, err = e.guard(ctx, func() (any, error) { return vm.Eval(script, quickjs.EvalGlobal) })
		}
	}
	if err != nil {
		return nil, fmt.Errorf("start it: %w", errors.Join(err, vm.Close()))
	}
	return e, nil
}

// draw returns the SVG that ECharts makes of an option.
func (e *engine) draw(ctx context.Context, c Chart) (string, error) {
	out, err := e.guard(ctx, func() (any, error) {
		return e.vm.Call("seurantaDraw", string(c.Option), c.Lang, c.Width, c.Height, family)
	})
	if err != nil {
		return "", err
	}
	text, ok := out.(string)
	if !ok {
		return "", errors.New("it gave no picture")
	}
	return text, nil
}

// guard runs a script, stops it when ctx is done, and names the limit that ended it.
func (e *engine) guard(ctx context.Context, run func() (any, error)) (any, error) {
	stop := context.AfterFunc(ctx, e.vm.Interrupt)
	start := time.Now()
	out, err := run()
	stopped := !stop()
	var thrown *quickjs.Error
	switch {
	case stopped && ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		return out, nil
	case time.Since(start) >= e.limits.Time:
		return nil, fmt.Errorf("%w after %s", ErrStopped, e.limits.Time)
	case errors.As(err, &thrown) && strings.Contains(thrown.Error(), "out of memory"):
		return nil, fmt.Errorf("%w: it wanted more than %d MB of memory", ErrStopped, e.limits.Memory>>20)
	}
	return nil, err
}

func (e *engine) close() error { return e.vm.Close() }
