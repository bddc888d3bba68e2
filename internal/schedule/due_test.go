package schedule

import (
	"testing"
	"time"

	"seuranta/internal/observation"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func day(t testing.TB, s string) observation.Date {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := observation.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// answered is the coverage of a source that answered every day before to.
func answered(s observation.Source, to observation.Date) []observation.Coverage {
	var out []observation.Coverage
	for d := to - 2000; d < to; d++ {
		out = append(out, observation.Coverage{CoverageKey: observation.CoverageKey{Source: s.ID, Metric: "views", Grain: observation.Day, From: d}, Result: observation.OK})
	}
	return out
}

// TestWindowAsksAgain: a day that half a run left unanswered is asked for again, for a month; one that nobody ever asked for
// is asked for as far back as the horizon.
func TestWindowAsksAgain(t *testing.T) {
	s := observation.Source{ID: "loki", Zone: zone(t, "Europe/Helsinki"), Life: observation.Life{From: day(t, "2026-09-01")},
		Metrics: []string{"views"}, Grains: []observation.Grain{observation.Day}}
	good, now := moment(t, "2026-11-22T02:15:00Z"), moment(t, "2026-11-23T06:00:00Z")
	for name, c := range map[string]struct {
		day    string             // whose coverage is not ok …
		result observation.Result // … but this; "" is none at all
		want   string
	}{
		"all answered":            {"2026-11-10", observation.NoData, "2026-11-21..2026-11-22"},
		"one failed":              {"2026-11-10", observation.Failed, "2026-11-10..2026-11-22"},
		"one answered in part":    {"2026-11-15", observation.Partial, "2026-11-15..2026-11-22"},
		"one never to be had":     {"2026-11-10", observation.NotOffered, "2026-11-21..2026-11-22"},
		"one failed too long ago": {"2026-10-20", observation.Failed, "2026-11-21..2026-11-22"},
		"one nobody asked for":    {"2026-09-20", "", "2026-09-20..2026-11-22"},
		"the first, nobody asked": {"2026-09-01", "", "2026-09-01..2026-11-22"},
	} {
		t.Run(name, func(t *testing.T) {
			var known []observation.Coverage
			for _, v := range answered(s, day(t, "2026-11-22")) {
				if v.From == day(t, c.day) {
					v.Result = c.result
				}
				if v.Result != "" {
					known = append(known, v)
				}
			}
			if got := Window(s, observation.StandardMetrics(), good, known, now).Label(); got != c.want {
				t.Errorf("it owes %s, want %s", got, c.want)
			}
		})
	}
}

// TestWindowForgetsAFailureThatWasMadeUpFor: a visit that failed before it came to the parts of the source said so of the
// whole; the parts that answered later make up for it.
func TestWindowForgetsAFailureThatWasMadeUpFor(t *testing.T) {
	s := observation.Source{ID: "loki", Zone: zone(t, "Europe/Helsinki"), Life: observation.Life{From: day(t, "2026-11-01")},
		Metrics: []string{"views"}, Grains: []observation.Grain{observation.Day}}
	known := answered(s, day(t, "2026-11-22"))
	for i := range known {
		known[i].Part = "log"
	}
	failed := known[len(known)-10]
	failed.Part, failed.Result = "", observation.Failed
	got := Window(s, observation.StandardMetrics(), moment(t, "2026-11-22T02:15:00Z"), append(known, failed), moment(t, "2026-11-23T06:00:00Z"))
	if got.Label() != "2026-11-21..2026-11-22" {
		t.Errorf("it owes %s", got.Label())
	}
}

// TestScheduleKeepsTheOrganisationsClock: the days of a source may lie in another zone than its schedule.
func TestScheduleKeepsTheOrganisationsClock(t *testing.T) {
	s := observation.Source{ID: "x", Zone: zone(t, "UTC"), Clock: zone(t, "Europe/Helsinki"), Schedule: "15 4 * * *"}
	due, ok, err := Next(s, moment(t, "2026-11-22T12:00:00Z"))
	if err != nil || !ok || !due.Equal(moment(t, "2026-11-23T02:15:00Z")) {
		t.Errorf("due at %v, %v, %v", due, ok, err)
	}
}

func TestWindow(t *testing.T) {
	for name, c := range map[string]struct {
		zone, born, died string
		settle           int
		good, now        string
		want             string // inclusive days; "" is none
	}{
		"never answered":                      {now: "2026-11-23T06:00:00Z", want: "2025-10-19..2026-11-22"},
		"never answered, young":               {born: "2026-11-20", now: "2026-11-23T06:00:00Z", want: "2026-11-20..2026-11-22"},
		"answered last night":                 {good: "2026-11-22T02:15:00Z", now: "2026-11-23T06:00:00Z", want: "2026-11-21..2026-11-22"},
		"answered today already":              {good: "2026-11-23T02:15:00Z", now: "2026-11-23T06:00:00Z", want: "2026-11-22"},
		"still revises two days":              {settle: 2, good: "2026-11-22T02:15:00Z", now: "2026-11-23T06:00:00Z", want: "2026-11-19..2026-11-22"},
		"silent for three years":              {good: "2023-11-22T02:15:00Z", now: "2026-11-23T06:00:00Z", want: "2023-11-21..2026-11-22"},
		"clock was ahead when it answered":    {good: "2027-05-01T00:00:00Z", now: "2026-11-23T06:00:00Z", want: "2026-11-22"},
		"days of Helsinki begin before UTC's": {good: "2026-11-22T02:15:00Z", now: "2026-11-22T22:30:00Z", want: "2026-11-21..2026-11-22"},
		"days of Los Angeles end later":       {zone: "America/Los_Angeles", good: "2026-11-22T20:00:00Z", now: "2026-11-23T06:00:00Z", want: "2026-11-21"},
		"night of 23 hours":                   {good: "2026-03-29T02:15:00Z", now: "2026-03-29T21:30:00Z", want: "2026-03-28..2026-03-29"},
		"night of 25 hours":                   {good: "2026-10-25T02:15:00Z", now: "2026-10-25T21:30:00Z", want: "2026-10-24"},
		"ended long ago":                      {died: "2024-06-01", good: "2024-06-04T02:15:00Z", now: "2026-11-23T06:00:00Z"},
		"ended, its last day still to come":   {died: "2024-06-01", good: "2024-05-30T02:15:00Z", now: "2026-11-23T06:00:00Z", want: "2024-05-29..2024-05-31"},
		"ended, may still revise":             {died: "2024-06-01", settle: 2, good: "2024-06-02T02:15:00Z", now: "2024-06-03T06:00:00Z", want: "2024-05-30..2024-05-31"},
		"does not live yet":                   {born: "2027-01-01", now: "2026-11-23T06:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.zone == "" {
				c.zone = "Europe/Helsinki"
			}
			s := observation.Source{ID: "loki", Zone: zone(t, c.zone), SettleDays: c.settle, Life: observation.Life{From: day(t, c.born), To: day(t, c.died)},
				Metrics: []string{"views"}, Grains: []observation.Grain{observation.Day}}
			var known []observation.Coverage
			if good := moment(t, c.good); !good.IsZero() {
				known = answered(s, observation.DateOf(good.In(s.Zone)))
			}
			got := Window(s, observation.StandardMetrics(), moment(t, c.good), known, moment(t, c.now))
			if c.want == "" && got.Empty() {
				return
			}
			if label := got.Label(); label != c.want {
				t.Errorf("it owes %s, want %q", label, c.want)
			}
		})
	}
}

