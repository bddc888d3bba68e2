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

// desk is a store and the ledger of all that it was told.
type desk struct {
	*testing.T
	store   *store.Store
	reopen  storetest.Open
	ledger  observation.Ledger
	moments []time.Time
	clock   time.Time
}

func newDesk(t *testing.T, e storetest.Engine) *desk {
	d := &desk{T: t, clock: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)}
	d.store, d.reopen = e.Open(t, d.options)
	return d
}

func (d *desk) options(o *store.Options) { o.Now = func() time.Time { return d.clock } }

// tell commits, and holds the store against the ledger.
func (d *desk) tell(c observation.Commit) observation.Run {
	d.Helper()
	d.clock = d.clock.Add(time.Minute)
	if c.Run.Source == "" {
		c.Run = run("loki")
	}
	c.Run = commit(d.T, d.store, c)
	d.ledger.Add(c)
	d.moments = append(d.moments, c.Run.CommittedAt)
	compareWithLedger(d.T, d.store, &d.ledger, time.Time{})
	return c.Run
}

func (d *desk) told(os ...observation.Observation) observation.Run {
	d.Helper()
	return d.tell(observation.Commit{Observations: os})
}

// compare holds the store against the ledger as both are known at every commit, just after the newest, and now.
func (d *desk) compare() {
	d.Helper()
	for _, at := range d.moments {
		compareWithLedger(d.T, d.store, &d.ledger, at)
	}
	if n := len(d.moments); n > 0 {
		compareWithLedger(d.T, d.store, &d.ledger, d.moments[n-1].Add(time.Nanosecond))
	}
	compareWithLedger(d.T, d.store, &d.ledger, time.Time{})
}

// counts compares the counts of a run.
func (d *desk) counts(r observation.Run, fresh, changed, unchanged, withdrawn int) {
	d.Helper()
	if r.New != fresh || r.Changed != changed || r.Unchanged != unchanged || r.Withdrawn != withdrawn {
		d.Errorf("new %d, changed %d, unchanged %d, withdrawn %d; want %d, %d, %d, %d", r.New, r.Changed, r.Unchanged, r.Withdrawn, fresh, changed, unchanged, withdrawn)
	}
}

// values returns what the store shows of koske, as a number a line.
func (d *desk) values() (out []float64) {
	d.Helper()
	for _, o := range read(d.T, d.store, all()) {
		out = append(out, o.Value)
	}
	return out
}

// rows counts the rows of a table, whatever became of them.
func (d *desk) rows(table string) int {
	d.Helper()
	_, rows, err := d.store.Rows(context.Background(), "SELECT run FROM "+table)
	if err != nil {
		d.Fatal(err)
	}
	return len(rows)
}

func subject(o observation.Observation, s string) observation.Observation {
	o.Subject = s
	return o
}

func incomplete(o observation.Observation) observation.Observation {
	o.Complete = false
	return o
}

func snapshot(at string, value float64) observation.Observation {
	moment, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		panic(err)
	}
	o := views(moment.Format("2006-01-02"), value)
	o.Channel, o.Metric, o.Grain, o.ObservedAt = "facebook", "followers", observation.Snapshot, moment
	return o
}

func completes(o observation.Observation) observation.Completion {
	return observation.Completion{Part: o.Part, Channel: o.Channel, Metric: o.Metric, Grain: o.Grain, From: o.From, Definition: o.Definition}
}

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
	facts := observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-19", 1), views("2026-11-20", 2), snapshot("2026-11-20T10:00:00Z", 9), week}, Coverage: []observation.Coverage{ok}}
	d.tell(facts)
	d.tell(observation.Commit{Run: run("kasin"), Observations: []observation.Observation{views("2026-11-20", 40)}})
	days := observation.Period{From: observation.NewDate(2026, 11, 20), To: observation.NewDate(2026, 11, 21)}
	if _, err := d.store.Retract(context.Background(), run("loki"), days, ""); err == nil {
		t.Error("something was taken back without a reason")
	}
	d.clock = d.clock.Add(time.Minute)
	r, err := d.store.Retract(context.Background(), run("loki"), days, "wrong log")
	if err != nil {
		t.Fatal(err)
	}
	d.counts(r, 0, 0, 0, 2)
	d.ledger.Add(observation.Commit{Run: r, Retract: &days})
	d.moments = append(d.moments, r.CommittedAt)
	d.compare()
	if runs, err := d.store.Runs(context.Background(), []string{"koske"}, 1); err != nil || runs[0].Note != "wrong log" || runs[0].Kind != store.RetractKind || runs[0].Window != days {
		t.Errorf("the newest run is %+v, %v", runs, err)
	}
	d.counts(d.tell(facts), 2, 0, 2, 0)
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
		if runs, err := s.Runs(context.Background(), []string{id}, 9); err != nil || len(runs) != 2 || runs[1].Detail != id || runs[1].Answers[0].Part != id || runs[1].Told[0].Name != id {
			t.Errorf("%q: runs %+v, %v", id, runs, err)
		}
	}
}

func testUncommonNumbers(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	values := []float64{0, math.Copysign(0, -1), 1e308, -1e308, math.MaxFloat64, math.SmallestNonzeroFloat64, 2.2250738585072014e-308, 0.1, 1 << 53, 213312, math.Pi}
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
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if _, err := d.store.Commit(context.Background(), observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-21", 1), views("2026-11-20", v)}}); err == nil {
			t.Errorf("%v was stored", v)
		}
	}
	d.compare() // of a refused commit nothing is there
}

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
	runs, err := d.store.Runs(context.Background(), []string{"koske"}, 5)
	if err != nil || len(runs) != 1 || runs[0].ID != r.ID {
		t.Errorf("runs %+v, %v", runs, err)
	}
	if runs, err := d.store.Runs(context.Background(), nil, 5); err != nil || len(runs) != 0 {
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
		Grains: []observation.Grain{observation.Day, observation.Week}, Reason: "log_silent", Detail: "rotated", Told: []observation.Count{{Name: "lines", N: -1}}, Config: "c0ffee", Program: "v1", Note: "n"}
	told := d.tell(observation.Commit{Run: full, Observations: []observation.Observation{views("2026-11-20", 1)}})
	failed := run("loki")
	failed.Result, failed.Reason = observation.Auth, "credentials"
	newest := d.tell(observation.Commit{Run: failed})
	if _, err := d.store.Retract(context.Background(), run("loki"), observation.Day.Holding(observation.NewDate(2026, 11, 20)), "x"); err != nil {
		t.Fatal(err)
	}
	runs, err := d.store.Runs(context.Background(), []string{"koske"}, 3)
	if err != nil || len(runs) != 3 || runs[1].ID != newest.ID {
		t.Fatalf("runs %+v, %v", runs, err)
	}
	told.Window.To = observation.LastDay // the nearest day that the database knows
	if got := runs[2]; fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", told) {
		t.Errorf("the run came back as\n%+v, want\n%+v", got, told)
	}
	status, err := d.store.Status(context.Background(), []string{"koske", "iso"})
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

// parts counts the parts of observations_current that a merge would make one of.
func (d *desk) parts() int {
	_, rows, err := d.store.Rows(context.Background(), "SELECT name FROM system.parts WHERE database = currentDatabase() AND table = 'observations_current' AND active = 1")
	if err != nil {
		d.Fatal(err)
	}
	return len(rows)
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
	for _, table := range []string{"observations", "observations_current", "coverage", "coverage_current", "runs", "applied", "states", "items"} {
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
