package config

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// surroundings are what a configuration needs beside its file.
type surroundings struct {
	dir   string
	kinds []collector.Kind
	env   func(string) (string, bool)
	// lenient: a secret that cannot be had is left empty, but for that of the store.
	lenient bool
}

// decoder fills values from nodes, by the tags and types of keys.go. What it cannot fill it reports and leaves alone.
type decoder struct {
	*reporter
	surroundings
}

func decode(r *reporter, root *yaml.Node, into *fileKeys, s surroundings) {
	d := &decoder{reporter: r, surroundings: s}
	d.value("", root, reflect.ValueOf(into).Elem())
}

// extender is a struct that further keys belong to, which follow from what stands in its mapping.
type extender interface {
	// extend returns a pointer to the struct with the further keys; false when it cannot be known.
	extend(d *decoder, at string, n *yaml.Node) (any, bool)
	// takes tells whether the entry takes keys with this tag of.
	takes(of string) bool
}

// taker is a value that reads its node itself, whatever it is.
type taker interface {
	take(d *decoder, at string, n *yaml.Node)
}

// keeper is a struct whose secrets may lie in the folder of secrets, each under the keeper's name and its own key.
type keeper interface {
	secretsName() string
}

func (d *decoder) value(at string, n *yaml.Node, out reflect.Value) {
	t, takes := out.Addr().Interface().(taker)
	switch {
	case n.Kind == yaml.AliasNode: // reported by the survey
	case takes:
		t.take(d, at, n)
	case out.Type() == reflect.TypeFor[observation.Text]():
		d.text(at, n, out)
	case isScalar(out):
		d.scalar(at, n, out)
	case isNull(n): // a list or mapping whose entries are all commented out
	case out.Kind() == reflect.Struct && n.Kind == yaml.ScalarNode && shortField(out).IsValid():
		d.scalar(at, n, shortField(out))
	case out.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		d.object(at, n, out)
	case out.Kind() == reflect.Map && n.Kind == yaml.MappingNode:
		d.mapping(at, n, out)
	case out.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		d.list(at, n, out)
	default:
		d.fault(at, "here stands "+standing(n), "wanted is "+wanted(out))
	}
}

func (d *decoder) list(at string, n *yaml.Node, out reflect.Value) {
	list := reflect.MakeSlice(out.Type(), len(n.Content), len(n.Content))
	for i, child := range n.Content {
		if isNull(child) {
			d.fault(entry(at, i), "this entry of the list is empty", "fill it in, or take it out")
			continue
		}
		d.value(entry(at, i), child, list.Index(i))
	}
	out.Set(list)
}

func (d *decoder) mapping(at string, n *yaml.Node, out reflect.Value) {
	m := reflect.MakeMap(out.Type())
	eachKey(n, func(key, value *yaml.Node) {
		k, v := reflect.New(out.Type().Key()).Elem(), reflect.New(out.Type().Elem()).Elem()
		name, fromFile := secretOfFile(key.Value)
		if fromFile = fromFile && v.Kind() == reflect.String; !fromFile {
			name = key.Value
		}
		if err := assign(k, name, true); err != nil {
			d.fault(under(at, key.Value), err.wrong, err.todo)
			return
		}
		if fromFile {
			d.secretFile(under(at, name), value, v)
		} else {
			d.value(under(at, name), value, v)
		}
		m.SetMapIndex(k, v)
	})
	out.Set(m)
}

// secretOfFile returns the secret key that a KEY_file gives the value of.
func secretOfFile(key string) (string, bool) {
	secret, ok := strings.CutSuffix(key, "_file")
	return secret, ok && looksSecret(secret)
}

func (d *decoder) object(at string, n *yaml.Node, out reflect.Value) {
	fields, open, takes := fieldsOf(out), false, func(string) bool { return true }
	if e, ok := out.Addr().Interface().(extender); ok {
		further, known := e.extend(d, at, n)
		open, takes = !known, e.takes
		if further != nil {
			fields = append(fields, fieldsOf(reflect.ValueOf(further).Elem())...)
		}
	}
	given := map[string]string{}
	eachKey(n, func(key, value *yaml.Node) {
		path := under(at, key.Value)
		f, ok := fields.named(key.Value)
		switch {
		case ok && f.out.Type() == reflect.TypeFor[later]():
			d.fault(path, "this key is not understood yet", "it comes with a later version; take it out until then")
		case ok && given[f.key] != "":
			d.fault(path, given[f.key]+" says the same", "keep one of them")
		case ok:
			given[f.key] = key.Value
			d.field(under(at, f.key), path, value, f)
		case !open:
			d.fault(path, "this key is not known here", Instead(key.Value, "the keys are", fields.names(takes)))
		}
	})
	if k, ok := out.Addr().Interface().(keeper); ok {
		d.storedSecrets(at, k.secretsName(), fields, given)
	}
	for _, f := range fields {
		if f.need != "" && given[f.key] == "" {
			d.fault(at, fmt.Sprintf("%q is missing", f.key), "give "+f.need)
		}
	}
}

// field fills one key; path is where it stands, which differs from at for KEY_file.
func (d *decoder) field(at, path string, n *yaml.Node, f field) {
	if f.secret != "" {
		d.secrets[at] = true
	}
	switch {
	case at != path:
		d.places[at] = d.places[path]
		d.secretFile(at, n, f.out)
	case f.need != "" && isNull(n) && !isScalar(f.out):
		d.fault(at, "this key has no value", "give "+f.need)
	case f.secret == "true" && holdsLiteral(n, 0):
		d.refuseSecret(at)
		d.hideAll(n, 0)
	default:
		d.value(at, n, f.out)
	}
}

// eachKey calls do for the pairs of a mapping whose keys are words, the first of equal keys only.
func eachKey(n *yaml.Node, do func(key, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind == yaml.ScalarNode && !isNull(key) && !seen[key.Value] {
			seen[key.Value] = true
			do(key, n.Content[i+1])
		}
	}
}

// field is a key that a struct takes.
type field struct {
	key, need, secret, of string
	out                   reflect.Value
}

type fields []field

// fieldsOf returns the keys of a struct, with those of the structs that are inlined in it.
func fieldsOf(v reflect.Value) fields {
	var all fields
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			all = append(all, fieldsOf(v.Field(i))...)
		case !f.IsExported():
		case name != "" && name != "-":
			all = append(all, field{key: name, need: f.Tag.Get("need"), of: f.Tag.Get("of"), secret: secretTag(f, name), out: v.Field(i)})
		}
	}
	return all
}

// secretTag tells whether a field holds a secret: "true", "part" or "".
func secretTag(f reflect.StructField, name string) string {
	tag := f.Tag.Get("secret")
	if tag == "" && (f.Type == reflect.TypeFor[Secret]() || f.Type.Kind() == reflect.String && looksSecret(name)) {
		return "true"
	}
	return tag
}

// named returns the field that a key of the file fills.
func (fs fields) named(key string) (field, bool) {
	for _, f := range fs {
		if key == f.key || f.secret != "" && key == f.key+"_file" {
			return f, true
		}
	}
	return field{}, false
}

// names lists the keys that are understood and taken.
func (fs fields) names(takes func(of string) bool) []string {
	var names []string
	for _, f := range fs {
		if f.out.Type() == reflect.TypeFor[later]() || !takes(f.of) {
			continue
		}
		names = append(names, f.key)
		if f.secret != "" {
			names = append(names, f.key+"_file")
		}
	}
	return names
}

// shortField returns the field that a single value fills in place of the whole mapping.
func shortField(v reflect.Value) reflect.Value {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("short") != "" {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}
