package main

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// The forms of the ids that outputs give, but for those of figures.
var (
	runForm    = regexp.MustCompile(`^[0-9a-f]{12}-[0-9a-f]{16}$`)
	itemForm   = regexp.MustCompile(`^(?:[0-9a-f]{24}|event-[0-9a-f]{12})$`)
	graveForm  = regexp.MustCompile(`^f-[0-9a-f]{8}$`)
	configForm = regexp.MustCompile(`^(?:[0-9a-f]{12}|[0-9a-f]{64})$`)
)

// idsThereAre says what explain takes, for whoever gave something else.
const idsThereAre = `There are ids of
  figures          organisation/channel/metric/period, as koske/kotisivut/views/2026-W47: ` + "`seuranta figures`" + ` and every page show them
  runs             12 and 16 letters and digits with - between: ` + "`collect --json`, `record`, `import`, `retract`" + ` and explain show them
  items            24 letters and digits, or event-… of what was typed: explain of a figure and ` + "`record event`" + ` show them
  what was forgotten  f-…: ` + "`forget`" + ` shows them
  configurations   12 letters and digits: the foot of a page and explain of a run show them`

// explainers tell of what is no figure, by the form of its id.
func (a *app) explainer(id string) func(context.Context, *looking, string) error {
	switch {
	case runForm.MatchString(id):
		return a.explainRun
	case itemForm.MatchString(id):
		return a.explainItem
	case graveForm.MatchString(id):
		return a.explainForgotten
	case configForm.MatchString(id):
		return a.explainConfig
	}
	return nil
}

// looking is a desk that is looked at as it was known at a moment (zero: now), in a language.
type looking struct {
	*desk
	asOf time.Time
	lang string
	l    *locale.Locale
}

// look prepares to explain what is of an organisation ("" of the first).
func (d *desk) look(ctx context.Context, organisation string, f explainFlags) (*looking, error) {
	d = d.of(organisation)
	asOf, _, err := d.asOf(f.asOf)
	if err != nil {
		return nil, err
	}
	lang, err := d.language(f.lang)
	if err != nil {
		return nil, err
	}
	l, err := locale.For(lang)
	if err != nil {
		return nil, err
	}
	then, err := d.then(ctx, asOf)
	return &looking{then, asOf, lang, l}, err
}

// knows tells whether a moment of commit was known at the moment that is looked from.
func (k *looking) knows(committed time.Time) bool {
	return k.asOf.IsZero() || committed.Before(k.asOf)
}

// explainOther explains what is no figure.
func (a *app) explainOther(ctx context.Context, id string, f explainFlags) error {
	explain := a.explainer(id)
	if explain == nil {
		return usage("%q is no id that explain knows. %s", cell(id), idsThereAre)
	}
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	k, err := d.look(ctx, "", f)
	if err != nil {
		return err
	}
	return explain(ctx, k, id)
}

// unknown says that nothing of an id is stored.
func (k *looking) unknown(what, id string) error {
	when := ""
	if !k.asOf.IsZero() {
		when = " as known then"
	}
	return fmt.Errorf("this store has no %s %s%s. %s", what, id, when, idsThereAre)
}

// line writes a label and what it says, if that is anything.
func (t teller) line(key, value string) {
	if value != "" {
		fmt.Fprintf(t.out, "%s: %s\n", t.l.Text(key), cell(value))
	}
}

// teller returns what tells a person of what was found.
func (k *looking) teller(a *app) teller { return teller{app: a, l: k.l} }

// reasonWords puts a result and its reason into words.
func (t teller) reasonWords(result observation.Result, reason string) string {
	words := string(result)
	if reason == "" || reason == words {
		reason = words
		if result.Answered() {
			return words
		}
	}
	if t.l.Has("reason." + reason) {
		words += " (" + t.l.Text("reason."+reason) + ")"
	} else if reason != words {
		words += " (" + reason + ")"
	}
	return words
}
