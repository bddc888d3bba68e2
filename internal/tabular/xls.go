package tabular

import (
	"encoding/binary"
	"slices"
	"unicode/utf16"
)

const (
	damagedXLS = "this is called XLS and cannot be read as one; open it in a spreadsheet program and save it as XLSX or CSV"
	ancientXLS = "this is a file of an Excel older than 97; open it in a spreadsheet program and save it as XLSX or CSV"
	lockedXLS  = "this file is protected by a password; save it without one"
)

// The records of a workbook (MS-XLS) that are read; all others are passed over.
const (
	recFormula, recEOF, recDate1904, recFilePass, recContinue = 0x0006, 0x000a, 0x0022, 0x002f, 0x003c
	recBoundSheet, recMulRK, recRString, recXF, recSST        = 0x0085, 0x00bd, 0x00d6, 0x00e0, 0x00fc
	recLabelSST, recNumber, recLabel, recBoolErr, recString   = 0x00fd, 0x0203, 0x0204, 0x0205, 0x0207
	recRK, recFormat, recBOF                                  = 0x027e, 0x041e, 0x0809
)

// xls is a workbook as Excel 97 to 2003 wrote it, and as platforms still do.
type xls struct {
	stream   []byte
	from1904 bool
	sheets   []xlsSheet
	strings  []string
	formats  map[uint16]string
	styles   []uint16 // the number of the format of each style
}

type xlsSheet struct {
	name   string
	at     uint32
	hidden bool
}

// record is one record of a stream, with those that continue it.
type record struct {
	id   uint16
	data []byte
	more [][]byte
}

// openXLS reads what all sheets of a workbook share.
func (t *Table) openXLS(b []byte) (book, error) {
	if message := lockedXLSX(b); message != "" {
		return nil, Fault{t.Name, message}
	}
	c, entries, err := openCompound(b)
	if err != nil {
		return nil, Fault{t.Name, damagedXLS}
	}
	e, ok := find(entries, "Workbook", "Book")
	if !ok {
		return nil, Fault{t.Name, "this is a file of an old office program and no spreadsheet; export the table as XLSX or CSV"}
	}
	x := &xls{formats: map[uint16]string{}}
	if x.stream, err = c.stream(e); err != nil {
		return nil, Fault{t.Name, damagedXLS}
	}
	if message := x.readGlobals(); message != "" {
		return nil, Fault{t.Name, message}
	}
	return x, nil
}

// records calls take for every record from a place of the stream on to the end of what begins there; what is embedded in it, as a
// chart, is passed over. False where the stream ends before.
func (x *xls) records(at uint32, take func(record) bool) bool {
	depth, rest := 0, x.stream[min(uint64(at), uint64(len(x.stream))):]
	for len(rest) >= 4 {
		r, after, ok := next(rest)
		if !ok {
			return false
		}
		rest = after
		switch r.id {
		case recBOF:
			depth++
		case recEOF:
			depth--
		}
		if depth == 0 {
			return r.id == recEOF
		}
		if depth == 1 && !take(r) {
			return false
		}
	}
	return false
}

// next cuts the first record off.
func next(b []byte) (r record, rest []byte, ok bool) {
	cut := func() []byte {
		n := 4 + int(binary.LittleEndian.Uint16(b[2:]))
		if n > len(b) {
			return nil
		}
		data := b[4:n:n]
		b = b[n:]
		return data
	}
	r.id = binary.LittleEndian.Uint16(b)
	if r.data = cut(); r.data == nil {
		return r, nil, false
	}
	for len(b) >= 4 && binary.LittleEndian.Uint16(b) == recContinue {
		data := cut()
		if data == nil {
			return r, nil, false
		}
		r.more = append(r.more, data)
	}
	return r, b, true
}

// readGlobals reads the part of the stream that stands before the sheets. It returns why it cannot.
func (x *xls) readGlobals() string {
	if len(x.stream) < 8 || binary.LittleEndian.Uint16(x.stream) != recBOF {
		return damagedXLS
	}
	if binary.LittleEndian.Uint16(x.stream[4:]) != 0x0600 {
		return ancientXLS
	}
	locked := false
	whole := x.records(0, func(r record) bool {
		locked = locked || r.id == recFilePass
		return !locked && x.global(r)
	})
	switch {
	case locked:
		return lockedXLS
	case !whole || len(x.sheets) == 0:
		return damagedXLS
	}
	return ""
}

