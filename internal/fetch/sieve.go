package fetch

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sieve takes secrets out of texts, in every form in which they go over the wire or come back from it.
type sieve struct {
	forms   []string
	exact   *strings.Replacer
	anyCase *regexp.Regexp // names of servers and of packings come back in small letters
}

const (
	hidden         = "***"
	shortestSecret = 4   // shorter ones stand in every other word
	longestText    = 300 // characters of a message
	longestAddress = 200
)

// longestAnyCase is up to where a form is looked for in small letters, too; what is longer is no name of a server.
const longestAnyCase = 200

// Hide takes secrets out of a text, in every form in which they go over the wire or come back from it.
func Hide(text string, secrets []string) string {
	if len(secrets) == 0 || text == "" {
		return text
	}
	return newSieve(secrets).strain(text)
}

// discreetError is an error without secrets. What it means is that of the error it hides.
type discreetError struct {
	text  string
	cause error
}

// Error tells what went wrong, without secrets.
func (e *discreetError) Error() string { return e.text }

// Unwrap returns what went wrong, for errors.Is and errors.As alone.
func (e *discreetError) Unwrap() error { return e.cause }

// HideIn takes secrets out of what an error says; errors.Is and errors.As find in it what they found before.
func HideIn(err error, secrets []string) error {
	if err == nil {
		return nil
	}
	if text := Hide(err.Error(), secrets); text != err.Error() {
		return &discreetError{text, err}
	}
	return err
}

func newSieve(secrets []string) *sieve {
	s := &sieve{}
	for _, secret := range secrets {
		s.forms = append(s.forms, formsOf(secret)...)
	}
	slices.SortFunc(s.forms, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	s.forms = slices.Compact(s.forms)
	var pairs, patterns []string
	for _, form := range s.forms {
		pairs = append(pairs, form, hidden)
		if len(form) <= longestAnyCase && utf8.ValidString(form) {
			patterns = append(patterns, regexp.QuoteMeta(form))
		}
	}
	s.exact = strings.NewReplacer(pairs...)
	patterns = append(mixtures(secrets), patterns...)
	if patterns != nil {
		s.anyCase = regexp.MustCompile("(?i:" + strings.Join(patterns, "|") + ")")
	}
	return s
}

// longestMixed is up to how many characters a secret is looked for in mixtures of ways of writing.
const longestMixed = 100

// mixtures returns patterns of secrets in which each character may be written in a way of its own, the longest first: what one
// program escapes another leaves as it is, and a server says back what passed through several.
func mixtures(secrets []string) []string {
	var all []string
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret)
		if n := utf8.RuneCountInString(secret); len(secret) >= shortestSecret && n <= longestMixed && utf8.ValidString(secret) {
			all = append(all, secret)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	for i, secret := range all {
		var pattern strings.Builder
		for _, r := range secret {
			pattern.WriteString("(?:" + strings.Join(writings(r), "|") + ")")
		}
		all[i] = pattern.String()
	}
	return all
}

// writings returns how URLs, HTML, JSON and Go may write a character, as patterns.
func writings(r rune) []string {
	plain := regexp.QuoteMeta(string(r))
	out := []string{plain, fmt.Sprintf("&#0*%d;", r), fmt.Sprintf("&#x0*%x;", r), fmt.Sprintf(`\\u%04x`, r), fmt.Sprintf(`\\x%02x`, r)}
	octets := ""
	for _, octet := range []byte(string(r)) {
		octets += fmt.Sprintf("%%%02x", octet)
	}
	out = append(out, octets)
	switch r {
	case ' ':
		out = append(out, `\+`)
	case '"':
		out = append(out, `\\"`, "&quot;")
	case '\'':
		out = append(out, `\\'`, "&apos;")
	case '/', '\\':
		out = append(out, `\\`+plain)
	case '&':
		out = append(out, "&amp;")
	case '<':
		out = append(out, "&lt;")
	case '>':
		out = append(out, "&gt;")
	}
	return out
}

// Hide adds to what no error, log line and answer's address may show from now on: a token that was got during a visit.
func (s *Session) Hide(secrets ...string) {
	s.hiding.Lock()
	defer s.hiding.Unlock()
	known := len(s.secrets)
	for _, secret := range secrets {
		if secret != "" && !slices.Contains(s.secrets, secret) {
			s.secrets = append(s.secrets, secret)
		}
	}
	if len(s.secrets) > known {
		s.strains = newSieve(s.secrets)
	}
}

// Secrets returns what is kept back: the secrets of the policy, and what Hide added.
func (s *Session) Secrets() []string {
	s.hiding.Lock()
	defer s.hiding.Unlock()
	return slices.Clone(s.secrets)
}

func (s *Session) sieve() *sieve {
	s.hiding.Lock()
	defer s.hiding.Unlock()
	return s.strains
}

// hide makes a call's messages keep back more than its source's secrets.
func (c *call) hide(secrets ...string) {
	more := slices.DeleteFunc(secrets, func(secret string) bool { return secret == "" || c.sieve.holds(secret) })
	if len(more) > 0 {
		c.hidden = append(c.hidden, more...)
		c.sieve = newSieve(append(slices.Clone(c.hidden), c.session.Secrets()...))
	}
}

// strain replaces the secrets of a text.
func (s *sieve) strain(text string) string {
	text = s.exact.Replace(text)
	if s.anyCase == nil {
		return text
	}
	return s.anyCase.ReplaceAllString(text, hidden)
}

// formsOf returns how a secret may be written.
func formsOf(secret string) []string {
	var out []string
	for _, plain := range []string{secret, strings.TrimSpace(secret)} {
		out = append(out, plain, html.EscapeString(plain), jsonForm(plain, true), jsonForm(plain, false))
		out = append(out, unquoted(strconv.Quote(plain)), unquoted(strconv.QuoteToASCII(plain)))
		for _, escaped := range []string{url.QueryEscape(plain), url.PathEscape(plain), (&url.URL{Path: plain}).EscapedPath(), strings.ReplaceAll(url.QueryEscape(plain), "+", "%20")} {
			out = append(out, escaped, lowerEscapes.ReplaceAllStringFunc(escaped, strings.ToLower))
		}
		out = append(out, base64Forms(plain)...)
	}
	return slices.DeleteFunc(out, func(form string) bool { return len(form) < shortestSecret })
}

var lowerEscapes = regexp.MustCompile(`%[0-9A-F]{2}`)

// jsonForm returns how JSON writes a text, with or without its care for HTML.
func jsonForm(s string, forHTML bool) string {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(forHTML)
	if e.Encode(s) != nil {
		return s
	}
	return unquoted(strings.TrimSuffix(out.String(), "\n"))
}

func unquoted(s string) string { return s[1 : len(s)-1] }

// base64Forms returns what of a secret stands in the base64 of anything that it is a part of, as user:secret: one form for
// each of the three places in which it may begin, without the characters at its ends that its neighbours share.
func base64Forms(secret string) []string {
	var out []string
	for before := range 3 {
		packed := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + secret))
		from := (before*8 + 5) / 6
		to := (before + len(secret)) * 8 / 6
		if to-from < 6 {
			continue
		}
		form := packed[from:to]
		out = append(out, form, strings.NewReplacer("+", "-", "/", "_").Replace(form))
	}
	return out
}

