package bluesky

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// callsInFive is how often Bluesky lets itself be asked in five minutes from one address.
const callsInFive = 3000

// longestWait is the furthest that the end of a ban is believed to be away.
const longestWait = 24 * time.Hour

// platform is Bluesky as the source asks it: its public view, which takes no credential.
func (s *source) platform(now time.Time) *api.Platform {
	clock := api.Clock(now)
	return &api.Platform{HTTP: s.deps.HTTP, Base: cmp.Or(s.deps.BaseURL, "https://public.api.bsky.app") + "/xrpc", Refusal: refusal,
		Allowance: &api.Allowance{Calls: callsInFive, Per: 5 * time.Minute, State: s.deps.State, Now: clock, Told: func(header func(string) string) (int, time.Time, bool) {
			return left(header, clock())
		}}}
}

// left reads how many calls are left, and until when none more: seconds since 1970.
func left(header func(string) string, now time.Time) (int, time.Time, bool) {
	n, err := strconv.Atoi(header("RateLimit-Remaining"))
	seconds, wrong := strconv.ParseInt(header("RateLimit-Reset"), 10, 64)
	if err != nil || wrong != nil {
		return 0, time.Time{}, false
	}
	until := time.Unix(seconds, 0)
	return n, until, !until.After(now.Add(longestWait))
}

// refusal reads Bluesky's words for a failure: a name and a message, nearly all of them under the status 400.
func refusal(status int, body []byte) error {
	var said struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	if status < 400 || api.Decode(body, &said) != nil || said.Error == "" {
		return nil
	}
	switch {
	case said.Error == "AccountTakedown":
		return fmt.Errorf("the account was suspended by Bluesky: %w", collector.ErrGone)
	case said.Error == "AccountDeactivated":
		return fmt.Errorf("its owner has deactivated the account: %w", collector.ErrGone)
	case strings.HasPrefix(said.Message, "Profile not found"):
		return fmt.Errorf("there is no such account on Bluesky; was it deleted, or is the handle another one now? It stands on the account's page, after the @: %w", collector.ErrGone)
	case status == 401, status == 403, strings.HasPrefix(said.Error, "Auth"):
		return fmt.Errorf("somebody has to log in there (%s), which this kind of source never does; does base_url name another server than https://public.api.bsky.app? %w", named(said.Error), collector.ErrAuth)
	}
	return fmt.Errorf("it says: %s", named(said.Error))
}

// errorNames are what the network is known to call errors: those of its protocol, and of the two questions that are put.
var errorNames = strings.Fields(`AccountDeactivated AccountNotFound AccountSuspended AccountTakedown AuthMissing AuthenticationRequired BadRequest BlockedActor BlockedByActor
	ExpiredToken Forbidden HandleNotFound InternalServerError InvalidRequest InvalidResponse InvalidToken MethodNotImplemented NotAcceptable NotEnoughResources NotFound
	PayloadTooLarge RateLimitExceeded Unknown UnsupportedMediaType UpstreamFailure UpstreamTimeout XRPCNotSupported`)

// named returns the name of an error. What is no known name may be anything, also somebody's.
func named(name string) string {
	if !slices.Contains(errorNames, name) {
		return "another code"
	}
	return name
}

// short cuts what a platform says of itself to a length that can be shown. Messages are not: they may name people.
func short(text string) string {
	if r := []rune(text); len(r) > 80 {
		text = string(r[:80]) + "…"
	}
	return text
}
