package report

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"seuranta/dashboards"
	"seuranta/internal/chart"
	"seuranta/internal/chart/svg"
)

// The size of a picture's drawing. In a document 16 cm wide its smallest texts are 8 points high.
const (
	pictureWidth  = 720
	pictureHeight = 300
)

// Painter draws charts without a browser; svg.Painter is one.
type Painter interface {
	Paint(ctx context.Context, c svg.Chart) (*svg.Picture, error)
}

// PictureFile is a chart as a file of its own.
type PictureFile struct {
	Name string
	SVG  []byte
}

// Draw makes a picture of every chart: a page that is written after it shows them to readers without scripts. Where base is
// not empty it begins the names of the files that are returned, and the page links them. progress is told how many are done.
// A chart that could not be drawn has no picture and is named in the error, which comes beside the files of the others.
func (r *WeeklyReview) Draw(ctx context.Context, p Painter, base string, progress func(done, total int64)) ([]PictureFile, error) {
	symbols, err := template.New("weekly.html.tmpl").Funcs(r.words.functions()).ParseFS(dashboards.Files(), "weekly.html.tmpl")
	if err != nil {
		return nil, fmt.Errorf("draw pictures: %w", err)
	}
	var files []PictureFile
	var faults []error
	metrics := r.view.metrics()
	for i, m := range metrics {
		file, err := r.view.draw(ctx, p, m, symbols)
		if errors.Is(err, svg.ErrStopped) || ctx.Err() != nil {
			return files, err
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if base != "" {
			m.Picture.File = base + "." + m.Picture.ID + ".svg"
			files = append(files, PictureFile{m.Picture.File, file})
		}
		progress(int64(i+1), int64(len(metrics)))
	}
	return files, errors.Join(faults...)
}

// draw makes the picture of one metric, for the page and as a file.
func (v *weeklyView) draw(ctx context.Context, p Painter, m *metricView, symbols *template.Template) ([]byte, error) {
	frame := svg.Frame{Heading: m.Headline, Subtitle: m.Subtitle, Foot: v.Organisation.Text + " · " + m.Source}
	for _, k := range m.Key {
		var symbol strings.Builder
		if err := symbols.ExecuteTemplate(&symbol, "symbol", k.Symbol); err != nil {
			return nil, err
		}
		frame.Key = append(frame.Key, svg.Key{Symbol: symbol.String(), Text: k.Text})
	}
	for _, n := range m.Events {
		frame.Notes = append(frame.Notes, svg.Note{Mark: n.Mark, Text: n.Date + " " + n.Text})
	}
	for _, n := range m.Breaks {
		frame.Notes = append(frame.Notes, svg.Note{Mark: n.Mark, Text: n.Text, Break: true})
	}
	picture, err := p.Paint(ctx, svg.Chart{ID: m.Picture.ID, Lang: v.Lang, Option: []byte(m.Option), Width: pictureWidth, Height: pictureHeight,
		Title: m.Headline, Description: strings.Join(m.Summary, " ")})
	if err != nil {
		return nil, err
	}
	file, err := picture.File(frame)
	if err == nil {
		m.Picture.Inline = template.HTML(picture.Inline())
	}
	return file, err
}

// Pictured tells whether every chart of the page has a picture.
func (v weeklyView) Pictured() bool {
	return !slices.ContainsFunc(v.metrics(), func(m *metricView) bool { return m.Picture.Inline == "" })
}

// metrics are those of all channels, in the order of the page.
func (v *weeklyView) metrics() []*metricView {
	var out []*metricView
	for i := range v.Channels {
		for j := range v.Channels[i].Metrics {
			out = append(out, &v.Channels[i].Metrics[j])
		}
	}
	return out
}

// namePictures gives every chart a name that stays the same from week to week: its channel and its metric.
func (v *weeklyView) namePictures() {
	taken := map[string]bool{}
	for i := range v.Channels {
		for j := range v.Channels[i].Metrics {
			m := &v.Channels[i].Metrics[j]
			name := slug(chart.Plain(v.Channels[i].ID)) + "-" + slug(strings.ReplaceAll(m.ID, "_", "-"))
			id := name
			for n := 2; taken[id]; n++ {
				id = name + "-" + strconv.Itoa(n)
			}
			taken[id] = true
			m.Picture.ID = id
		}
	}
}
