package schedule

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// script is a source whose collector does as a test says.
type script func(ctx context.Context, w collector.Window, out collector.Sink, state collector.State) error

func (script) Validate() []collector.Fault                { return nil }
func (s script) New(d collector.Deps) collector.Collector { return visit{s, d.State} }

type visit struct {
	script script
	state  collector.State
}

func (v visit) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	return v.script(ctx, w, out, v.state)
}

// shelf keeps the commits of a test in a ledger, as a store would.
type shelf struct {
	observation.Ledger
	commits []observation.Commit
	states  map[string]string
	fails   error
}

func (s *shelf) Commit(ctx context.Context, c observation.Commit) (observation.Run, error) {
	if err := cmp.Or(ctx.Err(), s.fails); err != nil {
		return observation.Run{}, err
	}
	c.Run.ID, c.Run.CommittedAt = fmt.Sprint("run", len(s.commits)), c.Run.StartedAt
	s.Add(c)
	s.commits = append(s.commits, c)
	return c.Run, nil
}

func (s *shelf) Known(context.Context, string, []string) (map[string]observation.Item, error) {
	return nil, nil
}

func (s *shelf) States(context.Context, string, string) (map[string]string, error) {
	return s.states, nil
}

// week is the window of these tests: three closed days of week 47, which ends with them.
const window = "2026-11-20..2026-11-22"

func website(t testing.TB) observation.Source {
	t.Helper()
	return observation.Source{ID: "loki", Organisation: "koske", Channel: "kotisivut", Kind: "script", Zone: zone(t, "Europe/Helsinki"),
		Metrics: []string{"views", "visitors"}, Grains: []observation.Grain{observation.Day, observation.Week},
		Definitions: []observation.Definition{{ID: "log-1", Metric: "views"}, {ID: "log-1", Metric: "visitors"}, {ID: "log-1", Metric: "followers"}}}
}

func job(t testing.TB, s observation.Source, f script) Job {
	t.Helper()
	days, err := observation.ParsePeriod(window, 0)
	if err != nil {
		t.Fatal(err)
	}
	return Job{Source: s, Settings: f, Days: days, Now: moment(t, "2026-11-23T06:00:00Z"), Metrics: observation.StandardMetrics(), Program: "test"}
}

func views(d observation.Date, v float64) observation.Observation {
	return observation.Observation{Key: observation.Key{Metric: "views", Grain: observation.Day, From: d}, Part: "log", Value: v, Complete: true, Basis: observation.Collected}
}

func covered(metric string, g observation.Grain, d observation.Date, r observation.Result) observation.Coverage {
	return observation.Coverage{CoverageKey: observation.CoverageKey{Part: "log", Metric: metric, Grain: g, From: d}, Result: r}
}

// tellAll tells every period of the window well.
func tellAll(w collector.Window, out collector.Sink) {
	for _, p := range w.Periods(observation.Day) {
		out.Cover(covered("views", observation.Day, p.From, observation.OK))
		out.Cover(covered("visitors", observation.Day, p.From, observation.OK))
		_ = out.Observe(views(p.From, 12))
	}
	for _, p := range w.Periods(observation.Week) {
		out.Cover(covered("visitors", observation.Week, p.From, observation.OK))
	}
}

// said lists coverage as "metric grain day result reason".
func said(coverage []observation.Coverage) []string {
	out := []string{}
	for _, c := range coverage {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", c.Metric, c.Grain, c.From, c.Result, c.Reason)))
	}
	slices.Sort(out)
	return out
}

func run(t testing.TB, s *shelf, j Job) (Outcome, error) {
	t.Helper()
	out, err := Run(context.Background(), s, j)
	if err != nil || len(s.commits) == 0 {
		t.Fatalf("%d commits, %v", len(s.commits), err)
	}
	return out, out.Failure
}

