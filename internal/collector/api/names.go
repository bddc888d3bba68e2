package api

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Unnamed returns a text without some names of people, wherever they stand in it, in whatever letters, and however the parts of a
// name are joined. A name of one word is found where a word begins with it. Endings stay: Kanarialle becomes @…lle.
func Unnamed(text string, names ...string) string {
	names = slices.Clone(names)
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one may be a part of another
	for _, name := range names {
		words := strings.Fields(name)
		for i := range words {
			words[i] = regexp.QuoteMeta(words[i])
		}
		text = unnamed(text, words)
	}
	return text
}

func unnamed(text string, words []string) string {
	switch len(words) {
	case 0:
		return text
	case 1:
		if begins := regexp.MustCompile(`(?i)(^|[^\pL\pN])` + words[0]); begins.MatchString(text) {
			return begins.ReplaceAllString(text, "${1}@…")
		}
	}
	return regexp.MustCompile(`(?i)`+strings.Join(words, `[\s\pZ_.-]*`)).ReplaceAllString(text, "@…")
}
