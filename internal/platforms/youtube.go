package platforms

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// YouTube answers as the Data API v3 does. All posts of the account are its videos; who saw one viewed it.
type YouTube struct {
	Channel  Account // its ID is 22 characters; those of the channel and of its list of videos are made of it
	Key      string  // an API key; access tokens are taken where there is one
	Token    string
	Units    int  // a day at most; 0 is the 10,000 of the real one
	Most     int  // entries of a page at most; 0 is the fifty of the real one
	Hidden   bool // how many subscribe is hidden
	Disabled bool // the API is switched off in the project

	mu    sync.Mutex
	spent map[string]int // by the day of California
}

// Answer answers what is asked of the channel, of its list of videos and of videos.
func (y *YouTube) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	known := map[string]struct {
		parameters []string
		answer     func(http.ResponseWriter, *http.Request, time.Time)
	}{
		"/youtube/v3/channels":      {[]string{"part", "fields", "id", "forHandle"}, y.channels},
		"/youtube/v3/playlistItems": {[]string{"part", "fields", "playlistId", "maxResults", "pageToken"}, y.uploads},
		"/youtube/v3/videos":        {[]string{"part", "fields", "id"}, y.videos},
	}
	ask, there := known[r.URL.Path]
	switch {
	case !there:
		tubeError(w, http.StatusNotFound, "notFound", "NOT_FOUND", "")
	case !y.lets(w, r) || !y.spend(w, now):
	default:
		for name := range r.URL.Query() {
			if !slices.Contains(ask.parameters, name) {
				tubeError(w, http.StatusBadRequest, "unexpectedParameter", "INVALID_ARGUMENT", "")
				return
			}
		}
		if r.URL.Query().Get("part") == "" {
			tubeError(w, http.StatusBadRequest, "missingRequiredParameter", "INVALID_ARGUMENT", "")
			return
		}
		ask.answer(w, r, now)
	}
}

// tubeError answers with an error as Google writes it. Its message names somebody: it is not for showing.
func tubeError(w http.ResponseWriter, status int, reason, name, detail string) {
	message := "Kanaria Lintu: " + reason
	body := object{"code": status, "message": message, "status": name, "errors": []object{{"message": message, "domain": "youtube", "reason": reason}}}
	if detail != "" {
		body["details"] = []object{{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail, "domain": "googleapis.com", "metadata": object{"service": "youtube.googleapis.com"}}}
	}
	writeJSON(w, status, object{"error": body})
}

// lets tells whether somebody may ask at all. A key in an address is refused, as no program of ours has any business to write one there.
func (y *YouTube) lets(w http.ResponseWriter, r *http.Request) bool {
	key, bearer := r.Header.Get("X-Goog-Api-Key"), r.Header.Get("Authorization")
	switch {
	case y.Disabled:
		tubeError(w, http.StatusForbidden, "accessNotConfigured", "PERMISSION_DENIED", "SERVICE_DISABLED")
	case r.URL.Query().Has("key"):
		tubeError(w, http.StatusBadRequest, "badRequest", "INVALID_ARGUMENT", "")
	case bearer != "" && y.Token != "" && bearer == "Bearer "+y.Token, bearer == "" && key != "" && key == y.Key:
		return true
	case bearer != "":
		tubeError(w, http.StatusUnauthorized, "authError", "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED")
	default:
		tubeError(w, http.StatusBadRequest, "badRequest", "INVALID_ARGUMENT", "API_KEY_INVALID")
	}
	return false
}

// spend takes one of the units of the day, which begins anew at midnight in California.
func (y *YouTube) spend(w http.ResponseWriter, now time.Time) bool {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.spent == nil {
		y.spent = map[string]int{}
	}
	day := now.In(Pacific).Format(time.DateOnly)
	y.spent[day]++
	if most := y.Units; most > 0 && y.spent[day] > most || y.spent[day] > 10_000 {
		tubeError(w, http.StatusForbidden, "quotaExceeded", "PERMISSION_DENIED", "")
		return false
	}
	return true
}

