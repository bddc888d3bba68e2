package schedule

import (
	"context"
	"errors"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// TestTheRunNamesThePartsThatFailed: of a source of several parts those that were not read, or not whole, each once with its
// reason; of one part alone the reason of the run says it all.
func TestTheRunNamesThePartsThatFailed(t *testing.T) {
	cover := func(part string, back int, r observation.Result, reason string) func(collector.Window, collector.Sink) {
		return func(w collector.Window, out collector.Sink) {
			out.Cover(observation.Coverage{CoverageKey: observation.CoverageKey{Part: part, Metric: "views", Grain: observation.Day, From: w.To - 1 - observation.Date(back)}, Result: r, Reason: reason})
		}
	}
	fails := func(part string, err error) func(collector.Window, collector.Sink) {
		return func(_ collector.Window, out collector.Sink) { out.(collector.PartSink).Failed(part, err) }
	}
	type steps []func(collector.Window, collector.Sink)
	for name, c := range map[string]struct {
		steps steps
		want  []observation.Failing
	}{
		"all well":                      {steps{cover("a", 0, "ok", ""), cover("b", 0, "nodata", "")}, nil},
		"one of two":                    {steps{cover("a", 0, "ok", ""), cover("b", 0, "failed", "not_found")}, []observation.Failing{{Part: "b", Reason: "not_found"}}},
		"without a reason":              {steps{cover("a", 0, "ok", ""), cover("b", 0, "auth", "")}, []observation.Failing{{Part: "b", Reason: "auth"}}},
		"the newest of its days":        {steps{cover("a", 0, "ok", ""), cover("b", 1, "failed", "old"), cover("b", 0, "partial", "new"), cover("b", 2, "failed", "older")}, []observation.Failing{{Part: "b", Reason: "new"}}},
		"its failure before its days":   {steps{cover("a", 0, "ok", ""), cover("b", 0, "partial", "rolled_over"), fails("b", collector.ErrAuth)}, []observation.Failing{{Part: "b", Reason: "auth"}}},
		"days that are read already":    {steps{cover("a", 0, "ok", ""), cover("b", 0, "ok", ""), fails("b", context.DeadlineExceeded)}, []observation.Failing{{Part: "b", Reason: "deadline"}}},
		"in the order of their names":   {steps{fails("c", errors.New("x")), cover("b", 0, "failed", "y"), cover("a", 0, "ok", "")}, []observation.Failing{{Part: "b", Reason: "y"}, {Part: "c", Reason: "failed"}}},
		"before the reach of the feed":  {steps{cover("a", 0, "ok", ""), cover("b", 0, "failed", "feed_short")}, nil},
		"no longer there":               {steps{cover("a", 0, "ok", ""), cover("b", 0, "gone", "")}, nil},
		"a source of one part":          {steps{cover("a", 0, "failed", "not_found"), fails("a", collector.ErrAuth)}, nil},
		"a source that names no parts":  {steps{cover("", 0, "failed", "not_found")}, nil},
		"the whole beside its one part": {steps{cover("", 0, "failed", "not_found"), cover("a", 0, "failed", "x")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var s shelf
			_, err := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
				for _, step := range c.steps {
					step(w, out)
				}
				return nil
			}))
			if err != nil {
				t.Fatal(err)
			}
			if d := gocmp.Diff(c.want, s.commits[0].Run.Failing); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
