package collectortest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// checkSilent checks that a visit to a source that tells nothing by itself is no failure and leaves nothing: no number, no
// word of a period, no item, and no figure but that nobody typed one. So it is when the visit is stopped as it begins.
func (b *bench) checkSilent(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	stopped := b.try(t, trial{context: ctx, settings: func(c collector.Config) collector.Config {
		return wrapped{c, func(out collector.Sink, work func(collector.Sink) error) error {
			stop()
			return work(out)
		}}
	}})
	for name, v := range map[string]*visited{"a visit": b.good, "a stopped visit": stopped} {
		r := v.outcome.Run
		if !r.Result.Answered() || r.Reason != "" || r.New+r.Changed+r.Withdrawn > 0 {
			t.Errorf("%s ends %s (%s) with %d new, %d changed, %d withdrawn; want nothing told and no fault", name, r.Result, r.Reason, r.New, r.Changed, r.Withdrawn)
		}
		if len(v.told)+len(v.coverage)+len(v.outcome.Rejected) > 0 {
			t.Errorf("%s tells %v, speaks of %v, and is refused %v", name, v.told, v.coverage, v.outcome.Rejected)
		}
		b.checkNotTyped(t, name, v)
	}
	b.checkNoSchedule(t)
	rec, _, err := b.read(t, b.visit)
	if err != nil || len(rec.Items)+len(rec.Observations)+len(rec.Coverage)+len(rec.Complete)+len(rec.Answers) > 0 {
		t.Errorf("it tells %+v (%v)", rec, err)
	}
}

// checkNoSchedule checks that such a source takes no schedule: its visits would look like good answers.
func (b *bench) checkNoSchedule(t *testing.T) {
	t.Helper()
	entry, err := os.ReadFile(filepath.Join(b.folder, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	planned := strings.TrimRight(string(entry), "\n") + "\n  schedule: \"15 4 * * *\"\n"
	if _, err := loadEntry(b.kind, planned, t.TempDir(), "koske"); err == nil || !strings.Contains(err.Error(), "schedule") {
		t.Errorf("with a schedule it is taken for a source that answers (%v); its Tells says Silent", err)
	}
}

// checkNotTyped checks that the figures say that nobody typed them.
func (b *bench) checkNotTyped(t *testing.T, name string, v *visited) {
	t.Helper()
	if len(v.figures) == 0 {
		t.Errorf("after %s there are no figures", name)
	}
	for _, f := range v.figures {
		if f.State != indicator.Missing || f.Value != nil || len(f.Gaps) == 0 || f.Gaps[0].Reason != collector.ReasonNotTyped {
			t.Errorf("after %s %s is %s with gaps %v, want missing (not_typed)", name, f.Indicator, f.State, f.Gaps)
		}
	}
}

// checkCorrected checks that after a correction the store tells what it would have told had the corrected been there from the
// beginning, and that the corrected a second time writes nothing.
func (b *bench) checkCorrected(t *testing.T) {
	if b.suite.Corrected == "" {
		t.Fatal("people write what this kind reads: name in Corrected a case in which they correct it")
	}
	defer func(folder string) { b.folder = folder }(b.folder)
	b.folder = filepath.Join("testcases", b.suite.Corrected)
	visits := readVisits(t, b.folder)
	if len(visits) != 2 {
		t.Fatalf("the case %s has %d visits, want one and its correction", b.suite.Corrected, len(visits))
	}
	first := b.try(t, trial{visit: &visits[0]})
	told := held(first)
	corrected := trial{again: first, visit: &visits[1], spoil: func(dir string) error { setFiles(t, dir, b.folder, visits[1]); return nil }}
	second, third := b.try(t, corrected), b.try(t, corrected)
	fresh := b.try(t, trial{visit: &visits[1]})
	want := held(fresh)
	got := held(second)
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("after the correction other numbers hold than of a new source (-new +corrected):\n%s", d)
	}
	if d := gocmp.Diff(summary(fresh.figures), summary(second.figures)); d != "" {
		t.Errorf("after the correction the figures are other than of a new source (-new +corrected):\n%s", d)
	}
	if gocmp.Equal(told, got) || first.outcome.Run.New == 0 || second.outcome.Run.Changed+second.outcome.Run.Withdrawn == 0 {
		t.Error("the second visit corrects nothing")
	}
	if r := third.outcome.Run; !r.Result.Answered() || r.New+r.Changed+r.Withdrawn > 0 {
		t.Errorf("the corrected read again ends %s with %d new, %d changed, %d withdrawn; want nothing written", r.Result, r.New, r.Changed, r.Withdrawn)
	}
}

// held returns the numbers that hold after a visit, whosever they are.
func held(v *visited) map[observation.Key]float64 {
	out := map[observation.Key]float64{}
	for _, o := range v.told {
		if o.State == observation.Valid {
			key := o.Key
			key.Organisation = ""
			out[key] = o.Value
		}
	}
	return out
}
