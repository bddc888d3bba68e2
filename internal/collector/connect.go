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

// Renewer is a Credential that can get another token in place of one that the platform refused although it should be good: a
// clock that was set back makes tokens look fresher than they are. Errors are those of Token.
type Renewer interface {
	Renew(ctx context.Context, refused Secret) (Secret, error)
}

// Connectable is implemented by settings of kinds whose platform gives credentials to people in a browser: OAuth 2.0 (RFC 6749)
// with a loopback redirect (RFC 8252). What it returns is asked only of settings that are valid. Its token, where a person has a
// finished one, is the key TokenKey of the settings.
type Connectable interface {
	Connection() Connection
}

// AddressKey is the key of settings that sets TokenInAddress of a Connection.
const AddressKey = "token_in_address"

// TokenKey is the key of settings that takes a finished token. One that stands there goes before what was connected.
const TokenKey = "token"

// CredentialFile returns the name of the file, in the folder of secrets, that holds what `connect` got for a source.
func CredentialFile(source string) string { return source + ".oauth" }

// Connection is how a platform gives a credential.
type Connection struct {
	Platform     string   // as people know it: X, Meta, LinkedIn, Google
	ClientID     string   // of the app that the organisation registered; "" where it has none: then a token can be pasted only
	ClientSecret Secret   // empty where the platform wants none
	Scopes       []string // the least that reading takes
	// Authorize is the address that the browser is sent to, Exchange the one that gives tokens: of the platform itself, or,
	// beginning with /, below the address of the source.
	Authorize string
	Exchange  string
	// Base is the usual address of the platform, for addresses that begin with /. A base_url of the source takes its place.
	Base string
	// Parameters go with the browser beside those of the protocol: access_type=offline.
	Parameters map[string]string
	// PKCE sends a proof key (RFC 7636), which all platforms but Meta and LinkedIn take.
	PKCE bool
	// ClientInHeader shows the client's id and secret as a name and a password in place of fields of the form. Without a
	// secret the id goes as a field all the same.
	ClientInHeader bool
	// Registered tells that the platform sends browsers back only to the address that was registered, to the letter: then the
	// port is always the same one.
	Registered bool
	// Localhost has the browser come back to http://localhost, where the platform does not take http://127.0.0.1.
	Localhost bool
	// LongLived is the address that changes a short-lived token for one of weeks, as Meta has it; "" is none.
	LongLived string
	// LongLivedGrant is how it is asked; "" is Meta's fb_exchange_token. Threads has th_exchange_token.
	LongLivedGrant string
	// Renew is the address that prolongs a token of weeks while it is good, as Threads has it with th_refresh_token (RenewGrant);
	// "" is none. Refresh tokens need none.
	Renew      string
	RenewGrant string
	// TokenInAddress lets the token, and the secret of the app, stand in the address of those two questions, where the platform has
	// refused them in every other way. Addresses are written down by servers and proxies: the organisation has to want that.
	TokenInAddress bool
	// Help says where in the platform an app is registered and what is to be filled in there.
	Help string
}
