package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// songbird is in every row that is to be forgotten, and in no other.
const songbird = "KANARIALINTU"

// graves are tombstones of each sort; the days lie in those of forgettable.
func graves() []observation.Tombstone {
	day := observation.NewDate(2026, 1, 5)
	of := func(f observation.Forgetting) observation.Tombstone {
		f.Organisation, f.Source, f.Channel, f.Zone = "koske", "loki", "kotisivut", "Europe/Helsinki"
		if f.Days.Empty() {
			f.Days = observation.Period{From: observation.FirstDay, To: day}
		}
		return observation.Tombstone{Forgetting: f, Reason: "asked for"}
	}
	rule := of(observation.Forgetting{Over: true, Numbers: true, Metrics: []string{"views", "reactions_total"}, Subjects: true, Items: true})
	rule.ID, rule.Rule = "posts@loki", "posts"
	return []observation.Tombstone{rule,
		of(observation.Forgetting{Numbers: true, Items: true}),
		of(observation.Forgetting{Numbers: true, Metrics: []string{"views"}, Days: observation.Period{From: day - 3, To: day}}),
		of(observation.Forgetting{Items: true, Only: []string{"i3"}}),
		of(observation.Forgetting{Numbers: true, Metrics: []string{"reactions_total"}, Only: []string{"i3"}})}
}

// forgettable makes commits in which the rows that a tombstone means carry the songbird, told by two sources over the end of a year.
func forgettable(by observation.Tombstone) (commits []observation.Commit) {
	chance := rand.New(rand.NewPCG(7, 7))
	first := observation.NewDate(2025, 12, 27)
	for i, source := range []string{"loki", "kasin", "loki"} {
		c := observation.Commit{Run: run(source), States: []observation.SourceState{{Key: fmt.Sprint("seen", i), Value: "x"}}}
		c.Run.StartedAt = time.Date(2026, 1, 20, i, 0, 0, 0, time.UTC)
		gone := map[string]bool{}
		for n := range 6 {
			it := observation.Item{ID: fmt.Sprint("i", n), Kind: "post", Channel: "kotisivut", PublishedAt: (first + observation.Date(3*n)).UTC().Add(21*time.Hour + time.Minute), Organisation: []string{"", observation.Shared}[n%2]}
			if it.AsTold(run("loki")); source == "kasin" {
				it.ID = "k" + it.ID
			}
			told := it.AsTold(c.Run)
			mark := marked(by.Item(told))
			gone[it.ID] = mark != ""
			it.Title, it.Text, it.Aliases = fmt.Sprint("Otsikko ", i, mark), mark, []string{fmt.Sprint("url:", it.ID, mark)}
			c.Items = append(c.Items, it)
		}
		for day := first; day < first+16; day++ {
			for _, o := range []observation.Observation{views(day.String(), 0), subject(views(day.String(), 0), "/a"), snapshot(day.String()+"T10:00:00Z", 0), week(day)} {
				if o.Grain == observation.Week && o.From != day {
					continue
				}
				o.Channel, o.Organisation, o.Source = "kotisivut", "koske", source
				if o.Grain == observation.Snapshot {
					o.Metric, o.Subject = "reactions_total", c.Items[chance.IntN(6)].ID
				}
				o.Value = float64(chance.IntN(5))
				o.Part += marked(by.Number(o) || gone[o.Subject])
				c.Observations = append(c.Observations, o)
				c.Coverage = append(c.Coverage, observation.Coverage{CoverageKey: observation.CoverageKey{Channel: o.Channel, Part: "log", Metric: o.Metric, Grain: o.Grain, From: o.From}, Result: observation.OK})
			}
			c.Coverage = append(c.Coverage, observation.Coverage{CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "publications", Grain: observation.Day, From: day}, Result: observation.OK})
		}
		if by.Numbers && by.Items && len(by.Metrics) == 0 && source == "loki" {
			c.States[0].Value += songbird
		}
		commits = append(commits, c)
	}
	return commits
}

func week(day observation.Date) observation.Observation {
	o := views(observation.Week.Start(day).String(), 0)
	o.Grain = observation.Week
	return o
}

func marked(gone bool) string {
	if gone {
		return " " + songbird
	}
	return ""
}

// content is all that the tables hold, a row a line.
func content(t testing.TB, s *store.Store) (out []string) {
	t.Helper()
	for _, table := range []string{"observations", "observations_current", "coverage", "items", "items_current", "aliases", "states"} {
		for _, line := range lines(t, s, "SELECT * FROM "+table+" FINAL") {
			out = append(out, table+" "+line)
		}
	}
	return out
}

func without(lines []string, text string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.Contains(l, text) })
}

// What a tombstone means is gone from every table, all else is there to the byte, and what is told again of it is not taken in.
func testForget(t *testing.T, e storetest.Engine) {
	ctx := context.Background()
	s, _ := e.Open(t)
	all := graves()
	switch e.Name { // the statements are the same, and a server runs them in a tenth of the time
	case "embedded":
		all = []observation.Tombstone{all[0], all[3]}
	case "http":
		all = all[:1]
	}
	for i, grave := range all {
		commits := forgettable(grave)
		for j := range commits {
			commits[j].Run.Organisation = "koske"
			commit(t, s, commits[j])
		}
		before := content(t, s)
		would, err := s.Forgettable(ctx, grave)
		if err != nil {
			t.Fatal(err)
		}
		done, err := s.Forget(ctx, grave)
		if err != nil || done.Removed != would || !done.Done || !would.Any() {
			t.Fatalf("%d: %+v of %+v, %v", i, done.Removed, would, err)
		}
		want := without(before, songbird)
		if diff := cmp.Diff(want, content(t, s)); len(want) == len(before) || diff != "" {
			t.Fatalf("%d: of %d rows %d were to stay (-want +got):\n%s", i, len(before), len(want), diff)
		}
		stripped(t, s, commits, want, i == 0)
		told(t, s, grave)
		if all, err := s.Tombstones(ctx); err != nil || len(all) != 1 || all[0].Rule != grave.Rule || !all[0].Done || all[0].Removed != would {
			t.Errorf("%d: what was forgotten is %+v, %v", i, all, err)
		}
		emptied(t, s)
	}
}

