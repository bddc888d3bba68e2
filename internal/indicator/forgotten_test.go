package indicator

import (
	"testing"

	"seuranta/internal/observation"
)

// Days that fell under a rule one after the other are one gap; it names the rule and when the last of them did.
func TestWhatWasForgottenIsAGapOfItsOwn(t *testing.T) {
	var v verdict
	first := observation.NewDate(2026, 3, 1)
	for n := range observation.Date(4) {
		rule := []string{"posts", "posts", "posts", "reach"}[n]
		said := observation.Coverage{Result: observation.NotOffered, Reason: observation.ReasonForgotten, Detail: rule + " " + (first + 180 + n).String()}
		v.gap(observation.Day.Holding(first+n), reasonOf(said), "linkedin", false)
	}
	want := []Gap{{From: first, To: first + 3, Reason: "forgotten", Source: "linkedin", Rule: "posts", On: first + 182},
		{From: first + 3, To: first + 4, Reason: "forgotten", Source: "linkedin", Rule: "reach", On: first + 183}}
	if len(v.gaps) != 2 || v.gaps[0] != want[0] || v.gaps[1] != want[1] {
		t.Errorf("the gaps are %+v", v.gaps)
	}
}
