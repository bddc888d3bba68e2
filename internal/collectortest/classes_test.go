package collectortest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// script is the settings of a source whose collector does as a test says.
type script struct {
	do func(context.Context, collector.Window, collector.Sink) error
}

func (*script) Validate() []collector.Fault              { return nil }
func (s *script) New(collector.Deps) collector.Collector { return s }
func (s *script) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	return s.do(ctx, w, out)
}

func scriptKind() collector.Kind {
	return collector.Kind{
		Name: "script", New: func() collector.Config { return &script{} }, Metrics: []string{"views"}, Grains: []observation.Grain{observation.Day},
		Channels: []string{"website"}, Definitions: []observation.Definition{{ID: "script-1", Metric: "views"}},
	}
}

// tells makes a script that tells the first days of the window, then ends with an error. A value of -1 is no data.
func tells(failure error, values ...float64) func(context.Context, collector.Window, collector.Sink) error {
	return func(_ context.Context, w collector.Window, out collector.Sink) error {
		for i, p := range w.Periods(observation.Day) {
			if i >= len(values) {
				break
			}
			c := observation.Coverage{CoverageKey: observation.CoverageKey{Metric: "views", Grain: observation.Day, From: p.From}, Result: observation.OK}
			if values[i] == -1 {
				c.Result = observation.NoData
			} else {
				_ = out.Observe(observation.Observation{Key: observation.Key{Metric: "views", Grain: observation.Day, From: p.From}, Value: values[i], Complete: true, Basis: observation.Collected})
			}
			out.Cover(c)
		}
		return failure
	}
}

// classCase is what may happen to a collector, the row of the contract's table that it belongs to, and its end.
type classCase struct {
	row    string // what the row of the contract begins with
	do     func(context.Context, collector.Window, collector.Sink) error
	result observation.Result
	reason string
	state  indicator.State
	gap    string // the reason that the figure gives
}

const (
	rowNone   = "none"
	rowNoData = "source answered and has nothing"
	rowSome   = "some parts or items failed"
	rowFailed = "no answer or none that can be used"
	rowWait   = "the server wants to be left alone until T"
	rowAuth   = "credential, permission"
	rowBudget = "budget, payment"
	rowNotApp = "metric withdrawn, gone"
	rowLife   = "outside the life"
)

var until = time.Date(2026, time.November, 24, 7, 30, 0, 0, time.UTC)

func fetched(c fetch.Class) error {
	return fmt.Errorf("read page 2: %w", &fetch.Error{Class: c, URL: "https://example.org/", Until: until, Err: fmt.Errorf("the server did not answer as it should, until %s", until)})
}

func classCases() map[string]classCase {
	none := func(err error) func(context.Context, collector.Window, collector.Sink) error { return tells(err) }
	fails := func(err error, row string, result observation.Result, reason string) classCase {
		return classCase{row, none(err), result, reason, indicator.Missing, reason}
	}
	absent := func(err error, result observation.Result) classCase {
		return classCase{rowNotApp, none(err), result, string(result), indicator.NotApplicable, string(result)}
	}
	return map[string]classCase{
		"none":                   {rowNone, tells(nil, 1, 2, 3, 4, 5, 6, 7), "ok", "", indicator.OK, ""},
		"none, nothing measured": {rowNone, tells(nil, 0, 0, 0, 0, 0, 0, 0), "ok", "", indicator.Zero, ""},
		"no data":                {rowNoData, tells(nil, -1, -1, -1, -1, -1, -1, -1), "nodata", "", indicator.Zero, ""},
		"in part":                {rowSome, tells(fmt.Errorf("2 of 7 pages: %w", collector.ErrPartial), 1, 2, 3), "partial", "partial", indicator.Partial, "partial"},
		"half way":               {rowSome, tells(errors.New("page 4 is no page"), 1, 2, 3), "partial", "failed", indicator.Partial, "failed"},
		"half told":              {rowSome, tells(nil, 1, 2, 3), "partial", "not_told", indicator.Partial, "not_told"},
		"one number is none":     {rowSome, tells(nil, 1, 2, 3, math.NaN(), 5, 6, 7), "partial", "rejected", indicator.Partial, "rejected"},
		"failed":                 fails(errors.New("the answer is no page of days"), rowFailed, "failed", "failed"),
		"no good answer":         fails(fetched(fetch.Failed), rowFailed, "failed", "failed"),
		"not found":              fails(fetched(fetch.NotFound), rowFailed, "failed", "not_found"),
		"too large":              fails(fetched(fetch.TooLarge), rowFailed, "failed", "too_large"),
		"refused":                fails(fetched(fetch.Refused), rowFailed, "failed", "refused"),
		"deadline of a request":  fails(fetched(fetch.Deadline), rowFailed, "failed", "deadline"),
		"deadline of the visit":  fails(fmt.Errorf("read: %w", context.DeadlineExceeded), rowFailed, "failed", "deadline"),
		"stopped":                fails(context.Canceled, rowFailed, "failed", "stopped"),
		"said nothing":           fails(nil, rowFailed, "failed", "not_told"),
		"panic": {rowFailed, func(context.Context, collector.Window, collector.Sink) error { panic("no such page") },
			"failed", "panic", indicator.Missing, "panic"},
		"waiting":              fails(&collector.WaitError{Until: until}, rowWait, "waiting", "waiting"),
		"server wants a pause": fails(fetched(fetch.Wait), rowWait, "waiting", "waiting"),
		"credential":           fails(fmt.Errorf("read: %w", collector.ErrAuth), rowAuth, "auth", "auth"),
		"server wants another": fails(fetched(fetch.Unauthorized), rowAuth, "auth", "auth"),
		"budget":               fails(fmt.Errorf("read: %w", collector.ErrBudget), rowBudget, "budget", "budget"),
		"server wants money":   fails(fetched(fetch.Payment), rowBudget, "budget", "budget"),
		"withdrawn":            absent(fmt.Errorf("read: %w", collector.ErrRetired), "withdrawn"),
		"gone":                 absent(fmt.Errorf("read: %w", collector.ErrGone), "gone"),
		"server says gone":     absent(fetched(fetch.Gone), "gone"),
		"not offered":          absent(fmt.Errorf("read: %w", collector.ErrNotOffered), "not_offered"),
	}
}

