package tabular

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readCSV reads a file of text.
func (t *Table) readCSV(ctx context.Context, b []byte, o Options) error {
	text, encoding := decoded(b)
	if at := bytes.IndexByte(text, 0); at >= 0 {
		return Fault{fmt.Sprintf("%s:%d", t.Name, 1+bytes.Count(text[:at], []byte("\n"))), "this is not a file of text; export the table as CSV or XLSX"}
	}
	if !bytes.ContainsRune(text, '\n') {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n")) // as the first Macintoshes ended lines
	}
	text, named := sepLine(text)
	if t.Delimiter = named; named == 0 {
		t.Delimiter = guessDelimiter(text)
	}
	t.Format = "CSV, " + encoding + ", " + delimiterWord(t.Delimiter)
	skipped := 0
	if named != 0 {
		skipped = 1
	}
	return t.readRecords(ctx, text, skipped, o)
}

// readRecords reads the rows, of which skipped lines were read before.
func (t *Table) readRecords(ctx context.Context, text []byte, skipped int, o Options) error {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = t.Delimiter, -1, true
	g := grown{table: t}
	blank, last := 0, 0 // csv leaves blank lines out; a spreadsheet program counts them
	for number := 1; ; number++ {
		if number%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("read %s: %w", t.Name, err)
			}
			o.Progress(r.InputOffset(), int64(len(text)))
		}
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return t.quoteFault(err, skipped)
		}
		line, _ := r.FieldPos(0)
		blank += max(0, line-last-1)
		last = endLine(r, record)
		if err := g.add(Row{Line: line + skipped, Number: number + blank, Cells: cells(record)}); err != nil {
			return err
		}
	}
}

// endLine returns the line on which the last cell of a record ends: cells may go over several.
func endLine(r *csv.Reader, record []string) int {
	line, _ := r.FieldPos(len(record) - 1)
	return line + strings.Count(record[len(record)-1], "\n")
}

func cells(record []string) []Cell {
	out := make([]Cell, len(record))
	for i, s := range record {
		out[i].Text = strings.Clone(Trim(s)) // or a short cell would hold its whole row
	}
	return out
}

// quoteFault says what is wrong with a file that cannot be taken apart.
func (t *Table) quoteFault(err error, skipped int) error {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return fmt.Errorf("read %s: %w", t.Name, err)
	}
	place := fmt.Sprintf("%s:%d:%d", t.Name, at.Line+skipped, at.Column)
	if errors.Is(at.Err, csv.ErrBareQuote) {
		return Fault{place, `a quotation mark stands inside a cell that does not begin with one; put the whole cell into quotation marks and write the inner one twice`}
	}
	return Fault{place, fmt.Sprintf(`a cell that begins with a quotation mark, in the row of line %d, is not ended rightly: its end is one quotation mark, then %s or the end of the line`,
		at.StartLine+skipped, delimiterWord(t.Delimiter))}
}

// sepLine takes off the line by which a spreadsheet program names the delimiter: sep=;
func sepLine(text []byte) ([]byte, rune) {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if len(line) != len("sep=;") || !bytes.EqualFold(line[:4], []byte("sep=")) || !strings.ContainsRune(delimiters, rune(line[4])) {
		return text, 0
	}
	return rest, rune(line[4])
}

// delimiters are what may stand between cells, the likelier first: where both fit, a Finnish file has decimal commas and
// semicolons.
const delimiters = ";\t,"

// guessedLines is how many rows the guess looks at.
const guessedLines = 40

// guessDelimiter chooses the delimiter that makes the most of the first rows alike, of several the one that makes the most
// columns.
func guessDelimiter(text []byte) rune {
	best, bestAlike, bestWidth := ';', 0, 1
	rows := firstRows(text)
	for _, d := range delimiters {
		alike, width := evenness(rows, d)
		if alike > bestAlike || alike == bestAlike && width > bestWidth && best != ';' {
			best, bestAlike, bestWidth = d, alike, width
		}
	}
	return best
}

// firstRows cuts the beginning of a text into rows, at line ends that no quotation marks hold.
func firstRows(text []byte) (rows []string) {
	quoted, begin := false, 0
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && !quoted:
			if row := string(text[begin:i]); strings.TrimSpace(row) != "" { // a tab at its ends is a delimiter, too
				rows = append(rows, row)
			}
			begin = i + 1
		}
		if len(rows) == guessedLines || i == 1<<20 {
			return rows
		}
	}
	return append(rows, string(text[begin:]))
}

// evenness returns how many of the rows have the width, above one, that most of them have, and that width.
func evenness(rows []string, delimiter rune) (alike, width int) {
	counts := map[int]int{}
	for _, row := range rows {
		w := 1
		quoted := false
		for _, c := range row {
			switch {
			case c == '"':
				quoted = !quoted
			case c == delimiter && !quoted:
				w++
			}
		}
		counts[w]++
		if w > 1 && (counts[w] > alike || counts[w] == alike && w > width) {
			alike, width = counts[w], w
		}
	}
	return alike, width
}

func delimiterWord(d rune) string {
	return map[rune]string{';': "semicolons", ',': "commas", '\t': "tabs"}[d]
}
