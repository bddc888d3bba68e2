package twitter

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

const heads = "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,Create Post,Video views,Media views\n"

// file writes a file of X's with one row a day, and returns its path.
func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// dayOf is a row of X's, with a number of impressions and ones in all other columns.
func dayOf(day observation.Date, impressions int) string {
	return fmt.Sprintf("%q,%d%s\n", day.UTC().Format("Mon, Jan 2, 2006"), impressions, strings.Repeat(",1", 12))
}

// taken imports a file into a source.
func taken(t testing.TB, memory *collectortest.Memory, path string) (collectortest.Recording, error) {
	t.Helper()
	var out collectortest.Recorder
	s := Kind().New().New(collector.Deps{ChannelID: "x", State: memory}).(collector.Importer)
	err := s.Import(context.Background(), path, morning(monday), &out)
	return out.Recording(), err
}

// TestTheNewestExportWins: whatever the order in which overlapping files are imported, a day is what the file says that reaches
// furthest; the same file again changes nothing.
func TestTheNewestExportWins(t *testing.T) {
	today := observation.DateOf(monday)
	files := map[string]string{}
	for i, name := range []string{"first", "second", "third"} { // each reaches two days further, and has revised all days
		text := heads
		for d := today - 9 + observation.Date(2*i); d < today-4+observation.Date(2*i); d++ {
			text += dayOf(d, 100*(i+1)+int(today-d))
		}
		files[name] = file(t, name+".csv", text)
	}
	var want map[observation.Date]float64
	for _, order := range [][]string{{"first", "second", "third"}, {"third", "second", "first"}, {"second", "first", "third"}, {"third", "first", "second", "third", "first"}, {"first", "third", "third", "second"}} {
		var memory collectortest.Memory
		held := map[observation.Date]float64{}
		for _, name := range order {
			rec, err := taken(t, &memory, files[name])
			if err != nil && !strings.Contains(err.Error(), "newer export") {
				t.Fatal(err)
			}
			for _, o := range rec.Observations {
				if o.Metric == "impressions" {
					held[o.From] = o.Value
				}
			}
		}
		if want == nil {
			want = held
		}
		if len(held) != 9 || fmt.Sprint(held) != fmt.Sprint(want) {
			t.Errorf("in the order %v the days are %v, want %v", order, held, want)
		}
	}
}

