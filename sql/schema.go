package sql

import (
	"regexp"
	"slices"
	"strings"
)

// Table is a table as migrations make it.
type Table struct {
	Name    string
	Columns []Column // in the order in which they were made, which is that of `SELECT *`
	Year    string   // the column whose year parts the table; empty where nothing does
}

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"` // as ClickHouse writes it
}

var (
	columnLine = regexp.MustCompile(`(?m)^    ([a-z][a-z0-9_]*) (\S.*?),?$`)
	partedBy   = regexp.MustCompile(`PARTITION BY toYear\(([a-z0-9_]+)\)`)
	addsColumn = regexp.MustCompile(`^ALTER TABLE ([a-z_]+) ADD COLUMN ([a-z][a-z0-9_]*) (\S.*)$`)
)

// Schema returns the tables that there are when the migrations are done, in the order in which they were made. It is read
// off the statements; a test holds it against both engines.
func Schema(done []Migration) []Table {
	var tables []Table
	for _, m := range done {
		for _, step := range m.Steps {
			tables = step.change(tables)
		}
	}
	left := Tables(done)
	return slices.DeleteFunc(tables, func(t Table) bool { return !slices.Contains(left, t.Name) })
}

// change returns the tables after the step.
func (s Step) change(tables []Table) []Table {
	for _, name := range s.Makes() {
		tables = append(tables, s.table(name))
	}
	if m := addsColumn.FindStringSubmatch(strings.Join(strings.Fields(s.SQL), " ")); m != nil {
		for i := range tables {
			if tables[i].Name == m[1] {
				tables[i].Columns = append(tables[i].Columns, Column{m[2], m[3]})
			}
		}
	}
	return tables
}

// table reads the statement that makes a table.
func (s Step) table(name string) Table {
	t := Table{Name: name}
	for _, m := range columnLine.FindAllStringSubmatch(s.SQL, -1) {
		t.Columns = append(t.Columns, Column{m[1], m[2]})
	}
	if m := partedBy.FindStringSubmatch(s.SQL); m != nil {
		t.Year = m[1]
	}
	return t
}
