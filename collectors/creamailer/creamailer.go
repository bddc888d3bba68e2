// Package creamailer reads how many active subscribers a list of Creamailer has. README.md tells the rules.
//
// Creamailer has no question for the count alone: it lists people. The smallest page is asked for first, because its pager may
// tell how many there are; of the people nothing is read, they are counted as they come and dropped.
package creamailer

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

const (
	metric     = "subscribers"
	part       = "list"
	usualPlace = "https://api.cmfile.net"
	// callsAnHour is how often Creamailer lets itself be asked with one key.
	callsAnHour = 100
	largestPage = 1000
)

// Kind describes lists of Creamailer as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name:        "creamailer",
		New:         func() collector.Config { return &Config{} },
		Metrics:     []string{metric},
		Grains:      []observation.Grain{observation.Snapshot},
		Channels:    []string{"newsletter", "mailing_list", "other"},
		Fetches:     true,
		BaseURL:     true,
		Definitions: collector.MustDefinitions(definitions),
		Sample:      sample,
	}
}

// source is one configured list.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// Collect tells how many active subscribers the list has now. Of the past Creamailer knows nothing.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	teller := api.NewTeller(out, w, nil)
	if !teller.Now() {
		return nil
	}
	n, err := s.visit(w.Now).count(ctx)
	if err == nil {
		err = teller.Level(part, metric, n)
	}
	if err != nil {
		return fmt.Errorf("creamailer: read subscribers of list %s: %w", s.config.List, err)
	}
	return nil
}

// Check asks for the smallest page of the list, and says what its pager tells and how many calls are left.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	v := s.visit(now)
	p, err := v.ask(ctx, 1, 1)
	if err != nil {
		return "", fmt.Errorf("creamailer: check list %s: %w", s.config.List, err)
	}
	size := "its size is counted page by page"
	if n := p.total(); n.Known {
		size = fmt.Sprintf("%.0f active subscribers", n.Value)
	}
	return fmt.Sprintf("list %s: %s; %d of %d calls are left this hour; the key may read lists, and holds until it is taken back", s.config.List, size, v.platform.Allowance.Left(), callsAnHour), nil
}

// visit is one visit to the list.
type visit struct {
	*source
	platform *api.Platform
	clock    func() time.Time
}

func (s *source) visit(now time.Time) *visit {
	base := s.deps.BaseURL
	if base == "" {
		base = usualPlace
	}
	clock := api.Clock(now)
	allowance := &api.Allowance{Calls: callsAnHour, Per: time.Hour, State: s.deps.State, Now: clock}
	return &visit{source: s, clock: clock, platform: &api.Platform{HTTP: s.deps.HTTP, Base: base, Allowance: allowance}}
}

// count returns how many active subscribers there are: what the pager tells, or else how many all pages list.
func (v *visit) count(ctx context.Context) (float64, error) {
	p, err := v.ask(ctx, 1, 1)
	if err != nil {
		return 0, err
	}
	if n := p.total(); n.Known {
		return p.checked(n)
	}
	sum := 0
	err = api.Through(func(so, page int) (came, all int, err error) {
		p, err := v.ask(ctx, page, largestPage)
		if err != nil {
			return 0, 0, err
		}
		sum += len(*p.Data)
		if p.last(page) {
			return len(*p.Data), sum, nil
		}
		return len(*p.Data), sum + 1, nil
	})
	return float64(sum), err
}

// ask asks for one page of the active subscribers. What is signed is the address as it is sent.
func (v *visit) ask(ctx context.Context, number, size int) (page, error) {
	query := url.Values{"page": {strconv.Itoa(number)}, "pagesize": {strconv.Itoa(size)}, "status": {"active"}}
	path := "/v2/api/lists/" + v.config.List + "/subscribers?" + query.Encode()
	at := strconv.FormatInt(v.clock().Unix(), 10)
	header := map[string][]string{"X-Access-Token": {v.config.Token.Reveal()}, "X-Request-Timestamp": {at},
		"X-Request-Signature": {sign(v.config.Secret.Reveal(), v.platform.Base+path, "", at)}}
	var p page
	if _, err := v.platform.Ask(ctx, api.Request{Path: path, Header: header, Part: part}, &p); err != nil {
		return p, explained(err)
	}
	if p.Data == nil {
		return p, api.Missing("data")
	}
	return p, nil
}

// explained says what to do about an error where Creamailer's answer leaves one cause.
func explained(err error) error {
	var failed *fetch.Error
	if !errors.As(err, &failed) {
		return err
	}
	switch failed.Class {
	case fetch.NotFound:
		return fmt.Errorf("there is no such list in this account; write the number that stands in the address of the list in Creamailer: %w", err)
	case fetch.Unauthorized:
		return fmt.Errorf("the token and the secret are not taken, or the clock of this machine is off by more than five minutes: %w", err)
	}
	return err
}
