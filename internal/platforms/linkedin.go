package platforms

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// LinkedIn answers as the API of LinkedIn does for an approved app: how many follow a page, what its posts came to by the day and each
// since it was published, and the posts. Posts that nobody saw are left out of what is said of posts, as LinkedIn does.
type LinkedIn struct {
	Account Account
	Token   string
	Barred  []string // resources that the token may not ask for
	Version string   // the only version of the API that is still there; "" takes every one
}

// liError is how LinkedIn refuses.
func liError(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, object{"status": status, "serviceErrorCode": 100, "code": code, "message": message})
}

// Answer answers what is asked of the page.
func (l LinkedIn) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	resource, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/rest/"), "/")
	asked, fault := liQuery(r.URL.RawQuery)
	version := r.Header.Get("LinkedIn-Version")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+l.Token:
		liError(w, http.StatusUnauthorized, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user")
	case len(version) != 6:
		liError(w, http.StatusBadRequest, "VERSION_MISSING", "A version must be present. Please specify a version by adding the LinkedIn-Version header.")
	case l.Version != "" && version != l.Version:
		liError(w, http.StatusUpgradeRequired, "NONEXISTENT_VERSION", "Requested version "+version+"01 is not active")
	case fault != "":
		liError(w, http.StatusBadRequest, "ILLEGAL_ARGUMENT", fault)
	case slices.Contains(l.Barred, resource):
		liError(w, http.StatusForbidden, "ACCESS_DENIED", "Not enough permissions to access: "+resource+".FINDER, says Kerttu Kanarialintu")
	case resource == "networkSizes":
		l.size(w, asked, rest, now)
	case r.Header.Get("X-Restli-Protocol-Version") != "2.0.0":
		liError(w, http.StatusBadRequest, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request")
	case resource == "organizationalEntityFollowerStatistics":
		l.gains(w, asked, now)
	case resource == "organizationalEntityShareStatistics":
		l.statistics(w, asked, now)
	case resource == "posts":
		l.posts(w, asked, now)
	default:
		liError(w, http.StatusNotFound, "RESOURCE_NOT_FOUND", "No virtual resource found for "+resource)
	}
}

// liQuery takes a question apart as Rest.li does: names have their signs escaped, while brackets, colons and commas stand as they are.
func liQuery(raw string) (map[string]string, string) {
	out := map[string]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if strings.Contains(value, "%28") || strings.Contains(value, "%2C") || strings.HasPrefix(value, "urn:") {
			return nil, "Invalid query parameters passed to request: " + name
		}
		if !slices.Contains([]string{"q", "edgeType", "organizationalEntity", "timeIntervals", "shares", "ugcPosts", "author", "count", "start", "sortBy"}, name) {
			return nil, "QUERY_PARAM_NOT_ALLOWED: " + name
		}
		out[name] = value
	}
	return out, ""
}

func (l LinkedIn) urn() string { return "urn:li:organization:" + l.Account.ID }

// isOurs tells whether an escaped name is that of the page; another is refused.
func (l LinkedIn) isOurs(w http.ResponseWriter, escaped string) bool {
	if name, err := url.QueryUnescape(escaped); err == nil && name == l.urn() {
		return true
	}
	liError(w, http.StatusForbidden, "ACCESS_DENIED", "Viewer is not an administrator of the organization")
	return false
}

// size answers how many follow the page.
func (l LinkedIn) size(w http.ResponseWriter, asked map[string]string, name string, now time.Time) {
	switch {
	case asked["edgeType"] != "COMPANY_FOLLOWED_BY_MEMBER":
		liError(w, http.StatusBadRequest, "ILLEGAL_ARGUMENT", "Invalid edge type")
	case l.isOurs(w, url.QueryEscape(name)):
		writeJSON(w, http.StatusOK, object{"firstDegreeSize": l.Account.Followers(now)})
	}
}

// liPaging stands in every answer.
func liPaging() object { return object{"start": 0, "count": 10, "links": []any{}} }

// interval reads the days that are asked for: those of the last twelve months.
func (l LinkedIn) interval(w http.ResponseWriter, asked map[string]string, now time.Time) (p observation.Period, ok bool) {
	text, found := strings.CutPrefix(asked["timeIntervals"], "(timeRange:(start:")
	text, day := strings.CutSuffix(text, "),timeGranularityType:DAY)")
	from, to, both := strings.Cut(text, ",end:")
	start, err := strconv.ParseInt(from, 10, 64)
	end, err1 := strconv.ParseInt(to, 10, 64)
	begin, finish := time.UnixMilli(start).UTC(), time.UnixMilli(end).UTC()
	if !found || !day || !both || err != nil || err1 != nil || !begin.Before(finish) || begin.Before(now.UTC().AddDate(-1, 0, 0)) {
		liError(w, http.StatusBadRequest, "ILLEGAL_ARGUMENT", "Invalid time range")
		return p, false
	}
	return observation.Period{From: observation.DateOf(begin), To: observation.DateOf(finish)}, true
}