// holds tells whether a text has a secret in it.
func (s *sieve) holds(text string) bool { return s.strain(text) != text }

var (
	parameters = regexp.MustCompile(`(\b[a-z]+://[^\s"'?#]*)[?#][^\s"']*`)
	userinfo   = regexp.MustCompile(`(\b[a-z]+://)[^\s"'/?#]*@`)
	signs      = regexp.MustCompile(`[\p{Cc}\p{Cf}\x{2028}\x{2029}]+`)
)

// clean makes a text fit to be shown: without secrets, without parameters of addresses, on one line and not too long.
func (s *sieve) clean(text string) string {
	text = s.strain(text)
	text = userinfo.ReplaceAllString(text, "$1")
	text = parameters.ReplaceAllString(text, "$1")
	text = signs.ReplaceAllString(strings.ToValidUTF8(text, "�"), " ")
	return cut(strings.TrimFunc(text, unicode.IsSpace), longestText)
}

// address shows where something is, without its parameters.
func (s *sieve) address(u *url.URL) string {
	if u == nil {
		return "an address"
	}
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return cut(s.strain(bare.String()), longestAddress)
}

// whole returns an address with its parameters, without secrets.
func (s *sieve) whole(u *url.URL) string {
	bare := *u
	bare.User, bare.Fragment, bare.RawFragment = nil, "", ""
	return s.strain(bare.String())
}

// header returns a head without secrets.
func (s *sieve) header(h http.Header) http.Header {
	out := h.Clone()
	for _, values := range out {
		for i := range values {
			values[i] = s.strain(values[i])
		}
	}
	return out
}

// cut shortens a text to a number of characters.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// headerSecrets returns what is secret of the head of a request that carries a credential: each value, what follows its
// scheme, and the password of Basic.
func headerSecrets(h http.Header) []string {
	var out []string
	for _, values := range h {
		for _, value := range values {
			scheme, rest, _ := strings.Cut(value, " ")
			out = append(out, value, rest)
			if login, err := base64.StdEncoding.DecodeString(rest); err == nil && strings.EqualFold(scheme, "basic") {
				_, password, _ := strings.Cut(string(login), ":")
				out = append(out, password)
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return len(s) < 6 })
}
