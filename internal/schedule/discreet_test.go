package schedule

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

const canary = "canary-0123456789abcdef"

// TestSecretsOfACollectorsOwnErrors: a collector that puts its token into an error, a detail or a panic gives it away to
// nobody, and the error keeps its class.
func TestSecretsOfACollectorsOwnErrors(t *testing.T) {
	for name, c := range map[string]struct {
		collect func(context.Context, collector.Window, collector.Sink, collector.State) error
		want    observation.Result
	}{
		"error": {func(context.Context, collector.Window, collector.Sink, collector.State) error {
			return fmt.Errorf("read https://api.example/?token=%s: %w", canary, collector.ErrAuth)
		}, observation.Auth},
		"panic": {func(context.Context, collector.Window, collector.Sink, collector.State) error {
			panic("no answer for " + canary)
		}, observation.Failed},
		"detail": {func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
			out.Cover(observation.Coverage{CoverageKey: observation.CoverageKey{Metric: "views", Grain: observation.Day, From: w.From}, Result: observation.Failed, Detail: canary + " was refused"})
			return errors.New("one page failed")
		}, observation.Failed},
		"number": {func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
			_ = out.Item(observation.Item{Title: canary})
			tellAll(w, out)
			return nil
		}, observation.Partial},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			var s shelf
			j := job(t, website(t), c.collect)
			j.Policy.Secrets = []string{canary}
			j.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			out, _ := run(t, &s, j)
			if got := out.Run.Result; got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
			told := fmt.Sprintf("%+v %+v %v %v %s", s.commits, out.Coverage, out.Failure, out.Rejected, log.String())
			if strings.Contains(told, canary) {
				t.Errorf("the secret is told: %s", told)
			}
			if out.Failure == nil && name != "number" {
				t.Error("it says nothing of the failure")
			}
		})
	}
}
