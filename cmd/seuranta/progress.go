package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar shows how far long work is, on a terminal only.
type bar struct{ p *progressbar.ProgressBar }

func (a *app) progress(what string) bar {
	if a.json || !terminal(a.err) {
		return bar{}
	}
	return bar{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(a.err), progressbar.OptionSetDescription(what),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionShowBytes(false),
		progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(30))}
}

// to moves the bar; total 0 is unknown.
func (b bar) to(done, total int64) {
	if b.p == nil {
		return
	}
	if total > 0 && b.p.GetMax64() != total {
		b.p.ChangeMax64(total)
	}
	_ = b.p.Set64(done) // a bar that cannot be drawn is no reason to stop the work
}

func (b bar) done() {
	if b.p != nil {
		_ = b.p.Finish()
	}
}
