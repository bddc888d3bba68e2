package config

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// explain reports why a file is not YAML, in words of its own, at the line from which on it is none.
func explain(r *reporter, text []byte, err error) {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if n := len(lines); n > 1 && len(lines[n-1]) == 0 {
		lines = lines[:n-1]
	}
	n := firstBroken(lines, len(text), err.Error())
	line := string(bytes.TrimRight(lines[n], "\r\n"))
	column := 1 + len(line) - len(strings.TrimLeft(line, " "))
	if tab := indentingTab(line); tab >= 0 {
		column = tab + 1
	}
	wrong, todo := inWords(err.Error(), line)
	r.faultIn(place{n + 1, min(column, utf8.RuneCountInString(line)+1)}, "", "this is not YAML: "+wrong, todo)
}

// maxTries bounds the size of the files in which the broken line is searched for, as each try parses the file.
const maxTries = 128 << 10

var toldLine = regexp.MustCompile(`\bline (\d+)`)

// firstBroken returns the index of the line that brings the error about: with the lines up to it the file fails in the
// same way, with fewer it does not. The parser itself tells the line only in part, and sometimes one nearby; that has to
// do for large files.
func firstBroken(lines [][]byte, size int, message string) int {
	if m := toldLine.FindStringSubmatch(message); size > maxTries {
		told := 1
		if m != nil {
			told, _ = strconv.Atoi(m[1])
		}
		return min(max(told, 1), len(lines)) - 1
	}
	return sort.Search(len(lines)-1, func(i int) bool {
		_, err := documents(bytes.Join(lines[:i+1], nil))
		return err != nil && err.Error() == message
	})
}

// indentingTab returns the index of a tab that stands before the first other character of a line, or -1.
func indentingTab(line string) int {
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	return strings.IndexByte(indent, '\t')
}

// inWords turns what the parser found and the line it found it on into what is wrong and what to do.
func inWords(found, line string) (wrong, todo string) {
	if indentingTab(line) >= 0 {
		return "a tab indents this line", "indent with spaces"
	}
	if strings.Contains(line, "${") && !strings.Contains(found, "end of stream") {
		return "${…} stands without quotes inside { } or [ ]", `write "${NAME}" in quotes`
	}
	for _, s := range slips() {
		if strings.Contains(found, s.found) {
			return s.wrong, s.todo
		}
	}
	return "it cannot be read from about here on", "look for a missing quote, colon or bracket, or for an indentation that does not fit"
}

type slip struct{ found, wrong, todo string }

// slips are the common ways to write broken YAML, by what the parser finds.
func slips() []slip {
	const indent = "an entry of a list begins with “- ”, and what belongs together begins in the same column"
	return []slip{
		{"mapping values are not allowed", "a second “key: ” stands where a value was expected",
			`give the key a line of its own in the right column, or put a value with a colon into "quotes"`},
		{"could not find expected ':'", "a key without “: ” after it", "write key: value"},
		{"',' or ']'", "a list in [ ] is not closed, or lacks a comma", "write [one, two]"},
		{"',' or '}'", "a mapping in { } is not closed, or lacks a comma", "write {key: value, other: value}"},
		{"'-' indicator", "this line does not fit into the list above it", indent},
		{"did not find expected key", "this line does not fit the lines above it", indent},
		{"block sequence entries are not allowed", "a list cannot begin here", "put its first “- ” on a line of its own"},
		{"unexpected end of stream", "a quote is opened here and not closed", "close it, or leave quotes out altogether"},
		{"unexpected document indicator", "a quote is opened before this line and not closed", "close it"},
		{"unknown escape character", `a backslash in "double quotes" means something else`, "use 'single quotes'"},
		{"escape code", `a backslash in "double quotes" means something else`, "use 'single quotes'"},
		{"hexdecimal number", `a backslash in "double quotes" means something else`, "use 'single quotes'"},
		{"alphabetic or numeric character", "a value that begins with * or & stands without quotes", `write "*/15 * * * *"`},
		{"unknown anchor", "a value that begins with * stands without quotes",
			`put it into "quotes"; references to other values are not taken here`},
		{"anchor", "this refers to a value in which it stands itself", "write the value out"},
		{"cannot start any token", "a value begins with @, ` or %, or a tab stands here", `put such a value into "quotes", as "@daily"; use spaces for tabs`},
		{"tab character", "a tab stands where spaces are expected", "indent with spaces"},
		{"max depth", "it is nested too deep", "a configuration needs five or six levels"},
	}
}
