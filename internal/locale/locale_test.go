package locale

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/observation"
)

func all(t testing.TB) []*Locale {
	t.Helper()
	var out []*Locale
	for _, lang := range Languages() {
		l, err := For(lang)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

func TestForRefusesOtherLanguages(t *testing.T) {
	for _, lang := range []string{"", "de", "FI", "fi-FI"} {
		if _, err := For(lang); err == nil {
			t.Errorf("For(%q) gives no error", lang)
		}
	}
}

func TestEveryLanguageHasEveryKey(t *testing.T) {
	locales := all(t)
	want := locales[0].Keys()
	for _, l := range locales[1:] {
		for _, key := range want {
			if !l.Has(key) {
				t.Errorf("%s has no %s", l.Lang(), key)
			}
		}
		for _, key := range l.Keys() {
			if !locales[0].Has(key) {
				t.Errorf("%s is only in %s", key, l.Lang())
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func placeholders(s string) []string {
	found := placeholder.FindAllString(s, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	locales := all(t)
	for _, key := range locales[0].Keys() {
		want := placeholders(locales[0].texts[key].Other)
		for _, l := range locales {
			m := l.texts[key]
			if got := placeholders(m.Other); !slices.Equal(got, want) {
				t.Errorf("%s in %s has %v, want %v", key, l.Lang(), got, want)
			}
			withN := placeholders(m.One + "{n}") // a form for one thing may do without the number
			if m.One != "" && !slices.Equal(withN, placeholders(m.Other+"{n}")) {
				t.Errorf("%s in %s has %v for one, want %v", key, l.Lang(), withN, want)
			}
		}
	}
}

func TestPluralFormsAreThereInEveryLanguage(t *testing.T) {
	locales := all(t)
	for _, key := range locales[0].Keys() {
		plural := locales[0].texts[key].One != ""
		for _, l := range locales {
			m := l.texts[key]
			if (m.One != "") != plural {
				t.Errorf("%s has a form for one in some languages only, %s differs", key, l.Lang())
			}
			if m.Other == "" {
				t.Errorf("%s in %s is empty", key, l.Lang())
			}
		}
	}
}

// equalByNature lists what two languages rightly write alike.
var equalByNature = []string{"coverage", "goal.of", "health.name", "head.period", "no.break", "note.gap", "sum.title", "value.range", "change.percent"}

func TestNoTextIsEqualInTwoLanguages(t *testing.T) {
	locales := all(t)
	for _, key := range locales[0].Keys() {
		for i, a := range locales {
			for _, b := range locales[i+1:] {
				if a.texts[key].Other == b.texts[key].Other && !slices.Contains(equalByNature, key) {
					t.Errorf("%s is %q in %s and %s", key, a.texts[key].Other, a.Lang(), b.Lang())
				}
			}
		}
	}
}

// TestEqualByNatureIsNeeded keeps the list short.
func TestEqualByNatureIsNeeded(t *testing.T) {
	locales := all(t)
	for _, key := range equalByNature {
		texts := []string{}
		for _, l := range locales {
			texts = append(texts, l.texts[key].Other)
		}
		slices.Sort(texts)
		if len(slices.Compact(texts)) == len(locales) {
			t.Errorf("%s differs in all languages", key)
		}
	}
}

func TestTextsKeepTheHouseStyle(t *testing.T) {
	for _, l := range all(t) {
		for key, m := range l.texts {
			for _, s := range []string{m.One, m.Other} {
				if strings.ContainsAny(s, "!…") || strings.Contains(s, "  ") || strings.TrimSpace(s) != s {
					t.Errorf("%s in %s: %q", key, l.Lang(), s)
				}
				if strings.Contains(s, " %") {
					t.Errorf("%s in %s: a percent sign stands after a no-break space: %q", key, l.Lang(), s)
				}
			}
		}
	}
}

// families are the keys that are put together from a prefix and an id.
func families() map[string][]string {
	var metrics []string
	for id := range observation.StandardMetrics() {
		metrics = append(metrics, id)
	}
	named, counters := slices.Clone(metrics), []string{}
	for id, m := range observation.Earned() {
		named, counters = append(named, id), append(counters, m.Counter)
	}
	alarms := []string{"source_failed", "source_late", "credential_expires", "disk_full", "store_unreachable"}
	months := []string{}
	for m := range 12 {
		months = append(months, fmt.Sprint(m+1))
	}
	return map[string][]string{
		"metric.": named, "unit.": metrics, "posts.counter.": counters, "posts.kind.": {"post", "article", "video", "issue"}, "month.": months, "kind.": {"appearance", "training", "network"},
		"alarm.": alarms, "alarm.over.": alarms,
		"alarm.todo.": append([]string{"auth", "budget", "connect", "not_found", "gone", "bad_feed", "feed_empty", "log_missing", "log_silent", "log_damaged", "refused", "report", "waiting"}, alarms...),
		"method.":     {observation.MethodLog, observation.MethodScript, observation.MethodSessions, observation.MethodSite},
		"state.":      {"ok", "zero", "partial", "missing", "not_applicable", "bounded", "broken", "suppressed", "refused"},
		"reason.":     reasons(),
		"goal.name.":  {"days28", "month", "quarter", "year", "other"},
		"basis.":      {"collected", "sample", "estimate", "entered"},
		"coverage.":   {"days", "weeks", "items", "parts"},
		"break.":      {"definition", "source", "succession", "began", "ended"},
		"pace.":       {"ahead", "behind", "met"},
		"grain.":      {"day", "week", "month", "days28", "quarter", "year", "snapshot"},
	}
}

func TestEveryFamilyIsWhole(t *testing.T) {
	l := all(t)[0]
	for prefix, ids := range families() {
		for _, id := range ids {
			if !l.Has(prefix + id) {
				t.Errorf("no text for %s%s", prefix, id)
			}
		}
	}
}

var quoted = regexp.MustCompile(`"([a-z][a-z_]*(?:\.[a-z0-9_]+)*)"`)

// inSources collects all strings of the module's programs, templates and descriptions that look like keys.
func inSources(t testing.TB) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	root := filepath.Join("..", "..")
	for _, dir := range []string{"cmd", "collectors", "dashboards", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			switch filepath.Ext(path) {
			case ".go", ".tmpl":
				for _, m := range quoted.FindAllSubmatch(b, -1) {
					found[string(m[1])] = true
				}
			case ".yaml":
				for line := range strings.Lines(string(b)) {
					if _, value, ok := strings.Cut(line, ": "); ok {
						found[strings.TrimSpace(value)] = true
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// variants are the endings that programs put behind a key: of small targets told as counts, of days known in part, of sources
// that never answered whole.
func variants() [][2]string {
	return [][2]string{
		{"target.met", ".count"}, {"target.short", ".count"}, {"goal.missing", ".partly"}, {"goal.sum.missing", ".partly"},
		{"health.bad", ".never"}, {"health.partial", ".never"}, {"health.ended", ".never"}, {"headline.plain", ".level"},
		{"alarm.credential_expires", ".ended"}, {"alarm.source_failed", ".part"}, {"alarm.over.source_failed", ".part"},
	}
}

func TestNoTextIsUnused(t *testing.T) {
	used := inSources(t)
	for prefix, ids := range families() {
		for _, id := range ids {
			used[prefix+id] = true
		}
	}
	for _, v := range variants() {
		used[v[0]+v[1]] = used[v[0]]
	}
	for _, key := range all(t)[0].Keys() {
		if !used[key] {
			t.Errorf("nothing uses %s", key)
		}
	}
}

// askedFor finds the first argument of Text, of t in a template, and all of a row of heads.
var askedFor = regexp.MustCompile(`(?:\.Text\(|\bt )"([^"]+)"|"(head\.[a-z]+)"`)

func TestNoTextIsMissing(t *testing.T) {
	l := all(t)[0]
	for path, source := range programs(t) {
		for _, m := range askedFor.FindAllStringSubmatch(source, -1) {
			if key := m[1] + m[2]; !strings.HasSuffix(key, ".") && !l.Has(key) {
				t.Errorf("%s asks for %s", path, key)
			}
		}
	}
}

// programs are the sources that may ask for texts.
func programs(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"internal/report/*.go", "internal/locale/*.go", "dashboards/*.tmpl", "cmd/seuranta/*.go"} {
		paths, err := filepath.Glob(filepath.Join("..", "..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(path, "_test.go") {
				out[path] = string(b)
			}
		}
	}
	return out
}
