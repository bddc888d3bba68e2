package collectortest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// shape is what an official description says of a value, or of the parameters of a request.
type shape struct {
	kind   string // string, integer, number, boolean, object, array, or any where it says nothing more
	fields map[string]*shape
	camel  bool     // fields are named nextToken, and answers have next_token: so do libraries for JavaScript
	item   *shape   // of an array
	anyOf  []*shape // it is one of these
	names  []string // it is what one of these names
	words  []string // it is one of these
	low    *int64   // of a parameter
	high   *int64
}

// child is a field by the name that it has in an answer.
func (s *shape) child(name string) *shape {
	if !s.camel {
		return s.fields[name]
	}
	if strings.ContainsFunc(name, unicode.IsUpper) {
		return nil
	}
	if found := s.fields[name]; found != nil {
		return found
	}
	return s.fields[camel(name)]
}

// camel writes next_token and next.token as nextToken.
func camel(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '.' })
	for i, word := range words[min(1, len(words)):] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

// manual is an official description: its shapes by name.
type manual map[string]*shape

// named finds the shapes of names as A|B, where A.b is a field of A.
func (m manual) named(names string) []*shape {
	var out []*shape
	for name := range strings.SplitSeq(names, "|") {
		found := m[name]
		if first, rest, dotted := strings.Cut(name, "."); found == nil && dotted {
			found = m[first]
			for part := range strings.SplitSeq(rest, ".") {
				if found != nil {
					found = found.fields[part]
				}
			}
		}
		if found != nil {
			out = append(out, m.plain(found, 0)...)
		}
	}
	return out
}

// plain replaces what names others, or is one of several, by those. Of a name that is in no file that was read nothing is known.
func (m manual) plain(s *shape, depth int) []*shape {
	if len(s.names)+len(s.anyOf) == 0 || depth > 20 {
		return []*shape{s}
	}
	var out []*shape
	for _, one := range s.anyOf {
		out = append(out, m.plain(one, depth+1)...)
	}
	for _, name := range s.names {
		for _, one := range m.named(name) {
			out = append(out, m.plain(one, depth+1)...)
		}
	}
	if len(out) == 0 {
		return []*shape{{kind: "any"}}
	}
	return out
}

// below follows a path as data[].statistics.viewCount.
func (m manual) below(from []*shape, path string) []*shape {
	for _, step := range steps(path) {
		var next []*shape
		for _, s := range from {
			found := s.item
			if step != "[]" {
				found = s.child(step)
			}
			if found != nil {
				next = append(next, m.plain(found, 0)...)
			}
		}
		from = next
	}
	return from
}

// steps cuts data[].id into data, [] and id.
func steps(path string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(path, "[]", ".[]"), func(r rune) bool { return r == '.' })
}

// at finds what the official description says of a place of an answer.
func (d describedAnswer) at(m manual, path string) []*shape {
	mount := ""
	for place := range d.Official {
		if len(place) > len(mount) && within(path, place) {
			mount = place
		}
	}
	return m.below(m.named(d.Official[mount]), strings.TrimPrefix(path, mount))
}

// within tells whether a place is another, or within it.
func within(path, place string) bool {
	rest, ok := strings.CutPrefix(path, place)
	return ok && (rest == "" || place == "" || rest[0] == '.' || rest[0] == '[')
}

// unofficial tells where a trimmed description and the official one do not agree.
func (d describedAnswer) unofficial(m manual) []string {
	var out []string
	for _, place := range slices.Sorted(maps.Keys(d.Official)) {
		if len(m.named(d.Official[place])) < strings.Count(d.Official[place], "|")+1 {
			out = append(out, fmt.Sprintf("the official description has no %s", d.Official[place]))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(d.Fields)) {
		out = append(out, d.held(path, path, d.Fields[path], d.at(m, path))...)
	}
	asked := m.named(d.Asked)
	if len(asked) == 0 && d.Asked != "" {
		out = append(out, fmt.Sprintf("the official description has no %s", d.Asked))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Parameters)) {
		var found []*shape
		for _, s := range asked {
			if one := s.child(name); one != nil {
				found = append(found, m.plain(one, 0)...)
			}
		}
		out = append(out, d.held("?"+name, "", d.Parameters[name], found)...)
		out = append(out, d.unknownWords(m, name, found)...)
	}
	return out
}

// held holds one field or parameter against what was found of it.
func (d describedAnswer) held(name, path, want string, found []*shape) []string {
	excused := d.Elsewhere[name] != "" || d.Elsewhere[""] != "" || d.everywhere[name] != ""
	for _, some := range []map[string]string{d.Elsewhere, d.everywhere} {
		for place := range some {
			excused = excused || path != "" && within(path, place)
		}
	}
	switch {
	case len(found) == 0 && !excused:
		return []string{fmt.Sprintf("%s: the official description has no %s", d.Request, name)}
	case len(found) > 0 && d.Elsewhere[name] != "":
		return []string{fmt.Sprintf("%s: the official description has %s, take it out of elsewhere", d.Request, name)}
	case len(found) > 0 && path != "" && !slices.ContainsFunc(found, func(s *shape) bool { return s.takes(strings.TrimSuffix(want, "?")) }):
		return []string{fmt.Sprintf("%s: %s is described as %s, and officially as %s", d.Request, name, want, found[0].kind)}
	}
	return nil
}

// takes tells whether a value that is described as a type can be of the shape. Libraries for JavaScript know no integers.
func (s *shape) takes(want string) bool {
	return want == "any" || s.kind == "any" || s.kind == want || want == "integer" && s.kind == "number"
}

// unknownWords holds the words and the range that a parameter may have against the official ones.
func (d describedAnswer) unknownWords(m manual, name string, found []*shape) []string {
	want := strings.TrimSuffix(d.Parameters[name], "*")
	if low, high, ranged := strings.Cut(want, ".."); ranged {
		return d.beyond(name, low, high, found)
	}
	if slices.Contains([]string{"string", "integer", "boolean", fieldsAsked}, want) {
		return nil
	}
	var words, out []string
	for _, s := range found {
		words = append(words, s.words...)
		for _, inner := range m.below([]*shape{s}, "[]") {
			words = append(words, inner.words...)
		}
	}
	for word := range strings.SplitSeq(want, "|") {
		if len(words) > 0 && !slices.Contains(words, word) && d.Elsewhere["?"+name+"="+word]+d.Elsewhere["?"+name+"=*"] == "" {
			out = append(out, fmt.Sprintf("%s: officially ?%s is never %s", d.Request, name, word))
		}
	}
	return out
}

func (d describedAnswer) beyond(name, low, high string, found []*shape) []string {
	from, wrong := strconv.ParseInt(low, 10, 64)
	to, wronger := strconv.ParseInt(high, 10, 64)
	for _, s := range found {
		if wrong != nil || wronger != nil || s.low != nil && from < *s.low || s.high != nil && to > *s.high {
			return []string{fmt.Sprintf("%s: ?%s is described as %s..%s, and officially narrower", d.Request, name, low, high)}
		}
	}
	return nil
}
