package markup

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTitle(t *testing.T) {
	for in, want := range map[string]string{
		"Velka &amp; raha":           "Velka & raha",
		"A &amp;amp; B":              "A &amp; B",
		"<b>Velka</b> &lt;3":         "Velka <3",
		"Kun x<y, niin":              "Kun x<y, niin",
		"1 < 2 ja 3 > 2":             "1 < 2 ja 3 > 2",
		"Arvo <nimi> puuttuu":        "Arvo <nimi> puuttuu",
		"Yksi<br/>kaksi":             "Yksi kaksi",
		"<!-- x -->Otsikko":          "Otsikko",
		"Rivi\n\tvaihto":             "Rivi vaihto",
		"A\u202eB\u2066C\u200fD":     "ABCD",
		"uu\u00adti\u200bset":        "uutiset",
		"A\x00B\x07C":                "A B C",
		"a\u0308iti":                 "äiti",
		"&#8211; viiva":              "– viiva",
		"Perhe 👩\u200d👧 kokoontui":   "Perhe 👩\u200d👧 kokoontui",
		"\xff\xfe":                   "\uFFFD",
		"<a href='x'>Linkki</a>: on": "Linkki: on",
		"":                           "",
	} {
		if got := Title(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
	long := Title(strings.Repeat("sana ", 1000))
	if n := utf8.RuneCountInString(long); n > LongestTitle || n < LongestTitle*9/10 || !strings.HasSuffix(long, "sana…") {
		t.Errorf("a long title has %d characters and ends %q", n, long[len(long)-10:])
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>Yksi</p><p>kaksi</p>": "Yksi kaksi",
		"sa<b>na</b>":             "sana",
		"A &amp; B &lt;3 &nbsp;C": "A & B <3 C",
		"<script>alert(1)</script>Teksti<style>p{}</style>": "Teksti",
		"<ul><li>a</li><li>b</li></ul>":                     "a b",
		"Kun 1 < 2":                                         "Kun 1 < 2",
		"<img src=x onerror=alert(1)>Kuva":                  "Kuva",
		"<!-- salaa --> näkyy":                              "näkyy",
		"<p>auki":                                           "auki",
		"plain":                                             "plain",
		"":                                                  "",
	} {
		if got := Text(in, LongestText); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
	if n := utf8.RuneCountInString(Text(strings.Repeat("<p>ä", 100_000), LongestIngress)); n > LongestIngress {
		t.Errorf("%d characters are kept", n)
	}
}

func TestLabels(t *testing.T) {
	got := Labels([]string{"Velka", " talous ", "Velka", "", "A &amp; B", strings.Repeat("x", 1000)})
	if want := []string{"A & B", "Velka", "talous"}; len(got) != 4 || !slices.Equal(got[:3], want) {
		t.Errorf("tags %q", got)
	}
	if n := len(Labels(slices.Repeat([]string{"a", "b", "c"}, 100))); n != 3 {
		t.Errorf("%d tags", n)
	}
}
