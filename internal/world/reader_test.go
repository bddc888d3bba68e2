package world

import (
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// This file reads a written log with code of its own.

// logLine is what a line says.
type logLine struct {
	host, who, agent, method, target string
	at                               time.Time
	status                           string
}

// readLog returns what a log and its older files say, oldest file first.
func readLog(t testing.TB, dir, folder, name string) []logLine {
	t.Helper()
	var lines []logLine
	for _, path := range logFiles(t, filepath.Join(dir, "logs", folder), name) {
		for text := range strings.Lines(readFile(t, path)) {
			lines = append(lines, parseLine(t, strings.TrimSuffix(text, "\n")))
		}
	}
	return lines
}

// parseLine cuts a line at its quotes: before the first stand host, address and time, behind each pair the next field.
func parseLine(t testing.TB, text string) logLine {
	t.Helper()
	parts := strings.Split(strings.ReplaceAll(text, `\"`, "'"), `"`)
	if len(parts) != 7 {
		t.Fatalf("a line with %d quotes: %.200s", len(parts)-1, text)
	}
	head := strings.Fields(parts[0]) // [host:443] address - - [time +0300]
	at, err := time.Parse("[02/Jan/2006:15:04:05 -0700]", head[len(head)-2]+" "+head[len(head)-1])
	if err != nil {
		t.Fatal(err)
	}
	l := logLine{who: head[len(head)-5] + " " + parts[5], agent: parts[5], at: at, status: strings.Fields(parts[2])[0]}
	if len(head) == 6 {
		l.host = strings.TrimSuffix(head[0], ":443")
	}
	if words := strings.Split(parts[1], " "); len(words) == 3 {
		l.method, l.target = words[0], words[1]
	}
	return l
}

// logFiles returns the files of a log, oldest first.
func logFiles(t testing.TB, dir, name string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, name+"*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of %s: %v", name, err)
	}
	age := func(path string) int {
		digits := strings.Trim(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), name), ".gz"), ".")
		n, _ := strconv.Atoi(digits)
		return n
	}
	slices.SortFunc(files, func(a, b string) int { return age(b) - age(a) })
	return files
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = bufio.NewReader(f)
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
