package world

import (
	"testing"

	"seuranta/internal/observation"
)

// TestThePressHasItsDramas: the demo must show a feed that rolls over, one that dies, and weeks from before anybody looked.
func TestThePressHasItsDramas(t *testing.T) {
	w := standard()
	for i, want := range []struct{ lost, dead bool }{{true, false}, {false, false}, {false, true}} {
		o := w.Press()[i]
		saw := o.watch(w.Polls())
		since := o.shown(w.FirstPoll())[0].Published
		out := 0
		for _, a := range o.Articles {
			if !a.Published.Before(since) && !a.Published.After(w.Polls()[len(w.Polls())-1]) {
				out++
			}
		}
		if lost := len(saw.seen) < out; lost != want.lost && !want.dead {
			t.Errorf("%s: %d of %d articles were seen", o.Name, len(saw.seen), out)
		}
		if dead := covers(saw.whole, w.plan.whole(w.plan.today-1)) != whole; dead != want.dead {
			t.Errorf("%s is dead: %v", o.Name, dead)
		}
		if storm := covers(saw.whole, w.plan.whole(w.plan.storm)) != whole; storm != want.lost {
			t.Errorf("%s lost something on the day of the storm: %v", o.Name, storm)
		}
	}
	states := map[string]int{}
	for _, f := range w.hits() {
		states[f.State]++
	}
	if states[StateMissing] == 0 || states[StatePartial] < 3 || states[StateOK] < 4 {
		t.Errorf("the weeks of media hits are %v", states)
	}
}

// TestOnWholeDaysAllWasSeen counts what was published on the days that are called whole: all of it was seen.
func TestOnWholeDaysAllWasSeen(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		w := made(Options{End: day("2026-11-23"), Weeks: 12, Seed: seed})
		for _, o := range append(w.Press(), w.Own()) {
			saw := o.watch(w.Polls())
			n := map[observation.Date]int{}
			for _, a := range saw.seen {
				n[observation.DateOf(a.Published.In(w.plan.zone))]++
			}
			for _, a := range o.Articles {
				n[observation.DateOf(a.Published.In(w.plan.zone))]--
			}
			days := 0
			for d := w.plan.weeks.From; d < w.plan.today; d++ {
				if covers(saw.whole, w.plan.whole(d)) != whole {
					continue
				}
				days++
				if n[d] != 0 {
					t.Errorf("seed %d, %s, %s: %d articles more were seen than published", seed, o.Name, d, n[d])
				}
			}
			if days < 40 {
				t.Errorf("seed %d, %s: only %d days are whole", seed, o.Name, days)
			}
		}
	}
}
