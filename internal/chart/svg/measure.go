package svg

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// family names the fonts of a picture. Liberation Sans is what texts are measured in; Arial and Helvetica are as wide.
const family = "Liberation Sans, Arial, Helvetica, sans-serif"

// em is how many pixels high the faces are that texts are measured in. Widths grow with the size, and nothing is hinted.
const em = 2048

// ruler measures texts in one weight. One goroutine at a time may use it.
type ruler struct {
	font *sfnt.Font
	face font.Face
	buf  sfnt.Buffer
}

func newRuler(ttf []byte) (*ruler, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: em, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	return &ruler{font: f, face: face}, nil
}

// width is in shares of the font's size. A character that the font lacks comes from another one and counts as a full square;
// what is not seen has no width.
func (r *ruler) width(text string) float64 {
	sum, last := 0.0, rune(-1)
	for _, c := range text {
		if unsized(c) {
			continue
		}
		if i, err := r.font.GlyphIndex(&r.buf, c); err != nil || i == 0 {
			sum, last = sum+em, -1
			continue
		}
		if last >= 0 {
			sum += float64(r.face.Kern(last, c)) / 64
		}
		advance, _ := r.face.GlyphAdvance(c)
		sum, last = sum+float64(advance)/64, c
	}
	return sum / em
}

// unsized tells characters without a width of their own: marks on others, joiners, variants.
func unsized(c rune) bool { return unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf) }

// rulers measures in both weights that pictures have.
type rulers struct{ regular, bold *ruler }

func newRulers() (rulers, error) {
	regular, err := newRuler(liberationsansregular.TTF)
	if err != nil {
		return rulers{}, err
	}
	bold, err := newRuler(liberationsansbold.TTF)
	return rulers{regular, bold}, err
}

var pixels = regexp.MustCompile(`([0-9.]+)px`)

// css measures in a font as CSS writes it: "bold 12px Liberation Sans, Arial".
func (r rulers) css(text, font string) float64 {
	size := 12.0
	if m := pixels.FindStringSubmatch(font); m != nil {
		if v, err := strconv.ParseFloat(m[1], 64); err == nil {
			size = v
		}
	}
	return r.width(text, size, strings.Contains(font, "bold"))
}

func (r rulers) width(text string, size float64, bold bool) float64 {
	if bold {
		return r.bold.width(text) * size
	}
	return r.regular.width(text) * size
}
