package feed

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
)

// parse reads a feed out of a text in UTF-8. A feed that is damaged comes back with the items before the damage and with the
// damage as an error; what is no feed at all comes back as an error alone.
func parse(text []byte) (*gofeed.Feed, error) {
	text = mended(text)
	switch {
	case len(text) == 0:
		return nil, notAFeed("the answer is empty")
	case text[0] == '{':
		return parseJSON(text)
	case text[0] != '<':
		return nil, notAFeed("the answer is neither XML nor JSON")
	}
	return parseXML(text)
}

func parseXML(text []byte) (*gofeed.Feed, error) {
	s, damage := look(text)
	if damage != nil {
		cut, ok := s.rescued(text)
		if !ok {
			return nil, damage
		}
		text = cut
	}
	f, err := translated(s.root, text)
	switch {
	case damage != nil && err != nil:
		return nil, damage
	case err != nil:
		return nil, badFeed("the feed is malformed: %w", err)
	case s.heads == 0:
		return nil, badFeed("the feed is a shell without any content")
	case s.items > 0 && len(f.Items) == 0:
		return nil, badFeed("none of its %d items can be read", s.items)
	}
	return f, damage
}

// translated has the parser take a feed apart whose root is known.
func translated(root string, text []byte) (*gofeed.Feed, error) {
	return guarded(func() (*gofeed.Feed, error) {
		if root == "feed" {
			a, err := (&atom.Parser{}).Parse(bytes.NewReader(text))
			if err != nil {
				return nil, err
			}
			return (&gofeed.DefaultAtomTranslator{}).Translate(a)
		}
		r, err := (&rss.Parser{}).Parse(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		return (&gofeed.DefaultRSSTranslator{DisableContentImageScan: true}).Translate(r)
	})
}

// guarded calls the parser; what breaks it down is malformed, and loses no other feed.
func guarded(parse func() (*gofeed.Feed, error)) (f *gofeed.Feed, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			f, err = nil, fmt.Errorf("the parser broke down: %v", broken)
		}
	}()
	return parse()
}

var (
	reference   = regexp.MustCompile(`&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,10});`)
	declaration = regexp.MustCompile(`^<\?xml[^>]{0,500}\?>`)
)

// mended takes out of a text what no XML may hold and what servers send all the same: control characters, plain or as
// references, broken UTF-8, and whatever stands before the beginning by mistake. The text is UTF-8 whatever its head says.
func mended(text []byte) []byte {
	text = bytes.TrimLeft(bytes.ToValidUTF8(text, []byte("\uFFFD")), " \t\r\n\uFEFF")
	text = bytes.Map(func(r rune) rune {
		if !isXML(r) {
			return -1
		}
		return r
	}, text)
	text = reference.ReplaceAllFunc(text, func(ref []byte) []byte {
		if isXML(referred(string(ref[2 : len(ref)-1]))) {
			return ref
		}
		return nil
	})
	return bytes.TrimLeft(declaration.ReplaceAll(text, nil), " \t\r\n")
}

// referred returns the character that a numeric reference names.
func referred(number string) rune {
	base := 10
	if number[0] == 'x' || number[0] == 'X' {
		base, number = 16, number[1:]
	}
	n, err := strconv.ParseInt(number, base, 64)
	if err != nil || n > utf8.MaxRune {
		return utf8.RuneError
	}
	return rune(n)
}

// isXML tells whether XML may hold a character.
func isXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r != 0xFFFE && r != 0xFFFF && (r < 0xD800 || r > 0xDFFF)
}
