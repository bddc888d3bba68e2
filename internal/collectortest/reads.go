package collectortest

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

// checkGood checks the visit that all others are held against.
func (b *bench) checkGood(t *testing.T) {
	r := b.good.outcome.Run
	if r.Result != observation.OK {
		t.Errorf("the good visit ends %s (%s): %s", r.Result, r.Reason, r.Detail)
	}
	if len(b.good.outcome.Rejected) > 0 {
		t.Errorf("it tells what cannot be stored: %v", b.good.outcome.Rejected)
	}
	told := false
	for _, f := range b.good.figures {
		told = told || f.State == indicator.OK
		past := f.Shape == observation.Level && f.Period.Days().To < b.visit.days().To // a level of the past cannot be looked at any more
		if f.State == indicator.Missing && !past {
			t.Errorf("after the good visit %s is missing: %v", f.Indicator, f.Gaps)
		}
	}
	rec, _, err := b.read(t, b.visit)
	b.checkCounted(t, rec)
	if !told && len(rec.Items) == 0 || err != nil {
		t.Errorf("the good visit tells nothing: no figure is ok and there are no items (%v)", err)
	}
}

// checkCounted checks that the items of the source's channel are counted.
func (b *bench) checkCounted(t *testing.T, rec Recording) {
	t.Helper()
	s := b.good.source
	for _, f := range b.good.figures {
		if f.Shape != observation.Counted || f.Channel == "" || f.Channel != s.Channel {
			continue
		}
		n := 0
		for _, it := range rec.Items {
			it.Channel = cmp.Or(it.Channel, s.Channel)
			if b.good.Desk.Metrics[f.Indicator].Counts(it) && f.Period.Days().Contains(observation.DateOf(it.At().In(s.Zone))) {
				n++
			}
		}
		if f.Value == nil || int(*f.Value) != n {
			t.Errorf("%d items of the days were told, and %s is %v", n, f.Indicator, summary([]indicator.Figure{f}))
		}
	}
}

// checkSameTwice checks that what is told of the same answers does not depend on when, or how often, it is read.
func (b *bench) checkSameTwice(t *testing.T) {
	var told [2]Recording
	for i := range told {
		rec, sc, err := b.read(t, b.visit)
		if err != nil {
			t.Fatal(err)
		}
		sc.server.asRecorded(rec.Answers)
		told[i] = rec
	}
	if d := gocmp.Diff(told[0], told[1]); d != "" {
		t.Errorf("two reads of the same differ (-first +second):\n%s", d)
	}
}

// checkSecondRead checks that a second visit to an unchanged source writes nothing.
func (b *bench) checkSecondRead(t *testing.T) {
	first := b.try(t, trial{})
	second := b.try(t, trial{again: first})
	r := second.outcome.Run
	if !r.Result.Answered() || r.New+r.Changed+r.Withdrawn > 0 {
		t.Errorf("the second read ends %s (%s) with %d new, %d changed, %d withdrawn; want nothing written", r.Result, r.Detail, r.New, r.Changed, r.Withdrawn)
	}
	if d := gocmp.Diff(summary(first.figures), summary(second.figures)); d != "" {
		t.Errorf("the second read changes figures (-first +second):\n%s", d)
	}
}

// summary says each figure in a few words.
func summary(figures []indicator.Figure) []string {
	var out []string
	for _, f := range figures {
		text := fmt.Sprintf("%s %s %d/%d", f.Indicator, f.State, f.Coverage.Measured, f.Coverage.Expected)
		if f.Value != nil {
			text += fmt.Sprintf(" %v", *f.Value)
		}
		if f.Range != nil {
			text += fmt.Sprintf(" %v–%v", f.Range.Low, f.Range.High)
		}
		out = append(out, text)
	}
	return out
}

// keys lists what a recording speaks of, each once.
func keys(recs ...Recording) []string {
	all := map[string]bool{}
	for _, rec := range recs {
		for _, o := range rec.Observations {
			all[fmt.Sprintf("%+v", o.Key)] = true
		}
		for _, c := range rec.Coverage {
			all[fmt.Sprintf("coverage %+v", c.CoverageKey)] = true
		}
		for _, it := range rec.Items {
			all["item "+it.ID] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// checkHalves checks that days asked for in two halves are told as they are when asked for at once.
func (b *bench) checkHalves(t *testing.T) {
	whole, _, err := b.read(t, b.visit)
	if err != nil {
		t.Fatal(err)
	}
	days := b.visit.days()
	if days.Days() < 2 {
		t.Fatal("the case asks for one day; let it ask for several")
	}
	first, second := b.visit, b.visit
	first.To = days.From + observation.Date(days.Days()/2) - 1
	second.From = first.To + 1
	visits := []visit{first, second}
	if b.suite.Halves != "" {
		visits = readVisits(t, filepath.Join("testcases", b.suite.Halves))
	}
	var parts []Recording
	for _, v := range visits {
		rec, sc, err := b.read(t, v)
		if err != nil {
			t.Fatalf("read %s: %v", v.days().Label(), err)
		}
		sc.checkStrange(t)
		parts = append(parts, rec)
	}
	if d := gocmp.Diff(keys(whole), keys(parts...)); d != "" {
		t.Errorf("the two halves tell other keys than the whole (-whole +halves):\n%s", d)
	}
}

// checkStrange reports requests without an answer.
func (s *scene) checkStrange(t *testing.T) {
	t.Helper()
	if s.server == nil {
		return
	}
	if _, strange := s.server.requests(); len(strange) > 0 {
		t.Errorf("no answer is recorded for %v; a kind that asks for days needs Halves in its Suite", strange)
	}
}

// checkFarFuture checks that days to come are not told.
func (b *bench) checkFarFuture(t *testing.T) {
	v := b.visit
	v.From = observation.NewDate(2090, time.January, 2)
	v.To = v.From + 6
	rec, _, _ := b.read(t, v)
	if len(rec.Observations)+len(rec.Coverage)+len(rec.Complete) > 0 {
		t.Errorf("asked for %s it tells %d numbers and speaks of %d periods", v.days().Label(), len(rec.Observations), len(rec.Coverage))
	}
}

// checkBeforeLife checks that days before the source are not asked for, not told, and not applicable.
func (b *bench) checkBeforeLife(t *testing.T) {
	v := b.visit
	v.From, v.To = observation.NewDate(1990, time.January, 1), observation.NewDate(1990, time.January, 7)
	rec, sc, _ := b.read(t, v)
	for _, o := range rec.Observations {
		if v.days().Contains(o.From) {
			t.Errorf("it tells %s of %s: %v", o.Metric, o.From, o.Value)
		}
	}
	life := observation.Life{From: b.visit.From}
	sc.source.Life, sc.Desk.Sources[0].Life = life, life
	if p := schedule.Window(sc.source.Source, sc.Desk.Metrics, time.Time{}, nil, b.visit.From.Start(sc.source.Zone)); !p.Empty() {
		t.Errorf("on the first day of its life it owes %v", p)
	}
	figures, err := b.figures(&visited{scene: sc}, v.days())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if f.State != indicator.NotApplicable {
			t.Errorf("%s of days before the source is %s, want not_applicable", f.Indicator, f.State)
		}
	}
}

// checkPaging checks that everything recorded is asked for, once.
func (b *bench) checkPaging(t *testing.T) {
	_, sc, err := b.read(t, b.visit)
	if err != nil {
		t.Fatal(err)
	}
	sc.server.checkAsked(t)
	asked, _ := sc.server.requests()
	if len(asked) != len(b.answers) {
		t.Errorf("%d requests for %d answers", len(asked), len(b.answers))
	}
}