func TestARunThatTellsAll(t *testing.T) {
	var s shelf
	out, err := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, state collector.State) error {
		tellAll(w, out)
		out.Answered(observation.Answer{Part: "log", Status: 200, Size: 10})
		out.Tell("lines_read", 36)
		out.Progress(1, 1)
		state.Set("offset", "36")
		return out.Item(observation.Item{ID: "sivu"})
	}))
	if err != nil || out.Run.Result != observation.OK || len(out.Rejected) > 0 {
		t.Errorf("result %s, rejected %v, error %v", out.Run.Result, out.Rejected, err)
	}
	c := s.commits[0]
	want := observation.Run{ID: out.Run.ID, Organisation: "koske", Source: "loki", Kind: "script", Zone: "Europe/Helsinki", StartedAt: c.Run.StartedAt, CommittedAt: c.Run.CommittedAt,
		Result: observation.OK, Calls: 1, Answers: []observation.Answer{{Part: "log", Status: 200, Size: 10}}, Window: c.Run.Window,
		Grains: []observation.Grain{observation.Day, observation.Week}, Told: []observation.Count{{Name: "lines_read", N: 36}}, Program: "test"}
	if d := gocmp.Diff(want, c.Run); d != "" {
		t.Errorf("run (-want +got):\n%s", d)
	}
	if len(c.Observations) != 3 || c.Observations[0].Definition != "log-1@Europe/Helsinki" || c.Observations[0].Channel != "kotisivut" || c.Observations[0].Source != "loki" {
		t.Errorf("observations %+v; want three of loki in kotisivut by log-1@Europe/Helsinki", c.Observations)
	}
	if d := gocmp.Diff([]observation.SourceState{{Key: "offset", Value: "36"}}, c.States); d != "" || len(c.Items) != 1 {
		t.Errorf("states (-want +got):\n%s; items %v", d, c.Items)
	}
}

// TestWhatACollectorsErrorMeans holds the table of the contract: what was told is kept, and every period that nothing was
// said of carries the error's class.
func TestWhatACollectorsErrorMeans(t *testing.T) {
	for name, c := range map[string]struct {
		failure     error
		early, late observation.Result // of a run that told nothing, and of one that told a day
		cover       observation.Result // of the periods that nothing was said of
		reason      string
		detail      string // of the run, when it is not the error's text
	}{
		"failure":     {errors.New("HTML where JSON was due"), observation.Failed, observation.Partial, observation.Failed, "failed", ""},
		"in part":     {fmt.Errorf("one of two: %w", collector.ErrPartial), observation.Partial, observation.Partial, observation.Failed, "partial", ""},
		"credential":  {fmt.Errorf("page 3: %w", collector.ErrAuth), observation.Auth, observation.Auth, observation.Auth, "auth", ""},
		"budget":      {collector.ErrBudget, observation.Budget, observation.Budget, observation.Budget, "budget", ""},
		"gone":        {collector.ErrGone, observation.Gone, observation.Gone, observation.Gone, "gone", ""},
		"not offered": {collector.ErrNotOffered, observation.NotOffered, observation.NotOffered, observation.NotOffered, "not_offered", ""},
		"withdrawn":   {collector.ErrRetired, observation.Retired, observation.Retired, observation.Retired, "withdrawn", ""},
		"wait":        {&collector.WaitError{Until: time.Now()}, observation.Waiting, observation.Waiting, observation.Waiting, "waiting", ""},
		"deadline":    {fmt.Errorf("read: %w", context.DeadlineExceeded), observation.Failed, observation.Partial, observation.Failed, "deadline", ""},
		"stopped":     {context.Canceled, observation.Failed, observation.Failed, observation.Failed, "stopped", "stopped before its end; the next run makes up for it"},
	} {
		t.Run(name, func(t *testing.T) {
			var s shelf
			first := day(t, "2026-11-20")
			early, err := run(t, &s, job(t, website(t), func(context.Context, collector.Window, collector.Sink, collector.State) error { return c.failure }))
			if early.Run.Result != c.early || !errors.Is(err, c.failure) || early.Run.Reason != c.reason || early.Run.Detail != cmp.Or(c.detail, c.failure.Error()) {
				t.Errorf("run that told nothing: %s %q %q, error %v; want %s %q", early.Run.Result, early.Run.Reason, early.Run.Detail, err, c.early, c.reason)
			}
			if got := said(early.Coverage); len(got) != 7 || got[0] != fmt.Sprintf("views day 2026-11-20 %s %s", c.cover, c.reason) {
				t.Errorf("it says %v; want seven periods, each %s %s", got, c.cover, c.reason)
			}
			late, _ := run(t, &s, job(t, website(t), func(_ context.Context, _ collector.Window, out collector.Sink, _ collector.State) error {
				out.Cover(covered("views", observation.Day, first, observation.OK))
				_ = out.Observe(views(first, 12))
				return c.failure
			}))
			if late.Run.Result != c.late {
				t.Errorf("run that told a day: %s; want %s", late.Run.Result, c.late)
			}
			if got := said(late.Coverage); len(got) != 7 || got[0] != "views day 2026-11-20 ok" || got[1] != fmt.Sprintf("views day 2026-11-21 %s %s", c.cover, c.reason) {
				t.Errorf("it says %v; want the day that was told, and six periods %s", got, c.cover)
			}
			if now := s.Current(time.Time{}); len(now) != 1 || now[0].Value != 12 {
				t.Errorf("the ledger has %v; want the day that was told", now)
			}
		})
	}
}

