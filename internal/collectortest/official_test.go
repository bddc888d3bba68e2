package collectortest

import (
	"fmt"
	"slices"
	"testing"
)

const (
	discoveryText = `{"parameters":{"fields":{"type":"string"}},
		"resources":{"channels":{"methods":{"list":{"id":"tube.channels.list","parameters":{"limit":{"type":"integer","minimum":"0","maximum":"50"},"order":{"type":"string","enum":["date","rating"]}}}}}},
		"schemas":{"List":{"type":"object","properties":{"items":{"type":"array","items":{"$ref":"Channel"}},"next":{"type":"string"}}},
			"Channel":{"type":"object","properties":{"id":{"type":"string"},"views":{"type":"string","format":"uint64"}}}}}`

	lexiconsText = "export const schemaDict = {\n  TubeList: {\n    lexicon: 1, // of today\n    id: 'tube.list',\n    defs: { main: { type: 'query', description: `what's \"there\"`," +
		" parameters: { type: 'params', properties: { limit: { type: 'integer', minimum: 0, maximum: 50 }, order: { type: 'string', knownValues: ['date', 'rating'] }, fields: { type: 'string' } } }," +
		" output: { encoding: 'application/json', schema: { type: 'object', properties: { items: { type: 'array', items: { type: 'union', refs: ['lex:tube.defs#channel', 'lex:tube.defs#gone'] } }, next: { type: 'string' } } } } } } },\n" +
		"  TubeDefs: { lexicon: 1, id: 'tube.defs', defs: { channel: { type: 'object', properties: { id: { type: 'string' }, views: { type: 'string' } } }, gone: { type: 'object', properties: { why: { type: 'string' } } } } },\n};\n"

	typesText = `/** it's "generated" */
		import { type Nothing } from "./nothing.js";
		type Ids = Array<string>;
		export type Channel = Named & { views?: string | null; };
		interface Named extends Base { readonly id: Ids["length"]; }
		interface Base { id: string; }
		interface List { items?: Channel[]; next?: components["schemas"]["Token"]; more(a: { b: string }): Promise<List>; }
		interface components { schemas: { Token: string; }; }
		interface Options { /** or max.limit */ limit?: number; order?: Array<"date" | "rating">; tubeFields?: string; [key: string]: any; }
		declare class Client { type: string; list(options: Options): Promise<List>; }`

	metaText = "export default class Tube extends AbstractCrudObject {\n  static get Fields (): Object {\n    return Object.freeze({\n      id: 'id',\n      views: 'views',\n    });\n  }\n" +
		"  static get SortOrder (): Object {\n    return Object.freeze({\n      date: 'date',\n      rating: 'rating',\n    });\n  }\n" +
		"  getTubes (fields: Array<string>): Cursor {\n    return this.getEdge(\n      Tube,\n      fields,\n      '/tubes'\n    );\n  }\n}\n"
)

// channelList is a trimmed description that is right by each of the four.
func channelList() describedAnswer {
	return describedAnswer{Request: "GET /list", Parameters: map[string]string{"limit": "1..50", "order": "date|rating*"}, Fields: map[string]string{"items[].id": "string", "items[].views": "string?", "next": "string"}}
}

// descriptions are ways to describe the same, with where the shapes of the answer and of the parameters stand.
var descriptions = map[string]struct {
	read   func(manual, []byte) error
	text   string
	answer string
	asked  string
}{
	"discovery":  {manual.readGoogle, discoveryText, "List", "tube.channels.list"},
	"lexicons":   {manual.readLexicons, lexiconsText, "tube.list#output", "tube.list#parameters"},
	"typescript": {manual.readTypeScript, typesText, "List", "Options"},
}