func TestNext(t *testing.T) {
	for name, c := range map[string]struct{ schedule, zone, after, want string }{
		"a night":                              {"15 4 * * *", "Europe/Helsinki", "2026-11-22T02:15:00Z", "2026-11-23T02:15:00Z"},
		"just before":                          {"15 4 * * *", "Europe/Helsinki", "2026-11-22T02:14:59Z", "2026-11-22T02:15:00Z"},
		"in the zone of the source":            {"15 4 * * *", "America/Los_Angeles", "2026-11-22T02:15:00Z", "2026-11-22T12:15:00Z"},
		"Mondays":                              {"0 5 * * 1", "Europe/Helsinki", "2026-11-23T03:00:00Z", "2026-11-30T03:00:00Z"},
		"descriptor":                           {"@daily", "Europe/Helsinki", "2026-11-22T12:00:00Z", "2026-11-22T22:00:00Z"},
		"every six hours":                      {"@every 6h", "Europe/Helsinki", "2026-11-22T02:15:00Z", "2026-11-22T08:15:00Z"},
		"every six hours over the long night":  {"@every 6h", "Europe/Helsinki", "2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z"},
		"spring: before the gap":               {"30 2 * * *", "Europe/Helsinki", "2026-03-28T20:00:00Z", "2026-03-29T00:30:00Z"},
		"spring: a skipped time comes after":   {"30 3 * * *", "Europe/Helsinki", "2026-03-28T20:00:00Z", "2026-03-29T01:00:00Z"},
		"spring: and once only":                {"30 3 * * *", "Europe/Helsinki", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
		"spring: every quarter goes on":        {"*/15 * * * *", "Europe/Helsinki", "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z"},
		"spring: where midnight is skipped":    {"@daily", "Asia/Beirut", "2026-03-28T12:00:00Z", "2026-03-28T22:00:00Z"},
		"autumn: before the doubled hour":      {"15 4 * * *", "Europe/Helsinki", "2026-10-24T20:00:00Z", "2026-10-25T02:15:00Z"},
		"autumn: every quarter in both hours":  {"*/15 * * * *", "Europe/Helsinki", "2026-10-25T00:45:00Z", "2026-10-25T01:00:00Z"},
		"autumn: the first of the doubled":     {"30 3 * * *", "Europe/Helsinki", "2026-10-24T20:00:00Z", "2026-10-25T00:30:00Z"},
		"autumn: the night after is as before": {"30 3 * * *", "Europe/Helsinki", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok, err := Next(observation.Source{ID: "loki", Schedule: c.schedule, Zone: zone(t, c.zone)}, moment(t, c.after))
			if err != nil || !ok || !got.Equal(moment(t, c.want)) {
				t.Errorf("due %s, %v, %v; want %s", got.UTC().Format(time.RFC3339), ok, err, c.want)
			}
		})
	}
}

