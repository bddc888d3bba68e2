package ga4

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"
	analyticsdata "google.golang.org/api/analyticsdata/v1beta"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
)

// tokenURL is where a service account gets its token, whatever its key says: the key is sent nowhere else.
const tokenURL = "https://oauth2.googleapis.com/token"

// property is a property that was signed in for.
type property struct {
	name    string
	email   string // of the service account
	service *analyticsdata.Service
	library *fetch.Library
	now     time.Time
}

// serviceAccount is what is read of a JSON key.
type serviceAccount struct {
	Type  string `json:"type"`
	Email string `json:"client_email"`
	Key   string `json:"private_key"`
	ID    string `json:"private_key_id"`
}

var errKey = fmt.Errorf("%w: the key is not the JSON file that Google gives for a service account; download one in the Google Cloud console under IAM & Admin → Service accounts → Keys → Add key", collector.ErrAuth)

// account reads the key.
func (s *source) account() (a serviceAccount, err error) {
	if json.Unmarshal([]byte(s.config.Key.Reveal()), &a) != nil || a.Type != "service_account" || a.Email == "" {
		return a, errKey
	}
	block, _ := pem.Decode([]byte(a.Key))
	if block == nil {
		return a, errKey
	}
	if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
		return a, errKey
	}
	return a, nil
}

// enter gets a token for the visit.
func (s *source) enter(ctx context.Context, now time.Time) (*property, error) {
	a, err := s.account()
	if err != nil {
		return nil, err
	}
	p := &property{name: "properties/" + s.config.number(), email: a.Email, library: s.deps.HTTP.Library(partSite), now: now}
	config := &jwt.Config{Email: a.Email, PrivateKey: []byte(a.Key), PrivateKeyID: a.ID, Scopes: []string{analyticsdata.AnalyticsReadonlyScope}, TokenURL: tokenURL}
	options := []option.ClientOption{}
	if s.deps.BaseURL != "" {
		config.TokenURL = s.deps.BaseURL + "/token"
		options = append(options, option.WithEndpoint(s.deps.BaseURL+"/"))
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, p.library.Client())
	token, err := config.TokenSource(ctx).Token()
	if err != nil || token.AccessToken == "" {
		return nil, p.refused(ctx, err)
	}
	client := oauth2.NewClient(ctx, oauth2.StaticTokenSource(token))
	p.service, err = analyticsdata.NewService(ctx, append(options, option.WithHTTPClient(client))...)
	return p, err
}

// refused says why there is no token. A library's own words are left out: they hold what the server said, and all that was sent.
func (p *property) refused(ctx context.Context, err error) error {
	failed := p.library.LastError()
	var retrieve *oauth2.RetrieveError
	switch {
	case failed != nil && failed.Status == 400 && errors.As(err, &retrieve):
		return fmt.Errorf("%w: Google does not take the key of %s: it was deleted or the account is switched off, or the clock of this machine is wrong; make a new key (%w)", collector.ErrAuth, p.email, failed)
	case failed != nil:
		return failed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return bad("the answer holds no token: it is not what Google is known to answer")
}

// run asks for a report.
func (p *property) run(ctx context.Context, q *question) (*analyticsdata.RunReportResponse, error) {
	a, err := p.service.Properties.RunReport(p.name, q).Context(ctx).Do()
	if err == nil {
		return a, nil
	}
	failed := p.library.LastError()
	var said *googleapi.Error
	switch {
	case failed == nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case failed == nil:
		return nil, bad("the JSON of the answer is cut off or malformed, or something else came in its place")
	case errors.As(err, &said):
		return nil, p.meaning(said, failed)
	}
	return nil, failed
}

// meaning puts an answer of Google's that is no report into words that say what to do.
func (p *property) meaning(said *googleapi.Error, failed *fetch.Error) error {
	switch {
	case strings.Contains(said.Message, "tokens per day"):
		return fmt.Errorf("the quota of the property for today is spent: %w (%w)", &collector.WaitError{Until: midnight(p.now)}, failed)
	case strings.Contains(said.Body, "RESOURCE_EXHAUSTED") && failed.Class != fetch.Wait:
		return fmt.Errorf("a quota of the property is spent: %w (%w)", &collector.WaitError{Until: p.now.Add(time.Hour)}, failed)
	case strings.Contains(said.Body, "SERVICE_DISABLED"):
		return fmt.Errorf("%w: the Google Analytics Data API is switched off in the project of %s; enable it in the Google Cloud console under APIs & Services (%w)", collector.ErrAuth, p.email, failed)
	case said.Code == 403:
		return fmt.Errorf("%w: %s may not read the property; add this address as Viewer in Google Analytics under Admin → Property access management (%w)", collector.ErrAuth, p.email, failed)
	case said.Code == 400:
		return fmt.Errorf("the question is not understood by Google; is the property one of Google Analytics 4? (%w)", failed)
	}
	return failed
}

// midnight is when quotas of a day are given anew: in California.
func midnight(now time.Time) time.Time {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		return now.Add(24 * time.Hour)
	}
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}
