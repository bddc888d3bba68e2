// Package configtest holds configurations against their JSON Schema, as an editor does.
package configtest

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// Schema is a compiled JSON Schema.
type Schema struct{ compiled *jsonschema.Schema }

// Compile compiles a schema, which holds it against the schema of schemas.
func Compile(t testing.TB, text []byte) Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("seuranta.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("seuranta.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return Schema{compiled}
}

// Check returns what an editor would mark in a file; readable is false when the file is no single document of YAML.
func (s Schema) Check(text []byte) (marked error, readable bool) {
	var doc yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	if d.Decode(&doc) != nil || len(doc.Content) == 0 || d.Decode(&yaml.Node{}) == nil {
		return nil, false
	}
	return s.compiled.Validate(plain(doc.Content[0])), true
}

// plain returns what an editor takes a node for: there a day is a text.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.AliasNode:
		return n.Value // a configuration takes no aliases, and one can stand for a thousandfold of itself
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, child := range n.Content {
			list = append(list, plain(child))
		}
		return list
	}
	var v any
	if n.Tag == "!!timestamp" || n.Decode(&v) != nil {
		return n.Value
	}
	return v
}
