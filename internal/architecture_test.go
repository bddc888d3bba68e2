// Package internal_test holds the rules of the whole tree.
package internal_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "seuranta/"

// levels is the rule: imports go down this list, never up and never sideways. docs/contracts.md shows it, too.
var levels = [][]string{
	{"cmd"},
	{"collectors", "internal/web", "internal/collectortest"},
	{"internal/report", "internal/schedule", "internal/alarm", "internal/mail", "internal/platforms", "internal/world"},
	{"collectors/*", "internal/store", "internal/indicator", "internal/chart", "internal/config", "internal/connect"},
	{"internal/collector", "internal/match", "internal/tabular", "internal/locale"},
	{"internal/fetch", "internal/address", "sql", "dashboards"},
	{"internal/observation"},
}

// owners names the folders that alone may import a thing from outside.
var owners = map[string][]string{
	"github.com/ClickHouse/":   {"internal/store"},
	"github.com/dghubble/":     {"collectors/twitter"},
	"github.com/ebitengine/":   {"internal/store"},
	"github.com/go-echarts/":   {"internal/chart"},
	"github.com/mmcdole/":      {"collectors/feed"},
	"github.com/spf13/cobra":   {"cmd"},
	"github.com/wneessen/":     {"internal/mail"},
	"github.com/xuri/excelize": {"internal/tabular"},
	"golang.org/x/oauth2":      {"collectors/ga4", "internal/connect"},
	"google.golang.org/":       {"collectors/ga4"},
	"net/http":                 {"internal/connect", "internal/fetch", "internal/store", "internal/web", "internal/platforms", "internal/collectortest", "cmd"},
	"pgregory.net/rapid":       {}, // tests are not looked at
	"github.com/google/go-cmp": {"internal/collectortest"},
}

// uses names the folders that alone may use something of the standard library.
var uses = map[string][]string{
	"os.Getenv": {"internal/config", "cmd"}, "os.LookupEnv": {"internal/config", "cmd"}, "os.Environ": {"internal/config", "cmd"}, "os.ExpandEnv": {"internal/config", "cmd"},
	"os.Exit": {"cmd"}, "os.Stdout": {"cmd"}, "os.Stdin": {"cmd"}, "log.Fatal": {}, "fmt.Print": {}, "fmt.Println": {}, "fmt.Printf": {},
}

type pkg struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

func packages(t *testing.T) (out []pkg) {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", module+"...")
	text, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(text))); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
}

// unit returns the package on a level that an import path belongs to: internal/store/embedded is internal/store.
func unit(importPath string) string {
	parts := strings.Split(strings.TrimPrefix(importPath, module), "/")
	if parts[0] == "internal" || parts[0] == "collectors" {
		return strings.Join(parts[:min(2, len(parts))], "/")
	}
	return parts[0]
}

func level(unit string) int {
	return slices.IndexFunc(levels, func(units []string) bool {
		return slices.ContainsFunc(units, func(u string) bool { ok, _ := path.Match(u, unit); return ok })
	})
}

func TestImportsGoDown(t *testing.T) {
	all := packages(t)
	if len(all) < 10 {
		t.Fatalf("only %d packages", len(all))
	}
	for _, p := range all {
		from := unit(p.ImportPath)
		if from != "internal" && level(from) < 0 {
			t.Errorf("%s stands on no level", p.ImportPath)
		}
		for _, i := range p.Imports {
			if to := unit(i); strings.HasPrefix(i, module) && from != to && level(to) <= level(from) {
				t.Errorf("%s imports %s, which is not below it", p.ImportPath, i)
			}
			for outside, folders := range owners {
				if strings.HasPrefix(i, outside) && !slices.Contains(folders, from) {
					t.Errorf("%s imports %s, which belongs to %v", p.ImportPath, i, folders)
				}
			}
		}
	}
}

// statement matches the beginning of SQL; it lives in sql/, with these exceptions.
var (
	statement  = regexp.MustCompile(`^\s*(SELECT|INSERT|CREATE|ALTER|DROP|OPTIMIZE|KILL|SET|USE)\s`)
	statements = []string{"internal/store/dial.go: CREATE DATABASE IF NOT EXISTS ", "internal/store/embedded/"}
)

func TestOneOwnerOfEachOutsideThing(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasSuffix(p.ImportPath, "test") { // helpers of tests
			continue
		}
		for _, file := range p.GoFiles {
			checkFile(t, unit(p.ImportPath), strings.TrimPrefix(p.ImportPath, module)+"/"+file, path.Join(p.Dir, file))
		}
	}
}

func checkFile(t *testing.T, from, name, file string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok {
				if folders, owned := uses[x.Name+"."+n.Sel.Name]; owned && !slices.Contains(folders, from) {
					t.Errorf("%s uses %s.%s, which belongs to %v", name, x.Name, n.Sel.Name, folders)
				}
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if n.Kind == token.STRING && err == nil && statement.MatchString(text) &&
				!slices.ContainsFunc(statements, func(s string) bool { return strings.HasPrefix(name+": "+text, s) }) {
				t.Errorf("%s holds SQL, which belongs into sql/: %.60q", name, text)
			}
		}
		return true
	})
}