// channels answers with the channel, or with nobody.
func (y *YouTube) channels(w http.ResponseWriter, r *http.Request, now time.Time) {
	q, out := r.URL.Query(), object{"kind": "youtube#channelListResponse", "etag": "e"}
	if q.Get("id") == "UC"+y.Channel.ID || q.Get("id") == "" && strings.EqualFold(strings.TrimPrefix(q.Get("forHandle"), "@"), y.Channel.Handle) {
		count := strconv.Itoa(rounded(y.Channel.Followers(now)))
		if y.Hidden {
			count = "0"
		}
		snippet := object{"title": y.Channel.Name, "description": "Kysy: kanaria.lintu@example.org", "thumbnails": object{"default": object{"url": "https://yt.example/kanaria.jpg"}}}
		if made := (MailingList{Changes: y.Channel.Changes}).Made(); !made.IsZero() {
			snippet["publishedAt"] = made.UTC().Format(time.RFC3339)
		}
		out["items"] = []object{{"kind": "youtube#channel", "id": "UC" + y.Channel.ID, "snippet": snippet,
			"statistics":     object{"viewCount": "1", "subscriberCount": count, "hiddenSubscriberCount": y.Hidden, "videoCount": strconv.Itoa(len(y.Channel.Standing(now)))},
			"contentDetails": object{"relatedPlaylists": object{"likes": "", "uploads": "UU" + y.Channel.ID}}}}
	}
	writeJSON(w, http.StatusOK, out)
}

// rounded cuts a number of subscribers down to three digits.
func rounded(n int) int {
	if n < 1000 {
		return n
	}
	unit := int(math.Pow10(len(strconv.Itoa(n)) - 3))
	return n / unit * unit
}

// uploads answers with a page of the list of videos; there is none where there are no videos.
func (y *YouTube) uploads(w http.ResponseWriter, r *http.Request, now time.Time) {
	standing := y.Channel.Standing(now)
	if r.URL.Query().Get("playlistId") != "UU"+y.Channel.ID || len(standing) == 0 {
		tubeError(w, http.StatusNotFound, "playlistNotFound", "", "")
		return
	}
	size, from := sized(r, "maxResults", 5, 50), 0
	if y.Most > 0 {
		size = min(size, y.Most)
	}
	if token := r.URL.Query().Get("pageToken"); token != "" {
		if _, err := fmt.Sscanf(token, "EAAa%d", &from); err != nil {
			tubeError(w, http.StatusBadRequest, "invalidPageToken", "INVALID_ARGUMENT", "")
			return
		}
	}
	rows := []object{}
	for _, p := range stretch(standing, from, size) {
		rows = append(rows, object{"kind": "youtube#playlistItem", "contentDetails": object{"videoId": tubeID(p), "videoPublishedAt": p.At.UTC().Format(time.RFC3339)}})
	}
	out := object{"kind": "youtube#playlistItemListResponse", "items": rows, "pageInfo": object{"totalResults": len(standing), "resultsPerPage": size}}
	if from+size < len(standing) {
		out["nextPageToken"] = fmt.Sprintf("EAAa%d", from+size)
	}
	writeJSON(w, http.StatusOK, out)
}

func tubeID(p Post) string { return "yt" + p.ID }

// videos answers with those videos that stand. Counts are texts.
func (y *YouTube) videos(w http.ResponseWriter, r *http.Request, now time.Time) {
	ids := strings.Split(r.URL.Query().Get("id"), ",")
	if len(ids) > 50 {
		tubeError(w, http.StatusBadRequest, "invalidFilters", "INVALID_ARGUMENT", "")
		return
	}
	rows := []object{}
	for _, p := range y.Channel.Standing(now) {
		if !slices.Contains(ids, tubeID(p)) {
			continue
		}
		n := p.Acted(now)
		rows = append(rows, object{"kind": "youtube#video", "id": tubeID(p),
			"snippet": object{"publishedAt": p.At.UTC().Format(time.RFC3339), "title": p.Title, "description": p.Text + "\nKysy: kanaria.lintu@example.org", "channelTitle": y.Channel.Name,
				"defaultAudioLanguage": "fi", "liveBroadcastContent": "none", "thumbnails": object{"default": object{"url": "https://yt.example/kanaria.jpg"}}},
			"statistics": object{"viewCount": strconv.Itoa(n.Views), "likeCount": strconv.Itoa(n.Reactions), "commentCount": strconv.Itoa(n.Comments), "favoriteCount": "0"},
			"status":     object{"privacyStatus": "public", "embeddable": true}})
	}
	writeJSON(w, http.StatusOK, object{"kind": "youtube#videoListResponse", "items": rows})
}
