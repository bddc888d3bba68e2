package linkedin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

func rowOf(text string) tabular.Row {
	var row tabular.Row
	for cell := range strings.SplitSeq(text, "|") {
		row.Cells = append(row.Cells, tabular.Cell{Text: cell})
	}
	return row
}

var helsinki, _ = time.LoadLocation("Europe/Helsinki")

func morning() collector.Window {
	today := observation.NewDate(2026, 11, 23)
	return collector.Window{Period: observation.Period{From: today - 7, To: today}, Now: time.Date(2026, 11, 23, 8, 15, 0, 0, helsinki), Zone: helsinki,
		Grains: []observation.Grain{observation.Day, observation.Snapshot}}
}

// imported hands a file over, and returns what it tells.
func imported(t testing.TB, c Config, name, text string) (collectortest.Recording, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out collectortest.Recorder
	err := c.New(collector.Deps{ChannelID: "linkedin"}).(collector.Importer).Import(context.Background(), path, morning(), &out)
	return out.Recording(), err
}

// told writes numbers, a word each.
func told(r collectortest.Recording) string {
	var out []string
	for _, o := range r.Observations {
		out = append(out, fmt.Sprintf("%s %s %v", o.Metric, strings.TrimPrefix(o.From.String(), "2026-"), o.Value))
	}
	return strings.Join(out, ", ")
}

const followersHead = "Date,Sponsored followers,Organic followers,Auto-invited followers,Total followers\n"

