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

// RowsAgain returns what reads a line of a table and writes what it read.
func RowsAgain(t testing.TB) func(table, line string) (string, bool) {
	t.Helper()
	forms := map[string]rowForm{}
	schema, err := newestSchema()
	if err != nil {
		t.Fatal(err)
	}
	tables, err := archived(schema)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if forms[table.Name], err = (&ArchiveTable{Name: table.Name, Columns: table.Columns}).form(); err != nil {
			t.Fatal(err)
		}
	}
	return func(table, line string) (string, bool) {
		form := forms[table]
		values := make([]any, len(form.kinds))
		if len(values) == 0 || form.read([]byte(line), values) != nil {
			return "", false
		}
		places := form.places()
		for i, v := range values {
			reflect.ValueOf(places[i]).Elem().Set(reflect.ValueOf(v))
		}
		return strings.TrimSuffix(string(form.write(nil, places)), "\n"), true
	}
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
