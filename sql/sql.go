// Package sql holds the statements of Seuranta as files: one migration a step of the schema, one query a file, named after
// its caller. An analyst can read and try them without Go. See README.md for the dialect.
package sql

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql queries/*.sql
var files embed.FS

// Query returns the statement queries/NAME.sql without its header. An unknown name is a fault of the program and panics.
func Query(name string) string {
	b, err := files.ReadFile("queries/" + name + ".sql")
	if err != nil {
		panic(fmt.Sprintf("sql: no query %q", name))
	}
	return withoutComments(string(b))
}

// Queries lists the names of all queries.
func Queries() []string {
	var names []string
	for _, f := range list("queries") {
		names = append(names, strings.TrimSuffix(f, ".sql"))
	}
	return names
}

// Migration is one file of migrations/: a numbered list of steps, each of which may run again without harm.
type Migration struct {
	Number int
	Name   string
	SHA256 string // of the file
	Steps  []Step
}

// Step is one statement of a migration. UnlessColumn, table.column, names what shows that it is done.
type Step struct {
	Name         string
	UnlessColumn string
	SQL          string
}

// Migrations returns all migrations in the order of their numbers.
func Migrations() ([]Migration, error) {
	var out []Migration
	for _, f := range list("migrations") {
		b, err := files.ReadFile("migrations/" + f)
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", f, err)
		}
		m, err := parseMigration(f, string(b))
		if err != nil {
			return nil, err
		}
		if m.Number != len(out)+1 {
			return nil, fmt.Errorf("read migration %s: want number %d", f, len(out)+1)
		}
		out = append(out, m)
	}
	return out, nil
}

var (
	makesTable = regexp.MustCompile(`^CREATE TABLE IF NOT EXISTS ([a-z_]+)`)
	dropsTable = regexp.MustCompile(`^DROP TABLE IF EXISTS ([a-z_]+)`)
)

// Makes lists the tables that a step makes: one, or none.
func (s Step) Makes() []string { return named(makesTable, s) }

func named(by *regexp.Regexp, s Step) []string {
	if m := by.FindStringSubmatch(s.SQL); m != nil {
		return m[1:]
	}
	return nil
}

// Tables lists the tables that there are when the migrations are done.
func Tables(done []Migration) (tables []string) {
	for _, m := range done {
		for _, step := range m.Steps {
			dropped := named(dropsTable, step)
			tables = slices.DeleteFunc(tables, func(t string) bool { return slices.Contains(dropped, t) })
			tables = append(tables, step.Makes()...)
		}
	}
	return tables
}

const stepMark = "-- step "

func parseMigration(file, text string) (Migration, error) {
	number, name, ok := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
	n, err := strconv.Atoi(number)
	if err != nil || !ok || len(number) != 4 {
		return Migration{}, fmt.Errorf("read migration %s: want a name as 0001_what.sql", file)
	}
	sum := sha256.Sum256([]byte(text))
	m := Migration{Number: n, Name: name, SHA256: hex.EncodeToString(sum[:])}
	parts := strings.Split("\n"+text, "\n"+stepMark)
	if len(parts) == 1 || withoutComments(parts[0]) != "" {
		return Migration{}, fmt.Errorf("read migration %s: want steps, and no statement before the first", file)
	}
	for _, part := range parts[1:] {
		head, body, _ := strings.Cut(part, "\n")
		step := Step{SQL: withoutComments(body)}
		head, _, _ = strings.Cut(head, ":")
		step.Name, step.UnlessColumn, _ = strings.Cut(head, " unless column ")
		if step.SQL == "" || step.Name == "" {
			return Migration{}, fmt.Errorf("read migration %s: a step without a name or a statement", file)
		}
		m.Steps = append(m.Steps, step)
	}
	return m, nil
}

// withoutComments drops whole lines of comment: a question mark in one would be taken for a parameter.
func withoutComments(s string) string {
	var keep []string
	for line := range strings.Lines(s) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			keep = append(keep, line)
		}
	}
	return strings.TrimSpace(strings.Join(keep, ""))
}

func list(dir string) []string {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		panic(err) // the folder is embedded
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
