package collectortest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Platforms give out their descriptions as libraries for JavaScript, too, which they generate. Of these as much is understood here as
// such generators write: literals of objects, and declarations of interfaces and types.

// scriptToken finds white space and comments, texts, names, numbers, and signs.
var scriptToken = regexp.MustCompile("^(?:(\\s+|//[^\\n]*|/\\*(?s:.*?)\\*/)|('(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|`(?:[^`\\\\]|\\\\.)*`)|([A-Za-z_$][\\w$]*)|(-?[0-9][0-9._]*)|(=>|.|\\n))")

// scriptReader reads tokens one by one: texts keep their quotes.
type scriptReader struct{ rest, token string }

func newScript(text string) *scriptReader {
	s := &scriptReader{rest: text}
	s.next()
	return s
}

// next goes to the next token and returns the one that it was on; "" is the end.
func (s *scriptReader) next() string {
	was := s.token
	for s.token = ""; s.rest != ""; {
		found := scriptToken.FindStringSubmatch(s.rest)
		s.rest = s.rest[len(found[0]):]
		if found[1] == "" {
			s.token = found[0]
			break
		}
	}
	return was
}

// take goes on where the token is what is wanted.
func (s *scriptReader) take(token string) bool {
	if s.token != token {
		return false
	}
	s.next()
	return true
}

// isText tells whether a token is a text.
func isText(token string) bool { return token != "" && strings.Contains("'\"`", token[:1]) }

// unquote returns the text of a token, and a name as it is.
func unquote(token string) string {
	if !isText(token) {
		return token
	}
	inner := strings.NewReplacer("\\'", "'", "\\`", "`").Replace(token[1 : len(token)-1])
	if token[0] != '"' {
		inner = strings.ReplaceAll(strings.ReplaceAll(inner, `\"`, `"`), `"`, `\"`)
	}
	if text, err := strconv.Unquote(`"` + strings.ReplaceAll(inner, "\n", `\n`) + `"`); err == nil {
		return text
	}
	return inner
}

// literal reads an object as JavaScript writes it.
func literal(text string) (any, error) {
	s := newScript(text)
	value := s.value()
	if !s.take(";") {
		return nil, fmt.Errorf("the literal does not end before %.40q", s.token+s.rest)
	}
	return value, nil
}

func (s *scriptReader) value() any {
	switch token := s.next(); {
	case token == "{":
		out := map[string]any{}
		for s.token != "}" && s.token != "" {
			name := unquote(s.next())
			if !s.take(":") {
				break
			}
			out[name] = s.value()
			s.take(",")
		}
		s.take("}")
		return out
	case token == "[":
		out := []any{}
		for s.token != "]" && s.token != "" {
			out = append(out, s.value())
			s.take(",")
		}
		s.take("]")
		return out
	case token == "true" || token == "false":
		return token == "true"
	case token == "null":
		return nil
	case isText(token):
		return unquote(token)
	default:
		return json.Number(token)
	}
}

// readTypeScript names interfaces and types as they are named.
func (m manual) readTypeScript(text []byte) error {
	s := newScript(string(text))
	before := len(m)
	for s.token != "" {
		switch word := s.next(); {
		case word == "interface":
			m[s.next()] = s.declared()
		case word == "type" && s.token != "{":
			name := s.next()
			if s.take("=") {
				m[name] = s.either()
			}
		}
	}
	if len(m) == before {
		return fmt.Errorf("it declares nothing")
	}
	return nil
}

// declared reads an interface behind its name, with what it extends.
func (s *scriptReader) declared() *shape {
	var wider []*shape
	for s.token != "{" && s.token != "" {
		if s.take("extends") || s.take(",") {
			wider = append(wider, s.one())
			continue
		}
		s.next()
	}
	own := s.one()
	if len(wider) == 0 {
		return own
	}
	return &shape{kind: "object", anyOf: append(wider, own)}
}

// either reads A | B, A & B and null; a field of one is a field of it.
func (s *scriptReader) either() *shape {
	var all []*shape
	for s.take("|") || s.take("&") || len(all) == 0 {
		one := s.one()
		if one.kind != "null" {
			all = append(all, one)
		}
	}
	words := []string{}
	for _, one := range all {
		words = append(words, one.words...)
	}
	switch {
	case len(all) == 0:
		return &shape{kind: "any"}
	case len(all) == 1:
		return all[0]
	case !slices.ContainsFunc(all, func(one *shape) bool { return one.kind != "string" }):
		return &shape{kind: "string", words: words}
	}
	return &shape{anyOf: all}
}

// one reads a type without bars, with the brackets that make it a list of it or a part of it.
func (s *scriptReader) one() *shape {
	out := s.simple()
	for s.token == "[" {
		s.next()
		switch {
		case s.take("]"):
			out = &shape{kind: "array", item: out}
		case len(out.names) == 1:
			out = &shape{names: []string{out.names[0] + "." + unquote(s.next())}}
			s.take("]")
		default:
			s.skip("]")
		}
	}
	return out
}

func (s *scriptReader) simple() *shape {
	switch token := s.next(); {
	case token == "{":
		return s.members()
	case token == "(":
		inner := s.either()
		s.skip(")")
		return inner
	case token == "readonly":
		return s.one()
	case token == "keyof" || token == "typeof":
		s.one()
		return &shape{kind: "any"}
	case isText(token):
		return &shape{kind: "string", words: []string{unquote(token)}}
	case slices.Contains([]string{"string", "number", "boolean"}, token):
		return &shape{kind: token}
	case token == "true" || token == "false":
		return &shape{kind: "boolean"}
	case token == "null" || token == "undefined":
		return &shape{kind: "null"}
	case token == "any" || token == "unknown":
		return &shape{kind: "any"}
	default:
		return s.generic(token)
	}
}

// generic reads what stands behind a name: Array<T> is a list, and of others nothing is known.
func (s *scriptReader) generic(name string) *shape {
	for s.take(".") {
		name += "." + s.next()
	}
	if !s.take("<") {
		return &shape{names: []string{name}}
	}
	first := s.either()
	s.skip(">")
	if name == "Array" {
		return &shape{kind: "array", item: first}
	}
	return &shape{kind: "any"}
}

// members reads the fields of an object. Methods and such are passed by.
func (s *scriptReader) members() *shape {
	out := &shape{kind: "object", fields: map[string]*shape{}, camel: true}
	for s.token != "}" && s.token != "" {
		s.take("readonly")
		name := unquote(s.next())
		s.take("?")
		if s.take(":") {
			out.fields[name] = s.either()
		}
		s.skip(";")
	}
	s.take("}")
	return out
}

// skip goes behind a sign, past all that stands in brackets until then; a bracket that was not opened here stays.
func (s *scriptReader) skip(until string) {
	for depth := 0; s.token != ""; s.next() {
		switch {
		case depth == 0 && s.token == until:
			s.next()
			return
		case strings.Contains("({[<", s.token):
			depth++
		case strings.Contains(")}]>", s.token):
			if depth--; depth < 0 {
				return
			}
		}
	}
}
