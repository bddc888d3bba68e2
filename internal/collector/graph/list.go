package graph

import (
	"context"
	"fmt"
	"maps"
	"net/url"

	"seuranta/internal/collector/api"
)

// mostPages is how many pages a list may have.
const mostPages = 500

// present is something that is looked at only for being there: an address of the next page holds the token.
type present bool

// UnmarshalJSON takes in that something is there, and nothing of it.
func (p *present) UnmarshalJSON(b []byte) error {
	*p = string(b) != "null" && string(b) != `""`
	return nil
}

// page is one page of a list.
type page[T any] struct {
	Data   *[]T `json:"data"`
	Paging struct {
		Cursors struct {
			After string `json:"after"`
		} `json:"cursors"`
		Next present `json:"next"`
	} `json:"paging"`
}

// List asks for a list page by page and hands over what is on it, until take says that it has enough.
func List[T any](ctx context.Context, g *Graph, a Ask, take func(T) (more bool, err error)) error {
	query, after := url.Values{}, ""
	maps.Copy(query, a.Query)
	for range mostPages {
		if after != "" {
			query.Set("after", after)
		}
		var p page[T]
		if err := g.Get(ctx, Ask{Path: a.Path, Query: query, Part: a.Part}, &p); err != nil {
			return err
		}
		if p.Data == nil {
			return fmt.Errorf("%s: %w", a.Path, api.Missing("data"))
		}
		for _, one := range *p.Data {
			if more, err := take(one); err != nil || !more {
				return err
			}
		}
		switch next := p.Paging.Cursors.After; {
		case !bool(p.Paging.Next):
			return nil
		case next == "" || next == after:
			return fmt.Errorf("%s: %w", a.Path, &api.BadAnswerError{Text: "the list says that it goes on, and not where"})
		default:
			after = next
		}
	}
	return fmt.Errorf("%s: %w", a.Path, &api.BadAnswerError{Text: fmt.Sprintf("the list has more than %d pages", mostPages)})
}
