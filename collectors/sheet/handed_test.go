package sheet

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// speaking is a recorder that takes in of which dimensions a file speaks.
type speaking struct {
	*collectortest.Recorder
	dims []string
}

func (s *speaking) Speaks(dims string) { s.dims = append(s.dims, dims) }

// handed says what a file tells to a desk, a line a number, and of which dimensions it speaks.
func handed(t *testing.T, c *Config, d collector.Deps, path string, now time.Time) (speaking, error) {
	t.Helper()
	out, w := speaking{Recorder: &collectortest.Recorder{}}, window(t)
	w.Now = now
	err := c.New(d).(collector.Importer).Import(context.Background(), path, w, &out)
	return out, err
}

const withParts = `columns: {Jakso: date, Käynnit: "metric:visits", Alue: "dim:region", Hanke: project}`

func TestAFileSpeaksOfTheDimensionsThatItHolds(t *testing.T) {
	out, err := handed(t, configured(t, withParts), collector.Deps{}, write(t, "a.csv", "Jakso;Käynnit;Alue;Hanke\n10/2026;11;Keski-Suomi;luonto\n10/2026;;Väli-Suomi;\nYhteensä;11;;\n"), window(t).Now)
	if want := "[region=vali-suomi project=luonto,region=keski-suomi]"; err != nil || !sameSet(fmt.Sprint(out.dims), want) {
		t.Errorf("it speaks of %v, %v; want %s", out.dims, err, want)
	}
}

// sameSet compares two lists as fmt writes them, in whatever order.
func sameSet(a, b string) bool {
	one, two := strings.Fields(strings.Trim(a, "[]")), strings.Fields(strings.Trim(b, "[]"))
	slices.Sort(one)
	slices.Sort(two)
	return slices.Equal(one, two)
}

