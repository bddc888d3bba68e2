package alarm

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

func wordsIn(t testing.TB, lang string) Words {
	t.Helper()
	l, err := locale.For(lang)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	return Words{Locale: l, Zone: zone, Desk: observation.Desk{Organisations: []observation.Organisation{{ID: "koske"}},
		Channels: []observation.Channel{{ID: "kotisivut", Name: observation.Text{"fi": "Kotisivut", "sv": "Webbplatsen", "en": "Website"}}},
		Sources:  []observation.Source{{ID: "loki", Organisation: "koske", Channel: "kotisivut"}}}}
}

func TestMessages(t *testing.T) {
	notices := []Notice{
		{Fault{Kind: SourceFailed, Organisation: "koske", Source: "loki", Since: now.Add(-3 * time.Hour), Step: 1, Detail: "auth"}, false},
		{Fault{Kind: DiskFull, Since: now.Add(-time.Hour), Step: 1, Detail: "734003200 21474836480"}, true},
		{Fault{Kind: CredentialExpires, Organisation: "koske", Source: "loki", Since: now, Until: now.Add(72 * time.Hour), Step: 2}, false},
	}
	for lang, want := range map[string]string{
		"fi": `Seuranta: lähteestä Kotisivut (loki) ei saada tietoja: lähde ei hyväksynyt tunnuksia, ja 2 muuta asiaa

VIKOJA

Lähteestä Kotisivut (loki) ei saada tietoja: lähde ei hyväksynyt
tunnuksia.
Vika alkoi 23.11.2026 klo 5.00, 3 tuntia sitten.
Mitä tehdä: uusi lähteen tunnus ja aja sitten ` + "`seuranta collect loki`" + `;
siihen asti lähteestä ei haeta mitään

Lähteen Kotisivut (loki) tunnus vanhenee 26.11.2026 klo 8.00.
Mitä tehdä: hanki uusi tunnus ja vaihda se asetuksiin; jos asetuksissa
on credential_expires, vaihda myös se

OHI

Levyllä on taas tilaa. Kunnossa 23.11.2026 klo 7.00 alkaen.

Tämän viestin lähetti Seuranta. Samasta viasta kerrotaan vain kerran, ja
vielä kerran, kun se on ohi. Kaikkien lähteiden tila: ` + "`seuranta status`." + `
`,
		"sv": "Seuranta: källan Webbplatsen (loki) ger inga uppgifter: ",
		"en": "Seuranta: the source Website (loki) gives no numbers: ",
	} {
		m := wordsIn(t, lang).Message(notices, now)
		got := strings.ReplaceAll(m.Subject+"\n\n"+m.Text, "\u00a0", " ")
		if lang == "fi" && got != want || !strings.HasPrefix(got, want) {
			t.Errorf("in %s:\n%s", lang, got)
		}
		if len(m.Notices) != 3 || m.ID != wordsIn(t, lang).Message(notices, now.Add(time.Hour)).ID {
			t.Errorf("in %s: %+v", lang, m)
		}
	}
	notices[0].Step++
	if a, b := idOf(notices), idOf(notices[1:]); a == b || len(a) != 33 {
		t.Errorf("ids %s %s", a, b)
	}
}

// Whatever is wrong, every language has words for it, and for what to do.
func TestEveryFaultHasWords(t *testing.T) {
	reasons := []string{"", "no such reason"}
	for reason := range todos {
		reasons = append(reasons, reason)
	}
	for _, lang := range locale.Languages() {
		w := wordsIn(t, lang)
		for _, kind := range Kinds() {
			for _, reason := range reasons {
				for i, part := range []string{"", "", "Yle", "Yle"} {
					isOver := i%2 == 1
					if part != "" && kind != SourceFailed {
						continue
					}
					m := w.Message([]Notice{{Fault{Kind: kind, Part: part, Organisation: "koske", Source: "loki", Since: now, Until: now, Step: 3, Detail: reason}, isOver}}, now)
					if text := m.Subject + m.Text; strings.Contains(text, "alarm.") || strings.ContainsAny(text, "{}") {
						t.Errorf("%s, %s, %q: %s", lang, kind, reason, text)
					}
				}
			}
		}
		if m := w.testMessage(now); strings.Contains(m.Subject+m.Text, "alarm.") {
			t.Errorf("%s: %+v", lang, m)
		}
	}
}

func TestHostileNames(t *testing.T) {
	w := wordsIn(t, "fi")
	evil := "x\r\nBcc: eve@example.org\r\n\r\n\u2028\u202e\x1b[31m{when}" + strings.Repeat("ä", 5000) + "\xff"
	w.Desk.Channels[0].Name = observation.Text{"": evil}
	w.Desk.Sources = append(w.Desk.Sources, observation.Source{ID: evil, Organisation: "koske", Channel: "kotisivut"})
	for _, kind := range Kinds() {
		m := w.Message([]Notice{{Fault{Kind: kind, Organisation: "koske", Source: evil, Since: now, Step: 1, Detail: evil}, false}}, now)
		if strings.ContainsAny(m.Subject, "\r\n\x1b\u2028\u202e") || strings.ContainsAny(m.Text, "\r\x1b\u2028\u202e") || len([]rune(m.Subject)) > 500 || strings.Contains(m.Text, "\nBcc:") {
			t.Errorf("%s: %q", kind, m.Subject)
		}
	}
}
