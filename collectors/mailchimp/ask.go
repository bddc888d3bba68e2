package mailchimp

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// pageSize is how many entries are asked for at once, the most that Mailchimp gives: without it there are ten.
const pageSize = 1000

// rest is how long Mailchimp is left alone when it is too busy to say so in its own words.
const rest = 15 * time.Minute

// platform is Mailchimp as the source asks it.
func (s *source) platform(now time.Time) *api.Platform {
	base := s.deps.BaseURL
	if base == "" {
		base = "https://" + s.config.centre() + ".api.mailchimp.com"
	}
	return &api.Platform{HTTP: s.deps.HTTP, Base: base + "/3.0", Header: map[string][]string{"Authorization": {"Bearer " + strings.TrimSpace(s.config.Token.Reveal())}},
		Refusal: func(status int, body []byte) error { return s.refusal(status, body, now) }}
}

// ask puts a question. Without a data centre nobody knows where to.
func (s *source) ask(ctx context.Context, p *api.Platform, r api.Request, into any) error {
	if s.deps.BaseURL == "" && s.config.centre() == "" {
		return fmt.Errorf("the key does not end in its data centre, as -us21, so nobody knows where the account is; copy the whole key from Mailchimp: %w", collector.ErrAuth)
	}
	_, err := p.Ask(ctx, r, into)
	return err
}

// refusal reads Mailchimp's words for a failure: a problem in JSON. When it is too busy, what comes is a page or a text, also with
// 403, which then has nothing to do with the key.
func (s *source) refusal(status int, body []byte, now time.Time) error {
	if status < 400 {
		return nil
	}
	var problem struct {
		Title string `json:"title"`
	}
	own := api.Decode(body, &problem) == nil && problem.Title != ""
	switch {
	case status == 403 && !own:
		return fmt.Errorf("the answer is a 403 without Mailchimp's own words, as when it has too much to do: %w", &collector.WaitError{Until: now.Add(rest)})
	case status == 401:
		return fmt.Errorf("the key is not taken; look whether it was copied whole and is still there (Profile, Extras, API keys), or make a new one: %w", collector.ErrAuth)
	case status == 403:
		return fmt.Errorf("this key may not do that (%s): %w", short(problem.Title), collector.ErrAuth)
	case status == 404 && own:
		return fmt.Errorf("there is no list %s in the account of this key; its id stands under Audience, Settings, Audience name and defaults", s.config.List)
	case own:
		return fmt.Errorf("it says: %s", short(problem.Title))
	}
	return nil
}

// short cuts what a platform says of itself to a length that can be shown.
func short(text string) string {
	if r := []rune(text); len(r) > 80 {
		text = string(r[:80]) + "…"
	}
	return text
}

// paged returns the parameters of a page that begins after so many entries, with only those fields in the answer.
func paged(so int, fields ...string) url.Values {
	return url.Values{"count": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(so)}, "fields": {strings.Join(append(fields, "total_items"), ",")}}
}

// total is what every list of Mailchimp says of itself.
type total struct {
	Items api.Number `json:"total_items"`
}

// of returns how many entries came and how many there are. A list that is not there at all is no empty one.
func (t total) of(name string, came int, there bool) (int, int, error) {
	if !there {
		return 0, 0, api.Missing(name)
	}
	all, err := t.Items.Need("total_items")
	return came, int(all), err
}
