package fetch_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"seuranta/internal/fetch"
)

// latin writes a text in Windows-1252, as far as it has the same numbers as Unicode.
func latin(s string) []byte {
	var out []byte
	for _, r := range s {
		if r == '€' {
			r = 0x80
		}
		out = append(out, byte(r))
	}
	return out
}

// wide writes a text in UTF-16.
func wide(s string, bigEndian bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if bigEndian {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

func TestText(t *testing.T) {
	const plain, head = `<rss>Äijä sai 5 €, Åbo</rss>`, `<?xml version="1.0" encoding="%"?>`
	declare := func(name string) string { return strings.Replace(head, "%", name, 1) + plain }
	const clean = `<?xml version="1.0"?>` + plain
	const page = `<!doctype html><html><head><meta charset="iso-8859-1"></head>Äijä</html>`
	for name, c := range map[string]struct {
		body        []byte
		contentType string
		want        string
	}{
		"UTF-8":                      {[]byte(plain), "", plain},
		"UTF-8, header":              {[]byte(plain), "text/xml; charset=UTF-8", plain},
		"UTF-8, declared":            {[]byte(declare("UTF-8")), "text/xml", clean},
		"UTF-8, mark":                {[]byte("\ufeff" + declare("utf-8")), "", clean},
		"UTF-8, mark against header": {[]byte("\ufeff" + plain), "text/xml; charset=iso-8859-1", plain},
		"UTF-8, said to be Latin":    {[]byte(declare("ISO-8859-1")), "text/xml; charset=iso-8859-1", clean},
		"UTF-8, one broken letter":   {[]byte("<a>Äijä \xe4 Åbo</a>"), "text/xml; charset=utf-8", "<a>Äijä � Åbo</a>"},
		"UTF-8, cut in a letter":     {[]byte("Åbo ja Äijä\xc3"), "", "Åbo ja Äijä�"},
		"Latin, header":              {latin(plain), "text/xml; charset=iso-8859-1", plain},
		"Latin, quoted header":       {latin(plain), `text/xml;Charset = "Windows-1252"; x=y`, plain},
		"Latin, twice in the header": {latin(plain), "text/xml; charset=latin1; charset=latin1", plain},
		"Latin, declared":            {latin(declare("windows-1252")), "application/rss+xml", clean},
		"Latin, undeclared":          {latin(plain), "text/xml", plain},
		"Latin, said to be UTF-8":    {latin(declare("utf-8")), "text/xml; charset=utf-8", clean},
		"Latin, name unknown":        {latin(declare("x-klingon")), "text/xml; charset=bogus", clean},
		"UTF-8, name unknown":        {[]byte(declare("x-klingon")), "text/xml; charset=bogus", clean},
		"Latin, single quotes":       {latin(`<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?>` + plain), "", `<?xml version='1.0' standalone='yes'?>` + plain},
		"page, meta":                 {latin(page), "text/html", page},
		"page, Cyrillic meta":        {append([]byte(`<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">`), 0xc1), "text/html", `<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">а`},
		"header against declared":    {append([]byte(declare("iso-8859-5")), 0xc1), "text/xml; charset=koi8-r", ""},
		"Latin 9 has the euro":       {[]byte("5 \xa4"), "text/plain; charset=iso-8859-15", "5 €"},
		"Baltic, declared":           {[]byte("<?xml version='1.0' encoding='windows-1257'?><a>\xe0</a>"), "", "<?xml version='1.0'?><a>ą</a>"},
		"UTF-16 LE, mark":            {append([]byte{0xff, 0xfe}, wide(declare("UTF-16"), false)...), "", clean},
		"UTF-16 BE, mark":            {append([]byte{0xfe, 0xff}, wide(declare("UTF-16"), true)...), "text/xml", clean},
		"UTF-16 LE, no mark":         {wide(declare("UTF-16"), false), "text/xml; charset=utf-8", clean},
		"UTF-16 BE, no mark":         {wide(declare("UTF-16"), true), "", clean},
		"UTF-16, header only":        {wide("päivä;luku", false), "text/csv; charset=utf-16le", "päivä;luku"},
		"UTF-16, half a letter":      {append([]byte{0xff, 0xfe}, 'a', 0, 'b'), "", "a�"},
		"not UTF-16 at all":          {latin(declare("UTF-16")), "text/xml; charset=utf-16", clean},
		"an encoding withdrawn":      {[]byte(plain), "text/xml; charset=iso-2022-kr", plain},
		"CSV":                        {latin("päivä;€"), "text/csv", "päivä;€"},
		"spaces before":              {[]byte("\n  " + declare("utf-8")), "", "\n  " + clean},
		"empty":                      {nil, "text/xml; charset=utf-16", ""},
		"encoding elsewhere":         {[]byte(`<a encoding="x"/>`), "", `<a encoding="x"/>`},
		"endless declaration":        {[]byte(`<?xml version="1.0"` + strings.Repeat(" ", 5000) + `encoding="utf-8"?>`), "", `<?xml version="1.0"` + strings.Repeat(" ", 5000) + `encoding="utf-8"?>`},
	} {
		before := bytes.Clone(c.body)
		got, err := fetch.Text(c.body, c.contentType)
		if err != nil || c.want != "" && string(got) != c.want || !utf8.Valid(got) {
			t.Errorf("%s: %q %v, want %q", name, got, err, c.want)
		}
		if !bytes.Equal(before, c.body) {
			t.Errorf("%s: the body was changed", name)
		}
	}
	if got, _ := fetch.Text(append([]byte(declare("iso-8859-5")), 0xc1), "text/xml; charset=koi8-r"); !strings.HasSuffix(string(got), "а") {
		t.Errorf("the declaration went before the header: %q", got)
	}
}
