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
	if broken := brokenThings(log); len(broken) > 0 {
		return fmt.Errorf("open the data folder %s:\n  %s\nnothing was changed; restore the folder from a backup, or accept the loss: "+
			"move what is named above out of the folder: %w", e.folder.path, strings.Join(broken, "\n  "), ErrDamaged)
	}
	return fmt.Errorf("open the data folder %s: the engine says %q: %w", e.folder.path, lastError(log), ErrFolder)
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
	metadata   = regexp.MustCompile(`(?m)Code: \d+\. DB::Exception: ([^\n]*?metadata file (\S+?\.sql)[^\n]*)`)
	errorLine  = regexp.MustCompile(`(?m)<Error> [^:]*: (.*)$`)
)

// brokenThings names the parts that cannot be read and the descriptions of tables
// that make no sense. A table that fails for its parts only is not named itself.
func brokenThings(log string) []string {
	var broken []string
	for _, m := range brokenPart.FindAllStringSubmatch(log, -1) {
		broken = append(broken, fmt.Sprintf("table %s: part %s is broken: %s", m[1], m[2], m[3]))
	}
	if len(broken) == 0 {
		for _, m := range metadata.FindAllStringSubmatch(log, -1) {
			broken = append(broken, fmt.Sprintf("description %s is broken: %.200s", m[2], m[1]))
		}
	}
	slices.Sort(broken)
	return slices.Compact(broken)
}

func lastError(log string) string {
	all := errorLine.FindAllStringSubmatch(log, -1)
	if len(all) == 0 {
		return strings.TrimSpace(log)
	}
	return fmt.Sprintf("%.300s", all[0][1])
}
