package graph

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
)

// meaning is what a refusal of Meta's means for who asked.
type meaning string

const (
	unknown    meaning = ""           // nothing that is known: the status of the answer decides
	credential meaning = "credential" // a person has to connect anew
	unproved   meaning = "unproved"   // the secret of the app is wrong or missing
	permission meaning = "permission" // the token may not read this
	gone       meaning = "gone"       // the page, account or post is not there
	withdrawn  meaning = "withdrawn"  // there is no such metric any more
	withheld   meaning = "withheld"   // too few people for a number
	early      meaning = "early"      // of a time when nobody counted
	transient  meaning = "transient"  // ask again
	tooMuch    meaning = "too much"   // ask for less at once
	throttled  meaning = "throttled"  // too many calls: ask again later
	blocked    meaning = "blocked"    // stopped for hours
)

// Error is a refusal in Meta's own codes. It shows no words of Meta's, which may name people.
type Error struct {
	Code, Subcode int
	means         meaning
	wants         []string // permissions that Meta names
}

// refused is the body of a refusal.
type refused struct {
	Error *struct {
		Message   string `json:"message"`
		Code      int    `json:"code"`
		Subcode   int    `json:"error_subcode"`
		Transient bool   `json:"is_transient"`
	} `json:"error"`
}

// refusal reads Meta's error out of a body, whatever its status.
func refusal(_ int, body []byte) error {
	var r refused
	if json.Unmarshal(body, &r) != nil || r.Error == nil {
		return nil
	}
	e := &Error{Code: r.Error.Code, Subcode: r.Error.Subcode, means: meant(r.Error.Code, r.Error.Subcode, r.Error.Message)}
	if e.means == unknown && r.Error.Transient {
		e.means = transient
	}
	if e.means == permission {
		e.wants = permissionName.FindAllString(r.Error.Message, -1)
		slices.Sort(e.wants)
		e.wants = slices.Compact(e.wants)
	}
	return e
}

// permissionName is what Meta calls permissions.
var permissionName = regexp.MustCompile(`\b(?:pages|instagram|threads|ads|business|read)_[a-z_]+\b`)

var (
	throttles = []int{4, 17, 32, 341, 613}
	absences  = []int{21, 110, 803} // moved to another page, no such user, no such name
)

// postedBefore is what Meta says of a post of Instagram that is older than the account is a professional one.
const postedBefore = 2108006

// meant is what a code means. Of 100, which is everything that is wrong with a question, the words decide.
func meant(code, subcode int, message string) meaning {
	switch {
	case code == 190 || code == 102:
		return credential
	case code == 10 && strings.Contains(strings.ToLower(message), "not enough viewers"):
		return withheld
	case code == 3 || code == 10 || code >= 200 && code <= 299:
		return permission
	case code == 100 && strings.Contains(message, "appsecret_proof"):
		return unproved
	case code == 100 && subcode == postedBefore:
		return early
	case code == 100 && subcode == 33 || slices.Contains(absences, code):
		return gone
	case code == 100 && badMetric.MatchString(message):
		return withdrawn
	case code == 1 && strings.Contains(message, "reduce the amount of data"):
		return tooMuch
	case code == 1 || code == 2:
		return transient
	case slices.Contains(throttles, code) || code >= 80000 && code <= 80014:
		return throttled
	case code == 368:
		return blocked
	}
	return unknown
}

// badMetric are Meta's words for a metric or field that there is not.
var badMetric = regexp.MustCompile(`(?i)valid insights metric|metric\[\d+\] must be one of|nonexisting field|metric.{0,80}(?:deprecated|not supported|no longer|not available)`)

// Unwrap returns the class of the error.
func (e *Error) Unwrap() error {
	switch e.means {
	case credential, unproved, permission:
		return collector.ErrAuth
	case gone:
		return collector.ErrGone
	case withdrawn:
		return collector.ErrRetired
	case withheld, early:
		return collector.ErrNotOffered
	}
	return nil
}

// Error says what it means and what to do.
func (e *Error) Error() string {
	code := fmt.Sprintf("Meta's error %d", e.Code)
	if e.Subcode != 0 {
		code += fmt.Sprintf("/%d", e.Subcode)
	}
	return e.words() + " (" + code + ")"
}

func (e *Error) words() string {
	switch e.means {
	case credential:
		return cmp.Or(credentialWords[e.Subcode], credentialWords[0])
	case unproved:
		return "Meta wants every question signed with the secret of the app, and it is missing or wrong: give client_secret as App settings, Basic shows it, of the app that the token was made with"
	case permission:
		if len(e.wants) > 0 {
			return "the token may not read this; connect again and allow " + strings.Join(e.wants, ", ")
		}
		return "the token may not read this: connect again and allow everything that is asked, as a person who may see the insights"
	case gone:
		return "Meta knows no such page, account or post, or does not show it to this token"
	case withdrawn:
		return "Meta has no such metric any more"
	case withheld:
		return "too few people for Meta to tell a number"
	case early:
		return "it was posted before the account was a professional one, of which Meta tells nothing"
	case transient:
		return "Meta could not answer just now"
	case tooMuch:
		return "too much was asked for at once"
	case throttled:
		return "too many calls"
	case blocked:
		return "Meta has blocked the app or the person for some hours"
	}
	return "Meta refuses the question"
}

// credentialWords say what to do about a token that is refused, by Meta's subcodes.
var credentialWords = map[int]string{
	0:   "the token is no longer good: connect again",
	458: "the app was taken out of the person's Facebook settings: connect again",
	459: "Facebook wants the person to log in there and confirm who they are; then it works again",
	460: "the person has changed the password, which ends the token: connect again",
	463: "the token has expired: connect again",
	464: "the person's Facebook account is not confirmed: log in there, confirm it, and connect again",
	467: "the token was made invalid, as by logging out: connect again",
	492: "the person has no role on the page any more: give them one, or have somebody connect who has",
}

// means tells whether an error is a refusal of one of the meanings.
func means(err error, of ...meaning) bool {
	var e *Error
	return errors.As(err, &e) && slices.Contains(of, e.means)
}

// Permission tells whether an error is that the token is good and may not read this.
func Permission(err error) bool { return means(err, permission) }

// Withdrawn tells whether an error is that there is no such metric or field any more.
func Withdrawn(err error) bool { return means(err, withdrawn) }

// again tells whether asking again may help at once. What the client has asked for again by itself it does not.
func again(err error) bool {
	var failed *fetch.Error
	return means(err, transient) && !(errors.As(err, &failed) && failed.Tries > 1)
}

// Needed turns a refusal because of a metric or field that there is not any more into a bad answer, of a question that nothing goes
// on without: somebody has to look after it, while a metric that is withdrawn is simply no longer told.
func Needed(err error) error {
	if !Withdrawn(err) {
		return err
	}
	return &api.BadAnswerError{Text: "Meta no longer has something that is asked for: " + err.Error()}
}