func TestNextWithoutOrWithABadSchedule(t *testing.T) {
	if _, ok, err := Next(observation.Source{Zone: time.UTC}, time.Now()); ok || err != nil {
		t.Errorf("without a schedule: %v, %v; it is never due", ok, err)
	}
	bad := observation.Source{ID: "loki", Schedule: "at dawn", Zone: time.UTC}
	if _, _, err := Next(bad, time.Now()); err == nil {
		t.Error("no error for a schedule that is none")
	}
	for name, f := range map[string]func(observation.Source, time.Time, time.Time) (bool, error){"due": Due, "late": Late} {
		if _, err := f(bad, time.Time{}, time.Now()); err == nil {
			t.Errorf("%s: no error for a schedule that is none, of a source that never ran", name)
		}
	}
}

func TestWindowBeginsWhereDaysCanBeStored(t *testing.T) {
	s := website(t)
	now := moment(t, "1970-01-02T06:00:00Z")
	if got := Window(s, observation.StandardMetrics(), time.Time{}, nil, now); got.From != observation.FirstDay || got.To != observation.FirstDay+1 {
		t.Errorf("it owes %s", got.Label())
	}
}

func TestDueAndLate(t *testing.T) {
	for name, c := range map[string]struct {
		schedule, died, last, now string
		due, late                 bool
	}{
		"never ran":                     {schedule: "15 4 * * *", now: "2026-11-23T06:00:00Z", due: true, late: true},
		"never ran, asked for by hand":  {now: "2026-11-23T06:00:00Z"},
		"ran tonight":                   {schedule: "15 4 * * *", last: "2026-11-23T02:15:10Z", now: "2026-11-23T06:00:00Z"},
		"a second before its time":      {schedule: "15 4 * * *", last: "2026-11-22T02:15:10Z", now: "2026-11-23T02:14:59Z"},
		"at its time":                   {schedule: "15 4 * * *", last: "2026-11-22T02:15:10Z", now: "2026-11-23T02:15:00Z", due: true},
		"within the grace":              {schedule: "15 4 * * *", last: "2026-11-22T02:15:10Z", now: "2026-11-23T08:15:00Z", due: true},
		"after the grace":               {schedule: "15 4 * * *", last: "2026-11-22T02:15:10Z", now: "2026-11-23T08:15:01Z", due: true, late: true},
		"by hand, long ago":             {last: "2025-11-22T02:15:10Z", now: "2026-11-23T08:15:01Z"},
		"its life is told to its end":   {schedule: "15 4 * * *", died: "2024-06-01", last: "2024-06-03T02:15:10Z", now: "2026-11-23T06:00:00Z", due: true},
		"its life has a day untold":     {schedule: "15 4 * * *", died: "2024-06-01", last: "2024-05-31T02:15:10Z", now: "2026-11-23T06:00:00Z", due: true, late: true},
		"ran in the future":             {schedule: "15 4 * * *", last: "2100-01-01T02:15:10Z", now: "2026-11-23T06:00:00Z", due: true},
		"the skipped night is not late": {schedule: "30 3 * * *", last: "2026-03-29T01:00:00Z", now: "2026-03-29T12:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			s := observation.Source{ID: "loki", Schedule: c.schedule, Zone: zone(t, "Europe/Helsinki"), Life: observation.Life{To: day(t, c.died)}}
			due, err := Due(s, moment(t, c.last), moment(t, c.now))
			if err != nil || due != c.due {
				t.Errorf("due %v, %v; want %v", due, err, c.due)
			}
			late, err := Late(s, moment(t, c.last), moment(t, c.now))
			if err != nil || late != c.late {
				t.Errorf("late %v, %v; want %v", late, err, c.late)
			}
		})
	}
}

