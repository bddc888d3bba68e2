package report

import (
	"strings"
	"testing"

	"seuranta/internal/indicator"
)

// ranking is of the website of the fixture: two pages, one of them hostile, and others.
func ranking() indicator.Ranking {
	total, others := 100.0, 30.0
	return indicator.Ranking{
		Total:  indicator.Figure{Organisation: "koske", Channel: "kotisivut", Indicator: "page_views", State: indicator.OK, Value: &total, Period: indicator.Period{From: 20773, To: 20780, Label: "2026-W47"}},
		Pages:  []indicator.RankedPage{{ID: "a", Title: "Etusivu", URL: "https://example.fi/", Value: 1500}, {ID: "b", Title: "=1+1<script>alert(1)</script>\x1b[31m", URL: "javascript:alert(1)", Value: 20, AtLeast: true}},
		Others: &others,
	}
}

func TestPagesStandUnderTheirChannel(t *testing.T) {
	in := example(t, "fi")
	in.Pages = []indicator.Ranking{ranking()}
	in.Pages[0].Total.Channel = in.Series[0].Channel.ID
	in.Pages[0].Total.Organisation = in.Series[0].Organisation.ID
	html, text := htmlOf(t, in), textOf(t, in)
	for _, want := range []string{"Katsotuimmat sivut", "Etusivu", "1\u00a0500", "vähintään 20", "Muut sivut"} {
		if !strings.Contains(html, want) || !strings.Contains(text, want) {
			t.Errorf("%q is missing on the page or in its text", want)
		}
	}
	if strings.Contains(html, "<script>alert") || strings.Contains(html, `href="javascript`) || strings.Contains(text, "\x1b") {
		t.Error("the title of a page does something")
	}
	in.Pages = nil
	if strings.Contains(htmlOf(t, in), "Katsotuimmat") {
		t.Error("pages of a site whose source tells none are listed")
	}
}

func TestPagesInEveryForm(t *testing.T) {
	for format, want := range map[string][]string{
		"table": {"kotisivut: Katsotuimmat sivut", "vähintään 20", "Muut sivut"},
		"json":  {`"pages"`, `"at_least": true`, `"others": 30`, `"value": 1500`},
		"csv":   {"koske,kotisivut,2026-W47,Etusivu,https://example.fi/,1500,false", "'=1+1", "Muut sivut,,30,false"},
	} {
		var out strings.Builder
		if err := Pages(&out, format, []indicator.Ranking{ranking()}, "fi"); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s lacks %q:\n%s", format, w, out.String())
			}
		}
	}
	var none strings.Builder
	if err := Pages(&none, "json", nil, "fi"); err != nil || !strings.Contains(none.String(), `"pages": []`) {
		t.Errorf("no pages: %s %v", none.String(), err)
	}
}
