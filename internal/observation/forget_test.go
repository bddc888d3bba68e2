package observation

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Bounds says in days what Number says period by period.
func TestBoundsOfForgetting(t *testing.T) {
	from := NewDate(2026, 2, 3)
	for length := Date(0); length < 70; length += 3 {
		for _, over := range []bool{false, true} {
			f := Forgetting{Organisation: "o", Source: "s", Numbers: true, Over: over, Days: Period{From: from, To: from + length}}
			for _, g := range Grains() {
				first, last := f.Bounds(g)
				for d := from - 400; d < from+500; d++ {
					if g.Start(d) != d {
						continue
					}
					o := Observation{Key: Key{Organisation: "o", Source: "s", Grain: g, From: d}}
					if got := d >= first && d <= last; got != f.Number(o) && length > 0 {
						t.Fatalf("over %v, %d days from %s: the %s of %s is within the bounds %s..%s: %v", over, length, from, g, d, first, last, got)
					}
				}
			}
		}
	}
}

func TestWhatATombstoneMeans(t *testing.T) {
	day := NewDate(2026, 3, 1)
	post := Item{ID: "p", Organisation: "o", Source: "s", Kind: "post", Channel: "c", PublishedAt: day.UTC().Add(9 * time.Hour), Aliases: []string{"url:x"}}
	rule := Tombstone{Rule: "posts", Forgetting: Forgetting{Organisation: "o", Source: "s", Channel: "c", Zone: "UTC", Days: Period{To: day + 1}, Over: true,
		Numbers: true, Metrics: []string{"reactions_total"}, Subjects: true, Items: true}, At: day.UTC()}
	one := Tombstone{ID: "t1", Forgetting: Forgetting{Organisation: "o", Source: "s", Channel: "c", Zone: "UTC", Days: Period{From: day, To: day + 1}, Items: true, Only: []string{"p"}},
		Addresses: []string{HashAddress("url:x")}, Partly: CountedIn(post), At: day.UTC()}
	number := func(metric, subject string, d Date) Observation {
		return Observation{Key: Key{Metric: metric, Subject: subject, Grain: Snapshot, From: d}}
	}
	c := Commit{Run: Run{Organisation: "o", Source: "s"}, Items: []Item{post, {ID: "q", PublishedAt: (day + 1).UTC()}}, Observations: []Observation{
		number("reactions_total", "q", day), number("reactions_total", "q", day+1), number("reactions_total", "", day), number("views_total", "p", day+9)}}
	got, left := Tombstones{rule}.Strip(c)
	if left != (Forgot{Numbers: 2, Items: 1}) || len(got.Items) != 1 || got.Items[0].ID != "q" || len(got.Observations) != 2 || got.Observations[0].From != day+1 || len(c.Items) != 2 {
		t.Errorf("by the rule %+v are left of it, and %+v was stripped", got, left)
	}
	again := post
	again.ID = "another"
	if _, left := (Tombstones{one}).Strip(Commit{Run: c.Run, Items: []Item{again}, Observations: []Observation{number("views_total", "another", day)}}); left != (Forgot{Numbers: 1, Items: 1}) {
		t.Errorf("told under another id %+v was stripped", left)
	}
	seen := Commit{Run: c.Run, States: []SourceState{{Key: StatePosts, Value: `{"url:w":"2026-03-01","url:x":"2026-03-01"}`}, {Key: "other", Value: `{"url:x":1}`}, {Key: StatePosts, Value: "no JSON"}}}
	if kept, _ := (Tombstones{rule, one}).Strip(seen); kept.States[0].Value != `{"url:w":"2026-03-01"}` || kept.States[1].Value != `{"url:x":1}` || kept.States[2].Value != "no JSON" || !strings.Contains(seen.States[0].Value, "url:x") {
		t.Errorf("of what was seen is remembered %q", kept.States)
	}
	sel := Selection{Organisations: []string{"o"}, Channels: []string{"c"}, Metrics: []string{"publications", "reactions_total"}, Grains: []Grain{Day}, Period: Period{From: day - 1, To: day + 2}}
	key := CoverageKey{Organisation: "o", Source: "s", Channel: "c", Part: "feed", Metric: "publications", Grain: Day, From: day}
	for name, want := range map[string]struct {
		by     Tombstone
		result Result
		rows   int
	}{"rule": {rule, NotOffered, 2}, "one": {one, Partial, 1}} {
		rows := Tombstones{want.by}.Cover([]Coverage{{CoverageKey: key, Result: OK}}, sel)
		by, on, ok := rows[0].Forgotten()
		if len(rows) != want.rows || rows[0].Result != want.result || !ok || by != want.by.Name() || on != day {
			t.Errorf("%s: the days are told as %+v", name, rows)
		}
	}
}

func TestWidest(t *testing.T) {
	of := func(to Date, rule string) Tombstone {
		return Tombstone{Rule: rule, Forgetting: Forgetting{Organisation: "o", Metrics: []string{rule}, Days: Period{To: to}}}
	}
	got := Tombstones{of(10, "a"), of(12, "a"), of(11, "b"), of(11, "a")}.Widest()
	if len(got) != 2 || !slices.ContainsFunc(got, func(t Tombstone) bool { return t.Rule == "a" && t.Days.To == 12 }) {
		t.Errorf("the widest are %+v", got)
	}
}
