package report

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
)

// TestAtOnceDoesEverything: each thing once, whatever fails, and the faults are told in the order of the things.
func TestAtOnceDoesEverything(t *testing.T) {
	for _, n := range []int{0, 1, 2, 500} {
		done := make([]atomic.Int32, n)
		err := atOnce(n, func(i int) error {
			done[i].Add(1)
			if i%200 == 1 {
				return fmt.Errorf("thing %d", i)
			}
			return nil
		})
		for i := range done {
			if done[i].Load() != 1 {
				t.Errorf("of %d, thing %d was done %d times", n, i, done[i].Load())
			}
		}
		want := map[int]string{0: "", 1: "", 2: "thing 1", 500: "thing 1\nthing 201\nthing 401"}[n]
		if got := fmt.Sprint(errors.Join(err)); got != want && (want != "" || err != nil) {
			t.Errorf("of %d: %q, want %q", n, got, want)
		}
	}
}
