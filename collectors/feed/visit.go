package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mmcdole/gofeed"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
)

// accepted is what the server is told that a feed may come as.
const accepted = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"

// visit is one visit to one feed.
type visit struct {
	feed     Feed
	part     string
	memory   memory
	contents contents
	stock    stock

	answer    *fetch.Answer
	unchanged bool    // the server says that nothing changed since the last good visit
	entries   []entry // what was read, also of a feed that is damaged
	counts    counts
	err       error // why the visit was not a good one
}

// visit asks for a feed and reads it.
func (s *source) visit(ctx context.Context, f Feed, w collector.Window) *visit {
	v := &visit{feed: f, part: f.part()}
	v.memory, v.contents = remembered(s.deps.State, f, cmp.Or(s.scope(), roleMedia))
	read(s.deps.State, "stock:"+v.part, &v.stock)
	if until := time.Unix(v.memory.Until, 0); v.memory.Until > 0 && w.Now.Before(until) {
		v.err = &collector.WaitError{Until: until.UTC()}
		return v
	}
	v.memory.Until = 0
	v.err = v.fetch(ctx, s.deps.HTTP)
	if v.err == nil && !v.unchanged {
		v.err = v.read(s.config.Role, w)
	}
	return v
}

// fetch asks for the feed, if it has changed since the last good visit.
func (v *visit) fetch(ctx context.Context, http *fetch.Session) error {
	request := fetch.Request{URL: v.feed.URL, Part: v.part, Accept: accepted}
	if len(v.memory.Measured) > 0 {
		request.ETag, request.LastModified = v.memory.ETag, v.memory.Modified
	}
	answer, err := http.Do(ctx, request)
	if err != nil {
		var failed *fetch.Error
		if errors.As(err, &failed) && failed.Class == fetch.Wait && !failed.Until.IsZero() {
			v.memory.Until = failed.Until.Unix()
		}
		return err
	}
	v.answer, v.unchanged = answer, answer.NotModified
	if v.unchanged && len(v.memory.Measured) == 0 {
		v.unchanged = false
		return notAFeed("the server says that the feed has not changed, though it was never told")
	}
	return nil
}

// read takes the answer apart.
func (v *visit) read(role string, w collector.Window) error {
	f, err := parsed(v.answer)
	if f == nil {
		return err
	}
	r := reader{role: role, feed: v.feed, part: v.part, base: v.answer.URL, zone: w.Zone, now: w.Now}
	if v.feed.AssumeTZ != "" {
		zone, err := time.LoadLocation(v.feed.AssumeTZ)
		if err != nil {
			return fmt.Errorf("read the zone of dates: %w", err)
		}
		r.zone = zone
	}
	v.entries, v.counts = r.entries(f)
	if err == nil && len(f.Items) == 0 && v.memory.Had {
		return &fault{collector.ReasonFeedEmpty, errors.New("the feed holds nothing, and it did at earlier visits")}
	}
	if err == nil && len(f.Items) > 0 && len(v.entries) == 0 {
		return badFeed("its %d items have neither address nor id nor title", len(f.Items))
	}
	return err
}

// parsed returns the feed in an answer.
func parsed(a *fetch.Answer) (*gofeed.Feed, error) {
	text, err := a.Text()
	if err != nil {
		return nil, badFeed("the feed is in an encoding that is not known: %w", err)
	}
	return parse(text)
}
