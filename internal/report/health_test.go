package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

func TestHealthNamesWhatIsWrong(t *testing.T) {
	at := func(d, h int) time.Time { return time.Date(2026, 11, d, h, 0, 0, 0, time.UTC) }
	in := example(t, "fi")
	in.Series = in.Series[:1]
	in.Series[0].Sources = []indicator.SourceHealth{
		{Source: "b-hyva", LastRun: at(23, 5), LastGood: at(23, 5), Result: observation.OK},
		{Source: "c-tunnus", LastRun: at(23, 5), LastGood: at(20, 5), Result: observation.Auth, Reason: "auth"},
		{Source: "d-myohassa", LastRun: at(22, 23), LastGood: at(22, 23), Result: observation.OK, Late: true},
		{Source: "e-uusi"},
		{Source: "f-alku", LastRun: at(23, 5), Result: observation.Failed, Reason: "deadline"},
		{Source: "g-loppu", LastRun: at(23, 5), LastGood: at(1, 5), Result: observation.Retired},
		{Source: "a-tyhja", LastRun: at(23, 5), LastGood: at(23, 5), Result: observation.NoData},
	}
	v := review(t, in).view.Health
	if v.Well || v.Summary != "4 lähdettä ei vastannut ajallaan." {
		t.Errorf("summary %q", v.Summary)
	}
	want := []string{
		"c-tunnus ei vastannut: lähde ei hyväksynyt tunnuksia. Uusin vastaus 20.11.2026 klo\u00a07.00, 3 päivää vanha",
		"d-myohassa myöhässä: uusin vastaus 23.11.2026 klo\u00a01.00, 7 tuntia vanha",
		"e-uusi ei ole vielä vastannut: tietoa ei ole haettu",
		"f-alku ei ole vielä vastannut: haku kesti liian kauan",
		"a-tyhja vastasi 23.11.2026 klo\u00a07.00",
		"b-hyva vastasi 23.11.2026 klo\u00a07.00",
		"g-loppu ei enää mitattavissa: lähde ei enää anna tätä lukua. Uusin vastaus 1.11.2026 klo\u00a07.00",
	}
	var got []string
	for _, s := range v.Sources {
		got = append(got, s.ID+" "+s.Words)
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestHealthWhenAllIsWell(t *testing.T) {
	in := example(t, "fi")
	in.Series = in.Series[:3]
	if v := review(t, in).view.Health; !v.Well || v.Summary != "Lähde vastasi." || len(v.Sources) != 1 {
		t.Errorf("%+v", v)
	}
}

func TestOfTwoStoriesTheWorseIsTold(t *testing.T) {
	in := example(t, "fi")
	in.Series[1].Sources[0].Late = true
	for _, s := range review(t, in).view.Health.Sources {
		if s.ID == "verkkoloki" && s.Well {
			t.Error("a source that is late for one metric counts as well")
		}
	}
}
