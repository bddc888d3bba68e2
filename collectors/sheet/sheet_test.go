package sheet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func helsinki(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func window(t testing.TB) collector.Window {
	return collector.Window{Now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Zone: helsinki(t)}
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// unchecked reads settings, right or wrong.
func unchecked(t testing.TB, text string) *Config {
	t.Helper()
	c := Kind().New().(*Config)
	if err := yaml.Unmarshal([]byte(text), c); err != nil {
		t.Fatal(err)
	}
	return c
}

func configured(t testing.TB, text string) *Config {
	t.Helper()
	c := unchecked(t, text)
	if faults := c.Validate(); len(faults) > 0 {
		t.Fatal(faults)
	}
	return c
}

// told writes what a file tells, a line a number.
func told(t testing.TB, c *Config, path string) ([]string, collectortest.Recording, error) {
	t.Helper()
	kept := &collectortest.Recorder{}
	err := c.New(collector.Deps{}).(collector.Importer).Import(context.Background(), path, window(t), kept)
	rec := kept.Recording()
	return lines(rec), rec, err
}

// lines writes the numbers of a recording, a line each.
func lines(rec collectortest.Recording) []string {
	var out []string
	for _, o := range rec.Observations {
		line := fmt.Sprintf("%s %s %s %v", o.Metric, o.Grain, o.From, o.Value)
		if o.Dims != "" {
			line += " " + o.Dims
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

const twoMetrics = `columns: {Päivä: date, Seuraajat: "metric:followers", Näytöt: "metric:impressions"}`

func TestWhatFilesTell(t *testing.T) {
	for name, c := range map[string]struct {
		config, text string
		want         []string
	}{
		"wide": {twoMetrics, "Raportti\n\nPäivä;Seuraajat;Näytöt;Nimi\n1.11.2026;1 003;12,5;Maija\n2.11.2026;-;0;\n\nYhteensä;1003;12,5;\n",
			[]string{"followers snapshot 2026-11-01 1003", "impressions day 2026-11-01 12.5", "impressions day 2026-11-02 0"}},
		"long": {"columns: {Kuukausi: period, Mittari: metric, Arvo: value, Alue: 'dim:region'}\nmetrics: [visits, followers]",
			"Kuukausi;Mittari;Arvo;Alue\nlokakuu 2026;käynnit;5;Keski-Suomi\nlokakuu 2026;seuraajat;7;\n11/2026;visits;6;Väli-Suomi\nlokakuu 2026;;;\n",
			[]string{"visits month 2026-10-01 5 region=keski-suomi", "followers snapshot 2026-10-31 7", "visits month 2026-11-01 6 region=vali-suomi"}},
		"a running month's level is today's": {twoMetrics, "Päivä;Seuraajat;Näytöt\n11/2026;9;3\n", []string{"followers snapshot 2026-11-22 9", "impressions month 2026-11-01 3"}},
		"weeks":                              {`columns: {Viikko: date, Näytöt: "metric:impressions"}`, "Viikko;Näytöt\n46/2026;1\nvk 45/2026;2\n", []string{"impressions week 2026-11-09 1", "impressions week 2026-11-02 2"}},
		"grain":                              {"grain: month\n" + twoMetrics, "Päivä;Seuraajat;Näytöt\n1.8.2026;;5\n1.9.2026;;6\n1.10.2026;7;8\n", []string{"impressions month 2026-08-01 5", "impressions month 2026-09-01 6", "followers snapshot 2026-10-31 7", "impressions month 2026-10-01 8"}},
		"months first":                       {twoMetrics, "Päivä,Seuraajat,Näytöt\n11/3/2026,1,2\n11/13/2026,3,4\n", []string{"followers snapshot 2026-11-03 1", "impressions day 2026-11-03 2", "followers snapshot 2026-11-13 3", "impressions day 2026-11-13 4"}},
		"thousands shown by another number":  {twoMetrics, "Päivä;Seuraajat;Näytöt\n3.11.2026;1.234;12,5\n", []string{"followers snapshot 2026-11-03 1234", "impressions day 2026-11-03 12.5"}},
		"thousands told":                     {"decimal: ','\n" + twoMetrics, "Päivä;Seuraajat;Näytöt\n3.11.2026;1.234;\n", []string{"followers snapshot 2026-11-03 1234"}},
		"equal rows are one":                 {twoMetrics, "Päivä;Seuraajat;Näytöt\n3.11.2026;1;\n3.11.2026;1;\n", []string{"followers snapshot 2026-11-03 1"}},
		"project":                            {`columns: {pvm: date, hanke: project, n: "metric:visits"}`, "pvm;hanke;n\n3.11.2026;luontohyvaks;4\n", []string{"visits day 2026-11-03 4 project=luontohyvaks"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, rec, err := told(t, configured(t, c.config), write(t, "a.csv", c.text))
			slices.Sort(c.want)
			if d := cmp.Diff(c.want, got); d != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, d)
			}
			if len(rec.Answers) != 1 || rec.Answers[0].SHA256 == "" || rec.Answers[0].Size != int64(len(c.text)) {
				t.Errorf("answers %+v", rec.Answers)
			}
		})
	}
}

func TestFaultsStoreNothing(t *testing.T) {
	head := "Päivä;Seuraajat;Näytöt\n"
	for name, c := range map[string]struct{ config, text, want string }{
		"no such day":      {twoMetrics, head + "3.11.2026;1;1\n31.2.2026;1;1\n", `a.csv:3:A: A3 holds "31.2.2026": there is no day 31.2.2026`},
		"no number":        {twoMetrics, head + "3.11.2026;NaN;1\n", `a.csv:2:B: B2 holds "NaN": this is no number`},
		"too large":        {twoMetrics, head + "3.11.2026;1e400;1\n", `B2 holds "1e400": this number is larger than anything that can be counted`},
		"share":            {twoMetrics, head + "3.11.2026;12 %;1\n", "a share in percent"},
		"negative":         {twoMetrics, head + "3.11.2026;-5;1\n", "never fewer than no followers"},
		"two ways":         {twoMetrics, head + "3.11.2026;1.234;1\n", `write 1234, or 1.2340, or decimal: ","`},
		"mixed decimals":   {twoMetrics, head + "3.11.2026;1,5;2.5\n", `some numbers of the file have decimal commas`},
		"other decimal":    {"decimal: ','\n" + twoMetrics, head + "3.11.2026;1.5;1\n", `the other numbers of the file have ',' before their decimals`},
		"day or month":     {twoMetrics, head + "11/3/2026;1;1\n10/3/2026;1;1\n", `a.csv:2:A: A2 holds "11/3/2026": day and month can be either way round`},
		"both orders":      {twoMetrics, head + "13/11/2026;1;1\n11/13/2026;1;1\n", "in some dates of this column the day stands first"},
		"the future":       {twoMetrics, head + "23.11.2026;1;1\n", "this lies in the future"},
		"said twice":       {twoMetrics, head + "3.11.2026;1;1\n3.11.2026;2;1\n", "followers of this day or period stands in B2 already, as 1"},
		"no day":           {twoMetrics, head + "3.11.2026;1;1\n;2;1\n", "A3 is empty: the row has numbers and no day"},
		"too many cells":   {twoMetrics, head + "3.11.2026;1;1;9\n", `D2 holds "9": the row has more cells than there are heads`},
		"a month as a day": {"columns: {Kuukausi: date, Katselut: 'metric:visits'}", "Kuukausi;Katselut\n1.10.2026;5\n", "every day of the file is the first of a month"},
		"first of months":  {twoMetrics, head + "1.8.2026;1;1\n1.9.2026;1;1\n1.10.2026;1;1\n", "every day of the file is the first of a month"},
		"no rows":          {twoMetrics, head, "there are no rows under the heads"},
		"a person":         {`columns: {pvm: date, n: "metric:visits", huom: note}`, "pvm;n;huom\n3.11.2026;1;maija@example.fi\n", "C2 holds an e-mail address; no data of persons is stored"},
		"unknown metric":   {`columns: {pvm: date, n: "metric:osallistujat"}`, "pvm;n\n3.11.2026;1\n", `there is no metric "osallistujat"; declare it`},
		"another grain":    {"grain: week\n" + twoMetrics, head + "Q3/2026;1;1\n", "this is a quarter, and the source says grain: week"},
		"controls":         {twoMetrics, head + "3.11.2026;\x1b[31m5;1\n", `"?[31m5"`},
		"unknown name":     {"columns: {pvm: date, m: metric, n: value}\nmetrics: [visits]", "pvm;m;n\n3.11.2026;jotain;1\n", `B2 holds "jotain": this is none of the metrics`},
		"names as parts":   {`columns: {pvm: date, n: "metric:visits", nimi: "dim:nimi"}`, "pvm;n;nimi\n" + manyNames(), "so they are no parts of a whole"},
	} {
		t.Run(name, func(t *testing.T) {
			got, rec, err := told(t, configured(t, c.config), write(t, "a.csv", c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "nothing of a.csv was stored") {
				t.Errorf("%v; want %q", err, c.want)
			}
			if len(got)+len(rec.Complete)+len(rec.Coverage) > 0 {
				t.Errorf("it told %v", got)
			}
		})
	}
}

func manyNames() string {
	var b strings.Builder
	for i := range mostParts + 1 {
		fmt.Fprintf(&b, "3.11.2026;1;nimi%d\n", i)
	}
	return b.String()
}

func TestFaultsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("Päivä;Seuraajat;Näytöt\n")
	for range 500 {
		b.WriteString("31.2.2026;" + strings.Repeat("x", 1000) + ";1\n")
	}
	_, _, err := told(t, configured(t, twoMetrics), write(t, "a.csv", b.String()))
	if err == nil || !strings.Contains(err.Error(), "and 980 more") || len(err.Error()) > 8000 {
		t.Errorf("%d characters: %.200v", len(err.Error()), err)
	}
}

func TestColumnsThatDoNotFit(t *testing.T) {
	_, _, err := told(t, configured(t, twoMetrics), write(t, "a.csv", "Datum;Följare\n3.11.2026;5\n"))
	if !errors.Is(err, collector.ErrColumns) || !strings.Contains(err.Error(), `there is no column "Näytöt", "Päivä", "Seuraajat"; the file has "Datum", "Följare"`) {
		t.Errorf("%v", err)
	}
	_, _, err = told(t, configured(t, "{}"), write(t, "a.csv", "foo;bar\n1;2\n"))
	if !errors.Is(err, collector.ErrColumns) || !strings.Contains(err.Error(), "no column was recognised as the day") {
		t.Errorf("%v", err)
	}
}

func preview(t testing.TB, c *Config, path string) collector.Preview {
	t.Helper()
	p, err := c.New(collector.Deps{}).(collector.Importer).Preview(context.Background(), path, window(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGuess(t *testing.T) {
	for heads, want := range map[string]string{
		"Pvm;Seuraajat;Näyttökerrat;Katselut;Nimi":         "date,metric:followers,metric:views,metric:media_views,",
		"Datum;Följare;Räckvidd;Anteckning;Namn":           "date,metric:followers,metric:reach,note,",
		"Date;Total followers;Impressions;Likes;E-mail":    "date,metric:followers,metric:impressions,metric:reactions,",
		"Viikko;Tilaajia;Alue;Kävijät;Puhelin":             "date,metric:subscribers,dim:region,metric:visitors,",
		"Jokin;Seuraajat yhteensä;Uudet seuraajat;Hanke;X": "date,metric:followers,metric:gained,project,",
	} {
		p := preview(t, configured(t, "{}"), write(t, "a.csv", heads+"\nvk 45/2026;5;alue;6;maija@example.fi\n"))
		if strings.Contains(heads, "Räckvidd") || strings.Contains(heads, "Jokin") || !strings.Contains(heads, "Alue") {
			p = preview(t, configured(t, "{}"), write(t, "a.csv", heads+"\nvk 45/2026;5;4;6;maija@example.fi\n"))
		}
		var got []string
		for _, c := range p.Columns {
			got = append(got, c.Means)
			if strings.Contains(c.Sample, "@") {
				t.Errorf("%s: it shows %q of a column that is left out", heads, c.Sample)
			}
		}
		if strings.Join(got, ",") != want || !p.Guessed {
			t.Errorf("%s: %v, want %s", heads, got, want)
		}
	}
}

func TestACorrectedFileSpeaksOfItsDays(t *testing.T) {
	_, rec, err := told(t, configured(t, twoMetrics), write(t, "a.csv", "Päivä;Seuraajat;Näytöt\n1.11.2026;5;1\n4.11.2026;6;\n"))
	if err != nil {
		t.Fatal(err)
	}
	days := map[string]int{}
	for _, c := range rec.Complete {
		days[fmt.Sprintf("%s %s %s", c.Metric, c.Grain, c.Part)]++
	}
	if d := cmp.Diff(map[string]int{"followers snapshot table": 4, "impressions day table": 4}, days); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestPathsAreReadOnSchedule(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"b.csv": "Päivä;Seuraajat;Näytöt\n2.11.2026;5;1\n", "a.csv": "Päivä;Seuraajat;Näytöt\n1.11.2026;4;\n", "c.txt": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	collect := func(config string, day observation.Date) (collectortest.Recording, error) {
		rec := &collectortest.Recorder{}
		w := window(t)
		w.Period = observation.Day.Holding(day)
		err := configured(t, config).New(collector.Deps{Dir: dir}).Collect(context.Background(), w, rec)
		return rec.Recording(), err
	}
	day := observation.NewDate(2026, 11, 21)
	if rec, err := collect("paths: ['*.csv']\n"+twoMetrics, day); err != nil || len(rec.Observations) != 3 || len(rec.Answers) != 2 {
		t.Errorf("%+v, %v", rec.Observations, err)
	}
	if rec, err := collect("paths: ['*.csv']\n"+twoMetrics, day+400); err != nil || len(rec.Observations) != 0 {
		t.Errorf("of days to come: %+v, %v", rec.Observations, err)
	}
	if rec, err := collect("paths: ['*.csv', c.txt]\n"+twoMetrics, day); !errors.Is(err, collector.ErrPartial) || len(rec.Observations) != 3 {
		t.Errorf("one bad file: %+v, %v", rec.Observations, err)
	}
	if _, err := collect("paths: ['*.xlsx']\n"+twoMetrics, day); err == nil || !strings.Contains(err.Error(), "there is no file *.xlsx") {
		t.Errorf("no file: %v", err)
	}
}

func TestValidate(t *testing.T) {
	for config, want := range map[string]string{
		"columns: {a: b}": `columns/a: "b" is nothing that a column can hold`,
		"columns: {a: b, c: date, d: 'metric:media_hits', e: f}": `columns/a: "b" is nothing that a column can hold; write date, period, metric:ID, metric, value, dim:NAME, project, note or ignore|columns/d: media_hits is counted from what was published or found, and never stored|columns/e: "f" is`,
		"columns: {a: date}":                                         "columns/: no column holds a number",
		"columns: {a: 'metric:views'}":                               "no column is the day",
		"columns: {a: date, b: 'metric:media_hits'}":                 "columns/b: media_hits is counted from",
		"columns: {a: date, b: 'metric:views_total'}":                "columns/b: views_total is the counter of a single publication",
		"columns: {a: date, b: 'metric:views', c: 'metric:views'}":   `columns/c: "b" is metric:views, too; keep one, and ignore the other`,
		"columns: {a: date, b: value}":                               "both a column metric and a column value",
		"columns: {a: date, b: value, c: metric}":                    "needs metrics",
		"columns: {a: date, b: value, c: metric, d: 'metric:views'}": "here are both",
		"columns: {a: date, b: 'metric:views', c: 'dim:project'}":    `columns/c: "dim:project" is nothing that a column can hold`,
		"paths: [a.csv]":       "need columns",
		"decimal: ';'":         `";" is not understood`,
		"date_order: xyz":      `"xyz" is not understood`,
		"grain: snapshot":      `"snapshot" is not understood`,
		"metrics: [Seuraajat]": "is no name of a metric",
	} {
		c := Kind().New().(*Config)
		if err := yaml.Unmarshal([]byte(config), c); err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, f := range c.Validate() {
			told = append(told, f.Key+"/"+f.Entry+": "+f.Message)
		}
		if faults := strings.Join(told, "|"); !strings.Contains(faults, want) {
			t.Errorf("%s: %s; want %q", config, faults, want)
		}
	}
	if faults := Kind().New().Validate(); len(faults) > 0 {
		t.Errorf("the defaults: %v", faults)
	}
}

// TestWhereMetricsAreNamed: a metric that there is not is looked for where the file names it.
func TestWhereMetricsAreNamed(t *testing.T) {
	for config, want := range map[string]map[string]collector.Place{
		"columns: {p: date, Reaktiot: 'metric:reaction', S: 'metric:followers'}":               {"reaction": {Key: "columns", Entry: "Reaktiot"}, "followers": {Key: "columns", Entry: "S"}},
		"columns: {p: date, m: metric, n: value}\nmetrics: [followers, reaction]":              {"followers": {Key: "metrics[0]"}, "reaction": {Key: "metrics[1]"}},
		"columns: {p: date, S: 'metric:followers', R: 'metric:reaction'}\nmetrics: [reaction]": {"followers": {Key: "columns", Entry: "S"}, "reaction": {Key: "columns", Entry: "R"}},
	} {
		if d := cmp.Diff(want, configured(t, config).Tells().Places); d != "" {
			t.Errorf("%s (-want +got):\n%s", config, d)
		}
	}
}

func TestSampleAndReadme(t *testing.T) {
	var list []struct {
		Config `yaml:",inline"`
	}
	if err := yaml.Unmarshal([]byte(sample), &list); err != nil || len(list) != 1 || len(list[0].Validate()) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil || !strings.Contains(string(readme), sample) {
		t.Errorf("the README does not show the sample; %v", err)
	}
	if !list[0].Tells().Silent || (&Config{Columns: list[0].Columns, Paths: []string{"*.csv"}}).Tells().Silent {
		t.Error("a sheet has something to read by itself when, and only when, it has paths")
	}
	if tells := list[0].Tells(); fmt.Sprint(tells.Metrics, tells.Grains) != "[followers reactions] [day snapshot week month quarter year]" {
		t.Errorf("%v %v", tells.Metrics, tells.Grains)
	}
}

// TestRandomTables writes a random table in a random form and wants the same numbers back.
func TestRandomTables(t *testing.T) {
	dir, zone := t.TempDir(), helsinki(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		comma := rapid.Bool().Draw(t, "comma")
		delimiter := rapid.SampledFrom([]string{";", "\t", ","}).Draw(t, "delimiter")
		layout := rapid.SampledFrom([]string{"2.1.2006", "2006-01-02", "02.01.2006", "2 January 2006"}).Draw(t, "layout")
		var b strings.Builder
		b.WriteString(strings.Join([]string{"Päivä", "Näytöt"}, delimiter) + "\r\n")
		first := observation.NewDate(2020, 1, 2) // so that not every day begins a month
		want := map[observation.Date]float64{}
		for i := range n {
			day := first + observation.Date(i*3)
			cents := rapid.Int64Range(0, 99_999_999).Draw(t, "cents")
			text := fmt.Sprintf("%d.%02d", cents/100, cents%100)
			if comma {
				text = strings.ReplaceAll(text, ".", ",")
			}
			if delimiter == "," {
				text = `"` + text + `"`
			}
			want[day] = float64(cents) / 100
			fmt.Fprintf(&b, "%s%s%s\r\n", day.UTC().Format(layout), delimiter, text)
		}
		bytes := []byte(b.String())
		if rapid.Bool().Draw(t, "windows") {
			bytes, _ = charmap.Windows1252.NewEncoder().Bytes(bytes)
		}
		path := filepath.Join(dir, "r.csv")
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		rec := &collectortest.Recorder{}
		c := &Config{Columns: map[string]string{"Päivä": "date", "Näytöt": "metric:impressions"}}
		w := collector.Window{Now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Zone: zone}
		if err := c.New(collector.Deps{}).(collector.Importer).Import(context.Background(), path, w, rec); err != nil {
			t.Fatal(err)
		}
		got := map[observation.Date]float64{}
		for _, o := range rec.Recording().Observations {
			got[o.From] = o.Value
			if err := definedBy(o).Validate(observation.StandardMetrics()); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
	})
}

func definedBy(o observation.Observation) observation.Observation {
	o.Definition = "sheet-1@UTC"
	return o
}

// FuzzGuess reads any file without being told its columns: it must end, and what it tells must be storable.
func FuzzGuess(f *testing.F) {
	for _, s := range []string{"pvm;seuraajat\n3.11.2026;1 003\n", "Date,Views\n11/3/2026,\"1,234\"\n", "Viikko;Mittari;Arvo\nvk 45/2026;käynnit;5\n", "a;b\n;;;\n", "Päivä;Päivä;views;views\n1;2;3;4\n", "pvm;n\n"} {
		f.Add(s)
	}
	dir, zone := f.TempDir(), helsinki(f)
	f.Fuzz(func(t *testing.T, s string) {
		path := filepath.Join(dir, "f.csv")
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		c := (&Config{}).New(collector.Deps{}).(collector.Importer)
		w := collector.Window{Now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Zone: zone}
		p, err := c.Preview(context.Background(), path, w, nil)
		if err != nil {
			return
		}
		rec := &collectortest.Recorder{}
		if err := c.Import(context.Background(), path, w, rec); (err == nil) != (len(p.Faults) == 0) {
			t.Errorf("%d faults, and then %v", len(p.Faults), err)
		}
		for _, o := range rec.Recording().Observations {
			if err := definedBy(o).Validate(observation.StandardMetrics()); err != nil {
				t.Error(err)
			}
		}
		if _, err := json.Marshal(p); err != nil {
			t.Error(err)
		}
	})
}
