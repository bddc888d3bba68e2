package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"
)

// jsonFeed is a JSON Feed while it is being read, item by item, so that a bad one does not lose the rest.
type jsonFeed struct {
	version string
	feed    jsonfeed.Feed
	listed  bool // it has a list of items, be it empty
	bad     int  // items that cannot be read
}

// parseJSON reads a JSON Feed. Servers tell errors in JSON, too, so a document must say that it is a feed.
func parseJSON(text []byte) (*gofeed.Feed, error) {
	var j jsonFeed
	damage := j.read(json.NewDecoder(bytes.NewReader(text)))
	switch {
	case !strings.Contains(j.version, "jsonfeed.org/version") && damage != nil:
		return nil, notAFeed("the answer is neither a feed nor JSON: %w", damage)
	case !strings.Contains(j.version, "jsonfeed.org/version") || !j.listed && damage == nil:
		return nil, notAFeed("a JSON document that is no feed came, perhaps an error message")
	case damage != nil && len(j.feed.Items) == 0:
		return nil, badFeed("the feed is cut off or malformed: %w", damage)
	case damage != nil:
		damage = badFeed("the feed is cut off or malformed: %w", damage)
	case j.bad > 0 && len(j.feed.Items) == 0:
		return nil, badFeed("none of its %d items can be read", j.bad)
	case j.bad > 0:
		damage = badFeed("%d of its %d items cannot be read", j.bad, j.bad+len(j.feed.Items))
	}
	f, err := guarded(func() (*gofeed.Feed, error) { return (&gofeed.DefaultJSONTranslator{}).Translate(&j.feed) })
	if err != nil {
		return nil, badFeed("the feed is malformed: %w", err)
	}
	return f, damage
}

// read reads the document as far as it goes.
func (j *jsonFeed) read(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		if name, _ := key.(string); name == "items" {
			err = j.items(d)
		} else {
			err = j.head(name, d)
		}
		if err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// head takes the value of a key; what is no word where one is due counts as not told.
func (j *jsonFeed) head(name string, d *json.Decoder) error {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err
	}
	for key, into := range map[string]*string{"version": &j.version, "title": &j.feed.Title, "home_page_url": &j.feed.HomePageURL, "language": &j.feed.Language} {
		var word string
		if key == name && json.Unmarshal(raw, &word) == nil {
			*into = word
		}
	}
	return nil
}

func (j *jsonFeed) items(d *json.Decoder) error {
	switch begin, err := d.Token(); {
	case err != nil:
		return err
	case begin != json.Delim('['):
		return errors.New("its items are no list")
	}
	j.listed = true
	for d.More() {
		if len(j.feed.Items)+j.bad >= mostItems {
			return fmt.Errorf("it holds more than %d items", mostItems)
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		var item *jsonfeed.Item
		if err := json.Unmarshal(raw, &item); err != nil || item == nil {
			j.bad++
			continue
		}
		item.Author, item.Authors = nil, nil // people are not stored, and an author that is null breaks the parser down
		j.feed.Items = append(j.feed.Items, item)
	}
	_, err := d.Token()
	return err
}