// TestWhatIsNoExport: other tables are told as such, in words that say what to do, and so are files for a source that asks X.
func TestWhatIsNoExport(t *testing.T) {
	for text, want := range map[string]string{
		"Päivä,Näyttökerrat,Tykkäykset\n2026-11-20,3,1\n":              `no column "date"`,
		"Date,Impressions\n2026-11-20,3\n":                             `no column "engagements"`,
		"Post id,Date,Impressions,Engagements\n1,2026-11-20,3,1\n":     "list of posts",
		"Date,Impressions,Engagements,Impressions\n2026-11-20,3,1,4\n": "twice",
	} {
		_, err := taken(t, new(collectortest.Memory), file(t, "x.csv", text))
		if !errors.Is(err, collector.ErrColumns) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	c := settings(func(c *Config) { c.Username, c.ClientID = "koske", "a1" })
	_, err := c.New(collector.Deps{}).(collector.Importer).Preview(t.Context(), file(t, "x.csv", heads+dayOf(observation.DateOf(monday)-1, 3)), morning(monday), nil)
	if !errors.Is(err, collector.ErrColumns) || !strings.Contains(err.Error(), "without username") {
		t.Errorf("a source that asks X takes a file: %v", err)
	}
}

// TestAFaultStoresNothing: nothing of a file with a fault is told, and it is not remembered as the newest.
func TestAFaultStoresNothing(t *testing.T) {
	today := observation.DateOf(monday)
	var memory collectortest.Memory
	rec, err := taken(t, &memory, file(t, "x.csv", heads+dayOf(today-1, 3)+strings.Replace(dayOf(today-2, 7), ",7,", ",12.5,", 1)))
	if err == nil || !strings.Contains(err.Error(), `x.csv:3:B: B3 holds "12.5"`) || len(rec.Observations)+len(rec.Complete) > 0 {
		t.Errorf("%v, %d numbers", err, len(rec.Observations))
	}
	if len(memory.States()) > 0 {
		t.Errorf("it is remembered: %v", memory.States())
	}
	wrong := heads + dayOf(today-7, 3) + strings.Replace(dayOf(today-6, 7), "Tue,", "Mon,", 1)
	if _, err := taken(t, &memory, file(t, "x.csv", wrong)); err == nil || !strings.Contains(err.Error(), `x.csv:3:A: A3 holds "Mon, Nov 17, 2026": the day of the week does not fit the date: 2026-11-17 is a Tuesday`) {
		t.Errorf("a Tuesday that is called Monday: %v", err)
	}
	text := heads
	for i := range 30 {
		text += strings.Replace(dayOf(today-observation.Date(i)-1, 7), ",7,", ",x,", 1)
	}
	if _, err := taken(t, &memory, file(t, "x.csv", text)); err == nil || !strings.Contains(err.Error(), "and 10 more") {
		t.Errorf("thirty faults: %v", err)
	}
}

func TestPreviewShowsTheColumns(t *testing.T) {
	today := observation.DateOf(monday)
	s := Kind().New().New(collector.Deps{}).(collector.Importer)
	p, err := s.Preview(t.Context(), file(t, "x.csv", heads+dayOf(today-1, 3)+dayOf(today, 5)), morning(monday), nil)
	if err != nil || p.Rows != 2 || p.Numbers != 16 || p.Guessed || len(p.Columns) != 14 || p.Period != (observation.Period{From: today - 1, To: today + 1}) {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, c := range p.Columns {
		if c.Reason == "" || (c.Means == "") != (c.Sample == "") {
			t.Errorf("%+v: every column has its reason, and what is left out is not shown", c)
		}
	}
	if i := slices.IndexFunc(p.Columns, func(c collector.Column) bool { return c.Head == "Shares" }); p.Columns[i].Means != "" {
		t.Error("X's Shares are taken for shares, which are reposts")
	}
}

// TestARunningDayIsNotWhole: what X has of the running day, by UTC, is not all of it.
func TestARunningDayIsNotWhole(t *testing.T) {
	today := observation.DateOf(monday.In(time.UTC))
	rec, err := taken(t, new(collectortest.Memory), file(t, "x.csv", heads+dayOf(today, 5)+dayOf(today-1, 3)))
	if err != nil || rec.Zone != "UTC" {
		t.Fatal(err, rec.Zone)
	}
	for _, o := range rec.Observations {
		if o.Complete != (o.From < today) || o.Basis != observation.Collected {
			t.Errorf("%s of %s: complete %v, %s", o.Metric, o.From, o.Complete, o.Basis)
		}
	}
}

func TestCount(t *testing.T) {
	for text, want := range map[string]string{"1874": "1874", "0": "0", "1,234": "1234", "1.234": "1234", "12 345": "12345", "1,234,567": "1234567", "": "unknown", "-": "unknown", "12.5": "fault", "-3": "fault", "1.2K": "fault",
		"38 %": "fault", "NaN": "fault", "1e3": "fault", "99999999999999999999": "fault"} {
		v, known, err := count(tabular.Cell{Text: text})
		got := fmt.Sprintf("%.0f", v)
		if err != nil {
			got = "fault"
		} else if !known {
			got = "unknown"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	if _, _, err := count(tabular.Cell{Text: "2026-11-20", Kind: tabular.Day}); err == nil {
		t.Error("a day is taken for a number")
	}
}

// FuzzExport: whatever stands in a file, it is read without breaking, and what is told can be stored.
func FuzzExport(f *testing.F) {
	f.Add(heads + "\"Mon, Nov 16, 2026\",1,2,3,4,5,6,7,8,9,10,11,12,13\n")
	f.Add("Date;Impressions;Engagements\n16.11.2026;1 234;\n")
	f.Add("Post id,Date\n")
	metrics := observation.StandardMetrics()
	f.Fuzz(func(t *testing.T, text string) {
		rec, err := taken(t, new(collectortest.Memory), file(t, "x.csv", text))
		if err != nil && len(rec.Observations) > 0 {
			t.Errorf("%d numbers of a file with a fault: %v", len(rec.Observations), err)
		}
		for _, o := range rec.Observations {
			o.Organisation, o.Source, o.Channel, o.Definition = "koske", "s", "x", "d@UTC"
			if wrong := o.Validate(metrics); wrong != nil || o.Value < 0 || o.Value != math.Trunc(o.Value) {
				t.Errorf("%+v: %v", o, wrong)
			}
		}
	})
}

// TestACorrectedFileCorrects: a file that reaches as far as the one before it counts, and takes back what it no longer has.
func TestACorrectedFileCorrects(t *testing.T) {
	today := observation.DateOf(monday)
	var memory collectortest.Memory
	for _, n := range []int{7, 9} {
		rec, err := taken(t, &memory, file(t, "x.csv", heads+dayOf(today-1, n)+dayOf(today-2, n)))
		if err != nil || len(rec.Observations) != 16 || len(rec.Complete) != 16 {
			t.Errorf("%d: %v, %d numbers, %d completions", n, err, len(rec.Observations), len(rec.Complete))
		}
	}
}
