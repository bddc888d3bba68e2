package report

import (
	"fmt"
	"io"
	"strings"
	"text/template"
	"unicode/utf8"

	"seuranta/dashboards"
)

// textWidth is where lines of prose are broken in the text twin.
const textWidth = 78

// Text writes the review as plain text: the same words and the same numbers as the page.
func (r *WeeklyReview) Text(w io.Writer) error {
	functions := r.words.functions()
	functions["upper"] = strings.ToUpper
	functions["wrap"] = func(sentences []string) []string { return wrap(strings.Join(sentences, " "), textWidth) }
	functions["prose"] = func(text string) []string { return wrap(text, textWidth) }
	functions["table"] = r.words.textTable
	functions["slow"] = r.words.slowTable
	functions["pages"] = func(v *pagesView) []string { return r.words.pageLines(*v) }
	functions["earned"] = func(v *postsView) []string { return r.words.earnedLines(*v) }
	functions["posts"] = func(v *postsView) []string { return r.words.postLines(*v) }
	t, err := template.New("weekly.txt.tmpl").Funcs(functions).ParseFS(dashboards.Files(), "weekly.txt.tmpl")
	if err != nil {
		return fmt.Errorf("write weekly text: %w", err)
	}
	if err := t.Execute(w, htmlPage{View: r.view}); err != nil {
		return fmt.Errorf("write weekly text: %w", err)
	}
	return nil
}

// textTable writes the table of a metric in columns, with the ids of its figures.
func (w words) textTable(v metricView) []string {
	rows := [][]string{w.heads("head.week", "head.dates", "head.value", "head.state", "head.lastyear", "head.change", "head.reason", "head.figure")}
	for _, r := range v.Rows {
		rows = append(rows, []string{r.Week, r.Dates, r.Value, r.State, r.LastYear, r.Change, r.Note, r.Figure})
	}
	return columns(rows)
}

func (w words) heads(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = w.l.Text(k)
	}
	return out
}

// columns lines cells up with two spaces between them.
func columns(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out []string
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		out = append(out, strings.TrimRight(b.String(), " "))
	}
	return out
}
