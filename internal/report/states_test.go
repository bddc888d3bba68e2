package report

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
)

// shown lists what must be seen of every state: the week it stands in, the words for it in each language, and what takes
// the place of its number.
var shown = []expectation{
	{indicator.OK, "views/2026-W47", [3]string{"825", "825", "825"}, [3]string{"mitattu", "uppmätt", "measured"},
		[3]string{"luku voi vielä tarkentua", "siffran kan ännu ändras något", "the figure may still be revised"}},
	{indicator.Zero, "downloads/2026-W47", [3]string{"0", "0", "0"}, [3]string{"mitattu, nolla", "uppmätt, noll", "measured, zero"}, [3]string{}},
	{indicator.Partial, "views/2026-W36", [3]string{"658", "658", "658"}, [3]string{"mitattu osittain", "delvis uppmätt", "measured in part"},
		[3]string{"mitattu 5/7 päivää; 5.–6.9.2026: lokissa ei ole rivejä tältä ajalta", "uppmätt: 5/7 dagar; 5–6.9.2026: loggen har inga rader för den här tiden", "measured: 5/7 days; 5–6 September 2026: the log holds no lines for this time"}},
	{indicator.Missing, "views/2026-W41", [3]string{"puuttuu", "saknas", "missing"}, [3]string{"puuttuu", "saknas", "missing"},
		[3]string{"lokitiedostoa ei saatu", "loggfilen var inte tillgänglig", "the log file was not available"}},
	{indicator.NotApplicable, "downloads/2026-W22", [3]string{"–", "–", "–"}, [3]string{"ei mitattavissa", "inte mätbart", "not measurable"},
		[3]string{"kanava ei ollut käytössä", "kanalen var inte i bruk", "the channel was not in use"}},
	{indicator.Bounded, "visitors/2026-W47", [3]string{"120–300", "120–300", "120–300"}, [3]string{"tiedossa vain vaihteluväli", "bara ett intervall är känt", "only a range is known"}, [3]string{}},
	{indicator.Broken, "reach/2026-W26", [3]string{"120 / 90", "120 / 90", "120 / 90"}, [3]string{"laskutapa muuttui", "räknesättet ändrades", "way of counting changed"}, [3]string{}},
}

type expectation struct {
	state  indicator.State
	id     string
	value  [3]string
	words  [3]string
	reason [3]string
}

var tag = regexp.MustCompile(`<[^>]*>`)

func TestEveryStateIsShownInThePage(t *testing.T) {
	for i, lang := range locale.Languages() {
		page := htmlOf(t, example(t, lang))
		for _, s := range shown {
			row := between2(page, `<tr data-state="`+string(s.state)+`" data-figure="`, s.id+`"`, "</tr>")
			cells := strings.Split(row, "</td>")
			if len(cells) != 7 {
				t.Errorf("%s: no row of %s with state %s in the page", lang, s.id, s.state)
				continue
			}
			text := func(n int) string { return strings.TrimSpace(tag.ReplaceAllString(cells[n], "")) }
			if text(1) != s.value[i] || text(2) != s.words[i] || text(5) != s.reason[i] {
				t.Errorf("%s, %s: value %q, state %q, note %q; want %q, %q, %q", lang, s.id, text(1), text(2), text(5), s.value[i], s.words[i], s.reason[i])
			}
		}
	}
}

// between2 returns what stands between a line that has both a and b, after b, and end.
func between2(text, a, b, end string) string {
	for line := range strings.Lines(text) {
		if i := strings.Index(line, a); i >= 0 {
			if _, rest, ok := strings.Cut(line[i:], b); ok {
				row, _, _ := strings.Cut(rest, end)
				return row
			}
		}
	}
	return ""
}

func TestEveryStateIsShownInTheText(t *testing.T) {
	for i, lang := range locale.Languages() {
		text := textOf(t, example(t, lang))
		for _, s := range shown {
			line := lineWith(text, s.id)
			for _, want := range []string{s.value[i], s.words[i], s.reason[i]} {
				if line == "" || !strings.Contains(line, want) {
					t.Errorf("%s: the line of %s lacks %q: %s", lang, s.id, want, line)
				}
			}
		}
	}
}

func lineWith(text, end string) string {
	for line := range strings.Lines(text) {
		if strings.HasSuffix(strings.TrimRight(line, "\n"), end) {
			return line
		}
	}
	return ""
}

