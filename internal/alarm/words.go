package alarm

import (
	"math"
	"strings"
	"time"
	"unicode"

	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// Message is what is sent: plain text.
type Message struct {
	ID      string // the same when it is sent again
	Subject string
	Text    string
	At      time.Time
	Notices []Told
}

// Told is a notice with its words.
type Told struct {
	Notice
	Text string
}

// Words says what is wrong in one language.
type Words struct {
	Locale *locale.Locale
	Zone   *time.Location
	Desk   observation.Desk // for the names of sources
	// Connects tells whether people get the credential of a source in a browser; nil is of none.
	Connects func(observation.SourceKey) bool
}

const (
	program    = "Seuranta: "
	lineLength = 72
	longest    = 120 // characters of a name that somebody else gave
)

// Message makes one message of notices: what began first, then what is over.
func (w Words) Message(notices []Notice, now time.Time) Message {
	m := Message{ID: idOf(notices), At: now, Subject: w.subject(notices)}
	var b strings.Builder
	for _, part := range []struct {
		over bool
		head string
	}{{false, "alarm.head.begun"}, {true, "alarm.head.over"}} {
		for i, n := range only(notices, part.over) {
			if i == 0 {
				b.WriteString(strings.ToUpper(w.Locale.Text(part.head)) + "\n\n")
			}
			text := w.paragraph(n, now)
			m.Notices = append(m.Notices, Told{n, text})
			b.WriteString(wrap(text) + "\n\n")
		}
	}
	m.Text = b.String() + wrap(w.Locale.Text("alarm.footer")) + "\n"
	return m
}

func only(notices []Notice, over bool) (out []Notice) {
	for _, n := range notices {
		if n.Over == over {
			out = append(out, n)
		}
	}
	return out
}

// subject names the first notice, and how many more there are. What is wrong goes before what is over.
func (w Words) subject(notices []Notice) string {
	first := append(only(notices, false), only(notices, true)...)[0]
	what := w.Headline(first)
	if more := len(notices) - 1; more > 0 {
		what = w.Locale.Text("alarm.subject.more", "what", what, "n", more)
	}
	return program + what
}

// paragraph says what is wrong, since when, and what to do.
func (w Words) paragraph(n Notice, now time.Time) string {
	l, said := w.Locale, locale.Sentence(w.Headline(n))+"."
	since := l.Text("alarm.since", "when", w.instant(n.Since), "age", l.Age(now.Sub(n.Since)))
	switch {
	case n.Over:
		return said + " " + l.Text("alarm.over.since", "when", w.instant(n.Since))
	case n.Kind == CredentialExpires:
		since = ""
	case n.Kind == SourceLate && n.Detail == neverAnswered:
		since = l.Text("alarm.late.never", "when", w.instant(n.Since), "age", l.Age(now.Sub(n.Since)))
	case n.Kind == SourceLate:
		since = l.Text("alarm.late.since", "when", w.instant(n.Since), "age", l.Age(now.Sub(n.Since)))
	}
	lines := []string{said}
	if since != "" {
		lines = append(lines, since)
	}
	return strings.Join(append(lines, l.Text("alarm.todo", "what", w.Remedy(n.Fault))), "\n")
}

func (w Words) instant(t time.Time) string { return w.Locale.Instant(t.In(w.zone())) }

func (w Words) zone() *time.Location {
	if w.Zone == nil {
		return time.UTC
	}
	return w.Zone
}

// Headline says in a few words what is wrong, or that it is over.
func (w Words) Headline(n Notice) string {
	l, key, disk := w.Locale, "alarm."+n.Kind, diskOf(n.Detail)
	if n.Kind == CredentialExpires && n.Step >= stepEnded {
		key += ".ended"
	}
	if n.Over {
		key = "alarm.over." + n.Kind
	}
	if n.Part != "" {
		key += ".part"
	}
	return l.Text(key, "source", w.source(n.Fault), "part", clean(n.Part), "when", w.instant(n.Until), "reason", w.reason(n.Detail),
		"free", gigabytes(disk.Free), "total", gigabytes(disk.Total))
}

// gigabytes rounds to what a person wants to know.
func gigabytes(bytes uint64) float64 { return math.Round(float64(bytes)/1e8) / 10 }

// reason is why a source failed, in the words of the page.
func (w Words) reason(code string) string {
	if w.Locale.Has("reason." + code) {
		return w.Locale.Text("reason." + code)
	}
	return w.Locale.Text("reason.failed")
}

// todos are the reasons for which there are words of their own for what to do, and the key of these words.
var todos = map[string]string{
	"auth": "auth", "budget": "budget", "not_found": "not_found", "gone": "gone", "not_a_feed": "not_found", "bad_feed": "bad_feed", "feed_empty": "feed_empty", "feed_silent": "feed_empty",
	"log_missing": "log_missing", "log_silent": "log_silent", "log_damaged": "log_damaged", "refused": "refused", "not_told": "report", "rejected": "report", "panic": "report", "waiting": "waiting",
}

// Line says what is wrong and since when, for a line of a page.
func (w Words) Line(f Fault, now time.Time) string {
	said := locale.Sentence(w.Headline(Notice{Fault: f})) + "."
	if f.Kind == CredentialExpires {
		return said
	}
	return said + " " + w.Locale.Text("alarm.since", "when", w.instant(f.Since), "age", w.Locale.Age(now.Sub(f.Since)))
}

// Remedy says what to do about a fault.
func (w Words) Remedy(f Fault) string {
	key := f.Kind
	if own, have := todos[f.Detail]; have && f.Kind == SourceFailed {
		key = own
	}
	ofCredential := f.Kind == CredentialExpires || key == "auth"
	if ofCredential && w.Connects != nil && w.Connects(observation.SourceKey{Organisation: f.Organisation, Source: f.Source}) {
		key = "connect"
	}
	return w.Locale.Text("alarm.todo."+key, "source", clean(f.Source), "detail", clean(f.Detail))
}

// source names a source as people know it: by its channel, with its id, and by its organisation where there are several.
func (w Words) source(f Fault) string {
	name := clean(f.Source)
	for _, s := range w.Desk.Sources {
		if s.ID != f.Source || s.Organisation != f.Organisation {
			continue
		}
		for _, c := range w.Desk.Channels {
			if c.ID == s.Channel && clean(c.Name.In(w.Locale.Lang())) != "" {
				name = w.Locale.Text("health.name", "channel", clean(c.Name.In(w.Locale.Lang())), "source", name)
			}
		}
	}
	if len(w.Desk.Organisations) > 1 {
		for _, o := range w.Desk.Organisations {
			if o.ID == f.Organisation {
				name += ", " + clean(o.Name.In(w.Locale.Lang()))
			}
		}
	}
	return name
}

// clean makes a foreign text fit for one line of a mail.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))), " ")
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return s
}

// wrap breaks lines that are longer than a mail's should be.
func wrap(text string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		rest := ""
		for _, word := range words(line) {
			if rest != "" && len([]rune(rest))+1+len([]rune(word)) > lineLength {
				out, rest = append(out, rest), ""
			}
			if rest != "" {
				rest += " "
			}
			rest += word
		}
		out = append(out, rest)
	}
	return strings.Join(out, "\n")
}

// words splits a line at its blanks, but for those of a command: one that is broken cannot be taken over.
func words(line string) (out []string) {
	for i, span := range strings.Split(line, "`") {
		parts := strings.Split(span, " ")
		if i%2 == 1 {
			parts = []string{"`" + span + "`"}
		}
		if i > 0 { // it goes on with the word before
			out[len(out)-1] += parts[0]
			parts = parts[1:]
		}
		out = append(out, parts...)
	}
	return out
}

// testMessage is a message of no fault.
func (w Words) testMessage(now time.Time) Message {
	return Message{ID: "seuranta.test." + now.UTC().Format("20060102T150405.000"), At: now,
		Subject: program + w.Locale.Text("alarm.test"), Text: wrap(w.Locale.Text("alarm.test.text")) + "\n"}
}
