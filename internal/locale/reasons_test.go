package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// reasons are all that a figure, a run or a source may give: those that packages name, and results that are one by themselves.
func reasons() []string {
	out := []string{"other"}
	for _, r := range observation.Results() {
		if !r.Answered() {
			out = append(out, string(r))
		}
	}
	for _, pattern := range []string{"internal/observation", "internal/indicator", "internal/schedule", "internal/collector", "collectors/*"} {
		paths, _ := filepath.Glob(filepath.Join("..", "..", pattern, "*.go"))
		for _, path := range paths {
			if !strings.HasSuffix(path, "_test.go") {
				out = append(out, reasonsIn(path)...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reasonsIn reads the values of the constants of a file that are named Reason….
func reasonsIn(path string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			if !strings.HasPrefix(name.Name, "Reason") || i >= len(spec.Values) {
				continue
			}
			if lit, ok := spec.Values[i].(*ast.BasicLit); ok {
				value, _ := strconv.Unquote(lit.Value)
				out = append(out, value)
			}
		}
		return true
	})
	return out
}

// TestReasonsAreFound keeps the search for reasons from finding none and being content.
func TestReasonsAreFound(t *testing.T) {
	found := reasons()
	for _, want := range []string{"not_told", "not_yet", "other_rule", "not_whole", "no_run", "not_alive", "rejected", "panic", "deadline", "log_silent", "auth", "withdrawn"} {
		if !slices.Contains(found, want) {
			t.Errorf("%s is not among %q", want, found)
		}
	}
}
