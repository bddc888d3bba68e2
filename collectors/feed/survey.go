package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"seuranta/internal/collector"
)

// fault is why an answer cannot be read as a feed, with the reason that figures tell.
type fault struct {
	reason string
	err    error
}

// Error says what is wrong with the answer.
func (f *fault) Error() string { return f.err.Error() }

// Unwrap returns the cause.
func (f *fault) Unwrap() error { return f.err }

// Reason returns the code that figures translate.
func (f *fault) Reason() string { return f.reason }

func notAFeed(format string, args ...any) *fault {
	return &fault{collector.ReasonNotAFeed, fmt.Errorf(format, args...)}
}

func badFeed(format string, args ...any) *fault {
	return &fault{collector.ReasonBadFeed, fmt.Errorf(format, args...)}
}

// Bounds of a feed. The parser builds a tree of all that it does not know, so what is allowed bounds its memory.
const (
	deepest      = 100
	mostElements = 300_000
	mostItems    = 10_000
	mostSpaces   = 200 // declarations of name spaces that are open at one time
)

// survey is what a first look at the XML of a feed tells, before it is taken apart.
type survey struct {
	root     string
	elements int
	items    int      // elements that should be items of the feed
	heads    int      // elements that say something of the feed itself
	open     []string // elements that are open, as they are written
	spaces   []int    // declarations of name spaces of each of them
	declared int      // their sum
	whole    int64    // where the last whole item ends …
	around   []string // … and which elements are open there
}

// look reads the XML to the end of its root and returns what is wrong with it, if anything.
func look(text []byte) (*survey, error) {
	s := &survey{}
	d := newDecoder(text)
	for {
		before := d.InputOffset()
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return s, notAFeed("no XML stands in the answer")
		case err != nil:
			return s, s.broken(err)
		}
		if err := s.take(token, text[before:d.InputOffset()], d.InputOffset()); err != nil {
			return s, err
		}
		if s.root != "" && len(s.open) == 0 {
			return s, nil // servers hang scripts and remarks after the end
		}
	}
}

// newDecoder reads XML as the parser does.
func newDecoder(text []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return d
}

// broken tells malformed XML of a feed from that of something else.
func (s *survey) broken(err error) error {
	if s.root != "" && !isFeedRoot(s.root) {
		return notAFeed("a document <%s> came instead of a feed", short(s.root))
	}
	if s.root == "" {
		return notAFeed("the answer is neither a feed nor XML: %w", err)
	}
	return badFeed("the feed is cut off or malformed: %w", err)
}

// take takes a token; as is how it is written, offset where it ends.
func (s *survey) take(token xml.Token, as []byte, offset int64) error {
	switch t := token.(type) {
	case xml.StartElement:
		return s.start(t, written(as))
	case xml.EndElement:
		s.end(t, offset)
	}
	return nil
}

func (s *survey) start(t xml.StartElement, as string) error {
	name := strings.ToLower(t.Name.Local)
	if s.root == "" {
		s.root = name
		if !isFeedRoot(name) {
			return notAFeed("a document <%s> came instead of a feed", short(name))
		}
	}
	declares := 0
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			declares++
		}
	}
	s.open, s.spaces, s.declared = append(s.open, as), append(s.spaces, declares), s.declared+declares
	s.elements++
	if s.isItem(name) {
		s.items++
	}
	if len(s.open) <= 3 && isHead(name) {
		s.heads++
	}
	return s.bound()
}

func (s *survey) bound() error {
	switch {
	case len(s.open) > deepest:
		return badFeed("its elements are nested deeper than %d", deepest)
	case s.elements > mostElements:
		return badFeed("it holds more than %d elements", mostElements)
	case s.items > mostItems:
		return badFeed("it holds more than %d items", mostItems)
	case s.declared > mostSpaces:
		return badFeed("it declares more than %d name spaces", mostSpaces)
	}
	return nil
}

func (s *survey) end(t xml.EndElement, offset int64) {
	n := len(s.open) - 1
	if n < 0 {
		return
	}
	item := s.isItem(strings.ToLower(t.Name.Local))
	s.declared -= s.spaces[n]
	s.open, s.spaces = s.open[:n], s.spaces[:n]
	if item {
		s.whole, s.around = offset, append(s.around[:0], s.open...)
	}
}

// isItem tells whether the innermost element, of this name, should be an item of the feed.
func (s *survey) isItem(name string) bool {
	return (name == "item" || name == "entry") && (len(s.open) == 2 || len(s.open) == 3)
}

// rescued returns the feed cut after its last whole item and closed there, and whether there is one.
func (s *survey) rescued(text []byte) ([]byte, bool) {
	if s.whole == 0 {
		return nil, false
	}
	out := append([]byte(nil), text[:s.whole]...)
	for i := len(s.around) - 1; i >= 0; i-- {
		out = append(out, "</"+s.around[i]+">"...)
	}
	return out, true
}

// written returns the name of an element with its prefix, from the tag that opens it.
func written(tag []byte) string {
	tag = bytes.TrimLeft(tag, "<")
	if end := bytes.IndexAny(tag, " \t\r\n/>"); end >= 0 {
		tag = tag[:end]
	}
	return string(tag)
}

func isFeedRoot(name string) bool { return name == "rss" || name == "rdf" || name == "feed" }

// isHead tells whether an element near the root says something of a feed.
func isHead(name string) bool {
	switch name {
	case "title", "link", "description", "id", "updated", "item", "entry", "language", "tagline", "modified", "subtitle":
		return true
	}
	return false
}
