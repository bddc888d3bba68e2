package counter_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/collectortest/counter"
	"seuranta/internal/observation"
)

// broken is a counter with a fault.
type broken struct {
	counter.Config `yaml:",inline"`
	fault          string
}

func (b *broken) New(d collector.Deps) collector.Collector {
	if b.fault == "eager" {
		go time.Sleep(time.Second)
	}
	return &breaking{b.Config.New(d), b, d.Log}
}

type breaking struct {
	collector.Collector
	config *broken
	log    *slog.Logger
}

// Collect does what is wrong about the kind.
func (b *breaking) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if b.config.fault == "dice" {
		out = dice{out}
	}
	err := b.Collector.Collect(ctx, w, out)
	switch b.config.fault {
	case "zero":
		if err != nil {
			b.cover(w, out)
		}
		return nil
	case "loud":
		b.log.Info("asked", "token", b.config.Token)
	case "slow":
		time.Sleep(1100 * time.Millisecond)
	case "prophet":
		return out.Observe(observation.Observation{Key: observation.Key{Metric: "views", Grain: observation.Day, From: w.From}, Value: 1, Complete: true, Basis: observation.Collected})
	}
	return err
}

// cover says that there was nothing.
func (b *breaking) cover(w collector.Window, out collector.Sink) {
	for _, p := range w.Periods(observation.Day) {
		out.Cover(observation.Coverage{CoverageKey: observation.CoverageKey{Part: "days", Metric: "views", Grain: observation.Day, From: p.From}, Result: observation.NoData})
	}
}

type dice struct{ collector.Sink }

func (d dice) Observe(o observation.Observation) error {
	o.Value += rand.Float64()
	return d.Sink.Observe(o)
}

// faults names what must be seen of each fault, and the checks that it takes to see it.
var faults = map[string]struct{ checks, seen string }{
	"zero":     {"servers/^500@1$", "views is zero"},
	"loud":     {"secrets", "a secret of the source stands in the log"},
	"slow":     {"stopped", "it ended 1"},
	"eager":    {"inert", "New starts goroutines"},
	"dice":     {"same-twice", "two reads of the same differ"},
	"prophet":  {"far-future", "asked for 2090-W01"},
	"unsaid":   {"nothing", `Skip of "clocks" gives no reason`},
	"too many": {"nothing", `Instead of "404" gives no reason`},
}

const faultVariable = "SEURANTA_TEST_FAULT"

// TestABrokenKind runs the suite on a kind with the fault that the environment names; TestTheSuiteSeesFaults does so.
func TestABrokenKind(t *testing.T) {
	fault := os.Getenv(faultVariable)
	if fault == "" {
		t.Skip("it is run by TestTheSuiteSeesFaults, with a fault")
	}
	kind := counter.Kind()
	kind.New = func() collector.Config { return &broken{fault: fault} }
	suite := collectortest.Suite{Case: "two-pages", Halves: "halves", Skip: map[string]string{"clocks": "The platform puts views into days."}}
	switch fault {
	case "unsaid":
		suite.Skip["clocks"] = "n/a"
	case "too many":
		suite.Instead = map[string]collectortest.Instead{"404": {Why: "so"}}
	}
	collectortest.Conform(t, kind, suite)
}

// TestTheSuiteSeesFaults checks that the suite would be of use.
func TestTheSuiteSeesFaults(t *testing.T) {
	for fault, c := range faults {
		t.Run(fault, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^TestABrokenKind$/"+c.checks)
			cmd.Env = append(os.Environ(), faultVariable+"="+fault)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), c.seen) {
				t.Errorf("the suite does not see that %q (%v):\n%s", c.seen, err, regexp.MustCompile(`(?m)^=== .*\n`).ReplaceAll(out, nil))
			}
		})
	}
}
