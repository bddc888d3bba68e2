package observation_test

import (
	"archive/zip"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "seuranta/internal/observation"
)

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// zones lists every zone that Go knows.
func zones(t *testing.T) []*time.Location {
	t.Helper()
	z := openZones(t)
	var out []*time.Location
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "/") {
			out = append(out, zone(t, f.Name))
		}
	}
	return out
}

// slimZones is the same from Go's own data, which tells the changes of most zones by a rule from 1996 or 2007 on, while a
// system's may list those up to 2037.
func slimZones(t *testing.T) []*time.Location {
	t.Helper()
	z := openZones(t)
	var out []*time.Location
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := time.LoadLocationFromTZData(f.Name, data)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, loc)
	}
	return out
}

func openZones(t *testing.T) *zip.ReadCloser {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = z.Close() })
	return z
}

// transitions lists the instants from 1970 to the end of 2037 at which the clocks of a zone change.
func transitions(loc *time.Location) []time.Time {
	var out []time.Time
	for at := NewDate(1970, 1, 1).UTC(); ; {
		_, end := at.In(loc).ZoneBounds()
		if end.IsZero() || end.Year() > 2037 {
			return out
		}
		out = append(out, end)
		at = end
	}
}

// A day starts where the day before is over for good: the moment before still belongs to it, and nothing afterwards does.
// Between two changes of the clocks the calendar only goes forward, so that the changes are all that must be looked at.
func TestDaysTileTheTimeLineInEveryZone(t *testing.T) {
	all := zones(t)
	if len(all) < 500 {
		t.Fatalf("only %d zones", len(all))
	}
	checked := 0
	for _, loc := range all {
		changes := transitions(loc)
		for i, change := range changes {
			for d := DateOf(change.In(loc)) - 3; d <= DateOf(change.In(loc))+3; d++ {
				checkStart(t, d, loc, changes[max(0, i-3):min(len(changes), i+4)])
				checked++
			}
		}
	}
	if checked < 100_000 {
		t.Errorf("only %d days were looked at", checked)
	}
}

// Where Go works transitions out from a rule it is mistaken about their bounds at the ends of leap years.
func TestDaysThatARuleTells(t *testing.T) {
	for _, loc := range slimZones(t) {
		for year := 2008; year <= 2105; year++ {
			for _, month := range []time.Month{time.January, time.April, time.November} {
				first := NewDate(year, month, 1)
				for d := first - 3; d < first+3; d++ {
					checkStart(t, d, loc, nil)
					noon := d.UTC()
					noon = time.Date(noon.Year(), noon.Month(), noon.Day(), 12, 0, 0, 0, loc)
					if start := d.Start(loc); noon.Before(start) || noon.Sub(start) > 14*time.Hour { // Troll sets its clocks by two hours
						t.Fatalf("%s %s starts at %s", loc, d, start)
					}
				}
			}
		}
	}
}

func checkStart(t *testing.T, d Date, loc *time.Location, changes []time.Time) {
	start, end := d.Start(loc), d.End(loc)
	if before := DateOf(start.Add(-1)); before >= d {
		t.Errorf("%s %s starts at %s, but just before it is %s", loc, d, start, before)
	}
	for _, at := range append(changes, start) {
		for _, at := range []time.Time{at.Add(-1).In(loc), at.In(loc)} {
			if !at.Before(start) && DateOf(at) < d {
				t.Errorf("%s %s starts at %s, but at %s it is %s", loc, d, start, at, DateOf(at))
			}
		}
	}
	if end.Before(start) || end.Sub(start) > 48*time.Hour {
		t.Errorf("%s %s is %s long", loc, d, end.Sub(start))
	}
}

func TestDaysOfUncommonLength(t *testing.T) {
	for _, c := range []struct {
		zone, day, start, length string
	}{
		{"UTC", "2026-03-29", "2026-03-29T00:00:00Z", "24h0m0s"},
		{"Europe/Helsinki", "2026-03-29", "2026-03-29T00:00:00+02:00", "23h0m0s"},
		{"Europe/Helsinki", "2026-10-25", "2026-10-25T00:00:00+03:00", "25h0m0s"},
		{"Europe/Helsinki", "2026-11-21", "2026-11-21T00:00:00+02:00", "24h0m0s"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00", "23h0m0s"}, // midnight is skipped
		{"America/Sao_Paulo", "2018-02-17", "2018-02-17T00:00:00-02:00", "25h0m0s"}, // ends with 23:59 twice
		{"Africa/Cairo", "2024-04-26", "2024-04-26T01:00:00+03:00", "23h0m0s"},
		{"Asia/Beirut", "2022-03-27", "2022-03-27T01:00:00+03:00", "23h0m0s"},
		{"America/Havana", "2024-11-03", "2024-11-03T00:00:00-04:00", "25h0m0s"}, // midnight comes twice; all of these lie in the past, because zones change their minds
		{"Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z", "25h0m0s"},
		{"America/St_Johns", "2006-10-28", "2006-10-28T00:00:00-02:30", "25h0m0s"}, // a minute of the 29th, then the 28th again
		{"America/St_Johns", "2006-10-29", "2006-10-29T00:00:00-03:30", "24h0m0s"},
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00", "24h0m0s"},
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", "0s"}, // never was
		{"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00", "24h0m0s"},
		{"Australia/Lord_Howe", "2026-04-05", "2026-04-05T00:00:00+11:00", "24h30m0s"},
		{"Pacific/Kiritimati", "2105-12-31", "2105-12-31T00:00:00+14:00", "24h0m0s"},
		{"Etc/GMT+12", "1970-01-01", "1970-01-01T00:00:00-12:00", "24h0m0s"},
	} {
		d, loc := date(t, c.day), zone(t, c.zone)
		if got := d.Start(loc).Format(time.RFC3339); got != c.start {
			t.Errorf("%s %s starts at %s, want %s", c.zone, c.day, got, c.start)
		}
		if got := d.End(loc).Sub(d.Start(loc)).String(); got != c.length {
			t.Errorf("%s %s is %s long, want %s", c.zone, c.day, got, c.length)
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{"1969-12-31", "1970-01-01", "2026-11-21", "2024-02-29", "2105-12-31", "0001-01-01", "9999-12-31"} {
		if got := date(t, s).String(); got != s {
			t.Errorf("%s is read as %s", s, got)
		}
	}
	for _, s := range []string{"", "2026", "2026-11", "2026-2-3", "2026-02-29", "2026-02-31", "2026-13-01", "2026-00-10", "21.11.2026",
		"2026-11-21T00:00:00Z", " 2026-11-21", "2026-11-21 ", "-2026-11-21", "２０２６-11-21", "2026-11-21\x00", "12026-11-21"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q is read as %s", s, d)
		}
	}
}

func TestDateAsText(t *testing.T) {
	var d Date
	if err := d.UnmarshalText([]byte("2026-11-21")); err != nil || d != NewDate(2026, 11, 21) {
		t.Errorf("read %s, %v", d, err)
	}
	if err := d.UnmarshalText([]byte("tomorrow")); err == nil {
		t.Error("tomorrow is read as a date")
	}
	if b, err := d.MarshalText(); err == nil && string(b) == "2026-11-21" {
		t.Error("a failed reading left the old date behind")
	}
}

func TestStorableDays(t *testing.T) {
	if FirstDay.String() != "1970-01-01" || LastDay.String() != "2105-12-31" {
		t.Errorf("days from %s to %s", FirstDay, LastDay)
	}
}