func TestSayingNothingIsAFaultOfTheCollector(t *testing.T) {
	var s shelf
	out, err := run(t, &s, job(t, website(t), func(_ context.Context, _ collector.Window, out collector.Sink, _ collector.State) error {
		out.Cover(covered("views", observation.Day, day(t, "2026-11-20"), observation.OK))
		return nil
	}))
	if err != nil || out.Run.Result != observation.Partial || out.Run.Reason != ReasonNotTold {
		t.Errorf("result %s (%s), %v; want partial (not_told)", out.Run.Result, out.Run.Reason, err)
	}
	want := []string{
		"views day 2026-11-20 ok", "views day 2026-11-21 failed not_told", "views day 2026-11-22 failed not_told",
		"visitors day 2026-11-20 failed not_told", "visitors day 2026-11-21 failed not_told", "visitors day 2026-11-22 failed not_told",
		"visitors week 2026-11-16 failed not_told",
	}
	if d := gocmp.Diff(want, said(out.Coverage)); d != "" {
		t.Errorf("coverage (-want +got):\n%s", d)
	}
}

func TestWhatASourceOwes(t *testing.T) {
	day, week, month, quarter, year, snapshot, days28 := observation.Day, observation.Week, observation.Month, observation.Quarter, observation.Year, observation.Snapshot, observation.Days28
	for name, c := range map[string]struct {
		metric string
		grains []observation.Grain
		want   []observation.Grain
	}{
		"views by the day make up the rest":      {"views", []observation.Grain{week, day, month}, []observation.Grain{day}},
		"views by week and month":                {"views", []observation.Grain{week, month, year}, []observation.Grain{week, month}},
		"views by quarter and year":              {"views", []observation.Grain{year, quarter, days28}, []observation.Grain{days28, quarter}},
		"views are not looked at":                {"views", []observation.Grain{snapshot, day}, []observation.Grain{day}},
		"visitors: every grain":                  {"visitors", []observation.Grain{day, week, snapshot, month}, []observation.Grain{day, week, month}},
		"followers are looked at":                {"followers", []observation.Grain{day, snapshot}, []observation.Grain{snapshot}},
		"followers of a sheet by month":          {"followers", []observation.Grain{month, year}, []observation.Grain{month}},
		"counters of items are looked at":        {"reach_total", []observation.Grain{day, snapshot}, []observation.Grain{snapshot}},
		"counters of items without looking":      {"reach_total", []observation.Grain{day}, nil},
		"publications: the days that were asked": {"publications", []observation.Grain{day}, []observation.Grain{day}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := gocmp.Diff(c.want, owed(observation.StandardMetrics()[c.metric], c.grains)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestOneLookAtALevelIsEnough(t *testing.T) {
	facebook := website(t)
	facebook.Metrics, facebook.Grains = []string{"followers"}, []observation.Grain{observation.Day, observation.Snapshot}
	var s shelf
	silent := func(context.Context, collector.Window, collector.Sink, collector.State) error { return nil }
	out, _ := run(t, &s, job(t, facebook, silent))
	if d := gocmp.Diff([]string{"followers snapshot 2026-11-22 failed not_told"}, said(out.Coverage)); d != "" || out.Run.Result != observation.Failed {
		t.Errorf("the past cannot be looked at, yesterday can; result %s (-want +got):\n%s", out.Run.Result, d)
	}
	today := func(_ context.Context, _ collector.Window, out collector.Sink, _ collector.State) error {
		out.Cover(covered("followers", observation.Snapshot, day(t, "2026-11-23"), observation.OK))
		return nil
	}
	out, _ = run(t, &s, job(t, facebook, today))
	if d := gocmp.Diff([]string{"followers snapshot 2026-11-23 ok"}, said(out.Coverage)); d != "" || out.Run.Result != observation.OK {
		t.Errorf("result %s (-want +got):\n%s", out.Run.Result, d)
	}
}

func TestANumberThatIsNoneIsNotAZero(t *testing.T) {
	var s shelf
	first := day(t, "2026-11-20")
	honest := job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		tellAll(w, out)
		return nil
	})
	if _, err := run(t, &s, honest); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		for _, p := range w.Periods(observation.Day) {
			out.Cover(covered("views", observation.Day, p.From, observation.OK))
			out.Cover(covered("visitors", observation.Day, p.From, observation.OK))
			out.Complete(observation.Completion{Part: "log", Metric: "views", Grain: observation.Day, From: p.From})
			v := views(p.From, 13)
			if p.From == first {
				v.Value = math.NaN()
			}
			if err := out.Observe(v); (err != nil) != (p.From == first) {
				t.Errorf("observe %v: %v", v.Value, err)
			}
		}
		out.Cover(covered("visitors", observation.Week, observation.Week.Start(first), observation.NoData))
		return nil
	}))
	if err != nil || out.Run.Result != observation.Partial || out.Run.Reason != ReasonRejected || len(out.Rejected) != 1 {
		t.Errorf("result %s (%s), rejected %v, error %v; want partial (rejected), one", out.Run.Result, out.Run.Reason, out.Rejected, err)
	}
	if !slices.Contains(out.Run.Told, observation.Count{Name: "numbers_rejected", N: 1}) {
		t.Errorf("the run tells %v; want one rejected number", out.Run.Told)
	}
	if got := said(out.Coverage)[0]; got != "views day 2026-11-20 failed rejected" {
		t.Errorf("it says %q", got)
	}
	if now := s.Current(time.Time{}); len(now) != 3 || now[0].Value != 12 || now[1].Value != 13 {
		t.Errorf("the ledger has %v; what was known of the day must stay, and the others be renewed", now)
	}
}

