// Package match looks texts through for topics. Its rules are simple so far: words, beginnings of words and phrases, any of
// which is enough.
package match

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rule is a compiled rule.
type Rule struct{ terms []term }

// term is a run of words; the last may stand for every word that begins so.
type term struct {
	words  []string
	prefix bool
}

// Compile reads a rule: terms joined by OR. A term is a word (velka), the beginning of words (velka*) or a phrase in double
// quotes ("nuorten talous*"). Case does not matter.
func Compile(rule string) (*Rule, error) {
	var r Rule
	for _, text := range strings.Split(rule, " OR ") {
		t, err := parse(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		r.terms = append(r.terms, t)
	}
	return &r, nil
}

func parse(text string) (term, error) {
	inner := text
	quoted := len(text) > 1 && strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`)
	if quoted {
		inner = text[1 : len(text)-1]
	}
	t := term{prefix: strings.HasSuffix(inner, "*")}
	t.words = words(strings.TrimSuffix(inner, "*"))
	switch {
	case strings.ContainsAny(strings.TrimSuffix(inner, "*"), `*"()`):
		return t, fmt.Errorf("%s: a * may stand at the end only, and quotes around a phrase", text)
	case len(t.words) == 0:
		return t, fmt.Errorf("%q holds no word", text)
	case len(t.words) > 1 && !quoted:
		return t, fmt.Errorf("%s: write OR between words, or quotes around a phrase", text)
	case t.prefix && utf8.RuneCountInString(t.words[len(t.words)-1]) < 3:
		return t, fmt.Errorf("%s: at least three letters must stand before *", text)
	}
	return t, nil
}

// words cuts a text into words in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '-' && r != ':'
	})
}

// Text is texts cut into words, to be looked through by several rules.
type Text [][]string

// Cut cuts texts into words. No phrase reaches from one into the next.
func Cut(texts ...string) Text {
	out := make(Text, len(texts))
	for i, text := range texts {
		out[i] = words(text)
	}
	return out
}

// Match tells whether one of the texts holds one of the terms.
func (r *Rule) Match(texts ...string) bool { return r.In(Cut(texts...)) }

// In tells whether a text that was cut before holds one of the terms.
func (r *Rule) In(t Text) bool {
	for _, have := range t {
		for _, term := range r.terms {
			if term.in(have) {
				return true
			}
		}
	}
	return false
}

func (t term) in(have []string) bool {
	for i := 0; i+len(t.words) <= len(have); i++ {
		if t.at(have[i:]) {
			return true
		}
	}
	return false
}

func (t term) at(have []string) bool {
	last := len(t.words) - 1
	for i, w := range t.words {
		if have[i] != w && (i < last || !t.prefix || !strings.HasPrefix(have[i], w)) {
			return false
		}
	}
	return true
}
