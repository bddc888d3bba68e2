package fetch

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// Text returns the body as UTF-8 without a byte order mark: from the encoding that a byte order mark, the header or an XML or
// HTML declaration names, in this order, else UTF-8, else Windows-1252. What is declared is believed as far as the bytes bear
// it out: a wrong or unknown name counts as none. A declaration of an encoding is taken out of an XML head, or a parser would
// convert twice.
func (a *Answer) Text() ([]byte, error) {
	text, err := decode(a.Body, a.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	return undeclare(text), nil
}

// Names of encodings, as charset.Lookup gives them.
const (
	utf8Name    = "utf-8"
	utf16LEName = "utf-16le"
	utf16BEName = "utf-16be"
	latinName   = "windows-1252"
)

// headLength is how much of a body is looked at for a declaration.
const headLength = 1024

var marks = []struct {
	mark, name string
}{
	{"\xef\xbb\xbf", utf8Name},
	{"\xff\xfe", utf16LEName},
	{"\xfe\xff", utf16BEName},
}

func decode(body []byte, contentType string) ([]byte, error) {
	for _, m := range marks {
		if rest, found := bytes.CutPrefix(body, []byte(m.mark)); found {
			return convert(rest, m.name)
		}
	}
	if name := wideName(body); name != "" {
		return convert(body, name)
	}
	for _, name := range declared(body, contentType) {
		if believable(body, name) {
			return convert(body, name)
		}
	}
	return convert(body, latinName)
}

// convert turns a body into UTF-8. What is called UTF-8 or Windows-1252 is the other one when the bytes say so: both names are
// what servers write without looking.
func convert(body []byte, name string) ([]byte, error) {
	if name == utf8Name || name == latinName {
		name = westernName(body)
	}
	var e encoding.Encoding
	switch name {
	case utf8Name:
		return bytes.ToValidUTF8(body, []byte("�")), nil
	case utf16LEName:
		e = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case utf16BEName:
		e = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	default:
		e, _ = charset.Lookup(name)
	}
	return e.NewDecoder().Bytes(body)
}

// westernName decides between UTF-8 and Windows-1252: letters that are whole in UTF-8 against bytes that are not. A single
// broken letter does not turn a whole text.
func westernName(body []byte) string {
	whole, broken := 0, 0
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			whole++
		}
		body = body[size:]
	}
	if broken > whole {
		return latinName
	}
	return utf8Name
}

// wideName recognises UTF-16 without a mark, by the first two characters of markup.
func wideName(body []byte) string {
	if len(body) < 4 {
		return ""
	}
	switch {
	case body[0] == '<' && body[1] == 0 && body[2] != 0 && body[3] == 0:
		return utf16LEName
	case body[0] == 0 && body[1] == '<' && body[2] == 0 && body[3] != 0:
		return utf16BEName
	}
	return ""
}

var (
	charsetParameter = regexp.MustCompile(`(?i)\bcharset\s*=\s*["']?([^\s"';,]+)`)
	xmlDeclaration   = regexp.MustCompile(`^\s*<\?xml\s[^<>]*\?>`)
	encodingName     = regexp.MustCompile(`\s+encoding\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// declared returns the encodings that a body is said to have, the most trusted first; names that are none are left out.
func declared(body []byte, contentType string) []string {
	var out []string
	add := func(label string) {
		if _, name := charset.Lookup(label); name != "" && name != "replacement" {
			out = append(out, name)
		}
	}
	if m := charsetParameter.FindStringSubmatch(contentType); m != nil {
		add(m[1])
	}
	head := body[:min(len(body), headLength)]
	if m := encodingName.FindSubmatch(xmlDeclaration.Find(head)); m != nil {
		add(string(m[1]) + string(m[2]))
		return out
	}
	if bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("<")) {
		_, name, _ := charset.DetermineEncoding(head, "")
		out = append(out, name)
	}
	return out
}

// believable tells whether a body can be in an encoding: in UTF-16 something is zero.
func believable(body []byte, name string) bool {
	return !strings.HasPrefix(name, "utf-16") || bytes.IndexByte(body[:min(len(body), headLength)], 0) >= 0
}

// undeclare takes the encoding out of an XML declaration.
func undeclare(text []byte) []byte {
	declaration := xmlDeclaration.Find(text[:min(len(text), headLength)])
	at := encodingName.FindIndex(declaration)
	if at == nil {
		return text
	}
	return slices.Delete(text, at[0], at[1]) // convert made it: it is nobody else's
}
