package mastodon

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// callsInFive is how often an instance lets itself be asked in five minutes from one address or with one token.
const callsInFive = 300

// longestWait is the furthest that the end of a ban is believed to be away.
const longestWait = 24 * time.Hour

// base is where the account's home is: other servers know only a part of what its posts came to.
func (s *source) base() string {
	if s.deps.BaseURL != "" {
		return s.deps.BaseURL
	}
	_, instance := s.config.parts()
	return "https://" + instance
}

// platform is the instance as the source asks it. Without a token there is no line about one in the head of a question: an empty
// one is refused.
func (s *source) platform(now time.Time) *api.Platform {
	clock := api.Clock(now)
	p := &api.Platform{HTTP: s.deps.HTTP, Base: s.base(), Refusal: s.refusal,
		Allowance: &api.Allowance{Calls: callsInFive, Per: 5 * time.Minute, State: s.deps.State, Now: clock, Told: func(header func(string) string) (int, time.Time, bool) {
			return left(header, clock())
		}}}
	if token := strings.TrimSpace(s.config.Token.Reveal()); token != "" {
		p.Header = map[string][]string{"Authorization": {"Bearer " + token}}
	}
	return p
}

// left reads how many calls are left, and until when none more: a date with a time to the microsecond, unlike elsewhere.
func left(header func(string) string, now time.Time) (int, time.Time, bool) {
	n, err := strconv.Atoi(header("X-RateLimit-Remaining"))
	until, wrong := time.Parse(time.RFC3339Nano, header("X-RateLimit-Reset"))
	if err != nil || wrong != nil {
		return 0, time.Time{}, false
	}
	return n, until, !until.After(now.Add(longestWait))
}

// refusal reads an instance's words for a failure: an error in JSON. A page in its place is of a proxy or a firewall before it,
// which knows of no credential.
func (s *source) refusal(status int, body []byte) error {
	if status < 400 || status >= 500 || status == 429 {
		return nil
	}
	var said struct {
		Error string `json:"error"`
	}
	if api.Decode(body, &said) != nil || said.Error == "" {
		return s.noAnswer(status, body)
	}
	switch {
	case status == 401 && !s.config.Token.IsZero():
		return fmt.Errorf("the token is not taken; look whether it was copied whole and is still there (on the instance: Preferences, Development), or make a new one: %w", collector.ErrAuth)
	case status == 401, status == 422 && strings.Contains(said.Error, "authenticated user"):
		return fmt.Errorf("the instance shows itself only to those who are logged in (it limits whom it federates with); give a token (Preferences, Development, New application, with read:accounts and read:statuses alone): %w", collector.ErrAuth)
	case status == 403:
		return fmt.Errorf("the token may not do that; it needs read:accounts and read:statuses, and an account that is not locked out: %w", collector.ErrAuth)
	case status == 404 && !strings.EqualFold(said.Error, "Record not found"): // it has no such question, or is none
		return s.noAnswer(status, body)
	case status == 404, status == 410:
		return fmt.Errorf("the instance has no such account, or no longer; it stands under the name on its page, with the instance after the second @: %w", collector.ErrGone)
	}
	return nil
}

// noAnswer says what it means that something else answers in the place of an instance.
func (s *source) noAnswer(status int, body []byte) error {
	page := strings.HasPrefix(strings.TrimSpace(string(body[:min(len(body), 200)])), "<")
	switch {
	case status == 404:
		return fmt.Errorf("there is no Mastodon at %s; where the accounts of an instance are called otherwise than its server, give the server's address as base_url", s.base())
	case page:
		return &api.BadAnswerError{Text: "a page came in place of JSON, as of a firewall before the instance; ask those who run it to let this program through"}
	}
	return nil
}
