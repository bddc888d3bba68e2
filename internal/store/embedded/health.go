//go:build linux && amd64

package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// rememberFile names the tables that exist, one `database.table` a line.
const rememberFile = "seuranta.tables"

// Remember keeps the names of the tables that exist, as `database.table` or, in the
// engine's own database, as `table`. Open compares: the engine forgets a database
// whose description is lost without a word. Call it after each migration; it is
// written whole or not at all, and replaces what was remembered before.
func (e *Engine) Remember(tables []string) error {
	names := make([]string, 0, len(tables))
	for _, t := range tables {
		if !strings.Contains(t, ".") && !e.options.pattern() {
			t = e.options.Database + "." + t
		}
		if strings.ContainsAny(t, "\r\n") || !strings.Contains(t, ".") {
			return fmt.Errorf("remember the tables: %q is no table of a database", t)
		}
		names = append(names, t)
	}
	slices.Sort(names)
	content := ""
	for _, n := range slices.Compact(names) {
		content += n + "\n"
	}
	if err := replaceFile(filepath.Join(e.folder.path, rememberFile), content); err != nil {
		return fmt.Errorf("remember the tables: %w", err)
	}
	return nil
}

// inspect fails when something is not as it was left.
func (e *Engine) inspect() error {
	if err := e.confined(); err != nil {
		return err
	}
	missing, err := e.missingTables()
	if err != nil {
		return err
	}
	detached, err := e.lines("SELECT concat(database, '.', table, ': ', path) FROM system.detached_parts ORDER BY path")
	if err != nil {
		return fmt.Errorf("look for parts that were set aside: %w", err)
	}
	return damage(e.folder.path, missing, detached)
}

// foreseeDamage looks for the descriptions of the remembered databases before the
// engine starts: it would write a wrong one in the place of one that is lost.
func foreseeDamage(folder string) error {
	remembered, err := readRemembered(folder)
	if err != nil {
		return err
	}
	var missing []string
	for _, name := range databases(remembered) {
		path := filepath.Join(folder, "metadata", name+".sql")
		// The names of files are escaped where they are not plain.
		if _, err := os.Stat(path); databaseName.MatchString(name) && errors.Is(err, os.ErrNotExist) {
			missing = append(missing, "database "+name)
		}
	}
	return damage(folder, missing, nil)
}

// confined makes sure that the engine read our configuration: it would leave out a
// file that it cannot find, and sessions could do anything.
func (e *Engine) confined() error {
	answer, err := e.lines("CHECK GRANT FILE ON *.*")
	if err != nil {
		return fmt.Errorf("check what sessions may do: %w", err)
	}
	if !slices.Equal(answer, []string{"0"}) {
		return fmt.Errorf("open the data folder %s: the engine did not take its configuration from there: %w",
			e.folder.path, ErrFolder)
	}
	return nil
}

// missingTables lists the remembered tables that the engine does not have.
func (e *Engine) missingTables() ([]string, error) {
	remembered, err := readRemembered(e.folder.path)
	if err != nil {
		return nil, err
	}
	have, err := e.tablesOf(databases(remembered))
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	var missing []string
	for _, t := range remembered {
		if !slices.Contains(have, t) {
			missing = append(missing, "table "+t)
		}
	}
	return missing, nil
}

func readRemembered(folder string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(folder, rememberFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, unusable(folder, err)
	}
	return strings.FieldsFunc(string(b), func(r rune) bool { return r == '\n' }), nil
}

// databases are those that the tables are in.
func databases(tables []string) (names []string) {
	for _, t := range tables {
		database, _, _ := strings.Cut(t, ".")
		names = append(names, database)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// tablesOf lists the tables of databases, which must be named: a look at
// system.tables that goes over the database default leaves out another one.
func (e *Engine) tablesOf(databases []string) (tables []string, err error) {
	for _, name := range databases {
		found, err := e.lines("SELECT concat(database, '.', name) FROM system.tables WHERE database = " + quote(name))
		if err != nil {
			return nil, err
		}
		tables = append(tables, found...)
	}
	return tables, nil
}

func (e *Engine) lines(statement string) ([]string, error) {
	b, err := e.admin.exec(statement, "TSVRaw", nil)
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(b), func(r rune) bool { return r == '\n' }), nil
}

// damage puts into words what was lost, or gives nil when nothing was.
func damage(folder string, missing, detached []string) error {
	var b strings.Builder
	for _, what := range missing {
		fmt.Fprintf(&b, "  %s is gone\n", what)
	}
	for _, p := range detached {
		fmt.Fprintf(&b, "  a part was set aside: %s\n", p)
	}
	if b.Len() == 0 {
		return nil
	}
	b.WriteString("nothing was changed; restore the folder from a backup, or accept the loss:")
	if len(detached) > 0 {
		b.WriteString(" move the parts named above out of the folder")
	}
	if len(missing) > 0 {
		fmt.Fprintf(&b, " remove %s", filepath.Join(folder, rememberFile))
	}
	return fmt.Errorf("open the data folder %s:\n%s: %w", folder, b.String(), ErrDamaged)
}
