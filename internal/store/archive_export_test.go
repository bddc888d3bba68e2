package store

import (
	"context"
	"reflect"
	"strings"
	"testing"
)

// KnownType tells whether an export can hold a type of columns.
func KnownType(name string) bool { _, known := cellKinds[name]; return known }

// ManifestOf returns the manifest of a folder.
func ManifestOf(t testing.TB, dir string) Manifest {
	t.Helper()
	a, err := readManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	return a.Manifest
}

// RowAgain reads a line of a table and writes what it read.
func RowAgain(table, line string) (string, bool) {
	schema, _ := newestSchema()
	tables, _ := archived(schema)
	for _, t := range tables {
		if t.Name != table {
			continue
		}
		form, err := (&ArchiveTable{Name: t.Name, Columns: t.Columns}).form()
		values := make([]any, len(t.Columns))
		if err != nil || form.read([]byte(line), values) != nil {
			return "", false
		}
		places := form.places()
		for i, v := range values {
			reflect.ValueOf(places[i]).Elem().Set(reflect.ValueOf(v))
		}
		return strings.TrimSuffix(string(form.write(nil, places)), "\n"), true
	}
	return "", false
}

// Short counts the sources of which the history holds less than their runs told.
func (s *Store) Short(ctx context.Context) (n int) {
	_ = s.query(ctx, "store.short_sources", func(scan func(...any) error) error {
		var a, b string
		n++
		return scan(&a, &b)
	})
	return n
}
