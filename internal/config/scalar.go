package config

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/observation"
)

// isScalar tells whether a value is written as one word or text.
func isScalar(v reflect.Value) bool {
	switch v.Addr().Interface().(type) {
	case encoding.TextUnmarshaler, *Secret:
		return true
	}
	switch v.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return true
	}
	return false
}

// scalar fills a value from one word or text, which may have to be taken from the environment.
func (d *decoder) scalar(at string, n *yaml.Node, out reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.fault(at, "here stands "+standing(n), "wanted is "+wanted(out))
		return
	}
	if isNull(n) {
		d.fault(at, "this key has no value", "wanted is "+wanted(out)+"; or take the key out")
		return
	}
	text, ok := d.expand(at, n.Value, out)
	if !ok {
		return
	}
	plain := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 || text != n.Value
	d.assign(at, text, plain, out)
}

func (d *decoder) assign(at, text string, plain bool, out reflect.Value) {
	if err := assign(out, text, plain); err != nil {
		d.fault(at, err.wrong, err.todo)
	}
}

// expand returns what a text stands for: itself, or the environment variable that it names.
func (d *decoder) expand(at, text string, out reflect.Value) (string, bool) {
	m := fromEnv.FindStringSubmatch(text)
	if m == nil {
		return text, !strings.Contains(text, "${") // reported by the survey
	}
	if _, ok := out.Interface().(written); ok {
		d.fault(at, "a name is not taken from the environment", "write it out")
		return "", false
	}
	value, ok := d.env(m[1])
	switch {
	case value == "" && d.mayLack(at):
		d.lack(at, fmt.Sprintf("the environment variable %s is not set", m[1]))
	case !ok:
		d.fault(at, fmt.Sprintf("the environment variable %s is not set", m[1]), "set it where seuranta is started")
	case value == "":
		d.fault(at, fmt.Sprintf("the environment variable %s is empty", m[1]), "set it where seuranta is started")
	default:
		d.taint(at, value, text)
		return value, true
	}
	return "", false
}

// text fills a wording: one for all languages, or one for each.
func (d *decoder) text(at string, n *yaml.Node, out reflect.Value) {
	switch {
	case n.Kind == yaml.MappingNode:
		d.wordings(at, n, out)
	case n.Kind == yaml.ScalarNode && (isNull(n) || strings.TrimSpace(n.Value) == ""):
		d.fault(at, "this text is empty", "write it, or take the key out")
	case n.Kind == yaml.ScalarNode:
		if s, ok := d.expand(at, n.Value, out); ok {
			out.Set(reflect.ValueOf(observation.Text{"": s}))
		}
	default:
		d.fault(at, "here stands "+standing(n), "wanted is "+wanted(out))
	}
}

func (d *decoder) wordings(at string, n *yaml.Node, out reflect.Value) {
	var byLanguage map[language]string
	d.mapping(at, n, reflect.ValueOf(&byLanguage).Elem())
	text := observation.Text{}
	for lang, wording := range byLanguage {
		if strings.TrimSpace(wording) == "" && !d.faulty[under(at, string(lang))] {
			d.fault(under(at, string(lang)), "this text is empty", "write it, or take the key out")
		}
		text[string(lang)] = wording
	}
	if len(n.Content) == 0 {
		d.fault(at, "this text is empty", "write it, or take the key out")
	}
	out.Set(reflect.ValueOf(text))
}

// assign reads a text as a value of out's type. A number, date or true in quotes is a text.
func assign(out reflect.Value, text string, plain bool) *misfit {
	switch v := out.Addr().Interface().(type) {
	case *observation.Date:
		return assignDate(v, text)
	case *time.Duration:
		return assignDuration(v, text)
	case *Secret:
		*v = NewSecret(text)
		return nil
	case choice:
		return assignChoice(out, v, text)
	case encoding.TextUnmarshaler:
		return asMisfit(v.UnmarshalText([]byte(text)))
	}
	if out.Kind() == reflect.String {
		out.SetString(text)
		return nil
	}
	if !plain {
		return &misfit{"a text in quotes stands here", "wanted is " + wanted(out) + ", without quotes"}
	}
	switch out.Kind() {
	case reflect.Bool:
		return assignBool(out, text)
	case reflect.Float32, reflect.Float64:
		return assignFloat(out, text)
	}
	return assignInt(out, text)
}

func asMisfit(err error) *misfit {
	switch m := err.(type) {
	case nil:
		return nil
	case misfit:
		return &m
	}
	return &misfit{wrong: err.Error()}
}

func assignDate(v *observation.Date, text string) *misfit {
	d, err := readDate(text)
	if err == nil {
		*v = d
	}
	return err
}

func assignDuration(v *time.Duration, text string) *misfit {
	length, err := time.ParseDuration(text)
	if err != nil {
		return &misfit{show(text) + " is no length of time", "write it with its units, as 90s, 15m or 1h30m"}
	}
	*v = length
	return nil
}

func assignChoice(out reflect.Value, v choice, text string) *misfit {
	for _, name := range v.Choices() {
		if name == text {
			out.SetString(text)
			return nil
		}
	}
	return &misfit{"there is no " + show(text), Instead(text, "there are", v.Choices())}
}

func assignBool(out reflect.Value, text string) *misfit {
	if text != "true" && text != "false" {
		return &misfit{show(text) + " is neither true nor false", "write true or false"}
	}
	out.SetBool(text == "true")
	return nil
}

var (
	intForm   = regexp.MustCompile(`^[+-]?\d{1,19}$`)
	floatForm = regexp.MustCompile(`^[+-]?\d{1,300}(\.\d{1,300})?$`)
)

func assignInt(out reflect.Value, text string) *misfit {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !intForm.MatchString(text) || out.OverflowInt(n) {
		return &misfit{show(text) + " is no whole number that fits here", "write digits only, as 1000"}
	}
	out.SetInt(n)
	return nil
}

func assignFloat(out reflect.Value, text string) *misfit {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !floatForm.MatchString(text) || math.IsInf(n, 0) {
		return &misfit{show(text) + " is no number", "write digits only, with a point for decimals, as 1000 or 2.5"}
	}
	out.SetFloat(n)
	return nil
}

// standing names what stands in the file.
func standing(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	}
	return "a single value"
}

// wanted names what a key takes.
func wanted(out reflect.Value) string {
	switch out.Addr().Interface().(type) {
	case *observation.Date:
		return "a day, as 2026-11-21"
	case *time.Duration:
		return "a length of time, as 15m"
	case *observation.Text:
		return "a text, or one for each language, as {fi: …, en: …}"
	case encoding.TextUnmarshaler, *Secret, choice:
		return "a single value"
	}
	switch out.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list, as [one, two] or a line with “- ” for each entry"
	case reflect.Struct, reflect.Map:
		return "a mapping, as {key: value}"
	}
	return "a whole number"
}
