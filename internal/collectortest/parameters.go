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
			if value != "*" && !mayBe(want, value) {
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

// unknown tells which fields are read of the answers to a request that its description does not have.
func (d described) unknown(request string, value any) []string {
	i := slices.IndexFunc(d.Answers, func(a describedAnswer) bool { return a.Request == request })
	if i < 0 {
		return []string{fmt.Sprintf("%s is read and not described", request)}
	}
	var out []string
	for _, path := range fieldsOf(reflect.TypeOf(value), "") {
		if !d.Answers[i].has(path) {
			out = append(out, fmt.Sprintf("of %s the field %s is read, which the description does not have", request, path))
		}
	}
	return out
}

// has tells whether a field, or all of what it is part of, is described.
func (d describedAnswer) has(path string) bool {
	for at := path; at != ""; {
		if kind, ok := d.Fields[at]; ok && (at == path || strings.HasPrefix(kind, "any")) {
			return true
		}
		cut := strings.LastIndexAny(at, ".[")
		if cut < 0 {
			return false
		}
		at = at[:cut]
	}
	return false
}

var (
	readsJSON = reflect.TypeFor[json.Unmarshaler]()
	readsText = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// fieldsOf lists the places of an answer that are read into a type: stats[].day.
func fieldsOf(t reflect.Type, at string) []string {
	switch pointer := reflect.PointerTo(t); {
	case t.Kind() == reflect.Pointer:
		return fieldsOf(t.Elem(), at)
	case pointer.Implements(readsJSON), pointer.Implements(readsText):
		return []string{at}
	case t.Kind() == reflect.Slice:
		return fieldsOf(t.Elem(), at+"[]")
	case t.Kind() != reflect.Struct:
		return []string{at}
	}
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			out = append(out, fieldsOf(f.Type, at)...)
		case f.IsExported() && name != "-":
			out = append(out, fieldsOf(f.Type, strings.TrimPrefix(at+"."+name, "."))...)
		}
	}
	return out
}
