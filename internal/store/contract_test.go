package store_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

func testWithdrawal(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	a, b := subject(views("2026-11-20", 5), "/a"), subject(views("2026-11-20", 3), "/b")
	d.counts(d.told(a, b), 2, 0, 0, 0)
	d.counts(d.tell(observation.Commit{Observations: []observation.Observation{a}, Complete: []observation.Completion{completes(a)}}), 0, 0, 1, 1)
	d.counts(d.tell(observation.Commit{Observations: []observation.Observation{a}, Complete: []observation.Completion{completes(a)}}), 0, 0, 1, 0)
	d.counts(d.told(b), 1, 0, 0, 0) // a later equal answer shows again
	if got := d.values(); !slices.Equal(got, []float64{5, 3}) {
		t.Errorf("read %v", got)
	}
}

func testCompleteness(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	v := func(n float64) observation.Observation { return views("2026-11-20", n) }
	d.counts(d.told(incomplete(v(7))), 1, 0, 0, 0)
	d.counts(d.told(v(12)), 0, 1, 0, 0)
	d.counts(d.told(incomplete(v(99))), 0, 0, 1, 0)
	d.counts(d.tell(observation.Commit{Complete: []observation.Completion{completes(v(0))}}), 0, 0, 0, 1)
	d.counts(d.told(incomplete(v(8))), 1, 0, 0, 0) // what was withdrawn was complete; still this is all there is
	d.counts(d.told(incomplete(v(9))), 0, 1, 0, 0)
	if got := d.values(); !slices.Equal(got, []float64{9}) {
		t.Errorf("read %v", got)
	}
}

func testSnapshots(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	d.counts(d.told(snapshot("2026-11-20T08:00:00.250Z", 100)), 1, 0, 0, 0)
	d.counts(d.told(snapshot("2026-11-20T08:00:00.750Z", 100)), 0, 0, 1, 0) // the same second
	d.counts(d.told(snapshot("2026-11-20T21:30:00Z", 100)), 0, 1, 0, 0)     // nearer to the day's end in Helsinki, 22:00Z
	d.counts(d.told(snapshot("2026-11-20T12:00:00Z", 90)), 0, 0, 1, 0)
	d.counts(d.tell(observation.Commit{Complete: []observation.Completion{completes(snapshot("2026-11-20T08:00:00Z", 0))}}), 0, 0, 0, 1)
	d.counts(d.told(incomplete(snapshot("2026-11-20T21:30:00Z", 50))), 1, 0, 0, 0)
	d.counts(d.told(incomplete(snapshot("2026-11-20T21:40:00Z", 60))), 0, 1, 0, 0)
	if got := d.values(); !slices.Equal(got, []float64{60}) {
		t.Errorf("read %v", got)
	}
}

func testDefinitionsAreKeptApart(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	old, recount := views("2026-11-20", 12), views("2026-11-20", 10)
	recount.Definition = "accesslog-2"
	d.counts(d.told(old), 1, 0, 0, 0)
	d.counts(d.tell(observation.Commit{Observations: []observation.Observation{recount}, Complete: []observation.Completion{completes(recount)}}), 1, 0, 0, 0)
	got := read(t, d.store, all())
	if len(got) != 2 || got[0].Definition != "accesslog-1" || got[0].Value != 12 || got[1].Definition != "accesslog-2" || got[1].Value != 10 {
		t.Errorf("read %+v", got)
	}
}

func testRetractAndTellAgain(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	week, ok := views("2026-11-16", 70), observation.Coverage{CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: observation.NewDate(2026, 11, 20)}, Result: observation.OK}
	week.Grain = observation.Week
	facts := observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-19", 1), views("2026-11-20", 2), snapshot("2026-11-20T10:00:00Z", 9), week}, Coverage: []observation.Coverage{ok}, States: []observation.SourceState{{Key: "seen", Value: "x"}}}
	d.tell(facts)
	d.tell(observation.Commit{Run: run("kasin"), Observations: []observation.Observation{views("2026-11-20", 40)}})
	days := observation.Period{From: observation.NewDate(2026, 11, 20), To: observation.NewDate(2026, 11, 21)}
	if _, err := d.store.Retract(context.Background(), run("loki"), days, "", nil); err == nil {
		t.Error("something was taken back without a reason")
	}
	d.clock = d.clock.Add(time.Minute)
	r, err := d.store.Retract(context.Background(), run("loki"), days, "wrong log", nil)
	if err != nil {
		t.Fatal(err)
	}
	d.counts(r, 0, 0, 0, 3) // the day, its snapshot, and the week that it was counted in
	if states, err := d.store.States(context.Background(), "koske", "loki"); err != nil || states["seen"] != "" {
		t.Errorf("after a retraction the source remembers %q, %v; it would take for told what was taken back", states, err)
	}
	d.ledger.Add(observation.Commit{Run: r, Retract: &days})
	d.moments = append(d.moments, r.CommittedAt)
	d.compare()
	if runs, err := d.store.Runs(context.Background(), []string{"koske"}, 1, time.Time{}); err != nil || runs[0].Note != "wrong log" || runs[0].Kind != store.RetractKind || runs[0].Window != days {
		t.Errorf("the newest run is %+v, %v", runs, err)
	}
	d.counts(d.tell(facts), 3, 0, 1, 0)
	if n := len(d.values()); n != 5 {
		t.Errorf("told again: %d numbers", n)
	}
}

