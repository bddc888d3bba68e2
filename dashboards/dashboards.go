// Package dashboards holds what pages and reports show, as data: a YAML file each, and the templates that lay it out. A
// planner or an analyst can change all of it without knowing Go; internal/report fills the templates.
package dashboards

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"
)

//go:embed *.yaml *.tmpl *.css
var files embed.FS

// Files returns the templates and styles.
func Files() fs.FS { return files }

// WeeklyPage is what the weekly page shows.
type WeeklyPage struct {
	Title       string    `yaml:"title"`        // a key of the translations
	Weeks       int       `yaml:"weeks"`        // how many closed weeks back
	Chart       string    `yaml:"chart"`        // the form of the charts
	PercentBase float64   `yaml:"percent_base"` // the smallest number that a percentage is told of
	Channels    []Channel `yaml:"channels"`     // in the order of the page
	Otherwise   []string  `yaml:"otherwise"`    // metrics of channels of any other kind
}

// Channel says which metrics are shown of a kind of channel, in which order.
type Channel struct {
	Kind    string   `yaml:"kind"`
	Metrics []string `yaml:"metrics"`
	Months  []string `yaml:"months"` // of these the newest whole month is told, too
}

// Weekly reads weekly.yaml.
func Weekly() (WeeklyPage, error) {
	b, err := files.ReadFile("weekly.yaml")
	if err != nil {
		return WeeklyPage{}, fmt.Errorf("read the weekly page's description: %w", err)
	}
	return readWeekly(b)
}

func readWeekly(b []byte) (WeeklyPage, error) {
	var page WeeklyPage
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&page); err != nil {
		return WeeklyPage{}, fmt.Errorf("read weekly.yaml: %w", err)
	}
	if page.Weeks < 1 || page.Weeks > 53 {
		return WeeklyPage{}, fmt.Errorf("read weekly.yaml: weeks is %d, want 1 to 53", page.Weeks)
	}
	if page.Chart != "weekly" {
		return WeeklyPage{}, fmt.Errorf("read weekly.yaml: chart is %q, want weekly", page.Chart)
	}
	return page, nil
}

// Metrics returns the metrics to show of a kind of channel, in order.
func (p WeeklyPage) Metrics(kind string) []string {
	if i := p.Place(kind); i < len(p.Channels) {
		return p.Channels[i].Metrics
	}
	return p.Otherwise
}

// Months returns the metrics of a kind of channel that are told by the month, too.
func (p WeeklyPage) Months(kind string) []string {
	if i := p.Place(kind); i < len(p.Channels) {
		return p.Channels[i].Months
	}
	return nil
}

// Place returns where on the page channels of a kind stand: kinds that are not listed come last.
func (p WeeklyPage) Place(kind string) int {
	if i := slices.IndexFunc(p.Channels, func(c Channel) bool { return c.Kind == kind }); i >= 0 {
		return i
	}
	return len(p.Channels)
}
