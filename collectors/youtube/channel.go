package youtube

import (
	"context"
	"fmt"
	"net/url"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// exact is below which number of subscribers YouTube does not round.
const exact = 1000

// channels is an answer about channels.
type channels struct {
	answer
	Items []channel `json:"items"`
}

// channel is a channel as YouTube tells of it, by the fields that are asked for: no picture and no description.
type channel struct {
	ID      string `json:"id"`
	Snippet struct {
		Title     string `json:"title"`
		Published string `json:"publishedAt"`
	} `json:"snippet"`
	Statistics struct {
		Subscribers api.Number `json:"subscriberCount"`
		Hidden      bool       `json:"hiddenSubscriberCount"`
		Videos      api.Number `json:"videoCount"`
	} `json:"statistics"`
	Content struct {
		Lists struct {
			Uploads string `json:"uploads"`
		} `json:"relatedPlaylists"`
	} `json:"contentDetails"`
}

const (
	channelParts  = "snippet,statistics,contentDetails"
	channelFields = "kind,items(id,snippet(title,publishedAt),statistics(subscriberCount,hiddenSubscriberCount,videoCount),contentDetails(relatedPlaylists(uploads)))"
)

// channel asks for the channel: by its handle until its id is known, and by that from then on.
func (d *desk) channel(ctx context.Context) (*channel, error) {
	name := d.config.name()
	id := api.AccountID(d.deps.State, name)
	if idForm.MatchString(name) {
		id = name
	}
	query := url.Values{"part": {channelParts}, "fields": {channelFields}, "id": {id}}
	if id == "" {
		query.Del("id")
		query.Set("forHandle", name)
	}
	var got channels
	if err := d.ask(ctx, api.Request{Path: "/channels", Query: query, Part: partChannel}, "youtube#channelListResponse", &got); err != nil {
		return nil, err
	}
	switch {
	case len(got.Items) == 0:
		return nil, fmt.Errorf("there is no such channel on YouTube; was it deleted, or has it another handle now? Its id stands on its page under more, Share channel, Copy channel ID: %w", collector.ErrGone)
	case !idForm.MatchString(got.Items[0].ID):
		return nil, api.Missing("id")
	case id != "" && got.Items[0].ID != id:
		return nil, &api.BadAnswerError{Text: "the answer is of another channel than the one that was asked for"}
	}
	api.KeepAccountID(d.deps.State, name, got.Items[0].ID)
	return &got.Items[0], nil
}

// tell tells how many subscribe to the channel now. From a thousand on YouTube rounds the number, to three digits downwards; the
// owner may hide it, and what stands in its place is no number then.
func (c *channel) tell(t *api.Teller) error {
	n := c.Statistics.Subscribers
	switch {
	case c.Statistics.Hidden:
		t.NoLevel(partChannel, "subscribers", api.Lack{Result: observation.NotOffered})
		return nil
	case n.Lack("subscriberCount").Result == "" && n.Value >= exact:
		return t.LevelBy(observation.Estimate, partChannel, "subscribers", n.Value)
	}
	return t.LevelOf(partChannel, "subscribers", "subscriberCount", n)
}

// words says what a channel is, for check.
func (c *channel) words() string {
	out := fmt.Sprintf("channel %q (%s)", c.Snippet.Title, c.ID)
	switch n := c.Statistics.Subscribers; {
	case c.Statistics.Hidden:
		out += " hides how many subscribe to it: show it in YouTube Studio (Settings, Channel, Advanced settings) for the number to be told"
	case n.Known && n.Value >= exact:
		out += fmt.Sprintf(" has about %.0f subscribers, rounded down by YouTube to three digits", n.Value)
	case n.Known:
		out += fmt.Sprintf(" has %.0f subscribers", n.Value)
	}
	if c.Statistics.Videos.Known {
		out += fmt.Sprintf(", %.0f videos", c.Statistics.Videos.Value)
	}
	return out
}

var _ collector.Checker = (*source)(nil)