// global takes a record in; false where it is not as it has to be.
func (x *xls) global(r record) bool {
	switch r.id {
	case recDate1904:
		x.from1904 = len(r.data) >= 2 && r.data[0] == 1
	case recXF:
		if len(r.data) < 4 {
			return false
		}
		x.styles = append(x.styles, binary.LittleEndian.Uint16(r.data[2:]))
	case recFormat:
		text := reader{parts: [][]byte{r.data}}
		id := text.u16()
		x.formats[id] = text.text(int(text.u16()))
		return !text.short
	case recBoundSheet:
		return x.boundSheet(r.data)
	case recSST:
		return x.readStrings(r)
	}
	return true
}

func (x *xls) boundSheet(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	text := reader{parts: [][]byte{b[7:]}}
	s := xlsSheet{name: text.text(int(b[6])), at: binary.LittleEndian.Uint32(b), hidden: b[4]&3 != 0}
	if b[5] == 0 { // sheets of charts and of macros hold no table
		x.sheets = append(x.sheets, s)
	}
	return !text.short
}

// readStrings reads the texts that the cells of all sheets share.
func (x *xls) readStrings(r record) bool {
	text := reader{parts: append([][]byte{r.data}, r.more...)}
	text.u32()
	count, size := text.u32(), 0
	for range count {
		s := text.richText()
		size += len(s)
		if text.short || size > MaxBytes || len(x.strings) > MaxCells {
			return false
		}
		x.strings = append(x.strings, s)
	}
	return true
}

// reader reads numbers and texts out of a record and those that continue it.
type reader struct {
	parts [][]byte
	short bool // something was not there
}

// bytes returns the next n bytes, which may be spread over parts.
func (r *reader) bytes(n int) []byte {
	var out []byte
	for {
		if len(r.parts) == 0 {
			r.short = true
			return make([]byte, min(n, 8))
		}
		p := r.parts[0]
		if out == nil && len(p) >= n && n > 0 {
			r.parts[0] = p[n:]
			return p[:n]
		}
		take := min(n-len(out), len(p))
		out = append(out, p[:take]...)
		if r.parts[0] = p[take:]; len(out) == n {
			return out
		}
		r.parts = r.parts[1:]
	}
}

func (r *reader) u16() uint16 { return binary.LittleEndian.Uint16(r.bytes(2)) }
func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32(r.bytes(4)) }

// text reads a text of so many characters with its byte of options before it.
func (r *reader) text(count int) string {
	return r.characters(count, r.bytes(1)[0])
}

// richText reads a text of the shared ones, which says how long it is, and passes over how it is set in type.
func (r *reader) richText() string {
	count, options := int(r.u16()), r.bytes(1)[0]
	runs, extra := 0, 0
	if options&8 != 0 {
		runs = int(r.u16())
	}
	if options&4 != 0 {
		extra = int(r.u32())
	}
	s := r.characters(count, options)
	r.skip(4*runs + extra)
	return s
}

// skip passes over bytes.
func (r *reader) skip(n int) {
	for n > 0 && len(r.parts) > 0 {
		take := min(n, len(r.parts[0]))
		r.parts[0] = r.parts[0][take:]
		if n -= take; n > 0 {
			r.parts = r.parts[1:]
		}
	}
	r.short = r.short || n > 0
}

// characters reads characters of one or two bytes. Where a text goes on in another part, that begins with options anew.
func (r *reader) characters(count int, options byte) string {
	units := make([]uint16, 0, min(count, 256))
	for len(units) < count && !r.short {
		if len(r.parts) > 0 && len(r.parts[0]) == 0 {
			if r.parts = r.parts[1:]; len(r.parts) > 0 {
				options = r.bytes(1)[0]
			}
			continue
		}
		if options&1 == 0 {
			units = append(units, uint16(r.bytes(1)[0]))
		} else {
			units = append(units, r.u16())
		}
	}
	return string(utf16.Decode(units))
}

// names lists the sheets.
func (x *xls) names() (out []string) {
	for _, s := range x.sheets {
		out = append(out, s.name)
	}
	return out
}

// hides tells whether a sheet is not to be seen.
func (x *xls) hides(name string) bool { return x.sheets[x.index(name)].hidden }

func (x *xls) index(name string) int {
	return slices.IndexFunc(x.sheets, func(s xlsSheet) bool { return s.name == name })
}

func (x *xls) close() {}
