package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

func testCommitRefuses(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	good := func() observation.Commit {
		return observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-20", 1)}}
	}
	for name, change := range map[string]func(c *observation.Commit){
		"organisation": func(c *observation.Commit) { c.Run.Organisation = "" }, "source": func(c *observation.Commit) { c.Run.Source = "" },
		"metric": func(c *observation.Commit) { c.Observations[0].Metric = "vews" }, "definition": func(c *observation.Commit) { c.Observations[0].Definition = "" },
		"coverage": func(c *observation.Commit) { c.Coverage = []observation.Coverage{{Result: "meh"}} },
	} {
		c := good()
		change(&c)
		if _, err := d.store.Commit(context.Background(), c); err == nil || !strings.HasPrefix(err.Error(), "commit ") {
			t.Errorf("wrong %s: %v", name, err)
		}
	}
	if n := d.rows("runs") + d.rows("observations"); n != 0 {
		t.Errorf("refused commits left %d rows", n)
	}
}

func testAnEmptyRunIsARun(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	r := d.tell(observation.Commit{})
	runs, err := d.store.Runs(context.Background(), []string{"koske"}, 5, time.Time{})
	if err != nil || len(runs) != 1 || runs[0].ID != r.ID {
		t.Errorf("runs %+v, %v", runs, err)
	}
	if runs, err := d.store.Runs(context.Background(), nil, 5, time.Time{}); err != nil || len(runs) != 0 {
		t.Errorf("nobody has the runs %+v, %v", runs, err)
	}
}

// Run ids hold no name that could be changed later, sort by time and never meet.
func TestRunIDs(t *testing.T) {
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	seen := map[string]bool{}
	for range 20_000 {
		seen[store.NewRunID(now)] = true
	}
	if len(seen) != 20_000 {
		t.Errorf("of 20000 ids %d are different", len(seen))
	}
	for id := range seen {
		if later := store.NewRunID(now.Add(time.Millisecond)); later <= id {
			t.Errorf("%s of a millisecond later sorts before %s", later, id)
		}
	}
	if a, b := store.NewRunID(time.UnixMilli(1)), store.NewRunID(time.Date(2105, 12, 31, 0, 0, 0, 0, time.UTC)); len(a) != len(b) || a >= b {
		t.Errorf("ids of uneven length: %s, %s", a, b)
	}
}

func testRunsAndStatus(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	full := observation.Run{ID: "r1", Organisation: "koske", Source: "loki", Kind: "accesslog", Zone: "Europe/Helsinki", StartedAt: d.clock, Result: observation.Partial,
		Backfill: true, Calls: 3, Cost: 0.25, Answers: []observation.Answer{{Part: "log", Status: 200, Size: 1 << 40, SHA256: "ab"}}, Window: observation.Year.Holding(observation.NewDate(2105, 1, 1)),
		Grains: []observation.Grain{observation.Day, observation.Week}, Reason: "log_silent", Detail: "rotated", Told: []observation.Count{{Name: "lines", N: -1}}, Config: "c0ffee", Program: "v1", Note: "n", Failing: []observation.Failing{{Part: "a", Reason: "not_found"}, {Part: "b"}}}
	told := d.tell(observation.Commit{Run: full, Observations: []observation.Observation{views("2026-11-20", 1)}})
	failed := run("loki")
	failed.Result, failed.Reason = observation.Auth, "credentials"
	newest := d.tell(observation.Commit{Run: failed})
	if _, err := d.store.Retract(context.Background(), run("loki"), observation.Day.Holding(observation.NewDate(2026, 11, 20)), "x", nil); err != nil {
		t.Fatal(err)
	}
	runs, err := d.store.Runs(context.Background(), []string{"koske"}, 3, time.Time{})
	if err != nil || len(runs) != 3 || runs[1].ID != newest.ID {
		t.Fatalf("runs %+v, %v", runs, err)
	}
	told.Window.To = observation.LastDay // the nearest day that the database knows
	if got := runs[2]; fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", told) {
		t.Errorf("the run came back as\n%+v, want\n%+v", got, told)
	}
	if runs, err := d.store.Runs(context.Background(), []string{"koske"}, 3, newest.CommittedAt); err != nil || len(runs) != 1 || runs[0].ID != told.ID {
		t.Errorf("before the second run there were %+v, %v", runs, err)
	}
	before, err := d.store.Status(context.Background(), []string{"koske"}, newest.CommittedAt)
	if err != nil || len(before) != 1 || before[0].Run != told.ID || before[0].Result != observation.Partial || !slices.Equal(before[0].Failing, full.Failing) {
		t.Errorf("before the second run the status was %+v, %v", before, err)
	}
	if before, err := d.store.Status(context.Background(), []string{"koske"}, told.CommittedAt); err != nil || len(before) != 0 {
		t.Errorf("before the first run the status was %+v, %v", before, err)
	}
	status, err := d.store.Status(context.Background(), []string{"koske", "iso"}, time.Time{})
	if err != nil || len(status) != 1 || status[0].Run != newest.ID || status[0].Result != observation.Auth || !status[0].Answered.Equal(told.CommittedAt) || !status[0].At.Equal(newest.CommittedAt) {
		t.Errorf("status %+v, %v", status, err)
	}
}