// TestOfficial: what is right in a trimmed description has no faults by any kind of official one, and each thing that is wrong has one.
func TestOfficial(t *testing.T) {
	for name, x := range descriptions {
		m := manual{}
		if err := x.read(m, []byte(x.text)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		right := channelList()
		right.Official, right.Asked = map[string]string{"": x.answer}, x.asked
		if got := right.unofficial(m); len(got) > 0 {
			t.Errorf("%s: what is right has faults: %q", name, got)
		}
		for what, change := range map[string]func(*describedAnswer){
			"GET /list: the official description has no items[].likes":               func(d *describedAnswer) { d.Fields["items[].likes"] = "string" },
			"GET /list: the official description has no items.id":                    func(d *describedAnswer) { d.Fields["items.id"] = "string" },
			"GET /list: next is described as integer, and officially as string":      func(d *describedAnswer) { d.Fields["next"] = "integer" },
			"GET /list: the official description has no ?page":                       func(d *describedAnswer) { d.Parameters["page"] = "string" },
			"GET /list: officially ?order is never name":                             func(d *describedAnswer) { d.Parameters["order"] = "date|name*" },
			"the official description has no Lists":                                  func(d *describedAnswer) { d.Official["extra"] = "Lists" },
			"GET /list: the official description has next, take it out of elsewhere": func(d *describedAnswer) { d.Elsewhere = map[string]string{"next": "seen"} },
			"GET /list: ?limit is described as 0..500, and officially narrower":      func(d *describedAnswer) { d.Parameters["limit"] = "0..500" },
			"": func(d *describedAnswer) {
				d.Fields["items[].likes"], d.Parameters["page"], d.Parameters["order"] = "integer", "string", "date|name*"
				d.Elsewhere = map[string]string{"items[].likes": "seen", "?page": "seen", "?order=name": "seen"}
			},
		} {
			if name == "typescript" && what == "GET /list: ?limit is described as 0..500, and officially narrower" {
				continue // types have no ranges
			}
			wrong := channelList()
			wrong.Official, wrong.Asked = map[string]string{"": x.answer}, x.asked
			change(&wrong)
			if got := wrong.unofficial(m); fmt.Sprint(got) != fmt.Sprint(slices.DeleteFunc([]string{what}, func(s string) bool { return s == "" })) {
				t.Errorf("%s: %q, want %q", name, got, what)
			}
		}
	}
}

// TestOfficialOfMeta: classes have names of fields and lists, and words, and no types.
func TestOfficialOfMeta(t *testing.T) {
	m := manual{}
	if err := m.readMeta([]byte(metaText)); err != nil {
		t.Fatal(err)
	}
	d := describedAnswer{Request: "GET /tubes", Official: map[string]string{"": "Tube/tubes"}, Asked: "Tube?", Parameters: map[string]string{"sort_order": "date|name"},
		Fields: map[string]string{"data[].id": "string", "data[].tubes.data[].views": "integer", "data[].likes": "integer", "data[].views.day": "integer"}}
	want := []string{"GET /tubes: the official description has no data[].likes", "GET /tubes: the official description has no data[].views.day", "GET /tubes: officially ?sort_order is never name"}
	if got := d.unofficial(m); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	d.Elsewhere = map[string]string{"?sort_order=*": "seen", "data[].likes": "seen", "data[].views.day": "seen"}
	if got := d.unofficial(m); len(got) > 0 {
		t.Errorf("%q", got)
	}
	for name, read := range map[string]func(manual, []byte) error{"google": manual.readGoogle, "lexicons": manual.readLexicons, "typescript": manual.readTypeScript, "meta": manual.readMeta} {
		if err := read(manual{}, []byte("<html>")); err == nil {
			t.Errorf("%s: a page is taken for a description", name)
		}
	}
}

// TestCamel: libraries for JavaScript write tweet_count as tweetCount, and a field that is read so is wrong.
func TestCamel(t *testing.T) {
	s := &shape{camel: true, fields: map[string]*shape{"tweetCount": {}, "tweetFields": {}, "max_id": {}}}
	for name, want := range map[string]bool{"tweet_count": true, "tweet.fields": true, "max_id": true, "tweetCount": false, "tweetcount": false, "": false} {
		if got := s.child(name) != nil; got != want {
			t.Errorf("%q is a field: %v", name, got)
		}
	}
}
