//go:build linux && amd64

package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The engine keeps a description of each database in metadata/DATABASE.sql, those of its
// tables in store/XXX/UUID of the database, to which the link metadata/DATABASE leads,
// and the parts of a table in store/XXX/UUID of the table.

var (
	uuidOf   = regexp.MustCompile(`^ATTACH (?:DATABASE|TABLE) \S+ UUID '([0-9a-f-]{36})'`)
	wellUUID = regexp.MustCompile(`^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// storeOf is the folder of what a description describes, "" when it cannot be read.
func storeOf(folder, description string) string {
	b, err := os.ReadFile(description)
	m := uuidOf.FindStringSubmatch(string(b))
	if err != nil || m == nil {
		return ""
	}
	return filepath.Join(folder, "store", m[1][:3], m[1])
}

// databaseFolder is where the descriptions of a database's tables lie: its own
// description says so, or the link beside it when that is lost.
func databaseFolder(folder, database string) string {
	if found := storeOf(folder, databaseDescription(folder, database)); found != "" {
		return found
	}
	if id := linkedUUID(folder, database); id != "" {
		return filepath.Join(folder, "store", id[:3], id)
	}
	return ""
}

func databaseDescription(folder, database string) string {
	return filepath.Join(folder, "metadata", database+".sql")
}

// tableDescription is the path of a table's description, "" when its database is lost.
func tableDescription(folder, table string) string {
	database, name, _ := strings.Cut(table, ".")
	if in := databaseFolder(folder, database); in != "" {
		return filepath.Join(in, name+".sql")
	}
	return ""
}

// linkedUUID is the id of the database to which its link leads.
func linkedUUID(folder, database string) string {
	target, err := os.Readlink(filepath.Join(folder, "metadata", database))
	id := filepath.Base(target)
	if err != nil || !wellUUID.MatchString(id) {
		return ""
	}
	if info, err := os.Stat(filepath.Join(folder, "store", id[:3], id)); err != nil || !info.IsDir() {
		return ""
	}
	return id
}

// plain reports whether the engine keeps a table under its own name: others it escapes.
func plain(table string) bool {
	database, name, _ := strings.Cut(table, ".")
	return databaseName.MatchString(database) && databaseName.MatchString(name)
}

// mend puts right what a full disk leaves and what can be put right without loss. Call it
// when no damage was foreseen.
func mend(folder string) error {
	if err := mendDatabases(folder); err != nil {
		return err
	}
	remembered, err := readTables(folder)
	if err != nil {
		return err
	}
	return mendTables(folder, remembered)
}

// mendDatabases writes the descriptions of databases again that are gone, or make no
// sense, such as the empty ones that a full disk leaves: all that they hold stands in the
// link, and the engine would put a new and empty database in the place of one that it
// cannot find.
func mendDatabases(folder string) error {
	links, err := os.ReadDir(filepath.Join(folder, "metadata"))
	if err != nil {
		return unusable(folder, err)
	}
	for _, link := range links {
		name := strings.TrimSuffix(link.Name(), ".sql")
		path := databaseDescription(folder, name)
		if !databaseName.MatchString(name) {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return unusable(folder, err)
		}
		if description(string(b)) {
			continue
		}
		if id := linkedUUID(folder, name); id != "" {
			err = replaceFile(path, "ATTACH DATABASE _ UUID '"+id+"'\nENGINE = Atomic\n")
		} else if err == nil && len(b) == 0 { // an empty description of nothing
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return unusable(folder, err)
		}
	}
	return nil
}

// mendTables removes empty descriptions of tables that nobody remembers: the rest of tables
// that were being made when the disk was full, or of a loss that was accepted. The engine
// does not start with one. Nothing is in them, and the next migration makes the tables.
func mendTables(folder string, remembered []string) error {
	for _, d := range glob(folder, "metadata/*.sql") {
		database := strings.TrimSuffix(filepath.Base(d), ".sql")
		in := databaseFolder(folder, database)
		if in == "" {
			continue
		}
		for _, f := range glob(in, "*.sql") {
			table := database + "." + strings.TrimSuffix(filepath.Base(f), ".sql")
			info, err := os.Stat(f)
			if err != nil || info.Size() > 0 || slices.Contains(remembered, table) {
				continue
			}
			if err := os.Remove(f); err != nil {
				return unusable(folder, err)
			}
		}
	}
	return nil
}

// Described fails when the engine left a description of its database or of one of the
// tables behind that is not whole: on a disk without space it was seen to write empty ones
// and to say that all went well. Names are as [Engine.Remember] takes them.
func (e *Engine) Described(database string, tables ...string) error {
	paths := []string{databaseDescription(e.folder.path, database)}
	for _, t := range tables {
		paths = append(paths, tableDescription(e.folder.path, database+"."+t))
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil || !description(string(b)) {
			return fmt.Errorf("%w: the description %s was not written whole; nothing was removed: make room on the disk of %s and run the command again",
				ErrFull, path, e.folder.path)
		}
	}
	return nil
}
