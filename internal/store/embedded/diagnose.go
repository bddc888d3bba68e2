//go:build linux && amd64

package embedded

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// diagnose finds out why the engine did not start, by starting it again with a log:
// a session that fails gives no reason. The second try changes nothing in the folder
// either, since a broken part fails the start instead of being set aside. What the
// engine said on standard error at the first try is in said. It returns nil when the
// second try succeeded.
func (e *Engine) diagnose(lib *library, failed error, said string) error {
	started, log, again, err := e.tryAgain(lib)
	said += again
	broken := append(brokenParts(log), brokenDescriptions(e.folder.path)...)
	switch {
	case len(broken) > 0:
		return e.damage(broken)
	case started:
		return err
	case permissionTrouble.MatchString(log + said):
		return unusable(e.folder.path, fmt.Errorf("%w: %s", fs.ErrPermission, reason(log, said)))
	case err != nil:
		return fmt.Errorf("open the data folder %s: %w: %s: %s, and no log could be had (%s)", e.folder.path, ErrFolder, failed, reason("", said), err)
	}
	return e.refused(reason(log, said))
}

func (e *Engine) refused(why string) error {
	return fmt.Errorf("open the data folder %s: %w: the engine refuses it: %s", e.folder.path, ErrFolder, why)
}

// tryAgain starts the engine with a log of errors and gives the log, and what the engine
// said on standard error. The log cannot lie in the data folder, whose disk may be full.
func (e *Engine) tryAgain(lib *library) (started bool, log, said string, err error) {
	temp, err := os.MkdirTemp("", "seuranta-diagnosis-")
	if err != nil {
		return false, "", "", err
	}
	defer os.RemoveAll(temp)
	config, file := filepath.Join(temp, engineFile), filepath.Join(temp, "errors.log")
	users := filepath.Join(e.folder.path, usersFile)
	if err := os.WriteFile(config, []byte(engineXML(users, file)), 0o600); err != nil {
		return false, "", "", err
	}
	var s *session
	said, err = caught(func() error {
		s, err = connect(lib, e.arguments(config))
		return err
	})
	if err == nil {
		return true, "", said, s.close()
	}
	log, err = settled(file)
	return false, log, said, err
}

// settled reads a log of the engine. A thread of its own writes it: when the log speaks of broken parts and names none yet,
// their names are about to come.
func settled(file string) (log string, err error) {
	for range 20 {
		b, err := os.ReadFile(file)
		if log = string(b); err != nil || brokenPart.MatchString(log) || log != "" && !strings.Contains(log, tooManyBroken) {
			return log, err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return log, nil
}

// tooManyBroken is what the engine says when it does not set a broken part aside.
const tooManyBroken = "broken parts to remove while maximum allowed"

var (
	brokenPart = regexp.MustCompile(`(?m)<Error> (\S+) \(\S+\): Part (\S+?)/? is broken and needs manual correction\. Reason: (.*?)(?:, Stack trace|$)`)
	errorLine  = regexp.MustCompile(`(?m)<Error> [^:]*: (.*)$`)
	// The engine has several words for a file that it may not open, each of the system's error 13 or 1.
	permissionTrouble = regexp.MustCompile(`(?i)permission denied|operation not permitted|errno: 13\b|errno: 1\b`)
	exceptionHead     = regexp.MustCompile(`^Code: \d+\. DB::Exception: `)
	ownNoise          = regexp.MustCompile(`(?m)^(?:` + greeting + `.*|\s*)$\n?`)
)

// brokenParts names the parts that the log says cannot be read.
func brokenParts(log string) (broken []fault) {
	for _, m := range brokenPart.FindAllStringSubmatch(log, -1) {
		broken = append(broken, fault{table: m[1], what: fmt.Sprintf("has a broken part %s (%s)", m[2], short(exceptionHead.ReplaceAllString(m[3], ""))), move: true})
	}
	slices.SortFunc(broken, func(a, b fault) int { return strings.Compare(a.table+a.what, b.table+b.what) })
	return slices.Compact(broken)
}

// brokenDescriptions names the descriptions of databases and tables that make no
// sense; of those the log says nothing.
func brokenDescriptions(folder string) (broken []fault) {
	for _, d := range glob(folder, "metadata/*.sql") {
		database := strings.TrimSuffix(filepath.Base(d), ".sql")
		files := []string{d}
		if in := databaseFolder(folder, database); in != "" {
			files = append(files, glob(in, "*.sql")...)
		}
		for i, f := range files {
			table := database + "." + strings.TrimSuffix(filepath.Base(f), ".sql")
			if i == 0 {
				table = database + ".*"
			}
			if b, err := os.ReadFile(f); err != nil || !description(string(b)) {
				broken = append(broken, brokenDescription(table, f, err))
			}
		}
	}
	return broken
}

func brokenDescription(table, path string, err error) fault {
	what := "has a broken description " + path
	if err != nil {
		what = fmt.Sprintf("has a description %s that cannot be read (%s)", path, err)
	}
	return fault{table: table, what: what, move: true, described: true}
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

// reason is the first thing that the log says, or else what the engine said before it
// gave up, fit to be shown.
func reason(log, said string) string {
	if m := errorLine.FindStringSubmatch(log); m != nil {
		return short(m[1])
	}
	for _, text := range []string{said, log} {
		if text = strings.TrimSpace(ownNoise.ReplaceAllString(text, "")); text != "" {
			line, _, _ := strings.Cut(text, "\n")
			return short(exceptionHead.ReplaceAllString(line, ""))
		}
	}
	return "it says nothing"
}

// short is a text of the engine, cut to what can be read in a message and with nothing in
// it that a terminal would obey.
func short(text string) string {
	const most = 300
	runes := []rune(printable(text))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}
