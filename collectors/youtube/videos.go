package youtube

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector/api"
)

// pageSize is how many videos are asked for at once, the most that YouTube gives; without it there are five.
const pageSize = 50

// uploads is a page of the list of a channel's videos.
type uploads struct {
	answer
	Next  string           `json:"nextPageToken"`
	Items api.List[upload] `json:"items"`
}

// upload is a place in the list.
type upload struct {
	Content struct {
		ID string `json:"videoId"`
	} `json:"contentDetails"`
}

// clips is an answer about videos.
type clips struct {
	answer
	Items api.List[clip] `json:"items"`
}

// clip is a video as YouTube tells of it, by the fields that are asked for. Counts are written as texts; likes that are hidden and
// comments that are switched off have no count at all.
type clip struct {
	ID      string `json:"id"`
	Snippet struct {
		Published   string `json:"publishedAt"`
		Title       string `json:"title"`
		Description string `json:"description"`
		Audio       string `json:"defaultAudioLanguage"`
		Language    string `json:"defaultLanguage"`
		Live        string `json:"liveBroadcastContent"`
	} `json:"snippet"`
	Statistics struct {
		Views    api.Count `json:"viewCount"`
		Likes    api.Count `json:"likeCount"`
		Comments api.Count `json:"commentCount"`
	} `json:"statistics"`
	Status struct {
		Privacy string `json:"privacyStatus"`
	} `json:"status"`
}

const (
	uploadFields = "kind,nextPageToken,items(contentDetails(videoId))"
	videoParts   = "snippet,statistics,status"
	videoFields  = "kind,items(id,snippet(publishedAt,title,description,defaultAudioLanguage,defaultLanguage,liveBroadcastContent),statistics(viewCount,likeCount,commentCount),status(privacyStatus))"
)

// videos returns those that everybody may see, of all days: they cannot be asked for by their days.
func (d *desk) videos(ctx context.Context, c *channel) (out api.Listing, err error) {
	ids, err := d.uploaded(ctx, c.Content.Lists.Uploads)
	if err != nil {
		return out, err
	}
	if i := slices.Index(ids, ""); i >= 0 {
		ids = slices.Delete(ids, i, i+1)
		out.Take(api.Post{}, api.Missing("videoId"))
	}
	for some := range slices.Chunk(ids, pageSize) {
		if err := d.clips(ctx, some, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// clips asks for some videos. One that is not in the answer was deleted or hidden since it was listed.
func (d *desk) clips(ctx context.Context, ids []string, into *api.Listing) error {
	var got clips
	query := url.Values{"part": {videoParts}, "fields": {videoFields}, "id": {strings.Join(ids, ",")}}
	if err := d.ask(ctx, api.Request{Path: "/videos", Query: query, Part: partVideos}, "youtube#videoListResponse", &got); err != nil {
		return err
	}
	for _, v := range got.Items {
		seen, err := v.seen()
		switch {
		case v.ID != "" && !slices.Contains(ids, v.ID):
			return &api.BadAnswerError{Text: "the answer is of another video than those that were asked for"}
		case err != nil:
			into.Take(api.Post{ID: v.ID}, err)
		case seen:
			into.Take(v.post())
		}
	}
	return nil
}

// uploaded lists the ids of a channel's videos, each once; "" is one whose id could not be read. One that is gone or hidden may still stand in the list.
func (d *desk) uploaded(ctx context.Context, list string) (ids []string, err error) {
	if list == "" {
		return nil, api.Missing("uploads")
	}
	err = api.Follow(func(token string) (string, error) {
		query := url.Values{"part": {"contentDetails"}, "fields": {uploadFields}, "playlistId": {list}, "maxResults": {strconv.Itoa(pageSize)}}
		if token != "" {
			query.Set("pageToken", token)
		}
		var got uploads
		if err := d.ask(ctx, api.Request{Path: "/playlistItems", Query: query, Part: partVideos}, "youtube#playlistItemListResponse", &got); err != nil {
			return "", err
		}
		for _, item := range got.Items {
			if !slices.Contains(ids, item.Content.ID) {
				ids = append(ids, item.Content.ID)
			}
		}
		return got.Next, nil
	})
	if errors.Is(err, errNoPlaylist) {
		return nil, nil
	}
	return ids, err
}

// seen tells whether everybody may see a video, and it has begun. Whoever owns the channel is shown also what is private or
// unlisted: nothing of that is kept.
func (v clip) seen() (bool, error) {
	if v.Status.Privacy == "" {
		return false, api.Missing("privacyStatus")
	}
	return v.Status.Privacy == "public" && v.Snippet.Live != "upcoming", nil
}

// post reads a video.
func (v clip) post() (api.Post, error) {
	at, err := time.Parse(time.RFC3339, v.Snippet.Published)
	if err != nil {
		return api.Post{ID: v.ID}, api.Missing("publishedAt")
	}
	p := api.Post{ID: v.ID, Kind: "video", Title: v.Snippet.Title, Text: v.Snippet.Description, URL: "https://www.youtube.com/watch?v=" + url.QueryEscape(v.ID),
		Language: cmp.Or(v.Snippet.Audio, v.Snippet.Language), At: at}
	p.Counts, p.Lacking = api.Known([]api.Counter{
		{Metric: "views_total", Field: "viewCount", Value: v.Statistics.Views.Number},
		{Metric: "reactions_total", Field: "likeCount", Value: v.Statistics.Likes.Number},
		{Metric: "comments_total", Field: "commentCount", Value: v.Statistics.Comments.Number},
	})
	return p, nil
}