func testTwoOrganisationsSideBySide(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	d.told(views("2026-11-20", 1))
	other := run("loki")
	other.Organisation = "iso"
	c := observation.Commit{Run: other, Observations: []observation.Observation{views("2026-11-20", 2)}, States: []observation.SourceState{{Key: "offset", Value: "iso's"}},
		Complete: []observation.Completion{completes(views("2026-11-20", 0))}}
	commit(t, d.store, c)
	d.compare() // koske's is as it was
	sel := all()
	sel.Organisations = []string{"iso", "koske"}
	got := read(t, d.store, sel)
	if len(got) != 2 || got[0].Organisation != "iso" || got[0].Value != 2 || got[1].Organisation != "koske" || got[1].Value != 1 {
		t.Errorf("read %+v", got)
	}
	if m, err := d.store.States(context.Background(), "koske", "loki"); err != nil || len(m) != 0 {
		t.Errorf("koske remembers %v, %v", m, err)
	}
}

// The clock is set back an hour between commits: what is told later still counts, also what a source remembers, and every
// commit is known from a later moment on than the one before.
func testTheClockIsSetBack(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	last := time.Time{}
	for i := range 3 {
		r := d.tell(observation.Commit{Observations: []observation.Observation{views("2026-11-20", float64(i))}, States: []observation.SourceState{{Key: "offset", Value: fmt.Sprint(i)}}})
		if !r.CommittedAt.After(last) {
			t.Errorf("commit %d is of %s, the one before of %s", i, r.CommittedAt, last)
		}
		last = r.CommittedAt
		d.clock = d.clock.Add(-time.Hour)
		d.store = d.reopen(d.options)
	}
	if got := d.values(); !slices.Equal(got, []float64{2}) {
		t.Errorf("read %v", got)
	}
	if m, err := d.store.States(context.Background(), "koske", "loki"); err != nil || m["offset"] != "2" {
		t.Errorf("it remembers %v, %v", m, err)
	}
}

func testOneStateAName(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	d.tell(observation.Commit{States: []observation.SourceState{{Key: "etag", Value: "old"}, {Key: "offset", Value: "7"}, {Key: "etag", Value: "new"}}})
	if m, err := d.store.States(context.Background(), "koske", "loki"); err != nil || len(m) != 2 || m["etag"] != "new" || m["offset"] != "7" {
		t.Errorf("it remembers %v, %v", m, err)
	}
}

func testABatchOverTwoYears(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	var os []observation.Observation
	for day := observation.NewDate(2025, 12, 20); day < observation.NewDate(2026, 1, 10); day++ {
		os = append(os, views(day.String(), float64(day)))
	}
	d.counts(d.told(os...), 21, 0, 0, 0)
	d.counts(d.told(os...), 0, 0, 21, 0)
	year := all()
	year.Period = observation.Year.Holding(observation.NewDate(2026, 1, 1))
	if got := read(t, d.store, year); len(got) != 9 {
		t.Errorf("2026 has %d days", len(got))
	}
}

func testTheEndsOfTime(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	first, last := views("1970-01-01", 1), views("2105-12-31", 2)
	late := snapshot("2105-12-31T21:00:00Z", 3)
	d.counts(d.told(first, last, late), 3, 0, 0, 0)
	d.counts(d.told(first, last, late), 0, 0, 3, 0)
	d.counts(d.tell(observation.Commit{Complete: []observation.Completion{completes(last)}}), 0, 0, 0, 1)
	for _, c := range []struct {
		from, to int
		want     int
	}{{1970, 2106, 2}, {1900, 1970, 0}, {1900, 1971, 1}, {2105, 2300, 1}, {2106, 2300, 0}, {1, 9999, 2}} {
		sel := all()
		sel.Period = observation.Period{From: observation.NewDate(c.from, 1, 1), To: observation.NewDate(c.to, 1, 1)}
		if got := read(t, d.store, sel); len(got) != c.want {
			t.Errorf("from %d to %d there are %d numbers, want %d", c.from, c.to, len(got), c.want)
		}
	}
	if _, err := d.store.Commit(context.Background(), observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2106-01-01", 1)}}); err == nil {
		t.Error("a day that the database does not know was stored")
	}
	ever := observation.Period{From: observation.NewDate(1, 1, 1), To: observation.NewDate(9999, 1, 1)}
	d.counts(d.tell(observation.Commit{Retract: &ever}), 0, 0, 0, 2)
}

