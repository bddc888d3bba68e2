package platforms

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// Form is how a feed is written. Every outlet has its own ways.
type Form string

// The forms.
const (
	RSS    Form = "rss"    // RSS 2.0 in UTF-8, dates with their zone
	Atom   Form = "atom"   // Atom 1.0
	Latin1 Form = "latin1" // RSS 2.0 in ISO-8859-1, dates by the clock on the wall and without a zone
)

// Feed is the feed of a website: its newest articles.
type Feed struct {
	Path     string // on the server: /lakeus/rss
	Title    string
	Form     Form
	Zone     *time.Location // of the clock on the wall
	Holds    int            // the newest articles that it shows
	Articles []Article      // oldest first
	Dies     time.Time      // from then on a page that says goodbye stands in its place; zero: never
	Troubles []Trouble      // times in which it is not to be had
	Moves    time.Time      // from then on its dates are written in MovedTo; zero: never
	MovedTo  *time.Location // the zone of the server that it moved to
}

// Article is one article.
type Article struct {
	ID        string // what the feed calls it
	Title     string
	Text      string
	URL       string
	Published time.Time
}

// feed answers with the newest articles, or with 304 when the asker has them; it tells whether it did.
func (s *Server) feed(w http.ResponseWriter, r *http.Request, f Feed, now time.Time) bool {
	if !f.Moves.IsZero() && !now.Before(f.Moves) {
		f.Zone = f.MovedTo
	}
	if !f.Dies.IsZero() && !now.Before(f.Dies) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><html lang=\"fi\"><head><title>Verkkolehti on lopettanut</title></head><body><p>Kiitos lukijoille.</p></body></html>"))
		return false
	}
	body, mime := f.write(f.Newest(now))
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	w.Header().Set("Content-Type", mime)
	_, _ = w.Write(body)
	return true
}

// Newest returns what the feed shows at a moment, newest first.
func (f Feed) Newest(now time.Time) []Article {
	n, _ := slices.BinarySearchFunc(f.Articles, now, func(a Article, at time.Time) int {
		if a.Published.After(at) {
			return 1
		}
		return -1
	})
	out := slices.Clone(f.Articles[max(0, n-f.Holds):n])
	slices.Reverse(out)
	return out
}

func (f Feed) write(articles []Article) (body []byte, mime string) {
	switch f.Form {
	case Atom:
		return atom(f, articles), "application/atom+xml; charset=utf-8"
	case Latin1:
		text := rss(f, articles, `<?xml version="1.0" encoding="ISO-8859-1"?>`, func(t time.Time) string {
			return t.In(f.Zone).Format("Mon, 02 Jan 2006 15:04:05")
		})
		body, err := charmap.ISO8859_1.NewEncoder().Bytes(text)
		if err != nil {
			panic("platforms: " + err.Error()) // the articles are made up of letters that it has
		}
		return body, "text/xml"
	}
	return rss(f, articles, `<?xml version="1.0" encoding="UTF-8"?>`, func(t time.Time) string {
		return t.In(f.Zone).Format(time.RFC1123Z)
	}), "application/rss+xml; charset=utf-8"
}

func rss(f Feed, articles []Article, head string, date func(time.Time) string) []byte {
	var b strings.Builder
	b.WriteString(head + "\n<rss version=\"2.0\"><channel><title>" + escape(f.Title) + "</title><link>https://" + host(articles) + "/</link><description/>\n")
	for _, a := range articles {
		b.WriteString("<item><title>" + escape(a.Title) + "</title><link>" + escape(a.URL) + "</link><guid isPermaLink=\"false\">" + escape(a.ID) +
			"</guid><pubDate>" + date(a.Published) + "</pubDate><description>" + escape(a.Text) + "</description></item>\n")
	}
	b.WriteString("</channel></rss>\n")
	return []byte(b.String())
}

func atom(f Feed, articles []Article) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>urn:" + escape(f.Path) + "</id><title>" + escape(f.Title) + "</title>\n")
	for _, a := range articles {
		at := a.Published.In(f.Zone).Format(time.RFC3339)
		b.WriteString("<entry><id>" + escape(a.ID) + "</id><title>" + escape(a.Title) + "</title><link href=\"" + escape(a.URL) + "\"/><published>" + at +
			"</published><updated>" + at + "</updated><summary>" + escape(a.Text) + "</summary></entry>\n")
	}
	b.WriteString("</feed>\n")
	return []byte(b.String())
}

// host returns where the articles stand.
func host(articles []Article) string {
	if len(articles) == 0 {
		return "localhost"
	}
	_, rest, _ := strings.Cut(articles[0].URL, "://")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder never fails
	return b.String()
}
