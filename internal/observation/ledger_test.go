package observation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "seuranta/internal/observation"
)

// story is a ledger that is told commits one after the other, an hour apart, beginning at noon.
type story struct {
	t      *testing.T
	ledger Ledger
	clock  time.Time
}

func tell(t *testing.T) *story {
	return &story{t: t, clock: time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)}
}

func (s *story) commit(c Commit) *story {
	s.clock = s.clock.Add(time.Hour)
	if c.Run.Source == "" {
		c.Run.Source = "loki"
	}
	c.Run.Organisation, c.Run.Zone, c.Run.CommittedAt = "koske", "Europe/Helsinki", s.clock
	s.ledger.Add(c)
	return s
}

func (s *story) told(os ...Observation) *story { return s.commit(Commit{Observations: os}) }

// shows compares what a reader sees at an hour (now, when it is 0) with lines of metric, day, subject and value.
func (s *story) shows(hour int, want ...string) *story {
	s.t.Helper()
	var asOf time.Time
	if hour > 0 {
		asOf = time.Date(2026, 11, 22, hour, 0, 0, 0, time.UTC)
	}
	var got []string
	for _, o := range s.ledger.Current(asOf) {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %v %s", o.Metric, o.From, o.Value, o.Subject)))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		s.t.Errorf("at %d a reader sees %q, want %q", hour, got, want)
	}
	return s
}

func incomplete(o Observation) Observation {
	o.Complete = false
	return o
}

func subject(o Observation, s string) Observation {
	o.Subject = s
	return o
}

func completes(o Observation) Completion {
	return Completion{Part: o.Part, Channel: o.Channel, Metric: o.Metric, Grain: o.Grain, From: o.From, Definition: o.Definition}
}

func TestTheNewestAnswerCounts(t *testing.T) {
	tell(t).told(views(t, "2026-11-20", 12)).told(views(t, "2026-11-20", 15)).shows(0, "views 2026-11-20 15")
}

func TestTheLastToldInOneCommitCounts(t *testing.T) {
	tell(t).told(views(t, "2026-11-20", 12), views(t, "2026-11-20", 15), views(t, "2026-11-20", 14)).shows(0, "views 2026-11-20 14")
}

func TestAnIncompleteAnswerNeverReplacesACompleteOne(t *testing.T) {
	tell(t).told(views(t, "2026-11-20", 12)).told(incomplete(views(t, "2026-11-20", 7))).shows(0, "views 2026-11-20 12").
		told(views(t, "2026-11-20", 9)).shows(0, "views 2026-11-20 9")
}

func TestAnIncompleteAnswerIsBetterThanNone(t *testing.T) {
	tell(t).told(incomplete(views(t, "2026-11-20", 7))).shows(0, "views 2026-11-20 7").
		told(incomplete(views(t, "2026-11-20", 8))).shows(0, "views 2026-11-20 8").
		told(views(t, "2026-11-20", 5)).shows(0, "views 2026-11-20 5")
}

func TestOfADaysSnapshotsTheOneNearestToItsEndCounts(t *testing.T) {
	day := date(t, "2026-11-21") // it ends at 22:00Z
	of := func(at string, v float64) Observation { o := followers(t, at, v); o.From = day; return o }
	tell(t).told(of("2026-11-21T08:00:00Z", 100)).
		told(of("2026-11-21T21:00:00Z", 103)).shows(0, "followers 2026-11-21 103").
		told(of("2026-11-21T12:00:00Z", 101)).shows(0, "followers 2026-11-21 103"). // read late, but of an earlier instant
		told(of("2026-11-21T22:30:00Z", 104)).shows(0, "followers 2026-11-21 104").
		told(of("2026-11-21T23:30:00Z", 109)).shows(0, "followers 2026-11-21 104")
}

func TestAWholeSnapshotCountsRatherThanANearerPart(t *testing.T) {
	tell(t).told(followers(t, "2026-11-21T08:00:00Z", 100)).
		told(incomplete(followers(t, "2026-11-21T21:59:00Z", 60))).shows(0, "followers 2026-11-21 100")
}

func TestInstantsCountToTheSecond(t *testing.T) {
	early, late := followers(t, "2026-11-21T20:00:00Z", 100), followers(t, "2026-11-21T20:00:00Z", 101)
	early.ObservedAt = early.ObservedAt.Add(900 * time.Millisecond) // nearer to the end, by less than a second
	tell(t).told(early).told(late).shows(0, "followers 2026-11-21 101")
}

func TestWhatACompletePeriodDoesNotTellAgainIsGone(t *testing.T) {
	a, b := subject(views(t, "2026-11-20", 5), "/a"), subject(views(t, "2026-11-20", 3), "/b")
	other := subject(views(t, "2026-11-21", 1), "/b")
	tell(t).told(a, b, other).
		commit(Commit{Observations: []Observation{a}, Complete: []Completion{completes(a)}}).
		shows(0, "views 2026-11-20 5 /a", "views 2026-11-21 1 /b").
		told(b). // a later equal answer shows again
		shows(0, "views 2026-11-20 5 /a", "views 2026-11-20 3 /b", "views 2026-11-21 1 /b")
}

func TestAfterAWithdrawalAnIncompleteAnswerShows(t *testing.T) {
	a := views(t, "2026-11-20", 5)
	tell(t).told(a).commit(Commit{Complete: []Completion{completes(a)}}).shows(0).
		told(incomplete(views(t, "2026-11-20", 2))).shows(0, "views 2026-11-20 2")
}

