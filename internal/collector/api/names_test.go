package api

import "testing"

func TestUnnamed(t *testing.T) {
	for _, test := range []struct {
		text  string
		names []string
		want  string
	}{
		{"Kiitos Maija Kanaria!", []string{"Maija Kanaria"}, "Kiitos @…!"},
		{"MAIJA KANARIA ja Maija\u00a0Kanarialle, #MaijaKanaria", []string{"Maija Kanaria"}, "@… ja @…lle, #@…"},
		{"Anna puhuu. Kannattaa kuulla Annaa", []string{"Anna"}, "@… puhuu. Kannattaa kuulla @…a"},
		{"KerttuAnna", []string{"anna"}, "Kerttu@…"},
		{"Maija ja Maija Kanaria", []string{"Maija", "Maija Kanaria"}, "@… ja @…"},
		{"Pentti (Penan) $1 \\Q", []string{"(Penan)", "$1", "\\Q"}, "Pentti @… @… @…"},
		{"Uusi opas", []string{"", " "}, "Uusi opas"},
		{"Uusi opas", nil, "Uusi opas"},
	} {
		if got := Unnamed(test.text, test.names...); got != test.want {
			t.Errorf("%q without %q is %q, want %q", test.text, test.names, got, test.want)
		}
	}
}