func testCoverageIsWrittenWhenItIsNews(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	at := time.Date(2026, 11, 20, 10, 0, 0, 5e8, time.UTC)
	key := observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: observation.NewDate(2026, 11, 20)}
	says := func(result observation.Result, gaps ...observation.Span) observation.Commit {
		return observation.Commit{Coverage: []observation.Coverage{{CoverageKey: key, Result: result, Gaps: gaps, Subjects: []string{"/a"}}}}
	}
	for i, c := range []struct {
		commit observation.Commit
		rows   int
	}{
		{says(observation.Failed), 1}, {says(observation.Failed), 1}, {says(observation.Auth), 2},
		{says(observation.Partial, observation.Span{From: at, To: at.Add(time.Hour)}), 3},
		{says(observation.Partial, observation.Span{From: at, To: at.Add(time.Hour)}), 3}, // instants have whole seconds there
		{says(observation.Partial, observation.Span{From: at, To: at.Add(2 * time.Hour)}), 4},
		{says(observation.Failed), 4}, {says(observation.OK), 5}, {says(observation.Partial), 5}, {says(observation.OK), 5}, {says(observation.NoData), 6},
	} {
		d.tell(c.commit)
		if n := d.rows("coverage"); n != c.rows {
			t.Errorf("after commit %d there are %d rows, want %d", i, n, c.rows)
		}
	}
}

// hostile are texts that break out of quotes, statements, blocks and encodings where something is not handled right.
var hostile = []string{`'`, `"`, `\`, `\'`, "`", "a\nb", "a\r\n\tb", "\x00", "\x00a", "\n\n;DROP TABLE runs", "'); DROP TABLE runs; --", `\N`, `\\x00`, "?", "$1 @a {b:String}",
	"\xff\xfe\x80", "å\xccä", "\u202e\ufeff👩‍👩‍👧", "%s%d%!", "/*", "--", strings.Repeat("x", 200_000), strings.Repeat("\n\n", 1000), " ", "\t"}

func testHostileTexts(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	var os []observation.Observation
	for i, s := range hostile {
		o := subject(views("2026-11-20", float64(i)), s)
		o.Note, o.By, o.Part, o.Definition, o.Dims = s, s, s, "d"+s, "device="+strings.ReplaceAll(s, ",", "")
		os = append(os, o)
	}
	d.counts(d.told(os...), len(os), 0, 0, 0)
	d.counts(d.told(os...), 0, 0, len(os), 0)
	got := read(t, d.store, all())
	for i, s := range hostile {
		at := slices.IndexFunc(got, func(o observation.Observation) bool { return o.Value == float64(i) })
		if at < 0 || got[at].Subject != s || got[at].Note != s || got[at].Definition != "d"+s || got[at].Dims != "device="+s {
			t.Errorf("%.30q did not come back", s)
		}
	}
}

// Ids travel as parameters of statements, not as rows.
func testHostileIds(t *testing.T, e storetest.Engine) {
	s, _ := e.Open(t)
	for i, id := range hostile {
		if len(id) > 10_000 {
			continue // longer than a statement may be
		}
		c := observation.Commit{Run: run(id), Observations: []observation.Observation{views("2026-11-20", float64(i))}, States: []observation.SourceState{{Key: id, Value: id}}}
		c.Run.Organisation, c.Run.ID, c.Run.Detail, c.Run.Reason = id, "r"+id, id, id
		c.Observations[0].Channel = id
		c.Run.Answers, c.Run.Told = []observation.Answer{{Part: id, SHA256: id}}, []observation.Count{{Name: id, N: 1}}
		commit(t, s, c)
		again := c
		again.Run.ID = ""
		if r := commit(t, s, again); r.Unchanged != 1 {
			t.Errorf("%q: told again it is %+v", id, r)
		}
		sel := all()
		sel.Organisations, sel.Channels = []string{id, "other"}, []string{"other", id}
		if got := read(t, s, sel); len(got) != 1 || got[0].Organisation != id || got[0].Source != id || got[0].Channel != id || got[0].Run != "r"+id {
			t.Errorf("%q: read %+v", id, got)
		}
		if m, err := s.States(context.Background(), id, id); err != nil || len(m) != 1 || m[id] != id {
			t.Errorf("%q: it remembers %q, %v", id, m, err)
		}
		if runs, err := s.Runs(context.Background(), []string{id}, 9, time.Time{}); err != nil || len(runs) != 2 || runs[1].Detail != id || runs[1].Answers[0].Part != id || runs[1].Told[0].Name != id {
			t.Errorf("%q: runs %+v, %v", id, runs, err)
		}
	}
}

func testUncommonNumbers(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	values := []float64{0, math.Copysign(0, -1), observation.Largest, -observation.Largest, 1e15, math.SmallestNonzeroFloat64, 2.2250738585072014e-308, 0.1, 1 << 53, 213312, math.Pi}
	var os []observation.Observation
	for i, v := range values {
		os = append(os, subject(views("2026-11-20", v), fmt.Sprintf("%02d", i)))
	}
	d.told(os...)
	d.counts(d.told(os...), 0, 0, len(os), 0)
	for i, got := range d.values() {
		if math.Float64bits(got) != math.Float64bits(values[i]) {
			t.Errorf("%v came back as %v", values[i], got)
		}
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -math.MaxFloat64, 1<<53 + 2} {
		if _, err := d.store.Commit(context.Background(), observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-21", 1), views("2026-11-20", v)}}); err == nil {
			t.Errorf("%v was stored", v)
		}
	}
	d.compare() // of a refused commit nothing is there
}
