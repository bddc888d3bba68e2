package collectortest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

// tell tells the recorder two of everything, in the order given by first and second.
func tell(r *Recorder, first, second int) {
	for _, n := range []int{first, second} {
		name := string(rune('a' + n))
		_ = r.Observe(observation.Observation{Key: observation.Key{Metric: name}, Value: float64(n)})
		_ = r.Item(observation.Item{ID: name})
		r.Cover(observation.Coverage{CoverageKey: observation.CoverageKey{Metric: name}})
		r.Complete(observation.Completion{Metric: name})
		r.Answered(observation.Answer{Part: name})
		r.Tell("n", int64(n))
	}
}

func TestRecordingDoesNotDependOnTheOrderOfTelling(t *testing.T) {
	var one, other Recorder
	tell(&one, 0, 1)
	tell(&other, 1, 0)
	if d := cmp.Diff(one.Recording(), other.Recording()); d != "" {
		t.Errorf("recordings differ:\n%s", d)
	}
	got := one.Recording()
	if len(got.Observations) != 2 || len(got.Items) != 2 || len(got.Coverage) != 2 || len(got.Complete) != 2 || len(got.Answers) != 2 || got.Counts["n"] != 1 {
		t.Errorf("something was not kept: %+v", got)
	}
}

func TestRecordingTellsWhatDiffers(t *testing.T) {
	var one, other Recorder
	tell(&one, 0, 1)
	tell(&other, 0, 2)
	if cmp.Equal(one.Recording(), other.Recording()) {
		t.Error("two different tales compare equal")
	}
}

func TestRecordingIsACopy(t *testing.T) {
	var r Recorder
	tell(&r, 1, 2)
	first := r.Recording()
	tell(&r, 0, 0)
	if len(first.Observations) != 2 || first.Counts["n"] != 3 || first.Observations[0].Metric != "b" {
		t.Errorf("a recording changed after it was taken: %+v", first)
	}
}

func TestProgressIsPassedOn(t *testing.T) {
	var seen [2]int64
	r := Recorder{OnProgress: func(done, total int64) { seen = [2]int64{done, total} }}
	r.Progress(3, 7)
	if seen != [2]int64{3, 7} {
		t.Errorf("seen %v", seen)
	}
	new(Recorder).Progress(1, 2) // nobody listens: nothing happens
}
