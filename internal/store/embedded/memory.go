//go:build linux && amd64

package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// What the folder carries beside the engine's own files.
const (
	tablesFile  = "seuranta.tables"  // the tables that exist, one `database.table` a line
	partsFile   = "seuranta.parts"   // their parts that held data when they were last looked at
	rebuildFile = "seuranta.rebuild" // that something was lost, and what; see [Engine.Due]
)

// Remember keeps the names of the tables that exist, as `database.table` or, in the
// engine's own database, as `table`, and their parts. Open compares: the engine forgets
// a database whose description is lost, and a part that is taken away, without a word.
// Call it after each migration; each list is written whole or not at all, and replaces
// what was remembered before.
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
	if err := replaceFile(filepath.Join(e.folder.path, tablesFile), content); err != nil {
		return fmt.Errorf("remember the tables: %w", err)
	}
	return e.rememberParts()
}

// rememberParts keeps the parts that hold data now. Merges only widen what a part spans,
// so an older list, such as a killed process leaves, stays right.
func (e *Engine) rememberParts() error {
	have, err := e.parts()
	if err == nil {
		err = writeParts(e.folder.path, have)
	}
	if err != nil {
		return fmt.Errorf("remember the parts: %w", err)
	}
	return nil
}

// ForgetParts forgets the parts of tables that are about to be emptied; a process that
// is killed while it does so leaves no damage then. Names are as Remember takes them.
func (e *Engine) ForgetParts(tables []string) error { return ForgetParts(e.folder.path, tables) }

// ForgetParts is [Engine.ForgetParts] for a process that need not be the one that runs the
// engine of a folder: of tables of which rows are about to be removed, whole parts with them.
func ForgetParts(folder string, tables []string) error {
	kept, err := readParts(folder)
	if err != nil {
		return err
	}
	kept = slices.DeleteFunc(kept, func(p span) bool {
		_, table, _ := strings.Cut(p.table, ".")
		return slices.Contains(tables, p.table) || slices.Contains(tables, table)
	})
	if err := writeParts(folder, kept); err != nil {
		return fmt.Errorf("forget the parts: %w", err)
	}
	return nil
}

// Flush has what was written into a folder be on its disk. What changes of tables write is
// not, as what is inserted is, and what they replace is about to be removed.
func Flush(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return unusable(folder, err)
	}
	defer f.Close()
	if err := unix.Syncfs(int(f.Fd())); err != nil {
		return unusable(folder, err)
	}
	return nil
}

func readTables(folder string) ([]string, error) { return readLines(folder, tablesFile) }

// readLines gives the lines of a file of the folder, none when there is no such file.
func readLines(folder, name string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, unusable(folder, err)
	}
	return strings.FieldsFunc(string(b), func(r rune) bool { return r == '\n' }), nil
}

// Due reports whether something of the folder was lost, or is being made again, so that
// the caller has to make again what it can; and what was found, in words. It is so from
// the moment damage is found, or [Engine.SetDue] is called, until [Engine.Done] is.
func (e *Engine) Due() (due bool, found string) {
	b, err := os.ReadFile(filepath.Join(e.folder.path, rebuildFile))
	return err == nil, string(b)
}

// SetDue keeps that something is to be made again, and why. What was found before counts on.
func (e *Engine) SetDue(found string) error {
	if already, _ := e.Due(); already {
		return nil
	}
	if err := replaceFile(filepath.Join(e.folder.path, rebuildFile), found); err != nil {
		return unusable(e.folder.path, err)
	}
	return nil
}

// Done ends what SetDue or damage began.
func (e *Engine) Done() error {
	err := os.Remove(filepath.Join(e.folder.path, rebuildFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return unusable(e.folder.path, err)
	}
	return nil
}

// markDamaged leaves the mark that a rebuild is due once the damage is gone. On a disk
// that cannot be written nothing can be left, and the error itself tells enough.
func markDamaged(folder string, damage error) {
	path := filepath.Join(folder, rebuildFile)
	before, _ := os.ReadFile(path)
	if text := damage.Error() + "\n"; !strings.Contains(string(before), text) {
		_ = replaceFile(path, string(before)+text)
	}
}
