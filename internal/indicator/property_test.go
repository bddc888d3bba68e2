package indicator

import (
	"context"
	"flag"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seuranta/internal/observation"
)

// first is the first of the days that random histories are about: three weeks around a change of year.
var first = date("2026-12-21")

const historyDays = 21

// often checks a property of figures alone: without a database's life a check is cheap, so there are more of them.
func often(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	was := checks.Value.String()
	if n, err := strconv.Atoi(was); err == nil && n < 400 {
		defer func() { _ = checks.Value.Set(was) }()
		_ = checks.Value.Set("400")
	}
	rapid.Check(t, property)
}

// drawCentre makes a channel with two sources, lives, preferences and rules of chance, and what they told.
func drawCentre(t *rapid.T) *centre {
	c := newCentre()
	c.now = first.UTC().Add(time.Duration(rapid.IntRange(0, 24*(historyDays+10)).Draw(t, "hours until now")) * time.Hour)
	c.clock = first.UTC()
	c.desk.Sources = []observation.Source{drawSource(t, "a"), drawSource(t, "b")}
	c.desk.Organisations[0].Life, c.channel().Life = drawLife(t, "organisation"), drawLife(t, "channel")
	order := rapid.SampledFrom([][]string{{"a", "b"}, {"b", "a"}, {"a"}, {}}).Draw(t, "primary")
	c.channel().Primary = map[string][]observation.Preference{}
	for _, id := range order {
		for _, m := range []string{"views", "visitors", "followers"} {
			c.channel().Primary[m] = append(c.channel().Primary[m], observation.Preference{Source: id, From: rapid.SampledFrom([]observation.Date{0, 0, first + 9}).Draw(t, "preferred from")})
		}
	}
	for range rapid.IntRange(0, 8).Draw(t, "runs") {
		drawRun(t, c, drawDay(t, 0, historyDays))
	}
	return c
}

func drawSource(t *rapid.T, id string) observation.Source {
	s := source(id, "views visitors followers", rapid.SampledFrom([]string{"day week snapshot", "day week snapshot month", "week snapshot", "day"}).Draw(t, "grains of "+id))
	s.Zone = mustZone(rapid.SampledFrom([]string{"Europe/Helsinki", "Europe/Helsinki", "America/Los_Angeles"}).Draw(t, "zone of "+id))
	s.Life, s.SettleDays = drawLife(t, id), rapid.IntRange(0, 3).Draw(t, "settle days of "+id)
	if rapid.IntRange(0, 3).Draw(t, "rule changes of "+id) == 0 {
		s.Definitions = append(s.Definitions, observation.Definition{ID: "views@" + id + "-2", Metric: "views", From: first + 10}, observation.Definition{ID: "visitors@" + id + "-2", Metric: "visitors", From: first + 11})
	}
	return s
}

func drawLife(t *rapid.T, of string) observation.Life {
	l := observation.Life{From: rapid.SampledFrom([]observation.Date{0, 0, 0, first + 3}).Draw(t, "birth of "+of), To: rapid.SampledFrom([]observation.Date{0, 0, 0, first + 17}).Draw(t, "end of "+of)}
	return l
}

func drawDay(t *rapid.T, from, to int) observation.Date {
	return first + observation.Date(rapid.IntRange(from, to-1).Draw(t, "day"))
}

// drawRun has one source tell something of a few periods.
func drawRun(t *rapid.T, c *centre, from observation.Date) {
	metric := rapid.SampledFrom([]string{"views", "views", "visitors", "visitors", "followers"}).Draw(t, "metric")
	g := observation.Day
	switch {
	case metric == "followers":
		g = observation.Snapshot
	case metric == "visitors" || rapid.IntRange(0, 3).Draw(t, "weeks") == 0:
		g = rapid.SampledFrom([]observation.Grain{observation.Day, observation.Week}).Draw(t, "grain")
	}
	word := rapid.SampledFrom([]string{"0", "1", "2", "5", "9", "3~", "4?", "ok", "nodata", "-", "~", "auth", "failed", "gone", "not_offered"})
	words := ""
	for range rapid.IntRange(1, 9).Draw(t, "periods") {
		words += word.Draw(t, "word") + " "
	}
	c.clock = c.clock.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "pause")) * time.Hour)
	c.tell(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source"), metric, g, g.Start(from).String(), words)
}

func drawPeriod(t *rapid.T) observation.Period {
	from := drawDay(t, 0, historyDays)
	if rapid.Bool().Draw(t, "a week") {
		return observation.Week.Holding(from)
	}
	return observation.Period{From: from, To: from + observation.Date(rapid.IntRange(1, int(first)+historyDays-int(from)).Draw(t, "length"))}
}