func TestEveryStateIsInTheSheet(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(csvOf(t, example(t, "fi")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(row []string, name string) string { return row[slices.Index(csvHead, name)] }
	want := map[indicator.State][3]string{
		indicator.OK: {"825", "", ""}, indicator.Zero: {"0", "", ""}, indicator.Partial: {"658", "", ""}, indicator.Missing: {}, indicator.NotApplicable: {},
		indicator.Bounded: {"", "120", "300"}, indicator.Broken: {},
	}
	for _, s := range shown {
		i := slices.IndexFunc(rows, func(r []string) bool { return strings.HasSuffix(column(r, "figure"), s.id) })
		if i < 0 {
			t.Errorf("no row of %s", s.id)
			continue
		}
		got := [3]string{column(rows[i], "value"), column(rows[i], "low"), column(rows[i], "high")}
		if column(rows[i], "state") != string(s.state) || got != want[s.state] || column(rows[i], "note") != onlyGaps(s) {
			t.Errorf("%s: %s %v, note %q", s.id, column(rows[i], "state"), got, column(rows[i], "note"))
		}
	}
}

// onlyGaps leaves out what has columns of its own in sheets.
func onlyGaps(s expectation) string {
	if s.state == indicator.OK {
		return ""
	}
	if _, gaps, found := strings.Cut(s.reason[0], "; "); found {
		return gaps
	}
	return s.reason[0]
}

func TestEveryStateIsInTheJSON(t *testing.T) {
	var set struct {
		GeneratedAt string             `json:"generated_at"`
		Figures     []indicator.Figure `json:"figures"`
	}
	if err := json.Unmarshal([]byte(jsonOf(t, example(t, "fi"))), &set); err != nil {
		t.Fatal(err)
	}
	if set.GeneratedAt != "2026-11-23T06:00:00Z" {
		t.Errorf("generated at %s", set.GeneratedAt)
	}
	for _, s := range shown {
		i := slices.IndexFunc(set.Figures, func(f indicator.Figure) bool { return strings.HasSuffix(f.ID, s.id) })
		if i < 0 {
			t.Errorf("no figure %s", s.id)
			continue
		}
		f := set.Figures[i]
		_, hasNumber := measured(f)
		if f.State != s.state || hasNumber != (f.Value != nil) || (f.Range != nil) != (s.state == indicator.Bounded) {
			t.Errorf("%s: state %s, value %v, range %v", s.id, f.State, f.Value, f.Range)
		}
	}
}

func TestNoNumberClaimedWithoutOne(t *testing.T) {
	in := example(t, "fi")
	in.Series = in.Series[:1]
	in.Series[0].Points[25].Value = nil // says ok, has nothing
	if line := lineWith(textOf(t, in), "views/2026-W47"); !strings.Contains(line, "puuttuu") {
		t.Errorf("a figure without a number is not missing: %s", line)
	}
}

func TestSuppressedAndRefusedSayWhy(t *testing.T) {
	for state, want := range map[indicator.State]string{indicator.Suppressed: "piilotettu, pieni luku", indicator.Refused: "ei lasketa yhteen"} {
		in := example(t, "fi")
		in.Series = in.Series[:1]
		in.Series[0].Points[25].Value, in.Series[0].Points[25].State = nil, state
		for name, write := range map[string]string{"page": htmlOf(t, in), "text": textOf(t, in)} {
			if !strings.Contains(write, "Näyttökerrat, viikko 47: "+want) {
				t.Errorf("%s: the %s does not say %q", state, name, want)
			}
		}
		if !strings.Contains(csvOf(t, in), ","+string(state)+",") {
			t.Errorf("%s is not in the sheet", state)
		}
	}
}

func TestAnUnfinishedWeekIsNeverShown(t *testing.T) {
	in := example(t, "fi")
	s := &in.Series[0]
	open := figure(*s, isoWeek(t, 2026, 48), 111)
	open.Open = true
	s.Points, s.YearBefore, s.Exact = append(s.Points, open), append(s.YearBefore, figure(*s, isoWeek(t, 2025, 48), 222)), append(s.Exact, true)
	for name, write := range forms() {
		if strings.Contains(write(t, in), "2026-W48") {
			t.Errorf("the running week is in the %s", name)
		}
	}
}

func TestAWeekNobodyAskedForIsMissing(t *testing.T) {
	in := example(t, "fi")
	in.Series = in.Series[:1]
	s := &in.Series[0]
	s.Points, s.YearBefore, s.Exact = s.Points[:25], s.YearBefore[:25], s.Exact[:25]
	if text := strings.Join(strings.Fields(textOf(t, in)), " "); !strings.Contains(text, "Viikolta 47 tieto puuttuu: tietoa ei ole haettu.") {
		t.Errorf("the week without a figure is not named:\n%s", text)
	}
}

// The line of the year before has no sign for a week that was measured in part: such a week is not on it.
func TestOnlyWholeWeeksOfTheYearBeforeAreDrawn(t *testing.T) {
	last := figure(loggedSeries("views"), isoWeek(t, 2025, 47), 40)
	if got := beforePoint(week{last: &last}); got.Kind != chart.Whole || got.Value != 40 {
		t.Errorf("a whole week is drawn as %+v", got)
	}
	zero := figure(loggedSeries("views"), isoWeek(t, 2025, 47), 0)
	if got := beforePoint(week{last: &zero}); got.Kind != chart.Whole {
		t.Errorf("a week of nothing is drawn as %+v", got)
	}
	part := partly(last, 2, "log_missing")
	for _, w := range []week{{}, {last: &part}} {
		if got := beforePoint(w); got.Kind != chart.Absent {
			t.Errorf("%+v is drawn as %+v", w, got)
		}
	}
}
