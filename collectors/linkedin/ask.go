package linkedin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// visit is one visit to LinkedIn's API.
type visit struct {
	*source
	platform *api.Platform
	window   collector.Window
	tell     *api.Teller
	lacked   error // of a family that the credential may not ask for
	answered bool  // some family was
}

// ask reads what the API tells: what can not be looked at later first.
func (s *source) ask(ctx context.Context, w collector.Window, out collector.Sink) error {
	tell := api.NewTeller(out, w, time.UTC)
	if len(tell.Periods(observation.Day)) == 0 && !tell.Now() {
		return nil
	}
	p, err := s.platform(w.Now)
	if err != nil {
		return fmt.Errorf("linkedin: ask for %s: %w", s.config.urn(), err)
	}
	v := &visit{source: s, platform: p, window: w, tell: tell}
	for _, family := range []struct {
		what string
		read func(context.Context) error
		lack func(api.Lack)
	}{
		{"followers", v.followers, v.lackFollowers},
		{"new followers", v.gains, func(l api.Lack) { v.lackDays(partGains, []string{"gained"}, l) }},
		{"statistics by day", v.days, func(l api.Lack) { v.lackDays(partDays, dayMetrics(), l) }},
		{"posts", v.posts, v.lackPosts},
	} {
		if err := v.family(ctx, family.read, family.lack); err != nil {
			return fmt.Errorf("linkedin: read the %s of %s: %w", family.what, s.config.urn(), err)
		}
	}
	if !v.answered && v.lacked != nil {
		return fmt.Errorf("linkedin: read %s: %w", s.config.urn(), v.lacked)
	}
	return nil
}

// family reads what one question tells. That the credential may not ask it is said of that alone.
func (v *visit) family(ctx context.Context, read func(context.Context) error, lack func(api.Lack)) error {
	err := read(ctx)
	var permission *permissionError
	if errors.As(err, &permission) {
		v.lacked = err
		lack(api.Lack{Result: observation.Auth})
		return nil
	}
	v.answered = v.answered || err == nil
	return err
}

// platform is LinkedIn as the source asks it.
func (s *source) platform(now time.Time) (*api.Platform, error) {
	p := &api.Platform{HTTP: s.deps.HTTP, Base: cmp.Or(s.deps.BaseURL, "https://api.linkedin.com") + "/rest",
		Refusal: func(status int, body []byte) error { return s.refusal(status, body, now) }}
	return p, p.Bearer(s.config.Token, s.deps.Credential)
}

// header goes with every question. The number of followers is asked for without the second line: some are refused with it.
func (s *source) header(restli bool) map[string][]string {
	out := map[string][]string{"LinkedIn-Version": {s.config.Version}}
	if restli {
		out["X-Restli-Protocol-Version"] = []string{"2.0.0"}
	}
	return out
}

// get puts a question. What stands in it beside names keeps its brackets, colons and commas, which LinkedIn wants as they are.
func (v *visit) get(ctx context.Context, part, path string, into any) error {
	_, err := v.platform.Ask(ctx, api.Request{Path: path, Header: v.header(true), Part: part}, into)
	return err
}

// escaped writes a name as it may stand within a question.
func escaped(urn string) string { return url.QueryEscape(urn) }

// permissionError is that the credential may not ask for something, while it may for other things.
type permissionError struct{ err error }

func (e *permissionError) Error() string { return e.err.Error() }
func (e *permissionError) Unwrap() error { return e.err }

// failure is LinkedIn's words for one.
type failure struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// refusal reads LinkedIn's words for a failure: a code and a message.
func (s *source) refusal(status int, body []byte, now time.Time) error {
	var said failure
	if status < 400 || api.Decode(body, &said) != nil || said.Code == "" && said.Message == "" {
		return nil
	}
	switch {
	case status == 401:
		return fmt.Errorf("the credential is not taken (%s): connect the source anew with seuranta connect, or paste a new token; LinkedIn's end after 60 days: %w", code(said.Code), collector.ErrAuth)
	case status == 403:
		return &permissionError{fmt.Errorf("the credential may not ask for this (%s): it takes the permissions r_organization_social and rw_organization_admin, and a member who is an administrator of the page: %w", code(said.Code), collector.ErrAuth)}
	case status == 404 && !said.absent():
		return &api.BadAnswerError{Text: "a 404 came that does not say, in LinkedIn's own words, that the page is not there, as of a gateway before it; does base_url name LinkedIn's API?"}
	case status == 404:
		return fmt.Errorf("LinkedIn knows no such page; is organization right, and is the page still there? %w", collector.ErrGone)
	case status == 426:
		return fmt.Errorf("LinkedIn no longer has the version %s of its API: write version: \"%s\" into the source, or a newer version of the last twelve months", s.config.Version, newer(s.config.Version, now))
	case status == 429:
		return fmt.Errorf("the calls of this day are spent; LinkedIn's day ends at midnight UTC: %w", &collector.WaitError{Until: observation.DateOf(now.UTC()).End(time.UTC)})
	}
	return fmt.Errorf("it says: %s", code(said.Code))
}

