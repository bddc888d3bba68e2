package twitter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// usual is where X answers.
const usual = "https://api.x.com"

// What is remembered of the account: its number, which a new name does not change, the name that it was found by, and what posts
// need to know of it.
const (
	stateID      = "account_id"
	stateFor     = "account_for"
	stateName    = "account_name"
	stateCreated = "account_created"
	statePosts   = "account_posts"
)

// account is an account as X tells it.
type account struct {
	id, name  string
	followers api.Number
	posts     api.Number // that there are, replies and reposts among them
	created   observation.Date
}

// user is an account as the API writes it. The number of its posts has two names, of which one comes.
type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Created  string `json:"created_at"`
	Metrics  struct {
		Followers api.Number `json:"followers_count"`
		Tweets    api.Number `json:"tweet_count"`
		Posts     api.Number `json:"post_count"`
	} `json:"public_metrics"`
}

// found is an answer about an account.
type found struct {
	Data user `json:"data"`
}

// platform is X as the source asks it.
func (s *source) platform(now time.Time) (*api.Platform, error) {
	base := s.deps.BaseURL
	if base == "" {
		base = usual
	}
	p := &api.Platform{HTTP: s.deps.HTTP, Base: base, Refusal: refusal,
		Allowance: &api.Allowance{Calls: 250, Per: 15 * time.Minute, State: s.deps.State, Now: api.Clock(now), Told: resetOf}}
	return p, p.Bearer(s.config.Token, s.deps.Credential)
}

// remembered returns something that is remembered of the account, "" where it is of another.
func (s *source) remembered(key string) string {
	if s.deps.State == nil {
		return ""
	}
	if found, _ := s.deps.State.Get(stateFor); found != s.config.whose() {
		return ""
	}
	value, _ := s.deps.State.Get(key)
	return value
}

// path is where the account is asked for: by its number as soon as that is known, because names change.
func (s *source) path() string {
	if id := s.config.ID; id != "" {
		return "/2/users/" + id
	}
	if id := s.remembered(stateID); id != "" {
		return "/2/users/" + id
	}
	return "/2/users/by/username/" + s.config.Username
}

// ask asks for the account, which costs a read.
func (s *source) ask(ctx context.Context, p *api.Platform, r *reads) (account, error) {
	cost := 1
	if r.knows(s.remembered(stateID)) {
		cost = 0
	}
	if err := r.reserve(cost); err != nil {
		return account{}, err
	}
	var answer found
	_, err := p.Ask(ctx, api.Request{Path: s.path(), Query: url.Values{"user.fields": {"created_at,public_metrics"}}, Part: partAccount}, &answer)
	if unasked(err) {
		r.settle(cost)
	}
	if err != nil {
		return account{}, err
	}
	r.settle(cost, answer.Data.ID)
	return answer.Data.account(cmp.Or(s.config.ID, s.remembered(stateID)))
}

// account takes an answer for the account that was asked for; id is "" where it is asked for by its name.
func (u user) account(id string) (account, error) {
	switch {
	case !idForm.MatchString(u.ID):
		return account{}, api.Missing("data.id")
	case id != "" && u.ID != id:
		return account{}, api.ErrOther
	}
	a := account{id: u.ID, name: u.Username, followers: u.Metrics.Followers, posts: either(u.Metrics.Tweets, u.Metrics.Posts)}
	if !nameForm.MatchString(a.name) {
		return account{}, api.Missing("data.username")
	}
	if at, err := time.Parse(time.RFC3339, u.Created); err == nil {
		a.created = observation.DateOf(at) // the day before it in no zone that X is read from
	}
	return a, nil
}

// either returns the number that is known of one with two names.
func either(a, b api.Number) api.Number {
	if a.Known {
		return a
	}
	return b
}

// followers tells how many follow the account now. A visit to days of the past asks for it only when nothing is known of it yet.
func (v *visit) followers(ctx context.Context) error {
	if v.recall(); v.account.id != "" && !v.tell.Now() {
		return nil
	}
	a, err := v.ask(ctx, v.platform, v.reads)
	if err != nil {
		return err
	}
	v.account = a
	v.remember()
	n, err := a.followers.Need("followers_count")
	if err != nil {
		return err
	}
	return v.tell.Level(partAccount, "followers", n)
}

// recall takes in what is remembered of the account.
func (v *visit) recall() {
	v.account = account{id: v.remembered(stateID), name: v.remembered(stateName)}
	v.account.created, _ = observation.ParseDate(v.remembered(stateCreated))
	if text := v.remembered(statePosts); text != "" {
		_ = v.account.posts.UnmarshalJSON([]byte(text)) // what cannot be read is not known
	}
}

// remember keeps what the next visits need.
func (v *visit) remember() {
	if v.deps.State == nil {
		return
	}
	a := v.account
	keep := map[string]string{stateFor: v.config.whose(), stateID: a.id, stateName: a.name, stateCreated: "", statePosts: ""}
	if a.created != 0 {
		keep[stateCreated] = a.created.String()
	}
	if a.posts.Known {
		keep[statePosts] = fmt.Sprintf("%.0f", a.posts.Value)
	}
	for key, value := range keep {
		v.deps.State.Set(key, value)
	}
	if said := v.config.renamed(a); said != "" && v.deps.Log != nil {
		v.deps.Log.Warn("account was renamed", "source", v.config.whose(), "now", a.name)
	}
}

// renamed says that the account goes by another name than the settings have.
func (c *Config) renamed(a account) string {
	if c.Username == "" || strings.EqualFold(c.Username, a.name) {
		return ""
	}
	return fmt.Sprintf("; the account is called @%s now, and is read on by its number: change username", a.name)
}

// unasked tells whether a question surely cost nothing: it never left, or X answered that it gives nothing. Half an answer, or one
// that is none, may have cost all that was asked for.
func unasked(err error) bool {
	var failed *fetch.Error
	var bad *api.BadAnswerError
	switch {
	case err == nil, errors.As(err, &bad):
		return false
	case errors.As(err, &failed):
		return failed.Tries == 0 || failed.Status >= 400
	}
	return true
}

// Check asks for the account, and says what the month still has.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	if s.config.handed() {
		return "nothing to try: files are handed over with `seuranta import`", nil
	}
	if s.config.API == legacy {
		return s.checkLegacy(ctx, now)
	}
	p, err := s.platform(now)
	if err != nil {
		return "", fmt.Errorf("twitter: check %s: %w", s.config.whose(), err)
	}
	r := s.budget(now)
	a, err := s.ask(ctx, p, r)
	if err != nil {
		return "", fmt.Errorf("twitter: check %s: %w", s.config.whose(), err)
	}
	n, err := a.followers.Need("followers_count")
	if err != nil {
		return "", fmt.Errorf("twitter: check %s: %w", s.config.whose(), err)
	}
	return fmt.Sprintf("account @%s (%s) has %.0f followers; posts are put into days of %s; %s, %d are left%s%s", a.name, a.id, n, now.Location(), r.used(), r.left(), s.config.renamed(a), s.dies()), nil
}

// dies says until when a credential that was connected is good.
func (s *source) dies() string {
	if s.deps.Credential == nil || !s.config.Token.IsZero() {
		return "; a pasted token of a user ends after two hours, one of an app does not"
	}
	if at := s.deps.Credential.Expires(); !at.IsZero() {
		return "; connect anew by " + at.UTC().Format(time.DateOnly)
	}
	return ""
}

var _ collector.Connectable = (*Config)(nil)
