// Package youtube reads a channel on YouTube: how many subscribe to it, which videos it published, and what each came to.
package youtube

import (
	"context"
	_ "embed"
	"fmt"
	"time"

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

// Kind describes YouTube as a kind of source. The videos come in one list whatever days are asked for.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "youtube", New: func() collector.Config { return &Config{Units: defaultUnits} },
		Metrics:      append([]string{"subscribers", "publications"}, counters()...),
		Grains:       []observation.Grain{observation.Day},
		MetricGrains: api.Snapshots(append(counters(), "subscribers")...),
		SettleDays:   1, Channels: []string{"youtube"}, Fetches: true, BaseURL: true, BackfillDays: -1,
		Definitions: collector.MustDefinitions(definitions), Retention: collector.MustRetention(retention), Sample: sample,
	}
}

// counters are what YouTube counts of a video as long as it stands.
func counters() []string { return []string{"views_total", "reactions_total", "comments_total"} }

// hidden are the counters that YouTube leaves out where the owner shows no likes or lets nobody comment.
func hidden() []string { return []string{"reactions_total", "comments_total"} }

// The parts of a source: what one kind of question tells.
const (
	partChannel = "channel"
	partVideos  = "videos"
)

// always is how many days back videos are read again: all of them, because they are found and watched for years.
const always = 20_000

type source struct {
	config Config
	deps   collector.Deps
}

// Collect reads what can not be read later first: how many subscribe now.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	tell := api.NewTeller(out, w, nil)
	if len(tell.Periods(observation.Day)) == 0 && !tell.Now() {
		return nil
	}
	d, err := s.desk(w.Now)
	if err != nil {
		return fmt.Errorf("youtube: read the channel %s: %w", s.config.Channel, err)
	}
	c, err := d.channel(ctx)
	if err == nil {
		err = c.tell(tell)
	}
	if err != nil {
		return fmt.Errorf("youtube: read the channel %s: %w", s.config.Channel, err)
	}
	if err := d.tellVideos(ctx, c, tell); err != nil {
		return fmt.Errorf("youtube: read the videos of %s: %w", s.config.Channel, err)
	}
	return nil
}

// tellVideos tells the videos of the window and, at a visit of today, all that there are.
func (d *desk) tellVideos(ctx context.Context, c *channel, tell *api.Teller) error {
	videos, err := d.videos(ctx, c)
	if err != nil {
		return err
	}
	return tell.Posts(ctx, api.Posts{Kind: "youtube", Channel: d.deps.ChannelID, Part: partVideos, Metrics: counters(), Since: tell.Reread(always), First: api.Begins(c.Snippet.Published, videos.Posts, tell.Zone()),
		Lacking: api.Lacks(counters(), videos.Posts, hidden()...), Unread: videos.Unread, State: d.deps.State, Items: d.deps.Items}, videos.Posts)
}

// Check asks for the channel.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	d, err := s.desk(now)
	if err != nil {
		return "", fmt.Errorf("youtube: check the channel %s: %w", s.config.Channel, err)
	}
	c, err := d.channel(ctx)
	if err != nil {
		return "", fmt.Errorf("youtube: check the channel %s: %w", s.config.Channel, err)
	}
	return fmt.Sprintf("%s; videos count on the days of %s; %d of %d units are spent until midnight in California%s", c.words(), now.Location(), d.units.spent(), s.config.Units, s.dies()), nil
}

// dies says until when the credential is good.
func (s *source) dies() string {
	switch {
	case !s.config.Key.IsZero():
		return "; the key does not end by itself"
	case s.deps.Credential != nil && !s.deps.Credential.Expires().IsZero():
		return "; connect anew by " + s.deps.Credential.Expires().UTC().Format(time.DateOnly)
	}
	return ""
}
