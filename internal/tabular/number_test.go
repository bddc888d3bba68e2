package tabular

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		in      string
		decimal rune
		want    float64
	}{
		{"0", 0, 0}, {"1003", 0, 1003}, {"1 003", 0, 1003}, {"1\u00a0003", 0, 1003}, {"1\u202f234\u202f567", 0, 1234567}, {" 12,5 ", 0, 12.5},
		{"12.5", 0, 12.5}, {"12,5", ',', 12.5}, {"12.5", '.', 12.5}, {"1 234,5", ',', 1234.5}, {"1.234,5", 0, 1234.5}, {"1,234.5", 0, 1234.5},
		{"1.234", ',', 1234}, {"1,234", '.', 1234}, {"1,234", ',', 1.234}, {"1.234.567", 0, 1234567}, {"1,234,567", 0, 1234567}, {"1'234", 0, 1234},
		{"-5", 0, -5}, {"−5", 0, -5}, {"+5", 0, 5}, {"0,125", 0, 0.125}, {"1234,567", 0, 1234.567}, {"007", 0, 7}, {"5e2", 0, 500},
	} {
		v, known, err := ParseNumber(c.in, c.decimal)
		if v != c.want || !known || err != nil {
			t.Errorf("%q (%c): %v, %v, %v; want %v", c.in, c.decimal, v, known, err, c.want)
		}
	}
}

func TestNoNumber(t *testing.T) {
	for _, s := range []string{"", " ", "\u00a0", "-", "–", "—", "n/a", "N/A", "#N/A", "..", "ei tietoa"} {
		if v, known, err := ParseNumber(s, 0); known || err != nil || v != 0 {
			t.Errorf("%q: %v, %v, %v; it tells nothing", s, v, known, err)
		}
	}
	for _, c := range []struct {
		in      string
		decimal rune
		want    error
	}{
		{"1,234", 0, ErrAmbiguous}, {"1.003", 0, ErrAmbiguous}, {"12 %", 0, ErrShare}, {"12,5%", ',', ErrShare}, {"NaN", 0, ErrNoNumber}, {"Inf", 0, ErrNoNumber},
		{"1e400", 0, ErrTooLarge}, {"1E+05", 0, ErrRounded}, {"1" + strings.Repeat("0", 400), 0, ErrTooLarge}, {"9007199254740994", 0, ErrTooLarge},
		{"0x1F", 0, ErrNoNumber}, {"1_000", 0, ErrNoNumber}, {"12 34", 0, ErrNoNumber}, {"1 0000", 0, ErrNoNumber}, {"1 234.567 890", 0, ErrNoNumber},
		{"12.5", ',', ErrNoNumber}, {"12,5", '.', ErrNoNumber}, {"1,2,3", 0, ErrNoNumber}, {"noin 5", 0, ErrNoNumber}, {"5 kpl", 0, ErrNoNumber},
		{"1 23 456", 0, ErrNoNumber}, {"1.2345.678", ',', ErrNoNumber}, {"1 234'567", 0, ErrNoNumber}, {"--5", 0, ErrNoNumber}, {",5", 0, ErrNoNumber}, {"5,", 0, ErrNoNumber}, {"٣", 0, ErrNoNumber}, {"1. 234", ',', ErrNoNumber},
	} {
		if v, _, err := ParseNumber(c.in, c.decimal); !errors.Is(err, c.want) {
			t.Errorf("%q (%c): %v, %v; want %v", c.in, c.decimal, v, err, c.want)
		}
	}
}

func TestDecimalIn(t *testing.T) {
	for _, c := range []struct {
		in    []string
		want  rune
		agree bool
	}{
		{nil, 0, true}, {[]string{"5", "1 003"}, 0, true}, {[]string{"1,234"}, 0, true}, {[]string{"1,234", "12,5"}, ',', true},
		{[]string{"1.234", "12.5"}, '.', true}, {[]string{"1.234,5"}, ',', true}, {[]string{"12.5", "12,5"}, 0, false}, {[]string{"3.11.2026", "12,5"}, ',', true},
	} {
		if d, agree := DecimalIn(c.in); d != c.want || agree != c.agree {
			t.Errorf("%v: %q, %v; want %q, %v", c.in, d, agree, c.want, c.agree)
		}
	}
}

// writeNumber writes v with two decimals at most, as a language does.
func writeNumber(v int64, decimal, thousands string) string {
	whole, rest := v/100, v%100
	s := ""
	for whole >= 1000 && thousands != "" {
		s = thousands + string([]byte{byte('0' + whole/100%10), byte('0' + whole/10%10), byte('0' + whole%10)}) + s
		whole /= 1000
	}
	digits := ""
	for whole > 0 || digits == "" {
		digits = string(byte('0'+whole%10)) + digits
		whole /= 10
	}
	s = digits + s
	if rest != 0 {
		s += decimal + string([]byte{byte('0' + rest/10), byte('0' + rest%10)})
	}
	return s
}

func TestNumbersAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64Range(0, 1<<46).Draw(t, "v")
		decimal := rapid.SampledFrom([]string{",", "."}).Draw(t, "decimal")
		thousands := rapid.SampledFrom([]string{"", " ", "\u00a0", "\u202f", "'", map[string]string{",": ".", ".": ","}[decimal]}).Draw(t, "thousands")
		text := writeNumber(v, decimal, thousands)
		got, known, err := ParseNumber(text, rune(decimal[0]))
		if want := float64(v) / 100; err != nil || !known || math.Abs(got-want) > want*1e-15 {
			t.Fatalf("%q: %v, %v; want %v", text, got, err, want)
		}
		if got, _, err := ParseNumber(text, 0); err == nil && math.Abs(got-float64(v)/100) > float64(v)*1e-15 {
			t.Fatalf("%q without knowing the sign: %v; want %v or a refusal", text, got, float64(v)/100)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1 003", "12,5", "1.234,5", "NaN", "1e400", "-", "12 %", "−5", "1\u202f234", "0x1F", "1'234"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, decimal := range []rune{0, ',', '.'} {
			v, known, err := ParseNumber(s, decimal)
			switch {
			case err == nil && (math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > largest):
				t.Errorf("%q: %v", s, v)
			case err == nil && known && !strings.ContainsAny(s, "0123456789"):
				t.Errorf("%q: %v, from a text without a digit", s, v)
			case !known && v != 0:
				t.Errorf("%q: %v, and it is not known", s, v)
			}
		}
		if v, err := ParsePlain(s); err == nil && (math.IsNaN(v) || math.Abs(v) > largest) {
			t.Errorf("%q: %v", s, v)
		}
	})
}
