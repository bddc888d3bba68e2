package tabular

import (
	"fmt"
	"strings"
	"testing"
)

// TestFormulasWithoutAResult: programs that write workbooks without reckoning leave them so, and they are not empty cells.
func TestFormulasWithoutAResult(t *testing.T) {
	rows := `<row r="1"><c r="A1" t="inlineStr"><is><t>pvm</t></is></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row>` +
		`<row r="3"><c r="A3"><v>5</v></c><c r="B3"><f>SUM(A3:A4)</f></c></row>` +
		`<row><c><v>6</v></c><c><f>A4*2</f><v></v></c></row>` +
		`<row r="5"><c r="A5"><f>1+1</f><v>2</v></c><c r="C5" t="str"><f>IF(A5&gt;9,1,"")</f><v></v></c><c r="E5"><f t="shared" si="0"/></c></row>` +
		`<conditionalFormatting><cfRule><formula>A1&gt;1</formula></cfRule></conditionalFormatting>`
	got, err := read(t, "a.xlsx", packed(t, parts(rows)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, row := range got.Rows {
		for at, c := range row.Cells {
			if c.Kind == Unworked {
				seen = append(seen, Ref(row, at)+" "+c.Text)
			}
		}
	}
	if want := "[B3 =SUM(A3:A4) B4 =A4*2 E5 =]"; fmt.Sprint(seen) != want {
		t.Errorf("%v, want %v", seen, want)
	}
	if last := got.Rows[len(got.Rows)-1]; last.Cell(0) != (Cell{"2", Number}) || last.Cell(2).Text != "" {
		t.Errorf("results are %+v", last)
	}
	p := parts(rows)
	p["xl/_rels/workbook.xml.rels"] = strings.Replace(p["xl/_rels/workbook.xml.rels"], "worksheets/", "/xl/worksheets/", 1)
	if got, err := read(t, "a.xlsx", packed(t, p), Options{}); err != nil || got.Rows[1].Cell(1).Kind != Unworked {
		t.Errorf("linked from the top: %+v, %v", got, err)
	}
}

func TestNumbersThatAreNotExact(t *testing.T) {
	for _, s := range []string{"9007199254740993", "9007199254740992", "-9007199254740993", "99 007 199 254 740 993"} {
		if v, _, err := ParseNumber(s, 0); err != ErrTooLarge {
			t.Errorf("%s: %v, %v", s, v, err)
		}
	}
	if _, err := ParsePlain("9007199254740993"); err != ErrTooLarge {
		t.Error(err)
	}
	if v, _, err := ParseNumber("9007199254740991", 0); v != 1<<53-1 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}
