package svg

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func measurers(t testing.TB) rulers {
	t.Helper()
	r, err := newRulers()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTextsAreAsWideAsInABrowser compares with what Chromium measures in Liberation Sans.
func TestTextsAreAsWideAsInABrowser(t *testing.T) {
	r := measurers(t)
	for text, want := range map[string]float64{"Ympäristönsuojelu ja luonnon monimuotoisuus": 248.14, "Åbolands skärgård – öar och hav": 176.11, "Yhdyskuntasuunnittelun": 127.42, "": 0} {
		if got := r.css(text, "12px Liberation Sans, Arial"); math.Abs(got-want) > 0.1 {
			t.Errorf("%s: %.2f pixels, want %.2f", text, got, want)
		}
	}
}

func TestFontsAreReadFromCSS(t *testing.T) {
	r := measurers(t)
	plain := r.css("Seuranta", "12px x")
	if double := r.css("Seuranta", "24px x"); math.Abs(double-2*plain) > 1e-9 {
		t.Errorf("twice the size is %.2f, want %.2f", double, 2*plain)
	}
	if bold := r.css("Seuranta", "bold 12px x"); bold <= plain {
		t.Errorf("bold is %.2f, plain %.2f", bold, plain)
	}
	if r.css("Seuranta", "") != plain {
		t.Error("without a size it is not 12 pixels")
	}
}

func TestWhatTheFontLacksIsASquare(t *testing.T) {
	r := measurers(t)
	for text, want := range map[string]float64{"国": 10, "📈": 10, "\u2060": 0, "e\u0301\u200b": r.css("e", "10px"), "čđŋšž–€−": r.css("čđŋšž", "10px") + r.css("–€−", "10px")} {
		if got := r.css(text, "10px x"); math.Abs(got-want) > 0.2 {
			t.Errorf("%q: %.2f, want %.2f", text, got, want)
		}
	}
}

// TestLinesFit: whatever is written, no line is wider than its place, and nothing is lost that an ellipsis does not tell of.
func TestLinesFit(t *testing.T) {
	r := measurers(t)
	rapid.Check(t, func(t *rapid.T) {
		l := layout{rulers: r, width: rapid.Float64Range(60, 800).Draw(t, "width")}
		s := style{size: rapid.Float64Range(8, 20).Draw(t, "size"), bold: rapid.Bool().Draw(t, "bold")}
		text := strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-zäöå–📈]{1,40}`), 0, 12).Draw(t, "words"), " ")
		most := rapid.IntRange(1, 5).Draw(t, "most")
		got := l.broken(text, s, l.width, most)
		for _, line := range got {
			if w := r.width(line, s.size, s.bold); w > l.width+0.001 {
				t.Fatalf("%q is %.1f wide in %.1f", line, w, l.width)
			}
		}
		whole := strings.ReplaceAll(strings.Join(got, ""), " ", "") == strings.ReplaceAll(text, " ", "")
		if len(got) > most || !whole && !strings.HasSuffix(got[len(got)-1], "…") {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
