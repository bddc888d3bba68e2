package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// Platform is the API of a platform as one source asks it.
type Platform struct {
	HTTP   *fetch.Session
	Base   string              // its address, without a / at its end
	Header map[string][]string // goes with every question: the credential, as a rule
	// Credential, where it is set, is shown as a bearer token in place of one in Header.
	Credential collector.Credential
	// Allowance bounds how often the platform is asked; nil is as often as the kind likes.
	Allowance *Allowance
	// Refusal reads the platform's own words for a failure out of the body of an answer, whatever its status: an error of one of
	// the classes of package collector, or nil where the body is none. It may be nil itself.
	Refusal func(status int, body []byte) error
	// Rest reads out of an answer that is no success until when the platform wants to be left alone, where it says so otherwise than
	// by Retry-After or by what the Allowance reads; ok is false where it does not. It may be nil.
	Rest func(status int, header map[string][]string, body []byte) (until time.Time, ok bool)
}

// Request is one question. At most one of Form, JSON and Body is set; with any of them it is a POST unless Method says
// something else.
type Request struct {
	Method   string
	Path     string // below the platform's address, with its / in front
	Query    url.Values
	Form     url.Values          // sent as a form is
	JSON     any                 // sent as JSON
	Body     []byte              // sent as it is
	Header   map[string][]string // beside that of the platform
	Part     string              // of the source, for the record of answers
	MaxBytes int64               // of the answer; 0 is the client's own bound
}

