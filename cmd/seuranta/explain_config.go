package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"seuranta/internal/store"
)

// explainedConfig is a configuration, when it was in force, and what was changed in it.
type explainedConfig struct {
	store.ConfigLife
	Last   *time.Time `json:"last"`   // when a run was last made with it; null: none was
	Now    bool       `json:"now"`    // it is in force
	Until  *time.Time `json:"until"`  // when another took its place; null: none did
	Before string     `json:"before"` // the hash of the one before it, "" when it is the first
	Text   string     `json:"text"`
	Kept   bool       `json:"kept"` // its text is in the store
	Diff   string     `json:"diff"` // to the one before, unified
}

// explainConfig tells of the configuration whose hash begins like that.
func (a *app) explainConfig(ctx context.Context, k *looking, id string) error {
	all, err := k.store.Configs(ctx, k.asOf)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(c store.ConfigLife) bool { return strings.HasPrefix(c.Hash, id) })
	if at < 0 {
		return k.unknown("configuration", id)
	}
	e, err := k.explainedConfig(ctx, all, at)
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, e)
	}
	return k.teller(a).config(e)
}

func (k *looking) explainedConfig(ctx context.Context, all []store.ConfigLife, at int) (explainedConfig, error) {
	e := explainedConfig{ConfigLife: all[at]}
	e.First, e.Last = whole(e.First), pointer(all[at].Last)
	current, _, err := k.store.ConfigAt(ctx, k.asOf)
	if err != nil {
		return e, err
	}
	if e.Now = current == e.Hash; !e.Now {
		e.Until = follower(all, all[at])
	}
	if e.Before, _, err = k.store.ConfigAt(ctx, all[at].First); err != nil {
		return e, err
	}
	text, err := k.store.ConfigText(ctx, e.Hash)
	if err != nil || text == nil {
		return e, err
	}
	e.Text, e.Kept = string(text), true
	if e.Before == "" {
		return e, nil
	}
	before, err := k.store.ConfigText(ctx, e.Before)
	if err == nil && before != nil {
		e.Diff = string(diff.Diff(e.Before[:min(12, len(e.Before))], before, e.Hash[:min(12, len(e.Hash))], text))
	}
	return e, err
}

func whole(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// follower returns when another configuration took the place of one: the first moment after its last on which another is known
// to have been in use.
func follower(all []store.ConfigLife, c store.ConfigLife) *time.Time {
	last := c.First
	if c.Last.After(last) {
		last = c.Last
	}
	var until *time.Time
	for _, o := range all {
		for _, at := range []time.Time{o.First, o.Last} {
			if o.Hash != c.Hash && at.After(last) && (until == nil || at.Before(*until)) {
				at = whole(at)
				until = &at
			}
		}
	}
	return until
}

// config tells a person of a configuration.
func (t teller) config(e explainedConfig) error {
	t.line("explain.config", e.Hash)
	t.line("explain.first", instant(e.First))
	if e.Last != nil {
		t.line("explain.last", instant(*e.Last))
	}
	t.line("explain.visits", strconv.Itoa(e.Runs))
	switch {
	case e.Now:
		t.line("explain.until", t.l.Text("explain.now"))
	case e.Until != nil:
		t.line("explain.until", instant(*e.Until))
	}
	switch {
	case e.Before == "":
		fmt.Fprintf(t.out, "\n%s\n", t.l.Text("explain.diff.first"))
	case e.Diff != "":
		fmt.Fprintf(t.out, "\n%s\n%s", t.l.Text("explain.diff", "config", e.Before[:min(12, len(e.Before))]), lines(e.Diff))
	}
	if !e.Kept {
		_, err := fmt.Fprintf(t.out, "\n%s\n", t.l.Text("explain.text.none"))
		return err
	}
	_, err := fmt.Fprintf(t.out, "\n%s\n%s", t.l.Text("explain.text"), lines(e.Text))
	return err
}

// lines makes a text fit for a terminal, line by line.
func lines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		clean := cell(strings.ReplaceAll(strings.TrimRight(line, "\r\n"), "\t", "    "))
		if strings.TrimSpace(line) == "" {
			clean = ""
		}
		b.WriteString(clean + "\n")
	}
	return b.String()
}
