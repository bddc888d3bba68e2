package schedule

import (
	"context"
	"errors"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// abroad is a visit on a Monday morning in Helsinki, when it is still Sunday where the platform cuts its days.
func abroad(t *testing.T, failure error, metrics ...string) Outcome {
	t.Helper()
	s := website(t)
	s.Metrics, s.Grains = metrics, []observation.Grain{observation.Day, observation.Week}
	s.MetricGrains = map[string][]observation.Grain{"followers": {observation.Snapshot}, "reach_total": {observation.Snapshot}}
	var shelf shelf
	out, err := run(t, &shelf, job(t, s, func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		w.Zone = zone(t, "America/Los_Angeles")
		out.(collector.ZoneSink).DaysOf(w.Zone)
		for _, p := range w.Periods(observation.Day) {
			out.Cover(covered("views", observation.Day, p.From, observation.OK))
		}
		return failure
	}))
	if !errors.Is(err, failure) {
		t.Fatal(err)
	}
	return out
}

// TestADayThatIsNotOverAbroad: of a day that is over at home and not where the platform cuts its days nobody can tell anything yet:
// that is said, and is no fault of the visit. A platform that nobody heard of tells by the days of the source.
func TestADayThatIsNotOverAbroad(t *testing.T) {
	out := abroad(t, nil, "views", "visitors")
	want := []string{"views day 2026-11-20 ok", "views day 2026-11-21 ok", "views day 2026-11-22 waiting not_yet",
		"visitors day 2026-11-20 failed not_told", "visitors day 2026-11-21 failed not_told", "visitors day 2026-11-22 waiting not_yet", "visitors week 2026-11-16 waiting not_yet"}
	if d := gocmp.Diff(want, said(out.Coverage)); d != "" {
		t.Errorf("coverage (-want +got):\n%s", d)
	}
	if out := abroad(t, nil, "views"); out.Run.Result != observation.OK || len(out.Run.Failing) > 0 {
		t.Errorf("the visit is %s (%s), failing %v, want that it was good", out.Run.Result, out.Run.Reason, out.Run.Failing)
	}
}

// TestAFailureAbroad: what a visit that failed would have looked at is missing on the day that it would have told it for, and what is
// counted from items on every day of the source: items count on those.
func TestAFailureAbroad(t *testing.T) {
	out := abroad(t, errors.New("no way"), "views", "followers", "reach_total", "publications")
	want := []string{"followers snapshot 2026-11-22 failed failed", "publications day 2026-11-20 failed failed", "publications day 2026-11-21 failed failed", "publications day 2026-11-22 failed failed",
		"reach_total snapshot 2026-11-22 failed failed", "views day 2026-11-20 ok", "views day 2026-11-21 ok", "views day 2026-11-22 waiting not_yet"}
	if d := gocmp.Diff(want, said(out.Coverage)); d != "" {
		t.Errorf("coverage (-want +got):\n%s", d)
	}
}
