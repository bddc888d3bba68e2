package collector

import "testing"

func TestPersonal(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		"luettu sovelluksesta 3.11.2026":     "",
		"1 003 seuraajaa, oli 12 345 678":    "",
		"viikko 47/2026, 16.11.–22.11.2026":  "",
		"@koske ja #hyvinvointi":             "",
		"raportti 2026-11-03, 0401 kpl":      "",
		"kysy: maija.meikalainen@example.fi": "an e-mail address",
		"MAIJA@EXAMPLE.ORG, puhelimella":     "an e-mail address",
		"syntynyt 131052-308T":               "a personal identity code",
		"131052-308t":                        "a personal identity code",
		"010101A123N":                        "a personal identity code",
		"131052-308U on väärin":              "",
		"soita 040 123 4567":                 "a telephone number",
		"soita 0401234567":                   "a telephone number",
		"+358 40 123 4567":                   "a telephone number",
		"tel. 050-123 4567":                  "a telephone number",
		"358401234567":                       "a telephone number",
		"358 9 123 4567":                     "a telephone number",
		"tel:09-1234567":                     "a telephone number",
		"puh. 014 123 456":                   "a telephone number",
		"puhelin: (09) 123 4567":             "a telephone number",
		"tel 7 kpl, 2026":                    "",
		"hotel 2026-11-03":                   "",
		"358 kävijää":                        "",
		"1358401234567 näyttöä":              "",
		"matti (at) example.org":             "an e-mail address",
		"matti[at]example.org":               "an e-mail address",
		"Esittely (a) messuilla":             "",
	} {
		if got := Personal(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
