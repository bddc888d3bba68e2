package report

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

func TestCellGuardsFormulas(t *testing.T) {
	for in, want := range map[string]string{
		"=HYPERLINK(1)": "'=HYPERLINK(1)", "+358": "'+358", "-1+1": "'-1+1", "@SUM(A1)": "'@SUM(A1)", "  =1": "'  =1", "\t=1": "' =1", "\r=1": "' =1",
		"\x00=1": "'=1", "kotisivut": "kotisivut", "": "", "a=b": "a=b",
	} {
		if got := cell(in); got != want {
			t.Errorf("cell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSheetIsForMachines(t *testing.T) {
	in := example(t, "fi")
	in.Series = in.Series[:1]
	in.Series[0].Channel.ID = "=cmd|' /C calc'!A0"
	for i := range in.Series[0].Points {
		in.Series[0].Points[i].Channel = in.Series[0].Channel.ID
	}
	in.Series[0].Points[25].Value = num(-1234.5)
	sheet := csvOf(t, in)
	if strings.HasPrefix(sheet, "\ufeff") || strings.Contains(sheet, "\u00a0") || strings.Contains(sheet, "−") {
		t.Error("the sheet has marks that are for people")
	}
	rows, err := csv.NewReader(strings.NewReader(sheet)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+26+26 || !slices.Equal(rows[0], csvHead) {
		t.Fatalf("%d rows under %v", len(rows), rows[0])
	}
	row := rows[slices.IndexFunc(rows, func(r []string) bool { return strings.HasSuffix(r[len(r)-1], "2026-W47") })]
	want := []string{"esimerkkikeskus", "", "'=cmd|' /C calc'!A0", "", "", "views", "week", "2026-11-16", "2026-11-22", "2026-W47", "-1234.5", "", "", "views", "ok",
		"7", "7", "days", "collected", "", "false", "verkkoloki", "", "esimerkkikeskus/kotisivut/views/2026-W47"}
	if !slices.Equal(row, want) {
		t.Errorf("\n%q\nwant\n%q", row, want)
	}
}

func TestEveryFigureIsOneRow(t *testing.T) {
	s := weekly(t, loggedSeries("views"), isoWeek(t, 2026, 47), 5, wave(600, 100))
	s.YearBefore[0] = s.Points[4]
	in := WeeklyInput{Organisation: centre(), Week: isoWeek(t, 2026, 47), Lang: "fi", Series: []indicator.Series{s, s}}
	rows, err := csv.NewReader(strings.NewReader(csvOf(t, in))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		key := r[slices.Index(csvHead, "role")] + r[len(r)-1]
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
	}
}

func TestFigureFieldsThatAreForeignAreGuarded(t *testing.T) {
	f := roleFigure{Figure: &indicator.Figure{Organisation: "=o", Project: "=p", Channel: "=c", Topic: "=t", Indicator: "=i", Unit: "=u", ID: "=id", Note: "=n", Sources: []string{"=s"},
		Period: indicator.Period{Label: "=l"}, Coverage: indicator.Coverage{Unit: "=cu"}, Basis: observation.Collected}}
	for i, c := range finnish(t).csvRow(f) {
		if strings.HasPrefix(c, "=") {
			t.Errorf("%s is not guarded: %s", csvHead[i], c)
		}
	}
}
