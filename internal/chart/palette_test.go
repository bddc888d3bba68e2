package chart

import (
	"math"
	"strconv"
	"testing"
)

// luminance is the relative luminance of #RRGGBB as WCAG defines it.
func luminance(t testing.TB, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil || len(colour) != 7 {
		t.Fatalf("%q is no colour", colour)
	}
	linear := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

func contrast(t testing.TB, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestColoursAreSeen(t *testing.T) {
	for colour, least := range map[string]float64{blue: 3, slate: 3, green: 4.5, plum: 4.5, rust: 4.5, ink: 4.5, quiet: 4.5} {
		if c := contrast(t, colour, white); c < least {
			t.Errorf("%s has %.2f on white, want %.1f", colour, c, least)
		}
	}
	if c := contrast(t, blue, mist); c < 3 {
		t.Errorf("the line has %.2f on the ground of gaps", c)
	}
}