func TestACompletionSpeaksForItsOwnSourcePartAndDefinition(t *testing.T) {
	a := views(t, "2026-11-20", 5)
	for name, change := range map[string]func(c *Commit, done *Completion){
		"source": func(c *Commit, done *Completion) { c.Run.Source = "kasin" }, "part": func(c *Commit, done *Completion) { done.Part = "b" },
		"definition": func(c *Commit, done *Completion) { done.Definition = "accesslog-2" }, "day": func(c *Commit, done *Completion) { done.From++ },
	} {
		done, c := completes(a), Commit{}
		change(&c, &done)
		c.Complete = []Completion{done}
		t.Run(name, func(t *testing.T) { tell(t).told(a).commit(c).shows(0, "views 2026-11-20 5") })
	}
}

func TestACompletionSpeaksOfTheDimensionsThatAreNamed(t *testing.T) {
	whole, part, other := views(t, "2026-11-20", 9), views(t, "2026-11-20", 5), views(t, "2026-11-20", 4)
	part.Dims, other.Dims = "region=keski-suomi", "region=vali-suomi"
	done := []Completion{completes(whole)}
	tell(t).told(whole, part, other).
		commit(Commit{Complete: done, CompleteDims: []string{"region=keski-suomi"}}).shows(0, "views 2026-11-20 9", "views 2026-11-20 4").
		commit(Commit{Complete: done, CompleteDims: []string{}}).shows(0, "views 2026-11-20 9", "views 2026-11-20 4").
		commit(Commit{Complete: done}).shows(0)
}

// TestNobodyKnowsTheMomentOfATypedLevel: told again of another moment of its day it is the same answer; another number is not.
func TestNobodyKnowsTheMomentOfATypedLevel(t *testing.T) {
	early, late := followers(t, "2026-11-21T00:00:00Z", 9), followers(t, "2026-11-21T21:00:00Z", 9)
	if early.SameAnswer(late) {
		t.Error("what was read at another moment is another answer")
	}
	early.Basis, late.Basis = Entered, Entered
	if !early.SameAnswer(late) {
		t.Error("what was typed for the same day is another answer")
	}
	corrected := late
	corrected.Value = 10
	tell(t).told(early).told(corrected).shows(0, "followers 2026-11-21 10")
}

func TestThePartThatToldItLastWithdrawsIt(t *testing.T) {
	a := views(t, "2026-11-20", 5)
	renamed := a
	renamed.Part = "archive"
	tell(t).told(a).told(renamed).commit(Commit{Complete: []Completion{completes(a)}}).shows(0, "views 2026-11-20 5").
		commit(Commit{Complete: []Completion{completes(renamed)}}).shows(0)
}

func TestTwoDefinitionsAreTwoKeys(t *testing.T) {
	old, recount := views(t, "2026-11-20", 12), views(t, "2026-11-20", 10)
	recount.Definition = "accesslog-2"
	tell(t).told(old).told(recount).shows(0, "views 2026-11-20 12", "views 2026-11-20 10")
}

func TestAsKnownOn(t *testing.T) {
	a := views(t, "2026-11-20", 12)
	tell(t).told(a).told(views(t, "2026-11-20", 15)).commit(Commit{Complete: []Completion{completes(a)}}).told(a). // at 12, 13, 14 and 15
															shows(12). // committed before, not at
															shows(13, "views 2026-11-20 12").
															shows(14, "views 2026-11-20 15").
															shows(15).
															shows(16, "views 2026-11-20 12").
															shows(0, "views 2026-11-20 12")
}

func TestRetract(t *testing.T) {
	days := Period{From: date(t, "2026-11-20"), To: date(t, "2026-11-22")}
	week := views(t, "2026-11-16", 70)
	week.Grain = Week
	other := Commit{Run: Run{Source: "kasin"}, Observations: []Observation{subject(views(t, "2026-11-20", 1), "typed")}}
	tell(t).told(views(t, "2026-11-19", 1), views(t, "2026-11-20", 2), views(t, "2026-11-21", 3), views(t, "2026-11-22", 4), week).commit(other).
		commit(Commit{Retract: &days}).
		shows(0, "views 2026-11-20 1 typed", "views 2026-11-19 1", "views 2026-11-22 4"). // the week was counted from the days, too
		told(views(t, "2026-11-20", 2)).
		shows(0, "views 2026-11-20 1 typed", "views 2026-11-19 1", "views 2026-11-20 2", "views 2026-11-22 4")
}

func TestAnAnswerIsNotUndoneByALaterFailure(t *testing.T) {
	key := CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: Day, From: date(t, "2026-11-20")}
	says := func(r Result) Commit { return Commit{Coverage: []Coverage{{CoverageKey: key, Result: r}}} }
	s := tell(t)
	for _, step := range []struct{ told, want Result }{{Failed, Failed}, {Auth, Auth}, {Partial, Partial}, {Failed, Partial}, {NoData, NoData},
		{Partial, NoData}, {OK, OK}, {Gone, OK}, {NoData, NoData}} {
		s.commit(says(step.told))
		if got := s.ledger.Coverage(time.Time{}); len(got) != 1 || got[0].Result != step.want {
			t.Errorf("after %s a reader sees %+v, want %s", step.told, got, step.want)
		}
	}
	day := key.Period()
	s.commit(Commit{Retract: &day})
	if got := s.ledger.Coverage(time.Time{}); len(got) != 0 {
		t.Errorf("after a retraction a reader sees %+v", got)
	}
	if got := s.ledger.Coverage(time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)); len(got) != 1 || got[0].Result != Failed {
		t.Errorf("at 13 a reader saw %+v", got)
	}
}
