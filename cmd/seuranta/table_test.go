package main

import "testing"

// TestCell: what others wrote stays in its cell, whatever marks stand in it.
func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb\x1b[31m\u2028c":            "a b [31m c",
		"\u202eflip\u202c \u2066x\u2069": "flip x",
		"\u200f":                         "-",
		"väki 👩\u200d🔬":                  "väki 👩\u200d🔬",
		"":                               "-",
	} {
		if got := cell(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
