// Package linkedin reads the page of an organisation on LinkedIn: the files that its administrators can download, or, where
// LinkedIn approved an app of the organisation, its API. README.md says what each of them tells.
package linkedin

import (
	"context"
	_ "embed"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed retention.yaml
var retention []byte

//go:embed sample.yaml
var sample string

// The parts of a source: one kind of question, or one sheet of a file.
const (
	partPage      = "page"
	partDays      = "days"
	partGains     = "gains"
	partPosts     = "posts"
	partContent   = "content"
	partFollowers = "followers"
	partVisitors  = "visitors"
)

// The ways in which a source has its numbers, as definitions.yaml names them: they count otherwise.
const (
	wayFiles   = "files"
	wayAPI     = "api"
	wayOrganic = "organic" // of files that have no total
)

// Kind describes pages on LinkedIn as a kind of source.
func Kind() collector.Kind {
	metrics := slices.Concat(asked(), (&Config{}).exported())
	slices.Sort(metrics)
	return collector.Kind{
		Name: "linkedin", New: func() collector.Config { return &Config{Version: defaultVersion, PostsDays: defaultPostsDays} },
		Metrics:      slices.Compact(metrics),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(counters(true), "followers")...),
		SettleDays:   3, Channels: []string{"linkedin"}, Fetches: true, BaseURL: true, BackfillDays: -1,
		Definitions: collector.MustDefinitions(definitions), Retention: collector.MustRetention(retention), Sample: sample,
	}
}

// asked lists what the API tells.
func asked() []string {
	return append([]string{"followers", "gained", "impressions", "reach", "link_clicks", "reactions", "comments", "shares", "publications"}, counters(true)...)
}

// counters are what LinkedIn counts of a post as long as it stands; how many people one reached only its API tells.
func counters(byAPI bool) []string {
	out := []string{"impressions_total", "clicks_total", "reactions_total", "comments_total", "shares_total"}
	if byAPI {
		out = append(out, "reach_total")
	}
	return out
}

type source struct {
	config Config
	deps   collector.Deps
}

var (
	_ collector.Checker  = (*source)(nil)
	_ collector.Importer = (*source)(nil)
)

// Collect asks LinkedIn, or reads the files of the paths.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if s.config.handed() {
		return s.collectFiles(ctx, w, out)
	}
	return s.ask(ctx, w, out)
}
