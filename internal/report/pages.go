package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
)

// pagesView is the list of the most viewed pages of a website.
type pagesView struct {
	Anchor, Caption string
	Rows            []pageRow
	Titled          bool   // some have a title beside their path
	Others          string // views of pages that are not listed; "" where that is not known
	Note            string // what was not measured
}

type pageRow struct{ Title, Path, Views string }

// pagesOf words a ranking; nil where there is none of the channel, or nothing was measured.
func (m maker) pagesOf(c channelView) *pagesView {
	for _, r := range m.in.Pages {
		if r.Total.Channel == c.ID && r.Total.Organisation == c.Organisation && len(r.Pages) > 0 {
			v := m.ranking(r)
			v.Anchor = c.Anchor + "-pages"
			return &v
		}
	}
	return nil
}

func (w words) ranking(r indicator.Ranking) pagesView {
	v := pagesView{Caption: w.l.Text("pages.title") + ", " + w.l.Period(r.Total.Period.Days()), Note: w.note(r.Total)}
	for _, p := range r.Pages {
		row := pageRow{Title: chart.Plain(p.Title), Path: chart.Plain(pathOf(p.URL)), Views: w.l.Number(p.Value)}
		if row.Path == row.Title {
			row.Path = ""
		}
		v.Titled = v.Titled || row.Path != ""
		if p.AtLeast {
			row.Views = w.l.Text("pages.atleast", "value", row.Views)
		}
		v.Rows = append(v.Rows, row)
	}
	if r.Others != nil {
		v.Others = w.l.Number(*r.Others)
	}
	return v
}

// pathOf returns an address without its site: a list of pages is of one.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	u.Scheme, u.Host, u.User = "", "", nil
	path, err := url.PathUnescape(u.String())
	if err != nil {
		return u.String()
	}
	return path
}

// pageLines lays a ranking out for a terminal or a letter.
func (w words) pageLines(v pagesView) []string {
	rows := [][]string{w.heads("pages.page", "pages.views", "pages.address")}
	for _, r := range v.Rows {
		rows = append(rows, []string{r.Title, r.Views, r.Path})
	}
	if v.Others != "" {
		rows = append(rows, []string{w.l.Text("pages.others"), v.Others, ""})
	}
	if !v.Titled {
		for i := range rows {
			rows[i] = rows[i][:2]
		}
	}
	out := columns(rows)
	if v.Note != "" {
		out = append(out, v.Note)
	}
	return out
}

// Pages writes rankings of pages as a table, as JSON or as CSV.
func Pages(out io.Writer, format string, all []indicator.Ranking, lang string) error {
	l, err := locale.For(lang)
	if err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	w := words{l: l}
	switch format {
	case "json":
		enc := json.NewEncoder(out)
		enc.SetIndent("", " ")
		for i := range all {
			f := &all[i].Total
			f.Note, f.State = w.note(*f), stateOf(*f)
			f.Parts, f.Sources, f.Gaps = list(f.Parts), list(f.Sources), list(f.Gaps)
		}
		err = enc.Encode(map[string]any{"pages": list(all)})
	case "csv":
		err = w.pagesCSV(out, all)
	default:
		err = w.pagesTable(out, all)
	}
	if err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	return nil
}

func (w words) pagesTable(out io.Writer, all []indicator.Ranking) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, w.l.Text("figures.none"))
		return err
	}
	for _, r := range all {
		v := w.ranking(r)
		if _, err := fmt.Fprintf(out, "%s: %s\n", chart.Plain(r.Total.Channel), v.Caption); err != nil {
			return err
		}
		for _, line := range w.pageLines(v) {
			if _, err := fmt.Fprintln(out, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// pagesCSV writes a row a page; views that are not known exactly are marked in a column of their own.
func (w words) pagesCSV(out io.Writer, all []indicator.Ranking) error {
	c := csv.NewWriter(out)
	_ = c.Write([]string{"organisation", "channel", "period", "title", "url", "views", "at_least"}) // Flush tells
	for _, r := range all {
		for _, p := range r.Pages {
			_ = c.Write([]string{r.Total.Organisation, r.Total.Channel, r.Total.Period.Label, cell(p.Title), cell(p.URL), strconv.FormatFloat(p.Value, 'f', -1, 64), strconv.FormatBool(p.AtLeast)})
		}
		if r.Others != nil {
			_ = c.Write([]string{r.Total.Organisation, r.Total.Channel, r.Total.Period.Label, w.l.Text("pages.others"), "", strconv.FormatFloat(*r.Others, 'f', -1, 64), "false"})
		}
	}
	c.Flush()
	return c.Error()
}
