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
		if strings.ContainsAny(t, "\r\n") {
			return fmt.Errorf("remember the tables: %q is no name of a table", t)
		}
		if !strings.Contains(t, ".") {
			t = e.options.Database + "." + t
		}
		names = append(names, t)
	}
	slices.Sort(names)
	content := ""
	for _, n := range slices.Compact(names) {
		content += n + "\n"
	}
	if err := replaceFile(e.remembered(), content); err != nil {
		return fmt.Errorf("remember the tables: %w", err)
	}
	return nil
}

func (e *Engine) remembered() string { return filepath.Join(e.folder.path, rememberFile) }

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
	b, err := os.ReadFile(e.remembered())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unusable(e.folder.path, err)
	}
	have, err := e.lines("SELECT concat(database, '.', name) FROM system.tables")
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	return slices.DeleteFunc(strings.Fields(string(b)), func(t string) bool { return slices.Contains(have, t) }), nil
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
	for _, t := range missing {
		fmt.Fprintf(&b, "  table %s is gone\n", t)
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
