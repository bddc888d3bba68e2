package graph

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"strconv"
	"time"

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
	Data   *api.List[T] `json:"data"`
	Paging struct {
		Cursors struct {
			After string `json:"after"`
		} `json:"cursors"`
		Next present `json:"next"`
	} `json:"paging"`
}

// errNowhere is a list that says that it goes on, and not where: one that is turned by time and not by a cursor.
var errNowhere = &api.BadAnswerError{Text: "the list says that it goes on, and not where"}

// errNoTime is one that does not move on by time either.
var errNoTime = &api.BadAnswerError{Text: "the list goes on without a cursor, and what it goes on with is of no earlier time"}

// List asks for a list page by page and hands over what is on it, until take says that it has enough.
func List[T any](ctx context.Context, g *Graph, a Ask, take func(T) (more bool, err error)) error {
	pages := 0
	return list(ctx, g, a, &pages, take)
}

// ListByTime is List for what stands newest first. Where there is no cursor it is turned by time: from the oldest that came on. What
// is of that second comes twice.
func ListByTime[T any](ctx context.Context, g *Graph, a Ask, when func(T) time.Time, take func(T) (more bool, err error)) error {
	pages, until := 0, int64(math.MaxInt64)
	query := maps.Clone(a.Query)
	for {
		oldest := time.Time{}
		err := list(ctx, g, Ask{Path: a.Path, Query: query, Part: a.Part}, &pages, func(one T) (bool, error) {
			if at := when(one); !at.IsZero() && (oldest.IsZero() || at.Before(oldest)) {
				oldest = at
			}
			return take(one)
		})
		end := oldest.Unix() + 1 // others may be of the same second
		switch {
		case !errors.Is(err, errNowhere) || oldest.IsZero():
			return err
		case end >= until:
			return fmt.Errorf("%s: %w", a.Path, errNoTime)
		}
		until = end
		query.Set("until", strconv.FormatInt(until, 10))
	}
}

// list asks for a list by its cursors, and counts its pages.
func list[T any](ctx context.Context, g *Graph, a Ask, pages *int, take func(T) (more bool, err error)) error {
	query, after := url.Values{}, ""
	for maps.Copy(query, a.Query); *pages < mostPages; *pages++ {
		if after != "" {
			query.Set("after", after)
		}
		p, err := turn[T](ctx, g, Ask{Path: a.Path, Query: query, Part: a.Part})
		if err != nil {
			return err
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
			*pages++
			return fmt.Errorf("%s: %w", a.Path, errNowhere)
		default:
			after = next
		}
	}
	return fmt.Errorf("%s: %w", a.Path, &api.BadAnswerError{Text: fmt.Sprintf("the list has more than %d pages", mostPages)})
}

// leastLimit is the shortest page that is asked for where Meta finds longer ones too much.
const leastLimit = 5

// turn asks for one page. Where that is too much for Meta at once, this page and those after it are half as long.
func turn[T any](ctx context.Context, g *Graph, a Ask) (page[T], error) {
	for {
		var p page[T]
		err := g.Get(ctx, a, &p)
		limit, _ := strconv.Atoi(a.Query.Get("limit"))
		switch {
		case means(err, tooMuch) && limit/2 >= leastLimit:
			a.Query.Set("limit", strconv.Itoa(limit/2))
		case err == nil && p.Data == nil:
			return p, fmt.Errorf("%s: %w", a.Path, api.Missing("data"))
		default:
			return p, err
		}
	}
}