// classBench is a store in which each case has an organisation.
type classBench struct {
	store *store.Store
	n     int
}

var classWeek = observation.Period{From: observation.NewDate(2026, time.November, 16), To: observation.NewDate(2026, time.November, 23)}

func (b *classBench) source(t *testing.T) *config.Config {
	t.Helper()
	b.n++
	c, err := loadEntry(scriptKind(), "- {id: kasikirja, kind: script, channel: kotisivut}\n", t.TempDir(), fmt.Sprint("koske", b.n))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *classBench) visit(t *testing.T, c *config.Config, days observation.Period, do func(context.Context, collector.Window, collector.Sink) error) observation.Run {
	t.Helper()
	out, err := schedule.Run(t.Context(), b.store, schedule.Job{Source: c.Sources[0].Source, Settings: &script{do}, Days: days,
		Now: classWeek.To.Start(c.Sources[0].Zone).Add(4 * time.Hour), Metrics: c.Desk.Metrics, Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return out.Run
}

func (b *classBench) figure(t *testing.T, c *config.Config) indicator.Figure {
	t.Helper()
	now := classWeek.To.Start(c.Sources[0].Zone).Add(5 * time.Hour)
	got, err := indicator.New(c.Desk, b.store, now, time.Time{}).Figures(t.Context(), indicator.Ask{Organisations: []string{c.Sources[0].Organisation}, Period: classWeek})
	if err != nil || len(got) != 1 {
		t.Fatalf("%d figures, %v", len(got), err)
	}
	return got[0]
}

// TestWhatBecomesOfAnError holds the table of the contract: error class, run result, and what a figure says, through a real
// store. Each row of it is seen, and nothing that it does not say.
func TestWhatBecomesOfAnError(t *testing.T) {
	s, _ := storetest.Embedded(t)
	b := &classBench{store: s}
	seen, reasons := map[string]map[string]bool{}, map[string]bool{}
	see := func(row string, words ...string) {
		for _, w := range words {
			if seen[row] == nil {
				seen[row] = map[string]bool{}
			}
			seen[row][w] = true
		}
	}
	for name, c := range classCases() {
		t.Run(name, func(t *testing.T) {
			desk := b.source(t)
			r := b.visit(t, desk, classWeek, c.do)
			f := b.figure(t, desk)
			see(c.row, string(r.Result), string(f.State))
			reasons[r.Reason] = true
			checkClass(t, c, r, f)
			if f.State == indicator.Missing {
				see(c.row, string(b.afterAGoodDay(t, c)))
			}
		})
	}
	for _, reason := range contractReasons(t) {
		if !reasons[reason] {
			t.Errorf("the contract knows the reason %s, and no case ended for it", reason)
		}
	}
	desk := b.source(t)
	desk.Desk.Sources[0].Life = observation.Life{From: classWeek.To}
	see(rowLife, "no run", string(b.figure(t, desk).State))
	for row, want := range contract(t) {
		if got := slices.Sorted(maps.Keys(seen[row])); !slices.Equal(got, want) {
			t.Errorf("%s: the contract promises %v, seen was %v", row, want, got)
		}
	}
}

// checkClass checks one end.
func checkClass(t *testing.T, c classCase, r observation.Run, f indicator.Figure) {
	t.Helper()
	if r.Result != c.result || r.Reason != c.reason {
		t.Errorf("the run ends %s (%s), want %s (%s)", r.Result, r.Reason, c.result, c.reason)
	}
	if f.State != c.state || f.State != indicator.OK && f.State != indicator.Zero && !gives(f, c.gap) {
		t.Errorf("the figure is %s with gaps %v, want %s (%s)", f.State, f.Gaps, c.state, c.gap)
	}
	if wants := f.State == indicator.OK || f.State == indicator.Zero || f.State == indicator.Partial; wants != (f.Value != nil) {
		t.Errorf("a figure that is %s has the value %v", f.State, f.Value)
	}
	if c.row == rowWait && !strings.Contains(r.Detail, "2026-11-24") {
		t.Errorf("the run does not say until when it waits: %s", r.Detail)
	}
	for _, lang := range locale.Languages() {
		words, err := locale.For(lang)
		if err != nil || r.Reason != "" && !words.Has("reason."+r.Reason) {
			t.Errorf("%s has no words for %s (%v)", lang, r.Reason, err)
		}
	}
}

// gives tells whether a figure names a reason for days that were not measured.
func gives(f indicator.Figure, reason string) bool {
	return slices.ContainsFunc(f.Gaps, func(g indicator.Gap) bool { return g.Reason == reason })
}

// afterAGoodDay tells the state of the figure when the first day of the week had been told before.
func (b *classBench) afterAGoodDay(t *testing.T, c classCase) indicator.State {
	t.Helper()
	desk := b.source(t)
	b.visit(t, desk, observation.Period{From: classWeek.From, To: classWeek.From + 1}, tells(nil, 5))
	b.visit(t, desk, observation.Period{From: classWeek.From + 1, To: classWeek.To}, c.do)
	f := b.figure(t, desk)
	if f.Value == nil || *f.Value != 5 || f.Coverage.Measured != 1 || f.Coverage.Expected != 7 {
		t.Errorf("after a good day the figure has %v of %+v, want 5 of 1 day of 7", f.Value, f.Coverage)
	}
	return f.State
}

var (
	quoted = regexp.MustCompile("`([a-z_]+)`")
	aside  = regexp.MustCompile(`\([^)]*\)`) // reasons and examples
)

// contractRows returns the rows of the table in docs/contracts.md, each as its cells.
func contractRows(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/contracts.md")
	_, table, ok := strings.Cut(string(text), "| error class (fetch, collector) |")
	if err != nil || !ok {
		t.Fatal("docs/contracts.md has no table of error classes", err)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var out [][]string
	for _, line := range strings.Split(table, "\n")[2:] {
		out = append(out, strings.Split(strings.Trim(line, "| "), " | "))
	}
	return out
}

// contract reads the table: by its first words, the results and states of each row.
func contract(t *testing.T) map[string][]string {
	t.Helper()
	out, failed := map[string][]string{}, []string(nil)
	rows := []string{rowNone, rowNoData, rowSome, rowFailed, rowWait, rowAuth, rowBudget, rowNotApp, rowLife}
	for i, cells := range contractRows(t) {
		if i >= len(rows) || len(cells) != 3 || !strings.HasPrefix(cells[0], rows[i]) {
			t.Fatalf("row %d of the contract's table is %q; this test knows other rows", i+1, cells)
		}
		row := rows[i]
		out[row] = words(cells[1] + " " + aside.ReplaceAllString(cells[2], ""))
		if row == rowFailed {
			failed = out[row][1:]
		}
		if strings.HasPrefix(cells[2], "as failed") {
			out[row] = append(out[row], failed...)
		}
		if cells[1] == "no run" {
			out[row] = append(out[row], cells[1])
		}
		slices.Sort(out[row])
		out[row] = slices.Compact(out[row])
	}
	return out
}

// contractReasons returns the reasons that the table names for what failed.
func contractReasons(t *testing.T) (out []string) {
	t.Helper()
	for _, cells := range contractRows(t) {
		out = append(out, words(strings.Join(aside.FindAllString(cells[2], -1), " "))...)
	}
	return out
}

// words returns what stands between backticks.
func words(text string) (out []string) {
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}
