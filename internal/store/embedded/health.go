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

// inspect fails when something is not as it was left.
func (e *Engine) inspect() error {
	if err := e.confined(); err != nil {
		return err
	}
	var found []fault
	missing, err := e.missingTables()
	if err != nil {
		return err
	}
	detached, err := e.lines("SELECT concat(database, '.', table), path FROM system.detached_parts ORDER BY path")
	if err != nil {
		return fmt.Errorf("look for parts that were set aside: %w", err)
	}
	for _, t := range missing {
		found = append(found, fault{table: t, what: "is gone", described: true})
	}
	for _, line := range detached {
		table, path, _ := strings.Cut(line, "\t")
		found = append(found, fault{table: table, what: "had a part set aside: " + path, move: true})
	}
	gone, err := e.missingParts(missing)
	if err != nil {
		return err
	}
	return e.damage(append(found, gone...))
}

// foreseeDamage looks for the remembered databases, tables and parts before the engine
// starts: it would write a wrong description in the place of one that is lost, and it
// names one broken part at most.
func (e *Engine) foreseeDamage() error {
	folder := e.folder.path
	tables, err := readTables(folder)
	if err != nil {
		return err
	}
	var found []fault
	for _, name := range databases(tables) {
		if databaseName.MatchString(name) && databaseFolder(folder, name) == "" {
			found = append(found, fault{table: name + ".*", what: "is gone with its database", described: true})
		}
	}
	have, lost, err := e.onDisk(tables)
	if err != nil {
		return unusable(folder, err)
	}
	remembered, err := rememberedParts(folder, tables)
	if err != nil {
		return err
	}
	return e.damage(append(append(found, lost...), partFaults(uncovered(remembered, have), tablesOf(lost), have)...))
}

// onDisk lists the parts of the tables, and the tables whose description is gone.
func (e *Engine) onDisk(tables []string) (have []span, lost []fault, err error) {
	for _, t := range tables {
		path := tableDescription(e.folder.path, t)
		if !plain(t) || path == "" {
			continue
		}
		switch b, err := os.ReadFile(path); {
		case errors.Is(err, os.ErrNotExist):
			lost = append(lost, fault{table: t, what: "is gone", described: true})
		case err == nil && len(b) == 0: // the engine would remove it
			lost = append(lost, fault{table: t, what: "is gone: its description " + path + " is empty", described: true})
		case err != nil || !description(string(b)):
			lost = append(lost, brokenDescription(t, path, err))
		default:
			parts, err := partsOnDisk(storeOf(e.folder.path, path), t)
			if err != nil {
				return nil, nil, err
			}
			have = append(have, parts...)
		}
	}
	return have, lost, nil
}

func tablesOf(found []fault) (tables []string) {
	for _, f := range found {
		tables = append(tables, f.table)
	}
	return tables
}

// confined makes sure that the engine read our configuration: it would leave out a
// file that it cannot find, and sessions could do anything.
func (e *Engine) confined() error {
	answer, err := e.lines("CHECK GRANT FILE ON *.*")
	if err != nil {
		return fmt.Errorf("check what sessions may do: %w", err)
	}
	if !slices.Equal(answer, []string{"0"}) {
		return fmt.Errorf("open the data folder %s: %w: the engine did not take its configuration from there", e.folder.path, ErrFolder)
	}
	return nil
}

// missingTables lists the remembered tables that the engine does not have.
func (e *Engine) missingTables() ([]string, error) {
	remembered, err := readTables(e.folder.path)
	if err != nil {
		return nil, err
	}
	have, err := e.tablesOf(databases(remembered))
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	return slices.DeleteFunc(remembered, func(t string) bool { return slices.Contains(have, t) }), nil
}

// missingParts lists the remembered parts of the other tables that the engine does not
// have.
func (e *Engine) missingParts(lost []string) ([]fault, error) {
	tables, err := readTables(e.folder.path)
	if err != nil {
		return nil, err
	}
	remembered, err := rememberedParts(e.folder.path, tables)
	if err != nil {
		return nil, err
	}
	have, err := e.parts()
	if err != nil {
		return nil, fmt.Errorf("list the parts: %w", err)
	}
	return partFaults(uncovered(remembered, have), lost, have), nil
}

// partFaults puts the lost parts of tables that are not lost themselves into words.
func partFaults(gone []span, lost []string, have []span) (found []fault) {
	for _, p := range gone {
		if slices.Contains(lost, p.table) {
			continue
		}
		left := 0
		for _, h := range have {
			if h.table == p.table {
				left++
			}
		}
		found = append(found, fault{table: p.table, what: fmt.Sprintf("has lost a part (blocks %d to %d of partition %s; parts left: %d)", p.min, p.max, p.partition, left)})
	}
	return found
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

// fault is one thing that was lost.
type fault struct {
	table     string // database.table
	what      string
	move      bool // it is still there, and is to be moved away
	described bool // the table itself cannot be had
}

// damage puts into words what was lost and what can be done, or gives nil when nothing
// was.
func (e *Engine) damage(found []fault) error {
	if len(found) == 0 {
		return nil
	}
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "  table %s %s; %s\n", f.table, printable(f.what), e.worth(f.table))
	}
	return fmt.Errorf("open the data folder %s: %w:\n%snothing was changed. Restore the folder from a backup; or accept the loss: %s",
		e.folder.path, ErrDamaged, b.String(), e.acceptance(found))
}

// worth says whether the content of a table can be made again.
func (e *Engine) worth(table string) string {
	if slices.Contains(e.options.Derived, table) {
		return "it can be made again without loss"
	}
	return "what only it held is lost"
}

// acceptance is what to do to go on without what was lost.
func (e *Engine) acceptance(found []fault) string {
	var steps, names, forget []string
	if slices.ContainsFunc(found, func(f fault) bool { return !f.described }) {
		forget = append(forget, partsFile)
	}
	if slices.ContainsFunc(found, func(f fault) bool { return f.described }) {
		forget = append(forget, tablesFile)
	}
	if slices.ContainsFunc(found, func(f fault) bool { return f.move }) {
		steps = append(steps, "move what is named above out of the folder")
	}
	for _, name := range forget {
		path := filepath.Join(e.folder.path, name)
		if _, err := os.Stat(path); err == nil {
			names = append(names, path)
		}
	}
	if len(names) > 0 {
		steps = append(steps, "remove "+strings.Join(names, " and "))
	}
	return strings.Join(steps, ", and ")
}
