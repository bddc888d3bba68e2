package accesslog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"seuranta/internal/collector"
)

const (
	mostNamed   = 10  // files or faults that one message names
	longestShow = 100 // characters of a path or a setting that a message shows
)

// short cuts a text for a message.
func short(s string) string {
	if utf8.RuneCountInString(s) <= longestShow {
		return s
	}
	return string([]rune(s)[:longestShow]) + "…"
}

// shortPath cuts a path for a message in its middle: its end tells which file it is.
func shortPath(path string) string {
	runes := []rune(path)
	if len(runes) <= longestShow {
		return path
	}
	return string(runes[:longestShow/2]) + "…" + string(runes[len(runes)-longestShow/2:])
}

// joined joins the first of many texts and counts the others.
func joined(texts []string, between string) string {
	if more := len(texts) - mostNamed; more > 0 {
		return strings.Join(texts[:mostNamed], between) + fmt.Sprintf("%sand %d more", between, more)
	}
	return strings.Join(texts, between)
}

// faults are several things wrong with the files of a source, of which a message tells the first.
type faults []error

// Error tells the first faults and counts the others.
func (f faults) Error() string {
	texts := make([]string, len(f))
	for i, err := range f {
		texts[i] = err.Error()
	}
	return joined(texts, "; ")
}

// Unwrap returns all faults.
func (f faults) Unwrap() []error { return f }

// faults returns what went wrong with some files.
func (s *logSet) faults() faults {
	var all faults
	for _, t := range s.troubles {
		all = append(all, t.err)
	}
	return all
}

// fault returns what went wrong with some files: the others were counted.
func (s *logSet) fault() error {
	all := s.faults()
	switch {
	case len(all) == 0:
		return nil
	case len(s.files) == 0:
		return fmt.Errorf("accesslog: %w", all)
	}
	return fmt.Errorf("accesslog: %w: %w", collector.ErrPartial, all)
}

// paths names the files behind troubles.
func paths(troubles []trouble) string {
	var names []string
	for _, t := range troubles {
		names = append(names, t.path)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for i, name := range names {
		names[i] = shortPath(name)
	}
	return joined(names, ", ")
}

// unfinished is a run that ended before it had read everything. Nothing of it was told.
type unfinished struct{ cause error }

// Error says what to do, in words that need no knowledge of the program.
func (u unfinished) Error() string {
	if errors.Is(u.cause, context.DeadlineExceeded) {
		return "accesslog: the time was up before all logs were read; run it again, for fewer days at a time"
	}
	return "accesslog: stopped before the end; run it again"
}

// Unwrap returns what ended the run, which its class follows from.
func (u unfinished) Unwrap() error { return u.cause }

// inWords names the collector in an error, and tells a run that was stopped from one that failed.
func inWords(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return unfinished{err}
	}
	return fmt.Errorf("accesslog: %w", err)
}