// stripped tells everything again; nothing of it is new, and a rebuild brings nothing back.
func stripped(t *testing.T, s *store.Store, commits []observation.Commit, want []string, rebuild bool) {
	t.Helper()
	for _, c := range commits[1:] {
		p, err := s.Preview(context.Background(), c)
		if err != nil || p.New+p.Changed+p.Withdrawn != 0 {
			t.Errorf("a preview of what is forgotten counts %+v, %v", p, err)
		}
	}
	c := commits[2]
	c.States = nil
	if r := commit(t, s, c); r.New+r.Changed+r.Withdrawn != 0 || len(r.Told) != 1 || r.Told[0].Name != "forgotten" {
		t.Errorf("what is forgotten was told again: %d new, %d changed, %d withdrawn, told %v", r.New, r.Changed, r.Withdrawn, r.Told)
	}
	if !rebuild {
		return
	}
	if diff := cmp.Diff(want, content(t, s)); diff != "" {
		t.Errorf("told again (-want +got):\n%s", diff)
	}
	if _, err := s.Rebuild(context.Background(), nil); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, content(t, s)); diff != "" {
		t.Errorf("rebuilt (-want +got):\n%s", diff)
	}
}

// told looks at what coverage says, now and as it was known before.
func told(t *testing.T, s *store.Store, by observation.Tombstone) {
	t.Helper()
	sel := all()
	sel.Channels, sel.Metrics, sel.Grains = []string{"kotisivut"}, []string{"views", "publications"}, []observation.Grain{observation.Day}
	sel.Period = observation.Period{From: observation.NewDate(2025, 12, 20), To: observation.NewDate(2026, 1, 12)}
	tombs := observation.Tombstones{by}
	for _, at := range []time.Time{{}, time.Now().Add(time.Hour)} {
		sel.AsOf = at
		rows, err := s.Coverage(context.Background(), sel)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, c := range rows {
			rule, _, forgotten := c.Forgotten()
			if gone := tombs.Whole(c.CoverageKey); gone != (forgotten && c.Result == observation.NotOffered) || gone && by.Rule != "" && rule != by.Rule {
				t.Errorf("as of %v the coverage of %+v is %s %s %q", at, c.CoverageKey, c.Result, c.Reason, c.Detail)
			}
			if forgotten {
				seen++
			}
		}
		if wholly := len(by.Only) == 0 || by.Items; wholly != (seen > 0) {
			t.Errorf("as of %v %d periods are told as forgotten by %+v", at, seen, by)
		}
	}
}

// emptied lets the next tombstone begin with nothing.
func emptied(t *testing.T, s *store.Store) {
	t.Helper()
	for _, table := range []string{"observations", "observations_current", "coverage", "coverage_current", "items", "items_current", "aliases", "states", "runs", "applied", "tombstones"} {
		if err := s.Exec(context.Background(), "TRUNCATE TABLE "+table); err != nil {
			t.Fatal(err)
		}
	}
}

// An export from before the forgetting brings nothing back: neither where its own tombstones stand nor those of the store.
func testForgottenIsNotRestored(t *testing.T, e storetest.Engine) {
	ctx, grave := context.Background(), graves()[1]
	s, _ := e.Open(t)
	for _, c := range forgettable(grave) {
		commit(t, s, c)
	}
	older, _ := exported(t, s)
	if _, err := s.Forget(ctx, grave); err != nil {
		t.Fatal(err)
	}
	newer, _ := exported(t, s)
	want := content(t, s)
	into, _ := e.Open(t)
	if done, err := into.Forget(ctx, grave); err != nil || done.Removed.Any() { // nothing is there yet
		t.Fatal(done, err)
	}
	if out := restored(t, into, older); !out.Forgotten.Any() {
		t.Errorf("restored %+v", out)
	}
	third, _ := e.Open(t)
	if out := restored(t, third, newer); out.Forgotten.Any() {
		t.Errorf("restored %+v", out)
	}
	for name, s := range map[string]*store.Store{"an older export": into, "a newer export": third} {
		if diff := cmp.Diff(want, content(t, s)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if all, err := s.Tombstones(ctx); err != nil || len(all) != 1 {
			t.Errorf("%s: %d tombstones, %v", name, len(all), err)
		}
	}
}

// A removal that was interrupted goes on when the store is opened again.
func testAnInterruptedRemoval(t *testing.T, e storetest.Engine) {
	grave := graves()[0]
	s, open := e.Open(t)
	for _, c := range forgettable(grave)[2:] {
		commit(t, s, c)
	}
	want := without(content(t, s), songbird)
	killed := open(stopAt("forget:numbers"), func(o *store.Options) { o.Now = func() time.Time { return time.Now().Add(-time.Hour) } })
	if !stopped(func() { _, _ = killed.Forget(context.Background(), grave) }) {
		t.Fatal("it did not stop")
	}
	s = open()
	if diff := cmp.Diff(want, content(t, s)); diff != "" {
		t.Errorf("of what was to go something is left, or more is gone (-want +got):\n%s", diff)
	}
	if all, err := s.Tombstones(context.Background()); err != nil || len(all) != 1 || !all[0].Done {
		t.Errorf("%+v, %v", all, err)
	}
}
