package observation_test

import (
	"testing"

	"pgregory.net/rapid"

	. "seuranta/internal/observation"
)

func TestCoverageBeats(t *testing.T) {
	weight := map[Result]int{OK: 2, NoData: 2, Partial: 1}
	rapid.Check(t, func(t *rapid.T) {
		a := Coverage{Result: rapid.SampledFrom(Results()).Draw(t, "a"), Version: 1}
		b := Coverage{Result: rapid.SampledFrom(Results()).Draw(t, "b"), Version: 2}
		if got, want := a.Beats(b), weight[a.Result] > weight[b.Result]; got != want {
			t.Fatalf("the older %s beats the newer %s: %v", a.Result, b.Result, got)
		}
		if a.Beats(b) == b.Beats(a) || a.Beats(a) {
			t.Fatalf("%s and %s have no order", a.Result, b.Result)
		}
	})
}

func TestEveryResultMeansOneThing(t *testing.T) {
	for _, r := range Results() {
		if r.Answered() && r.NotApplicable() {
			t.Errorf("%s is both", r)
		}
	}
	for r, answered := range map[Result]bool{OK: true, NoData: true, Partial: false, Failed: false, Waiting: false, Auth: false, Budget: false} {
		if r.Answered() != answered || r.NotApplicable() {
			t.Errorf("%s: answered %v, not applicable %v", r, r.Answered(), r.NotApplicable())
		}
	}
	for _, r := range []Result{Gone, NotOffered, Retired} {
		if !r.NotApplicable() {
			t.Errorf("%s is applicable", r)
		}
	}
}

func TestCoverageValidate(t *testing.T) {
	good := Coverage{CoverageKey: CoverageKey{Metric: "views", Grain: Week, From: date(t, "2026-11-16")}, Result: OK}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(c *Coverage){
		"no result": func(c *Coverage) { c.Result = "" }, "unknown result": func(c *Coverage) { c.Result = "meh" },
		"no grain": func(c *Coverage) { c.Grain = "" }, "wrong start": func(c *Coverage) { c.From++ },
		"too early": func(c *Coverage) { c.From = FirstDay - 4 }, "too late": func(c *Coverage) { c.Grain, c.From = Day, LastDay+1 },
	} {
		c := good
		change(&c)
		if c.Validate() == nil {
			t.Errorf("%s can be stored", name)
		}
	}
}

func TestCompletionCoversItsOwnKeysOnly(t *testing.T) {
	o := views(t, "2026-11-21", 12)
	done := Completion{Part: "log", Channel: "kotisivut", Metric: "views", Grain: Day, From: o.From, Definition: "accesslog-1"}
	if !done.Covers(o) {
		t.Error("it does not cover what it speaks of")
	}
	o.Subject, o.Dims, o.Value = "/hanke", "device=mobile", 3
	if !done.Covers(o) {
		t.Error("it does not cover subjects and dimensions")
	}
	for name, change := range map[string]func(o *Observation){
		"part": func(o *Observation) { o.Part = "b" }, "channel": func(o *Observation) { o.Channel = "b" }, "metric": func(o *Observation) { o.Metric = "visits" },
		"grain": func(o *Observation) { o.Grain = Days28 }, "day": func(o *Observation) { o.From++ }, "definition": func(o *Observation) { o.Definition = "accesslog-2" },
	} {
		other := o
		change(&other)
		if done.Covers(other) {
			t.Errorf("it covers another %s", name)
		}
	}
}
