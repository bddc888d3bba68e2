package report

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"seuranta/internal/locale"
)

// TestWeeklyIsTheSameWhateverTheOrder shuffles the series: the bytes of every form must not change.
func TestWeeklyIsTheSameWhateverTheOrder(t *testing.T) {
	for _, lang := range locale.Languages() {
		for name, write := range forms() {
			want := write(t, example(t, lang))
			for seed := range uint64(5) {
				in := example(t, lang)
				rand.New(rand.NewPCG(seed, 1)).Shuffle(len(in.Series), func(i, j int) { in.Series[i], in.Series[j] = in.Series[j], in.Series[i] })
				if got := write(t, in); got != want {
					t.Errorf("%s in %s changes with the order of the series", name, lang)
				}
			}
		}
	}
}

func forms() map[string]func(testing.TB, WeeklyInput) string {
	return map[string]func(testing.TB, WeeklyInput) string{"HTML": htmlOf, "text": textOf, "CSV": csvOf, "JSON": jsonOf}
}

func TestWeeklyRefuses(t *testing.T) {
	noWeek := example(t, "fi")
	noWeek.Week.To++
	noLanguage := example(t, "de")
	for _, in := range []WeeklyInput{noWeek, noLanguage} {
		if _, err := Weekly(in); err == nil {
			t.Errorf("no error for %s, %s", in.Week.Label(), in.Lang)
		}
	}
}

func TestWeeklyWithoutSeries(t *testing.T) {
	in := example(t, "fi")
	in.Series = nil
	page := htmlOf(t, in)
	if !bytes.Contains([]byte(page), []byte("Tälle viikolle ei ole lukuja näytettäväksi.")) {
		t.Error("an empty page does not say that it is empty")
	}
}
