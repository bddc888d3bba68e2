package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// wishes are what a first configuration is made of.
type wishes struct {
	Name, ID  string
	Languages []string
	Website   string
	Log       string // pattern of access logs
	Feed      string
	Channels  []string // kinds of channel whose figures are typed
	Data      string   // folder of the figures; "" for beside the configuration

	Typed []typedChannel // of Channels
}

// typedChannel is a channel whose figures are typed.
type typedChannel struct{ ID, Kind, Name, Metric string }

// What counts where nothing is said.
const (
	standardName     = "Organisaatio"
	standardLanguage = "fi"
)

// HasWebsite tells whether the website is one of the channels.
func (w wishes) HasWebsite() bool { return w.Website != "" || w.Log != "" || w.Feed != "" }

// complete fills in what was not said.
func (w *wishes) complete() (err error) {
	if w.Data != "" { // as it was meant where it was typed
		w.Data, err = filepath.Abs(w.Data)
	}
	w.Name = cmp.Or(w.Name, w.ID, standardName)
	w.ID = cmp.Or(w.ID, slug(w.Name))
	if len(w.Languages) == 0 {
		w.Languages = []string{standardLanguage}
	}
	for _, kind := range w.Channels {
		w.Typed = append(w.Typed, typedOf(kind))
	}
	return err
}

// typedOf returns a channel of a kind as it is usually called, with the number that is usually typed of it.
func typedOf(kind string) typedChannel {
	for _, usual := range []typedChannel{
		{"uutiskirje", "newsletter", "{fi: Uutiskirje, sv: Nyhetsbrev, en: Newsletter}", "subscribers"},
		{"sahkopostilista", "mailing_list", "{fi: Sähköpostilista, sv: E-postlista, en: Mailing list}", "members"},
		{"facebook", "facebook", "Facebook", "followers"}, {"instagram", "instagram", "Instagram", "followers"}, {"x", "x", "X", "followers"},
		{"linkedin", "linkedin", "LinkedIn", "followers"}, {"youtube", "youtube", "YouTube", "subscribers"}, {"tiktok", "tiktok", "TikTok", "followers"},
	} {
		if usual.Kind == kind {
			return usual
		}
	}
	return typedChannel{kind, kind, kind, "followers"}
}

// slug makes an id of a name: Sosiaalialan Osaamiskeskus Åbo → sosiaalialan-osaamiskeskus-abo.
func slug(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	id := strings.TrimRight(b.String()[:min(b.Len(), 40)], "-")
	if id == "" {
		return strings.ToLower(standardName)
	}
	return id
}

// interview asks for what no flag has given. An empty answer takes what stands in brackets.
func (a *app) interview(ctx context.Context, w *wishes) error {
	i := &interviewer{lines: readLines(ctx, a.in), ctx: ctx, out: a.err}
	fmt.Fprintln(a.err, "A few questions; Enter takes what stands in [ ], and everything can be changed later.")
	i.ask(&w.Name, "Name of the organisation", standardName)
	i.ask(&w.ID, "Short name, in small letters", slug(cmp.Or(w.Name, standardName)))
	i.list(&w.Languages, "Languages, of fi, sv and en, the first is shown first", standardLanguage)
	i.ask(&w.Website, "Address of its website, as https://example.fi", "")
	if w.Website != "" {
		i.ask(&w.Log, "Access logs of its server, as /var/log/nginx/site.access.log*, if they can be read here", "")
		i.ask(&w.Feed, "Its feed of news, as https://example.fi/feed/", "")
	}
	i.list(&w.Channels, "Channels whose figures you will type in, of newsletter, facebook, linkedin, instagram, youtube, x …", "")
	return i.err
}

type interviewer struct {
	lines <-chan string
	ctx   context.Context
	out   io.Writer
	err   error
}

// ask fills an answer that is not there yet. An empty one stays so: what then counts is filled in when all is answered.
func (i *interviewer) ask(answer *string, question, standard string) {
	if *answer != "" || i.err != nil {
		return
	}
	if standard != "" {
		question += " [" + standard + "]"
	}
	fmt.Fprint(i.out, question+": ")
	select {
	case line, ok := <-i.lines:
		if !ok {
			fmt.Fprintln(i.out)
			i.err = errors.New("the answers ended before the questions did; nothing was written")
		}
		*answer = strings.TrimSpace(line)
	case <-i.ctx.Done():
		fmt.Fprintln(i.out)
		i.err = i.ctx.Err()
	}
}

// list fills a list that is not there yet from words with commas or blanks between them.
func (i *interviewer) list(answer *[]string, question, standard string) {
	if len(*answer) > 0 {
		return
	}
	text := ""
	i.ask(&text, question, standard)
	*answer = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

// readLines reads lines in a goroutine of its own, as reading cannot be interrupted; the program ends with it.
func readLines(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}