// Ask puts a question and reads the answer, which has to be JSON, into a value. Everything that is asked only reads, so that
// asking twice does no harm. What comes in place of an answer is an error: a page, an error of the platform, half an answer.
func (p *Platform) Ask(ctx context.Context, r Request, into any) (*fetch.Answer, error) {
	a, err := p.Fetch(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := Decode(a.Body, into); err != nil {
		return nil, fmt.Errorf("%s: %w", r.Path, err)
	}
	return a, nil
}

// Fetch puts a question whose answer may be anything.
func (p *Platform) Fetch(ctx context.Context, r Request) (*fetch.Answer, error) {
	request, err := p.request(r)
	if err != nil {
		return nil, err
	}
	if err := p.sign(ctx, request.Header); err != nil {
		return nil, err
	}
	a, err := p.do(ctx, request)
	if again, ok := p.renewed(ctx, request, err); ok {
		a, err = again()
	}
	if err != nil {
		return nil, err
	}
	p.Allowance.heed(a.Header, a.Tries)
	if p.Refusal != nil {
		if err := p.Refusal(a.Status, a.Body); err != nil {
			return nil, fmt.Errorf("%s: %w", r.Path, err)
		}
	}
	return a, nil
}

// do spends a call.
func (p *Platform) do(ctx context.Context, r fetch.Request) (*fetch.Answer, error) {
	if err := p.Allowance.take(); err != nil {
		return nil, err
	}
	a, err := p.HTTP.Do(ctx, r)
	if err != nil {
		return nil, p.refused(err)
	}
	return a, nil
}

// renewed tells whether a question is to be put once more, with another token, because the platform refused one (401) that
// somebody connected and that should have been good.
func (p *Platform) renewed(ctx context.Context, r fetch.Request, err error) (again func() (*fetch.Answer, error), ok bool) {
	var failed *fetch.Error
	renewer, renews := p.Credential.(collector.Renewer)
	if !renews || !errors.As(err, &failed) || failed.Status != 401 || collector.ResultOf(err) != observation.Auth {
		return nil, false
	}
	_, refused, _ := strings.Cut(r.Header["Authorization"][0], " ")
	return func() (*fetch.Answer, error) {
		token, renewing := renewer.Renew(ctx, collector.NewSecret(refused))
		if renewing != nil {
			return nil, fmt.Errorf("%w (%v)", renewing, failed) // that it could not be renewed counts: it may be later
		}
		r.Header["Authorization"] = []string{"Bearer " + token.Reveal()}
		return p.do(ctx, r)
	}, true
}

// request makes the request of a question.
func (p *Platform) request(r Request) (fetch.Request, error) {
	out := fetch.Request{Method: r.Method, URL: p.Base + r.Path, Header: map[string][]string{}, Credential: true, Repeatable: true, Part: r.Part,
		MaxBytes: r.MaxBytes, Accept: "application/json", Final: p.Final}
	if len(r.Query) > 0 {
		out.URL += "?" + r.Query.Encode()
	}
	var kind string
	switch {
	case r.Form != nil:
		out.Body, kind = []byte(r.Form.Encode()), "application/x-www-form-urlencoded"
	case r.JSON != nil:
		body, err := json.Marshal(r.JSON)
		if err != nil {
			return out, fmt.Errorf("%s: write the question: %w", r.Path, err)
		}
		out.Body, kind = body, "application/json"
	default:
		out.Body = r.Body
	}
	if out.Body != nil && out.Method == "" {
		out.Method = "POST"
	}
	if kind != "" {
		out.Header["Content-Type"] = []string{kind}
	}
	for _, header := range []map[string][]string{p.Header, r.Header} {
		for name, values := range header {
			out.Header[name] = values
		}
	}
	return out, nil
}

// sign shows the credential that somebody connected.
func (p *Platform) sign(ctx context.Context, header map[string][]string) error {
	if p.Credential == nil {
		return nil
	}
	token, err := p.Credential.Token(ctx)
	if err != nil {
		return err
	}
	header["Authorization"] = []string{"Bearer " + token.Reveal()}
	return nil
}

// refused gives an answer that is no success the meaning that the platform's own words have, where it has some.
func (p *Platform) refused(err error) error {
	var failed *fetch.Error
	if !errors.As(err, &failed) {
		return err
	}
	p.Allowance.heed(failed.Header(), failed.Tries)
	var own error
	if p.Refusal != nil && failed.Status != 0 {
		own = p.Refusal(failed.Status, failed.Body())
	}
	until := p.Allowance.bar()
	var strange *BadAnswerError
	switch {
	case decides(own): // which goes before what the head says: a budget that is spent is no short wait, also when no calls are left
		return fmt.Errorf("%w (%w)", own, err)
	case failed.Status == 429 && !until.IsZero(): // the later of the moments that were told
		return fmt.Errorf("%w (%w)", &collector.WaitError{Until: later(until, failed.Until)}, err)
	case own == nil:
		return err
	case errors.As(own, &strange): // it is not the platform that answers: its status means nothing
		return fmt.Errorf("%w (%v)", own, err)
	}
	return fmt.Errorf("%w (%w)", own, err)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// decides tells whether the platform's own words are of a class, so that they say what becomes of a visit.
func decides(own error) bool {
	result := collector.ResultOf(own)
	return own != nil && result != observation.Failed
}

// Final tells whether there is no use in putting a question again that was refused, and until when: the platform says in its own way
// when it may be asked again, or its words are of a class that no second try changes.
func (p *Platform) Final(status int, header map[string][]string, body []byte) (until time.Time, final bool) {
	if until, told := p.Allowance.rest(status, header); told {
		return until, true
	}
	if p.Rest != nil {
		if until, told := p.Rest(status, header, body); told {
			return until, true
		}
	}
	if p.Refusal == nil {
		return time.Time{}, false
	}
	own := p.Refusal(status, body)
	var wait *collector.WaitError
	if errors.As(own, &wait) {
		return wait.Until, true
	}
	result := collector.ResultOf(own)
	return time.Time{}, result == observation.Auth || result == observation.Budget || result == observation.Gone
}

// BadAnswerError is an answer that is not what the platform is known to answer.
type BadAnswerError struct{ Text string }

// Error says what is wrong about it. It shows nothing of the answer, which may hold people.
func (e *BadAnswerError) Error() string { return e.Text }

// Reason is the code that figures show.
func (e *BadAnswerError) Reason() string { return collector.ReasonBadAnswer }

func bad(format string, args ...any) error { return &BadAnswerError{fmt.Sprintf(format, args...)} }

// Decode reads one JSON value and nothing else out of a body. What comes in its place is a *BadAnswerError: a login page, a
// notice of a firewall, half an answer, a text where a number is due.
func Decode(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	err := decoder.Decode(into)
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case err == nil:
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return bad("something follows the JSON of the answer")
		}
		return nil
	case strings.HasPrefix(strings.TrimSpace(string(body[:min(len(body), 200)])), "<"):
		return bad("a page came in place of JSON, as of a login or a firewall")
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return bad("the JSON of the answer is cut off or malformed")
	case errors.As(err, &typed):
		return bad("the answer has a %s in %q, where something else is due", typed.Value, typed.Field)
	}
	return bad("the answer cannot be read: %v", err)
}

// Missing says that a field that has to be there is not.
func Missing(field string) error {
	return bad("the answer has no %q: it is not what the platform is known to answer", field)
}
