package alarm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/config"
	"seuranta/internal/fetch"
)

// Webhook tells by a POST of JSON.
type Webhook struct {
	Config  config.Webhook
	Client  *fetch.Client
	Program string // name and version of this program
}

// Name returns webhook.
func (*Webhook) Name() string { return "webhook" }

// hookMessage is the JSON of a message. Its text is what chat programs show.
type hookMessage struct {
	ID      string       `json:"id"` // the same when it is sent again
	Program string       `json:"program"`
	SentAt  time.Time    `json:"sent_at"`
	Text    string       `json:"text"`
	Alarms  []hookNotice `json:"alarms"`
}

type hookNotice struct {
	ID           string     `json:"id"`
	Kind         string     `json:"kind"`
	State        string     `json:"state"` // stands or over
	Severity     string     `json:"severity"`
	Organisation string     `json:"organisation"`
	Source       string     `json:"source"`
	Part         string     `json:"part"`
	Since        time.Time  `json:"since"` // of the state
	Until        *time.Time `json:"until"`
	Text         string     `json:"text"`
}

// errElsewhere says that the address does not take what is sent to it.
var errElsewhere = errors.New("the address leads elsewhere, where what was sent does not arrive; give the address that it leads to")

// Tell posts the message. Who answers with 2xx has it.
func (h *Webhook) Tell(ctx context.Context, m Message) error {
	body, err := json.Marshal(h.message(m))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	turned := false
	policy := fetch.Policy{AllowPrivate: h.Config.AllowPrivate, Secrets: h.secrets(), Answered: func(_ string, status int, _ int64, _ string) {
		turned = turned || status >= 301 && status <= 303
	}}
	_, err = h.Client.Session(policy).Do(ctx, fetch.Request{Method: "POST", URL: h.Config.URL.Reveal(), Body: body, Credential: h.Config.Discreet, MaxBytes: 64 << 10,
		Header: map[string][]string{"Content-Type": {"application/json"}, "Idempotency-Key": {m.ID}}})
	if err == nil && turned { // a POST that is sent on so becomes a look
		err = errElsewhere
	}
	if err != nil {
		return fmt.Errorf("webhook: %w", fetch.HideIn(err, h.hidden()))
	}
	return nil
}

func (h *Webhook) message(m Message) hookMessage {
	out := hookMessage{ID: m.ID, Program: h.Program, SentAt: m.At.UTC(), Text: m.Subject + "\n\n" + m.Text, Alarms: []hookNotice{}}
	for _, n := range m.Notices {
		notice := hookNotice{ID: n.ID(), Kind: n.Kind, State: stands, Severity: n.Severity(), Organisation: n.Organisation, Source: n.Source, Part: n.Part, Since: n.Since.UTC(), Text: n.Text}
		if n.Over {
			notice.State = over
		}
		if !n.Until.IsZero() {
			until := n.Until.UTC()
			notice.Until = &until
		}
		out.Alarms = append(out.Alarms, notice)
	}
	return out
}

// secrets are what of the address nobody may see, where it was given as a secret: a token may be any part of it.
func (h *Webhook) secrets() []string {
	if !h.Config.Discreet {
		return nil
	}
	return h.hidden()
}

// hidden are the address and its parts behind the name of the server.
func (h *Webhook) hidden() []string {
	whole := h.Config.URL.Reveal()
	out := []string{whole}
	u, err := url.Parse(whole)
	if err != nil {
		return out
	}
	if len(u.Path) > 1 || u.RawQuery != "" {
		out = append(out, u.RequestURI())
	}
	for _, part := range strings.FieldsFunc(u.EscapedPath()+"/"+u.RawQuery, func(r rune) bool { return strings.ContainsRune("/?&=;", r) }) {
		if len(part) >= shortestToken {
			plain, _ := url.QueryUnescape(part)
			out = append(out, part, plain)
		}
	}
	return out
}

// shortestToken is the shortest part of an address that may be a token; shorter ones are words of every second address.
const shortestToken = 8

// Address says where the webhook is, without what may be a token.
func (h *Webhook) Address() string {
	u, err := url.Parse(h.Config.URL.Reveal())
	if err != nil || u.Host == "" {
		return "an address"
	}
	return u.Scheme + "://" + u.Host
}
