// Package markup makes plain text of what feeds and sites write as HTML, for kinds that keep titles, labels and texts of things
// published. One article told by two of them reads the same.
package markup

import (
	"bytes"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/unicode/norm"
)

// Lengths that are kept, in characters; of what comes longer the rest is cut off.
const (
	LongestTitle   = 300
	LongestIngress = 1_000  // of what others write
	LongestText    = 20_000 // of our own
	LongestLabel   = 100
)

const (
	mostLabels = 50
	mostMarkup = 1 << 20 // bytes of HTML that are looked through for a text
)

// tag matches what looks like a tag of HTML.
var tag = regexp.MustCompile(`</?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?>|<!--.*?-->`)

// Title returns a title as one line of plain text. Only tags that HTML has are taken out: a title may say that 1 < 2.
func Title(markup string) string {
	markup = markup[:min(len(markup), mostMarkup)]
	text := tag.ReplaceAllStringFunc(markup, func(t string) string {
		name := tag.FindStringSubmatch(t)[1]
		switch {
		case name == "":
			return ""
		case atom.Lookup([]byte(strings.ToLower(name))) == 0:
			return t
		case breaks(name):
			return " "
		}
		return ""
	})
	return Shortened(tidy(html.UnescapeString(text)), LongestTitle)
}

// Text returns what a reader sees of HTML, on one line, at most so many characters.
func Text(markup string, most int) string {
	var b strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(markup[:min(len(markup), mostMarkup)]))
	hidden := ""
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			if rest := z.Raw(); z.Err() == io.EOF && hidden == "" && !bytes.HasPrefix(rest, []byte("<!")) {
				b.Write(rest)
			}
			return Shortened(tidy(b.String()), most)
		case xhtml.TextToken:
			if hidden == "" {
				b.Write(z.Text())
			}
		case xhtml.StartTagToken:
			hidden = enter(z, hidden, &b)
		case xhtml.EndTagToken:
			if name, _ := z.TagName(); string(name) == hidden {
				hidden = ""
			} else if breaks(string(name)) {
				b.WriteByte(' ')
			}
		case xhtml.SelfClosingTagToken:
			b.WriteByte(' ')
		}
	}
}

// enter takes an opening tag and returns which element hides what follows: scripts and the like are not read by people.
func enter(z *xhtml.Tokenizer, hidden string, b *strings.Builder) string {
	raw, _ := z.TagName()
	name := string(raw)
	switch {
	case hidden != "":
		return hidden
	case slices.Contains([]string{"script", "style", "noscript", "template", "iframe", "svg"}, name):
		return name
	case breaks(name):
		b.WriteByte(' ')
	}
	return ""
}

// breaks tells whether an element of HTML stands apart from the text around it.
func breaks(name string) bool {
	return !slices.Contains([]string{
		"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong",
		"strike", "sub", "sup", "time", "tt", "u", "var", "wbr",
	}, strings.ToLower(name))
}

// tidy composes a text as NFC, leaves out what cannot be seen or turns the reading direction, and joins blanks.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00ad' || r == '\u200b' || r == '\u2060' || r == '\ufeff':
			return -1
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(norm.NFC.String(text)), " ")
}

// Shortened cuts a text that is too long, at the end of a word where that is near.
func Shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most-1])
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)*9/10 {
		cut = cut[:at]
	}
	return cut + "…"
}

// Labels returns the labels of an item as plain text, sorted, each once.
func Labels(categories []string) []string {
	var out []string
	for _, c := range categories {
		if text := Shortened(tidy(html.UnescapeString(c)), LongestLabel); text != "" {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), mostLabels)]
}
