package mailerlite

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"seuranta/internal/collector/api"
)

// audience is the source's group or account.
type audience struct {
	name   string
	active float64   // subscribers
	since  time.Time // when it was made; zero where MailerLite does not say it
}

// audience returns whom the source's letters go to.
func (s *source) audience(ctx context.Context) (audience, error) {
	if s.config.Group != "" {
		return s.group(ctx)
	}
	var count struct {
		Total api.Number `json:"total"`
	}
	query := url.Values{"limit": {"0"}, "filter[status]": {"active"}} // 0: nobody, only how many there are
	if _, err := s.platform().Ask(ctx, api.Request{Path: "/subscribers", Query: query, Part: partList}, &count); err != nil {
		return audience{}, err
	}
	n, err := count.Total.Need("total")
	return audience{name: "the account", active: n}, err
}

type group struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Active  api.Number `json:"active_count"`
	Created string     `json:"created_at"`
}

// group looks for the source's group among all: MailerLite cannot be asked for one.
func (s *source) group(ctx context.Context) (audience, error) {
	found := group{}
	err := all(ctx, s, "/groups", partList, url.Values{}, func(g group) (bool, error) {
		if g.ID == s.config.Group {
			found = g
		}
		return found.ID == "", nil
	})
	if err != nil {
		return audience{}, err
	}
	if found.ID == "" {
		return audience{}, fmt.Errorf("there is no such group in the account of this token; the id stands in the address of the group's page in MailerLite")
	}
	n, err := found.Active.Need("active_count")
	if err != nil {
		return audience{}, err
	}
	since, err := moment(found.Created)
	if err != nil {
		return audience{}, api.Missing("created_at")
	}
	return audience{fmt.Sprintf("group %q", found.Name), n, since}, nil
}
