package brevo

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// callsAnHour is how often Brevo lets itself be asked for letters; for lists it is far more.
const callsAnHour = 100

// platform is Brevo as the source asks it.
func (s *source) platform(a *api.Allowance) *api.Platform {
	return &api.Platform{HTTP: s.deps.HTTP, Base: cmp.Or(s.deps.BaseURL, "https://api.brevo.com") + "/v3", Allowance: a, Refusal: s.refusal,
		Header: map[string][]string{"api-key": {strings.TrimSpace(s.config.Token.Reveal())}}}
}

// allowance is how often letters may be asked for. Brevo says in each answer how many calls are left, because others may use the
// account, too, and in how many seconds they are all there again.
func (s *source) allowance(now time.Time) *api.Allowance {
	clock := api.Clock(now)
	return &api.Allowance{Calls: callsAnHour, Per: time.Hour, State: s.deps.State, Now: clock, Told: func(header func(string) string) (int, time.Time, bool) {
		left, err := strconv.Atoi(header("x-sib-ratelimit-remaining"))
		seconds, wrong := strconv.Atoi(header("x-sib-ratelimit-reset"))
		if err != nil || wrong != nil || seconds < 0 || seconds > 2*3600 {
			return 0, time.Time{}, false
		}
		return left, clock().Add(time.Duration(seconds) * time.Second), true
	}}
}

// addressForm finds the address of this machine in Brevo's words.
var addressForm = regexp.MustCompile(`(?i)IP address ([0-9a-f.:]{3,45}[0-9a-f])`)

// refusal reads Brevo's words for a failure: a code and a message.
func (s *source) refusal(status int, body []byte) error {
	var said struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	if status < 400 || api.Decode(body, &said) != nil || said.Code == "" && said.Message == "" {
		return nil
	}
	switch {
	case status == 401 && strings.Contains(strings.ToLower(said.Message), "ip address"):
		return fmt.Errorf("the key is used from an address that Brevo does not know%s; add it in Brevo under Security, Authorised IPs, or switch the check off there: %w", address(said.Message), collector.ErrAuth)
	case status == 401:
		return fmt.Errorf("the key is not taken; look whether it was copied whole and is an API key (v3, xkeysib-…), or make a new one under Settings, SMTP & API: %w", collector.ErrAuth)
	case status == 403:
		return fmt.Errorf("this key may not do that (%s): %w", short(said.Code), collector.ErrAuth)
	case status == 404:
		return fmt.Errorf("there is no list %d in the account of this key (%s); Brevo shows the numbers of lists under Contacts, Lists", s.config.List, short(said.Code))
	}
	return fmt.Errorf("it says: %s", short(cmp.Or(said.Code, said.Message)))
}

// address returns the address that a message names, in brackets.
func address(message string) string {
	if m := addressForm.FindStringSubmatch(message); m != nil {
		return " (" + m[1] + ")"
	}
	return ""
}

// short cuts what a platform says of itself to a length that can be shown.
func short(text string) string {
	if r := []rune(text); len(r) > 80 {
		text = string(r[:80]) + "…"
	}
	return text
}
