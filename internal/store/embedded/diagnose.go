//go:build linux && amd64

package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// diagnose finds out why the engine did not start, by starting it again with a log:
// a session that fails gives no reason. The second try changes nothing in the folder
// either, since a broken part fails the start instead of being set aside.
func (e *Engine) diagnose(lib *library, failed error) error {
	log, err := e.failAgain(lib)
	if err != nil {
		return fmt.Errorf("open the data folder %s: %s, and no log could be had (%s): %w", e.folder.path, failed, err, ErrFolder)
	}
	broken := append(brokenParts(log), brokenDescriptions(e.folder.path)...)
	if len(broken) == 0 {
		return fmt.Errorf("open the data folder %s: the engine refuses it; its reason is on standard error or here: %q: %w",
			e.folder.path, firstError(log), ErrFolder)
	}
	return fmt.Errorf("open the data folder %s:\n  %s\nnothing was changed; restore the folder from a backup, or accept the loss: "+
		"move what is named above out of the folder: %w", e.folder.path, strings.Join(broken, "\n  "), ErrDamaged)
}

// failAgain starts the engine with a log of errors and gives the log. The log
// cannot lie in the data folder, whose disk may be full.
func (e *Engine) failAgain(lib *library) (string, error) {
	temp, err := os.MkdirTemp("", "seuranta-diagnosis-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	config, log := filepath.Join(temp, engineFile), filepath.Join(temp, "errors.log")
	users := filepath.Join(e.folder.path, usersFile)
	if err := os.WriteFile(config, []byte(engineXML(users, log)), 0o600); err != nil {
		return "", err
	}
	if s, err := connect(lib, e.arguments(config)); err == nil {
		return "it started at the second try", s.close()
	}
	b, err := os.ReadFile(log)
	return string(b), err
}

var (
	brokenPart = regexp.MustCompile(`(?m)<Error> (\S+) \(\S+\): Part (\S+?)/? is broken and needs manual correction\. Reason: (.*?)(?:, Stack trace|$)`)
	errorLine  = regexp.MustCompile(`(?m)<Error> [^:]*: (.*)$`)
)

// brokenParts names the parts that the log says cannot be read.
func brokenParts(log string) []string {
	var broken []string
	for _, m := range brokenPart.FindAllStringSubmatch(log, -1) {
		broken = append(broken, fmt.Sprintf("table %s: part %s is broken: %s", m[1], m[2], m[3]))
	}
	slices.Sort(broken)
	return slices.Compact(broken)
}

// brokenDescriptions names the descriptions of databases and tables that make no
// sense; of those the log says nothing.
func brokenDescriptions(folder string) []string {
	var broken []string
	for _, pattern := range []string{"metadata/*.sql", "metadata/*/*.sql"} {
		files, _ := filepath.Glob(filepath.Join(folder, pattern)) // the pattern is well formed
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				broken = append(broken, fmt.Sprintf("description %s cannot be read: %s", f, err))
			} else if !description(string(b)) {
				broken = append(broken, fmt.Sprintf("description %s is broken", f))
			}
		}
	}
	return broken
}

// description reports whether a text looks like ATTACH … to its end.
func description(s string) bool {
	tokens, err := lex(s)
	open := 0
	for _, t := range tokens {
		switch t.text {
		case "(":
			open++
		case ")":
			open--
		}
	}
	return err == nil && open == 0 && len(tokens) > 1 && tokens[0].is("ATTACH")
}

func firstError(log string) string {
	m := errorLine.FindStringSubmatch(log)
	if m == nil {
		return strings.TrimSpace(log)
	}
	return fmt.Sprintf("%.300s", m[1])
}
