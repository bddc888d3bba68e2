package match

import "testing"

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		rule, text string
		want       bool
	}{
		{"velka", "Nuorten velka kasvaa.", true},
		{"velka", "Nuorten velkaantuminen kasvaa.", false},
		{"velka*", "Nuorten VELKAANTUMINEN kasvaa.", true},
		{`"nuorten talous*"`, "Nuorten talousosaaminen heikkenee", true},
		{`"nuorten talous*"`, "Talousosaaminen nuorten keskuudessa", false},
		{`rahapeli* OR "sosiaalialan osaamiskeskus"`, "Sosiaalialan osaamiskeskus juhlii", true},
		{"THL:n", "Tiedot ovat THL:n", true},
		{"öljy", "Öljy", true},
		{"velka", "", false},
	} {
		r, err := Compile(c.rule)
		if err != nil {
			t.Fatalf("%s: %v", c.rule, err)
		}
		if got := r.Match(c.text); got != c.want {
			t.Errorf("%s in %q: %v", c.rule, c.text, got)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, rule := range []string{"", " OR ", "velka OR ", "a*", "vel*ka", "kaksi sanaa", `"auki`, "(velka)"} {
		if _, err := Compile(rule); err == nil {
			t.Errorf("%q is taken", rule)
		}
	}
}
