package config

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// node is a piece of a JSON Schema.
type node map[string]any

// schemer makes a JSON Schema of the same types and tags that the decoder reads a file by.
type schemer struct {
	kinds []collector.Kind
	defs  node
}

// Schema returns the JSON Schema (draft 2020-12) of a configuration file, for editors: what keys there are, what each is
// for and what it takes. What one entry says of another it cannot check; loading does.
func Schema(kinds []collector.Kind) ([]byte, error) {
	s := &schemer{kinds: kinds, defs: node{}}
	root := s.object(reflect.TypeFor[fileKeys](), everything)
	s.defineForms()
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "seuranta.yaml"
	root["description"] = "Whose communication is followed, in which channels, fed by which sources"
	root["$defs"] = s.defs
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(root)
	return b.Bytes(), err
}

func everything(string) bool { return true }

// object returns the schema of a mapping with the keys of a struct.
func (s *schemer) object(t reflect.Type, takes func(of string) bool) node {
	properties, required := node{}, []string{}
	s.keys(t, takes, properties, &required)
	return closed(properties, required)
}

// closed is a mapping that takes no other keys.
func closed(properties node, required []string) node {
	n := node{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		n["required"] = required
	}
	return n
}

// keys adds what the fields of a struct say of their keys.
func (s *schemer) keys(t reflect.Type, takes func(of string) bool, properties node, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			s.keys(f.Type, takes, properties, required)
		case !f.IsExported() || name == "" || name == "-" || f.Type == reflect.TypeFor[later]() || !takes(f.Tag.Get("of")):
		default:
			secret, need := secretTag(f, name), f.Tag.Get("need") != ""
			properties[name] = s.key(f, secret, need)
			if secret != "" {
				properties[name+"_file"] = described(node{"type": "string", "minLength": 1}, "the file that holds "+name+", from the folder of this file")
			}
			if need && secret == "" {
				*required = append(*required, name)
			}
		}
	}
}

// key returns the schema of one key.
func (s *schemer) key(f reflect.StructField, secret string, need bool) node {
	if secret == "true" {
		return described(defined("secret"), f.Tag.Get("doc"))
	}
	n := s.value(f.Type)
	if !need && f.Type.Kind() == reflect.Struct && s.form(f.Type) == nil {
		n = node{"anyOf": []node{n, {"type": "null"}}} // a mapping whose keys are all commented out
	}
	if need && f.Type.Kind() == reflect.Slice {
		n = node{"type": "array", "items": n["items"], "minItems": 1} // an empty one, or none, is a fault
	}
	return described(n, f.Tag.Get("doc"))
}

func described(n node, doc string) node {
	if doc != "" {
		n["description"] = doc
	}
	return n
}

func defined(name string) node { return node{"$ref": "#/$defs/" + name} }

// value returns the schema of a type of value.
func (s *schemer) value(t reflect.Type) node {
	if n := s.form(t); n != nil {
		return n
	}
	switch t.Kind() {
	case reflect.Slice:
		return node{"type": []string{"array", "null"}, "items": s.value(t.Elem())}
	case reflect.Map:
		n := node{"type": []string{"object", "null"}, "additionalProperties": s.value(t.Elem())}
		if keys := s.form(t.Key()); keys != nil {
			n["propertyNames"] = keys
		}
		return n
	case reflect.Struct:
		return s.mapping(t)
	case reflect.Bool:
		return orEnv(node{"type": "boolean"})
	case reflect.Float32, reflect.Float64:
		return orEnv(node{"type": "number"})
	case reflect.String:
		return defined("word")
	}
	return orEnv(node{"type": "integer"})
}

// mapping returns the schema of a struct: by name when it is one of the file's own.
func (s *schemer) mapping(t reflect.Type) node {
	if t == reflect.TypeFor[sourceKeys]() {
		s.defineSources()
		return defined("source")
	}
	name, ours := strings.CutSuffix(t.Name(), "Keys")
	if !ours {
		return s.orShort(t, s.object(t, everything))
	}
	if _, done := s.defs[name]; !done {
		s.defs[name] = s.orShort(t, s.object(t, everything))
	}
	return defined(name)
}

// orShort is a mapping, or the one value of it that may stand alone.
func (s *schemer) orShort(t reflect.Type, n node) node {
	for i := range t.NumField() {
		if f := t.Field(i); f.Tag.Get("short") != "" {
			return node{"anyOf": []node{s.value(f.Type), n}}
		}
	}
	return n
}

// defineSources defines a source: by its kind it takes the keys of every source and those of the kind.
func (s *schemer) defineSources() {
	var names []string
	var byKind []node
	for _, k := range s.kinds {
		names = append(names, k.Name)
		own := "source-" + k.Name
		s.defs[own] = s.sourceOf(k)
		byKind = append(byKind, node{
			"if":   node{"properties": node{"kind": node{"const": k.Name}}, "required": []string{"kind"}},
			"then": defined(own),
		})
	}
	s.defs["source"] = node{
		"type": "object", "required": []string{"id", "kind"}, "allOf": byKind,
		"properties": node{"kind": node{"enum": names, "description": "what it is; its other keys follow from that"}},
	}
}

func (s *schemer) sourceOf(k collector.Kind) node {
	takes := func(of string) bool { return kindTakes(k, of) }
	properties, required := node{}, []string{}
	s.keys(reflect.TypeFor[sourceKeys](), takes, properties, &required)
	settings := reflect.TypeOf(k.New())
	if settings.Kind() == reflect.Pointer {
		settings = settings.Elem()
	}
	s.keys(settings, everything, properties, &required)
	properties["kind"] = node{"const": k.Name}
	_, decides := k.New().(collector.Teller)
	if len(k.Channels) > 0 && !k.ChannelOptional && !decides {
		required = append(required, "channel")
	}
	n := closed(properties, required)
	if summary := k.Summary(); summary != "" {
		n["description"] = summary
	}
	return n
}

// orEnv is a value, or the environment variable that holds it.
func orEnv(n node) node { return node{"anyOf": []node{n, defined("env")}} }

// suggested is a value of a form for which editors offer some names.
func suggested(names []string, n node) node {
	return node{"anyOf": []node{{"enum": names}, n}}
}

// standardMetrics lists the metrics that every installation has.
func standardMetrics() []string {
	var names []string
	for name := range observation.StandardMetrics() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
