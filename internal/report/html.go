package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"seuranta/dashboards"
	"seuranta/internal/chart"
)

// htmlPage is what the template of a page gets: the view, and what makes the file stand alone.
type htmlPage struct {
	View      weeklyView
	Policy    string
	Style     template.CSS
	Scripts   []template.JS
	CSV, Text template.URL
}

// HTML writes the review as one file that needs nothing else: no network, no other file, no script that the policy in its
// head does not name by its hash.
func (r *WeeklyReview) HTML(w io.Writer) error {
	style, err := dashboards.Files().Open("page.css")
	if err != nil {
		return fmt.Errorf("write weekly page: %w", err)
	}
	defer style.Close()
	css, err := io.ReadAll(style)
	if err != nil {
		return fmt.Errorf("write weekly page: %w", err)
	}
	page := htmlPage{View: r.view, Style: template.CSS(css), Policy: policy(string(css), chart.Scripts())}
	for _, s := range chart.Scripts() {
		page.Scripts = append(page.Scripts, template.JS(s))
	}
	if page.CSV, err = dataURL("text/csv", r.CSV); err != nil {
		return err
	}
	if page.Text, err = dataURL("text/plain", r.Text); err != nil {
		return err
	}
	t, err := template.New("weekly.html.tmpl").Funcs(r.words.functions()).ParseFS(dashboards.Files(), "weekly.html.tmpl")
	if err != nil {
		return fmt.Errorf("write weekly page: %w", err)
	}
	if err := t.Execute(w, page); err != nil {
		return fmt.Errorf("write weekly page: %w", err)
	}
	return nil
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

// dataURL makes an address that holds the file itself.
func dataURL(mime string, write func(io.Writer) error) (template.URL, error) {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return "", err
	}
	return template.URL("data:" + mime + ";charset=utf-8;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil
}