func testRememberConfig(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	for range 2 {
		if err := d.store.RememberConfig(context.Background(), "c0ffee", []byte("organisations: []\n\n'")); err != nil {
			t.Fatal(err)
		}
	}
	_, rows, err := d.store.Rows(context.Background(), "SELECT text FROM configs")
	if err != nil || len(rows) != 1 || *rows[0][0].(*string) != "organisations: []\n\n'" {
		t.Errorf("kept %v, %v", rows, err)
	}
}

func testItemsAreKept(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	old := time.Date(1965, 5, 1, 0, 0, 0, 0, time.UTC)
	d.tell(observation.Commit{Items: []observation.Item{
		{ID: "i1", Kind: "article", Organisation: observation.Shared, Title: "LuontoHyväKS", FirstSeen: d.clock, PublishedAt: d.clock},
		{ID: "i2", Kind: "article", FirstSeen: d.clock, PublishedAt: old}}})
	_, rows, err := d.store.Rows(context.Background(), "SELECT organisation, id, title, state, toString(toUInt32(published_at)) FROM items ORDER BY id")
	if err != nil || len(rows) != 2 || *rows[0][0].(*string) != observation.Shared || *rows[1][0].(*string) != "koske" || *rows[0][3].(*string) != "value" {
		t.Fatalf("kept %v, %v", rows, err)
	}
	if got := *rows[1][4].(*string); got != "0" { // which stands for unknown
		t.Errorf("an article of 1965 is of %s", got)
	}
}

func testMergesChangeNothing(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	a, b := subject(views("2026-11-20", 1), "/a"), subject(views("2026-11-20", 2), "/b")
	d.told(a, b, snapshot("2026-11-20T10:00:00Z", 10))
	d.tell(observation.Commit{Observations: []observation.Observation{a}, Complete: []observation.Completion{completes(a)}})
	d.told(subject(views("2026-11-20", 7), "/a"), snapshot("2026-11-20T20:00:00Z", 11))
	day := observation.Day.Holding(observation.NewDate(2026, 11, 20))
	d.tell(observation.Commit{Retract: &day})
	d.told(b)
	if d.parts() < 2 {
		t.Fatal("everything was merged before it was read")
	}
	for _, table := range []string{"observations", "observations_current", "coverage", "coverage_current", "runs", "applied", "states", "items", "items_current", "aliases"} {
		if err := d.store.Exec(context.Background(), "OPTIMIZE TABLE "+table+" FINAL"); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.parts(); n != 1 {
		t.Errorf("after OPTIMIZE there are %d parts", n)
	}
	d.compare()
	d.told(subject(views("2026-11-20", 8), "/a"))
}

func testManyRowsInOneCommit(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	n := map[string]int{"embedded": 120_000, "server": 51_000, "http": 18_000}[e.Name] // three blocks, two, one
	os := make([]observation.Observation, n)
	for i := range os {
		os[i] = subject(views("2026-11-20", float64(i)), fmt.Sprintf("/%06d", i))
		os[i].From += observation.Date(i % 60) // over the end of the year
	}
	d.counts(commit(t, d.store, observation.Commit{Run: run("loki"), Observations: os}), n, 0, 0, 0) // not for the ledger: it would take long
	got := read(t, d.store, all())
	sum, seen := 0.0, map[string]bool{}
	for _, o := range got {
		sum += o.Value
		seen[o.Subject] = true
	}
	if len(got) != n || len(seen) != n || sum != float64(n)*float64(n-1)/2 {
		t.Errorf("of %d rows %d came back, %d different", n, len(got), len(seen))
	}
	const again = 600
	d.counts(commit(t, d.store, observation.Commit{Run: run("loki"), Observations: os[:again], Complete: []observation.Completion{completes(os[0])}}), 0, 0, again, (n-again)/60)
}
