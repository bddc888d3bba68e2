package collectors

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// conforms is how the tests of a kind run the conformance suite on it, or on what makes its secrets of the test's.
var conforms = regexp.MustCompile(`(?m)^\t+collectortest\.Conform\(t, (?:\w+\(Kind\(\)\)|Kind\(\)), collectortest\.Suite\{`)

// TestEveryKindConforms: a kind that joins the list brings its run of the conformance suite and its recorded cases.
func TestEveryKindConforms(t *testing.T) {
	for _, k := range Kinds() {
		if cases, _ := filepath.Glob(filepath.Join(k.Name, "testcases", "*", "config.yaml")); len(cases) == 0 {
			t.Errorf("%s has no recorded cases; lay one in collectors/%s/testcases, as docs/collector.md says", k.Name, k.Name)
		}
		if !conformIn(t, filepath.Join(k.Name, "*_test.go")) {
			t.Errorf("no test of %s calls collectortest.Conform(t, Kind(), …); docs/collector.md says what that holds", k.Name)
		}
	}
	if conformIn(t, "collectors_test.go") {
		t.Error("a test that does not call the suite is taken for one that does")
	}
}

// conformIn tells whether one of the files runs the conformance suite.
func conformIn(t *testing.T, pattern string) bool {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Errorf("there is no %s (%v)", pattern, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if conforms.Match(text) {
			return true
		}
	}
	return false
}
