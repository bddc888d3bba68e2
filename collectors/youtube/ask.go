package youtube

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
)

// desk is YouTube as a source asks it at one visit.
type desk struct {
	*source
	platform *api.Platform
	units    *units
}

// desk shows the key in a line of the head, never in an address; without one what somebody connected.
func (s *source) desk(now time.Time) (*desk, error) {
	d := &desk{source: s, units: &units{s.deps.State, api.Clock(now), s.config.Units}}
	d.platform = &api.Platform{HTTP: s.deps.HTTP, Base: cmp.Or(s.deps.BaseURL, "https://youtube.googleapis.com") + "/youtube/v3", Refusal: d.refusal}
	if key := strings.TrimSpace(s.config.Key.Reveal()); key != "" {
		d.platform.Header = map[string][]string{"X-Goog-Api-Key": {key}}
		return d, nil
	}
	return d, d.platform.Bearer(collector.Secret{}, s.deps.Credential)
}

// ask puts a question, which costs a unit each time that it is put. What answers has to be of the kind that was asked for.
func (d *desk) ask(ctx context.Context, r api.Request, kind string, into interface{ kind() string }) error {
	if err := d.units.take(); err != nil {
		return err
	}
	a, err := d.platform.Ask(ctx, r, into)
	var failed *fetch.Error
	switch {
	case errors.As(err, &failed):
		d.units.note(failed.Tries - 1)
		return err
	case err != nil:
		return err
	case into.kind() != kind:
		return api.Missing("kind")
	}
	d.units.note(a.Tries - 1)
	return nil
}

// answer is what every answer says of itself.
type answer struct {
	Kind string `json:"kind"`
}

func (a answer) kind() string { return a.Kind }

// errNoPlaylist says that a channel has no list of its videos: it has none yet.
var errNoPlaylist = errors.New("there is no such list of videos")

// shortRest is how long YouTube is left alone when it was asked too fast.
const shortRest = 5 * time.Minute

// failure is Google's words for a failure.
type failure struct {
	Error *struct {
		Status string `json:"status"`
		Errors []struct {
			Reason string `json:"reason"`
		} `json:"errors"`
		Details []struct {
			Reason   string `json:"reason"`
			Metadata struct {
				Limit string `json:"quota_limit"`
			} `json:"metadata"`
		} `json:"details"`
	} `json:"error"`
}

// reasons are the codes of a failure, old ones and new ones, and whether it is of a limit of a day. Messages may name people.
func (f failure) reasons() (out []string, daily bool) {
	for _, e := range f.Error.Errors {
		out = append(out, e.Reason)
	}
	for _, e := range f.Error.Details {
		out = append(out, e.Reason)
		daily = daily || strings.Contains(e.Metadata.Limit, "PerDay")
	}
	return slices.DeleteFunc(append(out, f.Error.Status), func(r string) bool { return r == "" }), daily
}

// refusal gives Google's words for a failure their meaning.
func (d *desk) refusal(status int, body []byte) error {
	var said failure
	if status < 400 || status >= 500 || api.Decode(body, &said) != nil || said.Error == nil {
		return nil
	}
	reasons, daily := said.reasons()
	is := func(any ...string) bool {
		return slices.ContainsFunc(any, func(r string) bool { return slices.Contains(reasons, r) })
	}
	switch {
	case daily, is("quotaExceeded", "dailyLimitExceeded"):
		return fmt.Errorf("the units of the project for today are spent: %w", d.units.renewed())
	case is("rateLimitExceeded", "userRateLimitExceeded", "servingLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"):
		return fmt.Errorf("it was asked too fast: %w", &collector.WaitError{Until: d.units.now().Add(shortRest)})
	case is("playlistNotFound"):
		return errNoPlaylist
	case is("channelNotFound", "channelClosed", "channelSuspended", "accountClosed", "accountSuspended"):
		return fmt.Errorf("the channel or its account was closed or suspended: %w", collector.ErrGone)
	}
	if words := credentialWords(is); words != "" {
		return fmt.Errorf("%s: %w", words, collector.ErrAuth)
	}
	if status == 401 || status == 403 {
		return fmt.Errorf("the credential may not do that (%s): %w", short(reasons), collector.ErrAuth)
	}
	return fmt.Errorf("it says: %s", short(reasons))
}

// credentialWords says what is to be done about a credential that is refused; "" where it is something else.
func credentialWords(is func(...string) bool) string {
	switch {
	case is("keyInvalid", "keyExpired", "API_KEY_INVALID", "API_KEY_EXPIRED"):
		return "the key is not taken; look whether it was copied whole and is still there (Google Cloud console, APIs & Services, Credentials), or make a new one"
	case is("accessNotConfigured", "SERVICE_DISABLED"):
		return "the YouTube Data API v3 is switched off in the project of the credential; enable it in the Google Cloud console under APIs & Services, Library, and wait a few minutes"
	case is("ipRefererBlocked", "API_KEY_SERVICE_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED", "API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_ANDROID_APP_BLOCKED", "API_KEY_IOS_APP_BLOCKED"):
		return "the key is restricted to other uses; allow it the YouTube Data API v3 and the address of this machine, and no websites (Google Cloud console, APIs & Services, Credentials)"
	case is("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"):
		return "what was connected may not read YouTube; run seuranta connect with the name of this source again, and leave the box for YouTube ticked"
	case is("authError", "ACCESS_TOKEN_EXPIRED", "CREDENTIALS_MISSING", "ACCESS_TOKEN_TYPE_UNSUPPORTED"):
		return "the credential is not taken any more; run seuranta connect with the name of this source again"
	}
	return ""
}

// knownReasons are what Google is known to call failures of the questions that are put, beside those that have words of their own.
var knownReasons = strings.Fields(`backendError badRequest channelForbidden commentsDisabled conflict failedPrecondition forbidden gone incompatibleParameters internalError
	invalid invalidArgument invalidCriteria invalidFilters invalidPageToken invalidParameter invalidValue missingRequiredParameter notFound parseError
	playlistForbidden playlistItemsNotAccessible playlistOperationUnsupported processingFailure required sslRequired unauthorized unexpectedParameter
	unknownParameter unknownPart unsupportedMediaProtocol videoNotFound youtubeSignupRequired
	ABORTED CANCELLED CONSUMER_INVALID CONSUMER_SUSPENDED DEADLINE_EXCEEDED FAILED_PRECONDITION INTERNAL INVALID_ARGUMENT NOT_FOUND OUT_OF_RANGE PERMISSION_DENIED
	UNAUTHENTICATED UNAVAILABLE UNIMPLEMENTED UNKNOWN`)

// short names a failure by the first code that is known. What is no known code may be anything, also somebody's name.
func short(reasons []string) string {
	for _, r := range reasons {
		if slices.Contains(knownReasons, r) {
			return r
		}
	}
	if len(reasons) == 0 {
		return "without a reason"
	}
	return "another code"
}
