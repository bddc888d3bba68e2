package report

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

func at(d, h int) time.Time { return time.Date(2026, 11, d, h, 0, 0, 0, time.UTC) }

func healthLines(v healthView) []string {
	var out []string
	for _, s := range v.Sources {
		out = append(out, strings.ReplaceAll(s.Name+" "+s.Words, "\u00a0", " "))
	}
	return out
}

func TestHealthNamesWhatIsWrong(t *testing.T) {
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
	if v.Well || v.Summary != "4 lähteestä ei saatu kaikkia tietoja ajallaan." {
		t.Errorf("summary %q", v.Summary)
	}
	want := []string{
		"Kotisivut (c-tunnus) tietoja ei saatu: lähde ei hyväksynyt tunnuksia. Viimeisin vastaus 20.11.2026 klo 7.00, 3 päivää sitten",
		"Kotisivut (d-myohassa) myöhässä: viimeisin vastaus 23.11.2026 klo 1.00, 7 tuntia sitten",
		"Kotisivut (e-uusi) tietoja ei ole vielä saatu: tietoa ei ole haettu",
		"Kotisivut (f-alku) tietoja ei ole vielä saatu: haku kesti liian kauan",
		"Kotisivut (a-tyhja) vastasi 23.11.2026 klo 7.00",
		"Kotisivut (b-hyva) vastasi 23.11.2026 klo 7.00",
		"Kotisivut (g-loppu) ei enää mitattavissa: lähde ei enää anna tätä lukua. Viimeisin vastaus 1.11.2026 klo 7.00",
	}
	if got := healthLines(v); !slices.Equal(got, want) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAReasonThatSaysNothingMoreIsLeftOut: some feeds of a source failed, and that is all its run tells.
func TestAReasonThatSaysNothingMoreIsLeftOut(t *testing.T) {
	in := example(t, "fi")
	in.Series = in.Series[:1]
	in.Series[0].Sources = []indicator.SourceHealth{{Source: "x", LastRun: at(20, 5), LastGood: at(20, 5), Result: observation.Partial, Reason: "partial"}}
	if got := review(t, in).view.Health.Sources[0].Words; got != "vastasi osittain 20.11.2026 klo\u00a07.00, 3 päivää sitten" {
		t.Errorf("%q", got)
	}
}

// TestAFileThatCannotBeReadIsNoTyping: a source that people feed fails where its files are read on schedule, and says so.
func TestAFileThatCannotBeReadIsNoTyping(t *testing.T) {
	in := example(t, "fi")
	in.Series = in.Series[:1]
	in.Series[0].Sources = []indicator.SourceHealth{
		{Source: "a-rikki", Typed: true, Late: true, LastRun: at(23, 5), LastGood: at(20, 5), Result: observation.Failed, Reason: "failed"},
		{Source: "b-alku", Typed: true, LastRun: at(23, 5), Result: observation.Failed, Reason: "failed"},
		{Source: "c-osa", Typed: true, LastRun: at(20, 5), LastGood: at(20, 5), Result: observation.Partial, Reason: "partial"},
		{Source: "d-uusi", Typed: true},
		{Source: "e-hyva", Typed: true, LastRun: at(20, 5), LastGood: at(20, 5), Result: observation.OK},
	}
	want := []string{
		"Kotisivut (a-rikki) tietoja ei saatu: haku epäonnistui. Viimeisin vastaus 20.11.2026 klo 7.00, 3 päivää sitten",
		"Kotisivut (b-alku) tietoja ei ole vielä saatu: haku epäonnistui",
		"Kotisivut (c-osa) vastasi osittain 20.11.2026 klo 7.00, 3 päivää sitten",
		"Kotisivut (d-uusi) mitään ei ole vielä kirjattu",
		"Kotisivut (e-hyva) kirjattu 20.11.2026 klo 7.00",
	}
	if got := healthLines(review(t, in).view.Health); !slices.Equal(got, want) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestEveryResultHasItsWords goes through the results of a source that answered whole three days ago, or never.
func TestEveryResultHasItsWords(t *testing.T) {
	failed := [3]string{"tietoja ei saatu: ", "uppgifterna uteblev: ", "no data received: "}
	starts := map[observation.Result][3]string{
		observation.OK: {"vastasi 20.11.2026", "svarade 20.11.2026", "answered on 20 November"}, observation.NoData: {"vastasi 20.11.2026", "svarade 20.11.2026", "answered on 20 November"},
		observation.Partial: {"vastasi osittain 20.11.2026 klo\u00a07.00, 3 päivää sitten: lokitiedostoa ei saatu", "svarade delvis 20.11.2026 kl.\u00a07.00, för 3 dagar sedan: loggfilen", "answered in part on 20 November 2026 at\u00a07:00, 3 days ago: the log file"},
		observation.Failed:  failed, observation.Waiting: failed, observation.Auth: failed, observation.Budget: failed,
		observation.Gone: {"ei enää mitattavissa: ", "inte längre mätbar: ", "no longer measurable: "},
	}
	starts[observation.NotOffered], starts[observation.Retired] = starts[observation.Gone], starts[observation.Gone]
	for i, lang := range []string{"fi", "sv", "en"} {
		for _, result := range observation.Results() {
			in := example(t, lang)
			in.Series = in.Series[:1]
			h := indicator.SourceHealth{Source: "x", LastRun: at(23, 5), LastGood: at(20, 5), Result: result}
			if result == observation.Partial {
				h.Reason = "log_missing"
			}
			in.Series[0].Sources = []indicator.SourceHealth{h}
			known := review(t, in).view.Health.Sources[0]
			if !strings.HasPrefix(known.Words, starts[result][i]) || starts[result][i] == "" {
				t.Errorf("%s in %s: %q, want %q", result, lang, known.Words, starts[result][i])
			}
			in.Series[0].Sources[0].LastGood = time.Time{}
			never := review(t, in).view.Health.Sources[0]
			if strings.ContainsAny(never.Words, "{}") || strings.Contains(never.Words, "health.") || strings.Contains(never.Words, "1.1.1") || never.Well {
				t.Errorf("%s in %s without an answer: %q", result, lang, never.Words)
			}
		}
	}
}

func TestHealthKeepsTheOrderOfThePage(t *testing.T) {
	well := func(id string) indicator.SourceHealth {
		return indicator.SourceHealth{Source: id, LastRun: at(23, 5), LastGood: at(23, 5), Result: observation.OK}
	}
	in := WeeklyInput{Organisation: centre(), Week: isoWeek(t, 2026, 47), Lang: "fi", Order: []string{"b", "a"}, Now: at(23, 6)}
	for _, place := range []struct {
		channel, kind string
		sources       []indicator.SourceHealth
	}{
		{"fb", "facebook", []indicator.SourceHealth{well("aaa"), well("shared")}},
		{"a", "website", []indicator.SourceHealth{well("zzz"), well("shared")}},
		{"b", "website", []indicator.SourceHealth{well("yyy"), {Source: "bad", Result: observation.Failed}}},
	} {
		s := atPlace(t, place.channel, place.kind, "views")
		s.Sources = place.sources
		in.Series = append(in.Series, s)
	}
	monthly := atPlace(t, "kk", "website", "views")
	monthly.Grain, monthly.Sources = observation.Month, []indicator.SourceHealth{well("months")}
	in.Series = append(in.Series, monthly)
	var got []string
	for _, s := range review(t, in).view.Health.Sources {
		got = append(got, s.Name)
	}
	if want := []string{"b (bad)", "b (yyy)", "a ja fb (shared)", "a (zzz)", "fb (aaa)", "kk (months)"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestHealthWhenAllIsWell(t *testing.T) {
	in := example(t, "fi")
	in.Series = in.Series[:3]
	if v := review(t, in).view.Health; !v.Well || v.Summary != "Ainoa lähde vastasi." || len(v.Sources) != 1 {
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

func TestManySourcesThatAreWellAreFoldedAway(t *testing.T) {
	v := healthView{Sources: []sourceView{{ID: "bad"}}}
	for range manyWell {
		v.Sources = append(v.Sources, sourceView{Well: true})
	}
	if len(v.Shown()) != manyWell+1 || v.Folded() != nil {
		t.Errorf("%d shown, %d folded", len(v.Shown()), len(v.Folded()))
	}
	v.Sources = append(v.Sources, sourceView{Well: true})
	if len(v.Shown()) != 1 || v.Shown()[0].ID != "bad" || len(v.Folded()) != manyWell+1 {
		t.Errorf("%d shown, %d folded", len(v.Shown()), len(v.Folded()))
	}
	page := htmlOf(t, large(t, 10))
	if !strings.Contains(page, "<summary>Vastanneet lähteet (10)</summary>") || strings.Count(page, "<li data-well") != 10 {
		t.Error("ten sources that are well are not folded")
	}
}

// TestTheFeedsThatFailedAreNamed: up to three with their reasons, then how many more there are.
func TestTheFeedsThatFailedAreNamed(t *testing.T) {
	failing := []observation.Failing{{Part: "yle.fi/rss", Reason: "not_found"}, {Part: "hs.fi/rss", Reason: "deadline"}, {Part: "is.fi/\u202erss", Reason: "x"}, {Part: "d"}, {Part: "e"}}
	for lang, want := range map[string][3]string{
		"fi": {"vastasi osittain 20.11.2026 klo 7.00, 3 päivää sitten: yle.fi/rss (osoitteessa ei ole mitään)",
			"yle.fi/rss (osoitteessa ei ole mitään), hs.fi/rss (haku kesti liian kauan), is.fi/rss (x) ja yksi muu", "(x) ja 2 muuta"},
		"sv": {"svarade delvis 20.11.2026 kl. 7.00, för 3 dagar sedan: yle.fi/rss (", "is.fi/rss (x) och en till", "(x) och 2 till"},
		"en": {"answered in part on 20 November 2026 at 7:00, 3 days ago: yle.fi/rss (there is nothing at the address)", "is.fi/rss (x) and one more", "(x) and 2 more"},
	} {
		for i, n := range []int{1, 4, 5} {
			in := example(t, lang)
			in.Series = in.Series[:1]
			in.Series[0].Sources = []indicator.SourceHealth{{Source: "x", LastRun: at(20, 5), LastGood: at(20, 5), Result: observation.Partial, Reason: "partial", Failing: failing[:n]}}
			got := strings.ReplaceAll(review(t, in).view.Health.Sources[0].Words, "\u00a0", " ")
			if !strings.Contains(got, want[i]) {
				t.Errorf("%s: %q, want %q", lang, got, want[i])
			}
		}
	}
}

// TestWarningsStandAboveTheSources: a credential that ends and a full disk are told where people look first, in page and text.
func TestWarningsStandAboveTheSources(t *testing.T) {
	in := example(t, "fi")
	plain := review(t, in)
	in.Warnings = []string{"Levy on <täyttymässä>.\x1b"}
	r := review(t, in)
	if v := r.view.Health; v.Well || len(v.Warnings) != 1 {
		t.Errorf("%+v", v)
	}
	var html, text, before strings.Builder
	if err := errors.Join(r.HTML(&html), r.Text(&text), plain.HTML(&before)); err != nil {
		t.Fatal(err)
	}
	warning, sources := strings.Index(html.String(), "Levy on &lt;täyttymässä&gt;."), strings.Index(html.String(), "<li data-well")
	if warning < 0 || warning > strings.Index(html.String(), "data-source=") || sources < 0 || strings.Contains(before.String(), "warnings") {
		t.Errorf("it stands at %d", warning)
	}
	if !strings.Contains(text.String(), "\n- Levy on <täyttymässä>.") {
		t.Error(text.String()[:400])
	}
}

// TestAnOverdueReminderStandsInTheHead: that the next number of what people type is due stands among what is wrong, first, in each
// language; as long as it is not, it is among what is well.
func TestAnOverdueReminderStandsInTheHead(t *testing.T) {
	for lang, want := range map[string][3]string{
		"fi": {"uusi kirjaus on tekemättä: viimeisin tehtiin 1.11.2026 klo 7.00, 22 päivää sitten", "kirjattu 1.11.2026 klo 7.00", "mitään ei ole vielä kirjattu"},
		"sv": {"en ny införing väntar: den senaste gjordes 1.11.2026 kl. 7.00, för 22 dagar sedan", "infört 1.11.2026 kl. 7.00", "ingenting har förts in ännu"},
		"en": {"a new entry is due: the last was made on 1 November 2026 at 7:00, 22 days ago", "typed in on 1 November 2026 at 7:00", "nothing has been typed in yet"},
	} {
		in := example(t, lang)
		in.Series = in.Series[:1]
		typed := indicator.SourceHealth{Source: "b-linkedin", LastRun: at(1, 5), LastGood: at(1, 5), Result: observation.OK, Typed: true}
		due, never := typed, indicator.SourceHealth{Source: "c-uusi", Typed: true}
		due.Source, due.Late = "d-facebook", true
		in.Series[0].Sources = []indicator.SourceHealth{typed, due, never}
		v := review(t, in).view.Health
		got := strings.Join(healthLines(v), "\n")
		for i, line := range []string{"(c-uusi) " + want[2], "(d-facebook) " + want[0], "(b-linkedin) " + want[1]} {
			if lines := strings.Split(got, "\n"); !strings.HasSuffix(lines[i], line) {
				t.Errorf("%s: line %d is %q, want %q", lang, i, lines[i], line)
			}
		}
		if v.Well || v.troubled() != 2 {
			t.Errorf("%s: well %v, %d in trouble", lang, v.Well, v.troubled())
		}
		if page := strings.ReplaceAll(htmlOf(t, in), "\u00a0", " "); !strings.Contains(page, want[0]) {
			t.Errorf("%s: the page says nothing of it", lang)
		}
	}
}
