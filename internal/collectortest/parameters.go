package collectortest

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ask looks at the parameters of a recorded request, which are those that the kind sends.
func (r *reading) ask(a *answer) {
	if r.Parameters == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(a.query)) {
		want, known := r.Parameters[name]
		if !known {
			r.faults = append(r.faults, fmt.Sprintf("%s: %s is asked with %s, which the description does not have", a.name, r.Request, name))
			continue
		}
		for _, value := range a.query[name] {
			if want == fieldsAsked {
				r.faults = append(r.faults, r.unknownFields(a.name, value)...)
			} else if value != "*" && !mayBe(want, value) {
				r.faults = append(r.faults, fmt.Sprintf("%s: %s is asked with %s=%s, described as %s", a.name, r.Request, name, value, want))
			}
		}
	}
}

// mayBe tells whether a parameter may have a value.
func mayBe(want, value string) bool {
	if one, many := strings.CutSuffix(want, "*"); many {
		return !slices.ContainsFunc(strings.Split(value, ","), func(part string) bool { return part == "" || !mayBe(one, part) })
	}
	n, err := strconv.ParseInt(value, 10, 64)
	low, high, ranged := strings.Cut(want, "..")
	switch {
	case want == "string":
		return value != ""
	case want == "integer":
		return err == nil
	case want == "boolean":
		return value == "true" || value == "false"
	case ranged:
		from, wrong := strconv.ParseInt(low, 10, 64)
		to, wronger := strconv.ParseInt(high, 10, 64)
		return err == nil && wrong == nil && wronger == nil && from <= n && n <= to
	}
	return slices.Contains(strings.Split(want, "|"), value)
}

// fieldsAsked is the type of a parameter that names fields of the answer, as id,likes.limit(0) or items(id,snippet(title)).
const fieldsAsked = "fields"

// unknownFields tells which of the fields that are asked for are not described.
func (r *reading) unknownFields(name, asked string) (faults []string) {
	for _, path := range askedFields(asked) {
		found := false
		for field := range r.Fields {
			plain := strings.ReplaceAll(field, "[]", "")
			found = found || within(plain, path) || within(strings.TrimPrefix(plain, "data."), path)
		}
		if !found && asked != "*" {
			faults = append(faults, fmt.Sprintf("%s: %s is asked for the field %s, which the description does not have", name, r.Request, path))
		}
	}
	return faults
}

// askedFields lists the paths in items(id,snippet(title)) and comments.limit(0),page{id}: what stands in brackets behind a name are its
// fields, and behind a point it is something else.
func askedFields(text string) (out []string) {
	depth, start := 0, 0
	for i, r := range text + "," {
		switch {
		case strings.ContainsRune("({", r):
			depth++
		case strings.ContainsRune(")}", r):
			depth--
		case r == ',' && depth == 0:
			out = append(out, askedField(text[start:i])...)
			start = i + 1
		}
	}
	return out
}

func askedField(one string) (out []string) {
	end := strings.IndexAny(one, "({.")
	if end < 0 {
		return []string{one}
	}
	if one[end] == '.' {
		return []string{one[:end]}
	}
	for _, inner := range askedFields(one[end+1 : len(one)-1]) {
		out = append(out, one[:end]+"."+inner)
	}
	return out
}

// unknown tells which fields are read of the answers to a request that its description does not have.
func (d described) unknown(request string, t reflect.Type) []string {
	i := slices.IndexFunc(d.Answers, func(a describedAnswer) bool { return a.Request == request })
	if i < 0 {
		return []string{fmt.Sprintf("%s is read and not described", request)}
	}
	var out []string
	for _, path := range fieldsOf(t, "") {
		if d.Answers[i].Fields[path] == "" && d.Answers[i].Undescribed[path] == "" {
			out = append(out, fmt.Sprintf("of %s the field %s is read, which the description does not have", request, path))
		}
	}
	return out
}

var (
	readsJSON = reflect.TypeFor[json.Unmarshaler]()
	readsText = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// inParts is the package whose lists read their entries one by one.
const inParts = "seuranta/internal/collector/api"

// fieldsOf lists the places of an answer that are read into a type: stats[].day. A type that stands within itself is followed once, and
// one of another package than what it stands within not at all: it is that package's to hold it against a description.
func fieldsOf(t reflect.Type, at string, around ...reflect.Type) []string {
	switch pointer := reflect.PointerTo(t); {
	case t.Kind() == reflect.Pointer:
		return fieldsOf(t.Elem(), at, around...)
	case t.Kind() == reflect.Slice && t.PkgPath() == inParts:
		return fieldsOf(t.Elem(), at+"[]", around...)
	case pointer.Implements(readsJSON), pointer.Implements(readsText):
		return []string{at}
	case t.Kind() == reflect.Slice:
		return fieldsOf(t.Elem(), at+"[]", around...)
	case t.Kind() != reflect.Struct, slices.Contains(around, t), foreign(t, around):
		return []string{at}
	}
	around = append(slices.Clone(around), t)
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			out = append(out, fieldsOf(f.Type, at, around...)...)
		case f.IsExported() && name != "-":
			out = append(out, fieldsOf(f.Type, strings.TrimPrefix(at+"."+name, "."), around...)...)
		}
	}
	return out
}

// foreign tells whether a type is of another package than those around it.
func foreign(t reflect.Type, around []reflect.Type) bool {
	return t.PkgPath() != "" && slices.ContainsFunc(around, func(outer reflect.Type) bool { return outer.PkgPath() != "" && outer.PkgPath() != t.PkgPath() })
}
