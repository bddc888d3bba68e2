package collectortest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Beside is where Described takes the types, as []any, that read something else than a described answer: refusals, state, exports.
const Beside = "beside"

// decoded returns what is read and not described, and what reads JSON in the package of the test and was not given.
func (d described) decoded(t *testing.T, read map[string]any) (faults []string) {
	t.Helper()
	seen, passed := map[string]bool{}, map[reflect.Type]bool{}
	for _, request := range slices.Sorted(maps.Keys(read)) {
		values, several := read[request].([]any)
		if !several {
			values = []any{read[request]}
		}
		for _, value := range values {
			if request != Beside {
				faults = append(faults, d.unknown(request, reflect.TypeOf(value))...)
			}
			tagsOf(reflect.TypeOf(value), passed, seen)
		}
	}
	decoders, err := decodersIn(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range slices.Sorted(maps.Keys(decoders)) {
		if !seen[decoders[at]] {
			faults = append(faults, fmt.Sprintf("%s reads %s, which no type has that the test gives: give the type by its request, or under Beside", at, decoders[at]))
		}
	}
	return faults
}

// tagsOf notes the fields of a type and of those within it, each struct as one text.
func tagsOf(t reflect.Type, passed map[reflect.Type]bool, into map[string]bool) {
	if passed[t] {
		return
	}
	passed[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		tagsOf(t.Elem(), passed, into)
	case reflect.Struct:
		var tags []string
		for i := range t.NumField() {
			tags = append(tags, tagOf(string(t.Field(i).Tag)))
			tagsOf(t.Field(i).Type, passed, into)
		}
		into[together(tags)] = true
	}
}

// tagOf is the name that a field has in JSON, "" where it says none.
func tagOf(tag string) string {
	name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
	return strings.TrimPrefix(name, "-")
}

func together(tags []string) string {
	slices.Sort(tags)
	return strings.Join(slices.DeleteFunc(tags, func(tag string) bool { return tag == "" }), ", ")
}

// decodersIn finds the structs of a package that name fields of JSON, by where they stand.
func decodersIn(folder string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	out, set := map[string]string{}, token.NewFileSet()
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.StructType); ok && fieldNames(s) != "" {
				out[set.Position(s.Pos()).String()] = fieldNames(s)
			}
			return true
		})
	}
	return out, err
}

func fieldNames(s *ast.StructType) string {
	var tags []string
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		if text, err := strconv.Unquote(f.Tag.Value); err == nil {
			tags = append(tags, tagOf(text))
		}
	}
	return together(tags)
}
