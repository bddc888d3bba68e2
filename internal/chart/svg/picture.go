package svg

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"seuranta/internal/chart"
)

// Picture is a drawn chart.
type Picture struct {
	chart  Chart
	body   string
	rulers rulers
}

// inherited is what texts of a picture have unless they say otherwise. It stands once, at the outermost element.
var inherited = map[string]string{"font-family": family, "font-size": "12"}

// Inline returns the drawing alone, for a page that has everything else around it.
func (p *Picture) Inline() string { return p.wrapped(p.body, p.chart.Width, p.chart.Height) }

// wrapped puts what is drawn into an element of a picture with its title and description.
func (p *Picture) wrapped(body string, width, height int) string {
	c := p.chart
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img" aria-labelledby="%[3]s-title %[3]s-desc" xml:lang="%[4]s" font-family="%[5]s" font-size="%[6]s">`+
		`<title id="%[3]s-title">%[7]s</title><desc id="%[3]s-desc">%[8]s</desc><rect width="%[1]d" height="%[2]d" fill="#FFFFFF"/>%[9]s</svg>`,
		width, height, escaped(c.ID), escaped(c.Lang), family, inherited["font-size"], escaped(c.Title), escaped(c.Description), body)
}

// Frame is what a page says around a chart, and a picture that stands alone must say itself.
type Frame struct {
	Heading, Subtitle string
	Key               []Key
	Notes             []Note
	Foot              string
}

// Key explains a mark. Symbol is the SVG of a page's key, 28 by 14 pixels.
type Key struct{ Symbol, Text string }

// Note is an event or a break: its mark in the chart, its day and what it is.
type Note struct {
	Mark, Text string
	Break      bool
}

// File returns the picture as a file of its own: heading and key above the chart, notes below it.
func (p *Picture) File(f Frame) ([]byte, error) {
	width := p.chart.Width + 2*beside
	l := layout{rulers: p.rulers, width: float64(width), y: margin}
	l.lines(f.Heading, style{size: 18, bold: true, colour: ink, spacing: 24}, margin, 3)
	l.lines(f.Subtitle, style{size: 13, colour: quiet, spacing: 18}, margin, 2)
	if err := l.key(f.Key); err != nil {
		return nil, fmt.Errorf("draw chart %s: %w", p.chart.ID, err)
	}
	fmt.Fprintf(&l.out, `<g transform="translate(%d %s)">%s</g>`, beside, number(l.y), p.body)
	l.y += float64(p.chart.Height) + 8
	l.notes(f.Notes)
	l.y += 4
	l.lines(f.Foot, style{size: 11, colour: quiet, spacing: 15}, margin, 2)
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + p.wrapped(l.out.String(), width, int(math.Ceil(l.y+margin/2))) + "\n"), nil
}

// Colours of texts, as in the page and in charts.
const (
	ink   = "#1F2933"
	quiet = "#4B5563"
	plum  = "#A6467F"
	rust  = "#B34700"
)

// margin is left free on all sides; a drawing has a little of its own.
const (
	margin = 14.0
	beside = 10
)

// layout puts texts below each other.
type layout struct {
	rulers rulers
	width  float64
	y      float64 // where the next line begins
	out    strings.Builder
}

type style struct {
	size, spacing float64
	bold          bool
	colour        string
}

// lines writes a text broken into lines that fit, most at the utmost; what does not fit ends in an ellipsis.
func (l *layout) lines(text string, s style, x float64, most int) {
	for _, line := range l.broken(text, s, l.width-margin-x, most) {
		l.write(line, s, x, l.y+s.spacing*0.75)
		l.y += s.spacing
	}
}

func (l *layout) write(text string, s style, x, y float64) {
	weight := ""
	if s.bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(&l.out, `<text x="%s" y="%s" font-size="%s"%s fill="%s">%s</text>`, number(x), number(y), number(s.size), weight, s.colour, escaped(text))
}

// broken breaks a text at spaces into lines of at most width pixels; a word that is wider is cut.
func (l *layout) broken(text string, s style, width float64, most int) []string {
	fits := func(t string) bool { return l.rulers.width(t, s.size, s.bold) <= width }
	var out []string
	line := ""
	for _, word := range strings.Fields(chart.Plain(text)) {
		if joined := strings.TrimPrefix(line+" "+word, " "); fits(joined) {
			line = joined
			continue
		}
		if line != "" {
			out = append(out, line)
		}
		for line = word; !fits(line); {
			n := cut(line, fits)
			out, line = append(out, line[:n]), line[n:]
		}
	}
	if line != "" {
		out = append(out, line)
	}
	if len(out) > most {
		last := out[most-1] + "…"
		for r := []rune(last); !fits(last) && len(r) > 2; r = []rune(last) {
			last = strings.TrimRight(string(r[:len(r)-2]), " ") + "…"
		}
		out = append(out[:most-1], last)
	}
	return out
}

// cut returns how many bytes of a word fit, one character at least.
func cut(word string, fits func(string) bool) int {
	n := 0
	for i, r := range word {
		if next := i + len(string(r)); n == 0 || fits(word[:next]) {
			n = next
			continue
		}
		break
	}
	return n
}

// symbolWidth and symbolHeight are the size of a key's symbol.
const symbolWidth, symbolHeight = 28.0, 14.0

// key writes the explanations beside each other, in as many rows as they need.
func (l *layout) key(keys []Key) error {
	s := style{size: 12, colour: ink, spacing: 20}
	x := margin
	l.y += 6
	for i, k := range keys {
		symbol, err := clean(k.Symbol, "key")
		if err != nil {
			return err
		}
		text := l.broken(k.Text, s, l.width-2*margin-symbolWidth-8, 1)
		if len(text) == 0 {
			continue
		}
		needs := symbolWidth + 6 + l.rulers.width(text[0], s.size, false)
		if i > 0 && x+needs > l.width-margin {
			x = margin
			l.y += s.spacing
		}
		fmt.Fprintf(&l.out, `<g fill="none" transform="translate(%s %s)">%s</g>`, number(x), number(l.y+3), symbol)
		l.write(text[0], s, x+symbolWidth+6, l.y+3+symbolHeight*0.8)
		x += needs + 18
	}
	if len(keys) > 0 {
		l.y += s.spacing
	}
	return nil
}

// notes writes a line or two for each note, its mark in front.
func (l *layout) notes(notes []Note) {
	widest := 0.0
	for _, n := range notes {
		widest = max(widest, l.rulers.width(n.Mark, 12, true))
	}
	for _, n := range notes {
		s := style{size: 12, bold: true, colour: plum, spacing: 17}
		if n.Break {
			s.colour = rust
		}
		l.write(n.Mark, s, margin, l.y+s.spacing*0.75)
		l.lines(n.Text, style{size: 12, colour: ink, spacing: 17}, margin+widest+8, 3)
	}
}

// number writes a length with at most two decimals.
func number(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
