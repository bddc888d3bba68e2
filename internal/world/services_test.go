package world

import (
	"testing"
	"time"

	"seuranta/internal/observation"
)

// TestAScriptSeesLessThanALogAndMore: it misses those who block it, and goes on where the log was lost.
func TestAScriptSeesLessThanALogAndMore(t *testing.T) {
	w := standard()
	script, log := map[observation.Date]float64{}, map[observation.Date]float64{}
	for _, f := range w.Truth() {
		switch {
		case f.Target != Home || f.Grain != observation.Day || f.Value == nil:
		case f.Metric == "views~"+BrowserSource:
			script[f.From] = *f.Value
		case f.Metric == "views" && f.State == StateOK:
			log[f.From] = *f.Value
		}
	}
	less, beside := 0, 0
	for d, n := range log {
		if seen, ok := script[d]; ok && n > 20 {
			beside++
			if seen < n {
				less++
			}
		}
	}
	if beside < 150 || less < beside*9/10 {
		t.Errorf("on %d of %d days the script saw less than the log", less, beside)
	}
	for d := w.plan.lost.from.day(w.plan.zone) + 1; d < w.plan.lost.to.day(w.plan.zone); d++ {
		if script[d] == 0 {
			t.Errorf("the script saw nothing on %s, when the log was lost", d)
		}
	}
}

// TestAListIsWhoJoinedAndDidNotLeave adds the moves up by the week.
func TestAListIsWhoJoinedAndDidNotLeave(t *testing.T) {
	w := standard()
	letters, group := w.Lists()
	for _, l := range []List{letters, group} {
		n := 0
		for i, m := range l.Moves {
			if n++; m.Left {
				n -= 2
			}
			if n < 0 || i > 0 && m.At.Before(l.Moves[i-1].At) {
				t.Fatalf("%s: %d people after %s", l.ID, n, m.At)
			}
		}
		if got := l.size(w.Now().Add(24 * time.Hour)); got != n {
			t.Errorf("%s: %d people, counted %d", l.ID, got, n)
		}
	}
	if len(letters.Letters) < 12 {
		t.Errorf("%d letters in a year", len(letters.Letters))
	}
	for _, m := range letters.Letters {
		clicks, openers := 0, map[int]bool{}
		for _, o := range m.Opens {
			openers[o.Reader] = true
			if o.Click {
				clicks++
			}
		}
		if m.To != letters.size(m.Sent) || len(openers) > m.To-m.Bounced || clicks == 0 {
			t.Errorf("letter %s to %d of %d, opened by %d, %d clicks", m.ID, m.To, letters.size(m.Sent), len(openers), clicks)
		}
	}
}