func TestANumberRefusedAmongOthers(t *testing.T) {
	var s shelf
	first := day(t, "2026-11-20")
	out, _ := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		tellAll(w, out)
		region := views(first, math.Inf(1))
		region.Dims = "region=keski-suomi"
		_ = out.Observe(region)
		uncovered := views(observation.Week.Start(first), 1)
		uncovered.Metric, uncovered.Grain, uncovered.Value = "visitors", observation.Month, math.NaN()
		_ = out.Observe(uncovered)
		return nil
	}))
	if got := said(out.Coverage)[0]; got != "views day 2026-11-20 partial rejected" {
		t.Errorf("it says %q; the channel's own number was told", got)
	}
	silent := job(t, website(t), func(_ context.Context, _ collector.Window, out collector.Sink, _ collector.State) error {
		_ = out.Observe(views(first, math.NaN()))
		return nil
	})
	out, _ = run(t, &s, silent)
	if got := said(out.Coverage); got[0] != "views day 2026-11-20 failed rejected" || got[1] != "views day 2026-11-21 failed not_told" {
		t.Errorf("it says %v", got)
	}
}

func TestWhatCannotBeStoredIsLeftOut(t *testing.T) {
	var s shelf
	gaps := []observation.Span{{From: moment(t, "2026-11-20T12:00:00.5Z").In(zone(t, "Europe/Helsinki")), To: moment(t, "2026-11-20T13:00:00Z")}}
	out, err := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		tellAll(w, out)
		out.Cover(covered("views", observation.Week, day(t, "2026-11-20"), observation.OK)) // no week begins on a Friday
		out.Cover(covered("views", observation.Day, day(t, "2026-11-20"), "splendid"))
		c := covered("views", observation.Day, day(t, "2026-11-19"), observation.Partial)
		c.Gaps = gaps
		out.Cover(c)
		if out.Item(observation.Item{Title: "nameless"}) == nil {
			t.Error("an item without an id was taken")
		}
		unknown := views(day(t, "2026-11-20"), 1)
		unknown.Metric = "joy"
		if out.Observe(unknown) == nil {
			t.Error("a metric that there is not was taken")
		}
		return nil
	}))
	if err != nil || len(out.Rejected) != 4 || out.Run.Result != observation.Partial || len(s.commits[0].Observations) != 3 {
		t.Errorf("rejected %v, result %s, observations %d, error %v; want four, partial, three", out.Rejected, out.Run.Result, len(s.commits[0].Observations), err)
	}
	if gaps[0].From.Nanosecond() == 0 {
		t.Error("the collector's own gaps were changed")
	}
	if last := out.Coverage[len(out.Coverage)-1]; last.Gaps[0].From.Location() != time.UTC || last.Gaps[0].From.Nanosecond() != 0 {
		t.Errorf("gaps %v are not whole seconds of UTC", last.Gaps)
	}
}

