package chart

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEChartsIsTheirs holds the vendored files, and the licences of what is in them, against the packages they came from.
func TestEChartsIsTheirs(t *testing.T) {
	root := filepath.Join("..", "..", ".tools", "node_modules")
	for ours, theirs := range map[string]string{"echarts.min.js": "echarts/dist/echarts.min.js", "LICENSE": "echarts/LICENSE", "NOTICE": "echarts/NOTICE",
		"licenses/LICENSE-d3": "echarts/licenses/LICENSE-d3", "licenses/LICENSE-zrender": "zrender/LICENSE", "licenses/LICENSE-tslib": "tslib/LICENSE.txt"} {
		want, err := os.ReadFile(filepath.Join(root, theirs))
		if os.IsNotExist(err) && os.Getenv("CI") == "" {
			t.Skip("echarts is not installed: make setup-test")
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("assets", ours))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("assets/%s is not %s", ours, theirs)
		}
	}
}

func TestScriptsCanStandInAPage(t *testing.T) {
	if n := len(Scripts()); n != 3 {
		t.Fatalf("%d scripts, want 3", n)
	}
	for i, s := range Scripts() {
		if s == "" || strings.Contains(strings.ToLower(s), "</script") || strings.Contains(s, "<!--") || strings.Contains(s, "\r") {
			t.Errorf("script %d would not come through a page as it is", i)
		}
	}
}
