package embedded

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func texts(tokens []token) (list []string) {
	for _, t := range tokens {
		list = append(list, t.text)
	}
	return list
}

func TestLex(t *testing.T) {
	for src, want := range map[string][]string{
		"":                                    nil,
		" \t\n":                               nil,
		"SELECT 1.5e-3":                       {"SELECT", "1", ".", "5e", "-", "3"},
		"a--b\nc":                             {"a", "c"},
		"a-- 'b":                              {"a"},
		"a/*b'*/c/**/d":                       {"a", "c", "d"},
		`'a''b' 'c\'d' '\\' ''`:               {"'a''b'", `'c\'d'`, `'\\'`, "''"},
		"`a``b`.\"c\"\"d\"":                   {"`a``b`", ".", `"c""d"`},
		"f('--', \"/*\", `;`);":               {"f", "(", "'--'", ",", `"/*"`, ",", "`;`", ")", ";"},
		"x->y, {p:Array(String)} ? @a [1]::T": {"x", "-", ">", "y", ",", "{", "p", ":", "Array", "(", "String", ")", "}", "?", "@", "a", "[", "1", "]", ":", ":", "T"},
		"'ä \x00 €' -- ä\n":                   {"'ä \x00 €'"},
	} {
		tokens, err := lex(src)
		if diff := cmp.Diff(want, texts(tokens)); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", src, err, diff)
		}
	}
}

func TestLexRefusesWhatItCannotTell(t *testing.T) {
	for _, src := range []string{
		"'a", `'a\'`, "`a", `"a`, "/* a", "/*/", "/* /* a */ */", "/* a //**/ b */", "a // b", "a # b", "#! a",
		"$$a$$", "$t$ a $t$", "‘a’", "“a”", "a − b", "a\u00a0b", "a \\ b", "a\x00b", "\x7f", "x'41'", `b'\'`, "_utf8'a'",
		"`a\\`b`", `"\x66ile"`,
	} {
		if tokens, err := lex(src); err == nil {
			t.Errorf("%q was read as %q", src, texts(tokens))
		}
	}
}

// FuzzLex checks that what is left out between the tokens is space and comments
// only, and that the tokens alone read the same again: nothing can hide in between.
func FuzzLex(f *testing.F) {
	f.Add("SELECT 'a''b' -- c\n, /* d */ `e`;")
	f.Fuzz(func(t *testing.T, src string) {
		tokens, err := lex(src)
		if err != nil {
			return
		}
		end := 0
		for _, k := range tokens {
			if gap := src[end:k.start]; strings.Trim(gap, " \t\r\n\v\f") != "" && !strings.Contains(gap, "--") && !strings.Contains(gap, "/*") {
				t.Fatalf("%q: %q was left out", src, gap)
			}
			if src[k.start:k.start+len(k.text)] != k.text || k.text == "" {
				t.Fatalf("%q: token %q is not at %d", src, k.text, k.start)
			}
			end = k.start + len(k.text)
		}
		again, err := lex(strings.Join(texts(tokens), " "))
		if diff := cmp.Diff(texts(tokens), texts(again)); diff != "" || err != nil {
			t.Fatalf("%q: read again: %v\n%s", src, err, diff)
		}
	})
}

// FuzzRead checks that a statement that is taken holds no second one and no name
// that leads out, by a reading that knows only strings and comments.
func FuzzRead(f *testing.F) {
	f.Add("SELECT file('x') INTO OUTFILE 'y'; DROP TABLE t")
	f.Fuzz(func(t *testing.T, src string) {
		s, err := readStatement(src)
		if err != nil {
			return
		}
		bare := strings.ToLower(outside(s.text))
		for _, name := range []string{"outfile", "infile", "attach", "executable"} {
			for _, w := range strings.FieldsFunc(bare, func(r rune) bool { return r > 0x7f || !wordByte(byte(r)) }) {
				if w == name {
					t.Fatalf("%q was taken", src)
				}
			}
		}
		if first, _, more := strings.Cut(bare, ";"); more && strings.TrimSpace(strings.TrimPrefix(bare, first+";")) != "" {
			t.Fatalf("%q was taken with a second statement", src)
		}
	})
}

// outside drops strings and comments from a statement, byte by byte.
func outside(src string) string {
	var b strings.Builder
	for i := 0; i < len(src); i++ {
		switch rest := src[i:]; {
		case strings.HasPrefix(rest, "--"):
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				return b.String()
			}
			i += n
		case strings.HasPrefix(rest, "/*"):
			i += strings.Index(rest[2:], "*/") + 3
		case src[i] == '\'':
			for i++; src[i] != '\''; i++ {
				if src[i] == '\\' {
					i++
				}
			}
			b.WriteByte(' ')
		case src[i] == '"', src[i] == '`':
			i += strings.IndexByte(rest[1:], src[i]) + 1
			b.WriteByte(' ')
		default:
			b.WriteByte(src[i])
			continue
		}
		b.WriteByte(' ')
	}
	return b.String()
}
