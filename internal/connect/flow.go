package connect

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// Flow is one way of a person through a browser.
type Flow struct {
	account  Account
	redirect string
	state    string // that only the page may know which the browser comes back with
	verifier string // proves that who shows the code is who asked for it; "" where the platform knows nothing of it
}

// Begin begins a way through a browser that comes back to an address.
func (a Account) Begin(redirect string) *Flow {
	f := &Flow{account: a, redirect: redirect, state: rand.Text()}
	if a.Connection.PKCE {
		f.verifier = oauth2.GenerateVerifier()
	}
	return f
}

// Redirect returns the address that the browser comes back to.
func (f *Flow) Redirect() string { return f.redirect }

// Address returns the address that is to be opened in a browser. Who sees it can do no more with it than ask for consent.
func (f *Flow) Address() string {
	c := f.account.Connection
	config := oauth2.Config{ClientID: c.ClientID, RedirectURL: f.redirect, Scopes: c.Scopes, Endpoint: oauth2.Endpoint{AuthURL: c.Authorize}}
	var options []oauth2.AuthCodeOption
	for name, value := range c.Parameters {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	if f.verifier != "" {
		options = append(options, oauth2.S256ChallengeOption(f.verifier))
	}
	return config.AuthCodeURL(f.state, options...)
}

// The errors of a way back.
var (
	// ErrOther says that an address is not the one that this way leads back to.
	ErrOther = errors.New("the address is not of this attempt")
	// ErrDenied says that the person, or the platform, did not consent.
	ErrDenied = errors.New("there was no consent")
)

// denials are the words of platforms for a person who says no.
var denials = []string{"access_denied", "user_cancelled_login", "user_cancelled_authorize"}

// Take reads the code out of the parameters that a browser comes back with.
func (f *Flow) Take(parameters url.Values) (code string, err error) {
	if subtle.ConstantTimeCompare([]byte(parameters.Get("state")), []byte(f.state)) != 1 {
		return "", ErrOther
	}
	word := parameters.Get("error")
	switch {
	case slices.Contains(denials, word):
		return "", fmt.Errorf("%w: somebody said no in the browser, or the account may not do this; try again, signed in as somebody who may", ErrDenied)
	case word != "" && codeForm.MatchString(word):
		return "", fmt.Errorf("%w: the platform sent the browser back with %q: is the app set up as `seuranta connect` says, with %s as its redirect address?", ErrDenied, word, f.redirect)
	case word != "":
		return "", fmt.Errorf("%w: the platform sent the browser back with an error", ErrDenied)
	case parameters.Get("code") == "":
		return "", ErrOther
	}
	return parameters.Get("code"), nil
}

// Pasted reads what a person pasted: the address that the browser ended at, which holds a code, or a finished token.
func (f *Flow) Pasted(text string) (code, token string, err error) {
	text = strings.Trim(strings.TrimSpace(text), `"'<>`)
	lower := strings.ToLower(text)
	switch {
	case text == "":
		return "", "", errors.New("nothing was pasted")
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"), strings.Contains(text, "state=") && strings.Contains(text, "code="):
		address, err := url.Parse(text)
		if err != nil {
			return "", "", errors.New("what was pasted is no address; copy all of it out of the address bar of the browser")
		}
		if address.RawQuery == "" {
			address.RawQuery = strings.TrimPrefix(address.Path, "?")
		}
		code, err := f.Take(address.Query())
		if errors.Is(err, ErrOther) {
			err = fmt.Errorf("%w: open the address that was printed last, and paste the whole address that the browser ends at; it holds code= and state=", ErrOther)
		}
		return code, "", err
	case !isToken(text):
		return "", "", errors.New("what was pasted is neither an address nor a token: it holds blanks, or is too long")
	}
	return "", text, nil
}
