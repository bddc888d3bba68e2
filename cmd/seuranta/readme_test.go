package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmeNow is when the commands of the README are run: after the days that they name.
const readmeNow = "2026-11-23T06:00:00Z"

// TestReadmeWorks runs what "Use it" shows, with the configuration that it shows: each command ends well, or with a part only.
func TestReadmeWorks(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, use, ok := strings.Cut(string(b), "## Use it")
	yaml := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(use)
	if !ok || yaml == nil {
		t.Fatal("there is no configuration under Use it")
	}
	dir := t.TempDir()
	text := strings.ReplaceAll(yaml[1], "/var/log/nginx/", filepath.Join(dir, "nginx")+"/")
	writeFiles(t, dir, map[string]string{"seuranta.yaml": text, "nginx/access.log": smallLog(22),
		"facebook.csv": "Päivä;Seuraajat;Kattavuus\n2.11.2026;43;120\n3.11.2026;44;80\n"})
	ran := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(use, -1) {
		for line := range strings.Lines(block[1]) {
			if args, ours := commandOf(line); ours {
				ran++
				if out, errs, code := attempt(t, dir, nil, append(args, "--now", readmeNow)...); code != exitOK && code != exitPartial {
					t.Errorf("%s: exit code %d\n%s%s", strings.TrimSpace(line), code, out, errs)
				}
			}
		}
	}
	if ran < 12 {
		t.Errorf("only %d commands were found", ran)
	}
	if pages, _ := filepath.Glob(filepath.Join(dir, "pages", "*.html")); len(pages) != 1 {
		t.Errorf("pages: %v", pages)
	}
}

// commandOf reads a line of the README; ours is false when it is no command of the program, or one that goes on.
func commandOf(line string) (args []string, ours bool) {
	line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
	for _, m := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		args = append(args, m[1]+m[2])
	}
	if len(args) < 2 || args[0] != "seuranta" || args[1] == "serve" {
		return nil, false
	}
	return args[1:], true
}
