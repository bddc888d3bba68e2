package embedded

import "testing"

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"Cannot read: ä €\n\tb":   "Cannot read: ä €\n\tb",
		"\x1b[2J\x1b]0;x\x07\r":   `\x1b[2J\x1b]0;x\x07\x0d`,
		"a\x00b\x7f\u0085":        `a\x00b\x7f\x85`,
		"\xff\xfe ok":             `\xff\xfe ok`,
		"\u202etxt.exe\u2028":     "\\u202etxt.exe\u2028",
		"\ufffd is a good rune":   "\ufffd is a good rune",
		"\u200bzero width \ufeff": `\u200bzero width \ufeff`,
	} {
		if got := printable(text); got != want {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}
