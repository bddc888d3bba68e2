package store

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"seuranta/sql"
)

// ReadArchive reads all of an export and finds out whether it can be restored: every file is the one that was written, and
// every row of it is one. Progress, which may be nil, is told how many rows were read.
func ReadArchive(ctx context.Context, dir string, progress func(done, total int64)) (*Archive, error) {
	a, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range a.Files {
		if err := a.checkSum(ctx, f); err != nil {
			return nil, err
		}
	}
	told := a.teller(progress)
	for _, f := range a.Files {
		if err := a.each(ctx, f, func([]any) error { told(); return nil }); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// teller returns what is called for each row that was read.
func (a *Archive) teller(progress func(done, total int64)) func() {
	if progress == nil {
		return func() {}
	}
	total, done := a.total(), int64(0)
	return func() {
		if done++; done%1000 == 0 || done == total {
			progress(done, total)
		}
	}
}

// checkSum tells whether a file is, byte for byte, the one that was written.
func (a *Archive) checkSum(ctx context.Context, f ArchiveFile) error {
	file, err := a.open(f.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return a.wrong(f.Name, "it is not there; copy it again")
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	if info.Size() != f.Bytes {
		return a.wrong(f.Name, "it has %d bytes, and %d were written; copy it again", info.Size(), f.Bytes)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, &stoppable{ctx, file}); err != nil {
		return fmt.Errorf("read the export: %s: %w", f.Name, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return a.wrong(f.Name, "it is not the file that was written: its sha256 differs; copy it again")
	}
	return nil
}

// stoppable reads until the context is done.
type stoppable struct {
	ctx context.Context
	io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(p)
}

// errBomb is why no more is unpacked.
var errBomb = errors.New("it unpacks to more than the manifest says")

// bounded gives an error where more comes than was declared.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errBomb
	}
	return n, err
}

// each calls row with the values of each row of a file, good until the next call.
func (a *Archive) each(ctx context.Context, f ArchiveFile, row func(values []any) error) error {
	file, err := a.open(f.Name)
	if err != nil {
		return err
	}
	defer file.Close()
	from := bufio.NewReaderSize(&stoppable{ctx, file}, 64<<10)
	packed, err := gzip.NewReader(from)
	if err != nil {
		return a.wrong(f.Name, "it is not packed as gzip does: %w", err)
	}
	packed.Multistream(false)
	lines := lineReader{from: bufio.NewReaderSize(&bounded{packed, f.Unpacked}, 64<<10)}
	if err := a.rows(f, &lines, row); err != nil {
		return err
	}
	if _, err := from.ReadByte(); err != io.EOF {
		return a.wrong(f.Name, "something follows behind its end")
	}
	return nil
}

// rows reads the lines of a file.
func (a *Archive) rows(f ArchiveFile, lines *lineReader, row func(values []any) error) error {
	reads, err := a.reader(f)
	if err != nil {
		return err
	}
	for {
		line, err := lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return a.torn(f, lines.n, err)
		}
		values, err := reads.values(line)
		if err != nil {
			return a.wrong(fmt.Sprintf("%s, line %d", f.Name, lines.n), "%w", err)
		}
		if err := row(values); err != nil {
			return err
		}
	}
	if lines.n != f.Rows || lines.read != f.Unpacked {
		return a.wrong(f.Name, "it has %d rows of %d bytes, and the manifest says %d of %d", lines.n, lines.read, f.Rows, f.Unpacked)
	}
	return nil
}

// torn says why a line cannot be read.
func (a *Archive) torn(f ArchiveFile, line int64, err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the file is cut off here")
	}
	return a.wrong(fmt.Sprintf("%s, line %d", f.Name, line), "%w", err)
}

// lineReader reads lines and counts them.
type lineReader struct {
	from    *bufio.Reader
	long    []byte // a line that is longer than the reader's buffer
	n, read int64
}

// next returns the next line without its end, good until the next call, or io.EOF.
func (l *lineReader) next() ([]byte, error) {
	l.long = l.long[:0]
	l.n++
	for {
		part, err := l.from.ReadSlice('\n')
		l.read += int64(len(part))
		switch {
		case err == io.EOF && len(part)+len(l.long) == 0:
			l.n--
			return nil, io.EOF
		case err == io.EOF:
			return nil, errors.New("the line has no end")
		case err != nil && err != bufio.ErrBufferFull:
			return nil, err
		case len(l.long)+len(part) > mostLine:
			return nil, fmt.Errorf("the line is longer than %d MB", mostLine>>20)
		case err == nil && len(l.long) == 0:
			return part[:len(part)-1], nil
		}
		l.long = append(l.long, part...)
		if err == nil {
			return l.long[:len(l.long)-1], nil
		}
	}
}

// fileReader reads the rows of one file.
type fileReader struct {
	form  rowForm
	into  []any
	parts int // the column whose year is the file's, -1 for none
	year  int
}

func (a *Archive) reader(f ArchiveFile) (*fileReader, error) {
	t := a.tables[f.Table]
	at := slices.IndexFunc(a.Tables, func(t ArchiveTable) bool { return t.Name == f.Table })
	form, err := a.Tables[at].form()
	parts := slices.IndexFunc(t.Columns, func(c sql.Column) bool { return c.Name == t.Year })
	return &fileReader{form: form, into: make([]any, len(t.Columns)), parts: parts, year: f.Year}, err
}

// values reads a line. What lies in another year than its file would be scattered over the parts of its table.
func (r *fileReader) values(line []byte) ([]any, error) {
	if err := r.form.read(line, r.into); err != nil {
		return nil, err
	}
	if r.parts >= 0 {
		if year := r.into[r.parts].(time.Time).Year(); year != r.year {
			return nil, fmt.Errorf("%s: the row is of %d and stands in the file of %d", r.form.names[r.parts], year, r.year)
		}
	}
	return r.into, nil
}
