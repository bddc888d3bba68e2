package collector

import (
	"context"
	"time"
)

// Credential is what a source shows its platform, got by a person in a browser and renewed by itself for as long as the platform
// allows it.
type Credential interface {
	// Token returns the access token that is good now; one that is about to end is renewed before. An error is of the class
	// ErrAuth where a person has to connect anew, else the platform could not be asked.
	Token(ctx context.Context) (Secret, error)
	// Expires returns when a person has to connect anew at the latest; zero is not known, or never.
	Expires() time.Time
}

// Connectable is implemented by settings of kinds whose platform gives credentials to people in a browser: OAuth 2.0 (RFC 6749)
// with a loopback redirect (RFC 8252). What it returns is asked only of settings that are valid.
type Connectable interface {
	Connection() Connection
}

// Connection is how a platform gives a credential.
type Connection struct {
	Platform     string   // as people know it: X, Meta, LinkedIn, Google
	ClientID     string   // of the app that the organisation registered; "" where it has none: then a token can be pasted only
	ClientSecret Secret   // empty where the platform wants none
	Scopes       []string // the least that reading takes
	Authorize    string   // the address that the browser is sent to
	Exchange     string   // the address that gives tokens: of the platform itself, or, beginning with /, below its address
	// Parameters go with the browser beside those of the protocol: access_type=offline.
	Parameters map[string]string
	// PKCE sends a proof key (RFC 7636), which all platforms but Meta and LinkedIn take.
	PKCE bool
	// ClientInHeader shows the client's id and secret as a name and a password in place of fields of the form.
	ClientInHeader bool
	// LongLived is the address that changes a short-lived token for one of weeks, as Meta has it; "" is none.
	LongLived string
	// Help says where in the platform an app is registered and what is to be filled in there.
	Help string
}