func TestARejectedNumberOfNoPeriodSpoilsNoPeriod(t *testing.T) {
	var s shelf
	out, _ := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		tellAll(w, out)
		return out.Item(observation.Item{ID: "sivu"})
	}))
	if out.Run.Result != observation.OK {
		t.Fatalf("result %s", out.Run.Result)
	}
	out, _ = run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		tellAll(w, out)
		_ = out.Item(observation.Item{Title: "nameless"})
		return nil
	}))
	if out.Run.Result != observation.Partial || out.Run.Reason != ReasonRejected {
		t.Errorf("result %s (%s); want partial (rejected)", out.Run.Result, out.Run.Reason)
	}
}

func TestABrokenCollectorEndsItsOwnRun(t *testing.T) {
	for name, f := range map[string]func(){
		"error": func() { panic(errors.New("index out of range")) },
		"index": func() { list := []int{}; list[len(list)]++ },
	} {
		t.Run(name, func(t *testing.T) {
			var s shelf
			var log bytes.Buffer
			j := job(t, website(t), func(_ context.Context, _ collector.Window, out collector.Sink, state collector.State) error {
				out.Cover(covered("views", observation.Day, day(t, "2026-11-20"), observation.OK))
				_ = out.Observe(views(day(t, "2026-11-20"), 12))
				state.Set("offset", "1000000")
				f()
				return nil
			})
			j.Log = slog.New(slog.NewTextHandler(&log, nil))
			out, err := run(t, &s, j)
			var broken *PanicError
			if !errors.As(err, &broken) || !strings.Contains(err.Error(), "collect loki: the collector broke down") {
				t.Errorf("error %v", err)
			}
			if out.Run.Result != observation.Failed || out.Run.Reason != ReasonPanic {
				t.Errorf("result %s (%s); want failed (panic)", out.Run.Result, out.Run.Reason)
			}
			if got := said(out.Coverage); got[0] != "views day 2026-11-20 ok" || got[1] != "views day 2026-11-21 failed panic" {
				t.Errorf("it says %v", got)
			}
			if c := s.commits[0]; len(c.Observations) != 1 || len(c.States) != 0 {
				t.Errorf("kept %d observations and %v; want the one that was told and nothing remembered", len(c.Observations), c.States)
			}
			if !strings.Contains(log.String(), "collector broke down") || !strings.Contains(log.String(), "run_test.go") {
				t.Errorf("the log has no trace: %s", &log)
			}
		})
	}
}