func TestNumbersOfPeriodsThatRunAreNotWhole(t *testing.T) {
	path := write(t, "a.csv", "Jakso;Käynnit;Alue;Hanke\n11/2026;777;;\n10/2026;5;;\n22.11.2026;3;;\n21.11.2026;2;;\n")
	for now, want := range map[string]string{
		"2026-11-22T10:00:00Z": "10-01 true, 11-01 false, 11-21 true, 11-22 false",
		"2026-11-22T22:00:00Z": "10-01 true, 11-01 false, 11-21 true, 11-22 true", // midnight in Helsinki
		"2026-11-30T22:00:00Z": "10-01 true, 11-01 true, 11-21 true, 11-22 true",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		out, err := handed(t, configured(t, withParts), collector.Deps{}, path, at)
		var got []string
		for _, o := range out.Recording().Observations {
			got = append(got, fmt.Sprintf("%s %v", strings.TrimPrefix(o.From.String(), "2026-"), o.Complete))
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != want || err != nil {
			t.Errorf("at %s: %v, %v; want %s", now, got, err, want)
		}
	}
}

func TestWhatTheDeskRefuses(t *testing.T) {
	head := "Jakso;Käynnit;Alue;Hanke\n"
	d := collector.Deps{Projects: []string{"luonto"}, Refuses: func(o observation.Observation) string {
		if o.Metric == "visits" && o.Value == 0.5 && o.Dims == "region=keski-suomi" {
			return "no halves"
		}
		return ""
	}}
	for text, want := range map[string]string{
		"10/2026;5;;luonto\n":        "",
		"10/2026;5;;eiole\n":         `D2 holds "eiole": there is no such project; the projects are luonto`,
		"10/2026;0,5;Keski-Suomi;\n": `B2 holds "0,5": no halves`,
	} {
		out, err := handed(t, configured(t, withParts), d, write(t, "a.csv", head+text), window(t).Now)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) || err != nil && len(out.Recording().Observations) > 0 {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
	d.Projects = []string{}
	if _, err := handed(t, configured(t, withParts), d, write(t, "a.csv", head+"10/2026;5;;luonto\n"), window(t).Now); err == nil || !strings.Contains(err.Error(), "the configuration has no projects") {
		t.Errorf("without projects: %v", err)
	}
}

func TestAFormulaWithoutItsResultIsAFault(t *testing.T) {
	f := excelize.NewFile()
	for at, v := range map[string]any{"A1": "Jakso", "B1": "Käynnit", "C1": "Muuta", "A2": "10/2026", "B2": 5, "A3": "9/2026", "A4": "Yhteensä"} {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	for at, formula := range map[string]string{"B3": "B2*2", "B4": "SUM(B2:B3)", "C2": "B2/2"} { // a column left out and a row of totals may have them
		if err := f.SetCellFormula("Sheet1", at, formula); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	out, err := handed(t, configured(t, `columns: {Jakso: date, Käynnit: "metric:visits"}`), collector.Deps{}, path, window(t).Now)
	want := `a.xlsx:Sheet1:3:B: B3 holds "=B2*2": the file has the formula and not its result`
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "B4") || strings.Contains(err.Error(), "C2") || len(out.Recording().Observations) > 0 {
		t.Errorf("%v; want %q alone", err, want)
	}
}

func TestTheChannelSaysWhatIsShown(t *testing.T) {
	for _, c := range []struct{ channel, head, want string }{
		{"website", "Näyttökerrat", "views"}, {"website", "Impressions", "views"}, {"website", "Visningar", "views"},
		{"linkedin", "Näyttökerrat", "impressions"}, {"facebook", "Visningar", "impressions"}, {"tiktok", "Impressions", "impressions"},
		{"", "Näyttökerrat", "views"}, {"", "Impressions", "impressions"}, {"newsletter", "Visningar", "media_views"}, {"x", "Katselut", "media_views"},
	} {
		importer := (&Config{}).New(collector.Deps{ChannelKind: c.channel}).(collector.Importer)
		p, err := importer.Preview(context.Background(), write(t, "a.csv", "Pvm;"+c.head+"\n3.11.2026;5\n"), window(t), nil)
		if err != nil || p.Columns[1].Means != "metric:"+c.want {
			t.Errorf("%s of %q is %+v, %v; want %s", c.head, c.channel, p.Columns, err, c.want)
		}
	}
}

// TestMappingsOfTheREADME: what the README says of the files of TikTok and Meta is what its cases are read by.
func TestMappingsOfTheREADME(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tiktok-overview", "tiktok-followers", "facebook-content", "instagram-content", "tiktok-content"} {
		b, err := os.ReadFile(filepath.Join("testcases", name, "config.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		_, entry, found := strings.Cut(string(b), "- id:")
		if !found || !strings.Contains(string(readme), entry) {
			t.Errorf("the README has another mapping than the case %s", name)
		}
	}
}

// TestFollowersOfLinkedInsOwnExportAreTheGain: "Total followers" stands there for those of the day. A table without the parts beside it
// has the number that there are.
func TestFollowersOfLinkedInsOwnExportAreTheGain(t *testing.T) {
	for heads, want := range map[string]string{
		"Date,Sponsored followers,Organic followers,Auto-invited followers,Total followers":                            "metric:gained",
		"Päivämäärä,Sponsoroidut seuraajat,Orgaaniset seuraajat,Automaattisesti kutsutut seuraajat,Seuraajia yhteensä": "metric:gained",
		"Datum,Sponsrade följare,Organiska följare,Automatiskt inbjudna följare,Antal följare":                         "metric:gained",
		"Date,Sponsored followers,Organic followers,Auto-invited followers,Followers":                                  "metric:gained",
		"Date,Page,Town,Country,Total followers":                                                                       "metric:followers",
	} {
		text := heads + "\n2026-11-20,0,2,0,2\n2026-11-21,0,-1,0,-1\n"
		p, err := (&Config{}).New(collector.Deps{ChannelKind: "linkedin"}).(collector.Importer).Preview(context.Background(), write(t, "a.csv", text), window(t), nil)
		if err != nil || len(p.Columns) != 5 || p.Columns[4].Means != want || want == "metric:gained" && !strings.Contains(p.Columns[4].Reason, "kind linkedin") {
			t.Errorf("%s: %+v, %v; want %s", heads, p.Columns, err, want)
		}
	}
	named := configured(t, `columns: {Date: date, Total followers: "metric:followers"}`)
	out, err := handed(t, named, collector.Deps{}, write(t, "a.csv", "Date,Sponsored followers,Organic followers,Total followers\n2026-11-20,0,2,2\n"), window(t).Now)
	if want := `a.csv:1:D: D1 holds "Total followers": beside parts of the followers`; err == nil || !strings.Contains(err.Error(), want) || len(out.Recording().Observations) > 0 {
		t.Errorf("named in the configuration: %v; want %s", err, want)
	}
	named = configured(t, `columns: {Date: date, Total followers: "metric:gained"}`)
	if out, err = handed(t, named, collector.Deps{}, write(t, "a.csv", "Date,Sponsored followers,Organic followers,Total followers\n2026-11-20,0,2,2\n"), window(t).Now); err != nil || len(out.Recording().Observations) != 1 {
		t.Errorf("named as the gain: %v", err)
	}
}
