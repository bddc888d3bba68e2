package graph

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// Page is a Facebook Page.
type Page struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Username  string     `json:"username"`
	Followers api.Number `json:"followers_count"`
	Fans      api.Number `json:"fan_count"` // who like it
	Token     pageToken  `json:"access_token"`
}

// pageToken is the token of a Page, which goes nowhere but into the head of questions.
type pageToken struct{ secret collector.Secret }

// UnmarshalText takes the token in.
func (t *pageToken) UnmarshalText(text []byte) error {
	t.secret = collector.NewSecret(string(text))
	return nil
}

// addressable is a Page as an address names it: its id, or the name that its own address ends with.
var addressable = regexp.MustCompile(`^[0-9A-Za-z.]+$`)

// numbered is a Page by its id.
var numbered = regexp.MustCompile(`^[0-9]+$`)

// pageFields is what is asked of a Page.
const pageFields = "id,name,username,followers_count,fan_count,access_token"

// AsPage returns the Graph API as a Page asks it: the token of a person, or of the system, is changed for that of the Page, which
// nobody keeps. A token that is the Page's own stays. page is its id, its username or its name.
func (g *Graph) AsPage(ctx context.Context, page, part string) (*Graph, Page, error) {
	p, err := g.page(ctx, page, part)
	if err != nil {
		return nil, Page{}, Needed(err)
	}
	switch {
	case p.ID == "":
		return nil, Page{}, api.Missing("id")
	case numbered.MatchString(page) && p.ID != page:
		return nil, Page{}, api.ErrOther
	}
	own := *g
	if !p.Token.secret.IsZero() {
		g.platform.HTTP.Hide(p.Token.secret.Reveal())
		own.token, own.credential = p.Token.secret, nil
	}
	p.Token = pageToken{}
	return &own, p, nil
}

// page asks for a Page by its address or, by its name, among those of the person.
func (g *Graph) page(ctx context.Context, page, part string) (Page, error) {
	fields := url.Values{"fields": {pageFields}}
	if addressable.MatchString(page) {
		var p Page
		return p, g.Get(ctx, Ask{Path: "/" + page, Query: fields, Part: part}, &p)
	}
	var found []Page
	err := List(ctx, g, Ask{Path: "/me/accounts", Query: fields, Part: part}, func(p Page) (bool, error) {
		if strings.EqualFold(strings.TrimSpace(p.Name), strings.TrimSpace(page)) {
			found = append(found, p)
		}
		return true, nil
	})
	switch {
	case err != nil:
		return Page{}, err
	case len(found) == 0:
		return Page{}, fmt.Errorf("the person who connected has no page called %q: write its id, or have somebody connect who has a role on it: %w", page, collector.ErrGone)
	case len(found) > 1:
		return Page{}, errors.New("several pages are called so: write the id of the one that is meant")
	}
	return found[0], nil
}
