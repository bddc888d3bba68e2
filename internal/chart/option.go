// Package chart turns what a chart says into an option for ECharts. It is the only package that knows go-echarts, and uses
// it to build options only: its own pages run texts of users as scripts (see option). One file is one chart form.
package chart

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// built is a chart of go-echarts that is ready to be written.
type built interface {
	Validate()
	JSON() map[string]any
}

// option writes a chart as JSON that may stand inside a script element: json.Marshal escapes <, > and &, and reports a
// number that is none. patch sets what go-echarts has no field for.
func option(c built, patch func(map[string]any)) ([]byte, error) {
	c.Validate()
	b, err := json.Marshal(c.JSON())
	if err != nil {
		return nil, fmt.Errorf("write chart option: %w", err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("write chart option: %w", err)
	}
	patch(m)
	if b, err = json.Marshal(m); err != nil {
		return nil, fmt.Errorf("write chart option: %w", err)
	}
	return b, nil
}

// Plain returns text without what would harm a drawing or mislead a reader: control characters, marks that turn the
// direction of writing, bytes that are no text. Line ends become spaces.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= ' ' && r <= '~': // most text, and nothing is wrong with it
			return r
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
}

// label is Plain for texts that the drawing engine reads: it keeps {x|y} from being taken for a style and {b} for a field.
func label(text string) string {
	return strings.ReplaceAll(Plain(text), "{", "{\u2060")
}

// fn names a function of prelude.js where ECharts wants one.
func fn(name string) map[string]any { return map[string]any{"$fn": name} }

// merge sets the values of extra in target, descending into maps.
func merge(target, extra map[string]any) {
	for k, v := range extra {
		into, isMap := target[k].(map[string]any)
		from, alsoMap := v.(map[string]any)
		if isMap && alsoMap {
			merge(into, from)
			continue
		}
		target[k] = v
	}
}
