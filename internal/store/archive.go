package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"seuranta/sql"
)

// An export is a folder of gzip-compressed JSON lines, a file for each table and year, and a manifest that says what each
// file must be. A row is an object with the columns of the table, in their order: numbers as numbers, whole numbers of 64 bits
// without a sign (versions) as texts, days as 2026-11-21, moments as 2026-11-21T06:00:00Z, lists as arrays, a text that is no
// UTF-8 as {"base64":"…"}. Rows come in the order of their days, and equal ones once, so that the same rows are the same bytes.
const (
	manifestName  = "manifest.json"
	archiveFormat = "seuranta-export"
	archiveNumber = 1 // of the form above
)

// Bounds of what is read of a folder that anybody may have made.
const (
	mostManifest = 16 << 20
	mostLine     = 64 << 20
	mostUnpacked = 1100 // bytes out of one: gzip packs nothing tighter than that
)

// ErrArchive is what is wrong with a folder that is to be restored.
var ErrArchive = errors.New("it cannot be restored")

// leftOut are the tables that no export holds: those that a rebuild makes again from the others, and who does something just
// now, which is nothing of the past.
var leftOut = append(slices.Clone(derived), "claims")

// Manifest says what an export holds. It is written last: a folder without one is none.
type Manifest struct {
	Format  string         `json:"format"`
	Number  int            `json:"format_number"`
	Program string         `json:"program"`
	Schema  int            `json:"schema"` // the newest migration that was done
	MadeAt  time.Time      `json:"made_at"`
	KnownAt time.Time      `json:"known_at"` // the newest commit that it holds
	Tables  []ArchiveTable `json:"tables"`
	Files   []ArchiveFile  `json:"files"`
}

// ArchiveTable is a table of an export.
type ArchiveTable struct {
	Name    string       `json:"name"`
	Rows    int64        `json:"rows"`
	Columns []sql.Column `json:"columns"`
}

// ArchiveFile is a file of an export: what a table has of a year.
type ArchiveFile struct {
	Name     string `json:"name"`
	Table    string `json:"table"`
	Year     int    `json:"year"`
	Rows     int64  `json:"rows"`
	Bytes    int64  `json:"bytes"`
	Unpacked int64  `json:"unpacked"` // bytes
	SHA256   string `json:"sha256"`   // of the file as it lies there
}

func fileName(table string, year int) string { return fmt.Sprintf("%s-%04d.jsonl.gz", table, year) }

// archived returns the tables of a schema that an export holds.
func archived(schema int) ([]sql.Table, error) {
	all, err := sql.Migrations()
	if err != nil {
		return nil, err
	}
	tables := sql.Schema(all[:schema])
	return slices.DeleteFunc(tables, func(t sql.Table) bool { return slices.Contains(leftOut, t.Name) }), nil
}

// newestSchema is the number of the newest migration that this program knows.
func newestSchema() (int, error) {
	all, err := sql.Migrations()
	return len(all), err
}

// Archive is an export whose every file was found to be what its manifest says.
type Archive struct {
	Manifest
	dir    string
	tables map[string]sql.Table
}

// wrong says of what in the folder it is that something is wrong.
func (a *Archive) wrong(what, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %w", filepath.Join(a.dir, what), ErrArchive, fmt.Errorf(format, args...))
}

// readManifest reads the manifest of a folder and checks all that can be checked without the other files.
func readManifest(dir string) (*Archive, error) {
	a := &Archive{dir: dir, tables: map[string]sql.Table{}}
	text, err := a.manifestText()
	if err != nil {
		return nil, err
	}
	var said struct {
		Format string `json:"format"`
		Number int    `json:"format_number"`
		Schema int    `json:"schema"`
	}
	if err := json.Unmarshal(text, &said); err != nil || said.Format != archiveFormat {
		return nil, a.wrong(manifestName, "it is no manifest of an export (%s)", inWords(err))
	}
	newest, err := newestSchema()
	if err != nil {
		return nil, err
	}
	if said.Number > archiveNumber || said.Schema > newest {
		return nil, a.wrong(manifestName, "a newer version of seuranta made it (schema %d, this program knows %d); install that version", said.Schema, newest)
	}
	if said.Number < 1 || said.Schema < 1 {
		return nil, a.wrong(manifestName, "format %d and schema %d were never made", said.Number, said.Schema)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&a.Manifest); err != nil {
		return nil, a.wrong(manifestName, "%s", inWords(err))
	}
	return a, a.sound()
}