func figuresOf(t *rapid.T, j *Judge, periods ...observation.Period) []Figure {
	got, err := j.FiguresOf(context.Background(), Ask{}, periods)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAFigureHasAValueJustWhenItsStateSaysSo(t *testing.T) {
	often(t, func(t *rapid.T) {
		for _, f := range figuresOf(t, drawCentre(t).judge(), drawPeriod(t)) {
			without := slices.Contains([]State{NotApplicable, Missing, Bounded, Broken, Refused, Suppressed}, f.State)
			if (f.Value == nil) != without || (f.Range != nil) != (f.State == Bounded) || !slices.Contains(States(), f.State) {
				t.Fatalf("%s: %s", f.ID, words(f))
			}
			if f.State == Broken && len(f.Parts) < 2 || (f.State == NotApplicable) != (f.Coverage.Expected == 0) {
				t.Fatalf("%s: %s", f.ID, words(f))
			}
			if (f.State == Missing || f.State == NotApplicable || f.State == Partial) && len(f.Gaps) == 0 {
				t.Fatalf("%s gives no reason: %s", f.ID, words(f))
			}
			if f.State == Zero && *f.Value != 0 || f.State == OK && *f.Value == 0 {
				t.Fatalf("%s: %s", f.ID, words(f))
			}
			checkCoverage(t, f)
		}
	})
}

func checkCoverage(t *rapid.T, f Figure) {
	c := f.Coverage
	if c.Measured < 0 || c.Measured > c.Expected || c.Expected > f.Days().Days() {
		t.Fatalf("%s: %s", f.ID, words(f))
	}
	end := f.Period.From
	for _, g := range f.Gaps {
		if g.From < end || g.To <= g.From || g.To > f.Period.To || g.Reason == "" {
			t.Fatalf("%s: gaps are not in order inside the period: %s", f.ID, words(f))
		}
		end = g.To
	}
}

// addable tells whether figures are such that those of the parts must make up the whole.
func addable(figures ...Figure) bool {
	for _, f := range figures {
		if !slices.Contains([]State{OK, Zero, Partial, NotApplicable, Missing}, f.State) {
			return false
		}
		for _, g := range f.Gaps {
			if g.Reason == ReasonNotWhole {
				return false
			}
		}
	}
	return true
}

func valueOf(f Figure) float64 {
	if f.Value == nil {
		return 0
	}
	return *f.Value
}

func TestAFlowIsTheSumOfItsParts(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawCentre(t)
		p := drawPeriod(t)
		cut := p.From + observation.Date(rapid.IntRange(0, p.Days()).Draw(t, "cut"))
		left, right := observation.Period{From: p.From, To: cut}, observation.Period{From: cut, To: p.To}
		if left.Empty() || right.Empty() {
			return
		}
		for _, s := range c.desk.Sources { // weeks that are cut are not parts
			if !slices.Contains(s.Grains, observation.Day) {
				return
			}
		}
		got, err := c.judge().FiguresOf(context.Background(), Ask{Metrics: []string{"views"}}, []observation.Period{p, left, right})
		if err != nil {
			t.Fatal(err)
		}
		whole, a, b := got[0], got[1], got[2]
		if !addable(whole, a, b) {
			return
		}
		if valueOf(whole) != valueOf(a)+valueOf(b) || whole.Coverage.Measured != a.Coverage.Measured+b.Coverage.Measured || whole.Coverage.Expected != a.Coverage.Expected+b.Coverage.Expected {
			t.Fatalf("%s: %s\n%s: %s\n%s: %s", whole.ID, words(whole), a.ID, words(a), b.ID, words(b))
		}
	})
}

func TestARangeHoldsTheTruth(t *testing.T) {
	often(t, func(t *rapid.T) {
		people := rapid.IntRange(1, 30).Draw(t, "people")
		days := rapid.IntRange(2, historyDays).Draw(t, "days")
		site := newCentre()
		site.now = site.now.AddDate(1, 0, 0)
		came := map[int]bool{}
		for d := range days {
			today := 0
			for who := range people {
				if rapid.IntRange(0, 3).Draw(t, "comes") == 0 {
					came[who] = true
					today++
				}
			}
			site.tell("loki", "visitors", observation.Day, (first + observation.Date(d)).String(), strconv.Itoa(today))
		}
		p := observation.Period{From: first, To: first + observation.Date(days)}
		f := figuresOf(t, site.judge(), p)[1]
		if f.Value != nil && *f.Value != float64(len(came)) || f.Value == nil && (f.Range.Low > float64(len(came)) || float64(len(came)) > f.Range.High) {
			t.Fatalf("%d different people came; the figure says %s", len(came), words(f))
		}
		if p.Is(observation.Week) {
			site.tell("loki", "visitors", observation.Week, first.String(), strconv.Itoa(len(came)))
			if f := figuresOf(t, site.judge(), p)[1]; f.Value == nil || *f.Value != float64(len(came)) {
				t.Fatalf("%d different people came; the week's own answer says %s", len(came), words(f))
			}
		}
	})
}

func TestWhatLiesOutsideChangesNothing(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawCentre(t)
		p := drawPeriod(t)
		before := figuresOf(t, c.judge(), p)
		metric := rapid.SampledFrom([]string{"views", "visitors"}).Draw(t, "metric")
		g := rapid.SampledFrom([]observation.Grain{observation.Day, observation.Week}).Draw(t, "grain")
		outside := g.Holding(drawDay(t, 0, historyDays))
		if p.Holds(outside) {
			return
		}
		c.tell("a", metric, g, outside.From.String(), rapid.SampledFrom([]string{"7", "auth", "3~", "gone"}).Draw(t, "word"))
		if d := cmp.Diff(before, figuresOf(t, c.judge(), p)); d != "" {
			t.Fatalf("%s of %s told, and %s changed:\n%s", metric, outside.Label(), p.Label(), d)
		}
	})
}

func TestThePastIsNotChanged(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawCentre(t)
		p := drawPeriod(t)
		asOf := c.clock.Add(time.Duration(rapid.IntRange(-200, 0).Draw(t, "hours ago")) * time.Hour)
		before := figuresOf(t, New(c.desk, &c.kept, c.now, asOf), p)
		c.clock = c.clock.Add(time.Hour)
		for range rapid.IntRange(1, 3).Draw(t, "later runs") {
			drawRun(t, c, drawDay(t, 0, historyDays))
		}
		if d := cmp.Diff(before, figuresOf(t, New(c.desk, &c.kept, c.now, asOf), p)); d != "" {
			t.Fatalf("as known at %s, %s changed:\n%s", asOf, p.Label(), d)
		}
	})
}
