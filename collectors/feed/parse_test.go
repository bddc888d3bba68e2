package feed

import (
	"strings"
	"testing"

	"seuranta/internal/collector"
)

// TestParseMends: what servers do wrong without harm costs no item.
func TestParseMends(t *testing.T) {
	const one = `<rss version="2.0"><channel><title>x</title><item><title>Otsikko</title><link>https://example.fi/a</link></item></channel></rss>`
	for name, text := range map[string]string{
		"as it should be":             one,
		"blanks and a mark before":    " \n\uFEFF" + one,
		"a wrong encoding declared":   `<?xml version="1.0" encoding="utf-16"?>` + one,
		"an unknown encoding":         `<?xml version="1.0" encoding="none-such"?>` + one,
		"XML 1.1":                     `<?xml version="1.1"?>` + one,
		"control characters":          strings.Replace(one, "Otsikko", "Ots\x0bik\x00ko", 1),
		"references to them":          strings.Replace(one, "Otsikko", "Ots&#11;ik&#x0;ko&#xFFFF;&#99999999;", 1),
		"broken UTF-8":                strings.Replace(one, "<title>x<", "<title>\xe4\xf6<", 1),
		"unknown entities":            strings.Replace(one, "<title>x<", "<title>&hellip; &nosuch; & a<", 1),
		"scripts after the end":       one + "<script>if (a < b && c) {}</script>",
		"a document type before":      `<!DOCTYPE rss SYSTEM "http://example.fi/none.dtd" [<!ENTITY a "b"><!-- ] -->]>` + one,
		"a long remark before":        "<!--" + strings.Repeat("x", 10_000) + "-->" + one,
		"capitals":                    strings.NewReplacer("<rss", "<RSS", "</rss", "</RSS", "item>", "Item>").Replace(one),
		"a prefix":                    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:r="http://purl.org/rss/1.0/"><r:channel><r:title>x</r:title></r:channel><r:item><r:title>Otsikko</r:title><r:link>https://example.fi/a</r:link></r:item></rdf:RDF>`,
		"a name space of its own":     strings.Replace(one, "<rss ", `<rss xmlns="http://backend.userland.com/rss2" `, 1),
		"an author of JSON is null":   `{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Otsikko", "authors": [null], "author": null}]}`,
		"numbers as ids of JSON":      `{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "title": "Otsikko"}]}`,
		"deep, but not beyond bounds": strings.Replace(one, "<link>", strings.Repeat("<a>", 90)+strings.Repeat("</a>", 90)+"<link>", 1),
	} {
		entries, err := readAsVisited([]byte(text))
		if err != nil || len(entries) != 1 || !strings.HasPrefix(entries[0].item.Title, "Otsikko") {
			t.Errorf("%s: %+v, %v", name, entries, err)
		}
	}
}

// TestBounds: each bound refuses by itself what would otherwise be read.
func TestBounds(t *testing.T) {
	in := func(inner string) string {
		return `<rss><channel><title>x</title><item><title>Otsikko</title>` + inner + `</item></channel></rss>`
	}
	spaces := ""
	for i := range mostSpaces + 1 {
		spaces += " xmlns:a" + strings.Repeat("b", i) + "='c'"
	}
	for name, text := range map[string]string{
		"depth":       in(strings.Repeat("<a>", deepest) + strings.Repeat("</a>", deepest)),
		"name spaces": in("<a" + spaces + "/>"),
		"elements":    in(strings.Repeat("<a/>", mostElements)),
		"items":       in("</item>" + strings.Repeat("<item><title>x</title></item>", mostItems) + "<item>"),
	} {
		if _, err := readAsVisited([]byte(text)); collector.ReasonOf(err) != collector.ReasonBadFeed {
			t.Errorf("%s: %v", name, err)
		}
	}
}