// inWords says what the reader of JSON has against a text, without the names of Go's types.
func inWords(err error) string {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return "it does not say so"
	case errors.As(err, &kind):
		return fmt.Sprintf("at byte %d, %s: a %s is in the wrong place", kind.Offset, kind.Field, kind.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("at byte %d: %v", syntax.Offset, syntax)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

func (a *Archive) manifestText() ([]byte, error) {
	f, err := a.open(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, a.wrong(manifestName, "there is no such file; %s is no export, or one that was stopped before its end", a.dir)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostManifest+1))
	if err == nil && len(text) > mostManifest {
		err = a.wrong(manifestName, "it is larger than %d MB", mostManifest>>20)
	}
	return text, err
}

// open opens a plain file of the folder. What leads out of it is not followed, and nothing is waited for.
func (a *Archive) open(name string) (*os.File, error) {
	root, err := os.OpenRoot(a.dir)
	if err != nil {
		return nil, fmt.Errorf("read the export: want a folder: %w", err)
	}
	defer root.Close()
	info, err := root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, a.wrong(name, "it is not a plain file")
	}
	if err != nil {
		return nil, fmt.Errorf("read the export: %w", err)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the export: %w", err)
	}
	return f, nil
}

// sound tells whether the manifest agrees with itself and with the schema that it names.
func (a *Archive) sound() error {
	tables, err := archived(a.Schema)
	if err != nil {
		return err
	}
	rows := map[string]int64{}
	for i, t := range a.Tables {
		if i >= len(tables) || t.Name != tables[i].Name {
			return a.wrong(manifestName, "schema %d has no table %q in this place", a.Schema, short(t.Name))
		}
		if !slices.Equal(t.Columns, tables[i].Columns) {
			return a.wrong(manifestName, "the columns of %s are not those of schema %d", t.Name, a.Schema)
		}
		a.tables[t.Name] = tables[i]
	}
	if len(a.Tables) < len(tables) {
		return a.wrong(manifestName, "the table %s is missing", tables[len(a.Tables)].Name)
	}
	seen := map[string]bool{}
	for _, f := range a.Files {
		if err := a.soundFile(f); err != nil {
			return err
		}
		if seen[f.Name] {
			return a.wrong(manifestName, "%s is named twice", f.Name)
		}
		seen[f.Name] = true
		rows[f.Table] += f.Rows
	}
	for _, t := range a.Tables {
		if rows[t.Name] != t.Rows {
			return a.wrong(manifestName, "%s is to have %d rows, and its files %d", t.Name, t.Rows, rows[t.Name])
		}
	}
	return nil
}

func (a *Archive) soundFile(f ArchiveFile) error {
	_, known := a.tables[f.Table]
	switch {
	case !known:
		return a.wrong(manifestName, "the file %q is of no table that there is", short(f.Name))
	case f.Name != fileName(f.Table, f.Year):
		return a.wrong(manifestName, "the file %q of %s of the year %d would be %s; files of no other name are read", short(f.Name), f.Table, f.Year, fileName(f.Table, f.Year))
	case f.Rows < 1 || f.Bytes < 1 || f.Unpacked < 1 || len(f.SHA256) != 64:
		return a.wrong(manifestName, "of %s no rows, no size or no sha256 is told", f.Name)
	case f.Unpacked/mostUnpacked > f.Bytes:
		return a.wrong(manifestName, "%s is to unpack from %d to %d bytes, which nothing honest does", f.Name, f.Bytes, f.Unpacked)
	}
	return nil
}

// short makes a text of unknown length fit for a message.
func short(text string) string {
	const most = 60
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// total is the number of all rows.
func (a *Archive) total() (n int64) {
	for _, t := range a.Tables {
		n += t.Rows
	}
	return n
}
