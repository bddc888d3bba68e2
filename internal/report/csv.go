package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
)

// The sheet is for machines and for those who calculate on: comma, point, ISO days, names that never change, no mark of
// byte order. A Finnish spreadsheet that opens it by a double click would put each row into one cell with or without the
// mark; its own import reads the sheet well. first_day and last_day both belong to the period.
var csvHead = []string{
	"organisation", "project", "channel", "topic", "dims", "metric", "role", "first_day", "last_day", "label", "value", "low", "high", "unit", "state",
	"expected", "measured", "coverage_unit", "basis", "target", "settled", "sources", "note", "figure",
}

// CSV writes one row for every figure of the review: those of the weeks shown, and those they are held against.
func (r *WeeklyReview) CSV(w io.Writer) error { return writeCSV(w, r.words, r.figures) }

// roleFigure is a figure and why it is on the page: week, year_before, or goal_ and the grain of a longer target.
type roleFigure struct {
	*indicator.Figure
	role string
}

func writeCSV(w io.Writer, say words, figs []roleFigure) error {
	out := csv.NewWriter(w)
	err := out.Write(csvHead)
	for _, f := range figs {
		err = errors.Join(err, out.Write(say.csvRow(f)))
	}
	out.Flush()
	if err := errors.Join(err, out.Error()); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	return nil
}

func (w words) csvRow(f roleFigure) []string {
	var low, high *float64
	if f.Range != nil && f.State == indicator.Bounded {
		low, high = &f.Range.Low, &f.Range.High
	}
	var value *float64
	if v, ok := measured(*f.Figure); ok {
		value = &v
	}
	return []string{
		cell(f.Organisation), cell(f.Project), cell(f.Channel), cell(f.Topic), cell(f.Dims), cell(f.Indicator), f.role,
		f.Period.From.String(), (f.Period.To - 1).String(), cell(f.Period.Label), plainNumber(value), plainNumber(low), plainNumber(high),
		cell(f.Unit), string(stateOf(*f.Figure)), strconv.Itoa(f.Coverage.Expected), strconv.Itoa(f.Coverage.Measured), cell(f.Coverage.Unit),
		string(f.Basis), plainNumber(f.Target), strconv.FormatBool(f.Settled), cell(strings.Join(f.Sources, " ")), cell(w.note(*f.Figure)), cell(f.ID),
	}
}

func plainNumber(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

// cell makes text from elsewhere harmless in a spreadsheet: what begins like a formula gets an apostrophe in front.
func cell(text string) string {
	text = chart.Plain(text)
	if strings.IndexAny(text, "=+-@") == 0 || strings.IndexAny(strings.TrimLeft(text, " "), "=+-@") == 0 {
		return "'" + text
	}
	return text
}
