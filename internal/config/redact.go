package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// This file is the sieve below the rule that no message is made of a secret: a kind may have put one into its own words, or
// somebody may have written one where no secret belongs.

// Shorter secrets than this are cut out where they stand in quotes only, or no message would stay readable.
const shortestSecret = 4

// startLength is how many bytes of a secret the sieve is made by; the shortest thing to be found is one byte in quotes.
const startLength = 3

// grain is a text that is not to be shown, and what stands in its place.
type grain struct{ text, instead string }

// sieve finds secrets in messages: grains by their first bytes, the longest first.
type sieve map[string][]grain

// newSieve makes a sieve of values and what is to be shown in their place.
func newSieve(values map[string]string) sieve {
	s := sieve{}
	for value, instead := range values {
		quoted := strconv.Quote(value)
		s.add(quoted, instead)
		if len(value) >= shortestSecret {
			s.add(value, instead)
			s.add(quoted[1:len(quoted)-1], instead)
		}
	}
	for _, grains := range s {
		slices.SortFunc(grains, func(a, b grain) int {
			return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text))
		})
	}
	return s
}

func (s sieve) add(text, instead string) {
	s[text[:startLength]] = append(s[text[:startLength]], grain{text, instead})
}

// redact returns a message without the secrets that are in it, whole or cut off by an ellipsis.
func (s sieve) redact(message string) string {
	if len(s) == 0 {
		return message
	}
	var out strings.Builder
	for i := 0; i < len(message); {
		instead, length := s.at(message[i:])
		if length == 0 {
			instead, length = message[i:i+1], 1
		}
		out.WriteString(instead)
		i += length
	}
	return out.String()
}

// at returns what to write for the secret that a text begins with, and the secret's length; 0 when there is none.
func (s sieve) at(text string) (instead string, length int) {
	if len(text) < startLength {
		return "", 0
	}
	for _, g := range s[text[:startLength]] {
		same := 0
		for same < min(len(g.text), len(text)) && g.text[same] == text[same] {
			same++
		}
		if same == len(g.text) || same >= shortestSecret && strings.HasPrefix(text[same:], "…") {
			return g.instead, same
		}
	}
	return "", 0
}

// veiled returns what may be shown of a text that the file has: the text without what stands before an @ in an address,
// and without the values of parameters that are secrets by their names.
func veiled(s string) string {
	return veilParameters(veilUser(s))
}

func veilUser(s string) string {
	end := strings.LastIndexByte(s, '@')
	if end < 0 || !strings.Contains(s[:end], ":") {
		return s
	}
	scheme, _, ok := strings.Cut(s[:end], "://")
	if ok && schemeForm.MatchString(scheme) {
		return scheme + "://" + hidden + s[end:]
	}
	return hidden + s[end:]
}

func veilParameters(s string) string {
	if !strings.Contains(s, "=") {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		pair := s
		if i := strings.IndexAny(s, betweenParameters); i >= 0 {
			pair = s[:i+1]
		}
		s = s[len(pair):]
		name, value, ok := strings.Cut(pair, "=")
		if bare := strings.TrimRight(value, betweenParameters); ok && bare != "" && looksSecret(name) {
			pair = name + "=" + hidden + value[len(bare):]
		}
		out.WriteString(pair)
	}
	return out.String()
}

// hide remembers the secrets in a text of the file: no message shows them, wherever it got them from.
func (r *reporter) hide(s string) {
	if passwordInURL(s) {
		r.values[s] = hidden
	}
	for _, part := range secretParts(s) {
		if part != "" {
			r.values[part] = hidden
		}
	}
}

// secretParts returns what veiled cuts out of a text: what stands before the @ of an address, whole and from its first
// colon on, and the values of secret parameters.
func secretParts(s string) []string {
	var parts []string
	if end := strings.LastIndexByte(s, '@'); end >= 0 && strings.Contains(s[:end], ":") {
		user := s[:end]
		if scheme, rest, ok := strings.Cut(user, "://"); ok && schemeForm.MatchString(scheme) {
			user = rest
		}
		_, password, _ := strings.Cut(user, ":")
		parts = append(parts, user, password)
	}
	for _, pair := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(betweenParameters, r) }) {
		if name, value, _ := strings.Cut(pair, "="); looksSecret(name) {
			parts = append(parts, value)
		}
	}
	return parts
}

// cut shortens a text to a number of characters.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
