package mailerlite

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

const (
	// pageSize is how many groups or letters are asked for at once; without it there are 25.
	pageSize = 100
	// version is the day whose behaviour of the API is asked for: later changes of it are not met unprepared.
	version = "2026-11-01"
)

// platform is MailerLite as the source asks it.
func (s *source) platform() *api.Platform {
	return &api.Platform{HTTP: s.deps.HTTP, Base: cmp.Or(s.deps.BaseURL, "https://connect.mailerlite.com") + "/api", Refusal: s.refusal, Header: map[string][]string{
		"Authorization": {"Bearer " + strings.TrimSpace(s.config.Token.Reveal())}, "Content-Type": {"application/json"}, "X-Version": {version}}}
}

// refusal reads MailerLite's words for a failure: a message.
func (s *source) refusal(status int, body []byte) error {
	var said struct {
		Message string `json:"message"`
	}
	if status < 400 || api.Decode(body, &said) != nil || said.Message == "" {
		return nil
	}
	switch status {
	case 401:
		return fmt.Errorf("the token is not taken; look whether it was copied whole, whether the user who made it is still there, and whether it is one of the new MailerLite and not of MailerLite Classic: %w", collector.ErrAuth)
	case 403:
		return fmt.Errorf("this token may not do that (%s): %w", short(said.Message), collector.ErrAuth)
	case 404:
		return fmt.Errorf("there is nothing at this address; is base_url right?")
	}
	return fmt.Errorf("it says: %s", short(said.Message))
}

// short cuts what a platform says of itself to a length that can be shown.
func short(text string) string {
	if r := []rune(text); len(r) > 80 {
		text = string(r[:80]) + "…"
	}
	return text
}

// list is a page of a list.
type list[T any] struct {
	Data *[]T `json:"data"`
	Meta struct {
		Total api.Number `json:"total"`
	} `json:"meta"`
}

// all asks for page after page of a list and hands each entry on, as long as that wants more.
func all[T any](ctx context.Context, s *source, path, part string, query url.Values, take func(T) (more bool, err error)) error {
	return api.Through(func(so, page int) (int, int, error) {
		var p list[T]
		query.Set("limit", strconv.Itoa(pageSize))
		query.Set("page", strconv.Itoa(page))
		if _, err := s.platform().Ask(ctx, api.Request{Path: path, Query: query, Part: part}, &p); err != nil {
			return 0, 0, err
		}
		if p.Data == nil {
			return 0, 0, api.Missing("data")
		}
		for _, entry := range *p.Data {
			if more, err := take(entry); err != nil || !more {
				return len(*p.Data), 0, err
			}
		}
		total, err := p.Meta.Total.Need("total")
		return len(*p.Data), int(total), err
	})
}
