package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"seuranta/dashboards"
	"seuranta/internal/chart"
)

// htmlPage is what the template of a page gets: the view, and what makes the file stand alone.
type htmlPage struct {
	View      weeklyView
	Policy    string
	Style     template.CSS
	Scripts   []template.JS
	CSV, Text template.HTMLAttr        // links that hold the twins
	Articles  map[string]template.HTML // the metrics, ready, by their anchors
}

// HTML writes the review as one file that needs nothing else: no network, no other file, no script that the policy in its
// head does not name by its hash.
func (r *WeeklyReview) HTML(w io.Writer) error {
	css, err := fs.ReadFile(dashboards.Files(), "page.css")
	if err != nil {
		return fmt.Errorf("write weekly page: %w", err)
	}
	page := htmlPage{View: r.view, Style: template.CSS(css), Policy: policy(string(css), chart.Scripts())}
	for _, s := range chart.Scripts() {
		page.Scripts = append(page.Scripts, template.JS(s))
	}
	t, err := template.New("weekly.html.tmpl").Funcs(r.words.functions()).ParseFS(dashboards.Files(), "weekly.html.tmpl")
	if err == nil {
		err = r.fill(&page, t)
	}
	if err == nil {
		err = t.Execute(w, page)
	}
	if err != nil {
		return fmt.Errorf("write weekly page: %w", err)
	}
	return nil
}

// fill makes the parts of the page that take long, several at a time: the twins inside it, and each metric.
func (r *WeeklyReview) fill(page *htmlPage, t *template.Template) error {
	metrics := r.view.metrics()
	articles := make([]template.HTML, len(metrics))
	err := atOnce(len(metrics)+2, func(i int) (err error) {
		switch i {
		case 0:
			page.CSV, err = dataLink("text/csv", r.CSV)
		case 1:
			page.Text, err = dataLink("text/plain", r.Text)
		default:
			articles[i-2], err = article(t, metrics[i-2])
		}
		return err
	})
	page.Articles = make(map[string]template.HTML, len(metrics))
	for i, m := range metrics {
		page.Articles[m.Anchor] = articles[i]
	}
	return err
}

func article(t *template.Template, m *metricView) (template.HTML, error) {
	var b strings.Builder
	b.Grow(32 << 10) // half a year of weeks with its chart
	err := t.ExecuteTemplate(&b, "metric", m)
	return template.HTML(b.String()), err
}

// atOnce does n things, as many at a time as there are processors, and returns what went wrong, in their order.
func atOnce(n int, do func(int) error) error {
	faults := make([]error, n)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				faults[i] = do(i)
			}
		})
	}
	workers.Wait()
	return errors.Join(faults...)
}

// functions are what templates may call: texts by their keys, and the language.
func (w words) functions() map[string]any {
	return map[string]any{
		"t":     func(key string) string { return w.l.Text(key) },
		"lang":  w.l.Lang,
		"count": func(key string, n int) string { return w.l.Text(key, "n", n) },
	}
}

// policy allows the page's own style and scripts, by their hashes, and pictures that are part of the page. Nothing else
// runs, nothing is asked for, nothing is sent.
func policy(style string, scripts []string) string {
	var hashes []string
	for _, s := range scripts {
		hashes = append(hashes, hashSource(s))
	}
	return "default-src 'none'; script-src " + strings.Join(hashes, " ") + "; style-src " + hashSource(style) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}

func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// dataLink makes the attribute of a link that holds the file itself. Nothing in it needs to be escaped.
func dataLink(mime string, write func(io.Writer) error) (template.HTMLAttr, error) {
	var file bytes.Buffer
	err := write(&file)
	head := `href="data:` + mime + ";charset=utf-8;base64,"
	link := make([]byte, 0, len(head)+base64.StdEncoding.EncodedLen(file.Len())+1)
	link = append(base64.StdEncoding.AppendEncode(append(link, head...), file.Bytes()), '"')
	return template.HTMLAttr(link), err
}
