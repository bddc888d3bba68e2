package observation_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "seuranta/internal/observation"
)

func views(t testing.TB, day string, value float64) Observation {
	t.Helper()
	return Observation{Key: Key{Channel: "kotisivut", Metric: "views", Grain: Day, From: date(t, day), Definition: "accesslog-1"},
		Part: "log", Value: value, Complete: true, Basis: Collected}
}

func followers(t testing.TB, at string, value float64) Observation {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	return Observation{Key: Key{Channel: "facebook", Metric: "followers", Grain: Snapshot, From: DateOf(moment), Definition: "meta-1"},
		Part: "page", ObservedAt: moment, Value: value, Complete: true, Basis: Collected}
}

func TestValidate(t *testing.T) {
	metrics := StandardMetrics()
	metrics["ctr"] = Metric{ID: "ctr", Shape: Rate}
	snapshot := func(o *Observation) { *o = followers(t, "2026-11-21T20:00:00Z", 100) }
	for _, c := range []struct {
		name   string
		change func(o *Observation)
		want   string // "" is fine
	}{
		{"a day", func(*Observation) {}, ""},
		{"a measured zero", func(o *Observation) { o.Value = 0 }, ""},
		{"minus zero", func(o *Observation) { o.Value = math.Copysign(0, -1) }, ""},
		{"the largest", func(o *Observation) { o.Value = Largest }, ""},
		{"the smallest", func(o *Observation) { o.Value = math.SmallestNonzeroFloat64 }, ""},
		{"not a number", func(o *Observation) { o.Value = math.NaN() }, "NaN"},
		{"infinite", func(o *Observation) { o.Value = math.Inf(1) }, "+Inf"},
		{"beyond counting", func(o *Observation) { o.Value = 1<<53 + 2 }, "9007199254740992 is the largest number"},
		{"far beyond", func(o *Observation) { o.Value = -1.7e308 }, "larger than anything"},
		{"minus infinite", func(o *Observation) { o.Value = math.Inf(-1) }, "-Inf"},
		{"no metric", func(o *Observation) { o.Metric = "" }, "no such metric"},
		{"unknown metric", func(o *Observation) { o.Metric = "vews" }, "no such metric"},
		{"a counted metric", func(o *Observation) { o.Metric = "media_hits" }, "counted"},
		{"a rate", func(o *Observation) { o.Metric = "ctr" }, "rate"},
		{"no grain", func(o *Observation) { o.Grain = "" }, "unknown grain"},
		{"unknown grain", func(o *Observation) { o.Grain = "fortnight" }, "unknown grain"},
		{"a week from Monday", func(o *Observation) { o.Grain, o.From = Week, date(t, "2026-11-16") }, ""},
		{"a week from Saturday", func(o *Observation) { o.Grain = Week }, "no week begins"},
		{"a month from its middle", func(o *Observation) { o.Grain = Month }, "no month begins"},
		{"a quarter from its second month", func(o *Observation) { o.Grain, o.From = Quarter, date(t, "2026-11-01") }, "no quarter begins"},
		{"a year from summer", func(o *Observation) { o.Grain, o.From = Year, date(t, "2026-07-01") }, "no year begins"},
		{"28 days from any day", func(o *Observation) { o.Grain = Days28 }, ""},
		{"the first day", func(o *Observation) { o.From = FirstDay }, ""},
		{"the day before it", func(o *Observation) { o.From = FirstDay - 1 }, "1970-01-01"},
		{"the last day", func(o *Observation) { o.From = LastDay }, ""},
		{"the day after it", func(o *Observation) { o.From = LastDay + 1 }, "2105-12-31"},
		{"a snapshot", snapshot, ""},
		{"a snapshot without its instant", func(o *Observation) { snapshot(o); o.ObservedAt = time.Time{} }, "instant"},
		{"a snapshot before 1970", func(o *Observation) { snapshot(o); o.ObservedAt = time.Unix(-1, 0) }, "instant"},
		{"a snapshot of the second that stands for none", func(o *Observation) { snapshot(o); o.ObservedAt = time.Unix(0, 5) }, "instant"},
		{"a snapshot too late", func(o *Observation) { snapshot(o); o.ObservedAt = time.Unix(1<<32, 0) }, "instant"},
		{"a day with an instant", func(o *Observation) { o.ObservedAt = time.Unix(1, 0) }, "instant"},
		{"a snapshot of a flow", func(o *Observation) { snapshot(o); o.Metric = "views" }, "of a period"},
		{"a snapshot of reach", func(o *Observation) { snapshot(o); o.Metric = "reach" }, "of a period"},
		{"a snapshot of lifetime reach", func(o *Observation) { snapshot(o); o.Metric = "reach_total" }, ""},
		{"a lifetime counter of a day", func(o *Observation) { o.Metric = "views_total" }, "lifetime"},
		{"a level of a month", func(o *Observation) { o.Metric, o.Grain, o.From = "followers", Month, date(t, "2026-11-01") }, ""},
		{"no definition", func(o *Observation) { o.Definition = "" }, "definition"},
		{"no basis", func(o *Observation) { o.Basis = "" }, "basis"},
		{"unknown basis", func(o *Observation) { o.Basis = "guessed" }, "basis"},
		{"told as valid", func(o *Observation) { o.State = Valid }, ""},
		{"told as withdrawn", func(o *Observation) { o.State = Withdrawn }, "withdrawn"},
		{"dimensions", func(o *Observation) { o.Dims = "device=mobile,region=keski-suomi" }, ""},
		{"dimensions without a value", func(o *Observation) { o.Dims = "device=" }, ""},
		{"unsorted dimensions", func(o *Observation) { o.Dims = "region=keski-suomi,device=mobile" }, "one form"},
		{"a dimension twice", func(o *Observation) { o.Dims = "device=mobile,device=tablet" }, "one form"},
		{"a dimension without a name", func(o *Observation) { o.Dims = "=mobile" }, "one form"},
		{"no dimensions but text", func(o *Observation) { o.Dims = "mobile" }, "one form"},
	} {
		o := views(t, "2026-11-21", 12)
		c.change(&o)
		err := o.Validate(metrics)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestDimsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[^,=]*`)
		m := rapid.MapOf(rapid.StringMatching(`[a-z]+`), word).Draw(t, "dims")
		o := Observation{Key: Key{Metric: "views", Grain: Day, Definition: "d", Dims: Dims(m)}, Basis: Collected}
		if err := o.Validate(StandardMetrics()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestDimsHaveOneForm(t *testing.T) {
	if got := Dims(map[string]string{"region": "keski-suomi", "device": "mobile"}); got != "device=mobile,region=keski-suomi" {
		t.Error(got)
	}
	if Dims(nil) != "" {
		t.Error("no dimensions are not empty")
	}
}

func drawAnswer(t *rapid.T, grain Grain, name string) Observation {
	at := NewDate(2026, 10, 25).UTC().Add(time.Duration(rapid.IntRange(0, 4).Draw(t, name+" hours")) * 12 * time.Hour)
	return Observation{Key: Key{Metric: "followers", Grain: grain, From: NewDate(2026, 10, 25)}, ObservedAt: at,
		Complete: rapid.Bool().Draw(t, name+" complete"), Version: Version(rapid.IntRange(1, 4).Draw(t, name+" version"))}
}

// Beats orders the answers to one key strictly and wholly, as long as their versions differ: none beats itself, of two
// exactly one beats the other, and what beats a winner beats the beaten.
func TestBeatsIsAStrictTotalOrder(t *testing.T) {
	helsinki := zone(t, "Europe/Helsinki")
	rapid.Check(t, func(t *rapid.T) {
		grain := rapid.SampledFrom([]Grain{Day, Snapshot}).Draw(t, "grain")
		a, b, c := drawAnswer(t, grain, "a"), drawAnswer(t, grain, "b"), drawAnswer(t, grain, "c")
		if a.Beats(a, helsinki) {
			t.Fatalf("%+v beats itself", a)
		}
		if a.Version != b.Version && a.Beats(b, helsinki) == b.Beats(a, helsinki) {
			t.Fatalf("%+v and %+v: both or none beats the other", a, b)
		}
		if a.Beats(b, helsinki) && b.Beats(c, helsinki) && !a.Beats(c, helsinki) {
			t.Fatalf("%+v beats %+v, that %+v, but not the first the last", a, b, c)
		}
	})
}

func TestTheWinnerDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grain := rapid.SampledFrom([]Grain{Day, Snapshot}).Draw(t, "grain")
		var answers []Observation
		for i := range rapid.IntRange(1, 6).Draw(t, "answers") {
			o := drawAnswer(t, grain, "answer")
			o.Version = Version(i + 1)
			answers = append(answers, o)
		}
		winner := func(os []Observation) Observation {
			best := os[0]
			for _, o := range os[1:] {
				if o.Beats(best, time.UTC) {
					best = o
				}
			}
			return best
		}
		if a, b := winner(answers), winner(rapid.Permutation(answers).Draw(t, "order")); a.Version != b.Version {
			t.Fatalf("%+v wins in one order, %+v in another", a, b)
		}
	})
}

func TestBeats(t *testing.T) {
	helsinki := zone(t, "Europe/Helsinki")
	part := views(t, "2026-11-20", 12)
	whole, again := part, part
	part.Complete, part.Version, whole.Version, again.Version = false, 3, 1, 2
	if part.Beats(whole, helsinki) || !whole.Beats(part, helsinki) {
		t.Error("an incomplete answer replaces a complete one")
	}
	if !again.Beats(whole, helsinki) {
		t.Error("the newer of two complete answers does not count")
	}
	evening, night := followers(t, "2026-11-21T20:00:00Z", 100), followers(t, "2026-11-21T22:30:00Z", 101) // the day ends at 22:00Z
	evening.Version, night.Version, night.From = 2, 1, evening.From
	if !night.Beats(evening, helsinki) || evening.Beats(night, helsinki) {
		t.Error("half an hour after the end is not nearer than two hours before it")
	}
	if night.Beats(evening, zone(t, "Pacific/Kiritimati")) {
		t.Error("on the other side of the world, where the day was over at 10:00Z, it is the other way round")
	}
	evening.Definition, night.Definition = "facebook-1@Pacific/Kiritimati", "facebook-1@Pacific/Kiritimati"
	if night.Beats(evening, helsinki) {
		t.Error("the days are those of the zone that the definition names, whatever the zone of the source")
	}
}

func TestSameAnswer(t *testing.T) {
	o := views(t, "2026-11-21", 12)
	for name, change := range map[string]func(o *Observation){
		"value": func(o *Observation) { o.Value++ }, "complete": func(o *Observation) { o.Complete = false },
		"basis": func(o *Observation) { o.Basis = Estimate }, "note": func(o *Observation) { o.Note = "x" },
		"by": func(o *Observation) { o.By = "planner" }, "part": func(o *Observation) { o.Part = "other" },
		"instant": func(o *Observation) { o.ObservedAt = time.Unix(1, 0) }, "state": func(o *Observation) { o.State = Withdrawn },
	} {
		p := o
		change(&p)
		if o.SameAnswer(p) || p.SameAnswer(o) {
			t.Errorf("another %s is the same answer", name)
		}
	}
	p := o
	p.Version, p.Run = 7, "another"
	if !o.SameAnswer(p) {
		t.Error("another run that tells the same tells something else")
	}
}

func TestNextVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := time.UnixMilli(rapid.Int64Range(-1000, 1<<42).Draw(t, "clock"))
		seen, newest := map[Version]bool{}, Version(rapid.Uint64Range(0, 1<<58).Draw(t, "stored"))
		for range rapid.IntRange(1, 30).Draw(t, "versions") {
			clock = clock.Add(time.Duration(rapid.Int64Range(-3600_000, 1000).Draw(t, "tick")) * time.Millisecond) // mostly back
			v := Next(newest, clock, rapid.Uint16().Draw(t, "process"))
			if v <= newest || seen[v] {
				t.Fatalf("after %d comes %d at %s", newest, v, clock)
			}
			seen[v], newest = true, v
		}
	})
}

func TestVersionTellsTheTime(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 30, 0, 123e6, time.UTC)
	v := Next(0, now, 0xffff)
	if !v.Time().Equal(now) || v>>16 != Version(now.UnixMilli()) {
		t.Errorf("%d is of %s", v, v.Time())
	}
	if back := Next(v, now.Add(-time.Hour), 0); !back.Time().Equal(now.Add(time.Millisecond)) {
		t.Errorf("after the clock went back comes %s", back.Time())
	}
	b, err := json.Marshal(v)
	if err != nil || b[0] != '"' {
		t.Errorf("in JSON a version is %s, %v", b, err)
	}
	var again Version
	if err := json.Unmarshal(b, &again); err != nil || again != v {
		t.Errorf("%s is read as %d, %v", b, again, err)
	}
	for _, s := range []string{`""`, `"x"`, `"-1"`, `"18446744073709551616"`, `12`} {
		if json.Unmarshal([]byte(s), &again) == nil {
			t.Errorf("%s is read as a version", s)
		}
	}
}

func TestKeysAreOrdered(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "a", "b"})
	draw := func(t *rapid.T, name string) Key {
		w := func(f string) string { return word.Draw(t, name+f) }
		return Key{w("o"), w("s"), w("c"), w("m"), w("j"), w("d"), Grain(w("g")), Date(rapid.IntRange(0, 1).Draw(t, name)), w("f")}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		if (a.Compare(b) == 0) != (a == b) || a.Compare(b) != -b.Compare(a) {
			t.Fatalf("%v and %v compare as %d and %d", a, b, a.Compare(b), b.Compare(a))
		}
	})
}
