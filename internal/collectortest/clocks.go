package collectortest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // zones must be there on every machine

	"seuranta/internal/observation"
)

// clockDays are the days around which moments are tried: when clocks change in Europe and in America, the turn of a year
// that ends with week 53, and the day that Samoa left out.
func clockDays() []observation.Date {
	return []observation.Date{
		observation.NewDate(2026, time.March, 29), observation.NewDate(2026, time.October, 25), observation.NewDate(2026, time.March, 8),
		observation.NewDate(2026, time.November, 1), observation.NewDate(2026, time.December, 31), observation.NewDate(2027, time.January, 3),
		observation.NewDate(2011, time.December, 30),
	}
}

// checkClocks checks that what happens around midnight and around changes of clocks is put into the right days.
func (b *bench) checkClocks(t *testing.T) {
	for _, name := range []string{"Europe/Helsinki", "America/Los_Angeles", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range clockDays() {
			t.Run(filepath.Base(name)+"-"+day.String(), func(t *testing.T) { b.checkDay(t, day, zone) })
		}
	}
}

// checkDay has things happen around the edges of a day and of its neighbours.
func (b *bench) checkDay(t *testing.T, day observation.Date, zone *time.Location) {
	days := observation.Period{From: day - 1, To: day + 2}
	moments := edges(days, zone)
	v := visit{From: days.From, To: days.To - 1, Now: (days.To + 10).Start(zone), Import: b.visit.Import, folder: t.TempDir()}
	for path, text := range b.suite.Moments.Source(moments, days, zone) {
		to := filepath.Join(v.folder, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	sc := b.stage(t, trial{zone: zone}, v)
	rec, err := sc.read(t.Context(), new(Memory), v, sc.window(v))
	if err != nil {
		t.Fatal(err)
	}
	if b.suite.Moments.Metric == "" {
		checkItems(t, rec, moments)
		return
	}
	checkBuckets(t, rec, b.suite.Moments.Metric, days, moments)
	checkWeeks(t, rec, days)
}

// edges returns the first and last seconds of each day and of each hour in which the clocks change, and noons.
func edges(days observation.Period, zone *time.Location) []time.Time {
	var out []time.Time
	around := func(at time.Time) { out = append(out, at.Add(-time.Second), at, at.Add(time.Second)) }
	for d := days.From; d < days.To; d++ {
		if !d.Start(zone).Equal(d.End(zone)) {
			around(d.Start(zone))
			around(d.Start(zone).Add(d.End(zone).Sub(d.Start(zone)) / 2))
		}
	}
	if _, change := days.Start(zone).ZoneBounds(); !change.IsZero() && change.Before(days.End(zone)) {
		around(change)
		around(change.Add(time.Hour))
		around(change.Add(-time.Hour))
	}
	slices.SortFunc(out, time.Time.Compare)
	out = slices.CompactFunc(out, time.Time.Equal)
	inside := func(at time.Time) bool { return !at.Before(days.Start(zone)) && at.Before(days.End(zone)) }
	return slices.DeleteFunc(out, func(at time.Time) bool { return !inside(at) })
}

// checkBuckets checks the days of a metric that counts moments. A day without any may have no number.
func checkBuckets(t *testing.T, rec Recording, metric string, days observation.Period, moments []time.Time) {
	t.Helper()
	want := map[observation.Date]float64{}
	for _, at := range moments {
		want[observation.DateOf(at)]++
	}
	got := map[observation.Date]float64{}
	for _, o := range rec.Observations {
		if o.Metric == metric && o.Grain == observation.Day {
			got[o.From] += o.Value
		}
	}
	for d := days.From; d < days.To; d++ {
		if got[d] != want[d] {
			t.Errorf("%s of %s is %v, want %v", metric, d, got[d], want[d])
		}
	}
	for d := range got {
		if !days.Contains(d) {
			t.Errorf("%s of %s is told, and was not asked for", metric, d)
		}
	}
}

// checkWeeks checks that weeks are the ISO weeks that the days touch.
func checkWeeks(t *testing.T, rec Recording, days observation.Period) {
	t.Helper()
	for _, c := range rec.Coverage {
		if c.Grain == observation.Week && (observation.Week.Start(c.From) != c.From || c.Period().Intersect(days).Empty()) {
			t.Errorf("it speaks of a week that begins on %s", c.From)
		}
	}
}

// checkItems checks that there is an item for each moment.
func checkItems(t *testing.T, rec Recording, moments []time.Time) {
	t.Helper()
	var got []time.Time
	for _, it := range rec.Items {
		got = append(got, it.At())
	}
	slices.SortFunc(got, time.Time.Compare)
	if !slices.EqualFunc(got, moments, time.Time.Equal) {
		t.Errorf("the items stand at %v, want %v", got, moments)
	}
}