// gains answers how many followers each day brought.
func (l LinkedIn) gains(w http.ResponseWriter, asked map[string]string, now time.Time) {
	if !l.isOurs(w, asked["organizationalEntity"]) {
		return
	}
	p, ok := l.interval(w, asked, now)
	if !ok {
		return
	}
	rows := []object{}
	for day := p.From; day < p.To; day++ {
		joined, _ := l.Account.Gained(day.Start(time.UTC), day.End(time.UTC), now)
		rows = append(rows, object{"organizationalEntity": l.urn(), "timeRange": liRange(day), "followerGains": object{"organicFollowerGain": joined, "paidFollowerGain": 0}})
	}
	writeJSON(w, http.StatusOK, object{"paging": liPaging(), "elements": rows})
}

func liRange(day observation.Date) object {
	return object{"start": day.Start(time.UTC).UnixMilli(), "end": day.End(time.UTC).UnixMilli()}
}

func liTotals(a Acted) object {
	engaged := 0.0
	if a.Views > 0 {
		engaged = float64(a.Clicks+a.Reactions+a.Comments+a.Shares) / float64(a.Views)
	}
	return object{"impressionCount": a.Views, "uniqueImpressionsCount": a.Viewers, "clickCount": a.Clicks, "likeCount": a.Reactions, "commentCount": a.Comments, "shareCount": a.Shares, "engagement": engaged}
}

// statistics answers what posts came to: by the day, or each since it was published.
func (l LinkedIn) statistics(w http.ResponseWriter, asked map[string]string, now time.Time) {
	if !l.isOurs(w, asked["organizationalEntity"]) {
		return
	}
	rows := []object{}
	for _, name := range []string{"share", "ugcPost"} {
		if list, ok := asked[name+"s"]; ok {
			l.perPost(w, name, list, now)
			return
		}
	}
	p, ok := l.interval(w, asked, now)
	if !ok {
		return
	}
	for day := p.From; day < p.To; day++ {
		acted := l.Account.Of(observation.Period{From: day, To: day + 1}, time.UTC, now)
		rows = append(rows, object{"organizationalEntity": l.urn(), "timeRange": liRange(day), "totalShareStatistics": liTotals(acted)})
	}
	writeJSON(w, http.StatusOK, object{"paging": liPaging(), "elements": rows})
}

// perPost answers what posts of a list came to.
func (l LinkedIn) perPost(w http.ResponseWriter, name, list string, now time.Time) {
	list, opened := strings.CutPrefix(list, "List(")
	list, closed := strings.CutSuffix(list, ")")
	if !opened || !closed {
		liError(w, http.StatusBadRequest, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request")
		return
	}
	rows := []object{}
	for escaped := range strings.SplitSeq(list, ",") {
		id, _ := url.QueryUnescape(escaped)
		for _, p := range l.Account.Standing(now) {
			if acted := p.Acted(now); liName(p) == id && acted != (Acted{}) {
				rows = append(rows, object{"organizationalEntity": l.urn(), name: id, "totalShareStatistics": liTotals(acted)})
			}
		}
	}
	writeJSON(w, http.StatusOK, object{"paging": liPaging(), "elements": rows})
}

// liName is what LinkedIn calls a post: videos are made in another way.
func liName(p Post) string {
	if p.Video {
		return "urn:li:ugcPost:" + p.ID
	}
	return "urn:li:share:" + p.ID
}

// posts answers with a page of the posts, newest first.
func (l LinkedIn) posts(w http.ResponseWriter, asked map[string]string, now time.Time) {
	if !l.isOurs(w, asked["author"]) {
		return
	}
	start, _ := strconv.Atoi(asked["start"])
	count, _ := strconv.Atoi(asked["count"])
	if asked["q"] != "author" || count < 1 || count > 100 {
		liError(w, http.StatusBadRequest, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request")
		return
	}
	rows := []object{}
	for _, p := range l.Account.Standing(now) {
		at := p.At.UnixMilli()
		row := object{"id": liName(p), "author": l.urn(), "commentary": p.Text, "visibility": "PUBLIC", "lifecycleState": "PUBLISHED",
			"createdAt": at, "publishedAt": at, "lastModifiedAt": at, "distribution": object{"feedDistribution": "MAIN_FEED"}}
		if p.Video {
			row["content"] = object{"media": object{"id": "urn:li:video:C4E" + p.ID, "title": p.Title, "altText": "Kerttu Kanarialintu puhuu"}}
		}
		rows = append(rows, row)
	}
	writeJSON(w, http.StatusOK, object{"paging": object{"start": start, "count": count, "links": []any{}}, "elements": append([]object{}, stretch(rows, start, count)...)})
}
