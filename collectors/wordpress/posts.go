package wordpress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/fetch"
)

const (
	perPage   = 50   // posts come with their texts, which builders of pages blow up
	mostPages = 2000 // of one listing: 100 000 posts
	pad       = 24 * time.Hour
)

// fields is all that is asked for of a post: nobody's name is among it.
const fields = "id,date,date_gmt,guid,link,title,content,excerpt,lang,tags,categories"

// rendered is a text as WordPress shows it.
type rendered struct {
	Text string `json:"rendered"`
}

// ids are the numbers of tags or categories. What is none, as some plugins write it, is left out.
type ids []int64

// UnmarshalJSON reads a list of numbers.
func (i *ids) UnmarshalJSON(b []byte) error {
	var list []json.Number
	*i = nil
	if json.Unmarshal(b, &list) == nil {
		for _, n := range list {
			if id, err := strconv.ParseInt(n.String(), 10, 64); err == nil && id > 0 {
				*i = append(*i, id)
			}
		}
	}
	return nil
}

// word is a text; what is none is left out.
type word string

// UnmarshalJSON reads a text.
func (w *word) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*w = word(text)
	}
	return nil
}

// post is one post as the interface tells it.
type post struct {
	ID         int64    `json:"id"`
	Date       word     `json:"date"`     // by the site's clock
	DateGMT    word     `json:"date_gmt"` // in UTC, without saying so
	GUID       rendered `json:"guid"`
	Link       string   `json:"link"`
	Title      rendered `json:"title"`
	Content    rendered `json:"content"`
	Excerpt    rendered `json:"excerpt"`
	Lang       word     `json:"lang"` // of Polylang
	Tags       ids      `json:"tags"`
	Categories ids      `json:"categories"`

	at time.Time // when it was published
}

// earliest is the day before which a date is taken for a mistake: nobody published in WordPress then.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// published returns when a post was published; ok is false where no date of it can be read. Of old imports the one in UTC is
// sometimes missing: then the other counts, by the site's clock.
func (p post) published(zone *time.Location) (at time.Time, ok bool) {
	if at, ok = moment(string(p.DateGMT), time.UTC); ok {
		return at, true
	}
	return moment(string(p.Date), zone)
}

func moment(text string, zone *time.Location) (time.Time, bool) {
	at, err := time.ParseInLocation("2006-01-02T15:04:05", text, zone)
	if err != nil {
		at, err = time.Parse(time.RFC3339, text)
	}
	return at.UTC(), err == nil && at.After(earliest)
}

// listing is what the site lists of a type from a day before the window to a day after it: dates without zone may be of any.
type listing struct {
	posts    []post         // in the order of their dates, each once
	ids      map[int64]bool // of all that were listed
	total    int            // how many there are, as the site counts; -1 where it does not say
	rejected int            // what cannot be read, or has no date
}

// certain tells whether nothing that the site has is missing from the listing.
func (l *listing) certain() bool { return l.total == len(l.ids) }

// short tells whether the site counts more than it lists.
func (l *listing) short() bool { return l.total > len(l.ids) }

// list lists the posts of a type. What is published or deleted while the pages are turned can push a post past the reader: then
// they are turned once more.
func (v *visit) list(ctx context.Context, kind string) (*listing, error) {
	query := url.Values{"orderby": {"date"}, "order": {"asc"}, "_fields": {fields},
		"after":  {v.window.Start(v.window.Zone).Add(-pad).UTC().Format(time.RFC3339)},
		"before": {v.window.End(v.window.Zone).Add(pad).UTC().Format(time.RFC3339)}}
	l, err := v.pages(ctx, kind, query)
	if err == nil && l.short() {
		l, err = v.pages(ctx, kind, query)
	}
	return l, err
}

// pages turns the pages of a question to their end.
func (v *visit) pages(ctx context.Context, kind string, query url.Values) (*listing, error) {
	l := &listing{ids: map[int64]bool{}, total: -1}
	for name, value := range v.filter {
		query.Set(name, value)
	}
	query.Set("per_page", strconv.Itoa(perPage))
	for page := 1; page <= mostPages; page++ {
		query.Set("page", strconv.Itoa(page))
		var found []json.RawMessage
		header, err := v.site.ask(ctx, "/wp/v2/"+kind, query, kind, &found)
		if page > 1 && codeOf(err) == "rest_post_invalid_page_number" {
			return l, nil // the pages became fewer while they were turned, or nobody said how many there are
		}
		if err != nil {
			return nil, v.site.explainType(kind, err)
		}
		last := number(header, "X-WP-TotalPages")
		l.total = number(header, "X-WP-Total")
		l.take(found, v.zone())
		if last >= 0 && page >= last || last < 0 && len(found) == 0 {
			return l, nil
		}
	}
	return nil, &fault{fmt.Sprintf("it has more than %d pages of %s, which cannot be", mostPages, kind)}
}

// take takes the posts of a page in. One that cannot be read is counted, and the rest goes on.
func (l *listing) take(found []json.RawMessage, zone *time.Location) {
	for _, raw := range found {
		var p post
		err := json.Unmarshal(raw, &p)
		switch at, dated := p.published(zone); {
		case err != nil || p.ID <= 0:
			l.rejected++
		case l.ids[p.ID]:
		case !dated:
			l.rejected++
			l.ids[p.ID] = true
		default:
			p.at, l.ids[p.ID] = at, true
			l.posts = append(l.posts, p)
		}
	}
}

// zone is that of dates without one.
func (v *visit) zone() *time.Location {
	if v.site.zone != nil {
		return v.site.zone
	}
	return v.window.Zone
}

// explainType says what to do about a type that cannot be listed.
func (s *site) explainType(kind string, err error) error {
	var failed *fetch.Error
	if errors.As(err, &failed) && failed.Class == fetch.NotFound {
		return fmt.Errorf("the site has no type of posts called %q that everybody may list; those there are stand as rest_base at %s: %w",
			kind, s.address("/wp/v2/types", nil), err)
	}
	return s.explain(err)
}

// number reads a number out of the head of an answer; -1 is none.
func number(header map[string][]string, name string) int {
	for have, values := range header {
		if strings.EqualFold(have, name) && len(values) > 0 {
			if n, err := strconv.Atoi(strings.TrimSpace(values[0])); err == nil && n >= 0 {
				return n
			}
		}
	}
	return -1
}
