package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// explainedItem is an item with all that was ever told of it.
type explainedItem struct {
	Item      observation.Item `json:"item"`      // as it stands
	Withdrawn bool             `json:"withdrawn"` // it was taken back
	Versions  []itemVersion    `json:"versions"`  // the oldest first
	Addresses []itemAddress    `json:"addresses"`
	Figures   []string         `json:"figures"` // ids of those of its day that count it
}

type itemVersion struct {
	observation.Item
	CommittedAt time.Time `json:"committed_at"`
}

// itemAddress is an address that the item took, and the item that holds it.
type itemAddress struct {
	Alias  string `json:"alias"`
	HeldBy string `json:"held_by"` // "" when no item stands that has it
}

// explainItem tells of one item, whosever it is.
func (a *app) explainItem(ctx context.Context, k *looking, id string) error {
	owners := []string{observation.Shared}
	for _, o := range k.Desk.Organisations {
		owners = append(owners, o.ID)
	}
	for _, organisation := range owners {
		versions, err := k.store.ItemHistory(ctx, organisation, []string{id}, k.asOf)
		if err != nil {
			return err
		}
		if len(versions) == 0 {
			continue
		}
		e, err := k.explainedItem(ctx, versions)
		if err != nil {
			return err
		}
		if a.json {
			return writeJSON(a.out, e)
		}
		return k.teller(a).item(e)
	}
	if err := k.itemForgotten(ctx, id); err != nil {
		return err
	}
	return k.unknown("item", id)
}

func (k *looking) explainedItem(ctx context.Context, versions []observation.Past[observation.Item]) (explainedItem, error) {
	e := explainedItem{Versions: []itemVersion{}, Addresses: []itemAddress{}, Figures: []string{}}
	for _, p := range versions {
		it := listsOf(p.What)
		e.Versions = append(e.Versions, itemVersion{it, p.CommittedAt.UTC().Truncate(time.Second)})
		e.Item, e.Withdrawn = it, p.Withdrawn
	}
	aliases, err := k.store.AliasesOf(ctx, e.Item.Organisation, e.Item.ID, k.asOf)
	if err != nil {
		return e, err
	}
	holders, err := k.store.KnownAt(ctx, e.Item.Organisation, aliases, k.asOf)
	if err != nil {
		return e, err
	}
	for _, alias := range aliases {
		e.Addresses = append(e.Addresses, itemAddress{alias, holders[alias].ID})
	}
	if e.Withdrawn {
		return e, nil
	}
	figures, err := indicator.New(k.Desk, k.store, k.now, k.asOf).WhereCounted(ctx, e.Item)
	e.Figures = append(e.Figures, figures...)
	return e, err
}

// listsOf has lists where nothing is.
func listsOf(i observation.Item) observation.Item {
	if i.Tags == nil {
		i.Tags = []string{}
	}
	if i.Projects == nil {
		i.Projects = []string{}
	}
	return i
}

// item tells a person of an item.
func (t teller) item(e explainedItem) error {
	i := e.Item
	t.line("explain.item", i.ID+" ("+i.Kind+")")
	t.line("explain.title", i.Title)
	t.line("explain.address", i.URL)
	t.line("explain.where", cmp.Or(i.Outlet, i.Channel))
	t.line("explain.at", t.itemMoment(i))
	t.line("explain.source", i.Organisation+"/"+i.Source)
	if e.Withdrawn {
		t.line("head.state", t.l.Text("explain.withdrawn"))
	}
	var rows [][]string
	for _, v := range e.Versions {
		title := v.Title
		if v.State == observation.Withdrawn {
			title = t.l.Text("explain.withdrawn")
		}
		rows = append(rows, []string{instant(v.CommittedAt), title, v.URL, t.itemMoment(v.Item), strings.Join(v.Tags, ", "), strings.Join(v.Projects, ", "), strings.TrimSpace(v.Note + " " + by(v.By)), v.Source, v.Run})
	}
	err := t.rows("explain.versions", []string{"explain.known", "explain.title", "explain.address", "explain.at", "explain.tags", "explain.projects", "head.reason", "explain.source", "explain.run"}, rows)
	return cmp.Or(err, t.addresses(e), t.counting(e))
}

func (t teller) addresses(e explainedItem) error {
	var rows [][]string
	for _, a := range e.Addresses {
		held := ""
		if a.HeldBy != e.Item.ID {
			held = cmp.Or(a.HeldBy, t.l.Text("explain.held.none"))
		}
		rows = append(rows, []string{a.Alias, held})
	}
	return t.rows("explain.addresses", []string{"explain.address", "explain.held"}, rows)
}

// counting tells which figures of its day count the item.
func (t teller) counting(e explainedItem) error {
	if len(e.Figures) == 0 {
		_, err := fmt.Fprintf(t.out, "\n%s\n", t.l.Text("explain.counted.none"))
		return err
	}
	var rows [][]string
	for _, id := range e.Figures {
		rows = append(rows, []string{id})
	}
	return t.rows("explain.counted", []string{"head.figure"}, rows)
}
