package svg

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"seuranta/internal/chart"
)

// What a picture may hold. Anything else that comes out of the engine is an error: it would have to be looked at first.
var (
	elements = words("svg g defs path rect circle ellipse line polyline polygon text tspan pattern clipPath linearGradient radialGradient stop")
	// kept are attributes that may stay as they are; style, dominant-baseline and ids are rewritten.
	kept = words(`x y dx dy x1 y1 x2 y2 cx cy r rx ry fx fy d points width height transform opacity offset clip-path clip-rule
		fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
		stroke-miterlimit stop-color stop-opacity text-anchor font-size font-family font-weight font-style
		patternUnits patternContentUnits patternTransform gradientUnits gradientTransform`)
	// dropped are those that a page with a pointer needs, or nobody.
	dropped = words("class pointer-events cursor version baseProfile viewBox space xmlns xlink aria-hidden focusable")
	// styles are properties that have an attribute of the same name.
	styles = words("font-size font-family font-weight font-style")
)

func words(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(text) {
		out[w] = true
	}
	return out
}

// cleaner rewrites the SVG of the engine.
type cleaner struct {
	id   string
	ids  map[string]string // new ids by old ones, in the order in which they are met
	out  strings.Builder
	open []string // elements that are open
	bare bool     // the last tag lacks its end as yet: nothing has come after its attributes
}

// clean returns the inside of an SVG, rewritten: only what is in the lists above, ids that begin with the picture's own,
// attributes in place of styles, text baselines that every program knows. The same drawing is the same bytes, whatever was
// drawn before it.
func clean(raw, id string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(printable(raw)))
	c := &cleaner{id: id, ids: map[string]string{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return c.out.String(), nil
		}
		if err == nil {
			err = c.token(d, token)
		}
		if err != nil {
			return "", fmt.Errorf("rewrite its drawing: %w", err)
		}
	}
}

// printable leaves out what XML has no place for.
func printable(raw string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if unicode.IsControl(r) || r >= 0xfffe && r&0xfffe == 0xfffe || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, raw)
}

func (c *cleaner) token(d *xml.Decoder, token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return c.start(d, t)
	case xml.EndElement:
		c.end(t)
	case xml.CharData:
		c.text(string(t))
	}
	return nil
}

func (c *cleaner) start(d *xml.Decoder, t xml.StartElement) error {
	name := t.Name.Local
	if name == "style" || unseen(t) {
		return d.Skip()
	}
	if !elements[name] {
		return fmt.Errorf("it holds <%s>", name)
	}
	c.open = append(c.open, name)
	if len(c.open) == 1 { // the outermost element is written by Picture
		return nil
	}
	c.finish()
	c.out.WriteString("<" + name)
	for _, a := range t.Attr {
		if err := c.attribute(name, a.Name.Local, a.Value); err != nil {
			return err
		}
	}
	c.bare = true
	return nil
}

// finish ends a tag that something comes inside of.
func (c *cleaner) finish() {
	if c.bare {
		c.out.WriteString(">")
		c.bare = false
	}
}

// unseen tells shapes that neither fill nor draw: they are there to be pointed at, or are lines of nothing.
func unseen(t xml.StartElement) bool {
	if t.Name.Local != "path" && t.Name.Local != "rect" {
		return false
	}
	has := map[string]string{}
	for _, a := range t.Attr {
		has[a.Name.Local] = a.Value
	}
	return t.Name.Local == "path" && has["d"] == "" || (has["fill"] == "none" || has["fill-opacity"] == "0") && (has["stroke"] == "" || has["stroke"] == "none" || has["stroke-width"] == "0")
}

func (c *cleaner) attribute(element, name, value string) error {
	switch {
	case name == "id":
		c.write(name, c.renamed(value))
	case name == "style":
		return c.style(element, value)
	case name == "dominant-baseline":
		return c.baseline(value)
	case kept[name]:
		return c.keep(element, name, value)
	case !dropped[name] && !strings.HasPrefix(name, "ecmeta_"):
		return fmt.Errorf("it holds an attribute %s", name)
	}
	return nil
}

// keep writes an attribute, unless its value is what the picture has anyway. A reference may only lead to the drawing itself.
func (c *cleaner) keep(element, name, value string) error {
	if element == "text" && inherited[name] == value {
		return nil
	}
	if strings.Contains(value, "url(") {
		old, ok := strings.CutPrefix(value, "url(#")
		if old, ok = cutEnd(old, ok); !ok {
			return fmt.Errorf("its %s leads to %q", name, value)
		}
		value = "url(#" + c.renamed(old) + ")"
	}
	c.write(name, value)
	return nil
}

func cutEnd(old string, ok bool) (string, bool) {
	old, closed := strings.CutSuffix(old, ")")
	return old, ok && closed && !strings.ContainsAny(old, "() ")
}

// style makes attributes of a style: a page's policy refuses styles.
func (c *cleaner) style(element, value string) error {
	for _, rule := range strings.Split(value, ";") {
		name, v, _ := strings.Cut(rule, ":")
		if name = strings.TrimSpace(name); styles[name] {
			if name == "font-size" {
				v = strings.TrimSuffix(v, "px")
			}
			if err := c.keep(element, name, strings.TrimSpace(v)); err != nil {
				return err
			}
		}
	}
	return nil
}

// baseline moves a text down to where its middle lies on the line: some programs do not know dominant-baseline.
func (c *cleaner) baseline(value string) error {
	if value != "central" {
		return fmt.Errorf("a text stands on a line called %s", value)
	}
	c.write("dy", "0.35em")
	return nil
}

func (c *cleaner) renamed(old string) string {
	if c.ids[old] == "" {
		c.ids[old] = c.id + "-" + strconv.Itoa(len(c.ids)+1)
	}
	return c.ids[old]
}

func (c *cleaner) write(name, value string) {
	c.out.WriteString(" " + name + `="` + escaped(value) + `"`)
}

func (c *cleaner) end(t xml.EndElement) {
	c.open = c.open[:len(c.open)-1]
	switch {
	case c.bare:
		c.out.WriteString("/>")
		c.bare = false
	case len(c.open) > 0:
		c.out.WriteString("</" + t.Name.Local + ">")
	}
}

// text writes what stands inside a text, and nothing elsewhere. A word joiner only kept ECharts from reading { as a field.
func (c *cleaner) text(s string) {
	if slices.Contains(c.open, "text") {
		c.finish()
		c.out.WriteString(escaped(strings.ReplaceAll(s, "\u2060", "")))
	}
}

// escaped makes text from anywhere safe between elements and inside quotes.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(chart.Plain(printable(s)))) // a Builder takes everything
	return b.String()
}
