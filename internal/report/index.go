package report

import (
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"seuranta/dashboards"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// IndexInput is what the list of the pages is made of.
type IndexInput struct {
	Lang    string
	Shelves []IndexShelf // in their order; those without pages are left out
	Zone    *time.Location
	Made    time.Time
	Program string // version of this program
}

// IndexShelf holds the pages of one organisation.
type IndexShelf struct {
	Organisation observation.Organisation
	Pages        []IndexPage
}

// IndexPage is one weekly page that was made.
type IndexPage struct {
	Week observation.Period
	Lang string
	Name string   // of its file without the ending
	Also []string // the endings of its twins: txt, csv, json
}

// indexView is what the template of the list gets.
type indexView struct {
	Policy, Lang, Program, Made string
	Style                       template.CSS
	Shelves                     []indexShelf
}

type indexShelf struct {
	Name  foreign
	Weeks []indexWeek // newest first
}

type indexWeek struct {
	Title string
	Pages []indexPage
}

type indexPage struct {
	Lang, Language, File string
	Also                 []indexTwin
}

type indexTwin struct{ Ending, File string }

// Index writes the list of the pages, the newest week first.
func Index(w io.Writer, in IndexInput) error {
	l, err := locale.For(in.Lang)
	if err != nil {
		return fmt.Errorf("write the list of the pages: %w", err)
	}
	css, err := fs.ReadFile(dashboards.Files(), "page.css")
	if err != nil {
		return fmt.Errorf("write the list of the pages: %w", err)
	}
	words := words{l: l}
	view := indexView{Lang: in.Lang, Style: template.CSS(css), Policy: policy(string(css), nil), Program: "Seuranta " + in.Program,
		Made: l.Text("weekly.made", "when", l.Instant(in.Made.In(in.Zone)))}
	for _, s := range in.Shelves {
		if len(s.Pages) > 0 {
			view.Shelves = append(view.Shelves, words.shelf(s))
		}
	}
	t, err := template.New("index.html.tmpl").Funcs(words.functions()).ParseFS(dashboards.Files(), "index.html.tmpl")
	if err == nil {
		err = t.Execute(w, view)
	}
	if err != nil {
		return fmt.Errorf("write the list of the pages: %w", err)
	}
	return nil
}

// shelf lays out the pages of one organisation, week by week.
func (w words) shelf(s IndexShelf) indexShelf {
	out := indexShelf{Name: w.foreign(s.Organisation.Name)}
	pages := slices.Clone(s.Pages)
	slices.SortStableFunc(pages, func(a, b IndexPage) int { return int(b.Week.From - a.Week.From) })
	for i, p := range pages {
		if i == 0 || p.Week.From != pages[i-1].Week.From {
			out.Weeks = append(out.Weeks, indexWeek{Title: w.weekTitle(p.Week)})
		}
		week := &out.Weeks[len(out.Weeks)-1]
		page := indexPage{Lang: p.Lang, Language: locale.Name(p.Lang), File: p.Name + ".html"}
		for _, ending := range p.Also {
			page.Also = append(page.Also, indexTwin{strings.ToUpper(ending), p.Name + "." + ending})
		}
		week.Pages = append(week.Pages, page)
	}
	return out
}

func (w words) weekTitle(p observation.Period) string {
	year, week := p.From.ISOWeek()
	return w.l.Text("weekly.week", "week", week, "year", fmt.Sprint(year), "dates", w.l.Dates(p))
}