// TestDaysAndMonths: 11/3 is the third of November in LinkedIn's files, whatever those make of it who save them again.
func TestDaysAndMonths(t *testing.T) {
	for name, c := range map[string]struct{ days, order, want string }{
		"a day above 12":        {"11/12/2026 11/13/2026", "", "gained 11-12 0, gained 11-13 1"},
		"they follow":           {"11/01/2026 11/02/2026 11/03/2026", "", "gained 11-01 0, gained 11-02 1, gained 11-03 2"},
		"newest first":          {"11/03/2026 11/02/2026", "", "gained 11-02 1, gained 11-03 0"},
		"saved in Britain":      {"01/11/2026 02/11/2026 03/11/2026", "", "gained 11-01 0, gained 11-02 1, gained 11-03 2"},
		"over a month":          {"10/31/2026 11/01/2026", "", "gained 10-31 0, gained 11-01 1"},
		"Finnish":               {"1.11.2026 2.11.2026", "", "gained 11-01 0, gained 11-02 1"},
		"ISO":                   {"2026-11-01 2026-11-02", "", "gained 11-01 0, gained 11-02 1"},
		"one day, told":         {"11/03/2026", "mdy", "gained 11-03 0"},
		"one day, told as ours": {"11/03/2026", "dmy", "gained 03-11 0"},
		"one day":               {"11/03/2026", "", `error: a.csv:2:A: A2 holds "11/03/2026": day and month can be either way round`},
		"the same either way":   {"11/11/2026", "", "gained 11-11 0"},
		"both":                  {"11/13/2026 14/11/2026", "", `error: a.csv:2:A: A2 holds "11/13/2026": in some dates`},
		"neither follows":       {"11/01/2026 11/05/2026", "", "error: a.csv:2:A"},
		"the future":            {"12/13/2026", "", "error: a.csv:2:A: A2 holds \"12/13/2026\": this day lies in the future"},
		"a month":               {"11/2026", "", "error: a.csv:2:A: A2 holds \"11/2026\": this is no day"},
		"twice":                 {"11/13/2026 11/13/2026", "", "error: a.csv:3:E: E3 holds \"1\": this day was told in E2 already"},
	} {
		text := followersHead
		for i, day := range strings.Fields(c.days) {
			text += fmt.Sprintf("%s,0,%d,0,%d\n", day, i, i)
		}
		r, err := imported(t, Config{DateOrder: c.order}, "a.csv", text)
		if want, fails := strings.CutPrefix(c.want, "error: "); fails {
			if err == nil || !strings.Contains(err.Error(), want) || len(r.Observations) > 0 {
				t.Errorf("%s: %v, %s; want %s", name, err, told(r), want)
			}
		} else if err != nil || told(r) != c.want {
			t.Errorf("%s: %v, %s; want %s", name, err, told(r), c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12 true", "1,234": "1234 true", "1.234": "1234 true", "1 234": "1234 true", "12,345": "12345 true", "-3": "-3 true", "−3": "-3 true", "0": "0 true", "12.0": "12 true",
		"": "0 false", "-": "0 false", "n/a": "0 false", "3.5": "error", "3,5": "error", "12%": "error", "x": "error", "1e9": "error",
	} {
		v, known, err := number(tabular.Cell{Text: text})
		got := fmt.Sprint(v, " ", known)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %s (%v), want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]bool{"1234": true, "-2": true, "1.234": false, "0.5": false} {
		if _, _, err := number(tabular.Cell{Text: text, Kind: tabular.Number}); (err == nil) != want {
			t.Errorf("the number %s: %v", text, err)
		}
	}
	for _, kind := range []tabular.Kind{tabular.Day, tabular.Broken, tabular.Unworked} {
		if _, _, err := number(tabular.Cell{Text: "2026-11-03", Kind: kind}); err == nil {
			t.Errorf("kind %d is a number", kind)
		}
	}
}

// TestFourThingsOfFiles: a zero, an empty cell, a column that is not there and a day that is not, from the file to what is told.
func TestFourThingsOfFiles(t *testing.T) {
	r, err := imported(t, Config{}, "a.csv", "x\nDate,Impressions (total),Reactions (total),Comments (total)\n11/20/2026,0,,1\n11/22/2026,5,-2,1\n")
	if want := "comments 11-20 1, comments 11-22 1, impressions 11-20 0, impressions 11-22 5, reactions 11-22 -2"; err != nil || told(r) != want {
		t.Errorf("%v, %s; want %s", err, told(r), want)
	}
	complete := map[string]int{}
	for _, c := range r.Complete {
		complete[c.Metric]++
	}
	if got := fmt.Sprint(complete); got != "map[comments:3 impressions:3 reactions:3]" { // what stood there before and does no longer is taken back; of clicks nothing is said
		t.Errorf("complete %s", got)
	}
	for _, text := range []string{"x\nDate,Impressions (total)\n11/20/2026,-5\n", "x\nDate,Unique impressions (organic),Impressions\n11/20/2026,-1,5\n"} {
		if _, err := imported(t, Config{}, "a.csv", text); err == nil || !strings.Contains(err.Error(), "never fewer than none") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestRunningDay: the day of the download is not over, so what it holds is not all of it.
func TestRunningDay(t *testing.T) {
	r, err := imported(t, Config{}, "a.csv", followersHead+"11/22/2026,0,1,0,1\n11/23/2026,0,2,0,2\n")
	if err != nil || len(r.Observations) != 2 || !r.Observations[0].Complete || r.Observations[1].Complete {
		t.Errorf("%v, %+v", err, r.Observations)
	}
}

// TestTakenAt: when posts had come to what they had tells the name of the file, else its last day.
func TestTakenAt(t *testing.T) {
	now := time.Date(2026, 11, 23, 6, 15, 0, 0, time.UTC)
	stamp := func(at time.Time) string { return fmt.Sprintf("koske_content_%d.xls", at.UnixMilli()) }
	for name, want := range map[string]string{
		stamp(now.Add(-time.Hour)): "2026-11-23T05:15:00Z", stamp(now.Add(time.Hour)): "2026-11-20T23:59:59Z", stamp(now.AddDate(0, 0, -9)): "2026-11-20T23:59:59Z",
		"koske 2026-11-21.xls": "2026-11-21T23:59:59Z", "koske 2026-11-23.xls": "2026-11-23T00:00:00Z", "koske 2026-11-24.xls": "2026-11-20T23:59:59Z", "koske 2026-11-02.xls": "2026-11-20T23:59:59Z",
		"koske.xls": "2026-11-20T23:59:59Z", "12345678901234.xls": "2026-11-20T23:59:59Z",
	} {
		e := &export{now: now, today: observation.NewDate(2026, 11, 23), span: observation.Period{From: observation.NewDate(2026, 11, 1), To: observation.NewDate(2026, 11, 21)}}
		if got := e.takenAt(name).Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestNobodyIsNamed: who published a post, campaigns, and whoever stands in a column that is not read, is neither told nor shown.
func TestNobodyIsNamed(t *testing.T) {
	cases, err := filepath.Glob("testcases/*/files/*")
	if err != nil || len(cases) < 8 {
		t.Fatal(cases, err)
	}
	planted := 0
	for _, path := range cases {
		if strings.HasSuffix(path, "exports") {
			continue
		}
		c := (&Config{}).New(collector.Deps{ChannelID: "linkedin"}).(collector.Importer)
		p, err := c.Preview(context.Background(), path, morning(), nil)
		var out collectortest.Recorder
		err1 := c.Import(context.Background(), path, morning(), &out)
		text, _ := json.Marshal([]any{p, out.Recording(), fmt.Sprint(err, err1)})
		if at := bytes.Index(bytes.ToLower(text), []byte("kanaria")); at >= 0 {
			t.Errorf("%s: somebody is named: …%s", path, text[max(0, at-80):min(len(text), at+60)])
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if b = bytes.ReplaceAll(b, []byte{0}, nil); bytes.Contains(b, []byte("Kanarialintu")) || strings.HasSuffix(path, ".xlsx") {
			planted++
		}
	}
	if planted < 4 {
		t.Errorf("only %d files name anybody", planted)
	}
}

// TestPreview: people see which sheet and column is taken for what.
func TestPreview(t *testing.T) {
	path, err := filepath.Glob("testcases/handed-content/files/*.xls")
	if err != nil || len(path) != 1 {
		t.Fatal(path, err)
	}
	p, err := (&Config{}).New(collector.Deps{}).(collector.Importer).Preview(context.Background(), path[0], morning(), nil)
	if err != nil || p.Format != "XLS" || p.Rows != 17 || p.Numbers != 99 || p.Period.Label() == "" || p.Guessed || len(p.Columns) != 40 {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, c := range p.Columns {
		switch {
		case c.Head == "Impressions (total)" && (c.Sheet != "Metrics" || c.Means != "metric:impressions" || c.Sample != "800"),
			c.Head == "Impressions (organic)" && (c.Means != "" || !strings.Contains(c.Reason, "part of the total")),
			c.Head == "Clicks" && (c.Sheet != "All posts" || c.Means != "metric:clicks_total"),
			c.Head == "Posted by" && (c.Means != "" || c.Sample != ""):
			t.Errorf("%+v", c)
		}
	}
}

// TestWhoseFile: a source says which files are its own, so that import finds it, and one that asks the API takes none.
func TestWhoseFile(t *testing.T) {
	for name, c := range map[string]Config{"another export": {Exports: []string{"visitors"}}, "the API": {Organization: "1"}} {
		if _, err := imported(t, c, "a.csv", followersHead+"11/13/2026,0,1,0,1\n"); err == nil || !strings.Contains(err.Error(), collector.ErrColumns.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := imported(t, Config{}, "a.csv", "Location,Total followers\nHelsinki,12\n"); err == nil || !strings.Contains(err.Error(), "hand over the sheet New followers") {
		t.Errorf("a facet: %v", err)
	}
}

// FuzzExport: whatever a file says, nothing breaks down, and a file with a fault tells nothing.
func FuzzExport(f *testing.F) {
	for _, name := range []string{"faulty", "first-days", "handed-posts", "handed-swedish", "not-linkedin"} {
		files, _ := filepath.Glob("testcases/" + name + "/files/*")
		for _, path := range files {
			b, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := imported(t, Config{}, "koske 2026-11-22.csv", string(b))
		if err != nil && len(r.Observations)+len(r.Items)+len(r.Complete) > 0 {
			t.Errorf("%v, and %d numbers were told", err, len(r.Observations))
		}
		for _, o := range r.Observations {
			if o.Value != float64(int64(o.Value)) || o.From > observation.NewDate(2026, 11, 23) {
				t.Errorf("%+v", o)
			}
		}
	})
}
