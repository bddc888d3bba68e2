//go:build linux && amd64

package embedded

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// span is what a part of a table holds: the blocks from min to max of a partition. The
// part that a merge makes spans those it was made of; numbers may be missing in between.
type span struct {
	table     string // database.table
	partition string
	min, max  int64
}

func (p span) String() string {
	return fmt.Sprintf("%s\t%s\t%d\t%d", p.table, p.partition, p.min, p.max)
}

func compareSpans(a, b span) int {
	return cmp.Or(strings.Compare(a.table, b.table), strings.Compare(a.partition, b.partition), cmp.Compare(a.min, b.min), cmp.Compare(a.max, b.max))
}

// parts asks the engine for the parts of the remembered tables that hold data.
func (e *Engine) parts() (have []span, err error) {
	tables, err := readTables(e.folder.path)
	if err != nil {
		return nil, err
	}
	for _, database := range databases(tables) {
		lines, err := e.lines("SELECT concat(database, '.', table), partition_id, min_block_number, max_block_number FROM system.parts WHERE active AND database = " + quote(database))
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			if p, ok := parseSpan(line); ok && slices.Contains(tables, p.table) {
				have = append(have, p)
			}
		}
	}
	slices.SortFunc(have, compareSpans)
	return have, nil
}

// parseSpan reads a line of four columns, as the engine answers and as the file has it.
func parseSpan(line string) (p span, ok bool) {
	columns := strings.Split(line, "\t")
	if len(columns) != 4 {
		return p, false
	}
	p.table, p.partition = columns[0], columns[1]
	var first, last error
	p.min, first = strconv.ParseInt(columns[2], 10, 64)
	p.max, last = strconv.ParseInt(columns[3], 10, 64)
	return p, first == nil && last == nil
}

func writeParts(folder string, parts []span) error {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.String() + "\n")
	}
	return replaceFile(filepath.Join(folder, partsFile), b.String())
}

// readParts gives the remembered parts; in a folder of an older program there are none.
// A line that cannot be read says nothing of any part.
func readParts(folder string) (parts []span, err error) {
	lines, err := readLines(folder, partsFile)
	for _, line := range lines {
		if p, ok := parseSpan(line); ok {
			parts = append(parts, p)
		}
	}
	return parts, err
}

// rememberedParts gives the remembered parts of the remembered tables: whoever gives up
// the list of the tables gives up their parts.
func rememberedParts(folder string, tables []string) ([]span, error) {
	parts, err := readParts(folder)
	return slices.DeleteFunc(parts, func(p span) bool { return !slices.Contains(tables, p.table) }), err
}

// uncovered gives those of the remembered parts whose blocks lie no longer within what
// there is.
func uncovered(remembered, have []span) (gone []span) {
	have = slices.SortedFunc(slices.Values(have), compareSpans)
	for _, r := range remembered {
		next := r.min
		for _, h := range have {
			if h.table == r.table && h.partition == r.partition && h.min <= next {
				next = max(next, h.max+1)
			}
		}
		if next <= r.max {
			gone = append(gone, r)
		}
	}
	return gone
}

// partFolder is the name of a part's folder: partition, first and last block, level and,
// after a change to the table, its number.
var partFolder = regexp.MustCompile(`^([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?$`)

// partsOnDisk lists the parts in the folder of a table; one that is not there has none.
func partsOnDisk(folder, table string) (found []span, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if m := partFolder.FindStringSubmatch(e.Name()); m != nil && e.IsDir() {
			if p, ok := parseSpan(strings.Join([]string{table, m[1], m[2], m[3]}, "\t")); ok {
				found = append(found, p)
			}
		}
	}
	return found, nil
}
