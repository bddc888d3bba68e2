package collectortest

import (
	"slices"
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// partAbsent tells whether a part of the source was not there to be measured while others were: the figure is that of the
// others then.
func (v *visited) partAbsent() bool {
	return v.outcome.Run.Result == observation.Partial && slices.ContainsFunc(v.coverage, func(c observation.Coverage) bool { return c.Result.NotApplicable() && c.Part != "" })
}

// beyond tells whether something was not answered that none of the figures is of: any day begins 28 days, and they are of weeks and
// days.
func (v *visited) beyond() bool {
	return slices.ContainsFunc(v.coverage, func(c observation.Coverage) bool {
		return c.Grain == observation.Days28 && !c.Result.Answered() && !c.Result.NotApplicable()
	})
}

// checkHonest checks what holds of every visit that went wrong, wherever it did: no number that is not so, no zero that was
// not measured, and a reason that people can read.
func (b *bench) checkHonest(t *testing.T, v *visited) {
	t.Helper()
	good := map[observation.Key]float64{}
	for _, o := range b.good.told {
		key := o.Key
		key.Organisation = ""
		good[key] = o.Value
	}
	for _, o := range v.told {
		key := o.Key
		key.Organisation = ""
		if want, ok := good[key]; o.Complete && (!ok || want != o.Value) {
			t.Errorf("it tells %s %s of %s as %v, complete; the good visit told %v (%v)", o.Metric, o.Subject, o.From, o.Value, want, ok)
		}
	}
	for i, f := range v.figures {
		g := b.good.figures[i]
		if f.State == indicator.Zero && g.State != indicator.Zero {
			t.Errorf("%s is zero; the good visit made it %s", f.Indicator, g.State)
		}
		if f.State == indicator.OK && !v.partAbsent() && (g.Value == nil || f.Value == nil || *g.Value != *f.Value) {
			t.Errorf("%s is ok with another number than after the good visit", f.Indicator)
		}
	}
	r := v.outcome.Run
	words, err := locale.For("en")
	if err != nil {
		t.Fatal(err)
	}
	if !r.Result.Answered() && (r.Reason == "" || !words.Has("reason."+r.Reason)) {
		t.Errorf("the run ends %s and gives %q as its reason, for which no language has words", r.Result, r.Reason)
	}
	if !r.Result.Answered() && r.Reason == string(r.Result) && r.Detail == "" {
		t.Errorf("the run ends %s, and neither its reason nor its detail says what went wrong", r.Result)
	}
}
