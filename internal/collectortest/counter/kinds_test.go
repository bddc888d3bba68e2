package counter_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"seuranta/collectors"
	"seuranta/internal/collectortest/counter"
	"seuranta/internal/config"
)

// TestAnotherKind: a kind that is put on the list is understood in a configuration beside all others, with its keys, its
// metrics and the channels that it feeds. Nothing else knows of it.
func TestAnotherKind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seuranta.yaml")
	text := `
organisations: [{id: koske, name: Koske}]
channels:
  - {id: kotisivut, kind: website, primary: {views: [laskuri]}, targets: [{metric: views, per: year, value: 42000}]}
sources:
  - {id: verkkoloki, kind: accesslog, channel: kotisivut, paths: [site.log]}
  - {id: laskuri, kind: counter, channel: kotisivut, schedule: "@daily", token: "${COUNTER_TOKEN}", base_url: "https://laskuri.example.org"}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(string) (string, bool) { return "tunnus-12345", true }
	if _, err := config.Load(path, collectors.Kinds(), env); err == nil {
		t.Error("the kind is understood without being on the list")
	}
	c, err := config.Load(path, append(collectors.Kinds(), counter.Kind()), env)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources[1]
	if s.Kind != "counter" || s.Channel != "kotisivut" || s.DefinitionID("views", 20000) != "counter-1@Europe/Helsinki" || len(s.Policy().Secrets) != 1 {
		t.Errorf("the source is %+v", s.Source)
	}
}

// The costs of a kind: lines that only say what it is, and lines of the whole file.
const (
	mostCeremony = 25
	mostLines    = 300
)

// TestWhatAKindCosts counts the lines of the smallest kind that every kind has: the embedded files, the description, the
// settings and New.
func TestWhatAKindCosts(t *testing.T) {
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, "counter.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	line := func(p token.Pos) int { return files.Position(p).Line }
	ceremony := 0
	for _, d := range tree.Decls {
		if isCeremony(d) {
			ceremony += line(d.End()) - line(d.Pos()) + 1
		}
	}
	if all := line(tree.FileEnd); ceremony > mostCeremony || all > mostLines {
		t.Errorf("%d lines of ceremony in a file of %d, want at most %d of %d", ceremony, all, mostCeremony, mostLines)
	} else {
		t.Logf("%d lines of ceremony in a file of %d", ceremony, all)
	}
}

func isCeremony(d ast.Decl) bool {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Name.Name == "Kind" || d.Name.Name == "Validate" || d.Name.Name == "New"
	case *ast.GenDecl:
		if d.Tok == token.VAR {
			return true
		}
		if spec, ok := d.Specs[0].(*ast.TypeSpec); ok {
			return spec.Name.Name == "Config" || spec.Name.Name == "source"
		}
	}
	return false
}
