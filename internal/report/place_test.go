package report

import (
	"strings"
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// wholeDesk is a review of what is no channel: a topic, a project with regions, the organisation itself, and a month's number.
func wholeDesk(t testing.TB, lang string) WeeklyInput {
	t.Helper()
	week := isoWeek(t, 2026, 47)
	in := example(t, lang)
	metrics := observation.StandardMetrics()
	signups := observation.Metric{ID: "signups", Shape: observation.Flow, Unit: "signups", Name: text("ilmoittautumiset", "anmälningar", "sign-ups")}
	topic := &observation.Topic{ID: "pelit", Name: text("Rahapelihaitat", "Spelproblem", "Gambling harm")}
	project := &observation.Project{ID: "aluetuki", Name: observation.Text{"": "Aluetuki"}}
	few := func(_, i int) float64 { return float64(i % 4) }

	hits := weekly(t, indicator.Series{Organisation: centre(), Topic: topic, Metric: metrics["media_hits"]}, week, 4, few)
	central := weekly(t, indicator.Series{Organisation: centre(), Project: project, Dims: "region=keski-suomi", Metric: signups}, week, 4, few)
	itself := weekly(t, indicator.Series{Organisation: centre(), Metric: metrics["appearances"]}, week, 4, few)
	typed := weekly(t, indicator.Series{Organisation: centre(), Channel: facebook(), Metric: metrics["followers"]}, week, 4, func(int, int) float64 { return 1003 })
	on := observation.NewDate(2026, 11, 2)
	typed.Points[3].On, typed.Points[3].Basis = &on, observation.Entered
	in.Series = []indicator.Series{itself, central, typed, hits}

	month := indicator.Series{Organisation: centre(), Project: project, Metric: signups, Grain: observation.Month}
	for _, m := range []string{"2026-09", "2026-10"} {
		p, err := observation.ParsePeriod(m, 0)
		if err != nil {
			t.Fatal(err)
		}
		month.Points = append(month.Points, figure(month, p, float64(p.From.Month())))
		month.YearBefore = append(month.YearBefore, without(figure(month, p, 0), indicator.Missing, "not_typed"))
	}
	in.Slow = []indicator.Series{month}
	in.Regions = []observation.Region{{ID: "keski-suomi", Name: text("Keski-Suomi", "Mellersta Finland", "Central Finland")}}
	return in
}

func TestWhatIsNoChannelHasItsSection(t *testing.T) {
	for lang, wants := range map[string][]string{
		"fi": {"AIHE RAHAPELIHAITAT", "3 mediaosumaa", "HANKE ALUETUKI, KESKI-SUOMI", "Ilmoittautumiset: 3", "ESIMERKKIKESKUS", "kirjattu päivälle 2.11.2026", "HARVEMMIN KUIN VIIKOITTAIN",
			"Hanke Aluetuki  Ilmoittautumiset  lokakuu 2026  10"},
		"sv": {"ÄMNET SPELPROBLEM", "3 medieträffar", "PROJEKTET ALUETUKI, MELLERSTA FINLAND", "infört för den 2.11.2026", "oktober 2026"},
		"en": {"TOPIC GAMBLING HARM", "3 media hits", "PROJECT ALUETUKI, CENTRAL FINLAND", "Sign-ups: 3", "typed in for 2 November 2026", "October 2026"},
	} {
		r, err := Weekly(wholeDesk(t, lang))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := r.Text(&b); err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, want := range wants {
			i := strings.Index(b.String(), want)
			if i < 0 {
				t.Errorf("%s: no %q in\n%s", lang, want, b.String())
				break
			}
			at = max(at, i)
		}
		order := []string{strings.ToUpper(facebook().Name.In(lang)), wants[0]}
		if first, second := strings.Index(b.String(), order[0]), strings.Index(b.String(), order[1]); first > second {
			t.Errorf("%s: channels come first, then topics", lang)
		}
	}
}

func TestFiguresOfNoChannelKeepTheirTarget(t *testing.T) {
	in := wholeDesk(t, "fi")
	in.Series[3].Points = in.Series[3].Points[:2] // the week itself was never asked for
	r, err := Weekly(in)
	if err != nil {
		t.Fatal(err)
	}
	var topic, project, month int
	for _, f := range r.figures {
		if strings.HasPrefix(f.Channel, "topic-") || strings.HasPrefix(f.Channel, "project-") || strings.HasPrefix(f.Channel, "organisation-") {
			t.Errorf("the section %s stands for a channel in a figure", f.Channel)
		}
		switch {
		case f.Topic == "pelit" && f.State == indicator.Missing:
			topic++
		case f.Dims == "region=keski-suomi":
			project++
		case f.role == "month":
			month++
		}
	}
	if topic != 1 || month != 2 {
		t.Errorf("%d weeks of the topic are missing and %d months are told, want 1 and 2", topic, month)
	}
}
