package tabular

import (
	"archive/zip"
	"cmp"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html/charset"
)

// place is a cell of a sheet; row and column are counted from 1.
type place struct{ row, column int }

// formulas are those of a sheet that have no result: programs that write workbooks without reckoning leave them so. The
// library shows such a cell as an empty one, and an empty one is no number.
type formulas map[place]string

const (
	mostFormulas   = 100_000 // without a result: more are told of the first ones alone
	longestFormula = 2 * longestShown
)

// into puts the formulas of a row in the places of its cells.
func (f formulas) into(cells []Cell, row int) []Cell {
	if len(f) == 0 {
		return cells
	}
	for at := range MaxColumns {
		formula, have := f[place{row, at + 1}]
		if !have {
			continue
		}
		for len(cells) <= at {
			cells = append(cells, Cell{})
		}
		cells[at] = Cell{"=" + formula, Unworked}
	}
	return cells
}

// readSheets reads the sheets of a workbook through, by part. False where one is not written to its end: the library takes
// the first fault of a sheet for its end, and rows that are missing would be taken back.
func readSheets(z *zip.Reader) (map[string]formulas, bool) {
	out := map[string]formulas{}
	for _, part := range z.File {
		name := partName(part.Name)
		if !strings.Contains(name, "worksheets") || !strings.HasSuffix(name, ".xml") {
			continue
		}
		found, whole := readSheetPart(part)
		if !whole {
			return nil, false
		}
		if len(found) > 0 {
			out[name] = found
		}
	}
	return out, true
}

func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(s, `\`, "/"), "/"))
}

func readSheetPart(part *zip.File) (formulas, bool) {
	r, err := part.Open()
	if err != nil {
		return nil, false
	}
	defer r.Close()
	d := decoder(r)
	s := sheetScan{found: formulas{}}
	for {
		token, err := d.Token()
		if err != nil {
			return s.found, err == io.EOF
		}
		s.take(token)
	}
}

func decoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.CharsetReader = charset.NewReaderLabel
	return d
}

// sheetScan looks for formulas without a result while a sheet passes by.
type sheetScan struct {
	found             formulas
	at                place
	kind              string // of the cell
	formula           []byte
	isFormula, result bool
	inside            string // f or v, inside of a cell
}

func (s *sheetScan) take(token xml.Token) {
	switch t := token.(type) {
	case xml.StartElement:
		s.begin(t)
	case xml.CharData:
		switch {
		case s.inside == "f" && len(s.formula) < longestFormula:
			s.formula = append(s.formula, t[:min(len(t), longestFormula)]...)
		case s.inside == "v" && Trim(string(t)) != "":
			s.result = true
		}
	case xml.EndElement:
		s.inside = ""
		if t.Name.Local == "c" && s.isFormula && !s.result && len(s.found) < mostFormulas {
			s.found[s.at] = string(s.formula)
		}
	}
}

// begin takes in the beginning of a row, of a cell, or of what is in one.
func (s *sheetScan) begin(t xml.StartElement) {
	switch t.Name.Local {
	case "row":
		s.at = place{row: s.at.row + 1}
		if n, err := strconv.Atoi(attribute(t, "r")); err == nil {
			s.at.row = n
		}
	case "c":
		s.at.column++
		if column, _, err := excelize.CellNameToCoordinates(attribute(t, "r")); err == nil {
			s.at.column = column
		}
		s.kind, s.isFormula, s.result, s.formula = attribute(t, "t"), false, false, s.formula[:0]
	case "f":
		s.inside, s.isFormula = "f", true
	case "v":
		s.inside = "v"
		s.result = s.kind == "str" // a text of no letters is a result too
	}
}

func attribute(t xml.StartElement, name string) string {
	at := slices.IndexFunc(t.Attr, func(a xml.Attr) bool { return a.Name.Local == name && a.Name.Space == "" })
	if at < 0 {
		return ""
	}
	return t.Attr[at].Value
}

// byName gives what was found in the parts of a workbook to the sheets of which they are.
func byName(z *zip.Reader, found map[string]formulas) map[string]formulas {
	out := map[string]formulas{}
	if len(found) == 0 {
		return out
	}
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Links []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	decodePart(z, "xl/workbook.xml", &book)
	decodePart(z, "xl/_rels/workbook.xml.rels", &links)
	for _, sheet := range book.Sheets {
		for _, link := range links.Links {
			if link.ID == sheet.ID {
				out[sheet.Name] = found[partName(targetOf(link.Target))]
			}
		}
	}
	return out
}

// targetOf is the part that a link of the workbook leads to.
func targetOf(target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return target
	}
	return path.Join("xl", target)
}

// decodePart reads a part as far as it can be read.
func decodePart(z *zip.Reader, name string, into any) {
	for _, part := range z.File {
		if partName(part.Name) != name {
			continue
		}
		if r, err := part.Open(); err == nil {
			_ = cmp.Or(decoder(r).Decode(into), r.Close())
		}
	}
}
