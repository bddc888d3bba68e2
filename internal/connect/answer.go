package connect

import (
	"encoding/json"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fields are those of an answer, whatever form it has.
type fields map[string]json.RawMessage

// fieldsOf reads an answer, which is JSON, or a form as some platforms send it.
func fieldsOf(body []byte) fields {
	var f fields
	if json.Unmarshal(body, &f) == nil {
		return f
	}
	form, err := url.ParseQuery(strings.TrimSpace(string(body)))
	if err != nil || form.Get("access_token")+form.Get("error") == "" {
		return nil
	}
	f = fields{}
	for name := range form {
		f[name], _ = json.Marshal(form.Get(name))
	}
	return f
}

// text returns a field that is a text or a number.
func (f fields) text(name string) string {
	var s string
	if json.Unmarshal(f[name], &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(f[name], &n) == nil {
		return n.String()
	}
	return ""
}

// longestLife is up to how long a token is believed to live; who says more means for ever.
const longestLife = 10 * 365 * 24 * time.Hour

// seconds returns a field that is a number of seconds, be it written as a text or with decimals, which are rounded up: a life that is
// told is never none. It is 0 where it is not told.
func (f fields) seconds(names ...string) time.Duration {
	for _, name := range names {
		n, err := strconv.ParseFloat(strings.TrimSpace(f.text(name)), 64)
		if err == nil && !math.IsNaN(n) && n > 0 && n <= longestLife.Seconds() {
			return time.Duration(math.Ceil(n)) * time.Second
		}
	}
	return 0
}

// words returns a field that is a list, or a text of words between blanks or commas.
func (f fields) words(name string) []string {
	var list []string
	if json.Unmarshal(f[name], &list) != nil {
		list = strings.FieldsFunc(f.text(name), func(r rune) bool { return r == ' ' || r == ',' || r == '+' })
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Up to which length and number scopes are believed: they are kept beside the token, in room that was taken before they were told.
const (
	longestScope = 200
	mostScopes   = 30
)

// scopes returns what a token may do; nil where that is not told, or in a way that nobody can mean.
func (f fields) scopes() []string {
	all := f.words("scope")
	odd := slices.ContainsFunc(all, func(s string) bool { return len(s) > longestScope || !isToken(s) })
	if odd || len(all) > mostScopes {
		return nil
	}
	return all
}

// longestToken is how long a token may be.
const longestToken = 8000

// isToken tells whether a text can be a token (RFC 6749, A.12).
func isToken(s string) bool {
	return s != "" && len(s) <= longestToken && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// parseAnswer reads an answer that came with a success. A refresh token is returned also where the rest cannot be used: the one
// before may be good no more.
func parseAnswer(body []byte) (granted, error) {
	f := fieldsOf(body)
	g := granted{life: f.seconds("expires_in"), refreshLife: f.seconds("refresh_token_expires_in", "refresh_expires_in"), scopes: f.scopes()}
	if refresh := f.text("refresh_token"); isToken(refresh) {
		g.refresh = refresh
	}
	access, kind := f.text("access_token"), f.text("token_type")
	switch no := parseRefusal(body); {
	case f == nil:
		return g, &badAnswer{"the platform answered with something else than a token, as a page of a login or a firewall"}
	case access == "" && no.code != "" && !no.later:
		return g, &refusal{code: no.code}
	case access == "":
		return g, &badAnswer{"the answer of the platform holds no token"}
	case !isToken(access):
		return g, &badAnswer{"the token that the platform gave cannot be one: it is too long or holds signs that no token has"}
	case kind != "" && !strings.EqualFold(kind, "bearer"):
		return g, &badAnswer{"the platform gave a token that has to be shown in another way than as a bearer token, which seuranta does not know"}
	}
	g.access = access
	return g, nil
}

// no is a refusal as a platform words it.
type no struct {
	code  string
	later bool // it passes by itself
	meta  bool // in Meta's words
	way   bool // it is of how it was asked: by which method, or with what missing
}

var (
	codeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z_.]{1,40}$`)
	passing  = []string{"temporarily_unavailable", "server_error", "slow_down", "internal_failure", "rate_limit_exceeded"}
	// metaPassing are the codes of Meta for what passes: its own faults, and that it was asked too often.
	metaPassing = []int{1, 2, 4, 17, 32, 341, 368, 613, 80001, 80002}
	// metaWay are the codes under which Meta says that it cannot read a question: a wrong method, a field that is not there. Under 100
	// it says much else, too.
	metaWay = []int{100, 101, 104}
	wayForm = regexp.MustCompile(`(?i)method type: |^unsupported (get|post) request|(missing|required).*param|param.*(missing|required)|access token is required`)
)

// parseRefusal reads why there is no token: a word, as OAuth has it, or an object, as Meta does.
func parseRefusal(body []byte) no {
	f := fieldsOf(body)
	if word := f.text("error"); word != "" {
		if !codeForm.MatchString(word) {
			word = "a refusal"
		}
		return no{code: word, later: slices.Contains(passing, word)}
	}
	var meta struct {
		Code      int    `json:"code"`
		Type      string `json:"type"`
		Message   string `json:"message"`
		Transient bool   `json:"is_transient"`
	}
	if len(f["error"]) == 0 || json.Unmarshal(f["error"], &meta) != nil || !codeForm.MatchString(meta.Type) {
		return no{}
	}
	return no{code: meta.Type + " " + strconv.Itoa(meta.Code), later: meta.Transient || slices.Contains(metaPassing, meta.Code), meta: true,
		way: slices.Contains(metaWay, meta.Code) && wayForm.MatchString(meta.Message)}
}
