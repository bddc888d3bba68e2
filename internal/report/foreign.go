package report

import (
	"strings"

	"seuranta/internal/chart"
	"seuranta/internal/observation"
)

// foreign is text that somebody wrote, with the language it is in when that is known and not the page's own: a screen
// reader must be told.
type foreign struct{ Text, Lang string }

// foreign returns the wording that the page shows of t.
func (w words) foreign(t observation.Text) foreign {
	out := foreign{Text: chart.Plain(t.In(w.l.Lang()))}
	if t[w.l.Lang()] != "" || t[""] != "" {
		return out
	}
	for _, lang := range []string{"fi", "sv", "en"} {
		if t[lang] != "" {
			out.Lang = lang
			break
		}
	}
	return out
}

// around is a sentence of the page with foreign text inside.
type around struct{ Before, After string }

// gap stands for the foreign text while a sentence is made; Plain leaves none of it in any other text.
const gap = "\x00"

// within puts foreign text into a sentence that has gap in its place.
func within(sentence string, text foreign) (string, around) {
	before, after, _ := strings.Cut(sentence, gap)
	return before + text.Text + after, around{before, after}
}
