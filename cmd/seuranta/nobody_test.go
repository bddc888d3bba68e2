package main

import (
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The made-up platforms name people everywhere: who comments and is mentioned, pictures, bylines, messages of errors. All of them
// are called Kanaria, and no program that only counts has any business to keep one.

// keepsNobody looks for them in every file of the demo, in all that it said, in all that its store holds, and in all that the
// commands tell of it.
func keepsNobody(t *testing.T, dir, out string) {
	errs := readFile(t, saidBeside(dir))
	met := regexp.MustCompile(`(\d+) answers of the made-up platforms named people`).FindStringSubmatch(errs)
	if met == nil {
		t.Fatalf("the demo does not say how many answers named people:\n%s", errs)
	}
	if n, err := strconv.Atoi(met[1]); err != nil || n < 200 {
		t.Errorf("only %s answers named people: there was nobody to keep", met[1])
	}
	archive := filepath.Join(t.TempDir(), "archive")
	program(t, dir, 0, "export", archive)
	texts := filesIn(t, dir, archive)
	texts["what the demo said"], texts["what the demo said on standard error"] = out, errs
	for _, command := range [][]string{
		{"status"}, {"status", "--json"}, {"alerts"}, {"alerts", "--json"}, {"figures", "--period", "2026-W47"}, {"figures", "--period", "2026-W47", "--json"},
		{"explain", "esimerkkikeskus/facebook/engagements/2026-W40"}, {"explain", "--json", "esimerkkikeskus/instagram/followers/2026-W43"}, {"explain", "esimerkkikeskus/x/followers/2026-W36"},
		{"collect", "instagram-tili"}, {"collect", "youtube-kanava", "--json"},
	} {
		said, errs, _ := attempt(t, dir, nil, append(command, "--now", demoNow)...)
		if said+errs == "" {
			t.Errorf("%v says nothing", command)
		}
		texts["seuranta "+strings.Join(command, " ")] = said + errs
	}
	nobodyIn(t, texts)
	if n := rowsOf(texts); n < 10_000 {
		t.Errorf("the store holds %d rows", n)
	}
	// Posts: what is kept of an account is found by this search.
	holds(t, texts, "Ilmoittaudu koulutukseen", "Uusi julkaisu on ilmestynyt", "Blogissa: arjen tuki", "Kiitos kaikille osallistuneille", "Kumppanit kokoontuivat", "Hankkeen kuulumisia", "Tallenne on katsottavissa")
}

// saidBeside is where what a demo in a folder said on standard error is kept: beside the folder.
func saidBeside(dir string) string { return dir + ".stderr" }

// nobodyIn fails where somebody is named in texts.
func nobodyIn(t *testing.T, texts map[string]string) {
	t.Helper()
	for name, text := range texts {
		if at := strings.Index(strings.ToLower(text), "kanaria"); at >= 0 {
			t.Errorf("%s names somebody: %q", name, text[max(0, at-60):min(len(text), at+60)])
		}
	}
}

// holds fails unless some of what has to be there is found by the search: in an export and on a page. A search that finds nothing
// proves nothing.
func holds(t *testing.T, texts map[string]string, known ...string) {
	t.Helper()
	for _, ending := range []string{".gz", ".html"} {
		found := false
		for name, text := range texts {
			found = found || strings.HasSuffix(name, ending) && slices.ContainsFunc(known, func(k string) bool { return strings.Contains(text, k) })
		}
		if !found {
			t.Errorf("the search finds none of %q in a file %s, and they are kept", known, ending)
		}
	}
}

// rowsOf counts the rows of exports.
func rowsOf(texts map[string]string) (n int) {
	for name, text := range texts {
		if strings.HasSuffix(name, ".jsonl.gz") {
			n += strings.Count(text, "\n")
		}
	}
	return n
}

// filesIn reads every file below some folders, what is compressed unpacked.
func filesIn(t *testing.T, roots ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			texts[path] = readFile(t, path)
			if strings.HasSuffix(path, ".jsonl.gz") {
				texts[path] = unzipped(t, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

// unzipped reads a file that is compressed.
func unzipped(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
