package report

import (
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// september makes gaps of days of September 2026: first and last both belong to the gap.
func september(reason string, partly bool, first, last int) indicator.Gap {
	return indicator.Gap{From: observation.NewDate(2026, 9, first), To: observation.NewDate(2026, 9, last) + 1, Reason: reason, Partly: partly}
}

func TestNotesTellEachReasonOnceWithItsDays(t *testing.T) {
	silent := func(partly bool, first, last int) indicator.Gap { return september("log_silent", partly, first, last) }
	const why = ": lokissa ei ole rivejä tältä ajalta"
	for _, c := range []struct {
		name       string
		gaps       []indicator.Gap
		fi, sv, en string
	}{
		{"partly, then wholly", []indicator.Gap{silent(true, 8, 8), silent(false, 9, 23)}, "8.9.2026 osittain ja 9.–23.9.2026 kokonaan" + why,
			"8.9.2026 delvis och 9–23.9.2026 helt: loggen har inga rader för den här tiden", "8 September 2026 in part and 9–23 September 2026 entirely: the log holds no lines for this time"},
		{"wholly, then partly", []indicator.Gap{silent(false, 9, 23), silent(true, 24, 24)}, "9.–23.9.2026 kokonaan ja 24.9.2026 osittain" + why, "", ""},
		{"partly at both ends", []indicator.Gap{silent(true, 24, 24), silent(true, 8, 8), silent(false, 9, 23)}, "8.9.2026 ja 24.9.2026 osittain, 9.–23.9.2026 kokonaan" + why, "", ""},
		{"alike and touching", []indicator.Gap{silent(false, 8, 10), silent(false, 11, 12)}, "8.–12.9.2026" + why, "", ""},
		{"alike and apart", []indicator.Gap{silent(false, 8, 8), silent(false, 11, 12)}, "8.9.2026 ja 11.–12.9.2026" + why, "", ""},
		{"two reasons", []indicator.Gap{silent(true, 8, 8), september("log_missing", false, 9, 23), silent(true, 24, 24)}, "8.9.2026 ja 24.9.2026 osittain" + why + "; 9.–23.9.2026: lokitiedostoa ei saatu", "", ""},
		{"all of it", []indicator.Gap{silent(false, 1, 30)}, why[2:], "", ""},
	} {
		f := indicator.Figure{Gaps: c.gaps, Period: indicator.Period{From: observation.NewDate(2026, 9, 1), To: observation.NewDate(2026, 10, 1)}}
		for lang, want := range map[string]string{"fi": c.fi, "sv": c.sv, "en": c.en} {
			l, err := locale.For(lang)
			if err != nil {
				t.Fatal(err)
			}
			if got := (words{l: l}).note(f); want != "" && got != want {
				t.Errorf("%s in %s: %q, want %q", c.name, lang, got, want)
			}
		}
	}
}

func TestViewsOfVideosAreNotViewsOfPages(t *testing.T) {
	for kind, want := range map[string]string{"website": "Page views", "youtube": "Views"} {
		in := WeeklyInput{Organisation: centre(), Week: isoWeek(t, 2026, 47), Lang: "en", Series: []indicator.Series{atPlace(t, "a", kind, "views")}}
		if got := review(t, in).view.Channels[0].Metrics[0].Name; got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

func TestChannelsOfTwoOrganisationsStandApart(t *testing.T) {
	ours, theirs := atPlace(t, "fb", "facebook", "followers"), atPlace(t, "fb", "facebook", "followers")
	theirs.Organisation.ID = "toinen"
	in := WeeklyInput{Organisation: centre(), Week: isoWeek(t, 2026, 47), Lang: "fi", Series: []indicator.Series{ours, theirs}}
	if n := len(review(t, in).view.Channels); n != 2 {
		t.Errorf("%d channels, want 2", n)
	}
}

func TestTheLanguageOfAText(t *testing.T) {
	for _, c := range []struct {
		text observation.Text
		want foreign
	}{
		{observation.Text{"fi": "a", "sv": "b"}, foreign{"a", ""}}, {observation.Text{"": "a", "sv": "b"}, foreign{"a", ""}},
		{observation.Text{"sv": "b", "en": "c"}, foreign{"b", "sv"}}, {observation.Text{"en": "c"}, foreign{"c", "en"}}, {nil, foreign{}},
	} {
		if got := finnish(t).foreign(c.text); got != c.want {
			t.Errorf("%v: %+v, want %+v", c.text, got, c.want)
		}
	}
}