// codes are what LinkedIn is known to call failures.
var codes = strings.Fields(`ACCESS_DENIED BAD_REQUEST EMPTY_ACCESS_TOKEN ENTITY_NOT_FOUND EXPIRED_ACCESS_TOKEN FORBIDDEN GATEWAY_TIMEOUT ILLEGAL_ARGUMENT INTERNAL_SERVER_ERROR
	INVALID_ACCESS_TOKEN INVALID_REQUEST INVALID_TOKEN INVALID_VERSION METHOD_NOT_ALLOWED MISSING_ACCESS_TOKEN MISSING_FIELD NONEXISTENT_VERSION NOT_ACCEPTABLE NOT_FOUND
	PARAM_INVALID PARAM_MISSING PERMISSION_DENIED QUERY_PARAM_NOT_ALLOWED QUOTA_EXCEEDED RESOURCE_NOT_FOUND REVOKED_ACCESS_TOKEN SERVICE_UNAVAILABLE
	TOO_MANY_REQUESTS UNAUTHORIZED UNKNOWN_ERROR UNPERMITTED_FIELDS UNPROCESSABLE_ENTITY UNSUPPORTED_MEDIA_TYPE VERSION_MISSING VERSION_NOT_SUPPORTED`)

// absences are those of them that say that the page is not there.
var absences = []string{"RESOURCE_NOT_FOUND", "ENTITY_NOT_FOUND", "NOT_FOUND"}

// absent tells whether an answer under the status 404 is LinkedIn's own, and says that the page is not there: neither one of a gateway
// before it nor that LinkedIn has no such question.
func (f failure) absent() bool {
	return f.Status == 404 && slices.Contains(absences, f.Code) && !strings.Contains(strings.ToLower(f.Message), "virtual resource")
}

// code shows the code of an answer, where it is a known one: others may be anything, also somebody's name. Its message is not shown: it
// may name people.
func code(text string) string {
	switch {
	case text == "":
		return "without a code"
	case !slices.Contains(codes, text):
		return "another code"
	}
	return text
}

// newer returns a version that LinkedIn should have: the one that this kind is tested with, or where that was it or is as old, the
// one of three months ago.
func newer(dead string, now time.Time) string {
	recent := now.UTC().AddDate(0, -3, 0).Format("200601")
	if dead < defaultVersion && defaultVersion >= now.UTC().AddDate(0, -11, 0).Format("200601") {
		return defaultVersion
	}
	return recent
}

// followers tells how many follow the page now.
func (v *visit) followers(ctx context.Context) error {
	if !v.tell.Now() {
		return nil
	}
	n, err := v.source.count(ctx, v.platform)
	if err != nil {
		return err
	}
	return v.tell.Level(partPage, "followers", n)
}

// networkSize is an answer about how many follow.
type networkSize struct {
	First api.Number `json:"firstDegreeSize"`
}

// count asks how many follow the page.
func (s *source) count(ctx context.Context, p *api.Platform) (float64, error) {
	var size networkSize
	path := "/networkSizes/" + escaped(s.config.urn()) + "?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
	if _, err := p.Ask(ctx, api.Request{Path: path, Header: s.header(false), Part: partPage}, &size); err != nil {
		return 0, err
	}
	return size.First.Need("firstDegreeSize")
}

func (v *visit) lackFollowers(l api.Lack) {
	if v.tell.Now() {
		day := v.tell.Instant()
		v.tell.Untold(partPage, "followers", observation.Snapshot, observation.Period{From: day, To: day + 1}, l.Result, l.Reason)
	}
}

// Check reads the files of the paths, or asks how many follow the page.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	if s.config.handed() {
		return s.checkFiles(ctx, now)
	}
	p, err := s.platform(now)
	if err != nil {
		return "", fmt.Errorf("linkedin: check %s: %w", s.config.urn(), err)
	}
	n, err := s.count(ctx, p)
	if err != nil {
		return "", fmt.Errorf("linkedin: check %s: %w", s.config.urn(), err)
	}
	said := fmt.Sprintf("%s has %.0f followers; days are those of UTC; version %s of the API", s.config.urn(), n, s.config.Version)
	if c := s.deps.Credential; c != nil && s.config.Token.IsZero() && !c.Expires().IsZero() {
		said += "; the credential ends on " + c.Expires().UTC().Format(time.DateOnly)
	}
	return said + s.aging(now), nil
}

// aging says that a version of the API is about to end, ten months after it began.
func (s *source) aging(now time.Time) string {
	began, err := time.Parse("200601", s.config.Version)
	if err != nil || now.Before(began.AddDate(0, 10, 0)) {
		return ""
	}
	return "; LinkedIn ends this version about a year after it began: write a newer one as version"
}
