// Package locale holds what differs between the languages of Seuranta: its texts, plurals, numbers, dates and lists.
// A language is one file of translations/ and one entry of forms.
package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed translations/*.json
var files embed.FS

// Languages lists the languages, the users' own first.
func Languages() []string { return []string{"fi", "sv", "en"} }

// Name returns what a page in a language is called by those who speak it: suomeksi.
func Name(lang string) string {
	return map[string]string{"fi": "suomeksi", "sv": "på svenska", "en": "in English"}[lang]
}

// Locale is one language.
type Locale struct {
	lang  string
	forms forms
	texts map[string]message
}

// load reads each language once. A file that cannot be read is an error of For, not of starting the program.
var load = sync.OnceValues(func() (map[string]*Locale, error) {
	all := map[string]*Locale{}
	for _, lang := range Languages() {
		b, err := files.ReadFile("translations/" + lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("read translations of %s: %w", lang, err)
		}
		l := &Locale{lang: lang, forms: formsOf(lang)}
		if err := json.Unmarshal(b, &l.texts); err != nil {
			return nil, fmt.Errorf("read translations of %s: %w", lang, err)
		}
		all[lang] = l
	}
	return all, nil
})

// For returns the language of a code: fi, sv, en.
func For(lang string) (*Locale, error) {
	all, err := load()
	if err != nil {
		return nil, err
	}
	if l, ok := all[lang]; ok {
		return l, nil
	}
	return nil, fmt.Errorf("language %q: want one of %s", lang, strings.Join(Languages(), ", "))
}

// Lang returns the code of the language, as it stands in lang attributes.
func (l *Locale) Lang() string { return l.lang }

// Has tells whether there is a text for key.
func (l *Locale) Has(key string) bool {
	_, ok := l.texts[key]
	return ok
}

// Keys lists the keys of all texts, sorted.
func (l *Locale) Keys() []string {
	keys := make([]string, 0, len(l.texts))
	for k := range l.texts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Text returns the text of key with its placeholders filled. Arguments come in pairs, name and value; integers and floats
// are written as numbers of the language, everything else as fmt does. An argument n chooses the plural form. A key without
// a text is returned as it is, for a page with one odd word is better than none.
func (l *Locale) Text(key string, args ...any) string {
	m, ok := l.texts[key]
	if !ok {
		return key
	}
	text := m.Other
	for i := 0; i+1 < len(args) && m.One != ""; i += 2 {
		if n, isNumber := number(args[i+1]); args[i] == "n" && isNumber && l.one(n) {
			text = m.One
		}
	}
	return l.fill(text, args)
}

// fill writes the arguments where their names stand in braces. What stands in braces and is no argument stays.
func (l *Locale) fill(text string, args []any) string {
	if len(args) == 0 {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := argument(args, name)
		if !closed || !known {
			b.WriteByte('{')
			text = rest
			continue
		}
		b.WriteString(l.write(value))
		text = after
	}
}

// argument finds the value of a name in pairs of names and values.
func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

// one tells whether n takes the singular. The three languages agree: exactly one, written without decimals.
func (l *Locale) one(n float64) bool { return l.Number(n) == "1" }

func (l *Locale) write(value any) string {
	if n, ok := number(value); ok {
		return l.Number(n)
	}
	return fmt.Sprint(value)
}

func number(value any) (float64, bool) {
	switch v := value.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// message is a text, with a form of its own for one thing where the language needs it.
type message struct {
	One   string `json:"one"`
	Other string `json:"other"`
}

// UnmarshalJSON reads a string, or an object of plural forms.
func (m *message) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &m.Other)
	}
	type plain message
	return json.Unmarshal(b, (*plain)(m))
}
