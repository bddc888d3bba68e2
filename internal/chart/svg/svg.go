// Package svg draws options of charts as pictures, without a browser: ECharts runs in a small JavaScript engine that is
// part of the program, with limits of time and memory, and what it draws is rewritten into plain SVG that is the same bytes
// each time and holds no script, no style and nothing from elsewhere.
package svg

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrStopped says that the drawing engine ran into one of its limits. It draws no more: whoever asks is told at once.
var ErrStopped = errors.New("the drawing engine was stopped")

// Limits is what the engine may take.
type Limits struct {
	Time   time.Duration // for one picture, and for each script at the start
	Memory int64         // bytes
}

// DefaultLimits are far from what any chart needs, which is a tenth of a second and some 20 MB, and near enough to end what
// went astray.
func DefaultLimits() Limits { return Limits{Time: 30 * time.Second, Memory: 256 << 20} }

// Chart is what a picture is made of.
type Chart struct {
	ID            string // begins every id in the picture; letters, digits and hyphens
	Lang          string // fi, sv, en
	Option        []byte // JSON, as package chart writes it
	Width, Height int    // pixels of the drawing itself
	Title         string // what the chart says, for those who cannot see it
	Description   string
}

// Painter draws charts. It starts its engine when it is first needed and keeps it until Close. Goroutines may share it; one
// draws at a time.
type Painter struct {
	limits Limits
	mu     sync.Mutex
	engine *engine
	rulers rulers
	broken error
	drawn  map[[sha256.Size]byte]string
}

// maxDrawn is how many drawings are kept, about 25 kB each. When there are more, all are let go.
const maxDrawn = 1000

// New returns a painter that has started nothing yet.
func New(l Limits) *Painter { return &Painter{limits: l, drawn: map[[sha256.Size]byte]string{}} }

// Paint draws a chart. What was drawn before with the same option, size and language is not drawn again.
func (p *Painter) Paint(ctx context.Context, c Chart) (*Picture, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	raw, err := p.draw(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("draw chart %s: %w", c.ID, err)
	}
	body, err := clean(raw, c.ID)
	if err != nil {
		return nil, fmt.Errorf("draw chart %s: %w", c.ID, err)
	}
	return &Picture{chart: c, body: body, rulers: p.rulers}, nil
}

// draw returns what the engine makes of a chart, or made of it before.
func (p *Painter) draw(ctx context.Context, c Chart) (string, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "%d %d %q %s", c.Width, c.Height, c.Lang, c.Option))
	if raw, ok := p.drawn[key]; ok {
		return raw, nil
	}
	if !json.Valid(c.Option) {
		return "", errors.New("its option is no JSON")
	}
	if err := p.start(ctx); err != nil {
		return "", err
	}
	raw, err := p.engine.draw(ctx, c)
	if errors.Is(err, ErrStopped) || ctx.Err() != nil {
		return "", p.give(err)
	}
	if err != nil {
		return "", err
	}
	if len(p.drawn) >= maxDrawn {
		clear(p.drawn)
	}
	p.drawn[key] = raw
	return raw, nil
}

// start brings the engine up, once.
func (p *Painter) start(ctx context.Context) (err error) {
	if p.engine != nil || p.broken != nil {
		return p.broken
	}
	if p.rulers, err = newRulers(); err != nil {
		return p.give(err)
	}
	if p.engine, err = newEngine(ctx, p.limits, p.rulers.css); err != nil {
		return p.give(err)
	}
	return nil
}

// give gives the engine up: what was stopped in the middle of its work is not used again. That the command was stopped says
// nothing about the engine.
func (p *Painter) give(why error) error {
	if p.engine != nil {
		why = errors.Join(why, p.engine.close())
		p.engine = nil
	}
	if errors.Is(why, context.Canceled) || errors.Is(why, context.DeadlineExceeded) {
		return why
	}
	if !errors.Is(why, ErrStopped) {
		why = fmt.Errorf("%w: %w", ErrStopped, why)
	}
	p.broken = why
	return why
}

// Close ends the engine. A painter may draw again after it, with a new one.
func (p *Painter) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.engine == nil {
		return nil
	}
	err := p.engine.close()
	p.engine = nil
	return err
}
