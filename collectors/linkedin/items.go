package linkedin

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"seuranta/internal/address"
	"seuranta/internal/collector/api"
	"seuranta/internal/tabular"
)

// postForm is how LinkedIn names a post in its address.
var postForm = regexp.MustCompile(`urn:li:(?:activity|share|ugcPost):[0-9]{1,25}`)

// readPosts reads the table of posts. Who of the staff published one is in it and is not read.
func (e *export) readPosts(ctx context.Context, t *table) {
	if e.taken.IsZero() {
		e.fault(t, t.Rows[t.head], t.columns[topicLink],
			"nothing tells when this list was downloaded, and what posts came to is true of that moment: hand over the whole workbook, or write the day into the name of the file, as posts 2026-11-20.csv")
		return
	}
	seen := map[string]string{}
	for i, row := range t.Rows[t.head+1:] {
		if i%1000 == 0 && ctx.Err() != nil {
			return
		}
		if row.Empty() {
			continue
		}
		e.rows++
		post, ok := e.post(t, row)
		if first, twice := seen[post.ID]; ok && twice {
			e.fault(t, row, t.columns[topicLink], "this post stands in "+first+" already; keep one of the rows")
			continue
		}
		if ok {
			seen[post.ID] = tabular.Ref(row, t.columns[topicLink])
			e.posts = append(e.posts, post)
		}
	}
}

// post reads a post.
func (e *export) post(t *table, row tabular.Row) (api.Post, bool) {
	day, ok := e.day(t, row, t.columns[topicCreated])
	link := row.Cell(t.columns[topicLink]).Text
	id, err := postID(link)
	if err != nil {
		e.fault(t, row, t.columns[topicLink], tabular.Ref(row, t.columns[topicLink])+": "+err.Error())
	}
	p := api.Post{ID: id, URL: link, At: day.Start(time.UTC).Add(noon), Counts: map[string]float64{}}
	if title, has := t.columns[topicTitle]; has {
		p.Text = row.Cell(title).Text
	}
	if content, has := t.columns[topicContent]; has && strings.HasPrefix(strings.ToLower(row.Cell(content).Text), "video") {
		p.Kind = "video"
	}
	if p.At.After(e.taken) {
		p.At = e.taken
	}
	return p, e.counts(t, row, p.Counts) && ok && err == nil
}

// noon stands for the hour of a post, of which the file tells the day alone: it is on that day everywhere in Europe.
const noon = 12 * time.Hour

// counts reads what a post came to.
func (e *export) counts(t *table, row tabular.Row, into map[string]float64) (ok bool) {
	ok = true
	for topic, at := range t.columns {
		metric := counterOf(topic)
		if metric == "" {
			continue
		}
		v, known, err := number(row.Cell(at))
		if err == nil && known && v < 0 {
			err = errors.New("there are never fewer than none")
		}
		switch {
		case err != nil:
			e.cellFault(t, row, at, err.Error())
			ok = false
		case known:
			into[metric] = v
		}
	}
	return ok
}

// postID returns what a post goes by: the name in its address, else the address.
func postID(link string) (string, error) {
	plain, err := url.PathUnescape(link)
	if err != nil {
		plain = link
	}
	if urn := postForm.FindString(plain); urn != "" {
		return urn, nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "", fmt.Errorf("the address of a post is due here; leave the file as LinkedIn wrote it")
	}
	return address.Canonical(link)
}
