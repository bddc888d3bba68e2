package platforms

import (
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// WordPress answers as the REST interface of a WordPress site does.
type WordPress struct {
	Name  string
	Zone  *time.Location
	Posts []Article // oldest first; the numbers at the ends of their ids are those of the posts
	Tags  []string  // every post has the one that its place in the list falls to
}

// Answer answers what the site is asked about itself, its posts and its tags.
func (s WordPress) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	switch route := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/wp-json"), "/"); route {
	case "":
		writeJSON(w, http.StatusOK, object{"name": s.Name, "namespaces": []string{"oembed/1.0", "wp/v2"}, "timezone_string": s.Zone.String(), "gmt_offset": 2})
	case "/wp/v2/posts":
		s.posts(w, r, now)
	case "/wp/v2/tags":
		writeJSON(w, http.StatusOK, s.tags())
	case "/wp/v2/categories":
		writeJSON(w, http.StatusOK, []any{object{"id": 1, "name": "Yleinen", "slug": "yleinen"}})
	default:
		restError(w, http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
	}
}

func restError(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, object{"code": code, "message": message, "data": object{"status": status}})
}

func (s WordPress) tags() []any {
	out := []any{}
	for i, tag := range s.Tags {
		out = append(out, object{"id": i + 10, "name": strings.ToUpper(tag[:1]) + tag[1:], "slug": tag})
	}
	return out
}

// posts answers with a page of the posts; one past the end is an error.
func (s WordPress) posts(w http.ResponseWriter, r *http.Request, now time.Time) {
	found := s.found(r, now)
	size, page := whole(r, "per_page", 10), whole(r, "page", 1)
	pages := (len(found) + size - 1) / size
	if page > max(1, pages) {
		restError(w, http.StatusBadRequest, "rest_post_invalid_page_number", "The page number requested is larger than the number of pages available.")
		return
	}
	w.Header().Set("X-WP-Total", strconv.Itoa(len(found)))
	w.Header().Set("X-WP-TotalPages", strconv.Itoa(pages))
	out := []any{}
	for _, a := range found[min((page-1)*size, len(found)):min(page*size, len(found))] {
		out = append(out, s.post(a))
	}
	writeJSON(w, http.StatusOK, out)
}

// found returns the posts that a request asks for: newest first, unless it asks for another order.
func (s WordPress) found(r *http.Request, now time.Time) []Article {
	after, before := instant(r, "after"), instant(r, "before")
	include := r.URL.Query().Get("include")
	var out []Article
	for _, a := range s.Posts {
		switch {
		case a.Published.After(now), !after.IsZero() && !a.Published.After(after), !before.IsZero() && !a.Published.Before(before):
		case include != "" && !slices.Contains(strings.Split(include, ","), strconv.Itoa(number(a))):
		default:
			out = append(out, a)
		}
	}
	if r.URL.Query().Get("order") != "asc" {
		slices.Reverse(out)
	}
	return out
}

func (s WordPress) post(a Article) object {
	id := number(a)
	tags := []int{}
	if len(s.Tags) > 0 {
		tags = append(tags, 10+id%len(s.Tags))
	}
	const form = "2006-01-02T15:04:05" // without a zone
	return object{"id": id, "date": a.Published.In(s.Zone).Format(form), "date_gmt": a.Published.UTC().Format(form), "guid": object{"rendered": html.EscapeString(a.ID)},
		"link": a.URL, "title": object{"rendered": html.EscapeString(a.Title)}, "content": object{"rendered": "<p>" + html.EscapeString(a.Text) + "</p>\n", "protected": false},
		"excerpt": object{"rendered": "<p>" + html.EscapeString(a.Text) + "</p>\n", "protected": false}, "tags": tags, "categories": []int{1}, "status": "publish", "type": "post"}
}

// number is the number at the end of an article's id.
func number(a Article) int { return idNumber(a.ID) }

// whole reads a whole number among the parameters of a request.
func whole(r *http.Request, name string, without int) int {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || n < 0 {
		return without
	}
	return n
}