func TestACollectorStoppedInTheMiddle(t *testing.T) {
	for name, answer := range map[string]func(context.Context) error{
		"and says so":            func(ctx context.Context) error { return ctx.Err() },
		"and says that all well": func(context.Context) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			var s shelf
			out, err := Run(ctx, &s, job(t, website(t), func(ctx context.Context, _ collector.Window, out collector.Sink, _ collector.State) error {
				out.Cover(covered("views", observation.Day, day(t, "2026-11-20"), observation.OK))
				_ = out.Observe(views(day(t, "2026-11-20"), 12))
				cancel()
				return answer(ctx)
			}))
			if err != nil || !errors.Is(out.Failure, context.Canceled) || out.Run.Result != observation.Failed || out.Run.Reason != collector.ReasonStopped {
				t.Errorf("result %s (%s), error %v; want failed (stopped)", out.Run.Result, out.Run.Reason, err)
			}
			if got := said(out.Coverage); len(s.commits) != 1 || got[0] != "views day 2026-11-20 ok" || got[1] != "views day 2026-11-21 failed stopped" {
				t.Errorf("%d commits say %v; what was told is kept", len(s.commits), got)
			}
		})
	}
}

// TestDaysBeforeAFeedsReach are not measured, but they are no fault of the visit, and asking again would not mend them.
func TestDaysBeforeAFeedsReach(t *testing.T) {
	var s shelf
	out, _ := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		for i, p := range w.Periods(observation.Day) {
			for _, metric := range []string{"views", "visitors"} {
				c := observation.Coverage{CoverageKey: observation.CoverageKey{Metric: metric, Grain: observation.Day, From: p.From}, Result: observation.OK}
				if i == 0 {
					c.Result, c.Reason = observation.Failed, collector.ReasonFeedShort
				}
				out.Cover(c)
			}
		}
		out.Cover(observation.Coverage{CoverageKey: observation.CoverageKey{Metric: "visitors", Grain: observation.Week, From: observation.Week.Start(w.From)}, Result: observation.OK})
		return nil
	}))
	if out.Run.Result != observation.OK {
		t.Errorf("the visit is %s (%s)", out.Run.Result, out.Run.Reason)
	}
}

// TestAFirstVisitThatReachesNoDayIsGood: a feed without dates, or without items yet, can answer for no day before the first
// visit; that is no fault of the visit, and the source has been read.
func TestAFirstVisitThatReachesNoDayIsGood(t *testing.T) {
	for want, failure := range map[observation.Result]error{observation.OK: nil, observation.Failed: errors.New("the feed is broken")} {
		var s shelf
		out, _ := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
			for _, grain := range []observation.Grain{observation.Day, observation.Week} {
				for _, p := range grain.Split(w.Period) {
					for _, metric := range []string{"views", "visitors"} {
						out.Cover(observation.Coverage{CoverageKey: observation.CoverageKey{Metric: metric, Grain: grain, From: p.From}, Result: observation.Failed, Reason: collector.ReasonFeedShort})
					}
				}
			}
			return failure
		}))
		if out.Run.Result != want {
			t.Errorf("with %v the visit is %s (%s), want %s", failure, out.Run.Result, out.Run.Reason, want)
		}
	}
}
