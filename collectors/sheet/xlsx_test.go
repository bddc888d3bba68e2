package sheet

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// workbook writes an XLSX whose first column is days.
func workbook(t *testing.T, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	format := "d.m.yyyy"
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	err = errors.Join(err, f.SetColStyle("Sheet1", "A", style), f.SetSheetRow("Sheet1", "A1", &[]any{"Seuranta"}), f.MergeCell("Sheet1", "A1", "C1"))
	for i, row := range append([][]any{{"Päivä", "Seuraajat", "Näytöt"}}, rows...) {
		at, _ := excelize.CoordinatesToCellName(1, i+3)
		err = errors.Join(err, f.SetSheetRow("Sheet1", at, &row))
		if i > 0 {
			err = errors.Join(err, f.SetCellStyle("Sheet1", at, at, style))
		}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err = errors.Join(err, f.SaveAs(path)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWorkbooks(t *testing.T) {
	got, _, err := told(t, configured(t, twoMetrics), workbook(t, []any{46329, 1003, 12.5}, []any{46330, "1 004", "-"}, []any{"5.11.2026", nil, 7}))
	want := []string{"followers snapshot 2026-11-03 1003", "followers snapshot 2026-11-04 1004", "impressions day 2026-11-03 12.5", "impressions day 2026-11-05 7"}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	for text, row := range map[string][]any{
		`a.xlsx:Sheet1:4:B: B4 holds "#DIV/0!": the spreadsheet program could not work this out`: {46329, "#DIV/0!", 1},
		`B4 holds "1.234": this can be read in two ways`:                                         {46329, 1.234, 1},
		`A4 holds "46329.5x": this is no day`:                                                    {"46329.5x", 1, 1},
		`B4 holds "1E+20": this number is larger`:                                                {46329, "1E+20", 1},
	} {
		if got, _, err := told(t, configured(t, twoMetrics), workbook(t, row)); err == nil || !strings.Contains(err.Error(), text) || len(got) > 0 {
			t.Errorf("%v, %v; want %q", got, err, text)
		}
	}
}