// TestNextInTheNightThatIsLonger: what is due at an hour of the day is due once in the night in which that hour comes twice;
// what is due all the time goes on through both.
func TestNextInTheNightThatIsLonger(t *testing.T) {
	for _, c := range []struct {
		schedule, zone, from string
		want                 int // how often within a day of 25 hours
		first                string
	}{
		{"30 3 * * *", "Europe/Helsinki", "2026-10-25", 1, "2026-10-25T03:30:00+03:00"},
		{"*/20 3 * * *", "Europe/Helsinki", "2026-10-25", 3, "2026-10-25T03:00:00+03:00"},
		{"0 3,4 * * *", "Europe/Helsinki", "2026-10-25", 2, "2026-10-25T03:00:00+03:00"},
		{"0 4 * * *", "Europe/Helsinki", "2026-10-25", 1, "2026-10-25T04:00:00+02:00"},
		{"*/15 * * * *", "Europe/Helsinki", "2026-10-25", 100, "2026-10-25T00:00:00+03:00"},
		{"@hourly", "Europe/Helsinki", "2026-10-25", 25, "2026-10-25T00:00:00+03:00"},
		{"@every 30m", "Europe/Helsinki", "2026-10-25", 50, "2026-10-25T00:29:59+03:00"},
		{"@daily", "America/Havana", "2026-11-01", 1, "2026-11-01T00:00:00-04:00"}, // 1:00 becomes 0:00
		{"45 1 * * *", "Australia/Lord_Howe", "2026-04-05", 1, "2026-04-05T01:45:00+11:00"},
		{"30 3 * * *", "UTC", "2026-10-25", 1, "2026-10-25T03:30:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, _ := time.ParseInLocation(time.DateOnly, c.from, zone)
		at, end, n, first := day.Add(-time.Second), day.AddDate(0, 0, 1), 0, ""
		for {
			next, _, err := Next(observation.Source{Schedule: c.schedule, Zone: zone}, at)
			if err != nil || !next.After(at) {
				t.Fatalf("%s: after %s: %s, %v", c.schedule, at, next, err)
			}
			if at = next; !at.Before(end) {
				break
			}
			if n++; n == 1 {
				first = at.Format(time.RFC3339)
			}
		}
		if n != c.want || first != c.first {
			t.Errorf("%s in %s: %d times, first %s; want %d, %s", c.schedule, c.zone, n, first, c.want, c.first)
		}
	}
}
